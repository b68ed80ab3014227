/*
 * Which page a divergence is about, and which operation before it matters:
 * the last one that changed what decides it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "harness/compare/event.h"
#include "cause.h"
#include "explain.h"

/* --- The page ------------------------------------------------------------- */

static bool has_va(const RmEvent *ev)
{
    switch (ev->kind) {
    case RM_EV_FILL:
    case RM_EV_PAGE_FAULT:
    case RM_EV_TX_FAILED:
    case RM_EV_UNALIGNED:
    case RM_EV_WATCH:
        return true;
    default:
        return false;
    }
}

/* The first event in which the logs differ; of the one that has more. */
static const RmEvent *first_difference(const Moment *m)
{
    const RmLog *want = &m->want.r.log, *seen = &m->seen.r.log;
    unsigned n = MAX(rm_log_len(want), rm_log_len(seen));

    for (unsigned i = 0; i < n; i++) {
        char left[160], right[160];

        if (i >= rm_log_len(want)) {
            return &seen->ev[i];
        }
        if (i >= rm_log_len(seen)) {
            return &want->ev[i];
        }
        event_print(&want->ev[i], left, sizeof(left));
        event_print(&seen->ev[i], right, sizeof(right));
        if (strcmp(left, right)) {
            return has_va(&want->ev[i]) ? &want->ev[i] : &seen->ev[i];
        }
    }
    return NULL;
}

static unsigned type_of(const Op *op, const RmEvent *ev)
{
    if (op_types(op) == (RM_PROT(RM_LOAD) | RM_PROT(RM_STORE))) {
        return ev && (has_va(ev) ? ev->type == RM_LOAD :
                      ev->kind == RM_EV_TRANSLATE && ev->flag == RM_R) ?
               RM_LOAD : RM_STORE;
    }
    return op_type(op);
}

static void find_page(const Explanation *x, Story *s)
{
    const Divergence *d = &x->d;
    const Op *op = s->op < 0 ? NULL : &x->scenario.ops[s->op];
    const RmEvent *ev;

    s->type = RM_ACCESS_TYPES;
    if (x->verdict == VERDICT_DIVERGE && d->kind == DIFFER_ENTRY) {
        s->has_page = true;
        s->page = (PageRef) {
            d->entry.cpu, d->entry.mmu_idx, d->entry.va & RM_PAGE_MASK
        };
        s->va = d->entry.va;
        s->type = d->entry.type;
    } else if (op && op_asks(op)) {
        ev = first_difference(&x->after[s->op]);
        s->has_page = true;
        s->va = op->va;
        s->type = type_of(op, ev);
        /* of a crossing access, it may be the second page */
        if (ev && has_va(ev) && ev->addr - op->va < RM_PAGE_SIZE) {
            s->va = ev->addr;
        }
        s->page = (PageRef) { op->cpu, op->idx, s->va & RM_PAGE_MASK };
    }
}

/* --- The operation -------------------------------------------------------- */

static const PageState *state(const Explanation *x, const Moment *m,
                              const Story *s)
{
    return explain_page(x, m, s->page.cpu, s->page.mmu_idx, s->page.va);
}

/* C13 to C15: what was in the TLB had to go, all of it or a type. */
static bool dropped(const Explanation *x, const Story *s, unsigned i)
{
    const PageState *a = state(x, explain_before(x, i), s);
    const PageState *b = state(x, &x->after[i], s);

    if (!a || !a->want.present) {
        return false;
    }
    if (!b || !b->want.present) {
        return true;
    }
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        if (!a->want.type[t].deferred && b->want.type[t].deferred &&
            (s->type == RM_ACCESS_TYPES || s->type == t)) {
            return true;
        }
    }
    return false;
}

/* C9, C10: a dirty bit was cleared, of the page that stores go to. */
static bool cleaned(const Explanation *x, const Story *s, unsigned i)
{
    const RmDirty *a = &explain_before(x, i)->dirty[0];
    const RmDirty *b = &x->after[i].dirty[0];
    const PageState *p = s->has_page ? state(x, &x->after[s->op], s) : NULL;
    unsigned region = RM_REGIONS, offset = 0;

    if (x->d.kind == DIFFER_DIRTY) {
        region = x->d.dirty.region;
        offset = x->d.dirty.offset;
    } else if (p) {
        region = p->way[RM_STORE].region;
        offset = p->way[RM_STORE].offset;
    }
    for (unsigned c = 0; region < RM_RAMS && c < RM_CLIENTS; c++) {
        if ((x->d.clause == RM_C10_CODE) == (c == RM_CODE) &&
            (a->bits[region][c] & ~b->bits[region][c]) >>
            (offset / RM_PAGE_SIZE) & 1) {
            return true;
        }
    }
    return false;
}

/* C12: the entry of the page went to the victim TLB, or came back. */
static bool moved(const Explanation *x, const Story *s, unsigned i)
{
    const PageState *a = state(x, explain_before(x, i), s);
    const PageState *b = state(x, &x->after[i], s);

    return a && b && a->n && b->n &&
           x->seen[a->first].view.cached.victim !=
           x->seen[b->first].view.cached.victim;
}

