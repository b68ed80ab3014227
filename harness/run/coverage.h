/*
 * Which operations and clauses the runs so far have used.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_COVERAGE_H
#define RUN_COVERAGE_H

#include "run.h"

/** kind_counts: is @kind an operation of a target that scenarios were of? */
bool kind_counts(const Run *run, unsigned kind);

/** clause_counts: does @clause hold for a target that scenarios were of? */
bool clause_counts(const Run *run, RmClause clause);

/** run_judged: how often each clause has decided something, so far */
void run_judged(const Run *run, uint64_t judged[RM_CLAUSES]);

/**
 * report_coverage: print how often each of them was used
 *
 * Returns false if one was never used.
 */
bool report_coverage(const Run *run, FILE *out);

#endif
