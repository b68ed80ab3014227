/*
 * The cached entries: when they come (C2, C8), when they go (C13, C14), and
 * the tables that they are made from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "state.h"

RmModel *rm_new(void)
{
    RmModel *m = calloc(1, sizeof(*m));

    if (m) {
        for (unsigned r = 0; r < RM_RAMS; r++) {
            for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
                m->initial[r][i] = rm_initial_byte(r, i);
            }
        }
    }
    return m;
}

void rm_free(RmModel *m)
{
    free(m);
}

void rm_reset(RmModel *m, const RmPreset *preset, const uint8_t *pages)
{
    m->now = *preset;
    memset(m->tlb, 0, sizeof(m->tlb));
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        rm_flush(m, cpu, -1);
    }
    for (unsigned r = 0; r < RM_RAMS; r++) {
        rm_restore_pages(m->ram[r], m->initial[r], pages ? pages[r] : -1);
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            bool clean = preset->clean && c != RM_CODE;

            m->dirty.bits[r][c] = clean ? 0 : (1u << RM_RAM_PAGES) - 1;
        }
    }
}

void rm_set_pte(RmModel *m, unsigned mmu_idx, uint32_t va, const RmPte *pte)
{
    int page = rm_va_page(va);

    if (page >= 0) {
        m->now.pt[mmu_idx][page] = *pte;
    }
}

void tlb_fill(RmModel *m, Entry *e, unsigned mmu_idx, int page)
{
    *e = (Entry) { .present = true, .pte = m->now.pt[mmu_idx][page] };
    e->region = topology_find(e->pte.pa, &e->offset);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        /* Only an IOMMU's answer has to wait for the access (C2). */
        e->type[t] = (TypeState) {
            .known = !rm_is_iommu(e->region),
            .region = e->region,
            .offset = e->offset,
            .blame = RM_C2_DEFERRAL,
        };
    }
}

static void entry_drop(Entry *e, RmClause blame)
{
    e->present = false;
    e->blame = blame;
}

void rm_flush(RmModel *m, unsigned cpu, unsigned idxmap)
{
    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        if (idxmap & (1u << idx)) {
            for (unsigned page = 0; page < RM_VA_PAGES; page++) {
                entry_drop(&m->tlb[cpu][idx][page], RM_C14_FLUSH);
            }
        }
    }
}

void rm_flush_page(RmModel *m, unsigned cpu, uint32_t va, unsigned idxmap)
{
    int page = rm_va_page(va);

    for (unsigned idx = 0; page >= 0 && idx < RM_MMU_IDX; idx++) {
        if (idxmap & (1u << idx)) {
            entry_drop(&m->tlb[cpu][idx][page], RM_C14_FLUSH);
        }
    }
}

const RmAnswer *iommu_answer(const RmModel *m, const Entry *e,
                             RmAccessType type)
{
    return &m->now.iommu[e->region - RM_IOMMU0][e->pte.wid]
                        [e->offset >> RM_PAGE_BITS][type == RM_STORE];
}

/* Do two access types of @e end in different pages of host memory? */
static bool addend_conflict(const Entry *e)
{
    const TypeState *host = NULL;

    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const TypeState *type = &e->type[t];

        if (!type->known || !rm_is_ram(type->region) ||
            !(e->pte.prot & RM_PROT(t))) {
            continue;
        }
        if (host && (host->region != type->region ||
                     host->offset != type->offset)) {
            return true;
        }
        host = type;
    }
    return false;
}

bool tlb_translated(Entry *e, const RmAnswer *answer)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        if ((answer->perm & (t == RM_STORE ? RM_W : RM_R)) &&
            (e->pte.prot & RM_PROT(t))) {
            e->type[t].known = true;
            e->type[t].region = answer->region;
            e->type[t].offset = answer->offset;
        }
    }
    return !addend_conflict(e);
}

void rm_set_answer(RmModel *m, unsigned iommu, unsigned index, unsigned page,
                   unsigned directions, const RmAnswer *answer)
{
    rm_program_answer(m->now.iommu[iommu][index][page], directions, answer);

    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            for (unsigned p = 0; p < RM_VA_PAGES; p++) {
                Entry *e = &m->tlb[cpu][idx][p];

                if (!e->present || e->region != RM_IOMMU0 + iommu ||
                    e->pte.wid != index || e->offset >> RM_PAGE_BITS != page) {
                    continue;
                }
                for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
                    if (e->type[t].known) {
                        e->type[t].known = false;
                        e->type[t].blame = RM_C13_NOTIFY;
                    }
                }
            }
        }
    }
}

static bool all_dirty(const RmModel *m, unsigned ram, unsigned offset)
{
    const uint8_t *bits = m->dirty.bits[ram];

    return (bits[RM_VGA] & bits[RM_CODE] & bits[RM_MIGRATION]) >>
           (offset >> RM_PAGE_BITS) & 1;
}

void rm_entry(const RmModel *m, unsigned cpu, unsigned mmu_idx, uint32_t va,
              RmEntry *out)
{
    int page = rm_va_page(va);
    const Entry *e;

    if (page < 0) {
        *out = (RmEntry) { .blame = RM_C14_FLUSH };
        return;
    }
    e = &m->tlb[cpu][mmu_idx][page];
    if (!e->present) {
        *out = (RmEntry) { .blame = e->blame };
        return;
    }
    out->present = true;
    out->blame = RM_NO_CLAUSE;
    out->pa = e->pte.pa;
    out->wid = e->pte.wid;
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const TypeState *type = &e->type[t];
        RmEntryType *o = &out->type[t];

        o->allowed = e->pte.prot & RM_PROT(t);
        o->deferred = !type->known;
        o->blame = type->blame;
        o->region = type->region;
        o->offset = type->offset;
        o->host = o->allowed && type->known && rm_is_ram(type->region);
        o->fast = o->host &&
                  (t != RM_STORE || all_dirty(m, type->region, type->offset));
    }
}

void rm_clear_dirty(RmModel *m, RmClient client, RmRegion ram, unsigned page)
{
    m->dirty.bits[ram][client] &= ~(1u << page);
}

const RmDirty *rm_dirty(const RmModel *m)
{
    return &m->dirty;
}

const uint8_t *rm_ram(const RmModel *m, RmRegion ram)
{
    return m->ram[ram];
}
