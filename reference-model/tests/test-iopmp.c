/*
 * The IOPMP by hand-computed tables: its registers and locks, which entries
 * decide, partial hits, the range of a decision, and denied accesses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include <glib.h>

#include "reference-model/board.h"
#include "reference-model/iopmp.h"
#include "reference-model/model.h"

#define SIZE            0x10000u

#define HWCFG0          0x08
#define HWCFG1          0x0c
#define HWCFG2          0x10
#define HWCFG3          0x14
#define MDSTALL         0x30
#define MDSTALLH        0x34
#define RRIDSCP         0x38
#define MDLCK           0x40
#define MDLCKH          0x44
#define MDCFGLCK        0x48
#define ENTRYLCK        0x4c
#define ERR_CFG         0x60
#define ERR_INFO     0x64
#define ERR_REQADDR     0x68
#define ERR_REQADDRH    0x6c
#define ERR_REQID       0x70
#define ERR_MFR         0x74
#define ERR_MSIADDR     0x78
#define ERR_MSIADDRH    0x7c
#define MDCFG(m)        (0x800 + 4 * (m))
#define SRCMD(s)        (0x1000 + 32 * (s))
#define PERM(m)         SRCMD(m)
#define ADDR(i)         (RM_IOPMP_ENTRYOFFSET + 16 * (i))
#define ADDRH(i)        (ADDR(i) + 4)
#define CFG(i)          (ADDR(i) + 8)

#define ENABLE          1u
#define PRIO_ENT_PROG   (1u << 16)
#define ENABLE_0_7      (1u << 31)
#define IE              2u      /* ERR_CFG */
#define RS              4u

#define MDS             4       /* of most instances */
#define ENTRIES         8

/* CFG: modes and rights */
enum { OFF = 0, TOR = 1 << 3, NA4 = 2 << 3, NAPOT = 3 << 3 };
enum { R = 1, W = 2, X = 4 };

enum { READ = RM_IOPMP_READ, WRITE, FETCH };
enum { PASSES = 0, PARTIAL = 4, NO_HIT, UNKNOWN, STALLED };

static unsigned variant(const char *name)
{
    static const char *const names[] = {
#define DEF(name, ...) name,
#include "reference-model/iopmp-list.h"
    };
    unsigned i = 0;

    while (strcmp(names[i], name)) {
        i++;
        g_assert_cmpuint(i, <, G_N_ELEMENTS(names));
    }
    return i;
}

typedef struct Fixture {
    RmChecker *c;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->c = rm_iopmp_new();
    f->c->ops->reset(f->c, SIZE, 0);
}

/* Another instance; reset. */
static void become(Fixture *f, const char *name)
{
    f->c->ops->reset(f->c, SIZE, variant(name));
}

static void tear_down(Fixture *f, gconstpointer data)
{
    free(f->c);
}

static void wr(Fixture *f, uint32_t offset, uint32_t value)
{
    uint64_t v = value;

    g_assert_cmpuint(f->c->ops->access(f->c, offset, 4, 0, true, &v), ==,
                     RM_TX_OK);
}

static uint32_t rd(Fixture *f, uint32_t offset)
{
    uint64_t v = ~0ull;

    g_assert_cmpuint(f->c->ops->access(f->c, offset, 4, 0, false, &v), ==,
                     RM_TX_OK);
    g_assert_cmphex(v >> 32, ==, 0);
    return v;
}

/* @addr: in bytes; of NAPOT, with @size in bytes */
static void entry(Fixture *f, unsigned i, unsigned mode, uint64_t addr,
                  uint64_t size, unsigned rights)
{
    uint64_t reg = mode == NAPOT ? (addr | (size / 2 - 1)) >> 2 : addr >> 2;

    wr(f, ADDR(i), reg);
    wr(f, ADDRH(i), reg >> 32);
    wr(f, CFG(i), mode | rights);
}

/* One domain for RRID 0, with all entries; enabled. */
static void one_domain(Fixture *f)
{
    wr(f, MDCFG(0), ENTRIES);
    wr(f, SRCMD(0), 1 << 1);
    wr(f, HWCFG0, ENABLE);
}

static void assert_check(Fixture *f, uint64_t addr, uint64_t size,
                         unsigned rrid, unsigned type, unsigned etype,
                         unsigned eid)
{
    RmIopmpVerdict v = rm_iopmp_check(f->c, addr, size, rrid, type);

    g_assert_cmpuint(v.etype, ==, etype);
    g_assert_cmpuint(v.eid, ==, eid);
}

/* A byte, to read. */
static bool passes(Fixture *f, uint64_t addr)
{
    return rm_iopmp_check(f->c, addr, 1, 0, READ).etype == PASSES;
}

static RmResponse denied(Fixture *f, uint32_t addr, unsigned size,
                         unsigned rrid, bool is_write)
{
    uint64_t value = 0;

    return f->c->ops->denied(f->c, addr, size, rrid, is_write, &value);
}

static bool irq(Fixture *f)
{
    return f->c->ops->irq(f->c);
}

/* --- registers --- */

typedef struct Reg {
    uint32_t offset;
    uint32_t value;     /* after reset */
    uint32_t ones;      /* after it was written with ones */
    uint32_t zeros;     /* ... and then with zeros */
} Reg;

static const Reg regs[] = {
    { 0x00, 0x80000000, 0x80000000, 0x80000000 },       /* VERSION */
    { 0x04, 82, 82, 82 },                               /* IMPLEMENTATION */
    { HWCFG0, 0xc4000006, 0xc4000007, 0xc4000007 },
    { HWCFG1, 0x00080003, 0x00080003, 0x00080003 },
    { HWCFG2, 0x30004, 0x20004, 0x20004 },
    { HWCFG3, 0x800, 0x800, 0x800 },
    { 0x2c, 0x1800, 0x1800, 0x1800 },                   /* ENTRYOFFSET */
    { 0x18, 0, 0, 0 },
    { MDSTALL, 0, 0, 0 },
    { RRIDSCP, 0, 0, 0 },
    { MDLCK, 0, 0x1f, 0x1f },
    { MDLCKH, 0, 0, 0 },
    { MDCFGLCK, 0, 0x7f, 0x7f },
    { ENTRYLCK, 0, 0x1ffff, 0x1ffff },
    { ERR_CFG, 0, 7, 7 },
    { ERR_INFO, 0, 0, 0 },
    { ERR_REQADDR, 0, 0, 0 },
    { ERR_REQADDRH, 0, 0, 0 },
    { ERR_REQID, 0, 0, 0 },
    { ERR_MFR, 0, 0, 0 },
    { MDCFG(0), 0, 0xffff, 0 },
    { MDCFG(3), 0, 0xffff, 0 },
    { MDCFG(4), 0, 0, 0 },
    { SRCMD(0), 0, 0x1f, 0x1f },
    { SRCMD(2), 0, 0x1f, 0x1f },
    { SRCMD(2) + 4, 0, 0, 0 },                          /* SRCMD_ENH */
    { SRCMD(2) + 8, 0, 0, 0 },
    { SRCMD(3), 0, 0, 0 },
    { ADDR(0), 0, 0xffffffff, 0 },
    { ADDRH(7), 0, 0xffffffff, 0 },
    { CFG(7), 0, 0x1b, 0 },
    { CFG(7) + 4, 0, 0, 0 },
    { ADDR(8), 0, 0, 0 },
    { 0x1ffc, 0, 0, 0 },
};

static void test_registers(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(regs); i++) {
        f->c->ops->reset(f->c, SIZE, 0);
        g_assert_cmphex(rd(f, regs[i].offset), ==, regs[i].value);
        wr(f, regs[i].offset, ~0u);
        g_assert_cmphex(rd(f, regs[i].offset), ==, regs[i].ones);
        wr(f, regs[i].offset, 0);
        g_assert_cmphex(rd(f, regs[i].offset), ==, regs[i].zeros);
        /* no other one is it */
        for (unsigned k = 0; k < G_N_ELEMENTS(regs); k++) {
            if (k != i) {
                g_assert_cmphex(rd(f, regs[k].offset), ==, regs[k].value);
            }
        }
    }
}

/* ADDRH is not ADDR, and entry 1 is not entry 0. */
static void test_entry_registers(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < ENTRIES; i++) {
        wr(f, ADDR(i), 0x1000 + i);
        wr(f, ADDRH(i), 0x2000 + i);
        wr(f, CFG(i), i % 4);
    }
    for (unsigned i = 0; i < ENTRIES; i++) {
        g_assert_cmphex(rd(f, ADDR(i)), ==, 0x1000 + i);
        g_assert_cmphex(rd(f, ADDRH(i)), ==, 0x2000 + i);
        g_assert_cmphex(rd(f, CFG(i)), ==, i % 4);
    }
}

/* Words; what is denied may be of any size. */
static void test_sizes(Fixture *f, gconstpointer data)
{
    const RmCheckerOps *ops = f->c->ops;

    g_assert_cmpuint(ops->regs.valid_min, ==, 4);
    g_assert_cmpuint(ops->regs.valid_max, ==, 4);
    g_assert_cmpuint(ops->blocked.valid_min, ==, 1);
    g_assert_cmpuint(ops->blocked.valid_max, ==, 8);
    g_assert_cmphex(ops->regs_size, ==, 0x4000);
}

/* W1S, W1C: what is set does not go, what is cleared does not come. */
static void test_hwcfg(Fixture *f, gconstpointer data)
{
    wr(f, HWCFG0, ~ENABLE);
    g_assert_cmphex(rd(f, HWCFG0), ==, 0xc4000006);
    wr(f, HWCFG0, ENABLE);
    g_assert_cmphex(rd(f, HWCFG0), ==, 0xc4000007);
    wr(f, HWCFG0, 0);
    g_assert_cmphex(rd(f, HWCFG0), ==, 0xc4000007);
    wr(f, HWCFG2, 0xfffe2345);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0x32345);
    wr(f, HWCFG2, PRIO_ENT_PROG | 7);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0x22345);
    wr(f, HWCFG2, 1);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0x22345);
}

