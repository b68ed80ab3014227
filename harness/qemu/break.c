/*
 * Breakpoints: at the instructions of generated code, which are not of any
 * guest.  QEMU looks for them between blocks; that it makes blocks of single
 * instructions where there are some in the page, it asks of each translator.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/breakpoint.h"
#include "hw/core/cpu.h"

#include "break.h"
#include "side.h"

static const int flags[RM_BREAKERS] = {
    [RM_OF_DEBUGGER] = BP_GDB,
    [RM_OF_GUEST] = BP_CPU,
    [RM_OF_GUEST_MASKED] = BP_CPU,
};

static uint8_t *breaks(const CPUState *cpu)
{
    return qemu_side.breaks[cpu->cpu_index];
}

void break_run(CPUState *cpu, const Op *op)
{
    unsigned place = op_place(op), bit = 1u << op->breaker;
    vaddr pc = side_pc(place);

    if (!!(breaks(cpu)[place] & bit) == op->on) {
        return;
    }
    breaks(cpu)[place] ^= bit;
    if (op->on) {
        cpu_breakpoint_insert(cpu, pc, flags[op->breaker], NULL);
    } else {
        cpu_breakpoint_remove(cpu, pc, flags[op->breaker]);
    }
}

/* At the instruction that the CPU is at. */
static uint8_t here(const CPUState *cpu)
{
    vaddr place = (qemu_side.generated.pc - SIDE_CODE_VA) / SIDE_INSN_SIZE;

    g_assert(place < RM_PLACES);
    return breaks(cpu)[place];
}

bool break_is_at(const CPUState *cpu)
{
    return here(cpu);
}

/* QEMU asks for those that are not a debugger's. */
static bool matches(CPUState *cpu)
{
    return here(cpu) & 1u << RM_OF_GUEST;
}

bool break_any(const CPUState *cpu)
{
    return !QTAILQ_EMPTY(&cpu->breakpoints);
}

void break_forget(CPUState *cpu)
{
    cpu_breakpoint_remove_all(cpu, BP_GDB | BP_CPU);
    g_assert(!break_any(cpu));
    memset(breaks(cpu), 0, RM_PLACES);
}

void break_set_ops(TCGCPUOps *ops)
{
    ops->debug_check_breakpoint = matches;
}
