/*
 * A small world: a set-up, and the steps that can be taken in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "harness/scenario/text.h"
#include "world.h"

/* A file that is being read. */
typedef struct Reader {
    World *world;
    const char *path;
    char **lines;
    char *header, *setup;       /* of these, once they were met */
    unsigned line;              /* from 1 */
    unsigned bound;             /* of its steps: Letter */
    GArray *letters;
    char **error;
} Reader;

static bool G_GNUC_PRINTF(2, 3) fail(Reader *r, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    *r->error = g_strdup_printf("%s:%u: %s", r->path, r->line, text);
    return false;
}

/* The parser's message names the line of a text that has no other steps. */
static bool parse(Reader *r, const char *steps, Scenario *s)
{
    g_autofree char *text = g_strdup_printf("%s\n%s\n%s\n", r->header,
                                            r->setup, steps);
    g_autofree char *message = NULL;
    const char *what;

    if (text_parse(s, "", text, &message)) {
        return true;
    }
    what = strstr(message, ": ");
    return fail(r, "%s, in '%s'", what ? what + 2 : message,
                *steps ? steps : r->setup);
}

static bool add_letter(Reader *r, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ; ", 2);
    g_autofree char *steps = g_strjoinv("\n", parts);
    Letter letter = { .n = g_strv_length(parts), .bound = r->bound };
    Scenario s;

    if (!parse(r, steps, &s)) {
        return false;
    }
    if (s.n != letter.n ||
        op_is(&s.ops[0], OPF_TRIGGER) != (letter.n == 2) ||
        (letter.n == 2 && !op_can_react(&s.ops[1]))) {
        return fail(r, "expected an operation, or a trigger, ' ; ' and what "
                    "is done then, in '%s'", text);
    }
    if (letter.n == 1 && s.ops[0].via == VIA_TOGETHER) {
        return fail(r, "via=together: where a step leads must not depend on "
                    "the next one, in '%s'", text);
    }
    if (r->letters->len == WORLD_LETTERS) {
        return fail(r, "expected at most %u steps", WORLD_LETTERS);
    }
    memcpy(letter.ops, s.ops, letter.n * sizeof(letter.ops[0]));
    r->world->compares |= letter.ops[letter.n - 1].kind == OP_CMPXCHG;
    r->world->setup = s.setup;
    g_array_append_val(r->letters, letter);
    return true;
}

/* Each word of the first set in its place; then those of the next one. */
static bool expand(Reader *r, const char *text)
{
    const char *open = strchr(text, '{'), *close = strchr(text, '}');
    g_autofree char *inside = NULL;
    g_auto(GStrv) words = NULL;

    if (!open && !close) {
        return add_letter(r, text);
    }
    if (!open || !close || close < open) {
        return fail(r, "expected '{', words with ',' between them, and '}'");
    }
    inside = g_strndup(open + 1, close - open - 1);
    words = g_strsplit(inside, ",", -1);
    for (unsigned i = 0; words[i]; i++) {
        g_autofree char *one = g_strdup_printf("%.*s%s%s", (int)(open - text),
                                               text, g_strstrip(words[i]),
                                               close + 1);

        if (!expand(r, one)) {
            return false;
        }
    }
    return true;
}

#define AT_MOST "at most "

/* What can grow without an end does not in a world where @text says so. */
static bool read_bounded(Reader *r, const char *text)
{
    char *end;
    guint64 most = g_ascii_strtoull(text + strlen(AT_MOST), &end, 10);
    bool ok;

    if (!most || most > SCENARIO_OPS || !g_str_has_prefix(end, ": ")) {
        return fail(r, "expected '" AT_MOST "N: ' and a step, N from 1 to %u",
                    SCENARIO_OPS);
    }
    if (r->world->n_bounds == WORLD_BOUNDS) {
        return fail(r, "expected '" AT_MOST "N' in up to %u lines",
                    WORLD_BOUNDS);
    }
    r->bound = ++r->world->n_bounds;
    r->world->most[r->bound] = most;
    ok = expand(r, end + strlen(": "));
    r->bound = 0;
    return ok;
}

static bool read_line(Reader *r, char *text)
{
    Scenario s;

    if (!*text || *text == '#') {
        return true;
    }
    if (!r->header) {
        r->header = text;
        return true;
    }
    if (!r->setup) {
        r->setup = text;
        return g_str_has_prefix(text, "setup ") ? parse(r, "", &s) :
               fail(r, "expected the set-up, found '%s'", text);
    }
    return g_str_has_prefix(text, AT_MOST) ? read_bounded(r, text) :
                                             expand(r, text);
}

static bool read_all(Reader *r)
{
    r->line = 1;
    for (unsigned i = 0; r->lines[i]; i++) {
        r->line = i + 1;
        if (!read_line(r, g_strstrip(r->lines[i]))) {
            return false;
        }
    }
    return r->letters->len || fail(r, "expected a step");
}

bool world_load(World *world, const char *path, char **error)
{
    Reader r = { .world = world, .path = path, .error = error };
    g_autofree char *text = NULL, *base = g_path_get_basename(path);
    g_autoptr(GError) err = NULL;
    char *dot = strrchr(base, '.');
    bool ok;

    *world = (World) { 0 };
    if (!g_file_get_contents(path, &text, NULL, &err)) {
        *error = g_strdup(err->message);
        return false;
    }
    world->name = g_strndup(base, dot ? dot - base : strlen(base));
    r.lines = g_strsplit(text, "\n", -1);
    r.letters = g_array_new(FALSE, FALSE, sizeof(Letter));
    ok = read_all(&r);
    g_strfreev(r.lines);
    world->n = r.letters->len;
    world->letters = (Letter *)g_array_free(r.letters, FALSE);
    return ok;
}

void world_free(World *world)
{
    g_free(world->name);
    g_free(world->letters);
}

bool world_append(const World *world, unsigned letter, Scenario *s)
{
    const Letter *l = &world->letters[letter];

    if (s->n + l->n > SCENARIO_OPS) {
        return false;
    }
    memcpy(&s->ops[s->n], l->ops, l->n * sizeof(l->ops[0]));
    s->n += l->n;
    return true;
}
