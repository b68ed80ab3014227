/*
 * Read-modify-write, and compare-exchange; they may escape.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_ATOMIC_H
#define HARNESS_QEMU_ATOMIC_H

#include "hw/core/cpu.h"

#include "harness/scenario/ops.h"

/** atomic_rmw: carry out OP_RMW */
void atomic_rmw(CPUState *cpu, const Op *op);

/** atomic_cmpxchg: carry out OP_CMPXCHG */
void atomic_cmpxchg(CPUState *cpu, const Op *op);

#endif
