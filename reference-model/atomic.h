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

#endif
