/*
 * Read-modify-writes and compare-exchanges (C1, C17).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_ATOMIC_H
#define RM_ATOMIC_H

#include "part.h"

/** access_atomic: carry out @x, whose kind is one of the two */
void access_atomic(Access *x);

/** atomic_new: what @a stores where @old is: that, if it compares in vain */
void atomic_new(const RmAccess *a, const uint64_t old[2], uint64_t new[2]);

#endif
