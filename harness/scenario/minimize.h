/*
 * Making a scenario small: fewer operations, then simpler fields.  What has
 * to be kept, somebody else decides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_MINIMIZE_H
#define SCENARIO_MINIMIZE_H

#include "scenario.h"

/* Does @s still show what the scenario is kept for? */
typedef bool MinimizeTest(void *opaque, const Scenario *s);

/**
 * minimize: reduce @s as far as @test allows
 * @s: passes the test; at each time the smallest that does
 *
 * The result depends on @s and on the answers alone; it cannot be reduced
 * further: to minimize it again changes nothing.  Once the test says no to
 * everything, this ends soon.
 */
void minimize(Scenario *s, MinimizeTest *test, void *opaque);

#endif