/* The first three registers of each instance, and HWCFG3. */
static void test_instances(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        uint32_t hwcfg[4];
    } cases[] = {
        { "full", { 0xc4000006, 0x00080003, 0x30004, 0x800 } },
        { "rapid-k", { 0xc4000006, 0x00080003, 0x30004, 0x811 } },
        { "dynamic-k", { 0xc4000006, 0x00080003, 0x08030004, 0x812 } },
        { "isolation", { 0xc4000006, 0x00080003, 0x10030004, 0x804 } },
        { "compact-k", { 0xc4000006, 0x00080003, 0x20004, 0x815 } },
        { "compact-dynamic-k",
          { 0xc4000006, 0x00080003, 0x80030004, 0x806 } },
        { "md-indexed", { 0xc4000006, 0x00080003, 0x18030004, 0x808 } },
        { "md-indexed-k", { 0xe8000006, 0x00400014, 0x80030008, 0x819 } },
        { "md-indexed-dynamic-k",
          { 0xc4000006, 0x00080003, 0x4, 0x80a } },
        { "v07", { 0x44000090, 0x00080003, 4, 0x1800 } },
        { "v07-rapid-k", { 0x4403c091, 0x00080003, 0x4, 0x1800 } },
        { "v07-rapid-k", { 0x4403c091 | 1 << 16, 0x00080003, 4, 0x1800 } },
        { "v07-dynamic-k", { 0x440003a2, 0x00080003, 4, 0x1800 } },
        { "v07-md-indexed", { 0x0400c098, 0x00080003, 4, 0x1800 } },
        { "v07-all", { 0x6101e4b0, 0x00300028, 6, 0x1800 } },
        { "sps", { 0xc4000006, 0x00080003, 0x38030004, 0 } },
        { "stall", { 0xc8000006, 0x00100003, 0xc0030004, 0xc800 } },
        { "many", { 0xff000006, 0x02000040, 0xf8030010, 0x800 } },
        { "locked", { 0xc4000006, 0x00080003, 0x30004, 0x4800 } },
        { "prelocked", { 0xc4000006, 0x00080003, 0x30004, 0x2800 } },
        { "least", { 0x01800006, 0x00020001, 0, 0x800 } },
        { "coarse", { 0xc4000006, 0x00080003, 0x30004, 0x1000 } },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        become(f, cases[i].name);
        for (unsigned n = 0; n < 4; n++) {
            g_assert_cmphex(rd(f, HWCFG0 + 4 * n), ==, cases[i].hwcfg[n]);
        }
    }
}

/* --- locks --- */

static void test_mdlck(Fixture *f, gconstpointer data)
{
    wr(f, SRCMD(0), 0x0a);
    wr(f, MDLCK, 0x08);                 /* domain 2 */
    wr(f, MDLCK, 0x02);                 /* ... and 0: bits stay */
    g_assert_cmphex(rd(f, MDLCK), ==, 0x0a);
    wr(f, SRCMD(0), 0x00);              /* both keep what they are: set ... */
    g_assert_cmphex(rd(f, SRCMD(0)), ==, 0x0a);
    wr(f, SRCMD(1), 0x1e);              /* ... or clear */
    g_assert_cmphex(rd(f, SRCMD(1)), ==, 0x14);
    wr(f, MDLCK, 0x01);
    g_assert_cmphex(rd(f, MDLCK), ==, 0x0b);
    wr(f, MDLCK, 0x04);                 /* locked itself */
    g_assert_cmphex(rd(f, MDLCK), ==, 0x0b);
}

static void test_srcmd_lock(Fixture *f, gconstpointer data)
{
    wr(f, SRCMD(1), 0x07);
    g_assert_cmphex(rd(f, SRCMD(1)), ==, 0x07);
    wr(f, SRCMD(1), 0x18);
    g_assert_cmphex(rd(f, SRCMD(1)), ==, 0x07);
    wr(f, SRCMD(0), 0x18);              /* its own lock only */
    g_assert_cmphex(rd(f, SRCMD(0)), ==, 0x18);
}

static void test_mdcfglck(Fixture *f, gconstpointer data)
{
    wr(f, MDCFGLCK, 2 << 1);            /* MDCFG 0 and 1 */
    for (unsigned m = 0; m < MDS; m++) {
        wr(f, MDCFG(m), 5 + m);
    }
    g_assert_cmphex(rd(f, MDCFG(0)), ==, 0);
    g_assert_cmphex(rd(f, MDCFG(1)), ==, 0);
    g_assert_cmphex(rd(f, MDCFG(2)), ==, 7);
    g_assert_cmphex(rd(f, MDCFG(3)), ==, 8);
    wr(f, MDCFGLCK, 1 << 1);            /* never less */
    g_assert_cmphex(rd(f, MDCFGLCK), ==, 2 << 1);
    wr(f, MDCFGLCK, 3 << 1 | 1);
    g_assert_cmphex(rd(f, MDCFGLCK), ==, 3 << 1 | 1);
    wr(f, MDCFGLCK, 4 << 1);            /* locked itself */
    g_assert_cmphex(rd(f, MDCFGLCK), ==, 3 << 1 | 1);
    wr(f, MDCFG(2), 1);
    wr(f, MDCFG(3), 1);
    g_assert_cmphex(rd(f, MDCFG(2)), ==, 7);
    g_assert_cmphex(rd(f, MDCFG(3)), ==, 1);
}

static void test_entrylck(Fixture *f, gconstpointer data)
{
    wr(f, ENTRYLCK, 3 << 1);            /* entries 0 to 2 */
    for (unsigned i = 2; i < 4; i++) {
        entry(f, i, NA4, 0xaaaaaaaa00, 0, R | W);
    }
    for (unsigned reg = 0; reg < 12; reg += 4) {
        g_assert_cmphex(rd(f, ADDR(2) + reg), ==, 0);
        g_assert_cmphex(rd(f, ADDR(3) + reg), !=, 0);
    }
    wr(f, ENTRYLCK, 2 << 1 | 1);        /* never less */
    g_assert_cmphex(rd(f, ENTRYLCK), ==, 3 << 1 | 1);
    wr(f, ENTRYLCK, 8 << 1);            /* locked itself */
    g_assert_cmphex(rd(f, ENTRYLCK), ==, 3 << 1 | 1);
    entry(f, 3, OFF, 0, 0, 0);
    g_assert_cmphex(rd(f, CFG(3)), ==, 0);
}

static void test_err_cfg_lock(Fixture *f, gconstpointer data)
{
    wr(f, ERR_CFG, ~1u);
    g_assert_cmphex(rd(f, ERR_CFG), ==, IE | RS);
    wr(f, ERR_CFG, RS | 1);
    g_assert_cmphex(rd(f, ERR_CFG), ==, RS | 1);
    wr(f, ERR_CFG, IE);
    g_assert_cmphex(rd(f, ERR_CFG), ==, RS | 1);
}

/* What is locked after reset, or not there to be locked. */
static void test_preset_locks(Fixture *f, gconstpointer data)
{
    become(f, "prelocked");
    g_assert_cmphex(rd(f, MDLCK), ==, 4);
    g_assert_cmphex(rd(f, MDCFGLCK), ==, 2);
    g_assert_cmphex(rd(f, ENTRYLCK), ==, 4);
    wr(f, SRCMD(0), 0x1e);
    g_assert_cmphex(rd(f, SRCMD(0)), ==, 0x1a);
    wr(f, MDCFG(0), 3);
    g_assert_cmphex(rd(f, MDCFG(0)), ==, 0);
    wr(f, ADDR(1), 3);
    g_assert_cmphex(rd(f, ADDR(1)), ==, 0);
    wr(f, ADDR(2), 3);
    g_assert_cmphex(rd(f, ADDR(2)), ==, 3);
    become(f, "locked");
    for (unsigned reg = MDLCK; reg <= ENTRYLCK; reg += 4) {
        g_assert_cmphex(rd(f, reg), ==, reg != MDLCKH);
        wr(f, reg, ~0u);
        g_assert_cmphex(rd(f, reg), ==, reg != MDLCKH);
    }
    wr(f, SRCMD(0), 0x1e);
    g_assert_cmphex(rd(f, SRCMD(0)), ==, 0x1e);
    become(f, "compact-k");     /* no tables, and no locks */
    wr(f, MDLCK, ~0u);
    wr(f, MDCFGLCK, ~0u);
    g_assert_cmphex(rd(f, MDLCK), ==, 1);
    g_assert_cmphex(rd(f, MDCFGLCK), ==, 1);
}

/* Domains 31 and up have registers of their own. */
static void test_high_domains(Fixture *f, gconstpointer data)
{
    become(f, "many");
    wr(f, SRCMD(63), ~1u);
    wr(f, SRCMD(63) + 4, ~0u);
    g_assert_cmphex(rd(f, SRCMD(63)), ==, ~1u);
    g_assert_cmphex(rd(f, SRCMD(63) + 4), ==, ~0u);
    wr(f, SRCMD(63) + 12, 1);   /* SPS: it may be read */
    wr(f, MDLCKH, 1);           /* domain 31 */
    wr(f, SRCMD(63), 0);
    wr(f, SRCMD(63) + 4, 0);
    g_assert_cmphex(rd(f, SRCMD(63)), ==, 0);
    g_assert_cmphex(rd(f, SRCMD(63) + 4), ==, 1);
    wr(f, MDLCK, 1);            /* both are locked */
    wr(f, MDLCKH, 2);
    g_assert_cmphex(rd(f, MDLCKH), ==, 1);
    /* domain 31 has the entries from 500, domain 62 the last one */
    for (unsigned m = 0; m < 63; m++) {
        wr(f, MDCFG(m), m < 31 ? 500 : m < 62 ? 511 : 512);
    }
    wr(f, HWCFG0, ENABLE);
    entry(f, 500, NA4, 0x100, 0, R);
    entry(f, 511, NA4, 0x200, 0, R);
    assert_check(f, 0x100, 4, 63, READ, PASSES, 0);
    assert_check(f, 0x200, 4, 63, READ, NO_HIT, 0);
    wr(f, SRCMD(5) + 4, 1u << 31);
    wr(f, SRCMD(5) + 12, 1u << 31);
    assert_check(f, 0x100, 4, 5, READ, NO_HIT, 0);
    assert_check(f, 0x200, 4, 5, READ, PASSES, 0);
    assert_check(f, 0x200, 4, 64, READ, UNKNOWN, 0);
    become(f, "v07-all");       /* 33 domains */
    wr(f, SRCMD(39) + 4, ~0u);
    g_assert_cmphex(rd(f, SRCMD(39) + 4), ==, 3);
}

/* --- what an entry covers --- */

