/*
 * Features of a run that the coverage of code does not show: which kinds of
 * operations followed each other, at all and on the same page, with what
 * outcome.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_FEATURE_H
#define RUN_FEATURE_H

#include "harness/engine/engine.h"

#define FEATURE_CLASSES 104
#define FEATURES        (2 * FEATURE_CLASSES * FEATURE_CLASSES)

typedef struct FeatureState {
    uint8_t *counters;              /* FEATURES of them, or NULL */
    uint8_t last;                   /* class of the last operation, ... */
    uint8_t on_page[RM_VA_PAGES];   /* ... and of the last one on each page */
} FeatureState;

/** feature_note: count the pairs that @op makes, which ended as @r */
void feature_note(FeatureState *f, const Op *op, const RmResult *r);

#endif
