/*
 * Devices: byte order, sizes and responses; pages in pieces, which go the
 * way of DMA; and devices that change things during an access.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

static void assert_irq(Fixture *f, unsigned i)
{
    assert_event(f, i, (RmEvent) { .kind = RM_EV_IRQ, .region = RM_BLOCKED });
}

static void wide_store(Fixture *f, uint32_t va, uint64_t lo, uint64_t hi)
{
    run(f, (RmAccess) {
        .type = RM_STORE, .va = va, .size = 16, .value = lo, .value_hi = hi,
    });
}

/*
 * The first bytes of the devices:
 * romd:    ca 84 3d f7 b0 6a 23 dc | 96 4f 09 c2 7c 35 ef a8
 * io:      b9 72 2c e5 9f 58 12 cb | 85 3e f8 b1 6b 24 de 97
 * big:     bd 76 30 e9 a3 5c 16 cf | 89 42 fc b5 6f 28 e2 9b
 * narrow:  c1 7a 34 ed a7 60 1a d3 | 8d 46 00 b9 73 2c e6 9f
 * blocked: c5 7e 38 f1 ab 64 1e d7 | 91 4a 04 bd 77 30 ea a3
 */

/* No two devices are alike, so that a wrong one is seen in what it reads. */
static void test_bytes(void)
{
    for (unsigned a = RM_ROMD; a <= RM_BLOCKED; a++) {
        for (unsigned b = a + 1; b <= RM_BLOCKED; b++) {
            unsigned same = 0;

            for (unsigned i = 0; i < 64; i++) {
                same += rm_device_byte(a, i) == rm_device_byte(b, i);
            }
            g_assert_cmpuint(same, <, 16);
        }
    }
}

/* --- byte order --- */

static void test_big(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, BIG, 1, false), ==, 0xbd);
    assert_read(f, 1, RM_BIG, 0, 1, 1, 0xbd);
    g_assert_cmphex(load(f, BIG, 2, false), ==, 0x76bd);
    assert_read(f, 0, RM_BIG, 0, 2, 1, 0xbd76);
    g_assert_cmphex(load(f, BIG, 2, true), ==, 0xbd76);
    assert_read(f, 0, RM_BIG, 0, 2, 1, 0xbd76);
    /* more than two bytes are several calls */
    g_assert_cmphex(load(f, BIG, 8, true), ==, 0xbd7630e9a35c16cf);
    assert_n_events(f, 4);
    assert_read(f, 0, RM_BIG, 0, 2, 1, 0xbd76);
    assert_read(f, 1, RM_BIG, 2, 2, 1, 0x30e9);
    assert_read(f, 2, RM_BIG, 4, 2, 1, 0xa35c);
    assert_read(f, 3, RM_BIG, 6, 2, 1, 0x16cf);
    g_assert_cmphex(load(f, BIG + 1, 4, false), ==, 0xa3e93076);
    assert_n_events(f, 4);
    assert_read(f, 3, RM_BIG, 4, 1, 1, 0xa3);
}

static void test_big_store(Fixture *f, gconstpointer data)
{
    store(f, BIG, 4, false, 0x11223344);
    assert_n_events(f, 3);
    assert_write(f, 1, RM_BIG, 0, 2, 1, 0x4433);
    assert_write(f, 2, RM_BIG, 2, 2, 1, 0x2211);
    store(f, BIG + 8, 4, true, 0x11223344);
    assert_n_events(f, 2);
    assert_write(f, 0, RM_BIG, 8, 2, 1, 0x1122);
    assert_write(f, 1, RM_BIG, 0xa, 2, 1, 0x3344);
    wide_store(f, BIG, 0x0706050403020100, 0x0f0e0d0c0b0a0908);
    assert_n_events(f, 8);
    for (unsigned i = 0; i < 8; i++) {
        assert_write(f, i, RM_BIG, 2 * i, 2, 1, 0x0202 * i + 0x0001);
    }
}

/* --- what it is can be another thing --- */

static void become(Fixture *f, RmRegion region, RmDevice device)
{
    rm_set_device(f->m, region, &device);
}

/* Less than it implements: the bytes come first, in its order; others are 0. */
static void test_as_impl_min(Fixture *f, gconstpointer data)
{
    become(f, RM_IO, (RmDevice) { false, 8, 8, 8, 1 });
    store(f, IO, 4, false, 0x80000001);
    assert_write(f, 1, RM_IO, 0, 8, 3, 0x80000001);
    store(f, IO + 1, 1, false, 0xab);
    assert_write(f, 0, RM_IO, 1, 8, 3, 0xab);
    become(f, RM_IO, (RmDevice) { true, 8, 8, 8, 1 });
    store(f, IO, 4, true, 0x80000001);
    assert_write(f, 0, RM_IO, 0, 8, 3, 0x8000000100000000);
    store(f, IO, 4, false, 0x80000001);
    assert_write(f, 0, RM_IO, 0, 8, 3, 0x0100008000000000);
    become(f, RM_IO, (RmDevice) { true, 8, 4, 8, 1 });
    store(f, IO + 1, 1, false, 0xab);
    assert_write(f, 0, RM_IO, 1, 4, 3, 0xab000000);
    /* it is read at the same place, and the rest is left */
    g_assert_cmphex(load(f, IO + 4, 2, true), ==, 0x9f58);
    assert_read(f, 0, RM_IO, 4, 4, 3, 0x9f5812cb);
    g_assert_cmphex(load(f, IO + 4, 2, false), ==, 0x589f);
    /* and so it is in a page of pieces, where the piece is at 0x100 */
    store(f, BITS + 2, 2, false, 0x1234);
    assert_write(f, 1, RM_IO, 0x102, 4, 1, 0x34120000);
}

