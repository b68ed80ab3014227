/*
 * What the comparison costs: all that is measured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <sys/resource.h>
#include <unistd.h>

#include <glib.h>

#include "bench.h"
#include "measure.h"

/* The parts of the benchmark, which share the time. */
#define PARTS 3

#define EMPTY_TIMES 1000

static void progress(const char *what)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[K%s", what);
    }
}

static bool part(Run *run, const Workload *w, double seconds, Measured *m,
                 BenchFailure *failure)
{
    unsigned failed;

    if (!measure(run, w, seconds, m, &failed, &failure->d)) {
        failure->s = &w->s[failed];
        return false;
    }
    return true;
}

static bool overall(Run *run, const Scenario *s, unsigned n, double seconds,
                    Bench *bench, BenchFailure *failure)
{
    const Workload w = { .s = s, .n = n, .times = 1 };
    Measured m;

    progress("measuring all operations");
    if (!part(run, &w, seconds, &m, failure)) {
        return false;
    }
    bench->scenarios = n;
    bench->operations = m.operations;
    for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
        bench->ns[depth] = m.round[depth] / MAX(m.operations, 1);
    }
    return true;
}

static bool by_kind(Run *run, const Scenario *s, unsigned n, double seconds,
                    Bench *bench, BenchFailure *failure)
{
    const Workload w = { .s = s, .n = n, .times = 1, .by_kind = true };
    Measured m;

    progress("measuring each kind of operation");
    if (!part(run, &w, seconds, &m, failure)) {
        return false;
    }
    memcpy(bench->kinds, m.kinds, sizeof(m.kinds));
    memcpy(bench->kind_ns, m.kind, sizeof(m.kind));
    memcpy(bench->reset_ns, m.rest, sizeof(m.rest));
    return true;
}

static bool empty(Run *run, double seconds, Bench *bench,
                  BenchFailure *failure)
{
    const Scenario nothing = {
        .setup = { .pt = PT_IDENTITY, .iommu = IOMMU_OPEN },
    };
    const Workload w = { .s = &nothing, .n = 1, .times = EMPTY_TIMES };
    Measured m;

    progress("measuring the reset");
    failure->made = nothing;
    if (!part(run, &w, seconds, &m, failure)) {
        failure->s = &failure->made;
        return false;
    }
    for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
        bench->empty_ns[depth] = m.round[depth] / EMPTY_TIMES;
    }
    return true;
}

static bool growth(Run *run, double seconds, Bench *bench,
                   BenchFailure *failure)
{
    progress("measuring how it grows");
    failure->s = &failure->made;
    return growth_measure(run, seconds, bench->growths, &failure->made,
                          &failure->d);
}

bool bench_run(Run *run, const Scenario *s, unsigned n, unsigned seconds,
               Bench *bench, BenchFailure *failure)
{
    double share = (double)seconds / PARTS;
    struct rusage usage;
    bool ok;

    *bench = (Bench) { 0 };
    ok = overall(run, s, n, share, bench, failure) &&
         by_kind(run, s, n, share, bench, failure) &&
         empty(run, share / 10, bench, failure) &&
         growth(run, share, bench, failure);
    progress("");
    getrusage(RUSAGE_SELF, &usage);
    bench->rss_kib = usage.ru_maxrss;
    return ok;
}
