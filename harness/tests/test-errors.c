/*
 * What the parser of the text form refuses, and what it says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "harness/scenario/mutate.h"
#include "harness/scenario/text.h"
#include "scenarios.h"

#define FLUSHES "all|page|mmuidx|page-mmuidx|page-bits|range"

/*
 * What the parser says of a line, which is the second of a file called "f".
 * Where there is none, @text is the whole file.
 */
static const struct {
    const char *name, *line, *text, *error;
} errors[] = {
    /* the name */
    { "unknown-operation", "lod cpu=0", NULL,
      "f:2:1: expected " NAMES ", found 'lod'" },
    { "longer-operation", "pt-clea idx=0 va=0x0", NULL,
      "f:2:1: expected " NAMES ", found 'pt-clea'" },
    { "no-operation", "  -> ram0", NULL,
      "f:2:3: expected " NAMES ", found '->'" },

    /* fields that are missing, or not expected */
    { "missing-arrow", "pt idx=0 va=0x4000 pa=0x8000 prot=rw- attrs=wid:2",
      NULL, "f:2:20: expected ->, found 'pa=0x8000'" },
    { "missing-field", "load cpu=0 va=0x10 size=4 le", NULL,
      "f:2:12: expected idx=, found 'va=0x10'" },
    { "missing-rest", "load cpu=0 idx=0  # and?", NULL,
      "f:2:19: expected va=, found the end of the line" },
    { "missing-after-optional", "flush cpu=0 range va=0x0 more=1 bits=8",
      NULL, "f:2:33: expected idxmap=, found 'bits=8'" },
    { "missing-or-optional", "flush cpu=0 range va=0x0 bits=8", NULL,
      "f:2:26: expected more=|idxmap=, found 'bits=8'" },
    { "twice", "load cpu=0 cpu=0 idx=0 va=0x10 size=4 le", NULL,
      "f:2:12: expected idx=, found 'cpu=0'" },
    { "optional-twice", "load cpu=0 idx=0 va=0x10 size=4 le align=2 align=2",
      NULL, "f:2:44: expected tlb-only|atom=|via=|the end of the line, "
      "found 'align=2'" },
    { "optional-order",
      "load cpu=0 idx=0 va=0x10 size=4 le atom=none align=2", NULL,
      "f:2:46: expected via=|the end of the line, found 'align=2'" },
    { "trailing-junk", "load cpu=0 idx=0 va=0x10 size=4 le val=1", NULL,
      "f:2:36: expected align=|tlb-only|atom=|via=|the end of the line, "
      "found 'val=1'" },
    { "wrong-case", "load CPU=0", NULL,
      "f:2:6: expected cpu=, found 'CPU=0'" },

    /* numbers */
    { "no-number", "load cpu=0 idx=0 va=", NULL,
      "f:2:21: expected a number for va, found the end of the line" },
    { "bad-number", "load cpu=0 idx=0 va=0x1g size=4 le", NULL,
      "f:2:21: expected a number for va, found '0x1g'" },
    { "bare-0x", "load cpu=0 idx=0 va=0x size=4 le", NULL,
      "f:2:21: expected a number for va, found '0x'" },
    { "negative-number", "load cpu=0 idx=-1 va=0 size=4 le", NULL,
      "f:2:16: expected a number for idx, found '-1'" },
    { "plus-number", "clock ms=+1", NULL,
      "f:2:10: expected a number for ms, found '+1'" },
    { "huge-number",
      "store cpu=0 idx=0 va=0x0 size=8 le val=0x10000000000000000", NULL,
      "f:2:40: expected a number for val, found '0x10000000000000000'" },
    { "huge-hi", "store cpu=0 idx=0 va=0x0 size=16 le val=0x0 "
      "hi=0x10000000000000000", NULL,
      "f:2:48: expected a number for hi, found '0x10000000000000000'" },
    { "blank-number", "load cpu=0 idx=0 va= size=4 le", NULL,
      "f:2:21: expected a number for va, found a blank" },
    { "out-of-range", "load cpu=0 idx=2 va=0x10 size=4 le", NULL,
      "f:2:16: expected a number below 2 for idx, found '2'" },
    { "out-of-cpus", "load cpu=2 idx=0 va=0x10 size=4 le", NULL,
      "f:2:10: expected a number below 2 for cpu, found '2'" },
    { "out-of-range-optional", "watch cpu=0 va=0x0 more=4112 watch=r", NULL,
      "f:2:25: expected a number below 4112 for more, found '4112'" },
    { "out-of-page", "probe cpu=0 idx=0 flags va=0x0 type=load len=4097",
      NULL, "f:2:46: expected a number below 4097 for len, found '4097'" },
    { "out-of-time", "clock ms=1000", NULL,
      "f:2:10: expected a number below 1000 for ms, found '1000'" },
    { "out-of-idxmap", "flush cpu=0 mmuidx idxmap=0x4", NULL,
      "f:2:27: expected a number below 4 for idxmap, found '0x4'" },
    { "out-of-mask", "pt idx=0 va=0x4001 -> pa=0x0 prot=--- attrs=wid:0",
      NULL, "f:2:13: expected a number for va with no bits outside 0x30f000, "
      "found '0x4001'" },
    { "out-of-instructions", "block cpu=0 idx=0 va=0x1", NULL,
      "f:2:22: expected a number for va with no bits outside 0x30fffe, "
      "found '0x1'" },
    { "out-of-map", "map-move io -> pa=0x80000", NULL,
      "f:2:19: expected a number for pa with no bits outside 0x7f000, "
      "found '0x80000'" },
    { "out-of-ram", "clear-dirty client=vga -> ram0+0x8000", NULL,
      "f:2:32: expected a number for offset with no bits outside 0x7fff, "
      "found '0x8000'" },
    { "no-offset", "clear-dirty client=vga -> ram0+", NULL,
      "f:2:32: expected a number for offset, found the end of the line" },
    { "blank-before-offset", "map-offset alias +0x1000", NULL,
      "f:2:18: expected the end of the line, found '+0x1000'" },

    /* attributes */
    { "world-id", "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=wid:4", NULL,
      "f:2:46: expected a number below 4 for attrs, found '4'" },
    { "no-world-id", "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=2", NULL,
      "f:2:42: expected wid:, found '2'" },
    { "not-secure", "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=wid:2,user",
      NULL, "f:2:48: expected secure, found 'user'" },
    { "nearly-secure",
      "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=wid:2,secured", NULL,
      "f:2:48: expected secure, found 'secured'" },
    { "only-secure", "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=secure", NULL,
      "f:2:42: expected wid:, found 'secure'" },

    /* words */
    { "bad-size", "load cpu=0 idx=0 va=0x10 size=32 le", NULL,
      "f:2:31: expected 1|2|4|8|16, found '32'" },
    { "bad-endian", "load cpu=0 idx=0 va=0x10 size=4 big", NULL,
      "f:2:33: expected le|be, found 'big'" },
    { "bad-align", "load cpu=0 idx=0 va=0x10 size=4 le align=3", NULL,
      "f:2:42: expected none|2|4|8|16|32|64|natural, found '3'" },
    { "bad-atom", "load cpu=0 idx=0 va=0x10 size=4 le atom=within", NULL,
      "f:2:41: expected ifalign|ifalign-pair|within16|within16-pair|"
      "subalign|none, found 'within'" },
    { "bad-rmw", "rmw cpu=0 idx=0 nand va=0x0 size=1 le val=0x0", NULL,
      "f:2:17: expected xchg|add|and|or|xor|smin|umin|smax|umax|add-fetch|"
      "and-fetch|or-fetch|xor-fetch|smin-fetch|umin-fetch|smax-fetch|"
      "umax-fetch, found 'nand'" },
    { "bad-cmp", "cmpxchg cpu=0 idx=0 va=0x0 size=1 le cmp=first val=0x0",
      NULL, "f:2:42: expected last|other, found 'first'" },
    { "bad-probe", "probe cpu=0 idx=0 page va=0x0 type=load len=1", NULL,
      "f:2:19: expected access|flags|full|full-mmu, found 'page'" },
    { "bad-type", "probe cpu=0 idx=0 full va=0x0 type=rmw len=1", NULL,
      "f:2:36: expected load|store|fetch, found 'rmw'" },
    { "bad-lg", "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=wid:0 lg=10",
      NULL, "f:2:51: expected 12|4|8|11|13|16|21, found '10'" },
    { "bad-mask",
      "iommu mmu=0 index=0 page=0x0 dir=read -> ram0 perm=r- mask=1k", NULL,
      "f:2:60: expected 4k|16|256|2k|8k|64k|2M, found '1k'" },
    { "bad-region",
      "iommu mmu=0 index=0 page=0x0 dir=read -> iommu1 perm=r-", NULL,
      "f:2:42: expected ram0|ram1|rom|romd|io|big|narrow|blocked|"
      "unassigned|iommu0, found 'iommu1'" },
    { "bad-ram", "clear-dirty client=vga -> io", NULL,
      "f:2:27: expected ram0|ram1, found 'io'" },
    { "bad-bits", "flush cpu=0 page-bits va=0x0 idxmap=0x1 bits=32", NULL,
      "f:2:46: expected 64|22|20|16|8, found '32'" },
    { "bad-client", "log client=all -> ram0 on", NULL,
      "f:2:12: expected vga|code|migration, found 'all'" },
    { "bad-on", "romd-mode yes", NULL,
      "f:2:11: expected off|on, found 'yes'" },
    { "bad-state", "map io move", NULL,
      "f:2:8: expected off|on|remove|add, found 'move'" },
    { "bad-mapping", "map s-io on", NULL,
      "f:2:5: expected iommu0|iommu1|ram0|ram1|io|romd|rom|big|bit-io|"
      "bit-ram|bit-big|alias|rodata|narrow|overlay|hole, found 's-io'" },
    { "bad-watch", "watch cpu=0 va=0x0 watch=x", NULL,
      "f:2:26: expected r|w|rw, found 'x'" },
    { "bad-device", "react ram0 dir=read", NULL,
      "f:2:7: expected romd|io|big|narrow|blocked, found 'ram0'" },
    { "bad-response", "device io dir=read -> fault", NULL,
      "f:2:23: expected ok|error|decode-error|access-error, "
      "found 'fault'" },
    { "bad-crowd", "crowd cpu=0 idx=0 pages=2048", NULL,
      "f:2:25: expected 16|64|256|1024, found '2048'" },

    /* letters */
    { "bad-letters", "pt idx=0 va=0x0 -> pa=0x0 prot=wrx attrs=wid:0", NULL,
      "f:2:32: expected rwx, with - for what is absent, found 'wrx'" },
    { "few-letters",
      "iommu mmu=0 index=0 page=0x0 dir=read -> io perm=r", NULL,
      "f:2:50: expected rw, with - for what is absent, found 'r'" },
    { "many-letters",
      "iommu mmu=0 index=0 page=0x0 dir=read -> io perm=r-x", NULL,
      "f:2:52: expected a blank|the end of the line, found 'x'" },
    { "bad-flags",
      "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=wid:0 flags=sc", NULL,
      "f:2:54: expected scdi, with - for what is absent, found 'sc'" },

    /* flags */
    { "flag-value", "flush cpu=0 all synced=1", NULL,
      "f:2:23: expected the end of the line, found '=1'" },
    { "flag-longer", "flush cpu=0 all syncedly", NULL,
      "f:2:17: expected synced|the end of the line, found 'syncedly'" },
    { "flag-shorter",
      "probe cpu=0 idx=0 full va=0x0 type=load len=1 non", NULL,
      "f:2:47: expected nonfault|the end of the line, found 'non'" },

    /* kinds that share a name */
    { "flush-junk", "flush cpu=0 page va=0x1000 idxmap=0x1", NULL,
      "f:2:28: expected synced|the end of the line, found 'idxmap=0x1'" },
    { "flush-rest", "flush cpu=0 page-mmuidx va=0x1000", NULL,
      "f:2:34: expected idxmap=, found the end of the line" },
    { "flush-what", "flush cpu=0 pge va=0x1000", NULL,
      "f:2:13: expected " FLUSHES ", found 'pge'" },
    { "flush-nothing", "flush cpu=0", NULL,
      "f:2:12: expected " FLUSHES ", found the end of the line" },

    /* blanks */
    { "no-blank", "pt idx=0 va=0x0 -> pa=0x0 prot=rwxattrs=wid:0", NULL,
      "f:2:35: expected a blank, found 'attrs=wid:0'" },
    { "no-blank-optional",
      "iommu mmu=0 index=0 page=0x0 dir=read -> io perm=r-mask=16", NULL,
      "f:2:52: expected a blank|the end of the line, found 'mask=16'" },

    /* the set-up and the first line */
    { "bad-setup", "setup pt=some", NULL,
      "f:2:10: expected none|identity, found 'some'" },
    { "bad-setup-iommu", "setup pt=none iommu=none", NULL,
      "f:2:21: expected deny|open|split|twin|nested|fine, found 'none'" },
    { "bad-setup-fill", "setup pt=none iommu=deny dirty=all fill=all", NULL,
      "f:2:41: expected page|align, found 'all'" },
    { "magic-missing", NULL, "load cpu=0 idx=0 va=0x10 size=4 le\n",
      "f:1:1: expected tlbdiff 1 " TARGET_NAMES ", found "
      "'load cpu=0 idx=0 va=0x10 size=4 le'" },
    { "magic-junk", NULL, "tlbdiff 1 iommu 2\n",
      "f:1:1: expected tlbdiff 1 " TARGET_NAMES ", found 'tlbdiff 1 iommu 2'" },
    { "magic-longer", NULL, "tlbdiff 1 iommufoo\n",
      "f:1:1: expected tlbdiff 1 " TARGET_NAMES ", found 'tlbdiff 1 iommufoo'" },
    { "magic-version", NULL, "tlbdiff 2 iommu\n",
      "f:1:1: expected tlbdiff 1 " TARGET_NAMES ", found 'tlbdiff 2 iommu'" },
    { "empty-file", NULL, "",
      "f:1:1: expected tlbdiff 1 " TARGET_NAMES ", found the end of the file" },
    { "only-comments", NULL, "# nothing\n\n",
      "f:1:1: expected tlbdiff 1 " TARGET_NAMES ", found the end of the file" },
    { "late-setup", NULL, MAGIC "flush cpu=0 all\n"
      "  setup pt=none iommu=deny dirty=all fill=page\n",
      "f:3:3: expected setup once, before the first operation, "
      "found 'setup'" },
    { "second-setup", NULL, MAGIC
      "setup pt=none iommu=deny dirty=all fill=page\n"
      "setup pt=none iommu=deny dirty=all fill=page\n",
      "f:3:1: expected setup once, before the first operation, "
      "found 'setup'" },
};

