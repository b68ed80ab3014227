/*
 * A model with a fault that can be switched on, in the place of QEMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/engine/engine-model.h"
#include "harness/scenario/text.h"
#include "fault.h"

Run fault_run;

typedef struct Subject {
    Engine engine;
    Engine *inner;
    const Fault *fault;     /* of this scenario, or NULL */
    const Op *last;         /* operation of the scenario: it has the fault */
    bool on;                /* the fault shows */
    unsigned applied, reactions;
    Op trigger, reaction;   /* held back, for a twist */
    Held held;
    unsigned n_before;      /* as they were when they were listed last */
    CachedEntry before[ENGINE_SLOTS];
    uint8_t memory[RM_RAM_SIZE];
} Subject;

static Subject *subject(Engine *e)
{
    return (Subject *)e;
}

static Engine *inner(Engine *e)
{
    return subject(e)->inner;
}

/* The fault, if it shows. */
static const Fault *showing(Engine *e)
{
    return subject(e)->on ? subject(e)->fault : NULL;
}

static void subject_reset(Engine *e, const RmPreset *preset,
                          const uint8_t *pages)
{
    inner(e)->ops->reset(inner(e), preset, pages);
    subject(e)->on = false;
    subject(e)->applied = subject(e)->reactions = 0;
    subject(e)->n_before = 0;
}

static void subject_apply(Engine *e, const Op *op, const RmSeen *seen,
                          EngineResult *result)
{
    g_assert_null(seen);
    inner(e)->ops->apply(inner(e), op, NULL, result);
    subject(e)->applied++;
    subject(e)->on = subject(e)->fault && (subject(e)->fault->always ||
                                           op == subject(e)->last);
    if (subject(e)->on && subject(e)->fault->result) {
        subject(e)->fault->result(&result->r);
    }
    if (showing(e)) {
        result->entered &= !showing(e)->skips;
        result->hits |= showing(e)->detours;
    }
    result->trespass = subject(e)->on ? subject(e)->fault->trespass : 0;
    strcpy(result->assertion, result->r.conflict ? "an addend conflict" :
                                                   "some assertion");
}

static void pass_on(Engine *e, const Op *trigger, const Op *reaction)
{
    inner(e)->ops->react(inner(e), trigger, reaction);
}

static void subject_react(Engine *e, const Op *trigger, const Op *reaction)
{
    Subject *s = subject(e);
    Op other = *trigger;

    s->reactions++;
    switch (s->fault ? s->fault->twist : TWIST_NONE) {
    case TWIST_NONE:
        pass_on(e, trigger, reaction);
        break;
    case TWIST_DEAF:
        break;
    case TWIST_TWICE:
        pass_on(e, trigger, reaction);
        pass_on(e, trigger, reaction);
        break;
    case TWIST_OTHER_WAY:
        other.dir = trigger->dir == DIR_READ ? DIR_WRITE : DIR_READ;
        pass_on(e, &other, reaction);
        break;
    case TWIST_NEWEST:
        /* of two */
        if (s->reactions % 2) {
            s->trigger = *trigger;
            s->reaction = *reaction;
        } else {
            pass_on(e, trigger, reaction);
            pass_on(e, &s->trigger, &s->reaction);
        }
        break;
    case TWIST_FULL:
        if (s->reactions <= ENGINE_REACTIONS) {
            pass_on(e, trigger, reaction);
        }
    }
}

static const uint8_t *subject_host(Engine *e, RmRegion region)
{
    const Fault *fault = showing(e);
    const uint8_t *content = inner(e)->ops->host(inner(e), region);

    if (!fault || !fault->memory || region != fault->region) {
        return content;
    }
    memcpy(subject(e)->memory, content, RM_RAM_SIZE);
    fault->memory(subject(e)->memory);
    return subject(e)->memory;
}

static void subject_dirty(Engine *e, RmDirty *dirty)
{
    const Fault *fault = showing(e);

    inner(e)->ops->dirty(inner(e), dirty);
    if (fault && fault->dirty) {
        fault->dirty(dirty);
    }
}

static unsigned subject_notifiers(Engine *e, unsigned cpu, unsigned iommu)
{
    const Fault *fault = showing(e);
    unsigned all = (1u << RM_INDEXES) - 1;

    return fault ? all & ~fault->deaf : all;
}

