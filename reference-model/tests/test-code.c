/*
 * Dirty bits as stores, logging and the translator use them, and the
 * invalidation of code (C9, C10).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "fixture.h"

/*
 * Instructions at RAM0: 2 bytes at 0 (00 25), 4 at 4 (97 bc d3 71), 4 at 8
 * (2f 15 78 dd), 4 at 0xc (a7 81 e2 44), 4 at 0x10 (5f f9 2b 4e).
 */
static RmAccess block(uint32_t va)
{
    return (RmAccess) { .kind = RM_BLOCK, .type = RM_FETCH, .va = va };
}

static void assert_block(Fixture *f, uint32_t va, unsigned size)
{
    run(f, block(va));
    assert_status(f, RM_DONE);
    g_assert_cmpuint(f->r.value, ==, size);
}

/* The blocks that the last operation took, all of them in @region. */
static void assert_lost(Fixture *f, unsigned region, unsigned n,
                        const uint32_t *offsets)
{
    unsigned found = 0;

    for (unsigned i = 0; i < f->r.log.n; i++) {
        if (f->r.log.ev[i].kind == RM_EV_CODE) {
            g_assert_cmpuint(found, <, n);
            assert_event(f, i, (RmEvent) {
                .kind = RM_EV_CODE, .region = region,
                .addr = offsets[found++],
            });
        }
    }
    g_assert_cmpuint(found, ==, n);
}

static void assert_lost_1(Fixture *f, uint32_t offset)
{
    assert_lost(f, RM_RAM0, 1, &offset);
}

static void assert_none_lost(Fixture *f)
{
    assert_lost(f, RM_RAM0, 0, NULL);
}

static void loses(Fixture *f, unsigned region, uint32_t offset)
{
    rm_log(&f->log, &(RmEvent) {
        .kind = RM_EV_CODE, .region = region, .addr = offset,
    });
}

static RmClause judge_store(Fixture *f, uint32_t va, unsigned size)
{
    return judge(f, RM_STORE, va, size);
}

/* --- blocks --- */

static void test_block(Fixture *f, gconstpointer data)
{
    assert_block(f, RAM0, 2);
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_FETCH, RAM0, 1);
    assert_block(f, RAM0 + 4, 4);
    assert_n_events(f, 0);
    assert_code_bits(f, RM_RAM0, 0xfe);
    assert_code_bits(f, RM_RAM1, 0xff);
    assert_block(f, ROM, 4);
    assert_block(f, IO, 0);
    assert_block(f, BITS + 0x100, 0);
    assert_block(f, DENY, 0);
    run(f, block(HOLE));
    assert_status(f, RM_PAGE_FAULT);
    g_assert_cmpuint(f->r.value, ==, 0);
    assert_ram_untouched(f);
}

/* There is room for eight, and the same one counts once. */
static void test_block_limit(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < 10; i++) {
        assert_block(f, RAM0, 2);
    }
    for (unsigned i = 1; i < RM_BLOCKS; i++) {
        assert_block(f, RAM0 + 0x100 + 4 * i, 2);
    }
    assert_block(f, RAM0 + 0x200, 0);
    rm_reset(f->m, &f->preset, NULL);
    assert_block(f, RAM0 + 0x200, 2);
}

/* --- blocks that are run --- */

static RmAccess running(uint32_t va)
{
    RmAccess a = block(va);

    a.runs = true;
    return a;
}

static void assert_ran(Fixture *f, uint32_t va, uint32_t insn, RmRegion region,
                       uint32_t offset)
{
    run(f, running(va));
    assert_status(f, RM_DONE);
    g_assert_cmphex(f->r.value, ==, rm_ran(insn, region, offset, 0));
}

/* An implementation asks nobody, and says that it has run this. */
static RmClause ran(Fixture *f, uint32_t va, uint32_t insn, RmRegion region,
                    uint32_t offset)
{
    f->log.n = 0;
    f->value = rm_ran(insn, region, offset, 0);
    return told(f, running(va));
}

static void test_run(Fixture *f, gconstpointer data)
{
    assert_ran(f, RAM0, 0x2500, RM_RAM0, 0);
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_FETCH, RAM0, 1);
    assert_ran(f, RAM0, 0x2500, RM_RAM0, 0);
    assert_n_events(f, 0);
    /* it is the same block, be it run or not */
    for (unsigned i = 0; i < RM_BLOCKS; i++) {
        assert_block(f, RAM0, 2);
    }
    assert_ran(f, RAM0 + 4, 0x71d3bc97, RM_RAM0, 4);
    run(f, running(IO));
    g_assert_cmphex(f->r.value, ==, 0);
}

static RmAccess storing(uint32_t va, uint32_t value)
{
    RmAccess a = running(va);

    a.stores = value;
    return a;
}

/* C10: behind a store to its own code, a block is what was stored */
static void test_self(Fixture *f, gconstpointer data)
{
    run(f, storing(RAM0, 0x1234567b));
    assert_status(f, RM_DONE);
    g_assert_cmphex(f->r.value, ==, rm_ran(0x1234567b, RM_RAM0, 4, 0));
    assert_ram(f, RM_RAM0, 4, "7b 56 34 12");
    /* what was there of other blocks is lost, as by any store */
    assert_block(f, RAM0 + 6, 2);
    run(f, storing(RAM0, 0x6));
    g_assert_cmphex(f->r.value, ==, rm_ran(0x6, RM_RAM0, 4, 0));
    assert_lost_1(f, 6);
    assert_ran(f, RAM0 + 4, 0x6, RM_RAM0, 4);
    /* no block is left of it: all may be made anew */
    for (unsigned i = 0; i < RM_BLOCKS; i++) {
        run(f, storing(RAM0, 0x6 + 4 * i));
    }
    /* where none can be run, nothing is stored either */
    run(f, storing(IO, 0x6));
    g_assert_cmphex(f->r.value, ==, 0);
    assert_n_events(f, 1);
}

