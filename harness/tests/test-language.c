/*
 * The operation language: bytes, text and operations turned into each other,
 * the errors of the parser, and what the mutators make.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "../mutate.h"
#include "../text.h"

#define MAGIC "tlbdiff 1 " TARGET_NAME "\n"

/* --- scenarios that are equal --- */

static bool same_op(const Op *a, const Op *b)
{
    return !memcmp(a, b, sizeof(*a));
}

static void assert_same(const Scenario *a, const Scenario *b)
{
    g_assert_true(same_op(&a->setup, &b->setup));
    g_assert_cmpuint(a->n, ==, b->n);
    for (unsigned i = 0; i < a->n; i++) {
        g_assert_true(same_op(&a->ops[i], &b->ops[i]));
    }
}

static void assert_canonical(const Scenario *s)
{
    Op op = s->setup;

    op_fixup(&setup_info, &op);
    g_assert_true(same_op(&op, &s->setup));
    g_assert_cmpuint(s->n, <=, SCENARIO_OPS);
    for (unsigned i = 0; i < s->n; i++) {
        op = s->ops[i];
        g_assert_cmpuint(op.kind, <, OP_KINDS);
        op_fixup(&op_table[op.kind], &op);
        g_assert_true(same_op(&op, &s->ops[i]));
    }
}

/* Through the bytes, and through the text, @s comes back as it is. */
static void assert_round_trips(const Scenario *s)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *error = NULL;
    uint8_t bytes[SCENARIO_BYTES];
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
}

/* --- the table --- */

static void test_widths(void)
{
    for (unsigned kind = 0; kind <= OP_KINDS; kind++) {
        const OpInfo *info = kind < OP_KINDS ? &op_table[kind] : &setup_info;
        unsigned width = 1;

        for (const Field *f = info->fields; !field_end(info, f); f++) {
            width += f->width;
            g_assert_cmpuint(f->width == 0, ==, f->form == FORM_LITERAL);
            if (f->width && f->width < 8) {
                uint64_t top = f->limit ? f->limit - 1 : f->mask;

                g_assert_cmphex(top >> (8 * f->width), ==, 0);
            }
        }
        g_assert_cmpuint(width, <=, RECORD_SIZE);
    }
}

/* @f of @op at its smallest, its largest, and with each of its bits alone. */
static void each_value(const Op *op, bool is_setup, const Field *f)
{
    for (unsigned bit = 0; bit < 66; bit++) {
        uint64_t v = bit < 64 ? 1ull << bit : bit == 64 ? 0 :
                     f->limit ? f->limit - 1 : f->mask;
        Scenario s = { .setup = { 0 } };

        if (f->limit ? v >= f->limit : v & ~f->mask) {
            continue;
        }
        if (is_setup) {
            *field_ptr(&s.setup, f) = v;
        } else {
            s.ops[s.n++] = *op;
            *field_ptr(&s.ops[0], f) = v;
        }
        assert_canonical(&s);
        assert_round_trips(&s);
    }
}

static void test_fields(void)
{
    for (unsigned kind = 0; kind <= OP_KINDS; kind++) {
        bool is_setup = kind == OP_KINDS;
        const OpInfo *info = is_setup ? &setup_info : &op_table[kind];
        Op op = { .kind = is_setup ? 0 : kind };

        for (const Field *f = info->fields; !field_end(info, f); f++) {
            if (f->width) {
                op.lg_size = f->member == offsetof(Op, val) ? 3 : 0;
                each_value(&op, is_setup, f);
            }
        }
    }
}

static void test_fixup(void)
{
    Op op;

    /* all ones: reduced into range, and 0 what a store does not have */
    memset(&op, 0xff, sizeof(op));
    op.kind = OP_STORE;
    op.lg_size = 4 * 100 + 1;
    op_fixup(&op_table[OP_STORE], &op);
    g_assert_cmphex(op.va, ==, 0x30ffff);
    g_assert_cmpuint(op.idx, ==, 1);
    g_assert_cmpuint(op.lg_size, ==, 1);
    g_assert_cmphex(op.val, ==, 0xffff);
    g_assert_cmphex(op.pa, ==, 0);
    g_assert_cmphex(op.perm, ==, 0);

    for (unsigned lg_size = 0; lg_size < 4; lg_size++) {
        op = (Op) { .kind = OP_STORE, .lg_size = lg_size,
                    .val = 0x1122334455667788 };
        op_fixup(&op_table[OP_STORE], &op);
        g_assert_cmphex(op.val, ==, lg_size == 0 ? 0x88 :
                        lg_size == 1 ? 0x7788 : lg_size == 2 ? 0x55667788 :
                        0x1122334455667788);
    }
}

