/*
 * Motifs about the registers of a checker.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_MOTIF_CHECKER_H
#define SCENARIO_MOTIF_CHECKER_H

#include "motif-step.h"

/** motif_program: draw one; MOTIF_OPS at most */
void motif_program(Motif *m);

#endif
