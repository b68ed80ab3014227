/*
 * What runs have used, and a page of it for a campaign of fuzzing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_REPORT_H
#define RUN_REPORT_H

#include "run.h"

/* What is known of a campaign besides a run of its scenarios. */
typedef struct Campaign {
    char *samples;      /* lines of ci/fuzz.sh: seconds, scenarios,
                           operations, edges, divergences; or NULL */
    char *coverage;     /* lines of ci/coverage.sh; or NULL */
    char **found;       /* scenarios; of each there is a page NAME.html */
} Campaign;

/** kind_counts: is @kind an operation of a target that scenarios were of? */
bool kind_counts(const Run *run, unsigned kind);

/** clause_counts: does @clause hold for a target that scenarios were of? */
bool clause_counts(const Run *run, RmClause clause);

/** report_page: a page without scripts, that needs no other; to be freed */
char *report_page(const Run *run, const Campaign *c);

#endif
