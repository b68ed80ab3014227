/*
 * The third voice: a subject whose DMA answers what the test says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/compare/dma.h"

static DmaResult says;      /* to each question */
static unsigned asked;

static void fake_dma(Engine *e, const RmPath *path, bool write,
                     DmaResult *out)
{
    asked++;
    if (write) {
        out->region = says.region;
        out->offset = says.offset;
        out->response = says.response;
        out->locked = says.locked;
    } else {
        *out = says;
    }
}

static DmaWay liar;         /* that way answers so, DMA and others agree */
static DmaResult lie;
static unsigned ways;       /* a bit for each that was asked */

static bool fake_other_way(Engine *e, const RmPath *path, bool write,
                           DmaWay way, DmaResult *out)
{
    ways |= 1u << way;
    if (way == liar) {
        *out = lie;
    }
    return true;
}

static const EngineOps ops = {
    .dma = fake_dma, .other_way = fake_other_way,
};
static Engine subject = { &ops };

static EngineResult oracle, seen;
static Divergence d;
static DivergenceText text;

/* A load of 4 bytes from ram0+0x1010, on which all three agree. */
static void begin(void)
{
    static const uint8_t bytes[] = { 0x44, 0x33, 0x22, 0x11 };

    oracle = (EngineResult) { .changes = 1 };
    oracle.r.value = 0x11223344;
    oracle.r.n_paths = 1;
    oracle.r.path[0] = (RmPath) {
        .va = 0x1010, .pa = 0x21010, .size = 4, .region = RM_RAM0,
        .offset = 0x1010, .whole = true, .iommu = true,
    };
    memcpy(oracle.r.bytes, bytes, 4);
    seen = oracle;
    says = (DmaResult) { .region = RM_RAM0, .offset = 0x1010 };
    memcpy(says.bytes, bytes, 4);
    d = (Divergence) { .alone = VOICES };
    asked = ways = 0;
    liar = DMA_ITSELF;
}

static bool agrees(OpKind kind)
{
    return compare_dma(&subject, &(Op) { .kind = kind }, &oracle, NULL, &d);
}

static void assert_differs(OpKind kind, const char *clause, const char *what)
{
    g_assert_false(agrees(kind));
    g_assert_cmpstr(rm_clause_name(d.clause), ==, clause);
    divergence_print(&d, &text);
    g_assert_nonnull(strstr(text.what, what));
    g_assert_cmpstr(voice_verdict(d.alone), ==,
                    "of three voices, the way of DMA stands alone");
}

static void test_agree(void)
{
    static const OpKind kinds[] = { OP_LOAD, OP_STORE, OP_FETCH };

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        begin();
        /* a record of what was denied is in nobody's way */
        oracle.touched[0] = RM_TOUCHED_RECORD;
        g_assert_true(agrees(kinds[i]));
        g_assert_cmpuint(asked, ==, 1);
    }
}

static void test_bytes(void)
{
    begin();
    says.bytes[3] ^= 1;
    assert_differs(OP_LOAD, "C3 target", "other bytes");
    /* what lies behind them was not read */
    begin();
    says.bytes[4] ^= 1;
    g_assert_true(agrees(OP_LOAD));
}

static void test_target(void)
{
    begin();
    says.region = RM_RAM1;
    assert_differs(OP_STORE, "C3 target", "leads elsewhere");
    begin();
    says.offset = 0x2010;
    assert_differs(OP_STORE, "C3 target", "leads elsewhere");
    g_assert_cmpstr(text.expected, ==, "ram0+0x1010");
    g_assert_cmpstr(text.observed, ==, "ram0+0x2010");
}

static void test_response(void)
{
    begin();
    says.response = RM_TX_DECODE_ERROR;
    assert_differs(OP_LOAD, "C4 permission", "another response");
    oracle.r.path[0].iommu = false;
    assert_differs(OP_LOAD, "C3 target", "another response");
    says.response = RM_TX_ERROR;
    assert_differs(OP_LOAD, "C4 permission", "another response");
}

