/*
 * What the contract does not speak of, and what meets a documented limit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "code.h"
#include "walk.h"
#include "watch.h"

/* Does mapping @map, at @base, have bytes of the page of @pa? */
static bool in_page(unsigned map, uint32_t base, unsigned space, uint32_t pa)
{
    uint32_t page = pa & RM_PAGE_MASK;

    return rm_memory_map[map].space == space &&
           base < (uint64_t)page + RM_PAGE_SIZE &&
           page < (uint64_t)base + rm_memory_map[map].size;
}

static bool is_iommu(unsigned map)
{
    return rm_is_iommu(rm_memory_map[map].region);
}

static bool is_small(unsigned map)
{
    return rm_memory_map[map].size < RM_PAGE_SIZE;
}

/* Is a mapping in the page of @pa that @of is true of? */
static bool holds(const RmModel *m, unsigned space, uint32_t pa,
                  bool (*of)(unsigned map))
{
    for (unsigned i = 0; i < m->topology.n; i++) {
        unsigned map = m->topology.order[i];

        if (of(map) && m->topology.map[map].enabled &&
            in_page(map, m->topology.map[map].base, space, pa)) {
            return true;
        }
    }
    return false;
}

/*
 * Are the bytes within the least that an answer can be for?  Of checkers,
 * that is not known.
 */
static bool within_least(const RmModel *m, uint32_t in_page, unsigned size)
{
    return !m->checker[0] &&
           (in_page ^ (in_page + size - 1)) < RM_GRANULE_MIN;
}

/* Does what the IOMMUs say of any of the bytes concern nobody but them? */
static bool is_undefined(const RmModel *m, const RmPte *pte, const Place *early,
                         uint32_t in_page, unsigned size, RmAccessType type)
{
    for (unsigned at = in_page & ~3u; at < in_page + size; at += 4) {
        Walk w = iommu_walk(m, early->region, early->offset | at, pte->attrs,
                            is_write(type));

        if (walk_undefined(m, &w, pte->attrs, type)) {
            return true;
        }
    }
    return false;
}

/* C6: does one answer of an IOMMU hold for the first byte and the last? */
static bool one_granule(const RmModel *m, const RmPte *pte,
                        const Place *early, uint32_t in_page, unsigned size,
                        RmAccessType type)
{
    Walk w;

    if (m->checker[0] && is_undefined(m, pte, early, in_page, size, type)) {
        return false;
    }
    w = iommu_walk(m, early->region, early->offset | in_page, pte->attrs,
                   is_write(type));
    return !((in_page ^ (in_page + size - 1)) & ~(uint64_t)w.addr_mask);
}

/* NULL: none is. */
static const RmPte *cached_pte(const RmModel *m, const RmAccess *a, int page)
{
    const Entry *e = &m->tlb[a->cpu][a->mmu_idx][page];

    return e->present ? &e->pte : NULL;
}

/* The same for each type that the access may look its page up for. */
static bool all_in_granules(const RmModel *m, const RmAccess *a,
                            const RmPte *pte, uint32_t va, unsigned size)
{
    unsigned space = space_of(pte->attrs);
    const Place *early = page_place(m, space, pte->pa);
    uint32_t in_page = va & ~RM_PAGE_MASK;

    if (early->in_pieces) {
        return !holds(m, space, pte->pa, is_iommu);
    }
    return !rm_is_iommu(early->region) || within_least(m, in_page, size) ||
           (one_granule(m, pte, early, in_page, size, RM_LOAD) &&
            one_granule(m, pte, early, in_page, size, RM_STORE) &&
            (a->type != RM_FETCH ||
             one_granule(m, pte, early, in_page, size, RM_FETCH)));
}

static bool pte_covered(const RmModel *m, const RmAccess *a, const RmPte *pte,
                        uint32_t va, unsigned size, bool crossing)
{
    return !pte->prot || (!(crossing && pte->flags & RM_PTE_SWAP) &&
                          all_in_granules(m, a, pte, va, size));
}

static bool part_covered(const RmModel *m, const RmAccess *a, uint32_t va,
                         unsigned size, bool crossing)
{
    int page = rm_va_page(va);
    const RmPte *cached;

    if (page < 0) {
        return true;
    }
    /* either may answer: what the tables say, and what is cached */
    cached = cached_pte(m, a, page);
    return pte_covered(m, a, &m->now.pt[a->mmu_idx][page], va, size,
                       crossing) &&
           (!cached || pte_covered(m, a, cached, va, size, crossing));
}

bool rm_covered_with_pte(const RmModel *m, const RmAccess *a, unsigned mmu_idx,
                         uint32_t va, const RmPte *pte)
{
    return mmu_idx != a->mmu_idx || rm_va_page(va) != rm_va_page(a->va) ||
           rm_va_page(va) < 0 ||
           pte_covered(m, a, pte, a->va, a->size ? a->size : 1, false);
}

