/*
 * What the regions that are no memory accept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_REGION_H
#define RM_REGION_H

#include "state.h"

/** device_of: the properties of a device region, also of a checker's */
RmDevice device_of(const RmModel *m, unsigned region);

/** device_valid: is such an access valid for the region? */
bool device_valid(const RmModel *m, unsigned region, uint32_t offset,
                  unsigned size);

#endif