/* Each of the other ways has to agree in what it tells. */
static void test_ways(void)
{
    for (DmaWay way = DMA_ITSELF + 1; way < DMA_WAYS; way++) {
        begin();
        liar = way;
        lie = says;
        g_assert_true(agrees(OP_LOAD));
        g_assert_true(agrees(OP_STORE));
        g_assert_cmphex(ways, ==, (1u << DMA_WAYS) - 2);
        lie.region = RM_REGIONS;
        lie.offset = 0;
        g_assert_true(agrees(OP_STORE));
        lie.bytes[0] ^= 1;
        g_assert_true(agrees(OP_STORE));
        assert_differs(OP_LOAD, "C3 target", "other bytes");
        g_assert_nonnull(strstr(text.what, way_name(way)));
        lie.response = RM_TX_ERROR;
        assert_differs(OP_LOAD, "C4 permission", "another response");
        lie.region = RM_RAM1;
        assert_differs(OP_LOAD, "C3 target", "leads elsewhere");
        g_assert_cmpuint(d.dma.way, ==, way);
    }
}

/* In a campaign one of them is asked, and another one of another place. */
static void test_one_way(void)
{
    DmaAsked known = { 0 };
    unsigned all = 0;

    begin();
    for (unsigned i = 0; i < DMA_WAYS - 1; i++) {
        ways = 0;
        oracle.changes++;
        oracle.r.path[0].pa += 8;
        g_assert_true(compare_dma(&subject, &(Op) { .kind = OP_LOAD }, &oracle,
                                  &known, &d));
        g_assert_cmpuint(__builtin_popcount(ways), ==, 1);
        all |= ways;
    }
    g_assert_cmphex(all, ==, (1u << DMA_WAYS) - 2);
}

/* An access that failed must fail there, in the same way. */
static void test_failed(void)
{
    begin();
    oracle.r.status = RM_TX_FAILED;
    rm_log(&oracle.r.log, &(RmEvent) {
        .kind = RM_EV_TX_FAILED, .addr = 0x1012,
        .response = RM_TX_DECODE_ERROR,
    });
    assert_differs(OP_LOAD, "C4 permission", "another response");
    says.response = RM_TX_ERROR;
    assert_differs(OP_LOAD, "C4 permission", "another response");
    says.response = RM_TX_DECODE_ERROR;
    g_assert_true(agrees(OP_LOAD));
    /* in a page in pieces, others may fail as well */
    says.response = RM_TX_ERROR;
    oracle.r.path[0].as_dma = true;
    g_assert_true(agrees(OP_LOAD));
    says.response = RM_TX_OK;
    assert_differs(OP_LOAD, "C4 permission", "another response");
}

/* The second page is compared with its own bytes. */
static void test_crossing(void)
{
    begin();
    oracle.r.path[0].size = 1;
    oracle.r.path[1] = oracle.r.path[0];
    oracle.r.path[1].size = 3;
    oracle.r.n_paths = 2;
    memset(oracle.r.bytes, 0x44, 4);
    memset(says.bytes, 0x44, 4);
    g_assert_true(agrees(OP_LOAD));
    g_assert_cmpuint(asked, ==, 2);
    oracle.r.bytes[3] = 0x45;
    assert_differs(OP_LOAD, "C3 target", "other bytes");
}

static void assert_not_asked(OpKind kind)
{
    g_assert_true(agrees(kind));
    g_assert_cmpuint(asked, ==, 0);
}

/* Where CPUs and DMA differ by design, nobody is asked. */
static void test_not_asked(void)
{
    begin();
    oracle.r.path[0].dropped = true;
    assert_not_asked(OP_STORE);
    begin();
    oracle.r.path[0].other_sizes = true;
    assert_not_asked(OP_LOAD);
    begin();
    oracle.r.path[0].as_dma = true;
    assert_not_asked(OP_STORE);
    begin();
    assert_not_asked(OP_RMW);
    begin();
    oracle.r.status = RM_WATCHPOINT;
    assert_not_asked(OP_LOAD);
}

/* Nor where DMA, by now, may go another way than the access did. */
static void test_other_way_by_now(void)
{
    begin();
    oracle.reacted = true;
    assert_not_asked(OP_LOAD);
    begin();
    oracle.touched[RM_IOMMUS - 1] = RM_TOUCHED_DECISIONS;
    assert_not_asked(OP_STORE);
}

static bool ask(DmaAsked *once, OpKind kind)
{
    unsigned before = asked;

    g_assert_true(compare_dma(&subject, &(Op) { .kind = kind }, &oracle, once,
                              &d));
    return asked != before;
}