/* --- bytes --- */

static void test_random_scenarios(void)
{
    for (uint32_t seed = 0; seed < 2000; seed++) {
        Scenario s;

        mutate_random(&s, seed % (SCENARIO_OPS + 1), seed);
        g_assert_cmpuint(s.n, ==, seed % (SCENARIO_OPS + 1));
        assert_canonical(&s);
        assert_round_trips(&s);
    }
}

/* Whatever the bytes are: a scenario, with one canonical form. */
static void assert_decodes(const uint8_t *bytes, size_t len)
{
    /* of that length exactly, for the sanitizer to see a read past it */
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    Scenario s, whole;

    scenario_decode(&s, exact, len);
    assert_canonical(&s);
    g_assert_cmpuint(s.n, ==, len < RECORD_SIZE ? 0 :
                     MIN(len / RECORD_SIZE - 1, SCENARIO_OPS));
    assert_round_trips(&s);

    /* a record cut short is as none */
    scenario_decode(&whole, bytes, len - len % RECORD_SIZE);
    assert_same(&s, &whole);
}

static void test_any_bytes(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(4);
    uint8_t bytes[SCENARIO_BYTES + 3 * RECORD_SIZE];

    for (unsigned round = 0; round < 20; round++) {
        for (size_t i = 0; i < sizeof(bytes); i++) {
            bytes[i] = g_rand_int(rand);
        }
        for (size_t len = 0; len <= 3 * RECORD_SIZE; len++) {
            assert_decodes(bytes, len);
        }
        for (size_t len = SCENARIO_BYTES - 1; len <= sizeof(bytes); len++) {
            assert_decodes(bytes, len);
        }
    }
    memset(bytes, 0xff, sizeof(bytes));
    assert_decodes(bytes, sizeof(bytes));
}

static void test_bytes(void)
{
    static const uint8_t bytes[2 * RECORD_SIZE] = {
        0, 1, 2, 1, 0,
        [RECORD_SIZE] = OP_STORE, 0, 1, 0x34, 0x12, 0x20, 0, 2, 1,
        0x44, 0x33, 0x22, 0x11,
    };
    g_autoptr(GString) text = g_string_new(NULL);
    uint8_t back[SCENARIO_BYTES];
    Scenario s;

    memset(back, 0xff, sizeof(back));
    scenario_decode(&s, bytes, sizeof(bytes));
    text_print(text, &s);
    g_assert_cmpstr(text->str, ==, MAGIC
        "setup pt=identity iommu=split dirty=none fill=page\n"
        "store cpu=0 idx=1 va=0x201234 size=4 be val=0x11223344\n");
    g_assert_cmpmem(back, scenario_encode(&s, back), bytes, sizeof(bytes));
}

/* --- text --- */

static const char canonical[] = MAGIC
    "setup pt=identity iommu=twin dirty=none fill=align\n"
    "load cpu=0 idx=0 va=0x4008 size=8 le\n"
    "store cpu=0 idx=1 va=0x104010 size=4 be val=0x11223344\n"
    "fetch cpu=0 idx=0 va=0x30ffff size=1 be\n"
    "pt idx=0 va=0x4000 -> pa=0x8000 prot=rw- attrs=wid:2\n"
    "pt-clear idx=1 va=0x4000\n"
    "iommu mmu=0 index=2 page=0x8 dir=read -> ram0+0x3000 perm=r-\n"
    "iommu mmu=1 index=3 page=0xf dir=write -> blocked perm=-w\n"
    "iommu mmu=1 index=0 page=0x0 dir=both -> unassigned perm=--\n"
    "flush cpu=0 all\n"
    "flush cpu=0 page va=0x4000\n"
    "flush cpu=0 mmuidx idxmap=0x2\n"
    "flush cpu=0 page-mmuidx va=0x4000 idxmap=0x3\n"
    "clear-dirty client=migration -> ram1+0x7000\n"
    "clear-dirty client=vga -> ram0\n";