static void test_error(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autofree char *want = with_names(errors[i].error);
    g_autofree char *error = NULL;
    Scenario s;

    if (errors[i].line) {
        error = parse_error(errors[i].line);
    } else {
        g_assert_false(text_parse(&s, "f", errors[i].text, &error));
    }
    g_assert_cmpstr(error, ==, want);
}

/* --- every field of every operation --- */

/* What the parser wants to see where @f begins. */
static char *introduction(const Field *f)
{
    if (f->how & FIELD_ARROW) {
        return g_strdup("->");
    }
    switch (f->form) {
    case FORM_WORD:
    case FORM_LITERAL:
        return g_strjoinv("|", (char **)f->words);
    case FORM_FLAG:
        return g_strdup(f->name);
    case FORM_NUMBER:
        return g_strconcat("a number for ", f->name, NULL);
    default:
        return g_strconcat(f->name, "=", NULL);
    }
}

/* One of the words that are between bars in @list? */
static bool is_listed(const char *list, const char *what)
{
    const char *at = strstr(list, what);

    while (at && !((at == list || at[-1] == '|') &&
                   (!at[strlen(what)] || at[strlen(what)] == '|'))) {
        at = strstr(at + 1, what);
    }
    return at;
}

/*
 * The error of @line: at @column, wanting @want (and perhaps other things),
 * and @found there.
 */
