/*
 * Documented limits: their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "limits.h"

static const struct {
    const char *name, *text;
} limits[RM_LIMITS] = {
    [RM_LIMIT_DENIAL] = {
        "denial", "an IOMMU denies the access: the TLB entry then does not "
                  "permit what it was filled for, and QEMU goes on with it" },
    [RM_LIMIT_GRANULE] = {
        "granule", "an IOMMU answers for less than a page: QEMU takes it for "
                   "an answer for all of it" },
    [RM_LIMIT_SPLIT] = {
        "split", "a read-modify-write where an IOMMU answers reads and "
                 "writes apart: one TLB entry cannot have both answers" },
    [RM_LIMIT_DEVICE] = {
        "device", "a device behind an IOMMU: QEMU before 11.0 looks it up in "
                  "another address space than the IOMMU's" },
};

const char *rm_limit_name(RmLimit limit)
{
    return limits[limit].name;
}

const char *rm_limit_text(RmLimit limit)
{
    return limits[limit].text;
}
