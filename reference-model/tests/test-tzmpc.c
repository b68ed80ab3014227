/*
 * The TrustZone MPC, register by register; the numbers come from the manual
 * and were worked out by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include <glib.h>

#include "reference-model/checker.h"

#define CTRL        0x00
#define BLK_MAX     0x10
#define BLK_CFG     0x14
#define BLK_IDX     0x18
#define BLK_LUT     0x1c
#define INT_STAT    0x20
#define INT_CLEAR   0x24
#define INT_EN      0x28
#define INT_INFO1   0x2c
#define INT_INFO2   0x30
#define INT_SET     0x34

#define SEC_RESP    0x10
#define AUTOINC     0x100
#define LOCKDOWN    0x80000000

/* Attributes: unspecified, non-secure, secure; with a world's id. */
#define UNSPEC      0
#define NS(wid)     (wid)
#define S(wid)      (RM_SECURE | (wid))

/* Three words of the LUT; of the last one, 8 bits have a block. */
#define SIZE        (72 * RM_PAGE_SIZE)

typedef struct Fixture {
    RmChecker *c;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->c = rm_tzmpc_new();
    g_assert_nonnull(f->c);
    f->c->ops->reset(f->c, SIZE, 0);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    free(f->c);
}

static RmResponse access_to(Fixture *f, uint32_t offset, unsigned size,
                            unsigned attrs, bool is_write, uint64_t *value)
{
    return f->c->ops->access(f->c, offset, size, attrs, is_write, value);
}

/* rd_part, wr_part: a secure access that must succeed; rd, wr: to a word */
static uint64_t rd_part(Fixture *f, uint32_t offset, unsigned size)
{
    uint64_t value = 0x5555555555555555;

    g_assert_cmpint(access_to(f, offset, size, S(0), false, &value), ==,
                    RM_TX_OK);
    return value;
}

static uint32_t rd(Fixture *f, uint32_t offset)
{
    return rd_part(f, offset, 4);
}

static void wr_part(Fixture *f, uint32_t offset, unsigned size,
                    uint64_t value)
{
    g_assert_cmpint(access_to(f, offset, size, S(0), true, &value), ==,
                    RM_TX_OK);
}

static void wr(Fixture *f, uint32_t offset, uint32_t value)
{
    wr_part(f, offset, 4, value);
}

/* Word @word of the LUT; without AUTOINC, so that nothing is stepped. */
static void set_lut(Fixture *f, uint32_t word, uint32_t value)
{
    uint32_t ctrl = rd(f, CTRL);

    wr(f, CTRL, ctrl & ~AUTOINC);
    wr(f, BLK_IDX, word);
    wr(f, BLK_LUT, value);
    wr(f, CTRL, ctrl);
}

static bool allowed(Fixture *f, unsigned attrs, uint32_t addr, bool is_write)
{
    return f->c->ops->decide(f->c, f->c->ops->index(f->c, attrs), addr,
                             is_write).allowed;
}

static RmResponse deny(Fixture *f, uint32_t addr, unsigned attrs)
{
    uint64_t value = 0;

    return f->c->ops->denied(f->c, addr, 4, attrs, true, &value);
}

static bool irq(Fixture *f)
{
    return f->c->ops->irq(f->c);
}

/* --- Registers ----------------------------------------------------------- */

/* What each register holds after a reset, and which bits a guest can set. */
static void test_registers(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t offset, reset, bits;
    } rows[] = {
        { CTRL, AUTOINC, SEC_RESP | AUTOINC },  /* LOCKDOWN: below */
        { 0x04, 0, 0 }, { 0x08, 0, 0 }, { 0x0c, 0, 0 },
        { BLK_MAX, 2, 0 },
        { BLK_CFG, 7, 0 },                      /* 4096 is 2 to the 12 */
        { BLK_IDX, 0, 3 },                      /* 0x7fffffff mod 3: 1 */
        { INT_STAT, 0, 0 },
        { INT_CLEAR, 0, 0 },
        { INT_EN, 1, 1 },
        { INT_INFO1, 0, 0 }, { INT_INFO2, 0, 0 },
        { 0x38, 0, 0 }, { 0xfc, 0, 0 }, { 0xfcc, 0, 0 },
        { 0xfd0, 0x04, 0 }, { 0xfd4, 0, 0 }, { 0xfd8, 0, 0 }, { 0xfdc, 0, 0 },
        { 0xfe0, 0x60, 0 }, { 0xfe4, 0xb8, 0 }, { 0xfe8, 0x1b, 0 },
        { 0xfec, 0, 0 },
        { 0xff0, 0x0d, 0 }, { 0xff4, 0xf0, 0 }, { 0xff8, 0x05, 0 },
        { 0xffc, 0xb1, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint32_t ones = rows[i].offset == BLK_IDX ? 1 : rows[i].bits;

        g_assert_cmphex(rd(f, rows[i].offset), ==, rows[i].reset);
        wr(f, rows[i].offset, 0x7fffffff);
        g_assert_cmphex(rd(f, rows[i].offset), ==,
                        rows[i].bits ? ones : rows[i].reset);
        wr(f, rows[i].offset, 0);
        g_assert_cmphex(rd(f, rows[i].offset), ==,
                        rows[i].bits ? 0 : rows[i].reset);
    }
}

