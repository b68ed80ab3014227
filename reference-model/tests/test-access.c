/*
 * Loads, stores and fetches: up to 16 bytes, alignment, and what a page's
 * entry says of its bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

/* --- 16 bytes --- */

static void wide(Fixture *f, RmAccessType type, uint32_t va, bool be,
                 uint64_t lo, uint64_t hi)
{
    run(f, (RmAccess) {
        .type = type, .va = va, .size = 16, .big_endian = be,
        .value = lo, .value_hi = hi,
    });
}

static void assert_wide(Fixture *f, uint64_t lo, uint64_t hi)
{
    assert_status(f, RM_DONE);
    g_assert_cmphex(f->r.value, ==, lo);
    g_assert_cmphex(f->r.value_hi, ==, hi);
}

static void test_wide_load(Fixture *f, gconstpointer data)
{
    /* ram0 begins with 00 25 4b e9 97 bc d3 71 2f 15 78 dd a7 81 e2 44 */
    wide(f, RM_LOAD, RAM0, false, 0, 0);
    assert_wide(f, 0x71d3bc97e94b2500, 0x44e281a7dd78152f);
    assert_fill(f, 0, RM_LOAD, RAM0, 16);
    wide(f, RM_LOAD, RAM0, true, 0, 0);
    assert_wide(f, 0x2f1578dda781e244, 0x00254be997bcd371);
    /* unaligned: ... 5f f9 2b 4e f0 */
    wide(f, RM_LOAD, RAM0 + 5, false, 0, 0);
    assert_wide(f, 0x81a7dd78152f71d3 << 8 | 0xbc, 0xf04e2bf95f44e281);
    /* what is shorter has no upper half */
    g_assert_cmphex(load(f, RAM0, 8, false), ==, 0x71d3bc97e94b2500);
    g_assert_cmphex(f->r.value_hi, ==, 0);
}

static void test_wide_store(Fixture *f, gconstpointer data)
{
    wide(f, RM_STORE, RAM0, false, 0x1122334455667788, 0x99aabbccddeeff00);
    assert_ram(f, RM_RAM0, 0, "88 77 66 55 44 33 22 11 "
               "00 ff ee dd cc bb aa 99 5f");
    g_assert_cmpuint(f->r.n_written, ==, 1);
    assert_written(f, 0, RM_RAM0, 0, 16);
    wide(f, RM_STORE, RAM0, true, 0x1122334455667788, 0x99aabbccddeeff00);
    assert_ram(f, RM_RAM0, 0, "99 aa bb cc dd ee ff 00 "
               "11 22 33 44 55 66 77 88 5f");
}

/* ram0 ends its page with 4d 17 39 5b c5. */
static void test_wide_crossing(Fixture *f, gconstpointer data)
{
    wide(f, RM_LOAD, RAM1 - 5, false, 0, 0);
    assert_wide(f, 0x4954f1c55b39174d, 0x792b0d67c0a385ef);
    assert_fill(f, 0, RM_LOAD, RAM1 - 5, 16);
    assert_fill(f, 1, RM_LOAD, RAM1, 11);
    wide(f, RM_LOAD, RAM1 - 5, true, 0, 0);
    assert_wide(f, 0xef85a3c0670d2b79, 0x4d17395bc5f15449);

    wide(f, RM_STORE, RAM1 - 8, false, 0x1122334455667788,
         0x99aabbccddeeff00);
    assert_ram(f, RM_RAM0, 0xff8, "88 77 66 55 44 33 22 11");
    assert_ram(f, RM_RAM1, 0, "00 ff ee dd cc bb aa 99 0d");
    wide(f, RM_STORE, RAM1 - 13, true, 0x1122334455667788,
         0x99aabbccddeeff00);
    assert_ram(f, RM_RAM0, 0xff3, "99 aa bb cc dd ee ff 00 11 22 33 44 55");
    assert_ram(f, RM_RAM1, 0, "66 77 88 dd");
    assert_written(f, 0, RM_RAM0, 0xff3, 13);
    assert_written(f, 1, RM_RAM1, 0, 3);
    assert_dirty(f, RM_RAM0, 1);
    assert_dirty(f, RM_RAM1, 1);
}

static void test_wide_device(Fixture *f, gconstpointer data)
{
    wide(f, RM_LOAD, IO, false, 0, 0);
    assert_wide(f, 0xcb12589fe52c72b9, 0x97de246bb1f83e85);
    assert_n_events(f, 3);
    assert_read(f, 1, RM_IO, 0, 8, 3, 0xcb12589fe52c72b9);
    assert_read(f, 2, RM_IO, 8, 8, 3, 0x97de246bb1f83e85);

    wide(f, RM_STORE, IO + 4, true, 0x1122334455667788, 0x99aabbccddeeff00);
    assert_n_events(f, 4);
    assert_write(f, 0, RM_IO, 0x4, 4, 3, 0xccbbaa99);
    assert_write(f, 1, RM_IO, 0x8, 4, 3, 0x00ffeedd);
    assert_write(f, 2, RM_IO, 0xc, 4, 3, 0x44332211);
    assert_write(f, 3, RM_IO, 0x10, 4, 3, 0x88776655);
}