/* What is seen of it is judged: what comes behind the store is the new code. */
static void test_self_judged(Fixture *f, gconstpointer data)
{
    run(f, running(RAM0));
    f->log.n = 0;
    f->value = rm_ran(0x6, RM_RAM0, 4, 0);
    assert_clause(told(f, storing(RAM0, 0x6)), RM_NO_CLAUSE);
    f->log.n = 0;
    f->value = rm_ran(0x6, RM_RAM0, 4, 0);
    assert_clause(told(f, storing(RAM0, 0xa)), RM_C10_CODE);
}

/* C10: what was run at an address is another instruction after a store */
static void test_run_overwritten(Fixture *f, gconstpointer data)
{
    assert_ran(f, RAM0 + 4, 0x71d3bc97, RM_RAM0, 4);
    assert_clause(ran(f, RAM0 + 4, 0x71d3bc97, RM_RAM0, 4), RM_NO_CLAUSE);
    store(f, RAM0 + 4, 1, false, 0x13);
    assert_lost_1(f, 4);
    assert_clause(ran(f, RAM0 + 4, 0x71d3bc97, RM_RAM0, 4), RM_C10_CODE);
    assert_clause(ran(f, RAM0 + 4, 0x71d3bc13, RM_RAM0, 4), RM_NO_CLAUSE);
}

/* C14: ... and has to be looked up after a flush, but not before */
static void test_run_flushed(Fixture *f, gconstpointer data)
{
    assert_ran(f, RAM0, 0x2500, RM_RAM0, 0);
    f->preset.pt[0][rm_va_page(RAM0)].pa = 0x22000;
    rm_set_pte(f->m, 0, RAM0, &f->preset.pt[0][rm_va_page(RAM0)]);
    assert_clause(ran(f, RAM0, 0x2500, RM_RAM0, 0), RM_NO_CLAUSE);
    /* the other index, and the other CPU, have their own */
    rm_flush_range(f->m, 0, RAM0, 1, 2, 64);
    rm_flush(f->m, 1, -1);
    assert_clause(ran(f, RAM0, 0x2500, RM_RAM0, 0), RM_NO_CLAUSE);
    /* code has no tags: the flush of what differs in these bits may do */
    rm_flush_range(f->m, 0, RAM0 ^ 0x200000, 1, 1, 20);
    assert_clause(ran(f, RAM0, 0x2500, RM_RAM0, 0), RM_NO_CLAUSE);
    alone(f, RM_LOAD, RAM0, 1);
    assert_clause(ran(f, RAM0, 0x2500, RM_RAM0, 0), RM_NO_CLAUSE);
    rm_flush_range(f->m, 0, RAM0, 1, 1, 64);
    assert_clause(ran(f, RAM0, 0x2500, RM_RAM0, 0), RM_C14_FLUSH);

    /* it was looked up since, but not by who has run it */
    set_flags(f, RAM0, 0x20000, 0);
    assert_ran(f, RAM0, 0x2500, RM_RAM0, 0);
    set_flags(f, RAM0, 0x22000, 0);
    alone(f, RM_LOAD, RAM0, 1);
    assert_clause(ran(f, RAM0, 0x2500, RM_RAM0, 0), RM_C14_FLUSH);
}

/* C13: behind an IOMMU, also after that says something else */
static void test_run_notified(Fixture *f, gconstpointer data)
{
    uint64_t value;

    run(f, running(OPEN));
    value = f->r.value;
    g_assert_cmphex(value >> 48, ==, RM_RAM1 + 1);
    f->value = value;
    f->log.n = 0;
    assert_clause(told(f, running(OPEN)), RM_NO_CLAUSE);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM1, 0x2000);
    f->log.n = 0;
    assert_clause(told(f, running(OPEN)), RM_C13_NOTIFY);
}

/* No more places are remembered than there is room for. */
static void test_run_room(Fixture *f, gconstpointer data)
{
    RmAccess a = running(RAM0);

    for (unsigned i = 0; i < RM_BANK_PAGES; i++) {
        set_pte(f, FREE + i * RM_PAGE_SIZE,
                (RmPte) { .pa = 0x20000, .prot = R | X });
    }
    for (unsigned i = 0; i < RM_JUMPS; i++) {
        a.va = FREE + i % RM_BANK_PAGES * RM_PAGE_SIZE;
        a.cpu = i / RM_BANK_PAGES;
        g_assert_true(rm_covered(f->m, &a));
        run(f, a);
        g_assert_cmphex(f->r.value, ==, rm_ran(0x2500, RM_RAM0, 0, 0));
    }
    g_assert_true(rm_covered(f->m, &a));
    a.va = RAM0;
    g_assert_false(rm_covered(f->m, &a));
    rm_flush(f->m, 1, -1);
    g_assert_true(rm_covered(f->m, &a));
}

/* --- C10: what is written is lost --- */