static void test_as_impl_max(Fixture *f, gconstpointer data)
{
    become(f, RM_BIG, (RmDevice) { false, 8, 1, 4, 1 });
    store(f, BIG, 8, false, 0x8877665544332211);
    assert_n_events(f, 3);
    assert_write(f, 1, RM_BIG, 0, 4, 1, 0x44332211);
    assert_write(f, 2, RM_BIG, 4, 4, 1, 0x88776655);
    become(f, RM_BIG, (RmDevice) { true, 8, 1, 1, 1 });
    store(f, BIG + 8, 4, true, 0x11223344);
    assert_n_events(f, 4);
    for (unsigned i = 0; i < 4; i++) {
        assert_write(f, i, RM_BIG, 8 + i, 1, 1, 0x11 * (i + 1));
    }
}

/* A CPU makes pieces that are aligned; of another size each fails. */
static void test_as_valid(Fixture *f, gconstpointer data)
{
    become(f, RM_IO, (RmDevice) { false, 4, 1, 8, 2 });
    alone(f, RM_LOAD, IO, 8);
    assert_failed(f, 1, RM_LOAD, IO, 0x30000, 8, 3, RM_TX_DECODE_ERROR);
    alone(f, RM_LOAD, IO, 1);
    assert_failed(f, 0, RM_LOAD, IO, 0x30000, 1, 3, RM_TX_DECODE_ERROR);
    store(f, IO + 2, 4, false, 0x44332211);
    assert_n_events(f, 2);
    assert_write(f, 0, RM_IO, 2, 2, 3, 0x2211);
    assert_write(f, 1, RM_IO, 4, 2, 3, 0x4433);
    /* the way of DMA, pieces are made for it: of 8 bytes two */
    store(f, BITS + 8, 8, false, 0x8877665544332211);
    assert_n_events(f, 3);
    assert_write(f, 1, RM_IO, 0x108, 4, 1, 0x44332211);
    assert_write(f, 2, RM_IO, 0x10c, 4, 1, 0x88776655);
    alone(f, RM_STORE, BITS + 8, 1);
    assert_status(f, RM_TX_FAILED);
    assert_n_events(f, 1);
}

/* Behind IOMMUs the device begins in the middle of a page: at 0x80. */
static void test_as_unaligned(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_NARROW, 0);
    become(f, RM_NARROW, (RmDevice) {
        false, 4, 1, 4, 1, RM_VALID_UNALIGNED,
    });
    /* whatever is valid, a CPU makes aligned pieces */
    store(f, OPEN + 1, 4, false, 0x44332211);
    assert_n_events(f, 6);
    for (unsigned i = 0; i < 4; i++) {
        assert_write(f, 2 + i, RM_NARROW, 0x81 + i, 1, 2, 0x11 * (i + 1));
    }
}

/* Where DMA may use sizes that a CPU does not, it can have other results. */
static void test_as_other_sizes(Fixture *f, gconstpointer data)
{
    static const RmDevice devices[] = {
        { false, 8, 4, 4, 1 }, { false, 4, 1, 8, 1 }, { false, 8, 1, 8, 2 },
        { false, 8, 1, 8, 1, RM_VALID_UNALIGNED },
        { false, 8, 1, 8, 1, RM_VALID_UNALIGNED | RM_IMPL_UNALIGNED },
    };
    static const struct {
        uint32_t va;
        unsigned differ;    /* a bit for each of those */
    } cases[] = {
        { IO, 0x16 }, { BITS + 0xfc, 0x14 }, { RAM0, 0 }, { BIG, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(devices); i++) {
        become(f, RM_IO, devices[i]);
        for (unsigned k = 0; k < G_N_ELEMENTS(cases); k++) {
            alone(f, RM_LOAD, cases[k].va, 8);
            g_assert_cmpuint(f->r.n_paths, ==, 1);
            g_assert_cmpint(f->r.path[0].other_sizes, ==,
                            cases[k].differ >> i & 1);
        }
    }
}

/* A step of DMA goes past the end of a piece whose offset is less aligned. */
static void test_as_past_piece(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t offset;
        unsigned size;
        bool differ;
    } cases[] = {
        { 0x7c, 8, true }, { 0x7c, 4, false }, { 0x78, 8, false },
        { 0, 8, false }, { 0x7e, 8, false }, { 0x7d, 4, false },
        { 0x74, 16, true }, { 0x80, 8, false },
    };

    set_pte(f, FREE, (RmPte) { .pa = 0x44000, .prot = 7, .attrs = 1 });
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        alone(f, RM_LOAD, FREE + cases[i].offset, cases[i].size);
        g_assert_cmpint(f->r.path[0].other_sizes, ==, cases[i].differ);
    }
    /* where it is as aligned as the address, it ends with the piece */
    alone(f, RM_LOAD, BITS + 0xfc, 8);
    g_assert_false(f->r.path[0].other_sizes);
}

static void test_as_reset(Fixture *f, gconstpointer data)
{
    become(f, RM_IO, (RmDevice) { true, 8, 8, 8, 1 });
    rm_reset(f->m, &f->preset, NULL);
    store(f, IO, 4, false, 0x44332211);
    assert_write(f, 1, RM_IO, 0, 4, 3, 0x44332211);
}

