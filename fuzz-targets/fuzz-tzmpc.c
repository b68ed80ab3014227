/*
 * The fuzz target for the Arm TrustZone MPC in the CPU's path.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

const TargetId fuzz_target = TARGET_TZMPC;
