/*
 * Motifs: a few operations that have to do with each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_MOTIF_H
#define SCENARIO_MOTIF_H

#include "random.h"
#include "scenario.h"

/* No motif has more operations. */
#define MOTIF_OPS 16

/**
 * motif: draw one for @s
 * @out: room for MOTIF_OPS
 *
 * Returns how many operations it has: at least one, all of them valid.
 */
unsigned motif(Random *r, const Scenario *s, Op *out);

#endif
