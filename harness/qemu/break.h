/*
 * Breakpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_BREAK_H
#define HARNESS_QEMU_BREAK_H

#include "accel/tcg/cpu-ops.h"
#include "hw/core/cpu.h"

#include "harness/scenario/ops.h"

/** break_run: carry out OP_BREAKPOINT */
void break_run(CPUState *cpu, const Op *op);

/** break_is_at: has @cpu one at the instruction that it is at? */
bool break_is_at(const CPUState *cpu);

/** break_any: has @cpu any? */
bool break_any(const CPUState *cpu);

/** break_forget: remove all breakpoints of @cpu */
void break_forget(CPUState *cpu);

/** break_set_ops: let CPUs say which of the guest's own breakpoints match */
void break_set_ops(TCGCPUOps *ops);

#endif
