/*
 * The operation language: the table of operations, and bytes, text and
 * operations turned into each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "reference-model/board.h"
#include "harness/scenario/mutate.h"
#include "harness/scenario/text.h"
#include "scenarios.h"

/* --- the table --- */

/* The set-ups of targets have no numbers: they come after the operations. */
#define RECORDS (OP_KINDS + TARGETS)

static const OpInfo *info_of(unsigned kind)
{
    return kind < OP_KINDS ? &op_table[kind] :
                             &target_table[kind - OP_KINDS].setup;
}

/* All that an operation has fits into its record, behind the kind. */
static void test_widths(void)
{
    for (unsigned kind = 0; kind < RECORDS; kind++) {
        const OpInfo *info = info_of(kind);
        unsigned width = 0;

        g_assert_nonnull(info->name);
        g_assert_true(info->n || kind == OP_GRACE_PERIOD ||
                      kind == OP_REACT_FILL || kind == OP_CPU_REPLACE ||
                      kind == OP_SAVE_LOAD || kind == OP_JOIN);
        g_assert_cmpuint(info->n, <=, OP_FIELDS);
        for (const Field *f = info->fields; !field_end(info, f); f++) {
            width += f->width;
            g_assert_cmpuint(f->width, <=, 8);
            g_assert_cmpint(f->width == 0, ==, f->form == FORM_LITERAL);
            if (f->width && f->width < 8) {
                uint64_t top = f->limit ? f->limit - 1 : f->mask;

                g_assert_cmphex(top >> (8 * f->width), ==, 0);
            }
        }
        g_assert_cmpuint(width, <=, RECORD_SIZE - 1);
    }
    g_assert_cmpuint(OP_KINDS, <=, 256);
}

/* No operation has a field twice, nor the operation's kind as a field. */
static void test_members(void)
{
    for (unsigned kind = 0; kind < RECORDS; kind++) {
        const OpInfo *info = info_of(kind);

        for (const Field *f = info->fields; !field_end(info, f); f++) {
            if (!f->width) {
                continue;
            }
            g_assert_nonnull(f->name);
            g_assert_cmpuint(f->member, !=, offsetof(Op, kind));
            g_assert_cmpuint(f->member, <, sizeof(Op));
            for (const Field *g = info->fields; g != f; g++) {
                g_assert_true(!g->width || g->member != f->member);
                g_assert_true(!g->width || strcmp(g->name, f->name));
            }
        }
    }
}

/* As many words as values, none of them twice; and a letter for each bit. */
static void test_words(void)
{
    for (unsigned kind = 0; kind < RECORDS; kind++) {
        const OpInfo *info = info_of(kind);

        for (const Field *f = info->fields; !field_end(info, f); f++) {
            unsigned n = f->words ? g_strv_length((char **)f->words) : 0;

            switch (f->form) {
            case FORM_NAMED:
            case FORM_WORD:
                g_assert_cmpuint(n, ==, f->limit);
                break;
            case FORM_LITERAL:
                g_assert_cmpuint(n, ==, 1);
                break;
            case FORM_LIST:
                g_assert_cmpuint(1u << n, ==, f->limit);
                break;
            case FORM_LETTERS:
                g_assert_cmpuint(n, ==, 1);
                g_assert_cmpuint(1u << strlen(f->words[0]), ==, f->limit);
                break;
            case FORM_FLAG:
                g_assert_cmpuint(f->limit, ==, 2);
                /* fall through */
            default:
                g_assert_cmpuint(n, ==, 0);
            }
            for (unsigned i = 0; i < n; i++) {
                for (unsigned k = 0; k < i; k++) {
                    g_assert_cmpstr(f->words[i], !=, f->words[k]);
                }
            }
        }
    }
}

static const Field *field_of(unsigned kind, size_t member)
{
    const OpInfo *info = info_of(kind);

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (f->width && f->member == member) {
            return f;
        }
    }
    g_assert_not_reached();
}

