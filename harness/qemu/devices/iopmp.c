/*
 * A RISC-V IOPMP (specification 0.9.x) as a QEMU device.  The IOMMU index is
 * the RRID, but all RRIDs that the IOPMP does not know share the last one.
 * A fetch comes as a read, and is one: HWCFG0.chk_x is 0.
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

#include "harness/qemu/compat.h"
#include "faults.h"

#define TYPE_RISCV_IOPMP "riscv_iopmp"
OBJECT_DECLARE_SIMPLE_TYPE(IopmpState, RISCV_IOPMP)

#define TYPE_RISCV_IOPMP_IOMMU "riscv_iopmp-iommu-memory-region"

REG32(VERSION, 0x00)
REG32(IMP, 0x04)
REG32(HWCFG0, 0x08)
    FIELD(HWCFG0, MODEL, 0, 4)
    FIELD(HWCFG0, TOR_EN, 4, 1)
    FIELD(HWCFG0, PRIENT_PROG, 7, 1)
    FIELD(HWCFG0, MD_NUM, 24, 7)
    FIELD(HWCFG0, ENABLE, 31, 1)
REG32(HWCFG1, 0x0c)
    FIELD(HWCFG1, RRID_NUM, 0, 16)
    FIELD(HWCFG1, ENTRY_NUM, 16, 16)
REG32(HWCFG2, 0x10)
    FIELD(HWCFG2, PRIO_ENTRY, 0, 16)
REG32(ENTRYOFFSET, 0x14)
REG32(MDLCK, 0x40)
REG32(MDCFGLCK, 0x48)
    FIELD(MDCFGLCK, F, 1, 7)
REG32(ENTRYLCK, 0x4c)
    FIELD(ENTRYLCK, F, 1, 16)
REG32(ERR_CFG, 0x60)
    FIELD(ERR_CFG, IE, 1, 1)
    FIELD(ERR_CFG, IRE, 2, 1)
    FIELD(ERR_CFG, IWE, 3, 1)
    FIELD(ERR_CFG, RRE, 5, 1)
    FIELD(ERR_CFG, RWE, 6, 1)
REG32(ERR_REQINFO, 0x64)
    FIELD(ERR_REQINFO, V, 0, 1)
    FIELD(ERR_REQINFO, TTYPE, 1, 2)
    FIELD(ERR_REQINFO, ETYPE, 4, 3)
REG32(ERR_REQADDR, 0x68)
REG32(ERR_REQADDRH, 0x6c)
REG32(ERR_REQID, 0x70)
    FIELD(ERR_REQID, RRID, 0, 16)
    FIELD(ERR_REQID, EID, 16, 16)
REG32(MDCFG0, 0x800)
    FIELD(MDCFG0, T, 0, 16)
REG32(SRCMD_EN0, 0x1000)
REG32(ENTRY_ADDR0, 0x1800)
REG32(ENTRY_ADDRH0, 0x1804)
REG32(ENTRY_CFG0, 0x1808)
    FIELD(ENTRY_CFG0, RWX, 0, 3)
    FIELD(ENTRY_CFG0, A, 3, 2)

#define IOPMP_REGS      0x2000
#define SRCMD_STRIDE    (32 / 4)
#define ENTRY_STRIDE    (16 / 4)
#define MAX_MDS         31
#define MAX_ENTRIES     64
#define MAX_RRIDS       ((A_ENTRY_ADDR0 - A_SRCMD_EN0) / 32)
#define LOCK            1u      /* l, bit 0 of whatever has it */

enum { A_OFF, A_TOR, A_NA4, A_NAPOT };
enum {
    ETYPE_NONE, ETYPE_READ, ETYPE_WRITE,
    ETYPE_PARTIAL = 4, ETYPE_NO_HIT, ETYPE_UNKNOWN_RRID
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
    } seg[2 * MAX_ENTRIES + 1];
} IopmpMap;