static void test_fetch(Fixture *f, gconstpointer data)
{
    alone(f, RM_FETCH, IO + 4, 4);
    g_assert_cmphex(f->r.value, ==, 0xcb12589f);
    assert_read(f, 1, RM_IO, 4, 4, 3, 0xcb12589f);
    alone(f, RM_FETCH, NOWHERE, 8);
    assert_failed(f, 1, RM_FETCH, NOWHERE, 0x38000, 8, 1,
                  RM_TX_DECODE_ERROR);
}

/* --- sizes --- */

/* What it does not take is a decode error, without a call. */
static void test_narrow(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, NARROW, 4, false), ==, 0xed347ac1);
    assert_n_events(f, 2);
    assert_read(f, 1, RM_NARROW, 0, 4, 0, 0xed347ac1);
    alone(f, RM_LOAD, NARROW, 8);
    assert_status(f, RM_TX_FAILED);
    assert_n_events(f, 1);
    assert_failed(f, 0, RM_LOAD, NARROW, 0x42000, 8, 0, RM_TX_DECODE_ERROR);
    store(f, NARROW + 8, 8, false, 1);
    assert_n_events(f, 1);
    assert_failed(f, 0, RM_STORE, NARROW + 8, 0x42008, 8, 0,
                  RM_TX_DECODE_ERROR);
    /* unaligned, it comes in pieces that it takes */
    g_assert_cmphex(load(f, NARROW + 4, 8, false), ==, 0xb900468dd31a60a7);
    assert_n_events(f, 2);
    assert_read(f, 0, RM_NARROW, 4, 4, 0, 0xd31a60a7);
    assert_read(f, 1, RM_NARROW, 8, 4, 0, 0xb900468d);
    /* of 16 bytes the first 8 are too many */
    wide_store(f, NARROW, 0, 0);
    assert_n_events(f, 1);
    assert_failed(f, 0, RM_STORE, NARROW, 0x42000, 8, 0, RM_TX_DECODE_ERROR);
}

/* It implements 4 bytes: it is called for 4, and gives or takes the rest. */
static void test_narrow_less(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, NARROW + 2, 2, false), ==, 0xed34);
    assert_read(f, 1, RM_NARROW, 2, 4, 0, 0x60a7ed34);
    g_assert_cmphex(load(f, NARROW + 1, 1, false), ==, 0x7a);
    assert_read(f, 0, RM_NARROW, 1, 4, 0, 0xa7ed347a);
    store(f, NARROW + 2, 2, false, 0xaabb);
    assert_n_events(f, 1);
    assert_write(f, 0, RM_NARROW, 2, 4, 0, 0xaabb);
    store(f, NARROW + 3, 1, false, 0xcc);
    assert_write(f, 0, RM_NARROW, 3, 4, 0, 0xcc);
}

static void test_unassigned_pieces(Fixture *f, gconstpointer data)
{
    store(f, NOWHERE + 2, 4, false, 1);
    assert_failed(f, 1, RM_STORE, NOWHERE + 2, 0x38002, 2, 1,
                  RM_TX_DECODE_ERROR);
    alone(f, RM_LOAD, NOWHERE + 1, 8);
    assert_n_events(f, 1);
    assert_failed(f, 0, RM_LOAD, NOWHERE + 1, 0x38001, 1, 1,
                  RM_TX_DECODE_ERROR);
}

/* --- responses --- */

static void test_blocked(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_BLOCKED, 0);
    alone(f, RM_LOAD, OPEN, 4);
    assert_status(f, RM_TX_FAILED);
    g_assert_cmphex(f->r.value, ==, 0);
    assert_n_events(f, 5);
    assert_read(f, 2, RM_BLOCKED, 0, 4, 2, 0xf1387ec5);
    assert_irq(f, 3);
    assert_failed(f, 4, RM_LOAD, OPEN, 0x1000, 4, 2, RM_TX_ERROR);
    /* it can be told to answer well, and raises its interrupt still */
    rm_set_response(f->m, RM_BLOCKED, RM_R, RM_TX_OK);
    g_assert_cmphex(load(f, OPEN + 2, 4, false), ==, 0x64abf138);
    assert_status(f, RM_DONE);
    assert_n_events(f, 4);
    assert_irq(f, 1);
    assert_irq(f, 3);
    store(f, OPEN, 4, false, 1);
    assert_status(f, RM_TX_FAILED);
    rm_reset(f->m, &f->preset, NULL);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_BLOCKED, 0);
    alone(f, RM_LOAD, OPEN, 4);
    assert_status(f, RM_TX_FAILED);
}

static void test_response(Fixture *f, gconstpointer data)
{
    static const RmResponse errors[] = {
        RM_TX_ERROR, RM_TX_DECODE_ERROR, RM_TX_ACCESS_ERROR,
    };

    alone(f, RM_LOAD, IO, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(errors); i++) {
        rm_set_response(f->m, RM_IO, RM_W, errors[i]);
        store(f, IO + 2, 8, false, 0x11223344);
        assert_status(f, RM_TX_FAILED);
        assert_n_events(f, 2);
        assert_write(f, 0, RM_IO, 2, 2, 3, 0x3344);
        assert_failed(f, 1, RM_STORE, IO + 2, 0x30002, 2, 3, errors[i]);
        g_assert_cmphex(load(f, IO, 1, false), ==, 0xb9);
        assert_status(f, RM_DONE);
        alone(f, RM_LOAD, BIG, 1);
        assert_status(f, RM_DONE);
    }
    rm_set_response(f->m, RM_IO, RM_R | RM_W, RM_TX_OK);
    store(f, IO, 1, false, 1);
    assert_status(f, RM_DONE);
    rm_set_response(f->m, RM_IO, RM_R, RM_TX_ERROR);
    store(f, IO, 1, false, 1);
    assert_status(f, RM_DONE);
    alone(f, RM_FETCH, IO, 1);
    assert_status(f, RM_TX_FAILED);
    rm_reset(f->m, &f->preset, NULL);
    alone(f, RM_FETCH, IO, 1);
    assert_status(f, RM_DONE);
}

