/*
 * What is in QEMU's TLB, and what its fast path would do with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"

#include "board.h"
#include "compat.h"
#include "side.h"
#include "view-table.h"
#include "view.h"

/* Most entries are empty: a comparator that cannot hit has this bit. */
__attribute__((always_inline, no_sanitize("address", "undefined")))
static inline bool any_live(const CPUTLBEntry *ent)
{
    return ~(ent->addr_idx[RM_LOAD] & ent->addr_idx[RM_STORE] &
             ent->addr_idx[RM_FETCH]) & TLB_INVALID_MASK;
}

void view_entry(const CPUTLBEntry *ent, const CPUTLBEntryFull *full,
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
    c->attrs = attrs_from_memtx(full->attrs);
}

QEMU_BUILD_BUG_ON(CPU_VTLB_SIZE > RM_BANK_PAGES ||
                  RM_BANK_PAGES > VIEW_SLOTS);
QEMU_BUILD_BUG_ON(RM_CPUS * RM_MMU_IDX * 2 * RM_BANK_PAGES > ENGINE_SLOTS);

void view_reset(void)
{
    qemu_side.scenario++;
}

/* The entries that have a place in @out; the others are only counted. */
typedef struct List {
    CachedEntry *out;
    unsigned n, max;
    EntriesAsked asked;
    uint8_t cpu, mmu_idx;
    bool victim;
} List;

static void list_entry(List *list, const CachedEntry *c)
{
    if (list->n < list->max) {
        CachedEntry *out = &list->out[list->n];

        *out = *c;
        out->cpu = list->cpu;
        out->mmu_idx = list->mmu_idx;
        out->victim = list->victim;
    }
    list->n++;
}

/*
 * QEMU's tables are all there: ASan need not watch where each of them is
 * looked at as a whole.
 */
__attribute__((no_sanitize("address", "undefined")))
static void list_table(List *list, const CPUTLBEntry *ent,
                       const CPUTLBEntryFull *full, size_t from, size_t size)
{
    for (size_t i = from; i < size; i++) {
        CachedEntry c = { .slot = ENGINE_SLOTS };

        if (any_live(&ent[i])) {
            view_entry(&ent[i], &full[i], &c);
            list_entry(list, &c);
        }
    }
}

/* Not memcmp(): libFuzzer looks at what that compares. */
__attribute__((no_sanitize("address", "undefined")))
static bool same_entries(const CPUTLBEntry *a, const CPUTLBEntry *b,
                         size_t n)
{
    const uint64_t *x = (const uint64_t *)a, *y = (const uint64_t *)b;
    uint64_t differ = 0;

    for (size_t i = 0; i < n * sizeof(*a) / sizeof(*x); i++) {
        differ |= x[i] ^ y[i];
    }
    return !differ;
}

/*
 * Take an entry as it is now.  What another scenario has left makes no
 * difference: the same code is run.
 */
__attribute__((no_sanitize("address", "undefined")))
static void take_entry(ViewTable *t, const CPUTLBEntry *ent, size_t at)
{
    if (t->slot[at].scenario != qemu_side.scenario ||
        !same_entries(&t->ent[at], &ent[at], 1)) {
        t->slot[at].scenario = 0;
        t->ent[at] = ent[at];
    }
}

/* ... and all of the first @n. */
__attribute__((no_sanitize("address", "undefined")))
static void take_first(ViewTable *t, const CPUTLBEntry *ent, size_t n)
{
    t->scenario = qemu_side.scenario;
    t->n = 0;
    for (size_t i = 0; i < n; i++) {
        take_entry(t, ent, i);
        if (any_live(&ent[i])) {
            t->live[t->n++] = i;
        }
    }
}

static bool same_full(const ViewLooked *was, const CPUTLBEntryFull *full)
{
    return was->phys_addr == full->phys_addr &&
           was->attrs == attrs_from_memtx(full->attrs) &&
           was->slow_flags[RM_LOAD] == full->slow_flags[RM_LOAD] &&
           was->slow_flags[RM_STORE] == full->slow_flags[RM_STORE] &&
           was->slow_flags[RM_FETCH] == full->slow_flags[RM_FETCH];
}

/*
 * Which of the @size slots of a main TLB the page is in that was accessed last;
 * @size: none.
 */
static size_t used_slot(const List *list, size_t size)
{
    const SideUsed *used = &side_turn.used;

    return !list->victim && used->any && used->cpu == list->cpu &&
           used->mmu_idx == list->mmu_idx ? used->va / RM_PAGE_SIZE % size :
                                            size;
}

