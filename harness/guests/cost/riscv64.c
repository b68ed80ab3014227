/*
 * The programs of programs.h for QEMU's board "virt", in S mode, with pages.
 * M mode maps a page when it is missed, and ends if anything else happens.
 *
 *   clang --target=riscv64 -march=rv64imac -mabi=lp64 -mcmodel=medany \
 *     -mno-relax -O1 -ffreestanding -fno-builtin -nostdlib -static \
 *     -fuse-ld=lld -Wl,-N,-e,start,--section-start=.start=0x80000000 \
 *     -DPROGRAM=compute -o guest.elf THIS_FILE
 *   qemu-system-riscv64 -M virt -nographic -bios guest.elf
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define PAGES   64
#define PAGE    4096

#include "programs.h"

#define UART    0x10000000ul
#define END     0x100000ul
#define RAM     0x80000000ul
/* Where the pages are mapped: entry 5 of the root */
#define LAZY    (5ul << 30)

#define PTE_V   1ul
#define PTE_ALL (PTE_V | 0xeul | 0xc0ul)    /* R, W, X, A and D */

#define ALIGNED __attribute__((aligned(PAGE), used))

static uint64_t root[512] ALIGNED, middle[512] ALIGNED;
uint64_t leaf[512] ALIGNED;
uint8_t pages[PAGES][PAGE] ALIGNED;
uint8_t stack[4 * PAGE] ALIGNED;

static uint32_t io_load(void)
{
    return *(volatile uint8_t *)(UART + 5);
}

static void io_store(uint32_t value)
{
    *(volatile uint8_t *)(UART + 7) = value;    /* a scratch register */
}

static void put(char c)
{
    *(volatile uint8_t *)UART = c;
}

static void lose(void)
{
    for (unsigned i = 0; i < PAGES; i++) {
        *(volatile uint64_t *)&leaf[i] = 0;
    }
    __asm__ volatile ("sfence.vma" ::: "memory");
}

static volatile uint32_t *page(unsigned i)
{
    return (volatile uint32_t *)(LAZY + i * PAGE + i % 16 * 64);
}

__asm__ (
    ".section .start, \"ax\"\n"
    ".globl start\n"
    "start:\n"
    "    csrr t0, mhartid\n"
    "    bnez t0, stop\n"
    "    la sp, stack + 4 * 4096\n"
    "    la t0, missed\n"
    "    csrw mtvec, t0\n"
    "    call prepare\n"
    "    csrw satp, a0\n"
    "    sfence.vma\n"
    /* all memory is open to S mode */
    "    li t0, -1\n"
    "    csrw pmpaddr0, t0\n"
    "    li t0, 0x1f\n"
    "    csrw pmpcfg0, t0\n"
    "    li t0, 3 << 11\n"
    "    csrc mstatus, t0\n"
    "    li t0, 1 << 11\n"
    "    csrs mstatus, t0\n"
    "    la t0, supervisor\n"
    "    csrw mepc, t0\n"
    "    mret\n"
    "stop:\n"
    "    wfi\n"
    "    j stop\n"
    /* A load or a store of a page of those misses; anything else is an end. */
    "    .balign 4\n"
    "missed:\n"
    "    csrw mscratch, t0\n"
    "    csrr t0, mtval\n"
    "    srli t0, t0, 30\n"
    "    addi t0, t0, -5\n"
    "    bnez t0, stop\n"
    "    addi sp, sp, -16\n"
    "    sd t1, 0(sp)\n"
    "    sd t2, 8(sp)\n"
    "    csrr t0, mtval\n"
    "    slli t0, t0, 34\n"
    "    srli t0, t0, 46\n"          /* its number */
    "    slli t1, t0, 12\n"
    "    la t2, pages\n"
    "    add t1, t1, t2\n"
    "    srli t1, t1, 2\n"
    "    ori t1, t1, 0xcf\n"
    "    slli t0, t0, 3\n"
    "    la t2, leaf\n"
    "    add t0, t0, t2\n"
    "    sd t1, 0(t0)\n"
    "    csrr t0, mtval\n"
    "    sfence.vma t0\n"
    "    ld t1, 0(sp)\n"
    "    ld t2, 8(sp)\n"
    "    addi sp, sp, 16\n"
    "    csrr t0, mscratch\n"
    "    mret\n"
    ".text\n"
);

/* Returns satp. */
__attribute__((used)) uint64_t prepare(void);
uint64_t prepare(void)
{
    root[0] = PTE_ALL;                      /* devices */
    root[2] = RAM >> 2 | PTE_ALL;
    root[5] = (uint64_t)middle >> 2 | PTE_V;
    middle[0] = (uint64_t)leaf >> 2 | PTE_V;
    return 8ul << 60 | (uint64_t)root >> 12;
}

__attribute__((used)) void supervisor(void);
void supervisor(void)
{
    run();
    *(volatile uint32_t *)END = 0x5555;
    for (;;) {
        /* to wait for the end costs nothing */
        __asm__ volatile ("wfi");
    }
}
