/*
 * DMA: what it reaches, in which steps, and what a device sees that does it
 * while it is accessed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "fixture.h"

static void dma(Fixture *f, RmDma d)
{
    rm_result_init(&f->r);
    rm_dma(f->m, &d, NULL, &f->r);
    rm_log_code(f->m, NULL, &f->r);
}

static void reads(Fixture *f, uint32_t pa, unsigned size, uint64_t value,
                  RmResponse response)
{
    dma(f, (RmDma) { .pa = pa, .size = size, .attrs = 2 });
    g_assert_cmphex(f->r.value, ==, value);
    g_assert_cmpuint(f->r.value_hi, ==, response);
}

static void writes(Fixture *f, uint32_t pa, unsigned size, uint64_t value,
                   RmResponse response)
{
    dma(f, (RmDma) {
        .pa = pa, .size = size, .attrs = 2, .is_write = true, .value = value,
    });
    g_assert_cmpuint(f->r.value_hi, ==, response);
}

/* --- memory --- */

static void test_ram(Fixture *f, gconstpointer data)
{
    reads(f, 0x20000, 8, load(f, RAM0, 8, false), RM_TX_OK);
    reads(f, 0x20003, 2, load(f, RAM0 + 3, 2, false), RM_TX_OK);
    writes(f, 0x20ffc, 8, 0x8877665544332211, RM_TX_OK);
    assert_ram(f, RM_RAM0, 0xffc, "11 22 33 44 55 66 77 88");
    g_assert_cmpuint(f->r.n_written, ==, 2);
    assert_written(f, 0, RM_RAM0, 0xffc, 4);
    assert_written(f, 1, RM_RAM0, 0x1000, 4);
    /* eight bytes after eight others are others */
    writes(f, 0x22000, 17, 0x0706050403020100, RM_TX_OK);
    assert_ram(f, RM_RAM0, 0x2000,
               "00 01 02 03 04 05 06 07 01 02 03 04 05 06 07 08 02");
    /* from one RAM into the next */
    writes(f, 0x27ff8, 16, 0, RM_TX_OK);
    assert_written(f, 0, RM_RAM0, 0x7ff8, 8);
    assert_written(f, 1, RM_RAM1, 0, 8);
    /* a window that CPUs cannot write through does not stop it */
    writes(f, 0x41010, 4, 0xddccbbaa, RM_TX_OK);
    assert_ram(f, RM_RAM0, 0x3010, "aa bb cc dd");
    writes(f, 0x3d000, 4, 0, RM_TX_DECODE_ERROR);
    reads(f, 0x38000, 4, 0, RM_TX_DECODE_ERROR);
}

/* Bits are set as somebody logs, of all pages that it writes. */
static void test_dirty(Fixture *f, gconstpointer data)
{
    writes(f, 0x20000, 0x2001, 0, RM_TX_OK);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==, 0);
    rm_set_log(f->m, RM_VGA, RM_RAM0, true);
    writes(f, 0x20fff, 0x1002, 0, RM_TX_OK);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==, 7);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_MIGRATION], ==, 0);
    reads(f, 0x24000, 1, rm_host(f->m, RM_RAM0)[0x4000], RM_TX_OK);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==, 7);
}

static void assert_lost(Fixture *f, unsigned n, const uint32_t *offsets)
{
    unsigned found = 0;

    for (unsigned i = 0; i < f->r.log.n; i++) {
        if (f->r.log.ev[i].kind == RM_EV_CODE) {
            g_assert_cmpuint(found, <, n);
            g_assert_cmphex(f->r.log.ev[i].addr, ==, offsets[found++]);
        }
    }
    g_assert_cmpuint(found, ==, n);
}

