/*
 * Questions about a page: probes, and the page of code that the translator
 * asks for.  They ask as an access would (C2), and move nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "probe.h"
#include "code.h"
#include "lookup.h"
#include "translate.h"
#include "watch.h"

/* Is it memory, as a whole page, with nothing that stands in the way? */
static bool plain_host(const Access *x, const Part *p, const Place *place)
{
    RmAccessType type = x->a->type;

    return place_is_host(x->m->topology.romd, place, is_write(type)) &&
           !(is_write(type) && place->readonly) &&
           !(p->entry->pte.flags & (RM_PTE_SWAP | RM_PTE_DISCARD)) &&
           !p->here_only[is_write(type)];
}

/* C9, C19: what probe_access() does before it returns. */
static bool stopped(Access *x, const Part *p)
{
    return x->a->kind == RM_PROBE && x->a->probe == RM_PROBE_ACCESS &&
           x->a->size && watch_stops(x, p, watch_direction(x->a->type));
}

/*
 * Does the entry say that its page is watched?  Where a watchpoint was when
 * it was filled, and is no more, the flag may stay or go (C19): @seen.
 */
static bool watch_flag(const Access *x, const Part *p, bool seen)
{
    RmAccessType type = x->a->type;

    if (!p->entry->type[type].watched) {
        return false;
    }
    return watched(x->m, x->a->cpu, p->va & RM_PAGE_MASK, RM_PAGE_SIZE,
                   is_write(type) ? RM_W : RM_R) ||
           seen;
}

/* tlb_vaddr_to_host() has an answer only where nothing needs a look. */
static bool vaddr_to_host(Access *x, const Part *p, const Place *place)
{
    if (p->entry->pte.flags & RM_PTE_CHECK ||
        watch_flag(x, p, x->seen ? !x->seen->value : true)) {
        return false;
    }
    if (!is_write(x->a->type)) {
        return true;
    }
    /* C9; and a page that was clean may still be taken for clean */
    return all_dirty_now(x->m, x->seen, place) &&
           !(x->seen && !x->seen->value);
}

static uint64_t answer(Access *x, const Part *p, const Place *place)
{
    const RmAccess *a = x->a;
    bool host = plain_host(x, p, place), flags = false;
    unsigned found = 0;

    switch (a->kind) {
    case RM_PROBE:
        flags = a->probe != RM_PROBE_ACCESS;
        host = host && (flags || a->size);
        break;
    case RM_VADDR_TO_HOST:
        host = host && vaddr_to_host(x, p, place);
        break;
    default:
        host = host && rm_pte_lg(&p->entry->pte) >= RM_PAGE_BITS;
    }
    if (!host) {
        return flags ? rm_found(RM_FOUND_IO, 0, 0) : 0;
    }
    found = RM_FOUND_HOST;
    if (flags && watch_flag(x, p, x->seen ? x->seen->value &
                                  rm_found(RM_FOUND_WATCHED, 0, 0) : true)) {
        found |= RM_FOUND_WATCHED;
    }
    return rm_found(found, place->region, place->offset);
}

/* The length of an instruction is in its lowest bits. */
static unsigned instruction(const Access *x, const Place *place)
{
    return (x->m->host[place->region][place->offset] & 3) == 3 ? 4 : 2;
}

/*
 * C10: does the instruction at @p, which was just looked up, go on in the
 * next page?  What its IOMMU was asked is not known yet.
 */
static bool goes_on(const Access *x, const Part *p)
{
    const TypeState *t = &p->entry->type[RM_FETCH];
    Place place = part_place(p, RM_FETCH);

    if (x->a->kind != RM_BLOCK || x->m->n_blocks == RM_BLOCKS ||
        RM_PAGE_SIZE - (p->va & ~RM_PAGE_MASK) >= 4) {
        return false;
    }
    if (!t->known && !t->refused) {
        Walk w = iommu_walk(x->m, p->entry->early.region,
                            p->entry->early.offset | (p->va & ~RM_PAGE_MASK),
                            p->entry->pte.attrs, false);

        if (!answered_whole_page(x, &w)) {
            return false;
        }
        place = w.place;
    }
    return plain_host(x, p, &place) &&
           rm_pte_lg(&p->entry->pte) >= RM_PAGE_BITS &&
           instruction(x, &place) > RM_PAGE_SIZE - (p->va & ~RM_PAGE_MASK);
}

/* C10: translate one instruction, all of whose pages are there. */
static uint64_t translate_block(Access *x, const Place *place, uint64_t found)
{
    unsigned number;

    CodePart part[2] = { { .region = place->region, .offset = place->offset } };
    unsigned size;

    if (!found || x->m->n_blocks == RM_BLOCKS) {
        return 0;
    }
    size = instruction(x, place);
    part[0].size = size;
    if (x->n == 2) {
        Place next = part_place(&x->part[1], RM_FETCH);

        part[0].size = x->part[1].va - x->part[0].va;
        part[1] = (CodePart) {
            .region = next.region, .offset = next.offset,
            .size = size - part[0].size,
        };
    }
    number = block_new(x->m, x->a->mmu_idx, x->n, part);
    if (!x->a->runs) {
        return size;
    }
    jump_new(x->m, x->a, number);
    return block_ran(x->m, number);
}

