/*
 * Changes of the memory map: what they show, what they drop of the TLB, and
 * what they keep (C15).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"
#include "reference-model/topology.h"

/* What answers at @va, and from which offset. */
static void assert_leads(Fixture *f, uint32_t va, unsigned region,
                         uint32_t offset)
{
    alone(f, RM_LOAD, va, 1);
    g_assert_cmpuint(f->r.n_paths, ==, 1);
    g_assert_cmpuint(f->r.path[0].region, ==, region);
    g_assert_false(f->r.path[0].as_dma);
    if (region == RM_UNASSIGNED) {
        assert_status(f, RM_TX_FAILED);
    } else {
        assert_status(f, RM_DONE);
        g_assert_cmphex(f->r.path[0].offset, ==, offset);
    }
}

/* The page at physical address @pa, not cached. */
static void assert_at(Fixture *f, uint32_t pa, unsigned region,
                      uint32_t offset)
{
    set_flags(f, FREE, pa, 0);
    assert_leads(f, FREE, region, offset);
}

static void assert_kept(Fixture *f, uint32_t va)
{
    g_assert_true(entry(f, va).present);
    assert_clause(judge(f, RM_LOAD, va, 1), RM_NO_CLAUSE);
}

static void assert_changed(Fixture *f, uint32_t va)
{
    assert_dropped(f, va, RM_C15_TOPOLOGY);
}

/* --- one in front of another --- */

static void test_overlay(Fixture *f, gconstpointer data)
{
    assert_leads(f, LAST, RM_RAM1, 0x7000);
    assert_leads(f, RAM1, RM_RAM1, 0);
    rm_map_enable(f->m, MAP_OVERLAY, true);
    assert_changed(f, LAST);
    assert_kept(f, RAM1);
    assert_leads(f, LAST, RM_IO, 0x2000);
    assert_read(f, 1, RM_IO, 0x2000, 1, 0, 0xa2);
    rm_map_enable(f->m, MAP_OVERLAY, true);
    assert_kept(f, LAST);
    rm_map_enable(f->m, MAP_OVERLAY, false);
    assert_changed(f, LAST);
    assert_leads(f, LAST, RM_RAM1, 0x7000);
}

static void test_judged(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, LAST, 1);
    rm_map_enable(f->m, MAP_OVERLAY, true);
    assert_clause(judge(f, RM_LOAD, LAST, 1), RM_C15_TOPOLOGY);
    fills(f, RM_LOAD, LAST, 1);
    assert_clause(judge(f, RM_LOAD, LAST, 1), RM_NO_CLAUSE);
    /* on any CPU, in any MMU index */
    rm_set_pte(f->m, 1, LAST, &(RmPte) { .pa = 0x2f000, .prot = 7 });
    run(f, (RmAccess) { .cpu = 1, .mmu_idx = 1, .va = LAST, .size = 1 });
    rm_map_enable(f->m, MAP_OVERLAY, false);
    assert_clause(told(f, (RmAccess) {
        .cpu = 1, .mmu_idx = 1, .va = LAST, .size = 1,
    }), RM_C15_TOPOLOGY);
}

/* Taken out of the map, or only disabled; an alias has its own life. */
static void test_remove(Fixture *f, gconstpointer data)
{
    for (unsigned way = 0; way < 2; way++) {
        assert_leads(f, RAM0, RM_RAM0, 0);
        assert_leads(f, RAM1, RM_RAM1, 0);
        assert_leads(f, ALIAS, RM_RAM0, 0x2000);
        if (way) {
            rm_map_add(f->m, MAP_RAM0, false);
            rm_map_add(f->m, MAP_RAM0, false);
        } else {
            rm_map_enable(f->m, MAP_RAM0, false);
        }
        assert_changed(f, RAM0);
        assert_kept(f, ALIAS);
        assert_kept(f, RAM1);
        assert_leads(f, RAM0, RM_UNASSIGNED, 0);
        if (way) {
            rm_map_add(f->m, MAP_RAM0, true);
            rm_map_add(f->m, MAP_RAM0, true);
        } else {
            rm_map_enable(f->m, MAP_RAM0, true);
        }
        assert_changed(f, RAM0);
        assert_leads(f, RAM0, RM_RAM0, 0);
    }
}

