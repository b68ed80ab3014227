/*
 * The security checkers in the places of the IOMMUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_CHECKERS_H
#define RM_CHECKERS_H

#include "state.h"

/** checkers_reset: those that the set-up names, and none else */
void checkers_reset(RmModel *m);

/** checkers_free: free them all */
void checkers_free(RmModel *m);

/** checker_of: the checker that @region, its registers or other, belongs to */
RmChecker *checker_of(const RmModel *m, unsigned region);

/** index_of: the IOMMU index of attributes (C5) */
unsigned index_of(const RmModel *m, uint8_t attrs);

/**
 * checker_translate: what checker @number answers, as an IOMMU
 * @addr: behind it
 */
RmTranslated checker_translate(const RmModel *m, unsigned number,
                               uint32_t addr, uint8_t attrs, bool write);

/** checker_number: the number of the checker that @region belongs to */
unsigned checker_number(unsigned region);

/** checker_power_on: reset one, and fix what the set-up says of its platform */
void checker_power_on(const RmModel *m, unsigned number);

/** checker_access: an access to a register of checker @number */
RmResponse checker_access(const RmModel *m, unsigned number, uint32_t offset,
                          unsigned size, uint8_t attrs, bool is_write,
                          uint64_t *value);

/** checker_denied: a denied access of @type reaches its blocked-I/O */
RmResponse checker_denied(const RmModel *m, unsigned number, uint32_t addr,
                          unsigned size, uint8_t attrs, RmAccessType type,
                          uint64_t *value);

#endif
