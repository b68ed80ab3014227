/*
 * The wgChecker, rule by rule; what must come of each was worked out by hand
 * from the specification.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include <glib.h>

#include "reference-model/checker.h"
#include "reference-model/model.h"

#define VENDOR      0x00
#define IMPID       0x04
#define NSLOTS      0x08
#define ERRCAUSE    0x10
#define ERRADDR     0x18
#define ADDR(i)     (0x20 + 0x20 * (i))
#define PERM(i)     (0x28 + 0x20 * (i))
#define CFG(i)      (0x30 + 0x20 * (i))

#define LAST        8
#define SIZE        0x10000
#define TRUSTED     1

/* Instances: rows of wgchecker-list.h. */
enum { ONE_TRUSTED, ANY, BYPASS, TWO_WORLDS, MANY, SECOND_REGION, WIDE };

enum { OFF, TOR, NA4, NAPOT };
#define ER          (1u << 8)
#define EW          (1u << 9)
#define IR          (1u << 10)
#define IW          (1u << 11)
#define LOCK        (1u << 31)

#define CAUSE_R     (1ull << 8)
#define CAUSE_W     (1ull << 9)
#define CAUSE_BE    (1ull << 62)
#define CAUSE_IP    (1ull << 63)

/* Rights of a world, as perm has them. */
#define RIGHTS(world, rights) ((uint64_t)(rights) << 2 * (world))

typedef struct Fixture {
    RmChecker *c;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->c = rm_wgchecker_new();
    g_assert_nonnull(f->c);
    f->c->ops->reset(f->c, SIZE, 0);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    free(f->c);
}

static uint64_t read_as(Fixture *f, uint32_t offset, unsigned size,
                        unsigned attrs)
{
    uint64_t value = 0x5555555555555555;

    g_assert_cmpint(f->c->ops->access(f->c, offset, size, attrs, false,
                                      &value), ==, RM_TX_OK);
    return value;
}

static void write_as(Fixture *f, uint32_t offset, unsigned size,
                     unsigned attrs, uint64_t value)
{
    g_assert_cmpint(f->c->ops->access(f->c, offset, size, attrs, true,
                                      &value), ==, RM_TX_OK);
}

/* cfg has 32 bits, all the others are used as 64. */
static unsigned width(uint32_t offset)
{
    return offset >= CFG(0) && offset % 0x20 == CFG(0) % 0x20 ? 4 : 8;
}

static uint64_t rd(Fixture *f, uint32_t offset)
{
    return read_as(f, offset, width(offset), TRUSTED);
}

static void wr(Fixture *f, uint32_t offset, uint64_t value)
{
    write_as(f, offset, width(offset), TRUSTED, value);
}

/* @addr: as the register has it, in units of 4 bytes */
static void slot(Fixture *f, unsigned i, uint32_t cfg, uint64_t addr,
                 uint64_t perm)
{
    wr(f, CFG(i), 0);
    wr(f, ADDR(i), addr);
    wr(f, PERM(i), perm);
    wr(f, CFG(i), cfg);
}

static unsigned rights(Fixture *f, unsigned world, uint32_t addr)
{
    RmDecision r = f->c->ops->decide(f->c, world, addr, false);
    RmDecision w = f->c->ops->decide(f->c, world, addr, true);

    g_assert_cmphex(r.addr_mask, ==, 0xfff);
    g_assert_cmphex(w.addr_mask, ==, 0xfff);
    return (r.allowed ? RM_R : 0) | (w.allowed ? RM_W : 0);
}

/* The pages of which a world may read, a bit each. */
static unsigned readable(Fixture *f, unsigned world)
{
    unsigned pages = 0;

    for (unsigned page = 0; page < SIZE / 0x1000; page++) {
        /* all of a page is alike */
        unsigned first = rights(f, world, page * 0x1000);

        g_assert_cmpuint(rights(f, world, page * 0x1000 + 0xfff), ==, first);
        pages |= (first & RM_R) << page;
    }
    return pages;
}