static void test_asked_once(void)
{
    g_autofree DmaAsked *once = g_new0(DmaAsked, 1);

    begin();
    g_assert_true(ask(once, OP_LOAD));
    g_assert_false(ask(once, OP_LOAD));
    g_assert_false(ask(once, OP_FETCH));
    /* another direction, attributes, page; or something has changed */
    g_assert_true(ask(once, OP_STORE));
    oracle.r.path[0].attrs = 1;
    g_assert_true(ask(once, OP_LOAD));
    oracle.r.path[0].pa += RM_PAGE_SIZE;
    g_assert_true(ask(once, OP_LOAD));
    oracle.changes++;
    g_assert_true(ask(once, OP_LOAD));
    g_assert_false(ask(once, OP_LOAD));
    /* what does not hold for the page is asked each time */
    oracle.r.path[0].whole = false;
    g_assert_true(ask(once, OP_LOAD));
    g_assert_true(ask(once, OP_LOAD));
}

static void assert_alone(OpKind kind, const char *who)
{
    g_autofree char *verdict = NULL;

    d.alone = VOICE_NONE;
    dma_judges(&subject, &(Op) { .kind = kind }, &oracle, &seen, &d);
    verdict = who ? g_strdup_printf("of three voices, %s stands alone", who) :
                    NULL;
    g_assert_cmpstr(voice_verdict(d.alone), ==, verdict);
}

static void test_judge(void)
{
    begin();
    seen.r.value = 0x11223345;
    assert_alone(OP_LOAD, "QEMU's CPU path");
    /* DMA reads what the CPU has read, in either byte order */
    says.bytes[0] = 0x45;
    assert_alone(OP_LOAD, "the model");
    seen.r.value = 0x45332211;
    assert_alone(OP_LOAD, "the model");
    /* three voices, three opinions */
    seen.r.value = 0x11223346;
    assert_alone(OP_LOAD, NULL);
    /* where a store of the CPU went, DMA does not know */
    says.offset = 0x2010;
    assert_alone(OP_STORE, NULL);
    says.offset = 0x1010;
    assert_alone(OP_STORE, "QEMU's CPU path");
    /* nothing was moved, or an assertion ended it */
    seen.r.status = RM_ASSERTED;
    assert_alone(OP_STORE, NULL);
    seen.r.status = RM_DONE;
    oracle.r.n_paths = 0;
    assert_alone(OP_STORE, NULL);
}

/* Whatever the answer is: what is locked for it must be unlocked (C22). */
static void test_locked(void)
{
    begin();
    says.locked = true;
    assert_differs(OP_LOAD, "C22 assertions", "a lock stays held");
    begin();
    says.locked = true;
    assert_differs(OP_STORE, "C22 assertions", "a lock stays held");
    begin();
    liar = DMA_MAPPED;
    lie = says;
    lie.locked = true;
    assert_differs(OP_LOAD, "C22 assertions", "a lock stays held");
    g_assert_cmpint(d.dma.way, ==, DMA_MAPPED);
}

/* A cache, or an entry, that is for more than leads there (C6). */
static void test_beyond(void)
{
    begin();
    liar = DMA_IOTLB;
    lie = says;
    lie.beyond = true;
    assert_differs(OP_LOAD, "C6 granularity", "more than leads there");
    g_assert_cmpint(d.dma.way, ==, DMA_IOTLB);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dma/agree", test_agree);
    g_test_add_func("/dma/ways", test_ways);
    g_test_add_func("/dma/one-way", test_one_way);
    g_test_add_func("/dma/bytes", test_bytes);
    g_test_add_func("/dma/target", test_target);
    g_test_add_func("/dma/response", test_response);
    g_test_add_func("/dma/failed", test_failed);
    g_test_add_func("/dma/crossing", test_crossing);
    g_test_add_func("/dma/locked", test_locked);
    g_test_add_func("/dma/beyond", test_beyond);
    g_test_add_func("/dma/not-asked", test_not_asked);
    g_test_add_func("/dma/other-way-by-now", test_other_way_by_now);
    g_test_add_func("/dma/asked-once", test_asked_once);
    g_test_add_func("/dma/judge", test_judge);
    return g_test_run();
}
