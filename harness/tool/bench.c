/*
 * tlbdiff bench: what an operation costs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/bench/check.h"
#include "harness/run/report.h"
#include "cmd.h"

static struct {
    int seconds, tolerance;
    gboolean json;
    char *html, *check;
} given = { .seconds = 10, .tolerance = 25 };

static const GOptionEntry options[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &given.seconds,
      "How long to measure (default: 10)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &given.json,
      "Print JSON instead of tables", NULL },
    { "html", 0, 0, G_OPTION_ARG_FILENAME, &given.html,
      "Write a page with tables and plots, too", "FILE" },
    { "check", 0, 0, G_OPTION_ARG_FILENAME, &given.check,
      "Compare ratios with this output of --json", "FILE" },
    { "tolerance", 0, 0, G_OPTION_ARG_INT, &given.tolerance,
      "How much larger a ratio may be, in percent (default: 25)", "N" },
    { NULL }
};

/* Say which ratios are worse than those of @then, the baseline. */
static int check(const Bench *then, const Bench *now)
{
    g_autoptr(GArray) ratios = bench_ratios(then, now);
    unsigned worse = 0;

    for (unsigned i = 0; i < ratios->len; i++) {
        const BenchRatio *r = &g_array_index(ratios, BenchRatio, i);
        double percent = bench_ratio_worse(r);

        if (percent > given.tolerance) {
            complain("bench: %s, %s: %.2f times QEMU alone, %.2f in %s: "
                     "%.0f%% more", r->name, bench_depth(r->depth), r->now,
                     r->then, given.check, percent);
            worse++;
        }
    }
    if (!given.json) {
        printf("\n%u of %u ratios are more than %d%% worse than in %s%s\n",
               worse, ratios->len, given.tolerance, given.check,
               now->operations == then->operations ? "" :
               ", which is of other operations");
    }
    return worse ? DIVERGE : AGREE;
}

static int fail(const Run *run, const BenchFailure *f, const Scenario *s,
                GPtrArray *paths)
{
    if (f->s == &f->made) {
        complain("bench: a scenario of its own diverges");
        run_report(run, f->s, &f->d, NULL, stdout);
    } else {
        const char *path = paths->pdata[f->s - s];

        complain("bench: %s diverges: try tlbdiff replay %s", path, path);
    }
    return DIVERGE;
}

static int measure_files(const Scenario *s, GPtrArray *paths)
{
    static BenchFailure failure;
    g_autofree char *error = NULL;
    int status = AGREE;
    Bench then, now;
    Run run;

    /* a bad one is refused before there is anything to wait for */
    if (given.check && !bench_load(&then, given.check, &error)) {
        complain("bench: %s", error);
        return BAD;
    }
    both_sides(&run);
    run.thorough = false;
    if (!bench_run(&run, s, paths->len, given.seconds, &now, &failure)) {
        return fail(&run, &failure, s, paths);
    }
    (given.json ? bench_json : bench_print)(&now, stdout);
    if (given.check) {
        status = check(&then, &now);
    }
    if (given.html) {
        g_autofree char *data = bench_page_json(&now);

        if (!write_page("bench", given.html, "bench.html", data)) {
            status = BAD;
        }
    }
    run_free(&run);
    return finish_stdout(status);
}

static int bench(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = NULL;
    g_autofree Scenario *s = NULL;

    if (given.seconds < 1) {
        complain("bench: --seconds: expected at least 1, found %d",
                 given.seconds);
        return BAD;
    }
    if (given.tolerance < 0) {
        complain("bench: --tolerance: expected at least 0, found %d",
                 given.tolerance);
        return BAD;
    }
    paths = all_paths(argc, argv);
    if (!paths) {
        return BAD;
    }
    s = g_new(Scenario, paths->len);
    for (unsigned i = 0; i < paths->len; i++) {
        if (!load(&s[i], paths->pdata[i])) {
            return BAD;
        }
    }
    return measure_files(s, paths);
}

const Command cmd_bench = {
    .name = "bench",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "measure what an operation costs",
    .text = "Measures the time of an operation: with QEMU alone, with the "
            "model beside it, and with all that is compared; on average, for "
            "each kind, and how it grows with mappings, the TLB's size, the "
            "length of a scenario, IOMMUs and CPUs.\n"
            "With --check, status 1 if a ratio, of what the model or all "
            "comparisons cost by what QEMU alone costs, has grown.",
    .options = options,
    .run = bench,
};
