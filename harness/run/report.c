/*
 * A divergence, for a person to read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/compare/event.h"
#include "report.h"
#include "harness/scenario/text.h"

/* Operations shown before the one that diverges. */
#define CONTEXT_OPS 8
#define COLUMN      62

static void print_op(const Scenario *s, unsigned i, const char *mark,
                     FILE *out)
{
    g_autoptr(GString) line = g_string_new(NULL);

    text_print_op(line, &s->ops[i]);
    fprintf(out, "%s%3u  %s\n", mark, i + 1, line->str);
}

static void print_logs(const Run *run, FILE *out)
{
    const RmLog *want = &run->want.r.log, *seen = &run->seen.r.log;
    unsigned n = MAX(rm_log_len(want), rm_log_len(seen));

    if (!n) {
        return;
    }
    fprintf(out, "  %-*s  %s\n", COLUMN, "events expected",
            "events observed");
    for (unsigned i = 0; i < n; i++) {
        char left[160] = "", right[160] = "";

        if (i < rm_log_len(want)) {
            event_print(&want->ev[i], left, sizeof(left));
        }
        if (i < rm_log_len(seen)) {
            event_print(&seen->ev[i], right, sizeof(right));
        }
        fprintf(out, "  %-*s %c %s\n", COLUMN, left,
                strcmp(left, right) ? '|' : ' ', right);
    }
}

static void print_last(const Scenario *s, unsigned op, FILE *out)
{
    unsigned first = op > CONTEXT_OPS ? op - CONTEXT_OPS : 0;

    fprintf(out, "the last operations:\n");
    if (first) {
        fprintf(out, "  ... (%u before)\n", first);
    }
    for (unsigned i = first; i < s->n && i <= op; i++) {
        print_op(s, i, i == op ? "=>" : "  ", out);
    }
}

void run_report(const Run *run, const Scenario *s, const Divergence *d,
                const char *replay, FILE *out)
{
    g_autoptr(GString) setup = g_string_new(NULL);
    DivergenceText text;

    fprintf(out, "DIVERGENCE %s%s: %s\n", rm_clause_name(d->clause),
            d->kind == DIFFER_VOICE ? ", of the attached voice alone" : "",
            rm_clause_text(d->clause));
    if (d->op < s->n) {
        g_autoptr(GString) line = g_string_new(NULL);

        text_print_op(line, &s->ops[d->op]);
        fprintf(out, "at operation %u of %u: %s\n", d->op + 1, s->n,
                line->str);
    } else if (d->op == AT_SETUP) {
        text_print_setup(setup, &s->setup);
        fprintf(out, "in the set-up, before the first operation: %s\n",
                setup->str);
    } else {
        fprintf(out, "after the last operation\n");
    }
    divergence_print(d, &text);
    fprintf(out, "  %s\n", text.what);
    if (text.expected[0] || text.observed[0]) {
        fprintf(out, "  expected: %s\n  observed: %s\n", text.expected,
                text.observed);
    }
    if (run_device(run, s) && divergence_of_device(d)) {
        fprintf(out, "  the device: %s\n", run_device(run, s));
    }
    if (d->alone) {
        fprintf(out, "  %s\n", voice_verdict(d->alone));
    }
    /* of who died, no events are known; those here are of another run */
    if (d->op < s->n && d->kind != DIFFER_DEATH) {
        print_logs(run, out);
    }

    if (d->op != AT_SETUP) {
        print_last(s, d->op, out);
    }
    if (replay) {
        fprintf(out, "to see it again: %s\n", replay);
    }
}

void report_memory_error(void *opaque, const char *sanitizer,
                         const char *error)
{
    Run *run = opaque;
    Divergence d = { .op = run->at, .kind = DIFFER_DEATH };

    /* with abort_on_error, as under AFL++, it calls abort() */
    if (run->subject->ops->dying) {
        run->subject->ops->dying(run->subject);
    }
    if (run->scenario) {
        /* a sanitizer's own report says what it has found */
        death_found(&d.death, sanitizer, sanitizer ? "" : error);
        d.clause = death_clause(&d.death);
        run_report(run, run->scenario, &d, NULL, stderr);
    }
}
