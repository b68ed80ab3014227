/*
 * What a fuzz target says of itself; the rest is in fuzz.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "harness/scenario/target.h"

/** fuzz_target: which target this program is */
extern const TargetId fuzz_target;

#endif
