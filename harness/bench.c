/*
 * What the comparison costs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <sys/resource.h>

#include <glib.h>

#include "bench.h"
#include "text.h"

static const char *const depth_names[RUN_DEPTHS] = {
    [RUN_SUBJECT] = "QEMU alone",
    [RUN_BOTH] = "QEMU and the model",
    [RUN_ALL] = "all comparisons",
};

/* One pass over all scenarios.  Returns the time that it took. */
static double pass(Run *run, RunDepth depth, const Scenario *s, unsigned n,
                   RunRecord *records, unsigned *failed, Divergence *d)
{
    gint64 start = g_get_monotonic_time();

    run->depth = depth;
    run->agreed = false;    /* one side knows nothing of the pass before */
    for (*failed = 0; *failed < n; ++*failed) {
        run->record = records[*failed];
        if (!run_scenario(run, &s[*failed], false, d)) {
            return -1;
        }
        records[*failed] = run->record;
    }
    return (g_get_monotonic_time() - start) * 1e3;
}

/* Time for each kind, less what taking the time costs. */
static void by_kind(Run *run, const Scenario *s, unsigned n,
                    RunRecord *records, Bench *bench)
{
    Divergence d;
    unsigned failed;

    for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
        uint64_t ns[OP_KINDS] = { 0 };

        memset(run->kinds, 0, sizeof(run->kinds));
        run->ns = ns;
        for (unsigned i = 0; i < 3; i++) {
            pass(run, depth, s, n, records, &failed, &d);
        }
        run->ns = NULL;
        for (unsigned kind = 0; kind < OP_KINDS; kind++) {
            bench->kind_ns[depth][kind] =
                (double)ns[kind] / MAX(run->kinds[kind], 1);
            bench->kinds[kind] = run->kinds[kind] / 3;
        }
    }
}

bool bench_run(Run *run, const Scenario *s, unsigned n, unsigned seconds,
               Bench *bench, unsigned *failed, Divergence *d)
{
    g_autofree RunRecord *records = g_new0(RunRecord, n);
    double time[RUN_DEPTHS] = { 0 }, all = 0;
    uint64_t before = run->operations;
    struct rusage usage;
    unsigned rounds = 0;

    *bench = (Bench) { 0 };
    if (pass(run, RUN_ALL, s, n, records, failed, d) < 0) {
        return false;
    }
    bench->operations = run->operations - before;
    while (all < seconds * 1e9) {
        for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
            time[depth] += pass(run, depth, s, n, records, failed, d);
        }
        all = time[RUN_ALL] + time[RUN_BOTH] + time[RUN_SUBJECT];
        rounds++;
    }
    for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
        bench->ns[depth] = time[depth] / rounds / MAX(bench->operations, 1);
    }
    by_kind(run, s, n, records, bench);
    getrusage(RUSAGE_SELF, &usage);
    bench->rss_kib = usage.ru_maxrss;
    return true;
}

void bench_print(const Bench *bench, FILE *out)
{
    fprintf(out, "%-24s %14s %10s %8s\n", "", "operations/s", "ns each",
            "speed");
    for (unsigned i = RUN_DEPTHS; i-- > 0;) {
        fprintf(out, "%-24s %14.0f %10.0f %7.0f%%\n", depth_names[i],
                1e9 / bench->ns[i], bench->ns[i],
                100 * bench->ns[RUN_SUBJECT] / bench->ns[i]);
    }
    fprintf(out, "\n%-24s %10s %12s %12s %12s\n", "ns each, by operation",
            "how many", depth_names[RUN_SUBJECT], "with model",
            "compared");
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);

        if (bench->kinds[kind] && kind != OP_REACT) {
            fprintf(out, "%-24s %10" G_GUINT64_FORMAT " %12.0f %12.0f %12.0f"
                    "\n", name, bench->kinds[kind],
                    bench->kind_ns[RUN_SUBJECT][kind],
                    bench->kind_ns[RUN_BOTH][kind],
                    bench->kind_ns[RUN_ALL][kind]);
        }
    }
    fprintf(out, "\npeak memory: %" G_GUINT64_FORMAT " MiB\n",
            bench->rss_kib / 1024);
}

void bench_json(const Bench *bench, FILE *out)
{
    const char *comma = "";

    fprintf(out, "{\"operations\": %" G_GUINT64_FORMAT
            ", \"rss_kib\": %" G_GUINT64_FORMAT
            ", \"ns\": {\"qemu\": %.1f, \"model\": %.1f, \"all\": %.1f}"
            ", \"kinds\": {", bench->operations, bench->rss_kib,
            bench->ns[RUN_SUBJECT], bench->ns[RUN_BOTH], bench->ns[RUN_ALL]);
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);

        if (bench->kinds[kind] && kind != OP_REACT) {
            fprintf(out, "%s\"%s\": {\"count\": %" G_GUINT64_FORMAT
                    ", \"qemu\": %.1f, \"model\": %.1f, \"all\": %.1f}",
                    comma, name, bench->kinds[kind],
                    bench->kind_ns[RUN_SUBJECT][kind],
                    bench->kind_ns[RUN_BOTH][kind],
                    bench->kind_ns[RUN_ALL][kind]);
            comma = ", ";
        }
    }
    fprintf(out, "}}\n");
}
