/*
 * Gather what both sides hold and do, operation by operation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/compare/audit.h"
#include "harness/compare/event.h"
#include "explain.h"

typedef struct Gather {
    Run *run;
    Explanation *x;
} Gather;

/* The bytes that an operation accesses, or asks about; 0: none */
static unsigned bytes_of(const Op *op)
{
    if (!op_asks(op)) {
        return 0;
    }
    if (op_is_access(op)) {
        return 1u << op->lg_size;
    }
    return op->len ? op->len : 1;
}

/* Which of the pages that @op accesses is @va in?  At most two, or none. */
static bool accesses(const Op *op, unsigned cpu, unsigned mmu_idx,
                     uint32_t va)
{
    unsigned bytes = bytes_of(op);

    return bytes && op->cpu == cpu && op->idx == mmu_idx &&
           ((op->va & RM_PAGE_MASK) == va ||
            ((op->va + bytes - 1) & RM_PAGE_MASK) == va);
}

static void note_seen(Gather *g, const PageState *p)
{
    Explanation *x = g->x;
    Engine *subject = g->run->subject;
    EntryView views[ENTRY_VIEWS];
    unsigned n = subject->ops->describe(subject, p->cpu, p->mmu_idx, p->va,
                                        views);

    for (unsigned i = 0; i < n && x->n_seen < EXPLAIN_SEEN; i++) {
        SeenEntry *seen = &x->seen[x->n_seen++];

        *seen = (SeenEntry) { .view = views[i] };
        for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
            Divergence d;

            if (!compare_entry(g->run->oracle, &views[i].cached, t, &d)) {
                seen->wrong[t] = d.clause;
            }
        }
    }
}

/* Of what neither side holds, only what the operation accesses is kept. */
static void note_page(Gather *g, Moment *m, const Op *op, unsigned cpu,
                      unsigned mmu_idx, uint32_t va)
{
    Explanation *x = g->x;
    Engine *oracle = g->run->oracle;
    PageState *p = &x->page[x->n_pages];

    *p = (PageState) {
        .cpu = cpu, .mmu_idx = mmu_idx, .va = va, .first = x->n_seen,
    };
    oracle->ops->entry(oracle, cpu, mmu_idx, va, &p->want);
    if (!m->gone) {
        note_seen(g, p);
    }
    p->n = x->n_seen - p->first;
    if (!p->n && !p->want.present &&
        !(op && accesses(op, cpu, mmu_idx, va))) {
        return;
    }
    p->at = op && (op->va & RM_PAGE_MASK) == va &&
            accesses(op, cpu, mmu_idx, va) ? op->va : va;
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        oracle->ops->way(oracle, mmu_idx, p->at, t, &p->way[t]);
    }
    x->n_pages++;
    m->n++;
}

static void note_pages(Gather *g, Moment *m, const Op *op)
{
    unsigned n = RM_CPUS * RM_MMU_IDX * RM_VA_PAGES;

    m->first = g->x->n_pages;
    for (unsigned i = 0; i < n; i++) {
        unsigned page = i % RM_VA_PAGES, of = i / RM_VA_PAGES;

        note_page(g, m, op, of / RM_MMU_IDX, of % RM_MMU_IDX,
                  rm_page_va(page));
    }
}

static void note_dirty(Gather *g, Moment *m)
{
    Run *run = g->run;

    run->oracle->ops->dirty(run->oracle, &m->dirty[0]);
    run->subject->ops->dirty(run->subject, &m->dirty[1]);
}

static bool same_log(const RmLog *a, const RmLog *b)
{
    char left[160], right[160];

    for (unsigned i = 0; a->n == b->n && i < rm_log_len(a); i++) {
        event_print(&a->ev[i], left, sizeof(left));
        event_print(&b->ev[i], right, sizeof(right));
        if (strcmp(left, right)) {
            return false;
        }
    }
    return a->n == b->n;
}

static bool same_result(const EngineResult *a, const EngineResult *b)
{
    return a->r.status == b->r.status && a->r.value == b->r.value &&
           a->r.value_hi == b->r.value_hi && same_log(&a->r.log, &b->r.log);
}

static void note_state(Gather *g, Moment *m, const Op *op)
{
    m->n = 0;
    note_dirty(g, m);
    note_pages(g, m, op);
}

