/*
 * The text form of scenarios.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

#include "reference-model/vocabulary.h"
#include "target.h"

#define MAGIC "tlbdiff 1"

/* No text is larger; a line of the longest operation has 150 characters. */
#define TEXT_BYTES (64 * 1024)

static void print_letters(GString *out, const char *letters, uint64_t bits)
{
    for (unsigned i = 0; letters[i]; i++) {
        g_string_append_c(out, bits >> i & 1 ? letters[i] : '-');
    }
}

static void print_list(GString *out, const char *const *words, uint64_t bits)
{
    const char *comma = "";

    for (unsigned i = 0; words[i]; i++) {
        if (bits >> i & 1) {
            g_string_append_printf(out, "%s%s", comma, words[i]);
            comma = ",";
        }
    }
}

static void print_worlds(GString *out, uint64_t bits)
{
    const char *comma = "";

    for (unsigned w = 0; w < 32; w++) {
        if (bits >> 2 * w & 3) {
            g_string_append_printf(out, "%sw%u:", comma, w);
            print_letters(out, "rw", bits >> 2 * w & 3);
            comma = ",";
        }
    }
}

static void print_field(GString *out, const Field *f, uint64_t v)
{
    g_string_append(out, f->how & FIELD_ARROW ? " -> " : " ");
    if (f->form != FORM_WORD && f->form != FORM_LITERAL &&
        f->form != FORM_FLAG && f->form != FORM_NUMBER) {
        g_string_append_printf(out, "%s=", f->name);
    }
    switch (f->form) {
    case FORM_DEC:
    case FORM_NUMBER:
        g_string_append_printf(out, "%" PRIu64, v);
        break;
    case FORM_HEX:
        g_string_append_printf(out, "0x%" PRIx64, v);
        break;
    case FORM_NAMED:
    case FORM_WORD:
    case FORM_LITERAL:
        g_string_append(out, f->words[v]);
        break;
    case FORM_FLAG:
        g_string_append(out, f->name);
        break;
    case FORM_LETTERS:
        print_letters(out, f->words[0], v);
        break;
    case FORM_ATTRS:
        g_string_append_printf(out, "wid:%" PRIu64 "%s", v & RM_WID_MASK,
                               v & RM_SECURE ? ",secure" : "");
        break;
    case FORM_LIST:
        print_list(out, f->words, v);
        break;
    case FORM_WORLDS:
        print_worlds(out, v);
        break;
    case FORM_PLUS:
        break;
    }
}

static void print_record(GString *out, const OpInfo *info, const Op *op)
{
    g_string_append(out, info->name);
    for (const Field *f = info->fields; !field_end(info, f); f++) {
        uint64_t v = f->form == FORM_LITERAL ? 0 : field_get(op, f);

        if (f->form == FORM_PLUS) {
            if (v) {
                g_string_append_printf(out, "+0x%" PRIx64, v);
            }
            continue;
        }
        if (v || !(f->how & FIELD_OPTIONAL)) {
            print_field(out, f, v);
        }
    }
}

void text_print_op(GString *out, const Op *op)
{
    print_record(out, &op_table[op->kind], op);
}

void text_print_setup(GString *out, const Op *setup)
{
    print_record(out, &target_of(setup)->setup, setup);
}

char *text_kind_name(OpKind kind)
{
    const OpInfo *info = &op_table[kind];
    g_autoptr(GString) name = g_string_new(info->name);

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (f->form == FORM_LITERAL) {
            g_string_append_printf(name, " %s", f->words[0]);
        }
    }
    return g_string_free(g_steal_pointer(&name), FALSE);
}

void text_print(GString *out, const Scenario *s)
{
    g_string_append_printf(out, MAGIC " %s\n", target_of(&s->setup)->name);
    text_print_setup(out, &s->setup);
    g_string_append_c(out, '\n');
    for (unsigned i = 0; i < s->n; i++) {
        text_print_op(out, &s->ops[i]);
        g_string_append_c(out, '\n');
    }
}

/* A line that is being read, and the furthest error found in it. */
typedef struct Line {
    const char *start, *p;
    const char *error_at;
    char *expected;
    bool whole;             /* what was found is the whole line */
} Line;

static void skip_space(Line *l)
{
    while (*l->p == ' ' || *l->p == '\t') {
        l->p++;
    }
}

static bool at_end(Line *l)
{
    skip_space(l);
    return !*l->p || *l->p == '#';
}

/*
 * Note what should stand at l->p; of several tries, the furthest counts, and
 * those that come equally far are all named.
 */
static bool expected(Line *l, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
static bool expected(Line *l, const char *fmt, ...)
{
    g_autofree char *before = NULL, *now = NULL;
    va_list ap;

    if (l->error_at && l->p < l->error_at) {
        return false;
    }
    before = g_steal_pointer(&l->expected);
    va_start(ap, fmt);
    now = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    l->expected = l->p == l->error_at ? g_strjoin("|", before, now, NULL) :
                                        g_steal_pointer(&now);
    l->error_at = l->p;
    return false;
}

static bool is_word_char(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_';
}

static size_t word_len(const char *p)
{
    size_t n = 0;

    while (is_word_char(p[n])) {
        n++;
    }
    return n;
}

static bool take(Line *l, const char *text)
{
    size_t n = strlen(text);

    if (strncmp(l->p, text, n)) {
        return false;
    }
    l->p += n;
    return true;
}

/* A number in the range of @f.  Where it is not, @l stays before it. */
static bool parse_number(Line *l, const Field *f, uint64_t *v)
{
    const char *start = l->p;
    bool hex = start[0] == '0' && start[1] == 'x';
    char *end;

    errno = 0;
    *v = g_ascii_strtoull(start, &end, hex ? 16 : 10);
    if (!g_ascii_isdigit(*start) || errno || is_word_char(*end)) {
        return expected(l, "a number for %s", f->name);
    }
    if (field_reduce(f, *v) != *v) {
        if (f->limit) {
            return expected(l, "a number below %" PRIu64 " for %s", f->limit,
                            f->name);
        }
        return expected(l, "a number for %s with no bits outside 0x%" PRIx64,
                        f->name, f->mask);
    }
    l->p = end;
    return true;
}

static bool parse_word(Line *l, const Field *f, uint64_t *v)
{
    size_t n = word_len(l->p);
    g_autofree char *all = NULL;

    for (unsigned i = 0; f->words[i]; i++) {
        if (strlen(f->words[i]) == n && !strncmp(f->words[i], l->p, n)) {
            *v = i;
            l->p += n;
            return true;
        }
    }
    all = g_strjoinv("|", (char **)f->words);
    return expected(l, "%s", all);
}

static bool parse_letters(Line *l, const Field *f, uint64_t *v)
{
    const char *letters = f->words[0];

    *v = 0;
    for (unsigned i = 0; letters[i]; i++) {
        if (l->p[i] == letters[i]) {
            *v |= 1u << i;
        } else if (l->p[i] != '-') {
            return expected(l, "%s, with - for what is absent", letters);
        }
    }
    l->p += strlen(letters);
    return true;
}

static bool parse_attrs(Line *l, const Field *f, uint64_t *v)
{
    Field wid = *f;

    wid.limit = RM_INDEXES;
    if (!take(l, "wid:")) {
        return expected(l, "wid:");
    }
    if (!parse_number(l, &wid, v)) {
        return false;
    }
    if (*l->p == ',') {
        l->p++;
        if (word_len(l->p) != strlen("secure") || !take(l, "secure")) {
            return expected(l, "secure");
        }
        *v |= RM_SECURE;
    }
    return true;
}

/* Words with commas between them, in any order. */
static bool parse_list(Line *l, const Field *f, uint64_t *v)
{
    uint64_t bit;

    *v = 0;
    do {
        if (!parse_word(l, f, &bit)) {
            return false;
        }
        *v |= 1ull << bit;
    } while (take(l, ","));
    return true;
}

static bool parse_worlds(Line *l, const Field *f, uint64_t *v)
{
    const Field world = { .name = "a world", .limit = 32 };
    const Field rights = { .words = (const char *const[]) { "rw", NULL } };
    uint64_t w, bits;

    *v = 0;
    do {
        if (!take(l, "w")) {
            return expected(l, "w, as in w1:rw");
        }
        if (!parse_number(l, &world, &w)) {
            return false;
        }
        if (!take(l, ":")) {
            return expected(l, ":");
        }
        if (!parse_letters(l, &rights, &bits)) {
            return false;
        }
        *v |= bits << 2 * w;
    } while (take(l, ","));
    return true;
}

static bool parse_value(Line *l, const Field *f, uint64_t *v)
{
    switch (f->form) {
    case FORM_DEC:
    case FORM_HEX:
    case FORM_NUMBER:
        return parse_number(l, f, v);
    case FORM_NAMED:
    case FORM_WORD:
    case FORM_LITERAL:
        return parse_word(l, f, v);
    case FORM_LETTERS:
        return parse_letters(l, f, v);
    case FORM_ATTRS:
        return parse_attrs(l, f, v);
    case FORM_LIST:
        return parse_list(l, f, v);
    case FORM_WORLDS:
        return parse_worlds(l, f, v);
    case FORM_FLAG:
        *v = 1;
        return true;
    case FORM_PLUS:
        *v = 0;
        return !take(l, "+") || parse_number(l, f, v);
    }
    return false;
}

/* What introduces the value: a blank, an arrow, a name. */
static bool parse_introduction(Line *l, const Field *f)
{
    if (f->form == FORM_PLUS) {
        return true;
    }
    if (!at_end(l) && l->p[-1] != ' ' && l->p[-1] != '\t') {
        return expected(l, "a blank");
    }
    if (f->how & FIELD_ARROW) {
        if (!take(l, "->")) {
            return expected(l, "->");
        }
        skip_space(l);
    }
    if (f->form == FORM_FLAG) {
        size_t n = strlen(f->name);

        if (word_len(l->p) != n || !take(l, f->name)) {
            return expected(l, "%s", f->name);
        }
    } else if (f->form != FORM_WORD && f->form != FORM_LITERAL &&
               f->form != FORM_NUMBER) {
        g_autofree char *key = g_strconcat(f->name, "=", NULL);

        if (!take(l, key)) {
            return expected(l, "%s", key);
        }
    }
    return true;
}

static bool parse_field(Line *l, const Field *f, Op *op)
{
    uint64_t v = 0;

    if (!parse_introduction(l, f)) {
        return f->how & FIELD_OPTIONAL;
    }
    if (!parse_value(l, f, &v)) {
        return false;
    }
    if (f->width) {
        *field_ptr(op, f) = v;
    }
    return true;
}

/* Which fields of @op cannot stand together?  Those that op_fit() changes. */
static bool fields_fit(Line *l, const OpInfo *info, const Op *op,
                       const char *const *starts)
{
    Op fit = *op;

    op_fit(info, &fit);
    for (unsigned i = 0; i < info->n; i++) {
        const Field *f = &info->fields[i];

        if (f->width && field_get(&fit, f) != field_get(op, f)) {
            l->p = starts[i];
            if (f->how & FIELD_ARROW) {
                take(l, "->");
                skip_space(l);
            }
            /* not what optional fields further on could have been */
            l->error_at = NULL;
            g_clear_pointer(&l->expected, g_free);
            return expected(l, "a %s that fits the other fields", f->name);
        }
    }
    return true;
}

/* Everything after the name. */
static bool parse_fields(Line *l, const OpInfo *info, Op *op)
{
    const char *starts[OP_FIELDS];

    for (unsigned i = 0; i < info->n; i++) {
        if (info->fields[i].form != FORM_PLUS) {
            skip_space(l);
        }
        starts[i] = l->p;
        if (!parse_field(l, &info->fields[i], op)) {
            return false;
        }
    }
    if (!at_end(l)) {
        return expected(l, "the end of the line");
    }
    return fields_fit(l, info, op, starts);
}

/* Has another kind of @target that comes before @kind the same name? */
static bool named_before(const Target *target, unsigned kind)
{
    for (unsigned k = 0; k < kind; k++) {
        if (target_has(target, k) &&
            !strcmp(op_table[k].name, op_table[kind].name)) {
            return true;
        }
    }
    return false;
}

static bool parse_op(Line *l, Scenario *s, bool *have_setup)
{
    const Target *target = target_of(&s->setup);
    const char *start;
    size_t n;
    bool named = false;

    skip_space(l);
    start = l->p;
    n = word_len(start);
    if (strlen(target->setup.name) == n &&
        !strncmp(target->setup.name, start, n)) {
        if (s->n || *have_setup) {
            return expected(l, "setup once, before the first operation");
        }
        *have_setup = true;
        l->p += n;
        return parse_fields(l, &target->setup, &s->setup);
    }
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];
        Op op = { .kind = kind };

        if (!target_has(target, kind) || strlen(info->name) != n ||
            strncmp(info->name, start, n)) {
            continue;
        }
        named = true;
        if (s->n == SCENARIO_OPS) {
            return expected(l, "at most %d operations", SCENARIO_OPS);
        }
        /* several kinds can share a name: the fields tell them apart */
        l->p = start + n;
        if (parse_fields(l, info, &op)) {
            s->ops[s->n++] = op;
            return true;
        }
    }
    if (!named) {
        g_autoptr(GString) names = g_string_new("setup");

        for (unsigned kind = 0; kind < OP_KINDS; kind++) {
            if (target_has(target, kind) && !named_before(target, kind)) {
                g_string_append_printf(names, "|%s", op_table[kind].name);
            }
        }
        l->p = start;
        return expected(l, "%s", names->str);
    }
    return false;
}

