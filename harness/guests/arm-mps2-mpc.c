/*
 * A guest behind the TrustZone MPCs of mps2-an505: both worlds, which the
 * secure one programs to and fro between, denied accesses with and without a
 * bus error, and DMA.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "arm-mps2.h"

#define BLOCK       1024u
#define WORDS       64u             /* of the LUT: 32 blocks each */
#define BLOCKS      (32 * WORDS)
#define PATTERN     0x11223344u

/* The address of @offset in the memory of @mpc, in that world */
static uint32_t at(World world, unsigned mpc, uint32_t offset)
{
    return MEMORY(mpc) + offset + (world == S ? SECURE : 0);
}

static void give(unsigned mpc, unsigned block, World world)
{
    uint32_t bit = 1u << block % 32;

    reg_write(mpc, BLK_IDX, 4, block / 32, 0);
    reg_write(mpc, BLK_LUT + block % 32 / 8, 1,
              world == NS ? bit >> block % 32 / 8 * 8 : 0,
              0xff ^ (uint8_t)(bit >> block % 32 / 8 * 8));
}

/* A denied access, as CTRL has it: a bus error, or nothing. */
static void expect_denied(World world, uint32_t address, bool is_error)
{
    uint64_t value = PATTERN;
    bool error = access(world, true, address, 4, &value);

    (is_error ? expect_error : expect_done)(error);
    value = ~0u;
    error = access(world, false, address, 4, &value);
    if (is_error) {
        expect_error(error);
    } else {
        expect_value(0, error, value);
    }
}

static void expect_load(World world, uint32_t address, unsigned size,
                        uint64_t expected)
{
    uint64_t value = 0;
    bool error = access(world, false, address, size, &value);

    expect_value(expected, error, value);
}

static void store(World world, uint32_t address, unsigned size,
                  uint64_t value)
{
    expect_done(access(world, true, address, size, &value));
}

static void expect_record(unsigned mpc, uint32_t offset, bool ns_access,
                          bool ns_block)
{
    expect("INT_STAT", 1, reg_read(mpc, INT_STAT, 4));
    expect("INT_INFO1", offset, reg_read(mpc, INT_INFO1, 4));
    expect("INT_INFO2", ns_access << 16 | ns_block << 17,
           reg_read(mpc, INT_INFO2, 4) & 0x30000);
    expect("interrupt", 1, irq(mpc));
    reg_write(mpc, INT_CLEAR, 4, 1, 0);
    expect("interrupt", 0, irq(mpc));
}

static void test_worlds(void)
{
    part("all is the secure world's");
    expect("BLK_MAX", WORDS - 1, reg_read(0, BLK_MAX, 4));
    expect("BLK_CFG", 5, reg_read(0, BLK_CFG, 4));      /* 1 << (5 + 5) */
    store(S, at(S, 0, 0x10), 4, PATTERN);
    expect_load(S, at(S, 0, 0x10), 4, PATTERN);
    expect_denied(NS, at(NS, 0, 0x10), false);
    expect_record(0, 0x10, true, false);
    expect_load(S, at(S, 0, 0x10), 4, PATTERN);

    part("a block is the non-secure world's");
    give(0, 0, NS);
    expect_load(NS, at(NS, 0, 0x10), 4, PATTERN);
    store(NS, at(NS, 0, 0x14), 2, 0xabcd);
    expect_load(NS, at(NS, 0, 0x14), 1, 0xcd);
    expect_denied(S, at(S, 0, 0x10), false);
    expect_record(0, 0x10, false, true);
    /* the secure world, at the other one's address, is not secure there */
    expect_load(S, at(NS, 0, 0x10), 8, 0xabcd00000000u + 0ull + PATTERN);

    part("denied is a bus error");
    reg_write(0, CTRL, 4, SEC_RESP | AUTOINC, 0);
    expect_denied(S, at(S, 0, 0x18), true);
    expect_record(0, 0x18, false, true);
    expect_denied(NS, at(NS, 0, BLOCK + 0x18), true);
    expect_record(0, BLOCK + 0x18, true, false);
    reg_write(0, CTRL, 4, AUTOINC, 0);
}

