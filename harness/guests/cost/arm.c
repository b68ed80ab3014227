/*
 * The programs of programs.h for two of QEMU's boards, in memory of the same
 * size: on mps2-an505 all of it, code and data, is behind a TrustZone MPC, in
 * blocks of 1 KiB, and on mps2-an385 there is none.
 *
 *   clang --target=armv7m-none-eabi -mcpu=cortex-m3 -mfloat-abi=soft \
 *     -O1 -ffreestanding -fno-builtin -nostdlib -static -fuse-ld=lld \
 *     -Wl,-N,-e,start,--section-start=.vectors=0x10000000 \
 *     -DPROGRAM=compute -o guest.elf THIS_FILE
 *   qemu-system-arm -M mps2-an505 -nographic -semihosting -kernel guest.elf
 *
 * For mps2-an385: -DAN385, and .vectors=0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define PAGES   256
#define PAGE    1024

#include "programs.h"

#ifdef AN385
#define MEMORY      0x00000000u
#define UART        0x40004000u
#else
#define MEMORY      0x10000000u
#define UART        0x50200000u
#endif
#define STACK       (MEMORY + 0x3ffff8u)
#define MPU_CTRL    0xe000ed94u

static volatile uint32_t *io(uint32_t address)
{
    return (volatile uint32_t *)address;
}

static uint32_t io_load(void)
{
    return *io(UART + 4);
}

static void io_store(uint32_t value)
{
    *io(UART + 12) = value;     /* interrupts to be cleared: none */
}

static void put(char c)
{
    while (*io(UART + 4) & 1) {
        /* it is full */
    }
    *io(UART) = c;
}

static void lose(void)
{
    __asm__ volatile ("dsb" ::: "memory");
    *io(MPU_CTRL) = 0;
    __asm__ volatile ("dsb\n isb" ::: "memory");
}

static volatile uint32_t *page(unsigned i)
{
    static uint8_t pages[PAGES][PAGE] __attribute__((aligned(PAGE)));

    return (volatile uint32_t *)&pages[i][i % 8 * 64];
}

void start(void);
void start(void)
{
    static const uint32_t block[] = { 0x20026, 0 };
    register uint32_t r0 __asm__("r0");
    register const uint32_t *r1 __asm__("r1");

    *io(UART + 0x10) = 16;
    *io(UART + 8) = 1;
    run();
    r0 = 0x20;                  /* SYS_EXIT_EXTENDED */
    r1 = block;
    __asm__ volatile ("bkpt 0xab" : "+r" (r0) : "r" (r1) : "memory");
    for (;;) {
        __asm__ volatile ("wfi");
    }
}

static void failed(void)
{
    put('!');
    for (;;) {
        __asm__ volatile ("wfi");
    }
}

__attribute__((section(".vectors"), used))
static void (*const vectors[8])(void) = {
    (void (*)(void))STACK, start, failed, failed, failed, failed, failed,
    failed,
};
