/*
 * The guest: its page tables, which the harness owns, and the hooks through
 * which QEMU asks for them, or reports what went wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/cputlb.h"
#include "exec/memop.h"
#include "exec/page-protection.h"
#include "hw/core/cpu.h"
#include "accel/tcg/cpu-ops.h"

#include "compat.h"
#include "generated.h"
#include "guest.h"
#include "sched.h"
#include "side.h"

QEMU_BUILD_BUG_ON((int)MMU_DATA_LOAD != RM_LOAD ||
                  (int)MMU_DATA_STORE != RM_STORE ||
                  (int)MMU_INST_FETCH != RM_FETCH);
QEMU_BUILD_BUG_ON(PAGE_READ != RM_PROT(RM_LOAD) ||
                  PAGE_WRITE != RM_PROT(RM_STORE) ||
                  PAGE_EXEC != RM_PROT(RM_FETCH));

/* As targets do it: back to where the instruction began, if there is one. */
static void leave(CPUState *cpu, RmStatus status, uintptr_t ra)
{
    cpu_restore_state(cpu, ra);
    side_escape(status);
}

static void check_alignment(CPUState *cpu, vaddr addr, MMUAccessType type,
                            int mmu_idx, unsigned bits, uintptr_t ra)
{
    if (addr & ((1u << bits) - 1)) {
        cpu->cc->tcg_ops->do_unaligned_access(cpu, addr, type, mmu_idx, ra);
    }
}

/*
 * Ask the page tables.  Returns false if the probe fails.  Alignment that
 * @memop demands of all pages comes before a fault, that of some pages only
 * after it.
 */
static bool walk(CPUState *cpu, RmPte *pte, vaddr addr, int size,
                 MMUAccessType type, int mmu_idx, MemOp memop, bool probe,
                 uintptr_t ra)
{
    int page = mmu_idx < RM_MMU_IDX ? rm_va_page(addr) : -1;
    RmEvent ev = side_cpu_event(RM_EV_FILL, cpu);
    Op reaction;

    side_turn.fill_type = type;
    if (rm_in_crowd(addr)) {
        *pte = (RmPte) {
            .pa = RM_CROWD_PA,
            .prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC,
        };
        return true;
    }

    sched_point(PLACE_FILL);
    ev.mmu_idx = mmu_idx;
    ev.type = type;
    ev.size = size;
    ev.addr = addr;
    side_log(&ev);
    if (side_takes_fill(&reaction)) {
        /* it may fill other pages on the way */
        side_react(&reaction);
        side_turn.fill_type = type;
    }
    check_alignment(cpu, addr, type, mmu_idx, memop_alignment_bits(memop), ra);

    if (page >= 0 && qemu_side.now.pt[mmu_idx][page].prot & RM_PROT(type)) {
        *pte = qemu_side.now.pt[mmu_idx][page];
        check_alignment(cpu, addr, type, mmu_idx,
                        compat_alignment_bits(memop,
                                              pte->flags & RM_PTE_CHECK), ra);
        return true;
    }
    if (!probe) {
        ev.kind = RM_EV_PAGE_FAULT;
        side_log(&ev);
        leave(cpu, RM_PAGE_FAULT, ra);
    }
    return false;
}

static unsigned prot_of(const RmPte *pte)
{
    return pte->prot | (pte->flags & RM_PTE_WINV ? PAGE_WRITE_INV : 0);
}

static CPUTLBEntryFull full_of(const RmPte *pte)
{
    return (CPUTLBEntryFull) {
        .phys_addr = pte->pa,
        .attrs = attrs_to_memtx(pte->attrs),
        .prot = prot_of(pte),
        .lg_page_size = rm_pte_lg(pte),
        .tlb_fill_flags =
            (pte->flags & RM_PTE_SWAP ? TLB_BSWAP : 0) |
            (pte->flags & RM_PTE_CHECK ? TLB_CHECK_ALIGNED : 0) |
            (pte->flags & RM_PTE_DISCARD ? TLB_DISCARD_WRITE : 0),
    };
}

/*
 * The simplest function that can say it.  Attributes of 0 are those of a
 * target that knows no attributes.
 */
