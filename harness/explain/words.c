/*
 * What went wrong, in one paragraph.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "cause.h"
#include "words.h"
#include "harness/compare/event.h"
#include "harness/scenario/text.h"

char *explain_outcome(const Explanation *x, unsigned op)
{
    const Moment *m = &x->after[op];
    char want[160], seen[160];
    Outcome ends[2];

    if (scenario_is_reaction(&x->scenario, op)) {
        switch (x->scenario.ops[op - 1].kind) {
        case OP_REACT:
            return g_strdup("(a device does it when it is accessed)");
        case OP_REACT_FILL:
            return g_strdup("(the page walk does it when the TLB is filled)");
        default:
            return g_strdup("(an IOMMU does it when it is asked)");
        }
    }
    if (op_is(&x->scenario.ops[op], OPF_TRIGGER)) {
        return g_strdup("");
    }
    if (!m->ran) {
        return g_strdup("(not run)");
    }
    if (!op_is(&x->scenario.ops[op], OPF_VALUE) &&
        m->want.r.status == RM_DONE && m->seen.r.status == RM_DONE) {
        return g_strdup("done");
    }
    ends[0] = outcome_of(&x->scenario.ops[op], &m->want.r);
    ends[1] = outcome_of(&x->scenario.ops[op], &m->seen.r);
    outcome_print(&ends[0], want, sizeof(want));
    outcome_print(&ends[1], seen, sizeof(seen));
    return m->want.r.conflict && m->gone ?
           g_strdup("the predicted assertion") :
           strcmp(want, seen) ?
           g_strdup_printf("the contract: %s; QEMU: %s", want, seen) :
           g_strdup(want);
}

char *explain_event(const RmLog *log, unsigned i)
{
    char text[160] = "";

    if (i < rm_log_len(log)) {
        event_print(&log->ev[i], text, sizeof(text));
    }
    return g_strdup(text);
}

const char *type_words(unsigned type)
{
    static const char *const words[] = {
        "loads", "stores", "fetches", "all accesses",
    };

    return words[type];
}

void place_words(GString *out, unsigned region, uint32_t offset)
{
    if (region == RM_REGIONS) {
        g_string_append(out, "no known place");
    } else if (region == RM_UNASSIGNED) {
        g_string_append(out, "nothing (unassigned)");
    } else {
        g_string_append_printf(out, "`%s+0x%x`", region_name(region), offset);
    }
}

GString *entry_words(const SeenEntry *seen)
{
    GString *out = g_string_new("no entry");

    if (seen) {
        const EntryView *v = &seen->view;

        g_string_printf(out, "%s entry, pa=0x%x, attrs=%s, addend to ",
                        v->cached.victim ? "victim TLB" : "TLB",
                        v->cached.pa, attrs_name(v->cached.attrs));
        if (v->addend == RM_REGIONS) {
            g_string_append(out, "nothing");
        } else {
            place_words(out, v->addend, v->addend_offset);
        }
    }
    return out;
}

static void op_words(GString *out, const Explanation *x, int op)
{
    g_string_append_c(out, '`');
    text_print_op(out, &x->scenario.ops[op]);
    g_string_append_printf(out, "` (operation %d)", op + 1);
}

static void page_words(GString *out, const PageRef *page)
{
    g_string_append_printf(out, "page `0x%x` of cpu %u, MMU index %u",
                           page->va, page->cpu, page->mmu_idx);
}

/* The last operation that has set an answer, or the mapping; -1: the set-up */
static int set_by(const Explanation *x, const PageState *p, unsigned type,
                  int op)
{
    PageRef page = { p->cpu, p->mmu_idx, p->va };

    while (op >= 0 && !explain_programs(x, p, type, op) &&
           !explain_maps(x, &page, op)) {
        op--;
    }
    return op;
}

static void through_words(GString *out, const RmWay *way)
{
    for (unsigned i = 0; i < way->n; i++) {
        g_string_append_printf(out, "%s `%s+0x%x`", i ? " and" : " through",
                               region_name(way->step[i].region),
                               way->step[i].addr);
    }
    if (way->n) {
        g_string_append_printf(out, " (index %u)", way->index);
    }
}