/* All calls of one transaction are made, whatever the first answers. */
static void test_response_calls(Fixture *f, gconstpointer data)
{
    rm_set_response(f->m, RM_BIG, RM_W, RM_TX_ERROR);
    store(f, BIG, 8, false, 0x8877665544332211);
    assert_n_events(f, 6);
    assert_write(f, 1, RM_BIG, 0, 2, 1, 0x1122);
    assert_write(f, 4, RM_BIG, 6, 2, 1, 0x7788);
    assert_failed(f, 5, RM_STORE, BIG, 0x3e000, 8, 1, RM_TX_ERROR);
    /* but no further transaction */
    store(f, BIG + 2, 8, false, 0x8877665544332211);
    assert_n_events(f, 2);
    assert_failed(f, 1, RM_STORE, BIG + 2, 0x3e002, 2, 1, RM_TX_ERROR);
}

/* --- a page in pieces --- */

static void test_pieces(Fixture *f, gconstpointer data)
{
    /* io+0x100: 38 f2 ab 65; io+0x1fc: d2 8b 45 fe */
    g_assert_cmphex(load(f, BITS, 4, false), ==, 0x65abf238);
    assert_n_events(f, 2);
    assert_read(f, 1, RM_IO, 0x100, 4, 1, 0x65abf238);
    g_assert_cmphex(load(f, BITS + 0x100, 4, true), ==, 0x062fc062);
    assert_n_events(f, 0);
    g_assert_cmphex(load(f, BITS + 0x404, 2, true), ==, 0xa35c);
    assert_read(f, 0, RM_BIG, 4, 2, 1, 0xa35c);
    alone(f, RM_LOAD, BITS + 0x800, 4);
    assert_n_events(f, 1);
    assert_failed(f, 0, RM_LOAD, BITS + 0x800, 0x3f800, 4, 1,
                  RM_TX_DECODE_ERROR);
    /* from one piece into the next */
    g_assert_cmphex(load(f, BITS + 0xfc, 8, false), ==, 0x62c02f06fe458bd2);
    assert_n_events(f, 1);
    assert_read(f, 0, RM_IO, 0x1fc, 4, 1, 0xfe458bd2);
    /* ram1+0x13fc: f1 97 8d ea, then the big-endian one */
    g_assert_cmphex(load(f, BITS + 0x3fc, 8, true), ==, 0xf1978deabd7630e9);
    assert_n_events(f, 2);
    assert_read(f, 0, RM_BIG, 0, 2, 1, 0xbd76);
    assert_read(f, 1, RM_BIG, 2, 2, 1, 0x30e9);
}

static void test_pieces_store(Fixture *f, gconstpointer data)
{
    store(f, BITS + 0xfe, 4, false, 0x44332211);
    assert_status(f, RM_DONE);
    assert_n_events(f, 2);
    assert_write(f, 1, RM_IO, 0x1fe, 2, 1, 0x2211);
    assert_written(f, 0, RM_RAM1, 0x1100, 2);
    assert_ram(f, RM_RAM1, 0x1100, "33 44 c0 62");
    /* each aligned piece for itself, at a time */
    store(f, BITS + 0x201, 4, true, 0x11223344);
    g_assert_cmpuint(f->r.n_written, ==, 4);
    assert_ram(f, RM_RAM1, 0x1201, "11 22 33 44");
    wide_store(f, BITS + 0xf8, 0x8877665544332211, 0xffeeddccbbaa99);
    assert_n_events(f, 1);
    assert_write(f, 0, RM_IO, 0x1f8, 8, 1, 0x8877665544332211);
    assert_ram(f, RM_RAM1, 0x1100, "99 aa bb cc dd ee ff 00");
    /* as its place in the region is aligned, and not as the address is */
    set_pte(f, FREE, (RmPte) { .pa = 0x44000, .prot = 7, .attrs = 1 });
    store(f, FREE, 8, false, 0x8877665544332211);
    assert_n_events(f, 3);
    assert_write(f, 1, RM_IO, 0x1084, 4, 1, 0x44332211);
    assert_write(f, 2, RM_IO, 0x1088, 4, 1, 0x88776655);
}

/* What went before a failing piece stands. */
static void test_pieces_fail(Fixture *f, gconstpointer data)
{
    store(f, BITS + 0x47c, 8, true, 0x1122334455667788);
    assert_status(f, RM_TX_FAILED);
    assert_n_events(f, 4);
    assert_write(f, 1, RM_BIG, 0x7c, 2, 1, 0x1122);
    assert_write(f, 2, RM_BIG, 0x7e, 2, 1, 0x3344);
    assert_failed(f, 3, RM_STORE, BITS + 0x480, 0x3f480, 4, 1,
                  RM_TX_DECODE_ERROR);
    rm_map_enable(f->m, MAP_BIT_BIG, false);
    store(f, BITS + 0x3fe, 4, false, 0x44332211);
    assert_status(f, RM_TX_FAILED);
    assert_failed(f, 0, RM_STORE, BITS + 0x400, 0x3f400, 2, 1,
                  RM_TX_DECODE_ERROR);
    assert_ram(f, RM_RAM1, 0x13fc, "f1 97 11 22");
    rm_set_response(f->m, RM_IO, RM_R, RM_TX_ERROR);
    alone(f, RM_LOAD, BITS + 0xfc, 8);
    assert_failed(f, 1, RM_LOAD, BITS + 0xfc, 0x3f0fc, 4, 1, RM_TX_ERROR);
}

