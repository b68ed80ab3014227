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

QEMU_BUILD_BUG_ON(RM_IOPMP_CONFIGS > CHECKER_VARIANTS);
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
    const RmWgConfig *config = &rm_wg_configs[variant];
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
    const RmWgConfig *config = &rm_wg_configs[variant];
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
    return 1 + rm_wg_configs[variant].region;
}

/* --- IOPMP ---------------------------------------------------------------- */

/*
 * How a machine with the IOPMP that was posted says what lies behind it: all
 * that is in the system's memory then.  And where it stands before that.
 */
void iopmp_setup_system_memory(DeviceState *dev, const MemMapEntry *memmap,
                               uint32_t entries, uint32_t stage)
    __attribute__((weak));

static bool attach_iopmp(DeviceState *dev, MemoryRegion *downstream,
                         Error **errp)
{
    MemoryRegion *system = get_system_memory(), *part, *next;
    MemMapEntry all = { 0, memory_region_size(downstream) };

    if (object_property_find(OBJECT(dev), "downstream")) {
        return true;
    }
    if (!iopmp_setup_system_memory) {
        error_setg(errp, "it has neither a link 'downstream' nor a function "
                   "iopmp_setup_system_memory()");
        return false;
    }
    memory_region_add_subregion(system, 0, downstream);
    iopmp_setup_system_memory(dev, &all, 1, 0);
    /* what it has put there, we put where the CPUs are */
    QTAILQ_FOREACH_SAFE(part, &system->subregions, subregions_link, next) {
        memory_region_del_subregion(system, part);
    }
    return true;
}

/* As those of whose sizes and formats a device lets us choose. */
static bool configure_iopmp(DeviceState *dev, MemoryRegion *downstream,
                            unsigned variant, Error **errp)
{
    const RmIopmpConfig *c = &rm_iopmp_configs[variant];
    const Setting settings[] = {
        { "rrid_num", c->rrid_num, true },
        { "md_num", c->md_num, true },
        { "entry_num", c->entry_num, true },
        { "prio_entry", c->prio_entry, true },
        { "mdcfg_fmt", c->mdcfg_fmt, true },
        { "srcmd_fmt", c->srcmd_fmt, true },
        { "md_entry_num", c->md_entry_num, true },
        { "entry_offset", RM_IOPMP_ENTRYOFFSET, true },
        { "err_rdata", RM_IOPMP_FABRICATED },
        { "version", c->version == RM_IOPMP_0_7 ? 70 : 82 },
        { "granularity", c->granularity },
        { "mdlck", c->mdlck },
        { "mdcfglck", c->mdcfglck },
        { "entrylck", c->entrylck },
    };
    const Setting flags[] = {
        { "non_prio_en", !c->all_prio },
        { "prient_prog", !c->prio_fixed },
        { "chk_x", c->chk_x },
        { "no_x", c->no_x },
        { "no_w", c->no_w },
        { "tor_en", !c->no_tor },
        { "addrh_en", !c->no_addrh },
        { "no_err_rec", c->no_err_rec },
        { "sps_en", c->sps },
        { "peis", c->peis },
        { "pees", c->pees },
        { "mfr_en", c->mfr },
        { "stall_en", c->stall },
        { "rrid_transl_en", c->transl },
        { "rrid_transl_prog", c->transl && !c->transl_fixed },
        { "mdlck_en", !c->no_mdlck },
        { "msi_en", c->msi },
    };

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (object_property_find(OBJECT(dev), flags[i].name) &&
            !object_property_set_bool(OBJECT(dev), flags[i].name,
                                      flags[i].value, errp)) {
            return false;
        }
    }
    return set_all(dev, settings, ARRAY_SIZE(settings), errp) &&
           (!object_property_find(OBJECT(dev), "downstream") ||
            object_property_set_link(OBJECT(dev), "downstream",
                                     OBJECT(downstream), errp));
}

/* MDCFG is not what a reset has to clear. */
static unsigned left_of_iopmp(unsigned variant, uint32_t *first)
{
    *first = RM_IOPMP_MDCFG;
    return rm_iopmp_configs[variant].mdcfg_fmt ? 0 :
           rm_iopmp_configs[variant].md_num;
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
        .attach = attach_iopmp,
        .left = left_of_iopmp,
        .regs_size = RM_IOPMP_REGISTERS,
    },
    [RM_TZMPC] = {
        .types = TYPES("tz-mpc"),
        .source = "hw/misc/tz-mpc.c",
        .configure = configure_tzmpc,
        .base = base_of_tzmpc,
        .irq = "irq",
    },
};
