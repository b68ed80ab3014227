/*
 * The one struct, and how what happens in an operation is noted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/cpu-common.h"

#include "side.h"

QemuSide qemu_side;
__thread SideTurn side_turn;

RmEvent side_event(RmEventKind kind)
{
    return (RmEvent) { .kind = kind };
}

RmEvent side_cpu_event(RmEventKind kind, const CPUState *cpu)
{
    return (RmEvent) { .kind = kind, .cpu = cpu->cpu_index };
}

void side_log(const RmEvent *ev)
{
    /* QEMU reads devices and IOMMUs for scenarios only, not on its own. */
    g_assert(side_turn.result);
    if (!side_turn.quiet) {
        rm_log(&side_turn.result->r.log, ev);
    }
}

void side_value(uint64_t value, uint64_t hi)
{
    side_turn.result->r.value = value;
    side_turn.result->r.value_hi = hi;
}

static bool locked;

void side_lock(void)
{
    while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE)) {
        sched_yield();
    }
}

void side_unlock(void)
{
    __atomic_clear(&locked, __ATOMIC_RELEASE);
}

bool side_takes(unsigned region, bool is_write, Op *reaction)
{
    bool taken;

    if (!qemu_side.reactions.n) {
        return false;
    }
    side_lock();
    taken = reactions_take(&qemu_side.reactions, region, is_write, reaction);
    side_unlock();
    return taken;
}

bool side_takes_fill(Op *reaction)
{
    bool taken;

    if (!qemu_side.reactions.n) {
        return false;
    }
    side_lock();
    taken = reactions_take_fill(&qemu_side.reactions, reaction);
    side_unlock();
    return taken;
}

void side_react(const Op *reaction)
{
    RmStatus status = side_turn.status;
    bool in_fill = side_turn.in_fill;
    uint64_t value = side_turn.result->r.value;
    uint64_t hi = side_turn.result->r.value_hi;

    side_turn.nested++;
    qemu_side.react(reaction);
    side_turn.nested--;
    side_turn.status = status;
    side_turn.in_fill = in_fill;
    side_value(value, hi);
}

RmResponse side_response(MemTxResult result)
{
    if (result & MEMTX_DECODE_ERROR) {
        return RM_TX_DECODE_ERROR;
    }
    if (result & MEMTX_ACCESS_ERROR) {
        return RM_TX_ACCESS_ERROR;
    }
    return result ? RM_TX_ERROR : RM_TX_OK;
}

/*
 * Out of a block, cpu_exec() cleans up first, and returns with what it takes
 * for an exception.  It asserts that there is little to clean up: what has
 * failed already does without.
 */
__attribute__((no_sanitize("address")))
void side_escape(RmStatus status)
{
    CPUState *cpu = side_turn.running;
    SideGenerated *g = &qemu_side.generated;

    side_turn.status = status;
    if (!cpu) {
        siglongjmp(side_turn.own, 1);
    }
    /* as cpu_loop_exit() */
    cpu->neg.can_do_io = true;
    if (g->running && status == RM_ASSERTED) {
        g->running = false;
        cpu->running = false;
        cpu->tb_jmp_cache = g->idle[cpu->cpu_index];
        memcpy(&cpu->jmp_env, &g->outer, sizeof(g->outer));
    } else if (g->running) {
        cpu->exception_index = EXCP_INTERRUPT + 0x77;
    }
    siglongjmp(cpu->jmp_env, 1);
}