/* BLK_IDX is taken modulo the number of words. */
static void test_index_wraps(Fixture *f, gconstpointer data)
{
    static const uint32_t rows[][2] = {
        { 0, 0 }, { 1, 1 }, { 2, 2 }, { 3, 0 }, { 4, 1 }, { 0xffffffff, 0 },
        { 0x100, 1 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        wr(f, BLK_IDX, rows[i][0]);
        g_assert_cmphex(rd(f, BLK_IDX), ==, rows[i][1]);
    }
}

/* A size that fills the last word, and one for which a word is too many. */
static void test_words(Fixture *f, gconstpointer data)
{
    static const uint32_t rows[][2] = {
        /* pages, BLK_MAX */
        { 1, 0 }, { 16, 0 }, { 32, 0 }, { 33, 1 }, { 64, 1 }, { 65, 2 },
        { 128, 3 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        f->c->ops->reset(f->c, rows[i][0] * RM_PAGE_SIZE, 0);
        g_assert_cmphex(rd(f, BLK_MAX), ==, rows[i][1]);
        wr(f, BLK_IDX, rows[i][1]);
        g_assert_cmphex(rd(f, BLK_IDX), ==, rows[i][1]);
        wr(f, BLK_LUT, 0x80000001);
        g_assert_cmphex(rd(f, BLK_IDX), ==, 0);
    }
}

/* Full-word accesses step BLK_IDX, narrower ones do not. */
static void test_autoinc(Fixture *f, gconstpointer data)
{
    wr(f, BLK_LUT, 0x11111111);
    wr(f, BLK_LUT, 0x22222222);
    wr(f, BLK_LUT, 0x33333333);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 0);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0x11111111);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0x22222222);
    g_assert_cmphex(rd_part(f, BLK_LUT, 2), ==, 0x3333);
    g_assert_cmphex(rd_part(f, BLK_LUT + 3, 1), ==, 0x33);
    wr_part(f, BLK_LUT + 1, 1, 0xff);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 2);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0x3333ff33);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 0);
    wr(f, CTRL, 0);
    wr(f, BLK_LUT, 0x44444444);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0x44444444);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 0);
}

/*
 * A part of a register is read as such.  A write of a part keeps the other
 * bytes of CTRL, BLK_IDX and BLK_LUT; elsewhere they are 0.
 */
static void test_parts(Fixture *f, gconstpointer data)
{
    wr_part(f, CTRL, 1, SEC_RESP);
    g_assert_cmphex(rd(f, CTRL), ==, AUTOINC | SEC_RESP);
    wr_part(f, CTRL + 1, 1, 0);
    g_assert_cmphex(rd(f, CTRL), ==, SEC_RESP);
    wr_part(f, CTRL, 2, AUTOINC);
    g_assert_cmphex(rd(f, CTRL), ==, AUTOINC);
    wr(f, CTRL, 0);

    wr(f, BLK_IDX, 2);
    wr_part(f, BLK_IDX + 1, 1, 1);      /* 0x102 is 258, 0 mod 3 */
    g_assert_cmphex(rd(f, BLK_IDX), ==, 0);
    wr_part(f, BLK_IDX + 2, 2, 1);      /* 0x10000 is 1 mod 3 */
    g_assert_cmphex(rd(f, BLK_IDX), ==, 1);

    wr(f, BLK_LUT, 0x01020304);
    wr_part(f, BLK_LUT, 1, 0xaa);
    wr_part(f, BLK_LUT + 2, 2, 0xbbcc);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0xbbcc03aa);
    g_assert_cmphex(rd_part(f, BLK_LUT, 2), ==, 0x03aa);
    g_assert_cmphex(rd_part(f, BLK_LUT + 2, 2), ==, 0xbbcc);
    g_assert_cmphex(rd_part(f, BLK_LUT + 2, 1), ==, 0xcc);

    /* only the bytes of the access are looked at */
    wr_part(f, BLK_LUT + 1, 1, 0x123456);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0xbbcc56aa);

    wr_part(f, INT_EN + 1, 1, 0xff);
    g_assert_cmphex(rd(f, INT_EN), ==, 0);
    wr_part(f, INT_EN, 2, 0xffff);
    g_assert_cmphex(rd(f, INT_EN), ==, 1);
    wr_part(f, INT_SET + 2, 2, 0xffff);
    g_assert_cmphex(rd(f, INT_STAT), ==, 0);
    wr_part(f, INT_SET, 1, 1);
    wr_part(f, INT_CLEAR + 3, 1, 1);
    g_assert_cmphex(rd(f, INT_STAT), ==, 1);
    wr_part(f, INT_CLEAR, 2, 1);
    g_assert_cmphex(rd(f, INT_STAT), ==, 0);
    g_assert_cmphex(rd_part(f, 0xfe4, 1), ==, 0xb8);
    g_assert_cmphex(rd_part(f, 0xfe5, 1), ==, 0);
}

