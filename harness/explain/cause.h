/*
 * Which page a divergence is about, and which operation before it matters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPLAIN_CAUSE_H
#define EXPLAIN_CAUSE_H

#include "explain.h"

/** explain_find: all of @s but its words */
void explain_find(const Explanation *x, Story *s);

/** explain_programs: does operation @i set an answer on the way of @p? */
bool explain_programs(const Explanation *x, const PageState *p, unsigned type,
                      unsigned i);

/** explain_maps: does operation @i set the page-table entry of @page? */
bool explain_maps(const Explanation *x, const PageRef *page, unsigned i);

#endif
