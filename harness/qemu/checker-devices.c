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

/* A property, and whether all devices of the kind have it. */
typedef struct Setting {
    const char *name;
    uint64_t value;
    bool must;
} Setting;

static bool set_all(DeviceState *dev, const Setting *settings, size_t n,
                    Error **errp)
{
    for (size_t i = 0; i < n; i++) {
        const Setting *s = &settings[i];

        if (!s->must && !object_property_find(OBJECT(dev), s->name)) {
            continue;
        }
        if (!object_property_set_uint(OBJECT(dev), s->name, s->value, errp)) {
            return false;
        }
    }
    return true;
}

static bool configure_wgchecker(DeviceState *dev, MemoryRegion *downstream,
                                unsigned variant, Error **errp)
{
    const Setting settings[] = {
        { "slot-count", 8, true },
        { "addr-range-start", 0, true },
        { "addr-range-size", memory_region_size(downstream), true },
        { "nworlds", RM_INDEXES },
        { "trustedwid", 1 },
        { "mmio-size", 0x1000 },
    };

    return set_all(dev, settings, ARRAY_SIZE(settings), errp) &&
           object_property_set_bool(OBJECT(dev), "hw-bypass", variant, errp) &&
           object_property_set_link(OBJECT(dev), "downstream-mr[0]",
                                    OBJECT(downstream), errp);
}

static bool configure_iopmp(DeviceState *dev, MemoryRegion *downstream,
                            unsigned variant, Error **errp)
{
    const Setting settings[] = {
        { "rrid-num", RM_IOPMP_RRIDS },
        { "md-num", RM_IOPMP_MDS },
        { "entry-num", RM_IOPMP_ENTRIES },
        { "prio-entry", RM_IOPMP_PRIO_ENTRY },
        { "k", variant == RM_IOPMP_RAPID_K ? RM_IOPMP_K : 0 },
        { "entry-offset", RM_IOPMP_ENTRYOFFSET },
        { "err-rdata", (uint32_t)RM_IOPMP_FABRICATED },
    };

    return set_all(dev, settings, ARRAY_SIZE(settings), errp) &&
           object_property_set_link(OBJECT(dev), "downstream",
                                    OBJECT(downstream), errp);
}

/* Behind the larger one there is nothing but @downstream. */
static bool configure_tzmpc(DeviceState *dev, MemoryRegion *downstream,
                            unsigned variant, Error **errp)
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
    return object_property_set_link(OBJECT(dev), "downstream",
                                    OBJECT(downstream), errp);
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