/* A ROM refuses what is written to it; read-only RAM does not. */
static void test_pieces_rom(Fixture *f, gconstpointer data)
{
    rm_map_enable(f->m, MAP_HOLE, true);
    rm_map_move(f->m, MAP_HOLE, 0x3d000);
    store(f, ROM + 4, 4, false, -1);
    assert_status(f, RM_TX_FAILED);
    assert_failed(f, 1, RM_STORE, ROM + 4, 0x3d004, 4, 0,
                  RM_TX_DECODE_ERROR);
    g_assert_cmphex(load(f, ROM, 4, false), ==, 0x8da85ae3);
    assert_ram_untouched(f);

    rm_map_move(f->m, MAP_HOLE, 0x41000);
    store(f, RODATA + 4, 4, false, 0x11223344);
    assert_status(f, RM_DONE);
    assert_written(f, 0, RM_RAM0, 0x3004, 4);
    assert_ram(f, RM_RAM0, 0x3000, "ef 40 a2 fd 44 33 22 11");
    assert_dirty(f, RM_RAM0, 0);

    rm_map_move(f->m, MAP_HOLE, 0x3c000);
    g_assert_cmphex(load(f, ROMD, 4, false), ==, 0x8ca658f5);
    store(f, ROMD, 4, false, 0x11223344);
    assert_write(f, 0, RM_ROMD, 0, 4, 0, 0x11223344);
    rm_romd_mode(f->m, false);
    g_assert_cmphex(load(f, ROMD, 4, false), ==, 0xf73d84ca);
    assert_read(f, f->r.log.n - 1, RM_ROMD, 0, 4, 0, 0xf73d84ca);
}

/* DMA splits for the region what the CPU would not. */
static void test_pieces_narrow(Fixture *f, gconstpointer data)
{
    rm_map_enable(f->m, MAP_HOLE, true);
    rm_map_move(f->m, MAP_HOLE, 0x42000);
    g_assert_cmphex(load(f, NARROW, 8, false), ==, 0xd31a60a7ed347ac1);
    assert_status(f, RM_DONE);
    assert_n_events(f, 3);
    assert_read(f, 1, RM_NARROW, 0, 4, 0, 0xed347ac1);
    assert_read(f, 2, RM_NARROW, 4, 4, 0, 0xd31a60a7);
    store(f, NARROW + 2, 2, false, 0xaabb);
    assert_write(f, 0, RM_NARROW, 2, 4, 0, 0xaabb);
    /* both are called, and the error of the first is that of the piece */
    rm_set_response(f->m, RM_NARROW, RM_W, RM_TX_ERROR);
    store(f, NARROW + 8, 8, false, 0x1122334455667788);
    assert_n_events(f, 3);
    assert_write(f, 0, RM_NARROW, 8, 4, 0, 0x55667788);
    assert_write(f, 1, RM_NARROW, 0xc, 4, 0, 0x11223344);
    assert_failed(f, 2, RM_STORE, NARROW + 8, 0x42008, 8, 0, RM_TX_ERROR);
}

/* A device can begin in the middle of a page of its region. */
static void test_mid_page(Fixture *f, gconstpointer data)
{
    set_pte(f, FREE, (RmPte) { .pa = 0x43000, .prot = R | W | X });
    store(f, FREE + 8, 4, false, 0x11223344);
    assert_n_events(f, 2);
    assert_write(f, 1, RM_IO, 0x1088, 4, 0, 0x11223344);
    store(f, FREE + 0xff8, 4, false, 0x55667788);
    assert_n_events(f, 1);
    assert_write(f, 0, RM_IO, 0x2078, 4, 0, 0x55667788);
}

/* No one asks an IOMMU for it (C2), and no one has to ask again. */
static void test_pieces_judged(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    fills(f, RM_STORE, BITS, 4);
    assert_clause(judge(f, RM_STORE, BITS, 4), RM_NO_CLAUSE);
    assert_clause(judge(f, RM_LOAD, BITS + 0x100, 4), RM_NO_CLAUSE);
    /* nor are its dirty bits a choice */
    dirty.bits[RM_RAM1][RM_VGA] = dirty.bits[RM_RAM1][RM_MIGRATION] = 2;
    judge_dirty(f, RM_STORE, BITS + 0x100, 4, &dirty);
    assert_dirty(f, RM_RAM1, 0);
    rm_flush(f->m, 0, 1);
    assert_clause(judge(f, RM_LOAD, BITS + 0x100, 4), RM_C14_FLUSH);
}

/* --- C20: what a device does during an access --- */

typedef struct Reaction {
    Fixture *f;
    unsigned calls;
    RmRegion region;    /* of the last call */
    bool is_write;
    void (*react)(Fixture *f);  /* at the first one */
} Reaction;

static void hook(void *opaque, RmRegion region, bool is_write)
{
    Reaction *r = opaque;

    r->region = region;
    r->is_write = is_write;
    if (!r->calls++ && r->react) {
        r->react(r->f);
    }
}

static void use_hook(Fixture *f, Reaction *r, void (*react)(Fixture *f))
{
    *r = (Reaction) { .f = f, .react = react };
    rm_set_device_hook(f->m, hook, r);
}

