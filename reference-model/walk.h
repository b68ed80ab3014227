/*
 * What the IOMMUs say now, nested ones included (C3, C6).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_WALK_H
#define RM_WALK_H

#include "state.h"

/* What the IOMMUs on the way say to one address and direction. */
typedef struct Walk {
    unsigned n;             /* IOMMUs that are asked: 1, or 2 if nested */
    struct {
        uint8_t region;     /* RM_IOMMU0, RM_IOMMU1 */
        uint32_t addr;      /* behind it */
    } step[2];
    uint8_t perm;           /* RM_R, RM_W; without the direction: denied */
    uint32_t addr_mask;     /* the smaller one */
    Place place;            /* of the address */
    Place behind;           /* of one that is denied: where it would lead */
} Walk;

/**
 * iommu_walk: ask the IOMMU, and any behind it, without an effect
 * @iommu: the region that the physical address leads to
 * @addr: behind it
 */
Walk iommu_walk(const RmModel *m, unsigned iommu, uint32_t addr, uint8_t attrs,
                bool write);

/**
 * walk_undefined: does the specification of a checker that is asked leave it
 * to an implementation what becomes of an access of @type (rm_undefined())?
 * @attrs: of the access that @w is the walk of
 */
bool walk_undefined(const RmModel *m, const Walk *w, uint8_t attrs,
                    RmAccessType type);

#endif
