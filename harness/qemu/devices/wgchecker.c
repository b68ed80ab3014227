/*
 * A RISC-V WorldGuard checker, as a QEMU device.
 *
 * It stands between the bus and one memory or device, the downstream region.
 * What it sees of a transaction is the world id.  Upstream it is an IOMMU
 * region: translate() sends what may pass downstream, and the rest to a
 * region of its own that records it and answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "qemu/module.h"

#include "harness/qemu/compat.h"
#include "faults.h"

#define TYPE_RISCV_WGCHECKER "riscv.wgchecker"
OBJECT_DECLARE_SIMPLE_TYPE(RISCVWGCheckerState, RISCV_WGCHECKER)

#define TYPE_RISCV_WGCHECKER_IOMMU "riscv.wgchecker-iommu-memory-region"

#define WGC_MMIO_SIZE   0x1000
#define WGC_MAX_SLOTS   15
#define WGC_MAX_WORLDS  32
#define WGC_PAGE        0x1000

/* Byte offsets; 64-bit registers may be used by halves. */
#define WGC_VENDOR      0x00
#define WGC_IMPID       0x04
#define WGC_NSLOTS      0x08
#define WGC_ERRCAUSE    0x10
#define WGC_ERRADDR     0x18
#define WGC_SLOTS       0x20

FIELD(ERRCAUSE, WID, 0, 8)
FIELD(ERRCAUSE, R, 8, 1)
FIELD(ERRCAUSE, W, 9, 1)
FIELD(ERRCAUSE, BE, 62, 1)
FIELD(ERRCAUSE, IP, 63, 1)

FIELD(CFG, A, 0, 2)
FIELD(CFG, ER, 8, 1)
FIELD(CFG, EW, 9, 1)
FIELD(CFG, IR, 10, 1)
FIELD(CFG, IW, 11, 1)
FIELD(CFG, LOCK, 31, 1)

#define WGC_CFG_MASK (R_CFG_A_MASK | R_CFG_ER_MASK | R_CFG_EW_MASK | \
                      R_CFG_IR_MASK | R_CFG_IW_MASK | R_CFG_LOCK_MASK)

enum { WGC_OFF, WGC_TOR, WGC_NA4, WGC_NAPOT };

typedef struct WGCheckerSlot {
    uint64_t addr;      /* of the register: address >> 2 */
    uint64_t perm;
    uint32_t cfg;
    /* What follows from it and from the slot before: addresses. */
    uint64_t start, last;
    bool active;
} WGCheckerSlot;

struct RISCVWGCheckerState {
    SysBusDevice parent_obj;

    MemoryRegion regs;
    IOMMUMemoryRegion upstream;
    MemoryRegion blocked;
    AddressSpace downstream_as, blocked_as;
    qemu_irq irq;

    uint64_t errcause, erraddr;
    WGCheckerSlot slot[WGC_MAX_SLOTS + 1];

    /* properties */
    MemoryRegion *downstream;
    uint32_t slot_count;        /* the number of the last slot */
    uint64_t range_start, range_size;
    uint32_t nworlds, trustedwid;
    bool hw_bypass;
};

/* --- Rules ---------------------------------------------------------------- */

/* Work out the range of each slot; a TOR slot begins where another ends. */
static void wgc_update_ranges(RISCVWGCheckerState *s)
{
    uint64_t end_before = s->slot[0].addr << 2;

    for (unsigned i = 1; i <= s->slot_count; i++) {
        WGCheckerSlot *slot = &s->slot[i];
        uint64_t addr = slot->addr << 2;
        unsigned ones;

        slot->active = false;
        switch (FIELD_EX32(slot->cfg, CFG, A)) {
        case WGC_TOR:
            slot->start = QEMU_ALIGN_DOWN(end_before, WGC_PAGE);
            slot->last = addr - 1 + (DEVICE_FAULT(WG_TOR_BOUND) ? WGC_PAGE : 0);
            slot->active = slot->start < addr;
            end_before = addr;
            break;
        case WGC_NAPOT:
            ones = cto64(slot->addr);
            slot->start = addr & ~MAKE_64BIT_MASK(0, ones + 3);
            slot->last = slot->start + MAKE_64BIT_MASK(0, ones + 3);
            slot->active = true;
            end_before = slot->last + 1;
            break;
        default:
            end_before = addr;
        }
    }
}

