/*
 * The mutators: what they make is valid, canonical and determined by the
 * seed, and in time there is nothing that they do not make.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "reference-model/vocabulary.h"
#include "harness/scenario/motif.h"
#include "harness/scenario/mutate.h"
#include "harness/scenario/target.h"
#include "harness/scenario/text.h"
#include "scenarios.h"

static void test_mutate(void)
{
    Scenario s, t, before;
    unsigned changed = 0, grew = 0, shrank = 0, largest = 0;

    mutate_random(&s, TARGET_IOMMU, 10, 3);
    for (uint32_t seed = 0; seed < 20000; seed++) {
        if (seed % 1000 == 0) {
            mutate_random(&s, TARGET_IOMMU, seed / 1000 % 3 * SCENARIO_OPS / 2, seed);
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

/* What a mutator made comes back through bytes and text. */
static void test_round_trips(void)
{
    Scenario s = { .n = 0 };

    for (uint32_t seed = 0; seed < 2000; seed++) {
        mutate(&s, seed);
        if (seed % 4 == 0) {
            assert_round_trips(&s);
        }
    }
}

#define ANY         "\nsetup pt=none dirty=all fill=page downstream=ram "
#define IOPMP(name) "iopmp" ANY "instance=" name " rules=reset"
#define WGCHECKER(name) "wgchecker" ANY "instance=" name " rules=reset"
#define TZMPC(n)    "tzmpc" ANY "words=" n " rules=reset"
#define OPEN        "\nsetup pt=identity iommu=open dirty=all fill=page"
#define IOMMU       "iommu" OPEN
#define THREADS     "threads" OPEN

/* The scenario of a target and set-up, as the macros above have it, and @ops. */
static void parse(Scenario *s, const char *setup, const char *ops)
{
    g_autofree char *text = g_strconcat("tlbdiff 1 ", setup, "\n", ops, NULL);
    g_autofree char *error = NULL;

    text_parse(s, "scenario", text, &error);
    g_assert_cmpstr(error, ==, NULL);
}