static RmResponse deny(Fixture *f, uint32_t addr, unsigned attrs, bool write)
{
    uint64_t value = 0x1234;
    RmResponse response = f->c->ops->denied(f->c, addr, 4, attrs, write,
                                            &value);

    g_assert_cmphex(value, ==, write ? 0x1234 : 0);
    return response;
}

static bool irq(Fixture *f)
{
    return f->c->ops->irq(f->c);
}

/* --- Registers ------------------------------------------------------------ */

/* What each holds after reset, and after all ones were written. */
static void test_registers(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t offset;
        uint64_t reset, ones;
    } rows[] = {
        { VENDOR, 0, 0 },       /* with IMPID above it */
        { NSLOTS, LAST, LAST },
        { ERRCAUSE, 0, 0 },
        { ERRADDR, 0, 0 },
        { ADDR(0), 0, 0 },
        { PERM(0), 0, 0 },
        { CFG(0), 0, LOCK | IW | IR | EW | ER },
        { ADDR(1), 0, 0 },                      /* outside: the start */
        { PERM(1), 0, 0xff },                   /* four worlds */
        { ADDR(LAST), SIZE / 4, SIZE / 4 },
        { PERM(LAST), 0, 0xff },
        { CFG(LAST), 0, LOCK | IW | IR | EW | ER },
        { CFG(7), 0, LOCK | IW | IR | EW | ER | NAPOT },
        { 0x38, 0, 0 },                         /* no register of slot 0 */
        { ADDR(LAST + 1), 0, 0 },
        { 0xff8, 0, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmphex(rd(f, rows[i].offset), ==, rows[i].reset);
        wr(f, rows[i].offset, UINT64_MAX);
        g_assert_cmphex(rd(f, rows[i].offset), ==, rows[i].ones);
    }
    f->c->ops->reset(f->c, SIZE, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmphex(rd(f, rows[i].offset), ==, rows[i].reset);
    }
}

static void test_halves(Fixture *f, gconstpointer data)
{
    f->c->ops->reset(f->c, SIZE, MANY);
    write_as(f, PERM(1) + 4, 4, TRUSTED, 0x11223344);
    g_assert_cmphex(rd(f, PERM(1)), ==, 0x1122334400000000);
    write_as(f, PERM(1), 4, TRUSTED, 0xffffffff55667788);
    g_assert_cmphex(rd(f, PERM(1)), ==, 0x1122334455667788);
    g_assert_cmphex(read_as(f, PERM(1), 4, TRUSTED), ==, 0x55667788);
    g_assert_cmphex(read_as(f, PERM(1) + 4, 4, TRUSTED), ==, 0x11223344);

    f->c->ops->reset(f->c, SIZE, 0);
    g_assert_cmphex(read_as(f, NSLOTS, 4, TRUSTED), ==, LAST);
    g_assert_cmphex(read_as(f, NSLOTS + 4, 4, TRUSTED), ==, 0);
    g_assert_cmphex(read_as(f, IMPID, 4, TRUSTED), ==, 0);

    /* the upper half of an address puts it out of the range */
    wr(f, ADDR(1), 0x400);
    write_as(f, ADDR(1) + 4, 4, TRUSTED, 1);
    g_assert_cmphex(rd(f, ADDR(1)), ==, 0);
    /* above cfg there is nothing, and it is none of 64 bits */
    write_as(f, CFG(1) + 4, 4, TRUSTED, 0xffffffff);
    write_as(f, CFG(1), 8, TRUSTED, ER);
    g_assert_cmphex(rd(f, CFG(1)), ==, 0);
    wr(f, CFG(1), EW);
    g_assert_cmphex(read_as(f, CFG(1), 8, TRUSTED), ==, 0);
    g_assert_cmphex(rd(f, CFG(1)), ==, EW);
}

static void test_outside(Fixture *f, gconstpointer data)
{
    wr(f, ADDR(1), SIZE / 4 - 1);
    g_assert_cmphex(rd(f, ADDR(1)), ==, 0x3fff);
    wr(f, ADDR(1), SIZE / 4);
    g_assert_cmphex(rd(f, ADDR(1)), ==, 0);
}