/* Of 11 bytes to a device, a load does the first 3 first ... */
static void test_wide_load_halves(Fixture *f, gconstpointer data)
{
    /* ff5: b5 6f 28 e2 9b 55 0e c8 81 3b f4 */
    alone(f, RM_LOAD, NOWHERE, 1);
    wide(f, RM_LOAD, IO + 0xff5, false, 0, 0);
    assert_status(f, RM_TX_FAILED);
    assert_n_events(f, 5);
    assert_fill(f, 0, RM_LOAD, IO + 0xff5, 16);
    assert_read(f, 1, RM_IO, 0xff5, 1, 3, 0xb5);
    assert_read(f, 2, RM_IO, 0xff6, 2, 3, 0x286f);
    assert_read(f, 3, RM_IO, 0xff8, 8, 3, 0xf43b81c80e559be2);
    assert_failed(f, 4, RM_LOAD, NOWHERE, 0x38000, 1, 1,
                  RM_TX_DECODE_ERROR);
    g_assert_cmphex(f->r.value, ==, 0);
    g_assert_cmphex(f->r.value_hi, ==, 0);
}

/* ... and a store the first 8. */
static void test_wide_store_halves(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, IO, 1);
    wide(f, RM_STORE, IO + 0xff5, false, 0x8877665544332211,
         0xffeeddccbbaa99);
    assert_n_events(f, 12);
    assert_fill(f, 0, RM_STORE, NOWHERE, 5);
    for (unsigned i = 1; i <= 8; i++) {
        assert_write(f, i, RM_IO, 0xff4 + i, 1, 3, 0x11 * i);
    }
    assert_write(f, 9, RM_IO, 0xffd, 1, 3, 0x99);
    assert_write(f, 10, RM_IO, 0xffe, 2, 3, 0xbbaa);
    assert_failed(f, 11, RM_STORE, NOWHERE, 0x38000, 1, 1,
                  RM_TX_DECODE_ERROR);
}

/* The same of 12 bytes, of which 4 are aligned. */
static void test_wide_second_page(Fixture *f, gconstpointer data)
{
    /* 4 bytes of RAM, 12 of the device: 8 and 4 */
    wide(f, RM_STORE, IO - 4, false, 0x8877665544332211, 0xffeeddccbbaa99);
    assert_status(f, RM_DONE);
    assert_n_events(f, 4);
    assert_fill(f, 1, RM_STORE, IO, 12);
    assert_write(f, 2, RM_IO, 0, 8, 3, 0xccbbaa9988776655);
    assert_write(f, 3, RM_IO, 8, 4, 3, 0x00ffeedd);
    assert_ram(f, RM_RAM1, 0xffc, "11 22 33 44");
    /* 4 and 8, which is unaligned */
    wide(f, RM_LOAD, IO - 4, false, 0, 0);
    assert_wide(f, 0xe52c72b944332211, 0xb1f83e85cb12589f);
    assert_n_events(f, 3);
    assert_read(f, 0, RM_IO, 0, 4, 3, 0xe52c72b9);
    assert_read(f, 1, RM_IO, 4, 4, 3, 0xcb12589f);
    assert_read(f, 2, RM_IO, 8, 4, 3, 0xb1f83e85);
}

/* A half that fails stops the access. */
static void test_wide_stops(Fixture *f, gconstpointer data)
{
    wide(f, RM_LOAD, SPLIT, false, 0, 0);
    assert_wide(f, 0x16ec49a7fda240ef, 0x26c37d86a84bd53f);
    wide(f, RM_STORE, SPLIT + 0x10, false, 0x11, 0x22);
    assert_status(f, RM_TX_FAILED);
    assert_n_events(f, 4);
    assert_write(f, 1, RM_BLOCKED, 0x10, 8, 2, 0x11);
    assert_failed(f, 3, RM_STORE, SPLIT + 0x10, 0x10, 8, 2, RM_TX_ERROR);
}

