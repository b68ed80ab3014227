/*
 * A guest behind the wgChecker before the RAM of "virt" with wg=on: four
 * worlds, of which M mode is the last one, the trusted one, and mlwid says which
 * one S mode is.  Denied accesses with and without a fault, what is recorded,
 * fetches, read-modify-writes, and DMA.
 *
 * QEMU's releases have no such board: it takes a tree with the device.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "riscv64-virt.h"

#define WGC         0x6000000ul
#define WGC_IRQ     15
#define NSLOTS      16
#define WORLDS      4
#define TRUSTED     3

/* Its registers */
#define NSLOTS_REG  0x8
#define ERRCAUSE    0x10
#define ERRADDR     0x18
#define SLOT(n)     (0x20 + 0x20 * (n))
#define SLOT_ADDR   0x0
#define SLOT_PERM   0x8
#define SLOT_CFG    0x10

/* cfg of a slot */
#define OFF         0u
#define TOR         1u
#define NAPOT       3u
#define ER          (1u << 8)
#define EW          (1u << 9)
#define IR          (1u << 10)
#define IW          (1u << 11)
#define LOCK        (1u << 31)

#define ERRCAUSE_R  (1ul << 8)
#define ERRCAUSE_W  (1ul << 9)
#define ERRCAUSE_BE (1ul << 62)
#define ERRCAUSE_IP (1ul << 63)

/* Rights */
enum { NONE, R, W, RW };

/*
 * All worlds may use what is below the window, where the program is; each page
 * of the window has a slot of its own; what is above is the trusted world's.
 */
#define WINDOW      0x80400000ul
#define PAGES       13
#define PAGE_SLOT   2
#define PATTERN     0x1122334455667788ul

static uint64_t page(unsigned n)
{
    return WINDOW + n * PAGE;
}

/* --- the checker */

static uint64_t reg_read8(unsigned offset)
{
    return *(volatile uint64_t *)(WGC + offset);
}

static void reg_write8(unsigned offset, uint64_t value)
{
    *(volatile uint64_t *)(WGC + offset) = value;
}

static void reg_write4(unsigned offset, uint32_t value)
{
    *io(WGC + offset) = value;
}

static uint64_t perm(unsigned world, unsigned rights)
{
    return (uint64_t)rights << 2 * world;
}

static uint64_t perm_all(unsigned rights)
{
    return perm(0, rights) | perm(1, rights) | perm(2, rights) |
        perm(3, rights);
}

static void slot(unsigned n, uint64_t addr, uint64_t perms, uint32_t cfg)
{
    reg_write8(SLOT(n) + SLOT_ADDR, addr);
    reg_write8(SLOT(n) + SLOT_PERM, perms);
    reg_write4(SLOT(n) + SLOT_CFG, cfg);
}

/* The rights of a page of the window, and what a denied access does */
static void give(unsigned n, uint64_t perms, uint32_t errors)
{
    slot(PAGE_SLOT + n, page(n) >> 2 | (PAGE / 8 - 1), perms, NAPOT | errors);
}

/* As which world the loads and stores of S mode are made */
static void enter(unsigned world)
{
    csr_write(0x390, world);    /* mlwid */
}

static void expect_record(unsigned world, bool is_store, uint64_t address,
                          uint64_t flags)
{
    expect("ERRCAUSE", world | (is_store ? ERRCAUSE_W : ERRCAUSE_R) | flags,
           reg_read8(ERRCAUSE));
    expect("ERRADDR", address >> 2, reg_read8(ERRADDR));
    if (flags & ERRCAUSE_IP) {
        expect("interrupt", WGC_IRQ, irq_claim());
    }
    /* (whether more of it can be written is open) */
    reg_write8(ERRCAUSE, 0);
    expect("ERRCAUSE", 0, reg_read8(ERRCAUSE) & (ERRCAUSE_BE | ERRCAUSE_IP));
    if (flags & ERRCAUSE_IP) {
        irq_complete(WGC_IRQ);
    }
    expect("interrupt", 0, irq_claim());
}

/* --- its tests */

