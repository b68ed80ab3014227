/*
 * Features of a run that the coverage of code does not show: which kinds of
 * operations followed each other, at all and on the same page, with what
 * outcome; in which state a page was when it was accessed; and which clauses
 * had a say in an operation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_FEATURE_H
#define RUN_FEATURE_H

#include "harness/engine/engine.h"

#define FEATURE_CLASSES 108
#define FEATURE_PAIRS \
    ((2 * FEATURE_CLASSES + OP_PLACES) * FEATURE_CLASSES)
/* There are more states, and sets of clauses, than counters: they share. */
#define FEATURE_STATES  4096
#define FEATURES        (FEATURE_PAIRS + 2 * FEATURE_STATES)

typedef struct FeatureState {
    uint8_t *counters;              /* FEATURES of them, or NULL */
    uint8_t last;                   /* class of the last operation, ... */
    uint8_t on_page[RM_VA_PAGES];   /* ... and of the last one on each page */
    uint64_t decided[RM_CLAUSES];   /* how often each clause had, before */
} FeatureState;

/**
 * feature_begin: a scenario begins
 * @counters: FEATURES of them, or NULL
 * @oracle: whose clauses are counted
 */
void feature_begin(FeatureState *f, uint8_t *counters, Engine *oracle);

/**
 * feature_note: count what @op shows
 * @seen: how it ended
 * @want: the same, as @oracle says it
 */
void feature_note(FeatureState *f, const Op *op, const RmResult *seen,
                  const RmResult *want, Engine *oracle);

/**
 * feature_switch: count that a thread was switched in the middle of one kind of
 * operation, or, if it is NULL, of queued work, while it was at @place
 */
void feature_switch(FeatureState *f, const Op *op, OpPlace place);

#endif