/* What the bus passes on: 1, 2 and 4 bytes; to what denies, 8 as well. */
static void test_sizes(Fixture *f, gconstpointer data)
{
    const RmCheckerOps *ops = f->c->ops;

    g_assert_cmphex(ops->regs_size, ==, 0x1000);
    g_assert_cmpuint(ops->regs.valid_min, <=, 1);
    g_assert_cmpuint(ops->regs.valid_max, ==, 4);
    g_assert_cmpuint(ops->regs.impl_min, ==, 1);
    g_assert_cmpuint(ops->regs.impl_max, ==, 4);
    g_assert_false(ops->regs.big_endian);
    g_assert_cmpuint(ops->blocked.valid_max, ==, 8);
    g_assert_cmpuint(ops->blocked.impl_min, ==, 1);
    g_assert_cmpuint(ops->blocked.impl_max, ==, 8);
    g_assert_false(ops->blocked.big_endian);
}

/* Non-secure, and unspecified, accesses see the ID registers and no other. */
static void test_non_secure(Fixture *f, gconstpointer data)
{
    static const unsigned others[] = { UNSPEC, NS(1), NS(2), NS(3) };

    set_lut(f, 0, 0x12345678);
    wr(f, BLK_IDX, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        for (uint32_t reg = 0; reg < 0x1000; reg += 4) {
            uint64_t value = 0xffffffff;

            g_assert_cmpint(access_to(f, reg, 4, others[i], true, &value), ==,
                            RM_TX_OK);
            g_assert_cmpint(access_to(f, reg, 4, others[i], false, &value),
                            ==, RM_TX_OK);
            g_assert_cmphex(value, ==, reg < 0xfd0 ? 0 : rd(f, reg));
        }
    }
    g_assert_cmphex(rd(f, CTRL), ==, AUTOINC);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 0);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0x12345678);
    g_assert_cmphex(rd(f, INT_STAT), ==, 0);
    g_assert_cmphex(rd(f, INT_EN), ==, 1);
}

/* What is locked stays as it is, whatever the size, until a reset. */
static void test_lockdown(Fixture *f, gconstpointer data)
{
    set_lut(f, 1, 0x0000ff00);
    wr_part(f, CTRL + 3, 1, 0x80);
    g_assert_cmphex(rd(f, CTRL), ==, LOCKDOWN | AUTOINC);

    wr(f, CTRL, 0);
    wr_part(f, CTRL + 3, 1, 0);
    wr_part(f, CTRL, 2, SEC_RESP);
    g_assert_cmphex(rd(f, CTRL), ==, LOCKDOWN | AUTOINC);
    wr(f, INT_EN, 0);
    wr_part(f, INT_EN, 1, 0);
    g_assert_cmphex(rd(f, INT_EN), ==, 1);
    wr(f, BLK_IDX, 1);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 1);
    wr(f, BLK_LUT, 0xffffffff);
    wr_part(f, BLK_LUT, 1, 0xff);
    /* a write that is ignored steps nothing, a read does */
    g_assert_cmphex(rd(f, BLK_IDX), ==, 1);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0x0000ff00);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 2);

    /* the others are not */
    wr(f, INT_SET, 1);
    g_assert_cmphex(rd(f, INT_STAT), ==, 1);
    wr(f, INT_CLEAR, 1);
    g_assert_cmphex(rd(f, INT_STAT), ==, 0);

    f->c->ops->reset(f->c, SIZE, 0);
    g_assert_cmphex(rd(f, CTRL), ==, AUTOINC);
    wr(f, CTRL, SEC_RESP);
    g_assert_cmphex(rd(f, CTRL), ==, SEC_RESP);
}

