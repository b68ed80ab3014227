/*
 * Read-modify-writes and compare-exchanges (C1, C17): on plain RAM, or not
 * at all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "atomic.h"
#include "code.h"
#include "lookup.h"
#include "tlb.h"
#include "translate.h"
#include "walk.h"
#include "watch.h"

/* Is the next thing that was asked of the page tables about @type? */
static bool asked_next(const Access *x, RmAccessType type)
{
    for (unsigned i = x->pos; i < rm_log_len(x->seen->log); i++) {
        const RmEvent *ev = &x->seen->log->ev[i];

        if (ev->kind == RM_EV_FILL) {
            return ev->type == type;
        }
    }
    return false;
}

/*
 * Does an entry that permits stores only answer first?  Or one that was filled
 * for stores only, as no answer spoke for loads (C2)?
 */
static bool hits_write_only(Access *x, const Part *p)
{
    int page = rm_va_page(p->va);
    const Entry *e =
        page < 0 ? NULL : &x->m->tlb[x->a->cpu][x->a->mmu_idx][page];

    return e && tlb_cached(x->m, e, RM_STORE) &&
           !(e->pte.prot & RM_PROT(RM_LOAD) &&
             (e->type[RM_LOAD].known || !x->m->eager)) &&
           (x->seen ? asked_next(x, RM_LOAD) :
            /* an eager one has to fill it then, and not only may */
            x->m->eager || !chooses(x->m, RM_MAY_FILL_AGAIN));
}

/*
 * C2: the entry was filled for a load, and so the IOMMU was asked.  Has it
 * spoken for stores, too, so that nothing else was asked?
 */
static bool filled_for_both(const Access *x, const Part *p)
{
    const Entry *e = p->entry;

    return x->m->eager && x->seen && rm_is_iommu(e->early.region) &&
           e->pte.prot & RM_PROT(RM_STORE) && !asked_next(x, RM_STORE) &&
           iommu_walk(x->m, e->early.region,
                      e->early.offset + (p->va & ~RM_PAGE_MASK), e->pte.attrs,
                      false).perm & RM_W;
}

/*
 * C18: the page must permit a store, then a load.  An entry that permits no
 * load is asked for again, and if the page tables do, all starts anew.
 */
static RmStatus look_up_both(Access *x, Part *p)
{
    for (;;) {
        bool write_only = hits_write_only(x, p);
        RmStatus status;

        x->hits = write_only;
        status = look_up(x, p, RM_STORE, x->a->size, !write_only);
        x->hits = false;
        if (status != RM_DONE ||
            (p->entry->pte.prot & RM_PROT(RM_LOAD) && !write_only)) {
            return status;
        }
        status = look_up(x, p, RM_LOAD, x->a->size, false);
        if (status != RM_DONE || filled_for_both(x, p)) {
            return status;
        }
    }
}

static uint64_t get(const uint8_t *p, unsigned size, bool big_endian)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        value = value << 8 | p[big_endian ? i : size - 1 - i];
    }
    return value;
}

static void put(uint8_t *p, uint64_t value, unsigned size, bool big_endian)
{
    for (unsigned i = 0; i < size; i++) {
        p[big_endian ? size - 1 - i : i] = value >> (8 * i);
    }
}

/* 16 bytes are two halves, in the order that the endianness says. */
static void get_wide(const uint8_t *p, unsigned size, bool be, uint64_t v[2])
{
    if (size < 16) {
        v[0] = get(p, size, be);
        v[1] = 0;
    } else {
        v[0] = get(p + (be ? 8 : 0), 8, be);
        v[1] = get(p + (be ? 0 : 8), 8, be);
    }
}

static void put_wide(uint8_t *p, const uint64_t v[2], unsigned size, bool be)
{
    if (size < 16) {
        put(p, v[0], size, be);
    } else {
        put(p + (be ? 8 : 0), v[0], 8, be);
        put(p + (be ? 0 : 8), v[1], 8, be);
    }
}

/* @size: at most 8; the wider ones are compare-exchanges only */
static int64_t sign(uint64_t value, unsigned size)
{
    unsigned shift = 64 - 8 * size;

    return (int64_t)(value << shift) >> shift;
}

