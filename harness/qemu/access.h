/*
 * Loads, stores and fetches; they may escape.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_ACCESS_H
#define HARNESS_QEMU_ACCESS_H

#include "exec/memopidx.h"
#include "hw/core/cpu.h"

#include "harness/scenario/ops.h"

/** access_memop: the MemOpIdx of @op */
MemOpIdx access_memop(const Op *op);

/** access_run: carry out a load, store or fetch */
void access_run(CPUState *cpu, const Op *op);

/** access_read: a value was read: the result, and what OpCmp speaks of */
void access_read(const Op *op, uint64_t value, uint64_t hi);

#endif
