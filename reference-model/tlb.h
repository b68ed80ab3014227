/*
 * A cached entry: how it comes, what it learns, and how it goes (C2, C7, C8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_TLB_H
#define RM_TLB_H

#include "state.h"

/**
 * tlb_fill: cache @pte; of what is behind an IOMMU, nothing is known yet (C2)
 *
 * No watchpoint is taken into account.
 */
void tlb_fill(RmModel *m, Entry *e, const RmPte *pte);

/** tlb_new: an entry as tlb_fill() makes it of one that never changed */
Entry tlb_new(const RmModel *m, const RmPte *pte);

/**
 * tlb_cached: may an access of @type use @e as it is? (C6, C14)
 *
 * What no answer speaks for is not cached at all if @m is eager (C2).
 */
static inline bool tlb_cached(const RmModel *m, const Entry *e,
                              RmAccessType type)
{
    return e->present && e->pte.prot & RM_PROT(type) &&
           rm_pte_lg(&e->pte) >= RM_PAGE_BITS &&
           !(type == RM_STORE && e->pte.flags & RM_PTE_WINV) &&
           (e->type[type].known || !m->eager);
}

/** tlb_drop: drop @e; @blame is broken by who uses it all the same */
static inline void tlb_drop(RmModel *m, Entry *e, RmClause blame)
{
    if (e->present || e->blame != blame) {
        note_change(m, e);
    }
    e->present = false;
    e->blame = blame;
    e->dropped++;
}

/**
 * tlb_carries_other: does an access type carry another host page than the one
 * at @place?  It may be what an IOMMU has said before, while the CPU was not
 * told yet of the change.
 */
bool tlb_carries_other(const RmModel *m, const Entry *e, const Place *place);

/**
 * tlb_translated: let an answer speak for the types that it includes (C8)
 * @perm: RM_R, RM_W
 * @asked: as in TypeState
 * @place: of the first byte of the page
 *
 * Returns false on an addend conflict (C7): another access type carries a
 * different host page.  The entry is updated all the same.
 */
bool tlb_translated(RmModel *m, Entry *e, unsigned perm,
                    const uint8_t asked[RM_IOMMUS], const Place *place);

/**
 * tlb_refused: the IOMMU denies a direction; until it says otherwise, this may
 * be remembered (C2, C13)
 * @asked: as in TypeState
 */
void tlb_refused(RmModel *m, Entry *e, bool write,
                 const uint8_t asked[RM_IOMMUS]);

#endif
