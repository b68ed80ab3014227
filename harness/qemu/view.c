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

/* Most entries are empty: a comparator that cannot hit has this bit. */
__attribute__((always_inline, no_sanitize("address", "undefined")))
static inline bool any_live(const CPUTLBEntry *ent)
{
    return ~(ent->addr_idx[RM_LOAD] & ent->addr_idx[RM_STORE] &
             ent->addr_idx[RM_FETCH]) & TLB_INVALID_MASK;
}

static void view_entry(const CPUTLBEntry *ent, const CPUTLBEntryFull *full,
                       CachedEntry *c)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        uintptr_t cmp = ent->addr_idx[t];
        CachedType *type = &c->type[t];

        type->live = !(cmp & TLB_INVALID_MASK);
        if (type->live) {
            c->va = cmp & RM_PAGE_MASK;
            type->deferred = full->slow_flags[t] & TLB_IOMMU;
            type->fast = !(cmp & TLB_FLAGS_MASK);
            if (type->fast) {
                type->region = board_find(c->va + ent->addend,
                                          &type->offset);
            }
        }
    }
    c->pa = full->phys_addr;
    c->wid = attrs_to_wid(full->attrs);
}

/* The entries that have a place in @out; the others are only counted. */
typedef struct List {
    CachedEntry *out;
    unsigned n, max;
} List;

/*
 * Called for each operation, and most of what it looks at is empty: the
 * tables are QEMU's own and all there, so that ASan need not watch.
 */
__attribute__((no_sanitize("address", "undefined")))
static void list_table(List *list, unsigned cpu, unsigned mmu_idx, bool victim,
                       const CPUTLBEntry *table, const CPUTLBEntryFull *full,
                       size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!any_live(&table[i])) {
            continue;
        }
        if (list->n < list->max) {
            CachedEntry *c = &list->out[list->n];

            c->cpu = cpu;
            c->mmu_idx = mmu_idx;
            c->victim = victim;
            view_entry(&table[i], &full[i], c);
        }
        list->n++;
    }
}

/*
 * How many entries of a table there is something in.  Every bank of pages
 * maps to the same slots, as long as the table is no larger than a bank; the
 * crowd goes everywhere.
 */
static size_t used_size(unsigned cpu, unsigned mmu_idx, size_t size)
{
    if (mmu_idx >= RM_MMU_IDX || qemu_side.crowded[cpu][mmu_idx] ||
        size > 1u << (RM_BANK_BITS - RM_PAGE_BITS)) {
        return size;
    }
    return MIN(size, RM_BANK_PAGES);
}

unsigned view_entries(bool all, CachedEntry *out, unsigned max)
{
    List list = { .out = out, .max = max };

    for (unsigned i = 0; i < RM_CPUS; i++) {
        CPUState *cpu = qemu_side.cpu[i];

        for (unsigned idx = 0; idx < (all ? NB_MMU_MODES : RM_MMU_IDX);
             idx++) {
            CPUTLBDesc *desc = &cpu->neg.tlb.d[idx];
            CPUTLBDescFast *fast = cpu_tlb_fast(cpu, idx);
            size_t size = (fast->mask >> CPU_TLB_ENTRY_BITS) + 1;

            /* A mode without this bit is empty. */
            if (!(cpu->neg.tlb.c.dirty >> idx & 1)) {
                continue;
            }
            list_table(&list, i, idx, false, fast->table, desc->fulltlb,
                       all ? size : used_size(i, idx, size));
            list_table(&list, i, idx, true, desc->vtable, desc->vfulltlb,
                       CPU_VTLB_SIZE);
        }
    }
    return list.n;
}
