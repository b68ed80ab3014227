/*
 * Threads that take QEMU's own locks, by programs of one letter each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <setjmp.h>
#include "qemu/thread.h"

#include "harness/qemu/sched.h"
#include "threads.h"

static struct {
    const char *const *program;
    bool done[RM_THREADS];
    sigjmp_buf leave[RM_THREADS];
    QemuMutex a, b;
    QemuCond condition;
    GString *log;
    const char *why;
} now;

static bool is_ready(unsigned n)
{
    return now.program[n] && !now.done[n];
}

static void begin(unsigned n)
{
}

static void passed(unsigned from, unsigned to)
{
}

static void leave(const char *why)
{
    now.why = now.why ?: why;
    siglongjmp(now.leave[sched_self()], 1);
}

static void do_letter(char letter)
{
    switch (letter) {
    case '.':
        sched_point(PLACE_BEGIN);
        break;
    case 'a':
        qemu_mutex_lock(&now.a);
        break;
    case 'A':
        qemu_mutex_unlock(&now.a);
        break;
    case 'b':
        qemu_mutex_lock(&now.b);
        break;
    case 'B':
        qemu_mutex_unlock(&now.b);
        break;
    case 'c':
        qemu_cond_wait(&now.condition, &now.a);
        break;
    case 'C':
        qemu_cond_signal(&now.condition);
        break;
    default:
        g_assert_not_reached();
    }
}

static void step(unsigned n)
{
    now.done[n] = true;
    if (sigsetjmp(now.leave[n], 0)) {
        g_string_append_printf(now.log, "%u!", n);
        sched_unlock_all();
        return;
    }
    sched_may_leave(true);
    for (const char *letter = now.program[n]; *letter; letter++) {
        do_letter(*letter);
        g_string_append_printf(now.log, "%u%c", n, *letter);
    }
    sched_may_leave(false);
}

char *threads_run(const char *const program[RM_THREADS], EngineAtOnce *what)
{
    static const SchedOps ops = {
        .ready = is_ready, .step = step, .begin = begin, .passed = passed,
        .leave = leave,
    };

    memset(&now, 0, sizeof(now));
    now.program = program;
    now.log = g_string_new(NULL);
    qemu_mutex_init(&now.a);
    qemu_mutex_init(&now.b);
    qemu_cond_init(&now.condition);
    what->points = what->n_switches = 0;
    what->gave_up = false;
    sched_start(&ops, what);
    sched_run();
    qemu_cond_destroy(&now.condition);
    qemu_mutex_destroy(&now.b);
    qemu_mutex_destroy(&now.a);
    return g_string_free(now.log, FALSE);
}

const char *threads_why(void)
{
    return now.why;
}