static void test_modes(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned mode;
        uint64_t before, reg;   /* the ADDR of entries 0 and 1 */
        uint64_t first, last;   /* bytes; first > last: none */
    } cases[] = {
        { OFF, 0, 0x400, 1, 0 },
        { TOR, 0x400, 0x800, 0x1000, 0x1fff },
        { TOR, 0, 1, 0, 3 },
        { TOR, 0x400, 0x401, 0x1000, 0x1003 },
        { TOR, 0x400, 0x400, 1, 0 },
        { TOR, 0x401, 0x400, 1, 0 },
        { TOR, 0, 0x100000000, 0, 0x3ffffffff },
        { NA4, 0, 0x400, 0x1000, 0x1003 },
        { NA4, 0x900, 0x401, 0x1004, 0x1007 },
        { NAPOT, 0, 0x400, 0x1000, 0x1007 },
        { NAPOT, 0x900, 0x401, 0x1000, 0x100f },
        { NAPOT, 0, 0x5ff, 0x1000, 0x1fff },
        { NAPOT, 0, 0x403, 0x1000, 0x101f },
        { NAPOT, 0, 0xffffffff, 0, 0x7ffffffff },
        { NAPOT, 0, 0x1fffffffff, 0, 0xffffffffff },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t first = cases[i].first, last = cases[i].last;

        f->c->ops->reset(f->c, SIZE, 0);
        one_domain(f);
        wr(f, ADDR(0), cases[i].before);
        wr(f, ADDR(1), cases[i].reg);
        wr(f, ADDRH(1), cases[i].reg >> 32);
        wr(f, CFG(1), cases[i].mode | R);
        if (first > last) {
            g_assert_false(passes(f, 0));
            g_assert_false(passes(f, 0xfff));
            g_assert_false(passes(f, 0x1000));
            g_assert_false(passes(f, 0x1004));
        } else {
            g_assert_true(passes(f, first));
            g_assert_true(passes(f, last));
            g_assert_true(first == 0 || !passes(f, first - 1));
            g_assert_false(passes(f, last + 1));
        }
    }
}

/* All that there is: the last byte, too. */
static void test_everything(Fixture *f, gconstpointer data)
{
    one_domain(f);
    wr(f, ADDR(1), ~0u);
    wr(f, ADDRH(1), ~0u);
    wr(f, CFG(1), NAPOT | R);
    g_assert_true(passes(f, 0));
    g_assert_true(passes(f, UINT64_MAX));
    assert_check(f, 0, UINT64_MAX, 0, READ, PASSES, 0);
}

/* TOR begins at the entry before, whatever that is; entry 0 at 0. */
static void test_tor_begin(Fixture *f, gconstpointer data)
{
    static const unsigned modes[] = { OFF, TOR, NA4, NAPOT };

    one_domain(f);
    wr(f, ADDR(3), 0x800);
    wr(f, CFG(3), TOR | R);
    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
        wr(f, ADDR(2), 0x401);
        wr(f, CFG(2), modes[i]);
        /* behind what entry 2 itself may cover */
        assert_check(f, 0x1010, 4, 0, READ, PASSES, 0);
        assert_check(f, 0x1ffc, 4, 0, READ, PASSES, 0);
        assert_check(f, 0x2000, 4, 0, READ, NO_HIT, 0);
    }
    wr(f, CFG(2), OFF);
    assert_check(f, 0x1004, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x1000, 4, 0, READ, NO_HIT, 0);
    /* the one before may be in a domain of another requester */
    wr(f, MDCFG(0), 3);
    wr(f, MDCFG(1), 8);
    wr(f, SRCMD(0), 2 << 1);
    assert_check(f, 0x1004, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x1000, 4, 0, READ, NO_HIT, 0);
    f->c->ops->reset(f->c, SIZE, 0);
    one_domain(f);
    wr(f, ADDR(0), 1);
    wr(f, CFG(0), TOR | R);
    assert_check(f, 0, 4, 0, READ, PASSES, 0);
    assert_check(f, 4, 4, 0, READ, NO_HIT, 0);
}

/* --- who decides --- */

static void test_not_enabled(Fixture *f, gconstpointer data)
{
    assert_check(f, 0x1234, 8, 0, WRITE, PASSES, 0);
    assert_check(f, 0x1234, 8, 99, FETCH, PASSES, 0);
    wr(f, HWCFG0, ENABLE);
    assert_check(f, 0x1234, 8, 0, WRITE, NO_HIT, 0);
    assert_check(f, 0x1234, 8, 2, WRITE, NO_HIT, 0);
    assert_check(f, 0x1234, 8, 3, WRITE, UNKNOWN, 0);
    assert_check(f, 0x1234, 8, 99, WRITE, UNKNOWN, 0);
}

static void test_rights(Fixture *f, gconstpointer data)
{
    for (unsigned rights = 0; rights < 8; rights++) {
        for (unsigned i = 0; i < ENTRIES; i += 7) {
            /* entry 0 has priority, 7 has none: this changes nothing here */
            become(f, "sps");
            one_domain(f);
            for (unsigned type = 0; type < 3; type++) {
                wr(f, SRCMD(0) + 8 + 8 * type, 1 << 1);
            }
            entry(f, i, NA4, 0x100, 0, rights);
            assert_check(f, 0x100, 4, 0, READ, rights & R ? PASSES : 1,
                         rights & R ? 0 : i);
            assert_check(f, 0x100, 4, 0, WRITE, rights & W ? PASSES : 2,
                         rights & W ? 0 : i);
            assert_check(f, 0x100, 4, 0, FETCH, rights & X ? PASSES : 3,
                         rights & X ? 0 : i);
        }
    }
}

/* Without chk_x, x does not matter, and a fetch is a read. */
static void test_no_chk_x(Fixture *f, gconstpointer data)
{
    one_domain(f);
    entry(f, 0, NA4, 0x100, 0, R);
    entry(f, 1, NA4, 0x200, 0, W);
    assert_check(f, 0x100, 4, 0, FETCH, PASSES, 0);
    assert_check(f, 0x200, 4, 0, FETCH, READ, 1);
}

static void test_priority(Fixture *f, gconstpointer data)
{
    one_domain(f);
    /* 4 and above have no priority, after reset */
    entry(f, 1, NAPOT, 0x100, 0x10, R);
    entry(f, 2, NAPOT, 0x100, 0x100, W);
    entry(f, 4, NAPOT, 0x200, 0x10, R);
    entry(f, 5, NAPOT, 0x200, 0x100, W);
    /* the first of two decides ... */
    assert_check(f, 0x100, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x100, 4, 0, WRITE, WRITE, 1);
    assert_check(f, 0x110, 4, 0, READ, READ, 2);
    assert_check(f, 0x110, 4, 0, WRITE, PASSES, 0);
    /* ... but of those without priority, any one grants */
    assert_check(f, 0x200, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x200, 4, 0, WRITE, PASSES, 0);
    assert_check(f, 0x210, 4, 0, READ, READ, 5);
    assert_check(f, 0x210, 4, 0, WRITE, PASSES, 0);
    /* if none does, the first is named */
    wr(f, CFG(5), NAPOT);
    wr(f, CFG(4), NAPOT);
    assert_check(f, 0x200, 4, 0, WRITE, WRITE, 4);
    /* priority goes first, even if it denies */
    entry(f, 3, NA4, 0x204, 0, 0);
    wr(f, CFG(5), NAPOT | R | W);
    assert_check(f, 0x200, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x204, 4, 0, READ, READ, 3);
    /* all with priority */
    wr(f, HWCFG2, 8);
    assert_check(f, 0x200, 4, 0, READ, READ, 4);
    /* and none */
    wr(f, HWCFG2, 0);
    assert_check(f, 0x204, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x100, 4, 0, WRITE, PASSES, 0);
}

static void test_partial_hits(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t addr, size;
        uint8_t etype, eid;
    } cases[] = {
        /* priority: 1 is [0x100, 0x108), 2 is [0x108, 0x110) */
        { 0x0fc, 4, NO_HIT, 0 }, { 0x100, 8, PASSES, 0 },
        { 0x0fc, 8, PARTIAL, 1 }, { 0x0ff, 2, PARTIAL, 1 },
        { 0x100, 9, PARTIAL, 1 }, { 0x104, 8, PARTIAL, 1 },
        { 0x107, 1, PASSES, 0 }, { 0x107, 2, PARTIAL, 1 },
        { 0x108, 8, PASSES, 0 }, { 0x10f, 2, PARTIAL, 2 },
        { 0x0f0, 0x40, PARTIAL, 1 }, { 0x10c, 8, PARTIAL, 2 },
        { 0x110, 4, NO_HIT, 0 },
        /* non-priority: 4 is [0x200, 0x208), 5 is [0x208, 0x210) */
        { 0x200, 8, PASSES, 0 }, { 0x1fc, 8, NO_HIT, 0 },
        { 0x204, 8, NO_HIT, 0 }, { 0x20c, 8, NO_HIT, 0 },
        { 0x1f0, 0x40, NO_HIT, 0 },
        /* 3 is [0x304, 0x308); 6, around it, is [0x300, 0x400) */
        { 0x300, 4, PASSES, 0 }, { 0x304, 4, READ, 3 },
        { 0x300, 8, PARTIAL, 3 }, { 0x308, 8, PASSES, 0 },
        { 0x306, 4, PARTIAL, 3 },
    };

    one_domain(f);
    entry(f, 1, NAPOT, 0x100, 8, R);
    entry(f, 2, NAPOT, 0x108, 8, R);
    entry(f, 3, NA4, 0x304, 0, 0);
    entry(f, 4, NAPOT, 0x200, 8, R);
    entry(f, 5, NAPOT, 0x208, 8, R);
    entry(f, 6, NAPOT, 0x300, 0x100, R);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_check(f, cases[i].addr, cases[i].size, 0, READ,
                     cases[i].etype, cases[i].eid);
    }
}

/* Which entries are a requester's: entry i is the word at 0x100 i. */
static void assert_entries(Fixture *f, unsigned rrid, const char *which)
{
    for (unsigned i = 0; i < ENTRIES; i++) {
        assert_check(f, 0x100 * i, 4, rrid, READ,
                     strchr(which, '0' + i) ? PASSES : NO_HIT, 0);
    }
}

static void words(Fixture *f)
{
    wr(f, HWCFG0, ENABLE);
    for (unsigned i = 0; i < ENTRIES; i++) {
        entry(f, i, NA4, 0x100 * i, 0, R);
    }
}

