/*
 * A RISC-V WorldGuard checker, as a QEMU device.
 *
 * It stands between the bus and some memories or devices, the downstream
 * regions.  What it sees of a transaction is the world id.  Upstream of each
 * there is an IOMMU region: translate() sends what may pass downstream, and
 * the rest to a region of its own that records it and answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "qemu/module.h"
#include "migration/vmstate.h"

#include "harness/qemu/compat.h"
#include "faults.h"

#define TYPE_RISCV_WGCHECKER "riscv.wgchecker"
OBJECT_DECLARE_SIMPLE_TYPE(RISCVWGCheckerState, RISCV_WGCHECKER)

#define TYPE_RISCV_WGCHECKER_IOMMU "riscv.wgchecker-iommu-memory-region"

#define WGC_MMIO_SIZE   0x1000
#define WGC_MAX_SLOTS   64
#define WGC_REGIONS     2
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

/* Some of what it guards: a memory, or the registers of a device. */
typedef struct WGCheckerRegion {
    RISCVWGCheckerState *checker;
    IOMMUMemoryRegion upstream;
    MemoryRegion blocked;
    AddressSpace downstream_as, blocked_as;

    /* properties; without the first, there is no such region */
    MemoryRegion *downstream;
    uint64_t offset;            /* the physical address of its first byte */
} WGCheckerRegion;

struct RISCVWGCheckerState {
    SysBusDevice parent_obj;

    MemoryRegion regs;
    WGCheckerRegion region[WGC_REGIONS];
    qemu_irq irq;

    uint64_t errcause, erraddr;
    WGCheckerSlot slot[WGC_MAX_SLOTS + 1];

    /* properties */
    uint32_t slot_count;        /* the number of the last slot */
    uint64_t range_start, range_size;
    uint32_t nworlds;
    uint32_t trustedwid;        /* UINT32_MAX: each world is */
    bool hw_bypass;             /* after reset, it may use all of the range */
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

/* What names no world is the trusted one's; the last one's, if there is none. */
static unsigned wgc_trusted(RISCVWGCheckerState *s)
{
    return MIN(s->trustedwid, s->nworlds - 1);
}

static unsigned wgc_world(RISCVWGCheckerState *s, MemTxAttrs attrs)
{
    return attrs.unspecified ? wgc_trusted(s) : compat_world(attrs);
}

/* --- The IOMMU ------------------------------------------------------------ */

static IOMMUTLBEntry wgc_translate(IOMMUMemoryRegion *iommu, hwaddr addr,
                                   IOMMUAccessFlags flag, int iommu_idx)
{
    WGCheckerRegion *r = container_of(iommu, WGCheckerRegion, upstream);
    hwaddr page = QEMU_ALIGN_DOWN(addr, WGC_PAGE);
    uint32_t cfg;
    IOMMUAccessFlags rights = wgc_rights(r->checker, page + r->offset,
                                         iommu_idx, &cfg);
    bool pass = DEVICE_FAULT(WG_SWAPPED) ? rights & (flag ^ IOMMU_RW) :
                                           rights & flag;

    return (IOMMUTLBEntry) {
        .target_as = pass ? &r->downstream_as : &r->blocked_as,
        .iova = page,
        .translated_addr = page,
        .addr_mask = WGC_PAGE - 1,
        .perm = pass ? rights : rights ^ IOMMU_RW,
    };
}

static int wgc_attrs_to_index(IOMMUMemoryRegion *iommu, MemTxAttrs attrs)
{
    return wgc_world(container_of(iommu, WGCheckerRegion, upstream)->checker,
                     attrs);
}

static int wgc_num_indexes(IOMMUMemoryRegion *iommu)
{
    return container_of(iommu, WGCheckerRegion, upstream)->checker->nworlds;
}

/* All of a region, for every world: what was said before holds no more. */
static void wgc_notify_region(WGCheckerRegion *r)
{
    IOMMUTLBEvent unmap = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .target_as = &r->downstream_as,
            .addr_mask = pow2ceil(memory_region_size(r->downstream)) - 1,
            .perm = IOMMU_NONE,
        },
    };

    for (unsigned i = 0; i < r->checker->nworlds; i++) {
        memory_region_notify_iommu(&r->upstream, i, unmap);
    }
}

