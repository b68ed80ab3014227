/*
 * What is in QEMU's TLB, and what its fast path would do with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_VIEW_H
#define HARNESS_QEMU_VIEW_H

#include "exec/tlb-common.h"
#include "hw/core/cpu.h"

#include "harness/engine/engine.h"

/** view_reset: a scenario begins: nothing is as it was */
void view_reset(void);

/** view_entry: what the fast path would do with an entry; not which it is */
void view_entry(const CPUTLBEntry *ent, const CPUTLBEntryFull *full,
                CachedEntry *c);

/** view_entries: as EngineOps.entries */
unsigned view_entries(EntriesAsked asked, CachedEntry *out, unsigned max);

/**
 * view_hits: does the comparator hit for @op, an access to one page, as it is
 * now: without the slow path, if the address is aligned?
 */
bool view_hits(CPUState *cpu, const Op *op);

/** view_miscounted: as EngineOps.miscounted */
bool view_miscounted(unsigned *cpu, unsigned *mmu_idx);

#endif