/* Each run starts anew; of the first one, only the difference is kept. */
static void note_start(Run *run)
{
    Gather *g = run->watch->opaque;
    Explanation *x = g->x;

    x->second = x->start.ran;
    x->start.ran = true;
    x->n_pages = x->n_seen = 0;
    note_state(g, &x->start, NULL);
    x->at = 0;
}

static void note_op(Run *run, const Op *op)
{
    Gather *g = run->watch->opaque;
    Explanation *x = g->x;
    Moment *m = &x->after[run->at];

    if (x->second && x->differs < 0 && !same_result(&m->seen, &run->seen)) {
        x->differs = run->at;
        x->other = m->seen;
    }
    m->want = run->want;
    m->seen = run->seen;
    m->ran = true;
    m->gone = m->seen.r.status == RM_ASSERTED;
    note_state(g, m, op);
    x->at = run->at + 1;
}

void explain_gather(Run *run, Explanation *x)
{
    Gather g = { .run = run, .x = x };
    const RunWatch watch = {
        .start = note_start, .after = note_op, .opaque = &g,
    };

    x->differs = -1;
    run->watch = &watch;
    x->verdict = run_scenario(run, &x->scenario, true, &x->d) ?
                 VERDICT_AGREE : VERDICT_DIVERGE;
    run->watch = NULL;
}

const Moment *explain_before(const Explanation *x, unsigned op)
{
    while (op > 0 && !x->after[op - 1].ran) {
        op--;
    }
    return op > 0 ? &x->after[op - 1] : &x->start;
}

const PageState *explain_page(const Explanation *x, const Moment *m,
                              unsigned cpu, unsigned mmu_idx, uint32_t va)
{
    for (unsigned i = 0; i < m->n; i++) {
        const PageState *p = &x->page[m->first + i];

        if (p->cpu == cpu && p->mmu_idx == mmu_idx && p->va == va) {
            return p;
        }
    }
    return NULL;
}

/* --- What an operation touches ------------------------------------------- */

bool explain_same(const Explanation *x, const PageState *a,
                  const PageState *b)
{
    if (!a || !b || a->n != b->n ||
        memcmp(&a->want, &b->want, sizeof(a->want))) {
        return false;
    }
    for (unsigned i = 0; i < a->n; i++) {
        if (memcmp(&x->seen[a->first + i], &x->seen[b->first + i],
                   sizeof(*x->seen))) {
            return false;
        }
    }
    return true;
}

typedef struct Touched {
    PageRef *out;
    unsigned n, max;
} Touched;

static void touch(Touched *t, unsigned cpu, unsigned mmu_idx, uint32_t va)
{
    for (unsigned i = 0; i < t->n; i++) {
        if (t->out[i].cpu == cpu && t->out[i].mmu_idx == mmu_idx &&
            t->out[i].va == va) {
            return;
        }
    }
    if (t->n < t->max) {
        t->out[t->n++] = (PageRef) { cpu, mmu_idx, va };
    }
}

/* The pages of @m that are not as they are in @other. */
static void touch_changed(const Explanation *x, const Moment *m,
                          const Moment *other, Touched *t)
{
    for (unsigned i = 0; i < m->n; i++) {
        const PageState *p = &x->page[m->first + i];

        if (!explain_same(x, p, explain_page(x, other, p->cpu, p->mmu_idx,
                                             p->va)) &&
            (p->n || p->want.present)) {
            touch(t, p->cpu, p->mmu_idx, p->va);
        }
    }
}

unsigned explain_touched(const Explanation *x, const Story *s, unsigned op,
                         PageRef *out, unsigned max)
{
    const Op *o = &x->scenario.ops[op];
    Touched t = { .out = out, .max = max };
    const Moment *before = explain_before(x, op), *after = &x->after[op];
    uint32_t last = o->va + bytes_of(o) - 1;

    if (s->has_page && (int)op == s->op) {
        touch(&t, s->page.cpu, s->page.mmu_idx, s->page.va);
    }
    if (bytes_of(o)) {
        touch(&t, o->cpu, o->idx, o->va & RM_PAGE_MASK);
        if (rm_va_page(last) >= 0) {
            touch(&t, o->cpu, o->idx, last & RM_PAGE_MASK);
        }
    }
    if (after->ran && !after->gone) {
        touch_changed(x, before, after, &t);
        touch_changed(x, after, before, &t);
    }
    return t.n;
}