/* Enabled while it is not in the map: it shows once it is. */
static void test_removed_enabled(Fixture *f, gconstpointer data)
{
    rm_map_add(f->m, MAP_OVERLAY, false);
    rm_map_enable(f->m, MAP_OVERLAY, true);
    assert_leads(f, LAST, RM_RAM1, 0x7000);
    rm_map_add(f->m, MAP_OVERLAY, true);
    assert_leads(f, LAST, RM_IO, 0x2000);
}

/* Of one priority, what came last is in front. */
static void test_order(Fixture *f, gconstpointer data)
{
    rm_map_move(f->m, MAP_ALIAS, 0x20000);
    assert_leads(f, RAM0, RM_RAM0, 0x2000);
    assert_at(f, 0x21000, RM_RAM0, 0x1000);
    rm_map_add(f->m, MAP_RAM0, false);
    rm_map_add(f->m, MAP_RAM0, true);
    assert_changed(f, RAM0);
    assert_leads(f, RAM0, RM_RAM0, 0);
    /* to move it there again moves it nowhere */
    rm_map_move(f->m, MAP_ALIAS, 0x20000);
    assert_kept(f, RAM0);
    /* a higher priority wins all the same */
    rm_map_move(f->m, MAP_OVERLAY, 0x20000);
    rm_map_enable(f->m, MAP_OVERLAY, true);
    rm_map_add(f->m, MAP_ALIAS, false);
    rm_map_add(f->m, MAP_ALIAS, true);
    assert_leads(f, RAM0, RM_IO, 0x2000);
    /* to enable or disable is not to add */
    rm_map_enable(f->m, MAP_OVERLAY, false);
    rm_map_enable(f->m, MAP_RAM0, false);
    rm_map_enable(f->m, MAP_RAM0, true);
    assert_leads(f, RAM0, RM_RAM0, 0x2000);
}

static void test_move(Fixture *f, gconstpointer data)
{
    assert_leads(f, RODATA, RM_RAM0, 0x3000);
    assert_leads(f, ALIAS, RM_RAM0, 0x2000);
    rm_map_move(f->m, MAP_RODATA, 0x43000);
    assert_changed(f, RODATA);
    assert_kept(f, ALIAS);
    assert_leads(f, RODATA, RM_UNASSIGNED, 0);
    assert_at(f, 0x43000, RM_RAM0, 0x3000);
    store(f, FREE, 4, false, -1);
    g_assert_cmpuint(f->r.n_written, ==, 0);
    /* of several pages, to where they overlap what was there */
    rm_map_move(f->m, MAP_RAM1, 0x24000);
    assert_at(f, 0x23000, RM_RAM0, 0x3000);
    assert_at(f, 0x24000, RM_RAM1, 0);
    assert_at(f, 0x2b000, RM_RAM1, 0x7000);
    assert_at(f, 0x2c000, RM_UNASSIGNED, 0);
    rm_reset(f->m, &f->preset, NULL);
    assert_at(f, 0x2c000, RM_RAM1, 0x4000);
}

/* What an IOMMU leads to is no part of the map, the IOMMU is. */
static void test_iommu(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, OPEN, 1);
    alone(f, RM_LOAD, NEST, 1);
    rm_map_enable(f->m, MAP_RAM1, false);
    rm_map_readonly(f->m, MAP_RAM1, true);
    assert_kept(f, OPEN);
    rm_map_move(f->m, MAP_IOMMU0, 0x50000);
    assert_changed(f, OPEN);
    assert_kept(f, NEST);
    assert_leads(f, OPEN, RM_UNASSIGNED, 0);
    set_pte(f, FREE, (RmPte) { .pa = 0x51000, .prot = 7, .attrs = 2 });
    assert_leads(f, FREE, RM_RAM1, 0x1000);
    assert_translate(f, 1, 0x1000, RM_R);
}

/* --- another part of its region --- */

