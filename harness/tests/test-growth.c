/*
 * The scenarios that show how the cost grows bring about what they say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/bench/growth.h"
#include "harness/engine/engine-model.h"
#include "harness/qemu/engine.h"
#include "tlb-size.h"

static Run run;

/* Run point @i of @kind, all of it. */
static void run_point(GrowthKind kind, unsigned i, Scenario *s)
{
    uint64_t before = run.operations;
    DivergenceText text;
    Divergence d;

    growth_scenario(kind, i, s);
    if (!run_scenario(&run, s, false, &d)) {
        divergence_print(&d, &text);
        g_error("%s, %u: %s", growth_get(kind)->name,
                growth_get(kind)->x[i], text.what);
    }
    g_assert_cmpuint(run.operations - before, ==, s->n);
}

static unsigned held(EntriesAsked asked, bool crowd, CachedEntry *entries,
                     unsigned max)
{
    unsigned n = run.subject->ops->entries(run.subject, asked, entries, max);
    unsigned count = 0;

    g_assert_cmpuint(n, <=, max);
    for (unsigned i = 0; i < n; i++) {
        count += rm_in_crowd(entries[i].va) == crowd;
    }
    return count;
}

/* All agrees, and is there at the end: victims take the place of others. */
static void test_entries(gconstpointer data)
{
    static CachedEntry entries[8192];
    GrowthKind kind = GPOINTER_TO_UINT(data);
    const Growth *g = growth_get(kind);

    for (unsigned i = 0; i < g->n; i++) {
        Scenario s;

        run_point(kind, i, &s);
        for (EntriesAsked asked = ENTRIES_ALL; asked <= ENTRIES_KNOWN;
             asked++) {
            g_assert_cmpuint(held(asked, kind == GROWTH_CROWD, entries,
                                  G_N_ELEMENTS(entries)), ==, g->x[i]);
        }
    }
}

static void test_tlb_size(void)
{
    const Growth *g = growth_get(GROWTH_TLB);

    for (unsigned i = 0; i < g->n; i++) {
        Scenario s;

        run_point(GROWTH_TLB, i, &s);
        g_assert_cmpuint(tlb_size(0, 0), ==, g->x[i]);
    }
}

/* As many IOMMUs are asked as there are levels. */
static void test_levels(void)
{
    const Growth *g = growth_get(GROWTH_LEVELS);

    for (unsigned i = 0; i < g->n; i++) {
        unsigned asked = 0;
        Scenario s;

        growth_scenario(GROWTH_LEVELS, i, &s);
        s.n = 1;
        g_assert_true(run_scenario(&run, &s, false, &(Divergence) { 0 }));
        for (unsigned j = 0; j < rm_log_len(&run.seen.r.log); j++) {
            asked += run.seen.r.log.ev[j].kind == RM_EV_TRANSLATE;
        }
        g_assert_cmpuint(asked, ==, g->x[i]);
    }
}

static void test_length(void)
{
    const Growth *g = growth_get(GROWTH_LENGTH);

    for (unsigned i = 0; i < g->n; i++) {
        Scenario s;

        run_point(GROWTH_LENGTH, i, &s);
        g_assert_cmpuint(s.n, ==, g->x[i]);
    }
}

static void test_cpus(void)
{
    const Growth *g = growth_get(GROWTH_CPUS);

    for (unsigned i = 0; i < g->n; i++) {
        uint64_t used = 0;
        Scenario s;

        run_point(GROWTH_CPUS, i, &s);
        for (unsigned j = 0; j < s.n; j++) {
            used |= 1u << s.ops[j].cpu;
        }
        g_assert_cmphex(used, ==, (1u << g->x[i]) - 1);
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    run_init(&run, engine_model(), engine_qemu());
    run.thorough = true;
    g_test_add_data_func("/growth/live", GUINT_TO_POINTER(GROWTH_LIVE),
                         test_entries);
    g_test_add_data_func("/growth/crowd", GUINT_TO_POINTER(GROWTH_CROWD),
                         test_entries);
    g_test_add_func("/growth/tlb-size", test_tlb_size);
    g_test_add_func("/growth/length", test_length);
    g_test_add_func("/growth/levels", test_levels);
    g_test_add_func("/growth/cpus", test_cpus);
    status = g_test_run();
    run_free(&run);
    return status;
}