static void test_overlap(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t at;
        unsigned size;
        bool lost;
    } cases[] = {
        { 3, 1, false }, { 4, 1, true }, { 7, 1, true }, { 8, 1, false },
        { 0, 4, false }, { 0, 8, true }, { 3, 2, true }, { 7, 2, true },
        { 8, 8, false }, { 0, 16, true }, { 0xff8, 8, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        rm_reset(f->m, &f->preset, NULL);
        assert_block(f, RAM0 + 4, 4);
        alone(f, RM_STORE, RAM0 + cases[i].at, cases[i].size);
        if (cases[i].lost) {
            assert_lost_1(f, 4);
            /* once */
            alone(f, RM_STORE, RAM0 + cases[i].at, cases[i].size);
        }
        assert_none_lost(f);
    }
}

/* Who probes for writing is given an address, and writes all of it. */
static void test_probe(Fixture *f, gconstpointer data)
{
    RmAccess a = {
        .kind = RM_PROBE, .probe = RM_PROBE_ACCESS, .type = RM_STORE,
        .va = RAM0, .size = 8,
    };

    for (a.probe = RM_PROBE_ACCESS; a.probe < RM_PROBES; a.probe++) {
        assert_block(f, RAM0, 2);
        assert_block(f, RAM0 + 4, 4);
        a.size = 4;
        run(f, a);
        assert_lost_1(f, 0);
        a.size = 5;
        run(f, a);
        assert_lost_1(f, 4);
        rm_reset(f->m, &f->preset, NULL);
        /* of no length: one byte; but probe_access() gives no address */
        assert_block(f, RAM0, 2);
        a.size = 0;
        run(f, a);
        if (a.probe == RM_PROBE_ACCESS) {
            assert_none_lost(f);
        } else {
            assert_lost_1(f, 0);
        }
        rm_reset(f->m, &f->preset, NULL);
    }
    /* to read is to write nothing, and so is a page that cannot be written */
    assert_block(f, RAM0, 2);
    a = (RmAccess) { .kind = RM_PROBE, .type = RM_LOAD, .va = RAM0, .size = 4 };
    run(f, a);
    assert_none_lost(f);
    assert_block(f, ROM, 4);
    a.type = RM_STORE;
    a.va = ROM;
    run(f, a);
    assert_none_lost(f);
}

/* Instructions are at multiples of 2 bytes, and can lie over each other. */
static void test_halfway(Fixture *f, gconstpointer data)
{
    static const uint32_t both[] = { 4, 6 };
    static const struct {
        unsigned at, n;
        const uint32_t *lost;
    } cases[] = {
        { 5, 1, &both[0] }, { 7, 2, both }, { 8, 1, &both[1] },
        { 10, 0, NULL },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        rm_reset(f->m, &f->preset, NULL);
        assert_block(f, RAM0 + 4, 4);
        assert_block(f, RAM0 + 6, 4);
        alone(f, RM_STORE, RAM0 + cases[i].at, 1);
        assert_lost(f, RM_RAM0, cases[i].n, cases[i].lost);
    }
}

/* An instruction of 4 bytes, of which two are in the page of @va + 2. */
static void assert_crossing(Fixture *f, uint32_t va)
{
    RmAccess a = block(va);

    run(f, (RmAccess) {
        .kind = RM_PLAIN, .type = RM_STORE, .va = va, .size = 2, .value = 3,
    });
    g_assert_true(rm_covered(f->m, &a));
    assert_block(f, va, 4);
}

/* It is lost to a store to either page, also where these are one in memory. */
static void test_two_pages(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t at;
        unsigned region, offset;
        bool lost;
    } cases[] = {
        { RAM0 + 0xffd, RM_RAM1, 0, false }, { RAM0 + 0xffe, RM_RAM1, 0, true },
        { RAM0 + 0xfff, RM_RAM1, 0, true }, { RAM1, RM_RAM1, 0, true },
        { RAM1 + 1, RM_RAM1, 0, true }, { RAM1 + 2, RM_RAM1, 0, false },
        { RAM0, RM_RAM0, 0, true }, { RAM0 + 2, RM_RAM0, 0, false },
    };
    static const RmPte same = { .pa = 0x20000, .prot = R | W | X };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool one = cases[i].region == RM_RAM0;

        rm_reset(f->m, &f->preset, NULL);
        if (one) {
            set_pte(f, FREE, same);
            set_pte(f, FREE + RM_PAGE_SIZE, same);
        }
        assert_crossing(f, (one ? FREE : RAM0) + 0xffe);
        assert_fill(f, 0, RM_FETCH,
                    (one ? FREE : RAM0) + RM_PAGE_SIZE, 1);
        assert_code_bits(f, RM_RAM0, 0xfe);
        assert_code_bits(f, RM_RAM1, one ? 0xff : 0xfe);
        alone(f, RM_STORE, cases[i].at, 1);
        if (cases[i].lost) {
            assert_event(f, f->r.log.n - 1, (RmEvent) {
                .kind = RM_EV_CODE, .region = RM_RAM0, .addr = 0xffe,
                .value = rm_found(RM_FOUND_HOST, cases[i].region, 0),
            });
        } else {
            assert_none_lost(f);
        }
    }
}

/* Only an instruction that goes on asks for the next page. */
static void test_two_pages_fault(Fixture *f, gconstpointer data)
{
    RmAccess a = block(FREE + 0xffe);

    set_flags(f, FREE, 0x20000, 0);
    run(f, (RmAccess) {
        .kind = RM_PLAIN, .type = RM_STORE, .va = a.va, .size = 2, .value = 1,
    });
    assert_block(f, a.va, 2);
    run(f, (RmAccess) {
        .kind = RM_PLAIN, .type = RM_STORE, .va = a.va, .size = 1, .value = 3,
    });
    g_assert_true(rm_covered(f->m, &a));
    run(f, a);
    assert_status(f, RM_PAGE_FAULT);
    assert_fill(f, 0, RM_FETCH, FREE + RM_PAGE_SIZE, 1);
    /* the translator fetches from a device as if that code were run once */
    set_flags(f, FREE + RM_PAGE_SIZE, 0x28000, 0);
    g_assert_true(rm_covered(f->m, &a));
    a.va = RAM1 + 0xffe;
    g_assert_false(rm_covered(f->m, &a));
    a.va -= 2;
    g_assert_true(rm_covered(f->m, &a));
}