/* The first line, with the names of all targets. */
static char *magic_names(void)
{
    GString *names = g_string_new(MAGIC);

    for (unsigned i = 0; i < TARGETS; i++) {
        g_string_append_printf(names, "%c%s", i ? '|' : ' ',
                               target_table[i].name);
    }
    return g_string_free(names, FALSE);
}

static bool parse_magic(Line *l, Scenario *s)
{
    const char *start = l->p;
    g_autofree char *names = NULL;

    for (unsigned i = 0; i < TARGETS; i++) {
        l->p = start;
        if (take(l, MAGIC " ") && word_len(l->p) ==
            strlen(target_table[i].name) && take(l, target_table[i].name) &&
            at_end(l)) {
            s->setup.kind = i;
            return true;
        }
    }
    l->p = start;
    l->whole = true;
    names = magic_names();
    return expected(l, "%s", names);
}

/* What stands where the error is. */
static char *describe(const Line *l)
{
    size_t n = l->whole ? strlen(l->error_at) : strcspn(l->error_at, " \t#");

    if (n) {
        return g_strdup_printf("'%.*s'", (int)MIN(n, 40), l->error_at);
    }
    return g_strdup(*l->error_at && *l->error_at != '#' ?
                    "a blank" : "the end of the line");
}

bool text_parse(Scenario *s, const char *name, const char *text, char **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool have_magic = false, have_setup = false;

    s->setup = (Op) { 0 };
    s->n = 0;
    for (unsigned i = 0; lines[i]; i++) {
        Line l = { .start = lines[i], .p = lines[i] };
        bool ok;

        g_strchomp(lines[i]);   /* "\r" of other systems */
        if (at_end(&l)) {
            continue;
        }
        ok = have_magic ? parse_op(&l, s, &have_setup) : parse_magic(&l, s);
        have_magic = true;
        if (!ok) {
            g_autofree char *found = describe(&l);

            *error = g_strdup_printf("%s:%u:%u: expected %s, found %s", name,
                                     i + 1,
                                     (unsigned)(l.error_at - l.start) + 1,
                                     l.expected, found);
        }
        g_free(l.expected);
        if (!ok) {
            return false;
        }
    }
    if (!have_magic) {
        g_autofree char *names = magic_names();

        *error = g_strdup_printf("%s:1:1: expected %s, found the end of the "
                                 "file", name, names);
        return false;
    }
    scenario_fit(s);
    return true;
}