/* What becomes of an address: A, as written, as read; and A then. */
static void test_granule(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned mode;
        uint64_t written, read;
        unsigned mode_read;
    } rows[] = {
        { OFF, 0x405, 0x405, OFF },
        { TOR, 0x7ff, 0x400, TOR },
        { TOR, 0x3ff, 0, TOR },
        { NA4, 0x405, 0x5ff, NAPOT },           /* byte 0x1014: page 1 */
        { NA4, 0xbff, 0x9ff, NAPOT },
        { NAPOT, 0x400, 0x5ff, NAPOT },
        { NAPOT, 0x401, 0x5ff, NAPOT },
        { NAPOT, 0x7ff, 0x7ff, NAPOT },         /* pages 0 to 3 */
        { NAPOT, 0x3fff, 0x3fff, NAPOT },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        /* the address first, then what it means; and the other way round */
        slot(f, 1, rows[i].mode, rows[i].written, 0);
        g_assert_cmphex(rd(f, ADDR(1)), ==, rows[i].read);
        g_assert_cmphex(rd(f, CFG(1)), ==, rows[i].mode_read);

        wr(f, ADDR(1), 0);
        wr(f, ADDR(1), rows[i].read);
        g_assert_cmphex(rd(f, ADDR(1)), ==, rows[i].read);
    }
}

static void test_last_slot(Fixture *f, gconstpointer data)
{
    static const uint8_t becomes[] = { OFF, TOR, OFF, OFF };

    for (unsigned mode = OFF; mode <= NAPOT; mode++) {
        wr(f, CFG(LAST), mode | ER);
        g_assert_cmphex(rd(f, CFG(LAST)), ==, becomes[mode] | ER);
        g_assert_cmphex(rd(f, ADDR(LAST)), ==, SIZE / 4);
        wr(f, CFG(0), mode | EW);
        g_assert_cmphex(rd(f, CFG(0)), ==, EW);
    }
}

static void test_lock(Fixture *f, gconstpointer data)
{
    static const unsigned slots[] = { 0, 1, LAST };

    slot(f, 1, TOR, 0x800, 5);
    for (unsigned i = 0; i < G_N_ELEMENTS(slots); i++) {
        unsigned n = slots[i];
        uint64_t addr = rd(f, ADDR(n)), perm = rd(f, PERM(n));
        uint64_t cfg = (n ? TOR : OFF) | IR | LOCK;

        wr(f, CFG(n), cfg);
        wr(f, ADDR(n), 0x400);
        wr(f, PERM(n), 0xff);
        wr(f, CFG(n), 0);
        g_assert_cmphex(rd(f, ADDR(n)), ==, addr);
        g_assert_cmphex(rd(f, PERM(n)), ==, perm);
        g_assert_cmphex(rd(f, CFG(n)), ==, cfg);
    }
    /* a neighbour is not locked, nor is the record */
    wr(f, ADDR(2), 0x400);
    g_assert_cmphex(rd(f, ADDR(2)), ==, 0x400);
    f->c->ops->reset(f->c, SIZE, 0);
    wr(f, PERM(1), 0xff);
    g_assert_cmphex(rd(f, PERM(1)), ==, 0xff);
}

static void test_trusted(Fixture *f, gconstpointer data)
{
    for (unsigned world = 0; world < RM_INDEXES; world++) {
        write_as(f, PERM(1), 8, world, 0x10 + world);
        if (world != TRUSTED) {
            g_assert_cmphex(read_as(f, NSLOTS, 4, world), ==, 0);
            g_assert_cmphex(read_as(f, PERM(1), 8, world), ==, 0);
        }
    }
    g_assert_cmphex(rd(f, PERM(1)), ==, 0x10 + TRUSTED);
    /* security is not what counts */
    g_assert_cmphex(read_as(f, NSLOTS, 4, TRUSTED | RM_SECURE), ==, LAST);
    g_assert_cmphex(read_as(f, NSLOTS, 4, RM_SECURE), ==, 0);

    f->c->ops->reset(f->c, SIZE, 1);
    for (unsigned world = 0; world < RM_INDEXES; world++) {
        write_as(f, PERM(1), 8, world, 0x20 + world);
        g_assert_cmphex(read_as(f, PERM(1), 8, world), ==, 0x20 + world);
    }
}

