/*
 * A RISC-V IOPMP (specification 0.8.2, or 0.7) as a QEMU device.  The IOMMU
 * index is the RRID, but all RRIDs that the IOPMP does not know share the last
 * one.  Nobody tells a fetch from a read, so that all are reads.
 *
 * The registers are one array.  What they say about ranges and requesters is
 * worked out anew, and notified, when one of them has changed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/host-utils.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "migration/vmstate.h"

#include "harness/qemu/compat.h"
#include "faults.h"

#define TYPE_RISCV_IOPMP "riscv_iopmp"
OBJECT_DECLARE_SIMPLE_TYPE(IopmpState, RISCV_IOPMP)

#define TYPE_RISCV_IOPMP_IOMMU "riscv_iopmp-iommu-memory-region"

REG32(VERSION, 0x00)
    FIELD(VERSION, SPECVER, 24, 8)
REG32(IMPLEMENTATION, 0x04)
REG32(HWCFG0, 0x08)
    FIELD(HWCFG0, ENABLE, 0, 1)
    FIELD(HWCFG0, HWCFG2_EN, 1, 1)
    FIELD(HWCFG0, HWCFG3_EN, 2, 1)
    FIELD(HWCFG0, NO_ERR_REC, 23, 1)
    FIELD(HWCFG0, MD_NUM, 24, 6)
    FIELD(HWCFG0, ADDRH_EN, 30, 1)
    FIELD(HWCFG0, TOR_EN, 31, 1)
    /* ... as 0.7 has it */
    FIELD(HWCFG0_V07, MDCFG_FMT, 0, 2)
    FIELD(HWCFG0_V07, SRCMD_FMT, 2, 2)
    FIELD(HWCFG0_V07, TOR_EN, 4, 1)
    FIELD(HWCFG0_V07, SPS_EN, 5, 1)
    FIELD(HWCFG0_V07, PRIENT_PROG, 7, 1)
    FIELD(HWCFG0_V07, RRID_TRANSL_EN, 8, 1)
    FIELD(HWCFG0_V07, RRID_TRANSL_PROG, 9, 1)
    FIELD(HWCFG0_V07, CHK_X, 10, 1)
    FIELD(HWCFG0_V07, NO_X, 11, 1)
    FIELD(HWCFG0_V07, NO_W, 12, 1)
    FIELD(HWCFG0_V07, STALL_EN, 13, 1)
    FIELD(HWCFG0_V07, PEIS, 14, 1)
    FIELD(HWCFG0_V07, PEES, 15, 1)
    FIELD(HWCFG0_V07, MFR_EN, 16, 1)
    FIELD(HWCFG0_V07, MD_ENTRY_NUM, 17, 7)
    FIELD(HWCFG0_V07, MD_NUM, 24, 6)
    FIELD(HWCFG0_V07, ADDRH_EN, 30, 1)
    FIELD(HWCFG0_V07, ENABLE, 31, 1)
REG32(HWCFG1, 0x0c)
    FIELD(HWCFG1, RRID_NUM, 0, 16)
    FIELD(HWCFG1, ENTRY_NUM, 16, 16)
REG32(HWCFG2, 0x10)
    FIELD(HWCFG2, PRIO_ENTRY, 0, 16)
    FIELD(HWCFG2, PRIO_ENT_PROG, 16, 1)
    FIELD(HWCFG2, NON_PRIO_EN, 17, 1)
    FIELD(HWCFG2, MSI_EN, 26, 1)
    FIELD(HWCFG2, PEIS, 27, 1)
    FIELD(HWCFG2, PEES, 28, 1)
    FIELD(HWCFG2, SPS_EN, 29, 1)
    FIELD(HWCFG2, STALL_EN, 30, 1)
    FIELD(HWCFG2, MFR_EN, 31, 1)
    FIELD(HWCFG2_V07, RRID_TRANSL, 16, 16)
REG32(HWCFG3, 0x14)
    FIELD(HWCFG3, MDCFG_FMT, 0, 2)
    FIELD(HWCFG3, SRCMD_FMT, 2, 2)
    FIELD(HWCFG3, MD_ENTRY_NUM, 4, 7)
    FIELD(HWCFG3, XINR, 11, 1)
    FIELD(HWCFG3, NO_X, 12, 1)
    FIELD(HWCFG3, NO_W, 13, 1)
    FIELD(HWCFG3, RRID_TRANSL_EN, 14, 1)
    FIELD(HWCFG3, RRID_TRANSL_PROG, 15, 1)
    FIELD(HWCFG3, RRID_TRANSL, 16, 16)
REG32(ENTRYOFFSET_V07, 0x14)
REG32(ENTRYOFFSET, 0x2c)
REG32(MDSTALL, 0x30)
REG32(MDSTALLH, 0x34)
REG32(RRIDSCP, 0x38)
    FIELD(RRIDSCP, RRID, 0, 16)
    FIELD(RRIDSCP, OP, 30, 2)
REG32(MDLCK, 0x40)
REG32(MDLCKH, 0x44)
REG32(MDCFGLCK, 0x48)
    FIELD(MDCFGLCK, F, 1, 6)
REG32(ENTRYLCK, 0x4c)
    FIELD(ENTRYLCK, F, 1, 16)
REG32(ERR_CFG, 0x60)
    FIELD(ERR_CFG, IE, 1, 1)
    FIELD(ERR_CFG, RS, 2, 1)
    FIELD(ERR_CFG, MSI_SEL, 3, 1)
    FIELD(ERR_CFG, STALL_VIOLATION_EN, 4, 1)
    FIELD(ERR_CFG, MSIDATA, 8, 11)
REG32(ERR_INFO, 0x64)
    FIELD(ERR_INFO, V, 0, 1)
    FIELD(ERR_INFO, TTYPE, 1, 2)
    FIELD(ERR_INFO, MSI_WERR, 3, 1)
    FIELD(ERR_INFO, ETYPE, 4, 4)
    FIELD(ERR_INFO, SVC, 8, 1)
REG32(ERR_REQADDR, 0x68)
REG32(ERR_REQADDRH, 0x6c)
REG32(ERR_REQID, 0x70)
    FIELD(ERR_REQID, RRID, 0, 16)
    FIELD(ERR_REQID, EID, 16, 16)
REG32(ERR_MFR, 0x74)
    FIELD(ERR_MFR, SVW, 0, 16)
    FIELD(ERR_MFR, SVI, 16, 12)
    FIELD(ERR_MFR, SVS, 31, 1)
REG32(ERR_MSIADDR, 0x78)
REG32(ERR_MSIADDRH, 0x7c)
REG32(MDCFG0, 0x800)
    FIELD(MDCFG0, T, 0, 16)
/* A row of the SRCMD table: of a requester; SRCMD_PERM and PERMH of an MD */
REG32(SRCMD_EN0, 0x1000)
REG32(SRCMD_R0, 0x1008)
REG32(SRCMD_W0, 0x1010)
REG32(SRCMD_X0, 0x1018)
/* An entry; from ENTRYOFFSET on: */
    FIELD(ENTRY_CFG, R, 0, 1)
    FIELD(ENTRY_CFG, W, 1, 1)
    FIELD(ENTRY_CFG, X, 2, 1)
    FIELD(ENTRY_CFG, A, 3, 2)
    FIELD(ENTRY_CFG, SIRE, 5, 1)
    FIELD(ENTRY_CFG, SIWE, 6, 1)
    FIELD(ENTRY_CFG, SIXE, 7, 1)
    FIELD(ENTRY_CFG, SERE, 8, 1)
    FIELD(ENTRY_CFG, SEWE, 9, 1)
    FIELD(ENTRY_CFG, SEXE, 10, 1)

