/*
 * tlbdiff report: what scenarios use.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmd.h"

static gboolean coverage;

static const GOptionEntry options[] = {
    { "coverage", 0, 0, G_OPTION_ARG_NONE, &coverage,
      "Print which operations and clauses the scenarios use", NULL },
    { NULL }
};

/* A clause or an operation that nothing has used is a gap: status 1. */
static int report(int argc, char **argv)
{
    int status;
    Run run;

    if (!coverage) {
        complain("report: needs --coverage; try tlbdiff report --help");
        return BAD;
    }
    run_init(&run);
    run.thorough = true;
    status = replay_all(&run, argc, argv, true);
    if (status != BAD && !report_coverage(&run, stdout)) {
        complain("report: some of these were never used");
        status = DIVERGE;
    }
    run_free(&run);
    return finish_stdout(status);
}

const Command cmd_report = {
    .name = "report",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "print which operations and clauses scenarios use",
    .text = "Runs the scenarios as replay does, and counts how often each "
            "operation was carried out and each clause of the contract "
            "decided something. The exit status is 1 if one never did.",
    .options = options,
    .run = report,
};