/* --- Matching ------------------------------------------------------------- */

#define WORLD0 RIGHTS(0, RM_R)

/* The pages that a slot covers, alone. */
static void test_ranges(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned mode;
        uint64_t addr;
        unsigned pages;
    } rows[] = {
        { OFF, 0x400, 0 },
        { TOR, 0, 0 }, { TOR, 0x3ff, 0 }, { TOR, 0x400, 0x0001 },
        { TOR, 0x1000, 0x000f }, { TOR, 0x3fff, 0x7fff },
        { NA4, 0x405, 0x0002 }, { NA4, 0x3fff, 0x8000 },
        { NAPOT, 0x400, 0x0002 }, { NAPOT, 0x3ff, 0x0003 },
        { NAPOT, 0xbff, 0x000c }, { NAPOT, 0x7ff, 0x000f },
        { NAPOT, 0x2fff, 0xff00 }, { NAPOT, 0x1fff, 0xffff },
        { NAPOT, 0x3fff, 0xffff },      /* twice as large as the range */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        slot(f, 1, rows[i].mode, rows[i].addr, WORLD0);
        g_assert_cmphex(readable(f, 0), ==, rows[i].pages);
    }
}

/* TOR of slot 2, to 0x5000, after slot 1: where it begins. */
static void test_tor_after(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned mode;
        uint64_t addr;
        unsigned pages;
    } rows[] = {
        { OFF, 0, 0x001f }, { OFF, 0x800, 0x001c },
        { OFF, 0x801, 0x001c },         /* in a page: from its start */
        { TOR, 0xc00, 0x0018 },
        { NA4, 0x800, 0x0018 },         /* it is a NAPOT of one page */
        { NAPOT, 0x9ff, 0x0018 },       /* page 2 */
        { NAPOT, 0x3ff, 0x001c },       /* pages 0 and 1 */
        { NAPOT, 0xfff, 0x0000 },       /* pages 0 to 7: nothing is left */
        { TOR, 0x1400, 0 }, { TOR, 0x1800, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        slot(f, 1, rows[i].mode, rows[i].addr, 0);
        slot(f, 2, TOR, 0x1400, WORLD0);
        g_assert_cmphex(readable(f, 0), ==, rows[i].pages);
    }
    /* the last one ends where the range does */
    slot(f, 7, OFF, 0x3800, 0);
    slot(f, 2, OFF, 0, 0);
    wr(f, PERM(LAST), WORLD0);
    wr(f, CFG(LAST), TOR);
    g_assert_cmphex(readable(f, 0), ==, 0xc000);
}

static void test_worlds(Fixture *f, gconstpointer data)
{
    slot(f, 1, NAPOT, 0x5ff, RIGHTS(0, RM_R) | RIGHTS(1, RM_R | RM_W) |
         RIGHTS(2, RM_W));
    g_assert_cmpuint(rights(f, 0, 0x1000), ==, RM_R);
    g_assert_cmpuint(rights(f, 1, 0x1000), ==, RM_R | RM_W);
    g_assert_cmpuint(rights(f, 2, 0x1000), ==, RM_W);
    g_assert_cmpuint(rights(f, 3, 0x1000), ==, 0);
    g_assert_cmpuint(rights(f, 1, 0x2000), ==, 0);

    for (unsigned attrs = 0; attrs < RM_ATTRS; attrs++) {
        g_assert_cmpuint(f->c->ops->index(f->c, attrs), ==, attrs % 4);
    }
}

/* An answer speaks for what is granted, or for what is denied. */
static void test_perm(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned granted, read_perm, write_perm;
    } rows[] = {
        { 0, RM_R | RM_W, RM_R | RM_W },
        { RM_R, RM_R, RM_W },
        { RM_W, RM_R, RM_W },
        { RM_R | RM_W, RM_R | RM_W, RM_R | RM_W },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        slot(f, 1, NAPOT, 0x1fff, RIGHTS(2, rows[i].granted));
        g_assert_cmpuint(f->c->ops->decide(f->c, 2, 0, false).perm, ==,
                         rows[i].read_perm);
        g_assert_cmpuint(f->c->ops->decide(f->c, 2, 0, true).perm, ==,
                         rows[i].write_perm);
    }
}

