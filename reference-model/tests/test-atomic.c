/*
 * Read-modify-writes and compare-exchanges.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

static RmAccess rmw(uint32_t va, unsigned size, unsigned op, uint64_t value)
{
    return (RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = va, .size = size, .rmw = op,
        .value = value,
    };
}

/* An increment of 4 bytes. */
static RmAccess inc(uint32_t va)
{
    return rmw(va, 4, RM_ADD, 1);
}

static RmAccess cmpxchg(uint32_t va, unsigned size, uint64_t cmp,
                        uint64_t value)
{
    return (RmAccess) {
        .kind = RM_COMPARE_EXCHANGE, .va = va, .size = size, .cmp = cmp,
        .value = value,
    };
}

static void assert_untouched(Fixture *f)
{
    g_assert_cmpuint(f->r.n_written, ==, 0);
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM0, 0);
    assert_dirty(f, RM_RAM1, 0);
}

/* --- what they do --- */

/* The last eight operations do the same as those before, but for xchg. */
static const struct {
    unsigned size;
    uint64_t old, value;
    /* xchg, add, and, or, xor, smin, umin, smax, umax */
    uint64_t new[9];
} ops[] = {
    { 1, 0x7f, 0x81,
      { 0x81, 0x00, 0x01, 0xff, 0xfe, 0x81, 0x7f, 0x7f, 0x81 } },
    { 1, 0x02, 0x01,
      { 0x01, 0x03, 0x00, 0x03, 0x03, 0x01, 0x01, 0x02, 0x02 } },
    { 2, 0x8001, 0x7fff,
      { 0x7fff, 0x0000, 0x0001, 0xffff, 0xfffe, 0x8001, 0x7fff, 0x7fff,
        0x8001 } },
    { 4, 0x80000005, 0x00000003,
      { 0x00000003, 0x80000008, 0x00000001, 0x80000007, 0x80000006,
        0x80000005, 0x00000003, 0x00000003, 0x80000005 } },
    { 4, 0x00000010, 0xfffffff0,
      { 0xfffffff0, 0x00000000, 0x00000010, 0xfffffff0, 0xffffffe0,
        0xfffffff0, 0x00000010, 0x00000010, 0xfffffff0 } },
    { 8, 0xfffffffffffffffe, 0x0000000000000004,
      { 0x0000000000000004, 0x0000000000000002, 0x0000000000000004,
        0xfffffffffffffffe, 0xfffffffffffffffa, 0xfffffffffffffffe,
        0x0000000000000004, 0x0000000000000004, 0xfffffffffffffffe } },
    { 8, 0x7000000000000001, 0x9000000000000002,
      { 0x9000000000000002, 0x0000000000000003, 0x1000000000000000,
        0xf000000000000003, 0xe000000000000003, 0x9000000000000002,
        0x7000000000000001, 0x7000000000000001, 0x9000000000000002 } },
};

static void check_op(Fixture *f, unsigned i, unsigned op, bool be)
{
    uint64_t new = ops[i].new[op > RM_UMAX ? op - RM_UMAX : op];
    RmAccess a = rmw(RAM0 + 8, ops[i].size, op, ops[i].value);

    store(f, RAM0, 8, be, 0x5a5a5a5a5a5a5a5a);
    store(f, RAM0 + 8, 8, be, 0xa5a5a5a5a5a5a5a5);
    store(f, RAM0 + 8, ops[i].size, be, ops[i].old);
    clear_pages(f, RM_VGA, RM_RAM0, 0, 8);
    a.big_endian = be;
    run(f, a);
    assert_status(f, RM_DONE);
    assert_n_events(f, 0);
    g_assert_cmphex(f->r.value, ==, op > RM_UMAX ? new : ops[i].old);
    g_assert_cmphex(f->r.value_hi, ==, 0);
    g_assert_cmpuint(f->r.n_written, ==, 1);
    assert_written(f, 0, RM_RAM0, 8, ops[i].size);
    assert_dirty(f, RM_RAM0, 1);
    g_assert_cmphex(load(f, RAM0 + 8, ops[i].size, be), ==, new);
    /* and no byte beside it */
    g_assert_cmphex(load(f, RAM0 + 7, 1, be), ==, 0x5a);
    g_assert_cmphex(load(f, RAM0 + 8 + ops[i].size, 1, be), ==,
                    ops[i].size == 8 ? 0x5f : 0xa5);
}