static void test_reset(void)
{
    part("at reset, all is the trusted world's");
    expect("NSLOTS", NSLOTS, reg_read8(NSLOTS_REG));
    expect("ERRCAUSE", 0, reg_read8(ERRCAUSE));
    expect("store", NO_FAULT, store(M, page(0), 8, PATTERN));
    expect_load(M, page(0), 8, PATTERN);
    for (unsigned world = 0; world < TRUSTED; world++) {
        enter(world);
        expect_load(S, page(0), 8, 0);
        expect("store", NO_FAULT, store(S, page(0), 8, ~PATTERN));
    }
    enter(TRUSTED);
    expect_load(S, page(0), 8, PATTERN);
    expect("ERRCAUSE", 0, reg_read8(ERRCAUSE));
}

static void set_up(void)
{
    part("the program is everyone's, the window no one's");
    slot(1, WINDOW >> 2, perm_all(RW), TOR);
    reg_write8(SLOT(NSLOTS - 1) + SLOT_ADDR, page(PAGES) >> 2);
    for (unsigned n = 0; n < PAGES; n++) {
        give(n, 0, 0);
        expect_load(M, page(n), 8, 0);
    }
    /* It has no say behind the first one. */
    expect("store", NO_FAULT, store(M, page(PAGES), 8, PATTERN));
    expect_load(M, page(PAGES), 8, PATTERN);
}

/* In a page, a load, a store, and how they end with these rights */
static void try(Mode mode, unsigned n, unsigned rights, bool store_first,
                uint64_t *content)
{
    uint64_t value = *content + 0x0101010101010101ul;

    if (store_first) {
        expect("store", NO_FAULT, store(mode, page(n) + 8, 8, value));
        *content = rights & W ? value : *content;
    }
    expect_load(mode, page(n) + 8, 8, rights & R ? *content : 0);
    if (!store_first) {
        expect("store", NO_FAULT, store(mode, page(n) + 8, 8, value));
        *content = rights & W ? value : *content;
    }
}

static void test_rights(void)
{
    uint64_t content[PAGES];

    part("each world has other rights in each page");
    for (unsigned n = 0; n < PAGES; n++) {
        give(n, perm(TRUSTED, RW), 0);
        content[n] = PATTERN * (n + 1);
        store(M, page(n) + 8, 8, content[n]);
    }
    for (unsigned step = 0; step < 16; step++) {
        /* the loads first, or the stores, and each time from another page */
        for (unsigned n = 0; n < PAGES; n++) {
            uint64_t perms = 0;

            for (unsigned world = 0; world < WORLDS; world++) {
                perms |= perm(world, (n + step + world * (n / 4 + 1)) & 3);
            }
            give(n, perms, 0);
        }
        for (unsigned world = 0; world < WORLDS; world++) {
            enter(world);
            for (unsigned i = 0; i < PAGES; i++) {
                unsigned n = (i * 5 + step) % PAGES;
                unsigned rights = (n + step + world * (n / 4 + 1)) & 3;

                try(S, n, rights, (step + i) & 1, &content[n]);
                if (world == TRUSTED) {
                    try(M, n, rights, step & 1, &content[n]);
                }
            }
        }
    }
    part("and what was denied has changed nothing");
    for (unsigned n = 0; n < PAGES; n++) {
        give(n, perm(TRUSTED, R), 0);
        expect_load(M, page(n) + 8, 8, content[n]);
    }
    expect("ERRCAUSE", 0, reg_read8(ERRCAUSE));
}