/* Rights and E and I of all slots that match are added up. */
static void test_several(Fixture *f, gconstpointer data)
{
    wr(f, CFG(0), IR | IW);
    slot(f, 1, NAPOT | EW, 0x1fff, RIGHTS(0, RM_R));
    slot(f, 2, NAPOT, 0x5ff, RIGHTS(0, RM_W));
    slot(f, 3, TOR | ER, 0xc00, 0);     /* page 2 */
    g_assert_cmpuint(rights(f, 0, 0x0000), ==, RM_R);
    g_assert_cmpuint(rights(f, 0, 0x1000), ==, RM_R | RM_W);

    g_assert_cmpint(deny(f, 0x1000, 3, false), ==, RM_TX_OK);
    g_assert_cmpint(deny(f, 0x1000, 3, true), ==, RM_TX_ERROR);
    g_assert_cmpint(deny(f, 0x2000, 3, false), ==, RM_TX_ERROR);
    /* slot 0 has no say where another matches */
    g_assert_false(irq(f));
}

/* --- Denied accesses ------------------------------------------------------ */

/* Slot 0's cfg, the direction; how it ends and what is recorded. */
static void test_denied(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t cfg;
        bool write;
        RmResponse response;
        uint64_t cause;
    } rows[] = {
        { 0, false, RM_TX_OK, 0 },
        { EW | IW, false, RM_TX_OK, 0 },
        { ER | IR, true, RM_TX_OK, 0 },
        { ER, false, RM_TX_ERROR, CAUSE_BE | CAUSE_R | 2 },
        { IR, false, RM_TX_OK, CAUSE_IP | CAUSE_R | 2 },
        { ER | IR, false, RM_TX_ERROR, CAUSE_BE | CAUSE_IP | CAUSE_R | 2 },
        { EW, true, RM_TX_ERROR, CAUSE_BE | CAUSE_W | 2 },
        { IW, true, RM_TX_OK, CAUSE_IP | CAUSE_W | 2 },
        { EW | IW, true, RM_TX_ERROR, CAUSE_BE | CAUSE_IP | CAUSE_W | 2 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        f->c->ops->reset(f->c, SIZE, 0);
        wr(f, CFG(0), rows[i].cfg);
        g_assert_cmpint(deny(f, 0x1237, 2, rows[i].write), ==,
                        rows[i].response);
        g_assert_cmphex(rd(f, ERRCAUSE), ==, rows[i].cause);
        g_assert_cmphex(rd(f, ERRADDR), ==, rows[i].cause ? 0x48d : 0);
        g_assert_cmpint(irq(f), ==, !!(rows[i].cause & CAUSE_IP));
    }
}

static void test_first_only(Fixture *f, gconstpointer data)
{
    wr(f, CFG(0), ER | IW);
    deny(f, 0x1000, 0, false);
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_BE | CAUSE_R);
    /* be is set: the interrupt of the second is not raised, either */
    g_assert_cmpint(deny(f, 0x2000, 3, true), ==, RM_TX_OK);
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_BE | CAUSE_R);
    g_assert_cmphex(rd(f, ERRADDR), ==, 0x400);
    g_assert_false(irq(f));

    wr(f, ERRCAUSE, 0);
    /* what was recorded can still be read */
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_R);
    g_assert_cmphex(rd(f, ERRADDR), ==, 0x400);
    deny(f, 0x2000, 3, true);
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_IP | CAUSE_W | 3);
    g_assert_cmphex(rd(f, ERRADDR), ==, 0x800);
    g_assert_true(irq(f));
    /* ip alone keeps it, too */
    deny(f, 0x3000, 0, false);
    g_assert_cmphex(rd(f, ERRADDR), ==, 0x800);
}

