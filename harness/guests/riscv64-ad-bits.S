/*
 * A guest for QEMU's board "virt": the walker sets A and D in page table
 * entries (Svadu), in RAM, and not in a ROM.
 *
 * Its console shows "RAM: A and D set", and then "ROM: kept", or "ROM: changed"
 * without 0002 of patches/targets.md; or else "FAIL" and where.
 *
 * It stays in M mode, and lets loads and stores be translated as those of S
 * mode, with mstatus.MPRV.
 */

    .option norvc

    .equ UART, 0x10000000
    .equ MPRV, 1 << 17
    .equ MPP_S, 1 << 11
    .equ MPP, 3 << 11

    .equ PTE_V, 1
    .equ PTE_RW, 2 | 4
    .equ PTE_A, 1 << 6
    .equ PTE_D, 1 << 7

    /* Of the words of QEMU's reset code, the one that is a PTE: readable, A clear. */
    .equ ROM, 0x1000
    .equ ROM_INDEX, 2

    .macro print text
    la a0, 9f
    call puts
    .section .rodata
9:  .asciz "\text"
    .text
    .endm

    /* As S mode, or as M mode again. */
    .macro translated
    li t0, MPRV | MPP
    csrc mstatus, t0
    li t0, MPRV | MPP_S
    csrs mstatus, t0
    .endm
    .macro untranslated
    li t0, MPRV
    csrc mstatus, t0
    .endm

    .text
    .globl _start
_start:
    csrr t0, mhartid
    bnez t0, stop
    la sp, stack_end
    la t0, trap
    csrw mtvec, t0
    /* All memory is open to S mode. */
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    /* menvcfg.ADUE: the walker sets A and D. */
    li t0, 1 << 61
    csrs 0x30a, t0

    /*
     * Entry 4 of the root is a page of 1 GiB, all of RAM, without A and D;
     * entry 5 leads to the ROM as a table of the last level.
     */
    la s1, root
    li t0, (0x80000000 >> 2) | PTE_V | PTE_RW
    sd t0, 4 * 8(s1)
    la t0, middle
    srli t0, t0, 2
    ori t0, t0, PTE_V
    sd t0, 5 * 8(s1)
    la t1, middle
    li t0, (ROM >> 2) | PTE_V
    sd t0, 0(t1)
    srli t0, s1, 12
    li t1, 8 << 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    /* A load sets A, a store D. */
    la t2, data
    li t1, 0x80000000
    sub t2, t2, t1
    li t1, 4 << 30
    add t2, t2, t1
    li s0, 0
    translated
    ld t3, 0(t2)
    untranslated
    ld t4, 4 * 8(s1)
    bnez s0, failed_load
    andi t4, t4, PTE_A | PTE_D
    li t5, PTE_A
    bne t4, t5, failed_load
    translated
    li t3, 0x1234
    sd t3, 0(t2)
    untranslated
    bnez s0, failed_store
    ld t4, 4 * 8(s1)
    andi t4, t4, PTE_A | PTE_D
    li t5, PTE_A | PTE_D
    bne t4, t5, failed_store
    la t2, data
    ld t4, 0(t2)
    bne t3, t4, failed_store
    print "RAM: A and D set\n"

    /* The place that the ROM's word leads to is of no account. */
    li t2, ROM + ROM_INDEX * 8
    ld s2, 0(t2)
    andi t4, s2, PTE_V | PTE_RW | PTE_A
    li t5, PTE_V | 2
    bne t4, t5, failed_rom
    li t2, (5 << 30) + (ROM_INDEX << 12)
    li s0, 0
    translated
    ld t3, 0(t2)
    untranslated
    li t2, ROM + ROM_INDEX * 8
    ld t4, 0(t2)
    bne t4, s2, changed
    li t5, 13                   /* load page fault */
    bne s0, t5, failed_rom
    print "ROM: kept\n"
    j stop
changed:
    print "ROM: changed\n"
    j stop

failed_load:
    print "FAIL: a load, and A\n"
    j stop
failed_store:
    print "FAIL: a store, and D\n"
    j stop
failed_rom:
    print "FAIL: the ROM\n"
stop:
    wfi
    j stop

/* a0: a string */
puts:
    li t1, UART
1:  lbu t0, 0(a0)
    beqz t0, 2f
    sb t0, 0(t1)
    addi a0, a0, 1
    j 1b
2:  ret

/* Leaves the cause in s0, and goes on behind the instruction. */
    .balign 4
trap:
    csrr s0, mcause
    csrr t0, mepc
    addi t0, t0, 4
    csrw mepc, t0
    /* to M mode, and without MPRV */
    li t0, MPRV
    csrc mstatus, t0
    li t0, MPP
    csrs mstatus, t0
    mret

    .bss
    .balign 4096
root:
    .skip 4096
middle:
    .skip 4096
data:
    .skip 4096
    .skip 4096
stack_end:
