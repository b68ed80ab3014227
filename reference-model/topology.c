/*
 * The physical address spaces of the CPUs (C15), and what an IOMMU's answer
 * leads to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "topology.h"

void topology_reset(Topology *t, uint32_t regs_size)
{
    memset(t, 0, sizeof(*t));
    t->romd = true;
    t->regs_size = regs_size;
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        const RmMapping *map = &rm_memory_map[i];

        t->map[i] = (Window) {
            .base = map->base, .offset = map->offset,
            .enabled = map->enabled &&
                       (regs_size || !rm_is_checker(map->region)),
            .readonly = map->readonly,
        };
        topology_add(t, i);
    }
}

/* What is added last lies in front of others of its priority. */
void topology_add(Topology *t, unsigned map)
{
    unsigned at = 0;

    while (at < t->n && rm_memory_map[t->order[at]].priority >
           rm_memory_map[map].priority) {
        at++;
    }
    memmove(&t->order[at + 1], &t->order[at], (t->n - at) * sizeof(*t->order));
    t->order[at] = map;
    t->n++;
}

void topology_remove(Topology *t, unsigned map)
{
    for (unsigned i = 0; i < t->n; i++) {
        if (t->order[i] == map) {
            t->n--;
            memmove(&t->order[i], &t->order[i + 1],
                    (t->n - i) * sizeof(*t->order));
            return;
        }
    }
}

bool topology_has(const Topology *t, unsigned map)
{
    return memchr(t->order, map, t->n);
}

Place topology_find(const Topology *t, unsigned space, uint32_t pa)
{
    for (unsigned i = 0; i < t->n; i++) {
        const RmMapping *map = &rm_memory_map[t->order[i]];
        const Window *w = &t->map[t->order[i]];

        if (w->enabled && map->space == space && pa - w->base < map->size) {
            uint32_t offset = w->offset + (pa - w->base);

            /* an alias can show what is past the end of its region */
            if (offset >= topology_size(t, map->region)) {
                continue;
            }
            return (Place) {
                .region = map->region, .offset = offset,
                .readonly = w->readonly || map->region == RM_ROM,
            };
        }
    }
    return (Place) { .region = RM_UNASSIGNED, .offset = pa };
}

static bool follows(const Place *a, const Place *b, uint32_t distance)
{
    return a->region == b->region && a->readonly == b->readonly &&
           (a->region == RM_UNASSIGNED || a->offset + distance == b->offset);
}

Place topology_page(const Topology *t, unsigned space, uint32_t pa)
{
    Place first = topology_find(t, space, pa & RM_PAGE_MASK);

    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        const RmMapping *map = &rm_memory_map[i];

        /* only where a small mapping is can there be pieces */
        if (map->size < RM_PAGE_SIZE && map->space == space &&
            (t->map[i].base & RM_PAGE_MASK) == (pa & RM_PAGE_MASK) &&
            t->map[i].enabled && topology_has(t, i)) {
            for (unsigned at = TOPOLOGY_PIECE; at < RM_PAGE_SIZE;
                 at += TOPOLOGY_PIECE) {
                Place next = topology_find(t, space,
                                           (pa & RM_PAGE_MASK) + at);

                if (!follows(&first, &next, at)) {
                    first.in_pieces = true;
                    return first;
                }
            }
        }
    }
    return first;
}

/* What a mapping leads to, from the page on that its first whole one is in. */
static void show(const Topology *t, unsigned n, Place pages[RM_PA_PAGES])
{
    const Window *w = &t->map[n];
    const RmMapping *map = &rm_memory_map[n];
    uint32_t size = topology_size(t, map->region);

    for (uint32_t i = (w->base + RM_PAGE_SIZE - 1) >> RM_PAGE_BITS;
         i < RM_PA_PAGES && (i << RM_PAGE_BITS) - w->base < map->size; i++) {
        uint32_t offset = w->offset + (i << RM_PAGE_BITS) - w->base;

        if (offset < size) {
            pages[i] = (Place) {
                .region = map->region, .offset = offset,
                .readonly = w->readonly || map->region == RM_ROM,
            };
        }
    }
}

/*
 * What is behind comes first, and then what hides it: topology_find() of each
 * page would look through all mappings.  Only of a page with a small one has
 * more to be said.
 */
void topology_pages(const Topology *t, Place pages[RM_SPACES][RM_PA_PAGES])
{
    for (unsigned space = 0; space < RM_SPACES; space++) {
        for (unsigned i = 0; i < RM_PA_PAGES; i++) {
            pages[space][i] = (Place) {
                .region = RM_UNASSIGNED, .offset = i << RM_PAGE_BITS,
            };
        }
    }
    for (unsigned i = t->n; i-- > 0;) {
        unsigned n = t->order[i];

        if (t->map[n].enabled) {
            show(t, n, pages[rm_memory_map[n].space]);
        }
    }
    for (unsigned i = 0; i < t->n; i++) {
        unsigned n = t->order[i], space = rm_memory_map[n].space;
        uint32_t page = t->map[n].base >> RM_PAGE_BITS;

        if (t->map[n].enabled && rm_memory_map[n].size < RM_PAGE_SIZE &&
            page < RM_PA_PAGES) {
            pages[space][page] = topology_page(t, space,
                                               page << RM_PAGE_BITS);
        }
    }
}

uint32_t topology_size(const Topology *t, unsigned region)
{
    if (rm_is_iommu(region) || rm_is_denied(region)) {
        return RM_IOMMU_PAGES * RM_PAGE_SIZE;
    }
    return rm_is_checker(region) ? t->regs_size : RM_RAM_SIZE;
}

Place topology_target(const Topology *t, const RmTranslated *answer)
{
    Place place = {
        .region = answer->region,
        .offset = answer->offset + rm_target_offset(answer->region),
        .readonly = answer->region == RM_ROM,
    };

    if (answer->region == RM_UNASSIGNED ||
        answer->offset >= rm_target_size(answer->region,
                                         topology_size(t, answer->region))) {
        place.region = RM_UNASSIGNED;
    }
    return place;
}

bool place_is_host(bool romd, const Place *p, bool is_write)
{
    if (p->in_pieces) {
        return false;
    }
    return rm_is_ram(p->region) || p->region == RM_ROM ||
           (p->region == RM_ROMD && romd && !is_write);
}
