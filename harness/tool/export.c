/*
 * tlbdiff export: a divergence for those who do not have this project.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "cmd.h"
#include "harness/run/config.h"
#include "harness/run/trial.h"
#include "harness/export/guest.h"
#include "harness/export/mail.h"
#include "harness/export/program.h"

/* A scenario takes milliseconds. */
#define SECONDS 60

static gboolean as_c, as_mail, as_guest;
static char *output;

static const GOptionEntry options[] = {
    { "c", 0, 0, G_OPTION_ARG_NONE, &as_c,
      "A C program that needs QEMU alone", NULL },
    { "mail", 0, 0, G_OPTION_ARG_NONE, &as_mail,
      "The text of a report to QEMU's developers", NULL },
    { "guest", 0, 0, G_OPTION_ARG_NONE, &as_guest,
      "A guest of QEMU's mps2-an505, with its TrustZone MPC", NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Write to OUT instead of standard output", "OUT" },
    { NULL }
};

static bool write_out(const GString *text)
{
    if (output) {
        return write_file("export", output, text->str);
    }
    fputs(text->str, stdout);
    return true;
}

/*
 * Run the scenario where it may die, first.  Returns false, with a message, if
 * it does not end.
 */
static bool survive(Export *e, Run *run)
{
    Trials *t = trials_new(run, SECONDS);
    bool ends = true;

    t->reports = true;
    trial(t, &e->s);
    if (t->said->end == TRIAL_DIED) {
        e->crashed = g_steal_pointer(&t->errors);
        e->n = t->said->at == AT_SETUP ? 0 : MIN(t->said->at + 1, e->s.n);
    } else if (t->said->end == TRIAL_TIMEOUT ||
               t->said->end == TRIAL_MEMORY) {
        DivergenceText text;

        divergence_print(&t->said->d, &text);
        complain("export: %s: %s", e->file, text.what);
        ends = false;
    }
    trials_free(t);
    return ends;
}

static bool run_scenarios(Export *e)
{
    bool ends;
    Run run;

    both_sides(&run);
    e->device = run_device(&run, &e->s);
    ends = survive(e, &run);
    if (e->crashed) {
        export_run_model(e, run.oracle);
    } else if (ends) {
        export_run(e, &run);
    }
    run_free(&run);
    return ends;
}

/* Whether anything diverges is for others to see. */
static int run_guest(const Scenario *s, const char *file)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *error = NULL;
    bool ok;
    Run run;

    both_sides(&run);
    ok = export_guest(s, file, run.oracle, text, &error);
    run_free(&run);
    if (!ok) {
        complain("export: %s: %s", file, error);
        return BAD;
    }
    return write_out(text) ? AGREE : BAD;
}

static int run_export(int argc, char **argv)
{
    static Export e;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *error = NULL;
    int status;

    if (as_c + as_mail + as_guest != 1) {
        complain("export: needs one of --c, --mail and --guest; try tlbdiff "
                 "export --help");
        return BAD;
    }
    /* parts.c has no compat.h */
    if (as_c && !strcmp(TLBDIFF_BASE, "10.0")) {
        complain("export: --c: writes programs for QEMU 10.2, and this is "
                 "10.0: call the tool of a build with base 10.2");
        return BAD;
    }
    if (!load(&e.s, argv[0])) {
        return BAD;
    }
    if (as_guest) {
        return finish_stdout(run_guest(&e.s, argv[0]));
    }
    e.file = argv[0];
    if (!run_scenarios(&e)) {
        return BAD;
    }
    status = DIVERGE;
    if (!e.diverges && !e.crashed) {
        complain("export: %s: nothing diverges, there is nothing to tell",
                 argv[0]);
        status = BAD;
    } else if (e.diverges && e.d.kind == DIFFER_VOICE) {
        complain("export: %s: the attached voice stands alone: there is "
                 "nothing to tell of QEMU", argv[0]);
        status = BAD;
    } else if (as_mail) {
        export_mail(&e, text);
    } else if (!export_c(&e, text, &error)) {
        complain("export: %s: %s", argv[0], error);
        status = BAD;
    }
    if (status != BAD && !write_out(text)) {
        status = BAD;
    }
    export_free(&e);
    return finish_stdout(status);
}

const Command cmd_export = {
    .name = "export",
    .args = "FILE",
    .needs = "one file",
    .summary = "write a divergence down for others",
    .text = "Runs the scenario, and writes what is needed to speak of it to "
            "those who do not have this project.\n"
            "With --c, a C program that does the same with QEMU's own "
            "functions, prints what happens, and exits with 1 if the fault "
            "shows. Its first comment says how to build it.\n"
            "With --mail, a text: what is wrong, versions, the scenario, what "
            "was expected and observed.\n"
            "With --guest, of a scenario of the target tzmpc: a bare-metal C "
            "program for a qemu-system-arm that need not be this project's. It "
            "does what a guest can of it, compares that with what the model "
            "says, and prints `all agrees', or which operation differs. Its "
            "first comments say how to build and run it. Where an operation "
            "cannot be done by a guest of that board, the exit status is 2. "
            "This writes a scenario in which both sides agree, too; the exit "
            "status is 0.\n"
            "Otherwise, of a scenario in which both sides agree, with a predicted "
            "assertion or without, nothing is written: the exit status is "
            "2.",
    .options = options,
    .run = run_export,
};
