/*
 * A guest behind the IOPMP before all of "virt" with iopmp=on, whose CPU is
 * requester 1 (-cpu rv64,iopmp=true,iopmp_rrid=1), and whose DMA is requester 0:
 * rights of each, denied accesses with and without a fault, what is recorded,
 * fetches, read-modify-writes, and DMA.
 *
 * QEMU's releases have no such board: it takes a tree with the device.  The
 * IOPMP is of specification 0.7, has memory domains of six entries each
 * (MDCFG_FMT 1), and tells which domains a requester has (SRCMD_FMT 0); of
 * another one the guest says that it is not for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "riscv64-virt.h"

#define IOPMP       0x10200000ul
#define IOPMP_IRQ   12
#define RRID_DMA    0
#define RRID_CPU    1

/* Its registers */
#define VERSION     0x0
#define HWCFG0      0x8
#define ENTRYOFFSET 0x2c
#define ENTRYOFFSET_POSTED 0x14     /* where the device has it that was posted */
#define ENTRYLCK    0x4c
#define ERR_CFG     0x60
#define ERR_INFO    0x64
#define ERR_REQADDR 0x68
#define ERR_REQID   0x70
#define SRCMD_EN(rrid)  (0x1000 + 0x20 * (rrid))
#define ENTRY_ADDR  0x0
#define ENTRY_ADDRH 0x4
#define ENTRY_CFG   0x8

#define CHK_X       (1u << 10)      /* of HWCFG0: a fetch has its own right */
#define ENABLE      (1u << 31)
#define FORMATS     (0x7fu << 17 | 0xf)     /* md_entry_num, of both tables */
#define IE          (1u << 1)       /* of ERR_CFG: an interrupt */
#define RS          (1u << 2)       /* no bus error */

/* cfg of an entry: its rights are the lowest bits */
#define OFF         0u
#define TOR         (1u << 3)
#define NAPOT       (3u << 3)
#define SERE        (1u << 8)       /* no bus error of a load */
#define SEWE        (1u << 9)       /* no bus error of a store */

/* Rights */
enum { NONE, R, W, RW, X };

/* What ERR_INFO says: that it is valid, and of what it was */
#define VALID       1u
enum { READ = 1, WRITE, FETCH, NOT_HIT = 5 };
#define INFO(type, error) (VALID | (type) << 1 | (error) << 4)

/*
 * Domain 0 is all but the window, for everyone; the pages of the window are in
 * domain 1 for the CPU, and in domain 2 for DMA.
 */
#define WINDOW      0x80400000ul
#define PAGES       6               /* one entry each: what a domain has */
#define DOMAIN(n)   (2u << (n))     /* in SRCMD_EN */
#define CPU_ENTRY   PAGES
#define DMA_ENTRY   (2 * PAGES)
#define PATTERN     0x1122334455667788ul

static uint64_t entries;

static uint64_t page(unsigned n)
{
    return WINDOW + n * PAGE;
}

/* --- the IOPMP */

static uint32_t reg_read(unsigned offset)
{
    return *io(IOPMP + offset);
}

static void reg_write(unsigned offset, uint32_t value)
{
    *io(IOPMP + offset) = value;
}

static void entry(unsigned n, uint64_t addr, uint32_t cfg)
{
    uint64_t at = entries + 16 * n;

    *io(at + ENTRY_ADDR) = addr;
    *io(at + ENTRY_ADDRH) = addr >> 32;
    *io(at + ENTRY_CFG) = cfg;
}

/* The rights of the CPU in a page of the window, and flags of its entry */
static void give(unsigned n, uint32_t cfg)
{
    entry(CPU_ENTRY + n, page(n) >> 2 | (PAGE / 8 - 1), NAPOT | cfg);
}

static void give_dma(unsigned n, uint32_t cfg)
{
    entry(DMA_ENTRY + n, page(n) >> 2 | (PAGE / 8 - 1), NAPOT | cfg);
}

static void clear_record(void)
{
    reg_write(ERR_INFO, VALID);
    expect("ERR_INFO", 0, reg_read(ERR_INFO) & VALID);
}

/* @entry: the one that was hit, or -1 */
static void expect_record(unsigned type, unsigned error, uint64_t address,
                          unsigned rrid, int entry)
{
    uint32_t id = reg_read(ERR_REQID);

    expect("ERR_INFO", INFO(type, error), reg_read(ERR_INFO) & 0xff);
    expect("ERR_REQADDR", (uint32_t)(address >> 2), reg_read(ERR_REQADDR));
    expect("requester", rrid, id & 0xffff);
    if (entry >= 0) {
        expect("entry", entry, id >> 16);
    }
    clear_record();
}