static bool watches(const Explanation *x, const Story *s, unsigned i)
{
    const Op *op = &x->scenario.ops[i];

    return op->kind == OP_WATCH && op->cpu == s->page.cpu &&
           op->va < s->page.va + RM_PAGE_SIZE &&
           op->va + op_watch_len(op) > s->page.va;
}

bool explain_programs(const Explanation *x, const PageState *p, unsigned type,
                      unsigned i)
{
    const Op *op = &x->scenario.ops[i];
    const RmWay *way = &p->way[type];

    for (unsigned n = 0; n < way->n; n++) {
        unsigned number = way->step[n].region - RM_IOMMU0;

        /* of checkers, any register can matter */
        if (op_is(op, OPF_PROGRAMS) && op->checker == number) {
            return true;
        }
        if (op->kind == OP_IOMMU && op->mmu == number &&
            op->page == way->step[n].addr >> RM_PAGE_BITS &&
            op->index == way->index &&
            op_directions(op) >> (type == RM_STORE) & 1) {
            return true;
        }
    }
    return false;
}

static bool answers(const Explanation *x, const Story *s, unsigned i)
{
    const PageState *p = state(x, &x->after[s->op], s);

    for (unsigned t = 0; p && t < RM_ACCESS_TYPES; t++) {
        if ((s->type == RM_ACCESS_TYPES || s->type == t) &&
            explain_programs(x, p, t, i)) {
            return true;
        }
    }
    return false;
}

bool explain_maps(const Explanation *x, const PageRef *page, unsigned i)
{
    const Op *op = &x->scenario.ops[i];

    return op_is(op, OPF_PAGE_TABLE) && op->idx == page->mmu_idx &&
           op->va == page->va;
}

static bool maps(const Explanation *x, const Story *s, unsigned i)
{
    return explain_maps(x, &s->page, i);
}

static bool protects(const Explanation *x, const Story *s, unsigned i)
{
    return x->scenario.ops[i].kind == OP_BLOCK ||
           x->scenario.ops[i].kind == OP_PROTECT;
}

static bool remaps(const Explanation *x, const Story *s, unsigned i)
{
    return op_is(&x->scenario.ops[i], OPF_MAP);
}

static bool responds(const Explanation *x, const Story *s, unsigned i)
{
    return x->scenario.ops[i].kind == OP_DEVICE;
}

typedef bool (*Matters)(const Explanation *x, const Story *s, unsigned i);

/* What can matter; the first that is found does. */
static const Matters matters[RM_CLAUSES][3] = {
    [RM_C1_FLAG] = { answers, maps },
    [RM_C2_DEFERRAL] = { answers, maps },
    [RM_C3_TARGET] = { answers, maps, remaps },
    [RM_C4_PERMISSION] = { answers, maps, responds },
    [RM_C5_INDEX] = { maps, answers },
    [RM_C6_GRANULARITY] = { answers, maps },
    [RM_C7_ADDEND] = { answers, maps },
    [RM_C8_INDEPENDENT] = { answers, maps },
    [RM_C9_DIRTY] = { cleaned },
    [RM_C10_CODE] = { cleaned, protects },
    [RM_C11_FAST_PATH] = { maps, remaps, answers },
    [RM_C12_VICTIM] = { moved },
    [RM_C13_NOTIFY] = { dropped, answers },
    [RM_C14_FLUSH] = { dropped },
    [RM_C15_TOPOLOGY] = { dropped, remaps },
    [RM_C16_CROSSING] = { responds, maps },
    [RM_C17_ATOMIC] = { answers, maps, remaps },
    [RM_C18_ORDER] = { maps, answers, responds },
    [RM_C19_WATCHPOINT] = { watches },
};

static void find_cause(const Explanation *x, Story *s)
{
    const Matters *any = matters[x->d.clause];

    for (unsigned k = 0; k < G_N_ELEMENTS(matters[0]) && any[k]; k++) {
        if (!s->has_page && any[k] != cleaned && any[k] != remaps) {
            continue;
        }
        for (int i = s->op; i >= 0; i--) {
            if (any[k](x, s, i)) {
                s->cause = i;
                return;
            }
        }
    }
}

/* The operation that was to be run when all ended. */
static int under_way(const Explanation *x)
{
    for (Step step = { 0 }; scenario_next(&x->scenario, &step);) {
        if (step.at >= x->at && !op_is(step.op, OPF_TRIGGER)) {
            return step.at;
        }
    }
    return -1;
}

/* The last one that was run. */
static int last(const Explanation *x)
{
    int i = x->scenario.n - 1;

    while (i >= 0 && !x->after[i].ran) {
        i--;
    }
    return i;
}

void explain_find(const Explanation *x, Story *s)
{
    *s = (Story) { .op = -1, .cause = -1, .type = RM_ACCESS_TYPES };
    if (x->verdict == VERDICT_NONE) {
        s->op = under_way(x);
    } else if (x->verdict == VERDICT_AGREE) {
        if (last(x) >= 0 && x->after[last(x)].gone) {
            s->op = last(x);
        }
    } else if (x->d.clause == RM_C21_DETERMINISM) {
        s->op = x->differs;
    } else if (x->d.op != AT_SETUP) {
        s->op = x->d.op < x->scenario.n ? (int)x->d.op : last(x);
    }
    find_page(x, s);
    if (s->op >= 0 && x->verdict == VERDICT_DIVERGE) {
        find_cause(x, s);
    }
}
