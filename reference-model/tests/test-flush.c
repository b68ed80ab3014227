/*
 * What flushes drop and what they keep (C14): ranges, large pages, address
 * bits, MMU indexes, CPUs; and the crowd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

#define PAGE(n)     (FREE + (n) * 0x1000)
#define CROWD(n)    (RM_CROWD_VA + (n) * 0x1000)

/* Page n of the free bank is page n % 8 of ram0. */
static void map_page(Fixture *f, unsigned cpu, unsigned idx, unsigned n,
                     unsigned lg_size)
{
    rm_set_pte(f->m, idx, PAGE(n), &(RmPte) {
        .pa = 0x20000 + n % 8 * 0x1000, .prot = 7, .lg_size = lg_size,
    });
    run(f, (RmAccess) { .cpu = cpu, .mmu_idx = idx, .va = PAGE(n),
                        .size = 1 });
    assert_status(f, RM_DONE);
}

static void map_pages(Fixture *f, unsigned n, unsigned lg_size)
{
    for (unsigned i = 0; i < n; i++) {
        map_page(f, 0, 0, i, lg_size);
    }
}

/* The pages of the free bank that are cached, a bit each. */
static unsigned cached(Fixture *f, unsigned cpu, unsigned idx)
{
    unsigned pages = 0;

    for (unsigned i = 0; i < RM_BANK_PAGES; i++) {
        RmEntry e = entry_of(f, cpu, idx, PAGE(i));

        pages |= e.present << i;
        if (!e.present) {
            assert_clause(e.blame, RM_C14_FLUSH);
        }
    }
    return pages;
}

#define assert_cached(f, pages) g_assert_cmphex(cached(f, 0, 0), ==, pages)

static void test_page(Fixture *f, gconstpointer data)
{
    map_pages(f, 8, 0);
    assert_cached(f, 0xff);
    rm_flush_range(f->m, 0, PAGE(3), 1, 1, 64);
    assert_cached(f, 0xf7);
    /* an lg_page_size that is that of a page */
    map_page(f, 0, 0, 3, 12);
    rm_flush_range(f->m, 0, PAGE(4), 1, 1, 64);
    assert_cached(f, 0xef);
    /* one that is less: its page alone */
    map_page(f, 0, 0, 4, 9);
    assert_cached(f, 0xff);
    rm_flush_range(f->m, 0, PAGE(3), 1, 1, 64);
    rm_flush_range(f->m, 0, PAGE(5), 1, 1, 64);
    assert_cached(f, 0xd7);
    rm_flush_range(f->m, 0, PAGE(4), 1, 1, 64);
    assert_cached(f, 0xc7);
}

static void test_range(Fixture *f, gconstpointer data)
{
    map_pages(f, 8, 0);
    rm_flush_range(f->m, 0, PAGE(2), 3, 1, 64);
    assert_cached(f, 0xe3);
    rm_flush_range(f->m, 0, PAGE(7), 100, 1, 64);
    assert_cached(f, 0x63);
    rm_flush_range(f->m, 0, PAGE(0) - 0x2000, 2, 1, 64);
    assert_cached(f, 0x63);
    rm_flush_range(f->m, 0, PAGE(0) - 0x2000, 3, 1, 64);
    assert_cached(f, 0x62);
}

/* A large page goes through any of its addresses. */
static void test_large(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < 8; i++) {
        rm_flush(f->m, 0, 1);
        map_page(f, 0, 0, 5, 14);       /* 4 to 7 */
        map_page(f, 0, 0, 8, 12);
        rm_flush_range(f->m, 0, PAGE(i), 1, 1, 64);
        assert_cached(f, i < 4 ? 0x120 : 0x100);
    }
    /* with a range that begins or ends in it */
    map_page(f, 0, 0, 5, 14);
    rm_flush_range(f->m, 0, PAGE(1), 3, 1, 64);
    assert_cached(f, 0x120);
    rm_flush_range(f->m, 0, PAGE(1), 4, 1, 64);
    assert_cached(f, 0x100);
    map_page(f, 0, 0, 5, 14);
    rm_flush_range(f->m, 0, PAGE(7), 2, 1, 64);
    assert_cached(f, 0);
}

