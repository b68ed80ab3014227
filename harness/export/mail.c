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

static void add_versions(GString *out)
{
    P("Versions\n"
      "  QEMU      %s\n", version_qemu());
    if (TLBDIFF_PINNED) {
        P("            with these patches:\n");
        add_series(out);
    }
    P("  tlbdiff   " TLBDIFF_VERSION ", " TLBDIFF_FLAVOUR " build\n"
      "  compiler  %s\n\n", __VERSION__);
}

/* From the sanitizer's report: what it found, and where. */
static void add_stack(const char *report, GString *out)
{
    const char *begin = strstr(report, "==ERROR: ");
    const char *end;

    begin = begin ? begin : strstr(report, "runtime error: ");
    if (!begin) {
        return;
    }
    while (begin > report && begin[-1] != '\n') {
        begin--;
    }
    end = strstr(begin, "\nSUMMARY: ");
    end = end ? strchr(end + 1, '\n') : NULL;
    P("Report of the sanitizer\n%.*s\n\n",
      (int)(end ? end - begin : (long)strlen(begin)), begin);
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
static void add_result(const char *title, const Op *op, const RmResult *r,
                       const char *more, GString *out)
{
    g_autofree char *outcome = export_outcome(op, r);

    P("%s\n", title);
    for (unsigned i = 0; i < rm_log_len(&r->log); i++) {
        char line[160];

        event_print(&r->log.ev[i], line, sizeof(line));
        P("  %s\n", line);
    }
    P("  %s\n%s%s%s\n", outcome, *more ? "  " : "", more, *more ? "\n" : "");
}

static void add_subject(const Export *e, GString *out)
{
    P("Subject: [BUG] accel/tcg: ");
    if (e->crashed) {
        const char *summary = strstr(e->crashed, "SUMMARY: ");

        P("%.*s\n\n", summary ? (int)strcspn(summary + 9, "\n/") : 20,
          summary ? summary + 9 : "the emulator crashes");
    } else {
        P("broken: %s\n\n", rm_clause_text(e->d.clause));
    }
}

void export_mail(const Export *e, GString *out)
{
    g_autoptr(GString) scenario = g_string_new(NULL);
    DivergenceText text;

    divergence_print(&e->d, &text);
    add_subject(e, out);
    if (e->diverges && e->d.op < e->s.n) {
        g_autoptr(GString) op = g_string_new(NULL);

        text_print_op(op, &e->s.ops[e->d.op]);
        P("At the last operation below,\n  %s\n%s.\n\n", op->str, text.what);
    } else if (e->diverges) {
        P("After all operations below, %s.\n\n", text.what);
    }
    add_versions(out);
    text_print(scenario, &e->s);
    add_text("Scenario (tlbdiff replay FILE)", scenario->str, out);
    if (e->diverges && e->d.op < e->s.n) {
        const Op *op = &e->s.ops[e->d.op];
        const ExportOp *last = &e->op[e->d.op];

        add_result("Expected", op, &last->want.r, text.expected, out);
        add_result("Observed", op, &last->seen.r, text.observed, out);
        if (last->seen.assertion[0]) {
            P("Assertion\n  %s\n\n", last->seen.assertion);
        }
    }
    if (e->crashed) {
        add_stack(e->crashed, out);
    }
    P("`tlbdiff export --c` writes a C program that shows it with QEMU "
      "alone.\n");
}