static void test_several(Fixture *f, gconstpointer data)
{
    static const uint32_t both[] = { 8, 4 };

    assert_block(f, RAM0 + 8, 4);
    assert_block(f, RAM0 + 4, 4);
    assert_block(f, RAM0 + 0x10, 4);
    alone(f, RM_STORE, RAM0 + 7, 2);
    assert_lost(f, RM_RAM0, 2, both);
    alone(f, RM_STORE, RAM0 + 0x13, 1);
    assert_lost_1(f, 0x10);
}

/* Whatever is no store to it, leaves it. */
static void test_no_store(Fixture *f, gconstpointer data)
{
    assert_block(f, RAM0 + 4, 4);
    alone(f, RM_LOAD, RAM0 + 4, 4);
    assert_none_lost(f);
    alone(f, RM_FETCH, RAM0 + 4, 4);
    assert_none_lost(f);
    alone(f, RM_STORE, RAM1 + 4, 4);
    assert_none_lost(f);
    alone(f, RM_STORE, ALIAS + 4, 4);
    assert_none_lost(f);
    run(f, (RmAccess) {
        .kind = RM_PROBE, .type = RM_LOAD, .va = RAM0 + 4, .size = 4,
    });
    assert_none_lost(f);
    set_flags(f, FREE, 0x20000, RM_PTE_DISCARD);
    alone(f, RM_STORE, FREE + 4, 4);
    assert_none_lost(f);
    run(f, (RmAccess) {
        .kind = RM_COMPARE_EXCHANGE, .va = RAM0 + 4, .size = 4,
        .cmp = 0xffffffff,
    });
    assert_none_lost(f);
    rm_watch(f->m, 0, RAM0 + 4, 1, RM_W);
    alone(f, RM_STORE, RAM0 + 4, 4);
    assert_status(f, RM_WATCHPOINT);
    assert_none_lost(f);
}

static void test_atomics(Fixture *f, gconstpointer data)
{
    assert_block(f, RAM0 + 4, 4);
    run(f, (RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = RAM0 + 4, .size = 1,
    });
    assert_lost_1(f, 4);
    assert_block(f, RAM0 + 0x10, 4);
    run(f, (RmAccess) {
        .kind = RM_COMPARE_EXCHANGE, .va = RAM0 + 0x10, .size = 4,
        .cmp = 0x4e2bf95f,
    });
    assert_lost_1(f, 0x10);
}

/* Through another mapping, by the other CPU, in the other MMU index. */
static void test_any_way(Fixture *f, gconstpointer data)
{
    static const RmPte pte = { .pa = 0x22000, .prot = 7 };

    /* ram0+0x2000: 5e e1 | 03 2d | c8 5a | b3 91 */
    for (unsigned i = 0; i < 4; i++) {
        rm_reset(f->m, &f->preset, NULL);
        rm_set_pte(f->m, 0, FREE, &pte);
        rm_set_pte(f->m, 1, FREE, &pte);
        set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x2000);
        assert_block(f, ALIAS, 2);
        run(f, (RmAccess) {
            .type = RM_STORE, .va = i == 3 ? OPEN + 1 : FREE + 1, .size = 1,
            .cpu = i == 1, .mmu_idx = i == 2,
        });
        assert_status(f, RM_DONE);
        assert_lost(f, RM_RAM0, 1, (const uint32_t[]) { 0x2000 });
    }
}

/* The DMA way of a page in pieces, too: ram1+0x1104 (bc), 0x110c (68). */
static void test_pieces(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x29000, 0);
    assert_block(f, FREE + 0x104, 2);
    alone(f, RM_STORE, BITS + 0x106, 2);
    assert_none_lost(f);
    alone(f, RM_STORE, BITS + 0x105, 1);
    assert_lost(f, RM_RAM1, 1, (const uint32_t[]) { 0x1104 });
}

static void test_rom(Fixture *f, gconstpointer data)
{
    assert_block(f, ROM, 4);
    assert_code_bits(f, RM_RAM0, 0xff);
    assert_code_bits(f, RM_RAM1, 0xff);
    alone(f, RM_STORE, ROM, 4);
    assert_none_lost(f);
}

static void test_crossing(Fixture *f, gconstpointer data)
{
    assert_block(f, RAM0 + 0xffc, 4);   /* 17 39 5b c5 */
    assert_block(f, RAM1, 2);           /* f1 54 */
    alone(f, RM_STORE, RAM1 + 2, 1);
    assert_none_lost(f);
    alone(f, RM_STORE, RAM1 - 3, 8);
    assert_n_events(f, 2);
    assert_event(f, 0, (RmEvent) {
        .kind = RM_EV_CODE, .region = RM_RAM0, .addr = 0xffc,
    });
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_CODE, .region = RM_RAM1, .addr = 0,
    });
}

/* --- protection --- */

