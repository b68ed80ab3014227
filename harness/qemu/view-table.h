/*
 * What is remembered of QEMU's TLBs from one listing of them to the next.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_VIEW_TABLE_H
#define HARNESS_QEMU_VIEW_TABLE_H

#include "exec/tlb-common.h"
#include "hw/core/cpu.h"

#include "harness/engine/engine.h"

/* What view_entry() looks at, but for the comparators and the addend. */
typedef struct ViewLooked {
    hwaddr phys_addr;
    unsigned attrs;
    typeof(((CPUTLBEntryFull *)0)->slow_flags) slow_flags;
} ViewLooked;

/* An entry as it was when it was listed last, and what was said of it. */
typedef struct ViewSlot {
    bool valid;
    ViewLooked looked;
    CachedEntry said;
} ViewSlot;

/*
 * The slots of a table that scenario addresses can be in, as they were when
 * it was listed last: most are empty, and the others mostly as they were.
 */
typedef struct ViewTable {
    unsigned scenario;          /* in which that was */
    unsigned n;
    uint8_t live[RM_BANK_PAGES];
    CPUTLBEntry ent[RM_BANK_PAGES];
    ViewSlot slot[RM_BANK_PAGES];
} ViewTable;

#endif