#define SRCMD_STRIDE    (32 / 4)
#define ENTRY_STRIDE    (16 / 4)
#define MIN_REGS        (0x4000 / 4)
#define MAX_MDS         63
#define MAX_ENTRIES     0x4000
#define MAX_RRIDS       64
#define LOCK            1u      /* l, bit 0 of whatever has it */
#define LOW_MDS         31      /* domains in the first of two registers */
#define NOBODY          MAX_MDS

#define SPEC_0_7        70      /* as the property and VERSION have it */

enum { SRCMD_BY_RRID, SRCMD_OWN_MD, SRCMD_BY_MD };
enum { A_OFF, A_TOR, A_NA4, A_NAPOT };
enum {
    ETYPE_NONE, ETYPE_READ, ETYPE_WRITE,
    ETYPE_PARTIAL = 4, ETYPE_NO_HIT, ETYPE_UNKNOWN_RRID, ETYPE_STALLED
};

/* Words of 4 bytes, both ends included. */
typedef struct IopmpRange {
    uint64_t lo, hi;
} IopmpRange;

/* What a requester may do, by address: the first segment begins at 0. */
typedef struct IopmpMap {
    unsigned n;                 /* 0: to be worked out */
    struct {
        uint64_t lo;            /* word; up to where the next one begins */
        unsigned rights;        /* CFG.r, CFG.w */
    } seg[];
} IopmpMap;

/* Why a transaction is denied. */
typedef struct IopmpError {
    unsigned etype, eid;
    /* of the entries that say so: how many, and who wants it kept quiet */
    unsigned entries, no_interrupt, no_response;
} IopmpError;

struct IopmpState {
    SysBusDevice parent_obj;

    MemoryRegion *downstream;
    uint32_t version, mdcfg_fmt, srcmd_fmt, md_entry_num, md_num, rrid_num;
    uint32_t entry_num, entry_offset, prio_entry, rrid_transl, granularity;
    uint32_t mdlck, mdcfglck, entrylck, err_rdata;
    bool tor_en, addrh_en, sps_en, non_prio_en, prient_prog, rrid_transl_en;
    bool rrid_transl_prog, chk_x, no_x, no_w, no_err_rec, stall_en, peis;
    bool pees, mfr_en, mdlck_en, msi_en;

    MemoryRegion regs_mr, blocked_mr;
    IOMMUMemoryRegion upstream;
    AddressSpace downstream_as, blocked_as;
    qemu_irq irq;

    uint32_t *reg;
    unsigned n_regs, entries;           /* registers: how many; ENTRY_ADDR0 */
    uint64_t stalled;                   /* RRIDs */
    uint64_t subsequent;                /* ... that ERR_MFR will tell of */

    /* What follows from the registers: */
    IopmpRange *range;                  /* of each entry; empty: lo > hi */
    uint8_t *md_of;                     /* the domain that it is in */
    IopmpMap *map[MAX_RRIDS];
};

static bool is_v07(IopmpState *s)
{
    return s->version == SPEC_0_7;
}

static uint32_t *entry_reg(IopmpState *s, unsigned i, unsigned reg)
{
    return &s->reg[s->entries + i * ENTRY_STRIDE + reg];
}

static uint32_t entry_cfg(IopmpState *s, unsigned i)
{
    return *entry_reg(s, i, 2);
}

/* A bit for each domain: of one register, or of it and its high half. */
static uint64_t get_mds(IopmpState *s, unsigned reg)
{
    unsigned high = DEVICE_FAULT(IOPMP_HIGH_MD) ? LOW_MDS + 1 : LOW_MDS;

    return s->reg[reg] >> 1 |
           (s->md_num > LOW_MDS ? (uint64_t)s->reg[reg + 1] << high : 0);
}

/* The bits of such a register, low or high, that stand for domains. */
static uint32_t mds_mask(IopmpState *s, bool high)
{
    if (high) {
        return s->md_num > LOW_MDS ? MAKE_64BIT_MASK(0, s->md_num - LOW_MDS)
                                   : 0;
    }
    return MAKE_64BIT_MASK(1, MIN(s->md_num, LOW_MDS));
}

/* --- HWCFG ---------------------------------------------------------------- */

/* The fields of HWCFG that are not constant. */
typedef enum HwField {
    HW_ENABLE, HW_PRIO_PROG, HW_TRANSL_PROG, HW_PRIO_ENTRY, HW_TRANSL,
    HW_MD_ENTRY_NUM, HW_FIELDS
} HwField;

static const struct {
    unsigned reg;
    uint32_t mask;
} hw_fields[2][HW_FIELDS] = {
    {
        { R_HWCFG0, R_HWCFG0_ENABLE_MASK },
        { R_HWCFG2, R_HWCFG2_PRIO_ENT_PROG_MASK },
        { R_HWCFG3, R_HWCFG3_RRID_TRANSL_PROG_MASK },
        { R_HWCFG2, R_HWCFG2_PRIO_ENTRY_MASK },
        { R_HWCFG3, R_HWCFG3_RRID_TRANSL_MASK },
        { R_HWCFG3, R_HWCFG3_MD_ENTRY_NUM_MASK },
    }, {
        { R_HWCFG0, R_HWCFG0_V07_ENABLE_MASK },
        { R_HWCFG0, R_HWCFG0_V07_PRIENT_PROG_MASK },
        { R_HWCFG0, R_HWCFG0_V07_RRID_TRANSL_PROG_MASK },
        { R_HWCFG2, R_HWCFG2_PRIO_ENTRY_MASK },
        { R_HWCFG2, R_HWCFG2_V07_RRID_TRANSL_MASK },
        { R_HWCFG0, R_HWCFG0_V07_MD_ENTRY_NUM_MASK },
    },
};

static uint32_t hw_get(IopmpState *s, HwField field)
{
    uint32_t mask = hw_fields[is_v07(s)][field].mask;

    return (s->reg[hw_fields[is_v07(s)][field].reg] & mask) >> ctz32(mask);
}

static uint32_t hw_mask(IopmpState *s, HwField field, unsigned reg)
{
    return hw_fields[is_v07(s)][field].reg == reg ?
           hw_fields[is_v07(s)][field].mask : 0;
}

static bool iopmp_enabled(IopmpState *s)
{
    return hw_get(s, HW_ENABLE);
}

/* Those of its bits that can be written are as their locks were before. */
static uint32_t hw_written(IopmpState *s, unsigned reg, uint32_t value)
{
    uint32_t new = s->reg[reg];
    uint32_t mask = 0;

    if (hw_get(s, HW_PRIO_PROG)) {
        mask |= hw_mask(s, HW_PRIO_ENTRY, reg);
    }
    if (hw_get(s, HW_TRANSL_PROG) ||
        (DEVICE_FAULT(IOPMP_TRANSL_PROG) && s->rrid_transl_en)) {
        mask |= hw_mask(s, HW_TRANSL, reg);
    }
    if (s->mdcfg_fmt == 2 &&
        (!iopmp_enabled(s) || DEVICE_FAULT(IOPMP_K_UNLOCKED))) {
        mask |= hw_mask(s, HW_MD_ENTRY_NUM, reg);
    }
    new = (new & ~mask) | (value & mask);
    new |= value & hw_mask(s, HW_ENABLE, reg);
    new &= ~(value & (hw_mask(s, HW_PRIO_PROG, reg) |
                      hw_mask(s, HW_TRANSL_PROG, reg)));
    return new;
}