bool text_looks_like(const void *data, size_t len)
{
    return len >= 8 && !memcmp(data, "tlbdiff ", 8);
}

void text_decode(Scenario *s, const uint8_t *data, size_t len)
{
    if (text_looks_like(data, len) && len <= TEXT_BYTES) {
        g_autofree char *text = g_strndup((const char *)data, len);
        g_autofree char *error = NULL;

        if (text_parse(s, "", text, &error)) {
            return;
        }
    }
    scenario_decode(s, data, len);
}

bool text_load(Scenario *s, const char *path, char **error)
{
    g_autofree char *data = NULL;
    g_autoptr(GError) err = NULL;
    size_t len;

    if (!g_file_get_contents(path, &data, &len, &err)) {
        *error = g_strdup_printf("%s: %s", path,
                                 g_strerror(err->code == G_FILE_ERROR_ISDIR ?
                                            EISDIR : errno));
        return false;
    }
    if (text_looks_like(data, len)) {
        const char *nul = memchr(data, 0, len);

        if (len > TEXT_BYTES || nul) {
            *error = nul ?
                g_strdup_printf("%s: not text: a zero byte at %zu; binary "
                                "scenarios do not begin with 'tlbdiff '",
                                path, (size_t)(nul - data)) :
                g_strdup_printf("%s: too large: %zu bytes, a scenario in text "
                                "has at most %d", path, len, TEXT_BYTES);
            return false;
        }
        return text_parse(s, path, data, error);
    }
    if (len > SCENARIO_BYTES) {
        *error = g_strdup_printf("%s: too large: %zu bytes, a scenario in "
                                 "binary has at most %d", path, len,
                                 SCENARIO_BYTES);
        return false;
    }
    scenario_decode(s, (const uint8_t *)data, len);
    return true;
}
