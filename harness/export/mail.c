/*
 * The text of a report to QEMU's developers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/compare/event.h"
#include "harness/run/config.h"
#include "mail.h"
#include "op.h"
#include "program.h"
#include "harness/scenario/text.h"
#include "harness/run/version.h"

#define P(...) g_string_append_printf(out, __VA_ARGS__)

static void add_series(GString *out)
{
    g_autofree char *path = g_build_filename(TLBDIFF_SOURCE_DIR,
                                             TLBDIFF_SERIES, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return;
    }
    lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        if (lines[i][0] && lines[i][0] != '#') {
            P("            %s\n", lines[i]);
        }
    }
}

static void add_versions(const Export *e, GString *out)
{
    P("Versions\n"
      "  QEMU      %s\n", version_qemu());
    if (TLBDIFF_PINNED) {
        P("            with these patches:\n");
        add_series(out);
    }
    if (e->device) {
        P("  device    %s\n", e->device);
    }
    P("  tlbdiff   " TLBDIFF_VERSION ", " TLBDIFF_FLAVOUR " build\n"
      "  compiler  %s\n\n", __VERSION__);
}

/* Files of ours are named from the root, wherever it is on this machine. */
static void add_line_of_stack(const char *line, GString *out)
{
    static const char up[] = "/../";
    const char *file = strstr(line, up);
    const char *path = file;

    if (!file) {
        P("%s\n", line);
        return;
    }
    while (path > line && path[-1] != ' ') {
        path--;
    }
    P("%.*s%s\n", (int)(path - line), line, file + strlen(up));
}

/* From the sanitizer's report: what it found, and where. */
static void add_stack(const char *report, GString *out)
{
    const char *begin = strstr(report, "==ERROR: ");
    const char *end;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    begin = begin ? begin : strstr(report, "runtime error: ");
    if (!begin) {
        return;
    }
    while (begin > report && begin[-1] != '\n') {
        begin--;
    }
    end = strstr(begin, "\nSUMMARY: ");
    end = end ? strchr(end + 1, '\n') : NULL;
    text = g_strndup(begin, end ? (gsize)(end - begin) : strlen(begin));
    lines = g_strsplit(text, "\n", -1);
    P("Report of the sanitizer\n");
    for (unsigned i = 0; lines[i]; i++) {
        add_line_of_stack(lines[i], out);
    }
    P("\n");
}

static void add_text(const char *title, const char *text, GString *out)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    P("%s\n", title);
    for (unsigned i = 0; lines[i] && (lines[i][0] || lines[i + 1]); i++) {
        P("  %s\n", lines[i]);
    }
    P("\n");
}

/* One line each: an event, then how it ended. */
static char *result_text(const Op *op, const RmResult *r, const char *more)
{
    g_autofree char *outcome = export_outcome(op, r);
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < rm_log_len(&r->log); i++) {
        char line[160];

        event_print(&r->log.ev[i], line, sizeof(line));
        P("  %s\n", line);
    }
    P("  %s\n%s%s%s\n", outcome, *more ? "  " : "", more, *more ? "\n" : "");
    return g_string_free(out, FALSE);
}

/* What the audit finds shows in the TLB, and not yet in a result. */
static void add_results(const Op *op, const ExportOp *last,
                        const DivergenceText *text, GString *out)
{
    g_autofree char *want = result_text(op, &last->want.r, text->expected);
    g_autofree char *seen = result_text(op, &last->seen.r, text->observed);

    if (strcmp(want, seen)) {
        P("Expected\n%sObserved\n%s", want, seen);
    } else {
        P("Its result, which is as expected: what is wrong is left in the "
          "TLB\n%s", seen);
    }
    if (last->seen.assertion[0]) {
        P("Assertion\n  %s\n\n", last->seen.assertion);
    }
}

/* A program, where one can be made, shows it without this project. */
static void add_way_to_see_it(const Export *e, GString *out)
{
    g_autofree char *name = g_path_get_basename(e->file);
    g_autoptr(GString) program = g_string_new(NULL);
    g_autofree char *error = NULL;

    if (export_c(e, program, &error)) {
        P("`tlbdiff export --c %s` writes a C program that shows it with QEMU "
          "alone.\n", name);
    } else {
        P("`tlbdiff replay %s` shows it.\n", name);
    }
}

/* Where the fault is to be looked for. */
static char *area_of(const Export *e)
{
    g_autofree char *file = e->device ? g_path_get_basename(e->device) : NULL;
    const char *summary = e->crashed ? strstr(e->crashed, "SUMMARY: ") : NULL;

    if (file && e->crashed ? summary && strstr(summary, file) :
                             file && divergence_of_device(&e->d)) {
        /* who was not told of a change, or did not listen? */
        return e->d.clause == RM_C13_NOTIFY && !e->crashed ?
               g_strdup_printf("%s, accel/tcg", e->device) :
               g_strdup(e->device);
    }
    return g_strdup("accel/tcg");
}

static void add_subject(const Export *e, GString *out)
{
    g_autofree char *area = area_of(e);

    P("Subject: [BUG] %s: ", area);
    if (e->crashed) {
        const char *summary = strstr(e->crashed, "SUMMARY: ");
        /* the sanitizer, what it found, where, and in which function */
        g_auto(GStrv) words = g_strsplit_set(summary ? summary : "", " \n", 7);

        unsigned n = g_strv_length(words);

        if (n > 5 && words[5][0]) {
            P("%s %s in %s\n\n", words[1], words[2], words[5]);
        } else {
            P("%s\n\n", n > 2 ? words[2] : "the emulator crashes");
        }
    } else {
        P("broken: %s\n\n", rm_clause_text(e->d.clause));
    }
}

void export_mail(const Export *e, GString *out)
{
    g_autoptr(GString) scenario = g_string_new(NULL);
    g_autofree Scenario *run = g_memdup2(&e->s, sizeof(e->s));
    DivergenceText text;

    divergence_print(&e->d, &text);
    add_subject(e, out);
    if (e->diverges && e->d.op < e->s.n) {
        g_autoptr(GString) op = g_string_new(NULL);

        text_print_op(op, &e->s.ops[e->d.op]);
        P("At the last operation below,\n  %s\n%s.\n\n", op->str, text.what);
    } else if (e->diverges) {
        P("%s, %s.\n\n", e->d.op == AT_SETUP ? "After the set-up below" :
          "After all operations below", text.what);
    }
    add_versions(e, out);
    if (e->diverges && (e->d.op < e->s.n || e->d.op == AT_SETUP)) {
        run->n = e->n;
    }
    text_print(scenario, run);
    add_text("Scenario (tlbdiff replay FILE)", scenario->str, out);
    if (e->diverges && e->d.op < e->s.n) {
        add_results(&e->s.ops[e->d.op], &e->op[e->d.op], &text, out);
    }
    if (e->diverges && e->d.op == AT_SETUP) {
        P("Expected\n  %s\n\nObserved\n  %s\n\n", text.expected,
          text.observed);
    }
    if (e->crashed) {
        add_stack(e->crashed, out);
    }
    add_way_to_see_it(e, out);
}
