/*
 * A cached entry: how it comes, what it learns (C2, C7, C8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "tlb.h"

Entry tlb_new(const RmModel *m, const RmPte *pte)
{
    Entry e = { .present = true, .pte = *pte };

    e.early = *page_place(m, space_of(pte->attrs), pte->pa);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        /* Only an IOMMU's answer has to wait for the access (C2). */
        e.type[t] = (TypeState) {
            .known = !rm_is_iommu(e.early.region),
            .place = e.early,
            .blame = RM_C2_DEFERRAL,
        };
    }
    return e;
}

void tlb_fill(RmModel *m, Entry *e, const RmPte *pte)
{
    uint16_t changes = e->changes, dropped = e->dropped;

    *e = tlb_new(m, pte);
    e->changes = changes;
    e->dropped = dropped;
    note_change(m, e);
}

/* Does an access type carry a host page?  Stores to ROM count as well (C7). */
static bool carries(const RmModel *m, const Entry *e, unsigned t)
{
    const TypeState *type = &e->type[t];

    return type->known && e->pte.prot & RM_PROT(t) &&
           place_is_host(m->topology.romd, &type->place, false);
}

/* Do two access types of @e end in different pages of host memory? */
static bool addend_conflict(RmModel *m, const Entry *e)
{
    const Place *host = NULL;

    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const Place *place = &e->type[t].place;

        if (!carries(m, e, t)) {
            continue;
        }
        if (host) {
            count_decision(m, RM_C7_ADDEND);
        }
        if (host && (host->region != place->region ||
                     host->offset != place->offset)) {
            return true;
        }
        host = place;
    }
    return false;
}

bool tlb_carries_other(const RmModel *m, const Entry *e, const Place *place)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const Place *own = &e->type[t].place;

        if (carries(m, e, t) && place_is_host(m->topology.romd, place, false) &&
            (own->region != place->region || own->offset != place->offset)) {
            return true;
        }
    }
    return false;
}

bool tlb_translated(RmModel *m, Entry *e, unsigned perm,
                    const uint8_t asked[RM_IOMMUS], const Place *place)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        if (perm & (is_write(t) ? RM_W : RM_R) && e->pte.prot & RM_PROT(t)) {
            count_decision(m, RM_C8_INDEPENDENT);
            note_change(m, e);
            e->type[t].known = true;
            e->type[t].refused = false;
            memcpy(e->type[t].asked, asked, RM_IOMMUS);
            e->type[t].place = *place;
        }
    }
    return !addend_conflict(m, e);
}

void tlb_refused(RmModel *m, Entry *e, bool write,
                 const uint8_t asked[RM_IOMMUS])
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        TypeState *type = &e->type[t];

        if (is_write(t) == write && e->pte.prot & RM_PROT(t) &&
            !type->known && !type->refused) {
            note_change(m, e);
            type->refused = true;
            memcpy(type->asked, asked, RM_IOMMUS);
        }
    }
}