struct IopmpState {
    SysBusDevice parent_obj;

    MemoryRegion *downstream;
    uint32_t rrid_num, md_num, entry_num, prio_entry, k, err_rdata;

    MemoryRegion regs_mr, blocked_mr;
    IOMMUMemoryRegion upstream;
    AddressSpace downstream_as, blocked_as;
    qemu_irq irq;

    uint32_t reg[IOPMP_REGS / 4];

    /* What follows from the registers; a bit for each entry: */
    uint64_t of_rrid[MAX_RRIDS];        /* it is in a domain of the RRID */
    uint64_t with_priority;
    IopmpRange range[MAX_ENTRIES];      /* empty: lo > hi */
    IopmpMap map[MAX_RRIDS];
};

static uint32_t *entry_reg(IopmpState *s, unsigned i, unsigned reg)
{
    return &s->reg[reg + i * ENTRY_STRIDE];
}

/* --- What follows from the registers -------------------------------------- */

static uint64_t entry_addr(IopmpState *s, unsigned i)
{
    return deposit64(*entry_reg(s, i, R_ENTRY_ADDR0), 32, 32,
                     *entry_reg(s, i, R_ENTRY_ADDRH0));
}

static IopmpRange entry_range(IopmpState *s, unsigned i)
{
    uint64_t addr = entry_addr(s, i);
    IopmpRange r = { .lo = 1, .hi = 0 };
    unsigned ones;

    switch (FIELD_EX32(*entry_reg(s, i, R_ENTRY_CFG0), ENTRY_CFG0, A)) {
    case A_TOR:
        if (addr) {
            r.lo = i ? entry_addr(s, i - 1) : 0;
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

/* The entries of memory domain @md. */
static uint64_t md_entries(IopmpState *s, unsigned md)
{
    unsigned from, to;

    if (s->k) {
        from = md * s->k;
        to = from + s->k;
    } else {
        from = md ? FIELD_EX32(s->reg[R_MDCFG0 + md - 1], MDCFG0, T) : 0;
        to = FIELD_EX32(s->reg[R_MDCFG0 + md], MDCFG0, T);
    }
    to = MIN(to, s->entry_num);
    return from < to ? MAKE_64BIT_MASK(from, to - from) : 0;
}

static void iopmp_update(IopmpState *s)
{
    unsigned prio = FIELD_EX32(s->reg[R_HWCFG2], HWCFG2, PRIO_ENTRY);

    s->with_priority = prio ? MAKE_64BIT_MASK(0, MIN(prio, MAX_ENTRIES)) : 0;
    for (unsigned i = 0; i < s->entry_num; i++) {
        s->range[i] = entry_range(s, i);
    }
    for (unsigned rrid = 0; rrid < s->rrid_num; rrid++) {
        uint32_t mds = s->reg[R_SRCMD_EN0 + rrid * SRCMD_STRIDE] >> 1;

        if (DEVICE_FAULT(IOPMP_LOST_MD)) {
            mds = deposit32(mds, s->md_num - 1, 1, 0);
        }
        s->of_rrid[rrid] = 0;
        for (; mds; mds &= mds - 1) {
            s->of_rrid[rrid] |= md_entries(s, ctz32(mds));
        }
        s->map[rrid].n = 0;
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

/* --- Registers ------------------------------------------------------------ */

/* l, and f, which is written only if it grows. */
static uint32_t lock_mask(uint32_t old, uint32_t value, uint32_t f)
{
    if (old & LOCK) {
        return 0;
    }
    return LOCK | ((value & f) > (old & f) ? f : 0);
}

static uint32_t md_mask(IopmpState *s)
{
    return MAKE_64BIT_MASK(1, s->md_num);
}

/* The bits that can be written now, of the registers that come in arrays. */
static uint32_t array_mask(IopmpState *s, unsigned reg, uint32_t old)
{
    if (reg >= R_MDCFG0 && reg < R_MDCFG0 + s->md_num) {
        unsigned f = FIELD_EX32(s->reg[R_MDCFGLCK], MDCFGLCK, F);

        return s->k || reg - R_MDCFG0 < f ? 0 : R_MDCFG0_T_MASK;
    }
    if (reg >= R_ENTRY_ADDR0 &&
        reg < R_ENTRY_ADDR0 + s->entry_num * ENTRY_STRIDE) {
        unsigned i = (reg - R_ENTRY_ADDR0) / ENTRY_STRIDE;

        if (i < FIELD_EX32(s->reg[R_ENTRYLCK], ENTRYLCK, F)) {
            return 0;
        }
        switch ((reg - R_ENTRY_ADDR0) % ENTRY_STRIDE) {
        case 0:
        case 1:
            return UINT32_MAX;
        case 2:
            return R_ENTRY_CFG0_RWX_MASK | R_ENTRY_CFG0_A_MASK;
        }
        return 0;
    }
    if (reg >= R_SRCMD_EN0 && reg < R_SRCMD_EN0 + s->rrid_num * SRCMD_STRIDE &&
        (reg - R_SRCMD_EN0) % SRCMD_STRIDE == 0) {
        return old & LOCK ? 0 : LOCK | (md_mask(s) & ~s->reg[R_MDLCK]);
    }
    return 0;
}

static void iopmp_write_reg(IopmpState *s, unsigned reg, uint32_t value)
{
    uint32_t old = s->reg[reg];
    bool decides = false;
    uint32_t mask;

    switch (reg) {
    case R_HWCFG0:
        /* one is set by writing 1, one is cleared */
        mask = value & (R_HWCFG0_ENABLE_MASK | R_HWCFG0_PRIENT_PROG_MASK);
        value = R_HWCFG0_ENABLE_MASK;
        decides = true;
        break;
    case R_HWCFG2:
        mask = FIELD_EX32(s->reg[R_HWCFG0], HWCFG0, PRIENT_PROG) ?
               R_HWCFG2_PRIO_ENTRY_MASK : 0;
        decides = true;
        break;
    case R_MDLCK:
        mask = old & LOCK ? 0 : value & (LOCK | md_mask(s));
        break;
    case R_MDCFGLCK:
        mask = lock_mask(old, value, R_MDCFGLCK_F_MASK);
        break;
    case R_ENTRYLCK:
        mask = lock_mask(old, value, R_ENTRYLCK_F_MASK);
        break;
    case R_ERR_CFG:
        mask = old & LOCK ? 0 : 0xff;
        break;
    case R_ERR_REQINFO:
        mask = value & R_ERR_REQINFO_V_MASK;
        value = 0;
        if (mask) {
            qemu_irq_lower(s->irq);
        }
        break;
    default:
        mask = array_mask(s, reg, old);
        decides = true;
        break;
    }
    s->reg[reg] = (old & ~mask) | (value & mask);
    if (decides && s->reg[reg] != old) {
        iopmp_update(s);
        if (!DEVICE_FAULT(IOPMP_NO_NOTIFY) || reg < R_SRCMD_EN0 ||
            reg >= R_ENTRY_ADDR0) {
            iopmp_notify(s);
        }
    }
}

static MemTxResult iopmp_regs_read(void *opaque, hwaddr addr, uint64_t *data,
                                   unsigned size, MemTxAttrs attrs)
{
    IopmpState *s = opaque;

    *data = s->reg[addr / 4];
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

static bool iopmp_enabled(IopmpState *s)
{
    return FIELD_EX32(s->reg[R_HWCFG0], HWCFG0, ENABLE);
}

/*
 * Why a transaction that touches the words of @t is denied.  Only asked while
 * checks are enabled: else all passes, and nothing leads to blocked-I/O.
 */
static unsigned iopmp_error(IopmpState *s, unsigned rrid, IopmpRange t,
                            bool is_write, unsigned *eid)
{
    unsigned right = is_write ? 2 : 1;
    unsigned error = ETYPE_NO_HIT;

    *eid = 0;
    if (rrid >= s->rrid_num) {
        return ETYPE_UNKNOWN_RRID;
    }
    for (uint64_t left = s->of_rrid[rrid]; left; left &= left - 1) {
        unsigned i = ctz64(left);
        IopmpRange r = s->range[i];
        bool covered = r.lo <= t.lo && t.hi <= r.hi;
        bool priority = extract64(s->with_priority, i, 1);

        if (r.lo > r.hi || r.hi < t.lo || t.hi < r.lo ||
            (!priority && !covered)) {
            continue;
        }
        if (covered && (*entry_reg(s, i, R_ENTRY_CFG0) & right)) {
            *eid = 0;
            return ETYPE_NONE;
        }
        if (priority) {
            *eid = i;
            return covered ? right : ETYPE_PARTIAL;
        }
        if (error == ETYPE_NO_HIT) {
            error = right;
            *eid = i;
        }
    }
    return error;
}

/* The rights on one word, as bits of CFG: 1 to read, 2 to write. */
static unsigned iopmp_rights(IopmpState *s, unsigned rrid, uint64_t word)
{
    IopmpRange t = { word, word };
    unsigned eid;
    bool swapped = DEVICE_FAULT(IOPMP_SWAPPED);

    return (iopmp_error(s, rrid, t, swapped, &eid) ? 0 : 1) |
           (iopmp_error(s, rrid, t, !swapped, &eid) ? 0 : 2);
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
    IopmpMap *map = &s->map[rrid];

    if (map->n) {
        return map;
    }
    iopmp_map_cut(s, map, 0);
    for (uint64_t left = s->of_rrid[rrid]; left; left &= left - 1) {
        IopmpRange r = s->range[ctz64(left)];

        if (r.lo <= r.hi) {
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
    uint64_t word = addr / 4;
    hwaddr mask = 3;

    for (uint64_t left = s->of_rrid[rrid]; left; left &= left - 1) {
        unsigned i = ctz64(left);
        IopmpRange r = s->range[i];
        bool covers = r.lo <= word && word <= r.hi;
        bool priority = extract64(s->with_priority, i, 1);

        if (covers && (*entry_reg(s, i, R_ENTRY_CFG0) & right)) {
            r.lo = MAX(r.lo, room.lo);
            r.hi = MIN(r.hi, room.hi);
            mask = MAX(mask, iopmp_block(addr, r));
        }
        if (covers && priority) {
            break;
        }
        if (priority && r.lo <= r.hi) {
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

    if (iopmp_enabled(s) && index < s->rrid_num) {
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
    return container_of(iommu, IopmpState, upstream)->rrid_num + 1;
}

/* --- Denied accesses ------------------------------------------------------ */

static void iopmp_record(IopmpState *s, hwaddr addr, MemTxAttrs attrs,
                         bool is_write, unsigned etype, unsigned eid)
{
    uint32_t *info = &s->reg[R_ERR_REQINFO];
    uint32_t err_cfg = s->reg[R_ERR_CFG];

    *info = FIELD_DP32(0, ERR_REQINFO, V, 1);
    *info = FIELD_DP32(*info, ERR_REQINFO, TTYPE, is_write ? 2 : 1);
    *info = FIELD_DP32(*info, ERR_REQINFO, ETYPE, etype);
    s->reg[R_ERR_REQADDR] = addr >> 2;
    s->reg[R_ERR_REQADDRH] = addr >> 34;
    s->reg[R_ERR_REQID] = FIELD_DP32(attrs.requester_id, ERR_REQID, EID, eid);
    if (FIELD_EX32(err_cfg, ERR_CFG, IE) &&
        (is_write ? FIELD_EX32(err_cfg, ERR_CFG, IWE)
                  : FIELD_EX32(err_cfg, ERR_CFG, IRE))) {
        qemu_irq_raise(s->irq);
    }
}

/* The answer.  What is not denied any more leaves no trace. */
static MemTxResult iopmp_blocked(IopmpState *s, hwaddr addr, unsigned size,
                                 MemTxAttrs attrs, bool is_write)
{
    IopmpRange t = { addr / 4, (addr + size - 1) / 4 };
    uint32_t err_cfg = s->reg[R_ERR_CFG];
    unsigned etype, eid;

    etype = iopmp_error(s, attrs.requester_id, t, is_write, &eid);
    if (etype != ETYPE_NONE &&
        (!FIELD_EX32(s->reg[R_ERR_REQINFO], ERR_REQINFO, V) ||
         DEVICE_FAULT(IOPMP_STALE_RECORD))) {
        iopmp_record(s, addr, attrs, is_write, etype, eid);
    }
    return (is_write ? FIELD_EX32(err_cfg, ERR_CFG, RWE)
                     : FIELD_EX32(err_cfg, ERR_CFG, RRE)) ? MEMTX_OK
                                                          : MEMTX_ERROR;
}

static MemTxResult iopmp_blocked_read(void *opaque, hwaddr addr,
                                      uint64_t *data, unsigned size,
                                      MemTxAttrs attrs)
{
    IopmpState *s = opaque;

    *data = deposit64(s->err_rdata, 32, 32, s->err_rdata) &
            MAKE_64BIT_MASK(0, size * 8);
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

    memset(reg, 0, sizeof(s->reg));
    reg[R_VERSION] = 91u << 24;
    reg[R_IMP] = 91;
    reg[R_HWCFG0] = FIELD_DP32(0, HWCFG0, MODEL, s->k ? 1 : 0);
    reg[R_HWCFG0] = FIELD_DP32(reg[R_HWCFG0], HWCFG0, TOR_EN, 1);
    reg[R_HWCFG0] = FIELD_DP32(reg[R_HWCFG0], HWCFG0, PRIENT_PROG, 1);
    reg[R_HWCFG0] = FIELD_DP32(reg[R_HWCFG0], HWCFG0, MD_NUM, s->md_num);
    reg[R_HWCFG1] = FIELD_DP32(s->rrid_num, HWCFG1, ENTRY_NUM, s->entry_num);
    reg[R_HWCFG2] = s->prio_entry;
    reg[R_ENTRYOFFSET] = A_ENTRY_ADDR0;
    for (unsigned md = 0; md < s->md_num; md++) {
        reg[R_MDCFG0 + md] = s->k;
    }
    qemu_irq_lower(s->irq);
    iopmp_update(s);
    iopmp_notify(s);
}

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
        s->entry_num > MAX_ENTRIES) {
        error_setg(errp, "IOPMP: at most %u RRIDs, %u memory domains and "
                   "%u entries", MAX_RRIDS, MAX_MDS, MAX_ENTRIES);
        return;
    }

    memory_region_init_io(&s->regs_mr, OBJECT(dev), &iopmp_regs_ops, s,
                          "iopmp-regs", IOPMP_REGS);
    memory_region_init_iommu(&s->upstream, sizeof(s->upstream),
                             TYPE_RISCV_IOPMP_IOMMU, OBJECT(dev), "iopmp-upstream",
                             size);
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
    DEFINE_PROP_UINT32("rrid-num", IopmpState, rrid_num, 4),
    DEFINE_PROP_UINT32("md-num", IopmpState, md_num, 4),
    DEFINE_PROP_UINT32("entry-num", IopmpState, entry_num, 8),
    DEFINE_PROP_UINT32("prio-entry", IopmpState, prio_entry, 8),
    DEFINE_PROP_UINT32("k", IopmpState, k, 0),
    DEFINE_PROP_UINT32("err-rdata", IopmpState, err_rdata, 0),
};

static void iopmp_class_init(ObjectClass *klass, CompatClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = iopmp_realize;
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