/* How many registers an instance has is as its row says. */
static void test_rows(void)
{
    static const struct {
        const char *setup, *name;
        unsigned rows;
    } cases[] = {
        { IOPMP("full"), "mdcfg", 4 },
        { IOPMP("rapid-k"), "mdcfg", 0 },
        { IOPMP("many"), "srcmd_enh", 64 },
        { IOPMP("many"), "entry cfg", 512 },
        { IOPMP("full"), "srcmd_enh", 0 },
        { IOPMP("isolation"), "srcmd_en", 0 },
        { IOPMP("msi"), "err_msiaddr", 1 },
        { IOPMP("least"), "err_info", 0 },
        { WGCHECKER("trusted"), "errcause", 1 },
        { TZMPC("1"), "CTRL", 1 },
        { TZMPC("3"), "BLK_LUT", 2 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RegisterInfo *info;
        Scenario s;

        parse(&s, cases[i].setup, "");
        info = target_of(&s.setup)->registers;
        while (strcmp(info->name, cases[i].name)) {
            info++;
        }
        g_assert_cmpuint(target_rows(&s.setup, info), ==, cases[i].rows);
    }
}

/* While a CPU stores, dirty bits are cleared: at the switch to who does so. */
static bool clears_at_once(const Op *op, unsigned n)
{
    static const OpKind stages[] = {
        OP_THREAD, OP_STORE, OP_STORE, OP_THREAD, OP_CLEAR_DIRTY, OP_SWITCH,
        OP_JOIN,
    };
    uint64_t thread = RM_THREADS;
    unsigned stage = 0;

    for (unsigned i = 0; i < n && stage < G_N_ELEMENTS(stages); i++) {
        thread = op[i].kind == OP_THREAD ? op[i].thread : thread;
        stage += op[i].kind == stages[stage] &&
                 (op[i].kind != OP_SWITCH || op[i].thread == thread);
    }
    return stage == G_N_ELEMENTS(stages);
}

/* MDLCKH is written, and then SRCMD_ENH, of one of the last rows. */
static bool locks_last_rows(const Op *op, unsigned n)
{
    bool locked = false;

    for (unsigned i = 0; i < n; i++) {
        if (op[i].kind != OP_REG_WRITE) {
            continue;
        }
        if (locked && op[i].reg % 32 == 4 && op[i].reg >= 0x1004 + 32 * 32 &&
            op[i].reg <= 0x1004 + 63 * 32) {
            return true;
        }
        locked |= op[i].reg == 0x44;
    }
    return false;
}

/* The first two of @kind that threads do at once.  Returns: are there two? */
static bool two_at_once(const Op *op, unsigned n, OpKind kind,
                        const Op *found[2])
{
    bool at_once = false;
    unsigned two = 0;

    for (unsigned i = 0; i < n && two < 2; i++) {
        at_once |= op[i].kind == OP_THREAD;
        at_once &= op[i].kind != OP_JOIN;
        if (at_once && op[i].kind == kind) {
            found[two++] = &op[i];
        }
    }
    return two == 2;
}

/* Two CPUs exchange the same bytes. */
static bool exchange_at_once(const Op *op, unsigned n)
{
    const Op *x[2];

    return two_at_once(op, n, OP_RMW, x) && x[0]->rmw == RM_XCHG &&
           x[1]->rmw == RM_XCHG && x[0]->va == x[1]->va &&
           x[0]->lg_size == x[1]->lg_size && x[0]->cpu != x[1]->cpu;
}

/* Two CPUs store to pages side by side, of a RAM that had no dirty bits. */
static bool neighbours_at_once(const Op *op, unsigned n)
{
    const Op *x[2];

    return two_at_once(op, n, OP_STORE, x) && x[0]->cpu != x[1]->cpu &&
           ((x[0]->va ^ x[1]->va) & RM_PAGE_MASK) == RM_PAGE_SIZE &&
           x[0][-2].kind == OP_CLEAR_DIRTY && !x[0][-2].offset &&
           x[0][-2].pages == RM_RAM_PAGES - 1;
}

/* A page is in the victim TLB when its CPU stores to it. */
static bool comes_back_at_once(const Op *op, unsigned n)
{
    for (unsigned i = 2; i + 1 < n; i++) {
        if (op[i].kind == OP_THREAD && op[i + 1].kind == OP_STORE &&
            op_asks(&op[i - 2]) && op_asks(&op[i - 1]) &&
            !((op[i - 2].va ^ op[i + 1].va) & RM_PAGE_MASK) &&
            (op[i - 1].va ^ op[i + 1].va) >> RM_BANK_BITS &&
            !((op[i - 1].va ^ op[i + 1].va) & RM_PAGE_MASK &
              ((1ull << RM_BANK_BITS) - 1))) {
            return true;
        }
    }
    return false;
}

/* A TLB is made to grow when it is flushed, while dirty bits are cleared. */
static bool grows_at_once(const Op *op, unsigned n)
{
    for (unsigned i = 0; i + 3 < n; i++) {
        if (op[i].kind == OP_CROWD && op[i + 1].kind == OP_THREAD &&
            op[i + 2].kind == OP_FLUSH && op[i + 3].kind == OP_THREAD) {
            return true;
        }
    }
    return false;
}

/* Who clears dirty bits began, and holds a lock, when the other one goes on. */
static bool flush_while_clearing(const Op *op, unsigned n)
{
    const Op *to[2];

    return two_at_once(op, n, OP_SWITCH, to) && !to[0]->points &&
           to[0]->at == PLACE_ANY && to[1]->at == PLACE_SPIN &&
           to[0]->thread != to[1]->thread && to[0][-1].kind == OP_CLEAR_DIRTY;
}

/* What single operations would hardly ever come to, motifs do. */
static void test_motifs(void)
{
    static const struct {
        const char *setup;
        bool (*is)(const Op *op, unsigned n);
    } cases[] = {
        { THREADS, clears_at_once },
        { THREADS, exchange_at_once },
        { THREADS, neighbours_at_once },
        { THREADS, comes_back_at_once },
        { THREADS, grows_at_once },
        { THREADS, flush_while_clearing },
        { IOPMP("many"), locks_last_rows },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        unsigned found = 0;
        Op ops[MOTIF_OPS];
        Scenario s;

        parse(&s, cases[i].setup, "");
        for (uint32_t seed = 0; seed < 20000; seed++) {
            Random r = { seed };
            unsigned n = motif(&r, &s, ops);

            g_assert_cmpuint(n, <=, MOTIF_OPS);
            found += cases[i].is(ops, n);
        }
        g_test_message("%u of 20000", found);
        g_assert_cmpuint(found, >, 0);
    }
}

/* What threads do stays, where they are switched does not. */
static void test_schedules(void)
{
    unsigned places[OP_SWITCH_PLACES] = { 0 };
    Scenario s, base;

    parse(&base, THREADS,
          "thread 0\nstore cpu=0 idx=0 va=0x200000 size=8 le val=0x1\n"
          "thread 2\nclear-dirty client=migration -> ram0\n"
          "switch after=1 to=2\n");
    for (uint32_t seed = 0; seed < 20000; seed++) {
        s = base;
        mutate(&s, seed);
        if (s.n == base.n && !memcmp(s.ops, base.ops, 4 * sizeof(Op)) &&
            s.ops[4].kind == OP_SWITCH) {
            places[s.ops[4].at]++;
        }
    }
    for (unsigned place = 0; place < OP_SWITCH_PLACES; place++) {
        g_test_message("%u of 20000 at %u", places[place], place);
        g_assert_cmpuint(places[place], >, 50);
    }
}

/* What costs too much to be drawn is hardly ever taken over, either. */
static void test_dear(void)
{
    unsigned kept[2] = { 0 };
    Scenario base;

    parse(&base, IOMMU, "load cpu=0 idx=0 va=0x0 size=8 le\ncpu-replace\n"
          "load cpu=0 idx=0 va=0x0 size=8 le\n");
    for (uint32_t seed = 0; seed < 20000; seed++) {
        Scenario s = base;

        if (seed & 1) {
            mutate(&s, seed);
        } else {
            mutate_cross(&s, &base, seed);
        }
        for (unsigned i = 0; i < s.n; i++) {
            if (s.ops[i].kind == OP_CPU_REPLACE) {
                kept[seed & 1]++;
                break;
            }
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        g_test_message("%u of 10000", kept[i]);
        g_assert_cmpuint(kept[i], >, 1000);
        g_assert_cmpuint(kept[i], <, 3000);
    }
}

/* From nothing, in steps, any kind comes to be that the mutator thinks of. */
static void test_grown_kinds(void)
{
    unsigned kinds[OP_KINDS] = { 0 };
    Scenario s = { .n = 0 };

    for (uint32_t seed = 0; seed < TARGETS * 20000; seed++) {
        s.setup.kind = seed / 20000;
        mutate(&s, seed);
        for (unsigned i = 0; i < s.n; i++) {
            kinds[s.ops[i].kind]++;
        }
        if (seed % 200 == 199) {
            s.n = 0;
        }
    }
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        if (op_table[kind].weight) {
            g_assert_cmpuint(kinds[kind], >, 100);
        }
    }
}

/* In time, each field of an operation is changed, whatever its kind. */
static void test_fields_change(void)
{
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];
        unsigned changed[OP_FIELDS] = { 0 };
        Op op = { .kind = kind };

        if (op_is_access(&op) && kind != OP_FETCH && kind != OP_RMW) {
            op.lg_size = 4;
        } else if (kind == OP_SLOT || kind == OP_ENTRY) {
            op.mode = SLOT_NAPOT;
            op.span = 1;
        }
        for (uint32_t seed = 0; seed < 14000; seed++) {
            Scenario s = { .n = 1, .ops = { op } };

            s.setup.kind = target_for(kind);
            mutate(&s, seed);
            for (unsigned i = 0; s.n && s.ops[0].kind == kind && i < info->n;
                 i++) {
                changed[i] += field_get(&s.ops[0], &info->fields[i]) !=
                              field_get(&op, &info->fields[i]);
            }
        }
        for (unsigned i = 0; i < info->n; i++) {
            if (info->fields[i].width) {
                g_assert_cmpuint(changed[i], >, 5);
            }
        }
    }
}

