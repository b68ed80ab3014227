/*
 * What the comparison costs: the same operations with QEMU alone, with the
 * model beside it, and with all that is compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_BENCH_H
#define HARNESS_BENCH_H

#include "run.h"

typedef struct Bench {
    uint64_t operations;                /* in one pass over the scenarios */
    double ns[RUN_DEPTHS];              /* of an operation, on average */
    uint64_t kinds[OP_KINDS];           /* operations of each kind */
    double kind_ns[RUN_DEPTHS][OP_KINDS];
    uint64_t rss_kib;                   /* peak */
} Bench;

/**
 * bench_run: measure
 * @s: scenarios on which both sides agree
 * @n: how many
 * @seconds: how long, about; the three take turns
 *
 * Returns false, and fills in @d, if they do not agree: then d->op is of the
 * scenario @failed.
 */
bool bench_run(Run *run, const Scenario *s, unsigned n, unsigned seconds,
               Bench *bench, unsigned *failed, Divergence *d);

/** bench_print: as a table for people */
void bench_print(const Bench *bench, FILE *out);

/** bench_json: for machines */
void bench_json(const Bench *bench, FILE *out);

#endif