/* Rights of a world on a page, IOMMU_RO and IOMMU_WO; and who says so. */
static IOMMUAccessFlags wgc_rights(RISCVWGCheckerState *s, hwaddr addr,
                                   unsigned wid, uint32_t *cfg)
{
    IOMMUAccessFlags rights = IOMMU_NONE;
    bool matched = false;

    *cfg = 0;
    addr += s->range_start;
    for (unsigned i = 1; i <= s->slot_count; i++) {
        const WGCheckerSlot *slot = &s->slot[i];

        if (slot->active && addr >= slot->start && addr <= slot->last) {
            if (DEVICE_FAULT(WG_LOST_WORLD)) {
                wid &= 1;
            }
            rights |= extract64(slot->perm, 2 * wid, 2);
            *cfg |= slot->cfg;
            matched = true;
        }
    }
    if (!matched) {
        *cfg = s->slot[0].cfg;
    }
    return rights;
}

/* --- The IOMMU ------------------------------------------------------------ */

static IOMMUTLBEntry wgc_translate(IOMMUMemoryRegion *iommu, hwaddr addr,
                                   IOMMUAccessFlags flag, int iommu_idx)
{
    RISCVWGCheckerState *s =
        container_of(iommu, RISCVWGCheckerState, upstream);
    hwaddr page = QEMU_ALIGN_DOWN(addr, WGC_PAGE);
    uint32_t cfg;
    IOMMUAccessFlags rights = wgc_rights(s, page, iommu_idx, &cfg);
    bool pass = DEVICE_FAULT(WG_SWAPPED) ? rights & (flag ^ IOMMU_RW) :
                                           rights & flag;

    return (IOMMUTLBEntry) {
        .target_as = pass ? &s->downstream_as : &s->blocked_as,
        .iova = page,
        .translated_addr = page,
        .addr_mask = WGC_PAGE - 1,
        .perm = pass ? rights : rights ^ IOMMU_RW,
    };
}

static int wgc_attrs_to_index(IOMMUMemoryRegion *iommu, MemTxAttrs attrs)
{
    return compat_world(attrs);
}

static int wgc_num_indexes(IOMMUMemoryRegion *iommu)
{
    return container_of(iommu, RISCVWGCheckerState, upstream)->nworlds;
}

/* All of the range, for every world: what was said before holds no more. */
static void wgc_notify(RISCVWGCheckerState *s)
{
    IOMMUTLBEvent unmap = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .target_as = &s->downstream_as,
            .addr_mask = pow2ceil(s->range_size) - 1,
            .perm = IOMMU_NONE,
        },
    };

    for (unsigned i = 0; i < s->nworlds; i++) {
        memory_region_notify_iommu(&s->upstream, i, unmap);
    }
}

/* --- Denied accesses ------------------------------------------------------ */

static void wgc_update_irq(RISCVWGCheckerState *s)
{
    qemu_set_irq(s->irq, FIELD_EX64(s->errcause, ERRCAUSE, IP));
}