static void test_domains(Fixture *f, gconstpointer data)
{
    static const struct {
        uint16_t t[MDS];
        uint32_t md;            /* SRCMD_EN */
        const char *entries;
    } cases[] = {
        { { 2, 3, 3, 8 }, 0, "" },
        { { 2, 3, 3, 8 }, 1 << 1, "01" },
        { { 2, 3, 3, 8 }, 2 << 1, "2" },
        { { 2, 3, 3, 8 }, 4 << 1, "" },
        { { 2, 3, 3, 8 }, 8 << 1, "34567" },
        { { 2, 3, 3, 8 }, 15 << 1, "01234567" },
        { { 2, 3, 3, 8 }, 9 << 1, "0134567" },
        { { 2, 3, 3, 8 }, 1, "" },      /* l is no domain */
        /* an end that is not past the begin; past the last entry */
        { { 4, 2, 6, 0xffff }, 1 << 1, "0123" },
        { { 4, 2, 6, 0xffff }, 2 << 1, "" },
        { { 4, 2, 6, 0xffff }, 4 << 1, "45" },
        { { 4, 2, 6, 0xffff }, 8 << 1, "67" },
        { { 9, 9, 9, 9 }, 1 << 1, "01234567" },
        { { 9, 9, 9, 9 }, 8 << 1, "" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        f->c->ops->reset(f->c, SIZE, 0);
        words(f);
        for (unsigned m = 0; m < MDS; m++) {
            wr(f, MDCFG(m), cases[i].t[m]);
        }
        wr(f, SRCMD(1), cases[i].md);
        assert_entries(f, 0, "");
        assert_entries(f, 1, cases[i].entries);
        assert_entries(f, 2, "");
    }
}

/* SRCMD is a table; k entries for each domain. */
static void test_k(Fixture *f, gconstpointer data)
{
    become(f, "rapid-k");
    words(f);
    for (unsigned m = 0; m < MDS; m++) {
        wr(f, MDCFG(m), 7);
        g_assert_cmphex(rd(f, MDCFG(m)), ==, 0);
    }
    wr(f, HWCFG3, ~0u);
    g_assert_cmphex(rd(f, HWCFG3), ==, 0x811);
    wr(f, SRCMD(0), 1 << 1);
    wr(f, SRCMD(1), 2 << 1);
    wr(f, SRCMD(2), 12 << 1);
    assert_entries(f, 0, "01");
    assert_entries(f, 1, "23");
    assert_entries(f, 2, "4567");
    become(f, "v07-rapid-k");
    words(f);
    wr(f, HWCFG0, ENABLE_0_7);
    wr(f, SRCMD(1), 2 << 1);
    assert_entries(f, 1, "23");
}

/* k can be changed, until the IOPMP is enabled. */
static void test_dynamic_k(Fixture *f, gconstpointer data)
{
    become(f, "dynamic-k");
    wr(f, HWCFG3, 2 << 4);
    g_assert_cmphex(rd(f, HWCFG3), ==, 0x822);
    words(f);
    wr(f, HWCFG3, 0);
    g_assert_cmphex(rd(f, HWCFG3), ==, 0x822);
    wr(f, SRCMD(0), 1 << 1);
    wr(f, SRCMD(1), 4 << 1);
    wr(f, SRCMD(2), 8 << 1);    /* beyond the last entry */
    assert_entries(f, 0, "012");
    assert_entries(f, 1, "67");
    assert_entries(f, 2, "");
    become(f, "v07-dynamic-k");
    wr(f, HWCFG0, ENABLE_0_7 | 5 << 17);        /* too late */
    g_assert_cmphex(rd(f, HWCFG0) >> 17 & 0x7f, ==, 0);
}

/* RRID i has domain i, and there is no table. */
static void test_isolation(Fixture *f, gconstpointer data)
{
    static const char *const k_entries[] = { "01", "23", "45" };

    become(f, "isolation");
    words(f);
    for (unsigned m = 0; m < MDS; m++) {
        wr(f, MDCFG(m), m + 1);
    }
    wr(f, SRCMD(0), 0x1e);
    g_assert_cmphex(rd(f, SRCMD(0)), ==, 0);
    assert_entries(f, 0, "0");
    assert_entries(f, 1, "1");
    assert_entries(f, 2, "2");
    become(f, "compact-k");
    words(f);
    for (unsigned rrid = 0; rrid < 3; rrid++) {
        assert_entries(f, rrid, k_entries[rrid]);
    }
    become(f, "compact-dynamic-k");
    words(f);
    assert_entries(f, 1, "1");
}

/* By domain: what the entry grants, or SRCMD_PERM does; r is for fetches. */
static void test_md_indexed(Fixture *f, gconstpointer data)
{
    become(f, "md-indexed");
    wr(f, MDCFG(0), 2);
    wr(f, MDCFG(1), 4);
    words(f);
    for (unsigned i = 0; i < 4; i++) {
        wr(f, CFG(i), NA4 | (i % 2 ? W : 0));
    }
    wr(f, PERM(0), ~0u);
    g_assert_cmphex(rd(f, PERM(0)), ==, 0x3f);
    wr(f, PERM(0), 1 | 2 << 2);         /* RRID 0 reads, RRID 1 writes */
    wr(f, PERM(1), 3 << 4);
    assert_check(f, 0x000, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x000, 4, 0, FETCH, PASSES, 0);
    assert_check(f, 0x000, 4, 0, WRITE, WRITE, 0);
    assert_check(f, 0x100, 4, 0, WRITE, PASSES, 0);
    assert_check(f, 0x000, 4, 1, WRITE, PASSES, 0);
    assert_check(f, 0x000, 4, 1, READ, READ, 0);
    assert_check(f, 0x000, 4, 2, READ, READ, 0);
    assert_check(f, 0x200, 4, 2, READ, PASSES, 0);
    assert_check(f, 0x200, 4, 0, READ, READ, 2);
    assert_check(f, 0x400, 4, 0, READ, NO_HIT, 0);      /* in no domain */
    wr(f, MDLCK, 1 << 1);               /* the whole register */
    wr(f, PERM(0), 0);
    wr(f, PERM(1), 0);
    g_assert_cmphex(rd(f, PERM(0)), ==, 9);
    g_assert_cmphex(rd(f, PERM(1)), ==, 0);
    become(f, "md-indexed-k");          /* 20 RRIDs, 40 domains */
    wr(f, PERM(39) + 4, ~0u);
    g_assert_cmphex(rd(f, PERM(39) + 4), ==, 0xff);
    wr(f, HWCFG0, ENABLE);
    entry(f, 1, NA4, 0x100, 0, 0);
    wr(f, PERM(0) + 4, 2 << 2);
    assert_check(f, 0x100, 4, 17, WRITE, PASSES, 0);
    assert_check(f, 0x100, 4, 17, READ, READ, 1);
    assert_check(f, 0x100, 4, 16, WRITE, WRITE, 1);
}

/* What both the entry and the table grant. */
static void test_sps(Fixture *f, gconstpointer data)
{
    become(f, "sps");
    one_domain(f);
    entry(f, 0, NA4, 0x100, 0, R | W | X);
    entry(f, 1, NA4, 0x200, 0, 0);
    for (unsigned type = READ; type <= FETCH; type++) {
        assert_check(f, 0x100, 4, 0, type, type, 0);
        wr(f, SRCMD(0) + 8 * type, 1 << 1);
        assert_check(f, 0x100, 4, 0, type, PASSES, 0);
        assert_check(f, 0x200, 4, 0, type, type, 1);
        wr(f, SRCMD(0) + 8 * type, ~(1u << 1));
        g_assert_cmphex(rd(f, SRCMD(0) + 8 * type), ==, 0x1c);
        assert_check(f, 0x100, 4, 0, type, type, 0);
    }
    wr(f, SRCMD(0), 1 | 1 << 1);        /* locks them all */
    wr(f, SRCMD(0) + 8, 0);
    g_assert_cmphex(rd(f, SRCMD(0) + 8), ==, 0x1c);
    wr(f, MDLCK, 1 << 1);
    wr(f, SRCMD(1) + 8, 0x1e);
    g_assert_cmphex(rd(f, SRCMD(1) + 8), ==, 0x1c);
    /* 0.7 has no SRCMD_X: r is for fetches, too */
    become(f, "v07-all");
    wr(f, MDCFG(0), 8);
    wr(f, SRCMD(0), 1 << 1);
    wr(f, HWCFG0, ENABLE_0_7);
    entry(f, 0, NA4, 0x100, 0, R | W | X);
    wr(f, SRCMD(0) + 0x18, ~0u);
    g_assert_cmphex(rd(f, SRCMD(0) + 0x18), ==, 0);
    assert_check(f, 0x100, 4, 0, FETCH, FETCH, 0);
    wr(f, SRCMD(0) + 8, 1 << 1);
    assert_check(f, 0x100, 4, 0, FETCH, PASSES, 0);
}

/* What no entry is asked about. */
static void test_never(Fixture *f, gconstpointer data)
{
    become(f, "prelocked");             /* no_w; entries from 2 on */
    wr(f, MDCFG(1), 8);
    wr(f, SRCMD(0), 2 << 1);
    wr(f, SRCMD(1), 2 << 1);
    wr(f, HWCFG0, ENABLE);
    g_assert_cmphex(rd(f, SRCMD(0)), ==, 0);    /* prelocked domain */
    wr(f, MDCFG(2), 8);
    wr(f, MDCFG(1), 2);
    wr(f, SRCMD(0), 4 << 1);
    entry(f, 2, NA4, 0x100, 0, R | W);
    assert_check(f, 0x100, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x100, 4, 0, WRITE, NO_HIT, 0);
    assert_check(f, 0x100, 4, 3, WRITE, UNKNOWN, 0);
    become(f, "coarse");                /* no_x */
    one_domain(f);
    entry(f, 0, NAPOT, 0x1000, 0x1000, R | X);
    assert_check(f, 0x1100, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x1100, 4, 0, FETCH, NO_HIT, 0);
}

/* Pages are all that addresses can tell apart. */
static void test_granularity(Fixture *f, gconstpointer data)
{
    become(f, "coarse");
    one_domain(f);
    wr(f, ADDR(0), 0x1234);
    g_assert_cmphex(rd(f, ADDR(0)), ==, 0x1000);
    wr(f, CFG(0), NAPOT);
    g_assert_cmphex(rd(f, ADDR(0)), ==, 0x13ff);
    wr(f, CFG(0), NA4 | R);             /* there is none */
    g_assert_cmphex(rd(f, CFG(0)), ==, R);
    wr(f, CFG(0), NAPOT | R);
    assert_check(f, 0x4ffc, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x5000, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x6000, 4, 0, READ, NO_HIT, 0);
    wr(f, ADDR(1), 0x1bff);
    wr(f, CFG(1), TOR | R);             /* [0x4000, 0x6000) */
    wr(f, CFG(0), OFF);
    assert_check(f, 0x3ffc, 4, 0, READ, NO_HIT, 0);
    assert_check(f, 0x4000, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x5ffc, 4, 0, READ, PASSES, 0);
    assert_check(f, 0x6000, 4, 0, READ, NO_HIT, 0);
    wr(f, CFG(0), NAPOT);               /* bounded where its own bits end */
    assert_check(f, 0x4000, 4, 0, READ, READ, 0);
}

static void test_least(Fixture *f, gconstpointer data)
{
    become(f, "least");
    wr(f, MDCFG(0), 9);
    wr(f, SRCMD(0), ~1u);
    g_assert_cmphex(rd(f, SRCMD(0)), ==, 2);
    wr(f, HWCFG0, ENABLE);
    wr(f, HWCFG2, ~0u);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0);
    wr(f, ADDRH(1), 1);                 /* there is none */
    g_assert_cmphex(rd(f, ADDRH(1)), ==, 0);
    wr(f, CFG(1), TOR | R);             /* nor this */
    g_assert_cmphex(rd(f, CFG(1)), ==, R);
    entry(f, 0, NAPOT, 0x100, 8, R);
    entry(f, 1, NAPOT, 0x100, 16, R | W);
    /* all have priority */
    assert_check(f, 0x100, 4, 0, WRITE, WRITE, 0);
    assert_check(f, 0x104, 8, 0, READ, PARTIAL, 0);
    wr(f, ERR_CFG, ~1u);
    g_assert_cmphex(rd(f, ERR_CFG), ==, RS);
    denied(f, 0x100, 4, 0, true);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 0);
    g_assert_false(irq(f));
}

