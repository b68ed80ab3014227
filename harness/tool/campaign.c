/*
 * A campaign of fuzzing, as data for a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <math.h>
#include <string.h>

#include "campaign.h"
#include "harness/pages/page.h"
#include "harness/run/coverage.h"
#include "harness/run/version.h"
#include "harness/scenario/text.h"

/* Of a sample, in the order of the line. */
static const char *const columns[] = {
    "seconds", "scenarios", "operations", "edges", "found",
};

/* A line of numbers, or NULL: it is none. */
static JsonObject *json_sample(char *line)
{
    g_auto(GStrv) words = g_strsplit(g_strstrip(line), " ", -1);
    g_autoptr(JsonObject) o = json_object_new();

    if (g_strv_length(words) != G_N_ELEMENTS(columns)) {
        return NULL;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++) {
        double value = g_ascii_strtod(words[i], NULL);

        if (!isfinite(value)) {
            return NULL;
        }
        json_object_set_double_member(o, columns[i], value);
    }
    return g_steal_pointer(&o);
}

/* "accel/tcg/cputlb.c:   91.2 % (912 of 1000)", or NULL: it is no such line */
static JsonObject *json_covered(char *line)
{
    char *value = strstr(line, ": ");
    JsonObject *o;

    if (!value || !strchr(value, '%')) {
        return NULL;
    }
    *value = 0;
    value += 2;
    o = json_object_new();
    json_object_set_string_member(o, "name", g_strstrip(line));
    json_object_set_double_member(o, "percent", g_ascii_strtod(value, NULL));
    json_object_set_string_member(o, "value", g_strstrip(value));
    return o;
}

/* What @one makes of each line of @text; none of NULL. */
static JsonArray *json_lines(const char *text,
                             JsonObject *(*one)(char *line))
{
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    JsonArray *all = json_array_new();

    for (unsigned i = 0; lines[i]; i++) {
        JsonObject *o = one(lines[i]);

        if (o) {
            json_array_add_object_element(all, o);
        }
    }
    return all;
}

static void add_count(JsonArray *to, const char *name, const char *text,
                      uint64_t n)
{
    JsonObject *o = json_object_new();

    json_object_set_string_member(o, "name", name);
    json_object_set_string_member(o, "text", text);
    json_object_set_int_member(o, "n", n);
    json_array_add_object_element(to, o);
}

static JsonArray *json_operations(const Run *run)
{
    JsonArray *all = json_array_new();

    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);

        if (kind_counts(run, kind)) {
            add_count(all, name, "", run->kinds[kind]);
        }
    }
    return all;
}

static JsonArray *json_clauses(const Run *run)
{
    JsonArray *all = json_array_new();
    uint64_t judged[RM_CLAUSES];

    run_judged(run, judged);
    for (unsigned c = RM_NO_CLAUSE + 1; c < RM_CLAUSES; c++) {
        if (clause_counts(run, c)) {
            add_count(all, rm_clause_name(c), rm_clause_text(c), judged[c]);
        }
    }
    return all;
}

/* The link: a name may have characters that mean something in an address. */
static JsonArray *json_found(char *const *names)
{
    JsonArray *all = json_array_new();

    for (; names && *names; names++) {
        g_autofree char *name = g_path_get_basename(*names);
        g_autofree char *file = g_strconcat(name, ".html", NULL);
        g_autofree char *link = g_uri_escape_string(file, NULL, false);
        JsonObject *o = json_object_new();

        json_object_set_string_member(o, "name", name);
        json_object_set_string_member(o, "link", link);
        json_array_add_object_element(all, o);
    }
    return all;
}

char *campaign_json(const Run *run, const Campaign *c)
{
    g_autoptr(JsonObject) o = json_object_new();

    json_object_set_string_member(o, "tested", version_tested());
    json_object_set_array_member(o, "samples",
                                 json_lines(c->samples, json_sample));
    json_object_set_array_member(o, "found", json_found(c->found));
    json_object_set_array_member(o, "coverage",
                                 json_lines(c->coverage, json_covered));
    json_object_set_array_member(o, "operations", json_operations(run));
    json_object_set_array_member(o, "clauses", json_clauses(run));
    return json_text(o);
}
