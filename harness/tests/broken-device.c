/*
 * Checker devices that cannot be made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "qom/object.h"

#include "harness/qemu/checker.h"
#include "broken-device.h"

static bool configure_like_a_device(DeviceState *dev, MemoryRegion *downstream,
                                    unsigned variant, Error **errp)
{
    return checker_devices[RM_WGCHECKER].configure(dev, downstream, variant,
                                                   errp);
}

static bool configure_colour(DeviceState *dev, MemoryRegion *downstream,
                             unsigned variant, Error **errp)
{
    return object_property_set_uint(OBJECT(dev), "colour", 1, errp);
}

static bool configure_without_slots(DeviceState *dev, MemoryRegion *downstream,
                                    unsigned variant, Error **errp)
{
    return configure_like_a_device(dev, downstream, variant, errp) &&
           object_property_set_uint(OBJECT(dev), "slot-count", 0, errp);
}

char *broken_device(BrokenDevice what)
{
    const char *type = checker_devices[RM_WGCHECKER].type;
    const CheckerDevice devices[] = {
        [BROKEN_TYPE] = { "no-such-checker" },
        [BROKEN_PROPERTY] = { type, .configure = configure_colour },
        [BROKEN_REALIZE] = { type, .configure = configure_without_slots },
        [BROKEN_NO_REGION] = {
            type, .configure = configure_like_a_device, .upstream = 9,
        },
        [BROKEN_NO_IOMMU] = {
            type, .configure = configure_like_a_device, .upstream = 0,
        },
    };
    Error *err = NULL;
    char *words;

    bql_lock();
    if (checker_new(&devices[what], 0, 0, &err)) {
        g_assert_not_reached();
    }
    bql_unlock();
    words = g_strdup(error_get_pretty(err));
    error_free(err);
    return words;
}
