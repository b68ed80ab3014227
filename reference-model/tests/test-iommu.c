/*
 * IOMMUs that answer for less or for more than a page, one behind another,
 * and in the secure address space; and their notifications.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

static void set(Fixture *f, unsigned iommu, unsigned index, unsigned page,
                RmAnswer answer)
{
    rm_set_answer(f->m, iommu, index, page, RM_R | RM_W, &answer, NULL);
}

/* OPEN is told where to go in granules of 1 << @lg_mask bytes. */
static void set_mask(Fixture *f, unsigned lg_mask)
{
    set(f, 0, 2, 1, (RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_RAM1, .offset = 0x1000,
        .lg_mask = lg_mask,
    });
}

/* --- what an answer says of an address --- */

static void test_translate(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned lg_mask;
        uint32_t offset, addr, to, mask;
        bool denied;
    } cases[] = {
        { 0, 0x5000, 0x1234, 0x5234, 0xfff, false },
        { 12, 0x5000, 0x1234, 0x5234, 0xfff, false },
        /* above the page, the address gives the bits below the mask's end */
        { 13, 0x5000, 0x1234, 0x5234, 0x1fff, false },
        { 13, 0x5000, 0x2234, 0x4234, 0x1fff, false },
        { 16, 0x5000, 0x3234, 0x3234, 0xffff, false },
        { 21, 0x7000, 0xf234, 0xf234, 0x1fffff, false },
        /* below it, of four granules two are exchanged and one is denied */
        { 8, 0x5000, 0x1012, 0x5112, 0xff, false },
        { 8, 0x5000, 0x1112, 0x5012, 0xff, false },
        { 8, 0x5000, 0x1212, 0x5212, 0xff, false },
        { 8, 0x5000, 0x1312, 0x5312, 0xff, true },
        { 8, 0x5000, 0x1412, 0x5512, 0xff, false },
        { 8, 0x5000, 0x1f12, 0x5f12, 0xff, true },
        { 4, 0x0000, 0x0002, 0x0012, 0xf, false },
        { 4, 0x0000, 0x0032, 0x0032, 0xf, true },
        { 11, 0x5000, 0x1012, 0x5812, 0x7ff, false },
        { 11, 0x5000, 0x1812, 0x5012, 0x7ff, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint32_t page = cases[i].addr & RM_PAGE_MASK;
        RmWay w;

        set(f, 0, 2, page / RM_PAGE_SIZE, (RmAnswer) {
            .perm = RM_R, .region = RM_ROM, .offset = cases[i].offset,
            .lg_mask = cases[i].lg_mask,
        });
        set_pte(f, FREE, (RmPte) { .pa = page, .prot = 7, .attrs = 2 });
        rm_way(f->m, 0, FREE | (cases[i].addr & ~RM_PAGE_MASK), RM_LOAD, &w);
        g_assert_cmphex(w.addr_mask, ==, cases[i].mask);
        g_assert_cmpuint(w.perm, ==, cases[i].denied ? 0 : RM_R);
        if (cases[i].denied) {
            g_assert_cmpuint(w.region, ==, RM_UNASSIGNED);
            continue;
        }
        g_assert_cmphex(w.offset, ==, cases[i].to);
        if (w.offset < RM_RAM_SIZE) {
            g_assert_cmpuint(w.region, ==, RM_ROM);
        }
    }
}

/* --- C6: below the page --- */

/* ram1+0x1100: 06 2f c0 62; +0x1000: 91 93 f5 58; +0x1200 as it is */
static void test_granules(Fixture *f, gconstpointer data)
{
    set_mask(f, 8);
    g_assert_cmphex(load(f, OPEN, 4, false), ==, 0x62c02f06);
    assert_n_events(f, 2);
    assert_translate(f, 1, 0x1000, RM_R);
    /* each access translates its own address */
    g_assert_cmphex(load(f, OPEN, 4, false), ==, 0x62c02f06);
    assert_n_events(f, 1);
    assert_translate(f, 0, 0x1000, RM_R);
    g_assert_cmphex(load(f, OPEN + 0x100, 4, false), ==, 0x58f59391);
    assert_translate(f, 0, 0x1100, RM_R);
    store(f, OPEN + 0x104, 2, false, 0x1234);
    assert_n_events(f, 1);
    assert_translate(f, 0, 0x1104, RM_W);
    assert_written(f, 0, RM_RAM1, 0x1004, 2);
    assert_ram(f, RM_RAM1, 0x1000, "91 93 f5 58 34 12 61");
    store(f, OPEN + 0x208, 1, false, 0x56);
    assert_ram(f, RM_RAM1, 0x1208, "56");
    alone(f, RM_FETCH, OPEN, 2);
    assert_n_events(f, 1);
    g_assert_cmphex(f->r.value, ==, 0x2f06);
}

static void test_granule_denied(Fixture *f, gconstpointer data)
{
    set_mask(f, 8);
    store(f, OPEN + 0x310, 4, false, -1);
    assert_status(f, RM_TX_FAILED);
    assert_n_events(f, 3);
    assert_translate(f, 1, 0x1310, RM_W);
    assert_failed(f, 2, RM_STORE, OPEN + 0x310, 0x1310, 4, 2,
                  RM_TX_DECODE_ERROR);
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM1, 0);
}

static void test_granule_device(Fixture *f, gconstpointer data)
{
    set(f, 0, 2, 1, (RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_IO, .lg_mask = 4,
    });
    store(f, OPEN, 4, false, 0x11223344);
    assert_write(f, 2, RM_IO, 0x10, 4, 2, 0x11223344);
}