static void test_reset(Fixture *f, gconstpointer data)
{
    set_lut(f, 0, -1u);
    wr(f, CTRL, SEC_RESP);
    wr(f, INT_EN, 0);
    wr(f, BLK_IDX, 1);
    deny(f, 0x3000, S(2));
    f->c->ops->reset(f->c, SIZE, 0);
    g_assert_cmphex(rd(f, CTRL), ==, AUTOINC);
    g_assert_cmphex(rd(f, BLK_IDX), ==, 0);
    g_assert_cmphex(rd(f, BLK_LUT), ==, 0);
    g_assert_cmphex(rd(f, INT_STAT), ==, 0);
    g_assert_cmphex(rd(f, INT_EN), ==, 1);
    g_assert_cmphex(rd(f, INT_INFO1), ==, 0);
    g_assert_cmphex(rd(f, INT_INFO2), ==, 0);
    g_assert_false(irq(f));
}

/* --- Decisions ----------------------------------------------------------- */

static void test_index(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned attrs, index;
    } rows[] = {
        { UNSPEC, 0 }, { NS(1), 1 }, { NS(2), 1 }, { NS(3), 1 },
        { S(0), 0 }, { S(1), 0 }, { S(2), 0 }, { S(3), 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpuint(f->c->ops->index(f->c, rows[i].attrs), ==,
                         rows[i].index);
    }
}

/* Each block has the bit of its number. */
static void test_blocks(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t word, value;
        unsigned block;         /* the one that is non-secure */
    } rows[] = {
        { 0, 0x00000001, 0 }, { 0, 0x00000002, 1 }, { 0, 0x00010000, 16 },
        { 0, 0x80000000, 31 }, { 1, 0x00000001, 32 }, { 1, 0x80000000, 63 },
        { 2, 0x00000001, 64 }, { 2, 0x00000080, 71 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        f->c->ops->reset(f->c, SIZE, 0);
        set_lut(f, rows[i].word, rows[i].value);
        for (unsigned block = 0; block < 72; block++) {
            bool ns = block == rows[i].block;

            for (unsigned is_write = 0; is_write < 2; is_write++) {
                /* its first and its last byte */
                g_assert_true(allowed(f, NS(1), block << 12, is_write) == ns);
                g_assert_true(allowed(f, NS(2), block << 12 | 0xfff,
                                      is_write) == ns);
                g_assert_true(allowed(f, S(1), block << 12, is_write) == !ns);
                g_assert_true(allowed(f, UNSPEC, block << 12 | 0xfff,
                                      is_write) == !ns);
            }
        }
    }
}

/* Of a larger memory a part can be accessed: blocks 24 to 39 of 72. */
static void test_variant(Fixture *f, gconstpointer data)
{
    f->c->ops->reset(f->c, 16 * RM_PAGE_SIZE, 0);
    g_assert_cmphex(rd(f, BLK_MAX), ==, 0);
    f->c->ops->reset(f->c, 16 * RM_PAGE_SIZE, 1);
    g_assert_cmphex(rd(f, BLK_MAX), ==, 2);
    set_lut(f, 0, 0x80000000);
    set_lut(f, 1, 0x00000080);
    for (unsigned page = 0; page < 16; page++) {
        g_assert_true(allowed(f, NS(1), page << 12, false) ==
                      (page == 7 || page == 15));
    }
    deny(f, 0x7004, S(1));
    g_assert_cmphex(rd(f, INT_INFO1), ==, 0x1f004);
    g_assert_cmphex(rd(f, INT_INFO2), ==, 0x20001);
    f->c->ops->reset(f->c, 16 * RM_PAGE_SIZE, 0);
    g_assert_cmphex(rd(f, BLK_MAX), ==, 0);
}

/* Allowed or denied, an answer is for both directions and for a block. */
static void test_answer(Fixture *f, gconstpointer data)
{
    for (unsigned index = 0; index < 2; index++) {
        for (unsigned is_write = 0; is_write < 2; is_write++) {
            RmDecision d = f->c->ops->decide(f->c, index, 0x5123, is_write);

            g_assert_cmphex(d.perm, ==, RM_R | RM_W);
            g_assert_cmphex(d.addr_mask, ==, 0xfff);
            g_assert_true(d.allowed == (index == 0));
        }
    }
}

/* --- Denied accesses ----------------------------------------------------- */

