/*
 * What an implementation may be known not to do: documented limits of trees
 * that translate when the TLB is filled.  Each is something that an access
 * meets, so that such accesses can be left out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_LIMITS_H
#define RM_LIMITS_H

typedef enum RmLimit {
    /*
     * An IOMMU denies the access: the TLB entry then does not permit what it
     * was filled for, and QEMU goes on with it.
     */
    RM_LIMIT_DENIAL,
    /*
     * It answers for less than a page: QEMU takes that for all of it.  A tree
     * that defers the translation can have the same limit.
     */
    RM_LIMIT_GRANULE,
    /*
     * A read-modify-write where an IOMMU answers reads and writes apart: one
     * TLB entry cannot have both answers.
     */
    RM_LIMIT_SPLIT,
    /*
     * A device behind an IOMMU: QEMU before 11.0 looks it up in another
     * address space than the IOMMU's.
     */
    RM_LIMIT_DEVICE,
    RM_LIMITS
} RmLimit;

/** rm_limit_name: its name, one word */
const char *rm_limit_name(RmLimit limit);

#endif