static void test_stall(Fixture *f, gconstpointer data)
{
    become(f, "stall");
    g_assert_cmphex(rd(f, ERR_CFG), ==, 1 << 4);
    wr(f, ERR_CFG, 0);
    g_assert_cmphex(rd(f, ERR_CFG), ==, 1 << 4);
    wr(f, SRCMD(0), 1 << 1);
    wr(f, SRCMD(1), 3 << 1);
    wr(f, HWCFG0, ENABLE);
    g_assert_cmphex(rd(f, RRIDSCP), ==, 0);
    wr(f, MDSTALL, 2 << 1);             /* who is in domain 1 */
    g_assert_cmphex(rd(f, MDSTALL), ==, 2 << 1);
    assert_check(f, 0, 4, 0, READ, NO_HIT, 0);
    assert_check(f, 0, 4, 1, READ, STALLED, 0);
    assert_check(f, 0, 4, 3, READ, UNKNOWN, 0);
    wr(f, SRCMD(1), 0);                 /* not as it is now */
    assert_check(f, 0, 4, 1, READ, STALLED, 0);
    wr(f, MDSTALL, 1 | 1 << 1);         /* who is not in domain 0 */
    g_assert_cmphex(rd(f, MDSTALL), ==, 1 << 1);
    assert_check(f, 0, 4, 0, READ, NO_HIT, 0);
    assert_check(f, 0, 4, 2, READ, STALLED, 0);
    wr(f, RRIDSCP, 2u << 30 | 2);       /* one of them goes on */
    g_assert_cmphex(rd(f, RRIDSCP), ==, 2u << 30 | 2);
    assert_check(f, 0, 4, 2, READ, NO_HIT, 0);
    wr(f, RRIDSCP, 1);
    g_assert_cmphex(rd(f, RRIDSCP), ==, 1u << 30 | 1);
    wr(f, RRIDSCP, 3u << 30 | 2);       /* reserved */
    g_assert_cmphex(rd(f, RRIDSCP), ==, 1u << 30 | 1);
    wr(f, RRIDSCP, 1u << 30);
    assert_check(f, 0, 4, 0, READ, STALLED, 0);
    wr(f, RRIDSCP, 3);
    g_assert_cmphex(rd(f, RRIDSCP), ==, 3u << 30 | 3);
    denied(f, 0x100, 4, 1, true);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 1 | 2 << 1 | STALLED << 4);
    wr(f, MDSTALL, 0);                  /* all go on */
    assert_check(f, 0, 4, 0, READ, NO_HIT, 0);
    assert_check(f, 0, 4, 1, READ, NO_HIT, 0);
    /* 0.7: is_stalled */
    become(f, "v07-all");
    wr(f, MDSTALLH, ~0u);
    g_assert_cmphex(rd(f, MDSTALLH), ==, 3);
    g_assert_cmphex(rd(f, MDSTALL), ==, 0);
    wr(f, MDSTALL, 1 << 1);
    g_assert_cmphex(rd(f, MDSTALL), ==, 1 | 1 << 1);
    wr(f, MDSTALLH, 0);
    wr(f, MDSTALL, 0);
    g_assert_cmphex(rd(f, MDSTALL), ==, 0);
}

/* RRID translation: what software can see of it. */
static void test_translation(Fixture *f, gconstpointer data)
{
    become(f, "stall");
    wr(f, HWCFG3, 0x12340000);
    g_assert_cmphex(rd(f, HWCFG3), ==, 0x1234c800);
    wr(f, HWCFG3, 0x56788000);          /* with its lock: not any more */
    g_assert_cmphex(rd(f, HWCFG3), ==, 0x12344800);
    wr(f, HWCFG3, 0x56780000);
    g_assert_cmphex(rd(f, HWCFG3), ==, 0x12344800);
    become(f, "v07-dynamic-k");
    wr(f, HWCFG2, 0x12340007);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0x12340007);
    wr(f, HWCFG0, 1 << 9);
    wr(f, HWCFG2, 0x56780006);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0x12340006);
}

/* --- as an IOMMU --- */

static void assert_decision(Fixture *f, unsigned index, uint32_t addr,
                            bool is_write, bool allowed, unsigned perm,
                            uint32_t addr_mask)
{
    RmDecision d = f->c->ops->decide(f->c, index, addr, is_write);

    g_assert_cmpuint(d.allowed, ==, allowed);
    g_assert_cmpuint(d.perm, ==, perm);
    g_assert_cmphex(d.addr_mask, ==, addr_mask);
}

static void test_index(Fixture *f, gconstpointer data)
{
    static const uint8_t index[RM_ATTRS] = { 0, 1, 2, 3, 0, 1, 2, 3 };

    for (unsigned attrs = 0; attrs < RM_ATTRS; attrs++) {
        g_assert_cmpuint(f->c->ops->index(f->c, attrs), ==, index[attrs]);
    }
}

#define RW (RM_R | RM_W)

static void test_decisions(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t addr;
        bool read, write;       /* allowed */
        uint32_t addr_mask;
    } cases[] = {
        /* entry 1: [0x1000, 0x3000) r, TOR: not aligned as a whole */
        { 0x0ffc, false, false, 0xfff },
        { 0x1000, true, false, 0xfff },
        { 0x2ffc, true, false, 0xfff },
        { 0x3000, false, false, 0xfff },
        /* entries 2, 3: the words at 0x4000 and 0x4004, rw: two are one too
           many for a transaction, so that each stands alone */
        { 0x4000, true, true, 3 },
        { 0x4004, true, true, 3 },
        { 0x4008, false, false, 7 },
        { 0x4010, false, false, 0xf },
        { 0x4800, false, false, 0x7ff },
        { 0x5000, false, false, 0xfff },
        /* entries 4 and 5, without priority: [0x6000, 0x6020) rw, and
           [0x6000, 0x6100) r: what both grant is as wide as the wider */
        { 0x6000, true, true, 0x1f },
        { 0x6020, true, false, 0x1f },
        { 0x6040, true, false, 0x3f },
        { 0x6080, true, false, 0x7f },
        { 0x6100, false, false, 0xff },
        /* entries 6, 7: [0x7000, 0x7100) and [0x7100, 0x7200), which grant
           nothing: there, and around them, all is denied alike */
        { 0x7000, false, false, 0xfff },
        { 0x7204, false, false, 0xfff },
        { 0x8000, false, false, 0x7fff },
    };

    one_domain(f);
    entry(f, 0, OFF, 0x1000, 0, 0);
    entry(f, 1, TOR, 0x3000, 0, R);
    entry(f, 2, NA4, 0x4000, 0, R | W);
    entry(f, 3, NA4, 0x4004, 0, R | W);
    entry(f, 4, NAPOT, 0x6000, 0x20, R | W);
    entry(f, 5, NAPOT, 0x6000, 0x100, R);
    entry(f, 6, NAPOT, 0x7000, 0x100, 0);
    entry(f, 7, NAPOT, 0x7100, 0x100, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool r = cases[i].read, w = cases[i].write;

        assert_decision(f, 0, cases[i].addr, false, r,
                        RM_R | (r == w ? RM_W : 0), cases[i].addr_mask);
        assert_decision(f, 0, cases[i].addr, true, w,
                        RM_W | (r == w ? RM_R : 0), cases[i].addr_mask);
        /* no domain; no such requester */
        assert_decision(f, 1, cases[i].addr, true, false, RW, SIZE - 1);
        assert_decision(f, 3, cases[i].addr, true, false, RW, SIZE - 1);
    }
}

static void test_decide_not_enabled(Fixture *f, gconstpointer data)
{
    assert_decision(f, 0, 0x1234, false, true, RW, SIZE - 1);
    assert_decision(f, 3, 0x1234, true, true, RW, SIZE - 1);
    wr(f, HWCFG0, ENABLE);
    assert_decision(f, 0, 0x1234, false, false, RW, SIZE - 1);
    assert_decision(f, 3, 0x1234, true, false, RW, SIZE - 1);
    /* what is guarded ends where it ends */
    f->c->ops->reset(f->c, 0x3000, 0);
    assert_decision(f, 0, 0x1234, false, true, RW, 0x1fff);
    assert_decision(f, 0, 0x2000, false, true, RW, 0xfff);
}

/*
 * Of random entries, the range of each decision holds for all transactions
 * in it, and the next larger one does not.
 */
static bool all_alike(Fixture *f, uint32_t first, uint32_t mask, bool is_write,
                      bool allowed)
{
    for (uint32_t a = first; a <= first + mask; a += 4) {
        for (uint32_t end = a + 4; end <= first + mask + 1; end += 4) {
            RmIopmpVerdict v = rm_iopmp_check(f->c, a, end - a, 0,
                                              is_write ? WRITE : READ);

            if ((v.etype == PASSES) != allowed) {
                return false;
            }
        }
    }
    return true;
}