bool rm_covered_with_map(const RmModel *m, const RmAccess *a, unsigned map,
                         uint32_t pa)
{
    int page = rm_va_page(a->va);
    const RmPte *pte = page < 0 ? NULL : &m->now.pt[a->mmu_idx][page];
    unsigned space;
    bool iommu, small;

    if (!pte || !pte->prot) {
        return true;
    }
    space = space_of(pte->attrs);
    iommu = holds(m, space, pte->pa, is_iommu);
    small = holds(m, space, pte->pa, is_small);
    if (in_page(map, pa, space, pte->pa) ||
        in_page(map, m->topology.map[map].base, space, pte->pa)) {
        iommu |= is_iommu(map);
        small |= is_small(map);
    }
    return !(iommu && small);
}

/*
 * Is the page of @va memory, or is no fetch from it possible?  Where an
 * instruction goes on in a device, the translator fetches it as code that is
 * run once.
 */
static bool next_covered(const RmModel *m, const RmAccess *a, uint32_t va)
{
    int page = rm_va_page(va);

    for (unsigned i = 0; page >= 0 && i < 2; i++) {
        const RmPte *pte = i ? cached_pte(m, a, page) :
                               &m->now.pt[a->mmu_idx][page];
        Place place;

        if (!pte || !(pte->prot & RM_PROT(RM_FETCH))) {
            continue;
        }
        place = *page_place(m, space_of(pte->attrs), pte->pa);
        if (rm_is_iommu(place.region) && !place.in_pieces) {
            Walk w = iommu_walk(m, place.region, place.offset, pte->attrs,
                                false);

            place = w.addr_mask < RM_PAGE_SIZE - 1 ?
                    (Place) { .region = RM_UNASSIGNED } : w.place;
        }
        if (!place_is_host(m->topology.romd, &place, false) ||
            rm_pte_lg(pte) < RM_PAGE_BITS ||
            pte->flags & (RM_PTE_SWAP | RM_PTE_DISCARD)) {
            return false;
        }
    }
    return true;
}

/*
 * Where a store to the code that is run leads elsewhere than that, by page
 * tables that have changed, the block may be looked up again before it stores.
 */
static bool stores_covered(const RmModel *m, const RmAccess *a)
{
    const RmAccess store = code_store(a);
    int page = rm_va_page(a->va);
    const RmPte *pte = page < 0 ? NULL : &m->now.pt[a->mmu_idx][page];
    const RmPte *cached = page < 0 ? NULL : cached_pte(m, a, page);

    return (!cached || !memcmp(cached, pte, sizeof(*pte))) &&
           !watched_after(m, &store) && rm_covered(m, &store);
}

bool rm_covered(const RmModel *m, const RmAccess *a)
{
    unsigned size = a->size ? a->size : 1;
    unsigned in_page = RM_PAGE_SIZE - (a->va & ~RM_PAGE_MASK);

    /* it would begin anew without being alone */
    if (rm_in_two(a) && watched_after(m, a)) {
        return false;
    }
    /* it could not be executed again and again, and has stopped already */
    if (a->exclusive && rm_stops_before(m, a)) {
        return false;
    }
    /* what was run before, and where, has to be known */
    if (a->runs && !jump_room(m, a)) {
        return false;
    }
    if (a->stores && !stores_covered(m, a)) {
        return false;
    }
    /* an instruction that may go on there */
    if (a->kind == RM_BLOCK && in_page < 4 &&
        !next_covered(m, a, a->va + in_page)) {
        return false;
    }
    if (size <= in_page) {
        return part_covered(m, a, a->va, size, false);
    }
    return part_covered(m, a, a->va, in_page, true) &&
           part_covered(m, a, a->va + in_page, size - in_page, true);
}

/* What an access of @type to the page of @va meets, as a set of bits. */
static unsigned met_by(const RmModel *m, unsigned mmu_idx, uint32_t va,
                       RmAccessType type, bool both)
{
    RmWay way;
    unsigned met = 0;
    Place place;

    rm_way(m, mmu_idx, va, type, &way);
    if (!way.mapped || !way.n) {
        return 0;
    }
    place = (Place) { .region = way.region, .readonly = way.readonly };
    if (!(way.perm & (is_write(type) ? RM_W : RM_R))) {
        met |= 1u << RM_LIMIT_DENIAL;
    } else if (!place_is_host(m->topology.romd, &place, is_write(type))) {
        met |= 1u << RM_LIMIT_DEVICE;
    }
    if (way.addr_mask < RM_PAGE_SIZE - 1) {
        met |= 1u << RM_LIMIT_GRANULE;
    }
    if (both && way.perm != (RM_R | RM_W)) {
        met |= 1u << RM_LIMIT_SPLIT;
    }
    return met;
}

unsigned rm_limits_met(const RmModel *m, const RmAccess *a)
{
    bool atomic = a->kind == RM_READ_MODIFY_WRITE ||
                  a->kind == RM_COMPARE_EXCHANGE;
    bool both = !rm_in_two(a);
    uint32_t last = a->va + (a->size ? a->size : 1) - 1;
    unsigned met = 0;

    for (unsigned page = 0; page < 2; page++) {
        uint32_t va = page ? last : a->va;

        if (atomic) {
            met |= met_by(m, a->mmu_idx, va, RM_LOAD, both) |
                   met_by(m, a->mmu_idx, va, RM_STORE, both);
        } else {
            met |= met_by(m, a->mmu_idx, va, a->type, false);
        }
    }
    return met;
}
