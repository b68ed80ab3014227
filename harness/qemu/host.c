/*
 * QEMU as a library: started without threads for its vCPUs, with a clock
 * that stands still, and with assertions that can be survived.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <ucontext.h>
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/cputlb.h"
#include "exec/cpu-common.h"
#include "hw/core/cpu.h"
#include "system/system.h"
#include "tcg/startup.h"
#include "accel/tcg/internal-common.h"
#include "accel/tcg/tcg-accel-ops.h"

#include "side.h"

/* The clock that the TLB reads, to find out when to shrink. */
static struct timeval now = { .tv_sec = 1000000000 };

int __wrap_gettimeofday(struct timeval *tv, void *tz);
int __wrap_gettimeofday(struct timeval *tv, void *tz)
{
    *tv = now;
    return 0;
}

/*
 * QEMU starts a coroutine while it starts up.  ASan warns whoever calls
 * swapcontext(); QEMU tells ASan of the new stack itself.
 */
int __wrap_swapcontext(ucontext_t *save, const ucontext_t *next);
int __wrap_swapcontext(ucontext_t *save, const ucontext_t *next)
{
    volatile bool swapped = false;

    if (getcontext(save)) {
        return -1;
    }
    if (swapped) {
        return 0;
    }
    swapped = true;
    return setcontext(next);
}

/*
 * What the thread of a vCPU would do first.  The harness's thread is the
 * thread of all of them.
 */
void __wrap_mttcg_start_vcpu_thread(CPUState *cpu);
void __wrap_mttcg_start_vcpu_thread(CPUState *cpu)
{
    static bool registered;

    tcg_cpu_init_cflags(cpu, true);
    if (!registered) {
        tcg_register_thread();
        registered = true;
    }
    qemu_thread_get_self(cpu->thread);
    cpu->thread_id = qemu_get_thread_id();
    cpu->neg.can_do_io = true;
    cpu->created = true;
}

/* An assertion while an operation runs ends the operation, and only that. */
G_NORETURN static void asserted(const char *file, int line, const char *expr)
{
    /* no allocation: nothing is cleaned up behind siglongjmp() */
    const char *slash = strrchr(file, '/');

    g_snprintf(qemu_side.result->assertion,
               sizeof(qemu_side.result->assertion), "%s:%d: %s",
               slash ? slash + 1 : file, line,
               expr ? expr : "code should not be reached");
    side_escape(RM_ASSERTED);
    __builtin_unreachable();
}

G_NORETURN void __real_g_assertion_message_expr(const char *domain,
                                                const char *file, int line,
                                                const char *func,
                                                const char *expr);
G_NORETURN void __wrap_g_assertion_message_expr(const char *domain,
                                                const char *file, int line,
                                                const char *func,
                                                const char *expr);
void __wrap_g_assertion_message_expr(const char *domain, const char *file,
                                     int line, const char *func,
                                     const char *expr)
{
    if (qemu_side.result) {
        asserted(file, line, expr);
    }
    __real_g_assertion_message_expr(domain, file, line, func, expr);
}

G_NORETURN void __real___assert_fail(const char *expr, const char *file,
                                     unsigned line, const char *func);
G_NORETURN void __wrap___assert_fail(const char *expr, const char *file,
                                     unsigned line, const char *func);
void __wrap___assert_fail(const char *expr, const char *file, unsigned line,
                          const char *func)
{
    if (qemu_side.result) {
        asserted(file, line, expr);
    }
    __real___assert_fail(expr, file, line, func);
}

G_NORETURN void __real_abort(void);
G_NORETURN void __wrap_abort(void);
void __wrap_abort(void)
{
    if (qemu_side.result) {
        asserted("", 0, "abort()");
    }
    __real_abort();
}

void host_recover(CPUState *cpu, RmStatus status)
{
    /* Device callbacks run with the BQL held. */
    if (bql_locked()) {
        bql_unlock();
    }
    while (get_ptr_rcu_reader()->depth) {
        rcu_read_unlock();
    }
    if (status == RM_ASSERTED) {
        /* The TLB lock may be held, an entry half-written. */
        tlb_destroy(cpu);
        tlb_init(cpu);
    }
}

void host_drain(void)
{
    CPUState *cpu;

    bql_lock();
    CPU_FOREACH(cpu) {
        current_cpu = cpu;
        process_queued_cpu_work(cpu);
    }
    bql_unlock();
}

/*
 * QEMU sizes the TLB of every MMU index, used or not, for 256 entries at
 * first, and a change of a dirty bit walks them all.  Let the clock expire
 * the window, so that they shrink to their minimum.
 */
static void shrink_tlbs(CPUState *cpu)
{
    now.tv_sec++;
    cpu->neg.tlb.c.dirty = MAKE_64BIT_MASK(0, NB_MMU_MODES);
    tlb_flush(cpu);
}

void host_start(void)
{
    static const char *const args[] = {
        "tlbdiff", "-machine", "none", "-cpu", "rv64", "-accel", "tcg",
        "-display", "none", "-S", "-nodefaults", NULL
    };

    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

    qemu_init(ARRAY_SIZE(args) - 1, (char **)args);
    /* QEMU ignores them, or notes them for a main loop that never runs. */
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        signal(signals[i], SIG_DFL);
    }
    qemu_side.cpu[0] = first_cpu;
    current_cpu = first_cpu;

    /*
     * No translated code runs in this thread: without a jump cache there is
     * none to be searched at each flush.
     */
    g_clear_pointer(&first_cpu->tb_jmp_cache, g_free);
    shrink_tlbs(first_cpu);
    bql_unlock();
}