/* An IOMMU leads to narrow in whole pages, which are none of its region. */
static void test_mid_page(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_NARROW, 0x1000);
    store(f, OPEN + 0x10, 4, false, 0x11223344);
    assert_write(f, 2, RM_NARROW, 0x1090, 4, 2, 0x11223344);
    store(f, OPEN + 0xff8, 4, false, 0x55667788);
    assert_n_events(f, 1);
    assert_write(f, 0, RM_NARROW, 0x2078, 4, 2, 0x55667788);
    /* 256 bytes at a time: the first two of four change places */
    set(f, 0, 2, 1, (RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_NARROW, .lg_mask = 8,
    });
    store(f, OPEN + 0x10, 4, false, 0x11223344);
    assert_write(f, 1, RM_NARROW, 0x190, 4, 2, 0x11223344);
    /* there are seven such pages */
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_NARROW, 0x7000);
    store(f, OPEN + 0xff8, 4, false, 0x55667788);
    assert_failed(f, 1, RM_STORE, OPEN + 0xff8, 0x1ff8, 4, 2,
                  RM_TX_DECODE_ERROR);
}

/* Nothing of it is cached. */
static void test_granule_entry(Fixture *f, gconstpointer data)
{
    set_mask(f, 8);
    alone(f, RM_LOAD, OPEN, 4);
    alone(f, RM_STORE, OPEN, 4);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_true(entry(f, OPEN).type[t].deferred);
        g_assert_false(entry(f, OPEN).type[t].host);
        g_assert_false(entry(f, OPEN).type[t].fast);
    }
}

static void test_granule_conflict(Fixture *f, gconstpointer data)
{
    static const RmAnswer to_ram0 = {
        .perm = RM_W, .region = RM_RAM0, .lg_mask = 8,
    };

    alone(f, RM_LOAD, TWIN, 4);
    rm_set_answer(f->m, 0, 2, 3, RM_W, &to_ram0, NULL);
    alone(f, RM_LOAD, TWIN, 4);
    alone(f, RM_STORE, TWIN, 4);
    assert_written(f, 0, RM_RAM0, 0x100, 4);
    g_assert_false(f->r.conflict);
}

static void test_granule_judged(Fixture *f, gconstpointer data)
{
    set_mask(f, 8);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, 0x1000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_NO_CLAUSE);
    g_assert_cmphex(f->r.value, ==, 0x62c02f06);
    assert_n_events(f, 2);
    assert_fill(f, 0, RM_LOAD, OPEN, 4);
    assert_translate(f, 1, 0x1000, RM_R);
    /* a second access of the same bytes has to ask, too */
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_C6_GRANULARITY);
    /* about its own granule, wherever in it */
    translates(f, 0x10ff, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_NO_CLAUSE);
    translates(f, 0x1100, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_C6_GRANULARITY);
    translates(f, 0x1000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN + 0x200, 4), RM_C6_GRANULARITY);
    translates(f, 0x2000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_C3_TARGET);
}

/*
 * C2: the order of translations is not compared, also where both pages of
 * an access lead to the same page of the IOMMU.
 */
static void test_granules_any_order(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t first, second;
        RmClause clause;
    } cases[] = {
        { 0x1ffe, 0x1000, RM_NO_CLAUSE }, { 0x1000, 0x1ffe, RM_NO_CLAUSE },
        { 0x1000, 0x1000, RM_C6_GRANULARITY },
        { 0x1ffe, 0x1ffe, RM_C6_GRANULARITY },
    };
    const RmPte pte = { .pa = 0x1000, .prot = 7, .attrs = 2 };

    set_mask(f, 11);
    set_pte(f, FREE, pte);
    set_pte(f, FREE + 0x1000, pte);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        rm_flush(f->m, 0, 1);
        fills(f, RM_LOAD, FREE + 0xffe, 4);
        fills(f, RM_LOAD, FREE + 0x1000, 2);
        translates(f, cases[i].first, 2, RM_R);
        translates(f, cases[i].second, 2, RM_R);
        assert_clause(judge(f, RM_LOAD, FREE + 0xffe, 4), cases[i].clause);
        /* ram1+0x17fe: 25 1e; +0x1800: 61 c3 */
        g_assert_cmphex(f->r.value, ==, 0xc3611e25);
    }
}

/* C9: a store may go as DMA does, which marks what is logged ... */
static void test_granule_dirty(Fixture *f, gconstpointer data)
{
    set_mask(f, 8);
    alone(f, RM_STORE, OPEN + 0x200, 4);
    assert_written(f, 0, RM_RAM1, 0x1200, 4);
    assert_dirty(f, RM_RAM1, 0);
    rm_set_log(f->m, RM_VGA, RM_RAM0, true);
    alone(f, RM_STORE, OPEN + 0x200, 4);
    assert_dirty(f, RM_RAM1, 0);
    rm_set_log(f->m, RM_VGA, RM_RAM1, true);
    alone(f, RM_STORE, OPEN + 0x200, 4);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM1][RM_VGA], ==, 1 << 1);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM1][RM_MIGRATION], ==, 0);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM1, true);
    alone(f, RM_STORE, OPEN + 0x200, 4);
    assert_dirty(f, RM_RAM1, 1 << 1);
    assert_dirty(f, RM_RAM0, 0);
    /* what is denied marks nothing, and neither does a load */
    clear_pages(f, RM_VGA, RM_RAM1, 0, 8);
    clear_pages(f, RM_MIGRATION, RM_RAM1, 0, 8);
    alone(f, RM_STORE, OPEN + 0x300, 4);
    assert_status(f, RM_TX_FAILED);
    alone(f, RM_LOAD, OPEN, 4);
    assert_dirty(f, RM_RAM1, 0);
}

/* ... or as other stores do, which mark their page in any case. */
static void test_granule_dirty_told(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    set_mask(f, 8);
    fills(f, RM_STORE, OPEN, 4);
    translates(f, 0x1000, 2, RM_W);
    assert_clause(judge(f, RM_STORE, OPEN, 4), RM_NO_CLAUSE);
    assert_dirty(f, RM_RAM1, 0);
    /* page 7 and ram0 are not this store's */
    dirty.bits[RM_RAM1][RM_VGA] = 1 << 7 | 1 << 1;
    dirty.bits[RM_RAM0][RM_VGA] = 1 << 1;
    translates(f, 0x1000, 2, RM_W);
    assert_clause(judge_dirty(f, RM_STORE, OPEN, 4, &dirty), RM_NO_CLAUSE);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM1][RM_VGA], ==, 1 << 1);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM1][RM_MIGRATION], ==, 0);
    assert_dirty(f, RM_RAM0, 0);
    /* a load is no excuse */
    dirty.bits[RM_RAM1][RM_MIGRATION] = 1 << 1;
    translates(f, 0x1000, 2, RM_R);
    assert_clause(judge_dirty(f, RM_LOAD, OPEN, 4, &dirty), RM_NO_CLAUSE);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM1][RM_MIGRATION], ==, 0);
    /* what is logged is no choice */
    rm_set_log(f->m, RM_MIGRATION, RM_RAM1, true);
    translates(f, 0x1000, 2, RM_W);
    assert_clause(judge(f, RM_STORE, OPEN, 4), RM_NO_CLAUSE);
    assert_dirty(f, RM_RAM1, 1 << 1);
}