static bool range_holds(Fixture *f, uint32_t addr, uint32_t mask)
{
    bool holds = true;

    for (unsigned dir = 0; dir < 2; dir++) {
        bool allowed = rm_iopmp_check(f->c, addr, 1, 0, dir ? WRITE : READ)
                       .etype == PASSES;

        holds = holds && all_alike(f, addr & ~mask, mask, dir, allowed);
    }
    return holds;
}

static void test_ranges(Fixture *f, gconstpointer data)
{
    GRand *rand = g_rand_new_with_seed(5);

    for (unsigned round = 0; round < 2000; round++) {
        f->c->ops->reset(f->c, 64, 0);
        one_domain(f);
        wr(f, HWCFG2, g_rand_int_range(rand, 0, ENTRIES + 1));
        for (unsigned i = 0; i < ENTRIES; i++) {
            wr(f, ADDR(i), g_rand_int_range(rand, 0, 17));
            wr(f, CFG(i), g_rand_int_range(rand, 0, 32));
        }
        for (uint32_t addr = 0; addr < 64; addr += 4) {
            RmDecision d = f->c->ops->decide(f->c, 0, addr, false);

            g_assert_true(range_holds(f, addr, d.addr_mask));
            g_assert_true(d.addr_mask == 63 ||
                          !range_holds(f, addr, d.addr_mask * 2 + 1));
        }
    }
    g_rand_free(rand);
}

/* --- denied accesses --- */

static void assert_record(Fixture *f, uint32_t info, uint32_t addr,
                          uint32_t id)
{
    g_assert_cmphex(rd(f, ERR_INFO), ==, info);
    g_assert_cmphex(rd(f, ERR_REQADDR), ==, addr >> 2);
    g_assert_cmphex(rd(f, ERR_REQADDRH), ==, 0);
    g_assert_cmphex(rd(f, ERR_REQID), ==, id);
}

static void test_record(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t addr;
        unsigned size, attrs;
        bool is_write;
        uint32_t info, id;
    } cases[] = {
        { 0x104, 4, 1, true, 1 | 2 << 1 | 2 << 4, 1 | 1 << 16 },
        { 0x204, 4, 1, false, 1 | 1 << 1 | 1 << 4, 1 | 2 << 16 },
        { 0x304, 4, 1, false, 1 | 1 << 1 | 1 << 4, 1 | 5 << 16 },
        { 0x202, 2, 1 | RM_SECURE, false, 1 | 1 << 1 | 1 << 4, 1 | 2 << 16 },
        { 0x1fc, 8, 1, false, 1 | 1 << 1 | PARTIAL << 4, 1 | 1 << 16 },
        { 0xfff8, 8, 1, true, 1 | 2 << 1 | NO_HIT << 4, 1 },
        { 0x104, 1, 2, true, 1 | 2 << 1 | NO_HIT << 4, 2 },
        { 0x104, 1, 3, false, 1 | 1 << 1 | UNKNOWN << 4, 3 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        f->c->ops->reset(f->c, SIZE, 0);
        wr(f, MDCFG(0), 8);
        wr(f, SRCMD(1), 1 << 1);
        wr(f, HWCFG0, ENABLE);
        entry(f, 1, NAPOT, 0x100, 0x100, R);
        entry(f, 2, NAPOT, 0x200, 0x100, W);
        entry(f, 5, NAPOT, 0x300, 0x100, W);
        denied(f, cases[i].addr, cases[i].size, cases[i].attrs,
               cases[i].is_write);
        assert_record(f, cases[i].info, cases[i].addr, cases[i].id);
    }
}

/* Only the first one, until v is cleared. */
static void test_first_record(Fixture *f, gconstpointer data)
{
    wr(f, HWCFG0, ENABLE);
    denied(f, 0x1238, 4, 1, false);
    assert_record(f, 0x53, 0x1238, 1);
    denied(f, 0x2000, 4, 2, true);
    assert_record(f, 0x53, 0x1238, 1);
    wr(f, ERR_INFO, ~1u);
    assert_record(f, 0x53, 0x1238, 1);
    wr(f, ERR_INFO, 1);              /* v goes, and only v */
    assert_record(f, 0x52, 0x1238, 1);
    denied(f, 0x2000, 4, 2, true);
    assert_record(f, 0x55, 0x2000, 2);
    wr(f, ERR_REQADDR, 0);              /* read-only */
    wr(f, ERR_REQADDRH, 7);
    wr(f, ERR_REQID, 0);
    assert_record(f, 0x55, 0x2000, 2);
}

/* The entry's bits: for reads 5 and 8, for writes 6 and 9. */
static void test_reactions(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t err_cfg, cfg[2];       /* of entries 4 and 5, both cover */
        bool interrupt, error, record, record_0_7;  /* of a read */
    } cases[] = {
        { 0, { 0, 0 }, false, true, true, true },
        { IE, { 0, 0 }, true, true, true, true },
        { RS, { 0, 0 }, false, false, false, true },
        { IE | RS, { 0, 0 }, true, false, true, true },
        /* those of writes do not count */
        { IE, { 0x240, 0x240 }, true, true, true, true },
        /* all that match have to suppress it */
        { IE, { 0x20, 0 }, true, true, true, true },
        { IE, { 0x20, 0x20 }, false, true, true, true },
        { IE, { 0x100, 0 }, true, true, true, true },
        { IE, { 0x100, 0x100 }, true, false, true, true },
        { IE, { 0x120, 0x120 }, false, false, false, false },
        { IE, { 0x120, 0x100 }, true, false, true, false },
        { 0, { 0x100, 0x100 }, false, false, false, true },
        { RS, { 0x20, 0x20 }, false, false, false, false },
        { IE | RS, { 0x20, 0 }, true, false, true, false },
    };

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
        unsigned k = i / 2;
        bool old = i % 2, record;

        become(f, old ? "v07-md-indexed" : "md-indexed");
        wr(f, MDCFG(0), ENTRIES);
        wr(f, HWCFG0, ENABLE | ENABLE_0_7);
        entry(f, 4, NA4, 0x100, 0, W | cases[k].cfg[0]);
        entry(f, 5, NA4, 0x100, 0, cases[k].cfg[1]);
        wr(f, ERR_CFG, cases[k].err_cfg);
        record = old ? cases[k].record_0_7 : cases[k].record;
        g_assert_cmpuint(denied(f, 0x100, 4, 0, false), ==,
                         cases[k].error ? RM_TX_ERROR : RM_TX_OK);
        g_assert_cmphex(rd(f, ERR_INFO), ==, record ? 0x13 : 0);
        g_assert_cmpint(irq(f), ==, record && cases[k].interrupt);
        /* where no entry hits, none suppresses anything */
        become(f, "md-indexed");
        wr(f, HWCFG0, ENABLE);
        wr(f, ERR_CFG, IE);
        g_assert_cmpuint(denied(f, 0x100, 4, 0, false), ==, RM_TX_ERROR);
        g_assert_true(irq(f));
    }
}

static void test_irq_level(Fixture *f, gconstpointer data)
{
    wr(f, HWCFG0, ENABLE);
    denied(f, 0x1000, 4, 0, true);      /* recorded, quietly */
    wr(f, ERR_CFG, IE);
    denied(f, 0x1000, 4, 0, false);     /* not recorded: no interrupt */
    g_assert_false(irq(f));
    wr(f, ERR_INFO, 1);
    denied(f, 0x1000, 4, 0, false);
    g_assert_true(irq(f));
    wr(f, ERR_CFG, 0);
    wr(f, ERR_INFO, 0);
    denied(f, 0x1000, 4, 0, true);
    g_assert_true(irq(f));
    wr(f, ERR_INFO, 1);
    g_assert_false(irq(f));
}

#define MSI             8u      /* ERR_CFG.msi_sel; ERR_INFO.msi_werr */

/* The message of a violation, or none. */
static void assert_msi(Fixture *f, uint64_t addr, uint32_t value, bool sent)
{
    f->c->msi.sent = false;
    denied(f, 0x1000, 4, 0, true);
    g_assert_false(irq(f));
    g_assert_cmpint(f->c->msi.sent, ==, sent);
    if (sent) {
        g_assert_cmphex(f->c->msi.addr, ==, addr);
        g_assert_cmphex(f->c->msi.value, ==, value);
    }
}

static void test_msi(Fixture *f, gconstpointer data)
{
    become(f, "msi");
    wr(f, HWCFG0, ENABLE);
    g_assert_cmphex(rd(f, HWCFG2) >> 26 & 3, ==, 3);
    wr(f, ERR_CFG, IE | MSI | 0x7ff << 8);
    wr(f, ERR_MSIADDR, RM_MSI_SIZE - 4);
    assert_msi(f, RM_MSI_SIZE - 4, 0x7ff, true);
    assert_msi(f, 0, 0, false);         /* no new record */
    wr(f, ERR_INFO, 1);
    wr(f, ERR_MSIADDR, RM_MSI_SIZE);    /* nobody takes it there */
    assert_msi(f, 0, 0, false);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 0x15c | 1);
    wr(f, ERR_INFO, 1);
    wr(f, ERR_MSIADDR, 0);
    assert_msi(f, 0, 0x7ff, true);
    g_assert_cmphex(rd(f, ERR_INFO) & MSI, ==, MSI);
    wr(f, ERR_INFO, MSI);
    g_assert_cmphex(rd(f, ERR_INFO) & (MSI | 1), ==, 1);
    wr(f, ERR_INFO, 1);
    wr(f, ERR_MSIADDRH, 1);
    assert_msi(f, 0, 0, false);
    wr(f, ERR_CFG, 1);
    wr(f, ERR_MSIADDRH, 0);             /* locked */
    g_assert_cmphex(rd(f, ERR_MSIADDRH), ==, 1);

    become(f, "v07-msi");               /* no ERR_MSIADDRH: in words */
    wr(f, HWCFG0, ENABLE_0_7);
    wr(f, ERR_CFG, IE | MSI);
    wr(f, ERR_MSIADDR, 0x400);
    wr(f, ERR_MSIADDRH, 1);
    assert_msi(f, 0x1000, 0, true);

    become(f, "full");                  /* none */
    wr(f, ERR_CFG, IE | MSI | 0x700);
    wr(f, ERR_MSIADDR, 0x400);
    g_assert_cmphex(rd(f, ERR_CFG), ==, IE);
    g_assert_cmphex(rd(f, ERR_MSIADDR), ==, 0);
}

