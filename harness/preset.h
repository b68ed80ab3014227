/*
 * The set-ups that a scenario can start from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_PRESET_H
#define HARNESS_PRESET_H

#include "../reference-model/vocabulary.h"
#include "ops.h"

/** preset_make: the tables that the set-up record @setup names */
void preset_make(const Op *setup, RmPreset *preset);

#endif
