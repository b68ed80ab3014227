/*
 * What a program for QEMU's mps2-an505 needs: its start, a console, an end,
 * accesses by either world, whose bus errors are counted, the registers of a
 * TrustZone MPC, and DMA.
 *
 * Everything is in ssram-0, which is the secure world's, but for a copy of the
 * code that makes accesses.  An MPC guards ssram-1, and another one ssram-2.
 *
 * `tlbdiff export --guest` copies the sections of this file and of report.h
 * into its programs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report.h"

/* --- always */
/*
 * To build it, and to run it (exit status: 0 all agrees, 1 it does not, 2 the
 * guest has failed):
 *
 *   clang --target=armv8m.main-none-eabi -mcpu=cortex-m33 -mfloat-abi=soft \
 *     -O1 -ffreestanding -fno-builtin -nostdlib -static -fuse-ld=lld \
 *     -Wl,-N,-e,start,--section-start=.vectors=0x10000000 \
 *     -o guest.elf THIS_FILE
 *   qemu-system-arm -M mps2-an505 -display none -monitor none \
 *     -serial stdio -semihosting -kernel guest.elf
 */
/*
 * The board.  Bit 28 of an address says whose it is: at 0x38000000 is what is
 * at 0x28000000, for secure accesses.
 */
#define SECURE      0x10000000u
#define MEMORY(mpc) (0x28000000u + (mpc) * 0x200000)    /* MPC 0 or 1 */
#define MPC(mpc)    (0x58008000u + (mpc) * 0x1000)
#define UART        0x50200000u
#define DMA         0x50110000u     /* a PL081 */
#define MPC_STATUS  0x5008001cu     /* SECMPCINTSTATUS, of the IoT Kit */
#define STACK       0x103ffff8u
#define NS_CODE     0x80000000u     /* DRAM, the non-secure world's */
#define NS_STACK    0x8000fff8u
#define CFSR        0xe000ed28u
#define SHCSR       0xe000ed24u
#define MPU_CTRL    0xe000ed94u
#define SAU_CTRL    0xe000edd0u

/* The registers of an MPC */
enum {
    CTRL = 0x00, BLK_MAX = 0x10, BLK_CFG = 0x14, BLK_IDX = 0x18,
    BLK_LUT = 0x1c, INT_STAT = 0x20, INT_CLEAR = 0x24, INT_EN = 0x28,
    INT_INFO1 = 0x2c, INT_INFO2 = 0x30, INT_SET = 0x34,
};
#define SEC_RESP    (1u << 4)       /* of CTRL: denied is a bus error */
#define AUTOINC     (1u << 8)
#define LOCKDOWN    (1u << 31)

/* Who makes an access: the world that the CPU is in */
typedef enum World { S, NS } World;

static volatile uint32_t *io(uint32_t address)
{
    return (volatile uint32_t *)address;
}

/* --- always: the console, and the end */

static void put(char c)
{
    while (*io(UART + 4) & 1) {
        /* it is full */
    }
    *io(UART) = c;
}

/* By semihosting, where there is any; else the guest waits for ever. */
__attribute__((noreturn)) static void end(unsigned status)
{
    const uint32_t block[] = { 0x20026, status };
    register uint32_t r0 __asm__("r0") = 0x20;      /* SYS_EXIT_EXTENDED */
    register const uint32_t *r1 __asm__("r1") = block;

    __asm__ volatile ("bkpt 0xab" : "+r" (r0) : "r" (r1) : "memory");
    for (;;) {
        __asm__ volatile ("wfi");
    }
}

/* --- always: accesses */

/*
 * An instruction of four bytes each, so that a bus error can be stepped over:
 * the address in r0, a value in r2 and r3, or in r0 and r1 when it returns.
 */
__asm__ (
    ".syntax unified\n"
    ".text\n"
    ".balign 4\n"
    "accesses:\n"
    ".thumb_func\n load1: ldrb.w r0, [r0]\n mov r1, #0\n bx lr\n"
    ".thumb_func\n load2: ldrh.w r0, [r0]\n mov r1, #0\n bx lr\n"
    ".thumb_func\n load4: ldr.w r0, [r0]\n mov r1, #0\n bx lr\n"
    ".thumb_func\n load8: ldrd r0, r1, [r0]\n bx lr\n"
    ".thumb_func\n store1: strb.w r2, [r0]\n bx lr\n"
    ".thumb_func\n store2: strh.w r2, [r0]\n bx lr\n"
    ".thumb_func\n store4: str.w r2, [r0]\n bx lr\n"
    ".thumb_func\n store8: strd r2, r3, [r0]\n bx lr\n"
    ".balign 4\n"
    "accesses_end:\n"
    /* a call of r1 in the other world, all else as it is given */
    ".thumb_func\n"
    "call_ns:\n"
    "    push {r3-r11, lr}\n"
    "    bic r1, r1, #1\n"
    "    blxns r1\n"
    "    add sp, #4\n"
    "    pop {r4-r11, pc}\n"
    /* an exception: its frame is on the stack of the world that it was in */
    ".thumb_func\n"
    "bus_error:\n"
    "    tst lr, #0x40\n"
    "    ite ne\n"
    "    mrsne r0, msp\n"
    "    mrseq r0, msp_ns\n"
    "    b step_over\n"
);

typedef uint64_t Access(uint32_t address, uint32_t function, uint64_t value);

