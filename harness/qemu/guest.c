/*
 * The guest: its page tables, which the harness owns, and its accesses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/cputlb.h"
#include "exec/memopidx.h"
#include "exec/page-protection.h"
#include "hw/core/cpu.h"
#include "accel/tcg/cpu-ldst-common.h"
#include "accel/tcg/cpu-ops.h"

#include "compat.h"
#include "side.h"

QEMU_BUILD_BUG_ON((int)MMU_DATA_LOAD != RM_LOAD ||
                  (int)MMU_DATA_STORE != RM_STORE ||
                  (int)MMU_INST_FETCH != RM_FETCH);
QEMU_BUILD_BUG_ON(PAGE_READ != RM_PROT(RM_LOAD) ||
                  PAGE_WRITE != RM_PROT(RM_STORE) ||
                  PAGE_EXEC != RM_PROT(RM_FETCH));
QEMU_BUILD_BUG_ON((int)MEMTX_OK != RM_TX_OK);

/* Ask the page tables.  Returns NULL if the probe fails. */
static const RmPte *walk(vaddr addr, int size, MMUAccessType type,
                         int mmu_idx, bool probe)
{
    int page = mmu_idx < RM_MMU_IDX ? rm_va_page(addr) : -1;
    const RmPte *pte = page < 0 ? NULL : &qemu_side.now.pt[mmu_idx][page];
    RmEvent ev = side_event(RM_EV_FILL);

    ev.mmu_idx = mmu_idx;
    ev.type = type;
    ev.size = size;
    ev.addr = addr;
    side_log(&ev);

    if (pte && pte->prot & RM_PROT(type)) {
        return pte;
    }
    if (!probe) {
        ev.kind = RM_EV_PAGE_FAULT;
        side_log(&ev);
        side_escape(RM_PAGE_FAULT);
    }
    return NULL;
}

/* World 0 is that of a target that knows no attributes. */
static bool guest_tlb_fill(CPUState *cpu, vaddr addr, int size,
                           MMUAccessType type, int mmu_idx, bool probe,
                           uintptr_t ra)
{
    const RmPte *pte = walk(addr, size, type, mmu_idx, probe);

    if (!pte) {
        return false;
    }
    qemu_side.in_fill = true;
    if (pte->wid) {
        tlb_set_page_with_attrs(cpu, addr & RM_PAGE_MASK, pte->pa,
                                attrs_from_wid(pte->wid), pte->prot, type,
                                mmu_idx, RM_PAGE_SIZE);
    } else {
        tlb_set_page(cpu, addr & RM_PAGE_MASK, pte->pa, pte->prot, type,
                     mmu_idx, RM_PAGE_SIZE);
    }
    qemu_side.in_fill = false;
    return true;
}

static bool guest_tlb_fill_align(CPUState *cpu, CPUTLBEntryFull *out,
                                 vaddr addr, MMUAccessType type, int mmu_idx,
                                 MemOp memop, int size, bool probe,
                                 uintptr_t ra)
{
    const RmPte *pte = walk(addr, size, type, mmu_idx, probe);

    if (!pte) {
        return false;
    }
    *out = (CPUTLBEntryFull) {
        .phys_addr = pte->pa,
        .attrs = attrs_from_wid(pte->wid),
        .prot = pte->prot,
        .lg_page_size = RM_PAGE_BITS,
    };
    return true;
}

static RmResponse response_of(MemTxResult response)
{
    return response & MEMTX_DECODE_ERROR ? RM_TX_DECODE_ERROR :
           response & MEMTX_ACCESS_ERROR ? RM_TX_ACCESS_ERROR : RM_TX_ERROR;
}

static void guest_transaction_failed(CPUState *cpu, hwaddr physaddr,
                                     vaddr addr, unsigned size,
                                     MMUAccessType type, int mmu_idx,
                                     MemTxAttrs attrs, MemTxResult response,
                                     uintptr_t ra)
{
    RmEvent ev = side_event(RM_EV_TX_FAILED);

    ev.mmu_idx = mmu_idx;
    ev.type = type;
    ev.size = size;
    ev.addr = addr;
    ev.pa = physaddr;
    ev.wid = attrs_to_wid(attrs);
    ev.response = response_of(response);
    side_log(&ev);
    side_escape(RM_TX_FAILED);
}

static vaddr guest_pointer_wrap(CPUState *cpu, int mmu_idx, vaddr result,
                                vaddr base)
{
    return result;
}

void guest_init(CPUState *cpu)
{
    TCGCPUOps *ops = g_memdup2(cpu->cc->tcg_ops, sizeof(*ops));

    ops->tlb_fill = guest_tlb_fill;
    ops->do_transaction_failed = guest_transaction_failed;
    ops->pointer_wrap = guest_pointer_wrap;
    cpu->cc->tcg_ops = ops;
}

void guest_reset(CPUState *cpu)
{
    /* guest_init() has made it ours */
    TCGCPUOps *ops = (TCGCPUOps *)cpu->cc->tcg_ops;

    ops->tlb_fill_align = qemu_side.now.fill_align ? guest_tlb_fill_align :
                                                     NULL;
}

static MemOpIdx memop_idx(const Op *op)
{
    MemOp mop = (MemOp)op->lg_size | (op->big_endian ? MO_BE : MO_LE);

    return make_memop_idx(mop, op->idx);
}

static uint64_t load(CPUArchState *env, const Op *op, MemOpIdx oi)
{
    switch (op->lg_size) {
    case MO_8:
        return cpu_ldb_mmu(env, op->va, oi, 0);
    case MO_16:
        return cpu_ldw_mmu(env, op->va, oi, 0);
    case MO_32:
        return cpu_ldl_mmu(env, op->va, oi, 0);
    default:
        return cpu_ldq_mmu(env, op->va, oi, 0);
    }
}

static uint64_t fetch(CPUArchState *env, const Op *op, MemOpIdx oi)
{
    switch (op->lg_size) {
    case MO_8:
        return cpu_ldb_code_mmu(env, op->va, oi, 0);
    case MO_16:
        return cpu_ldw_code_mmu(env, op->va, oi, 0);
    case MO_32:
        return cpu_ldl_code_mmu(env, op->va, oi, 0);
    default:
        return cpu_ldq_code_mmu(env, op->va, oi, 0);
    }
}

static void store(CPUArchState *env, const Op *op, MemOpIdx oi)
{
    switch (op->lg_size) {
    case MO_8:
        cpu_stb_mmu(env, op->va, op->val, oi, 0);
        break;
    case MO_16:
        cpu_stw_mmu(env, op->va, op->val, oi, 0);
        break;
    case MO_32:
        cpu_stl_mmu(env, op->va, op->val, oi, 0);
        break;
    default:
        cpu_stq_mmu(env, op->va, op->val, oi, 0);
    }
}

uint64_t guest_access(CPUState *cpu, const Op *op)
{
    CPUArchState *env = cpu_env(cpu);
    MemOpIdx oi = memop_idx(op);

    switch (op->kind) {
    case OP_LOAD:
        return load(env, op, oi);
    case OP_FETCH:
        return fetch(env, op, oi);
    case OP_STORE:
        store(env, op, oi);
        return 0;
    default:
        g_assert_not_reached();
    }
}