static void hw_reset(IopmpState *s)
{
    uint32_t *reg = s->reg, v;

    reg[R_HWCFG1] = FIELD_DP32(s->rrid_num, HWCFG1, ENTRY_NUM, s->entry_num);

    v = FIELD_DP32(s->prio_entry, HWCFG2, PRIO_ENT_PROG,
                   s->prient_prog && s->non_prio_en);
    v = FIELD_DP32(v, HWCFG2, NON_PRIO_EN, s->non_prio_en);
    v = FIELD_DP32(v, HWCFG2, MSI_EN, s->msi_en);
    v = FIELD_DP32(v, HWCFG2, PEIS, s->peis);
    v = FIELD_DP32(v, HWCFG2, PEES, s->pees);
    v = FIELD_DP32(v, HWCFG2, SPS_EN, s->sps_en);
    v = FIELD_DP32(v, HWCFG2, STALL_EN, s->stall_en);
    reg[R_HWCFG2] = FIELD_DP32(v, HWCFG2, MFR_EN, s->mfr_en);

    v = FIELD_DP32(0, HWCFG3, MDCFG_FMT, s->mdcfg_fmt);
    v = FIELD_DP32(v, HWCFG3, SRCMD_FMT, s->srcmd_fmt);
    v = FIELD_DP32(v, HWCFG3, MD_ENTRY_NUM, s->mdcfg_fmt ? s->md_entry_num
                                                         : 0);
    v = FIELD_DP32(v, HWCFG3, XINR, !s->chk_x);
    v = FIELD_DP32(v, HWCFG3, NO_X, s->no_x);
    v = FIELD_DP32(v, HWCFG3, NO_W, s->no_w);
    v = FIELD_DP32(v, HWCFG3, RRID_TRANSL_EN, s->rrid_transl_en);
    v = FIELD_DP32(v, HWCFG3, RRID_TRANSL_PROG,
                   s->rrid_transl_en && s->rrid_transl_prog);
    reg[R_HWCFG3] = FIELD_DP32(v, HWCFG3, RRID_TRANSL, s->rrid_transl);

    v = FIELD_DP32(0, HWCFG0, HWCFG2_EN, 1);
    v = FIELD_DP32(v, HWCFG0, HWCFG3_EN, 1);
    v = FIELD_DP32(v, HWCFG0, NO_ERR_REC, s->no_err_rec);
    v = FIELD_DP32(v, HWCFG0, MD_NUM, s->md_num);
    v = FIELD_DP32(v, HWCFG0, ADDRH_EN, s->addrh_en);
    reg[R_HWCFG0] = FIELD_DP32(v, HWCFG0, TOR_EN, s->tor_en);

    reg[R_VERSION] = FIELD_DP32(0, VERSION, SPECVER, 0x80);
    reg[R_IMPLEMENTATION] = s->version;
    reg[R_ENTRYOFFSET] = s->entry_offset;
}

static void hw_reset_v07(IopmpState *s)
{
    uint32_t *reg = s->reg, v;

    reg[R_HWCFG1] = FIELD_DP32(s->rrid_num, HWCFG1, ENTRY_NUM, s->entry_num);
    reg[R_HWCFG2] = FIELD_DP32(s->prio_entry, HWCFG2_V07, RRID_TRANSL,
                               s->rrid_transl);

    v = FIELD_DP32(0, HWCFG0_V07, MDCFG_FMT, s->mdcfg_fmt);
    v = FIELD_DP32(v, HWCFG0_V07, SRCMD_FMT, s->srcmd_fmt);
    v = FIELD_DP32(v, HWCFG0_V07, TOR_EN, s->tor_en);
    v = FIELD_DP32(v, HWCFG0_V07, SPS_EN, s->sps_en);
    v = FIELD_DP32(v, HWCFG0_V07, PRIENT_PROG, s->prient_prog);
    v = FIELD_DP32(v, HWCFG0_V07, RRID_TRANSL_EN, s->rrid_transl_en);
    v = FIELD_DP32(v, HWCFG0_V07, RRID_TRANSL_PROG,
                   s->rrid_transl_en && s->rrid_transl_prog);
    v = FIELD_DP32(v, HWCFG0_V07, CHK_X, s->chk_x);
    v = FIELD_DP32(v, HWCFG0_V07, NO_X, s->no_x);
    v = FIELD_DP32(v, HWCFG0_V07, NO_W, s->no_w);
    v = FIELD_DP32(v, HWCFG0_V07, STALL_EN, s->stall_en);
    v = FIELD_DP32(v, HWCFG0_V07, PEIS, s->peis);
    v = FIELD_DP32(v, HWCFG0_V07, PEES, s->pees);
    v = FIELD_DP32(v, HWCFG0_V07, MFR_EN, s->mfr_en);
    v = FIELD_DP32(v, HWCFG0_V07, MD_ENTRY_NUM, s->mdcfg_fmt ? s->md_entry_num
                                                             : 0);
    v = FIELD_DP32(v, HWCFG0_V07, MD_NUM, s->md_num);
    reg[R_HWCFG0] = FIELD_DP32(v, HWCFG0_V07, ADDRH_EN, s->addrh_en);

    reg[R_VERSION] = FIELD_DP32(0, VERSION, SPECVER, SPEC_0_7);
    reg[R_IMPLEMENTATION] = s->version;
    reg[R_ENTRYOFFSET_V07] = s->entry_offset;
}

/* --- What follows from the registers -------------------------------------- */

static uint64_t raw_addr(IopmpState *s, unsigned i)
{
    return deposit64(*entry_reg(s, i, 0), 32, 32, *entry_reg(s, i, 1));
}

/* The low bits do not count; they read as the mode of the entry wants it. */
static uint64_t entry_addr(IopmpState *s, unsigned i)
{
    uint64_t addr = raw_addr(s, i);

    if (!s->granularity) {
        return addr;
    }
    if (FIELD_EX32(entry_cfg(s, i), ENTRY_CFG, A) != A_NAPOT) {
        return deposit64(addr, 0, s->granularity, 0);
    }
    if (s->granularity == 1 || DEVICE_FAULT(IOPMP_GRANULE)) {
        return addr;
    }
    return deposit64(addr, 0, s->granularity - 1, UINT64_MAX);
}

static IopmpRange entry_range(IopmpState *s, unsigned i)
{
    uint64_t addr = entry_addr(s, i);
    IopmpRange r = { .lo = 1, .hi = 0 };
    unsigned ones;

    switch (FIELD_EX32(entry_cfg(s, i), ENTRY_CFG, A)) {
    case A_TOR:
        if (addr) {
            r.lo = i ? entry_addr(s, i - 1) : 0;
            r.lo = r.lo >> s->granularity << s->granularity;
            if (DEVICE_FAULT(IOPMP_TOR_LOW)) {
                r.lo = (uint32_t)r.lo;
            }
            r.hi = addr - 1 + DEVICE_FAULT(IOPMP_TOR_BOUND);
        }
        break;
    case A_NA4:
        r.lo = r.hi = addr;
        break;
    case A_NAPOT:
        ones = MIN(cto64(addr) + 1, 64);
        r.lo = ones == 64 ? 0 : addr >> ones << ones;
        r.hi = r.lo + (UINT64_MAX >> (64 - ones));
        break;
    }
    return r;
}