/* Two megabytes: addresses in which nothing else can be mapped. */
static void test_largest(Fixture *f, gconstpointer data)
{
    map_page(f, 0, 0, 0, 21);
    rm_flush_range(f->m, 0, 0x1ff000, 1, 1, 64);
    assert_cached(f, 1);
    rm_flush_range(f->m, 0, 0x400000, 1, 1, 64);
    assert_cached(f, 1);
    rm_flush_range(f->m, 0, 0x3ff000, 1, 1, 64);
    assert_cached(f, 0);
}

/* The size counts that it had when it was cached. */
static void test_large_then(Fixture *f, gconstpointer data)
{
    map_page(f, 0, 0, 5, 14);
    rm_set_pte(f->m, 0, PAGE(5), &(RmPte) { .pa = 0x20000, .prot = 7 });
    rm_flush_range(f->m, 0, PAGE(4), 1, 1, 64);
    assert_cached(f, 0);
    map_page(f, 0, 0, 5, 0);
    rm_set_pte(f->m, 0, PAGE(5), &(RmPte) {
        .pa = 0x20000, .prot = 7, .lg_size = 14,
    });
    rm_flush_range(f->m, 0, PAGE(4), 1, 1, 64);
    assert_cached(f, 0x20);
}

/* Only so many bits of an address count. */
static void test_bits(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = {
        RAM0, LAST, PAGE(8), 0x308000, RAM1, PAGE(9),
    };
    static const struct {
        uint32_t at;
        unsigned bits, left;
    } cases[] = {
        { PAGE(8), 64, 0x3b }, { PAGE(8), 32, 0x3b }, { PAGE(8), 22, 0x3b },
        { PAGE(8), 21, 0x3a }, { PAGE(8), 20, 0x30 }, { PAGE(8), 16, 0x30 },
        { PAGE(8), 13, 0x30 }, { PAGE(8), 12, 0x00 }, { PAGE(8), 3, 0x00 },
        { 0x708000, 21, 0x35 }, { 0x708000, 64, 0x3f },
        { 0xfff09000, 20, 0x0f },
    };

    rm_set_pte(f->m, 0, PAGE(8), &(RmPte) { .pa = 0x20000, .prot = 7 });
    rm_set_pte(f->m, 0, PAGE(9), &(RmPte) { .pa = 0x20000, .prot = 7 });
    rm_set_pte(f->m, 0, 0x308000, &(RmPte) { .pa = 0x20000, .prot = 7 });
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        unsigned left = 0;

        for (unsigned k = 0; k < G_N_ELEMENTS(va); k++) {
            alone(f, RM_LOAD, va[k], 1);
        }
        rm_flush_range(f->m, 0, cases[i].at, 1, 1, cases[i].bits);
        for (unsigned k = 0; k < G_N_ELEMENTS(va); k++) {
            left |= entry(f, va[k]).present << k;
        }
        g_assert_cmphex(left, ==, cases[i].left);
    }
}

static void test_bits_range(Fixture *f, gconstpointer data)
{
    map_pages(f, 8, 0);
    rm_flush_range(f->m, 0, 0x702000, 3, 1, 20);
    assert_cached(f, 0xe3);
    /* large pages and bits: 4 to 7 */
    map_pages(f, 8, 0);
    rm_flush_range(f->m, 0, PAGE(5), 1, 1, 64);
    map_page(f, 0, 0, 5, 14);
    rm_flush_range(f->m, 0, 0x707000, 1, 1, 20);
    assert_cached(f, 0x5f);
}

static void test_indexes(Fixture *f, gconstpointer data)
{
    for (unsigned idxmap = 0; idxmap < 4; idxmap++) {
        for (unsigned way = 0; way < 2; way++) {
            map_page(f, 0, 0, 2, 0);
            map_page(f, 0, 1, 2, 0);
            if (way) {
                rm_flush_range(f->m, 0, PAGE(2), 1, idxmap, 64);
            } else {
                rm_flush(f->m, 0, idxmap);
            }
            g_assert_cmphex(cached(f, 0, 0), ==, idxmap & 1 ? 0 : 4);
            g_assert_cmphex(cached(f, 0, 1), ==, idxmap & 2 ? 0 : 4);
        }
    }
}

