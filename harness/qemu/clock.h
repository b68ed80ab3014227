/*
 * The clock that QEMU's TLB reads, and the sizes of the TLBs, which depend on
 * it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_CLOCK_H
#define HARNESS_QEMU_CLOCK_H

#include "hw/core/cpu.h"

/** clock_advance: let @ms milliseconds pass */
void clock_advance(unsigned ms);

/** clock_shrink: bring all TLBs of @cpu down to the least size */
void clock_shrink(CPUState *cpu);

/**
 * clock_reset: the clock as it is at the start of scenarios, and the TLBs: empty,
 * whatever the one before has left in them
 */
void clock_reset(void);

#endif
