/*
 * Where the features of a run (harness/run/feature.h) are counted, for the
 * fuzzing engine to see beside the coverage of code.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_COUNTERS_H
#define FUZZ_COUNTERS_H

#include <stdint.h>

/** counters: FEATURES of them */
uint8_t *counters(void);

/** counters_clear: forget these, and what was counted of code, so far */
void counters_clear(void);

#endif