static void test_ops(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(ops); i++) {
        for (unsigned op = 0; op < RM_RMWS; op++) {
            check_op(f, i, op, false);
            check_op(f, i, op, true);
        }
    }
}

/* ram0 begins with 00 25 4b e9 97 bc d3 71. */
static void test_bytes(Fixture *f, gconstpointer data)
{
    RmAccess a = inc(RAM0);

    run(f, a);
    g_assert_cmphex(f->r.value, ==, 0xe94b2500);
    assert_ram(f, RM_RAM0, 0, "01 25 4b e9 97");
    a.big_endian = true;
    run(f, a);
    g_assert_cmphex(f->r.value, ==, 0x01254be9);
    assert_ram(f, RM_RAM0, 0, "01 25 4b ea 97");
    /* swapped pages are not heeded */
    set_flags(f, FREE, 0x20000, RM_PTE_SWAP);
    run(f, inc(FREE));
    g_assert_cmphex(f->r.value, ==, 0xea4b2501);
    assert_ram(f, RM_RAM0, 0, "02 25 4b ea 97");
}

static void test_cmpxchg(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned size;
        uint64_t le, be;
        const char *after;
    } cases[] = {
        { 1, 0x00, 0x00, "88 25 4b" },
        { 2, 0x2500, 0x0025, "88 77 4b" },
        { 4, 0xe94b2500, 0x00254be9, "88 77 66 55 97" },
        { 8, 0x71d3bc97e94b2500, 0x00254be997bcd371,
          "88 77 66 55 44 33 22 11 2f" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        RmAccess a = cmpxchg(RAM0, cases[i].size, cases[i].le ^ 1,
                             0x1122334455667788);

        /* not equal */
        rm_reset(f->m, &f->preset, NULL);
        run(f, a);
        assert_status(f, RM_DONE);
        g_assert_cmphex(f->r.value, ==, cases[i].le);
        assert_untouched(f);
        a.big_endian = true;
        a.cmp = cases[i].be ^ 1;
        run(f, a);
        g_assert_cmphex(f->r.value, ==, cases[i].be);
        assert_untouched(f);
        /* equal */
        a.big_endian = false;
        a.cmp = cases[i].le;
        run(f, a);
        g_assert_cmphex(f->r.value, ==, cases[i].le);
        assert_ram(f, RM_RAM0, 0, cases[i].after);
        assert_written(f, 0, RM_RAM0, 0, cases[i].size);
        assert_dirty(f, RM_RAM0, 1);
    }
}

static void test_cmpxchg_big_endian(Fixture *f, gconstpointer data)
{
    RmAccess a = cmpxchg(RAM0, 4, 0x00254be9, 0x11223344);

    a.big_endian = true;
    run(f, a);
    g_assert_cmphex(f->r.value, ==, 0x00254be9);
    assert_ram(f, RM_RAM0, 0, "11 22 33 44 97");
}