static MemTxResult wgc_deny(RISCVWGCheckerState *s, hwaddr addr,
                            MemTxAttrs attrs, bool is_write)
{
    unsigned wid = compat_world(attrs);
    uint32_t cfg;
    bool error, interrupt;

    wgc_rights(s, QEMU_ALIGN_DOWN(addr, WGC_PAGE), wid, &cfg);
    error = is_write ? FIELD_EX32(cfg, CFG, EW) : FIELD_EX32(cfg, CFG, ER);
    interrupt = is_write ? FIELD_EX32(cfg, CFG, IW) : FIELD_EX32(cfg, CFG, IR);

    if ((error || interrupt) &&
        (DEVICE_FAULT(WG_STALE_RECORD) ||
         !(s->errcause & (R_ERRCAUSE_BE_MASK | R_ERRCAUSE_IP_MASK)))) {
        s->errcause = FIELD_DP64(0, ERRCAUSE, WID, wid);
        s->errcause = FIELD_DP64(s->errcause, ERRCAUSE, R, !is_write);
        s->errcause = FIELD_DP64(s->errcause, ERRCAUSE, W, is_write);
        s->errcause = FIELD_DP64(s->errcause, ERRCAUSE, BE, error);
        s->errcause = FIELD_DP64(s->errcause, ERRCAUSE, IP, interrupt);
        s->erraddr = (s->range_start + addr) >> 2;
        wgc_update_irq(s);
    }
    return error ? MEMTX_ERROR : MEMTX_OK;
}

static MemTxResult wgc_blocked_read(void *opaque, hwaddr addr, uint64_t *data,
                                    unsigned size, MemTxAttrs attrs)
{
    *data = 0;
    return wgc_deny(opaque, addr, attrs, false);
}

static MemTxResult wgc_blocked_write(void *opaque, hwaddr addr, uint64_t data,
                                     unsigned size, MemTxAttrs attrs)
{
    return wgc_deny(opaque, addr, attrs, true);
}