static void test_clear(Fixture *f, gconstpointer data)
{
    wr(f, CFG(0), ER | IR);
    deny(f, 0x1000, 0, false);
    wr(f, ERRADDR, 0x77);
    g_assert_cmphex(rd(f, ERRADDR), ==, 0x400);
    /* ones change nothing; nor does the lower half, nor another world */
    wr(f, ERRCAUSE, UINT64_MAX);
    write_as(f, ERRCAUSE, 4, TRUSTED, 0);
    write_as(f, ERRCAUSE, 8, 2, 0);
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_BE | CAUSE_IP | CAUSE_R);
    wr(f, ERRCAUSE, CAUSE_BE);
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_BE | CAUSE_R);
    g_assert_false(irq(f));
    write_as(f, ERRCAUSE + 4, 4, TRUSTED, 0x80000000);
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_R);
    /* what is clear is not set by writing it */
    wr(f, ERRCAUSE, UINT64_MAX);
    g_assert_cmphex(rd(f, ERRCAUSE), ==, CAUSE_R);
}

/* --- Instances ------------------------------------------------------------ */

/* The last slot after reset: its cfg, its rights, and where it ends. */
static void test_reset_of_instances(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned variant, last;
        uint32_t cfg;
        uint64_t perm, end, start, ones;
    } rows[] = {
        { ANY, 8, OFF, 0, 0x4000, 0, 0xff },
        { BYPASS, 8, TOR, RIGHTS(1, 3), 0x4000, 0, 0xff },
        { TWO_WORLDS, 1, OFF, 0, 0x4000, 0, 0xf },
        { MANY, 64, OFF, 0, 0x40000000, 0x20000000, UINT64_MAX },
        /* no world is trusted: the last one counts as such */
        { SECOND_REGION, 3, TOR, RIGHTS(3, 3), 0x8000, 0, 0xff },
        { WIDE, 8, OFF, 0, 0x2002000, 0x1ffe000, 0xffffffff },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned last = rows[i].last;

        f->c->ops->reset(f->c, SIZE, rows[i].variant);
        g_assert_cmphex(rd(f, NSLOTS), ==, last);
        g_assert_cmphex(rd(f, ADDR(0)), ==, rows[i].start);
        g_assert_cmphex(rd(f, ADDR(last)), ==, rows[i].end);
        g_assert_cmphex(rd(f, CFG(last)), ==, rows[i].cfg);
        g_assert_cmphex(rd(f, PERM(last)), ==, rows[i].perm);
        wr(f, PERM(last), UINT64_MAX);
        g_assert_cmphex(rd(f, PERM(last)), ==, rows[i].ones);
        g_assert_true(f->c->ops->has(f->c, CFG(last)));
        g_assert_false(f->c->ops->has(f->c, ADDR(last + 1)));
        wr(f, PERM(last + 1), UINT64_MAX);
        g_assert_cmphex(rd(f, PERM(last + 1)), ==, 0);
    }
}

/* After reset, the trusted world of a bypass may use all; no other may. */
static void test_bypass(Fixture *f, gconstpointer data)
{
    f->c->ops->reset(f->c, SIZE, BYPASS);
    g_assert_cmphex(readable(f, 1), ==, 0xffff);
    g_assert_cmpuint(rights(f, 1, 0), ==, RM_R | RM_W);
    g_assert_cmphex(readable(f, 0), ==, 0);
    /* it opens no register */
    g_assert_cmphex(read_as(f, NSLOTS, 4, 0), ==, 0);
}

/* Registers have physical addresses: of the board's 0, 0x80010000. */
static void test_offset(Fixture *f, gconstpointer data)
{
    f->c->ops->reset(f->c, SIZE, MANY);
    wr(f, CFG(0), ER);
    slot(f, 63, NAPOT, 0x20004000 | 0x400 | 0x1ff, RIGHTS(2, RM_R));
    g_assert_cmphex(readable(f, 2), ==, 0x0002);
    slot(f, 1, TOR, 0x20004000 + 0x800, RIGHTS(2, RM_R));
    g_assert_cmphex(readable(f, 2), ==, 0x0003);
    deny(f, 0x2004, 2, false);
    g_assert_cmphex(rd(f, ERRADDR), ==, 0x20004801);
    /* what is below the range, or above it, is its start */
    wr(f, ADDR(2), 0x1fffffff);
    g_assert_cmphex(rd(f, ADDR(2)), ==, 0x20000000);
    wr(f, ADDR(2), 0x40000000);
    g_assert_cmphex(rd(f, ADDR(2)), ==, 0x20000000);
    wr(f, ADDR(2), 0x3fffffff);
    g_assert_cmphex(rd(f, ADDR(2)), ==, 0x3fffffff);
}