/* 2f 15 78 dd a7 81 e2 44 follows. */
static void test_cmpxchg_wide(Fixture *f, gconstpointer data)
{
    RmAccess a = cmpxchg(RAM0, 16, 0x71d3bc97e94b2500, 0x1122334455667788);

    a.cmp_hi = 0x44e281a7dd78152e;
    a.value_hi = 0x99aabbccddeeff00;
    run(f, a);
    assert_untouched(f);
    g_assert_cmphex(f->r.value, ==, 0x71d3bc97e94b2500);
    g_assert_cmphex(f->r.value_hi, ==, 0x44e281a7dd78152f);
    a.cmp ^= 1;
    a.cmp_hi++;
    run(f, a);
    assert_untouched(f);
    a.cmp ^= 1;
    run(f, a);
    assert_written(f, 0, RM_RAM0, 0, 16);
    assert_ram(f, RM_RAM0, 0, "88 77 66 55 44 33 22 11 "
               "00 ff ee dd cc bb aa 99 5f");
    a.big_endian = true;
    a.cmp = 0x00ffeeddccbbaa99;
    a.cmp_hi = 0x8877665544332211;
    run(f, a);
    g_assert_cmphex(f->r.value, ==, 0x00ffeeddccbbaa99);
    g_assert_cmphex(f->r.value_hi, ==, 0x8877665544332211);
    assert_ram(f, RM_RAM0, 0, "99 aa bb cc dd ee ff 00 "
               "11 22 33 44 55 66 77 88 5f");
}

/* The dirty bits of one that compares unequal are a choice (C9). */
static void test_cmpxchg_dirty(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    dirty.bits[RM_RAM0][RM_VGA] = 0x81;
    dirty.bits[RM_RAM0][RM_MIGRATION] = 0x81;
    fills(f, RM_STORE, RAM0, 4);
    assert_clause(told_dirty(f, cmpxchg(RAM0, 4, 0, 1), &dirty),
                  RM_NO_CLAUSE);
    assert_dirty(f, RM_RAM0, 0x01);
}

/* --- C17: what is not plain RAM --- */

static void assert_atomic(Fixture *f, uint32_t va)
{
    unsigned writes = 0;

    for (unsigned k = 0; k < 2; k++) {
        run(f, k ? inc(va) : cmpxchg(va, 4, 0, 0));
        assert_status(f, RM_ATOMIC);
        g_assert_cmphex(f->r.value, ==, 0);
        g_assert_cmpuint(f->r.n_paths, ==, 0);
        for (unsigned i = 0; i < f->r.log.n; i++) {
            writes += f->r.log.ev[i].kind != RM_EV_FILL &&
                      f->r.log.ev[i].kind != RM_EV_TRANSLATE;
        }
    }
    g_assert_cmpuint(writes, ==, 0);
    assert_untouched(f);
}

static void test_not_ram(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = {
        IO, BIG, NARROW, NOWHERE, ROM, ROMD, RODATA, BITS, BITS + 0x100,
        SPLIT, DENY,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(va); i++) {
        assert_atomic(f, va[i]);
    }
    rm_romd_mode(f->m, false);
    assert_atomic(f, ROMD);
    set_flags(f, FREE, 0x20000, RM_PTE_DISCARD);
    assert_atomic(f, FREE);
}

/* Denied, or not in RAM, in one direction alone. */
static void test_one_direction(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned direction, region;
    } cases[] = {
        { RM_R, RM_IO }, { RM_W, RM_IO }, { RM_R, RM_ROM }, { RM_W, RM_ROM },
        { RM_W, RM_UNASSIGNED },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        rm_reset(f->m, &f->preset, NULL);
        set_answer(f, 2, 3, cases[i].direction, cases[i].direction,
                   cases[i].region, 0x4000);
        assert_atomic(f, TWIN);
    }
    for (unsigned direction = RM_R; direction <= RM_W; direction++) {
        rm_reset(f->m, &f->preset, NULL);
        set_answer(f, 2, 3, direction, 0, 0, 0);
        assert_atomic(f, TWIN);
    }
}

/* Two pages of RAM are a conflict, and no page to work on. */
static void test_two_pages(Fixture *f, gconstpointer data)
{
    run(f, inc(TORN));
    assert_status(f, RM_ATOMIC);
    g_assert_true(f->r.conflict);
    assert_untouched(f);
}

static void test_granule(Fixture *f, gconstpointer data)
{
    rm_set_answer(f->m, 0, 2, 1, RM_R | RM_W, &(RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_RAM1, .offset = 0x1000,
        .lg_mask = 8,
    }, NULL);
    assert_atomic(f, OPEN);
}