static void assert_prints(const char *text, const char *printed)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *error = NULL;
    Scenario s;

    text_parse(&s, "file", text, &error);
    g_assert_cmpstr(error, ==, NULL);
    text_print(out, &s);
    g_assert_cmpstr(out->str, ==, printed);
    assert_canonical(&s);
}

static void test_text(void)
{
    Scenario s;
    char *error = NULL;

    assert_prints(canonical, canonical);

    g_assert_true(text_parse(&s, "file", canonical, &error));
    g_assert_cmpuint(s.setup.pt, ==, PT_IDENTITY);
    g_assert_cmpuint(s.setup.iommu, ==, IOMMU_TWIN);
    g_assert_cmpuint(s.setup.fill, ==, FILL_ALIGN);
    g_assert_cmpuint(s.n, ==, 14);
    g_assert_cmpuint(s.ops[1].kind, ==, OP_STORE);
    g_assert_cmphex(s.ops[1].va, ==, 0x104010);
    g_assert_cmpuint(s.ops[1].lg_size, ==, 2);
    g_assert_cmpuint(s.ops[1].big_endian, ==, 1);
    g_assert_cmphex(s.ops[1].val, ==, 0x11223344);
    g_assert_cmpuint(s.ops[3].prot, ==, 3);
    g_assert_cmpuint(s.ops[3].wid, ==, 2);
    g_assert_cmpuint(s.ops[5].perm, ==, 1);
    g_assert_cmphex(s.ops[5].offset, ==, 0x3000);
    g_assert_cmpuint(s.ops[11].kind, ==, OP_FLUSH_PAGE_MMUIDX);
}

static void test_text_spaces(void)
{
    static const char plain[] = MAGIC
        "setup pt=none iommu=deny dirty=all fill=page\n"
        "load cpu=0 idx=0 va=0x10 size=4 le\n"
        "clear-dirty client=vga -> ram1\n";

    assert_prints("# a comment, and an empty line\n\n"
                  "  tlbdiff 1 iommu\t# the magic\r\n\r\n"
                  "setup pt=none iommu=deny dirty=all fill=page\r\n"
                  "load  cpu=0\tidx=0 va=16 size=4 le# no space\n"
                  "\t clear-dirty client=vga ->ram1+0x0  ", plain);
}

/*
 * What the parser says of a line, which is the second of a file called "f".
 * Where there is none, @text is the whole file.
 */
