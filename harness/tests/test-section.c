/*
 * The part of a scenario that threads do at once: who does what, when, and the
 * time line of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "harness/run/section.h"
#include "harness/scenario/text.h"

#define HEAD "tlbdiff 1 threads\n" \
             "setup pt=identity iommu=open dirty=all fill=page\n"

static Scenario s;
static EngineAtOnce what;
static unsigned left_out;       /* the operation that is not covered */

static void parse(const char *text)
{
    g_autofree char *error = NULL;

    if (!text_parse(&s, "section", text, &error)) {
        g_error("%s", error);
    }
    left_out = SCENARIO_OPS;
    memset(&what, 0, sizeof(what));
}

static bool covered(void *opaque, unsigned at, const Op *op)
{
    g_assert_true(op == &s.ops[at]);
    return at != left_out;
}

static unsigned collect(unsigned at)
{
    return section_collect(&s, at, &what, covered, NULL);
}

/* The numbers of the operations that thread @t does are those of @want. */
static void assert_does(unsigned t, unsigned n, const unsigned *want)
{
    g_assert_cmpuint(what.thread[t].n, ==, n);
    for (unsigned i = 0; i < n; i++) {
        g_assert_cmpuint(what.thread[t].op[i] - s.ops, ==, want[i]);
    }
}

#define DOES(t, ...) \
    assert_does(t, sizeof((unsigned[]) { __VA_ARGS__ }) / sizeof(unsigned), \
                (unsigned[]) { __VA_ARGS__ })

static void test_collect(void)
{
    parse(HEAD "flush cpu=0 all\n"                              /* 0 */
          "thread 1\n"
          "load cpu=1 idx=0 va=0x0 size=4 le\n"                 /* 2 */
          "switch after=3 to=0\n"
          "load cpu=1 idx=0 va=0x4 size=4 le\n"                 /* 4 */
          "thread 0\n"
          "flush cpu=0 all\n"                                   /* 6 */
          "switch at=lock after=0 to=2\n"
          "thread 1\n"
          "flush cpu=1 all\n"                                   /* 9 */
          "thread 2\n"
          "clear-dirty client=migration -> ram0+0x0\n"          /* 11 */
          "join\n"
          "flush cpu=0 all\n");
    g_assert_cmpuint(collect(1), ==, 11);
    DOES(0, 6);
    DOES(1, 2, 4, 9);
    DOES(2, 11);
    /* the schedule is one, wherever its parts stand */
    g_assert_cmpuint(what.n_changes, ==, 2);
    g_assert_cmpuint(what.change[0].after, ==, 3);
    g_assert_cmpuint(what.change[0].to, ==, 0);
    g_assert_cmpuint(what.change[0].at, ==, PLACE_ANY);
    g_assert_cmpuint(what.change[1].after, ==, 0);
    g_assert_cmpuint(what.change[1].to, ==, 2);
    g_assert_cmpuint(what.change[1].at, ==, PLACE_LOCK);
    /* what the contract does not speak of is not done */
    left_out = 4;
    collect(1);
    DOES(1, 2, 9);
    g_assert_cmpuint(what.n_changes, ==, 2);
}

/* An IOMMU's answers for so much, by its set-up and by another thread. */
static void parse_granules(const char *iommu, const char *mask)
{
    g_autofree char *text = g_strdup_printf(
        "tlbdiff 1 threads\n"
        "setup pt=identity iommu=%s dirty=all fill=page\n"
        "thread 0\n"
        "load cpu=0 idx=0 va=0x7fc size=4 le\n"                 /* 1 */
        "load cpu=0 idx=0 va=0x7fc size=8 le\n"
        "probe cpu=0 idx=0 flags va=0x7ff type=load len=2\n"    /* 3 */
        "load cpu=0 idx=0 va=0xffc size=8 le\n"
        "load cpu=0 idx=0 va=0x8fe size=4 le\n"                 /* 5 */
        "thread 2\n"
        "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw%s\n"
        "join\n"
        "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=16\n",
        iommu, mask);

    parse(text);
    collect(0);
}