static void test_not_aligned(Fixture *f, gconstpointer data)
{
    for (unsigned size = 2; size <= 8; size *= 2) {
        for (unsigned at = 1; at < size; at++) {
            run(f, rmw(RAM0 + at, size, RM_ADD, 1));
            assert_status(f, RM_ATOMIC);
        }
    }
    run(f, cmpxchg(RAM0 + 8, 16, 0, 0));
    assert_status(f, RM_ATOMIC);
    assert_untouched(f);
    /* no IOMMU is asked, and page 1 is nobody's concern */
    run(f, inc(OPEN + 2));
    assert_status(f, RM_ATOMIC);
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_STORE, OPEN + 2, 4);
    run(f, inc(HOLE + 0xffe));
    assert_status(f, RM_PAGE_FAULT);
    run(f, inc(HOLE - 2));
    assert_status(f, RM_ATOMIC);
}

/* On pages that are asked for each time it works. */
static void test_asked_each_time(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < 2; i++) {
        set_pte(f, FREE, (RmPte) {
            .pa = 0x20000, .prot = 7, .lg_size = i ? 12 : 11,
            .flags = i ? RM_PTE_WINV : 0,
        });
        for (unsigned k = 0; k < 2; k++) {
            run(f, inc(FREE));
            assert_status(f, RM_DONE);
            assert_n_events(f, 1);
            assert_fill(f, 0, RM_STORE, FREE, 4);
        }
    }
    assert_ram(f, RM_RAM0, 0, "04 25 4b e9");
}

/* --- C1, C2: both directions are asked --- */

static void test_translations(Fixture *f, gconstpointer data)
{
    run(f, inc(TWIN));
    assert_status(f, RM_DONE);
    assert_n_events(f, 3);
    assert_fill(f, 0, RM_STORE, TWIN, 4);
    assert_translate(f, 1, 0x3000, RM_W);
    assert_translate(f, 2, 0x3000, RM_R);
    /* one answer for both */
    run(f, inc(OPEN));
    assert_status(f, RM_DONE);
    assert_n_events(f, 2);
    assert_ram(f, RM_RAM1, 0x1000, "92 93 f5 58");
    run(f, inc(OPEN));
    assert_n_events(f, 0);
    /* the load is known, the store is not */
    rm_flush(f->m, 0, 1);
    alone(f, RM_LOAD, TWIN, 4);
    run(f, inc(TWIN));
    assert_n_events(f, 1);
    assert_translate(f, 0, 0x3000, RM_W);
}

static void test_translations_judged(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned flags[3];
        RmClause clause;
    } cases[] = {
        { { RM_W, RM_R }, RM_NO_CLAUSE },
        { { RM_R, RM_W }, RM_NO_CLAUSE },
        { { RM_R, RM_W, RM_R }, RM_NO_CLAUSE },
        { { RM_W }, RM_C2_DEFERRAL },
        { { RM_R }, RM_C2_DEFERRAL },
        { { 0 }, RM_C2_DEFERRAL },
        { { RM_R | RM_W }, RM_C1_FLAG },
        { { RM_R, RM_R | RM_W }, RM_C1_FLAG },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        rm_flush(f->m, 0, 1);
        fills(f, RM_STORE, TWIN, 4);
        for (unsigned k = 0; k < 3 && cases[i].flags[k]; k++) {
            translates(f, 0x3000, 2, cases[i].flags[k]);
        }
        assert_clause(told(f, inc(TWIN)), cases[i].clause);
    }
    /* asked without a direction */
    rm_flush(f->m, 0, 1);
    fills(f, RM_STORE, TWIN, 4);
    translates(f, 0x3000, 2, RM_W);
    translates(f, 0x3000, 2, 0);
    assert_clause(told(f, inc(TWIN)), RM_C1_FLAG);
}

/*
 * C1, C4: one whose store is denied, or does not go to RAM, leaves; that its
 * load was not asked for as well is no harm, and neither is that it was.
 */