/* The entry of one page, as the best of implementations would hold it. */
static bool hold(Subject *s, unsigned cpu, unsigned mmu_idx, uint32_t va)
{
    CachedEntry *c = &s->held.entry[s->held.n];
    bool live = false;
    RmEntry entry;

    s->inner->ops->entry(s->inner, cpu, mmu_idx, va, &entry);
    if (!entry.present) {
        return false;
    }
    g_assert_cmpuint(s->held.n, <, HELD_MAX - 1);
    *c = (CachedEntry) {
        .cpu = cpu, .mmu_idx = mmu_idx, .slot = ENGINE_SLOTS, .va = va,
        .pa = entry.pa, .attrs = entry.attrs,
    };
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const RmEntryType *type = &entry.type[t];

        if (type->allowed && type->cached) {
            live = true;
            c->type[t] = (CachedType) {
                .live = true, .fast = type->fast, .deferred = type->deferred,
                .region = type->region, .offset = type->offset,
            };
        }
    }
    s->held.n += live;
    return true;
}

static void hold_cpu(Subject *s, unsigned cpu, unsigned idx)
{
    uint32_t va;

    for (unsigned page = 0; page < RM_VA_PAGES; page++) {
        hold(s, cpu, idx, rm_page_va(page));
    }
    for (va = RM_CROWD_VA; hold(s, cpu, idx, va); va += RM_PAGE_SIZE) {
        continue;
    }
}

/* Say which are the same as the last time. */
static void remember(Subject *s)
{
    unsigned n = MIN(s->held.n, ENGINE_SLOTS);

    for (unsigned i = 0; i < n; i++) {
        CachedEntry *c = &s->held.entry[i], now = *c;

        c->slot = i;
        c->same = i < s->n_before &&
                  !memcmp(&now, &s->before[i], sizeof(now));
        memcpy(&s->before[i], &now, sizeof(now));
    }
    s->n_before = n;
}

static unsigned subject_entries(Engine *e, EntriesAsked asked,
                                CachedEntry *out, unsigned max)
{
    Held *held = &subject(e)->held;
    const Fault *fault = showing(e);

    held->n = 0;
    memset(held->entry, 0, sizeof(held->entry));
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX; i++) {
        hold_cpu(subject(e), i / RM_MMU_IDX, i % RM_MMU_IDX);
    }
    if (fault && fault->held) {
        fault->held(held);
    }
    if (asked != ENTRIES_ALL) {
        remember(subject(e));
    }
    memcpy(out, held->entry, MIN(held->n, max) * sizeof(*out));
    return held->n;
}

static unsigned subject_describe(Engine *e, unsigned cpu, unsigned mmu_idx,
                                 uint32_t va, EntryView out[ENTRY_VIEWS])
{
    static CachedEntry cached[HELD_MAX];
    unsigned listed = subject_entries(e, ENTRIES_ALL, cached, HELD_MAX), n = 0;

    for (unsigned i = 0; i < listed && n < ENTRY_VIEWS; i++) {
        const CachedEntry *c = &cached[i];

        if (c->cpu == cpu && c->mmu_idx == mmu_idx && c->va == va) {
            out[n] = (EntryView) { .cached = *c, .addend = RM_REGIONS };
            for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
                out[n].type[t] = (TypeView) {
                    .held = c->type[t].live, .region = RM_REGIONS,
                };
            }
            n++;
        }
    }
    return n;
}

static void subject_free(Engine *e)
{
    inner(e)->ops->free(inner(e));
}

static const EngineOps subject_ops = {
    .name = "a model with a fault",
    .reset = subject_reset,
    .apply = subject_apply,
    .react = subject_react,
    .host = subject_host,
    .dirty = subject_dirty,
    .entries = subject_entries,
    .describe = subject_describe,
    .notifiers = subject_notifiers,
    .free = subject_free,
};

static Subject faulty = { .engine.ops = &subject_ops };

/* In the place of QEMU. */
static Engine *engine_faulty(void)
{
    faulty.inner = engine_model();
    return &faulty.engine;
}

unsigned fault_applied(void)
{
    return faulty.applied;
}

void fault_init(void)
{
    run_init(&fault_run, engine_model(), engine_faulty());
    fault_run.thorough = true;
}

void fault_free(void)
{
    run_free(&fault_run);
}

