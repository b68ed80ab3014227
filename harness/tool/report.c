/*
 * tlbdiff report: what scenarios use.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "campaign.h"
#include "cmd.h"
#include "harness/run/coverage.h"

static gboolean coverage;
static char *html, *samples, *lines;
static char **found;

static const GOptionEntry options[] = {
    { "coverage", 0, 0, G_OPTION_ARG_NONE, &coverage,
      "Print which operations and clauses the scenarios use", NULL },
    { "html", 0, 0, G_OPTION_ARG_FILENAME, &html,
      "Write a page of a campaign, whose corpus the scenarios are", "OUT" },
    { "samples", 0, 0, G_OPTION_ARG_FILENAME, &samples,
      "Of the page: how far the campaign was at each second", "FILE" },
    { "lines", 0, 0, G_OPTION_ARG_FILENAME, &lines,
      "Of the page: what ci/coverage.sh has printed", "FILE" },
    { "found", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &found,
      "Of the page: a finding, explained in FILE.html beside it; may be given "
      "several times", "FILE" },
    { NULL }
};

static bool read_text(const char *path, char **text)
{
    g_autoptr(GError) err = NULL;

    if (path && !g_file_get_contents(path, text, NULL, &err)) {
        complain("report: %s", err->message);
        return false;
    }
    return true;
}

static bool write_report(const Run *run, const Campaign *c)
{
    g_autofree char *data = campaign_json(run, c);

    return write_page("report", html, "campaign.html", data);
}

/* A clause or an operation that nothing has used is a gap: status 1. */
static int run_and_report(const Campaign *c, int argc, char **argv)
{
    int status;
    Run run;

    both_sides(&run);
    status = replay_all(&run, argc, argv, true);
    if (status != BAD && coverage && !report_coverage(&run, stdout)) {
        complain("report: some of these were never used");
        status = DIVERGE;
    }
    if (status != BAD && html && !write_report(&run, c)) {
        status = BAD;
    }
    run_free(&run);
    return finish_stdout(status);
}

static int report(int argc, char **argv)
{
    Campaign c = { .found = found };
    int status = BAD;

    if (!coverage && !html) {
        complain("report: needs --coverage or --html; try tlbdiff report "
                 "--help");
    } else if (read_text(samples, &c.samples) &&
               read_text(lines, &c.coverage)) {
        status = run_and_report(&c, argc, argv);
    }
    g_free(c.samples);
    g_free(c.coverage);
    g_free(html);
    g_free(samples);
    g_free(lines);
    g_strfreev(found);
    return status;
}

const Command cmd_report = {
    .name = "report",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "print which operations and clauses scenarios use",
    .text = "Runs the scenarios as replay does, and counts how often each "
            "operation was carried out and each clause of the contract "
            "decided something. With --coverage, the exit status is 1 if "
            "one never did. ci/report.sh makes the page of a campaign.",
    .options = options,
    .run = report,
};