static void wgc_notify(RISCVWGCheckerState *s)
{
    for (unsigned i = 0; i < WGC_REGIONS; i++) {
        if (s->region[i].downstream) {
            wgc_notify_region(&s->region[i]);
        }
    }
}

/* --- Denied accesses ------------------------------------------------------ */

static void wgc_update_irq(RISCVWGCheckerState *s)
{
    qemu_set_irq(s->irq, FIELD_EX64(s->errcause, ERRCAUSE, IP));
}

static MemTxResult wgc_deny(WGCheckerRegion *r, hwaddr addr,
                            MemTxAttrs attrs, bool is_write)
{
    RISCVWGCheckerState *s = r->checker;
    unsigned wid = wgc_world(s, attrs);
    uint32_t cfg;
    bool error, interrupt;

    addr += r->offset;
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
        s->erraddr = addr >> 2;
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
    return s->trustedwid == UINT32_MAX ||
           wgc_world(s, attrs) == s->trustedwid;
}

/* The register of 32 bits, used as one of 64: it is not there. */
static bool wgc_is_wide_cfg(hwaddr addr, unsigned size)
{
    return size == 8 && addr >= WGC_SLOTS && (addr & 0x1f) == 0x10;
}

static MemTxResult wgc_read(void *opaque, hwaddr addr, uint64_t *data,
                            unsigned size, MemTxAttrs attrs)
{
    RISCVWGCheckerState *s = opaque;

    *data = 0;
    if (wgc_may_use(s, attrs) && !wgc_is_wide_cfg(addr, size)) {
        *data = wgc_read32(s, addr);
        if (size == 8) {
            *data |= wgc_read32(s, addr + 4) << 32;
        }
    }
    return MEMTX_OK;
}

/*
 * Slots are pages of the range: bring the address into a form that says so.
 */