static void set_page(CPUState *cpu, vaddr page, const RmPte *pte,
                     MMUAccessType type, int mmu_idx)
{
    CPUTLBEntryFull full = full_of(pte);
    vaddr size = (vaddr)1 << full.lg_page_size;

    if (full.tlb_fill_flags) {
        compat_set_page_full(cpu, mmu_idx, page, type, &full);
    } else if (!full.attrs.unspecified) {
        compat_set_page_with_attrs(cpu, page, pte->pa, full.attrs, full.prot,
                                   type, mmu_idx, size);
    } else {
        compat_set_page(cpu, page, pte->pa, full.prot, type, mmu_idx, size);
    }
}

/* QEMU checks the alignment before it calls this. */
static bool guest_tlb_fill(CPUState *cpu, vaddr addr, int size,
                           MMUAccessType type, int mmu_idx, bool probe,
                           uintptr_t ra)
{
    RmPte pte;

    if (!walk(cpu, &pte, addr, size, type, mmu_idx, 0, probe, ra)) {
        return false;
    }
    side_turn.in_fill = true;
    set_page(cpu, addr & RM_PAGE_MASK, &pte, type, mmu_idx);
    side_turn.in_fill = false;
    return true;
}

static bool guest_tlb_fill_align(CPUState *cpu, CPUTLBEntryFull *out,
                                 vaddr addr, MMUAccessType type, int mmu_idx,
                                 MemOp memop, int size, bool probe,
                                 uintptr_t ra)
{
    RmPte pte;

    if (!walk(cpu, &pte, addr, size, type, mmu_idx, memop, probe, ra)) {
        return false;
    }
    *out = full_of(&pte);
    return true;
}

hwaddr guest_debug_page(CPUState *cpu, vaddr addr, MemTxAttrs *attrs)
{
    int page = rm_va_page(addr);
    const RmPte *pte = page < 0 ? NULL :
                       &qemu_side.now.pt[side_turn.mmu_idx][page];

    if (!pte || !pte->prot) {
        return -1;
    }
    *attrs = attrs_to_memtx(pte->attrs);
    return pte->pa;
}

static void guest_transaction_failed(CPUState *cpu, hwaddr physaddr,
                                     vaddr addr, unsigned size,
                                     MMUAccessType type, int mmu_idx,
                                     MemTxAttrs attrs, MemTxResult response,
                                     uintptr_t ra)
{
    RmEvent ev = side_cpu_event(RM_EV_TX_FAILED, cpu);

    ev.mmu_idx = mmu_idx;
    ev.type = type;
    ev.size = size;
    ev.addr = addr;
    ev.pa = physaddr;
    ev.attrs = attrs_from_memtx(attrs);
    ev.response = side_response(response);
    side_log(&ev);
    leave(cpu, RM_TX_FAILED, ra);
}

G_NORETURN static void guest_unaligned(CPUState *cpu, vaddr addr,
                                       MMUAccessType type, int mmu_idx,
                                       uintptr_t ra)
{
    RmEvent ev = side_cpu_event(RM_EV_UNALIGNED, cpu);

    ev.mmu_idx = mmu_idx;
    ev.type = type;
    ev.addr = addr;
    side_log(&ev);
    leave(cpu, RM_UNALIGNED, ra);
    __builtin_unreachable();
}

/* Only what asks where code is asks for an index; data may have another one. */
static int guest_mmu_index(CPUState *cpu, bool ifetch)
{
    return ifetch ? side_turn.mmu_idx : !side_turn.mmu_idx;
}

void guest_init(CPUClass *cc)
{
    TCGCPUOps *ops = g_memdup2(cc->tcg_ops, sizeof(*ops));

    ops->tlb_fill = guest_tlb_fill;
    ops->do_transaction_failed = guest_transaction_failed;
    ops->do_unaligned_access = guest_unaligned;
    compat_set_mmu_index(cc, ops, guest_mmu_index);
    /* each watchpoint fires */
    ops->debug_check_watchpoint = NULL;
    generated_set_ops(ops);
    cc->tcg_ops = qemu_side.tcg_ops = ops;
}

void guest_reset(void)
{
    qemu_side.tcg_ops->tlb_fill_align =
        qemu_side.now.fill_align ? guest_tlb_fill_align : NULL;
}