static void test_offset(Fixture *f, gconstpointer data)
{
    assert_leads(f, ALIAS, RM_RAM0, 0x2000);
    rm_map_offset(f->m, MAP_ALIAS, 0x2000);
    assert_kept(f, ALIAS);
    rm_map_offset(f->m, MAP_ALIAS, 0x5000);
    assert_changed(f, ALIAS);
    assert_leads(f, ALIAS, RM_RAM0, 0x5000);
    g_assert_cmphex(f->r.value, ==, 0x6c);
    assert_leads(f, RAM0, RM_RAM0, 0);
}

/* Past the end of its region there is nothing. */
static void test_offset_past(Fixture *f, gconstpointer data)
{
    rm_map_offset(f->m, MAP_ALIAS, 0x7000);
    assert_leads(f, ALIAS, RM_RAM0, 0x7000);
    rm_map_offset(f->m, MAP_ALIAS, 0x8000);
    assert_changed(f, ALIAS);
    assert_leads(f, ALIAS, RM_UNASSIGNED, 0);
    rm_map_offset(f->m, MAP_RAM0, 0x6000);
    assert_at(f, 0x20000, RM_RAM0, 0x6000);
    assert_at(f, 0x21000, RM_RAM0, 0x7000);
    assert_at(f, 0x22000, RM_UNASSIGNED, 0);
    assert_at(f, 0x27000, RM_UNASSIGNED, 0);
}

/* Or what lies behind it. */
static void test_offset_behind(Fixture *f, gconstpointer data)
{
    assert_leads(f, LAST, RM_RAM1, 0x7000);
    rm_map_offset(f->m, MAP_OVERLAY, 0x8000);
    rm_map_enable(f->m, MAP_OVERLAY, true);
    assert_kept(f, LAST);
    rm_map_offset(f->m, MAP_OVERLAY, 0x1000);
    assert_changed(f, LAST);
    assert_leads(f, LAST, RM_IO, 0x1000);
}

/* --- read-only --- */

static void test_readonly(Fixture *f, gconstpointer data)
{
    store(f, RAM0, 1, false, 0x77);
    alone(f, RM_LOAD, ALIAS, 1);
    clear_pages(f, RM_VGA, RM_RAM0, 0, 8);
    clear_pages(f, RM_MIGRATION, RM_RAM0, 0, 8);
    rm_map_readonly(f->m, MAP_RAM0, true);
    assert_changed(f, RAM0);
    assert_kept(f, ALIAS);
    store(f, RAM0, 4, false, -1);
    assert_status(f, RM_DONE);
    g_assert_cmpuint(f->r.n_written, ==, 0);
    assert_ram(f, RM_RAM0, 0, "77 25 4b e9");
    assert_dirty(f, RM_RAM0, 0);
    g_assert_cmphex(load(f, RAM0, 2, false), ==, 0x2577);
    g_assert_false(entry(f, RAM0).type[RM_STORE].host);
    g_assert_true(entry(f, RAM0).type[RM_LOAD].fast);
    run(f, (RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = RAM0, .size = 4,
    });
    assert_status(f, RM_ATOMIC);
    rm_map_readonly(f->m, MAP_RAM0, true);
    assert_kept(f, RAM0);
    rm_map_readonly(f->m, MAP_RAM0, false);
    assert_changed(f, RAM0);
    store(f, RAM0, 1, false, 0x78);
    assert_ram(f, RM_RAM0, 0, "78 25 4b e9");
    rm_map_readonly(f->m, MAP_RODATA, false);
    store(f, RODATA, 1, false, 0x79);
    assert_ram(f, RM_RAM0, 0x3000, "79 40");
}

/* A ROM stays one. */
static void test_rom(Fixture *f, gconstpointer data)
{
    rm_map_readonly(f->m, MAP_ROM, true);
    rm_map_readonly(f->m, MAP_ROM, false);
    store(f, ROM, 4, false, -1);
    assert_status(f, RM_DONE);
    assert_n_events(f, 1);
    assert_ram_untouched(f);
}