/* The other page of a store is marked as always. */
static void test_granule_dirty_crossing(Fixture *f, gconstpointer data)
{
    set_mask(f, 11);
    alone(f, RM_STORE, OPEN + 0xffe, 4);
    assert_written(f, 0, RM_RAM1, 0x17fe, 2);
    assert_written(f, 1, RM_RAM1, 0x5000, 2);
    assert_dirty(f, RM_RAM1, 1 << 5);
    /* and so is a page that the page tables map for less than one */
    set_pte(f, FREE, (RmPte) { .pa = 0x22000, .prot = 7, .lg_size = 8 });
    alone(f, RM_STORE, FREE, 4);
    assert_dirty(f, RM_RAM0, 1 << 2);
}

/* C10: code in the way is lost on either. */
static void test_granule_code(Fixture *f, gconstpointer data)
{
    set(f, 0, 2, 1, (RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_RAM1, .lg_mask = 8,
    });
    run(f, (RmAccess) { .kind = RM_BLOCK, .type = RM_FETCH, .va = RAM1 });
    /* ram1 begins with f1: an instruction of 2 bytes */
    g_assert_cmphex(f->r.value, ==, 2);
    store(f, OPEN + 0x102, 2, false, 0);
    assert_n_events(f, 2);
    store(f, OPEN + 0x101, 1, false, 0);
    assert_n_events(f, 2);
    assert_translate(f, 0, 0x1101, RM_W);
    assert_event(f, 1, (RmEvent) { .kind = RM_EV_CODE, .region = RM_RAM1 });
    assert_ram(f, RM_RAM1, 0, "f1 00 00 00");
}

/* For whole pages the address within them does not matter. */
static void test_page_judged(Fixture *f, gconstpointer data)
{
    fills(f, RM_LOAD, OPEN + 0x800, 4);
    translates(f, 0x1000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN + 0x800, 4), RM_NO_CLAUSE);
}

/* --- above the page --- */

static void test_large_mask(Fixture *f, gconstpointer data)
{
    /* of 16 KiB at 0x4000, the second page */
    set(f, 0, 2, 1, (RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_RAM1, .offset = 0x7000,
        .lg_mask = 14,
    });
    g_assert_cmphex(load(f, OPEN, 4, false), ==, 0x5f36130d);
    g_assert_cmphex(entry(f, OPEN).type[RM_STORE].offset, ==, 0x5000);
    g_assert_false(entry(f, OPEN).type[RM_STORE].deferred);
    /* it is asked about the others of them all the same */
    alone(f, RM_LOAD, TORN, 4);
    assert_translate(f, 1, 0x2000, RM_R);
}

/* What is past the end of the region is nothing. */
static void test_large_past(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) { .pa = 0xf000, .prot = 7, .attrs = 2 });
    set(f, 0, 2, 15, (RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_RAM1, .lg_mask = 21,
    });
    alone(f, RM_LOAD, FREE, 4);
    assert_status(f, RM_TX_FAILED);
    assert_failed(f, 2, RM_LOAD, FREE, 0xf000, 4, 2, RM_TX_DECODE_ERROR);
    /* the answer was no denial: it is kept */
    alone(f, RM_LOAD, FREE, 4);
    assert_n_events(f, 1);
    /* nor has it a first byte after its last */
    for (unsigned page = 7; page <= 8; page++) {
        set(f, 0, 2, page, (RmAnswer) {
            .perm = RM_R | RM_W, .region = RM_RAM1, .lg_mask = 16,
        });
        set_pte(f, FREE, (RmPte) {
            .pa = page * 0x1000, .prot = 7, .attrs = 2,
        });
        alone(f, RM_LOAD, FREE, 4);
        assert_status(f, page < 8 ? RM_DONE : RM_TX_FAILED);
    }
}

/* --- C3: one behind another --- */

static void test_nested(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, NEST + 4, 4, false), ==, 0xc7610325);
    assert_n_events(f, 3);
    assert_fill(f, 0, RM_LOAD, NEST + 4, 4);
    assert_asked(f, 1, 1, 0x2004, RM_R);
    assert_asked(f, 2, 0, 0x1004, RM_R);
    /* both answered for both directions */
    store(f, NEST, 1, false, 0x77);
    assert_n_events(f, 0);
    assert_ram(f, RM_RAM1, 0x1000, "77 93");
}

/* The second one speaks for reads only, so both together do. */
static void test_nested_perm(Fixture *f, gconstpointer data)
{
    set(f, 1, 2, 2, (RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_IOMMU0, .offset = 0,
    });
    g_assert_cmphex(load(f, NEST, 2, false), ==, 0x40ef);
    g_assert_true(entry(f, NEST).type[RM_STORE].deferred);
    g_assert_false(entry(f, NEST).type[RM_FETCH].deferred);
    store(f, NEST, 4, false, 0x1234);
    assert_n_events(f, 5);
    assert_asked(f, 0, 1, 0x2000, RM_W);
    assert_asked(f, 1, 0, 0x0000, RM_W);
    assert_write(f, 2, RM_BLOCKED, 0, 4, 2, 0x1234);
    assert_failed(f, 4, RM_STORE, NEST, 0x12000, 4, 2, RM_TX_ERROR);
    /* the first one for reads only, the second for both */
    set(f, 1, 2, 2, (RmAnswer) { .perm = RM_R, .region = RM_IOMMU0,
                                 .offset = 0x1000 });
    alone(f, RM_LOAD, NEST, 2);
    g_assert_true(entry(f, NEST).type[RM_STORE].deferred);
    g_assert_false(entry(f, NEST).type[RM_FETCH].deferred);
}

