/*
 * The TrustZone Memory Protection Controller of Arm's CoreLink SIE-200 (DDI
 * 0571): one bit for each block of memory says whether secure or non-secure
 * transactions pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "tzmpc.h"

/* The block size can be configured in hardware; here it is a page. */
#define BLOCK_BITS      RM_PAGE_BITS
#define BLOCKS_A_WORD   32
#define WORDS_MAX       4

/* The registers.  What is not listed reads as zero and ignores writes. */
enum {
    CTRL = 0x000,
    BLK_MAX = 0x010,    /* the highest BLK_IDX */
    BLK_CFG = 0x014,    /* log2 of the block size, less 5 */
    BLK_IDX = 0x018,    /* the word that BLK_LUT shows */
    BLK_LUT = 0x01c,
    INT_STAT = 0x020,
    INT_CLEAR = 0x024,  /* write-only */
    INT_EN = 0x028,
    INT_INFO1 = 0x02c,  /* the address of the first denied transaction */
    INT_INFO2 = 0x030,  /* ... its master and security, and the block's */
    INT_SET = 0x034,    /* write-only */
    ID = 0xfd0,         /* PIDR4 to 7, PIDR0 to 3, CIDR0 to 3 */
    REGISTERS = 0x1000
};

#define CTRL_SEC_RESP   (1u << 4)   /* a denied access is a bus error */
#define CTRL_AUTOINC    (1u << 8)   /* BLK_LUT steps BLK_IDX */
#define CTRL_LOCKDOWN   (1u << 31)

#define INFO2_HNONSEC   (1u << 16)
#define INFO2_CFG_NS    (1u << 17)

/* The IOMMU indexes. */
enum { SECURE, NON_SECURE };

typedef struct TzMpc {
    RmChecker checker;
    unsigned words;     /* of the LUT */
    uint32_t base;      /* the board shows the rest of it elsewhere */
    uint32_t ctrl, blk_idx;
    uint32_t lut[WORDS_MAX];    /* a bit for each block: 1 is non-secure */
    bool int_stat, int_en;
    uint32_t info1, info2;
} TzMpc;

static TzMpc *tz(RmChecker *c)
{
    return (TzMpc *)c;
}

static unsigned words_for(uint32_t size)
{
    return ((size >> BLOCK_BITS) + BLOCKS_A_WORD - 1) / BLOCKS_A_WORD;
}

/* In variant 1 one more memory is larger; only a part of it can be accessed. */
static void tzmpc_reset(RmChecker *c, uint32_t size, unsigned variant)
{
    *tz(c) = (TzMpc) {
        .checker = *c,
        .words = words_for(variant ? RM_TZMPC_SIZE : size),
        .base = variant ? RM_TZMPC_BASE : 0,
        .ctrl = CTRL_AUTOINC,
        .int_en = true,
    };
}

static unsigned tzmpc_settings(const RmChecker *c, RmSetting out[RM_SETTINGS])
{
    const TzMpc *t = (const TzMpc *)c;
    const RmSetting settings[] = {
        { "words", t->words },
        { "block", 1u << BLOCK_BITS },
        { "base", t->base },
    };

    memcpy(out, settings, sizeof(settings));
    return sizeof(settings) / sizeof(*settings);
}

/* --- Registers ----------------------------------------------------------- */

static uint32_t read_word(const TzMpc *t, uint32_t reg)
{
    static const uint8_t id[] = {
        0x04, 0x00, 0x00, 0x00, 0x60, 0xb8, 0x1b, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
    };

    switch (reg) {
    case CTRL:
        return t->ctrl;
    case BLK_MAX:
        return t->words - 1;
    case BLK_CFG:
        return BLOCK_BITS - 5;
    case BLK_IDX:
        return t->blk_idx;
    case BLK_LUT:
        return t->lut[t->blk_idx];
    case INT_STAT:
        return t->int_stat;
    case INT_EN:
        return t->int_en;
    case INT_INFO1:
        return t->info1;
    case INT_INFO2:
        return t->info2;
    default:
        return reg < ID ? 0 : id[(reg - ID) / 4];
    }
}

static void write_word(TzMpc *t, uint32_t reg, uint32_t value)
{
    switch (reg) {
    case CTRL:
        t->ctrl = value & (CTRL_SEC_RESP | CTRL_AUTOINC | CTRL_LOCKDOWN);
        break;
    case BLK_IDX:
        t->blk_idx = value % t->words;
        break;
    case BLK_LUT:
        t->lut[t->blk_idx] = value;
        break;
    case INT_CLEAR:
        t->int_stat &= ~value & 1;
        break;
    case INT_EN:
        t->int_en = value & 1;
        break;
    case INT_SET:
        t->int_stat |= value & 1;
        break;
    }
}

/* Does a write of a part of the register keep the other bytes? */
static bool keeps_bytes(uint32_t reg)
{
    return reg == CTRL || reg == BLK_IDX || reg == BLK_LUT;
}

static bool locked(const TzMpc *t, uint32_t reg)
{
    return t->ctrl & CTRL_LOCKDOWN &&
           (reg == CTRL || reg == BLK_LUT || reg == INT_EN);
}

/* A part of @reg: @size bytes, from bit @shift on. */
static uint32_t read_part(const TzMpc *t, uint32_t reg, unsigned shift,
                          unsigned size)
{
    uint64_t mask = (UINT64_C(1) << 8 * size) - 1;

    return read_word(t, reg) >> shift & mask;
}

static void write_part(TzMpc *t, uint32_t reg, unsigned shift, unsigned size,
                       uint32_t value)
{
    uint32_t mask = ((UINT64_C(1) << 8 * size) - 1) << shift;
    uint32_t rest = keeps_bytes(reg) ? read_word(t, reg) & ~mask : 0;

    write_word(t, reg, rest | (value << shift & mask));
}

static RmResponse tzmpc_access(RmChecker *c, uint32_t offset, unsigned size,
                               unsigned attrs, bool is_write, uint64_t *value)
{
    TzMpc *t = tz(c);
    uint32_t reg = offset & ~3u;
    unsigned shift = 8 * (offset & 3);

    if (!is_write) {
        *value = 0;
    }
    /* non-secure accesses see the ID registers only */
    if (!(attrs & RM_SECURE) && reg < ID) {
        return RM_TX_OK;
    }
    if (!is_write) {
        *value = read_part(t, reg, shift, size);
    } else if (locked(t, reg)) {
        return RM_TX_OK;
    } else {
        write_part(t, reg, shift, size, *value);
    }
    if (reg == BLK_LUT && size == 4 && t->ctrl & CTRL_AUTOINC) {
        t->blk_idx = (t->blk_idx + 1) % t->words;
    }
    return RM_TX_OK;
}

/* --- Decisions ----------------------------------------------------------- */

static bool block_is_ns(const TzMpc *t, uint32_t addr)
{
    uint32_t block = (t->base + addr) >> BLOCK_BITS;

    return t->lut[block / BLOCKS_A_WORD] >> block % BLOCKS_A_WORD & 1;
}

/*
 * Attributes of 0 are unspecified: those of a target or a loader that knows
 * no security.  They pass as secure, but the registers and the record do not
 * take them for it.
 */
static unsigned tzmpc_index(const RmChecker *c, unsigned attrs)
{
    return attrs == 0 || attrs & RM_SECURE ? SECURE : NON_SECURE;
}

/* Reads and writes go the same way, and each answer speaks for both. */
static RmDecision tzmpc_decide(const RmChecker *c, unsigned index,
                               uint32_t addr, bool is_write)
{
    return (RmDecision) {
        .allowed = block_is_ns((const TzMpc *)c, addr) ==
                   (index == NON_SECURE),
        .perm = RM_R | RM_W,
        .addr_mask = (1u << BLOCK_BITS) - 1,
    };
}

static RmResponse tzmpc_denied(RmChecker *c, uint32_t addr, unsigned size,
                               unsigned attrs, RmAccessType type,
                               uint64_t *value)
{
    TzMpc *t = tz(c);

    /* the first one is kept until the interrupt is cleared */
    if (!t->int_stat) {
        t->int_stat = true;
        t->info1 = t->base + addr;
        t->info2 = (attrs & RM_WID_MASK) |
                   (attrs & RM_SECURE ? 0 : INFO2_HNONSEC) |
                   (block_is_ns(t, addr) ? INFO2_CFG_NS : 0);
    }
    if (type != RM_STORE) {
        *value = 0;
    }
    return t->ctrl & CTRL_SEC_RESP ? RM_TX_ERROR : RM_TX_OK;
}

static bool tzmpc_irq(const RmChecker *c)
{
    const TzMpc *t = (const TzMpc *)c;

    return t->int_stat && t->int_en;
}

RmChecker *rm_tzmpc_new(void)
{
    static const RmCheckerOps ops = {
        .name = "tz-mpc",
        .size = sizeof(TzMpc),
        .regs = { .valid_max = 4, .impl_min = 1, .impl_max = 4 },
        .blocked = { .valid_max = 8, .impl_min = 1, .impl_max = 8 },
        .regs_size = REGISTERS,
        .reset = tzmpc_reset,
        .settings = tzmpc_settings,
        .access = tzmpc_access,
        .index = tzmpc_index,
        .decide = tzmpc_decide,
        .denied = tzmpc_denied,
        .irq = tzmpc_irq,
    };
    TzMpc *t = calloc(1, sizeof(*t));

    if (!t) {
        return NULL;
    }
    t->checker.ops = &ops;
    return &t->checker;
}