/* Each access is decided by what was programmed last. */
static void test_reprogramming(void)
{
    part("blocks change hands");
    for (unsigned block = 0; block < BLOCKS; block += 61) {
        uint32_t last = block * BLOCK + BLOCK - 4;

        give(0, block, S);
        store(S, at(S, 0, last), 4, block);
        expect_denied(NS, at(NS, 0, last), false);
        expect_record(0, last, true, false);
        give(0, block, NS);
        expect_load(NS, at(NS, 0, last), 4, block);
        store(NS, at(NS, 0, last), 4, ~block);
        expect_denied(S, at(S, 0, last), false);
        expect_record(0, last, false, true);
        give(0, block, S);
        expect_load(S, at(S, 0, last), 4, (uint32_t)~block);
    }

    part("whole words of the LUT, from the first to the last");
    reg_write(0, BLK_IDX, 4, 0, 0);
    for (unsigned i = 0; i < WORDS; i++) {
        reg_write(0, BLK_LUT, 4, 0x55555555u + i, 0);
    }
    expect("BLK_IDX", 0, reg_read(0, BLK_IDX, 4));
    for (unsigned i = 0; i < WORDS; i++) {
        expect("BLK_LUT", 0x55555555u + i, reg_read(0, BLK_LUT, 4));
    }
    for (unsigned block = 0; block < BLOCKS; block += 7) {
        bool ns = (0x55555555u + block / 32) >> block % 32 & 1;

        store(ns ? NS : S, at(ns ? NS : S, 0, block * BLOCK), 4, block);
        expect_denied(ns ? S : NS, at(ns ? S : NS, 0, block * BLOCK), false);
        expect_record(0, block * BLOCK, !ns, ns);
    }
    for (unsigned i = 0; i < WORDS; i++) {
        reg_write(0, BLK_LUT, 4, 0, 0);
    }
    for (unsigned block = 0; block < BLOCKS; block += 7) {
        expect_load(S, at(S, 0, block * BLOCK), 4, block);
    }
}

static void test_crossing(void)
{
    uint32_t end_of_first = BLOCK - 2;

    part("an access to two blocks");
    store(S, at(S, 0, end_of_first), 4, PATTERN);
    expect_load(S, at(S, 0, end_of_first), 4, PATTERN);
    give(0, 1, NS);
    expect_load(S, at(S, 0, end_of_first), 4, PATTERN & 0xffff);
    expect_record(0, BLOCK, false, true);
    expect_load(NS, at(NS, 0, end_of_first), 4, PATTERN & 0xffff0000u);
    expect_record(0, end_of_first, true, false);
    store(NS, at(NS, 0, end_of_first), 4, 0x55667788);
    expect_record(0, end_of_first, true, false);
    give(0, 1, S);
    expect_load(S, at(S, 0, end_of_first), 4,
                0x55660000 | (PATTERN & 0xffff));
}

static void expect_dma(World world, uint32_t offset, uint32_t expected)
{
    uint32_t got = ~0u;

    dma((uint32_t)(uintptr_t)&got, at(world, 0, offset), 4);
    expect("DMA", expected, got);
}

static void test_dma(void)
{
    const uint32_t data = 0x99aabbcc, other = 0x12345678;

    part("DMA");
    store(S, at(S, 0, 0x20), 4, PATTERN);
    expect_dma(S, 0x20, PATTERN);
    expect_dma(NS, 0x20, 0);
    expect_record(0, 0x20, true, false);
    dma(at(S, 0, 0x20), (uint32_t)(uintptr_t)&data, 4);
    expect_load(S, at(S, 0, 0x20), 4, data);
    give(0, 0, NS);
    dma(at(S, 0, 0x20), (uint32_t)(uintptr_t)&other, 4);
    expect_record(0, 0x20, false, true);
    expect_load(NS, at(NS, 0, 0x20), 4, data);
    dma(at(NS, 0, 0x20), (uint32_t)(uintptr_t)&other, 4);
    expect_load(NS, at(NS, 0, 0x20), 4, other);
    expect_dma(NS, 0x20, other);
    expect_dma(S, 0x20, 0);
    expect_record(0, 0x20, false, true);
    give(0, 0, S);
    expect_dma(S, 0x20, other);
}

/* Until the board is reset; so it comes last. */
static void test_lockdown(void)
{
    part("another MPC, which is locked");
    store(S, at(S, 1, 0), 4, PATTERN);
    expect_denied(NS, at(NS, 1, 0), false);
    expect_record(1, 0, true, false);
    expect("INT_STAT", 0, reg_read(0, INT_STAT, 4));
    give(1, 0, NS);
    reg_write(1, CTRL, 4, SEC_RESP | AUTOINC | LOCKDOWN, 0);
    give(1, 0, S);
    reg_write(1, CTRL, 4, 0, 0);
    expect("CTRL", SEC_RESP | AUTOINC | LOCKDOWN, reg_read(1, CTRL, 4));
    expect_load(NS, at(NS, 1, 0), 4, PATTERN);
    expect_denied(S, at(S, 1, 0), true);
    expect_record(1, 0, false, true);
}

int main(void)
{
    test_worlds();
    test_reprogramming();
    test_crossing();
    test_dma();
    test_lockdown();
    return 0;
}
