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
#include "reference-model/wgchecker.h"
#include "harness/engine/engine.h"
#include "checker-devices.h"

QEMU_BUILD_BUG_ON(RM_IOPMP_MODELS > CHECKER_VARIANTS);
QEMU_BUILD_BUG_ON(RM_WG_CONFIGS > CHECKER_VARIANTS);

#define TYPES(...) (const char *const[]) { __VA_ARGS__, NULL }

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

/* --- wgChecker ------------------------------------------------------------ */

unsigned compat_worlds;

static const RmWgConfig wg_configs[] = {
#define DEF(name, ...) { __VA_ARGS__ },
#include "reference-model/wgchecker-list.h"
};

/*
 * What a machine has once, where the tree has it as a device of its own: the
 * number of worlds, and which of them is trusted.  All wgCheckers look at it
 * through this pointer, which nothing resets: there can be no second one as
 * long as it is set.
 */
#define TYPE_WORLDGUARD "riscv.worldguard"
extern void *worldguard_config __attribute__((weak));

static bool prepare_wgchecker(unsigned variant, Error **errp)
{
    static DeviceState *worldguard;
    const RmWgConfig *config = &wg_configs[variant];
    const Setting settings[] = {
        { "nworlds", config->worlds },
        { "trustedwid", config->trusted == RM_WG_ANY ? UINT32_MAX :
                                                       config->trusted },
    };

    compat_worlds = config->worlds;
    if (!object_class_by_name(TYPE_WORLDGUARD)) {
        return true;
    }
    if (worldguard) {
        object_unref(OBJECT(worldguard));
    }
    if (&worldguard_config) {
        worldguard_config = NULL;
    }
    worldguard = DEVICE(object_new(TYPE_WORLDGUARD));
    return set_all(worldguard, settings, ARRAY_SIZE(settings), errp) &&
           qdev_realize(worldguard, NULL, errp);
}

static bool configure_wgchecker(DeviceState *dev, MemoryRegion *downstream,
                                unsigned variant, Error **errp)
{
    const RmWgConfig *config = &wg_configs[variant];
    const Setting settings[] = {
        { "slot-count", config->slots, true },
        { "addr-range-start", config->start, true },
        { "addr-range-size", config->size, true },
        { "nworlds", config->worlds },
        { "trustedwid", config->trusted == RM_WG_ANY ? UINT32_MAX :
                                                       config->trusted },
        { "mmio-size", 0x1000 },
    };
    g_autofree char *offset = g_strdup_printf("region-offset[%u]",
                                              config->region);

    for (unsigned i = 0; i <= config->region; i++) {
        g_autofree char *mr = g_strdup_printf("downstream-mr[%u]", i);

        if (!object_property_set_link(OBJECT(dev), mr, OBJECT(downstream),
                                      errp)) {
            return false;
        }
    }
    return set_all(dev, settings, ARRAY_SIZE(settings), errp) &&
           object_property_set_uint(OBJECT(dev), offset, config->offset,
                                    errp) &&
           object_property_set_bool(OBJECT(dev), "hw-bypass", config->bypass,
                                    errp);
}

static unsigned upstream_of_wgchecker(unsigned variant)
{
    return 1 + wg_configs[variant].region;
}

/* --- IOPMP ---------------------------------------------------------------- */

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

/* --- TrustZone MPC -------------------------------------------------------- */

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

static hwaddr base_of_tzmpc(unsigned variant)
{
    return variant ? RM_TZMPC_BASE : 0;
}

/* -------------------------------------------------------------------------- */

const CheckerDevice checker_devices[RM_CHECKERS] = {
    [RM_WGCHECKER] = {
        .types = TYPES(WGCHECKER_TYPES),
        .source = WGCHECKER_SOURCE,
        .configure = configure_wgchecker,
        .prepare = prepare_wgchecker,
        .upstream = upstream_of_wgchecker,
    },
    [RM_IOPMP] = {
        .types = TYPES(IOPMP_TYPES),
        .source = IOPMP_SOURCE,
        .configure = configure_iopmp,
    },
    [RM_TZMPC] = {
        .types = TYPES("tz-mpc"),
        .source = "hw/misc/tz-mpc.c",
        .configure = configure_tzmpc,
        .base = base_of_tzmpc,
        .irq = "irq",
    },
};