static void test_path(Fixture *f, gconstpointer data)
{
    wide(f, RM_STORE, OPEN - 5, false, 0, 0);
    g_assert_cmpuint(f->r.n_paths, ==, 2);
    g_assert_cmphex(f->r.path[0].va, ==, 0xffb);
    g_assert_cmphex(f->r.path[0].pa, ==, 0xffb);
    g_assert_cmpuint(f->r.path[0].size, ==, 5);
    g_assert_cmpuint(f->r.path[0].attrs, ==, 2);
    g_assert_cmpuint(f->r.path[0].region, ==, RM_BLOCKED);
    g_assert_cmphex(f->r.path[0].offset, ==, 0xffb);
    g_assert_false(f->r.path[0].as_dma);
    g_assert_cmphex(f->r.path[1].pa, ==, 0x1000);
    g_assert_cmpuint(f->r.path[1].size, ==, 11);
    g_assert_cmpuint(f->r.path[1].region, ==, RM_RAM1);
    g_assert_cmphex(f->r.path[1].offset, ==, 0x1000);
    alone(f, RM_LOAD, BITS + 0x104, 4);
    g_assert_cmpuint(f->r.n_paths, ==, 1);
    g_assert_true(f->r.path[0].as_dma);
    g_assert_cmphex(f->r.path[0].pa, ==, 0x3f104);
    /* without data there is none */
    alone(f, RM_LOAD, HOLE, 4);
    g_assert_cmpuint(f->r.n_paths, ==, 0);
}

/* What was moved, in the order of addresses; and what was dropped. */
static void test_moved(Fixture *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 0x5b, 0xc5, 0xf1, 0x54 };
    static const uint8_t stored[] = { 0x11, 0x22, 0x33, 0x44 };

    for (unsigned be = 0; be < 2; be++) {
        load(f, RAM1 - 2, 4, be);
        g_assert_cmpmem(f->r.bytes, 4, bytes, 4);
    }
    store(f, RODATA - 2, 4, true, 0x11223344);
    g_assert_cmpmem(f->r.bytes, 4, stored, 4);
    g_assert_false(f->r.path[0].dropped);
    g_assert_true(f->r.path[1].dropped);
    assert_ram(f, RM_RAM0, 0x2ffe, "11 22");
    store(f, ROM, 4, false, 0x44332211);
    g_assert_cmpmem(f->r.bytes, 4, stored, 4);
    g_assert_true(f->r.path[0].dropped);
    load(f, ROM, 4, false);
    g_assert_false(f->r.path[0].dropped);
    store(f, ROMD, 4, false, 0);
    g_assert_false(f->r.path[0].dropped);
    set_flags(f, FREE, 0x20000, RM_PTE_DISCARD);
    store(f, FREE, 4, false, 0);
    g_assert_true(f->r.path[0].dropped);
    load(f, FREE, 4, false);
    g_assert_false(f->r.path[0].dropped);
    set_flags(f, FREE, 0x30000, RM_PTE_DISCARD);
    store(f, FREE, 4, false, 0);
    g_assert_false(f->r.path[0].dropped);
}

/* What ends with its page has nothing to do with the next. */
static void test_page_end(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x20000, 0);
    for (unsigned size = 1; size <= 16; size *= 2) {
        rm_flush(f->m, 0, 1);
        alone(f, RM_STORE, FREE + 0x1000 - size, size);
        assert_status(f, RM_DONE);
        assert_n_events(f, 1);
        g_assert_cmpuint(f->r.n_paths, ==, 1);
        g_assert_cmpuint(f->r.n_written, ==, 1);
        alone(f, RM_LOAD, FREE + 0x1001 - size, size);
        assert_status(f, RM_PAGE_FAULT);
        assert_n_events(f, 2);
    }
}

/* --- C18 alignment --- */

static RmAccess aligned(uint32_t va, unsigned size, unsigned align,
                        bool tlb_only)
{
    return (RmAccess) {
        .type = RM_LOAD, .va = va, .size = size, .align = align,
        .tlb_only = tlb_only,
    };
}

static void use_fill_align(Fixture *f)
{
    f->preset.fill_align = true;
    rm_reset(f->m, &f->preset, NULL);
}

static void test_natural(Fixture *f, gconstpointer data)
{
    for (unsigned size = 1; size <= 16; size *= 2) {
        for (unsigned at = 0; at < 32; at++) {
            RmStatus want = at % size ? RM_UNALIGNED : RM_DONE;

            run(f, aligned(RAM0 + at, size, RM_ALIGN_NATURAL, false));
            assert_status(f, want);
            if (want == RM_UNALIGNED) {
                assert_n_events(f, 1);
                assert_unaligned(f, 0, RM_LOAD, RAM0 + at);
                g_assert_cmphex(f->r.value, ==, 0);
                g_assert_cmpuint(f->r.n_paths, ==, 0);
            }
        }
    }
}