#define FIELD(kind, member) field_of(kind, offsetof(Op, member))

/* "2k" is 2048. */
static uint64_t number(const char *word)
{
    char *end;
    uint64_t n = g_ascii_strtoull(word, &end, 10);

    return *end == 'k' ? n << 10 : *end == 'M' ? n << 20 : n;
}

/* Words that are numbers mean those numbers. */
static void test_numbers(void)
{
    const Field *f = FIELD(OP_LOAD, lg_size);

    for (unsigned i = 0; i < f->limit; i++) {
        g_assert_cmpuint(number(f->words[i]), ==, 1u << i);
    }
    f = FIELD(OP_LOAD, align);
    g_assert_cmpstr(f->words[RM_ALIGN_NONE], ==, "none");
    g_assert_cmpstr(f->words[RM_ALIGN_NATURAL], ==, "natural");
    for (unsigned i = 1; i < RM_ALIGN_NATURAL; i++) {
        g_assert_cmpuint(number(f->words[i]), ==, 1u << i);
    }
    f = FIELD(OP_PT, lg);
    for (unsigned i = 0; i < f->limit; i++) {
        Op op = { .lg = i };

        g_assert_cmpuint(number(f->words[i]), ==,
                         i ? op_lg_page(&op) : RM_PAGE_BITS);
        g_assert_cmpint(i == 0, ==, op_lg_page(&op) == 0);
    }
    f = FIELD(OP_IOMMU, mask);
    for (unsigned i = 0; i < f->limit; i++) {
        Op op = { .mask = i };

        g_assert_cmpuint(number(f->words[i]), ==,
                         i ? 1ull << op_lg_mask(&op) : RM_PAGE_SIZE);
        g_assert_cmpint(i == 0, ==, op_lg_mask(&op) == 0);
    }
    f = FIELD(OP_FLUSH_RANGE, bits);
    for (unsigned i = 0; i < f->limit; i++) {
        g_assert_cmpuint(number(f->words[i]), ==,
                         op_bits(&(Op) { .bits = i }));
    }
    f = FIELD(OP_CROWD, crowd);
    for (unsigned i = 0; i < f->limit; i++) {
        Op op = { .crowd = i };

        g_assert_cmpuint(number(f->words[i]), ==, op_crowd(&op));
        g_assert_cmpuint(op_crowd(&op), <=, RM_CROWD_PAGES);
    }
}

/* What an operation never has, whatever its record says: op_fit(). */
static bool never(const Op *op)
{
    return ((op->kind == OP_FETCH || op->kind == OP_RMW) &&
            op->lg_size == 4) ||
           (op->kind == OP_LOG && op->client == RM_CODE) ||
           op->valid_min > op->valid_max || op->impl_min > op->impl_max ||
           ((op->kind == OP_SLOT || op->kind == OP_ENTRY) &&
            (op->mode == SLOT_NAPOT) != !!op->span);
}

/* Values of @f: all if they are few; else the extremes and each bit alone. */
static void each_value(unsigned kind, const Op *base, const Field *f)
{
    for (unsigned i = 0; i < 64 + 2 + 32; i++) {
        uint64_t v = i < 64 ? 1ull << i : i == 64 ? 0 :
                     i > 65 ? i - 66 : f->limit ? f->limit - 1 : f->mask;
        Scenario s = { .n = 0 };
        Op op = *base;

        if (field_reduce(f, v) != v) {
            continue;
        }
        *field_ptr(&op, f) = v;
        if (never(&op)) {
            continue;
        }
        if (kind >= OP_KINDS) {
            s.setup = op;
        } else {
            s.setup.kind = target_for(kind);
            s.ops[s.n++] = op;
        }
        assert_canonical(&s);
        assert_round_trips(&s);
    }
}

