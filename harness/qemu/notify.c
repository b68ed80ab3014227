/*
 * Notifications of the checkers: a CPU that asks as soon as it is told of a
 * change must get the new answer, for nobody tells it again (C13).  So ask
 * then, and once more when the change is made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"

#include "checker-direct.h"
#include "compat.h"
#include "notify.h"
#include "side.h"

static bool allows(unsigned number, unsigned index, unsigned page, bool write)
{
    RmDecision d;

    checker_decide(number, index, page * RM_PAGE_SIZE, write, &d);
    return d.allowed;
}

/* @base: of the first page, in the terms of @unmap */
static void ask(unsigned number, unsigned index, hwaddr base,
                const IOMMUTLBEntry *unmap)
{
    for (unsigned page = 0; page < RM_IOMMU_PAGES; page++) {
        SideTold *told = &qemu_side.told[number][index][page];
        hwaddr addr = base + page * RM_PAGE_SIZE;

        if (addr - (unmap->iova & RM_PAGE_MASK) <= unmap->addr_mask) {
            told->asked = true;
            told->allowed[0] = allows(number, index, page, false);
            told->allowed[1] = allows(number, index, page, true);
        }
    }
}

void __real_memory_region_notify_iommu(IOMMUMemoryRegion *mr, int index,
                                       const IOMMUTLBEvent event);
void __wrap_memory_region_notify_iommu(IOMMUMemoryRegion *mr, int index,
                                       const IOMMUTLBEvent event);
void __wrap_memory_region_notify_iommu(IOMMUMemoryRegion *mr, int index,
                                       const IOMMUTLBEvent event)
{
    hwaddr base;

    __real_memory_region_notify_iommu(mr, index, event);
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        if (qemu_side.writes_register[i] &&
            event.type == IOMMU_NOTIFIER_UNMAP && index < RM_INDEXES &&
            checker_is(i, mr, &base)) {
            ask(i, index, base, &event.entry);
        }
    }
}

static void settle(unsigned number, unsigned index, unsigned page)
{
    SideTold *told = &qemu_side.told[number][index][page];
    RmEvent ev = side_event(RM_EV_EARLY);

    if (!told->asked) {
        return;
    }
    told->asked = false;
    if (told->allowed[0] != allows(number, index, page, false) ||
        told->allowed[1] != allows(number, index, page, true)) {
        ev.region = RM_IOMMU0 + number;
        ev.index = index;
        ev.addr = page * RM_PAGE_SIZE;
        side_log(&ev);
    }
}

void notify_begin(unsigned number)
{
    qemu_side.writes_register[number]++;
}

void notify_settle(unsigned number)
{
    qemu_side.writes_register[number]--;
    for (unsigned i = 0; i < RM_INDEXES * RM_IOMMU_PAGES; i++) {
        settle(number, i / RM_IOMMU_PAGES, i % RM_IOMMU_PAGES);
    }
}

void notify_reset(void)
{
    memset(qemu_side.told, 0, sizeof(qemu_side.told));
    memset(qemu_side.writes_register, 0, sizeof(qemu_side.writes_register));
}