static void test_hook(Fixture *f, gconstpointer data)
{
    Reaction r;

    use_hook(f, &r, NULL);
    alone(f, RM_LOAD, RAM0, 1);
    alone(f, RM_STORE, NOWHERE, 1);
    alone(f, RM_LOAD, HOLE, 1);
    alone(f, RM_STORE, NARROW, 8);
    g_assert_cmpuint(r.calls, ==, 0);
    alone(f, RM_STORE, BIG, 8);
    g_assert_cmpuint(r.calls, ==, 4);
    g_assert_cmpint(r.region, ==, RM_BIG);
    g_assert_true(r.is_write);
    alone(f, RM_FETCH, BITS, 8);
    g_assert_cmpuint(r.calls, ==, 5);
    g_assert_cmpint(r.region, ==, RM_IO);
    g_assert_false(r.is_write);
    rm_set_device_hook(f->m, NULL, NULL);
    alone(f, RM_LOAD, IO, 1);
    g_assert_cmpuint(r.calls, ==, 5);
}

/* --- what a page walk does --- */

static void fill_hook(void *opaque)
{
    hook(opaque, RM_REGIONS, false);
}

static void remap(Fixture *f)
{
    rm_set_pte(f->m, 0, RAM1, &(RmPte) { .pa = 0x20000, .prot = R });
    rm_flush(f->m, 0, -1);
}

/* What it does comes before the page tables answer, and once for each fill. */
static void test_fill_hook(Fixture *f, gconstpointer data)
{
    Reaction r = { .f = f, .react = remap };

    alone(f, RM_LOAD, RAM0, 4);
    rm_set_fill_hook(f->m, fill_hook, &r);
    alone(f, RM_LOAD, RAM0, 4);
    g_assert_cmpuint(r.calls, ==, 0);
    alone(f, RM_LOAD, RAM1, 4);
    g_assert_cmpuint(r.calls, ==, 1);
    assert_n_events(f, 1);
    g_assert_cmpuint(f->r.path[0].region, ==, RM_RAM0);
    alone(f, RM_STORE, RAM1, 4);
    assert_status(f, RM_PAGE_FAULT);
    g_assert_cmpuint(r.calls, ==, 2);
    /* the flush has taken what was there before */
    alone(f, RM_LOAD, RAM0, 4);
    g_assert_cmpuint(r.calls, ==, 3);
    /* an implementation may ask twice: so be it */
    f->log.n = 0;
    for (unsigned i = 0; i < 2; i++) {
        rm_log(&f->log, &(RmEvent) {
            .kind = RM_EV_FILL, .addr = RAM1, .size = 4,
        });
    }
    g_assert_cmpint(judge(f, RM_LOAD, RAM1, 4), ==, RM_NO_CLAUSE);
    g_assert_cmpuint(r.calls, ==, 5);
    rm_set_fill_hook(f->m, NULL, NULL);
}

/* --- what an IOMMU does while it is asked --- */

static bool translate_hook(void *opaque, RmRegion iommu, bool is_write)
{
    Reaction *r = opaque;
    bool reacts = !r->calls;

    hook(opaque, iommu, is_write);
    return reacts;
}

static void use_translate_hook(Fixture *f, Reaction *r,
                               void (*react)(Fixture *f))
{
    *r = (Reaction) { .f = f, .react = react };
    rm_set_translate_hook(f->m, translate_hook, r);
}

static void answer_elsewhere(Fixture *f)
{
    set_answer(f, 2, OPEN / 0x1000, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x6000);
}

/* It comes before the answer, which is kept; and once for each question. */
static void test_translate_hook(Fixture *f, gconstpointer data)
{
    Reaction r;

    use_translate_hook(f, &r, answer_elsewhere);
    alone(f, RM_STORE, OPEN, 4);
    g_assert_cmpuint(r.calls, ==, 1);
    g_assert_cmpint(r.region, ==, RM_IOMMU0);
    g_assert_true(r.is_write);
    g_assert_cmpuint(f->r.path[0].region, ==, RM_RAM0);
    g_assert_cmpuint(f->r.path[0].offset, ==, 0x6000);
    alone(f, RM_LOAD, OPEN, 4);
    g_assert_cmpuint(r.calls, ==, 1);
    g_assert_cmpuint(f->r.path[0].offset, ==, 0x6000);
}

static void flush_meanwhile(Fixture *f)
{
    rm_set_pte(f->m, 0, OPEN, &(RmPte) { .pa = 0x20000, .prot = R });
    rm_flush(f->m, 0, -1);
}

/*
 * It flushes: the access may go on as it has begun, or start over.  In any
 * case, nothing of it is in the TLB any more.
 */
static void test_translate_hook_flush(Fixture *f, gconstpointer data)
{
    Reaction r;

    use_translate_hook(f, &r, flush_meanwhile);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, OPEN, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_NO_CLAUSE);
    g_assert_cmpuint(f->r.path[0].region, ==, RM_RAM1);
    assert_dropped(f, OPEN, RM_C14_FLUSH);

    rm_reset(f->m, &f->preset, NULL);
    use_translate_hook(f, &r, flush_meanwhile);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, OPEN, 2, RM_R);
    fills(f, RM_LOAD, OPEN, 4);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_NO_CLAUSE);
    g_assert_cmpuint(f->r.path[0].region, ==, RM_RAM0);
    g_assert_true(entry(f, OPEN).present);

    /* a third way, such as to ask about what is not there, is none */
    rm_reset(f->m, &f->preset, NULL);
    use_translate_hook(f, &r, flush_meanwhile);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, OPEN, 2, RM_R);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, OPEN, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_C3_TARGET);
}

