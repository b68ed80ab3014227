/*
 * The comparison of security checkers: decisions, registers, interrupts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_CHECKERS_H
#define COMPARE_CHECKERS_H

#include "divergence.h"
#include "harness/engine/engine.h"
#include "harness/scenario/target.h"

/**
 * compare_checkers: decisions, registers, interrupts (D1, D2, D3, D5)
 * @setup: of the scenario: which checkers, and which instance of them
 * @touched: of each: what needs a look
 * @decisions: how many tables of them were compared is added
 */
bool compare_checkers(Engine *oracle, Engine *subject, const Op *setup,
                      const RmTouched touched[RM_IOMMUS],
                      uint64_t *decisions, Divergence *d);

#endif
