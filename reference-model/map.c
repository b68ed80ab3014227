/*
 * Changes of the memory map (C15).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tlb.h"

static bool same_place(const Place *a, const Place *b)
{
    return a->region == b->region && a->readonly == b->readonly &&
           a->in_pieces == b->in_pieces &&
           (a->offset == b->offset || a->region == RM_UNASSIGNED);
}

/* The map has changed: drop the entries whose page leads elsewhere now. */
static void changed(RmModel *m)
{
    topology_pages(&m->topology, m->pages);
    m->remapped = true;
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            for (unsigned page = 0; page < RM_VA_PAGES; page++) {
                Entry *e = &m->tlb[cpu][idx][page];

                if (e->present &&
                    !same_place(&e->early, page_place(m, space_of(e->pte.attrs),
                                                      e->pte.pa))) {
                    count_decision(m, RM_C15_TOPOLOGY);
                    tlb_drop(e, RM_C15_TOPOLOGY);
                }
            }
        }
    }
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
                        tlb_drop(e, RM_C15_TOPOLOGY);
                    }
                }
            }
        }
    }
}
