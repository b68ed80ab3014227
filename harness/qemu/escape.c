/*
 * Leaving an operation before it is done: through QEMU's cpu_loop_exit(),
 * through a hook of the harness, or through an assertion, which ends the
 * operation, and only that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/cpu-common.h"
#include "exec/cputlb.h"
#include "hw/core/cpu.h"
#include "tcg/tcg.h"
#include "accel/tcg/internal-common.h"
#include "accel/tcg/tb-internal.h"

#include "clock.h"
#include "escape.h"
#include "plugin.h"
#include "sched.h"
#include "side.h"
#include "watch.h"

/* No allocation here: nothing is cleaned up behind siglongjmp(). */
static void note_assertion(const char *file, int line, const char *expr)
{
    const char *slash = strrchr(file, '/');

    g_snprintf(side_turn.result->assertion,
               sizeof(side_turn.result->assertion), "%s:%d: %s",
               slash ? slash + 1 : file, line,
               expr ? expr : "code should not be reached");
}

static bool survivable(void)
{
    return side_turn.result && !side_turn.fatal;
}

/*
 * It cannot be survived: a change of the memory map would stay half done, DMA
 * has no place to go back to.  Somebody is told, once, and the process ends.
 */
static void give_up(const char *file, int line, const char *expr)
{
    static EngineResult said;
    void (*tell)(const char *text) = qemu_side.engine.gives_up;

    qemu_side.engine.gives_up = NULL;
    if (tell) {
        side_turn.result = &said;
        note_assertion(file, line, expr);
        tell(said.assertion);
    }
}

G_NORETURN static void asserted(const char *file, int line, const char *expr)
{
    note_assertion(file, line, expr);
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
    if (survivable()) {
        asserted(file, line, expr);
    }
    give_up(file, line, expr);
    __real_g_assertion_message_expr(domain, file, line, func, expr);
}

G_NORETURN void __real___assert_fail(const char *expr, const char *file,
                                     unsigned line, const char *func);
G_NORETURN void __wrap___assert_fail(const char *expr, const char *file,
                                     unsigned line, const char *func);
void __wrap___assert_fail(const char *expr, const char *file, unsigned line,
                          const char *func)
{
    if (survivable()) {
        asserted(file, line, expr);
    }
    give_up(file, line, expr);
    __real___assert_fail(expr, file, line, func);
}

G_NORETURN void __real_abort(void);
G_NORETURN void __wrap_abort(void);
void __wrap_abort(void)
{
    escape_asserted("", "abort()");
}

void escape_asserted(const char *file, const char *text)
{
    if (survivable()) {
        asserted(file, 0, text);
    }
    give_up(file, 0, text);
    __real_abort();
}

/* It has something to say before it aborts. */
G_NORETURN void __wrap_cpu_abort(CPUState *cpu, const char *fmt, ...)
    G_GNUC_PRINTF(2, 3);
void __wrap_cpu_abort(CPUState *cpu, const char *fmt, ...)
{
    char text[120];
    va_list ap;

    va_start(ap, fmt);
    g_vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (survivable()) {
        asserted("cpu_abort", 0, text);
    }
    give_up("cpu_abort", 0, text);
    fprintf(stderr, "qemu: fatal: %s\n", text);
    __real_abort();
}

/* How an exit of QEMU's own ended the operation. */
static RmStatus status_of_exit(CPUState *cpu)
{
    char text[40];

    switch (cpu->exception_index) {
    case EXCP_ATOMIC:
        return RM_ATOMIC;
    case EXCP_DEBUG:
        if (cpu->watchpoint_hit) {
            watch_hit(cpu);
            return RM_WATCHPOINT;
        }
    }
    /* nothing that a scenario does leads here */
    g_snprintf(text, sizeof(text), "exception %d", cpu->exception_index);
    note_assertion("cpu_loop_exit", 0, text);
    return RM_ASSERTED;
}

static void renew_tlb(CPUState *cpu)
{
    tlb_destroy(cpu);
    tlb_init(cpu);
    clock_shrink(cpu);
}

/* As between operations; the outermost RCU lock is that of the scenario. */
static void unlock(void)
{
    if (bql_locked()) {
        bql_unlock();
    }
    while (get_ptr_rcu_reader()->depth > 1) {
        rcu_read_unlock();
    }
}

bool escape_left_locked(void)
{
    unsigned depth = get_ptr_rcu_reader()->depth -
                     !!qemu_side.generated.begun;

    if (depth == 1 && !bql_locked()) {
        return false;
    }
    note_assertion("locks", depth, !depth ? "RCU is not locked any more" :
                   depth > 1 ? "RCU stays locked" : "the BQL stays locked");
    if (!depth) {
        rcu_read_lock();
    }
    unlock();
    return true;
}

bool escape_begins_anew(CPUState *cpu)
{
    if (side_turn.status != RM_DONE || cpu->exception_index >= 0 ||
        !watch_stops_after(cpu)) {
        return false;
    }
    unlock();
    side_turn.in_fill = false;
    cpu->cflags_next_tb = -1;
    return true;
}

void escape_renew_all(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu->running = cpu->has_waiter = false;
        renew_tlb(cpu);
    }
    /* of work that had to be alone: nobody holds or waits for them any more */
    qemu_init_cpu_list();
}

/* A TLB's lock may be held, an entry half-written. */
static void renew(CPUState *cpu)
{
    CPUState *other;

    if (sched_self() < RM_THREADS) {
        /* others are in the middle of them: at the end, escape_renew_all() */
        sched_unlock_all();
        sched_give_up();
        return;
    }
    CPU_FOREACH(other) {
        if (other == cpu || qemu_spin_locked(&other->neg.tlb.c.lock)) {
            renew_tlb(other);
        }
    }
}

RmStatus escape_recover(CPUState *cpu)
{
    RmStatus status = side_turn.status;
    /* QEMU unlocks the BQL where it lands, and nothing else */
    bool locked = get_ptr_rcu_reader()->depth > 1;

    /* as cpu_exec_longjmp_cleanup() */
    if (tcg_ctx->gen_tb) {
        tb_unlock_pages(tcg_ctx->gen_tb);
        tcg_ctx->gen_tb = NULL;
    }
    /* Device callbacks run with the BQL held. */
    unlock();

    side_turn.in_fill = false;
    side_turn.quiet = false;
    side_turn.fatal = false;
    if (!cpu) {
        renew(NULL);
        return RM_ASSERTED;
    }
    plugin_ignore(cpu);
    if (status == RM_DONE) {
        status = status_of_exit(cpu);
    }
    if (locked && status != RM_ASSERTED) {
        note_assertion("locks", 0, "RCU stays locked behind an exception");
        status = RM_ASSERTED;
    }
    watch_forget(cpu);
    cpu->exception_index = -1;
    cpu->cflags_next_tb = -1;

    if (status == RM_ASSERTED) {
        while (current_cpu && current_cpu->exclusive_context_count) {
            end_exclusive();
        }
        renew(cpu);
    }
    return status;
}
