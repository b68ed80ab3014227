/*
 * The registers of the modelled IOPMP, and their locks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_REGS_H
#define RM_IOPMP_REGS_H

#include "iopmp-rules.h"

enum {
    R_VERSION = 0x00, R_IMPLEMENTATION = 0x04, R_HWCFG0 = 0x08,
    R_HWCFG1 = 0x0c, R_HWCFG2 = 0x10, R_HWCFG3 = 0x14, R_ENTRYOFFSET = 0x2c,
    R_MDSTALL = 0x30, R_MDSTALLH = 0x34, R_RRIDSCP = 0x38,
    R_MDLCK = 0x40, R_MDLCKH = 0x44, R_MDCFGLCK = 0x48, R_ENTRYLCK = 0x4c,
    R_ERR_CFG = 0x60, R_ERR_INFO = 0x64, R_ERR_REQADDR = 0x68,
    R_ERR_REQADDRH = 0x6c, R_ERR_REQID = 0x70, R_ERR_MFR = 0x74,
    R_ERR_MSIADDR = 0x78, R_ERR_MSIADDRH = 0x7c,
    R_MDCFG = RM_IOPMP_MDCFG, R_SRCMD = 0x1000, R_ENTRY = RM_IOPMP_ENTRYOFFSET
};

#define L                       1u      /* bit 0 of each lock register */
#define ERR_CFG_IE              (1u << 1)
#define ERR_CFG_RS              (1u << 2)
#define ERR_CFG_MSI             (1u << 3)
#define ERR_CFG_STALL_VIOLATION (1u << 4)
#define ERR_CFG_MSIDATA(cfg)    ((cfg) >> 8 & 0x7ff)
#define ERR_CFG_MSIDATA_MASK    (0x7ffu << 8)
#define ERR_CFG_MASK            0x7ff1f
#define ERR_INFO_V              1u
#define ERR_INFO_MSI_WERR       (1u << 3)
#define MDCFG_MASK              0xffffu
#define PRIO_ENTRY_MASK         0xffffu
#define MDCFGLCK_F_MASK         0x3fu
#define ENTRYLCK_F_MASK         0xffffu

/* The fields of the HWCFG registers */
typedef enum IopmpField {
#define DEF(NAME, ...) F_##NAME,
#include "iopmp-layout.h"
    F_FIELDS
} IopmpField;

typedef struct IopmpPlace {
    uint8_t reg, shift, bits;
} IopmpPlace;

extern const IopmpPlace iopmp_places[RM_IOPMP_VERSIONS][F_FIELDS];

/** iopmp_reset: as RmCheckerOps.reset */
void iopmp_reset(RmChecker *c, uint32_t size, unsigned variant);

/** iopmp_has: as RmCheckerOps.has */
bool iopmp_has(const RmChecker *c, uint32_t offset);

/** iopmp_access: as RmCheckerOps.access */
RmResponse iopmp_access(RmChecker *c, uint32_t offset, unsigned size,
                        unsigned attrs, bool is_write, uint64_t *value);

/** iopmp_cfg_bits: the bits of CFG that there are, with those for fetches? */
uint32_t iopmp_cfg_bits(const RmIopmpConfig *config, bool fetches);

#endif