static const MemoryRegionOps wgc_blocked_ops = {
    .read_with_attrs = wgc_blocked_read,
    .write_with_attrs = wgc_blocked_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* --- Registers ------------------------------------------------------------ */

/* The slot that has a register at @addr, and its offset there; or NULL. */
static WGCheckerSlot *wgc_slot_at(RISCVWGCheckerState *s, hwaddr addr,
                                  unsigned *reg)
{
    unsigned i;

    if (addr < WGC_SLOTS) {
        return NULL;
    }
    i = (addr - WGC_SLOTS) >> 5;
    *reg = addr & 0x1f;
    return i <= s->slot_count ? &s->slot[i] : NULL;
}

static uint64_t *wgc_slot_reg64(WGCheckerSlot *slot, unsigned reg)
{
    switch (reg & ~7u) {
    case 0x00:
        return &slot->addr;
    case 0x08:
        return &slot->perm;
    default:
        return NULL;
    }
}

static uint64_t wgc_read32(RISCVWGCheckerState *s, hwaddr addr)
{
    WGCheckerSlot *slot;
    uint64_t *reg64;
    unsigned reg;

    switch (addr) {
    case WGC_VENDOR:
    case WGC_IMPID:
        return 0;
    case WGC_NSLOTS:
        return s->slot_count;
    case WGC_ERRCAUSE:
    case WGC_ERRCAUSE + 4:
        return extract64(s->errcause, (addr & 4) * 8, 32);
    case WGC_ERRADDR:
    case WGC_ERRADDR + 4:
        return extract64(s->erraddr, (addr & 4) * 8, 32);
    }
    slot = wgc_slot_at(s, addr, &reg);
    if (!slot) {
        return 0;
    }
    reg64 = wgc_slot_reg64(slot, reg);
    if (reg64) {
        return extract64(*reg64, (addr & 4) * 8, 32);
    }
    return reg == 0x10 ? slot->cfg : 0;
}

static bool wgc_may_use(RISCVWGCheckerState *s, MemTxAttrs attrs)
{
    return s->hw_bypass || compat_world(attrs) == s->trustedwid;
}

static MemTxResult wgc_read(void *opaque, hwaddr addr, uint64_t *data,
                            unsigned size, MemTxAttrs attrs)
{
    RISCVWGCheckerState *s = opaque;

    *data = 0;
    if (wgc_may_use(s, attrs)) {
        *data = wgc_read32(s, addr);
        if (size == 8) {
            *data |= wgc_read32(s, addr + 4) << 32;
        }
    }
    return MEMTX_OK;
}

/* Slots are pages: bring the address into a form that says so. */
static void wgc_align_slot(WGCheckerSlot *slot)
{
    const uint64_t page = WGC_PAGE >> 2;

    switch (FIELD_EX32(slot->cfg, CFG, A)) {
    case WGC_TOR:
        slot->addr = QEMU_ALIGN_DOWN(slot->addr, page);
        break;
    case WGC_NA4:
        slot->cfg = FIELD_DP32(slot->cfg, CFG, A, WGC_NAPOT);
        slot->addr = QEMU_ALIGN_DOWN(slot->addr, page) | (page / 2 - 1);
        break;
    case WGC_NAPOT:
        slot->addr |= page / 2 - 1;
        break;
    }
}

static void wgc_write_cfg(RISCVWGCheckerState *s, WGCheckerSlot *slot,
                          uint32_t value)
{
    bool first = slot == &s->slot[0], last = slot == &s->slot[s->slot_count];

    slot->cfg = value & WGC_CFG_MASK;
    if (first || (last && FIELD_EX32(value, CFG, A) > WGC_TOR)) {
        slot->cfg = FIELD_DP32(slot->cfg, CFG, A, WGC_OFF);
    }
    if (!last) {
        wgc_align_slot(slot);
    }
}

/* @mask: the bits that are written, of a 64-bit register */
static void wgc_write_slot(RISCVWGCheckerState *s, WGCheckerSlot *slot,
                           unsigned reg, uint64_t value, uint64_t mask)
{
    bool first = slot == &s->slot[0], last = slot == &s->slot[s->slot_count];
    uint64_t *reg64 = wgc_slot_reg64(slot, reg);

    if (FIELD_EX32(slot->cfg, CFG, LOCK)) {
        return;
    }
    if (reg64 == &slot->perm && !first) {
        slot->perm = (slot->perm & ~mask) | value;
    } else if (reg64 == &slot->addr && !first && !last) {
        uint64_t from = s->range_start >> 2;

        slot->addr = (slot->addr & ~mask) | value;
        if (slot->addr < from ||
            slot->addr - from >= s->range_size >> 2) {
            slot->addr = from;
        }
        wgc_align_slot(slot);
    } else if (!reg64 && reg == 0x10) {
        wgc_write_cfg(s, slot, value);
    }
}

static MemTxResult wgc_write(void *opaque, hwaddr addr, uint64_t data,
                             unsigned size, MemTxAttrs attrs)
{
    RISCVWGCheckerState *s = opaque;
    unsigned shift = (addr & 4) * 8;
    uint64_t mask = MAKE_64BIT_MASK(shift, size * 8);
    WGCheckerSlot *slot;
    unsigned reg;

    if (!wgc_may_use(s, attrs)) {
        return MEMTX_OK;
    }
    data = data << shift & mask;
    if ((addr & ~7ull) == WGC_ERRCAUSE) {
        s->errcause &= data | ~(mask & (R_ERRCAUSE_BE_MASK |
                                        R_ERRCAUSE_IP_MASK));
        wgc_update_irq(s);
        return MEMTX_OK;
    }
    slot = wgc_slot_at(s, addr, &reg);
    if (slot) {
        wgc_write_slot(s, slot, reg, data, mask);
        wgc_update_ranges(s);
        if (!DEVICE_FAULT(WG_NO_NOTIFY) || reg != 0x8) {
            wgc_notify(s);
        }
    }
    return MEMTX_OK;
}

static const MemoryRegionOps wgc_ops = {
    .read_with_attrs = wgc_read,
    .write_with_attrs = wgc_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
};

/* --- The device ----------------------------------------------------------- */

static void wgc_reset_hold(Object *obj, ResetType type)
{
    RISCVWGCheckerState *s = RISCV_WGCHECKER(obj);

    s->errcause = s->erraddr = 0;
    memset(s->slot, 0, sizeof(s->slot));
    for (unsigned i = 0; i < s->slot_count; i++) {
        s->slot[i].addr = i ? 0 : s->range_start >> 2;
    }
    s->slot[s->slot_count].addr = (s->range_start + s->range_size) >> 2;
    wgc_update_ranges(s);
    wgc_update_irq(s);
    wgc_notify(s);
}

static void wgc_realize(DeviceState *dev, Error **errp)
{
    RISCVWGCheckerState *s = RISCV_WGCHECKER(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    uint64_t size;

    if (!s->downstream) {
        error_setg(errp, "wgchecker: the link 'downstream-mr[0]' is not set");
        return;
    }
    if (!s->slot_count || s->slot_count > WGC_MAX_SLOTS || !s->nworlds ||
        s->nworlds > WGC_MAX_WORLDS) {
        error_setg(errp, "wgchecker: slot-count is 1 to %d, nworlds 1 to %d",
                   WGC_MAX_SLOTS, WGC_MAX_WORLDS);
        return;
    }
    size = memory_region_size(s->downstream);
    memory_region_init_io(&s->regs, OBJECT(s), &wgc_ops, s, "wgchecker-regs",
                          WGC_MMIO_SIZE);
    memory_region_init_iommu(&s->upstream, sizeof(s->upstream),
                             TYPE_RISCV_WGCHECKER_IOMMU, OBJECT(s),
                             "wgchecker-upstream", size);
    memory_region_init_io(&s->blocked, OBJECT(s), &wgc_blocked_ops, s,
                          "wgchecker-blocked-io", size);
    address_space_init(&s->downstream_as, s->downstream,
                       "wgchecker-downstream");
    address_space_init(&s->blocked_as, &s->blocked, "wgchecker-blocked-io");
    sysbus_init_mmio(sbd, &s->regs);
    sysbus_init_mmio(sbd, MEMORY_REGION(&s->upstream));
    sysbus_init_irq(sbd, &s->irq);
}

static const Property wgc_properties[] = {
    DEFINE_PROP_LINK("downstream-mr[0]", RISCVWGCheckerState, downstream,
                     TYPE_MEMORY_REGION, MemoryRegion *),
    DEFINE_PROP_UINT32("slot-count", RISCVWGCheckerState, slot_count, 8),
    DEFINE_PROP_UINT64("addr-range-start", RISCVWGCheckerState, range_start,
                       0),
    DEFINE_PROP_UINT64("addr-range-size", RISCVWGCheckerState, range_size,
                       0x10000),
    DEFINE_PROP_UINT32("nworlds", RISCVWGCheckerState, nworlds,
                       WGC_MAX_WORLDS),
    DEFINE_PROP_UINT32("trustedwid", RISCVWGCheckerState, trustedwid,
                       WGC_MAX_WORLDS - 1),
    DEFINE_PROP_BOOL("hw-bypass", RISCVWGCheckerState, hw_bypass, false),
};

static void wgc_class_init(ObjectClass *klass, CompatClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = wgc_realize;
    device_class_set_props(dc, wgc_properties);
    RESETTABLE_CLASS(klass)->phases.hold = wgc_reset_hold;
}

static void wgc_iommu_class_init(ObjectClass *klass, CompatClassData *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = wgc_translate;
    imrc->attrs_to_index = wgc_attrs_to_index;
    imrc->num_indexes = wgc_num_indexes;
}

static const TypeInfo wgc_types[] = {
    {
        .name = TYPE_RISCV_WGCHECKER,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RISCVWGCheckerState),
        .class_init = wgc_class_init,
    }, {
        .name = TYPE_RISCV_WGCHECKER_IOMMU,
        .parent = TYPE_IOMMU_MEMORY_REGION,
        .class_init = wgc_iommu_class_init,
    },
};

DEFINE_TYPES(wgc_types)