Access load1, load2, load4, load8, store1, store2, store4, store8, call_ns;
extern const uint32_t accesses[], accesses_end[];
void bus_error(void);

static volatile unsigned bus_errors;
static volatile bool expecting;     /* one of those instructions is run */

/* @frame: as an exception leaves it: r0 to r3, r12, lr, pc, xPSR */
__attribute__((used)) void step_over(uint32_t *frame)
{
    if (!expecting) {
        print("a bus error at ");
        print_hex(frame[6]);
        print("\nthe guest has failed\n");
        end(2);
    }
    bus_errors++;
    *io(CFSR) = *io(CFSR);
    frame[6] += 4;
}

static void failed(void)
{
    print("an exception, CFSR ");
    print_hex(*io(CFSR));
    print("\nthe guest has failed\n");
    end(2);
}

/* Without semihosting, its call comes here. */
static void wait(void)
{
    if (*io(CFSR)) {
        failed();
    }
    for (;;) {
        __asm__ volatile ("wfi");
    }
}

/* Returns whether it was a bus error. */
static bool access(World world, bool is_store, uint32_t address,
                   unsigned size, uint64_t *value)
{
    static Access *const all[2][4] = {
        { load1, load2, load4, load8 }, { store1, store2, store4, store8 },
    };
    Access *a = all[is_store][size == 8 ? 3 : size / 2];
    unsigned before = bus_errors;
    uint64_t result;

    expecting = true;
    result = world == NS ?
        call_ns(address, NS_CODE + ((uint32_t)a - (uint32_t)accesses),
                *value) :
        a(address, 0, *value);
    expecting = false;
    if (!is_store) {
        *value = result;
    }
    return bus_errors != before;
}

/* --- always: an MPC */

static uint32_t reg_read(unsigned mpc, unsigned offset, unsigned size)
{
    uint64_t value = 0;

    access(S, false, MPC(mpc) + offset, size, &value);
    return value;
}

/* Those bits of @keep stay as they are. */
UNUSED static void reg_write(unsigned mpc, unsigned offset,
                             unsigned size, uint32_t value,
                             uint32_t keep)
{
    uint64_t all = value;

    if (keep) {
        all |= reg_read(mpc, offset, size) & keep;
    }
    access(S, true, MPC(mpc) + offset, size, &all);
}

/* The level of its interrupt */
static bool irq(unsigned mpc)
{
    return *io(MPC_STATUS) >> (17 + mpc) & 1;
}

/* --- always: DMA, of single bytes; its attributes are those of the address */

UNUSED static void dma(uint32_t to, uint32_t from, unsigned bytes)
{
    __asm__ volatile ("dsb" ::: "memory");
    *io(DMA + 0x30) = 1;
    *io(DMA + 0x100) = from;
    *io(DMA + 0x104) = to;
    *io(DMA + 0x108) = 0;
    *io(DMA + 0x10c) = 3u << 26 | bytes;
    *io(DMA + 0x110) = 1;
    while (*io(DMA + 0x1c) & 1) {
        /* it runs */
    }
    __asm__ volatile ("dsb" ::: "memory");
}

/* --- always: what the CPU has cached is looked up anew */

UNUSED static void flush(void)
{
    __asm__ volatile ("dsb" ::: "memory");
    *io(MPU_CTRL) = *io(MPU_CTRL);
    __asm__ volatile ("dsb\n isb" ::: "memory");
}

/* --- always: what is expected of an MPC */

/* What it says of itself; of the word that BLK_LUT shows, the two halves */
typedef struct Registers {
    uint32_t ctrl, blk_idx, blk_lut, int_stat, int_en, info1, info2;
    bool irq;
} Registers;

UNUSED static void expect_registers(unsigned mpc, const Registers *r)
{
    expect("CTRL", r->ctrl, reg_read(mpc, CTRL, 4));
    expect("BLK_IDX", r->blk_idx, reg_read(mpc, BLK_IDX, 4));
    /* all at once would step BLK_IDX */
    expect("BLK_LUT", r->blk_lut, reg_read(mpc, BLK_LUT, 2) |
           reg_read(mpc, BLK_LUT + 2, 2) << 16);
    expect("INT_STAT", r->int_stat, reg_read(mpc, INT_STAT, 4));
    expect("INT_EN", r->int_en, reg_read(mpc, INT_EN, 4));
    expect("INT_INFO1", r->info1, reg_read(mpc, INT_INFO1, 4));
    /* its lower half is the number of the master, which the board gives */
    expect("INT_INFO2", r->info2, reg_read(mpc, INT_INFO2, 4) & ~0xffffu);
    expect("interrupt", r->irq, irq(mpc));
}

/* --- always: the start */

void start(void);
void start(void)
{
    for (int i = 0; i < accesses_end - accesses; i++) {
        io(NS_CODE)[i] = accesses[i];
    }
    /* whose an address is, its bit 28 says alone */
    *io(SAU_CTRL) = 2;
    *io(SHCSR) = 0xfu << 16;    /* each exception has its own vector */
    *io(UART + 0x10) = 16;
    *io(UART + 8) = 1;
    __asm__ volatile ("msr msp_ns, %0\n dsb\n isb" : : "r" (NS_STACK));
    main();
    verdict();
}

__attribute__((section(".vectors"), used))
static void (*const vectors[8])(void) = {
    (void (*)(void))STACK, start, wait, wait, failed, bus_error, failed,
    failed,
};