/*
 * Which domain each entry is in: those up to its end in MDCFG that are in no
 * domain before it.
 */
static void iopmp_share_out(IopmpState *s)
{
    unsigned k = hw_get(s, HW_MD_ENTRY_NUM) + !DEVICE_FAULT(IOPMP_K_LESS);
    unsigned from = 0;

    memset(s->md_of, NOBODY, s->entry_num);
    for (unsigned md = 0; md < s->md_num; md++) {
        unsigned to = s->mdcfg_fmt ? (md + 1) * k
                                   : FIELD_EX32(s->reg[R_MDCFG0 + md], MDCFG0,
                                                T);

        to = MIN(to, s->entry_num);
        if (from < to) {
            memset(s->md_of + from, md, to - from);
            from = to;
        }
    }
}

/* The domains of a requester. */
static uint64_t iopmp_mds(IopmpState *s, unsigned rrid)
{
    uint64_t mds;

    switch (s->srcmd_fmt) {
    case SRCMD_BY_RRID:
        mds = get_mds(s, R_SRCMD_EN0 + rrid * SRCMD_STRIDE);
        if (DEVICE_FAULT(IOPMP_LOST_MD)) {
            mds = deposit64(mds, s->md_num - 1, 1, 0);
        }
        return mds;
    case SRCMD_OWN_MD:
        return 1ull << rrid;
    default:
        return UINT64_MAX;
    }
}

/* Is this entry one of them? */
static bool iopmp_has(IopmpState *s, uint64_t mds, unsigned i)
{
    return s->md_of[i] != NOBODY && extract64(mds, s->md_of[i], 1);
}

/* How many of the entries, from the first one on, have a priority. */
static unsigned iopmp_priorities(IopmpState *s)
{
    return s->non_prio_en ? hw_get(s, HW_PRIO_ENTRY) : s->entry_num;
}

static void iopmp_update(IopmpState *s)
{
    iopmp_share_out(s);
    for (unsigned i = 0; i < s->entry_num; i++) {
        s->range[i] = entry_range(s, i);
    }
    for (unsigned rrid = 0; rrid < s->rrid_num; rrid++) {
        if (s->map[rrid]) {
            s->map[rrid]->n = 0;
        }
    }
}

/* Any decision may be another one now. */
static void iopmp_notify(IopmpState *s)
{
    IOMMUTLBEvent event = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .target_as = &s->downstream_as,
            .addr_mask = memory_region_size(s->downstream) - 1,
            .perm = IOMMU_NONE,
        },
    };

    for (unsigned index = 0; index <= s->rrid_num; index++) {
        memory_region_notify_iommu(&s->upstream, index, event);
    }
}

/* --- Stalling ------------------------------------------------------------- */

static void iopmp_mdstall(IopmpState *s, uint32_t value)
{
    uint64_t selected;

    s->reg[R_MDSTALL] = value & mds_mask(s, false);
    selected = get_mds(s, R_MDSTALL);
    if (is_v07(s) && (value || selected)) {
        s->reg[R_MDSTALL] |= 1;
    }
    s->stalled = 0;
    for (unsigned rrid = 0; rrid < s->rrid_num; rrid++) {
        bool stall = iopmp_mds(s, rrid) & selected;

        if (value & 1 && !DEVICE_FAULT(IOPMP_NOT_EXEMPT)) {
            stall = !stall;
        }
        s->stalled = deposit64(s->stalled, rrid, 1, stall);
    }
    iopmp_notify(s);
}

static void iopmp_rridscp(IopmpState *s, uint32_t value)
{
    enum { QUERY, STALL, RESUME, RESERVED };
    enum { STALLED = 1, RUNNING, NO_SUCH };
    unsigned rrid = FIELD_EX32(value, RRIDSCP, RRID);
    unsigned op = FIELD_EX32(value, RRIDSCP, OP);
    unsigned stat = NO_SUCH;

    if (op == RESERVED) {
        return;
    }
    if (rrid < s->rrid_num) {
        if (op != QUERY) {
            s->stalled = deposit64(s->stalled, rrid, 1, op == STALL);
            iopmp_notify(s);
        }
        stat = extract64(s->stalled, rrid, 1) ? STALLED : RUNNING;
    }
    s->reg[R_RRIDSCP] = FIELD_DP32(rrid, RRIDSCP, OP, stat);
}

/* --- Registers ------------------------------------------------------------ */

/* l, and f, which is written only if it grows. */
static uint32_t lock_mask(uint32_t old, uint32_t value, uint32_t f)
{
    if (old & LOCK) {
        return 0;
    }
    return LOCK | ((value & f) > (old & f) || DEVICE_FAULT(IOPMP_LOCK_FALLS) ?
                   f : 0);
}

static uint32_t srcmd_mask(IopmpState *s, unsigned reg)
{
    unsigned row = (reg - R_SRCMD_EN0) / SRCMD_STRIDE;
    unsigned column = (reg - R_SRCMD_EN0) % SRCMD_STRIDE;
    bool high = column % 2;
    uint32_t mask;

    if (s->srcmd_fmt == SRCMD_BY_MD) {
        unsigned rrids = MAX(s->rrid_num, 16 * column) - 16 * column;

        if (row >= s->md_num || column > 1 ||
            extract64(get_mds(s, R_MDLCK), row, 1)) {
            return 0;
        }
        return (1ull << 2 * MIN(rrids, 16)) - 1;
    }
    if (s->srcmd_fmt == SRCMD_OWN_MD || row >= s->rrid_num ||
        (column > 1 && !s->sps_en) || (column > 5 && is_v07(s)) ||
        s->reg[R_SRCMD_EN0 + row * SRCMD_STRIDE] & LOCK) {
        return 0;
    }
    mask = mds_mask(s, high);
    if (!DEVICE_FAULT(IOPMP_MDLCKH) || !high) {
        mask &= ~s->reg[high ? R_MDLCKH : R_MDLCK];
    }
    return column ? mask : mask | LOCK;
}

static uint32_t cfg_mask(IopmpState *s)
{
    uint32_t mask = R_ENTRY_CFG_R_MASK | R_ENTRY_CFG_W_MASK;

    if (s->peis) {
        mask |= R_ENTRY_CFG_SIRE_MASK | R_ENTRY_CFG_SIWE_MASK;
    }
    if (s->pees) {
        mask |= R_ENTRY_CFG_SERE_MASK | R_ENTRY_CFG_SEWE_MASK;
    }
    if (s->chk_x) {
        /* each x is above the w */
        mask |= mask << 1;
    }
    return mask | R_ENTRY_CFG_A_MASK;
}

/* The bits that can be written now, of the registers that come in arrays. */
static uint32_t array_mask(IopmpState *s, unsigned reg)
{
    unsigned i;

    if (reg >= s->entries) {
        i = (reg - s->entries) / ENTRY_STRIDE;
        if (i >= s->entry_num ||
            i < FIELD_EX32(s->reg[R_ENTRYLCK], ENTRYLCK, F)) {
            return 0;
        }
        switch ((reg - s->entries) % ENTRY_STRIDE) {
        case 0:
            return UINT32_MAX;
        case 1:
            return s->addrh_en ? UINT32_MAX : 0;
        case 2:
            return cfg_mask(s);
        }
        return 0;
    }
    if (reg >= R_SRCMD_EN0) {
        return srcmd_mask(s, reg);
    }
    if (reg >= R_MDCFG0 && reg < R_MDCFG0 + s->md_num && !s->mdcfg_fmt &&
        reg - R_MDCFG0 >= FIELD_EX32(s->reg[R_MDCFGLCK], MDCFGLCK, F)) {
        return R_MDCFG0_T_MASK;
    }
    return 0;
}

