/*
 * The mutator: whole operations in, whole operations out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_MUTATE_H
#define SCENARIO_MUTATE_H

#include "scenario.h"

/** mutate: change @s a little, in a way that only @seed decides */
void mutate(Scenario *s, uint32_t seed);

/** mutate_cross: replace @s by a mixture of it and @other */
void mutate_cross(Scenario *s, const Scenario *other, uint32_t seed);

/** mutate_random: @n random operations on a random set-up of a TargetId */
void mutate_random(Scenario *s, unsigned target, unsigned n, uint32_t seed);

/** mutate_all: @n random operations in place of those on the set-up of @s */
void mutate_all(Scenario *s, unsigned n, uint32_t seed);

#endif
