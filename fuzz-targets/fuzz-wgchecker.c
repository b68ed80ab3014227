/*
 * The fuzz target for the RISC-V WorldGuard checker in the CPU's path.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

const TargetId fuzz_target = TARGET_WGCHECKER;
