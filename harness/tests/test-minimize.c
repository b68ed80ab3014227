/*
 * Making scenarios small, with tests that need no engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/scenario/minimize.h"
#include "harness/scenario/mutate.h"
#include "harness/scenario/target.h"
#include "harness/scenario/text.h"
#include "scenarios.h"

static Scenario parse(const char *lines)
{
    g_autofree char *text = g_strconcat(MAGIC, lines, NULL);
    char *error = NULL;
    Scenario s;

    text_parse(&s, "f", text, &error);
    g_assert_cmpstr(error, ==, NULL);
    return s;
}

static void assert_lines(const Scenario *s, const char *lines)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *want = g_strconcat(MAGIC, lines, NULL);

    text_print(text, s);
    g_assert_cmpstr(text->str, ==, want);
}

static const Op *first_of(const Scenario *s, OpKind kind)
{
    for (unsigned i = 0; i < s->n; i++) {
        if (s->ops[i].kind == kind) {
            return &s->ops[i];
        }
    }
    return NULL;
}

#define SETUP "setup pt=none iommu=deny dirty=all fill=page\n"

#define CLUTTER \
    "load cpu=1 idx=1 va=0x4010 size=4 be\n" \
    "flush cpu=0 page-bits va=0x1000 idxmap=0x3 bits=20\n" \
    "map io off\n"

/* --- operations --- */

static bool store_then_load(void *opaque, const Scenario *s)
{
    for (unsigned i = 0; i + 1 < s->n; i++) {
        for (unsigned j = i + 1; j < s->n; j++) {
            if (s->ops[i].kind == OP_STORE && s->ops[j].kind == OP_LOAD &&
                s->ops[i].va == s->ops[j].va && s->ops[i].va & 0x2000) {
                return true;
            }
        }
    }
    return false;
}

/* Equal addresses stay equal, and go down together. */
static void test_ops(void)
{
    Scenario s = parse(
        CLUTTER CLUTTER CLUTTER
        "store cpu=0 idx=1 va=0x206018 size=8 be val=0x1122\n"
        CLUTTER
        "load cpu=1 idx=1 va=0x206018 size=16 be align=natural atom=none\n"
        CLUTTER);

    minimize(&s, store_then_load, NULL);
    assert_lines(&s, SETUP
        "store cpu=0 idx=0 va=0x2000 size=1 le val=0x0\n"
        "load cpu=0 idx=0 va=0x2000 size=1 le\n");
}

/* What makes a reaction goes with it, so that no other becomes one. */
static bool reaction_flushes(void *opaque, const Scenario *s)
{
    for (unsigned i = 0; i + 1 < s->n; i++) {
        if (s->ops[i].kind == OP_REACT) {
            g_assert_true(s->ops[i + 1].kind == OP_FLUSH ||
                          s->ops[i + 1].kind == OP_CLOCK);
            return s->ops[i + 1].kind == OP_FLUSH;
        }
    }
    return false;
}

static void test_reaction(void)
{
    Scenario s = parse(
        CLUTTER
        "react io dir=read\n"
        "flush cpu=1 all synced\n"
        CLUTTER
        "react big dir=write\n"
        "clock ms=5\n");

    minimize(&s, reaction_flushes, NULL);
    assert_lines(&s, SETUP "react romd dir=read\nflush cpu=0 all\n");
}

static bool flushes(void *opaque, const Scenario *s)
{
    return first_of(s, OP_FLUSH);
}

static void test_no_reaction(void)
{
    Scenario s = parse("react io dir=read\nflush cpu=1 all synced\n");

    minimize(&s, flushes, NULL);
    assert_lines(&s, SETUP "flush cpu=0 all\n");
}

/* --- set-up --- */

static bool has_page(void *opaque, const Scenario *s)
{
    return first_of(s, OP_LOAD) && s->setup.iommu >= IOMMU_SPLIT &&
           (s->setup.pt == PT_IDENTITY || first_of(s, OP_PT));
}

/* A set-up that comes later in the table, if it spares an operation. */
static void test_setup(void)
{
    Scenario s = parse(
        "setup pt=none iommu=fine dirty=none fill=align\n"
        "pt idx=0 va=0x4000 -> pa=0x8000 prot=rw- attrs=wid:2\n"
        "load cpu=0 idx=0 va=0x4010 size=4 le\n");

    minimize(&s, has_page, NULL);
    assert_lines(&s,
        "setup pt=identity iommu=split dirty=all fill=page\n"
        "load cpu=0 idx=0 va=0x0 size=1 le\n");
}