/* One that was taken. */
static void list_slot(List *list, ViewTable *t, const CPUTLBEntryFull *full,
                      size_t at, size_t used)
{
    ViewSlot *slot = &t->slot[at];

    full += at;
    slot->said.same = slot->scenario == qemu_side.scenario &&
                      same_full(&slot->looked, full);
    if (!slot->said.same) {
        slot->scenario = qemu_side.scenario;
        slot->looked.phys_addr = full->phys_addr;
        slot->looked.attrs = attrs_from_memtx(full->attrs);
        memcpy(slot->looked.slow_flags, full->slow_flags,
               sizeof(slot->looked.slow_flags));
        view_entry(&t->ent[at], full, &slot->said);
        slot->said.slot = at >= RM_BANK_PAGES ? ENGINE_SLOTS :
            (t - &qemu_side.table[0][0][0]) * RM_BANK_PAGES + at;
    }
    if (!slot->said.same || at == used || list->asked != ENTRIES_CHANGED) {
        list_entry(list, &slot->said);
    }
}

/*
 * Of a table of @size entries, those in the first slots, and behind them until
 * @end.
 */
__attribute__((no_sanitize("address", "undefined")))
static void list_known(List *list, const CPUTLBEntry *ent,
                       const CPUTLBEntryFull *full, size_t size, size_t end)
{
    ViewTable *t = &qemu_side.table[list->cpu][list->mmu_idx][list->victim];
    size_t first = MIN(size, RM_BANK_PAGES), used = used_slot(list, size);

    if (t->scenario != qemu_side.scenario ||
        !same_entries(t->ent, ent, first)) {
        take_first(t, ent, first);
    }
    for (unsigned i = 0; i < t->n; i++) {
        list_slot(list, t, full, t->live[i], used);
    }
    for (size_t i = first; i < end; i++) {
        if (any_live(&ent[i])) {
            take_entry(t, ent, i);
            list_slot(list, t, full, i, used);
        } else {
            /* what comes back is new, even if it is the same */
            t->slot[i].scenario = 0;
        }
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

/* Both halves of a TLB: the main table, and the victim one. */
static void list_tlb(List *list, CPUState *cpu, bool all)
{
    CPUTLBDesc *desc = &cpu->neg.tlb.d[list->mmu_idx];
    CPUTLBDescFast *fast = cpu_tlb_fast(cpu, list->mmu_idx);
    size_t size = (fast->mask >> CPU_TLB_ENTRY_BITS) + 1, end = size;
    size_t known = 0;

    list->victim = false;
    if (!all) {
        end = used_size(list->cpu, list->mmu_idx, size);
        known = MIN(end, VIEW_SLOTS);
        list_known(list, fast->table, desc->fulltlb, size, known);
    }
    list_table(list, fast->table, desc->fulltlb, known, end);

    list->victim = true;
    if (all) {
        list_table(list, desc->vtable, desc->vfulltlb, 0, CPU_VTLB_SIZE);
    } else {
        list_known(list, desc->vtable, desc->vfulltlb, CPU_VTLB_SIZE,
                   CPU_VTLB_SIZE);
    }
}

unsigned view_entries(EntriesAsked asked, CachedEntry *out, unsigned max)
{
    List list = { .out = out, .max = max, .asked = asked };
    bool all = asked == ENTRIES_ALL;

    for (unsigned i = 0; i < RM_CPUS; i++) {
        CPUState *cpu = qemu_side.cpu[i];

        for (unsigned idx = 0; idx < (all ? NB_MMU_MODES : RM_MMU_IDX);
             idx++) {
            /* A mode without this bit is empty, if one thread does all. */
            if (cpu->neg.tlb.c.dirty >> idx & 1 ||
                (all && qemu_side.had_threads)) {
                list.cpu = i;
                list.mmu_idx = idx;
                list_tlb(&list, cpu, all);
            }
        }
    }
    return list.n;
}

bool view_hits(CPUState *cpu, const Op *op)
{
    const CPUTLBDescFast *fast = cpu_tlb_fast(cpu, op->idx);
    size_t at = op->va >> RM_PAGE_BITS & fast->mask >> CPU_TLB_ENTRY_BITS;

    return fast->table[at].addr_idx[op_type(op)] == (op->va & RM_PAGE_MASK);
}

bool view_miscounted(unsigned *cpu, unsigned *mmu_idx)
{
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX; i++) {
        const CPUState *of = qemu_side.cpu[i / RM_MMU_IDX];

        if ((ssize_t)of->neg.tlb.d[i % RM_MMU_IDX].n_used_entries < 0) {
            *cpu = i / RM_MMU_IDX;
            *mmu_idx = i % RM_MMU_IDX;
            return true;
        }
    }
    return false;
}
