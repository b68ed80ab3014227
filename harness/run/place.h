/*
 * Where exactly a divergence is: what tells two faults apart that have the same
 * signature.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_PLACE_H
#define RUN_PLACE_H

#include "harness/compare/divergence.h"

/**
 * place_of: the register that differs, or of what a sanitizer has found the
 * function in which it did; to be freed
 *
 * Returns NULL where nothing is known, and of all that has no such place.  The
 * functions are those of this program: @d is of a copy of this process.
 */
char *place_of(const Divergence *d);

#endif
