/*
 * Documented limits: their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "limits.h"

static const char *const names[RM_LIMITS] = {
    [RM_LIMIT_DENIAL] = "denial", [RM_LIMIT_GRANULE] = "granule",
    [RM_LIMIT_SPLIT] = "split", [RM_LIMIT_DEVICE] = "device",
};

const char *rm_limit_name(RmLimit limit)
{
    return names[limit];
}