static void assert_wants(const char *line, unsigned column, const char *want,
                         const char *found)
{
    g_autofree char *error = parse_error(line);
    g_autofree char *start = g_strdup_printf("f:2:%u: expected ", column);
    g_autofree char *end = g_strdup_printf(", found %s", found);
    g_autofree char *list = NULL;

    if (!g_str_has_prefix(error, start) || !g_str_has_suffix(error, end)) {
        g_error("'%s': '%s', not '%s...%s'", line, error, start, end);
    }
    list = g_strndup(error + strlen(start),
                     strlen(error) - strlen(start) - strlen(end));
    if (!is_listed(list, want)) {
        g_error("'%s': '%s' does not want '%s'", line, error, want);
    }
}

/* The text of @op up to field @n. */
static GString *print_before(const Op *op, unsigned n)
{
    const OpInfo *info = &op_table[op->kind];
    g_autoptr(GString) whole = g_string_new(NULL);
    GString *out = g_string_new(NULL);
    char *p;

    text_print_op(whole, op);
    p = whole->str + strlen(info->name);
    for (unsigned i = 0; i < n; i++) {
        const Field *f = &info->fields[i];

        if (f->how & FIELD_OPTIONAL || f->form == FORM_PLUS) {
            continue;           /* @op has none */
        }
        p += f->how & FIELD_ARROW ? strlen(" -> ") : 1;
        p += strcspn(p, " ");
    }
    return g_string_append_len(out, whole->str, p - whole->str);
}