/* --- its tests */

static void set_up(void)
{
    uint64_t value = 0;

    if (reg_read(VERSION) >> 24 != 70 ||
        (reg_read(HWCFG0) & FORMATS) != ((PAGES - 1) << 17 | 1)) {
        print("an IOPMP of another kind, VERSION ");
        print_hex(reg_read(VERSION));
        print(", HWCFG0 ");
        print_hex(reg_read(HWCFG0));
        print("\nthe guest has failed\n");
        end(2);
    }
    part("all passes until it is enabled");
    expect("store", NO_FAULT, store(M, page(0), 8, PATTERN));
    expect_load(M, page(0), 8, PATTERN);
    expect("ERR_INFO", 0, reg_read(ERR_INFO));
    entries = reg_read(ENTRYOFFSET);
    if (!entries) {
        entries = reg_read(ENTRYOFFSET_POSTED);
    }
    entries += IOPMP;
    entry(0, WINDOW >> 2, TOR | RW | X);
    entry(1, page(PAGES) >> 2, OFF);
    entry(2, 0x100000000ul >> 2, TOR | RW | X);
    reg_write(SRCMD_EN(RRID_CPU), DOMAIN(0) | DOMAIN(1));
    reg_write(SRCMD_EN(RRID_DMA), DOMAIN(0) | DOMAIN(2));
    reg_write(HWCFG0, ENABLE);
    expect("HWCFG0", ENABLE, reg_read(HWCFG0) & ENABLE);

    part("what no entry has is denied");
    expect("load", LOAD_FAULT, access(M, load8, page(0), &value));
    expect_record(READ, NOT_HIT, page(0), RRID_CPU, -1);
    expect("store", STORE_FAULT, store(M, page(1) + 4, 4, 0));
    expect_record(WRITE, NOT_HIT, page(1) + 4, RRID_CPU, -1);
    expect("store", NO_FAULT, store(M, page(PAGES), 8, PATTERN));
    expect_load(M, page(PAGES), 8, PATTERN);
}

/* In a page, a load and a store, and how they end with these rights */
static void try(unsigned n, unsigned rights, bool store_first,
                uint64_t *content)
{
    uint64_t value = *content + 0x0101010101010101ul;

    for (unsigned i = 0; i < 2; i++) {
        if (store_first == !i) {
            expect("store", NO_FAULT, store(M, page(n) + 8, 8, value));
            *content = rights & W ? value : *content;
        } else {
            expect_load(M, page(n) + 8, 8, rights & R ? *content : 0);
        }
    }
}

static void test_rights(void)
{
    uint64_t content[PAGES];

    part("pages with other rights each, without a bus error");
    for (unsigned n = 0; n < PAGES; n++) {
        give(n, RW);
        content[n] = PATTERN * (n + 1);
        store(M, page(n) + 8, 8, content[n]);
    }
    reg_write(ERR_CFG, RS);
    for (unsigned step = 0; step < 64; step++) {
        for (unsigned i = 0; i < PAGES; i++) {
            unsigned n = (i * 5 + step) % PAGES;
            unsigned rights = (n + step + step / 8) & 3;

            give(n, rights);
            try(n, rights, (step + i) & 1, &content[n]);
            try(n, rights, step & 2, &content[n]);
        }
    }
    reg_write(ERR_CFG, 0);
    clear_record();

    part("and what was denied has changed nothing");
    for (unsigned n = 0; n < PAGES; n++) {
        give(n, R);
        expect_load(M, page(n) + 8, 8, content[n]);
    }
}

