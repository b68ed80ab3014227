/*
 * What threads did at once, against all orders of it: by times and results whose
 * outcome was worked out by hand.  The subject is a model that does one thing
 * after the other; what it did at which time is up to the test.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "harness/engine/engine-legal.h"
#include "harness/engine/engine-model.h"
#include "harness/run/order.h"
#include "harness/run/section.h"
#include "harness/scenario/preset.h"
#include "harness/scenario/text.h"

/* Page 0x200000 is that of ram0, 0x0 one of iommu0, which leads to ram0. */
#define HEAD(dirty) "tlbdiff 1 threads\n" \
                    "setup pt=identity iommu=open dirty=" dirty " fill=page\n"
#define AT          "idx=0 va=0x200000 size=4 le"

static Engine *oracle, *subject;
static Scenario s;
static EngineAtOnce what;
static RmDirty before;
static Divergence d;
static uint8_t pages[RM_RAMS];

static void begin(const char *text)
{
    g_autofree char *error = NULL;

    if (!text_parse(&s, "order", text, &error)) {
        g_error("%s", error);
    }
    memset(&what, 0, sizeof(what));
    memset(&d, 0, sizeof(d));
    oracle->ops->reset(oracle, preset_get(&s.setup), NULL);
    subject->ops->reset(subject, preset_get(&s.setup), NULL);
    subject->ops->dirty(subject, &before);
}

/* Thread @t says that it did operation @op, from @from to @to. */
static EngineDone *says(unsigned t, unsigned op, unsigned from, unsigned to)
{
    EngineDone *done = &what.thread[t].done[what.thread[t].n_done++];

    *done = (EngineDone) {
        .op = &s.ops[op], .result = &what.results[what.n_results++],
        .begin = from, .end = to,
    };
    return done;
}

/* ... and does it, now. */
static EngineDone *does(unsigned t, unsigned op, unsigned from, unsigned to)
{
    EngineDone *done = says(t, op, from, to);

    subject->ops->apply(subject, done->op, NULL, done->result);
    return done;
}

/* ... and reads @value, whatever it has read. */
static void reads(unsigned t, unsigned op, unsigned from, unsigned to,
                  uint64_t value)
{
    does(t, op, from, to)->result->r.value = value;
}

static OrderVerdict verdict(void)
{
    Audited audited = { 0 };
    const OrderSides sides = {
        .oracle = oracle, .subject = subject, .scenario = &s, .at = 0,
        .audited = &audited, .pages = pages,
    };

    return order_find(&sides, &what, &before, &d);
}

static void assert_none(RmClause clause, DivergenceKind kind)
{
    g_assert_cmpint(verdict(), ==, ORDER_NONE);
    g_assert_cmpint(d.clause, ==, clause);
    g_assert_cmpint(d.kind, ==, kind);
}

/* --- orders --------------------------------------------------------------- */

#define STORES  HEAD("all") \
                "store cpu=0 " AT " val=0x1\n" \
                "store cpu=1 " AT " val=0x2\n" \
                "load cpu=0 " AT "\n" \
                "load cpu=0 " AT "\n"

/* Of two at once, either comes first; of two in turn, the first. */
static void test_stores(void)
{
    for (unsigned first = 0; first < 2; first++) {
        begin(STORES);
        does(first, first, 1, 4);
        does(!first, !first, 2, 3);
        g_assert_cmpint(verdict(), ==, ORDER_AGREES);

        begin(STORES);
        does(first, first, 1, 2);
        does(!first, !first, 3, 4);
        g_assert_cmpint(verdict(), ==, ORDER_AGREES);

        /* what memory has is of the one that ended first */
        begin(STORES);
        does(first, first, 3, 4);
        does(!first, !first, 1, 2);
        assert_none(RM_C3_TARGET, DIFFER_MEMORY);
    }
}

