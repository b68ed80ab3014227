/*
 * What the contract leaves free.  Told what an implementation did, the model
 * accepts all of these.  Alone, it takes none of them, or those that a chooser
 * picks: so it becomes any of the implementations that are right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_FREEDOM_H
#define RM_FREEDOM_H

#include <stdbool.h>

typedef enum RmFreedom {
    RM_MAY_FILL_AGAIN,      /* ask the page tables about what is cached (C14) */
    RM_MAY_FILL_UNALIGNED,  /* fill before the alignment is checked (C18) */
    RM_MAY_ASK_AGAIN,       /* translate once more, in the same way (C2) */
    RM_MAY_ASK_BASE,        /* ... at the base of the page (C6) */
    RM_MAY_ASK_ONCE,        /* one answer for both pages of an access (C2) */
    RM_MAY_ASK_TO_FAULT,    /* ask for an access that then faults (C18) */
    RM_MAY_ASK_BEHIND,      /* ... of an IOMMU that no access reaches (C4) */
    RM_MAY_ASK_REFUSED,     /* do not remember a denial (C2) */
    RM_MAY_START_OVER,      /* ... or an answer to a TLB entry that has gone */
    RM_MAY_BEGIN_ANEW,      /* ... before it reaches a device (C18) */
    RM_MAY_MARK_STOPPED,    /* a store that did not store sets dirty (C9) */
    RM_MAY_LOSE_CODE,       /* invalidate more code than was written (C10) */
    RM_MAY_SEARCH_CODE,     /* look up code that was run before (C10) */
    RM_MAY_MARK_CODE,       /* the code dirty bit of a page without any (C10) */
    RM_MAY_LOG_LATE,        /* log until the machine runs again (C9) */
    RM_MAY_FORGET_WATCH,    /* a slow flag goes with its watchpoint (C19) */
    RM_MAY_WATCH_ATOMIC,    /* a watchpoint, then EXCP_ATOMIC (C17, C19) */
    RM_MAY_DIFFER,          /* what the registers of a checker can be (D2) */
    RM_FREEDOMS
} RmFreedom;

/* Is @freedom taken this time? */
typedef bool RmChooser(void *opaque, RmFreedom freedom);

#endif
