/*
 * The state of the modelled IOPMP, and what its rules decide.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_RULES_H
#define RM_IOPMP_RULES_H

#include "iopmp.h"

#define L               1u      /* bit 0 of each lock register */
#define MDS_MASK        (((1u << RM_IOPMP_MDS) - 1) << 1)   /* md [31:1] */

#define HWCFG0_TOR_EN           (1u << 4)
#define HWCFG0_PRIENT_PROG      (1u << 7)
#define HWCFG0_CHK_X            (1u << 10)
#define HWCFG0_ENABLE           (1u << 31)
#define ERR_CFG_IE              (1u << 1)
#define REQINFO_V               1u

/* Entry.cfg: r, w, x: one bit for each type of access */
#define CFG_RIGHT(type)         (1u << ((type) - RM_IOPMP_READ))
#define CFG_A(cfg)              ((cfg) >> 3 & 3)
#define CFG_MASK                0x1fu
enum { OFF, TOR, NA4, NAPOT };

typedef struct IopmpEntry {
    uint64_t addr;      /* address >> 2: ADDR, and above it ADDRH */
    uint32_t cfg;
} IopmpEntry;

/*
 * Some addresses, in words of 4 bytes, which all entries consist of: so that
 * the last one can be named, too.
 */
typedef struct Span {
    uint64_t first, last;       /* none, if the first is past the last */
} Span;

typedef struct Iopmp {
    RmChecker checker;
    RmIopmpModel model;
    bool chk_x;
    uint32_t size;      /* bytes that it guards */

    bool enable, prient_prog;
    uint16_t prio_entry;
    uint32_t mdlck, mdcfglck, entrylck;
    uint32_t err_cfg, err_reqinfo, err_reqid;
    uint64_t err_reqaddr;
    bool irq;
    uint16_t mdcfg[RM_IOPMP_MDS];
    uint32_t srcmd_en[RM_IOPMP_RRIDS];
    IopmpEntry entry[RM_IOPMP_ENTRIES];

    /* What follows from the registers: */
    Span span[RM_IOPMP_ENTRIES];        /* what each entry covers */
    uint32_t entries[RM_IOPMP_RRIDS];   /* of the requester, a bit each */
} Iopmp;

/** iopmp_settle: work out what follows from the registers */
void iopmp_settle(Iopmp *p);

/** iopmp_check: decide about a transaction, which is all words of @t */
RmIopmpVerdict iopmp_check(const Iopmp *p, Span t, unsigned rrid,
                           RmIopmpType type);

/** iopmp_touches: have @a and @b a word in common? */
static inline bool iopmp_touches(Span a, Span b)
{
    return a.first <= a.last && a.first <= b.last && b.first <= a.last;
}

/** iopmp_covers: are all words of @b in @a? */
static inline bool iopmp_covers(Span a, Span b)
{
    return a.first <= b.first && b.last <= a.last;
}

#endif