/* @noun: the types that go this way */
static void way_words(GString *out, const Explanation *x, const PageState *p,
                      unsigned type, const char *noun, int op)
{
    const RmWay *way = &p->way[type];
    int by = set_by(x, p, type, op);

    if (!way->mapped) {
        g_string_append_printf(out, "the page tables permit no %s at `0x%x`",
                               noun, p->at);
    } else {
        g_string_append_printf(out, "the tables lead %s at `0x%x`", noun,
                               p->at);
        through_words(out, way);
        if (way->n && !(way->perm & (type == RM_STORE ? RM_W : RM_R))) {
            g_string_append(out, ", which denies them");
        } else {
            g_string_append(out, way->in_pieces ?
                            " to a page in pieces, there to " : " to ");
            place_words(out, way->region, way->offset);
        }
    }
    if (by >= 0) {
        g_string_append_printf(out, " (operation %d)", by + 1);
    }
}

static bool same_way(const RmWay *a, const RmWay *b)
{
    return a->mapped == b->mapped && a->perm == b->perm && a->n == b->n &&
           a->region == b->region && a->offset == b->offset;
}

char *ways_words(const Explanation *x, const PageState *p, int op)
{
    GString *out = g_string_new("Now ");
    const RmWay *way = p->way;
    bool fetch = same_way(&way[RM_LOAD], &way[RM_FETCH]);
    bool store = same_way(&way[RM_LOAD], &way[RM_STORE]) &&
                 set_by(x, p, RM_LOAD, op) == set_by(x, p, RM_STORE, op);

    way_words(out, x, p, RM_LOAD, fetch && store ? "all accesses" :
              fetch ? "loads and fetches" : store ? "loads and stores" :
              "loads", op);
    if (!store) {
        g_string_append(out, "; ");
        way_words(out, x, p, RM_STORE, "stores", op);
    }
    if (!fetch) {
        g_string_append(out, "; ");
        way_words(out, x, p, RM_FETCH, "fetches", op);
    }
    g_string_append_c(out, '.');
    return g_string_free(out, FALSE);
}

void section_words(GString *out, const TypeView *v)
{
    if (v->in_pieces) {
        g_string_append(out, "a page in pieces");
    } else {
        place_words(out, v->region, v->offset);
    }
}

void seen_words(GString *out, const EntryView *v, unsigned type)
{
    const CachedType *t = &v->cached.type[type];

    if (!v->type[type].held) {
        g_string_append(out, "not held");
    } else if (!t->live) {
        g_string_append(out, "asks the page tables each time");
    } else if (t->deferred) {
        g_string_append(out, "asks the IOMMU");
    } else if (t->fast) {
        g_string_append(out, "fast, to ");
        place_words(out, t->region, t->offset);
    } else {
        g_string_append(out, "slow, to ");
        section_words(out, &v->type[type]);
    }
}

static const char *why_slow(const RmEntryType *t)
{
    return t->slow == RM_C9_DIRTY ? "its page is not dirty" :
           t->slow == RM_C10_CODE ? "its page has code" :
           t->slow == RM_C19_WATCHPOINT ? "it is watched" :
           t->host ? "each access needs a look" : NULL;
}

void want_words(GString *out, const RmEntry *want, unsigned type)
{
    const RmEntryType *t = &want->type[type];

    if (!want->present) {
        g_string_append(out, "must ask the page tables");
    } else if (!t->allowed) {
        g_string_append(out, "denied by the page table");
    } else if (!t->cached) {
        g_string_append(out, "must ask the page tables each time");
    } else if (t->deferred) {
        g_string_append(out, "must ask the IOMMU");
    } else {
        g_string_append_printf(out, t->fast ? "may be fast, to " :
                                              "slow, to ");
        place_words(out, t->region, t->offset);
        if (!t->fast && why_slow(t)) {
            g_string_append_printf(out, ": %s", why_slow(t));
        }
    }
}

static const PageState *page_after(const Explanation *x, const Story *s)
{
    return s->op < 0 || !s->has_page ? NULL :
           explain_page(x, &x->after[s->op], s->page.cpu, s->page.mmu_idx,
                        s->page.va);
}

/* The subject's entry for the page, at the end; or NULL. */
static const SeenEntry *entry_after(const Explanation *x, const PageState *p)
{
    for (unsigned i = 0; p && i < p->n; i++) {
        const SeenEntry *seen = &x->seen[p->first + i];

        if (x->d.kind != DIFFER_ENTRY ||
            seen->view.cached.victim == x->d.entry.victim) {
            return seen;
        }
    }
    return NULL;
}

