/*
 * The state of the model, shared by its files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_STATE_H
#define RM_STATE_H

#include "model.h"

/* What is known about one access type of a cached entry. */
typedef struct TypeState {
    bool known;         /* @region and @offset are the answer (C2, C8) */
    uint8_t region;
    uint16_t offset;
    uint8_t blame;      /* clause broken by an access that does not ask */
} TypeState;

/* A page-table entry as it was when the TLB was filled, and what followed. */
typedef struct Entry {
    bool present;
    uint8_t blame;      /* clause broken by an access that does not fill */
    RmPte pte;
    uint8_t region;     /* of pte.pa: where the physical address leads */
    uint32_t offset;
    TypeState type[RM_ACCESS_TYPES];
} Entry;

struct RmModel {
    RmPreset now;       /* page tables and IOMMUs, as programmed */
    Entry tlb[RM_CPUS][RM_MMU_IDX][RM_VA_PAGES];
    RmDirty dirty;
    uint8_t ram[RM_RAMS][RM_RAM_SIZE];
    uint8_t initial[RM_RAMS][RM_RAM_SIZE];
};

/** topology_find: the region at physical address @pa; the offset in it */
RmRegion topology_find(uint32_t pa, uint32_t *offset);

/** tlb_fill: cache the page-table entry as it is now; nothing translated */
void tlb_fill(RmModel *m, Entry *e, unsigned mmu_idx, int page);

/**
 * iommu_answer: what the IOMMU behind @e says to an access of @type (C1, C5)
 */
const RmAnswer *iommu_answer(const RmModel *m, const Entry *e,
                             RmAccessType type);

/**
 * tlb_translated: let @answer speak for the types that it includes (C8)
 *
 * Returns false on an addend conflict (C7): another access type carries a
 * different host page.  The entry is updated all the same.
 */
bool tlb_translated(Entry *e, const RmAnswer *answer);

#endif