/* C6: what may be in two granules by then, whatever others do, is not done. */
static void test_granules(void)
{
    parse_granules("open", "");
    DOES(0, 1, 2, 3, 4, 5);
    parse_granules("open", " mask=2k");
    DOES(0, 1, 4, 5);
    parse_granules("fine", "");
    DOES(0, 1, 4);
}

/* The one behind the CPUs is none; and there may be no end of it. */
static void test_not_for_all(void)
{
    parse(HEAD "thread 2\n"
          "load cpu=0 idx=0 va=0x0 size=4 le\n"
          "clear-dirty client=code -> ram0+0x0\n"
          "clear-dirty client=vga -> ram0+0x0\n"
          "flush cpu=0 all\n");
    g_assert_cmpuint(collect(0), ==, s.n);
    DOES(2, 3);
    g_assert_cmpuint(what.thread[0].n + what.thread[1].n, ==, 0);
    g_assert_cmpuint(what.n_changes, ==, 0);
}

static EngineDone done(unsigned op, unsigned begin, unsigned end)
{
    return (EngineDone) { .op = &s.ops[op], .begin = begin, .end = end };
}

/* Thread 0: work and an operation, which thread 1 goes on in the middle of. */
static void do_some(void)
{
    parse(HEAD "thread 0\n"
          "flush cpu=0 all\n"
          "thread 1\n"
          "flush cpu=1 all\n"
          "thread 2\n"
          "clear-dirty client=vga -> ram0+0x0\n");
    collect(0);
    what.thread[0].n_done = 2;
    what.thread[0].done[0] = (EngineDone) { .begin = 1, .end = 2 };
    what.thread[0].done[1] = done(1, 3, 7);
    what.thread[0].done[1].switched = true;
    what.thread[1].n_done = 1;
    what.thread[1].done[0] = done(3, 5, 6);
    what.thread[2].n_done = 1;
    what.thread[2].done[0] = done(5, 9, 10);
    what.n_switches = 2;
    what.switches[0] = (EngineSwitch) {
        .point = 12, .time = 4, .from = 0, .to = 1, .place = PLACE_SPIN,
    };
    what.switches[1] = (EngineSwitch) {
        .point = 20, .time = 8, .from = 0, .to = 2, .place = PLACE_END,
    };
    what.points = 23;
}

static void test_next(void)
{
    const EngineDone *next = NULL;
    static const unsigned begins[] = { 1, 3, 5, 9 };

    do_some();
    for (unsigned i = 0; i < G_N_ELEMENTS(begins); i++) {
        next = section_next(&what, next);
        g_assert_nonnull(next);
        g_assert_cmpuint(next->begin, ==, begins[i]);
    }
    g_assert_null(section_next(&what, next));
    what.thread[0].n_done = what.thread[1].n_done = what.thread[2].n_done = 0;
    g_assert_null(section_next(&what, NULL));
}

static void test_print(void)
{
    static const char *const want[] = {
        "      CPU 0                          CPU 1                          "
        "what is behind them",
        "      queued work",
        "      2 flush cpu=0 all",
        "      ~ at a spin lock (12)",
        "                                     4 flush cpu=1 all",
        "        it ends",
        "                                                                    "
        "6 clear-dirty client=vga -> ra",
        "      (23 places at which a thread can be switched)",
    };
    g_auto(GStrv) lines = NULL;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    do_some();
    section_print(&s, &what, out);
    fclose(out);
    lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
        g_assert_cmpstr(lines[i], ==, want[i]);
    }
    g_assert_null(lines[G_N_ELEMENTS(want)]);
    free(text);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/section/collect", test_collect);
    g_test_add_func("/section/granules", test_granules);
    g_test_add_func("/section/not-for-all", test_not_for_all);
    g_test_add_func("/section/next", test_next);
    g_test_add_func("/section/print", test_print);
    return g_test_run();
}