static void test_nested_denied(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R | RM_W, 0, 0, 0);
    alone(f, RM_LOAD, NEST, 4);
    assert_n_events(f, 4);
    assert_asked(f, 2, 0, 0x1000, RM_R);
    assert_failed(f, 3, RM_LOAD, NEST, 0x12000, 4, 2, RM_TX_DECODE_ERROR);
    /* the first one alone: the second is not asked */
    set(f, 1, 2, 2, (RmAnswer) { .perm = 0, .region = RM_IOMMU0 });
    alone(f, RM_LOAD, NEST, 4);
    assert_n_events(f, 2);
    assert_asked(f, 0, 1, 0x2000, RM_R);
}

/*
 * The first page is denied by an IOMMU that would have led to where the second
 * page leads: the question that follows is about either.
 */
static void test_nested_denied_crossing(Fixture *f, gconstpointer data)
{
    set(f, 1, 2, 2, (RmAnswer) { .perm = 0, .region = RM_IOMMU0,
                                 .offset = 0x4000 });
    set_answer(f, 1, 4, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0);
    for (unsigned index = 0; index < 3; index++) {
        set_pte(f, NEST + 0x1000, (RmPte) {
            .pa = 0x4000, .prot = R | W | X, .attrs = 1,
        });
        alone(f, RM_LOAD, NEST, 1);
        alone(f, RM_LOAD, NEST + 0x1000, 1);
        asks_iommu(f, 1, 0x2ffc, 2, RM_R);
        asks_iommu(f, 0, 0x4000, index, RM_R);
        assert_clause(judge(f, RM_LOAD, NEST + 0xffc, 8),
                      index ? RM_NO_CLAUSE : RM_C5_INDEX);
    }
}

/* The smaller mask counts, whichever it is. */
static void test_nested_granule(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < 2; i++) {
        set(f, 1, 2, 2, (RmAnswer) {
            .perm = RM_R | RM_W, .region = RM_IOMMU0, .offset = 0x1000,
            .lg_mask = i ? 0 : 8,
        });
        set_mask(f, i ? 8 : 13);
        for (unsigned k = 0; k < 2; k++) {
            g_assert_cmphex(load(f, NEST, 4, false), ==, 0x62c02f06);
            assert_asked(f, f->r.log.n - 2, 1, 0x2000, RM_R);
            assert_asked(f, f->r.log.n - 1, 0, i ? 0x1000 : 0x1100, RM_R);
        }
        assert_n_events(f, 2);
        assert_clause(judge(f, RM_LOAD, NEST, 4), RM_C6_GRANULARITY);
        g_assert_true(entry(f, NEST).type[RM_LOAD].deferred);
    }
}

static RmClause judge_nested(Fixture *f, uint32_t second, unsigned index,
                             unsigned flag)
{
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, NEST, 4);
    asks_iommu(f, 1, 0x2000, 2, RM_R);
    asks_iommu(f, 0, second, index, flag);
    return judge(f, RM_LOAD, NEST, 4);
}

static void test_nested_judged(Fixture *f, gconstpointer data)
{
    assert_clause(judge_nested(f, 0x1000, 2, RM_R), RM_NO_CLAUSE);
    assert_clause(judge_nested(f, 0x2000, 2, RM_R), RM_C3_TARGET);
    assert_clause(judge_nested(f, 0x1000, 1, RM_R), RM_C5_INDEX);
    assert_clause(judge_nested(f, 0x1000, 2, RM_W), RM_C1_FLAG);
    /* only the first, only the second, the first one twice */
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, NEST, 4);
    asks_iommu(f, 1, 0x2000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, NEST, 4), RM_C3_TARGET);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, NEST, 4);
    asks_iommu(f, 0, 0x1000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, NEST, 4), RM_C3_TARGET);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, NEST, 4);
    asks_iommu(f, 1, 0x2000, 2, RM_R);
    asks_iommu(f, 1, 0x2000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, NEST, 4), RM_C3_TARGET);
    /* all of it twice is a waste, and allowed */
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, NEST, 4);
    for (unsigned i = 0; i < 2; i++) {
        asks_iommu(f, 1, 0x2000, 2, RM_R);
        asks_iommu(f, 0, 0x1000, 2, RM_R);
    }
    assert_clause(judge(f, RM_LOAD, NEST, 4), RM_NO_CLAUSE);
}

/* --- C13 --- */

/* The first one denies: nobody has to ask the second one; who does, does it
 * right, and once. */
static void test_nested_denied_judged(Fixture *f, gconstpointer data)
{
    set(f, 1, 2, 2, (RmAnswer) {
        .perm = 0, .region = RM_IOMMU0, .offset = 0x1000,
    });
    assert_clause(judge_nested(f, 0x1000, 2, RM_R), RM_NO_CLAUSE);
    assert_clause(judge_nested(f, 0x2000, 2, RM_R), RM_C3_TARGET);
    assert_clause(judge_nested(f, 0x1000, 1, RM_R), RM_C5_INDEX);
    assert_clause(judge_nested(f, 0x1000, 2, RM_W), RM_C1_FLAG);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, NEST, 4);
    asks_iommu(f, 1, 0x2000, 2, RM_R);
    asks_iommu(f, 0, 0x1000, 2, RM_R);
    asks_iommu(f, 0, 0x1000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, NEST, 4), RM_C3_TARGET);
    /* it does not lead there */
    set(f, 1, 2, 2, (RmAnswer) { .perm = 0, .region = RM_BLOCKED });
    assert_clause(judge_nested(f, 0x1000, 2, RM_R), RM_C3_TARGET);
}