/* The line ends before a field that it must have. */
static void test_truncated(void)
{
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];

        for (unsigned i = 0; i < info->n; i++) {
            const Field *f = &info->fields[i];
            g_autoptr(GString) line = print_before(&(Op) { .kind = kind }, i);
            g_autofree char *want = introduction(f);

            if (!(f->how & FIELD_OPTIONAL) && f->form != FORM_PLUS) {
                assert_wants(line->str, line->len + 1, want,
                             "the end of the line");
            }
        }
    }
}

/* Something else stands where a field begins, optional or not. */
static void test_replaced(void)
{
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];

        for (unsigned i = 0; i < info->n; i++) {
            const Field *f = &info->fields[i];
            g_autoptr(GString) line = print_before(&(Op) { .kind = kind }, i);
            g_autofree char *want = introduction(f);

            if (f->form != FORM_PLUS) {
                g_string_append(line, " ?!");
                assert_wants(line->str, line->len - 1, want, "'?!'");
            }
        }
    }
}

/* The field is there, and its value is none. */
static void test_bad_value(void)
{
    unsigned n = 0;

    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];

        for (unsigned i = 0; i < info->n; i++) {
            const Field *f = &info->fields[i];
            g_autoptr(GString) line = print_before(&(Op) { .kind = kind }, i);
            g_autofree char *want =
                f->form == FORM_NAMED || f->form == FORM_LIST ?
                g_strjoinv("|", (char **)f->words) :
                f->form == FORM_LETTERS ?
                g_strconcat(f->words[0], ", with - for what is absent",
                            NULL) :
                f->form == FORM_ATTRS ? g_strdup("wid:") :
                f->form == FORM_WORLDS ? g_strdup("w, as in w1:rw") :
                g_strconcat("a number for ", f->name, NULL);

            switch (f->form) {
            case FORM_WORD:
            case FORM_LITERAL:
            case FORM_FLAG:
            case FORM_NUMBER:   /* replaced, there is no more to it */
                continue;
            case FORM_PLUS:
                g_string_append_printf(line, "+");
                break;
            default:
                g_string_append_printf(line, "%s%s=",
                                       f->how & FIELD_ARROW ? " -> " : " ",
                                       f->name);
            }
            g_string_append(line, "?!");
            assert_wants(line->str, line->len - 1, want, "'?!'");
            n++;
        }
    }
    g_assert_cmpuint(n, >, 100);
}