/* Code of all pages that are written, and of no byte beside. */
static void test_code(Fixture *f, gconstpointer data)
{
    static const uint32_t blocks[] = { 0x100, 0xffc, 0x1000, 0x1ff0, 0x2010 };

    for (unsigned i = 0; i < G_N_ELEMENTS(blocks); i++) {
        set_pte(f, FREE, (RmPte) { .pa = 0x20000 + (blocks[i] & 0xf000),
                                   .prot = R | X });
        run(f, (RmAccess) {
            .kind = RM_BLOCK, .type = RM_FETCH, .va = FREE + blocks[i] % 0x1000,
        });
        g_assert_cmpuint(f->r.value, !=, 0);
    }
    writes(f, 0x20104, 0x100, 0, RM_TX_OK);
    assert_lost(f, 0, NULL);
    writes(f, 0x20ffd, 0x1000, 0, RM_TX_OK);
    assert_lost(f, 3, &blocks[1]);
    writes(f, 0x22000, 0x10, 0, RM_TX_OK);
    assert_lost(f, 0, NULL);
    writes(f, 0x22000, 0x11, 0, RM_TX_OK);
    assert_lost(f, 1, &blocks[4]);
}

/* --- IOMMUs --- */

static void test_iommu(Fixture *f, gconstpointer data)
{
    /* OPEN is page 1: ram1+0x1000; SPLIT, page 0, reads from ram0+0x3000 */
    writes(f, 0x1010, 4, 0x44332211, RM_TX_OK);
    assert_ram(f, RM_RAM1, 0x1010, "11 22 33 44");
    reads(f, 0x1010, 4, 0x44332211, RM_TX_OK);
    reads(f, 0xffe, 4, rm_host(f->m, RM_RAM0)[0x3ffe] |
          rm_host(f->m, RM_RAM0)[0x3fff] << 8 |
          rm_host(f->m, RM_RAM1)[0x1000] << 16 |
          (uint64_t)rm_host(f->m, RM_RAM1)[0x1001] << 24, RM_TX_OK);
    reads(f, 0x4000, 4, 0, RM_TX_DECODE_ERROR);
    /* the part that is allowed is carried out: page 2 is TORN, page 1 OPEN */
    set_answer(f, 2, 2, RM_W, 0, 0, 0);
    writes(f, 0x1ffc, 8, 0x8877665544332211, RM_TX_DECODE_ERROR);
    assert_ram(f, RM_RAM1, 0x1ffc, "11 22 33 44");
}

/* --- devices --- */

static void test_device(Fixture *f, gconstpointer data)
{
    static const unsigned sizes[] = { 1, 2, 4, 1 };
    uint32_t at = 1;

    writes(f, 0x30000, 8, 0x8877665544332211, RM_TX_OK);
    assert_n_events(f, 1);
    assert_write(f, 0, RM_IO, 0, 8, 2, 0x8877665544332211);
    writes(f, 0x30001, 8, 0x8877665544332211, RM_TX_OK);
    assert_n_events(f, 4);
    for (unsigned i = 0; i < 4; at += sizes[i++]) {
        assert_write(f, i, RM_IO, at, sizes[i], 2,
                     0x8877665544332211 >> 8 * (at - 1) &
                     ((1ull << 8 * sizes[i]) - 1));
    }
    /* what it takes not more of comes in steps that it takes */
    writes(f, 0x42000, 8, 0x8877665544332211, RM_TX_OK);
    assert_n_events(f, 2);
    assert_write(f, 0, RM_NARROW, 0, 4, 2, 0x44332211);
    assert_write(f, 1, RM_NARROW, 4, 4, 2, 0x88776655);
    /* unaligned, if that is how it is called */
    rm_set_device(f->m, RM_IO, &(RmDevice) {
        false, 8, 1, 8, 1, RM_VALID_UNALIGNED | RM_IMPL_UNALIGNED,
    });
    writes(f, 0x30001, 8, 0x8877665544332211, RM_TX_OK);
    assert_n_events(f, 1);
    assert_write(f, 0, RM_IO, 1, 8, 2, 0x8877665544332211);
    rm_set_device(f->m, RM_IO, &(RmDevice) {
        false, 8, 1, 8, 1, RM_IMPL_UNALIGNED,
    });
    writes(f, 0x30001, 8, 0, RM_TX_DECODE_ERROR);
    assert_n_events(f, 0);
    /* the worst response is that of all */
    writes(f, 0x37ffc, 8, 0, RM_TX_DECODE_ERROR);
}

