/*
 * Watchpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_WATCH_H
#define HARNESS_QEMU_WATCH_H

#include "hw/core/cpu.h"

#include "harness/scenario/ops.h"

/** watch_run: carry out OP_WATCH or OP_UNWATCH */
void watch_run(CPUState *cpu, const Op *op);

/** watch_hit: log the watchpoint that has stopped an access */
void watch_hit(CPUState *cpu);

/** watch_reset: remove all watchpoints */
void watch_reset(void);

#endif
