/*
 * What a plugin is told of an access, against what has happened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/compare/told.h"

static Op op;
static EngineResult oracle, subject;
static Divergence d;

/* A store of 4 bytes to io+0x10, of which the plugin is told well. */
static void begin(void)
{
    op = (Op) {
        .kind = OP_STORE, .va = 0x3010, .lg_size = 2, .val = 0x11223344,
    };
    oracle = (EngineResult) { 0 };
    oracle.r.n_paths = 1;
    oracle.r.path[0] = (RmPath) {
        .va = 0x3010, .pa = 0x22010, .size = 4, .region = RM_IO,
        .offset = 0x10,
    };
    subject = (EngineResult) { .listens = true, .n_told = 1 };
    subject.told[0] = (EngineTold) {
        .va = 0x3010, .size = 4, .is_store = true, .value = 0x11223344,
        .known = true, .is_io = true, .region = RM_IO, .pa = 0x22010,
    };
    d = (Divergence) { 0 };
}

static void assert_agrees(void)
{
    g_assert_true(compare_told(&op, &oracle, &subject, &d));
}

static void assert_differs(ToldReason reason, const char *what,
                           const char *expected, const char *observed)
{
    DivergenceText text;

    g_assert_false(compare_told(&op, &oracle, &subject, &d));
    g_assert_cmpint(d.clause, ==, RM_C3_TARGET);
    g_assert_cmpint(d.kind, ==, DIFFER_TOLD);
    g_assert_cmpint(d.told.reason, ==, reason);
    divergence_print(&d, &text);
    g_assert_cmpstr(text.what, ==, what);
    g_assert_cmpstr(text.expected, ==, expected);
    g_assert_cmpstr(text.observed, ==, observed);
}

static void test_access(void)
{
    begin();
    assert_agrees();
    subject.told[0].va ^= 1;
    assert_differs(TOLD_ACCESS, "a plugin is told of another access",
                   "store va=0x3010 size=4", "store va=0x3011 size=4");
    begin();
    subject.told[0].size = 8;
    assert_differs(TOLD_ACCESS, "a plugin is told of another access",
                   "store va=0x3010 size=4", "store va=0x3010 size=8");
    begin();
    subject.told[0].is_store = false;
    assert_differs(TOLD_ACCESS, "a plugin is told of another access",
                   "store va=0x3010 size=4", "load va=0x3010 size=4");
}

/* Only as many bytes as there are count; of a load, it is what was read. */
static void test_value(void)
{
    begin();
    subject.told[0].value |= 1ull << 32;
    assert_agrees();
    subject.told[0].value ^= 1ull << 31;
    assert_differs(TOLD_VALUE, "a plugin is told another value",
                   "0x11223344", "0x191223344");
    begin();
    op.kind = OP_LOAD;
    subject.told[0].is_store = false;
    oracle.r.value = 0x55;
    assert_differs(TOLD_VALUE, "a plugin is told another value", "0x55",
                   "0x11223344");
    begin();
    op.lg_size = 3;
    subject.told[0].size = 8;
    subject.told[0].value ^= 1ull << 63;
    assert_differs(TOLD_VALUE, "a plugin is told another value",
                   "0x11223344", "0x8000000011223344");
}

static void test_place(void)
{
    begin();
    subject.told[0].pa += 0x1000;
    assert_differs(TOLD_PAGE, "a plugin is told another physical address",
                   "pa=0x22010", "pa=0x23010");
    begin();
    subject.told[0].is_io = false;
    assert_differs(TOLD_IO, "a plugin is told that it goes elsewhere", "io",
                   "RAM");
    begin();
    subject.told[0].region = RM_BIG;
    assert_differs(TOLD_IO, "a plugin is told that it goes elsewhere", "io",
                   "big");
    begin();
    oracle.r.path[0].region = RM_RAM1;
    assert_differs(TOLD_IO, "a plugin is told that it goes elsewhere", "RAM",
                   "io");
    /* of what is in pieces, whose it is does not show */
    begin();
    oracle.r.path[0].region = RM_RAM1;
    oracle.r.path[0].as_dma = true;
    assert_agrees();
    /* a ROM device is memory to loads, or is not */
    begin();
    oracle.r.path[0].region = subject.told[0].region = RM_ROMD;
    assert_agrees();
    subject.told[0].is_io = false;
    assert_differs(TOLD_IO, "a plugin is told that it goes elsewhere", "romd",
                   "RAM");
    op.kind = OP_LOAD;
    oracle.r.value = op.val;
    subject.told[0].is_store = false;
    assert_agrees();
}

/* Its entry is gone, or another one: then nothing need be known. */
static void test_gone(void)
{
    begin();
    subject.told[0].known = false;
    subject.told[0].pa = 0;
    assert_agrees();
    begin();
    oracle.reacted = true;
    subject.told[0].is_io = false;
    assert_agrees();
    begin();
    oracle.r.n_paths = 0;
    subject.told[0].is_io = false;
    assert_agrees();
}

static void test_times(void)
{
    begin();
    subject.n_told = 0;
    assert_differs(TOLD_TIMES, "a plugin is told 0 times of the access", "",
                   "");
    begin();
    subject.n_told = 2;
    assert_differs(TOLD_TIMES, "a plugin is told 2 times of the access", "",
                   "");
    /* what was not made is not told; or is, and then failed */
    oracle.r.status = RM_TX_FAILED;
    assert_agrees();
    oracle.r.status = RM_WATCHPOINT;
    assert_agrees();
    oracle.r.stopped_after = true;
    assert_differs(TOLD_TIMES, "a plugin is told 2 times of the access", "",
                   "");
    /* nobody listens, or not to that */
    subject.listens = false;
    assert_agrees();
    begin();
    op.kind = OP_FETCH;
    subject.n_told = 0;
    assert_agrees();
}

/* A load and then a store, whose values nobody is to know. */
static void test_atomic(void)
{
    begin();
    op.kind = OP_RMW;
    subject.n_told = 2;
    subject.told[1] = subject.told[0];
    subject.told[0].is_store = false;
    subject.told[0].value = 7;
    assert_agrees();
    subject.told[1].is_io = false;
    assert_differs(TOLD_IO, "a plugin is told that it goes elsewhere", "io",
                   "RAM");
    subject.told[1].is_store = false;
    assert_differs(TOLD_ACCESS, "a plugin is told of another access",
                   "store va=0x3010 size=4", "load va=0x3010 size=4");
    subject.n_told = 1;
    assert_differs(TOLD_TIMES, "a plugin is told 1 times of the access", "",
                   "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/told/access", test_access);
    g_test_add_func("/told/value", test_value);
    g_test_add_func("/told/place", test_place);
    g_test_add_func("/told/gone", test_gone);
    g_test_add_func("/told/times", test_times);
    g_test_add_func("/told/atomic", test_atomic);
    return g_test_run();
}
