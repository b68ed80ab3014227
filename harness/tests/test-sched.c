/*
 * The scheduler: which thread goes on where, by schedules and locks whose
 * outcome was worked out by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/qemu/engine.h"
#include "threads.h"

#define CHANGES 3

static EngineAtOnce what;

static const struct Case {
    const char *name;
    const char *program[RM_THREADS];
    unsigned n_changes;
    EngineChange change[CHANGES];
    const char *done;           /* what, in its order */
    unsigned points, n_switches;
    const char *why;            /* one had to leave; or NULL */
} cases[] = {
    /* one after the other, when nothing is left */
    { "in-turn", { "..", ".", "." }, 0, {}, "0.0.1.2.", 4, 2, NULL },
    { "who-begins", { "..", "." }, 1, { { 0, 1 } }, "1.0.0.", 3, 1, NULL },
    /* at the second place, before what comes there */
    { "switch", { "...", ".." }, 1, { { 2, 1 } }, "0.1.1.0.0.", 5, 2, NULL },
    { "and-back", { "...", "..", "." }, 2, { { 1, 2 }, { 1, 1 } },
      "1.1.0.0.0.2.", 6, 4, NULL },
    /* to itself, to one that has nothing to do, to one that has ended */
    { "to-itself", { "..", "." }, 1, { { 1, 0 } }, "0.0.1.", 3, 1, NULL },
    { "to-none", { ".." }, 1, { { 1, 1 } }, "0.0.", 2, 0, NULL },
    { "to-the-past", { ".", "." }, 1, { { 2, 0 } }, "0.1.", 2, 1, NULL },
    { "too-late", { "." }, 1, { { 9, 1 } }, "0.", 1, 0, NULL },
    /* at places of one kind, where the others come to them */
    { "at-a-lock", { "..a.A", "." }, 1, { { 1, 1, PLACE_LOCK } },
      "0.0.1.0a0.0A", 5, 2, NULL },
    { "at-the-first", { ".a.A", "." }, 1, { { 0, 1, PLACE_LOCK } },
      "0.1.0a0.0A", 4, 2, NULL },
    { "at-the-second", { "aA.aA", "." }, 1, { { 2, 1, PLACE_LOCK } },
      "0a0A0.1.0a0A", 4, 2, NULL },
    { "at-one-of-others", { "aCAb.B", "ac.A" }, 2,
      { { 0, 1 }, { 2, 1, PLACE_LOCK } }, "1a0a0C0A1c1.1A0b0.0B", 5, 3, NULL },
    { "at-none", { ".", "." }, 1, { { 1, 1, PLACE_SPIN } }, "0.1.", 2, 1,
      NULL },
    /* who waits for a lock lets its owner go on, and has it then */
    { "lock", { "a.A", "aA" }, 1, { { 2, 1 } }, "0a0.0A1a1A", 3, 3, NULL },
    { "two-locks", { "a.A", "b.B" }, 1, { { 2, 1 } }, "0a1b1.1B0.0A", 4, 2,
      NULL },
    { "condition", { "acA", "aCA" }, 0, {}, "0a1a1C1A0c0A", 2, 2, NULL },
    /* nobody can go on: one has to leave, and then the others */
    { "deadlock", { "a.bBA", "b.aAB" }, 1, { { 2, 1 } }, "0a1b1.0.0!1!", 6, 3,
      "all threads wait for each other" },
    { "no-signal", { "acA" }, 0, {}, "0a0!", 1, 0,
      "all threads wait for each other" },
};

/* Twice: the same schedule is the same interleaving (C21). */
static void test_case(gconstpointer data)
{
    const struct Case *c = data;

    for (unsigned i = 0; i < 2; i++) {
        g_autofree char *done = NULL;

        what.n_changes = c->n_changes;
        memcpy(what.change, c->change, sizeof(c->change));
        done = threads_run(c->program, &what);
        g_assert_cmpstr(done, ==, c->done);
        g_assert_cmpuint(what.points, ==, c->points);
        g_assert_cmpuint(what.n_switches, ==, c->n_switches);
        g_assert_cmpstr(threads_why(), ==, c->why);
        g_assert_cmpint(what.gave_up, ==, c->why != NULL);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    engine_qemu();
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/sched/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
