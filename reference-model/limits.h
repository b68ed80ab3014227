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
    RM_LIMIT_DENIAL,        /* an IOMMU denies what the fill is for */
    RM_LIMIT_GRANULE,       /* it answers for less than a page */
    RM_LIMIT_SPLIT,         /* a read-modify-write with two answers */
    RM_LIMIT_DEVICE,        /* behind an IOMMU is no memory */
    RM_LIMITS
} RmLimit;

/** rm_limit_name: its name, one word */
const char *rm_limit_name(RmLimit limit);

/** rm_limit_text: what is left out, and why, in a line */
const char *rm_limit_text(RmLimit limit);

#endif