static void test_nested_notify(Fixture *f, gconstpointer data)
{
    /* of the one behind */
    alone(f, RM_LOAD, NEST, 1);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x2000);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_true(entry(f, NEST).type[t].deferred);
        assert_clause(entry(f, NEST).type[t].blame, RM_C13_NOTIFY);
    }
    assert_clause(judge(f, RM_LOAD, NEST, 1), RM_C13_NOTIFY);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x6000);
    g_assert_cmphex(load(f, NEST, 1, false), ==, 0xde);
    assert_n_events(f, 2);
    /* of the one in front */
    set(f, 1, 2, 2, (RmAnswer) { .perm = RM_R, .region = RM_RAM1 });
    assert_clause(judge(f, RM_LOAD, NEST, 1), RM_C13_NOTIFY);
}

/* Another index, or a page of either that is not on the way. */
static void test_nested_notify_other(Fixture *f, gconstpointer data)
{
    RmAnswer deny = { 0 };

    alone(f, RM_LOAD, NEST, 1);
    for (unsigned index = 0; index < RM_INDEXES; index++) {
        for (unsigned page = 0; page < RM_IOMMU_PAGES; page++) {
            if (index != 2 || page != 2) {
                set(f, 1, index, page, deny);
            }
            if (index != 2 || page != 1) {
                set(f, 0, index, page, deny);
            }
        }
    }
    assert_clause(judge(f, RM_LOAD, NEST, 1), RM_NO_CLAUSE);
    g_assert_cmphex(f->r.value, ==, 0x91);
}

/* On every CPU, in every MMU index. */
static void test_notify_all(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < 4; i++) {
        RmAccess a = { .va = OPEN, .size = 1, .cpu = i / 2,
                       .mmu_idx = i % 2 };

        rm_set_pte(f->m, 1, OPEN, &(RmPte) {
            .pa = 0x1000, .prot = 7, .attrs = 2,
        });
        run(f, a);
        assert_status(f, RM_DONE);
    }
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x2000);
    for (unsigned i = 0; i < 4; i++) {
        RmAccess a = { .va = OPEN, .size = 1, .cpu = i / 2,
                       .mmu_idx = i % 2 };
        RmEntry e = entry_of(f, a.cpu, a.mmu_idx, OPEN);

        g_assert_true(e.present);
        g_assert_true(e.type[RM_LOAD].deferred);
        run(f, a);
        g_assert_cmphex(f->r.value, ==, 0x5e);
        assert_n_events(f, 1);
    }
}

/* What was denied may be remembered, until it is taken back. */
static void test_notify_denied(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, DENY, 1);
    assert_clause(judge(f, RM_LOAD, DENY, 1), RM_NO_CLAUSE);
    g_assert_cmpint(f->r.status, ==, RM_TX_FAILED);
    /* of stores, nothing was said */
    assert_clause(judge(f, RM_STORE, DENY, 1), RM_C2_DEFERRAL);
    set_answer(f, 2, 4, RM_R, RM_R, RM_RAM0, 0x2000);
    assert_clause(entry(f, DENY).type[RM_LOAD].blame, RM_C13_NOTIFY);
    assert_clause(judge(f, RM_LOAD, DENY, 1), RM_C13_NOTIFY);
    rm_flush(f->m, 0, -1);
    g_assert_cmphex(load(f, DENY, 1, false), ==, 0x5e);
}

/* What an entry that is remembered to be denied may be taken for. */
static void test_denied_entry(Fixture *f, gconstpointer data)
{
    RmEntryType type;

    alone(f, RM_LOAD, DENY, 1);
    type = entry(f, DENY).type[RM_LOAD];
    g_assert_false(type.deferred);
    g_assert_false(type.host);
    g_assert_false(type.fast);
    g_assert_cmpuint(type.region, ==, RM_UNASSIGNED);
    /* notifications have to be heard */
    g_assert_true(type.asked[0]);
    g_assert_true(entry(f, DENY).type[RM_STORE].deferred);
}

/* Does what is known of @type come from iommu0, from iommu1? */
static void assert_asked_of(Fixture *f, uint32_t va, RmAccessType type,
                            bool iommu0, bool iommu1)
{
    RmEntry e = entry(f, va);

    g_assert_true(e.present);
    g_assert_false(e.type[type].deferred);
    g_assert_cmpint(!!e.type[type].asked[0], ==, iommu0);
    g_assert_cmpint(!!e.type[type].asked[1], ==, iommu1);
}

/* Whose notifications have to be heard. */
static void test_asked(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, SPLIT, 1);
    assert_asked_of(f, SPLIT, RM_LOAD, true, false);
    assert_asked_of(f, SPLIT, RM_FETCH, true, false);
    g_assert_cmpuint(entry(f, SPLIT).type[RM_STORE].asked[0], ==, 0);
    alone(f, RM_LOAD, NEST, 1);
    assert_asked_of(f, NEST, RM_LOAD, true, true);
    assert_asked_of(f, NEST, RM_STORE, true, true);
    alone(f, RM_LOAD, RAM0, 1);
    assert_asked_of(f, RAM0, RM_LOAD, false, false);
    alone(f, RM_LOAD, DENY, 1);
    assert_asked_of(f, DENY, RM_LOAD, true, false);
    g_assert_cmpuint(entry(f, DENY).type[RM_STORE].asked[0], ==, 0);
    set_mask(f, 8);
    rm_flush(f->m, 0, 1);
    alone(f, RM_LOAD, OPEN, 1);
    g_assert_cmpuint(entry(f, OPEN).type[RM_LOAD].asked[0], ==, 0);
}

/* What was taken back needs no notification any more. */
static void test_asked_again(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, NEST, 1);
    set(f, 1, 2, 2, (RmAnswer) { .perm = RM_R | RM_W, .region = RM_RAM0 });
    alone(f, RM_LOAD, NEST, 1);
    assert_n_events(f, 1);
    assert_asked_of(f, NEST, RM_LOAD, false, true);
    /* nor does iommu0 have a say in it */
    set_answer(f, 2, 1, RM_R | RM_W, 0, 0, 0);
    assert_clause(judge(f, RM_LOAD, NEST, 1), RM_NO_CLAUSE);
}