/* What is read is of before or of after, and nothing else. */
static void test_load(void)
{
    static const struct {
        unsigned from, to;      /* of the load; the store is from 3 to 6 */
        uint64_t value;
        bool agrees;
    } cases[] = {
        { 4, 5, 0x2, true }, { 4, 5, 0x1, true }, { 4, 5, 0x3, false },
        { 1, 2, 0x2, false }, { 1, 2, 0x1, true },
        { 7, 8, 0x2, true }, { 7, 8, 0x1, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        begin(STORES);
        does(0, 0, 0, 0);
        does(1, 1, 3, 6);
        reads(0, 2, cases[i].from, cases[i].to, cases[i].value);
        g_assert_cmpint(verdict(), ==,
                        cases[i].agrees ? ORDER_AGREES : ORDER_NONE);
        if (!cases[i].agrees) {
            g_assert_cmpint(d.clause, ==, RM_C3_TARGET);
        }
    }
}

/* Each of two loads agrees with some order, and both with none. */
static void test_back_in_time(void)
{
    begin(STORES);
    does(0, 0, 0, 0);
    does(1, 1, 3, 6);
    reads(0, 2, 3, 4, 0x2);
    reads(0, 3, 5, 5, 0x1);
    g_assert_cmpint(verdict(), ==, ORDER_NONE);
    /* what is said of it is of the order that got furthest: its last */
    g_assert_cmpuint(d.op, ==, 3);
}

/* Two that add to the same: who comes second has seen the first. */
static void test_lost(void)
{
    for (uint64_t old = 0x10; old < 0x13; old++) {
        begin(HEAD("all") "store cpu=0 " AT " val=0x10\n"
              "rmw cpu=0 idx=0 add va=0x200000 size=4 le val=0x1\n"
              "rmw cpu=1 idx=0 add va=0x200000 size=4 le val=0x1\n");
        does(0, 0, 0, 0);
        reads(0, 1, 1, 3, 0x10);
        reads(1, 2, 2, 4, old);
        g_assert_cmpint(verdict(), ==,
                        old == 0x11 ? ORDER_AGREES : ORDER_NONE);
    }
}

/* Three threads: orders of all of them are tried. */
static void test_three(void)
{
    static const struct {
        uint64_t first, second;
        bool agrees;
    } cases[] = {
        /* one load after the other: each by an order of its own */
        { 0x1, 0x1, true }, { 0x1, 0x22222222, true },
        { 0x22222222, 0x1, false }, { 0x22222222, 0x22222222, true },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        begin(HEAD("all") "store cpu=0 " AT " val=0x1\n"
              "load cpu=1 " AT "\n" "load cpu=1 " AT "\n"
              "dma write pa=0x20000 more=3 attrs=wid:0 val=0x22222222\n");
        does(0, 0, 1, 8);
        does(2, 3, 1, 8);
        reads(1, 1, 2, 3, cases[i].first);
        reads(1, 2, 4, 5, cases[i].second);
        g_assert_cmpint(verdict(), ==,
                        cases[i].agrees ? ORDER_AGREES : ORDER_NONE);
    }
}

/* More orders than are tried: nothing is said of them. */
static void test_too_many(void)
{
    g_autoptr(GString) text = g_string_new(HEAD("all"));

    for (unsigned i = 0; i < 24; i++) {
        g_string_append_printf(text, "load cpu=%u " AT "\n", i % 2);
    }
    begin(text->str);
    for (unsigned i = 0; i < 23; i++) {
        does(i % 2, i, 1, 99);
    }
    reads(1, 23, 1, 99, 0x77);
    g_assert_cmpint(verdict(), ==, ORDER_OPEN);
}

/* --- dirty bits ----------------------------------------------------------- */

static void test_dirty(void)
{
    static const struct {
        unsigned from, to;      /* of what clears; the store is from 3 to 6 */
        bool dirty, agrees;     /* afterwards */
    } cases[] = {
        { 4, 5, true, true }, { 4, 5, false, true },
        { 1, 2, true, true }, { 1, 2, false, false },
        { 7, 8, false, true }, { 7, 8, true, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        begin(HEAD("all") "store cpu=0 " AT " val=0x1\n"
              "clear-dirty client=vga -> ram0\n");
        if (cases[i].dirty) {
            does(2, 1, cases[i].from, cases[i].to);
            does(0, 0, 3, 6);
        } else {
            does(0, 0, 3, 6);
            does(2, 1, cases[i].from, cases[i].to);
        }
        if (cases[i].agrees) {
            g_assert_cmpint(verdict(), ==, ORDER_AGREES);
        } else {
            assert_none(RM_C9_DIRTY, DIFFER_DIRTY);
            g_assert_cmpint(d.dirty.client, ==, RM_VGA);
            g_assert_cmpuint(d.dirty.offset, ==, 0);
            g_assert_cmpint(d.dirty.seen, ==, cases[i].dirty);
            /* who says so: the one that came later */
            g_assert_cmpuint(d.op, ==, cases[i].dirty);
        }
    }
}

#define ELSEWHERE   HEAD("none") "load cpu=0 " AT "\n" \
                    "rmw cpu=1 idx=0 add va=0x201000 size=4 le val=0x0\n" \
                    "flush cpu=1 all\n"

/* What nobody has stored to stays as it was; memory says nothing of it here. */
static void test_dirty_elsewhere(void)
{
    EngineDone *done;

    begin(ELSEWHERE);
    does(0, 0, 1, 2);
    does(1, 1, 1, 2);
    g_assert_cmpint(verdict(), ==, ORDER_AGREES);

    /* the subject does the same, and says that it was another one */
    begin(ELSEWHERE);
    does(0, 0, 1, 2);
    done = does(1, 1, 1, 2);
    done->op = &s.ops[2];
    rm_result_init(&done->result->r);
    assert_none(RM_C9_DIRTY, DIFFER_DIRTY);
    g_assert_cmpuint(d.dirty.offset, ==, 0x1000);
    /* nobody says so */
    g_assert_cmpuint(d.op, ==, s.n);
}

/* --- what is wrong in any order, and what is not looked at ---------------- */

static void test_asserted(void)
{
    EngineDone *done;

    begin(STORES);
    does(0, 0, 1, 2);
    done = does(1, 1, 1, 2);
    done->result->r.status = RM_ASSERTED;
    strcpy(done->result->assertion, "tlb: it is broken");
    assert_none(RM_C22_ASSERTION, DIFFER_ASSERTION);
    g_assert_cmpuint(d.op, ==, 1);

    /* it is told of, although another order gets further */
    begin(STORES);
    done = does(0, 0, 1, 8);
    done->result->r.status = RM_ASSERTED;
    does(1, 2, 2, 3);
    reads(1, 3, 4, 5, 0x77);
    assert_none(RM_C22_ASSERTION, DIFFER_ASSERTION);

    /* who was stopped for it is not held to anything */
    begin(STORES);
    does(0, 0, 1, 2);
    done = does(1, 1, 1, 2);
    done->result->r.status = RM_ASSERTED;
    strcpy(done->result->assertion, "threads: another thread has failed");
    g_assert_cmpint(verdict(), ==, ORDER_AGREES);
}

static void test_trespass(void)
{
    begin(STORES);
    does(0, 0, 1, 2)->result->trespass = 1u << 1;
    does(1, 1, 1, 2);
    assert_none(RM_C24_OWNER, DIFFER_OWNER);
    g_assert_cmpuint(d.op, ==, 0);
    g_assert_cmpuint(d.owner, ==, 1);

    /* queued work, too, has nothing to do in another CPU's TLB */
    begin(STORES);
    does(0, 0, 1, 2)->op = NULL;
    what.thread[0].done[0].result->trespass = 1u << 1;
    assert_none(RM_C24_OWNER, DIFFER_OWNER);
}

/*
 * A store that others went on in the middle of, and that is not one piece for
 * them: nothing is said of what is read at once.  In the others, it is.
 */
static void test_in_parts(void)
{
    for (unsigned i = 0; i < 8; i++) {
        bool switched = i & 1, at_once = i & 2, aligned = i & 4;
        bool open = switched && at_once && !aligned;
        g_autofree char *text = g_strdup_printf(
            HEAD("all") "store cpu=0 idx=0 va=0x20000%c size=4 le val=0x1\n"
            "load cpu=1 " AT "\n", aligned ? '0' : '1');

        begin(text);
        does(0, 0, 1, 4)->switched = switched;
        reads(1, 1, at_once ? 2 : 5, at_once ? 3 : 6, 0x77);
        g_assert_cmpint(verdict(), ==, open ? ORDER_OPEN : ORDER_NONE);

        /* but what is wrong in any order is wrong in parts as well */
        what.results[1].r.status = RM_ASSERTED;
        assert_none(RM_C22_ASSERTION, DIFFER_ASSERTION);
    }
}

/* In one order, the contract does not speak of the load. */
static void test_uncovered(void)
{
    for (unsigned at_once = 0; at_once < 2; at_once++) {
        begin(HEAD("all") "load cpu=0 idx=0 va=0xe size=4 le\n"
              "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw "
              "mask=16\n");
        does(2, 1, 2, 3);
        says(0, 0, at_once ? 1 : 4, 5);
        g_assert_cmpint(verdict(), ==, ORDER_OPEN);
    }
}

/* --- changes that CPUs are told of ---------------------------------------- */

#define CHANGE  "iommu mmu=0 index=0 page=0x0 dir=both -> ram1+0x2000 perm=rw\n"

/*
 * One who reads and writes while an IOMMU changes: its entry may carry both answers,
 * which ends with an assertion (C7).  One who only writes, or was done before that,
 * has asked for one way; and another assertion is never right.
 */
static void test_conflict_in_parts(void)
{
    static const struct {
        const char *op, *assertion;
        bool switched, at_once, open;
    } cases[] = {
        { "rmw cpu=0 idx=0 add-fetch", "other == host", true, true, true },
        { "rmw cpu=0 idx=0 add-fetch", "other == host", true, false, false },
        { "rmw cpu=0 idx=0 add-fetch", "other == host", false, true, false },
        { "rmw cpu=0 idx=0 add-fetch", "other", true, true, false },
        { "store cpu=0 idx=0", "other == host", true, true, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(
            HEAD("all") "%s va=0x0 size=4 le val=0x1\n" CHANGE, cases[i].op);
        EngineDone *done;

        begin(text);
        done = says(0, 0, 1, 5);
        done->switched = cases[i].switched;
        done->result->r.status = RM_ASSERTED;
        strcpy(done->result->assertion, cases[i].assertion);
        does(2, 1, cases[i].at_once ? 2 : 6, cases[i].at_once ? 3 : 7);
        if (cases[i].open) {
            g_assert_cmpint(verdict(), ==, ORDER_OPEN);
        } else {
            assert_none(RM_C22_ASSERTION, DIFFER_ASSERTION);
        }
    }
}

/* An answer that its CPU was told to forget is left in the end (C13). */
static void test_left_over(void)
{
    for (unsigned told = 0; told < 2; told++) {
        begin(HEAD("all") "load cpu=0 idx=0 va=0x0 size=4 le\n" CHANGE);
        if (told) {
            does(0, 0, 1, 4);
            does(2, 1, 2, 3);
            g_assert_cmpint(verdict(), ==, ORDER_AGREES);
        } else {
            does(0, 0, 1, 4);
            says(2, 1, 2, 3);
            assert_none(RM_C13_NOTIFY, DIFFER_ENTRY);
        }
    }
    /* unless the page tables changed, too, since it asked them */
    for (unsigned changed = 0; changed < 2; changed++) {
        begin(HEAD("all") "load cpu=0 idx=0 va=0x0 size=4 le\n" CHANGE
              "pt idx=0 va=0x0 -> pa=0x1000 prot=rwx attrs=wid:0\n");
        does(0, 0, 1, 6)->switched = true;
        if (changed) {
            does(2, 2, 2, 3);
            says(2, 1, 4, 5);
            g_assert_cmpint(verdict(), ==, ORDER_OPEN);
        } else {
            says(2, 1, 4, 5);
            assert_none(RM_C13_NOTIFY, DIFFER_ENTRY);
        }
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    oracle = engine_model();
    subject = engine_legal();
    g_test_add_func("/order/stores", test_stores);
    g_test_add_func("/order/load", test_load);
    g_test_add_func("/order/back-in-time", test_back_in_time);
    g_test_add_func("/order/lost", test_lost);
    g_test_add_func("/order/three", test_three);
    g_test_add_func("/order/too-many", test_too_many);
    g_test_add_func("/order/dirty", test_dirty);
    g_test_add_func("/order/dirty-elsewhere", test_dirty_elsewhere);
    g_test_add_func("/order/asserted", test_asserted);
    g_test_add_func("/order/trespass", test_trespass);
    g_test_add_func("/order/in-parts", test_in_parts);
    g_test_add_func("/order/uncovered", test_uncovered);
    g_test_add_func("/order/conflict-in-parts", test_conflict_in_parts);
    g_test_add_func("/order/left-over", test_left_over);
    status = g_test_run();
    subject->ops->free(subject);
    oracle->ops->free(oracle);
    return status;
}
