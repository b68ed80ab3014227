/*
 * All that an entry of QEMU's TLB says, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_DESCRIBE_H
#define HARNESS_QEMU_DESCRIBE_H

#include "harness/engine/engine.h"

/** describe_page: as EngineOps.describe */
unsigned describe_page(unsigned cpu, unsigned mmu_idx, uint32_t va,
                       EntryView out[ENTRY_VIEWS]);

#endif
