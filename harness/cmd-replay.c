/*
 * tlbdiff replay: run scenarios through both sides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmd.h"

static gboolean events, quiet;

static const GOptionEntry options[] = {
    { "events", 0, 0, G_OPTION_ARG_NONE, &events,
      "Print QEMU's events, one a line", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet,
      "Print divergences only", NULL },
    { NULL }
};

static void events_of(Run *run, const Op *op)
{
    const RmResult *r = &run->seen.r;
    char line[160];

    for (unsigned i = 0; i < rm_log_len(&r->log); i++) {
        event_print(&r->log.ev[i], line, sizeof(line));
        printf("%u %s\n", run->at, line);
    }
    printf("%u status=%d value=0x%" G_GINT64_MODIFIER "x\n", run->at,
           r->status, r->value);
}

static const RunWatch print_events = { .after = events_of };

static int replay_file(Run *run, const char *path, bool quiet)
{
    static Scenario s;
    g_autofree char *command = NULL;
    Divergence d;

    if (!load(&s, path)) {
        return BAD;
    }
    if (run->watch) {
        printf("scenario %s\n", path);
    }
    if (!run_scenario(run, &s, !run->watch, &d)) {
        command = g_strdup_printf("build/tlbdiff replay %s", path);
        run_report(run, &s, &d, command, stdout);
        return DIVERGE;
    }
    if (!quiet && !run->watch) {
        printf("ok %s (%u operations%s)\n", path, s.n,
               run->seen.r.status == RM_ASSERTED ?
               ", ends with the predicted addend conflict" : "");
    }
    return AGREE;
}

int replay_all(Run *run, int argc, char **argv, bool quiet)
{
    g_autoptr(GPtrArray) paths = all_paths(argc, argv);
    int status = paths ? AGREE : BAD;

    for (unsigned i = 0; status != BAD && i < paths->len; i++) {
        int one = replay_file(run, paths->pdata[i], quiet);

        status = MAX(status, one);
    }
    return status;
}

static int replay(int argc, char **argv)
{
    int status;
    Run run;

    run_init(&run);
    run.thorough = true;
    run.watch = events ? &print_events : NULL;
    status = replay_all(&run, argc, argv, quiet);
    if (!events && run.scenarios > 1 && status != BAD) {
        printf("%" G_GUINT64_FORMAT " scenarios, %" G_GUINT64_FORMAT
               " operations\n", run.scenarios, run.operations);
    }
    run_free(&run);
    return finish_stdout(status);
}

const Command cmd_replay = {
    .name = "replay",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "run scenarios through QEMU and the model",
    .text = "Runs each scenario through QEMU and through the reference "
            "model, compares all that can be observed after each operation, "
            "and does it twice: the second time must be as the first.\n"
            "What diverges is reported: the clause of the contract, the "
            "operation, what both sides did, and the operations before.",
    .options = options,
    .run = replay,
};