/* The operation that follows a new reaction can be one. */
static void test_reactions_follow(void)
{
    unsigned reactions = 0;

    for (uint32_t seed = 0; seed < 20000; seed++) {
        Scenario s = { .n = 0 };

        /* an insertion, and whatever comes after it */
        mutate(&s, seed);
        if (s.n == 2 && s.ops[0].kind == OP_REACT) {
            reactions += op_can_react(&s.ops[1]);
        }
    }
    g_assert_cmpuint(reactions, >, 50);
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
    unsigned mixed = 0, setups = 0;

    for (uint32_t seed = 0; seed < 5000; seed++) {
        Scenario a, b, s, t;
        unsigned from_a = 0, from_b = 0;

        mutate_random(&a, TARGET_IOMMU, seed % (SCENARIO_OPS + 1), seed);
        mutate_random(&b, TARGET_IOMMU, seed / 65 % (SCENARIO_OPS + 1), ~seed);
        s = t = a;
        mutate_cross(&s, &b, seed);
        mutate_cross(&t, &b, seed);
        assert_canonical(&s);
        assert_same(&s, &t);
        g_assert_true(same_op(&s.setup, &a.setup) ||
                      same_op(&s.setup, &b.setup));
        setups += !same_op(&s.setup, &a.setup);
        for (unsigned i = 0; i < s.n; i++) {
            bool in_a = has_op(&a, &s.ops[i]), in_b = has_op(&b, &s.ops[i]);

            g_assert_true(in_a || in_b);
            from_a += in_a;
            from_b += in_b;
        }
        mixed += from_a && from_b;
    }
    g_assert_cmpuint(mixed, >, 2000);
    g_assert_cmpuint(setups, >, 500);
}

