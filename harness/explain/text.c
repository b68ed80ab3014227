/*
 * An explanation as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "text.h"
#include "words.h"
#include "harness/run/version.h"
#include "harness/scenario/text.h"

#define COLUMNS 78
#define COLUMN  62      /* of events, as in reports of divergences */
#define MANY    1024    /* pages that one operation touches, at most */

/* Words, broken into lines. */
static void print_wrapped(const char *words, FILE *out)
{
    g_auto(GStrv) split = g_strsplit(words, " ", -1);
    unsigned column = 0;

    for (unsigned i = 0; split[i]; i++) {
        unsigned n = g_utf8_strlen(split[i], -1);

        if (column && column + 1 + n > COLUMNS) {
            fputc('\n', out);
            column = 0;
        } else if (column) {
            fputc(' ', out);
            column++;
        }
        fputs(split[i], out);
        column += n;
    }
    fputc('\n', out);
}

static void print_lines(const char *lines, const char *indent, FILE *out)
{
    g_auto(GStrv) split = g_strsplit(lines, "\n", -1);

    for (unsigned i = 0; split[i]; i++) {
        if (*split[i]) {
            fprintf(out, "%s%s\n", indent, split[i]);
        }
    }
}

static void print_timeline(const Explanation *x, const Story *s, FILE *out)
{
    g_autoptr(GString) setup = g_string_new(NULL);

    text_print_setup(setup, &x->scenario.setup);
    fprintf(out, "\nThe scenario: %s\n", setup->str);
    for (int i = 0; i < (int)x->scenario.n; i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        g_autofree char *outcome = explain_outcome(x, i);

        text_print_op(line, &x->scenario.ops[i]);
        fprintf(out, "%s%3d  %-*s  %s\n", i == s->op ? "=>" :
                i == s->cause ? " *" : "  ", i + 1, COLUMN, line->str,
                outcome);
    }
    if (s->cause >= 0) {
        fprintf(out, "  => where it shows; * what matters for it\n");
    }
}

static void print_events(const Moment *m, FILE *out)
{
    const RmLog *want = &m->want.r.log, *seen = &m->seen.r.log;
    unsigned n = MAX(rm_log_len(want), rm_log_len(seen));

    if (n) {
        fprintf(out, "  %-*s   %s\n", COLUMN, "events of the contract",
                "of QEMU");
    }
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *left = explain_event(want, i);
        g_autofree char *right = explain_event(seen, i);

        fprintf(out, "    %-*s %c %s\n", COLUMN - 2, left,
                strcmp(left, right) ? '|' : ' ', right);
    }
}

/* In a table, nothing needs to be set off. */
static void strip_ticks(GString *words)
{
    g_string_replace(words, "`", "", 0);
}

static void print_type(const PageState *p, const SeenEntry *seen,
                       unsigned type, FILE *out)
{
    g_autoptr(GString) want = g_string_new(NULL);
    g_autoptr(GString) have = g_string_new(NULL);

    want_words(want, &p->want, type);
    if (seen) {
        const TypeView *v = &seen->view.type[type];

        seen_words(have, &seen->view, type);
        if (v->held) {
            g_string_append_printf(have, " [%s] section ", v->flags);
            section_words(have, v);
        }
        if (seen->wrong[type]) {
            g_string_append_printf(have, "  <-- %s",
                                   rm_clause_name(seen->wrong[type]));
        }
    } else {
        g_string_append(have, "nothing held");
    }
    strip_ticks(want);
    strip_ticks(have);
    fprintf(out, "      %-7s %-46s  %s\n", type_words(type), want->str,
            have->str);
}

static void print_state(const char *when, const Explanation *x,
                        const Moment *m, const PageState *p, FILE *out)
{
    unsigned n = p && p->n ? p->n : 1;

    if (m->gone) {
        fprintf(out, "    %s: QEMU has given up, nothing is held\n", when);
        return;
    }
    if (!p || (!p->n && !p->want.present)) {
        fprintf(out, "    %s: nothing is held\n", when);
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        const SeenEntry *seen = p->n ? &x->seen[p->first + i] : NULL;
        g_autofree char *heading = g_strdup_printf("%s: the contract", when);
        g_autoptr(GString) what = entry_words(seen);

        strip_ticks(what);
        fprintf(out, "    %-56s  QEMU: %s\n", heading, what->str);
        for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
            print_type(p, seen, t, out);
        }
    }
}

static void print_page(const Explanation *x, int op, const PageRef *ref,
                       FILE *out)
{
    const Moment *before = explain_before(x, op), *after = &x->after[op];
    const PageState *a = explain_page(x, before, ref->cpu, ref->mmu_idx,
                                      ref->va);
    const PageState *b = explain_page(x, after, ref->cpu, ref->mmu_idx,
                                      ref->va);

    fprintf(out, "  page 0x%x of cpu %u, MMU index %u\n", ref->va, ref->cpu,
            ref->mmu_idx);
    if (explain_same(x, a, b)) {
        print_state("before and after", x, after, b, out);
    } else {
        print_state("before", x, before, a, out);
        print_state("after", x, after, b, out);
    }
    if (b) {
        g_autofree char *ways = ways_words(x, b, op);

        fprintf(out, "    %s\n", ways);
    }
}

static void print_operation(const Explanation *x, const Story *s, int op,
                            FILE *out)
{
    static PageRef pages[MANY];
    const Moment *m = &x->after[op];
    g_autoptr(GString) line = g_string_new(NULL);
    g_autofree char *outcome = explain_outcome(x, op);
    unsigned n = explain_touched(x, s, op, pages, MANY);

    text_print_op(line, &x->scenario.ops[op]);
    fprintf(out, "\n%d  %s\n  %s\n", op + 1, line->str, outcome);
    print_events(m, out);
    for (unsigned i = 0; i < n; i++) {
        print_page(x, op, &pages[i], out);
    }
}

void explain_text(const Explanation *x, const char *name, FILE *out)
{
    Story s;

    explain_story(x, &s);
    fprintf(out, "%s\n%s\n%s\n\n", s.title, name, version_tested());
    print_wrapped(s.words, out);
    if (*x->report) {
        fprintf(out, "\nThe sanitizer says:\n");
        print_lines(x->report, "  ", out);
    }
    print_timeline(x, &s, out);
    for (unsigned i = 0; i < x->scenario.n; i++) {
        if (x->after[i].ran) {
            print_operation(x, &s, i, out);
        }
    }
    story_clear(&s);
}