static void test_fixed(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned at, size, align;
        RmStatus status;
    } cases[] = {
        { 1, 8, 0, RM_DONE }, { 1, 8, 1, RM_UNALIGNED }, { 2, 8, 1, RM_DONE },
        { 2, 1, 2, RM_UNALIGNED }, { 4, 1, 2, RM_DONE },
        { 4, 2, 3, RM_UNALIGNED }, { 8, 2, 3, RM_DONE },
        { 8, 4, 4, RM_UNALIGNED }, { 16, 4, 4, RM_DONE },
        { 16, 8, 5, RM_UNALIGNED }, { 32, 8, 5, RM_DONE },
        { 32, 16, 6, RM_UNALIGNED }, { 64, 16, 6, RM_DONE },
        { 8, 16, 3, RM_DONE },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(run(f, aligned(RAM0 + cases[i].at, cases[i].size,
                                       cases[i].align, false)), ==,
                        cases[i].status);
    }
}

static void test_aligned_store(Fixture *f, gconstpointer data)
{
    RmAccess a = aligned(RAM0 + 1, 2, RM_ALIGN_NATURAL, false);

    a.type = RM_STORE;
    run(f, a);
    assert_unaligned(f, 0, RM_STORE, RAM0 + 1);
    a.type = RM_FETCH;
    run(f, a);
    assert_unaligned(f, 0, RM_FETCH, RAM0 + 1);
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM0, 0);
}

/* Alignment comes before paging: nothing is asked, and nothing learned. */
static void test_align_first(Fixture *f, gconstpointer data)
{
    run(f, aligned(HOLE + 1, 2, RM_ALIGN_NATURAL, false));
    assert_n_events(f, 1);
    assert_unaligned(f, 0, RM_LOAD, HOLE + 1);
    run(f, aligned(RAM0 + 1, 2, RM_ALIGN_NATURAL, false));
    g_assert_false(entry(f, RAM0).present);
    /* an implementation may ask all the same, where that is no fault */
    fills(f, RM_LOAD, RAM0 + 1, 2);
    assert_clause(told(f, aligned(RAM0 + 1, 2, RM_ALIGN_NATURAL, false)),
                  RM_NO_CLAUSE);
    assert_unaligned(f, 1, RM_LOAD, RAM0 + 1);
    g_assert_true(entry(f, RAM0).present);
    fills(f, RM_LOAD, HOLE + 1, 2);
    assert_clause(told(f, aligned(HOLE + 1, 2, RM_ALIGN_NATURAL, false)),
                  RM_C18_ORDER);
}

/* With the other hook, alignment is checked once it is called. */
static void test_align_in_fill(Fixture *f, gconstpointer data)
{
    use_fill_align(f);
    run(f, aligned(HOLE + 1, 2, RM_ALIGN_NATURAL, false));
    assert_n_events(f, 2);
    assert_fill(f, 0, RM_LOAD, HOLE + 1, 2);
    assert_unaligned(f, 1, RM_LOAD, HOLE + 1);
    run(f, aligned(RAM0 + 1, 2, RM_ALIGN_NATURAL, false));
    assert_n_events(f, 2);
    g_assert_false(entry(f, RAM0).present);
    /* the hook is not called for what is cached */
    alone(f, RM_LOAD, RAM0, 1);
    run(f, aligned(RAM0 + 1, 2, RM_ALIGN_NATURAL, false));
    assert_n_events(f, 1);
    assert_unaligned(f, 0, RM_LOAD, RAM0 + 1);
}

/* Alignment that only pages that check it demand: this one does not. */
static void test_tlb_only(Fixture *f, gconstpointer data)
{
    for (unsigned hook = 0; hook < 2; hook++) {
        f->preset.fill_align = hook;
        rm_reset(f->m, &f->preset, NULL);
        for (unsigned i = 0; i < 2; i++) {
            run(f, aligned(RAM0 + 1, 4, RM_ALIGN_NATURAL, true));
            assert_status(f, RM_DONE);
            g_assert_cmphex(f->r.value, ==, 0x97e94b25);
        }
        run(f, aligned(HOLE + 1, 4, RM_ALIGN_NATURAL, true));
        assert_status(f, RM_PAGE_FAULT);
        assert_fill(f, 0, RM_LOAD, HOLE + 1, 4);
    }
}

/* Without that hook, whoever has to fill does not check. */
static void test_check_after_fill(Fixture *f, gconstpointer data)
{
    RmAccess a = aligned(FREE + 1, 4, RM_ALIGN_NATURAL, true);

    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    run(f, a);
    assert_status(f, RM_DONE);
    assert_n_events(f, 1);
    run(f, a);
    assert_status(f, RM_UNALIGNED);
    assert_n_events(f, 1);
    assert_unaligned(f, 0, RM_LOAD, FREE + 1);
    /* the fill that it is told of decides */
    fills(f, RM_LOAD, FREE + 1, 4);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_DONE);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_UNALIGNED);
    /* what need not be aligned, or is, passes */
    g_assert_cmpint(run(f, aligned(FREE + 4, 4, 7, true)), ==, RM_DONE);
    g_assert_cmpint(run(f, aligned(FREE + 1, 4, 0, true)), ==, RM_DONE);
    g_assert_cmpint(run(f, aligned(FREE + 2, 4, 1, true)), ==, RM_DONE);
    g_assert_cmpint(run(f, aligned(FREE + 2, 4, 2, true)), ==, RM_UNALIGNED);
}

