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

#define TYPE_NO_REGION "no-region"

static bool configure_nothing(DeviceState *dev, MemoryRegion *downstream,
                              unsigned variant, Error **errp)
{
    return true;
}

static unsigned registers(unsigned variant)
{
    return 0;
}

char *broken_device(BrokenDevice what)
{
    const CheckerDevice *whole = &checker_devices[RM_WGCHECKER];
    CheckerDevice device = *whole;
    Error *err = NULL;
    char *words;

    switch (what) {
    case BROKEN_TYPE:
        device.types = (const char *const[]) { "no-such-checker", NULL };
        break;
    case BROKEN_PROPERTY:
        device.configure = configure_colour;
        break;
    case BROKEN_REALIZE:
        device.configure = configure_without_slots;
        break;
    case BROKEN_NO_REGION:
        type_register_static(&(const TypeInfo) {
            .name = TYPE_NO_REGION, .parent = TYPE_SYS_BUS_DEVICE,
        });
        device.types = (const char *const[]) { TYPE_NO_REGION, NULL };
        device.configure = configure_nothing;
        break;
    case BROKEN_NO_IOMMU:
        device.upstream = registers;
        break;
    }
    bql_lock();
    if (checker_new(&device, 0, 0, &err)) {
        g_assert_not_reached();
    }
    bql_unlock();
    words = g_strdup(error_get_pretty(err));
    error_free(err);
    return words;
}