static void test_cpus(Fixture *f, gconstpointer data)
{
    map_page(f, 0, 0, 2, 0);
    g_assert_cmphex(cached(f, 1, 0), ==, 0);
    map_page(f, 1, 0, 2, 0);
    map_page(f, 1, 0, 3, 0);
    rm_flush_range(f->m, 0, PAGE(2), 1, 3, 64);
    assert_cached(f, 0);
    g_assert_cmphex(cached(f, 1, 0), ==, 0xc);
    rm_flush_range(f->m, 1, PAGE(2), 1, 3, 64);
    g_assert_cmphex(cached(f, 1, 0), ==, 8);
    map_page(f, 0, 0, 2, 0);
    rm_flush(f->m, 1, 3);
    g_assert_cmphex(cached(f, 1, 0), ==, 0);
    assert_cached(f, 4);
}

/* A CPU's events and entries are its own, RAM is not. */
static void test_second_cpu(Fixture *f, gconstpointer data)
{
    RmAccess a = { .cpu = 1, .va = TWIN, .size = 1, .type = RM_STORE,
                   .value = 0x77 };

    alone(f, RM_STORE, TWIN, 1);
    run(f, a);
    assert_n_events(f, 2);
    assert_event(f, 0, (RmEvent) {
        .kind = RM_EV_FILL, .cpu = 1, .type = RM_STORE, .addr = TWIN,
        .size = 1,
    });
    assert_translate(f, 1, 0x3000, RM_W);
    g_assert_cmphex(load(f, TWIN, 1, false), ==, 0x77);
    a.va = HOLE;
    run(f, a);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_PAGE_FAULT, .cpu = 1, .type = RM_STORE, .addr = HOLE,
        .size = 1,
    });
    a.va = NOWHERE;
    run(f, a);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_TX_FAILED, .cpu = 1, .type = RM_STORE,
        .addr = NOWHERE, .pa = 0x38000, .size = 1, .attrs = 1,
        .response = RM_TX_DECODE_ERROR,
    });
}

/* What an implementation asked for another CPU, index or type is not this. */
static void test_judged_whose(Fixture *f, gconstpointer data)
{
    fills(f, RM_LOAD, RAM0, 4);
    f->log.ev[0].cpu = 1;
    assert_clause(told(f, (RmAccess) { .va = RAM0, .size = 4 }),
                  RM_C18_ORDER);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, RAM0, 4);
    f->log.ev[0].mmu_idx = 1;
    assert_clause(told(f, (RmAccess) { .va = RAM0, .size = 4 }),
                  RM_C18_ORDER);
}

static void test_judged(Fixture *f, gconstpointer data)
{
    map_pages(f, 8, 14);
    rm_flush_range(f->m, 0, PAGE(4), 1, 1, 64);
    assert_clause(judge(f, RM_LOAD, PAGE(3), 1), RM_NO_CLAUSE);
    assert_clause(judge(f, RM_LOAD, PAGE(5), 1), RM_C14_FLUSH);
    rm_flush_range(f->m, 0, PAGE(3) + 0x100000, 1, 1, 20);
    assert_clause(judge(f, RM_LOAD, PAGE(1), 1), RM_C14_FLUSH);
    map_page(f, 1, 0, 1, 0);
    rm_flush(f->m, 1, 1);
    assert_clause(told(f, (RmAccess) { .cpu = 1, .va = PAGE(1), .size = 1 }),
                  RM_C14_FLUSH);
}

/* --- the crowd --- */

/* How many of the crowd are cached. */
static unsigned crowd(Fixture *f, unsigned cpu, unsigned idx)
{
    unsigned n = 0;

    while (entry_of(f, cpu, idx, CROWD(n)).present) {
        n++;
    }
    return n;
}

