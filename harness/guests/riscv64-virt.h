/*
 * What a program for QEMU's board "virt" of riscv64 needs: its start, a console,
 * an end, accesses of M and of S mode, which tell how they fault, code in a
 * page, DMA, and interrupts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/*
 * To build it, and to run it with the options of the board that the program
 * names (exit status: 0 all agrees, 1 it does not, 2 the guest has failed):
 *
 *   clang --target=riscv64 -march=rv64imac -mabi=lp64 -mcmodel=medany \
 *     -mno-relax -O1 -ffreestanding -fno-builtin -nostdlib -static \
 *     -fuse-ld=lld -Wl,-N,-e,start,--section-start=.start=0x80000000 \
 *     -o guest.elf THIS_FILE
 *   qemu-system-riscv64 -M virt,OPTIONS -display none -monitor none \
 *     -serial stdio -bios guest.elf
 */
#include "report.h"

#define FINISHER    0x100000ul
#define PLIC        0xc000000ul
#define UART        0x10000000ul
#define FW_CFG      0x10100000ul
#define PAGE        4096u

/* Who makes a load or store; fetches are made by M mode alone. */
typedef enum Mode { M, S } Mode;

/* Causes of an exception */
enum {
    NO_FAULT = -1,
    FETCH_FAULT = 1, ILLEGAL = 2, LOAD_FAULT = 5, STORE_FAULT = 7,
};

static volatile uint32_t *io(uint64_t address)
{
    return (volatile uint32_t *)address;
}