/* The record: the offset, and who did it to which block. */
static void test_record(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned attrs;
        uint32_t addr, info2;
    } rows[] = {
        { NS(1), 0x00000, 0x10001 }, { NS(3), 0x00ffc, 0x10003 },
        { S(0), 0x21004, 0x20000 }, { S(2), 0x21008, 0x20002 },
        { UNSPEC, 0x21fff, 0x30000 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        f->c->ops->reset(f->c, SIZE, 0);
        set_lut(f, 1, 0x00000002);      /* block 33: 0x21000 */
        g_assert_false(allowed(f, rows[i].attrs, rows[i].addr, false));
        deny(f, rows[i].addr, rows[i].attrs);
        g_assert_cmphex(rd(f, INT_STAT), ==, 1);
        g_assert_cmphex(rd(f, INT_INFO1), ==, rows[i].addr);
        g_assert_cmphex(rd(f, INT_INFO2), ==, rows[i].info2);
        g_assert_true(irq(f));
    }
}

/* The first one is recorded, until the interrupt is cleared. */
static void test_first_error(Fixture *f, gconstpointer data)
{
    deny(f, 0x1000, NS(1));
    deny(f, 0x2000, NS(2));
    g_assert_cmphex(rd(f, INT_INFO1), ==, 0x1000);
    g_assert_cmphex(rd(f, INT_INFO2), ==, 0x10001);
    wr(f, INT_CLEAR, 0xfffffffe);
    g_assert_cmphex(rd(f, INT_STAT), ==, 1);
    wr(f, INT_CLEAR, 1);
    g_assert_cmphex(rd(f, INT_STAT), ==, 0);
    g_assert_false(irq(f));
    /* the record stays until the next one */
    g_assert_cmphex(rd(f, INT_INFO1), ==, 0x1000);
    deny(f, 0x2000, NS(2));
    g_assert_cmphex(rd(f, INT_INFO1), ==, 0x2000);
    g_assert_cmphex(rd(f, INT_INFO2), ==, 0x10002);
    g_assert_true(irq(f));
}

/* INT_SET is an interrupt without a record, and keeps others from it. */
static void test_int_set(Fixture *f, gconstpointer data)
{
    wr(f, INT_SET, 0xfffffffe);
    g_assert_cmphex(rd(f, INT_STAT), ==, 0);
    wr(f, INT_SET, 1);
    g_assert_cmphex(rd(f, INT_STAT), ==, 1);
    g_assert_cmphex(rd(f, INT_SET), ==, 0);
    g_assert_true(irq(f));
    deny(f, 0x1000, NS(1));
    g_assert_cmphex(rd(f, INT_INFO1), ==, 0);
    g_assert_cmphex(rd(f, INT_INFO2), ==, 0);
}

/* INT_EN masks the interrupt, and nothing else. */
static void test_int_en(Fixture *f, gconstpointer data)
{
    wr(f, INT_EN, 0);
    deny(f, 0x1000, NS(1));
    g_assert_cmphex(rd(f, INT_STAT), ==, 1);
    g_assert_cmphex(rd(f, INT_INFO1), ==, 0x1000);
    g_assert_false(irq(f));
    wr(f, INT_EN, 1);
    g_assert_true(irq(f));
    wr(f, INT_EN, 0xfffffffe);
    g_assert_false(irq(f));
}

/* SEC_RESP: a bus error; without it, reads are zero and writes ignored. */
static void test_response(Fixture *f, gconstpointer data)
{
    uint64_t value = 0x1234;

    g_assert_cmpint(deny(f, 0, NS(1)), ==, RM_TX_OK);
    g_assert_cmpint(f->c->ops->denied(f->c, 0, 8, NS(1), false, &value), ==,
                    RM_TX_OK);
    g_assert_cmphex(value, ==, 0);
    wr(f, CTRL, SEC_RESP);
    value = 0x1234;
    g_assert_cmpint(deny(f, 0, NS(1)), ==, RM_TX_ERROR);
    g_assert_cmpint(f->c->ops->denied(f->c, 0, 1, NS(1), false, &value), ==,
                    RM_TX_ERROR);
    g_assert_cmphex(value, ==, 0);
}

static void add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/registers/each", test_registers);
    add("/registers/index-wraps", test_index_wraps);
    add("/registers/words", test_words);
    add("/registers/autoinc", test_autoinc);
    add("/registers/parts", test_parts);
    add("/registers/sizes", test_sizes);
    add("/registers/non-secure", test_non_secure);
    add("/registers/lockdown", test_lockdown);
    add("/registers/reset", test_reset);
    add("/decisions/index", test_index);
    add("/decisions/blocks", test_blocks);
    add("/decisions/variant", test_variant);
    add("/decisions/answer", test_answer);
    add("/denied/record", test_record);
    add("/denied/first-error", test_first_error);
    add("/denied/int-set", test_int_set);
    add("/denied/int-en", test_int_en);
    add("/denied/response", test_response);
    return g_test_run();
}
