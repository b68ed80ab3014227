/*
 * All that an entry of QEMU's TLB says, in words that are the same in every
 * run: flags by name, regions instead of pointers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"

#include "board.h"
#include "compat.h"
#include "describe.h"
#include "side.h"
#include "view.h"

typedef struct FlagName {
    unsigned flag;
    const char *name;
} FlagName;

/* Those of comparators and of slow_flags: no bit is in both. */
static const FlagName tlb_flags[] = {
    { TLB_INVALID_MASK, "INVALID" },
    { TLB_NOTDIRTY, "NOTDIRTY" },
    { TLB_FORCE_SLOW, "FORCE_SLOW" },
    { TLB_BSWAP, "BSWAP" },
    { TLB_WATCHPOINT, "WATCHPOINT" },
    { TLB_CHECK_ALIGNED, "CHECK_ALIGNED" },
    { TLB_DISCARD_WRITE, "DISCARD_WRITE" },
    { TLB_MMIO, "MMIO" },
    { TLB_IOMMU, "IOMMU" },
};

QEMU_BUILD_BUG_ON(TLB_FLAGS_MASK & TLB_SLOW_FLAGS_MASK);

static void print_flags(char *buf, size_t len, unsigned flags)
{
    for (size_t i = 0; i < ARRAY_SIZE(tlb_flags); i++) {
        if (flags & tlb_flags[i].flag) {
            g_strlcat(buf, *buf ? " " : "", len);
            g_strlcat(buf, tlb_flags[i].name, len);
        }
    }
}

/*
 * Where the slow path goes.  Only of a type that is held: others have none.
 * An entry with a fault can have the second half of another, or of none:
 * that is to be shown, not to be stopped by the sanitizers.
 */
__attribute__((no_sanitize("address", "undefined")))
static void describe_target(CPUState *cpu, const CPUTLBEntry *ent,
                            const CPUTLBEntryFull *full, unsigned type,
                            uint32_t va, TypeView *v)
{
    hwaddr offset;
    MemoryRegion *mr = compat_target(cpu, ent, full, type, va, &offset);

    v->region = RM_REGIONS;
    if (!mr) {
        return;
    }
    v->region = board_region(mr);
    if (v->region == RM_UNASSIGNED) {
        v->in_pieces = mr->subpage;
        return;
    }
    v->offset = offset + va;
    if (memory_region_is_ram(mr)) {
        v->offset -= memory_region_get_ram_addr(mr);
    }
}

static void describe_type(CPUState *cpu, const CPUTLBEntry *ent,
                          const CPUTLBEntryFull *full, unsigned type,
                          uint32_t va, TypeView *v)
{
    uintptr_t cmp = ent->addr_idx[type];

    v->held = (cmp & RM_PAGE_MASK) == va;
    if (v->held) {
        print_flags(v->flags, sizeof(v->flags), cmp & TLB_FLAGS_MASK);
        print_flags(v->flags, sizeof(v->flags), full->slow_flags[type]);
        describe_target(cpu, ent, full, type, va, v);
    }
}

/* Returns false if it is not for the page. */
static bool describe(CPUState *cpu, const CPUTLBEntry *ent,
                     const CPUTLBEntryFull *full, uint32_t va, EntryView *v)
{
    bool held = false;

    *v = (EntryView) { 0 };
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        describe_type(cpu, ent, full, t, va, &v->type[t]);
        held |= v->type[t].held;
    }
    if (held) {
        view_entry(ent, full, &v->cached);
        v->cached.va = va;
        v->addend = board_find(va + ent->addend, &v->addend_offset);
    }
    return held;
}

unsigned describe_page(unsigned cpu, unsigned mmu_idx, uint32_t va,
                       EntryView out[ENTRY_VIEWS])
{
    CPUState *cs = qemu_side.cpu[cpu];
    CPUTLBDesc *desc = &cs->neg.tlb.d[mmu_idx];
    CPUTLBDescFast *fast = cpu_tlb_fast(cs, mmu_idx);
    size_t slots = (fast->mask >> CPU_TLB_ENTRY_BITS) + 1;
    size_t slot = va >> RM_PAGE_BITS & (slots - 1);
    unsigned n = 0;

    QEMU_BUILD_BUG_ON(ENTRY_VIEWS != 1 + CPU_VTLB_SIZE);

    n += describe(cs, &fast->table[slot], &desc->fulltlb[slot], va, &out[n]);
    for (unsigned i = 0; i < CPU_VTLB_SIZE; i++) {
        if (describe(cs, &desc->vtable[i], &desc->vfulltlb[i], va, &out[n])) {
            out[n].cached.victim = true;
            n++;
        }
    }
    for (unsigned i = 0; i < n; i++) {
        out[i].cached.cpu = cpu;
        out[i].cached.mmu_idx = mmu_idx;
    }
    return n;
}
