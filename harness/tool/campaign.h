/*
 * A campaign of fuzzing, as data for a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TOOL_CAMPAIGN_H
#define TOOL_CAMPAIGN_H

#include "harness/run/run.h"

/* What is known of a campaign besides a run of its scenarios. */
typedef struct Campaign {
    char *samples;      /* lines of ci/fuzz.sh: seconds, scenarios,
                           operations, edges, divergences; or NULL */
    char *coverage;     /* lines of ci/coverage.sh; or NULL */
    char **found;       /* scenarios; of each there is a page NAME.html */
} Campaign;

/** campaign_json: the data of the page campaign.html; to be freed */
char *campaign_json(const Run *run, const Campaign *c);

#endif