/* What is told of a load that is not aligned: a fill of the page, and the end. */
static void fills_unaligned(Fixture *f, const RmAccess *a)
{
    fills(f, RM_LOAD, a->va, a->size);
    rm_log(&f->log, &(RmEvent) {
        .kind = RM_EV_UNALIGNED, .type = RM_LOAD, .addr = a->va,
    });
}

/* One that begins anew for a device finds the page that it has filled. */
static void test_check_anew(Fixture *f, gconstpointer data)
{
    RmAccess a = aligned(FREE + 1, 4, RM_ALIGN_NATURAL, true);

    a.again = true;
    set_flags(f, FREE, 0x30000, RM_PTE_CHECK);
    fills_unaligned(f, &a);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_UNALIGNED);
    /* whoever reaches the device at once has not checked */
    set_flags(f, FREE, 0x30000, RM_PTE_CHECK);
    fills(f, RM_LOAD, a.va, a.size);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_DONE);
    /* for RAM there is no reason to begin anew ... */
    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    fills_unaligned(f, &a);
    told(f, a);
    assert_status(f, RM_DONE);
    /* ... nor is there where nothing can */
    a.again = false;
    set_flags(f, FREE, 0x30000, RM_PTE_CHECK);
    fills_unaligned(f, &a);
    told(f, a);
    assert_status(f, RM_DONE);
    /* and a page that does not check it is none to stop at */
    a.again = true;
    set_flags(f, FREE, 0x30000, 0);
    fills_unaligned(f, &a);
    told(f, a);
    assert_status(f, RM_DONE);
}

/*
 * A store that crosses into RAM, and that the page before it stops when it
 * begins anew, may have made the RAM dirty by then; other pages, it has not.
 */
static void test_dirty_anew(Fixture *f, gconstpointer data)
{
    RmAccess a = {
        .type = RM_STORE, .va = FREE + 0xffc, .size = 8,
        .align = RM_ALIGN_NATURAL, .tlb_only = true, .again = true,
    };

    for (unsigned page = 0; page < 3; page++) {
        RmDirty dirty = *rm_dirty(f->m);

        set_flags(f, FREE, 0x30000, RM_PTE_CHECK);
        set_flags(f, FREE + 0x1000, 0x21000, 0);
        fills(f, RM_STORE, a.va, 8);
        fills(f, RM_STORE, FREE + 0x1000, 4);
        rm_log(&f->log, &(RmEvent) {
            .kind = RM_EV_UNALIGNED, .type = RM_STORE, .addr = a.va,
        });
        dirty.bits[RM_RAM0][RM_VGA] |= 1u << page;
        dirty.bits[RM_RAM0][RM_MIGRATION] |= 1u << page;
        told_dirty(f, a, &dirty);
        assert_status(f, RM_UNALIGNED);
        assert_dirty(f, RM_RAM0, page == 1 ? 1 << 1 : 0);
        rm_reset(f->m, &f->preset, NULL);
    }
}

/*
 * C16: what lies before the device is stored by then; of one that is to be stopped
 * when it is done, nothing, as its watchpoint is met before that.
 */
static void test_stored_anew(Fixture *f, gconstpointer data)
{
    RmAccess a = {
        .type = RM_STORE, .va = FREE + 0xffc, .size = 8,
        .value = 0x8877665544332211, .align = RM_ALIGN_NATURAL,
        .tlb_only = true, .again = true,
    };
    const RmEvent hit = {
        .kind = RM_EV_WATCH, .addr = FREE + 0xffd, .flag = RM_W,
    };

    for (unsigned watched = 0; watched < 2; watched++) {
        rm_reset(f->m, &f->preset, NULL);
        set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
        set_flags(f, FREE + 0x1000, 0x30000, 0);
        fills(f, RM_STORE, a.va, 8);
        fills(f, RM_STORE, FREE + 0x1000, 4);
        if (watched) {
            rm_watch_after(f->m, 0, FREE + 0xffd, 1, RM_W);
            rm_log(&f->log, &hit);
        }
        rm_log(&f->log, &(RmEvent) {
            .kind = RM_EV_UNALIGNED, .type = RM_STORE, .addr = a.va,
        });
        assert_clause(told(f, a), RM_NO_CLAUSE);
        assert_status(f, RM_UNALIGNED);
        if (watched) {
            assert_ram_untouched(f);
        } else {
            assert_ram(f, RM_RAM0, 0xffc, "11 22 33 44");
        }
    }
}

