/*
 * Stands before a checker device's translate function, its registers and its
 * blocked-I/O, and logs what passes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"

#include "checker-direct.h"
#include "checker-front.h"
#include "compat.h"
#include "iommu.h"
#include "notify.h"
#include "side.h"

static void log_access(const CheckerRegion *r, RmEventKind kind, hwaddr addr,
                       uint64_t value, unsigned size, MemTxAttrs attrs)
{
    RmEvent ev = side_event(kind);

    ev.region = r->region;
    ev.addr = addr - r->base;
    ev.size = size;
    ev.attrs = attrs_from_memtx(attrs);
    ev.value = value;
    side_log(&ev);
}

static MemTxResult front_read(void *opaque, hwaddr addr, uint64_t *value,
                              unsigned size, MemTxAttrs attrs)
{
    CheckerRegion *r = opaque;
    MemTxResult result = checker_read(r, addr, value, size, attrs);

    log_access(r, RM_EV_DEV_READ, addr, *value, size, attrs);
    return result;
}

static MemTxResult front_write(void *opaque, hwaddr addr, uint64_t value,
                               unsigned size, MemTxAttrs attrs)
{
    CheckerRegion *r = opaque;
    MemTxResult result;

    log_access(r, RM_EV_DEV_WRITE, addr, value, size, attrs);
    if (!rm_is_denied(r->region)) {
        notify_begin(r->region - RM_REGS0);
    }
    result = checker_write(r, addr, value, size, attrs);
    if (!rm_is_denied(r->region)) {
        notify_settle(r->region - RM_REGS0);
    }
    return result;
}

#ifdef HAVE_FETCH_WITH_ATTRS
/* A device may answer a fetch in another way than a read. */
static MemTxResult front_fetch(void *opaque, hwaddr addr, uint64_t *value,
                               unsigned size, MemTxAttrs attrs)
{
    CheckerRegion *r = opaque;
    MemTxResult result;

    *value = 0;
    result = r->device_ops->fetch_with_attrs(r->device_opaque, addr, value,
                                             size, attrs);
    *value &= result == MEMTX_OK ? MAKE_64BIT_MASK(0, size * 8) : 0;
    log_access(r, RM_EV_DEV_READ, addr, *value, size, attrs);
    return result;
}
#endif

void checker_stand_before(CheckerRegion *r, MemoryRegion *mr, RmRegion region)
{
    r->mr = mr;
    r->region = region;
    r->device_ops = mr->ops;
    r->device_opaque = mr->opaque;
    r->ops = *mr->ops;
    r->ops.read = NULL;
    r->ops.write = NULL;
    r->ops.read_with_attrs = front_read;
    r->ops.write_with_attrs = front_write;
#ifdef HAVE_FETCH_WITH_ATTRS
    r->ops.fetch = NULL;
    r->ops.fetch_with_attrs = mr->ops->fetch_with_attrs ? front_fetch : NULL;
#endif
    mr->ops = &r->ops;
    mr->opaque = r;
}

static IOMMUTLBEntry front_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                     IOMMUAccessFlags flag, int index)
{
    unsigned number = mr == qemu_side.iommu[1];
    const SideChecker *c = qemu_side.checker[number];
    IOMMUTLBEntry entry;
    unsigned at;

    flag = iommu_flag(flag);
    at = iommu_log(number, addr - c->base, flag, index);
    entry = checker_ask(c, addr, flag, index);
    iommu_answered(at, &entry);
    return entry;
}

CheckerTranslate *checker_translate_before(IOMMUMemoryRegion *mr)
{
    IOMMUMemoryRegionClass *imrc = memory_region_get_iommu_class_nocheck(mr);
    CheckerTranslate *translate = imrc->translate;

    if (translate == front_translate) {
        return NULL;
    }
    imrc->translate = front_translate;
    return translate;
}
