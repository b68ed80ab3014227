/*
 * What runs have used.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_REPORT_H
#define RUN_REPORT_H

#include "run.h"

/** kind_counts: is @kind an operation of a target that scenarios were of? */
bool kind_counts(const Run *run, unsigned kind);

/** clause_counts: does @clause hold for a target that scenarios were of? */
bool clause_counts(const Run *run, RmClause clause);

#endif
