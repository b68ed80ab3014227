/*
 * Data races: what ThreadSanitizer is told to accept, and what it reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "race.h"

/* Calls of one access that are looked at, the innermost first. */
#define FRAMES 64

static struct Race {
    bool reported;
    struct RaceAccess {
        int write, atomic;
        void *frame[FRAMES];    /* return addresses; NULL behind the last */
    } access[2];
} race;

/* From ThreadSanitizer; not there in other builds. */
__attribute__((weak)) int
__tsan_get_report_mop(void *report, unsigned long idx, int *tid, void **addr,
                      int *size, int *write, int *atomic, void **trace,
                      unsigned long trace_size);
__attribute__((weak)) int
__tsan_get_report_data(void *report, const char **description, int *count,
                       int *stack_count, int *mop_count, int *loc_count,
                       int *mutex_count, int *thread_count,
                       int *unique_tid_count, void **sleep_trace,
                       unsigned long trace_size);
__attribute__((weak)) void __sanitizer_symbolize_pc(void *pc, const char *fmt,
                                                    char *buf, size_t len);

/* Of QEMU, each with the reason why it is no fault. */
#define ACCEPT(function, why) "race_top:^" function "$\n"
static const char accepted[] =
#include "races-accepted.h"
    ;

const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return accepted;
}

/*
 * Of what one process has reported already, it reports each once more: what a
 * scenario shows is not to depend on the one before.  A CPU whose TLB failed in
 * the middle of something gets another one, and its lock with it.
 */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "suppress_equal_stacks=0:suppress_equal_addresses=0:"
           "report_signal_unsafe=0:report_destroy_locked=0:detect_deadlocks=0:"
           "report_mutex_bugs=0:history_size=4:exitcode=0:die_after_fork=0";
}

/* In the thread that has raced, within the sanitizer: nothing is called. */
void __tsan_on_report(void *report);
void __tsan_on_report(void *report)
{
    int count, stacks, mops = 0, locs, mutexes, threads, tids, tid, size;
    const char *description;
    void *sleep[1], *addr;

    if (race.reported) {
        return;
    }
    __tsan_get_report_data(report, &description, &count, &stacks, &mops,
                           &locs, &mutexes, &threads, &tids, sleep, 1);
    if (mops < 2) {
        return;         /* a deadlock, a leak of a thread ... */
    }
    memset(&race, 0, sizeof(race));
    for (unsigned i = 0; i < 2; i++) {
        struct RaceAccess *a = &race.access[i];

        __tsan_get_report_mop(report, i, &tid, &addr, &size, &a->write,
                              &a->atomic, a->frame, FRAMES);
    }
    race.reported = true;
}

/* Those of the sanitizer itself, and of libc, stand for who has called them. */
static bool of_sanitizer(const char *function)
{
    static const char *const known[] = {
        "calloc", "free", "malloc", "memcpy", "memmove", "memset", "realloc",
        NULL
    };

    return g_str_has_prefix(function, "__") ||
           g_strv_contains(known, function);
}

/* The function, and the operation in which it was called. */
static void look_up(const struct RaceAccess *a, RaceSide *side)
{
    char name[200];

    *side = (RaceSide) {
        .write = a->write, .atomic = a->atomic, .op = AT_SETUP,
    };
    for (unsigned i = 0; i < FRAMES && a->frame[i]; i++) {
        unsigned op;

        __sanitizer_symbolize_pc(a->frame[i], "%f", name, sizeof(name));
        if (sscanf(name, "operation_%u", &op) == 1) {
            side->op = op - 1;
            break;
        }
        if (!side->function[0] && !of_sanitizer(name)) {
            g_strlcpy(side->function, name, sizeof(side->function));
        }
    }
}

bool race_take(Divergence *d)
{
    RaceSide side[2];
    unsigned first;

    if (!race.reported) {
        return false;
    }
    for (unsigned i = 0; i < 2; i++) {
        look_up(&race.access[i], &side[i]);
    }
    race.reported = false;
    /* by name: which of them came later is by chance */
    first = strcmp(side[0].function, side[1].function) > 0;
    *d = (Divergence) {
        .clause = RM_C24_OWNER, .kind = DIFFER_RACE,
        .op = side[side[first].op == AT_SETUP ? !first : first].op,
        .race = { side[first], side[!first] },
    };
    return true;
}