static void wgc_settle_slot(RISCVWGCheckerState *s, WGCheckerSlot *slot)
{
    const uint64_t page = WGC_PAGE >> 2, from = s->range_start >> 2;

    if (slot->addr < from || slot->addr - from >= s->range_size >> 2) {
        slot->addr = from;
    }
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
    if (!first && !last) {
        wgc_settle_slot(s, slot);
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
        slot->perm = ((slot->perm & ~mask) | value) &
                     MAKE_64BIT_MASK(0, 2 * s->nworlds);
    } else if (reg64 == &slot->addr && !first && !last) {
        slot->addr = (slot->addr & ~mask) | value;
        wgc_settle_slot(s, slot);
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

    if (!wgc_may_use(s, attrs) || wgc_is_wide_cfg(addr, size)) {
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
    WGCheckerSlot *last = &s->slot[s->slot_count];

    s->errcause = s->erraddr = 0;
    memset(s->slot, 0, sizeof(s->slot));
    for (unsigned i = 0; i < s->slot_count; i++) {
        s->slot[i].addr = s->range_start >> 2;
    }
    last->addr = (s->range_start + s->range_size) >> 2;
    if (s->hw_bypass) {
        last->perm = (uint64_t)IOMMU_RW << 2 * wgc_trusted(s);
        last->cfg = WGC_TOR;
    }
    wgc_update_ranges(s);
    wgc_update_irq(s);
    wgc_notify(s);
}

static int wgc_post_load(void *opaque, int version_id)
{
    if (!DEVICE_FAULT(WG_LOAD_RANGES)) {
        wgc_update_ranges(opaque);
    }
    return 0;
}

static const VMStateDescription wgc_slot_vmstate = {
    .name = "wgchecker-slot",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(addr, WGCheckerSlot),
        VMSTATE_UINT64(perm, WGCheckerSlot),
        VMSTATE_UINT32(cfg, WGCheckerSlot),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription wgc_vmstate = {
    .name = "wgchecker",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = wgc_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(errcause, RISCVWGCheckerState),
        VMSTATE_UINT64(erraddr, RISCVWGCheckerState),
        VMSTATE_STRUCT_ARRAY(slot, RISCVWGCheckerState, WGC_MAX_SLOTS + 1, 1,
                             wgc_slot_vmstate, WGCheckerSlot),
        VMSTATE_END_OF_LIST()
    }
};

static void wgc_init_region(RISCVWGCheckerState *s, WGCheckerRegion *r)
{
    uint64_t size = memory_region_size(r->downstream);

    r->checker = s;
    memory_region_init_iommu(&r->upstream, sizeof(r->upstream),
                             TYPE_RISCV_WGCHECKER_IOMMU, OBJECT(s),
                             "wgchecker-upstream", size);
    memory_region_init_io(&r->blocked, OBJECT(s), &wgc_blocked_ops, r,
                          "wgchecker-blocked-io", size);
    address_space_init(&r->downstream_as, r->downstream,
                       "wgchecker-downstream");
    address_space_init(&r->blocked_as, &r->blocked, "wgchecker-blocked-io");
    sysbus_init_mmio(SYS_BUS_DEVICE(s), MEMORY_REGION(&r->upstream));
}

static void wgc_realize(DeviceState *dev, Error **errp)
{
    RISCVWGCheckerState *s = RISCV_WGCHECKER(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (!s->region[0].downstream) {
        error_setg(errp, "wgchecker: the link 'downstream-mr[0]' is not set");
        return;
    }
    if (!s->slot_count || s->slot_count > WGC_MAX_SLOTS || !s->nworlds ||
        s->nworlds > WGC_MAX_WORLDS) {
        error_setg(errp, "wgchecker: slot-count is 1 to %d, nworlds 1 to %d",
                   WGC_MAX_SLOTS, WGC_MAX_WORLDS);
        return;
    }
    memory_region_init_io(&s->regs, OBJECT(s), &wgc_ops, s, "wgchecker-regs",
                          WGC_MMIO_SIZE);
    sysbus_init_mmio(sbd, &s->regs);
    for (unsigned i = 0; i < WGC_REGIONS; i++) {
        if (s->region[i].downstream) {
            wgc_init_region(s, &s->region[i]);
        }
    }
    sysbus_init_irq(sbd, &s->irq);
}

#define WGC_REGION(n) \
    DEFINE_PROP_LINK("downstream-mr[" #n "]", RISCVWGCheckerState, \
                     region[n].downstream, TYPE_MEMORY_REGION, \
                     MemoryRegion *), \
    DEFINE_PROP_UINT64("region-offset[" #n "]", RISCVWGCheckerState, \
                       region[n].offset, 0)

static const Property wgc_properties[] = {
    WGC_REGION(0),
    WGC_REGION(1),
    DEFINE_PROP_UINT32("slot-count", RISCVWGCheckerState, slot_count, 8),
    DEFINE_PROP_UINT64("addr-range-start", RISCVWGCheckerState, range_start,
                       0),
    DEFINE_PROP_UINT64("addr-range-size", RISCVWGCheckerState, range_size,
                       0x10000),
    DEFINE_PROP_UINT32("nworlds", RISCVWGCheckerState, nworlds,
                       WGC_MAX_WORLDS),
    DEFINE_PROP_UINT32("trustedwid", RISCVWGCheckerState, trustedwid,
                       UINT32_MAX),
    DEFINE_PROP_BOOL("hw-bypass", RISCVWGCheckerState, hw_bypass, false),
};

static void wgc_class_init(ObjectClass *klass, CompatClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = wgc_realize;
    dc->vmsd = &wgc_vmstate;
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
