/*
 * Operations of several threads at once.  The thread of a CPU does what that of
 * QEMU does: the work that is queued for it, and then an operation, within
 * which no work that has to be alone is done.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/cpu-common.h"
#include "hw/core/cpu.h"
#include "tcg/tcg.h"

#include "at-once.h"
#include "escape.h"
#include "host.h"
#include "numbered.h"
#include "owner.h"
#include "sched.h"

static struct {
    EngineAtOnce *what;
    void (*run)(const Op *op);
    TCGContext *tcg_ctx;            /* of whose thread all of them were */
    unsigned next[RM_THREADS];      /* in the list of its operations */
    EngineResult work[RM_THREADS];  /* of what was queued: nobody compares it */
} now;

/* Of the thread behind the CPUs: none. */
static CPUState *cpu_of(unsigned thread)
{
    return thread < RM_CPUS ? qemu_side.cpu[thread] : NULL;
}

static bool has_work(unsigned thread)
{
    CPUState *cpu = cpu_of(thread);

    return cpu && side_has_work(cpu);
}

static bool is_ready(unsigned thread)
{
    return has_work(thread) ||
           now.next[thread] < now.what->thread[thread].n;
}

static void begin_thread(unsigned thread)
{
    rcu_register_thread();
    /* one thread at a time translates, if any does */
    tcg_ctx = now.tcg_ctx;
    current_cpu = cpu_of(thread);
}

static void drain(CPUState *cpu)
{
    bql_lock();
    process_queued_cpu_work(cpu);
    cpu->exit_request = false;
    bql_unlock();
}

static RmStatus attempt(CPUState *cpu, const Op *op)
{
    side_turn.status = RM_DONE;
    side_turn.running = cpu;
    current_cpu = cpu;
    if (sigsetjmp(cpu ? cpu->jmp_env : side_turn.own, 0)) {
        return escape_recover(cpu);
    }
    /* from here on there is a place to escape to */
    sched_may_leave(op);
    if (op && cpu) {
        cpu_exec_start(cpu);
    }
    if (op) {
        numbered_run(op - now.what->first, now.run, op);
    } else {
        drain(cpu);
    }
    return side_turn.status;
}

/* QEMU's work that has to be alone waits for the end of it. */
static RmStatus execute(CPUState *cpu, const Op *op)
{
    RmStatus status;

    if (!cpu) {
        return attempt(cpu, op);
    }
    rcu_read_lock();
    status = attempt(cpu, op);
    sched_may_leave(false);
    /* work that has to be alone may wait for it, whatever it came to */
    cpu_exec_end(cpu);
    rcu_read_unlock();
    return status;
}

static void do_next(unsigned thread)
{
    EngineAtOnce *what = now.what;
    bool work = has_work(thread);
    CPUState *cpu = cpu_of(thread);
    EngineDone *done;

    sched_point(work ? PLACE_WORK : PLACE_BEGIN);
    if (what->gave_up) {
        return;
    }
    /* some may have come meanwhile: a CPU looks first */
    work = has_work(thread);
    if (what->thread[thread].n_done == ENGINE_DONE) {
        abort();
    }
    sched_switched();
    done = &what->thread[thread].done[what->thread[thread].n_done];
    done->op = work ? NULL : what->thread[thread].op[now.next[thread]++];
    done->result = work ? &now.work[thread] :
                          &what->results[qatomic_fetch_inc(&what->n_results)];
    rm_result_init(&done->result->r);
    done->result->n_told = 0;
    done->result->trespass &= work ? -1u : 0;
    done->begin = sched_time();

    side_turn.result = done->result;
    side_turn.in_fill = false;
    side_turn.by_dma = side_turn.nested = 0;
    if (!what->thread[thread].n_done) {
        side_turn.last = side_turn.last_hi = 0;
    }
    if (work) {
        done->result->r.status = attempt(cpu, NULL);
    } else {
        side_turn.mmu_idx = done->op->idx;
        done->result->r.status = execute(cpu, done->op);
    }
    sched_may_leave(false);
    if (!sched_free) {
        done->result->trespass |= owner_pass(cpu);
    }
    side_turn.result = NULL;
    if (done->result->r.status == RM_ASSERTED) {
        sched_give_up();
    }
    done->end = sched_time();
    done->switched = sched_switched();
    what->thread[thread].n_done++;
}

static void passed(unsigned from, unsigned to)
{
    unsigned trespass = owner_pass(cpu_of(to));

    if (from < RM_THREADS && side_turn.result) {
        side_turn.result->trespass |= trespass;
    }
}

static void leave(const char *why)
{
    if (side_turn.result) {
        escape_asserted("threads", why);
    }
}

static const SchedOps ops = {
    .ready = is_ready, .step = do_next, .begin = begin_thread,
    .passed = passed, .leave = leave,
};

/*
 * A memory map remembers what was looked up last: the next look-up, which may
 * be of the next scenario, has one atomic write more, or less, and so one place
 * more to switch at (C21).  Where nothing is, it remembers nothing of use.
 */
static void forget_look_ups(void)
{
    hwaddr xlat, len = 1;

    RCU_READ_LOCK_GUARD();
    for (unsigned i = 0; i < qemu_side.n_spaces; i++) {
        address_space_translate(qemu_side.spaces[i], HWADDR_MAX, &xlat, &len,
                                false, MEMTXATTRS_UNSPECIFIED);
    }
}

void at_once_run(EngineAtOnce *what, void (*run)(const Op *op))
{
    now.what = what;
    now.run = run;
    now.tcg_ctx = tcg_ctx;
    memset(now.next, 0, sizeof(now.next));
    for (unsigned i = 0; i < RM_THREADS; i++) {
        now.work[i].trespass = 0;
    }
    what->points = what->n_switches = what->n_results = 0;
    what->gave_up = false;
    what->free = sched_free;
    for (unsigned i = 0; i < RM_THREADS; i++) {
        what->thread[i].n_done = 0;
    }
    forget_look_ups();
    sched_start(&ops, what);
    for (unsigned i = 0; i < RM_CPUS; i++) {
        *qemu_side.cpu[i]->thread = sched_thread(i);
    }
    owner_threads();
    sched_run();
    owner_none();
    if (what->gave_up) {
        escape_renew_all();
    }
}