static void test_crowd(Fixture *f, gconstpointer data)
{
    RmEntry e;

    g_assert_cmpuint(crowd(f, 0, 0), ==, 0);
    assert_clause(entry(f, CROWD(0)).blame, RM_C14_FLUSH);
    rm_crowd(f->m, 0, 0, 10);
    g_assert_cmpuint(crowd(f, 0, 0), ==, 10);
    g_assert_cmpuint(crowd(f, 0, 1), ==, 0);
    g_assert_cmpuint(crowd(f, 1, 0), ==, 0);
    /* all of it leads to one page past all mappings, where nothing is */
    e = entry(f, CROWD(9) + 0x123);
    g_assert_cmphex(e.pa, ==, 0x1000000);
    g_assert_cmpuint(e.attrs, ==, 0);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_true(e.type[t].allowed && e.type[t].cached);
        g_assert_false(e.type[t].deferred);
        g_assert_false(e.type[t].host);
        g_assert_false(e.type[t].fast);
        g_assert_cmpuint(e.type[t].region, ==, RM_UNASSIGNED);
    }
    /* fewer take nothing away */
    rm_crowd(f->m, 0, 0, 3);
    g_assert_cmpuint(crowd(f, 0, 0), ==, 10);
    rm_crowd(f->m, 0, 0, RM_CROWD_PAGES);
    g_assert_cmpuint(crowd(f, 0, 0), ==, RM_CROWD_PAGES);
    g_assert_false(entry(f, CROWD(RM_CROWD_PAGES)).present);
    g_assert_false(entry(f, CROWD(0) - 1).present);
}

static void test_crowd_flush(Fixture *f, gconstpointer data)
{
    rm_crowd(f->m, 0, 0, 10);
    rm_crowd(f->m, 0, 1, 10);
    rm_crowd(f->m, 1, 0, 10);
    rm_flush(f->m, 0, 2);
    g_assert_cmpuint(crowd(f, 0, 0), ==, 10);
    g_assert_cmpuint(crowd(f, 0, 1), ==, 0);
    rm_flush(f->m, 0, 1);
    g_assert_cmpuint(crowd(f, 0, 0), ==, 0);
    g_assert_cmpuint(crowd(f, 1, 0), ==, 10);
    assert_clause(entry(f, CROWD(0)).blame, RM_C14_FLUSH);
    rm_reset(f->m, &f->preset, NULL);
    g_assert_cmpuint(crowd(f, 1, 0), ==, 0);
}

/* What a machine is saved with, TLBs are not in. */
static void test_save_load(Fixture *f, gconstpointer data)
{
    map_page(f, 0, 0, 0, 0);
    map_page(f, 0, 1, 1, 0);
    map_page(f, 1, 0, 2, 0);
    assert_cached(f, 1);
    g_assert_cmpint(rm_touched(f->m, 0), ==, RM_TOUCHED_NOTHING);
    rm_save_load(f->m);
    assert_cached(f, 0);
    g_assert_cmphex(cached(f, 0, 1), ==, 0);
    g_assert_cmphex(cached(f, 1, 0), ==, 0);
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        g_assert_cmpint(rm_touched(f->m, i), ==, RM_TOUCHED_DECISIONS);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/flush/page", test_page);
    add_test("/flush/range", test_range);
    add_test("/flush/large", test_large);
    add_test("/flush/largest", test_largest);
    add_test("/flush/large-then", test_large_then);
    add_test("/flush/bits", test_bits);
    add_test("/flush/bits-range", test_bits_range);
    add_test("/flush/indexes", test_indexes);
    add_test("/flush/cpus", test_cpus);
    add_test("/flush/second-cpu", test_second_cpu);
    add_test("/flush/judged-whose", test_judged_whose);
    add_test("/flush/judged", test_judged);
    add_test("/flush/save-load", test_save_load);
    add_test("/flush/crowd", test_crowd);
    add_test("/flush/crowd-flush", test_crowd_flush);
    return g_test_run();
}