#define csr_write(csr, value) \
    __asm__ volatile ("csrw " #csr ", %0" : : "r" (value) : "memory")

/* --- the console, and the end */

static void put(char c)
{
    volatile uint8_t *uart = (volatile uint8_t *)UART;

    while (!(uart[5] & 0x20)) {
        /* it is full */
    }
    *uart = c;
}

__attribute__((noreturn)) static void end(unsigned status)
{
    *io(FINISHER) = status ? status << 16 | 0x3333 : 0x5555;
    for (;;) {
        __asm__ volatile ("wfi");
    }
}

/* --- accesses */

/*
 * The first instruction of each access is of four bytes, so that a fault can
 * be stepped over.  A fetch that faults goes back to who has called.  What is
 * interrupted is one of these, so the temporary registers are free.
 */
__asm__ (
    ".text\n"
    ".option push\n"
    ".option norvc\n"
    "load1: lbu a0, 0(a0)\n ret\n"
    "load2: lhu a0, 0(a0)\n ret\n"
    "load4: lwu a0, 0(a0)\n ret\n"
    "load8: ld a0, 0(a0)\n ret\n"
    "store1: sb a1, 0(a0)\n ret\n"
    "store2: sh a1, 0(a0)\n ret\n"
    "store4: sw a1, 0(a0)\n ret\n"
    "store8: sd a1, 0(a0)\n ret\n"
    "add8: amoadd.d a0, a1, (a0)\n ret\n"
    "call: jr a0\n"
    /* a2 in M mode, whose loads and stores are translated as those of S mode */
    "as_s:\n"
    "    mv t3, ra\n"
    "    li t0, 1 << 17 | 3 << 11\n"        /* mstatus: MPRV, MPP */
    "    csrc mstatus, t0\n"
    "    li t0, 1 << 17 | 1 << 11\n"
    "    csrs mstatus, t0\n"
    "    jalr a2\n"
    "    li t0, 1 << 17\n"
    "    csrc mstatus, t0\n"
    "    jr t3\n"
    ".balign 4\n"
    "trap:\n"
    "    li t0, 1 << 17\n"
    "    csrc mstatus, t0\n"
    "    lbu t1, expecting\n"
    "    beqz t1, failed\n"
    "    csrr t0, mcause\n"
    "    sd t0, fault, t1\n"
    "    csrr t1, mepc\n"
    "    addi t1, t1, 4\n"
    "    li t2, 5\n"                        /* a load, a store, or a fetch */
    "    bgeu t0, t2, 1f\n"
    "    mv t1, ra\n"
    "1:  csrw mepc, t1\n"
    "    mret\n"
    ".option pop\n"
);

typedef uint64_t Access(uint64_t address, uint64_t value, void *function);

Access load1, load2, load4, load8, store1, store2, store4, store8, add8, call,
    as_s;
void trap(void);

static volatile bool expecting __attribute__((used));
static volatile int64_t fault __attribute__((used));

__attribute__((used, noreturn)) static void failed(void)
{
    uint64_t cause, pc, address;

    __asm__ volatile ("csrr %0, mcause\n csrr %1, mepc\n csrr %2, mtval"
                      : "=r" (cause), "=r" (pc), "=r" (address));
    print("an exception, mcause ");
    print_hex(cause);
    print(", mepc ");
    print_hex(pc);
    print(", mtval ");
    print_hex(address);
    print("\nthe guest has failed\n");
    end(2);
}

/* Returns the cause of its fault, or NO_FAULT. */
static int64_t access(Mode mode, Access *function, uint64_t address,
                      uint64_t *value)
{
    uint64_t result;

    fault = NO_FAULT;
    expecting = true;
    result = mode == S ? as_s(address, *value, function) :
        function(address, *value, 0);
    expecting = false;
    *value = result;
    return fault;
}

UNUSED static void expect_load(Mode mode, uint64_t address, unsigned size,
                               uint64_t expected)
{
    static Access *const loads[] = { load1, load2, load4, load4, load8 };
    uint64_t value = 0;
    bool error = access(mode, loads[size / 2], address, &value) != NO_FAULT;

    expect_value(expected, error, value);
}

UNUSED static int64_t store(Mode mode, uint64_t address, unsigned size,
                            uint64_t value)
{
    static Access *const stores[] = { store1, store2, store4, store4, store8 };

    return access(mode, stores[size / 2], address, &value);
}

/* Puts code there, which is called by `call' and returns CODE_RESULT. */
#define CODE_RESULT 42
UNUSED static void store_code(uint64_t address)
{
    store(M, address, 4, 0x02a00513);       /* li a0, 42 */
    store(M, address + 4, 4, 0x00008067);   /* ret */
    __asm__ volatile ("fence.i" ::: "memory");
}

/* --- DMA */

/*
 * The firmware's configuration writes the four bytes of its signature there.
 * Returns whether it says that this was an error.
 */
#define SIGNATURE   0x554d4551u     /* "QEMU" */
UNUSED static bool dma_signature(uint64_t to)
{
    /* big-endian: what to do, how many bytes, where to */
    static volatile uint32_t command[4] __attribute__((aligned(16)));
    uint64_t address = (uint64_t)command;

    command[0] = __builtin_bswap32(0 << 16 | 8 | 2);    /* select, read */
    command[1] = __builtin_bswap32(4);
    command[2] = __builtin_bswap32(to >> 32);
    command[3] = __builtin_bswap32(to);
    __asm__ volatile ("fence" ::: "memory");
    io(FW_CFG)[4] = __builtin_bswap32(address >> 32);
    io(FW_CFG)[5] = __builtin_bswap32(address);
    __asm__ volatile ("fence" ::: "memory");
    return __builtin_bswap32(command[0]) & 1;
}

/* --- interrupts, of M mode of the first hart */

UNUSED static void irq_enable(unsigned irq)
{
    io(PLIC)[irq] = 1;
    io(PLIC + 0x2000)[irq / 32] |= 1u << irq % 32;
    *io(PLIC + 0x200000) = 0;
}

/* Returns the number of the one that is pending, or 0. */
UNUSED static unsigned irq_claim(void)
{
    return *io(PLIC + 0x200004);
}

UNUSED static void irq_complete(unsigned irq)
{
    *io(PLIC + 0x200004) = irq;
}

/* --- the start */

__attribute__((used, noreturn)) static void begin(void)
{
    __asm__ volatile ("csrw mtvec, %0" : : "r" (trap));
    /* All memory is open to S mode, as far as the CPU is concerned. */
    __asm__ volatile ("csrw pmpaddr0, %0\n csrw pmpcfg0, %1"
                      : : "r" (-1ul), "r" (0x1f));
    main();
    verdict();
}

static uint8_t stack[4 * PAGE] __attribute__((aligned(16), used));

__asm__ (
    ".section .start, \"ax\"\n"
    ".globl start\n"
    "start:\n"
    "    csrr t0, mhartid\n"
    "1:  beqz t0, 2f\n"
    "    wfi\n"
    "    j 1b\n"
    "2:  la sp, stack + 4 * 4096\n"
    "    j begin\n"
    ".text\n"
);
