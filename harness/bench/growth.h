/*
 * How the cost of an operation grows: with what there is to look at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_GROWTH_H
#define BENCH_GROWTH_H

#include "harness/run/run.h"

typedef enum GrowthKind {
    GROWTH_LIVE,            /* mappings of pages that scenarios use */
    GROWTH_CROWD,           /* mappings of pages that nobody uses */
    GROWTH_TLB,             /* entries that a TLB has room for */
    GROWTH_LENGTH,          /* operations of a scenario */
    GROWTH_LEVELS,          /* IOMMUs that an access goes through */
    GROWTH_CPUS,
    GROWTHS
} GrowthKind;

#define GROWTH_POINTS 7     /* at most */

typedef struct Growth {
    const char *name;       /* of what it grows with */
    const char *about;      /* what is run: a sentence or two */
    unsigned n;             /* points */
    unsigned x[GROWTH_POINTS];
    double ns[GROWTH_POINTS][RUN_DEPTHS];   /* an operation */
} Growth;

/** growth_get: all of @kind but what it costs */
const Growth *growth_get(GrowthKind kind);

/** growth_scenario: what is run for point @i of @kind */
void growth_scenario(GrowthKind kind, unsigned i, Scenario *s);

/**
 * growth_measure: measure all, for about @seconds
 * @failed: room for a scenario
 *
 * Returns false, and fills in @failed and @d, if the two sides do not agree.
 */
bool growth_measure(Run *run, double seconds, Growth growths[GROWTHS],
                    Scenario *failed, Divergence *d);

#endif