static const struct {
    const char *name, *line, *text, *error;
} errors[] = {
    { "unknown-operation", "lod cpu=0", NULL,
      "f:2:1: expected setup|load|store|fetch|pt|pt-clear|iommu|flush|"
      "clear-dirty, found 'lod'" },
    { "no-operation", "  -> ram0", NULL,
      "f:2:3: expected setup|load|store|fetch|pt|pt-clear|iommu|flush|"
      "clear-dirty, found '->'" },
    { "missing-arrow", "pt idx=0 va=0x4000 pa=0x8000 prot=rw- attrs=wid:2",
      NULL, "f:2:20: expected ->, found 'pa=0x8000'" },
    { "missing-field", "load cpu=0 va=0x10 size=4 le", NULL,
      "f:2:12: expected idx=, found 'va=0x10'" },
    { "missing-rest", "load cpu=0 idx=0  # and?", NULL,
      "f:2:19: expected va=, found the end of the line" },
    { "wrong-case", "load CPU=0", NULL,
      "f:2:6: expected cpu=, found 'CPU=0'" },
    { "no-number", "load cpu=0 idx=0 va=", NULL,
      "f:2:21: expected a number for va, found the end of the line" },
    { "bad-number", "load cpu=0 idx=0 va=0x1g size=4 le", NULL,
      "f:2:21: expected a number for va, found '0x1g'" },
    { "negative-number", "load cpu=0 idx=-1 va=0 size=4 le", NULL,
      "f:2:16: expected a number for idx, found '-1'" },
    { "huge-number",
      "store cpu=0 idx=0 va=0x0 size=8 le val=0x10000000000000000", NULL,
      "f:2:40: expected a number for val, found '0x10000000000000000'" },
    { "out-of-range", "load cpu=0 idx=2 va=0x10 size=4 le", NULL,
      "f:2:16: expected a number below 2 for idx, found '2'" },
    { "out-of-mask", "pt idx=0 va=0x4001 -> pa=0x0 prot=--- attrs=wid:0",
      NULL, "f:2:13: expected a number for va with no bits outside 0x30f000, "
      "found '0x4001'" },
    { "out-of-ram", "clear-dirty client=vga -> ram0+0x8000", NULL,
      "f:2:32: expected a number for offset with no bits outside 0x7000, "
      "found '0x8000'" },
    { "no-offset", "clear-dirty client=vga -> ram0+", NULL,
      "f:2:32: expected a number for offset, found the end of the line" },
    { "world-id", "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=wid:4", NULL,
      "f:2:46: expected a number below 4 for attrs, found '4'" },
    { "no-world-id", "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=2", NULL,
      "f:2:42: expected wid:, found '2'" },
    { "bad-size", "load cpu=0 idx=0 va=0x10 size=16 le", NULL,
      "f:2:31: expected 1|2|4|8, found '16'" },
    { "bad-endian", "load cpu=0 idx=0 va=0x10 size=4 big", NULL,
      "f:2:33: expected le|be, found 'big'" },
    { "bad-region",
      "iommu mmu=0 index=0 page=0x0 dir=read -> rom perm=r-", NULL,
      "f:2:42: expected ram0|ram1|io|blocked|unassigned, found 'rom'" },
    { "bad-ram", "clear-dirty client=vga -> io", NULL,
      "f:2:27: expected ram0|ram1, found 'io'" },
    { "bad-letters", "pt idx=0 va=0x0 -> pa=0x0 prot=wrx attrs=wid:0", NULL,
      "f:2:32: expected rwx, with - for what is absent, found 'wrx'" },
    { "few-letters",
      "iommu mmu=0 index=0 page=0x0 dir=read -> io perm=r", NULL,
      "f:2:50: expected rw, with - for what is absent, found 'r'" },
    { "many-letters",
      "iommu mmu=0 index=0 page=0x0 dir=read -> io perm=r-x", NULL,
      "f:2:52: expected the end of the line, found 'x'" },
    { "trailing-junk", "load cpu=0 idx=0 va=0x10 size=4 le val=1", NULL,
      "f:2:36: expected the end of the line, found 'val=1'" },
    { "flush-junk", "flush cpu=0 page va=0x1000 idxmap=0x1", NULL,
      "f:2:28: expected the end of the line, found 'idxmap=0x1'" },
    { "flush-rest", "flush cpu=0 page-mmuidx va=0x1000", NULL,
      "f:2:34: expected idxmap=, found the end of the line" },
    { "bad-setup", "setup pt=some", NULL,
      "f:2:10: expected none|identity, found 'some'" },
    { "magic-missing", NULL, "load cpu=0 idx=0 va=0x10 size=4 le\n",
      "f:1:1: expected tlbdiff 1 iommu, found "
      "'load cpu=0 idx=0 va=0x10 size=4 le'" },
    { "magic-junk", NULL, "tlbdiff 1 iommu 2\n",
      "f:1:1: expected tlbdiff 1 iommu, found 'tlbdiff 1 iommu 2'" },
    { "magic-longer", NULL, "tlbdiff 1 iommufoo\n",
      "f:1:1: expected tlbdiff 1 iommu, found 'tlbdiff 1 iommufoo'" },
    { "magic-version", NULL, "tlbdiff 2 iommu\n",
      "f:1:1: expected tlbdiff 1 iommu, found 'tlbdiff 2 iommu'" },
    { "empty-file", NULL, "",
      "f:1:1: expected tlbdiff 1 iommu, found the end of the file" },
    { "only-comments", NULL, "# nothing\n\n",
      "f:1:1: expected tlbdiff 1 iommu, found the end of the file" },
    { "late-setup", NULL, MAGIC "flush cpu=0 all\n"
      "  setup pt=none iommu=deny dirty=all fill=page\n",
      "f:3:3: expected setup once, before the first operation, "
      "found 'setup'" },
    { "second-setup", NULL, MAGIC
      "setup pt=none iommu=deny dirty=all fill=page\n"
      "setup pt=none iommu=deny dirty=all fill=page\n",
      "f:3:1: expected setup once, before the first operation, "
      "found 'setup'" },
    { "wide-value", "store cpu=0 idx=0 va=0x0 size=1 le val=0x100", NULL,
      "f:2:40: expected a val that fits into size, found '0x100'" },
    { "flush-what", "flush cpu=0 pge va=0x1000", NULL,
      "f:2:13: expected all|page|mmuidx|page-mmuidx, found 'pge'" },
    { "flush-nothing", "flush cpu=0", NULL,
      "f:2:12: expected all|page|mmuidx|page-mmuidx, "
      "found the end of the line" },
    { "blank-number", "load cpu=0 idx=0 va= size=4 le", NULL,
      "f:2:21: expected a number for va, found a blank" },
    { "no-blank", "pt idx=0 va=0x0 -> pa=0x0 prot=rwxattrs=wid:0", NULL,
      "f:2:35: expected a blank, found 'attrs=wid:0'" },
};