/* Who takes it away says that nobody cares for the code. */
static void test_protect(Fixture *f, gconstpointer data)
{
    assert_block(f, RAM0 + 4, 4);
    rm_protect_code(f->m, RM_RAM0, 0, false);
    assert_code_bits(f, RM_RAM0, 0xff);
    alone(f, RM_STORE, RAM0 + 4, 4);
    assert_none_lost(f);
    rm_protect_code(f->m, RM_RAM0, 0, true);
    assert_code_bits(f, RM_RAM0, 0xfe);
    rm_protect_code(f->m, RM_RAM0, 3, true);
    assert_code_bits(f, RM_RAM0, 0xf6);
    assert_code_bits(f, RM_RAM1, 0xff);
    alone(f, RM_STORE, RAM0 + 4, 4);
    assert_lost_1(f, 4);
    /* a new block protects, too: after the stores 4 holds 00 */
    rm_protect_code(f->m, RM_RAM0, 0, false);
    assert_block(f, RAM0 + 4, 2);
    assert_code_bits(f, RM_RAM0, 0xf6);
}

/* Stores to a page that is protected are not fast. */
static void test_protected_entry(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, RAM0, 1);
    g_assert_true(entry(f, RAM0).type[RM_STORE].fast);
    rm_protect_code(f->m, RM_RAM0, 0, true);
    g_assert_false(entry(f, RAM0).type[RM_STORE].fast);
    assert_clause(entry(f, RAM0).type[RM_STORE].slow, RM_C10_CODE);
    g_assert_true(entry(f, RAM0).type[RM_LOAD].fast);
    g_assert_true(entry(f, RAM0).type[RM_FETCH].fast);
    rm_protect_code(f->m, RM_RAM0, 0, false);
    g_assert_true(entry(f, RAM0).type[RM_STORE].fast);
}

/* Once the last block of a page is gone, a store may take it away. */
static void test_last_block(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    assert_block(f, RAM0 + 4, 4);
    assert_block(f, RAM0 + 8, 4);
    g_assert_cmphex(dirty.bits[RM_RAM0][RM_CODE], ==, 0xff);
    alone(f, RM_STORE, RAM0, 1);
    dirty = *rm_dirty(f->m);
    dirty.bits[RM_RAM0][RM_CODE] = 0xff;
    loses(f, RM_RAM0, 4);
    assert_clause(judge_dirty(f, RM_STORE, RAM0 + 4, 1, &dirty),
                  RM_NO_CLAUSE);
    assert_code_bits(f, RM_RAM0, 0xfe);
    /* not one to another page, nor a load */
    loses(f, RM_RAM0, 8);
    assert_clause(judge_dirty(f, RM_STORE, RAM0 + 8, 1, &dirty),
                  RM_NO_CLAUSE);
    assert_code_bits(f, RM_RAM0, 0xff);
    rm_protect_code(f->m, RM_RAM0, 0, true);
    assert_clause(judge_dirty(f, RM_LOAD, RAM0, 1, &dirty), RM_NO_CLAUSE);
    fills(f, RM_STORE, RAM1, 1);
    assert_clause(judge_dirty(f, RM_STORE, RAM1, 1, &dirty), RM_NO_CLAUSE);
    assert_code_bits(f, RM_RAM0, 0xfe);
    assert_clause(judge_dirty(f, RM_STORE, RAM0, 1, &dirty), RM_NO_CLAUSE);
    assert_code_bits(f, RM_RAM0, 0xff);
}

/* The way of DMA does no less. */
static void test_pieces_bits(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    rm_protect_code(f->m, RM_RAM1, 1, true);
    fills(f, RM_STORE, BITS + 0x100, 1);
    assert_clause(judge_dirty(f, RM_STORE, BITS + 0x100, 1, &dirty),
                  RM_NO_CLAUSE);
    assert_dirty(f, RM_RAM1, 0);
    set_flags(f, FREE, 0x29000, 0);
    assert_block(f, FREE + 0x104, 2);
    assert_clause(judge_dirty(f, RM_STORE, BITS + 0x100, 1, &dirty),
                  RM_NO_CLAUSE);
    assert_code_bits(f, RM_RAM1, 0xfd);
}

/* It may also leave it: then all stores are slow, and right. */
static void test_last_block_kept(Fixture *f, gconstpointer data)
{
    assert_block(f, RAM0 + 4, 4);
    alone(f, RM_STORE, RAM0, 1);
    loses(f, RM_RAM0, 4);
    assert_clause(judge_store(f, RAM0 + 4, 1), RM_NO_CLAUSE);
    assert_code_bits(f, RM_RAM0, 0xfe);
}

/* --- what an implementation breaks --- */

static void test_judged(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, RAM0, 1);
    assert_block(f, RAM0 + 4, 4);
    assert_block(f, RAM0 + 8, 4);
    assert_clause(judge_store(f, RAM0, 1), RM_NO_CLAUSE);
    assert_clause(judge_store(f, RAM0 + 4, 1), RM_C10_CODE);
    /* one of two */
    assert_block(f, RAM0 + 4, 2);
    loses(f, RM_RAM0, 4);
    assert_clause(judge_store(f, RAM0 + 4, 8), RM_C10_CODE);
    assert_block(f, RAM0 + 4, 2);
    assert_block(f, RAM0 + 8, 2);
    loses(f, RM_RAM0, 8);
    loses(f, RM_RAM0, 4);
    assert_clause(judge_store(f, RAM0 + 4, 8), RM_NO_CLAUSE);
    assert_n_events(f, 2);
    /* of another region */
    assert_block(f, RAM0 + 4, 2);
    loses(f, RM_RAM1, 4);
    assert_clause(judge_store(f, RAM0 + 4, 8), RM_C10_CODE);
}