/* --- the mode of the ROM device --- */

static void test_romd(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_ROMD, 0x1000);
    set_answer(f, 2, 5, RM_R | RM_W, RM_R | RM_W, RM_ROM, 0x1000);
    set_pte(f, FREE, (RmPte) { .pa = 0x5000, .prot = 7, .attrs = 2 });
    assert_leads(f, ROMD, RM_ROMD, 0);
    g_assert_cmphex(f->r.value, ==, 0xf5);
    assert_leads(f, OPEN, RM_ROMD, 0x1000);
    g_assert_cmphex(f->r.value, ==, 0x94);
    assert_leads(f, FREE, RM_ROM, 0x1000);
    assert_leads(f, RAM0, RM_RAM0, 0);
    rm_romd_mode(f->m, true);
    assert_kept(f, ROMD);
    assert_kept(f, OPEN);
    rm_romd_mode(f->m, false);
    assert_changed(f, ROMD);
    assert_changed(f, OPEN);
    assert_kept(f, FREE);
    assert_kept(f, RAM0);
    g_assert_cmphex(load(f, ROMD, 4, false), ==, 0xf73d84ca);
    assert_read(f, 1, RM_ROMD, 0, 4, 0, 0xf73d84ca);
    g_assert_false(entry(f, ROMD).type[RM_LOAD].host);
    store(f, ROMD, 4, false, 1);
    assert_write(f, 0, RM_ROMD, 0, 4, 0, 1);
    alone(f, RM_FETCH, OPEN, 2);
    assert_read(f, 2, RM_ROMD, 0x1000, 2, 2, 0x78bf);
    rm_romd_mode(f->m, true);
    assert_changed(f, ROMD);
    g_assert_cmphex(load(f, ROMD, 4, false), ==, 0x8ca658f5);
    assert_n_events(f, 1);
    assert_ram_untouched(f);
}

/* Its stores lead there in both modes, so that no page is in conflict. */
static void test_romd_conflict(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 3, RM_R, RM_R, RM_ROMD, 0);
    set_answer(f, 2, 3, RM_W, RM_W, RM_RAM0, 0);
    alone(f, RM_LOAD, TWIN, 1);
    alone(f, RM_STORE, TWIN, 1);
    g_assert_true(f->r.conflict);
    rm_flush(f->m, 0, 1);
    rm_romd_mode(f->m, false);
    alone(f, RM_LOAD, TWIN, 1);
    alone(f, RM_STORE, TWIN, 1);
    g_assert_false(f->r.conflict);
}

/* --- a hole: its page is in pieces --- */

static void test_hole(Fixture *f, gconstpointer data)
{
    assert_leads(f, RAM0, RM_RAM0, 0);
    assert_at(f, 0x21000, RM_RAM0, 0x1000);
    rm_map_enable(f->m, MAP_HOLE, true);
    assert_changed(f, RAM0);
    assert_kept(f, FREE);
    /* ram0+0x7fc: 3f d9 8b ad; io+0x800: b3 6d 26 e0 */
    g_assert_cmphex(load(f, RAM0 + 0x7fc, 8, false), ==, 0xe0266db3ad8bd93f);
    assert_n_events(f, 2);
    assert_read(f, 1, RM_IO, 0x800, 4, 0, 0xe0266db3);
    g_assert_true(f->r.path[0].as_dma);
    g_assert_cmphex(load(f, RAM0 + 0x8fc, 4, false), ==, 0x79c0064d);
    assert_read(f, 0, RM_IO, 0x8fc, 4, 0, 0x79c0064d);
    g_assert_cmphex(load(f, RAM0 + 0x900, 4, false), ==, 0xa09e64ca);
    assert_n_events(f, 0);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_false(entry(f, RAM0).type[t].host);
        g_assert_false(entry(f, RAM0).type[t].fast);
        g_assert_false(entry(f, RAM0).type[t].deferred);
    }
    rm_map_enable(f->m, MAP_HOLE, false);
    assert_changed(f, RAM0);
    assert_leads(f, RAM0, RM_RAM0, 0);
}