/*
 * So does one that a watchpoint stops when it is done: that was met before.
 * One that stops it at once leaves no time for it.
 */
static void test_check_watched(Fixture *f, gconstpointer data)
{
    RmAccess a = aligned(FREE + 1, 4, RM_ALIGN_NATURAL, true);
    const RmEvent hit = {
        .kind = RM_EV_WATCH, .addr = FREE + 2, .flag = RM_R,
    };
    const RmEvent end = {
        .kind = RM_EV_UNALIGNED, .type = RM_LOAD, .addr = FREE + 1,
    };

    rm_watch_after(f->m, 0, FREE + 2, 1, RM_R | RM_W);
    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    fills(f, RM_LOAD, a.va, a.size);
    rm_log(&f->log, &hit);
    rm_log(&f->log, &end);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_UNALIGNED);
    assert_n_events(f, 3);
    assert_fill(f, 0, RM_LOAD, FREE + 1, 4);
    assert_event(f, 1, hit);
    assert_unaligned(f, 2, RM_LOAD, FREE + 1);
    /* where the page does not check it, the access is done, and stopped */
    set_flags(f, FREE, 0x20000, 0);
    fills(f, RM_LOAD, a.va, a.size);
    rm_log(&f->log, &hit);
    told(f, a);
    assert_status(f, RM_WATCHPOINT);
    g_assert_true(f->r.stopped_after);
    assert_n_events(f, 2);
    /* ... and so is one that is stopped at once, whatever the page checks */
    rm_unwatch(f->m, 0, FREE + 2);
    rm_watch(f->m, 0, FREE + 2, 1, RM_R | RM_W);
    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    fills(f, RM_LOAD, a.va, a.size);
    rm_log(&f->log, &hit);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_WATCHPOINT);
    g_assert_false(f->r.stopped_after);
}

/* With it, the hook checks what it found in the page table. */
static void test_check_in_fill(Fixture *f, gconstpointer data)
{
    RmAccess a = aligned(FREE + 1, 4, RM_ALIGN_NATURAL, true);

    use_fill_align(f);
    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    for (unsigned i = 0; i < 2; i++) {
        run(f, a);
        assert_status(f, RM_UNALIGNED);
        assert_n_events(f, 2);
        assert_fill(f, 0, RM_LOAD, FREE + 1, 4);
        assert_unaligned(f, 1, RM_LOAD, FREE + 1);
    }
    fills(f, RM_LOAD, FREE + 1, 4);
    assert_clause(told(f, a), RM_NO_CLAUSE);
    assert_status(f, RM_UNALIGNED);
    assert_clause(told(f, a), RM_C14_FLUSH);
    /* the protection is looked at first */
    set_pte(f, FREE, (RmPte) {
        .pa = 0x20000, .prot = W, .flags = RM_PTE_CHECK,
    });
    run(f, a);
    assert_status(f, RM_PAGE_FAULT);
    assert_page_fault(f, 1, RM_LOAD, FREE + 1, 4);
}

/* Only the first page of an access has a say. */
static void test_align_crossing(Fixture *f, gconstpointer data)
{
    RmAccess a = aligned(FREE + 0xffe, 4, RM_ALIGN_NATURAL, true);

    set_flags(f, FREE, 0x20000, 0);
    set_flags(f, FREE + 0x1000, 0x21000, RM_PTE_CHECK);
    g_assert_cmpint(run(f, a), ==, RM_DONE);
    g_assert_cmpint(run(f, a), ==, RM_DONE);
    set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
    set_flags(f, FREE + 0x1000, 0x21000, 0);
    g_assert_cmpint(run(f, a), ==, RM_DONE);
    g_assert_cmpint(run(f, a), ==, RM_UNALIGNED);
    a.tlb_only = false;
    a.align = 1;
    g_assert_cmpint(run(f, a), ==, RM_DONE);
    /* alignment, then the fault of page 0 */
    set_pte(f, FREE, (RmPte) { 0 });
    a.align = 2;
    g_assert_cmpint(run(f, a), ==, RM_UNALIGNED);
    a.align = 1;
    g_assert_cmpint(run(f, a), ==, RM_PAGE_FAULT);
}

/* --- what the page-table entry says --- */

static void test_swap(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x20000, RM_PTE_SWAP);
    g_assert_cmphex(load(f, FREE, 4, false), ==, 0x00254be9);
    g_assert_cmphex(load(f, FREE, 4, true), ==, 0xe94b2500);
    g_assert_cmphex(load(f, FREE + 1, 1, true), ==, 0x25);
    alone(f, RM_FETCH, FREE, 2);
    g_assert_cmphex(f->r.value, ==, 0x0025);
    wide(f, RM_LOAD, FREE, false, 0, 0);
    assert_wide(f, 0x2f1578dda781e244, 0x00254be997bcd371);
    store(f, FREE, 4, false, 0x11223344);
    assert_ram(f, RM_RAM0, 0, "11 22 33 44 97");
    store(f, FREE, 4, true, 0x11223344);
    assert_ram(f, RM_RAM0, 0, "44 33 22 11 97");
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_false(entry(f, FREE).type[t].fast);
        assert_clause(entry(f, FREE).type[t].slow, RM_C11_FAST_PATH);
    }
}