/* Each access type has its own way there. */
static void test_asked_by_type(Fixture *f, gconstpointer data)
{
    rm_set_answer(f->m, 1, 2, 2, RM_R, &(RmAnswer) {
        .perm = RM_R, .region = RM_IOMMU0, .offset = 0x1000,
    }, NULL);
    rm_set_answer(f->m, 1, 2, 2, RM_W, &(RmAnswer) {
        .perm = RM_W, .region = RM_RAM1, .offset = 0x1000,
    }, NULL);
    alone(f, RM_LOAD, NEST, 1);
    alone(f, RM_STORE, NEST, 1);
    assert_asked_of(f, NEST, RM_LOAD, true, true);
    assert_asked_of(f, NEST, RM_STORE, false, true);
    set_answer(f, 2, 1, RM_R, RM_R, RM_RAM0, 0);
    g_assert_true(entry(f, NEST).type[RM_LOAD].deferred);
    g_assert_true(entry(f, NEST).type[RM_FETCH].deferred);
    assert_clause(judge(f, RM_STORE, NEST, 1), RM_NO_CLAUSE);
    assert_clause(judge(f, RM_LOAD, NEST, 1), RM_C13_NOTIFY);
}

/* --- C5: indexes --- */

static void test_indexes(Fixture *f, gconstpointer data)
{
    for (unsigned attrs = 0; attrs < RM_ATTRS; attrs++) {
        set(f, 0, attrs & 3, 5, (RmAnswer) {
            .perm = RM_R, .region = RM_RAM0, .offset = (attrs & 3) * 0x1000,
        });
        set_pte(f, FREE, (RmPte) { .pa = 0x5000, .prot = 7, .attrs = attrs });
        load(f, FREE, 1, false);
        assert_event(f, 1, (RmEvent) {
            .kind = RM_EV_TRANSLATE, .region = RM_IOMMU0, .addr = 0x5000,
            .index = attrs & 3, .flag = RM_R,
        });
        g_assert_cmpuint(f->r.path[0].attrs, ==, attrs);
        g_assert_cmphex(f->r.path[0].offset, ==, (attrs & 3) * 0x1000);
        for (unsigned index = 0; index < RM_INDEXES; index++) {
            rm_flush(f->m, 0, 1);
            fills(f, RM_LOAD, FREE, 1);
            translates(f, 0x5000, index, RM_R);
            assert_clause(judge(f, RM_LOAD, FREE, 1), index == (attrs & 3) ?
                          RM_NO_CLAUSE : RM_C5_INDEX);
        }
    }
}

/* --- the secure address space --- */

static void test_secure(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t pa;
        unsigned region;
        uint32_t offset;
    } cases[] = {
        { 0x20000, RM_RAM1, 0 }, { 0x27000, RM_RAM1, 0x7000 },
        { 0x28000, RM_RAM0, 0 }, { 0x2f000, RM_RAM0, 0x7000 },
        { 0x30000, RM_IO, 0 }, { 0x37000, RM_IO, 0x7000 },
        { 0x1f000, RM_UNASSIGNED, 0 }, { 0x3d000, RM_UNASSIGNED, 0 },
        { 0x3f000, RM_UNASSIGNED, 0 }, { 0x40000, RM_UNASSIGNED, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        set_pte(f, FREE, (RmPte) {
            .pa = cases[i].pa, .prot = 7, .attrs = RM_SECURE | 1,
        });
        alone(f, RM_LOAD, FREE + 4, 4);
        g_assert_cmpuint(f->r.path[0].region, ==, cases[i].region);
        g_assert_cmpuint(f->r.path[0].attrs, ==, RM_SECURE | 1);
        if (cases[i].region == RM_UNASSIGNED) {
            assert_failed(f, 1, RM_LOAD, FREE + 4, cases[i].pa + 4, 4,
                          RM_SECURE | 1, RM_TX_DECODE_ERROR);
        } else {
            assert_status(f, RM_DONE);
            g_assert_cmphex(f->r.path[0].offset, ==, cases[i].offset + 4);
            g_assert_false(f->r.path[0].as_dma);
        }
    }
    g_assert_cmphex(load(f, SECURE, 2, false), ==, 0x54f1);
    store(f, SECURE, 1, false, 0x77);
    assert_ram(f, RM_RAM1, 0, "77 54");
    assert_dirty(f, RM_RAM1, 1);
}

/* One IOMMU in both. */
static void test_secure_iommu(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) {
        .pa = 0x1000, .prot = 7, .attrs = RM_SECURE | 2,
    });
    g_assert_cmphex(load(f, FREE, 2, false), ==, 0x9391);
    assert_translate(f, 1, 0x1000, RM_R);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_IO, 0);
    assert_clause(judge(f, RM_LOAD, FREE, 2), RM_C13_NOTIFY);
    alone(f, RM_STORE, FREE, 1);
    assert_write(f, 0, RM_IO, 0, 1, RM_SECURE | 2, 0);
}

/* Another one is in both as well, but a page further in the secure one. */
static void test_secure_view(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) {
        .pa = 0x11000, .prot = 7, .attrs = RM_SECURE | 2,
    });
    g_assert_cmphex(load(f, FREE + 4, 4, false), ==, 0xc7610325);
    assert_asked(f, 1, 1, 0x2004, RM_R);
    assert_asked(f, 2, 0, 0x1004, RM_R);
}

/* --- rm_covered() --- */

static bool covers(Fixture *f, RmAccessType type, uint32_t va, unsigned size)
{
    return rm_covered(f->m, &(RmAccess) {
        .type = type, .va = va, .size = size,
    });
}

static void test_covered(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = {
        SPLIT, OPEN, TORN, DENY, RAM0, IO, NOWHERE, HOLE, BITS, NEST, FAR,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(va); i++) {
        for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
            g_assert_true(covers(f, t, va[i] + 0xfc, 8));
            g_assert_true(covers(f, t, va[i] + 0xffc, 8));
            g_assert_true(covers(f, t, va[i], 0));
        }
    }
}