static void watch_meanwhile(Fixture *f)
{
    rm_watch(f->m, 0, OPEN + 2, 1, RM_W);
}

/* So it does where it sets a watchpoint: only who starts over meets that. */
static void test_translate_hook_watch(Fixture *f, gconstpointer data)
{
    const RmEvent hit = {
        .kind = RM_EV_WATCH, .addr = OPEN + 2, .flag = RM_W, .attrs = 2,
    };
    Reaction r;

    use_translate_hook(f, &r, watch_meanwhile);
    fills(f, RM_STORE, OPEN, 4);
    translates(f, OPEN, 2, RM_W);
    assert_clause(judge(f, RM_STORE, OPEN, 4), RM_NO_CLAUSE);
    assert_status(f, RM_DONE);
    assert_n_events(f, 2);
    /* the next one does in any case */
    fills(f, RM_STORE, OPEN, 4);
    translates(f, OPEN, 2, RM_W);
    judge(f, RM_STORE, OPEN, 4);
    assert_status(f, RM_WATCHPOINT);

    rm_reset(f->m, &f->preset, NULL);
    use_translate_hook(f, &r, watch_meanwhile);
    for (unsigned i = 0; i < 2; i++) {
        fills(f, RM_STORE, OPEN, 4);
        translates(f, OPEN, 2, RM_W);
    }
    rm_log(&f->log, &hit);
    assert_clause(judge(f, RM_STORE, OPEN, 4), RM_NO_CLAUSE);
    assert_status(f, RM_WATCHPOINT);
    assert_event(f, 4, hit);

    /* whoever does and does not, is wrong */
    rm_reset(f->m, &f->preset, NULL);
    use_translate_hook(f, &r, watch_meanwhile);
    for (unsigned i = 0; i < 2; i++) {
        fills(f, RM_STORE, OPEN, 4);
        translates(f, OPEN, 2, RM_W);
    }
    judge(f, RM_STORE, OPEN, 4);
    assert_status(f, RM_WATCHPOINT);
}

/* A device page before FREE, which is ram0+0x1000. */
static void map_beside(Fixture *f)
{
    set_flags(f, FREE, 0x30000, 0);
    set_flags(f, FREE + 0x1000, 0x21000, 0);
}

static void remap_and_flush(Fixture *f)
{
    set_flags(f, FREE + 0x1000, 0x22000, RM_PTE_SWAP);
    set_flags(f, FREE, 0x28000, 0);
}

/* What is under way keeps its pages; what starts later does not. */
static void test_hook_remap(Fixture *f, gconstpointer data)
{
    Reaction r;

    map_beside(f);
    use_hook(f, &r, remap_and_flush);
    store(f, FREE + 0xffc, 8, false, 0x8877665544332211);
    assert_status(f, RM_DONE);
    assert_write(f, 2, RM_IO, 0xffc, 4, 0, 0x44332211);
    assert_ram(f, RM_RAM0, 0x1000, "55 66 77 88 37");
    assert_written(f, 0, RM_RAM0, 0x1000, 4);
    assert_dirty(f, RM_RAM0, 1 << 1);
    assert_dropped(f, FREE + 0x1000, RM_C14_FLUSH);
    store(f, FREE + 0x1000, 2, false, 0x1122);
    assert_n_events(f, 1);
    assert_ram(f, RM_RAM0, 0x2000, "11 22 03");
    store(f, FREE, 1, false, 0x33);
    assert_ram(f, RM_RAM1, 0, "33 54");
}

/* The same pieces of the device, in each of the calls. */
static void test_hook_remap_pieces(Fixture *f, gconstpointer data)
{
    Reaction r;

    map_beside(f);
    use_hook(f, &r, remap_and_flush);
    g_assert_cmphex(load(f, FREE + 3, 4, false), ==, 0x12589fe5);
    g_assert_cmpuint(r.calls, ==, 4);
    g_assert_cmphex(load(f, FREE + 3, 4, false), ==, 0xc0a385ef);
}

static void map_away(Fixture *f)
{
    rm_map_enable(f->m, MAP_RAM0, false);
    rm_map_enable(f->m, MAP_IO, false);
}

static void test_hook_map(Fixture *f, gconstpointer data)
{
    Reaction r;

    map_beside(f);
    use_hook(f, &r, map_away);
    store(f, FREE + 0xff9, 8, false, 0x8877665544332211);
    assert_status(f, RM_DONE);
    g_assert_cmpuint(r.calls, ==, 3);
    assert_ram(f, RM_RAM0, 0x1000, "88 81");
    assert_dropped(f, FREE, RM_C15_TOPOLOGY);
    assert_dropped(f, FREE + 0x1000, RM_C15_TOPOLOGY);
    alone(f, RM_LOAD, FREE, 1);
    assert_status(f, RM_TX_FAILED);
}

static void bits_away(Fixture *f)
{
    rm_map_enable(f->m, MAP_BIT_RAM, false);
}

/* In a page in pieces, too: where it was when the access began. */
static void test_hook_pieces(Fixture *f, gconstpointer data)
{
    Reaction r;

    use_hook(f, &r, bits_away);
    store(f, BITS + 0xfc, 8, false, 0x8877665544332211);
    assert_status(f, RM_DONE);
    assert_ram(f, RM_RAM1, 0x1100, "55 66 77 88");
    store(f, BITS + 0x100, 4, false, 0);
    assert_status(f, RM_TX_FAILED);
}

static void reprogram(Fixture *f)
{
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x6000);
    set_answer(f, 2, 0, RM_R | RM_W, 0, 0, 0);
}

