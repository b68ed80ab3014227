/*
 * The state of the modelled IOPMP, shared by its two files: the registers
 * (iopmp-regs.c), and what they decide (iopmp.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_STATE_H
#define RM_IOPMP_STATE_H

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

/** iopmp_reset: as RmCheckerOps.reset */
void iopmp_reset(RmChecker *c, uint32_t size);

/** iopmp_set_variant: as RmCheckerOps.set_variant: RmIopmpModel */
void iopmp_set_variant(RmChecker *c, unsigned variant);

/** iopmp_access: as RmCheckerOps.access */
RmResponse iopmp_access(RmChecker *c, uint32_t offset, unsigned size,
                        unsigned attrs, bool is_write, uint64_t *value);

#endif