/* The access type to speak of: of all, the first that is live. */
static unsigned type_of_story(const Story *s, const SeenEntry *seen)
{
    for (unsigned t = 0; s->type == RM_ACCESS_TYPES && seen &&
         t < RM_ACCESS_TYPES; t++) {
        if (seen->view.cached.type[t].live) {
            return t;
        }
    }
    return s->type % RM_ACCESS_TYPES;
}

/* What the subject's entry does, and what it should do. */
static void words_of_difference(GString *out, const PageState *p,
                                const SeenEntry *seen, unsigned type)
{
    g_string_append_printf(out, " By QEMU's entry, %s are: ",
                           type_words(type));
    seen_words(out, &seen->view, type);
    g_string_append(out, "; by the contract: ");
    want_words(out, &p->want, type);
    g_string_append_c(out, '.');
}

/* Both sides' entry, if they differ, and what the tables say. */
static void words_of_page(GString *out, const Explanation *x, const Story *s)
{
    const PageState *p = page_after(x, s);
    const SeenEntry *seen = entry_after(x, p);
    unsigned type = type_of_story(s, seen);

    if (!p || x->after[s->op].gone) {
        return;
    }
    if (seen && (x->d.kind == DIFFER_ENTRY || seen->wrong[type])) {
        words_of_difference(out, p, seen, type);
    }
    g_string_append(out, " Now ");
    way_words(out, x, p, type, type_words(type), s->op);
    g_string_append_c(out, '.');
}

static void words_of_entry(GString *out, const Explanation *x, const Story *s)
{
    const Divergence *d = &x->d;
    DivergenceText text;
    char reason[160];

    divergence_print(d, &text);
    audit_reason_print(d, reason, sizeof(reason));
    g_string_append_printf(out, " QEMU's %s entry for ",
                           d->entry.victim ? "victim TLB" : "TLB");
    page_words(out, &s->page);
    g_string_append(out, " is wrong");
    if (s->type < RM_ACCESS_TYPES) {
        g_string_append_printf(out, " for %s", type_words(s->type));
    }
    g_string_append_printf(out, ": %s", reason);
    if (*text.expected) {
        g_string_append_printf(out, " (`%s`, not `%s`)", text.observed,
                               text.expected);
    }
    g_string_append_c(out, '.');
}

/* A difference in what the operation itself did. */
static void words_of_outcome(GString *out, const Divergence *d)
{
    DivergenceText text;

    divergence_print(d, &text);
    g_string_append_printf(out, " %s", text.what);
    if (d->kind == DIFFER_VOICE) {
        g_string_append_printf(out, ": it says `%s`, QEMU and the model say "
                               "`%s`", text.observed, text.expected);
    } else if (*text.expected || *text.observed) {
        g_string_append_printf(out, ": QEMU has `%s`, the contract demands "
                               "`%s`", text.observed, text.expected);
    }
    g_string_append_c(out, '.');
    if (d->alone) {
        g_autofree char *verdict = g_strdup(voice_verdict(d->alone));

        *verdict = g_ascii_toupper(*verdict);
        g_string_append_printf(out, " %s.", verdict);
    }
}

/* Does it show in what the operation did, or in what is there after it? */
static bool in_operation(const Divergence *d)
{
    return d->kind != DIFFER_ENTRY && d->kind != DIFFER_DIRTY &&
           d->kind != DIFFER_MEMORY;
}

/* "After `flush ...` (operation 3), in `load ...` (operation 4):" */
static void words_of_time(GString *out, const Explanation *x, const Story *s)
{
    bool cause = s->cause >= 0 && s->cause != s->op;

    if (s->cause < 0 && x->d.clause == RM_C9_DIRTY &&
        x->scenario.setup.dirty == DIRTY_NONE) {
        g_string_append(out, "Nothing is dirty at the start (`dirty=none`). ");
    }
    if (cause) {
        g_string_append(out, "After ");
        op_words(out, x, s->cause);
        g_string_append(out, in_operation(&x->d) ? ", in " : ", and after ");
        op_words(out, x, s->op);
        g_string_append_c(out, ':');
    } else if (s->op >= 0) {
        g_string_append(out, in_operation(&x->d) ? "In " : "After ");
        op_words(out, x, s->op);
        g_string_append_c(out, ':');
    } else {
        g_string_append(out, x->d.op == AT_SETUP ? "In the set-up:" :
                             "In the end:");
    }
}