static void test_swap_device(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x30000, RM_PTE_SWAP);
    g_assert_cmphex(load(f, FREE, 4, false), ==, 0xb9722ce5);
    assert_read(f, 1, RM_IO, 0, 4, 0, 0xe52c72b9);
    store(f, FREE, 4, false, 0x11223344);
    assert_write(f, 0, RM_IO, 0, 4, 0, 0x44332211);
}

/* The bytes are dropped, and no page is dirty. */
static void test_discard(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x20000, RM_PTE_DISCARD);
    store(f, FREE, 8, false, -1);
    assert_status(f, RM_DONE);
    assert_n_events(f, 1);
    g_assert_cmpuint(f->r.n_written, ==, 0);
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM0, 0);
    g_assert_cmphex(load(f, FREE, 2, false), ==, 0x2500);
    g_assert_false(entry(f, FREE).type[RM_STORE].fast);
    assert_clause(entry(f, FREE).type[RM_STORE].slow, RM_C11_FAST_PATH);
    /* the other page of a store is written */
    set_flags(f, FREE + 0x1000, 0x21000, 0);
    store(f, FREE + 0xffe, 4, false, 0x44332211);
    assert_ram(f, RM_RAM0, 0xffe, "5b c5 33 44 e4");
    g_assert_cmpuint(f->r.n_written, ==, 1);
    assert_dirty(f, RM_RAM0, 1 << 1);
}

/* What is not memory is written all the same. */
static void test_discard_device(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x30000, RM_PTE_DISCARD);
    store(f, FREE, 4, false, 0x11223344);
    assert_write(f, 1, RM_IO, 0, 4, 0, 0x11223344);
}

static void test_write_invalid(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x20000, RM_PTE_WINV);
    for (unsigned i = 0; i < 2; i++) {
        store(f, FREE + i, 1, false, 0x77);
        assert_n_events(f, 1);
        assert_fill(f, 0, RM_STORE, FREE + i, 1);
        alone(f, RM_LOAD, FREE, 1);
        assert_n_events(f, 0);
        alone(f, RM_FETCH, FREE, 1);
        assert_n_events(f, 0);
    }
    assert_ram(f, RM_RAM0, 0, "77 77 4b");
    g_assert_false(entry(f, FREE).type[RM_STORE].cached);
    g_assert_false(entry(f, FREE).type[RM_STORE].fast);
    g_assert_true(entry(f, FREE).type[RM_LOAD].fast);
    assert_clause(judge(f, RM_STORE, FREE, 1), RM_C11_FAST_PATH);
    fills(f, RM_STORE, FREE, 1);
    assert_clause(judge(f, RM_STORE, FREE, 1), RM_NO_CLAUSE);
    assert_clause(judge(f, RM_LOAD, FREE, 1), RM_NO_CLAUSE);
}

/* An entry for less than a page serves one access. */
static void test_small_page(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) { .pa = 0x20000, .prot = 7, .lg_size = 11 });
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmphex(load(f, FREE + 1, 1, false), ==, 0x25);
        assert_n_events(f, 1);
        assert_fill(f, 0, RM_LOAD, FREE + 1, 1);
    }
    store(f, FREE + 1, 1, false, 0x77);
    assert_n_events(f, 1);
    assert_ram(f, RM_RAM0, 0, "00 77 4b");
    assert_dirty(f, RM_RAM0, 1);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_true(entry(f, FREE).type[t].allowed);
        g_assert_false(entry(f, FREE).type[t].cached);
        g_assert_false(entry(f, FREE).type[t].host);
        assert_clause(entry(f, FREE).type[t].slow, RM_C6_GRANULARITY);
    }
    assert_clause(judge(f, RM_LOAD, FREE, 1), RM_C6_GRANULARITY);
    /* in the second page, too */
    alone(f, RM_LOAD, FREE - 0x1000, 1);
    set_pte(f, RAM1, (RmPte) { .pa = 0x28000, .prot = 7, .lg_size = 4 });
    alone(f, RM_LOAD, RAM1 - 2, 4);
    alone(f, RM_LOAD, RAM1 - 2, 4);
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_LOAD, RAM1, 2);
    assert_clause(judge(f, RM_LOAD, RAM1 - 2, 4), RM_C6_GRANULARITY);
}