static void test_errors(void)
{
    uint64_t value = 0;

    part("denied is a fault");
    give(0, RW);
    store(M, page(0) + 16, 8, PATTERN);
    give(0, R);
    expect_load(M, page(0) + 16, 8, PATTERN);
    expect("store", STORE_FAULT, store(M, page(0) + 16, 4, 0));
    expect_record(WRITE, WRITE, page(0) + 16, RRID_CPU, CPU_ENTRY);
    expect_load(M, page(0) + 16, 8, PATTERN);
    give(0, W);
    expect("store", NO_FAULT, store(M, page(0) + 24, 8, ~PATTERN));
    expect("load", LOAD_FAULT, access(M, load2, page(0) + 24, &value));
    expect_record(READ, READ, page(0) + 24, RRID_CPU, CPU_ENTRY);

    part("or not, as the entry has it");
    give(0, SERE);
    expect_load(M, page(0) + 24, 4, 0);
    expect("store", STORE_FAULT, store(M, page(0) + 24, 4, 0));
    clear_record();
    give(0, SEWE);
    expect("store", NO_FAULT, store(M, page(0) + 24, 4, 0));
    expect("load", LOAD_FAULT, access(M, load4, page(0) + 24, &value));
    clear_record();
    give(0, R);
    expect_load(M, page(0) + 24, 8, ~PATTERN);

    part("the first one is recorded, until that is cleared");
    give(1, W);
    expect("load", LOAD_FAULT, access(M, load1, page(1) + 4, &value));
    expect("store", STORE_FAULT, store(M, page(0) + 8, 1, 0));
    expect_record(READ, READ, page(1) + 4, RRID_CPU, CPU_ENTRY + 1);

    part("and is an interrupt");
    irq_enable(IOPMP_IRQ);
    expect("interrupt", 0, irq_claim());
    reg_write(ERR_CFG, IE | RS);
    expect("store", NO_FAULT, store(M, page(0) + 12, 2, 0));
    expect("interrupt", IOPMP_IRQ, irq_claim());
    expect_record(WRITE, WRITE, page(0) + 12, RRID_CPU, CPU_ENTRY);
    irq_complete(IOPMP_IRQ);
    expect("interrupt", 0, irq_claim());
    reg_write(ERR_CFG, 0);
}

static void test_rmw(void)
{
    uint64_t value = 1;

    part("a read-modify-write needs both rights");
    give(2, RW);
    store(M, page(2), 8, PATTERN);
    expect("add", NO_FAULT, access(M, add8, page(2), &value));
    expect("before", PATTERN, value);
    expect_load(M, page(2), 8, PATTERN + 1);
    for (unsigned rights = NONE; rights < RW; rights++) {
        give(2, rights);
        for (unsigned i = 0; i < 2; i++) {
            value = 1;
            /* (which of the two is asked first is not said) */
            expect_error(access(M, add8, page(2), &value) != NO_FAULT);
            clear_record();
        }
        give(2, R);
        expect_load(M, page(2), 8, PATTERN + 1);
    }
    give(2, RW);
    value = 1;
    expect("add", NO_FAULT, access(M, add8, page(2), &value));
    expect_load(M, page(2), 8, PATTERN + 2);
}

static void test_fetch(void)
{
    uint64_t value = 0;
    const bool own_right = reg_read(HWCFG0) & CHK_X;

    part(own_right ? "a fetch has a right of its own" : "a fetch is a read");
    give(3, RW);
    store_code(page(3));
    for (unsigned step = 0; step < 4; step++) {
        give(3, !(step & 1) ? R | X : own_right ? RW : W | X);
        value = 0;
        if (step & 1) {
            expect("fetch", FETCH_FAULT, access(M, call, page(3), &value));
            expect_record(own_right ? FETCH : READ, own_right ? FETCH : READ,
                          page(3), RRID_CPU, CPU_ENTRY + 3);
        } else {
            expect("fetch", NO_FAULT, access(M, call, page(3), &value));
            expect("result", CODE_RESULT, value);
        }
    }
}

static void test_dma(void)
{
    part("DMA");
    give(4, RW);
    give_dma(4, RW);
    store(M, page(4), 8, 0);
    expect("DMA: error", false, dma_signature(page(4)));
    expect_load(M, page(4), 8, SIGNATURE);
    store(M, page(4), 8, PATTERN);
    give_dma(4, R);
    dma_signature(page(4));
    expect_record(WRITE, WRITE, page(4), RRID_DMA, DMA_ENTRY + 4);
    expect_load(M, page(4), 8, PATTERN);
    give(4, R);
    give_dma(4, W);
    expect("DMA: error", false, dma_signature(page(4)));
    expect_load(M, page(4), 8, (PATTERN & ~0xfffffffful) | SIGNATURE);
}

/* Until the board is reset; so it comes last. */
static void test_lock(void)
{
    part("entries that are locked");
    give(0, R);
    reg_write(ENTRYLCK, (CPU_ENTRY + 1) << 1 | 1);
    give(0, RW);
    expect("store", STORE_FAULT, store(M, page(0) + 8, 8, 0));
    clear_record();
    give(1, RW);
    expect("store", NO_FAULT, store(M, page(1) + 8, 8, PATTERN));
    expect_load(M, page(1) + 8, 8, PATTERN);
}

int main(void)
{
    set_up();
    test_rights();
    test_errors();
    test_rmw();
    test_fetch();
    test_dma();
    test_lock();
    return 0;
}
