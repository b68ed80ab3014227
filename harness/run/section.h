/*
 * The part of a scenario that threads do at once: from the first line that
 * names a thread to where they join, or the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_SECTION_H
#define RUN_SECTION_H

#include <stdio.h>

#include "harness/engine/engine.h"

/**
 * section_collect: who does what, and the schedule
 * @at: the operation that it begins with
 * @covered: is an operation carried out?
 *
 * Returns of how many operations the section is made.
 */
unsigned section_collect(const Scenario *s, unsigned at, EngineAtOnce *what,
                         bool (*covered)(void *opaque, unsigned at,
                                         const Op *op), void *opaque);

/** section_print: a time line of @what, a column for each thread */
void section_print(const Scenario *s, const EngineAtOnce *what, FILE *out);

/** section_next: what began next after @last, of all threads; NULL: the first */
const EngineDone *section_next(const EngineAtOnce *what,
                               const EngineDone *last);

#endif
