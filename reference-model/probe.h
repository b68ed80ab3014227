/*
 * Questions about a page, which move no data (C2, C4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_PROBE_H
#define RM_PROBE_H

#include "part.h"

/** access_probe: answer @x, whose kind is one of the questions */
void access_probe(Access *x);

#endif
