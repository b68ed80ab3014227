/*
 * The results of the benchmark, as tables for people.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "bench.h"
#include "harness/scenario/text.h"

static const char *const depths[RUN_DEPTHS] = {
    [RUN_SUBJECT] = "QEMU alone",
    [RUN_BOTH] = "with the model",
    [RUN_ALL] = "all comparisons",
};

const char *bench_depth(RunDepth depth)
{
    return depths[depth];
}

static void heading(const char *what, const char *of, FILE *out)
{
    fprintf(out, "\n%-28s %10s %14s %14s %15s %7s\n", what, of,
            depths[RUN_SUBJECT], depths[RUN_BOTH], depths[RUN_ALL], "ratio");
}

static void row(const char *what, const char *of, const double ns[RUN_DEPTHS],
                FILE *out)
{
    fprintf(out, "%-28s %10s %14.0f %14.0f %15.0f %6.1fx\n", what, of,
            ns[RUN_SUBJECT], ns[RUN_BOTH], ns[RUN_ALL],
            ns[RUN_ALL] / ns[RUN_SUBJECT]);
}

static void print_growth(const Growth *g, FILE *out)
{
    for (unsigned i = 0; i < g->n; i++) {
        g_autofree char *x = g_strdup_printf("%u", g->x[i]);

        row(i ? "" : g->name, x, g->ns[i], out);
    }
}

void bench_print(const Bench *bench, FILE *out)
{
    fprintf(out, "%-28s %10s %14s %14s\n", "", "ns each", "operations/s",
            "speed");
    for (unsigned i = RUN_DEPTHS; i-- > 0;) {
        fprintf(out, "%-28s %10.0f %14.0f %13.0f%%\n", depths[i],
                bench->ns[i], 1e9 / bench->ns[i],
                100 * bench->ns[RUN_SUBJECT] / bench->ns[i]);
    }
    heading("ns, by operation", "how many", out);
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);
        g_autofree char *n = g_strdup_printf("%" G_GUINT64_FORMAT,
                                             bench->kinds[kind]);

        if (bench_kind(bench, kind)) {
            row(name, n, bench->kind_ns[kind], out);
        }
    }
    heading("ns, reset of a scenario", "", out);
    row("that is empty", "", bench->empty_ns, out);
    row("of these, on average", "", bench->reset_ns, out);
    heading("ns, as it grows with", "from, to", out);
    for (unsigned i = 0; i < GROWTHS; i++) {
        print_growth(&bench->growths[i], out);
    }
    fprintf(out, "\npeak memory: %" G_GUINT64_FORMAT " MiB\n",
            bench->rss_kib / 1024);
}