static void test_error(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autofree char *text = errors[i].text ? g_strdup(errors[i].text) :
        g_strconcat(MAGIC, errors[i].line, "\nflush cpu=0 all\n", NULL);
    g_autofree char *error = NULL;
    Scenario s;

    g_assert_false(text_parse(&s, "f", text, &error));
    g_assert_cmpstr(error, ==, errors[i].error);
}

/* Lines that must be refused, whatever the rest of the message is. */
static void test_refused(void)
{
    static const struct {
        const char *text, *where, *expected;
    } cases[] = {
        { MAGIC "store cpu=0 idx=0 va=0x0 size=1 le val=0x100", "f:2:",
          ": expected a val that fits into size, found " },
        { MAGIC "store cpu=0 idx=0 va=0x0 size=4 be val=0x100000000",
          "f:2:", ": expected a val that fits into size, found " },
        { MAGIC "flush cpu=0 pge va=0x1000", "f:2:13: ", ": expected all" },
        { MAGIC "flush cpu=0", "f:2:12: ", ": expected all" },
        { MAGIC "load cpu=0 idx=0 va= size=4 le", "f:2:21: ",
          ": expected a number for va, found " },
        { "tlbdiff 2 iommu\n", "f:1:", ": expected " },
        { "tlbdiff 1 iommus\n", "f:1:", ": expected " },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *error = NULL;
        Scenario s;

        g_assert_false(text_parse(&s, "f", cases[i].text, &error));
        if (!g_str_has_prefix(error, cases[i].where) ||
            !strstr(error, cases[i].expected)) {
            g_test_message("%s: %s", cases[i].text, error);
            g_test_fail();
        }
    }
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

/* Any text: an error or a scenario, but never a crash. */
static void test_damaged_text(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);

    for (unsigned i = 0; i < 5000; i++) {
        g_autofree char *text = g_strdup(canonical);
        g_autofree char *error = NULL;
        size_t len = strlen(text);
        Scenario s;
        bool ok;

        for (unsigned n = g_rand_int_range(rand, 1, 4); n; n--) {
            text[g_rand_int_range(rand, 0, len)] =
                g_rand_boolean(rand) ? canonical[g_rand_int_range(rand, 0,
                                                                  len)] :
                                       g_rand_int_range(rand, 0, 256);
        }
        ok = text_parse(&s, "f", text, &error);
        if (ok) {
            g_assert_null(error);
            assert_canonical(&s);
            assert_round_trips(&s);
        } else {
            g_assert_true(g_str_has_prefix(error, "f:"));
        }
    }
}

/* --- either form, from memory and from files --- */

static void test_decode_either(void)
{
    static const char broken[] = "tlbdiff 1 iommu\nnonsense, and long enough";
    uint8_t bytes[SCENARIO_BYTES];
    Scenario s, t;

    mutate_random(&s, 5, 1);
    text_decode(&t, bytes, scenario_encode(&s, bytes));
    assert_same(&s, &t);

    text_decode(&s, (const uint8_t *)canonical, strlen(canonical));
    g_assert_cmpuint(s.n, ==, 14);
    assert_round_trips(&s);

    /* not quite text: so it is binary */
    text_decode(&s, (const uint8_t *)broken, strlen(broken));
    scenario_decode(&t, (const uint8_t *)broken, strlen(broken));
    assert_same(&s, &t);
}

