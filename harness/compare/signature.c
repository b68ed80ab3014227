/*
 * Signatures of divergences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "signature.h"
#include "harness/scenario/text.h"

/* Words that say nothing by themselves. */
static const char *const fillers[] = {
    "a", "an", "and", "at", "be", "but", "for", "in", "is", "it", "its", "of",
    "that", "the", "to", "was", "were", "which", "with", NULL
};

static bool is_value(const char *word)
{
    return strpbrk(word, "0123456789=");
}

/*
 * Append the words of @text, in lower case, each after a '-'; numbers, what
 * is given as name=value, and names that end with a number are left out.
 */
static void add_words(GString *out, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " ,:;!?()[]<>*&|'\"/\\\t\n", 0);

    for (unsigned i = 0; words[i]; i++) {
        g_autofree char *word = g_ascii_strdown(words[i], -1);

        g_strdelimit(word, "+~^%#@{}$", '-');
        if (*word && !is_value(word) && !g_strv_contains(fillers, word)) {
            g_string_append_printf(out, "-%s", word);
        }
    }
}

/*
 * "load", "probe-store", "flush-page"; "end" after the last operation, "setup"
 * before the first
 */
static void add_kind(GString *out, const Scenario *s, unsigned n)
{
    const Op *op;
    g_autofree char *name = NULL;

    if (n >= s->n) {
        g_string_append(out, n == AT_SETUP ? "setup" : "end");
        return;
    }
    op = &s->ops[n];
    name = text_kind_name(op->kind);
    g_string_append(out, g_strdelimit(name, " ", '-'));
    for (const Field *f = op_table[op->kind].fields;
         !field_end(&op_table[op->kind], f); f++) {
        if (f->width && f->member == offsetof(Op, type)) {
            g_string_append_printf(out, "-%s", f->words[op->type]);
        }
    }
}

/* "C9"; "none" */
static void add_clause(GString *out, RmClause clause)
{
    const char *name = rm_clause_name(clause);

    if (clause != RM_NO_CLAUSE) {
        g_string_append_len(out, name, strcspn(name, " "));
    } else {
        g_string_append(out, "none");
    }
}

/*
 * Registers whose names have digits are left out, too; not where a stranger
 * may be wrong about each of them.
 */
static void add_register(GString *out, const Divergence *d)
{
    if (d->kind == DIFFER_VOICE && d->voice.name && is_value(d->voice.name)) {
        g_autofree char *name = g_ascii_strdown(d->voice.name, -1);

        g_string_append_printf(out, "-%s", g_strdelimit(name, " ", '-'));
    }
}

/* The functions, whatever is in their names, and which of them came first. */
static char *race_signature(const Scenario *s, const Divergence *d)
{
    g_autoptr(GString) out = g_string_new(NULL);

    add_clause(out, d->clause);
    g_string_append_c(out, '/');
    add_kind(out, s, d->op);
    g_string_append_printf(out, "/data-race-%s-%s", d->race[0].function,
                           d->race[1].function);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *signature(const Scenario *s, const Divergence *d)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) what = g_string_new(NULL);
    g_autoptr(GString) want = g_string_new(NULL);
    g_autoptr(GString) seen = g_string_new(NULL);
    DivergenceText text;

    if (d->kind == DIFFER_RACE) {
        return race_signature(s, d);
    }
    divergence_print(d, &text);
    add_clause(out, d->clause);
    g_string_append_c(out, '/');
    add_kind(out, s, d->op);
    add_words(what, text.what);
    add_register(what, d);
    add_words(want, text.expected);
    add_words(seen, text.observed);
    g_string_append_printf(out, "/%s", what->len ? what->str + 1 : "");
    /* of two values there is nothing left */
    if (want->len || seen->len) {
        g_string_append_printf(out, "-want%s-got%s", want->str, seen->str);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

bool signature_of_death(const char *signature)
{
    static const RmClause of_deaths[] = { RM_C20_MEMORY, RM_NO_CLAUSE };
    bool is = false;

    for (unsigned i = 0; !is && i < G_N_ELEMENTS(of_deaths); i++) {
        g_autoptr(GString) start = g_string_new(NULL);

        add_clause(start, of_deaths[i]);
        g_string_append_c(start, '/');
        is = g_str_has_prefix(signature, start->str);
    }
    /* an assertion, in words that others have not */
    return is || strstr(signature, "/assertion-ends-process");
}

char **signatures_in(const char *text)
{
    static const char mark[] = "# signature: ";
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (unsigned i = 0; lines[i]; i++) {
        if (g_str_has_prefix(lines[i], mark)) {
            const char *at = lines[i] + strlen(mark);

            g_ptr_array_add(found, g_strndup(at, strcspn(at, " \r")));
        }
    }
    g_ptr_array_add(found, NULL);
    return (char **)g_ptr_array_steal(found, NULL);
}

char **signatures_of(const char *path, GError **err)
{
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, err) ? signatures_in(text) :
                                                         NULL;
}
