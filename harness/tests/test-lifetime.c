/*
 * What QEMU leaves behind in the process: what it registers for a CPU goes with
 * the CPU (C13), and a timeout gets through.  And a memory map may be large.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <signal.h>

#include <glib.h>

#include "sections.h"
#include "harness/qemu/engine.h"
#include "harness/scenario/preset.h"

static const Op setup = { .pt = PT_IDENTITY, .iommu = IOMMU_NESTED };

/* A load through both IOMMUs, on each CPU. */
static void load_everywhere(Engine *e)
{
    static EngineResult result;

    e->ops->reset(e, preset_get(&setup), NULL);
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        const Op op = { .kind = OP_LOAD, .cpu = cpu, .va = 0x101010 };

        e->ops->apply(e, &op, NULL, &result);
        g_assert_cmpint(result.r.status, ==, RM_DONE);
    }
}

static void test_notifiers(void)
{
    Engine *e = engine_qemu();

    load_everywhere(e);
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned i = 0; i < RM_IOMMUS; i++) {
            g_assert_cmphex(e->ops->notifiers(e, cpu, i), ==, 1);
        }
    }
    /* with a scenario they go ... */
    e->ops->finish(e);
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned i = 0; i < RM_IOMMUS; i++) {
            g_assert_cmphex(e->ops->notifiers(e, cpu, i), ==, 0);
        }
    }
    /* ... and with the CPUs, in the middle of one: it asserts that */
    load_everywhere(e);
    e->ops->free(e);
}

static bool apply(Engine *e, const Op *op, RmStatus status)
{
    static EngineResult result;

    e->ops->apply(e, op, NULL, &result);
    g_assert_cmpint(result.r.status, ==, status);
    return result.waits;
}

#define TOGETHER(address) { .kind = OP_LOAD, .va = address, \
                            .via = VIA_TOGETHER }

/* A block waits between its accesses, and goes when something else comes. */
static void test_together(void)
{
    static const Op loads[] = {
        TOGETHER(0x200000), TOGETHER(0x200001), TOGETHER(0x200002),
        TOGETHER(0x208000), TOGETHER(0x200003),
    };
    static const Op *const ahead[] = { &loads[0], &loads[1], &loads[2] };
    static const Op *const fails[] = { &loads[0], &loads[3], &loads[4] };
    static const Op flush = { .kind = OP_FLUSH };
    static const Op gone = { .kind = OP_PT_CLEAR, .va = 0x208000 };
    Engine *e = engine_qemu();

    e->ops->reset(e, preset_get(&setup), NULL);
    /* nobody has said what comes next */
    g_assert_false(apply(e, &loads[0], RM_DONE));
    /* to its end; past one that is left out; cut short */
    e->ops->ahead(e, ahead, 3);
    g_assert_true(apply(e, &loads[0], RM_DONE));
    g_assert_true(apply(e, &loads[1], RM_DONE));
    g_assert_false(apply(e, &loads[2], RM_DONE));
    e->ops->ahead(e, ahead, 3);
    g_assert_true(apply(e, &loads[0], RM_DONE));
    g_assert_false(apply(e, &loads[2], RM_DONE));
    e->ops->ahead(e, ahead, 3);
    g_assert_true(apply(e, &loads[0], RM_DONE));
    g_assert_false(apply(e, &flush, RM_DONE));
    g_assert_false(apply(e, &loads[1], RM_DONE));
    /* a fault in the middle ends it */
    g_assert_false(apply(e, &gone, RM_DONE));
    e->ops->ahead(e, fails, 3);
    g_assert_true(apply(e, &loads[0], RM_DONE));
    g_assert_false(apply(e, &loads[3], RM_PAGE_FAULT));
    g_assert_false(apply(e, &loads[4], RM_DONE));
    /* and the end of the scenario */
    e->ops->ahead(e, ahead, 3);
    g_assert_true(apply(e, &loads[0], RM_DONE));
    e->ops->finish(e);
}

/* Of ASan, which all tests run under; without it, nothing is measured. */
__attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes(void);

static size_t allocated(void)
{
    return __sanitizer_get_current_allocated_bytes ?
           __sanitizer_get_current_allocated_bytes() : 0;
}

static void replace_often(Engine *e, unsigned times)
{
    static const Op replace = { .kind = OP_CPU_REPLACE };

    for (unsigned i = 0; i < times; i++) {
        e->ops->reset(e, preset_get(&setup), NULL);
        apply(e, &replace, RM_DONE);
        e->ops->finish(e);
    }
}

/* A CPU that was removed is gone: it took 500 KiB when it was not. */
static void test_replaced(void)
{
    Engine *e = engine_qemu();
    size_t before;

    replace_often(e, 8);
    before = allocated();
    replace_often(e, 64);
    g_assert_cmpuint(allocated(), <, before + 64 * 4096);
}

/* Blocks are thrown away when there are many; not one that is new (C10). */
static void test_blocks(void)
{
    static const Op block = { .kind = OP_BLOCK, .va = 0x200000 };
    static EngineResult result;
    Engine *e = engine_qemu();

    for (unsigned i = 0; i < 5000; i++) {
        e->ops->reset(e, preset_get(&setup), NULL);
        e->ops->apply(e, &block, NULL, &result);
        for (unsigned n = 0; n < rm_log_len(&result.r.log); n++) {
            g_assert_cmpint(result.r.log.ev[n].kind, !=, RM_EV_CODE);
        }
    }
}

/* The timeout of a fuzzing engine comes as this signal. */
static void test_alarm(void)
{
    sigset_t blocked;

    engine_qemu();
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    g_assert_false(sigismember(&blocked, SIGALRM));
}

/* The number of a section is larger than an offset within a page. */
static void test_sections(void)
{
    engine_qemu();
    g_assert_cmpuint(sections_confused(5000), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lifetime/alarm", test_alarm);
    g_test_add_func("/lifetime/blocks", test_blocks);
    g_test_add_func("/lifetime/replaced", test_replaced);
    /* what comes after it changes a large map */
    g_test_add_func("/lifetime/sections", test_sections);
    g_test_add_func("/lifetime/together", test_together);
    g_test_add_func("/lifetime/notifiers", test_notifiers);
    return g_test_run();
}