/* C13: the access that runs keeps what the IOMMU said when it began. */
static void test_hook_iommu(Fixture *f, gconstpointer data)
{
    Reaction r;

    set_answer(f, 2, 0, RM_R | RM_W, RM_R | RM_W, RM_IO, 0);
    use_hook(f, &r, reprogram);
    store(f, OPEN - 4, 8, false, 0x8877665544332211);
    assert_status(f, RM_DONE);
    assert_write(f, 4, RM_IO, 0xffc, 4, 2, 0x44332211);
    assert_ram(f, RM_RAM1, 0x1000, "55 66 77 88");
    assert_clause(entry(f, OPEN).type[RM_STORE].blame, RM_C13_NOTIFY);
    g_assert_true(entry(f, OPEN).type[RM_STORE].deferred);
    assert_clause(judge(f, RM_STORE, OPEN, 4), RM_C13_NOTIFY);
    store(f, OPEN, 4, false, 0);
    assert_ram(f, RM_RAM0, 0x6000, "00 00 00 00 44");
    store(f, SPLIT, 4, false, 0);
    assert_status(f, RM_TX_FAILED);
}

static void watch_page_1(Fixture *f)
{
    rm_watch(f->m, 0, FREE + 0x1000, 1, RM_R | RM_W);
}

/* Watchpoints come before data, so that this one is for the next access. */
static void test_hook_watch(Fixture *f, gconstpointer data)
{
    Reaction r;

    map_beside(f);
    use_hook(f, &r, watch_page_1);
    store(f, FREE + 0xffc, 8, false, 0x8877665544332211);
    assert_status(f, RM_DONE);
    assert_ram(f, RM_RAM0, 0x1000, "55 66 77 88");
    store(f, FREE + 0xffc, 8, false, 0);
    assert_status(f, RM_WATCHPOINT);
    g_assert_cmpuint(r.calls, ==, 1);
}

static void read_only(Fixture *f)
{
    rm_map_readonly(f->m, MAP_RAM0, true);
    clear_pages(f, RM_VGA, RM_RAM0, 0, 8);
}

static void test_hook_readonly(Fixture *f, gconstpointer data)
{
    Reaction r;

    map_beside(f);
    use_hook(f, &r, read_only);
    store(f, FREE + 0xffc, 8, false, 0x8877665544332211);
    assert_ram(f, RM_RAM0, 0x1000, "55 66 77 88");
    store(f, FREE + 0x1000, 4, false, 0);
    assert_ram(f, RM_RAM0, 0x1000, "55 66 77 88");
}

static void fill_table(Fixture *f)
{
    rm_crowd(f->m, 0, 0, RM_CROWD_PAGES);
    rm_set_pte(f->m, 0, FREE, &(RmPte) { 0 });
    rm_set_pte(f->m, 0, FREE + 0x1000, &(RmPte) { 0 });
}

/* An entry may be gone during an access; that is no reason to ask again. */
static void test_hook_evicts(Fixture *f, gconstpointer data)
{
    Reaction r;

    map_beside(f);
    use_hook(f, &r, fill_table);
    fills(f, RM_STORE, FREE + 0xffc, 8);
    fills(f, RM_STORE, FREE + 0x1000, 4);
    assert_clause(judge(f, RM_STORE, FREE + 0xffc, 8), RM_NO_CLAUSE);
    assert_status(f, RM_DONE);
    assert_written(f, 0, RM_RAM0, 0x1000, 4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/device/bytes", test_bytes);
    add_test("/device/big", test_big);
    add_test("/device/big-store", test_big_store);
    add_test("/device/fetch", test_fetch);
    add_test("/device/narrow", test_narrow);
    add_test("/device/narrow-less", test_narrow_less);
    add_test("/device/unassigned-pieces", test_unassigned_pieces);
    add_test("/device/blocked", test_blocked);
    add_test("/device/response", test_response);
    add_test("/device/response-calls", test_response_calls);
    add_test("/device/pieces/load", test_pieces);
    add_test("/device/pieces/store", test_pieces_store);
    add_test("/device/pieces/fail", test_pieces_fail);
    add_test("/device/pieces/rom", test_pieces_rom);
    add_test("/device/pieces/narrow", test_pieces_narrow);
    add_test("/device/mid-page", test_mid_page);
    add_test("/device/pieces/judged", test_pieces_judged);
    add_test("/device/hook/calls", test_hook);
    add_test("/device/hook/remap", test_hook_remap);
    add_test("/device/hook/remap-pieces", test_hook_remap_pieces);
    add_test("/device/hook/map", test_hook_map);
    add_test("/device/hook/pieces", test_hook_pieces);
    add_test("/device/hook/iommu", test_hook_iommu);
    add_test("/device/hook/fill", test_fill_hook);
    add_test("/device/hook/translate", test_translate_hook);
    add_test("/device/hook/translate-flush", test_translate_hook_flush);
    add_test("/device/hook/translate-watch", test_translate_hook_watch);
    add_test("/device/as/impl-min", test_as_impl_min);
    add_test("/device/as/impl-max", test_as_impl_max);
    add_test("/device/as/valid", test_as_valid);
    add_test("/device/as/unaligned", test_as_unaligned);
    add_test("/device/as/other-sizes", test_as_other_sizes);
    add_test("/device/as/past-piece", test_as_past_piece);
    add_test("/device/as/reset", test_as_reset);
    add_test("/device/hook/watch", test_hook_watch);
    add_test("/device/hook/readonly", test_hook_readonly);
    add_test("/device/hook/evicts", test_hook_evicts);
    return g_test_run();
}
