/*
 * Flushes (C14).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tlb.h"

void rm_flush(RmModel *m, unsigned cpu, unsigned idxmap)
{
    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        if (idxmap & (1u << idx)) {
            for (unsigned page = 0; page < RM_VA_PAGES; page++) {
                if (m->tlb[cpu][idx][page].present) {
                    count_decision(m, RM_C14_FLUSH);
                }
                tlb_drop(m, &m->tlb[cpu][idx][page], RM_C14_FLUSH);
            }
            m->crowd[cpu][idx] = 0;
            m->changes++;
        }
    }
}

/*
 * Do the pages of an entry at @va, 1 << @lg bytes, meet those of a flush?
 * Only the address bits in @mask are compared.
 */
static bool meets(uint32_t va, unsigned lg, uint32_t start, unsigned pages,
                  uint64_t mask)
{
    uint64_t same = mask & ~((1ull << lg) - 1) & RM_PAGE_MASK;

    for (unsigned i = 0; i < pages; i++) {
        if (!((va ^ (start + i * RM_PAGE_SIZE)) & same)) {
            return true;
        }
    }
    return false;
}

void rm_flush_range(RmModel *m, unsigned cpu, uint32_t va, unsigned pages,
                    unsigned idxmap, unsigned bits)
{
    uint64_t mask = bits < 64 ? (1ull << bits) - 1 : -1ull;
    unsigned lg;

    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        for (unsigned p = 0; idxmap >> idx & 1 && p < RM_VA_PAGES; p++) {
            Entry *e = &m->tlb[cpu][idx][p];

            lg = rm_pte_lg(&e->pte);
            if (e->present && meets(rm_page_va(p), lg, va, pages, mask)) {
                count_decision(m, RM_C14_FLUSH);
                tlb_drop(m, e, RM_C14_FLUSH);
                /*
                 * Addresses of code have no tags: where it was run before, at
                 * one that has other bits, it need not be looked up again.
                 */
                e->dropped -= !meets(rm_page_va(p), lg, va, pages, -1ull);
            }
        }
        /* Of the crowd, nothing is said: it may stay or go. */
    }
}

void rm_crowd(RmModel *m, unsigned cpu, unsigned mmu_idx, unsigned pages)
{
    if (m->crowd[cpu][mmu_idx] < pages) {
        m->crowd[cpu][mmu_idx] = pages;
        m->changes++;
    }
}