/* --- fields --- */

static bool still_there(void *opaque, const Scenario *s)
{
    return first_of(s, *(OpKind *)opaque);
}

static unsigned a_target_with(OpKind kind)
{
    for (unsigned i = 0; i < TARGETS; i++) {
        if (target_has(&target_table[i], kind)) {
            return i;
        }
    }
    g_assert_not_reached();
}

/* What is the simplest value?  All rights; 0 of everything else. */
static void test_simplest(void)
{
    for (OpKind kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];
        Scenario s = { .n = 1 };
        uint8_t bytes[2 * RECORD_SIZE];
        Op op;

        memset(bytes, 0xff, sizeof(bytes));
        bytes[0] = a_target_with(kind);
        bytes[RECORD_SIZE] = kind;
        scenario_decode(&s, bytes, sizeof(bytes));
        minimize(&s, still_there, &kind);
        g_assert_cmpuint(s.n, ==, 1);
        for (const Field *f = info->fields; !field_end(info, f); f++) {
            bool rights = f->form == FORM_LETTERS &&
                          !(f->how & FIELD_OPTIONAL);

            if (!f->width) {
                continue;
            }
            /* of some, the simplest value depends on another field */
            op = (Op) { .kind = kind };
            *field_ptr(&op, f) = rights ? f->limit - 1 : 0;
            op_fit(&op_table[op.kind], &op);
            g_assert_cmphex(field_get(&s.ops[0], f), ==, field_get(&op, f));
        }
    }
}

static bool some_bits(void *opaque, const Scenario *s)
{
    const Op *op = first_of(s, OP_STORE);

    return op && op->val & 0xf00000000ull && op->val & 0xf;
}

static void test_bits(void)
{
    Scenario s = parse(
        "store cpu=0 idx=0 va=0x10 size=8 le val=0xffffffffffffffff\n");

    minimize(&s, some_bits, NULL);
    assert_lines(&s, SETUP
        "store cpu=0 idx=0 va=0x0 size=8 le val=0x100000001\n");
}

/* --- all of it --- */

/* Some answer that depends on the whole scenario and nothing else. */
static bool arbitrary(void *opaque, const Scenario *s)
{
    uint8_t bytes[SCENARIO_BYTES];
    size_t len = scenario_encode(s, bytes);
    uint64_t hash = *(uint64_t *)opaque;

    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3ull;
    }
    return (hash >> 32) % 8 == 0;
}

static void test_twice(void)
{
    unsigned smaller = 0;

    for (uint64_t seed = 0; seed < 100; seed++) {
        Scenario s = parse(CLUTTER CLUTTER CLUTTER CLUTTER), once;

        for (unsigned i = 0; !arbitrary(&seed, &s); i++) {
            mutate(&s, 1000 * seed + i);
        }
        once = s;
        minimize(&once, arbitrary, &seed);
        g_assert_true(arbitrary(&seed, &once));
        assert_canonical(&once);
        g_assert_cmpuint(once.n, <=, s.n);
        smaller += once.n < s.n;
        s = once;
        minimize(&s, arbitrary, &seed);
        assert_same(&s, &once);
    }
    g_assert_cmpuint(smaller, >, 90);
}

/* An interrupt: from some call on it is a no. */
static bool patient(void *opaque, const Scenario *s)
{
    unsigned *left = opaque;

    return *left && (*left)-- && flushes(NULL, s);
}

static void test_interrupted(void)
{
    unsigned before = 10;

    for (unsigned n = 0; n < 20; n++) {
        Scenario s = parse(CLUTTER CLUTTER "flush cpu=1 all\n" CLUTTER);
        unsigned left = n;

        minimize(&s, patient, &left);
        g_assert_true(flushes(NULL, &s));
        g_assert_cmpuint(s.n, <=, before);
        before = s.n;
    }
    g_assert_cmpuint(before, <, 5);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/minimize/ops", test_ops);
    g_test_add_func("/minimize/reaction", test_reaction);
    g_test_add_func("/minimize/no-reaction", test_no_reaction);
    g_test_add_func("/minimize/setup", test_setup);
    g_test_add_func("/minimize/simplest", test_simplest);
    g_test_add_func("/minimize/bits", test_bits);
    g_test_add_func("/minimize/twice", test_twice);
    g_test_add_func("/minimize/interrupted", test_interrupted);
    return g_test_run();
}
