/*
 * Run scenarios through the subject and the oracle, and compare.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include <stdio.h>

#include "compare.h"
#include "feature.h"
#include "scenario.h"

typedef struct Run {
    Engine *oracle, *subject;
    bool thorough;          /* compare everything after each operation */
    uint8_t *features;      /* FEATURES counters, or NULL */
    FILE *trace;            /* the subject's events go here, or NULL */

    /* Of the operation that was run last: */
    EngineResult want, seen;
    uint8_t pages[RM_RAMS]; /* pages of RAM that the oracle wrote */
    bool agreed;            /* ... and no others were written */
    /* Since the start: */
    uint64_t scenarios, operations;
} Run;

/** run_init: the model as the oracle, QEMU as the subject */
void run_init(Run *run);

/** run_free: give back what run_init() took */
void run_free(Run *run);

/**
 * run_scenario: run @s and compare
 *
 * Returns false, and fills in @d, at the first disagreement.  A predicted
 * assertion (C7) ends the scenario in agreement.
 */
bool run_scenario(Run *run, const Scenario *s, Divergence *d);

/**
 * run_report: print @d for a person to read
 * @replay: the command that shows it again, or NULL
 */
void run_report(const Run *run, const Scenario *s, const Divergence *d,
                const char *replay, FILE *out);

#endif
