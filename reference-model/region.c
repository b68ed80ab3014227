/*
 * What the regions that are no memory accept (C3, C4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "region.h"
#include "checkers.h"

RmDevice device_of(const RmModel *m, unsigned region)
{
    const RmChecker *c = checker_of(m, region);

    if (!c) {
        return m->device[region];
    }
    return rm_is_denied(region) ? c->ops->blocked : c->ops->regs;
}

bool device_valid(const RmModel *m, unsigned region, uint32_t offset,
                  unsigned size)
{
    RmDevice device = device_of(m, region);

    return (rm_is_device(region) || checker_of(m, region)) &&
           size >= device.valid_min && size <= device.valid_max &&
           (device.unaligned & RM_VALID_UNALIGNED || !(offset & (size - 1)));
}
