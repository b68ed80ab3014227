/*
 * What an implementation may have cached for a page, and what its fast path may
 * do with it (C8, C11).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "checkers.h"
#include "code.h"
#include "tlb.h"
#include "watch.h"

/* The clause that wants stores to a page to be noticed, if any does. */
static RmClause not_dirty(const RmModel *m, const Place *p)
{
    const uint8_t *bits = m->dirty.bits[p->region];

    if (all_dirty(m, p)) {
        return RM_NO_CLAUSE;
    }
    /* with the other two set, it is for the code's sake */
    return (bits[RM_VGA] & bits[RM_MIGRATION]) >>
           (p->offset >> RM_PAGE_BITS) & 1 ? RM_C10_CODE : RM_C9_DIRTY;
}

/*
 * The clause that keeps an access type from the fast path, if any does.
 * @host: the type resolves to host memory that may be used as it is.
 * @directions: in which bytes of its page are watched now
 */
static RmClause slow_because(const RmModel *m, const Entry *e, unsigned t,
                             bool host, unsigned directions)
{
    const TypeState *type = &e->type[t];

    if (rm_pte_lg(&e->pte) < RM_PAGE_BITS) {
        return RM_C6_GRANULARITY;
    }
    if (!host) {
        return RM_C11_FAST_PATH;
    }
    if (type->watched && directions & (is_write(t) ? RM_W : RM_R)) {
        return RM_C19_WATCHPOINT;
    }
    if (e->pte.flags & (RM_PTE_SWAP | RM_PTE_CHECK | RM_PTE_DISCARD) ||
        (is_write(t) && type->place.readonly)) {
        return RM_C11_FAST_PATH;
    }
    return is_write(t) ? not_dirty(m, &type->place) : RM_NO_CLAUSE;
}

static void describe(const RmModel *m, const Entry *e, unsigned directions,
                     RmEntry *out)
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
        o->cached = tlb_cached(m, e, t);
        o->deferred = !type->known && !type->refused;
        o->small = type->small;
        o->blame = type->blame;
        o->region = type->refused ? RM_UNASSIGNED : type->place.region;
        o->offset = type->refused ? 0 : type->place.offset;
        o->host = o->cached && type->known &&
                  place_is_host(m->topology.romd, &type->place, is_write(t)) &&
                  !(is_write(t) && type->place.readonly);
        o->slow = slow_because(m, e, t, o->host, directions);
        o->fast = o->slow == RM_NO_CLAUSE;
        /* the flag of a watchpoint that is gone may stay with its entry */
        o->must_be_fast = o->fast && !type->watched;
    }
}

static void describe_crowd(const RmModel *m, unsigned cpu, unsigned mmu_idx,
                           uint32_t va, RmEntry *out)
{
    unsigned n = (va - RM_CROWD_VA) >> RM_PAGE_BITS;
    const RmPte pte = {
        .pa = RM_CROWD_PA, .prot = (1u << RM_ACCESS_TYPES) - 1,
    };
    Entry e;

    if (n >= m->crowd[cpu][mmu_idx]) {
        *out = (RmEntry) { .blame = RM_C14_FLUSH };
        return;
    }
    e = tlb_new(m, &pte);
    describe(m, &e, 0, out);
}

void rm_entry(const RmModel *m, unsigned cpu, unsigned mmu_idx, uint32_t va,
              RmEntry *out)
{
    int page = rm_va_page(va);

    if (page >= 0 && m->tlb[cpu][mmu_idx][page].present) {
        describe(m, &m->tlb[cpu][mmu_idx][page],
                 watched(m, cpu, va & RM_PAGE_MASK, RM_PAGE_SIZE,
                         RM_R | RM_W), out);
    } else if (page >= 0) {
        *out = (RmEntry) { .blame = m->tlb[cpu][mmu_idx][page].blame };
    } else if (rm_in_crowd(va)) {
        describe_crowd(m, cpu, mmu_idx, va, out);
    } else {
        *out = (RmEntry) { .blame = RM_C14_FLUSH };
    }
}

uint64_t rm_version(const RmModel *m)
{
    uint64_t dirty = 0;

    _Static_assert(sizeof(m->dirty) <= 6, "the lower 48 bits");
    memcpy(&dirty, &m->dirty, sizeof(m->dirty));
    return m->changes << 48 | dirty;
}

uint64_t rm_entry_version(const RmModel *m, unsigned cpu, unsigned mmu_idx,
                          uint32_t va)
{
    int page = rm_va_page(va);
    const Entry *e = page >= 0 ? &m->tlb[cpu][mmu_idx][page] : NULL;
    const Place *store = e ? &e->type[RM_STORE].place : NULL;
    uint64_t dirty = 0;

    if (!e) {
        /* of the crowd, all lead to one page */
        _Static_assert(sizeof(m->dirty) <= 6, "the lower 48 bits");
        memcpy(&dirty, &m->dirty, sizeof(m->dirty));
        return (uint64_t)m->crowd[cpu][mmu_idx] << 48 | dirty;
    }
    /* stores depend on them: slow_because() */
    if (e->present && store->region < RM_RAMS) {
        dirty = dirty_bits(m, store);
    }
    return (uint64_t)e->changes << RM_CLIENTS | dirty;
}