/* What text_load() says of a file with this content; NULL: it is well. */
static char *load_error(Scenario *s, const void *data, size_t len)
{
    g_autofree char *path = NULL;
    char *error = NULL, *said = NULL;
    int fd = g_file_open_tmp("tlbdiff-XXXXXX", &path, NULL);
    bool ok;

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    g_assert_true(g_file_set_contents(path, data, len, NULL));
    ok = text_load(s, path, &error);
    g_assert_cmpint(ok, ==, !error);
    if (error) {
        /* without the file's name */
        g_assert_true(g_str_has_prefix(error, path));
        said = g_strdup(error + strlen(path));
    }
    g_unlink(path);
    g_free(error);
    return said;
}

static void assert_load_error(const void *data, size_t len, const char *want)
{
    Scenario s;
    g_autofree char *error = load_error(&s, data, len);

    g_assert_cmpstr(error, ==, want);
}

static void test_load(void)
{
    static const uint8_t large[SCENARIO_BYTES + 1];
    g_autofree char *spaces = g_strnfill(64 * 1024, ' ');
    g_autofree char *wide = g_strconcat(MAGIC, spaces, NULL);
    uint8_t bytes[SCENARIO_BYTES];
    char *error = NULL;
    Scenario s, t;

    mutate_random(&s, SCENARIO_OPS, 2);
    g_assert_null(load_error(&t, bytes, scenario_encode(&s, bytes)));
    assert_same(&s, &t);
    g_assert_null(load_error(&t, canonical, strlen(canonical)));
    g_assert_cmpuint(t.n, ==, 14);
    g_assert_null(load_error(&t, "", 0));
    g_assert_cmpuint(t.n, ==, 0);

    assert_load_error(MAGIC "x", strlen(MAGIC "x"),
                      ":2:1: expected setup|load|store|fetch|pt|pt-clear|"
                      "iommu|flush|clear-dirty, found 'x'");
    assert_load_error(large, sizeof(large), ": too large: 1301 bytes, a "
                      "scenario in binary has at most 1300");
    assert_load_error(MAGIC "\0", strlen(MAGIC) + 1, ": not text: a zero "
                      "byte at 16; binary scenarios do not begin with "
                      "'tlbdiff '");
    assert_load_error(wide, strlen(wide), ": too large: 65552 bytes, a "
                      "scenario in text has at most 65536");

    g_assert_false(text_load(&s, "/nonexistent/x", &error));
    g_assert_cmpstr(error, ==, "/nonexistent/x: No such file or directory");
    g_free(error);
    g_assert_false(text_load(&s, "/", &error));
    g_assert_cmpstr(error, ==, "/: Is a directory");
    g_free(error);
}

/* --- the mutators --- */

static void test_mutate(void)
{
    Scenario s, t, before;
    unsigned changed = 0, grew = 0, shrank = 0, largest = 0;

    mutate_random(&s, 10, 3);
    for (uint32_t seed = 0; seed < 20000; seed++) {
        if (seed % 1000 == 0) {
            mutate_random(&s, seed / 1000 % 3 * SCENARIO_OPS / 2, seed);
        }
        before = t = s;
        mutate(&s, seed);
        mutate(&t, seed);
        assert_canonical(&s);
        assert_same(&s, &t);
        changed += s.n != before.n ||
                   memcmp(s.ops, before.ops, s.n * sizeof(Op)) ||
                   !same_op(&s.setup, &before.setup);
        largest = MAX(largest, s.n);
        grew += s.n > before.n;
        shrank += s.n < before.n;
    }
    /* nearly always something is changed; the size goes either way */
    g_assert_cmpuint(changed, >, 15000);
    g_assert_cmpuint(largest, ==, SCENARIO_OPS);
    g_assert_cmpuint(grew, >, 1000);
    g_assert_cmpuint(shrank, >, 1000);
}

