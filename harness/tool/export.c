/*
 * tlbdiff export: a divergence for those who do not have this project.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "harness/engine/engine-model.h"
#include "harness/run/config.h"
#include "harness/export/export.h"

static gboolean as_c, as_mail;
static char *output;

static const GOptionEntry options[] = {
    { "c", 0, 0, G_OPTION_ARG_NONE, &as_c,
      "A C program that needs QEMU alone", NULL },
    { "mail", 0, 0, G_OPTION_ARG_NONE, &as_mail,
      "The text of a report to QEMU's developers", NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Write to OUT instead of standard output", "OUT" },
    { NULL }
};

static bool write_out(const GString *text)
{
    g_autoptr(GError) err = NULL;

    if (!output) {
        fputs(text->str, stdout);
    } else if (!g_file_set_contents(output, text->str, text->len, &err)) {
        complain("export: %s", err->message);
        return false;
    }
    return true;
}

/*
 * What a sanitizer says to the scenario, and at which operation it stops it:
 * in a process of its own, since it ends that.  Returns NULL if it does not.
 */
static char *crash_of(const char *file, unsigned *op)
{
    const char *argv[] = { "/proc/self/exe", "replay", "-q", file, NULL };
    g_autofree char *text = NULL;
    const char *at;
    int status;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL,
                      NULL, NULL, NULL, &text, &status, NULL) ||
        !(strstr(text, "==ERROR: ") || strstr(text, "runtime error: "))) {
        return NULL;
    }
    at = strstr(text, "at operation ");
    *op = at ? atoi(at + strlen("at operation ")) : SCENARIO_OPS;
    return g_steal_pointer(&text);
}

static void run_both(Export *e)
{
    Run run;

    both_sides(&run);
    export_run(e, &run);
    run_free(&run);
}

static void run_model(Export *e)
{
    Engine *model = engine_model();

    export_run_model(e, model);
    model->ops->free(model);
}

static int run_export(int argc, char **argv)
{
    static Export e;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *error = NULL;
    int status;

    if (as_c == as_mail) {
        complain("export: needs one of --c and --mail; try tlbdiff export "
                 "--help");
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
    e.file = argv[0];
    e.crashed = crash_of(argv[0], &e.n);
    if (e.crashed) {
        e.n = MIN(e.n, e.s.n);
        run_model(&e);
    } else {
        run_both(&e);
    }
    status = DIVERGE;
    if (!e.diverges && !e.crashed) {
        complain("export: %s: nothing diverges, there is nothing to tell",
                 argv[0]);
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
            "Of a scenario in which both sides agree, with a predicted "
            "assertion or without, nothing is written: the exit status is "
            "2.",
    .options = options,
    .run = run_export,
};
