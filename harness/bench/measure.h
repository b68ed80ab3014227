/*
 * The clockwork of the benchmark: run scenarios again and again, at each
 * depth in turn, and say what it took.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "harness/run/run.h"

/* What is run in a round, at each depth once. */
typedef struct Workload {
    const Scenario *s;
    unsigned n;             /* scenarios */
    unsigned times;         /* over and over, so often */
    bool by_kind;           /* look at the clock for each operation */
} Workload;

/*
 * Nanoseconds; the lower quartiles of the rounds, since what else the machine
 * does meanwhile only ever adds to them.  None is below 1.
 */
typedef struct Measured {
    uint64_t operations;                /* in a round; and of each kind: */
    uint64_t kinds[OP_KINDS];
    double round[RUN_DEPTHS];           /* of CPU time: the whole of it */
    /* Where the clock was looked at, what that takes subtracted: */
    double kind[OP_KINDS][RUN_DEPTHS];  /* an operation */
    double rest[RUN_DEPTHS];            /* a scenario, but its operations */
} Measured;

/**
 * measure: run @w for about @seconds, three rounds at least
 *
 * Returns false, and fills in @d, if the two sides do not agree: then d->op
 * is of the scenario @failed.
 */
bool measure(Run *run, const Workload *w, double seconds, Measured *m,
             unsigned *failed, Divergence *d);

#endif
