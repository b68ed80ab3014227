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
    unsigned scenario;          /* in which that was; 0: it is another one now */
    ViewLooked looked;
    CachedEntry said;
} ViewSlot;

/* Of a larger table the rest is looked at anew each time. */
#define VIEW_SLOTS 256

/*
 * A table as it was when it was listed last: most of it is empty, and the rest
 * mostly as it was.  Scenario addresses can be in the first slots only, of which
 * it is known, too, where there is anything.
 */
typedef struct ViewTable {
    unsigned scenario;          /* in which it was listed last */
    unsigned n;
    uint8_t live[RM_BANK_PAGES];
    CPUTLBEntry ent[VIEW_SLOTS];
    ViewSlot slot[VIEW_SLOTS];
} ViewTable;

#endif