static void test_too_many(void)
{
    g_autoptr(GString) text = g_string_new(MAGIC);
    g_autofree char *error = NULL;
    Scenario s;

    for (unsigned i = 0; i < SCENARIO_OPS; i++) {
        g_string_append(text, "flush cpu=0 all\n");
    }
    g_assert_true(text_parse(&s, "f", text->str, &error));
    g_assert_cmpuint(s.n, ==, SCENARIO_OPS);
    g_string_append(text, "\n flush cpu=0 all\n");
    g_assert_false(text_parse(&s, "f", text->str, &error));
    g_assert_cmpstr(error, ==,
                    "f:67:2: expected at most 64 operations, found 'flush'");
}

/* Any text: an error with a place, or a scenario, but never a crash. */
static void test_damaged_text(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    unsigned refused = 0, taken = 0;

    for (unsigned i = 0; i < 5000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *error = NULL;
        Scenario s;

        mutate_random(&s, TARGET_IOMMU, 1 + i % 10, i);
        text_print(text, &s);
        for (unsigned n = i % 4 ? 1 : 3; n; n--) {
            text->str[g_rand_int_range(rand, 0, text->len)] =
                g_rand_boolean(rand) ?
                text->str[g_rand_int_range(rand, 0, text->len)] :
                g_rand_int_range(rand, 0, 256);
        }
        if (text_parse(&s, "f", text->str, &error)) {
            g_assert_null(error);
            assert_canonical(&s);
            assert_round_trips(&s);
            taken++;
        } else {
            g_assert_true(g_regex_match_simple(
                "^f:[0-9]+:[0-9]+: expected .*, found ", error,
                G_REGEX_RAW, 0));
            refused++;
        }
    }
    /* both happen */
    g_assert_cmpuint(refused, >, 1000);
    g_assert_cmpuint(taken, >, 50);
    g_test_message("%u refused, %u taken", refused, taken);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(errors); i++) {
        g_autofree char *path = g_strconcat("/errors/", errors[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_error);
    }
    g_test_add_func("/errors/every/truncated", test_truncated);
    g_test_add_func("/errors/every/replaced", test_replaced);
    g_test_add_func("/errors/every/bad-value", test_bad_value);
    g_test_add_func("/errors/too-many", test_too_many);
    g_test_add_func("/errors/damaged", test_damaged_text);
    return g_test_run();
}
