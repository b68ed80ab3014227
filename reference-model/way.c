/*
 * Where an access would lead now, if nothing were cached: for those who
 * explain what a TLB entry should say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "checkers.h"
#include "walk.h"

static void through_iommus(const RmModel *m, RmAccessType type, RmWay *out)
{
    Walk w = iommu_walk(m, out->early, out->early_offset, out->pte.attrs,
                        is_write(type));

    out->n = w.n;
    out->index = index_of(m, out->pte.attrs);
    for (unsigned i = 0; i < w.n; i++) {
        out->step[i].region = w.step[i].region;
        out->step[i].addr = w.step[i].addr;
    }
    out->perm = w.perm;
    out->addr_mask = w.addr_mask;
    out->region = w.place.region;
    out->offset = w.place.offset;
    out->readonly = w.place.readonly;
}

void rm_way(const RmModel *m, unsigned mmu_idx, uint32_t va,
            RmAccessType type, RmWay *out)
{
    int page = rm_va_page(va);
    uint32_t in_page = va & ~RM_PAGE_MASK;
    Place early;

    *out = (RmWay) { .region = RM_UNASSIGNED };
    if (page < 0) {
        return;
    }
    out->pte = m->now.pt[mmu_idx][page];
    out->mapped = out->pte.prot & RM_PROT(type);
    early = topology_find(&m->topology, space_of(out->pte.attrs),
                          out->pte.pa | in_page);
    out->early = out->region = early.region;
    out->early_offset = out->offset = early.offset;
    out->readonly = early.readonly;
    out->in_pieces = page_place(m, space_of(out->pte.attrs),
                                out->pte.pa)->in_pieces;
    if (rm_is_iommu(early.region)) {
        through_iommus(m, type, out);
    }
}