static void test_errors(void)
{
    uint64_t value = 0, record;

    part("denied is a fault");
    enter(1);
    give(0, perm(1, R) | perm(TRUSTED, RW), EW);
    store(M, page(0) + 16, 8, PATTERN);
    expect_load(S, page(0) + 16, 8, PATTERN);
    expect("store", STORE_FAULT, store(S, page(0) + 16, 4, 0));
    expect_record(1, true, page(0) + 16, ERRCAUSE_BE);
    expect_load(S, page(0) + 16, 8, PATTERN);
    give(0, perm(1, W) | perm(TRUSTED, RW), ER);
    expect("store", NO_FAULT, store(S, page(0) + 24, 8, ~PATTERN));
    expect("load", LOAD_FAULT, access(S, load2, page(0) + 24, &value));
    expect_record(1, false, page(0) + 24, ERRCAUSE_BE);
    expect_load(M, page(0) + 24, 8, ~PATTERN);

    part("denied is an interrupt");
    irq_enable(WGC_IRQ);
    give(0, perm(TRUSTED, RW), IR | IW);
    expect_load(S, page(0) + 32, 4, 0);
    expect_record(1, false, page(0) + 32, ERRCAUSE_IP);
    expect("store", NO_FAULT, store(S, page(0) + 36, 1, 0));
    expect_record(1, true, page(0) + 36, ERRCAUSE_IP);

    part("the first one is recorded, until that is cleared");
    give(0, perm(TRUSTED, RW), ER | EW | IW);
    enter(2);
    expect("store", STORE_FAULT, store(S, page(0) + 40, 8, 0));
    expect("load", LOAD_FAULT, access(S, load8, page(0) + 48, &value));
    expect_record(2, true, page(0) + 40, ERRCAUSE_BE | ERRCAUSE_IP);

    part("what no slot matches is the first one's");
    slot(PAGE_SLOT, 0, 0, OFF);
    reg_write4(SLOT(0) + SLOT_CFG, ER);
    expect("load", LOAD_FAULT, access(S, load1, page(0), &value));
    expect_record(2, false, page(0), ERRCAUSE_BE);
    record = reg_read8(ERRCAUSE);
    expect("store", NO_FAULT, store(M, page(0), 1, 0));
    expect("ERRCAUSE", record, reg_read8(ERRCAUSE));
    reg_write4(SLOT(0) + SLOT_CFG, 0);
}

/* Each access is decided by what was programmed last. */
static void test_reprogramming(void)
{
    uint64_t content = PATTERN;

    part("rights come and go between two accesses");
    enter(0);
    give(3, perm(TRUSTED, RW), 0);
    store(M, page(3) + 8, 8, content);
    for (unsigned step = 0; step < 200; step++) {
        unsigned rights = (step * 7 + step / 8) & 3;

        give(3, perm(0, rights), 0);
        try(S, 3, rights, step & 1, &content);
        try(S, 3, rights, step & 2, &content);
    }
    part("worlds take turns");
    give(3, perm(0, R) | perm(1, W) | perm(2, NONE) | perm(3, RW), 0);
    for (unsigned step = 0; step < 200; step++) {
        static const unsigned rights[WORLDS] = { R, W, NONE, RW };
        unsigned world = (step * 3 + step / 16) % WORLDS;

        enter(world);
        try(S, 3, rights[world], step & 1, &content);
    }
}

static void test_overlap(void)
{
    uint64_t content = PATTERN, value = 0;

    part("rights of all slots that match are added, and errors");
    enter(0);
    give(10, perm(TRUSTED, RW), 0);
    store(M, page(10) + 8, 8, content);
    give(10, perm(0, R) | perm(1, W) | perm(TRUSTED, RW), ER);
    /* the slot of the last page */
    slot(PAGE_SLOT + 12, page(10) >> 2 | (PAGE / 8 - 1), perm(0, W), NAPOT);
    try(S, 10, RW, true, &content);
    try(S, 10, RW, false, &content);
    enter(1);
    expect("store", NO_FAULT, store(S, page(10) + 8, 8, PATTERN));
    expect("load", LOAD_FAULT, access(S, load8, page(10) + 8, &value));
    expect_record(1, false, page(10) + 8, ERRCAUSE_BE);
    give(12, 0, 0);
    enter(0);
    expect_load(S, page(10) + 8, 8, PATTERN);
    expect("store", NO_FAULT, store(S, page(10) + 8, 8, ~PATTERN));
    expect_load(M, page(10) + 8, 8, PATTERN);
}

static void test_crossing(void)
{
    uint64_t end_of_first = page(5) - 2;

    part("an access to two pages");
    give(4, perm_all(RW), 0);
    give(5, perm_all(RW), 0);
    enter(0);
    expect("store", NO_FAULT, store(S, end_of_first, 4, 0x11223344));
    give(5, perm(0, W) | perm(TRUSTED, RW), 0);
    expect_load(S, end_of_first, 4, 0x3344);
    expect_load(M, end_of_first, 4, 0x11223344);
    give(4, perm(0, R) | perm(TRUSTED, RW), 0);
    give(5, perm(0, R) | perm(TRUSTED, RW), 0);
    expect("store", NO_FAULT, store(S, end_of_first, 4, 0x55667788));
    expect_load(S, end_of_first, 4, 0x11223344);
    give(5, perm(0, RW) | perm(TRUSTED, RW), 0);
    expect("store", NO_FAULT, store(S, end_of_first, 4, 0x55667788));
    expect_load(S, end_of_first, 4, 0x55663344);
}

