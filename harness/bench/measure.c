/*
 * The clockwork of the benchmark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include <time.h>

#include <glib.h>

#include "measure.h"

#define MIN_ROUNDS 3

/* Values of each round, a column for each thing that is measured. */
enum {
    ROUND,
    REST,
    KIND,                           /* the first of OP_KINDS */
    COLUMNS = KIND + OP_KINDS
};

typedef struct Rounds {
    GArray *values[RUN_DEPTHS][COLUMNS];    /* NULL: none */
} Rounds;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts @values.  What else the machine does only ever adds to them. */
static double lower_quartile(GArray *values)
{
    g_array_sort(values, by_value);
    return g_array_index(values, double, values->len / 4);
}

/* One round at one depth.  Returns false on a divergence. */
static bool pass(Run *run, RunDepth depth, const Workload *w,
                 RunRecord *records, unsigned *failed, Divergence *d)
{
    run->depth = depth;
    run->agreed = false;    /* one side knows nothing of the pass before */
    for (unsigned i = 0; i < w->times; i++) {
        for (unsigned j = 0; j < w->n; j++) {
            run->record = records[j];
            if (!run_scenario(run, &w->s[j], false, d)) {
                *failed = j;
                return false;
            }
            records[j] = run->record;
        }
    }
    return true;
}

static double now_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

/*
 * How long it takes to look at the clock that run_scenario() looks at.  That
 * changes with what else the machine does.
 */
static double clock_ns(void)
{
    enum { LOOKS = 100 };
    double start = now_ns(CLOCK_MONOTONIC), end = start;

    for (unsigned i = 0; i < LOOKS; i++) {
        end = now_ns(CLOCK_MONOTONIC);
    }
    return (end - start) / LOOKS;
}

static void add(Rounds *r, RunDepth depth, unsigned column, double value)
{
    GArray **values = &r->values[depth][column];

    if (!*values) {
        *values = g_array_new(false, false, sizeof(double));
    }
    g_array_append_val(*values, value);
}

/* Run @w once at @depth, and take down what it took. */
static bool one_round(Run *run, RunDepth depth, const Workload *w,
                      RunRecord *records, Rounds *r, unsigned *failed,
                      Divergence *d)
{
    /* where operations are timed, by the same clock */
    clockid_t id = w->by_kind ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
    uint64_t ns[OP_KINDS] = { 0 };
    double clock = clock_ns(), start, round, rest;
    bool ok;

    memset(run->kinds, 0, sizeof(run->kinds));
    run->ns = w->by_kind ? ns : NULL;
    start = now_ns(id);
    ok = pass(run, depth, w, records, failed, d);
    round = now_ns(id) - start;
    run->ns = NULL;
    if (!ok) {
        return false;
    }
    add(r, depth, ROUND, round);
    rest = round;
    for (unsigned kind = 0; w->by_kind && kind < OP_KINDS; kind++) {
        uint64_t n = run->kinds[kind];

        if (n && !(op_traits[kind] & OPF_TRIGGER)) {
            /* twice for each operation: half of that is in its own time */
            add(r, depth, KIND + kind, MAX((double)ns[kind] / n - clock, 1));
            rest -= ns[kind] + n * clock;
        }
    }
    add(r, depth, REST, MAX(rest / (w->n * w->times), 1));
    return true;
}

/* Takes what is in @r away. */
static double take(Rounds *r, RunDepth depth, unsigned column)
{
    g_autoptr(GArray) values = g_steal_pointer(&r->values[depth][column]);

    return values ? lower_quartile(values) : 0;
}

static void summarize(Rounds *r, Measured *m)
{
    for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
        m->round[depth] = take(r, depth, ROUND);
        m->rest[depth] = take(r, depth, REST);
        for (unsigned kind = 0; kind < OP_KINDS; kind++) {
            m->kind[kind][depth] = take(r, depth, KIND + kind);
        }
    }
}

bool measure(Run *run, const Workload *w, double seconds, Measured *m,
             unsigned *failed, Divergence *d)
{
    g_autofree RunRecord *records = g_new0(RunRecord, w->n);
    gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
    uint64_t before = run->operations;
    Rounds r = { 0 };
    bool ok;

    *m = (Measured) { 0 };
    /* QEMU alone needs the records that this makes. */
    ok = pass(run, RUN_ALL, w, records, failed, d);
    if (!ok) {
        return false;
    }
    m->operations = run->operations - before;
    for (unsigned i = 0; ok && (i < MIN_ROUNDS ||
                                g_get_monotonic_time() < end); i++) {
        for (unsigned depth = 0; ok && depth < RUN_DEPTHS; depth++) {
            ok = one_round(run, depth, w, records, &r, failed, d);
        }
    }
    run->depth = RUN_ALL;
    memcpy(m->kinds, run->kinds, sizeof(m->kinds));
    summarize(&r, m);
    return ok;
}
