/*
 * What is in QEMU's TLB, and what its fast path would do with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/tlb-common.h"
#include "exec/tlb-flags.h"
#include "hw/core/cpu.h"

#include "compat.h"
#include "side.h"

/* Which RAM, and where in it, is the page at @host? */
static void find_host(uintptr_t host, CachedType *type)
{
    for (unsigned r = 0; r < RM_RAMS; r++) {
        uintptr_t offset = host - (uintptr_t)qemu_side.host[r];

        if (offset < RM_RAM_SIZE) {
            type->region = r;
            type->offset = offset;
            return;
        }
    }
    type->region = RM_REGIONS;
    type->offset = 0;
}

static bool is_live(uintptr_t comparator)
{
    return !(comparator & TLB_INVALID_MASK);
}

static unsigned list_entry(const CPUTLBEntry *ent, const CPUTLBEntryFull *full,
                           CachedEntry c, CachedEntry *out, unsigned max)
{
    bool any = false;

    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        uintptr_t cmp = ent->addr_idx[t];
        CachedType *type = &c.type[t];

        *type = (CachedType) { .live = is_live(cmp) };
        if (type->live) {
            any = true;
            c.va = cmp & RM_PAGE_MASK;
            type->deferred = full->slow_flags[t] & TLB_IOMMU;
            type->fast = !(cmp & TLB_FLAGS_MASK);
            if (type->fast) {
                find_host(c.va + ent->addend, type);
            }
        }
    }
    if (any && max) {
        c.pa = full->phys_addr;
        c.wid = attrs_to_wid(full->attrs);
        *out = c;
    }
    return any;
}

static unsigned list_mmu_idx(CPUState *cpu, CachedEntry c, bool all,
                             CachedEntry *out, unsigned max)
{
    CPUTLBDesc *desc = &cpu->neg.tlb.d[c.mmu_idx];
    CPUTLBDescFast *fast = cpu_tlb_fast(cpu, c.mmu_idx);
    size_t size = (fast->mask >> CPU_TLB_ENTRY_BITS) + 1;
    unsigned n = 0;

    /* Every bank maps to the same slots. */
    if (!all && size > RM_BANK_PAGES) {
        size = RM_BANK_PAGES;
    }
    for (size_t i = 0; i < size; i++) {
        n += list_entry(&fast->table[i], &desc->fulltlb[i], c,
                        out + n, n < max ? max - n : 0);
    }
    c.victim = true;
    for (size_t i = 0; i < CPU_VTLB_SIZE; i++) {
        n += list_entry(&desc->vtable[i], &desc->vfulltlb[i], c,
                        out + n, n < max ? max - n : 0);
    }
    return n;
}

unsigned view_entries(bool all, CachedEntry *out, unsigned max)
{
    unsigned n = 0;

    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        CPUTLBCommon *common = &qemu_side.cpu[cpu]->neg.tlb.c;

        for (unsigned idx = 0; idx < (all ? NB_MMU_MODES : RM_MMU_IDX);
             idx++) {
            if (common->dirty >> idx & 1) {
                n += list_mmu_idx(qemu_side.cpu[cpu], (CachedEntry) {
                    .cpu = cpu, .mmu_idx = idx,
                }, all, out + n, n < max ? max - n : 0);
            }
        }
    }
    return n;
}