/* The same seed gives the same, and another seed something else. */
static void test_random_is_determined(void)
{
    Scenario s, t;

    for (uint32_t seed = 0; seed < 100; seed++) {
        mutate_random(&s, TARGET_IOMMU, 20, seed);
        mutate_random(&t, TARGET_IOMMU, 20, seed);
        assert_same(&s, &t);
        mutate_random(&t, TARGET_IOMMU, 20, seed + 1);
        g_assert_true(memcmp(s.ops, t.ops, 20 * sizeof(Op)));
    }
    mutate_random(&s, TARGET_IOMMU, SCENARIO_OPS + 100, 1);
    g_assert_cmpuint(s.n, ==, SCENARIO_OPS);
}

/* --- what comes up in random scenarios --- */

#define SMALL 32

/* What was seen of a field. */
typedef struct Values {
    uint64_t ones, zeros;       /* bits that were 1, and that were 0 */
    uint64_t largest;
    unsigned small[SMALL];      /* how often each small value */
} Values;

static unsigned kinds[TARGETS][OP_KINDS];
static Values values[OP_KINDS][OP_FIELDS];
static Values setup_values[TARGETS][OP_FIELDS];

static void note_value(Values *v, uint64_t value)
{
    v->ones |= value;
    v->zeros |= ~value;
    v->largest = MAX(v->largest, value);
    if (value < SMALL) {
        v->small[value]++;
    }
}

static void note_record(Values *v, const OpInfo *info, const Op *op)
{
    for (unsigned i = 0; i < info->n; i++) {
        note_value(&v[i], field_get(op, &info->fields[i]));
    }
}

static void make_random(void)
{
    if (kinds[0][0]) {
        return;
    }
    for (uint32_t seed = 0; seed < TARGETS * 4000; seed++) {
        unsigned t = seed % TARGETS;
        Scenario s;

        mutate_random(&s, t, SCENARIO_OPS, seed);
        note_record(setup_values[t], &target_table[t].setup, &s.setup);
        for (unsigned i = 0; i < s.n; i++) {
            kinds[t][s.ops[i].kind]++;
            note_record(values[s.ops[i].kind], &op_table[s.ops[i].kind],
                        &s.ops[i]);
        }
    }
}

/* But for one that costs too much, no kind was forgotten in the weights, and
   half are accesses. */
