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
        m->remapped = true;     /* nothing is known yet */
        for (unsigned r = 0; r < RM_HOSTS; r++) {
            for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
                m->initial[r][i] = rm_initial_byte(r, i);
            }
            memcpy(m->host[r], m->initial[r], RM_RAM_SIZE);
        }
    }
    return m;
}

void rm_free(RmModel *m)
{
    if (m) {
        checkers_free(m);
    }
    free(m);
}

/* Most were not used since the last time: they are as they should be. */
static void reset_entries(RmModel *m)
{
    Entry *end = &m->tlb[0][0][0] + sizeof(m->tlb) / sizeof(Entry);

    for (Entry *e = &m->tlb[0][0][0]; e < end; e++) {
        if (e->changes || e->blame != RM_C14_FLUSH) {
            *e = (Entry) { .blame = RM_C14_FLUSH };
        }
    }
}

void rm_reset(RmModel *m, const RmPreset *preset, const uint8_t *pages)
{
    uint32_t regs_size = m->topology.regs_size;

    m->now = *preset;
    checkers_reset(m);
    topology_reset(&m->topology,
                   m->checker[0] ? m->checker[0]->ops->regs_size : 0);
    if (m->remapped || m->topology.regs_size != regs_size) {
        topology_pages(&m->topology, m->pages);
        m->remapped = false;
    }
    memset(m->response, RM_TX_OK, sizeof(m->response));
    memset(m->response[RM_BLOCKED], RM_TX_ERROR, 2);
    memset(m->crowd, 0, sizeof(m->crowd));
    memset(m->n_watch, 0, sizeof(m->n_watch));
    reset_entries(m);
    m->n_blocks = 0;
    m->log_migration = false;
    for (unsigned r = 0; r < RM_RAMS; r++) {
        m->log_vga[r] = false;
        rm_restore_pages(m->host[r], m->initial[r], pages ? pages[r] : -1);
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            bool clean = preset->clean && c != RM_CODE;

            m->dirty.bits[r][c] = clean ? 0 : (1u << RM_RAM_PAGES) - 1;
        }
    }
}

void rm_set_device_hook(RmModel *m,
                        void (*hook)(void *opaque, RmRegion region,
                                     bool is_write),
                        void *opaque)
{
    m->hook = hook;
    m->hook_opaque = opaque;
}

