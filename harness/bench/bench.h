/*
 * What the comparison costs: the same operations with QEMU alone, with the
 * model beside it, and with all that is compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "growth.h"

/* Costs of a build with sanitizers say nothing about one without. */
#if __has_feature(address_sanitizer)
#define BENCH_SANITIZED true
#else
#define BENCH_SANITIZED false
#endif
#define BENCH_FLAVOUR   (BENCH_SANITIZED ? "san" : "plain")

/* All times are in nanoseconds. */
typedef struct Bench {
    unsigned scenarios;                 /* in one pass over all: */
    uint64_t operations;
    double ns[RUN_DEPTHS];              /* of an operation, on average */
    uint64_t kinds[OP_KINDS];           /* operations of each kind */
    double kind_ns[OP_KINDS][RUN_DEPTHS];
    double empty_ns[RUN_DEPTHS];        /* a scenario without operations */
    double reset_ns[RUN_DEPTHS];        /* what is not operations, of one */
    Growth growths[GROWTHS];
    uint64_t rss_kib;                   /* peak */
} Bench;

/* The two sides do not agree about a scenario: nothing is measured. */
typedef struct BenchFailure {
    const Scenario *s;      /* one that was given, or @made */
    Scenario made;
    Divergence d;
} BenchFailure;

/**
 * bench_run: measure
 * @s: scenarios on which both sides agree
 * @n: how many
 * @seconds: how long, about; the three take turns
 *
 * Returns false, and fills in @failure, if they do not agree.
 */
bool bench_run(Run *run, const Scenario *s, unsigned n, unsigned seconds,
               Bench *bench, BenchFailure *failure);

/** bench_kind: does @bench say what operations of @kind cost? */
static inline bool bench_kind(const Bench *bench, unsigned kind)
{
    /* a reaction is part of the operation that brings it about */
    return bench->kinds[kind] && !(op_traits[kind] & OPF_TRIGGER);
}

/** bench_depth: "QEMU alone" for RUN_SUBJECT */
const char *bench_depth(RunDepth depth);

/** bench_print: as tables for people */
void bench_print(const Bench *bench, FILE *out);

/** bench_json: for machines, and as a baseline for bench_ratios() */
void bench_json(const Bench *bench, FILE *out);

/**
 * bench_load: read a baseline: @operations, @ns, @kinds and @kind_ns
 * @path: what bench_json() wrote, in a build of the same flavour
 * @error: set to a new string that names the file and what is wrong with it
 */
bool bench_load(Bench *bench, const char *path, char **error);

/**
 * bench_page_json: what the page bench.html needs, to be freed: what
 * bench_json() writes, and the names and explanations of what is in it
 */
char *bench_page_json(const Bench *bench);

#endif