static void test_random_kinds(void)
{
    make_random();
    for (unsigned t = 0; t < TARGETS; t++) {
        unsigned all = 0, accesses = 0;
        const unsigned *n = kinds[t];

        g_assert_cmpuint(op_table[OP_CPU_REPLACE].weight, ==, 0);
        for (unsigned kind = 0; kind < OP_KINDS; kind++) {
            if (target_has(&target_table[t], kind) &&
                kind != OP_CPU_REPLACE) {
                g_assert_cmpuint(n[kind], >, 100);
            } else {
                g_assert_cmpuint(n[kind], ==, 0);
            }
            all += n[kind];
            accesses += op_is_access(&(Op) { .kind = kind }) ? n[kind] : 0;
        }
        g_assert_cmpuint(accesses, >, all * 4 / 10);
        g_assert_cmpuint(accesses, <, all * 6 / 10);
        /* what costs a hundred times as much is not a hundredth of all */
        g_assert_cmpuint(n[OP_MAP] + n[OP_MAP_MOVE] + n[OP_MAP_OFFSET] +
                         n[OP_MAP_READONLY], <, all / 20);
    }
}

/* Can @f of @kind be @value at all? */
static bool possible(unsigned kind, const Field *f, uint64_t value)
{
    Op op = { .kind = kind, .lg_size = 4, .mmu = 1, .mode = SLOT_NAPOT };

    *field_ptr(&op, f) = value;
    op_fixup(&op_table[kind], &op);
    return field_get(&op, f) == value;
}

/* Each value of a field that has few, each bit and the size of others. */
static void check_values(const char *name, unsigned kind, const Field *f,
                         const Values *v)
{
    uint64_t mask = f->limit ? 0 : f->mask;

    if (f->limit && f->limit <= SMALL) {
        for (unsigned value = 0; value < f->limit; value++) {
            if ((kind == OP_KINDS || possible(kind, f, value)) &&
                !v->small[value]) {
                g_error("%s: no %s is %u", name, f->name, value);
            }
        }
        return;
    }
    if ((!f->limit && !v->small[0]) || v->largest <= f->limit / 2 || (v->ones & mask) !=
        mask || (v->zeros & mask) != mask) {
        g_error("%s: %s is not in all of its range", name, f->name);
    }
}

static void test_random_values(void)
{
    make_random();
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];

        for (unsigned i = 0; i < info->n; i++) {
            if (info->fields[i].width) {
                check_values(info->name, kind, &info->fields[i],
                             &values[kind][i]);
            }
        }
    }
    for (unsigned t = 0; t < TARGETS; t++) {
        const OpInfo *info = &target_table[t].setup;

        for (unsigned i = 0; i < info->n; i++) {
            check_values("setup", OP_KINDS, &info->fields[i],
                         &setup_values[t][i]);
        }
    }
}

/* Operations meet: on the same pages, and next to the ends of pages. */
static void test_random_meet(void)
{
    unsigned accesses = 0, same = 0, crossing = 0;

    for (uint32_t seed = 0; seed < 500; seed++) {
        uint64_t last = -1ull;
        Scenario s;

        mutate_random(&s, TARGET_IOMMU, SCENARIO_OPS, seed);
        for (unsigned i = 0; i < s.n; i++) {
            const Op *op = &s.ops[i];

            if (op_is_access(op)) {
                accesses++;
                same += (op->va & RM_PAGE_MASK) == last;
                crossing += (op->va & ~RM_PAGE_MASK) + (1u << op->lg_size) >
                            RM_PAGE_SIZE;
                last = op->va & RM_PAGE_MASK;
            }
        }
    }
    g_assert_cmpuint(same, >, accesses / 8);
    g_assert_cmpuint(crossing, >, accesses / 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mutate/mutate", test_mutate);
    g_test_add_func("/mutate/round-trips", test_round_trips);
    g_test_add_func("/mutate/rows", test_rows);
    g_test_add_func("/mutate/motifs", test_motifs);
    g_test_add_func("/mutate/schedules", test_schedules);
    g_test_add_func("/mutate/dear", test_dear);
    g_test_add_func("/mutate/grown-kinds", test_grown_kinds);
    g_test_add_func("/mutate/fields-change", test_fields_change);
    g_test_add_func("/mutate/reactions-follow", test_reactions_follow);
    g_test_add_func("/mutate/cross", test_cross);
    g_test_add_func("/mutate/random/determined", test_random_is_determined);
    g_test_add_func("/mutate/random/kinds", test_random_kinds);
    g_test_add_func("/mutate/random/values", test_random_values);
    g_test_add_func("/mutate/random/meet", test_random_meet);
    return g_test_run();
}