static void test_fields(void)
{
    for (unsigned kind = 0; kind < RECORDS; kind++) {
        const OpInfo *info = info_of(kind);

        for (const Field *f = info->fields; !field_end(info, f); f++) {
            Op op = { .kind = kind < OP_KINDS ? kind : kind - OP_KINDS };

            /* what the field needs beside it */
            if (f->member == offsetof(Op, val)) {
                op.lg_size = 3;
            } else if (f->member == offsetof(Op, val_hi)) {
                op.lg_size = 4;
            } else if (kind == OP_IOMMU && f->member != offsetof(Op, mmu)) {
                op.mmu = 1;
            } else if (kind == OP_REG_READ || kind == OP_REG_WRITE) {
                op.lg_size = 3;
            } else if ((kind == OP_SLOT || kind == OP_ENTRY) &&
                       f->member != offsetof(Op, mode)) {
                op.mode = SLOT_NAPOT;
                op.span = 1;
            }
            if (f->width) {
                each_value(kind, &op, f);
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
    op.lg_size = 5 * 100 + 1;
    op_fixup(&op_table[OP_STORE], &op);
    g_assert_cmphex(op.va, ==, 0x30ffff);
    g_assert_cmpuint(op.idx, ==, UINT64_MAX % RM_MMU_IDX);
    g_assert_cmpuint(op.lg_size, ==, 1);
    g_assert_cmphex(op.val, ==, 0xffff);
    g_assert_cmphex(op.val_hi, ==, 0);
    g_assert_cmphex(op.pa, ==, 0);
    g_assert_cmphex(op.perm, ==, 0);
    g_assert_cmphex(op.nonfault, ==, 0);

    for (unsigned lg_size = 0; lg_size < 5; lg_size++) {
        op = (Op) { .kind = OP_STORE, .lg_size = lg_size,
                    .val = 0x1122334455667788, .val_hi = 0x99 };
        op_fixup(&op_table[OP_STORE], &op);
        g_assert_cmphex(op.val, ==, lg_size == 0 ? 0x88 :
                        lg_size == 1 ? 0x7788 : lg_size == 2 ? 0x55667788 :
                        0x1122334455667788);
        g_assert_cmphex(op.val_hi, ==, lg_size == 4 ? 0x99 : 0);
    }

    /* of the set-up, all of whose fields are reduced, too */
    memset(&op, 0xff, sizeof(op));
    op.kind = 0;
    op.dirty = 2;
    op_fixup(&target_table[TARGET_IOMMU].setup, &op);
    g_assert_cmpuint(op.iommu, ==, UINT64_MAX % IOMMU_PRESETS);
    g_assert_cmpuint(op.dirty, ==, 0);
    g_assert_cmpuint(op.va, ==, 0);
}

static void test_classes(void)
{
    unsigned access = 0, asks = 0, react = 0;

    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        Op op = { .kind = kind };

        access += op_is_access(&op);
        asks += op_asks(&op);
        react += op_can_react(&op);
        /* what looks pages up is no reaction, nor is a reaction one */
        g_assert_false(op_asks(&op) && op_can_react(&op));
        g_assert_true(op_asks(&op) || !op_is_access(&op));
    }
    g_assert_cmpuint(access, ==, 5);
    g_assert_cmpuint(asks, ==, 9);
    g_assert_cmpuint(react, ==, OP_KINDS - 9 - 16);
    g_assert_true(op_is_access(&(Op) { .kind = OP_CMPXCHG }));
    g_assert_false(op_is_access(&(Op) { .kind = OP_PROBE }));
    g_assert_true(op_asks(&(Op) { .kind = OP_BLOCK }));
    g_assert_false(op_asks(&(Op) { .kind = OP_PT }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_REACT }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_REACT_FILL }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_REACT_TRANSLATE }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_UNPROTECT }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_RUN_STATE }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_GRACE_PERIOD }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_QUEUED_WORK }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_CPU_REPLACE }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_SAVE_LOAD }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_CPU_RESET }));
    g_assert_false(op_can_react(&(Op) { .kind = OP_BREAKPOINT }));
}

