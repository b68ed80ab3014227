/*
 * What the IOMMUs say now: answers of the scenario, or decisions of checkers,
 * nested ones included (C3, C5, C6).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"
#include "checkers.h"

/* What @a says of @addr, an address behind the IOMMU: see RmAnswer. */
static RmTranslated apply(const RmAnswer *a, uint32_t addr)
{
    unsigned lg = a->lg_mask ? a->lg_mask : RM_PAGE_BITS;
    uint32_t mask = (1u << lg) - 1;
    RmTranslated t = { a->perm, a->region, 0, mask };

    if (lg < RM_PAGE_BITS) {
        uint32_t in_page = addr & (RM_PAGE_SIZE - 1);
        unsigned granule = in_page >> lg & 3;

        t.offset = a->offset + (granule < 2 ? in_page ^ (1u << lg) : in_page);
        t.perm = granule == 3 ? 0 : a->perm;
    } else {
        t.offset = (a->offset & ~mask) | (addr & mask);
    }
    return t;
}

static RmTranslated ask(const RmModel *m, const Place *at, uint8_t attrs,
                        bool write)
{
    unsigned number = at->region - RM_IOMMU0;

    if (m->checker[number]) {
        return checker_translate(m, number, at->offset, attrs, write);
    }
    return apply(&m->now.iommu[number][index_of(m, attrs)]
                              [at->offset >> RM_PAGE_BITS][write],
                 at->offset);
}

Walk iommu_walk(const RmModel *m, unsigned iommu, uint32_t addr, uint8_t attrs,
                bool write)
{
    Walk w = {
        .perm = RM_R | RM_W, .addr_mask = -1u,
        .behind = { .region = RM_UNASSIGNED },
    };

    w.place = (Place) { .region = iommu, .offset = addr };
    while (rm_is_iommu(w.place.region) && w.n < 2) {
        RmTranslated t = ask(m, &w.place, attrs, write);

        w.step[w.n].region = w.place.region;
        w.step[w.n++].addr = w.place.offset;
        w.perm &= t.perm;
        w.addr_mask = t.addr_mask < w.addr_mask ? t.addr_mask : w.addr_mask;
        if (!(t.perm & (write ? RM_W : RM_R))) {
            w.behind = topology_target(&m->topology, &t);
            w.place = (Place) { .region = RM_UNASSIGNED };
            break;
        }
        w.place = topology_target(&m->topology, &t);
    }
    return w;
}

bool rm_is_nested(const RmModel *m)
{
    const RmAnswer *answer = &m->now.iommu[1][0][0][0];

    for (unsigned i = 0; i < RM_INDEXES * RM_IOMMU_PAGES * 2; i++) {
        if (rm_is_iommu(answer[i].region)) {
            return true;
        }
    }
    return false;
}

bool walk_undefined(const RmModel *m, const Walk *w, uint8_t attrs,
                    RmAccessType type)
{
    for (unsigned i = 0; i < w->n; i++) {
        if (rm_undefined(m, w->step[i].region - RM_IOMMU0, index_of(m, attrs),
                         w->step[i].addr, type)) {
            return true;
        }
    }
    return false;
}