static uint64_t modify(RmRmw op, uint64_t old, uint64_t value, unsigned size)
{
    bool less = sign(old, size) < sign(value, size), below = old < value;

    switch (op) {
    case RM_ADD:
    case RM_ADD_FETCH:
        return old + value;
    case RM_AND:
    case RM_AND_FETCH:
        return old & value;
    case RM_OR:
    case RM_OR_FETCH:
        return old | value;
    case RM_XOR:
    case RM_XOR_FETCH:
        return old ^ value;
    case RM_SMIN:
    case RM_SMIN_FETCH:
        return less ? old : value;
    case RM_UMIN:
    case RM_UMIN_FETCH:
        return below ? old : value;
    case RM_SMAX:
    case RM_SMAX_FETCH:
        return less ? value : old;
    case RM_UMAX:
    case RM_UMAX_FETCH:
        return below ? value : old;
    default:
        return value;
    }
}

void atomic_new(const RmAccess *a, const uint64_t old[2], uint64_t new[2])
{
    bool kept = a->kind == RM_COMPARE_EXCHANGE &&
                (old[0] != a->cmp || old[1] != a->cmp_hi);

    new[0] = a->kind == RM_READ_MODIFY_WRITE ?
             modify(a->rmw, old[0], a->value, a->size) :
             kept ? old[0] : a->value;
    new[1] = kept ? old[1] : a->value_hi;
}

static void carry_out(Access *x, const Place *place)
{
    const RmAccess *a = x->a;
    uint8_t *ram = &x->m->host[place->region][place->offset];
    uint64_t old[2], new[2] = { a->value, a->value_hi };
    bool store = true;

    get_wide(ram, a->size, a->big_endian, old);
    if (a->kind == RM_COMPARE_EXCHANGE) {
        store = old[0] == a->cmp && old[1] == a->cmp_hi;
    } else {
        new[0] = modify(a->rmw, old[0], a->value, a->size);
    }
    if (store) {
        put_wide(ram, new, a->size, a->big_endian);
        set_dirty(x->m, place->region, place->offset, a->size);
        x->r->written[x->r->n_written++] = (RmWritten) {
            .region = place->region, .offset = place->offset, .len = a->size,
        };
    }
    maybe_dirty(x->m, x->seen, place->region, place->offset);
    if (a->kind == RM_READ_MODIFY_WRITE && a->rmw >= RM_ADD_FETCH) {
        get_wide(ram, a->size, a->big_endian, old);
    }
    x->r->value = old[0];
    x->r->value_hi = old[1];
}

/* C17: only what is plain RAM, as a whole, to loads and to stores. */
static bool plain_ram(const Access *x, const Part *p, const Place *place)
{
    Place load = part_place(p, RM_LOAD);

    return !(x->a->va & (x->a->size - 1)) &&
           rm_is_ram(place->region) && !place->in_pieces &&
           !place->readonly && !(p->entry->pte.flags & RM_PTE_DISCARD) &&
           load.region == place->region && load.offset == place->offset &&
           !load.in_pieces && !p->here_only[0] && !p->here_only[1];
}

/*
 * What is carried out by itself, after EXCP_ATOMIC, meets its watchpoints then:
 * the guest sees the same if it meets them before.
 */
static bool watched_first(Access *x, const Part *p)
{
    bool first = chooses(x->m, RM_MAY_WATCH_ATOMIC);

    for (unsigned i = 0; x->seen && i < rm_log_len(x->seen->log); i++) {
        first |= x->seen->log->ev[i].kind == RM_EV_WATCH;
    }
    return first && watch_stops(x, p, RM_R | RM_W);
}

void access_atomic(Access *x)
{
    Part *p = &x->part[0];
    RmStatus status;
    Place place;

    count_decision(x->m, RM_C17_ATOMIC);
    x->n = 1;
    p->va = x->a->va;
    p->size = x->a->size;
    status = look_up_both(x, p);
    if (status == RM_DONE && watched_after(x->m, x->a) && look_up_goes_on(x)) {
        status = look_up_both(x, p);
    }
    look_up_end(x);
    learn_translations(x);
    if (status != RM_DONE) {
        x->r->status = status;
        return;
    }
    if (x->a->va & (x->a->size - 1)) {
        x->r->status = RM_ATOMIC;
        return;
    }
    demand_translation(x, p, RM_STORE);
    place = part_place(p, RM_STORE);
    if (rm_is_ram(place.region)) {
        /* elsewhere it ends in EXCP_ATOMIC, whatever a load would be told */
        demand_translation(x, p, RM_LOAD);
    }
    if (!plain_ram(x, p, &place)) {
        x->r->status = watched_first(x, p) ? RM_WATCHPOINT : RM_ATOMIC;
    } else if (watch_stops(x, p, RM_R | RM_W)) {
        x->r->status = RM_WATCHPOINT;
        maybe_dirty(x->m, x->seen, place.region, place.offset);
    } else {
        carry_out(x, &place);
    }
}