/* Of two worlds, a CPU names no other. */
static void test_two_worlds(Fixture *f, gconstpointer data)
{
    f->c->ops->reset(f->c, SIZE, TWO_WORLDS);
    for (unsigned attrs = 0; attrs < RM_ATTRS; attrs++) {
        g_assert_cmpuint(f->c->ops->index(f->c, attrs), ==, attrs % 2);
    }
    g_assert_cmphex(read_as(f, NSLOTS, 4, 3), ==, 1);
    g_assert_cmphex(read_as(f, NSLOTS, 4, 2), ==, 0);
}

/* --- What is free --------------------------------------------------------- */

static uint64_t read_other(void *opaque, uint32_t offset, unsigned size)
{
    uint64_t value = 0;
    RmChecker *c = opaque;

    c->ops->access(c, offset, size, TRUSTED, false, &value);
    return value;
}

static void write_other(void *opaque, uint32_t offset, unsigned size,
                        uint64_t value)
{
    RmChecker *c = opaque;

    c->ops->access(c, offset, size, TRUSTED, true, &value);
}

/* Takes the choices whose bits are set, in their order. */
static bool of_bits(void *opaque)
{
    unsigned *bits = opaque, bit = *bits & 1;

    *bits >>= 1;
    return bit;
}

/* What each choice changes is as learnt, from one that has made it. */
static void test_learn(Fixture *f, gconstpointer data)
{
    for (unsigned choice = 0; choice < 16; choice++) {
        RmChecker *other = rm_wgchecker_new();
        unsigned bits = choice;
        uint64_t cause = choice & 1 ? CAUSE_BE | CAUSE_IP | CAUSE_R | CAUSE_W |
                                      0xff : 0;
        uint64_t range = choice & 8 ? 0x400 : 0;

        tear_down(f, NULL);
        set_up(f, NULL);
        g_assert_false(f->c->ops->knows(f->c, WIDE));
        other->ops->choose(other, WIDE, of_bits, &bits);
        other->ops->reset(other, SIZE, WIDE);
        f->c->ops->learn(f->c, WIDE, &(RmRegisters) {
            .read = read_other, .write = write_other, .opaque = other,
        });
        free(other);
        g_assert_true(f->c->ops->knows(f->c, WIDE));
        g_assert_false(f->c->ops->knows(f->c, MANY));
        f->c->ops->reset(f->c, SIZE, WIDE);

        wr(f, ERRCAUSE, UINT64_MAX);
        g_assert_cmphex(rd(f, ERRCAUSE), ==, cause);
        g_assert_cmpint(irq(f), ==, choice & 1);
        wr(f, ERRCAUSE, CAUSE_W);
        g_assert_cmphex(rd(f, ERRCAUSE), ==, cause & CAUSE_W);
        wr(f, ERRADDR, 0x77);
        g_assert_cmphex(rd(f, ERRADDR), ==, choice & 2 ? 0x77 : 0);
        wr(f, CFG(LAST), TOR);
        wr(f, CFG(LAST), NAPOT);
        g_assert_cmphex(rd(f, CFG(LAST)), ==, choice & 4 ? TOR : OFF);
        g_assert_cmphex(rd(f, ADDR(0)), ==, 0x1ffe000 - range);
        g_assert_cmphex(rd(f, ADDR(LAST)), ==, 0x2002000 + range);
    }
}

/* A range that leaves out what is to be guarded is not taken over. */
static uint64_t read_narrow(void *opaque, uint32_t offset, unsigned size)
{
    return offset == ADDR(0) ? 0x400 : read_other(opaque, offset, size);
}

static void test_learn_no_nonsense(Fixture *f, gconstpointer data)
{
    RmChecker *other = rm_wgchecker_new();

    f->c->ops->learn(f->c, 0, &(RmRegisters) {
        .read = read_narrow, .write = write_other, .opaque = other,
    });
    free(other);
    f->c->ops->reset(f->c, SIZE, 0);
    g_assert_cmphex(rd(f, ADDR(0)), ==, 0);
}

