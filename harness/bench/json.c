/*
 * The results of the benchmark as JSON, written and read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "bench.h"
#include "harness/scenario/text.h"

static const char *const keys[RUN_DEPTHS] = {
    [RUN_SUBJECT] = "qemu", [RUN_BOTH] = "model", [RUN_ALL] = "all",
};

/* --- Written ------------------------------------------------------------- */

/* The text needs no escapes: all names are the harness's own. */
static void json_ns(const double ns[RUN_DEPTHS], FILE *out)
{
    for (unsigned i = RUN_DEPTHS; i-- > 0;) {
        fprintf(out, "\"%s\": %.1f%s", keys[i], ns[i], i ? ", " : "}");
    }
}

static void json_kinds(const Bench *bench, FILE *out)
{
    const char *comma = "";

    fprintf(out, "  \"kinds\": {");
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);

        if (bench_kind(bench, kind)) {
            fprintf(out, "%s\n    \"%s\": {\"count\": %" G_GUINT64_FORMAT
                    ", ", comma, name, bench->kinds[kind]);
            json_ns(bench->kind_ns[kind], out);
            comma = ",";
        }
    }
    fprintf(out, "\n  },\n");
}

static void json_growth(const Growth *g, FILE *out)
{
    fprintf(out, "\n    \"%s\": [", g->name);
    for (unsigned i = 0; i < g->n; i++) {
        fprintf(out, "%s\n      {\"x\": %u, ", i ? "," : "", g->x[i]);
        json_ns(g->ns[i], out);
    }
    fprintf(out, "\n    ]");
}

void bench_json(const Bench *bench, FILE *out)
{
    fprintf(out, "{\n  \"flavour\": \"%s\",\n  \"scenarios\": %u,\n"
            "  \"operations\": %" G_GUINT64_FORMAT ",\n"
            "  \"rss_kib\": %" G_GUINT64_FORMAT ",\n  \"ns\": {",
            BENCH_FLAVOUR, bench->scenarios, bench->operations,
            bench->rss_kib);
    json_ns(bench->ns, out);
    fprintf(out, ",\n  \"reset_ns\": {\n    \"empty\": {");
    json_ns(bench->empty_ns, out);
    fprintf(out, ",\n    \"average\": {");
    json_ns(bench->reset_ns, out);
    fprintf(out, "\n  },\n");
    json_kinds(bench, out);
    fprintf(out, "  \"growth\": {");
    for (unsigned i = 0; i < GROWTHS; i++) {
        fprintf(out, "%s", i ? "," : "");
        json_growth(&bench->growths[i], out);
    }
    fprintf(out, "\n  }\n}\n");
}

char *bench_page_json(const Bench *bench)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    fprintf(out, "{\"bench\": ");
    bench_json(bench, out);
    fprintf(out, ", \"depths\": {");
    for (unsigned i = 0; i < RUN_DEPTHS; i++) {
        fprintf(out, "%s\"%s\": \"%s\"", i ? ", " : "", keys[i],
                bench_depth(i));
    }
    fprintf(out, "}, \"about\": {");
    for (unsigned i = 0; i < GROWTHS; i++) {
        fprintf(out, "%s\"%s\": \"%s\"", i ? ", " : "",
                bench->growths[i].name, bench->growths[i].about);
    }
    fprintf(out, "}}");
    fclose(out);
    return text;
}

/* --- Read ---------------------------------------------------------------- */

static JsonObject *object_in(JsonObject *in, const char *name, char **error)
{
    JsonNode *node = json_object_get_member(in, name);

    if (!node || !JSON_NODE_HOLDS_OBJECT(node)) {
        *error = g_strdup_printf("expected an object '%s'", name);
        return NULL;
    }
    return json_node_get_object(node);
}

static bool number_in(JsonObject *in, const char *where, const char *name,
                      double *value, char **error)
{
    JsonNode *node = json_object_get_member(in, name);
    GType type = node && JSON_NODE_HOLDS_VALUE(node) ?
                 json_node_get_value_type(node) : G_TYPE_INVALID;

    *value = type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ?
             json_node_get_double(node) : -1;
    if (!(*value >= 0) || isinf(*value)) {
        *error = g_strdup_printf("expected a number '%s' in %s, not below 0",
                                 name, where);
        return false;
    }
    return true;
}

static bool costs_in(JsonObject *in, const char *where,
                     double ns[RUN_DEPTHS], char **error)
{
    for (unsigned i = 0; i < RUN_DEPTHS; i++) {
        if (!number_in(in, where, keys[i], &ns[i], error)) {
            return false;
        }
    }
    return true;
}

static bool read_overall(Bench *bench, JsonObject *root, char **error)
{
    JsonObject *ns = object_in(root, "ns", error);
    double operations;

    if (!ns || !costs_in(ns, "'ns'", bench->ns, error) ||
        !number_in(root, "the file", "operations", &operations, error)) {
        return false;
    }
    bench->operations = MIN(operations, G_MAXUINT32);
    for (unsigned i = 0; i < RUN_DEPTHS; i++) {
        if (!bench->ns[i]) {
            *error = g_strdup_printf("'%s' in 'ns' is 0", keys[i]);
            return false;
        }
    }
    return true;
}

static bool read_kinds(Bench *bench, JsonObject *root, char **error)
{
    JsonObject *kinds = object_in(root, "kinds", error);

    for (unsigned kind = 0; kinds && kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);
        g_autofree char *where = g_strdup_printf("'%s'", name);
        double count;
        JsonObject *o;

        /* an operation that there was not yet, or that nothing used */
        if (!json_object_has_member(kinds, name)) {
            continue;
        }
        o = object_in(kinds, name, error);
        if (!o || !number_in(o, where, "count", &count, error) ||
            !costs_in(o, where, bench->kind_ns[kind], error)) {
            return false;
        }
        bench->kinds[kind] = MIN(count, G_MAXUINT32);
    }
    return kinds;
}

static bool read_flavour(JsonObject *root, char **error)
{
    JsonNode *node = json_object_get_member(root, "flavour");
    const char *flavour =
        node && JSON_NODE_HOLDS_VALUE(node) &&
        json_node_get_value_type(node) == G_TYPE_STRING ?
        json_node_get_string(node) : NULL;

    if (g_strcmp0(flavour, BENCH_FLAVOUR)) {
        *error = g_strdup_printf("expected the flavour '%s' of this "
                                 "build, found '%s'", BENCH_FLAVOUR,
                                 flavour ? flavour : "none");
        return false;
    }
    return true;
}

static bool read_all(Bench *bench, JsonNode *node, char **error)
{
    JsonObject *root;

    if (!node || !JSON_NODE_HOLDS_OBJECT(node)) {
        *error = g_strdup("expected an object");
        return false;
    }
    root = json_node_get_object(node);
    return read_flavour(root, error) && read_overall(bench, root, error) &&
           read_kinds(bench, root, error);
}

bool bench_load(Bench *bench, const char *path, char **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) err = NULL;
    g_autofree char *what = NULL;

    *bench = (Bench) { 0 };
    if (!json_parser_load_from_file(parser, path, &err)) {
        /* some of its errors name the file */
        *error = strstr(err->message, path) ? g_strdup(err->message) :
                 g_strdup_printf("%s: %s", path, err->message);
        return false;
    }
    if (!read_all(bench, json_parser_get_root(parser), &what)) {
        *error = g_strdup_printf("%s: %s; tlbdiff bench --json makes a "
                                 "baseline", path, what);
        return false;
    }
    return true;
}