/* More may go than must, and is gone then. */
static void test_more_lost(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, RAM0, 1);
    assert_block(f, RAM0 + 4, 4);
    assert_block(f, RAM0 + 8, 4);
    loses(f, RM_RAM0, 4);
    loses(f, RM_RAM0, 8);
    assert_clause(judge_store(f, RAM0 + 4, 1), RM_NO_CLAUSE);
    assert_lost(f, RM_RAM0, 2, (const uint32_t[]) { 4, 8 });
    assert_clause(judge_store(f, RAM0 + 8, 1), RM_NO_CLAUSE);
    /* what never was there is not reported */
    loses(f, RM_RAM0, 8);
    assert_clause(judge_store(f, RAM0 + 8, 1), RM_NO_CLAUSE);
    assert_none_lost(f);
}

static void test_has_code(Fixture *f, gconstpointer data)
{
    g_assert_false(rm_has_code(f->m, RM_RAM0, 2));
    assert_block(f, ALIAS, 2);
    g_assert_true(rm_has_code(f->m, RM_RAM0, 2));
    g_assert_false(rm_has_code(f->m, RM_RAM0, 1));
    g_assert_false(rm_has_code(f->m, RM_RAM1, 2));
    rm_protect_code(f->m, RM_RAM0, 2, false);
    g_assert_true(rm_has_code(f->m, RM_RAM0, 2));
    rm_protect_code(f->m, RM_RAM0, 2, true);
    alone(f, RM_STORE, ALIAS, 2);
    g_assert_false(rm_has_code(f->m, RM_RAM0, 2));
}

/* --- C9: clearing and logging --- */

static void test_clear(Fixture *f, gconstpointer data)
{
    clear_pages(f, RM_VGA, RM_RAM0, 2, 3);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==, 0xe3);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_MIGRATION], ==, 0xff);
    assert_code_bits(f, RM_RAM0, 0xff);
    clear_pages(f, RM_MIGRATION, RM_RAM0, 7, 1);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_MIGRATION], ==, 0x7f);
    clear_pages(f, RM_MIGRATION, RM_RAM0, 0, 8);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_MIGRATION], ==, 0);
    clear_pages(f, RM_CODE, RM_RAM0, 0, 1);
    assert_code_bits(f, RM_RAM0, 0xfe);
    assert_dirty(f, RM_RAM1, 0xff);
}

/* A range clears each page that it has a part of, and no other. */
static void test_clear_range(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t offset, len;
        unsigned left;
    } cases[] = {
        { 0, 1, 0xfe },
        { 0xfff, 1, 0xfe },
        { 0xfff, 2, 0xfc },
        { 0x1800, 0x1000, 0xf9 },
        { 0x1800, 0x800, 0xfd },
        { 0x1800, 0x801, 0xf9 },
        { 0x1fff, 0x2002, 0xe1 },
        { 0x7fff, 1, 0x7f },
        { 0x6001, 0x1fff, 0x3f },
        { 1, RM_RAM_SIZE - 1, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        unsigned cleared = cases[i].left ^ 0xff;
        const uint8_t *bits = rm_dirty(f->m)->bits[RM_RAM1];

        rm_reset(f->m, &f->preset, NULL);
        rm_clear_dirty(f->m, RM_VGA, RM_RAM1, cases[i].offset, cases[i].len);
        g_assert_cmphex(bits[RM_VGA], ==, cases[i].left);
        g_assert_cmphex(bits[RM_MIGRATION], ==, 0xff);
        rm_reset(f->m, &f->preset, NULL);
        g_assert_cmphex(rm_dirty_snapshot(f->m, RM_VGA, RM_RAM1,
                                          cases[i].offset, cases[i].len,
                                          NULL), ==,
                        cleared >> (cases[i].offset / RM_PAGE_SIZE));
        g_assert_cmphex(bits[RM_VGA], ==, cases[i].left);
    }
}

/* After it, the next store is noticed, whoever does it. */
static void test_clear_any_way(Fixture *f, gconstpointer data)
{
    static const RmPte pte = { .pa = 0x22000, .prot = 7 };

    for (unsigned i = 0; i < 4; i++) {
        RmAccess a = {
            .type = RM_STORE, .va = i ? FREE : ALIAS, .size = 1,
            .cpu = i == 1, .mmu_idx = i == 2,
        };

        rm_set_pte(f->m, 0, FREE, &pte);
        rm_set_pte(f->m, 1, FREE, &pte);
        alone(f, RM_STORE, ALIAS, 1);
        run(f, a);
        assert_dirty(f, RM_RAM0, 1 << 2);
        clear_pages(f, RM_VGA, RM_RAM0, 2, 1);
        g_assert_false(entry(f, ALIAS).type[RM_STORE].fast);
        g_assert_false(entry_of(f, a.cpu, a.mmu_idx, a.va)
                       .type[RM_STORE].fast);
        run(f, a);
        assert_dirty(f, RM_RAM0, 1 << 2);
        g_assert_true(entry(f, ALIAS).type[RM_STORE].fast);
    }
}

/* Whether anything is logged is nothing to a store of the CPU ... */
static void test_log(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, RAM0, 1);
    assert_dirty(f, RM_RAM0, 1);
    rm_set_log(f->m, RM_VGA, RM_RAM0, true);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    assert_dirty(f, RM_RAM0, 1);
    alone(f, RM_STORE, OPEN, 1);
    assert_dirty(f, RM_RAM1, 1 << 1);
}