/* --- In the model of the CPU's path --------------------------------------- */

/* Accesses of world 0 to page 1, which slot 1 lets it read only. */
static void test_in_path(void)
{
    RmModel *m = rm_new();
    RmPreset preset = {
        .checker = RM_WGCHECKER, .attrs = TRUSTED, .n_writes = 3,
        .write = {
            { ADDR(1), 8, 0x5ff }, { PERM(1), 8, RIGHTS(0, RM_R) },
            { CFG(1), 4, NAPOT | EW | IW },
        },
    };
    RmAccess a = {
        .kind = RM_PLAIN, .type = RM_STORE, .size = 4, .va = 0x1008,
        .value = 5,
    };
    uint64_t value;
    RmResult r;

    preset.pt[0][1] = (RmPte) { .pa = 0x1000, .prot = 7 };
    rm_reset(m, &preset, NULL);
    rm_access(m, &a, NULL, &r);
    g_assert_cmpint(r.status, ==, RM_TX_FAILED);
    g_assert_cmpuint(r.log.ev[2].region, ==, RM_DENIED0);
    g_assert_cmpuint(r.log.ev[3].response, ==, RM_TX_ERROR);
    g_assert_cmpint(rm_touched(m, 0), ==, RM_TOUCHED_RECORD);
    g_assert_cmpint(rm_touched(m, 1), ==, RM_TOUCHED_NOTHING);
    rm_peek(m, 0, ERRCAUSE, 8, TRUSTED, &value);
    g_assert_cmphex(value, ==, CAUSE_BE | CAUSE_IP | CAUSE_W);

    a.type = RM_LOAD;
    rm_access(m, &a, NULL, &r);
    g_assert_cmpint(r.status, ==, RM_DONE);
    g_assert_cmpuint(r.path[0].region, ==, RM_RAM0);

    /* the very next access asks again */
    value = RIGHTS(0, RM_W);
    g_assert_cmpint(rm_register(m, 0, PERM(1), 8, TRUSTED, true, &value,
                                &r.log), ==, RM_TX_OK);
    g_assert_cmpint(rm_touched(m, 0), ==, RM_TOUCHED_DECISIONS);
    g_assert_cmpint(rm_touched(m, 1), ==, RM_TOUCHED_NOTHING);
    rm_access(m, &a, NULL, &r);
    g_assert_cmpuint(r.log.ev[0].kind, ==, RM_EV_TRANSLATE);
    g_assert_cmpuint(r.path[0].region, ==, RM_DENIED0);
    a.type = RM_STORE;
    rm_access(m, &a, NULL, &r);
    g_assert_cmpint(r.status, ==, RM_DONE);
    g_assert_cmpuint(r.path[0].region, ==, RM_RAM0);

    /* one byte is no access to a register, nor is what is past them */
    g_assert_cmpint(rm_register(m, 0, PERM(1), 1, TRUSTED, false, &value,
                                &r.log), ==, RM_TX_DECODE_ERROR);
    g_assert_cmpint(rm_register(m, 0, 0x1000, 8, TRUSTED, false, &value,
                                &r.log), ==, RM_TX_DECODE_ERROR);
    rm_free(m);
}

#define add(name, test) \
    g_test_add("/wgchecker/" name, Fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("registers", test_registers);
    add("halves", test_halves);
    add("outside", test_outside);
    add("granule", test_granule);
    add("last-slot", test_last_slot);
    add("lock", test_lock);
    add("trusted", test_trusted);
    add("ranges", test_ranges);
    add("tor-after", test_tor_after);
    add("worlds", test_worlds);
    add("perm", test_perm);
    add("several", test_several);
    add("denied", test_denied);
    add("first-only", test_first_only);
    add("clear", test_clear);
    add("instances", test_reset_of_instances);
    add("bypass", test_bypass);
    add("offset", test_offset);
    add("two-worlds", test_two_worlds);
    add("learn", test_learn);
    add("learn/no-nonsense", test_learn_no_nonsense);
    g_test_add_func("/wgchecker/in-path", test_in_path);
    return g_test_run();
}
