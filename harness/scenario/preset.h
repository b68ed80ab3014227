/*
 * The set-ups that a scenario can start from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_PRESET_H
#define SCENARIO_PRESET_H

#include "reference-model/vocabulary.h"
#include "ops.h"

/**
 * preset_get: what the set-up record @setup names
 *
 * Each is made once; it stays until the process ends.
 */
const RmPreset *preset_get(const Op *setup);

/** preset_lg_mask: bits of the addr_mask of all answers of its IOMMUs */
unsigned preset_lg_mask(const Op *setup);

#endif