static void test_rmw(void)
{
    uint64_t value = 1;

    part("a read-modify-write needs both rights");
    enter(1);
    give(6, perm(1, RW) | perm(TRUSTED, RW), ER | EW);
    store(M, page(6), 8, PATTERN);
    expect("add", NO_FAULT, access(S, add8, page(6), &value));
    expect("before", PATTERN, value);
    expect_load(S, page(6), 8, PATTERN + 1);
    for (unsigned rights = NONE; rights < RW; rights++) {
        give(6, perm(1, rights) | perm(TRUSTED, RW), ER | EW);
        for (unsigned i = 0; i < 2; i++) {
            value = 1;
            /* (which of the two is asked first is not said) */
            expect_error(access(S, add8, page(6), &value) != NO_FAULT);
            reg_write8(ERRCAUSE, 0);
            expect_load(M, page(6), 8, PATTERN + 1);
        }
    }
    give(6, perm(1, RW) | perm(TRUSTED, RW), ER | EW);
    value = 1;
    expect("add", NO_FAULT, access(S, add8, page(6), &value));
    expect_load(M, page(6), 8, PATTERN + 2);
}

static void test_fetch(void)
{
    uint64_t value = 0;

    part("a fetch is a read");
    give(7, perm(TRUSTED, RW), ER | EW);
    store_code(page(7));
    for (unsigned step = 0; step < 4; step++) {
        give(7, perm(TRUSTED, step & 1 ? W : R), ER | EW);
        value = 0;
        if (step & 1) {
            expect("fetch", FETCH_FAULT, access(M, call, page(7), &value));
            expect_record(TRUSTED, false, page(7), ERRCAUSE_BE);
        } else {
            expect("fetch", NO_FAULT, access(M, call, page(7), &value));
            expect("result", CODE_RESULT, value);
        }
    }
    part("and of what it may not read, it gets zeros");
    give(7, perm(TRUSTED, W), EW);
    expect("fetch", ILLEGAL, access(M, call, page(7), &value));
}

static void test_dma(void)
{
    part("DMA");
    enter(0);
    give(8, perm_all(RW), 0);
    store(M, page(8), 8, 0);
    expect("DMA: error", false, dma_signature(page(8)));
    expect_load(S, page(8), 8, SIGNATURE);
    store(M, page(8), 8, PATTERN);
    give(8, perm(0, RW) | perm(TRUSTED, R), 0);
    dma_signature(page(8));
    expect_load(S, page(8), 8, PATTERN);
    give(8, perm(0, R) | perm(TRUSTED, W), 0);
    expect("DMA: error", false, dma_signature(page(8)));
    expect_load(S, page(8), 8, (PATTERN & ~0xfffffffful) | SIGNATURE);
}

static void test_registers(void)
{
    uint64_t value = 0;

    part("its registers are the trusted world's");
    enter(0);
    expect("load", NO_FAULT, access(S, load8, WGC + SLOT(1) + SLOT_PERM,
                                    &value));
    expect("perm", 0, value);
    store(S, WGC + SLOT(1) + SLOT_PERM, 8, 0);
    expect("perm", perm_all(RW), reg_read8(SLOT(1) + SLOT_PERM));
    enter(TRUSTED);
    access(S, load8, WGC + SLOT(1) + SLOT_PERM, &value);
    expect("perm", perm_all(RW), value);
}

/* Until the board is reset; so it comes last. */
static void test_lock(void)
{
    part("a slot that is locked");
    give(9, perm(0, R) | perm(TRUSTED, RW), LOCK);
    store(M, page(9) + 8, 8, PATTERN);
    give(9, perm(0, W), 0);
    enter(0);
    expect_load(S, page(9) + 8, 8, PATTERN);
    store(S, page(9) + 8, 8, 0);
    expect_load(M, page(9) + 8, 8, PATTERN);
}

int main(void)
{
    test_reset();
    set_up();
    test_rights();
    test_errors();
    test_reprogramming();
    test_overlap();
    test_crossing();
    test_rmw();
    test_fetch();
    test_dma();
    test_registers();
    test_lock();
    return 0;
}