/* Whose fault is it, where a device can be at fault? */
static void words_of_device(GString *out, const Explanation *x)
{
    g_autofree char *file = x->device ? g_path_get_basename(x->device) : NULL;

    if (file && (x->verdict == VERDICT_DIVERGE ? divergence_of_device(&x->d) :
                 !!strstr(x->report, file))) {
        g_string_append_printf(out, " The device is `%s`.", x->device);
    }
}

static void words_of_divergence(GString *out, const Explanation *x,
                                const Story *s)
{
    const Divergence *d = &x->d;

    words_of_time(out, x, s);
    if (d->kind == DIFFER_ENTRY) {
        words_of_entry(out, x, s);
    } else {
        words_of_outcome(out, d);
    }
    if (d->clause != RM_C21_DETERMINISM) {
        words_of_page(out, x, s);
    }
    g_string_append_printf(out, " This breaks %s.", rm_clause_name(d->clause));
    words_of_device(out, x);
}

static void words_of_death(GString *out, const Explanation *x, const Story *s)
{
    DivergenceText text;

    divergence_print(&x->d, &text);
    if (s->op >= 0) {
        g_string_append(out, "During ");
        op_words(out, x, s->op);
    } else {
        g_string_append(out, x->d.op == AT_SETUP ? "In the set-up" :
                             "After the last operation");
    }
    g_string_append_printf(out, " the process ended: %s.", text.what);
    if (x->d.clause) {
        g_string_append_printf(out, " This breaks %s.",
                               rm_clause_name(x->d.clause));
    }
    words_of_device(out, x);
}

static void words_of_conflict(GString *out, const Explanation *x,
                              const Story *s)
{
    g_string_append(out, "Both sides agree up to ");
    op_words(out, x, s->op);
    g_string_append(out, ", where QEMU asserts, as is to be expected (C7): "
                    "an entry has one addend, and two access types of ");
    page_words(out, &s->page);
    g_string_append_printf(out, " lead to two pages of host memory. The "
                           "assertion: `%s`.",
                           x->after[s->op].seen.assertion);
}

static void times_words(GString *out, unsigned n)
{
    g_string_append_printf(out, "%u time%s", n, n == 1 ? "" : "s");
}

static void words_of_agreement(GString *out, const Explanation *x)
{
    unsigned ran = 0, events[RM_EV_KINDS] = { 0 };

    for (unsigned i = 0; i < x->scenario.n; i++) {
        const RmLog *log = &x->after[i].seen.r.log;

        ran += x->after[i].ran;
        for (unsigned k = 0; x->after[i].ran && k < rm_log_len(log); k++) {
            events[log->ev[k].kind]++;
        }
    }
    g_string_append_printf(out, "QEMU and the model agree in all of it: %u of "
                           "%u operations were run. QEMU asked the page "
                           "tables ", ran, x->scenario.n);
    times_words(out, events[RM_EV_FILL]);
    g_string_append(out, ", and IOMMUs ");
    times_words(out, events[RM_EV_TRANSLATE]);
    g_string_append(out, "; it accessed devices ");
    times_words(out, events[RM_EV_DEV_READ] + events[RM_EV_DEV_WRITE]);
    g_string_append_c(out, '.');
}

void explain_story(const Explanation *x, Story *s)
{
    g_autoptr(GString) words = g_string_new(NULL);

    explain_find(x, s);
    if (x->verdict == VERDICT_DIVERGE) {
        s->title = g_strdup_printf("%s: %s", rm_clause_name(x->d.clause),
                                   rm_clause_text(x->d.clause));
        words_of_divergence(words, x, s);
    } else if (x->verdict == VERDICT_NONE) {
        s->title = x->d.clause ?
                   g_strdup_printf("%s: %s", rm_clause_name(x->d.clause),
                                   rm_clause_text(x->d.clause)) :
                   g_strdup("It does not end");
        words_of_death(words, x, s);
    } else if (s->op >= 0) {
        s->title = g_strdup("The predicted addend conflict (C7)");
        words_of_conflict(words, x, s);
    } else {
        s->title = g_strdup("QEMU and the model agree");
        words_of_agreement(words, x);
    }
    s->words = g_string_free(g_steal_pointer(&words), FALSE);
}

void story_clear(Story *s)
{
    g_clear_pointer(&s->title, g_free);
    g_clear_pointer(&s->words, g_free);
}