static void test_denied(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = { DENY, SPLIT };

    for (unsigned i = 0; i < G_N_ELEMENTS(va); i++) {
        run(f, inc(va[i]));
        assert_status(f, RM_ATOMIC);
        assert_n_events(f, 2);
        assert_fill(f, 0, RM_STORE, va[i], 4);
        assert_translate(f, 1, va[i], RM_W);
        for (unsigned loads = 0; loads < 2; loads++) {
            rm_flush(f->m, 0, 1);
            fills(f, RM_STORE, va[i], 4);
            translates(f, va[i], 2, RM_W);
            if (loads) {
                translates(f, va[i], 2, RM_R);
            }
            assert_clause(told(f, inc(va[i])), RM_NO_CLAUSE);
            assert_status(f, RM_ATOMIC);
        }
        /* the store has to be asked for */
        rm_flush(f->m, 0, 1);
        fills(f, RM_STORE, va[i], 4);
        translates(f, va[i], 2, RM_R);
        assert_clause(told(f, inc(va[i])), RM_C2_DEFERRAL);
        rm_flush(f->m, 0, 1);
        fills(f, RM_STORE, va[i], 4);
        translates(f, va[i], 2, RM_R | RM_W);
        assert_clause(told(f, inc(va[i])), RM_C1_FLAG);
    }
    assert_untouched(f);
}

/* Where the store is granted, the load is asked for, and may be denied. */
static void test_denied_load(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 3, RM_R, 0, 0, 0);
    run(f, inc(TWIN));
    assert_status(f, RM_ATOMIC);
    assert_n_events(f, 3);
    assert_translate(f, 1, 0x3000, RM_W);
    assert_translate(f, 2, 0x3000, RM_R);
    rm_flush(f->m, 0, 1);
    fills(f, RM_STORE, TWIN, 4);
    translates(f, 0x3000, 2, RM_W);
    assert_clause(told(f, inc(TWIN)), RM_C2_DEFERRAL);
    rm_flush(f->m, 0, 1);
    fills(f, RM_STORE, TWIN, 4);
    translates(f, 0x3000, 2, RM_W);
    translates(f, 0x3000, 2, RM_R);
    assert_clause(told(f, inc(TWIN)), RM_NO_CLAUSE);
    assert_status(f, RM_ATOMIC);
    assert_untouched(f);
}

/* What only its loads were told is taken back like all else. */
static void test_notified(Fixture *f, gconstpointer data)
{
    run(f, inc(OPEN));
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x6000);
    assert_clause(told(f, inc(OPEN)), RM_C13_NOTIFY);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x7000);
    translates(f, 0x1000, 2, RM_W);
    assert_clause(told(f, inc(OPEN)), RM_NO_CLAUSE);
    assert_ram(f, RM_RAM0, 0x7000, "af 44 e2 01");
}

/* --- C18: faults --- */

static void test_fault(Fixture *f, gconstpointer data)
{
    run(f, inc(HOLE));
    assert_status(f, RM_PAGE_FAULT);
    assert_n_events(f, 2);
    assert_fill(f, 0, RM_STORE, HOLE, 4);
    assert_page_fault(f, 1, RM_STORE, HOLE, 4);
    /* that it can be read is of no use, cached or not */
    alone(f, RM_LOAD, ROM_IO, 1);
    run(f, inc(ROM_IO));
    assert_n_events(f, 2);
    assert_page_fault(f, 1, RM_STORE, ROM_IO, 4);
    run(f, inc(FAR));
    assert_page_fault(f, 1, RM_STORE, FAR, 4);
}