void rm_set_response(RmModel *m, RmRegion region, unsigned directions,
                     RmResponse response)
{
    for (unsigned dir = 0; dir < 2; dir++) {
        if (directions >> dir & 1) {
            m->response[region][dir] = response;
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

static uint32_t va_of(unsigned page)
{
    return page / RM_BANK_PAGES << RM_BANK_BITS |
           page % RM_BANK_PAGES << RM_PAGE_BITS;
}

static void fill(const RmModel *m, Entry *e, const RmPte *pte)
{
    *e = (Entry) { .changes = e->changes + 1, .present = true, .pte = *pte };
    e->early = *page_place(m, space_of(pte->attrs), pte->pa);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        /* Only an IOMMU's answer has to wait for the access (C2). */
        e->type[t] = (TypeState) {
            .known = !rm_is_iommu(e->early.region),
            .place = e->early,
            .blame = RM_C2_DEFERRAL,
        };
    }
}

void tlb_fill(RmModel *m, Entry *e, unsigned cpu, unsigned mmu_idx, int page)
{
    unsigned directions;

    fill(m, e, &m->now.pt[mmu_idx][page]);
    directions = watched(m, cpu, va_of(page), RM_PAGE_SIZE, RM_R | RM_W);
    e->type[RM_LOAD].watched = directions & RM_R;
    e->type[RM_STORE].watched = directions & RM_W;
}

bool tlb_cached(const Entry *e, RmAccessType type)
{
    return e->present && e->pte.prot & RM_PROT(type) &&
           rm_pte_lg(&e->pte) >= RM_PAGE_BITS &&
           !(type == RM_STORE && e->pte.flags & RM_PTE_WINV);
}

void tlb_drop(Entry *e, RmClause blame)
{
    e->changes += e->present || e->blame != blame;
    e->present = false;
    e->blame = blame;
}

void rm_flush(RmModel *m, unsigned cpu, unsigned idxmap)
{
    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        if (idxmap & (1u << idx)) {
            for (unsigned page = 0; page < RM_VA_PAGES; page++) {
                if (m->tlb[cpu][idx][page].present) {
                    count_decision(m, RM_C14_FLUSH);
                }
                tlb_drop(&m->tlb[cpu][idx][page], RM_C14_FLUSH);
            }
            m->crowd[cpu][idx] = 0;
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

    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        for (unsigned p = 0; idxmap >> idx & 1 && p < RM_VA_PAGES; p++) {
            Entry *e = &m->tlb[cpu][idx][p];

            if (e->present && meets(va_of(p), rm_pte_lg(&e->pte), va, pages,
                                    mask)) {
                count_decision(m, RM_C14_FLUSH);
                tlb_drop(e, RM_C14_FLUSH);
            }
        }
        /* Of the crowd, nothing is said: it may stay or go. */
    }
}

void rm_crowd(RmModel *m, unsigned cpu, unsigned mmu_idx, unsigned pages)
{
    if (m->crowd[cpu][mmu_idx] < pages) {
        m->crowd[cpu][mmu_idx] = pages;
    }
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

bool tlb_translated(RmModel *m, Entry *e, unsigned perm,
                    const uint8_t asked[RM_IOMMUS], const Place *place)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        if (perm & (is_write(t) ? RM_W : RM_R) && e->pte.prot & RM_PROT(t)) {
            count_decision(m, RM_C8_INDEPENDENT);
            e->changes++;
            e->type[t].known = true;
            memcpy(e->type[t].asked, asked, RM_IOMMUS);
            e->type[t].place = *place;
        }
    }
    return !addend_conflict(m, e);
}

/* C13: what an IOMMU said about one page is good no more. */
static void entry_unmap(RmModel *m, Entry *e, unsigned iommu, unsigned page)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        TypeState *type = &e->type[t];

        if (type->known && type->asked[iommu] == page + 1) {
            count_decision(m, RM_C13_NOTIFY);
            e->changes++;
            type->known = false;
            type->blame = RM_C13_NOTIFY;
        }
    }
}

void tlb_checker_changed(RmModel *m, unsigned number)
{
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX * RM_VA_PAGES; i++) {
        Entry *e = &m->tlb[0][0][0] + i;

        for (unsigned t = 0; e->present && t < RM_ACCESS_TYPES; t++) {
            TypeState *type = &e->type[t];
            Walk w;

            if (!type->known || !type->asked[number]) {
                continue;
            }
            w = iommu_walk(m, e->early.region, e->early.offset, e->pte.attrs,
                           is_write(t));
            if (w.place.region != type->place.region ||
                w.place.offset != type->place.offset ||
                w.addr_mask < RM_PAGE_SIZE - 1) {
                count_decision(m, RM_C13_NOTIFY);
                e->changes++;
                type->known = false;
                type->blame = RM_C13_NOTIFY;
            }
        }
    }
}

/* C8: keep the answers to a read and to a write consistent: see RmAnswer. */
static void program(RmAnswer pair[2], unsigned directions,
                    const RmAnswer *answer)
{
    for (unsigned dir = 0; dir < 2; dir++) {
        uint8_t own = dir ? RM_W : RM_R;

        if (directions & own) {
            pair[dir] = *answer;
        }
        if (directions != (RM_R | RM_W) && pair[dir].perm == (RM_R | RM_W)) {
            pair[dir].perm = own;
        }
    }
}

void rm_set_answer(RmModel *m, unsigned iommu, unsigned index, unsigned page,
                   unsigned directions, const RmAnswer *answer)
{
    program(m->now.iommu[iommu][index][page], directions, answer);

    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            for (unsigned p = 0; p < RM_VA_PAGES; p++) {
                Entry *e = &m->tlb[cpu][idx][p];

                if (e->present && (e->pte.attrs & RM_WID_MASK) == index) {
                    entry_unmap(m, e, iommu, page);
                }
            }
        }
    }
}