/* Each time, the IOMMU is asked again as well. */
static void test_small_page_iommu(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) {
        .pa = 0x1000, .prot = 7, .attrs = 2, .lg_size = 11,
    });
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmphex(load(f, FREE + 1, 1, false), ==, 0x93);
        assert_n_events(f, 2);
        assert_translate(f, 1, 0x1001, RM_R);
        fills(f, RM_LOAD, FREE, 1);
        assert_clause(judge(f, RM_LOAD, FREE, 1), RM_C2_DEFERRAL);
    }
}

/* What is written to read-only memory is dropped without a trace. */
static void test_read_only(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = { ROM, RODATA };

    for (unsigned i = 0; i < G_N_ELEMENTS(va); i++) {
        store(f, va[i], 8, false, -1);
        assert_status(f, RM_DONE);
        assert_n_events(f, 1);
        g_assert_cmpuint(f->r.n_written, ==, 0);
        g_assert_false(entry(f, va[i]).type[RM_STORE].host);
        g_assert_false(entry(f, va[i]).type[RM_STORE].fast);
        g_assert_true(entry(f, va[i]).type[RM_LOAD].fast);
    }
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM0, 0);
    g_assert_cmphex(load(f, ROM, 4, false), ==, 0x8da85ae3);
    g_assert_cmphex(load(f, RODATA, 4, false), ==, 0xfda240ef);
    alone(f, RM_FETCH, ROM + 4, 4);
    g_assert_cmphex(f->r.value, ==, 0x74deb193);
}

/* So is what an IOMMU sends there. */
static void test_read_only_iommu(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_ROM, 0x1000);
    store(f, OPEN, 4, false, -1);
    assert_status(f, RM_DONE);
    assert_n_events(f, 2);
    assert_ram_untouched(f);
    g_assert_cmphex(load(f, OPEN, 4, false), ==, 0x5ec7ad82);
}

static void test_romd(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, ROMD, 4, false), ==, 0x8ca658f5);
    assert_n_events(f, 1);
    store(f, ROMD + 4, 4, false, 0x11223344);
    assert_status(f, RM_DONE);
    assert_n_events(f, 1);
    assert_write(f, 0, RM_ROMD, 4, 4, 0, 0x11223344);
    assert_ram_untouched(f);
    g_assert_true(entry(f, ROMD).type[RM_LOAD].fast);
    g_assert_false(entry(f, ROMD).type[RM_STORE].host);
}

/* Both ways of two names for one page. */
static void test_alias(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x22000, 0);
    store(f, ALIAS + 4, 2, false, 0x1234);
    assert_ram(f, RM_RAM0, 0x2004, "34 12 b3");
    g_assert_cmphex(load(f, FREE + 4, 2, false), ==, 0x1234);
    assert_dirty(f, RM_RAM0, 1 << 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/access/wide/load", test_wide_load);
    add_test("/access/wide/store", test_wide_store);
    add_test("/access/wide/crossing", test_wide_crossing);
    add_test("/access/wide/device", test_wide_device);
    add_test("/access/wide/load-halves", test_wide_load_halves);
    add_test("/access/wide/store-halves", test_wide_store_halves);
    add_test("/access/wide/second-page", test_wide_second_page);
    add_test("/access/wide/stops", test_wide_stops);
    add_test("/access/path", test_path);
    add_test("/access/moved", test_moved);
    add_test("/access/page-end", test_page_end);
    add_test("/access/align/natural", test_natural);
    add_test("/access/align/fixed", test_fixed);
    add_test("/access/align/store", test_aligned_store);
    add_test("/access/align/first", test_align_first);
    add_test("/access/align/in-fill", test_align_in_fill);
    add_test("/access/align/tlb-only", test_tlb_only);
    add_test("/access/align/check-after-fill", test_check_after_fill);
    add_test("/access/align/check-anew", test_check_anew);
    add_test("/access/align/dirty-anew", test_dirty_anew);
    add_test("/access/align/stored-anew", test_stored_anew);
    add_test("/access/align/check-watched", test_check_watched);
    add_test("/access/align/check-in-fill", test_check_in_fill);
    add_test("/access/align/crossing", test_align_crossing);
    add_test("/access/pte/swap", test_swap);
    add_test("/access/pte/swap-device", test_swap_device);
    add_test("/access/pte/discard", test_discard);
    add_test("/access/pte/discard-device", test_discard_device);
    add_test("/access/pte/write-invalid", test_write_invalid);
    add_test("/access/pte/small", test_small_page);
    add_test("/access/pte/small-iommu", test_small_page_iommu);
    add_test("/access/read-only", test_read_only);
    add_test("/access/read-only-iommu", test_read_only_iommu);
    add_test("/access/romd", test_romd);
    add_test("/access/alias", test_alias);
    return g_test_run();
}
