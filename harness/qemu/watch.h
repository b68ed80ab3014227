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

/** watch_hit: log the watchpoint that an access has met */
void watch_hit(CPUState *cpu);

/** watch_stops_after: was one met that stops when the access is done? */
bool watch_stops_after(const CPUState *cpu);

/** watch_forget: none was met; no more comes of it */
void watch_forget(CPUState *cpu);

/** watch_reset: remove all watchpoints */
void watch_reset(void);

#endif
