/*
 * What the tests of the operation language share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/scenario/text.h"
#include "scenarios.h"

char *with_names(const char *text)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) names = g_string_new("setup");
    g_auto(GStrv) parts = g_strsplit(text, NAMES, -1);

    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        char *name = (char *)op_table[kind].name;

        /* several kinds can share a name */
        if (target_has(&target_table[0], kind) &&
            g_hash_table_add(seen, name)) {
            g_string_append_printf(names, "|%s", name);
        }
    }
    return g_strjoinv(names->str, parts);
}

unsigned target_for(unsigned kind)
{
    unsigned t = 0;

    while (!target_has(&target_table[t], kind)) {
        t++;
        g_assert_cmpuint(t, <, TARGETS);
    }
    return t;
}

/* The first line of a scenario whose second is @line. */
static char *magic_for(const char *line)
{
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        size_t n = strlen(op_table[kind].name);

        if (!strncmp(line, op_table[kind].name, n) &&
            (!line[n] || line[n] == ' ')) {
            return g_strdup_printf("tlbdiff 1 %s\n",
                                   target_table[target_for(kind)].name);
        }
    }
    return g_strdup(MAGIC);
}

bool same_op(const Op *a, const Op *b)
{
    return !memcmp(a, b, sizeof(*a));
}

void assert_same(const Scenario *a, const Scenario *b)
{
    g_assert_true(same_op(&a->setup, &b->setup));
    g_assert_cmpuint(a->n, ==, b->n);
    for (unsigned i = 0; i < a->n; i++) {
        g_assert_true(same_op(&a->ops[i], &b->ops[i]));
    }
}

void assert_canonical(const Scenario *s)
{
    Op op = s->setup;

    op_fixup(&target_of(&op)->setup, &op);
    g_assert_true(same_op(&op, &s->setup));
    g_assert_cmpuint(s->n, <=, SCENARIO_OPS);
    for (unsigned i = 0; i < s->n; i++) {
        op = s->ops[i];
        g_assert_true(target_has(target_of(&s->setup), op.kind));
        op_fixup(&op_table[op.kind], &op);
        g_assert_true(same_op(&op, &s->ops[i]));
    }
}

void assert_round_trips(const Scenario *s)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) again = g_string_new(NULL);
    g_autofree char *error = NULL;
    uint8_t bytes[SCENARIO_BYTES], from_text[SCENARIO_BYTES];
    size_t len;
    Scenario back;

    len = scenario_encode(s, bytes);
    g_assert_cmpuint(len, ==, (s->n + 1) * RECORD_SIZE);
    scenario_decode(&back, bytes, len);
    assert_same(s, &back);

    text_print(text, s);
    text_parse(&back, "file", text->str, &error);
    g_assert_cmpstr(error, ==, NULL);
    assert_same(s, &back);
    text_print(again, &back);
    g_assert_cmpstr(again->str, ==, text->str);
    g_assert_cmpmem(from_text, scenario_encode(&back, from_text), bytes, len);
}

Op parse_line(const char *line)
{
    g_autofree char *magic = magic_for(line);
    g_autofree char *text = g_strconcat(magic, line, NULL);
    g_autofree char *error = NULL;
    Scenario s;

    text_parse(&s, "f", text, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(s.n, ==, 1);
    return s.ops[0];
}

char *parse_error(const char *line)
{
    g_autofree char *magic = magic_for(line);
    g_autofree char *text = g_strconcat(magic, line, "\nflush cpu=0 all\n",
                                        NULL);
    char *error = NULL;
    Scenario s;

    if (text_parse(&s, "f", text, &error)) {
        g_error("not refused: %s", line);
    }
    return error;
}
