/*
 * When a checker is looked at, where not all is compared after each operation:
 * nothing of it is left out by the end of a scenario.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/engine/engine-legal.h"
#include "harness/engine/engine-model.h"
#include "harness/run/run.h"
#include "harness/scenario/text.h"

static Run run;
static const EngineOps *good;
static unsigned wrong;          /* the checker that is, ... */
static bool used;               /* ... once something was done */
static uint64_t asked[RM_IOMMUS];   /* decisions */

#define BLK_MAX 0x10
#define NOWHERE (SCENARIO_OPS + 1)
#define SETUP "tlbdiff 1 tzmpc\n" \
    "setup pt=identity dirty=all fill=page downstream=ram words=1 rules=mixed\n"
#define DENIED "load cpu=0 idx=0 va=0x2000 size=1 le\n"
/* of each checker: all indexes, both directions */
#define TABLES 4

static RmResponse bad_peek(Engine *e, unsigned number, unsigned offset,
                           unsigned size, unsigned attrs, uint64_t *value)
{
    RmResponse response = good->peek(e, number, offset, size, attrs, value);

    *value += used && number == wrong && offset == BLK_MAX;
    return response;
}

static void bad_decide(Engine *e, unsigned number, unsigned index,
                       uint32_t addr, bool is_write, RmDecision *out)
{
    good->decide(e, number, index, addr, is_write, out);
    out->allowed ^= used && number == wrong;
    asked[number]++;
}

static void bad_reset(Engine *e, const RmPreset *preset, const uint8_t *pages)
{
    used = false;
    good->reset(e, preset, pages);
}

static void bad_apply(Engine *e, const Op *op, const RmSeen *seen,
                      EngineResult *result)
{
    used = true;
    good->apply(e, op, seen, result);
}

/* Returns at which operation @bad differs; RM_IOMMUS: neither is wrong. */
static unsigned differs_at(EngineOps *bad, unsigned number,
                           const char *operations)
{
    g_autofree char *text = g_strconcat(SETUP, operations, NULL);
    g_autofree char *error = NULL;
    unsigned at = NOWHERE;
    Divergence d;
    Scenario s;

    text_parse(&s, "scenario", text, &error);
    g_assert_cmpstr(error, ==, NULL);
    wrong = number;
    memset(asked, 0, sizeof(asked));
    run.decisions = 0;
    bad->reset = bad_reset;
    bad->apply = bad_apply;
    run.subject->ops = bad;
    if (!run_scenario(&run, &s, false, &d)) {
        at = d.op;
    }
    run.subject->ops = good;
    return at;
}

/* A denied access has a record; the other registers come at the end. */
static void test_denied(void)
{
    EngineOps bad = *good;

    bad.peek = bad_peek;
    g_assert_cmpint(differs_at(&bad, 0, DENIED DENIED), ==, 2);
    /* a write is looked at in all of them, at once */
    g_assert_cmpint(differs_at(&bad, 0, "int disable\n" DENIED), ==, 0);
}

/* Nobody has touched it. */
static void test_other(void)
{
    EngineOps bad = *good;

    bad.peek = bad_peek;
    bad.decide = bad_decide;
    g_assert_cmpint(differs_at(&bad, 1, "int disable\n"), ==, NOWHERE);
    g_assert_cmpint(asked[1], ==, 0);
    g_assert_cmpint(asked[0], >, 0);
}

/* Of several writes in a row, it is the last that decisions are asked after. */
static void test_row(void)
{
    EngineOps bad = *good;

    bad.decide = bad_decide;
    g_assert_cmpint(differs_at(&bad, 0, "int disable\nint enable\n"
                               "int disable\n"), ==, 2);
    g_assert_cmpint(differs_at(&bad, RM_IOMMUS, "int disable\nint enable\n"
                               DENIED "int disable\n"), ==, NOWHERE);
    g_assert_cmpint(run.decisions, ==, 2 * TABLES);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    run_init(&run, engine_model(), engine_legal());
    good = run.subject->ops;
    g_test_add_func("/due/denied", test_denied);
    g_test_add_func("/due/other", test_other);
    g_test_add_func("/due/row", test_row);
    status = g_test_run();
    run_free(&run);
    return status;
}
