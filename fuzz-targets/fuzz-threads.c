/*
 * The fuzz target for what threads do at once, on the same path.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

const TargetId fuzz_target = TARGET_THREADS;