static void test_fabricated(Fixture *f, gconstpointer data)
{
    static const uint64_t values[] = {
        [1] = 0xef, [2] = 0xbeef, [4] = 0xdeadbeef, [8] = 0xdeadbeef,
    };

    wr(f, HWCFG0, ENABLE);
    wr(f, ERR_CFG, RS);
    for (unsigned size = 1; size <= 8; size *= 2) {
        uint64_t value = 1;

        f->c->ops->denied(f->c, 0, size, 0, false, &value);
        g_assert_cmphex(value, ==, values[size]);
    }
}

/* Who else did what is not allowed, 16 requesters at a time. */
static void test_mfr(Fixture *f, gconstpointer data)
{
    become(f, "many");
    wr(f, HWCFG0, ENABLE);
    denied(f, 0, 4, 1, false);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 0x53);
    g_assert_cmphex(rd(f, ERR_MFR), ==, 0);
    denied(f, 0, 4, 3, false);
    denied(f, 0, 4, 2, true);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 0x153);
    wr(f, ERR_MFR, 2 << 16 | 0xffff);   /* from window 2 on, round */
    g_assert_cmphex(rd(f, ERR_MFR), ==, 1u << 31 | 0xc);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 0x53);
    g_assert_cmphex(rd(f, ERR_MFR), ==, 0);
    wr(f, ERR_MFR, 3 << 16);
    g_assert_cmphex(rd(f, ERR_MFR), ==, 3 << 16);
    wr(f, ERR_MFR, 4 << 16);            /* there is no such window */
    g_assert_cmphex(rd(f, ERR_MFR), ==, 0);
    /* what is suppressed is none; v goes, the others stay */
    denied(f, 0, 4, 0, true);
    wr(f, ERR_CFG, RS);
    denied(f, 0, 4, 1, true);
    wr(f, ERR_INFO, 1);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 0x152);
    g_assert_cmphex(rd(f, ERR_MFR), ==, 1u << 31 | 1);
    /* a requester that there is not has no bit */
    become(f, "compact-dynamic-k");
    wr(f, HWCFG0, ENABLE);
    denied(f, 0, 4, 3, false);
    denied(f, 0, 4, 3, false);
    g_assert_cmphex(rd(f, ERR_MFR), ==, 0);
}

/* --- what is free --- */

static void test_accept(Fixture *f, gconstpointer data)
{
    one_domain(f);
    for (unsigned i = 3; i < 7; i++) {
        entry(f, i, NA4, 0x100 + (i == 5), 0, 0);
    }
    wr(f, HWCFG2, 3);
    entry(f, 5, NA4, 0x200, 0, 0);
    denied(f, 0x100, 4, 0, false);      /* 3, 4 and 6 */
    for (unsigned eid = 0; eid < 9; eid++) {
        bool one_of_them = eid == 3 || eid == 4 || eid == 6;

        g_assert_cmpint(f->c->ops->accept(f->c, ERR_REQID, eid << 16), ==,
                        one_of_them);
    }
    g_assert_cmphex(rd(f, ERR_REQID), ==, 6 << 16);
    g_assert_false(f->c->ops->accept(f->c, ERR_REQID, 4 << 16 | 1));
    g_assert_false(f->c->ops->accept(f->c, ERR_INFO, 0));
    g_assert_false(f->c->ops->accept(f->c, ERR_REQID, 0xffffu << 16));
    wr(f, ERR_INFO, 1);
    denied(f, 0x300, 4, 0, false);      /* none: any */
    g_assert_true(f->c->ops->accept(f->c, ERR_REQID, 0xabcdu << 16));
    g_assert_cmphex(rd(f, ERR_REQID), ==, 0xabcdu << 16);
    wr(f, ERR_INFO, 1);
    wr(f, HWCFG2, 4);
    denied(f, 0x100, 4, 0, false);      /* 3 has priority */
    g_assert_cmphex(rd(f, ERR_REQID), ==, 3 << 16);
    g_assert_false(f->c->ops->accept(f->c, ERR_REQID, 4 << 16));
}

/* MDCFG, until it is written */
static void test_accept_mdcfg(Fixture *f, gconstpointer data)
{
    g_assert_true(f->c->ops->accept(f->c, MDCFG(1), 3));
    g_assert_cmphex(rd(f, MDCFG(1)), ==, 3);
    wr(f, MDCFG(1), 4);
    g_assert_false(f->c->ops->accept(f->c, MDCFG(1), 3));
    wr(f, MDCFGLCK, 1 << 1);
    wr(f, MDCFG(0), 5);                 /* locked */
    g_assert_false(f->c->ops->accept(f->c, MDCFG(0), 5));
}

static bool undefined(Fixture *f, unsigned rrid, uint32_t addr,
                      RmAccessType type)
{
    return f->c->ops->undefined(f->c, rrid, addr, type);
}

/*
 * Whose entries 3 and up are, an improper MDCFG does not say: not in the pages
 * that they touch, where the requester is in a domain.
 */
static void test_improper(Fixture *f, gconstpointer data)
{
    static const unsigned t[] = { 2, 4, 3, 8 };

    for (unsigned m = 0; m < MDS; m++) {
        wr(f, MDCFG(m), t[m]);
    }
    wr(f, SRCMD(0), 1 << 3);            /* the domain that is improper */
    entry(f, 2, NAPOT, 0x1000, 0x1000, R);
    entry(f, 3, NA4, 0x2ff8, 0, R);
    entry(f, 5, NAPOT, 0x4000, 0x2000, R);
    g_assert_false(undefined(f, 0, 0x2000, RM_LOAD));   /* not enabled */
    wr(f, HWCFG0, ENABLE);
    for (unsigned page = 0; page < 8; page++) {
        bool is = page == 2 || page == 4 || page == 5;

        g_assert_cmpint(undefined(f, 0, page << 12, RM_LOAD), ==, is);
        g_assert_cmpint(undefined(f, 0, page << 12 | 0xfff, RM_STORE), ==, is);
        g_assert_false(undefined(f, 1, page << 12, RM_LOAD));   /* in none */
        g_assert_false(undefined(f, 3, page << 12, RM_LOAD));   /* unknown */
    }
    wr(f, MDCFG(2), 4);
    g_assert_false(undefined(f, 0, 0x2000, RM_LOAD));
    /* those that are improper have nothing, and nobody else what is not his */
    for (unsigned m = 0; m < MDS; m++) {
        wr(f, MDCFG(m), m ? 0 : 8);
    }
    g_assert_false(undefined(f, 0, 0x2000, RM_LOAD));
    become(f, "rapid-k");
    wr(f, HWCFG0, ENABLE);
    wr(f, SRCMD(0), 0x1e);
    entry(f, 7, NA4, 0x2000, 0, R);
    g_assert_false(undefined(f, 0, 0x2000, RM_LOAD));
}

static void write_in(RmModel *m, uint32_t offset, uint32_t value)
{
    uint64_t v = value;
    RmResult r;

    rm_result_init(&r);
    g_assert_cmpuint(rm_register(m, 0, offset, 4, 0, true, &v, &r.log), ==,
                     RM_TX_OK);
}

/* Neither accesses nor DMA go through a page of which nobody knows whose it is. */
static void test_improper_in_path(void)
{
    static const struct {
        uint32_t offset, value;
    } writes[] = {
        { MDCFG(0), 2 }, { MDCFG(1), 4 }, { MDCFG(2), 3 }, { MDCFG(3), 8 },
        { SRCMD(0), 1 << 3 }, { ADDR(3), 0x2ff8 >> 2 }, { CFG(3), NA4 | R },
    };
    RmModel *m = rm_new();
    RmPreset preset = { .checker = RM_IOPMP };
    RmAccess a = { .kind = RM_PLAIN, .type = RM_LOAD, .size = 4 };
    RmDma d = { .size = 8 };

    preset.pt[0][1] = (RmPte) { .pa = 0x1000, .prot = 7 };
    preset.pt[0][2] = (RmPte) { .pa = 0x2000, .prot = 7 };
    rm_reset(m, &preset, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(writes); i++) {
        write_in(m, writes[i].offset, writes[i].value);
    }
    for (unsigned enabled = 0; enabled < 2; enabled++) {
        a.va = 0x2ff8;
        d.pa = 0x2ff8;
        g_assert_cmpint(rm_covered(m, &a), ==, !enabled);
        g_assert_cmpint(rm_dma_covered(m, &d), ==, !enabled);
        a.va = 0x1ff8;
        d.pa = 0x1ff8;
        g_assert_true(rm_covered(m, &a));
        g_assert_true(rm_dma_covered(m, &d));
        write_in(m, HWCFG0, ENABLE);
    }
    rm_free(m);
}

/*
 * One that is denied is recorded as what it is, and the bits for fetches
 * count, where the instance checks fetches.
 */
static void test_denied_fetch(Fixture *f, gconstpointer data)
{
    uint64_t value;

    become(f, "sps");                   /* checks them */
    one_domain(f);
    for (unsigned column = 2; column < 8; column += 2) {
        wr(f, SRCMD(0) + 4 * column, 1 << 1);
    }
    entry(f, 0, NAPOT, 0x1000, 0x1000, 1 << 10);        /* sexe */
    entry(f, 1, NAPOT, 0x2000, 0x1000, X);
    g_assert_cmpuint(f->c->ops->denied(f->c, 0x1000, 4, 0, RM_FETCH, &value),
                     ==, RM_TX_OK);
    assert_record(f, 0, 0, 0);
    wr(f, ERR_CFG, IE);
    g_assert_cmpuint(f->c->ops->denied(f->c, 0x1000, 4, 0, RM_FETCH, &value),
                     ==, RM_TX_OK);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 1 | FETCH << 1 | FETCH << 4);
    wr(f, ERR_INFO, 1);
    g_assert_cmpuint(f->c->ops->denied(f->c, 0x1000, 4, 0, RM_LOAD, &value),
                     ==, RM_TX_ERROR);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 1 | READ << 1 | READ << 4);
    /* to be fetched and not to be read, which is what is asked about */
    g_assert_true(undefined(f, 0, 0x2000, RM_FETCH));
    g_assert_false(undefined(f, 0, 0x2000, RM_LOAD));
    g_assert_false(undefined(f, 0, 0x1000, RM_FETCH));
    g_assert_false(undefined(f, 0, 0x3000, RM_FETCH));

    become(f, "full");                  /* does not */
    one_domain(f);
    entry(f, 0, NAPOT, 0x1000, 0x1000, X);
    f->c->ops->denied(f->c, 0x1000, 4, 0, RM_FETCH, &value);
    g_assert_cmphex(rd(f, ERR_INFO), ==, 1 | READ << 1 | READ << 4);
    g_assert_false(undefined(f, 0, 0x1000, RM_FETCH));
}