/* The clause that wants stores to a page to be noticed, if any does. */
static RmClause not_dirty(const RmModel *m, const Place *p)
{
    const uint8_t *bits = m->dirty.bits[p->region];

    return all_dirty(m, p) ? RM_NO_CLAUSE :
           (bits[RM_VGA] & bits[RM_MIGRATION]) >>
           (p->offset >> RM_PAGE_BITS) & 1 ? RM_C10_CODE : RM_C9_DIRTY;
}

/* The clause that keeps an access type from the fast path, if any does. */
static RmClause slow_because(const RmModel *m, const Entry *e, unsigned t)
{
    const TypeState *type = &e->type[t];

    if (type->watched) {
        return RM_C19_WATCHPOINT;
    }
    if (e->pte.flags & (RM_PTE_SWAP | RM_PTE_CHECK | RM_PTE_DISCARD) ||
        (is_write(t) && type->place.readonly)) {
        return RM_C11_FAST_PATH;
    }
    return is_write(t) ? not_dirty(m, &type->place) : RM_NO_CLAUSE;
}

static void describe(const RmModel *m, const Entry *e, RmEntry *out)
{
    out->present = true;
    out->blame = RM_NO_CLAUSE;
    out->pa = e->pte.pa;
    out->attrs = e->pte.attrs;
    out->index = index_of(m, e->pte.attrs);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const TypeState *type = &e->type[t];
        RmEntryType *o = &out->type[t];

        memcpy(o->asked, type->asked, RM_IOMMUS);
        o->allowed = e->pte.prot & RM_PROT(t);
        o->cached = tlb_cached(e, t);
        o->deferred = !type->known;
        o->small = type->small;
        o->blame = type->blame;
        o->region = type->place.region;
        o->offset = type->place.offset;
        o->host = o->cached && type->known &&
                  place_is_host(m->topology.romd, &type->place, is_write(t)) &&
                  !(is_write(t) && type->place.readonly);
        o->slow = o->host ? slow_because(m, e, t) :
                  rm_pte_lg(&e->pte) < RM_PAGE_BITS ? RM_C6_GRANULARITY :
                  RM_C11_FAST_PATH;
        o->fast = o->slow == RM_NO_CLAUSE;
    }
}

static void describe_crowd(const RmModel *m, unsigned cpu, unsigned mmu_idx,
                           uint32_t va, RmEntry *out)
{
    unsigned n = (va - RM_CROWD_VA) >> RM_PAGE_BITS;
    const RmPte pte = {
        .pa = RM_CROWD_PA, .prot = (1u << RM_ACCESS_TYPES) - 1,
    };
    Entry e = { .changes = 0 };

    if (n >= m->crowd[cpu][mmu_idx]) {
        *out = (RmEntry) { .blame = RM_C14_FLUSH };
        return;
    }
    fill(m, &e, &pte);
    describe(m, &e, out);
}

void rm_entry(const RmModel *m, unsigned cpu, unsigned mmu_idx, uint32_t va,
              RmEntry *out)
{
    int page = rm_va_page(va);

    if (page >= 0 && m->tlb[cpu][mmu_idx][page].present) {
        describe(m, &m->tlb[cpu][mmu_idx][page], out);
    } else if (page >= 0) {
        *out = (RmEntry) { .blame = m->tlb[cpu][mmu_idx][page].blame };
    } else if (rm_in_crowd(va)) {
        describe_crowd(m, cpu, mmu_idx, va, out);
    } else {
        *out = (RmEntry) { .blame = RM_C14_FLUSH };
    }
}

uint64_t rm_entry_version(const RmModel *m, unsigned cpu, unsigned mmu_idx,
                          uint32_t va)
{
    int page = rm_va_page(va);
    uint64_t version = page >= 0 ? m->tlb[cpu][mmu_idx][page].changes :
                                   m->crowd[cpu][mmu_idx];
    uint64_t dirty = 0;

    /* stores depend on them: slow_because() */
    _Static_assert(sizeof(m->dirty) <= 6, "the lower 48 bits");
    memcpy(&dirty, &m->dirty, sizeof(m->dirty));
    return version << 48 | dirty;
}

const uint64_t *rm_decided(const RmModel *m)
{
    return m->decided;
}

const uint8_t *rm_host(const RmModel *m, RmRegion region)
{
    return m->host[region];
}