/* It is a store first. */
static void test_write_only(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) { .pa = 0x20000, .prot = W });
    run(f, inc(FREE));
    assert_status(f, RM_PAGE_FAULT);
    assert_n_events(f, 3);
    assert_fill(f, 0, RM_STORE, FREE, 4);
    assert_fill(f, 1, RM_LOAD, FREE, 4);
    assert_page_fault(f, 2, RM_LOAD, FREE, 4);
    /* as a store it is cached now */
    run(f, inc(FREE));
    assert_n_events(f, 2);
    assert_fill(f, 0, RM_LOAD, FREE, 4);
    assert_page_fault(f, 1, RM_LOAD, FREE, 4);
    assert_clause(told(f, inc(FREE)), RM_C11_FAST_PATH);
    fills(f, RM_LOAD, FREE, 4);
    assert_clause(told(f, inc(FREE)), RM_NO_CLAUSE);
    assert_status(f, RM_PAGE_FAULT);
    /* evicted: all is asked again */
    fills(f, RM_STORE, FREE, 4);
    fills(f, RM_LOAD, FREE, 4);
    assert_clause(told(f, inc(FREE)), RM_NO_CLAUSE);
    assert_status(f, RM_PAGE_FAULT);
    assert_n_events(f, 3);
    assert_untouched(f);
}

/* The entry is write-only, and the page tables are no longer. */
static void test_stale_write_only(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) { .pa = 0x21000, .prot = W });
    store(f, FREE, 1, false, 0x77);
    rm_set_pte(f->m, 0, FREE, &(RmPte) { .pa = 0x20000, .prot = R | W });
    run(f, inc(FREE));
    assert_status(f, RM_DONE);
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_LOAD, FREE, 4);
    assert_ram(f, RM_RAM0, 0, "01 25 4b e9");
    assert_ram(f, RM_RAM0, 0x1000, "77 81 e4 59");
}

static void test_stale_now_read_only(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) { .pa = 0x21000, .prot = W });
    store(f, FREE, 1, false, 0x77);
    rm_set_pte(f->m, 0, FREE, &(RmPte) { .pa = 0x20000, .prot = R });
    run(f, inc(FREE));
    assert_status(f, RM_PAGE_FAULT);
    assert_n_events(f, 3);
    assert_fill(f, 0, RM_LOAD, FREE, 4);
    assert_fill(f, 1, RM_STORE, FREE, 4);
    assert_page_fault(f, 2, RM_STORE, FREE, 4);
}

/* A fault of the load then precedes alignment, which is otherwise first. */
static void test_stale_unaligned(Fixture *f, gconstpointer data)
{
    RmAccess a = inc(FREE + 2);

    a.align = RM_ALIGN_NATURAL;
    set_pte(f, FREE, (RmPte) { .pa = 0x20000, .prot = W });
    run(f, a);
    assert_status(f, RM_UNALIGNED);
    assert_n_events(f, 1);
    assert_unaligned(f, 0, RM_STORE, FREE + 2);
    store(f, FREE, 1, false, 0);
    run(f, a);
    assert_status(f, RM_PAGE_FAULT);
    assert_n_events(f, 2);
    assert_page_fault(f, 1, RM_LOAD, FREE + 2, 4);
    rm_set_pte(f->m, 0, FREE, &(RmPte) { .pa = 0x20000, .prot = R | W });
    run(f, a);
    assert_n_events(f, 2);
    assert_fill(f, 0, RM_LOAD, FREE + 2, 4);
    assert_unaligned(f, 1, RM_STORE, FREE + 2);
    assert_ram(f, RM_RAM0, 1, "25 4b e9");
}

/* Which comes first is what the implementation asked first. */
static void test_stale_told(Fixture *f, gconstpointer data)
{
    RmAccess a = inc(FREE + 2);

    a.align = RM_ALIGN_NATURAL;
    for (unsigned hook = 0; hook < 2; hook++) {
        f->preset.fill_align = hook;
        rm_reset(f->m, &f->preset, NULL);
        set_pte(f, FREE, (RmPte) { .pa = 0x20000, .prot = W });
        store(f, FREE, 1, false, 0);
        fills(f, RM_LOAD, FREE + 2, 4);
        assert_clause(told(f, a), RM_NO_CLAUSE);
        assert_status(f, RM_PAGE_FAULT);
        if (hook) {
            fills(f, RM_STORE, FREE + 2, 4);
        }
        assert_clause(told(f, a), RM_NO_CLAUSE);
        assert_status(f, RM_UNALIGNED);
        assert_n_events(f, 1 + hook);
        assert_unaligned(f, hook, RM_STORE, FREE + 2);
    }
}