/* C10: of a block that stores, where it lies: it is not kept. */
static uint64_t begin_to_store(Access *x, const Place *place, uint64_t found)
{
    if (!found || x->m->n_blocks == RM_BLOCKS) {
        return 0;
    }
    if (rm_is_ram(place->region)) {
        rm_protect_code(x->m, place->region, place->offset >> RM_PAGE_BITS,
                        true);
    }
    return rm_ran(0, place->region, place->offset, 0);
}

/* Has anybody been asked?  Code may also be lost for no reason, at any time. */
static bool looked_up(const RmLog *log)
{
    for (unsigned i = 0; i < rm_log_len(log); i++) {
        if (log->ev[i].kind != RM_EV_CODE) {
            return true;
        }
    }
    return false;
}

/*
 * C10, C14: what a CPU has run at an address, it may run there again, and
 * ask nobody: until a flush, or a store to it.
 */
static bool runs_again(Access *x)
{
    const Jump *j = x->a->runs ? jump_find(x->m, x->a) : NULL;
    uint64_t ran;

    if (!j || jump_spoilt(x->m, j) || x->m->n_blocks == RM_BLOCKS) {
        return false;
    }
    ran = block_ran(x->m, j->block);
    if (x->seen ? looked_up(x->seen->log) || x->seen->value != ran :
                  chooses(x->m, RM_MAY_SEARCH_CODE)) {
        return false;
    }
    count_decision(x->m, RM_C10_CODE);
    x->r->value = ran;
    return true;
}

/* Has the implementation run what it should have looked up? */
static void look_at_code(Access *x, const Jump *before)
{
    RmClause spoilt = before->used ? jump_spoilt(x->m, before) : RM_NO_CLAUSE;

    if (spoilt && x->seen && x->seen->value != x->r->value &&
        x->seen->value == block_ran(x->m, before->block)) {
        violation(x, spoilt, spoilt == RM_C10_CODE ?
                  "the code that was at 0x%x was overwritten, and runs again" :
                  "the code at 0x%x was flushed, and runs without being "
                  "looked up", x->a->va);
    }
}

/*
 * C9, C10: who probes for writing and is given an address writes through it
 * without telling anybody.  So it counts as a store of those bytes; of what
 * has no length, of one.
 */
static void written_by_caller(Access *x, const Place *place)
{
    const RmAccess *a = x->a;

    if (a->kind == RM_PROBE && x->r->status == RM_DONE &&
        x->r->value & RM_FOUND_HOST) {
        set_dirty(x->m, place->region, place->offset, a->size ? a->size : 1);
    }
    maybe_dirty(x->m, x->seen, place->region, place->offset);
}

static unsigned asked_size(const RmAccess *a)
{
    switch (a->kind) {
    case RM_PROBE:
        return a->size;
    case RM_VADDR_TO_HOST:
        return 0;
    default:
        return 1;
    }
}

static RmStatus look_up_all(Access *x)
{
    const RmAccess *a = x->a;
    Part *p = &x->part[0];
    RmStatus status = look_up(x, p, a->type, asked_size(a), false);

    if (status == RM_DONE && goes_on(x, p)) {
        x->n = 2;
        x->part[1].va = (a->va & RM_PAGE_MASK) + RM_PAGE_SIZE;
        x->part[1].size = 1;
        status = look_up(x, &x->part[1], a->type, 1, false);
    }
    look_up_end(x);
    learn_translations(x);
    for (unsigned i = 0; status == RM_DONE && i < x->n; i++) {
        demand_translation(x, &x->part[i], a->type);
    }
    return status;
}

void access_probe(Access *x)
{
    const RmAccess *a = x->a;
    Part *p = &x->part[0];
    const Jump *j = a->runs ? jump_find(x->m, a) : NULL;
    const Jump before = j ? *j : (Jump) { .used = false };
    RmStatus status;
    Place place;

    if (!a->stores && runs_again(x)) {
        return;
    }
    x->n = 1;
    p->va = a->va;
    p->size = a->size;
    do {
        status = look_up_all(x);
    } while (status == RM_DONE && look_up_again(x));
    if (status != RM_DONE) {
        if (x->n == 2) {
            demand_translation(x, p, a->type);
        }
        x->r->status = a->nonfault ? RM_DONE : status;
        if (a->nonfault && a->kind == RM_PROBE) {
            x->r->value = rm_found(RM_FOUND_FAULT, 0, 0);
        }
        return;
    }
    place = part_place(p, a->type);
    x->r->small = rm_pte_lg(&p->entry->pte) < RM_PAGE_BITS ||
                  p->here_only[is_write(a->type)];
    if (plain_host(x, p, &place) && stopped(x, p)) {
        x->r->status = RM_WATCHPOINT;
    } else {
        x->r->value = answer(x, p, &place);
        if (a->stores) {
            x->r->value = begin_to_store(x, &place, x->r->value);
        } else if (a->kind == RM_BLOCK) {
            x->r->value = translate_block(x, &place, x->r->value);
            look_at_code(x, &before);
        }
    }
    if (is_write(a->type) && plain_host(x, p, &place)) {
        written_by_caller(x, &place);
    }
}