/* It keeps its place in a page, and that in its region. */
static void test_hole_moved(Fixture *f, gconstpointer data)
{
    rm_map_enable(f->m, MAP_HOLE, true);
    assert_leads(f, RAM1, RM_RAM1, 0);
    rm_map_move(f->m, MAP_HOLE, 0x28000);
    assert_changed(f, RAM1);
    assert_leads(f, RAM0, RM_RAM0, 0);
    rm_map_offset(f->m, MAP_HOLE, 0x3000);
    alone(f, RM_LOAD, RAM1 + 0x810, 2);
    g_assert_cmpuint(f->r.log.ev[1].region, ==, RM_IO);
    g_assert_cmphex(f->r.log.ev[1].addr, ==, 0x3810);
    alone(f, RM_LOAD, RAM1, 2);
    g_assert_cmphex(f->r.value, ==, 0x54f1);
    g_assert_true(f->r.path[0].as_dma);
}

/* Where it shows what is there anyway, or nothing, the page is whole. */
static void test_hole_unseen(Fixture *f, gconstpointer data)
{
    assert_leads(f, IO, RM_IO, 0);
    rm_map_move(f->m, MAP_HOLE, 0x30000);
    rm_map_enable(f->m, MAP_HOLE, true);
    assert_kept(f, IO);
    rm_map_offset(f->m, MAP_HOLE, 0x1000);
    assert_changed(f, IO);
    alone(f, RM_LOAD, IO + 0x800, 1);
    assert_read(f, 1, RM_IO, 0x1800, 1, 3, 0xa8);
    g_assert_true(f->r.path[0].as_dma);
    rm_map_offset(f->m, MAP_HOLE, 0x8000);
    assert_changed(f, IO);
    assert_leads(f, IO, RM_IO, 0);
    rm_map_offset(f->m, MAP_HOLE, 0);
    assert_kept(f, IO);
}

/* In pages that are in pieces, nothing is kept that could be stale. */
static void test_pieces(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, BITS + 0x100, 2, false), ==, 0x2f06);
    rm_map_enable(f->m, MAP_BIT_RAM, false);
    assert_clause(judge(f, RM_LOAD, BITS + 0x100, 2), RM_NO_CLAUSE);
    assert_status(f, RM_TX_FAILED);
    rm_map_enable(f->m, MAP_BIT_RAM, true);
    rm_map_offset(f->m, MAP_BIT_RAM, 0x2000);
    assert_clause(judge(f, RM_LOAD, BITS + 0x100, 2), RM_NO_CLAUSE);
    assert_status(f, RM_DONE);
    g_assert_cmphex(f->r.value, ==, 0xfca6);
    /* a page of which all is gone is whole, and empty */
    rm_map_enable(f->m, MAP_BIT_RAM, false);
    rm_map_enable(f->m, MAP_BIT_IO, false);
    rm_map_enable(f->m, MAP_BIT_BIG, false);
    assert_changed(f, BITS);
    assert_leads(f, BITS, RM_UNASSIGNED, 0);
}

/* --- spaces --- */

/* What is in front of the one is not in the other. */
static void test_spaces(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) { .pa = 0x2f000, .prot = 7, .attrs = RM_SECURE });
    assert_leads(f, FREE, RM_RAM0, 0x7000);
    assert_leads(f, SECURE, RM_RAM1, 0);
    rm_map_enable(f->m, MAP_OVERLAY, true);
    rm_map_enable(f->m, MAP_HOLE, true);
    rm_map_enable(f->m, MAP_RAM0, false);
    assert_kept(f, FREE);
    assert_kept(f, SECURE);
    assert_leads(f, SECURE, RM_RAM1, 0);
}

/*
 * A mapping of several pages reaches beyond RM_PA_PAGES where it is moved to
 * the last of them.  The crowd is further away, so that nothing of it is
 * ever mapped.
 */