static void test_covered_granule(Fixture *f, gconstpointer data)
{
    set_mask(f, 8);
    for (unsigned i = 0; i < 3; i++) {
        /* what is cached counts as well as what would be */
        g_assert_true(covers(f, RM_LOAD, OPEN + 0xfc, 4));
        g_assert_true(covers(f, RM_LOAD, OPEN + 0x100, 16));
        g_assert_false(covers(f, RM_LOAD, OPEN + 0xfd, 4));
        g_assert_false(covers(f, RM_STORE, OPEN + 0xff, 2));
        g_assert_true(covers(f, RM_LOAD, OPEN + 0x3ff, 1));
        g_assert_false(covers(f, RM_LOAD, OPEN + 0x3ff, 2));
        /* a part of a crossing one is judged by itself */
        g_assert_true(covers(f, RM_LOAD, OPEN - 8, 16));
        g_assert_true(covers(f, RM_LOAD, OPEN + 0xffc, 8));
        if (i == 0) {
            alone(f, RM_LOAD, OPEN, 1);
        } else {
            rm_set_pte(f->m, 0, OPEN, &(RmPte) { .pa = 0x20000, .prot = 7 });
        }
    }
    rm_flush(f->m, 0, 1);
    alone(f, RM_LOAD, OPEN, 1);
    g_assert_true(covers(f, RM_LOAD, OPEN + 0xfd, 4));
}

/* In one direction alone; 16 bytes; behind another IOMMU. */
static void test_covered_which(Fixture *f, gconstpointer data)
{
    static const RmAnswer write = {
        .perm = RM_W, .region = RM_RAM0, .lg_mask = 4,
    };
    static const RmAnswer read = {
        .perm = RM_R, .region = RM_RAM0, .lg_mask = 4,
    };

    rm_set_answer(f->m, 0, 2, 0, RM_R, &read, NULL);
    g_assert_false(covers(f, RM_LOAD, SPLIT + 8, 16));
    g_assert_true(covers(f, RM_LOAD, SPLIT + 16, 16));
    rm_set_answer(f->m, 0, 2, 3, RM_W, &write, NULL);
    g_assert_false(covers(f, RM_STORE, TWIN + 8, 16));
    g_assert_true(covers(f, RM_STORE, TWIN + 16, 16));
    g_assert_true(covers(f, RM_STORE, TWIN + 8, 8));
    g_assert_true(covers(f, RM_STORE, NEST + 0xfe, 4));
    set_mask(f, 8);
    g_assert_false(covers(f, RM_STORE, NEST + 0xfe, 4));
    g_assert_true(covers(f, RM_STORE, NEST + 0xfc, 4));
    /* the second page of two, for the part that is in it */
    set_mask(f, 4);
    set_pte(f, FREE + 0x1000, (RmPte) { .pa = 0x1000, .prot = 7, .attrs = 2 });
    g_assert_true(covers(f, RM_STORE, FREE + 0xffc, 16));
    set_mask(f, 4 - 1);
    g_assert_false(covers(f, RM_STORE, FREE + 0xffc, 16));
}

/* The first of two that swap, or the second, or one in the TLB. */
static void test_covered_swap(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x20000, RM_PTE_SWAP);
    set_flags(f, FREE + 0x1000, 0x21000, 0);
    set_flags(f, FREE + 0x2000, 0x22000, RM_PTE_SWAP);
    g_assert_true(covers(f, RM_LOAD, FREE + 0xff8, 8));
    g_assert_false(covers(f, RM_LOAD, FREE + 0xffc, 8));
    g_assert_false(covers(f, RM_LOAD, FREE + 0x1ffc, 8));
    g_assert_true(covers(f, RM_LOAD, FREE + 0x2ffc, 4));
    alone(f, RM_LOAD, FREE, 1);
    rm_set_pte(f->m, 0, FREE, &(RmPte) { .pa = 0x20000, .prot = 7 });
    g_assert_false(covers(f, RM_LOAD, FREE + 0xffc, 8));
    rm_flush(f->m, 0, 1);
    alone(f, RM_LOAD, FREE, 1);
    g_assert_true(covers(f, RM_LOAD, FREE + 0xffc, 8));
    /* where nothing can be accessed, nothing is swapped */
    rm_set_pte(f->m, 0, FREE, &(RmPte) { .flags = RM_PTE_SWAP });
    g_assert_true(covers(f, RM_LOAD, FREE + 0xffc, 8));
    /* of an earlier scenario nothing is left */
    set_flags(f, RAM0, 0x20000, RM_PTE_SWAP);
    alone(f, RM_LOAD, RAM0, 1);
    rm_reset(f->m, &f->preset, NULL);
    g_assert_true(covers(f, RM_LOAD, RAM0 + 0xffc, 8));
}

/* A page of an IOMMU's that holds something else, too. */
static void test_covered_shared(Fixture *f, gconstpointer data)
{
    rm_map_move(f->m, MAP_HOLE, 0x1000);
    g_assert_true(covers(f, RM_LOAD, OPEN, 1));
    rm_map_enable(f->m, MAP_HOLE, true);
    g_assert_false(covers(f, RM_LOAD, OPEN, 1));
    g_assert_true(covers(f, RM_LOAD, TORN, 1));
    g_assert_true(covers(f, RM_LOAD, NEST, 1));
    /* the other space has none there */
    set_pte(f, FREE, (RmPte) { .pa = 0x1000, .prot = 7, .attrs = RM_SECURE });
    g_assert_true(covers(f, RM_LOAD, FREE, 1));
    rm_map_enable(f->m, MAP_IOMMU0, false);
    g_assert_true(covers(f, RM_LOAD, OPEN, 1));
    rm_map_move(f->m, MAP_HOLE, 0x12000);
    g_assert_false(covers(f, RM_LOAD, NEST, 1));
    rm_map_move(f->m, MAP_HOLE, 0x20000);
    g_assert_true(covers(f, RM_LOAD, RAM0, 1));
}