static void test_alignment(Fixture *f, gconstpointer data)
{
    RmAccess a = inc(RAM0 + 2);

    a.align = RM_ALIGN_NATURAL;
    run(f, a);
    assert_n_events(f, 1);
    assert_unaligned(f, 0, RM_STORE, RAM0 + 2);
    run(f, inc(RAM0));
    run(f, a);
    assert_unaligned(f, 0, RM_STORE, RAM0 + 2);
    a.align = 1;
    run(f, a);
    assert_status(f, RM_ATOMIC);
}

/* A page that checks alignment: only the hook that fills may do so. */
static void test_check(Fixture *f, gconstpointer data)
{
    RmAccess a = inc(FREE + 2);

    a.align = RM_ALIGN_NATURAL;
    a.tlb_only = true;
    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    g_assert_cmpint(run(f, a), ==, RM_ATOMIC);
    g_assert_cmpint(run(f, a), ==, RM_ATOMIC);
    f->preset.fill_align = true;
    rm_reset(f->m, &f->preset, NULL);
    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    run(f, a);
    assert_status(f, RM_UNALIGNED);
    assert_n_events(f, 2);
    alone(f, RM_LOAD, FREE, 1);
    g_assert_cmpint(run(f, a), ==, RM_ATOMIC);
    fills(f, RM_STORE, FREE + 2, 4);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_UNALIGNED);
}

static void test_order_judged(Fixture *f, gconstpointer data)
{
    /* nothing is asked for the load where the page can be read */
    fills(f, RM_STORE, RAM0, 4);
    fills(f, RM_LOAD, RAM0, 4);
    assert_clause(told(f, inc(RAM0)), RM_C18_ORDER);
    rm_flush(f->m, 0, 1);
    assert_clause(told(f, inc(RAM0)), RM_C14_FLUSH);
    rm_flush(f->m, 0, 1);
    fills(f, RM_STORE, RAM0, 8);
    assert_clause(told(f, inc(RAM0)), RM_C18_ORDER);
    rm_flush(f->m, 0, 1);
    fills(f, RM_STORE, RAM0, 4);
    assert_clause(told(f, inc(RAM0)), RM_NO_CLAUSE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/atomic/ops", test_ops);
    add_test("/atomic/bytes", test_bytes);
    add_test("/atomic/cmpxchg", test_cmpxchg);
    add_test("/atomic/cmpxchg-big-endian", test_cmpxchg_big_endian);
    add_test("/atomic/cmpxchg-wide", test_cmpxchg_wide);
    add_test("/atomic/cmpxchg-dirty", test_cmpxchg_dirty);
    add_test("/atomic/C17/not-ram", test_not_ram);
    add_test("/atomic/C17/one-direction", test_one_direction);
    add_test("/atomic/C17/two-pages", test_two_pages);
    add_test("/atomic/C17/granule", test_granule);
    add_test("/atomic/C17/not-aligned", test_not_aligned);
    add_test("/atomic/asked-each-time", test_asked_each_time);
    add_test("/atomic/C1/translations", test_translations);
    add_test("/atomic/C1/judged", test_translations_judged);
    add_test("/atomic/C4/denied", test_denied);
    add_test("/atomic/C4/denied-load", test_denied_load);
    add_test("/atomic/C13/notified", test_notified);
    add_test("/atomic/C18/fault", test_fault);
    add_test("/atomic/C18/write-only", test_write_only);
    add_test("/atomic/C18/stale-write-only", test_stale_write_only);
    add_test("/atomic/C18/stale-now-read-only", test_stale_now_read_only);
    add_test("/atomic/C18/stale-unaligned", test_stale_unaligned);
    add_test("/atomic/C18/stale-told", test_stale_told);
    add_test("/atomic/C18/alignment", test_alignment);
    add_test("/atomic/C18/check", test_check);
    add_test("/atomic/C18/judged", test_order_judged);
    return g_test_run();
}