/* There are modes that an entry cannot have: it is off then. */
static uint32_t legal_cfg(IopmpState *s, uint32_t cfg)
{
    unsigned mode = FIELD_EX32(cfg, ENTRY_CFG, A);

    if ((mode == A_TOR && !s->tor_en) || (mode == A_NA4 && s->granularity)) {
        return FIELD_DP32(cfg, ENTRY_CFG, A, A_OFF);
    }
    return cfg;
}

static void iopmp_write_array(IopmpState *s, unsigned reg, uint32_t value)
{
    uint32_t mask = array_mask(s, reg);

    if (reg >= s->entries && (reg - s->entries) % ENTRY_STRIDE == 2) {
        value = legal_cfg(s, value);
    }
    s->reg[reg] = (s->reg[reg] & ~mask) | (value & mask);
}

/* Does the register say what passes? */
static bool iopmp_decides(unsigned reg)
{
    return reg == R_HWCFG0 || reg == R_HWCFG2 || reg == R_HWCFG3 ||
           reg >= R_MDCFG0;
}

static void iopmp_write_reg(IopmpState *s, unsigned reg, uint32_t value)
{
    uint32_t old = s->reg[reg];
    uint32_t mask = 0;

    switch (reg) {
    case R_HWCFG0:
    case R_HWCFG2:
        s->reg[reg] = hw_written(s, reg, value);
        break;
    case R_HWCFG3:
        if (!is_v07(s)) {
            s->reg[reg] = hw_written(s, reg, value);
        }
        break;
    case R_MDSTALL:
        if (s->stall_en) {
            iopmp_mdstall(s, value);
        }
        break;
    case R_MDSTALLH:
        mask = s->stall_en ? mds_mask(s, true) : 0;
        break;
    case R_RRIDSCP:
        if (s->stall_en) {
            iopmp_rridscp(s, value);
        }
        break;
    case R_MDLCK:
    case R_MDLCKH:
        if (!(s->reg[R_MDLCK] & LOCK)) {
            mask = value & mds_mask(s, reg == R_MDLCKH);
            mask |= reg == R_MDLCK ? value & LOCK : 0;
        }
        break;
    case R_MDCFGLCK:
        mask = lock_mask(old, value, R_MDCFGLCK_F_MASK);
        break;
    case R_ENTRYLCK:
        mask = lock_mask(old, value, R_ENTRYLCK_F_MASK);
        break;
    case R_ERR_CFG:
        if (!(old & LOCK)) {
            mask = LOCK | R_ERR_CFG_RS_MASK |
                   (s->no_err_rec ? 0 : R_ERR_CFG_IE_MASK) |
                   (s->msi_en ? R_ERR_CFG_MSI_SEL_MASK |
                                R_ERR_CFG_MSIDATA_MASK : 0);
        }
        break;
    case R_ERR_INFO:
        if (value & R_ERR_INFO_V_MASK) {
            s->reg[reg] &= ~R_ERR_INFO_V_MASK;
            qemu_irq_lower(s->irq);
        }
        s->reg[reg] &= ~(value & R_ERR_INFO_MSI_WERR_MASK);
        break;
    case R_ERR_MSIADDR:
    case R_ERR_MSIADDRH:
        if (s->msi_en && (reg == R_ERR_MSIADDR || s->addrh_en) &&
            (!(s->reg[R_ERR_CFG] & LOCK) || DEVICE_FAULT(IOPMP_MSI_LOCK))) {
            mask = UINT32_MAX;
        }
        break;
    case R_ERR_MFR:
        if (s->mfr_en &&
            FIELD_EX32(value, ERR_MFR, SVI) * 16 < s->rrid_num) {
            s->reg[reg] = value & R_ERR_MFR_SVI_MASK;
        } else {
            s->reg[reg] = 0;
        }
        break;
    default:
        if (reg >= R_MDCFG0) {
            iopmp_write_array(s, reg, value);
        }
        break;
    }
    if (mask) {
        s->reg[reg] = (old & ~mask) | (value & mask);
    }
    if (iopmp_decides(reg) && s->reg[reg] != old) {
        iopmp_update(s);
        if (!DEVICE_FAULT(IOPMP_NO_NOTIFY) || reg < R_SRCMD_EN0 ||
            reg >= s->entries) {
            iopmp_notify(s);
        }
    }
}

/* What is found is not told again. */
static uint32_t iopmp_read_mfr(IopmpState *s)
{
    unsigned windows = DIV_ROUND_UP(s->rrid_num, 16);
    uint32_t *mfr = &s->reg[R_ERR_MFR];
    unsigned window = FIELD_EX32(*mfr, ERR_MFR, SVI);

    for (unsigned i = 0; s->mfr_en && i < windows; i++) {
        uint32_t svw = extract64(s->subsequent, 16 * window, 16);

        if (svw) {
            *mfr = FIELD_DP32(0, ERR_MFR, SVI, window);
            if (!DEVICE_FAULT(IOPMP_MFR_STAYS)) {
                s->subsequent = deposit64(s->subsequent, 16 * window, 16, 0);
            }
            return FIELD_DP32(*mfr | svw, ERR_MFR, SVS, 1);
        }
        window = (window + 1) % windows;
    }
    return *mfr;
}

static MemTxResult iopmp_regs_read(void *opaque, hwaddr addr, uint64_t *data,
                                   unsigned size, MemTxAttrs attrs)
{
    IopmpState *s = opaque;
    unsigned reg = addr / 4;

    *data = s->reg[reg];
    if (reg == R_ERR_MFR) {
        *data = iopmp_read_mfr(s);
    } else if (reg == R_ERR_INFO) {
        *data = FIELD_DP32(*data, ERR_INFO, SVC, !!s->subsequent);
    } else if (reg >= s->entries && (reg - s->entries) % ENTRY_STRIDE == 0 &&
               reg < s->entries + s->entry_num * ENTRY_STRIDE) {
        *data = (uint32_t)entry_addr(s, (reg - s->entries) / ENTRY_STRIDE);
    }
    return MEMTX_OK;
}

static MemTxResult iopmp_regs_write(void *opaque, hwaddr addr, uint64_t data,
                                    unsigned size, MemTxAttrs attrs)
{
    iopmp_write_reg(opaque, addr / 4, data);
    return MEMTX_OK;
}

