/*
 * Accesses to the registers of checkers, and to their blocked-I/O.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_REGISTERS_H
#define RM_REGISTERS_H

#include "state.h"

/**
 * checker_call: an access of @type reaches registers or blocked-I/O of a
 * checker
 * @size: valid for the region
 * @value: to be written, or set
 */
RmResponse checker_call(RmModel *m, RmLog *log, unsigned region,
                        uint32_t offset, unsigned size, uint8_t attrs,
                        RmAccessType type, uint64_t *value);

#endif
