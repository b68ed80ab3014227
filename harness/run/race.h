/*
 * Data races, which ThreadSanitizer finds where threads run freely: what it has
 * reported is a divergence (C24), as what is compared is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_RACE_H
#define RUN_RACE_H

#include "harness/compare/divergence.h"

/**
 * race_take: was one reported since this was asked last?
 * @d: the first of them
 *
 * Those of QEMU that are accepted are not reported: races-accepted.h.
 */
bool race_take(Divergence *d);

#endif
