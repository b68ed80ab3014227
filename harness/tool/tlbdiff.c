/*
 * The tool: the table of its commands, and main().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "cmd.h"
#include "manual.h"
#include "harness/qemu/engine.h"
#include "harness/run/version.h"
#include "harness/scenario/target.h"

const Command *const commands[] = {
    &cmd_replay,
    &cmd_minimize,
    &cmd_triage,
    &cmd_findings,
    &cmd_explain,
    &cmd_report,
    &cmd_bench,
    &cmd_show,
    &cmd_encode,
    &cmd_export,
    &cmd_bisect,
    &cmd_zoo,
    &cmd_exhaust,
    &cmd_schedules,
    NULL
};

static void print_usage(void)
{
    printf("Usage: tlbdiff COMMAND [OPTION...] FILE...\n\n");
    for (const Command *const *c = commands; *c; c++) {
        g_autofree char *call = g_strconcat((*c)->name, " ", (*c)->args,
                                            NULL);

        printf("  %-20s  %s\n", call, (*c)->summary);
    }
    printf("\n" HELP_FORMS "\n" HELP_STATUSES "\n"
           "tlbdiff COMMAND --help says more of a command, tlbdiff --version "
           "what is tested.\n");
}

/* Append @paragraph, for people with 80 columns. */
static void wrap(GString *out, const char *paragraph)
{
    g_auto(GStrv) words = g_strsplit(paragraph, " ", -1);
    size_t column = 0;

    for (unsigned i = 0; words[i]; i++) {
        size_t len = strlen(words[i]);
        bool fits = column + 1 + len < 80;

        g_string_append(out, !i ? "" : fits ? " " : "\n");
        g_string_append(out, words[i]);
        column = i && fits ? column + 1 + len : len;
    }
}

static char *wrapped(const char *text)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; paragraphs[i]; i++) {
        g_string_append(out, i ? "\n\n" : "");
        wrap(out, paragraphs[i]);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static int run_command(const Command *c, int argc, char **argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(c->args);
    g_autofree char *text = wrapped(c->text);
    g_autofree char *name = g_strconcat("tlbdiff ", c->name, NULL);
    g_autoptr(GError) err = NULL;

    g_set_prgname(name);     /* for the line "Usage:" */
    g_option_context_set_summary(context, text);
    g_option_context_set_description(context, HELP_FORMS "\n"
                                         HELP_STATUSES);
    if (c->options) {
        g_option_context_add_main_entries(context, c->options, NULL);
    }
    if (!g_option_context_parse(context, &argc, &argv, &err)) {
        complain("%s: %s; try tlbdiff %s --help", c->name, err->message,
                 c->name);
        return BAD;
    }
    if (c->instead && *c->instead) {
        return c->run(argc - 1, argv + 1);
    }
    if (c->many ? argc < 2 : argc != 2) {
        complain("%s: needs %s; try tlbdiff %s --help", c->name, c->needs,
                 c->name);
        return BAD;
    }
    return c->run(argc - 1, argv + 1);
}

/* What the checkers are that QEMU is tested with. */
static void print_devices(void)
{
    for (unsigned i = 0; i < TARGETS; i++) {
        const Target *t = &target_table[i];

        if (t->checker != RM_NO_CHECKER) {
            printf("%s: %s, by %s\n", t->name, engine_device(t->checker),
                   t->specification);
        }
    }
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    program = argv[0];
    if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
        print_usage();
        return finish_stdout(AGREE);
    }
    if (!strcmp(name, "--version")) {
        version_print();
        print_devices();
        return finish_stdout(AGREE);
    }
    /* for the build; people have its results */
    if (!strcmp(name, "--man-page")) {
        manual_page(stdout);
        return finish_stdout(AGREE);
    }
    if (!strcmp(name, "--completion")) {
        manual_completion(stdout);
        return finish_stdout(AGREE);
    }
    for (const Command *const *c = commands; *c; c++) {
        if (!strcmp(name, (*c)->name)) {
            return run_command(*c, argc - 1, argv + 1);
        }
    }
    complain(*name ? "unknown command '%s'; try tlbdiff --help" :
                     "no command%s; try tlbdiff --help", name);
    return BAD;
}
