/*
 * tlbdiff bench: what an operation costs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bench.h"
#include "cmd.h"

static int seconds = 5;
static gboolean json;

static const GOptionEntry options[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds,
      "How long to measure (default: 5)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json,
      "Print JSON instead of a table", NULL },
    { NULL }
};

static int bench(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = NULL;
    g_autofree Scenario *s = NULL;
    unsigned failed;
    Divergence d;
    Bench result;
    Run run;

    if (seconds < 1) {
        complain("bench: --seconds: expected at least 1, found %d", seconds);
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
    run_init(&run);
    if (!bench_run(&run, s, paths->len, seconds, &result, &failed, &d)) {
        complain("bench: %s diverges: try tlbdiff replay %s",
                 (char *)paths->pdata[failed], (char *)paths->pdata[failed]);
        return DIVERGE;
    }
    (json ? bench_json : bench_print)(&result, stdout);
    run_free(&run);
    return finish_stdout(AGREE);
}

const Command cmd_bench = {
    .name = "bench",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "measure what an operation costs",
    .text = "Measures the time of an operation, on average and for each "
            "kind: with QEMU alone, with the model beside it, and with all "
            "that is compared.",
    .options = options,
    .run = bench,
};
