/*
 * Has the comparison become slower?  What was measured, against a baseline.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include <glib.h>

#include "bench.h"

/*
 * A cost depends on the machine; a ratio of two costs that were measured in
 * one run depends on the program, mostly.
 */
typedef struct BenchRatio {
    char *name;             /* of a kind of operations, or "overall" */
    RunDepth depth;         /* its cost, by that of QEMU alone: */
    double then, now;
} BenchRatio;

/**
 * bench_ratios: all ratios that @then, a baseline, and @now have in common
 *
 * The overall ones come first, then those of each kind that both have
 * enough operations of.  An array of BenchRatio, to be unreferenced.
 */
GArray *bench_ratios(const Bench *then, const Bench *now);

/** bench_ratio_worse: how much has it grown? In percent; < 0: it shrank */
double bench_ratio_worse(const BenchRatio *r);

#endif
