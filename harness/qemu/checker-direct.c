/*
 * What a checker device is and says, without anybody being told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"

#include "checker-direct.h"
#include "compat.h"
#include "hang.h"
#include "side.h"

MemTxResult checker_read(const CheckerRegion *r, hwaddr addr, uint64_t *value,
                         unsigned size, MemTxAttrs attrs)
{
    MemTxResult result = MEMTX_OK;

    *value = 0;
    if (r->size && addr >= r->size) {
        return MEMTX_OK;
    }
    if (r->device_ops->read_with_attrs) {
        result = r->device_ops->read_with_attrs(r->device_opaque, addr, value,
                                                size, attrs);
    } else {
        *value = r->device_ops->read(r->device_opaque, addr, size);
    }
    /* QEMU looks at no more of it, and at nothing after an error */
    *value &= result == MEMTX_OK ? MAKE_64BIT_MASK(0, size * 8) : 0;
    return result;
}

MemTxResult checker_write(const CheckerRegion *r, hwaddr addr, uint64_t value,
                          unsigned size, MemTxAttrs attrs)
{
    if (r->size && addr >= r->size) {
        return MEMTX_OK;
    }
    if (r->device_ops->write_with_attrs) {
        return r->device_ops->write_with_attrs(r->device_opaque, addr, value,
                                               size, attrs);
    }
    r->device_ops->write(r->device_opaque, addr, value, size);
    return MEMTX_OK;
}

bool checker_is(unsigned number, const IOMMUMemoryRegion *mr, hwaddr *base)
{
    const SideChecker *c = qemu_side.checker[number];

    if (!c || c->upstream != mr) {
        return false;
    }
    *base = c->base;
    return true;
}

MemoryRegion *checker_mr(RmRegion region)
{
    bool denied = rm_is_denied(region);
    const SideChecker *c =
        qemu_side.checker[region - (denied ? RM_DENIED0 : RM_REGS0)];

    if (!c) {
        return NULL;
    }
    return denied ? c->blocked[0].mr : c->regs.mr;
}

IOMMUTLBEntry checker_ask(const SideChecker *c, hwaddr addr,
                          IOMMUAccessFlags flag, int index)
{
    IOMMUTLBEntry entry;

    hang_begin(c->source);
    entry = c->translate(c->upstream, addr, flag, index);
    hang_end();
    for (unsigned i = 0; c->onward && i < c->n_blocked; i++) {
        if (c->blocked[i].onward[flag == IOMMU_WO] &&
            c->blocked[i].mr == entry.target_as->root) {
            entry.target_as = c->onward;
        }
    }
    return entry;
}

bool checker_is_blocked(const SideChecker *c, const MemoryRegion *mr)
{
    for (unsigned i = 0; i < c->n_blocked; i++) {
        if (c->blocked[i].mr == mr) {
            return true;
        }
    }
    return false;
}

RmRegion checker_region(const MemoryRegion *mr)
{
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        const SideChecker *c = qemu_side.checker[i];

        if (c && checker_is_blocked(c, mr)) {
            return RM_DENIED0 + i;
        }
    }
    return RM_UNASSIGNED;
}

void checker_decide(unsigned number, unsigned index, uint32_t addr,
                    bool is_write, RmDecision *out)
{
    const SideChecker *c = qemu_side.checker[number];
    IOMMUTLBEntry entry = checker_ask(c, c->base + addr,
                                      is_write ? IOMMU_WO : IOMMU_RO, index);

    *out = (RmDecision) {
        .allowed = !checker_is_blocked(c, entry.target_as->root),
        .perm = entry.perm & IOMMU_RW,
        .addr_mask = entry.addr_mask,
    };
}

RmResponse checker_peek(unsigned number, unsigned offset, unsigned size,
                        unsigned attrs, uint64_t *value)
{
    return side_response(checker_read(&qemu_side.checker[number]->regs,
                                      offset, value, size,
                                      attrs_to_memtx(attrs)));
}

void checker_poke(unsigned number, unsigned offset, unsigned size,
                  unsigned attrs, uint64_t value)
{
    BQL_LOCK_GUARD();
    checker_write(&qemu_side.checker[number]->regs, offset, value, size,
                  attrs_to_memtx(attrs));
}

bool checker_has_property(unsigned number, const char *name)
{
    return object_property_find(OBJECT(qemu_side.checker[number]->dev), name);
}

bool checker_irq(unsigned number)
{
    return qemu_side.checker[number]->irq;
}
