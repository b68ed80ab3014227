/*
 * The TrustZone MPC: the instance that is modelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_TZMPC_H
#define RM_TZMPC_H

#include "vocabulary.h"

/*
 * The memory behind a TrustZone MPC, in its variant 1: three words of the
 * LUT, the last one not full.  Of these the RM_IOMMU_PAGES from here on can be
 * accessed, so that there are blocks on both sides of a word's end.
 */
#define RM_TZMPC_SIZE   (72 * RM_PAGE_SIZE)
#define RM_TZMPC_BASE   (24 * RM_PAGE_SIZE)

#endif