static void test_crowd(Fixture *f, gconstpointer data)
{
    static const unsigned maps[] = {
        MAP_IOMMU0, MAP_IOMMU1, MAP_RAM0, MAP_RAM1, MAP_IO,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(maps); i++) {
        rm_map_move(f->m, maps[i], 0x7f000);
        rm_crowd(f->m, 0, 0, 1);
        for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
            RmEntryType type = entry(f, RM_CROWD_VA).type[t];

            g_assert_cmpuint(type.region, ==, RM_UNASSIGNED);
            g_assert_false(type.deferred);
        }
    }
    assert_at(f, 0x7f000, RM_IO, 0);
}

static void test_reset(Fixture *f, gconstpointer data)
{
    rm_map_enable(f->m, MAP_OVERLAY, true);
    rm_map_add(f->m, MAP_RAM0, false);
    rm_map_move(f->m, MAP_RODATA, 0x43000);
    rm_map_offset(f->m, MAP_ALIAS, 0);
    rm_map_readonly(f->m, MAP_RAM1, true);
    rm_romd_mode(f->m, false);
    rm_reset(f->m, &f->preset, NULL);
    assert_leads(f, LAST, RM_RAM1, 0x7000);
    assert_leads(f, RAM0, RM_RAM0, 0);
    assert_leads(f, RODATA, RM_RAM0, 0x3000);
    assert_leads(f, ALIAS, RM_RAM0, 0x2000);
    store(f, RAM1, 1, false, 0x77);
    g_assert_cmpuint(f->r.n_written, ==, 1);
    assert_leads(f, ROMD, RM_ROMD, 0);
    assert_n_events(f, 1);
}

/* Before the queued work has run, C15 does not hold yet, but C20 does. */
static void test_queued_work(Fixture *f, gconstpointer data)
{
    const RmAccess cached = { .type = RM_LOAD, .va = RAM1, .size = 4 };
    const RmAccess same = { .type = RM_LOAD, .va = RAM0, .size = 4 };
    const RmAccess later = { .type = RM_LOAD, .va = LAST, .size = 4 };

    alone(f, RM_LOAD, RAM0, 4);
    alone(f, RM_LOAD, RAM1, 4);
    rm_queued_work(f->m, true);
    g_assert_true(rm_work_waits(f->m));
    rm_map_enable(f->m, MAP_RAM1, false);
    g_assert_true(rm_covered_meanwhile(f->m, &cached));
    g_assert_true(rm_covered_meanwhile(f->m, &same));
    /* by the old view or by the new one: who knows */
    g_assert_false(rm_covered_meanwhile(f->m, &later));
    assert_clause(judge(f, RM_LOAD, RAM1, 4), RM_NO_CLAUSE);
    assert_status(f, RM_DONE);
    g_assert_true(entry(f, RAM1).present);
    /* the old one is freed: what is cached of it may not be used, moved or not */
    rm_grace_period(f->m);
    g_assert_false(rm_covered_meanwhile(f->m, &cached));
    g_assert_false(rm_covered_meanwhile(f->m, &same));
    g_assert_true(rm_covered_meanwhile(f->m, &later));
    alone(f, RM_LOAD, LAST, 4);
    assert_status(f, RM_TX_FAILED);
    rm_queued_work(f->m, false);
    assert_dropped(f, RAM1, RM_C15_TOPOLOGY);
    g_assert_true(entry(f, RAM0).present);
    g_assert_true(entry(f, LAST).present);
}

/* A CPU that steps an instruction runs the work, once it has to. */
static void test_queued_work_step(Fixture *f, gconstpointer data)
{
    const RmAccess step = {
        .kind = RM_READ_MODIFY_WRITE, .type = RM_LOAD, .va = RAM0, .size = 4,
        .exclusive = true,
    };

    alone(f, RM_LOAD, RAM0, 4);
    alone(f, RM_LOAD, RAM1, 4);
    rm_queued_work(f->m, true);
    g_assert_true(rm_covered_meanwhile(f->m, &step));
    rm_map_enable(f->m, MAP_RAM1, false);
    /* it may run it, or not: the old view is there */
    g_assert_false(rm_covered_meanwhile(f->m, &step));
    rm_grace_period(f->m);
    g_assert_true(rm_covered_meanwhile(f->m, &step));
    rm_map_enable(f->m, MAP_RAM1, true);
    g_assert_false(rm_covered_meanwhile(f->m, &step));
    rm_map_enable(f->m, MAP_RAM1, false);
    rm_grace_period(f->m);
    run(f, step);
    assert_status(f, RM_DONE);
    g_assert_false(rm_work_waits(f->m));
    assert_dropped(f, RAM1, RM_C15_TOPOLOGY);
}