/* What a compare-exchange expects: what was loaded last, or not that. */
static void test_compare_with(void)
{
    const uint64_t last = 0x1122334455667788, hi = 0x99aabbccddeeff00;

    for (unsigned lg_size = 0; lg_size < 5; lg_size++) {
        Op op = { .kind = OP_CMPXCHG, .lg_size = lg_size, .cmp = CMP_LAST };
        uint64_t mask = lg_size < 3 ? (1ull << (8 << lg_size)) - 1 : -1ull;
        uint64_t cmp, cmp_hi;

        op_compare(&op, last, hi, &cmp, &cmp_hi);
        g_assert_cmphex(cmp, ==, last & mask);
        g_assert_cmphex(cmp_hi, ==, lg_size == 4 ? hi : 0);
        op.cmp = CMP_OTHER;
        op_compare(&op, last, hi, &cmp, &cmp_hi);
        g_assert_cmphex(cmp, ==, ~last & mask);
        g_assert_cmphex(cmp_hi, ==, lg_size == 4 ? ~hi : 0);
    }
}

/* --- bytes --- */

static void test_random_scenarios(void)
{
    for (uint32_t seed = 0; seed < 500; seed++) {
        Scenario s;

        mutate_random(&s, TARGET_IOMMU, seed % (SCENARIO_OPS + 1), seed);
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

static void random_bytes(GRand *rand, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = g_rand_int(rand);
    }
}

static void test_any_bytes(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(4);
    uint8_t bytes[SCENARIO_BYTES + 3 * RECORD_SIZE];

    for (unsigned round = 0; round < 5; round++) {
        random_bytes(rand, bytes, sizeof(bytes));
        for (size_t len = 0; len <= 3 * RECORD_SIZE; len++) {
            assert_decodes(bytes, len);
        }
        for (size_t len = SCENARIO_BYTES - 1; len <= sizeof(bytes);
             len += 7) {
            assert_decodes(bytes, len);
        }
    }
    memset(bytes, 0xff, sizeof(bytes));
    assert_decodes(bytes, sizeof(bytes));
}

/* Records of every kind, whatever their fields and the bytes after them. */
static void test_any_records(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(6);
    unsigned kinds[OP_KINDS] = { 0 };

    for (unsigned round = 0; round < 20000; round++) {
        uint8_t bytes[3 * RECORD_SIZE];
        Scenario s;

        random_bytes(rand, bytes, sizeof(bytes));
        /* often, fields that are all ones, or 0 */
        for (unsigned i = round % 4; i; i--) {
            unsigned at = g_rand_int_range(rand, 1, RECORD_SIZE);

            memset(bytes + RECORD_SIZE + at, round & 8 ? 0 : 0xff,
                   RECORD_SIZE - at);
        }
        assert_decodes(bytes, 2 * RECORD_SIZE + round % RECORD_SIZE);
        scenario_decode(&s, bytes, 2 * RECORD_SIZE);
        kinds[s.ops[0].kind]++;
    }
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        /* one byte of 256 says it, to one target at least */
        g_assert_cmpuint(kinds[kind], >, 20000 / 256 / TARGETS / 2);
    }
}