/* An implementation for the model to learn from: another one. */
static uint64_t read_other(void *opaque, uint32_t offset, unsigned size)
{
    return rd(opaque, offset);
}

static void write_other(void *opaque, uint32_t offset, unsigned size,
                        uint64_t value)
{
    wr(opaque, offset, value);
}

static bool read_behind_other(void *opaque, uint32_t addr, unsigned size,
                              uint64_t *value)
{
    Fixture *f = opaque;

    return f->c->ops->denied(f->c, addr, size, 0, RM_LOAD, value) == RM_TX_OK;
}

static bool told_nothing(void *opaque, const char *setting)
{
    return false;
}

static bool always(void *opaque)
{
    return true;
}

/* Of a mode that is not there, after each mode: what does CFG.a become? */
static void assert_modes(Fixture *f, Fixture *other)
{
    static const unsigned modes[] = { NAPOT, TOR, NAPOT, NA4, OFF, NA4 };

    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
        wr(f, CFG(7), modes[i]);
        wr(other, CFG(7), modes[i]);
        g_assert_cmphex(rd(f, CFG(7)), ==, rd(other, CFG(7)));
    }
}

/* What one has chosen the other one learns: then they are the same. */
static void test_learn(Fixture *f, gconstpointer data)
{
    static const uint32_t asked[] = {
        0x00, HWCFG0, HWCFG1, HWCFG2, HWCFG3, MDLCK, MDCFGLCK, ENTRYLCK, ERR_CFG,
        ERR_REQID, ERR_MSIADDR, ERR_MSIADDRH, MDCFG(3), ADDR(7), ADDRH(7),
        CFG(7),
    };
    Fixture other;

    set_up(&other, NULL);
    for (unsigned v = 0; v < RM_IOPMP_CONFIGS; v++) {
        const RmRegisters r = {
            read_other, write_other, read_behind_other, told_nothing, &other,
        };

        other.c->ops->choose(other.c, v, always, NULL);
        other.c->ops->reset(other.c, SIZE, v);
        g_assert_false(f->c->ops->knows(f->c, v));
        f->c->ops->learn(f->c, v, &r);
        g_assert_true(f->c->ops->knows(f->c, v));
        other.c->ops->reset(other.c, SIZE, v);
        f->c->ops->reset(f->c, SIZE, v);
        assert_modes(f, &other);
        for (unsigned i = 0; i < G_N_ELEMENTS(asked); i++) {
            g_assert_cmphex(rd(f, asked[i]), ==, rd(&other, asked[i]));
            wr(f, asked[i], ~0u);
            wr(&other, asked[i], ~0u);
            g_assert_cmphex(rd(f, asked[i]), ==, rd(&other, asked[i]));
        }
    }
    tear_down(&other, NULL);
}

/* Features and sizes are those that the implementation says it has. */
static void test_learn_features(Fixture *f, gconstpointer data)
{
    static const char *const like[] = {
        "v07-all", "coarse", "least", "sps", "prelocked", "locked", "msi",
        "v07-msi",
    };
    unsigned v = variant("full");
    Fixture other;

    for (unsigned i = 0; i < G_N_ELEMENTS(like); i++) {
        const RmRegisters r = {
            read_other, write_other, read_behind_other, told_nothing, &other,
        };

        set_up(&other, NULL);
        become(&other, like[i]);
        tear_down(f, NULL);
        set_up(f, NULL);
        f->c->ops->learn(f->c, v, &r);
        become(&other, like[i]);
        become(f, "full");
        for (uint32_t offset = 0; offset < RM_IOPMP_REGISTERS; offset += 4) {
            g_assert_cmphex(rd(f, offset), ==, rd(&other, offset));
            wr(f, offset, ~1u);
            wr(&other, offset, ~1u);
            g_assert_cmphex(rd(f, offset), ==, rd(&other, offset));
        }
        tear_down(&other, NULL);
    }
}

/* As read_other(), of an instance whose prio_entry is fixed. */
static uint64_t read_fixed(void *opaque, uint32_t offset, unsigned size)
{
    return rd(opaque, offset) & ~(offset == HWCFG2 ? PRIO_ENT_PROG : 0);
}

static void test_learn_fixed(Fixture *f, gconstpointer data)
{
    Fixture other;
    const RmRegisters r = {
        read_fixed, write_other, read_behind_other, told_nothing, &other,
    };

    set_up(&other, NULL);
    f->c->ops->learn(f->c, 0, &r);
    f->c->ops->reset(f->c, SIZE, 0);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0x20004);
    wr(f, HWCFG2, 7);
    g_assert_cmphex(rd(f, HWCFG2), ==, 0x20004);
    tear_down(&other, NULL);
}

static bool told_rdata(void *opaque, const char *setting)
{
    return !strcmp(setting, "err_rdata");
}

/* One that lets a denied read have what is there. */
static bool leak(void *opaque, uint32_t addr, unsigned size, uint64_t *value)
{
    *value = addr & 0xff;
    return true;
}

static void assert_fabricated(Fixture *f, unsigned size, uint64_t want)
{
    uint64_t value = ~want;

    f->c->ops->reset(f->c, SIZE, 0);
    wr(f, HWCFG0, ENABLE);
    wr(f, ERR_CFG, RS);
    g_assert_cmpuint(f->c->ops->denied(f->c, 0x1000, size, 0, RM_LOAD, &value),
                     ==, RM_TX_OK);
    g_assert_cmphex(value, ==, want);
}

/* What a read is answered that is denied without an error. */
static void test_learn_fabricated(Fixture *f, gconstpointer data)
{
    Fixture other;
    RmRegisters r = {
        read_other, write_other, read_behind_other, told_rdata, &other,
    };

    set_up(&other, NULL);
    other.c->ops->choose(other.c, 0, always, NULL);
    other.c->ops->reset(other.c, SIZE, 0);
    f->c->ops->learn(f->c, 0, &r);
    assert_fabricated(f, 1, 0xef);
    assert_fabricated(f, 8, 0xdeadbeef);

    r.was_told = told_nothing;
    other.c->ops->reset(other.c, SIZE, 0);
    f->c->ops->learn(f->c, 0, &r);
    assert_fabricated(f, 1, 0x5a);
    assert_fabricated(f, 2, 0x2d);
    assert_fabricated(f, 4, 0x16);
    assert_fabricated(f, 8, 0x0b);
    tear_down(&other, NULL);

    tear_down(f, NULL);
    set_up(f, NULL);
    set_up(&other, NULL);
    r.read_behind = leak;
    f->c->ops->learn(f->c, 0, &r);
    assert_fabricated(f, 4, 0xdeadbeef);
    tear_down(&other, NULL);
}

/* It was denied when it was translated, and is not any more. */
static void test_denied_no_more(Fixture *f, gconstpointer data)
{
    g_assert_cmpuint(denied(f, 0x1000, 4, 0, false), ==, RM_TX_ERROR);
    assert_record(f, 0, 0, 0);
    wr(f, ERR_CFG, IE | RS);
    g_assert_cmpuint(denied(f, 0x1000, 4, 0, false), ==, RM_TX_OK);
    g_assert_false(irq(f));
}

static void add_test(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/iopmp/registers", test_registers);
    add_test("/iopmp/entry-registers", test_entry_registers);
    add_test("/iopmp/sizes", test_sizes);
    add_test("/iopmp/hwcfg", test_hwcfg);
    add_test("/iopmp/instances", test_instances);
    add_test("/iopmp/mdlck", test_mdlck);
    add_test("/iopmp/srcmd-lock", test_srcmd_lock);
    add_test("/iopmp/mdcfglck", test_mdcfglck);
    add_test("/iopmp/entrylck", test_entrylck);
    add_test("/iopmp/err-cfg-lock", test_err_cfg_lock);
    add_test("/iopmp/preset-locks", test_preset_locks);
    add_test("/iopmp/high-domains", test_high_domains);
    add_test("/iopmp/modes", test_modes);
    add_test("/iopmp/everything", test_everything);
    add_test("/iopmp/tor-begin", test_tor_begin);
    add_test("/iopmp/not-enabled", test_not_enabled);
    add_test("/iopmp/rights", test_rights);
    add_test("/iopmp/no-chk-x", test_no_chk_x);
    add_test("/iopmp/priority", test_priority);
    add_test("/iopmp/partial-hits", test_partial_hits);
    add_test("/iopmp/domains", test_domains);
    add_test("/iopmp/k", test_k);
    add_test("/iopmp/dynamic-k", test_dynamic_k);
    add_test("/iopmp/isolation", test_isolation);
    add_test("/iopmp/md-indexed", test_md_indexed);
    add_test("/iopmp/sps", test_sps);
    add_test("/iopmp/never", test_never);
    add_test("/iopmp/granularity", test_granularity);
    add_test("/iopmp/least", test_least);
    add_test("/iopmp/stall", test_stall);
    add_test("/iopmp/translation", test_translation);
    add_test("/iopmp/index", test_index);
    add_test("/iopmp/decisions", test_decisions);
    add_test("/iopmp/decide-not-enabled", test_decide_not_enabled);
    add_test("/iopmp/ranges", test_ranges);
    add_test("/iopmp/record", test_record);
    add_test("/iopmp/first-record", test_first_record);
    add_test("/iopmp/reactions", test_reactions);
    add_test("/iopmp/irq-level", test_irq_level);
    add_test("/iopmp/msi", test_msi);
    add_test("/iopmp/fabricated", test_fabricated);
    add_test("/iopmp/mfr", test_mfr);
    add_test("/iopmp/accept", test_accept);
    add_test("/iopmp/accept/mdcfg", test_accept_mdcfg);
    add_test("/iopmp/improper", test_improper);
    g_test_add_func("/iopmp/improper/in-path", test_improper_in_path);
    add_test("/iopmp/denied-fetch", test_denied_fetch);
    add_test("/iopmp/learn", test_learn);
    add_test("/iopmp/learn/features", test_learn_features);
    add_test("/iopmp/learn/fixed", test_learn_fixed);
    add_test("/iopmp/learn/fabricated", test_learn_fabricated);
    add_test("/iopmp/denied-no-more", test_denied_no_more);
    return g_test_run();
}