/* In time, each field of an operation is changed. */
static void test_mutate_fields(void)
{
    const OpInfo *info = &op_table[OP_IOMMU];
    unsigned changed[OP_FIELDS] = { 0 };

    for (uint32_t seed = 0; seed < 5000; seed++) {
        Scenario s = { .n = 1, .ops = { { .kind = OP_IOMMU } } };

        mutate(&s, seed);
        if (s.n != 1 || s.ops[0].kind != OP_IOMMU) {
            continue;
        }
        for (unsigned i = 0; !field_end(info, &info->fields[i]); i++) {
            changed[i] += field_get(&s.ops[0], &info->fields[i]) != 0;
        }
    }
    for (unsigned i = 0; !field_end(info, &info->fields[i]); i++) {
        g_assert_cmpuint(changed[i], >, 20);
    }
}

static bool has_op(const Scenario *s, const Op *op)
{
    for (unsigned i = 0; i < s->n; i++) {
        if (same_op(&s->ops[i], op)) {
            return true;
        }
    }
    return false;
}

/* Nothing in the mixture is of neither. */
static void test_cross(void)
{
    unsigned mixed = 0;

    for (uint32_t seed = 0; seed < 5000; seed++) {
        Scenario a, b, s, t;
        unsigned from_a = 0, from_b = 0;

        mutate_random(&a, seed % (SCENARIO_OPS + 1), seed);
        mutate_random(&b, seed / 65 % (SCENARIO_OPS + 1), ~seed);
        s = t = a;
        mutate_cross(&s, &b, seed);
        mutate_cross(&t, &b, seed);
        assert_canonical(&s);
        assert_same(&s, &t);
        for (unsigned i = 0; i < s.n; i++) {
            bool in_a = has_op(&a, &s.ops[i]), in_b = has_op(&b, &s.ops[i]);

            g_assert_true(in_a || in_b);
            from_a += in_a;
            from_b += in_b;
        }
        mixed += from_a && from_b;
    }
    g_assert_cmpuint(mixed, >, 2000);
}

/* The same seed gives the same, and another seed something else. */
static void test_random_is_determined(void)
{
    Scenario s, t;

    for (uint32_t seed = 0; seed < 100; seed++) {
        mutate_random(&s, 20, seed);
        mutate_random(&t, 20, seed);
        assert_same(&s, &t);
        mutate_random(&t, 20, seed + 1);
        g_assert_true(memcmp(s.ops, t.ops, 20 * sizeof(Op)));
    }
    mutate_random(&s, SCENARIO_OPS + 100, 1);
    g_assert_cmpuint(s.n, ==, SCENARIO_OPS);
}

/* Every kind of operation comes up. */
static void test_random_kinds(void)
{
    unsigned kinds[OP_KINDS] = { 0 };

    for (uint32_t seed = 0; seed < 100; seed++) {
        Scenario s;

        mutate_random(&s, SCENARIO_OPS, seed);
        for (unsigned i = 0; i < s.n; i++) {
            kinds[s.ops[i].kind]++;
        }
    }
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_assert_cmpuint(kinds[kind], >, 50);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/language/table/widths", test_widths);
    g_test_add_func("/language/table/fields", test_fields);
    g_test_add_func("/language/table/fixup", test_fixup);
    g_test_add_func("/language/bytes/random", test_random_scenarios);
    g_test_add_func("/language/bytes/any", test_any_bytes);
    g_test_add_func("/language/bytes/known", test_bytes);
    g_test_add_func("/language/text/known", test_text);
    g_test_add_func("/language/text/spaces", test_text_spaces);
    for (unsigned i = 0; i < G_N_ELEMENTS(errors); i++) {
        g_autofree char *path = g_strconcat("/language/error/",
                                            errors[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_error);
    }
    g_test_add_func("/language/error/refused", test_refused);
    g_test_add_func("/language/error/too-many", test_too_many);
    g_test_add_func("/language/error/damaged", test_damaged_text);
    g_test_add_func("/language/load/either", test_decode_either);
    g_test_add_func("/language/load/file", test_load);
    g_test_add_func("/language/mutate/mutate", test_mutate);
    g_test_add_func("/language/mutate/fields", test_mutate_fields);
    g_test_add_func("/language/mutate/cross", test_cross);
    g_test_add_func("/language/mutate/determined", test_random_is_determined);
    g_test_add_func("/language/mutate/kinds", test_random_kinds);
    return g_test_run();
}
