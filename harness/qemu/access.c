/*
 * Loads, stores and fetches.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/int128.h"
#include "exec/memopidx.h"
#include "hw/core/cpu.h"

#include "access.h"
#include "side.h"

QEMU_BUILD_BUG_ON(MO_ALIGN != RM_ALIGN_NATURAL << MO_ASHIFT ||
                  MO_ALIGN_64 != 6 << MO_ASHIFT);
QEMU_BUILD_BUG_ON(MO_ATOM_NONE != ATOM_NONE << MO_ATOM_SHIFT ||
                  MO_ATOM_SUBALIGN != ATOM_SUBALIGN << MO_ATOM_SHIFT);

MemOpIdx access_memop(const Op *op)
{
    unsigned mop = op->lg_size | op->align << MO_ASHIFT |
                   op->atom << MO_ATOM_SHIFT;

    mop |= op->big_endian ? MO_BE : MO_LE;
    mop = compat_align(mop, op->tlb_only);
    return make_memop_idx(mop, op->idx);
}

void access_read(const Op *op, uint64_t value, uint64_t hi)
{
    /* QEMU does not promise what is above the size */
    if (op->lg_size < MO_64) {
        value &= MAKE_64BIT_MASK(0, 8 << op->lg_size);
    }
    side_turn.last = value;
    side_turn.last_hi = hi;
    side_value(value, hi);
}

static void load(CPUArchState *env, const Op *op, MemOpIdx oi)
{
    uint64_t value, hi = 0;
    Int128 value16;

    switch (op->lg_size) {
    case MO_8:
        value = cpu_ldb_mmu(env, op->va, oi, 0);
        break;
    case MO_16:
        value = cpu_ldw_mmu(env, op->va, oi, 0);
        break;
    case MO_32:
        value = cpu_ldl_mmu(env, op->va, oi, 0);
        break;
    case MO_64:
        value = cpu_ldq_mmu(env, op->va, oi, 0);
        break;
    default:
        value16 = cpu_ld16_mmu(env, op->va, oi, 0);
        value = int128_getlo(value16);
        hi = int128_gethi(value16);
    }
    access_read(op, value, hi);
}

static void fetch(CPUArchState *env, const Op *op, MemOpIdx oi)
{
    uint64_t value;

    switch (op->lg_size) {
    case MO_8:
        value = cpu_ldb_code_mmu(env, op->va, oi, 0);
        break;
    case MO_16:
        value = cpu_ldw_code_mmu(env, op->va, oi, 0);
        break;
    case MO_32:
        value = cpu_ldl_code_mmu(env, op->va, oi, 0);
        break;
    default:
        value = cpu_ldq_code_mmu(env, op->va, oi, 0);
    }
    access_read(op, value, 0);
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
    case MO_64:
        cpu_stq_mmu(env, op->va, op->val, oi, 0);
        break;
    default:
        cpu_st16_mmu(env, op->va, int128_make128(op->val, op->val_hi), oi, 0);
    }
}

void access_run(CPUState *cpu, const Op *op)
{
    CPUArchState *env = cpu_env(cpu);
    MemOpIdx oi = access_memop(op);

    switch (op->kind) {
    case OP_LOAD:
        load(env, op, oi);
        break;
    case OP_FETCH:
        fetch(env, op, oi);
        break;
    default:
        store(env, op, oi);
    }
}