/* ... but not where it goes the way of DMA. */
static void test_log_pieces(Fixture *f, gconstpointer data)
{
    const RmDirty *dirty = rm_dirty(f->m);

    alone(f, RM_STORE, BITS + 0x100, 4);
    assert_status(f, RM_DONE);
    assert_dirty(f, RM_RAM1, 0);
    rm_set_log(f->m, RM_VGA, RM_RAM0, true);
    alone(f, RM_STORE, BITS + 0x100, 4);
    assert_dirty(f, RM_RAM1, 0);
    rm_set_log(f->m, RM_VGA, RM_RAM1, true);
    alone(f, RM_STORE, BITS + 0x100, 4);
    g_assert_cmphex(dirty->bits[RM_RAM1][RM_VGA], ==, 1 << 1);
    g_assert_cmphex(dirty->bits[RM_RAM1][RM_MIGRATION], ==, 0);
    rm_set_log(f->m, RM_VGA, RM_RAM1, false);
    clear_pages(f, RM_VGA, RM_RAM1, 1, 1);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    alone(f, RM_STORE, BITS + 0x100, 4);
    g_assert_cmphex(dirty->bits[RM_RAM1][RM_VGA], ==, 0);
    g_assert_cmphex(dirty->bits[RM_RAM1][RM_MIGRATION], ==, 1 << 1);
    clear_pages(f, RM_MIGRATION, RM_RAM1, 1, 1);
    rm_set_log(f->m, RM_VGA, RM_RAM1, true);
    rm_reset(f->m, &f->preset, NULL);
    alone(f, RM_STORE, BITS + 0x100, 4);
    assert_dirty(f, RM_RAM1, 0);
}

/* The bits of a page of RAM after a store that goes the way of DMA. */
static unsigned logged(Fixture *f, RmClient client, bool seen)
{
    RmDirty dirty = { 0 };

    clear_pages(f, client, RM_RAM1, 1, 1);
    dirty.bits[RM_RAM1][client] = seen << 1;
    dirty.bits[RM_RAM1][RM_CODE] = 0xff;
    rm_flush(f->m, 0, -1);
    fills(f, RM_STORE, BITS + 0x100, 4);
    g_assert_cmpuint(judge_dirty(f, RM_STORE, BITS + 0x100, 4, &dirty), ==,
                     RM_NO_CLAUSE);
    return rm_dirty(f->m)->bits[RM_RAM1][client] >> 1 & 1;
}

/* A bit is set for whoever logs. */
static void test_also_log(Fixture *f, gconstpointer data)
{
    rm_also_log(f->m, RM_LOG_DISPLAY, RM_RAM0, true);
    g_assert_cmpuint(logged(f, RM_VGA, false), ==, 0);
    rm_also_log(f->m, RM_LOG_DISPLAY, RM_RAM1, true);
    g_assert_cmpuint(logged(f, RM_VGA, false), ==, 1);
    rm_set_log(f->m, RM_VGA, RM_RAM1, true);
    rm_also_log(f->m, RM_LOG_DISPLAY, RM_RAM1, false);
    g_assert_cmpuint(logged(f, RM_VGA, false), ==, 1);
    rm_set_log(f->m, RM_VGA, RM_RAM1, false);
    g_assert_cmpuint(logged(f, RM_VGA, false), ==, 0);

    rm_also_log(f->m, RM_LOG_RATE, RM_RAM0, true);
    rm_also_log(f->m, RM_LOG_LIMIT, RM_RAM0, true);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 1);
    rm_also_log(f->m, RM_LOG_RATE, RM_RAM0, false);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 1);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, false);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 1);
    rm_also_log(f->m, RM_LOG_LIMIT, RM_RAM0, false);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 0);
}

/* Who shall not log any more may do so until the machine runs again. */
static void test_log_late(Fixture *f, gconstpointer data)
{
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    rm_run_state(f->m, false);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 1);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, false);
    for (unsigned seen = 0; seen < 2; seen++) {
        g_assert_cmpuint(logged(f, RM_MIGRATION, seen), ==, seen);
    }
    /* ... but who logs does */
    rm_also_log(f->m, RM_LOG_RATE, RM_RAM0, true);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 1);
    rm_run_state(f->m, true);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 1);
    rm_also_log(f->m, RM_LOG_RATE, RM_RAM0, false);
    g_assert_cmpuint(logged(f, RM_MIGRATION, true), ==, 0);
    /* what begins again does not end */
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    rm_run_state(f->m, false);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, false);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    rm_run_state(f->m, true);
    g_assert_cmpuint(logged(f, RM_MIGRATION, false), ==, 1);
}

/* Is it told as @flags says, each once in this order?  What breaks that? */
static RmClause tells(Fixture *f, unsigned n, const bool *flags)
{
    RmSeen seen = { .log = &f->log };

    f->log.n = 0;
    for (unsigned i = 0; i < n; i++) {
        rm_log(&f->log, &(RmEvent) {
            .kind = RM_EV_LOG_ALL, .flag = flags[i],
        });
    }
    rm_result_init(&f->r);
    rm_log_all(f->m, &seen, &f->r);
    return f->r.violation.clause;
}

