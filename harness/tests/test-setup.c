/*
 * A fault that is there when a scenario begins is one of the set-up, and not of
 * the operation at which it is seen: however much is compared each time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/compare/signature.h"
#include "harness/engine/engine-legal.h"
#include "harness/engine/engine-model.h"
#include "harness/run/run.h"
#include "harness/scenario/text.h"

static Run run;
static const EngineOps *good;
static unsigned right;      /* so often is the register read as it should */

#define BLK_MAX 0x10

static RmResponse bad_peek(Engine *e, unsigned number, unsigned offset,
                           unsigned size, unsigned attrs, uint64_t *value)
{
    RmResponse response = good->peek(e, number, offset, size, attrs, value);

    *value += offset == BLK_MAX && !right;
    right -= offset == BLK_MAX && right;
    return response;
}

/* The signature, if the register is right for @times. */
static char *seen(bool thorough, unsigned times)
{
    EngineOps bad = *good;
    g_autofree char *error = NULL;
    Divergence d;
    Scenario s;

    text_parse(&s, "scenario", "tlbdiff 1 tzmpc\n"
               "setup pt=identity dirty=all fill=page downstream=ram words=1 "
               "rules=mixed\n"
               "load cpu=0 idx=0 va=0x0 size=1 le\n"
               "int disable\n", &error);
    g_assert_cmpstr(error, ==, NULL);
    bad.peek = bad_peek;
    right = times;
    run.thorough = thorough;
    run.subject->ops = &bad;
    g_assert_false(run_scenario(&run, &s, false, &d));
    run.subject->ops = good;
    return signature(&s, &d);
}

static void test_setup(void)
{
    for (unsigned thorough = 0; thorough < 2; thorough++) {
        g_autofree char *is = seen(thorough, 0);

        g_assert_cmpstr(is, ==, "D2/setup/checker-register-blk_max");
    }
}

/* It is right in the set-up, and wrong when it is looked at again. */
static void test_operation(void)
{
    g_autofree char *is = seen(true, RM_IOMMUS);

    g_assert_cmpstr(is, ==, "D2/load/checker-register-blk_max");
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    run_init(&run, engine_model(), engine_legal());
    good = run.subject->ops;
    g_test_add_func("/setup/register", test_setup);
    g_test_add_func("/setup/operation", test_operation);
    status = g_test_run();
    run_free(&run);
    return status;
}
