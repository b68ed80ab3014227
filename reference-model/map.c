/*
 * Changes of the memory map (C15).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "tlb.h"

static bool same_place(const Place *a, const Place *b)
{
    return a->region == b->region && a->readonly == b->readonly &&
           a->in_pieces == b->in_pieces &&
           (a->offset == b->offset || a->region == RM_UNASSIGNED);
}

/* The map has changed: drop @e if its page leads elsewhere now. */
static void entry_changed(RmModel *m, Entry *e)
{
    bool moved = !same_place(&e->early, page_place(m, space_of(e->pte.attrs),
                                                   e->pte.pa));

    if (m->work_waits) {
        e->old = true;
        e->moved = moved;
    } else if (moved) {
        count_decision(m, RM_C15_TOPOLOGY);
        tlb_drop(m, e, RM_C15_TOPOLOGY);
    }
}

static void changed(RmModel *m)
{
    topology_pages(&m->topology, m->pages);
    m->remapped = true;
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            for (unsigned page = 0; page < RM_VA_PAGES; page++) {
                Entry *e = &m->tlb[cpu][idx][page];

                if (e->present) {
                    entry_changed(m, e);
                }
            }
        }
    }
}

void rm_queued_work(RmModel *m, bool waits)
{
    if (m->work_waits == waits) {
        return;
    }
    m->work_waits = waits;
    memcpy(m->before, m->pages, sizeof(m->pages));
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX * RM_VA_PAGES; i++) {
        Entry *e = &m->tlb[0][0][0] + i;

        if (e->present && e->moved) {
            count_decision(m, RM_C15_TOPOLOGY);
            tlb_drop(m, e, RM_C15_TOPOLOGY);
        }
        e->old = e->freed = e->moved = false;
    }
}

bool rm_work_waits(const RmModel *m)
{
    return m->work_waits;
}

void rm_grace_period(RmModel *m)
{
    if (!m->work_waits) {
        return;
    }
    memcpy(m->before, m->pages, sizeof(m->pages));
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX * RM_VA_PAGES; i++) {
        Entry *e = &m->tlb[0][0][0] + i;

        e->freed |= e->old;
    }
}

static bool page_covered(const RmModel *m, const RmAccess *a, uint32_t va)
{
    int page = rm_va_page(va);
    const Entry *e = page < 0 ? NULL : &m->tlb[a->cpu][a->mmu_idx][page];
    const RmPte *pte = page < 0 ? NULL : &m->now.pt[a->mmu_idx][page];

    if (e && e->present && e->old) {
        return !e->freed && !rm_is_iommu(e->early.region) &&
               !e->early.in_pieces;
    }
    return !pte || pte->pa >> RM_PAGE_BITS >= RM_PA_PAGES ||
           same_place(&m->before[space_of(pte->attrs)]
                                [pte->pa >> RM_PAGE_BITS],
                      page_place(m, space_of(pte->attrs), pte->pa));
}

/* Has nobody an old view that is not freed? */
static bool settled(const RmModel *m)
{
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX * RM_VA_PAGES; i++) {
        const Entry *e = &m->tlb[0][0][0] + i;

        if (e->present && e->old && !e->freed) {
            return false;
        }
    }
    return !memcmp(m->before, m->pages, sizeof(m->pages));
}

bool rm_covered_meanwhile(const RmModel *m, const RmAccess *a)
{
    if (a->exclusive) {
        return settled(m);
    }
    return page_covered(m, a, a->va) &&
           page_covered(m, a, a->va + (a->size ? a->size : 1) - 1);
}

void rm_map_enable(RmModel *m, unsigned map, bool on)
{
    m->topology.map[map].enabled = on;
    changed(m);
}

void rm_map_add(RmModel *m, unsigned map, bool add)
{
    if (topology_has(&m->topology, map) == add) {
        return;
    }
    if (add) {
        topology_add(&m->topology, map);
    } else {
        topology_remove(&m->topology, map);
    }
    changed(m);
}

void rm_map_move(RmModel *m, unsigned map, uint32_t pa)
{
    uint32_t base = pa | (rm_memory_map[map].base & ~RM_PAGE_MASK);

    if (m->topology.map[map].base == base) {
        return;
    }
    m->topology.map[map].base = base;
    if (topology_has(&m->topology, map)) {
        /* what is moved is taken out and put in again */
        topology_remove(&m->topology, map);
        topology_add(&m->topology, map);
    }
    changed(m);
}

void rm_map_offset(RmModel *m, unsigned map, uint32_t offset)
{
    m->topology.map[map].offset =
        offset | (rm_memory_map[map].offset & ~RM_PAGE_MASK);
    changed(m);
}

void rm_map_readonly(RmModel *m, unsigned map, bool on)
{
    m->topology.map[map].readonly = on;
    changed(m);
}

void rm_romd_mode(RmModel *m, bool on)
{
    if (m->topology.romd == on) {
        return;
    }
    m->topology.romd = on;
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            for (unsigned page = 0; page < RM_VA_PAGES; page++) {
                Entry *e = &m->tlb[cpu][idx][page];

                for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
                    if (e->present && e->type[t].known &&
                        e->type[t].place.region == RM_ROMD) {
                        count_decision(m, RM_C15_TOPOLOGY);
                        tlb_drop(m, e, RM_C15_TOPOLOGY);
                    }
                }
            }
        }
    }
}