static void parse(const char *setup, const char *ops, Scenario *s)
{
    g_autofree char *error = NULL;
    g_autofree char *text = g_strconcat("tlbdiff 1 iommu\nsetup pt=identity ",
                                        setup, " fill=page\n", ops, NULL);

    text_parse(s, "fault", text, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(s->n, >, 0);
}

void fault_parse(const Fault *fault, Scenario *s)
{
    parse(fault->setup, fault->ops, s);
}

void fault_choose(const Scenario *s, const Fault *fault)
{
    faulty.fault = fault;
    faulty.last = s->n ? &s->ops[s->n - 1] : NULL;
}

static void run(const Scenario *s, const Fault *fault, bool twice,
                Divergence *d)
{
    bool ok;

    *d = (Divergence) { .clause = RM_NO_CLAUSE };
    fault_choose(s, fault);
    ok = run_scenario(&fault_run, s, twice, d);
    g_assert_cmpint(ok, ==, d->clause == RM_NO_CLAUSE);
}

void fault_run_scenario(const Scenario *s, const Fault *fault, Divergence *d)
{
    run(s, fault, false, d);
}

void fault_run_twice(const Scenario *s, const Fault *fault, Divergence *d)
{
    run(s, fault, true, d);
}

uint64_t fault_agree(const char *setup, const char *ops)
{
    Scenario s;
    Divergence d;

    parse(setup, ops, &s);
    fault_run_scenario(&s, NULL, &d);
    assert_agreement(&d);
    return fault_run.seen.r.value;
}

void assert_agreement(const Divergence *d)
{
    DivergenceText text;

    divergence_print(d, &text);
    g_assert_cmpstr(text.what, ==, "");
    g_assert_cmpstr(rm_clause_name(d->clause), ==, "no clause");
}

static void test_fault(gconstpointer data)
{
    const Fault *fault = data;
    DivergenceText text;
    Scenario s;
    Divergence d;

    fault_parse(fault, &s);
    fault_run_scenario(&s, NULL, &d);
    assert_agreement(&d);

    fault_run_scenario(&s, fault, &d);
    if (fault->clause == RM_NO_CLAUSE) {
        assert_agreement(&d);
        return;
    }
    divergence_print(&d, &text);
    g_assert_cmpstr(text.what, !=, "");
    g_test_message("%s: %s", rm_clause_name(d.clause), text.what);
    g_assert_cmpstr(rm_clause_name(d.clause), ==,
                    rm_clause_name(fault->clause));
    g_assert_cmpuint(d.op, ==, s.n - 1);
}

void fault_add_tests(const char *path, const Fault *faults, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("%s/%s", path,
                                                faults[i].name);

        g_test_add_data_func(name, &faults[i], test_fault);
    }
}

void assert_told(const Fault *faults, unsigned n, const char *name,
                 const char *what, const char *expected,
                 const char *observed)
{
    DivergenceText text;
    Scenario s;
    Divergence d;

    for (unsigned i = 0; i < n; i++) {
        if (!strcmp(faults[i].name, name)) {
            fault_parse(&faults[i], &s);
            fault_run_scenario(&s, &faults[i], &d);
            divergence_print(&d, &text);
            g_assert_cmpstr(text.what, ==, what);
            g_assert_cmpstr(text.expected, ==, expected);
            g_assert_cmpstr(text.observed, ==, observed);
            return;
        }
    }
    g_assert_not_reached();
}

RmEvent *find(RmResult *r, RmEventKind kind)
{
    for (unsigned i = r->log.n; i > 0; i--) {
        if (r->log.ev[i - 1].kind == kind) {
            return &r->log.ev[i - 1];
        }
    }
    g_assert_not_reached();
}

void drop(RmResult *r, RmEventKind kind)
{
    RmEvent *ev = find(r, kind);
    RmEvent *end = r->log.ev + r->log.n--;

    memmove(ev, ev + 1, (char *)end - (char *)(ev + 1));
}

void repeat(RmResult *r, RmEventKind kind)
{
    RmEvent ev = *find(r, kind);

    rm_log(&r->log, &ev);
}

/* A device is called, where none may be. */
void extra_read(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) {
        .kind = RM_EV_DEV_READ, .region = RM_IO, .size = 4,
    });
}

void status_done(RmResult *r)
{
    r->status = RM_DONE;
}