/* A map that is as it was before drops nothing. */
static void test_queued_work_back(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, RAM1, 4);
    rm_queued_work(f->m, true);
    rm_map_enable(f->m, MAP_RAM1, false);
    rm_map_enable(f->m, MAP_RAM1, true);
    rm_queued_work(f->m, false);
    g_assert_true(entry(f, RAM1).present);
}

/* --- all pages at once, against one after the other --- */

static void change_window(Topology *t, unsigned map)
{
    switch (g_test_rand_int_range(0, 5)) {
    case 0:
        topology_remove(t, map);
        break;
    case 1:
        topology_remove(t, map);
        topology_add(t, map);
        break;
    case 2:
        t->map[map].base = g_test_rand_int_range(0, RM_PA_PAGES) *
                           RM_PAGE_SIZE |
                           (rm_memory_map[map].base & ~RM_PAGE_MASK);
        break;
    case 3:
        t->map[map].offset = g_test_rand_int_range(0, RM_RAM_PAGES) *
                             RM_PAGE_SIZE |
                             (rm_memory_map[map].offset & ~RM_PAGE_MASK);
        break;
    default:
        t->map[map].enabled ^= true;
        t->map[map].readonly ^= true;
    }
}

static void assert_pages(const Topology *t)
{
    static Place pages[RM_SPACES][RM_PA_PAGES];

    topology_pages(t, pages);
    for (unsigned i = 0; i < RM_SPACES * RM_PA_PAGES; i++) {
        unsigned space = i / RM_PA_PAGES, page = i % RM_PA_PAGES;
        Place one = topology_page(t, space, page << RM_PAGE_BITS);
        const Place *seen = &pages[space][page];

        g_assert_cmpuint(seen->region, ==, one.region);
        g_assert_cmphex(seen->offset, ==, one.offset);
        g_assert_cmpuint(seen->readonly, ==, one.readonly);
        g_assert_cmpuint(seen->in_pieces, ==, one.in_pieces);
    }
}

static void test_pages(Fixture *f, gconstpointer data)
{
    Topology t;

    for (unsigned i = 0; i < 2000; i++) {
        if (i % 20 == 0) {
            topology_reset(&t, i % 40 ? 0x2000 : 0);
        } else {
            change_window(&t, g_test_rand_int_range(0, RM_MAPPINGS));
        }
        assert_pages(&t);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/map/overlay", test_overlay);
    add_test("/map/judged", test_judged);
    add_test("/map/remove", test_remove);
    add_test("/map/removed-enabled", test_removed_enabled);
    add_test("/map/order", test_order);
    add_test("/map/move", test_move);
    add_test("/map/iommu", test_iommu);
    add_test("/map/offset", test_offset);
    add_test("/map/offset-past", test_offset_past);
    add_test("/map/offset-behind", test_offset_behind);
    add_test("/map/readonly", test_readonly);
    add_test("/map/rom", test_rom);
    add_test("/map/romd", test_romd);
    add_test("/map/romd-conflict", test_romd_conflict);
    add_test("/map/hole", test_hole);
    add_test("/map/hole-moved", test_hole_moved);
    add_test("/map/hole-unseen", test_hole_unseen);
    add_test("/map/pieces", test_pieces);
    add_test("/map/spaces", test_spaces);
    add_test("/map/crowd", test_crowd);
    add_test("/map/reset", test_reset);
    add_test("/map/queued-work", test_queued_work);
    add_test("/map/queued-work/step", test_queued_work_step);
    add_test("/map/queued-work/back", test_queued_work_back);
    add_test("/map/pages", test_pages);
    return g_test_run();
}