/* Who listens is told when all RAM is logged, and when it is not any more. */
static void test_log_all(Fixture *f, gconstpointer data)
{
    static const bool on[] = { true, true }, off[] = { false }, both[] = {
        true, false,
    };

    assert_clause(tells(f, 0, NULL), RM_NO_CLAUSE);
    assert_clause(tells(f, 1, on), RM_C9_DIRTY);
    rm_reset(f->m, &f->preset, NULL);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    assert_clause(tells(f, 0, NULL), RM_C9_DIRTY);
    rm_reset(f->m, &f->preset, NULL);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    assert_clause(tells(f, 2, on), RM_C9_DIRTY);
    rm_reset(f->m, &f->preset, NULL);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    assert_clause(tells(f, 1, on), RM_NO_CLAUSE);
    /* not for each who does */
    rm_also_log(f->m, RM_LOG_RATE, RM_RAM0, true);
    assert_clause(tells(f, 0, NULL), RM_NO_CLAUSE);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, false);
    assert_clause(tells(f, 0, NULL), RM_NO_CLAUSE);
    /* a machine that is stopped may tell it late, one that runs may not */
    rm_run_state(f->m, false);
    rm_also_log(f->m, RM_LOG_RATE, RM_RAM0, false);
    assert_clause(tells(f, 0, NULL), RM_NO_CLAUSE);
    rm_run_state(f->m, true);
    assert_clause(tells(f, 1, off), RM_NO_CLAUSE);
    rm_run_state(f->m, false);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, false);
    assert_clause(tells(f, 2, both), RM_NO_CLAUSE);
    rm_run_state(f->m, true);
    assert_clause(tells(f, 0, NULL), RM_NO_CLAUSE);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    assert_clause(tells(f, 1, on), RM_NO_CLAUSE);
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, false);
    assert_clause(tells(f, 0, NULL), RM_C9_DIRTY);
    /* alone, it tells */
    rm_set_log(f->m, RM_MIGRATION, RM_RAM0, true);
    rm_result_init(&f->r);
    rm_log_all(f->m, NULL, &f->r);
    assert_n_events(f, 1);
    assert_event(f, 0, (RmEvent) { .kind = RM_EV_LOG_ALL, .flag = 1 });
}

static RmClause clears(Fixture *f, uint32_t offset, uint32_t len)
{
    RmSeen seen = { .log = &f->log };

    rm_result_init(&f->r);
    rm_log_clear(f->m, &seen, RM_RAM0, offset, len, &f->r);
    return f->r.violation.clause;
}

static void tell(Fixture *f, uint32_t offset, uint32_t size, uint32_t pa)
{
    rm_log(&f->log, &(RmEvent) {
        .kind = RM_EV_LOG_CLEAR, .region = RM_RAM0, .addr = offset,
        .size = size, .pa = pa,
    });
}

/* Whoever listens is told, wherever the page can be seen. */
static void test_log_clear(Fixture *f, gconstpointer data)
{
    f->log.n = 0;
    g_assert_cmpuint(clears(f, 0x1000, 1), ==, RM_C9_DIRTY);
    tell(f, 0x1000, 0x1000, 0x21000);
    g_assert_cmpuint(clears(f, 0x1000, 1), ==, RM_NO_CLAUSE);
    g_assert_cmpuint(clears(f, 0x1fff, 2), ==, RM_C9_DIRTY);
    tell(f, 0x2000, 0x80, 0x22000);
    /* there is an alias of the second page */
    g_assert_cmpuint(clears(f, 0x1fff, 2), ==, RM_C9_DIRTY);
    tell(f, 0x2000, 0x80, 0x40080);
    g_assert_cmpuint(clears(f, 0x1fff, 2), ==, RM_C9_DIRTY);
    tell(f, 0x2000, 1, 0x40000);
    g_assert_cmpuint(clears(f, 0x1fff, 2), ==, RM_NO_CLAUSE);
    g_assert_cmpuint(clears(f, 0x1fff, 3), ==, RM_C9_DIRTY);
    rm_map_enable(f->m, MAP_ALIAS, false);
    g_assert_cmpuint(clears(f, 0x1fff, 3), ==, RM_NO_CLAUSE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/code/block", test_block);
    add_test("/code/block-limit", test_block_limit);
    add_test("/code/run", test_run);
    add_test("/code/run/room", test_run_room);
    add_test("/code/C10/run-overwritten", test_run_overwritten);
    add_test("/code/C10/self", test_self);
    add_test("/code/C10/self/judged", test_self_judged);
    add_test("/code/C13/run-notified", test_run_notified);
    add_test("/code/C14/run-flushed", test_run_flushed);
    add_test("/code/C10/overlap", test_overlap);
    add_test("/code/C10/halfway", test_halfway);
    add_test("/code/C10/two-pages", test_two_pages);
    add_test("/code/C10/two-pages/fault", test_two_pages_fault);
    add_test("/code/C10/several", test_several);
    add_test("/code/C10/no-store", test_no_store);
    add_test("/code/C10/atomics", test_atomics);
    add_test("/code/C10/any-way", test_any_way);
    add_test("/code/C10/pieces", test_pieces);
    add_test("/code/C10/rom", test_rom);
    add_test("/code/C10/crossing", test_crossing);
    add_test("/code/C10/protect", test_protect);
    add_test("/code/C10/protected-entry", test_protected_entry);
    add_test("/code/C10/last-block", test_last_block);
    add_test("/code/C10/last-block-kept", test_last_block_kept);
    add_test("/code/C10/pieces-bits", test_pieces_bits);
    add_test("/code/C10/probe", test_probe);
    add_test("/code/C10/judged", test_judged);
    add_test("/code/C10/more-lost", test_more_lost);
    add_test("/code/C10/has-code", test_has_code);
    add_dirty_test("/code/C9/clear", test_clear);
    add_dirty_test("/code/C9/clear-range", test_clear_range);
    add_test("/code/C9/also-log", test_also_log);
    add_test("/code/C9/log-late", test_log_late);
    add_test("/code/C9/log-all", test_log_all);
    add_test("/code/C9/log-clear", test_log_clear);
    add_test("/code/C9/clear-any-way", test_clear_any_way);
    add_test("/code/C9/log", test_log);
    add_test("/code/C9/log-pieces", test_log_pieces);
    return g_test_run();
}