/* The bytes as they are: kind, fields in their order, little-endian. */
static void test_bytes(void)
{
    static const uint8_t bytes[3 * RECORD_SIZE] = {
        0, 1, 2, 1, 0,
        [RECORD_SIZE] = OP_STORE, 0, 1, 0x34, 0x12, 0x20, 0, 4, 1,
        0x44, 0x33, 0x22, 0x11, 0, 0, 0, 0x80,
        1, 0, 0, 0, 0, 0, 0, 0x70, 7, 1, 5,
        [2 * RECORD_SIZE] = OP_PT, 1, 0, 0x40, 0, 0, 0, 0x80, 0, 0, 7, 6, 6,
        8,
    };
    g_autoptr(GString) text = g_string_new(NULL);
    uint8_t back[SCENARIO_BYTES];
    Scenario s;

    memset(back, 0xff, sizeof(back));
    scenario_decode(&s, bytes, sizeof(bytes));
    text_print(text, &s);
    g_assert_cmpstr(text->str, ==, MAGIC
        "setup pt=identity iommu=split dirty=none fill=page\n"
        "store cpu=0 idx=1 va=0x201234 size=16 be val=0x8000000011223344 "
        "hi=0x7000000000000001 align=natural tlb-only atom=none\n"
        "pt idx=1 va=0x4000 -> pa=0x8000 prot=rwx attrs=wid:2,secure lg=21 "
        "flags=---i\n");
    g_assert_cmpmem(back, scenario_encode(&s, back), bytes, sizeof(bytes));
}

/* --- either form, from memory and from files --- */

#define SHORT MAGIC "load cpu=0 idx=0 va=0x10 size=4 le\nflush cpu=0 all\n"

static void test_decode_either(void)
{
    static const char broken[] = "tlbdiff 1 iommu\nnonsense, and long "
        "enough to make up more than two records, in binary form";
    uint8_t bytes[SCENARIO_BYTES];
    Scenario s, t;

    mutate_random(&s, TARGET_IOMMU, 5, 1);
    text_decode(&t, bytes, scenario_encode(&s, bytes));
    assert_same(&s, &t);

    text_decode(&s, (const uint8_t *)SHORT, strlen(SHORT));
    g_assert_cmpuint(s.n, ==, 2);
    g_assert_cmpuint(s.ops[1].kind, ==, OP_FLUSH);

    /* not quite text: so it is binary */
    text_decode(&s, (const uint8_t *)broken, strlen(broken));
    scenario_decode(&t, (const uint8_t *)broken, strlen(broken));
    g_assert_cmpuint(s.n, >, 0);
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
    g_autofree char *text = with_names(want);

    g_assert_cmpstr(error, ==, text);
}

static void test_load(void)
{
    static const uint8_t large[SCENARIO_BYTES + 1];
    g_autofree char *spaces = g_strnfill(64 * 1024, ' ');
    g_autofree char *wide = g_strconcat(MAGIC, spaces, NULL);
    uint8_t bytes[SCENARIO_BYTES];
    char *error = NULL;
    Scenario s, t;

    mutate_random(&s, TARGET_IOMMU, SCENARIO_OPS, 2);
    g_assert_null(load_error(&t, bytes, scenario_encode(&s, bytes)));
    assert_same(&s, &t);
    g_assert_null(load_error(&t, SHORT, strlen(SHORT)));
    g_assert_cmpuint(t.n, ==, 2);
    g_assert_null(load_error(&t, "", 0));
    g_assert_cmpuint(t.n, ==, 0);

    assert_load_error(MAGIC "x", strlen(MAGIC "x"),
                      ":2:1: expected " NAMES ", found 'x'");
    assert_load_error(large, sizeof(large), ": too large: 2081 bytes, a "
                      "scenario in binary has at most 2080");
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/language/table/widths", test_widths);
    g_test_add_func("/language/table/members", test_members);
    g_test_add_func("/language/table/words", test_words);
    g_test_add_func("/language/table/numbers", test_numbers);
    g_test_add_func("/language/table/fields", test_fields);
    g_test_add_func("/language/table/fixup", test_fixup);
    g_test_add_func("/language/table/classes", test_classes);
    g_test_add_func("/language/table/compare-with", test_compare_with);
    g_test_add_func("/language/bytes/random", test_random_scenarios);
    g_test_add_func("/language/bytes/any", test_any_bytes);
    g_test_add_func("/language/bytes/records", test_any_records);
    g_test_add_func("/language/bytes/known", test_bytes);
    g_test_add_func("/language/load/either", test_decode_either);
    g_test_add_func("/language/load/file", test_load);
    return g_test_run();
}
