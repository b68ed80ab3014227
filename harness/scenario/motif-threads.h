/*
 * Motifs about what threads do at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_MOTIF_THREADS_H
#define SCENARIO_MOTIF_THREADS_H

#include "motif-step.h"

/** motif_at_once: draw one; MOTIF_OPS at most */
void motif_at_once(Motif *m);

#endif
