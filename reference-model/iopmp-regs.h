/*
 * The registers of the modelled IOPMP, and their locks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_REGS_H
#define RM_IOPMP_REGS_H

#include "checker.h"

/** iopmp_reset: as RmCheckerOps.reset */
void iopmp_reset(RmChecker *c, uint32_t size);

/** iopmp_set_variant: as RmCheckerOps.set_variant: RmIopmpModel */
void iopmp_set_variant(RmChecker *c, unsigned variant);

/** iopmp_access: as RmCheckerOps.access */
RmResponse iopmp_access(RmChecker *c, uint32_t offset, unsigned size,
                        unsigned attrs, bool is_write, uint64_t *value);

#endif
