/*
 * Read-modify-write, and compare-exchange.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/int128.h"
#include "exec/memopidx.h"
#include "hw/core/cpu.h"

#include "access.h"
#include "atomic.h"
#include "side.h"

typedef uint32_t RmwFn(CPUArchState *env, vaddr addr, uint32_t val,
                       MemOpIdx oi, uintptr_t ra);
typedef uint64_t RmwFn64(CPUArchState *env, vaddr addr, uint64_t val,
                         MemOpIdx oi, uintptr_t ra);
typedef uint32_t CmpxchgFn(CPUArchState *env, vaddr addr, uint32_t cmp,
                           uint32_t val, MemOpIdx oi, uintptr_t ra);
typedef uint64_t CmpxchgFn64(CPUArchState *env, vaddr addr, uint64_t cmp,
                             uint64_t val, MemOpIdx oi, uintptr_t ra);
typedef Int128 CmpxchgFn128(CPUArchState *env, vaddr addr, Int128 cmp,
                            Int128 val, MemOpIdx oi, uintptr_t ra);

/* QEMU's functions for one operation: little-endian, big-endian. */
typedef struct RmwHelpers {
    RmwFn *small[MO_64][2];     /* by log2 of the size */
    RmwFn64 *quad[2];
} RmwHelpers;

#define HELPERS(name) { \
    .small = { \
        { cpu_atomic_ ## name ## b_mmu, cpu_atomic_ ## name ## b_mmu }, \
        { cpu_atomic_ ## name ## w_le_mmu, cpu_atomic_ ## name ## w_be_mmu }, \
        { cpu_atomic_ ## name ## l_le_mmu, cpu_atomic_ ## name ## l_be_mmu }, \
    }, \
    .quad = { \
        cpu_atomic_ ## name ## q_le_mmu, cpu_atomic_ ## name ## q_be_mmu, \
    }, \
}

static const RmwHelpers helpers[RM_RMWS] = {
    [RM_XCHG] = HELPERS(xchg),
    [RM_ADD] = HELPERS(fetch_add),
    [RM_AND] = HELPERS(fetch_and),
    [RM_OR] = HELPERS(fetch_or),
    [RM_XOR] = HELPERS(fetch_xor),
    [RM_SMIN] = HELPERS(fetch_smin),
    [RM_UMIN] = HELPERS(fetch_umin),
    [RM_SMAX] = HELPERS(fetch_smax),
    [RM_UMAX] = HELPERS(fetch_umax),
    [RM_ADD_FETCH] = HELPERS(add_fetch),
    [RM_AND_FETCH] = HELPERS(and_fetch),
    [RM_OR_FETCH] = HELPERS(or_fetch),
    [RM_XOR_FETCH] = HELPERS(xor_fetch),
    [RM_SMIN_FETCH] = HELPERS(smin_fetch),
    [RM_UMIN_FETCH] = HELPERS(umin_fetch),
    [RM_SMAX_FETCH] = HELPERS(smax_fetch),
    [RM_UMAX_FETCH] = HELPERS(umax_fetch),
};

/* The same of compare-exchange. */
static CmpxchgFn *const cmpxchg_small[MO_64][2] = {
    { cpu_atomic_cmpxchgb_mmu, cpu_atomic_cmpxchgb_mmu },
    { cpu_atomic_cmpxchgw_le_mmu, cpu_atomic_cmpxchgw_be_mmu },
    { cpu_atomic_cmpxchgl_le_mmu, cpu_atomic_cmpxchgl_be_mmu },
};
static CmpxchgFn64 *const cmpxchg_quad[2] = {
    cpu_atomic_cmpxchgq_le_mmu, cpu_atomic_cmpxchgq_be_mmu,
};
static CmpxchgFn128 *const cmpxchg_octo[2] = {
    cpu_atomic_cmpxchgo_le_mmu, cpu_atomic_cmpxchgo_be_mmu,
};

void atomic_rmw(CPUState *cpu, const Op *op)
{
    const RmwHelpers *h = &helpers[op->rmw];
    CPUArchState *env = cpu_env(cpu);
    MemOpIdx oi = access_memop(op);
    uint64_t value;

    if (op->lg_size == MO_64) {
        value = h->quad[op->big_endian](env, op->va, op->val, oi, 0);
    } else {
        value = h->small[op->lg_size][op->big_endian](env, op->va, op->val,
                                                      oi, 0);
    }
    access_read(op, value, 0);
}

void atomic_cmpxchg(CPUState *cpu, const Op *op)
{
    CPUArchState *env = cpu_env(cpu);
    MemOpIdx oi = access_memop(op);
    uint64_t cmp, cmp_hi, old, hi = 0;
    Int128 cmp16, new16, old16;

    op_compare(op, side_turn.last, side_turn.last_hi, &cmp, &cmp_hi);
    switch (op->lg_size) {
    default:
        old = cmpxchg_small[op->lg_size][op->big_endian](env, op->va, cmp,
                                                         op->val, oi, 0);
        break;
    case MO_64:
        old = cmpxchg_quad[op->big_endian](env, op->va, cmp, op->val, oi, 0);
        break;
    case MO_128:
        cmp16 = int128_make128(cmp, cmp_hi);
        new16 = int128_make128(op->val, op->val_hi);
        old16 = cmpxchg_octo[op->big_endian](env, op->va, cmp16, new16, oi,
                                             0);
        old = int128_getlo(old16);
        hi = int128_gethi(old16);
    }
    access_read(op, old, hi);
}
