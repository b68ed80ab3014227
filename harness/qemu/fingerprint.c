/*
 * What QEMU's later behaviour depends on, as one number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/translation-block.h"
#include "hw/core/cpu.h"
#include "accel/tcg/tb-jmp-cache.h"

#include "board.h"
#include "compat.h"
#include "fingerprint.h"
#include "iommu.h"
#include "side.h"

/* Nothing is in it: all of its comparators are -1. */
static bool is_empty(const CPUTLBEntry *ent)
{
    return (ent->addr_idx[RM_LOAD] & ent->addr_idx[RM_STORE] &
            ent->addr_idx[RM_FETCH]) == (uintptr_t)-1;
}

/* Where one type leads, if that is known and may be used. */
static void add_target(RmFingerprint *f, CPUState *cpu,
                       const CPUTLBEntry *ent, const CPUTLBEntryFull *full,
                       unsigned type)
{
    vaddr page = ent->addr_idx[type] & RM_PAGE_MASK;
    MemoryRegion *mr;
    hwaddr offset = 0;

    if (ent->addr_idx[type] == (uintptr_t)-1 ||
        full->slow_flags[type] & TLB_IOMMU || qemu_side.work_waits) {
        return;
    }
    mr = compat_target(cpu, ent, full, type, page, &offset);
    fingerprint_add(f, board_region(mr));
    fingerprint_add(f, offset);
}

static void add_entry(RmFingerprint *f, CPUState *cpu, const CPUTLBEntry *ent,
                      const CPUTLBEntryFull *full)
{
    uintptr_t page = -1;
    uint32_t offset = 0;

    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        fingerprint_add(f, ent->addr_idx[t]);
        fingerprint_add(f, full->slow_flags[t]);
        add_target(f, cpu, ent, full, t);
        if (ent->addr_idx[t] != (uintptr_t)-1) {
            page = ent->addr_idx[t] & RM_PAGE_MASK;
        }
    }
    fingerprint_add(f, board_find(page + ent->addend, &offset));
    fingerprint_add(f, offset);
    fingerprint_add(f, full->phys_addr);
    fingerprint_add(f, attrs_from_memtx(full->attrs) |
                       full->attrs.unspecified << 8);
    fingerprint_add(f, full->prot | full->lg_page_size << 8 |
                       full->tlb_fill_flags << 16);
}

static void add_table(RmFingerprint *f, CPUState *cpu, const CPUTLBEntry *ent,
                      const CPUTLBEntryFull *full, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_empty(&ent[i])) {
            fingerprint_add(f, i);
            add_entry(f, cpu, &ent[i], &full[i]);
        }
    }
}

static void add_tlb(RmFingerprint *f, CPUState *cpu, unsigned mmu_idx)
{
    const CPUTLBDesc *desc = &cpu->neg.tlb.d[mmu_idx];
    const CPUTLBDescFast *fast = cpu_tlb_fast(cpu, mmu_idx);

    fingerprint_add(f, fast->mask);
    fingerprint_add(f, desc->window_max_entries);
    fingerprint_add(f, desc->window_begin_ns);
    if (cpu->neg.tlb.c.dirty >> mmu_idx & 1) {
        fingerprint_add(f, desc->large_page_addr);
        fingerprint_add(f, desc->large_page_mask);
        fingerprint_add(f, desc->n_used_entries);
        fingerprint_add(f, desc->vindex % CPU_VTLB_SIZE);
        add_table(f, cpu, fast->table, desc->fulltlb,
                  (fast->mask >> CPU_TLB_ENTRY_BITS) + 1);
        add_table(f, cpu, desc->vtable, desc->vfulltlb, CPU_VTLB_SIZE);
    }
}

/* Code in memory that a CPU need not look up. */
static void add_jumps(RmFingerprint *f, const CPUState *cpu)
{
    const CPUJumpCache *jc = cpu->tb_jmp_cache;

    for (unsigned i = 0; jc && i < TB_JMP_CACHE_SIZE; i++) {
        const TranslationBlock *tb = jc->array[i].tb;

        for (unsigned n = 0; tb && n < qemu_side.n_blocks; n++) {
            if (qemu_side.block[n].tb == tb) {
                fingerprint_add(f, jc->array[i].pc);
                fingerprint_add(f, n);
            }
        }
    }
}

static void add_code(RmFingerprint *f)
{
    for (unsigned i = 0; i < qemu_side.n_blocks; i++) {
        const SideBlock *b = &qemu_side.block[i];

        fingerprint_add(f, b->region | b->lost << 8 | b->mmu_idx << 9 |
                           (uint64_t)b->offset << 32);
        fingerprint_add(f, b->second);
    }
}

void fingerprint_qemu(RmFingerprint *f)
{
    RmDirty dirty;

    fingerprint_bytes(f, qemu_side.breaks, sizeof(qemu_side.breaks));
    for (unsigned i = 0; i < RM_CPUS; i++) {
        CPUState *cpu = qemu_side.cpu[i];

        fingerprint_add(f, cpu->neg.tlb.c.dirty & ((1u << RM_MMU_IDX) - 1));
        fingerprint_add(f, !side_has_work(cpu));
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            add_tlb(f, cpu, idx);
        }
        for (unsigned n = 0; n < RM_IOMMUS; n++) {
            fingerprint_add(f, iommu_notifiers(cpu, n));
        }
        add_jumps(f, cpu);
    }
    board_dirty(&dirty);
    fingerprint_bytes(f, &dirty, sizeof(dirty));
    fingerprint_add(f, qemu_side.clock.tv_sec);
    fingerprint_add(f, qemu_side.clock.tv_usec);
    add_code(f);
}