/* ... or may do so once the page walk has changed what leads there. */
static void test_covered_meanwhile(Fixture *f, gconstpointer data)
{
    const RmPte shared = { .pa = 0x1000, .prot = 7, .attrs = 2 };
    const RmPte none = { .pa = 0x1000 };
    const RmAccess a = { .va = OPEN, .size = 1 };
    const RmAccess ram = { .va = RAM0, .size = 1 };

    /* a small mapping that comes, or an IOMMU to where one is */
    g_assert_false(rm_covered_with_map(f->m, &a, MAP_HOLE, 0x1000));
    g_assert_true(rm_covered_with_map(f->m, &a, MAP_HOLE, 0x2000));
    g_assert_true(rm_covered_with_map(f->m, &a, MAP_RAM0, 0x1000));
    g_assert_true(rm_covered_with_map(f->m, &ram, MAP_HOLE, 0x1000));
    g_assert_false(rm_covered_with_map(f->m, &(RmAccess) {
        .va = BITS, .size = 1,
    }, MAP_IOMMU0, 0x3f000));
    /* one that is there, whichever way it is changed */
    rm_map_move(f->m, MAP_HOLE, 0x1000);
    g_assert_true(rm_covered(f->m, &a));
    g_assert_false(rm_covered_with_map(f->m, &a, MAP_HOLE, 0));
    /* a page-table entry that leads there: of that page and index */
    rm_map_enable(f->m, MAP_HOLE, true);
    g_assert_true(rm_covered(f->m, &ram));
    g_assert_false(rm_covered_with_pte(f->m, &ram, 0, RAM0 + 8, &shared));
    g_assert_true(rm_covered_with_pte(f->m, &ram, 0, RAM1, &shared));
    g_assert_true(rm_covered_with_pte(f->m, &ram, 1, RAM0, &shared));
    g_assert_true(rm_covered_with_pte(f->m, &ram, 0, RAM0, &none));
}

/* --- who listens: to a range of each index --- */

static void test_listeners(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned index, page, lg_mask;
        uint32_t from, size;    /* that is told; of 0 bytes: nobody is */
    } cases[] = {
        { 0, 1, 0, 0x1000, 0x1000 }, { 0, 0, 0, 0, 0 }, { 0, 2, 0, 0, 0 },
        { 1, 0, 0, 0x800, 0x800 }, { 1, 1, 0, 0x1000, 0x1000 },
        { 1, 2, 0, 0x2000, 0x800 }, { 1, 3, 0, 0, 0 },
        { 2, 14, 0, 0xe000, 0x1000 }, { 2, 15, 0, 0, 0 },
        { 3, 3, 0, 0x3fff, 1 }, { 3, 8, 0, 0x8000, 1 }, { 3, 9, 0, 0, 0 },
        /* what covers more pages is told of as all of them, and so is its end */
        { 1, 9, 13, 0x800, 0x2000 }, { 1, 9, 0, 0x800, 0x2000 },
        { 1, 9, 8, 0, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        RmAnswer answer = {
            .perm = RM_R, .region = RM_RAM0, .lg_mask = cases[i].lg_mask,
        };

        f->r.log.n = 0;
        rm_set_answer(f->m, 1, cases[i].index, cases[i].page, RM_R, &answer,
                      &f->r.log);
        assert_n_events(f, cases[i].size != 0);
        if (cases[i].size) {
            assert_event(f, 0, (RmEvent) {
                .kind = RM_EV_UNMAP, .region = RM_IOMMU1,
                .index = cases[i].index, .addr = cases[i].from,
                .size = cases[i].size,
            });
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/iommu/translate", test_translate);
    add_test("/iommu/C6/granules", test_granules);
    add_test("/iommu/C6/denied", test_granule_denied);
    add_test("/iommu/C6/device", test_granule_device);
    add_test("/iommu/C3/mid-page", test_mid_page);
    add_test("/iommu/C6/entry", test_granule_entry);
    add_test("/iommu/C6/conflict", test_granule_conflict);
    add_test("/iommu/C6/judged", test_granule_judged);
    add_test("/iommu/C6/any-order", test_granules_any_order);
    add_test("/iommu/C9/granule", test_granule_dirty);
    add_test("/iommu/C9/granule-told", test_granule_dirty_told);
    add_test("/iommu/C9/granule-crossing", test_granule_dirty_crossing);
    add_test("/iommu/C10/granule", test_granule_code);
    add_test("/iommu/C6/page-judged", test_page_judged);
    add_test("/iommu/C6/large", test_large_mask);
    add_test("/iommu/C6/large-past", test_large_past);
    add_test("/iommu/C3/nested", test_nested);
    add_test("/iommu/C3/nested-perm", test_nested_perm);
    add_test("/iommu/C4/nested-denied", test_nested_denied);
    add_test("/iommu/C6/nested-granule", test_nested_granule);
    add_test("/iommu/C5/nested-denied-crossing", test_nested_denied_crossing);
    add_test("/iommu/C3/nested-judged", test_nested_judged);
    add_test("/iommu/C4/nested-denied-judged", test_nested_denied_judged);
    add_test("/iommu/C13/nested", test_nested_notify);
    add_test("/iommu/C13/nested-other", test_nested_notify_other);
    add_test("/iommu/C13/all", test_notify_all);
    add_test("/iommu/C13/denied", test_notify_denied);
    add_test("/iommu/C2/denied-entry", test_denied_entry);
    add_test("/iommu/C13/asked", test_asked);
    add_test("/iommu/C13/asked-again", test_asked_again);
    add_test("/iommu/C13/asked-by-type", test_asked_by_type);
    add_test("/iommu/C5/indexes", test_indexes);
    add_test("/iommu/C3/secure", test_secure);
    add_test("/iommu/C3/secure-iommu", test_secure_iommu);
    add_test("/iommu/C3/secure-view", test_secure_view);
    add_test("/iommu/C13/listeners", test_listeners);
    add_test("/iommu/covered", test_covered);
    add_test("/iommu/covered-granule", test_covered_granule);
    add_test("/iommu/covered-which", test_covered_which);
    add_test("/iommu/covered-swap", test_covered_swap);
    add_test("/iommu/covered-shared", test_covered_shared);
    add_test("/iommu/covered-meanwhile", test_covered_meanwhile);
    return g_test_run();
}
