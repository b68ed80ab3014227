/*
 * Where an access would lead if nothing was cached.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

static RmWay way(Fixture *f, uint32_t va, RmAccessType type)
{
    RmWay w;

    rm_way(f->m, 0, va, type, &w);
    return w;
}

static void leads(Fixture *f, uint32_t va, RmAccessType type, unsigned region,
                  uint32_t offset)
{
    RmWay w = way(f, va, type);

    g_assert_true(w.mapped);
    g_assert_cmpuint(w.region, ==, region);
    g_assert_cmpuint(w.offset, ==, offset);
}

static void test_plain(Fixture *f, gconstpointer data)
{
    leads(f, RAM1 + 0x123, RM_LOAD, RM_RAM1, 0x123);
    leads(f, IO + 0x10, RM_STORE, RM_IO, 0x10);
    leads(f, SECURE + 8, RM_LOAD, RM_RAM1, 8);
    leads(f, ALIAS, RM_FETCH, RM_RAM0, 0x2000);
    g_assert_cmpuint(way(f, RAM1, RM_LOAD).n, ==, 0);
    g_assert_cmpuint(way(f, NOWHERE, RM_LOAD).region, ==, RM_UNASSIGNED);
    g_assert_true(way(f, RODATA, RM_STORE).readonly);
    g_assert_false(way(f, RAM0, RM_STORE).readonly);
}

static void test_unmapped(Fixture *f, gconstpointer data)
{
    g_assert_false(way(f, HOLE, RM_LOAD).mapped);
    g_assert_false(way(f, FAR, RM_LOAD).mapped);
    g_assert_false(way(f, ROM_IO, RM_STORE).mapped);
    g_assert_true(way(f, ROM_IO, RM_LOAD).mapped);
}

static void test_iommu(Fixture *f, gconstpointer data)
{
    RmWay w = way(f, SPLIT + 0x10, RM_STORE);

    leads(f, SPLIT + 0x10, RM_LOAD, RM_RAM0, 0x3010);
    leads(f, SPLIT + 0x10, RM_STORE, RM_BLOCKED, 0x10);
    g_assert_cmpuint(w.n, ==, 1);
    g_assert_cmpuint(w.step[0].region, ==, RM_IOMMU0);
    g_assert_cmpuint(w.index, ==, w.pte.attrs & RM_WID_MASK);
    g_assert_cmpuint(w.perm, ==, RM_W);
    g_assert_cmpuint(w.addr_mask, ==, RM_PAGE_SIZE - 1);
    w = way(f, DENY, RM_LOAD);
    g_assert_cmpuint(w.perm, ==, 0);
    g_assert_cmpuint(w.region, ==, RM_UNASSIGNED);
}

static void test_nested(Fixture *f, gconstpointer data)
{
    RmWay w = way(f, NEST + 4, RM_LOAD);

    g_assert_cmpuint(w.n, ==, 2);
    g_assert_cmpuint(w.step[0].region, ==, RM_IOMMU1);
    g_assert_cmpuint(w.step[0].addr, ==, 0x2004);
    g_assert_cmpuint(w.step[1].region, ==, RM_IOMMU0);
    g_assert_cmpuint(w.step[1].addr, ==, 0x1004);
    g_assert_cmpuint(w.region, ==, RM_RAM1);
    g_assert_cmpuint(w.offset, ==, 0x1004);
}

/* A page in pieces: the address itself decides. */
static void test_pieces(Fixture *f, gconstpointer data)
{
    g_assert_true(way(f, BITS, RM_LOAD).in_pieces);
    leads(f, BITS + 8, RM_LOAD, RM_IO, 0x108);
    leads(f, BITS + 0x200, RM_LOAD, RM_RAM1, 0x1200);
    g_assert_cmpuint(way(f, BITS + 0x800, RM_LOAD).region, ==, RM_UNASSIGNED);
}

/* What is cached says nothing. */
static void test_now(Fixture *f, gconstpointer data)
{
    load(f, SPLIT, 4, false);
    set_answer(f, way(f, SPLIT, RM_LOAD).index, 0, RM_R, RM_R, RM_RAM1,
               0x6000);
    leads(f, SPLIT, RM_LOAD, RM_RAM1, 0x6000);
    rm_map_move(f->m, MAP_RAM0, 0x50000);
    g_assert_cmpuint(way(f, RAM0, RM_LOAD).region, ==, RM_UNASSIGNED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/way/plain", test_plain);
    add_test("/way/unmapped", test_unmapped);
    add_test("/way/iommu", test_iommu);
    add_test("/way/nested", test_nested);
    add_test("/way/pieces", test_pieces);
    add_test("/way/now", test_now);
    return g_test_run();
}
