/*
 * The checker devices: how each is set up on the board.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qom/object.h"

#include "reference-model/iopmp.h"
#include "reference-model/tzmpc.h"
#include "harness/engine/engine.h"
#include "checker-devices.h"

QEMU_BUILD_BUG_ON(RM_IOPMP_MODELS != CHECKER_VARIANTS);

/* Properties that not all devices of a kind have: set those that are there. */
static void set_if_there(DeviceState *dev, const char *name, uint64_t value)
{
    if (object_property_find(OBJECT(dev), name)) {
        object_property_set_uint(OBJECT(dev), name, value, &error_fatal);
    }
}

static void configure_wgchecker(DeviceState *dev, MemoryRegion *downstream,
                                unsigned variant)
{
    qdev_prop_set_uint32(dev, "slot-count", 8);
    qdev_prop_set_uint64(dev, "addr-range-start", 0);
    qdev_prop_set_uint64(dev, "addr-range-size",
                         memory_region_size(downstream));
    set_if_there(dev, "nworlds", RM_INDEXES);
    set_if_there(dev, "trustedwid", 1);
    set_if_there(dev, "mmio-size", 0x1000);
    object_property_set_bool(OBJECT(dev), "hw-bypass", variant, &error_fatal);
    object_property_set_link(OBJECT(dev), "downstream-mr[0]",
                             OBJECT(downstream), &error_fatal);
}

static void configure_iopmp(DeviceState *dev, MemoryRegion *downstream,
                            unsigned variant)
{
    set_if_there(dev, "rrid-num", RM_IOPMP_RRIDS);
    set_if_there(dev, "md-num", RM_IOPMP_MDS);
    set_if_there(dev, "entry-num", RM_IOPMP_ENTRIES);
    set_if_there(dev, "prio-entry", RM_IOPMP_PRIO_ENTRY);
    set_if_there(dev, "k", variant == RM_IOPMP_RAPID_K ? RM_IOPMP_K : 0);
    set_if_there(dev, "entry-offset", RM_IOPMP_ENTRYOFFSET);
    set_if_there(dev, "err-rdata", (uint32_t)RM_IOPMP_FABRICATED);
    object_property_set_link(OBJECT(dev), "downstream", OBJECT(downstream),
                             &error_fatal);
}

/* Behind the larger one there is nothing but @downstream. */
static void configure_tzmpc(DeviceState *dev, MemoryRegion *downstream,
                            unsigned variant)
{
    if (variant) {
        MemoryRegion *all = g_new0(MemoryRegion, 1);
        MemoryRegion *part = g_new0(MemoryRegion, 1);

        memory_region_init(all, NULL, "tz-mpc-all", RM_TZMPC_SIZE);
        memory_region_init_alias(part, NULL, "tz-mpc-part", downstream, 0,
                                 memory_region_size(downstream));
        memory_region_add_subregion(all, RM_TZMPC_BASE, part);
        downstream = all;
    }
    object_property_set_link(OBJECT(dev), "downstream", OBJECT(downstream),
                             &error_fatal);
}

const CheckerDevice checker_devices[RM_CHECKERS] = {
    [RM_WGCHECKER] = {
        .type = "riscv.wgchecker",
        .source = WGCHECKER_SOURCE,
        .configure = configure_wgchecker,
        .regs = 0, .upstream = 1,
    },
    [RM_IOPMP] = {
        .type = "riscv_iopmp",
        .source = IOPMP_SOURCE,
        .configure = configure_iopmp,
        .regs = 0, .upstream = 1,
    },
    [RM_TZMPC] = {
        .type = "tz-mpc",
        .source = "hw/misc/tz-mpc.c",
        .configure = configure_tzmpc,
        .base = { 0, RM_TZMPC_BASE },
        .regs = 0, .upstream = 1,
        .irq = "irq",
    },
};
