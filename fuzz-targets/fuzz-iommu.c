/*
 * The fuzz target for the CPU -> IOMMU path, with IOMMUs that answer as scenarios say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

const TargetId fuzz_target = TARGET_IOMMU;