static const MemoryRegionOps iopmp_regs_ops = {
    .read_with_attrs = iopmp_regs_read,
    .write_with_attrs = iopmp_regs_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* --- Decisions ------------------------------------------------------------ */

/* The rights that a requester has by an entry: CFG.r and CFG.w. */
static unsigned entry_rights(IopmpState *s, unsigned rrid, unsigned i)
{
    unsigned rights = entry_cfg(s, i) & 3, md = s->md_of[i];
    unsigned row = R_SRCMD_EN0 + rrid * SRCMD_STRIDE, more;

    if (s->srcmd_fmt == SRCMD_BY_MD) {
        row = R_SRCMD_EN0 + md * SRCMD_STRIDE;
        more = extract32(s->reg[row + rrid / 16], rrid % 16 * 2, 2);
        return DEVICE_FAULT(IOPMP_PERM_BOTH) ? rights & more : rights | more;
    }
    if (s->sps_en) {
        more = extract64(get_mds(s, row + 2), md, 1) |
               extract64(get_mds(s, row + 4), md, 1) << 1;
        return DEVICE_FAULT(IOPMP_SPS_GRANTS) ? rights | more : rights & more;
    }
    return rights;
}

/*
 * Why a transaction that touches the words of @t is denied.  Only asked while
 * checks are enabled: else all passes, and nothing leads to blocked-I/O.
 */
static IopmpError iopmp_error(IopmpState *s, unsigned rrid, IopmpRange t,
                              bool is_write)
{
    unsigned right = is_write ? 2 : 1;
    unsigned priorities = iopmp_priorities(s);
    IopmpError e = { .etype = ETYPE_NO_HIT };
    uint64_t mds;

    if (rrid >= s->rrid_num) {
        e.etype = ETYPE_UNKNOWN_RRID;
        return e;
    }
    if (extract64(s->stalled, rrid, 1)) {
        e.etype = ETYPE_STALLED;
        return e;
    }
    if (is_write && s->no_w) {
        e.etype = DEVICE_FAULT(IOPMP_NO_W_TYPE) ? ETYPE_WRITE : ETYPE_NO_HIT;
        return e;
    }
    mds = iopmp_mds(s, rrid);
    for (unsigned i = 0; i < s->entry_num; i++) {
        IopmpRange r = s->range[i];
        bool covered = r.lo <= t.lo && t.hi <= r.hi;
        bool priority = i < priorities;
        uint32_t cfg = entry_cfg(s, i);

        if (r.lo > r.hi || r.hi < t.lo || t.hi < r.lo ||
            (!priority && !covered) || !iopmp_has(s, mds, i)) {
            continue;
        }
        if (covered && entry_rights(s, rrid, i) & right) {
            return (IopmpError) { .etype = ETYPE_NONE };
        }
        if (!covered) {
            return (IopmpError) { .etype = ETYPE_PARTIAL, .eid = i };
        }
        if (!e.entries++) {
            e.etype = right;
            e.eid = i;
        }
        e.no_interrupt += !!(cfg & right << R_ENTRY_CFG_SIRE_SHIFT);
        e.no_response += !!(cfg & right << R_ENTRY_CFG_SERE_SHIFT);
        if (priority) {
            break;
        }
    }
    return e;
}

/* The rights on one word, as bits of CFG: 1 to read, 2 to write. */
static unsigned iopmp_rights(IopmpState *s, unsigned rrid, uint64_t word)
{
    IopmpRange t = { word, word };
    bool swapped = DEVICE_FAULT(IOPMP_SWAPPED);

    return (iopmp_error(s, rrid, t, swapped).etype ? 0 : 1) |
           (iopmp_error(s, rrid, t, !swapped).etype ? 0 : 2);
}

/* Cut what is guarded where an entry begins or ends, in order. */
static void iopmp_map_cut(IopmpState *s, IopmpMap *map, uint64_t at)
{
    unsigned i = map->n;

    if (at >= memory_region_size(s->downstream) / 4) {
        return;
    }
    while (i > 0 && map->seg[i - 1].lo > at) {
        i--;
    }
    if (i > 0 && map->seg[i - 1].lo == at) {
        return;
    }
    memmove(&map->seg[i + 1], &map->seg[i],
            (map->n - i) * sizeof(map->seg[0]));
    map->seg[i].lo = at;
    map->n++;
}

static IopmpMap *iopmp_map(IopmpState *s, unsigned rrid)
{
    uint64_t mds = iopmp_mds(s, rrid);
    IopmpMap *map = s->map[rrid];

    if (!map) {
        map = s->map[rrid] = g_malloc0(sizeof(*map) + sizeof(map->seg[0]) *
                                       (2 * s->entry_num + 1));
    }
    if (map->n) {
        return map;
    }
    iopmp_map_cut(s, map, 0);
    for (unsigned i = 0; i < s->entry_num; i++) {
        IopmpRange r = s->range[i];

        if (r.lo <= r.hi && iopmp_has(s, mds, i)) {
            iopmp_map_cut(s, map, r.lo);
            if (r.hi != UINT64_MAX) {
                iopmp_map_cut(s, map, r.hi + 1);
            }
        }
    }
    for (unsigned i = 0; i < map->n; i++) {
        map->seg[i].rights = iopmp_rights(s, rrid, map->seg[i].lo);
    }
    return map;
}

/* How far all is closed in a direction, around segment @i. */
static IopmpRange iopmp_closed(IopmpState *s, const IopmpMap *map, unsigned i,
                               unsigned right)
{
    unsigned end = i;

    while (i > 0 && !(map->seg[i - 1].rights & right)) {
        i--;
    }
    while (++end < map->n && !(map->seg[end].rights & right)) {
    }
    return (IopmpRange) {
        .lo = map->seg[i].lo,
        .hi = (end < map->n ? map->seg[end].lo :
                              memory_region_size(s->downstream) / 4) - 1,
    };
}

/* The addr_mask of the largest block around @addr that lies in @room. */
static hwaddr iopmp_block(hwaddr addr, IopmpRange room)
{
    hwaddr mask = 3;

    while ((addr & ~(mask << 1 | 1)) / 4 >= room.lo &&
           (addr | (mask << 1 | 1)) / 4 <= room.hi) {
        mask = mask << 1 | 1;
    }
    return mask;
}

/*
 * The addr_mask of the largest block in which every transaction passes:
 * one entry must let all of it pass, and no other may come first.
 */
static hwaddr iopmp_open_block(IopmpState *s, unsigned rrid, hwaddr addr,
                               unsigned right)
{
    IopmpRange room = { 0, memory_region_size(s->downstream) / 4 - 1 };
    uint64_t word = addr / 4, mds = iopmp_mds(s, rrid);
    unsigned priorities = iopmp_priorities(s);
    hwaddr mask = 3;

    for (unsigned i = 0; i < s->entry_num; i++) {
        IopmpRange r = s->range[i];
        bool covers = r.lo <= word && word <= r.hi;
        bool priority = i < priorities;

        if (r.lo > r.hi || !iopmp_has(s, mds, i)) {
            continue;
        }
        if (covers && (entry_rights(s, rrid, i) & right)) {
            r.lo = MAX(r.lo, room.lo);
            r.hi = MIN(r.hi, room.hi);
            mask = MAX(mask, iopmp_block(addr, r));
        }
        if (covers && priority) {
            break;
        }
        if (priority) {
            /* keep out of it */
            if (r.hi < word) {
                room.lo = MAX(room.lo, r.hi + 1);
            } else {
                room.hi = MIN(room.hi, r.lo - 1);
            }
        }
    }
    return mask;
}

/*
 * Who asks is told neither a size nor a second direction, and may keep the
 * answer for all that addr_mask covers.  So addr_mask is as wide as every
 * transaction in it has the same answers.
 */
static IOMMUTLBEntry iopmp_translate(IOMMUMemoryRegion *iommu, hwaddr addr,
                                     IOMMUAccessFlags flag, int index)
{
    IopmpState *s = container_of(iommu, IopmpState, upstream);
    hwaddr mask = memory_region_size(s->downstream) - 1;
    unsigned rights = iopmp_enabled(s) ? 0 : 3;
    bool open;

    while (DEVICE_FAULT(IOPMP_WAITS) && index < s->rrid_num &&
           extract64(s->stalled, index, 1)) {
        barrier();      /* nobody can end it meanwhile */
    }
    if (iopmp_enabled(s) && index < s->rrid_num &&
        !extract64(s->stalled, index, 1)) {
        IopmpMap *map = iopmp_map(s, index);
        unsigned i = map->n - 1;

        while (map->seg[i].lo > addr / 4) {
            i--;
        }
        rights = map->seg[i].rights;
        for (unsigned right = 1; right <= 2; right++) {
            hwaddr block = rights & right ?
                iopmp_open_block(s, index, addr, right) :
                iopmp_block(addr, iopmp_closed(s, map, i, right));

            mask = MIN(mask, block);
        }
    }
    open = rights & (flag == IOMMU_WO ? 2 : 1);
    return (IOMMUTLBEntry) {
        .target_as = open ? &s->downstream_as : &s->blocked_as,
        .iova = addr & ~mask,
        .translated_addr = addr & ~mask,
        .addr_mask = mask,
        .perm = open ? rights : rights ^ 3,
    };
}

static int iopmp_attrs_to_index(IOMMUMemoryRegion *iommu, MemTxAttrs attrs)
{
    IopmpState *s = container_of(iommu, IopmpState, upstream);

    return MIN(attrs.requester_id, s->rrid_num);
}

static int iopmp_num_indexes(IOMMUMemoryRegion *iommu)
{
    return DEVICE_FAULT(IOPMP_NO_INDEXES) ? 1 :
           container_of(iommu, IopmpState, upstream)->rrid_num + 1;
}

/* --- Denied accesses ------------------------------------------------------ */

static void iopmp_record(IopmpState *s, hwaddr addr, MemTxAttrs attrs,
                         bool is_write, IopmpError e)
{
    uint32_t *info = &s->reg[R_ERR_INFO];

    *info &= DEVICE_FAULT(IOPMP_MSI_WERR) ? 0 : R_ERR_INFO_MSI_WERR_MASK;
    *info = FIELD_DP32(*info, ERR_INFO, V, 1);
    *info = FIELD_DP32(*info, ERR_INFO, TTYPE, is_write ? 2 : 1);
    *info = FIELD_DP32(*info, ERR_INFO, ETYPE, e.etype);
    s->reg[R_ERR_REQADDR] = addr >> 2;
    s->reg[R_ERR_REQADDRH] = s->addrh_en ? addr >> 34 : 0;
    s->reg[R_ERR_REQID] = FIELD_DP32(attrs.requester_id, ERR_REQID, EID,
                                     e.eid);
}

static void iopmp_send_msi(IopmpState *s)
{
    uint64_t addr = deposit64(s->reg[R_ERR_MSIADDR], 32, 32,
                              s->reg[R_ERR_MSIADDRH]);
    MemTxResult result;

    if (!s->addrh_en && !DEVICE_FAULT(IOPMP_MSI_ADDR)) {
        addr <<= 2;
    }
    address_space_stl_le(&address_space_memory, addr,
                         FIELD_EX32(s->reg[R_ERR_CFG], ERR_CFG, MSIDATA),
                         MEMTXATTRS_UNSPECIFIED, &result);
    if (result != MEMTX_OK) {
        s->reg[R_ERR_INFO] |= R_ERR_INFO_MSI_WERR_MASK;
    }
}

/* What is not denied any more leaves no trace. */
static void iopmp_violation(IopmpState *s, hwaddr addr, MemTxAttrs attrs,
                            bool is_write, IopmpError e, bool interrupt,
                            bool response)
{
    bool quiet = is_v07(s) ? e.no_interrupt && !response
                           : !interrupt && !response;
    bool first = !FIELD_EX32(s->reg[R_ERR_INFO], ERR_INFO, V);

    if (e.etype == ETYPE_NONE || s->no_err_rec ||
        (quiet && !DEVICE_FAULT(IOPMP_LOUD))) {
        return;
    }
    if (first || DEVICE_FAULT(IOPMP_STALE_RECORD)) {
        bool msi = FIELD_EX32(s->reg[R_ERR_CFG], ERR_CFG, MSI_SEL);

        iopmp_record(s, addr, attrs, is_write, e);
        qemu_set_irq(s->irq, interrupt &&
                     (!msi || DEVICE_FAULT(IOPMP_MSI_BOTH)));
        if (interrupt && msi) {
            iopmp_send_msi(s);
        }
    }
    if ((!first || DEVICE_FAULT(IOPMP_MFR_FIRST)) && s->mfr_en &&
        attrs.requester_id < s->rrid_num) {
        s->subsequent |= 1ull << attrs.requester_id;
    }
}

static MemTxResult iopmp_blocked(IopmpState *s, hwaddr addr, unsigned size,
                                 MemTxAttrs attrs, bool is_write)
{
    IopmpRange t = { addr / 4, (addr + size - 1) / 4 };
    uint32_t err_cfg = s->reg[R_ERR_CFG];
    IopmpError e = iopmp_error(s, attrs.requester_id, t, is_write);
    bool interrupt, response;

    interrupt = FIELD_EX32(err_cfg, ERR_CFG, IE) &&
                !(e.entries && e.no_interrupt == e.entries);
    response = !FIELD_EX32(err_cfg, ERR_CFG, RS) &&
               !(e.entries && e.no_response >=
                 (DEVICE_FAULT(IOPMP_ONE_IS_QUIET) ? 1 : e.entries));
    iopmp_violation(s, addr, attrs, is_write, e, interrupt, response);
    return response ? MEMTX_ERROR : MEMTX_OK;
}

static MemTxResult iopmp_blocked_read(void *opaque, hwaddr addr,
                                      uint64_t *data, unsigned size,
                                      MemTxAttrs attrs)
{
    IopmpState *s = opaque;

    *data = s->err_rdata & MAKE_64BIT_MASK(0, size * 8);
    return iopmp_blocked(s, addr, size, attrs, false);
}

static MemTxResult iopmp_blocked_write(void *opaque, hwaddr addr,
                                       uint64_t data, unsigned size,
                                       MemTxAttrs attrs)
{
    return iopmp_blocked(opaque, addr, size, attrs, true);
}

static const MemoryRegionOps iopmp_blocked_ops = {
    .read_with_attrs = iopmp_blocked_read,
    .write_with_attrs = iopmp_blocked_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* --- The device ----------------------------------------------------------- */

static void iopmp_reset(DeviceState *dev)
{
    IopmpState *s = RISCV_IOPMP(dev);
    uint32_t *reg = s->reg;

    memset(reg, 0, s->n_regs * 4);
    if (is_v07(s)) {
        hw_reset_v07(s);
    } else {
        hw_reset(s);
    }
    reg[R_MDLCK] = s->srcmd_fmt != SRCMD_OWN_MD && s->mdlck_en ? s->mdlck
                                                               : LOCK;
    reg[R_MDCFGLCK] = s->mdcfg_fmt ? LOCK : s->mdcfglck;
    reg[R_ENTRYLCK] = s->entrylck;
    /* nobody here can wait */
    reg[R_ERR_CFG] = FIELD_DP32(0, ERR_CFG, STALL_VIOLATION_EN, s->stall_en);
    s->stalled = s->subsequent = 0;
    qemu_irq_lower(s->irq);
    iopmp_update(s);
    iopmp_notify(s);
}

static int iopmp_post_load(void *opaque, int version_id)
{
    if (!DEVICE_FAULT(IOPMP_LOAD_RANGES)) {
        iopmp_update(opaque);
    }
    return 0;
}

static const VMStateDescription iopmp_vmstate = {
    .name = "iopmp",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = iopmp_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_VARRAY_UINT32(reg, IopmpState, n_regs, 0, vmstate_info_uint32,
                              uint32_t),
        VMSTATE_UINT64(stalled, IopmpState),
        VMSTATE_UINT64(subsequent, IopmpState),
        VMSTATE_END_OF_LIST()
    }
};

static void iopmp_realize(DeviceState *dev, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    IopmpState *s = RISCV_IOPMP(dev);
    uint64_t size;

    if (!s->downstream) {
        error_setg(errp, "IOPMP 'downstream' link not set");
        return;
    }
    size = memory_region_size(s->downstream);
    if (!is_power_of_2(size)) {
        error_setg(errp, "IOPMP 'downstream' size %" PRIu64
                   " is not a power of two", size);
        return;
    }
    if (s->rrid_num > MAX_RRIDS || s->md_num > MAX_MDS ||
        s->entry_num > MAX_ENTRIES ||
        (s->srcmd_fmt == SRCMD_BY_MD && s->rrid_num > 32)) {
        error_setg(errp, "IOPMP: at most %u RRIDs (32 by domain), %u memory "
                   "domains and %u entries", MAX_RRIDS, MAX_MDS, MAX_ENTRIES);
        return;
    }
    if (s->entry_offset % 16 ||
        s->entry_offset < 4 * (R_SRCMD_EN0 + SRCMD_STRIDE * MAX_RRIDS)) {
        error_setg(errp, "IOPMP 'entry_offset' is not behind the SRCMD table");
        return;
    }
    s->entries = s->entry_offset / 4;
    s->n_regs = MAX(MIN_REGS, pow2ceil(s->entries +
                                       s->entry_num * ENTRY_STRIDE));
    s->reg = g_new0(uint32_t, s->n_regs);
    s->range = g_new0(IopmpRange, s->entry_num);
    s->md_of = g_new0(uint8_t, s->entry_num);

    memory_region_init_io(&s->regs_mr, OBJECT(dev), &iopmp_regs_ops, s,
                          "iopmp-regs", 4 * s->n_regs);
    memory_region_init_iommu(&s->upstream, sizeof(s->upstream),
                             TYPE_RISCV_IOPMP_IOMMU, OBJECT(dev),
                             "iopmp-upstream", size);
    sysbus_init_mmio(sbd, &s->regs_mr);
    sysbus_init_mmio(sbd, MEMORY_REGION(&s->upstream));
    sysbus_init_irq(sbd, &s->irq);
    memory_region_init_io(&s->blocked_mr, OBJECT(dev), &iopmp_blocked_ops, s,
                          "iopmp-blocked", size);
    address_space_init(&s->downstream_as, s->downstream, "iopmp-downstream");
    address_space_init(&s->blocked_as, &s->blocked_mr, "iopmp-blocked");
}

static const Property iopmp_properties[] = {
    DEFINE_PROP_LINK("downstream", IopmpState, downstream, TYPE_MEMORY_REGION,
                     MemoryRegion *),
    DEFINE_PROP_UINT32("version", IopmpState, version, 82),
    DEFINE_PROP_UINT32("mdcfg_fmt", IopmpState, mdcfg_fmt, 0),
    DEFINE_PROP_UINT32("srcmd_fmt", IopmpState, srcmd_fmt, 0),
    DEFINE_PROP_UINT32("md_entry_num", IopmpState, md_entry_num, 0),
    DEFINE_PROP_UINT32("md_num", IopmpState, md_num, 8),
    DEFINE_PROP_UINT32("rrid_num", IopmpState, rrid_num, 16),
    DEFINE_PROP_UINT32("entry_num", IopmpState, entry_num, 48),
    DEFINE_PROP_UINT32("entry_offset", IopmpState, entry_offset, 0x4000),
    DEFINE_PROP_UINT32("prio_entry", IopmpState, prio_entry, 65535),
    DEFINE_PROP_UINT32("rrid_transl", IopmpState, rrid_transl, 0),
    /* log2 of the words that an address can tell apart, as the PMP has it */
    DEFINE_PROP_UINT32("granularity", IopmpState, granularity, 0),
    /* as these registers are after reset */
    DEFINE_PROP_UINT32("mdlck", IopmpState, mdlck, 0),
    DEFINE_PROP_UINT32("mdcfglck", IopmpState, mdcfglck, 0),
    DEFINE_PROP_UINT32("entrylck", IopmpState, entrylck, 0),
    DEFINE_PROP_UINT32("err_rdata", IopmpState, err_rdata, 0),
    DEFINE_PROP_BOOL("tor_en", IopmpState, tor_en, true),
    DEFINE_PROP_BOOL("addrh_en", IopmpState, addrh_en, true),
    DEFINE_PROP_BOOL("sps_en", IopmpState, sps_en, false),
    DEFINE_PROP_BOOL("non_prio_en", IopmpState, non_prio_en, true),
    DEFINE_PROP_BOOL("prient_prog", IopmpState, prient_prog, true),
    DEFINE_PROP_BOOL("rrid_transl_en", IopmpState, rrid_transl_en, false),
    DEFINE_PROP_BOOL("rrid_transl_prog", IopmpState, rrid_transl_prog, false),
    DEFINE_PROP_BOOL("chk_x", IopmpState, chk_x, false),
    DEFINE_PROP_BOOL("no_x", IopmpState, no_x, false),
    DEFINE_PROP_BOOL("no_w", IopmpState, no_w, false),
    DEFINE_PROP_BOOL("no_err_rec", IopmpState, no_err_rec, false),
    DEFINE_PROP_BOOL("stall_en", IopmpState, stall_en, false),
    DEFINE_PROP_BOOL("peis", IopmpState, peis, false),
    DEFINE_PROP_BOOL("pees", IopmpState, pees, false),
    DEFINE_PROP_BOOL("mfr_en", IopmpState, mfr_en, false),
    DEFINE_PROP_BOOL("mdlck_en", IopmpState, mdlck_en, true),
    DEFINE_PROP_BOOL("msi_en", IopmpState, msi_en, false),
};

static void iopmp_class_init(ObjectClass *klass, CompatClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = iopmp_realize;
    dc->vmsd = &iopmp_vmstate;
    device_class_set_legacy_reset(dc, iopmp_reset);
    device_class_set_props(dc, iopmp_properties);
}

static void iopmp_iommu_class_init(ObjectClass *klass, CompatClassData *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = iopmp_translate;
    imrc->attrs_to_index = iopmp_attrs_to_index;
    imrc->num_indexes = iopmp_num_indexes;
}

static const TypeInfo iopmp_types[] = {
    {
        .name = TYPE_RISCV_IOPMP,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(IopmpState),
        .class_init = iopmp_class_init,
    }, {
        .name = TYPE_RISCV_IOPMP_IOMMU,
        .parent = TYPE_IOMMU_MEMORY_REGION,
        .class_init = iopmp_iommu_class_init,
    },
};

DEFINE_TYPES(iopmp_types)