/* A device that does DMA to itself while it is accessed. */
static void to_itself(void *opaque, RmRegion region, bool is_write)
{
    Fixture *f = opaque;

    rm_set_device_hook(f->m, NULL, NULL);
    rm_dma(f->m, &(RmDma) {
        .pa = 0x30010, .size = 2, .attrs = 1, .is_write = true,
        .value = 0xbbaa,
    }, NULL, &f->r);
    g_assert_cmpuint(f->r.value_hi, ==, f->value);
}

static void test_nested(Fixture *f, gconstpointer data)
{
    RmDevice device = rm_device(RM_IO);

    f->value = RM_TX_OK;
    rm_set_device_hook(f->m, to_itself, f);
    store(f, IO, 4, false, 0x44332211);
    assert_n_events(f, 3);
    assert_write(f, 1, RM_IO, 0, 4, 3, 0x44332211);
    assert_write(f, 2, RM_IO, 0x10, 2, 1, 0xbbaa);
    /* one that has an owner is not entered again */
    device.guarded = true;
    rm_set_device(f->m, RM_IO, &device);
    f->value = RM_TX_ACCESS_ERROR;
    rm_set_device_hook(f->m, to_itself, f);
    store(f, IO, 4, false, 0x44332211);
    assert_n_events(f, 1);
    assert_status(f, RM_DONE);
    assert_write(f, 0, RM_IO, 0, 4, 3, 0x44332211);
    /* but it is left again */
    store(f, IO, 4, false, 0x44332211);
    assert_n_events(f, 1);
    /* nor is it by way of another one of the same owner */
    rm_set_device(f->m, RM_BIG, &device);
    rm_set_device_hook(f->m, to_itself, f);
    alone(f, RM_LOAD, BIG, 4);
    assert_n_events(f, 2);
}

/* --- what is too much to be compared --- */

static void test_covered(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t pa;
        unsigned size;
        bool covered;
    } cases[] = {
        { 0x30000, 32, true }, { 0x30000, 33, false }, { 0x4000, 32, true },
        { 0x4000, 33, false }, { 0x20000, RM_DMA_MAX, true },
        { 0x2f000, 0x1001, false }, { 0x1000, 0x1000, true },
        { 0x1000, 0x1001, true }, { 0x3000, 0x1001, false },
        { 0x50000, 0x3000, true },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        RmDma d = { .pa = cases[i].pa, .size = cases[i].size, .attrs = 2 };

        g_assert_cmpint(rm_dma_covered(f->m, &d), ==, cases[i].covered);
    }
}

/* A large answer of an IOMMU that says something else of the next page */
static void test_contradicted(Fixture *f, gconstpointer data)
{
    RmAnswer large = {
        .perm = RM_R | RM_W, .region = RM_RAM0, .lg_mask = 16,
    };
    RmDma d = { .pa = 0x1ff8, .size = 16, .attrs = 2 };

    rm_set_answer(f->m, 0, 2, 1, RM_R | RM_W, &large, NULL);
    g_assert_false(rm_dma_covered(f->m, &d));
    d.size = 8;
    g_assert_true(rm_dma_covered(f->m, &d));
    /* when it says the same there is no doubt */
    d.size = 16;
    rm_set_answer(f->m, 0, 2, 2, RM_R | RM_W, &large, NULL);
    g_assert_true(rm_dma_covered(f->m, &d));
    /* "no" is an answer as well */
    large.perm = 0;
    rm_set_answer(f->m, 0, 2, 1, RM_R | RM_W, &large, NULL);
    g_assert_false(rm_dma_covered(f->m, &d));
    rm_set_answer(f->m, 0, 2, 2, RM_R | RM_W, &large, NULL);
    g_assert_true(rm_dma_covered(f->m, &d));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/dma/ram", test_ram);
    add_test("/dma/C9/dirty", test_dirty);
    add_test("/dma/C10/code", test_code);
    add_test("/dma/iommu", test_iommu);
    add_test("/dma/device", test_device);
    add_test("/dma/nested", test_nested);
    add_test("/dma/covered", test_covered);
    add_test("/dma/contradicted", test_contradicted);
    return g_test_run();
}
