/*
 * A load, store or fetch: look the pages up (C14, C18), ask the IOMMUs (C1,
 * C2, C5), then move the data piece by piece (C3, C4, C9, C16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "atomic.h"
#include "code.h"
#include "device.h"
#include "lookup.h"
#include "probe.h"
#include "region.h"
#include "translate.h"
#include "watch.h"

static void ram_piece(Access *x, const Part *p, uint8_t *bytes)
{
    uint8_t *ram = &x->m->host[p->place.region][p->place.offset];

    if (!is_write(x->a->type)) {
        memcpy(bytes, ram, p->size);
    } else if (!p->place.readonly && !(p->pte.flags & RM_PTE_DISCARD)) {
        memcpy(ram, bytes, p->size);
        x->r->written[x->r->n_written++] = (RmWritten) {
            .region = p->place.region, .offset = p->place.offset,
            .len = p->size,
        };
    }
}

/* The bytes of a value, or of memory, in the other order. */
static void swap(uint8_t *bytes, unsigned size)
{
    for (unsigned i = 0; i < size / 2; i++) {
        uint8_t b = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = b;
    }
}

static void split(Access *x)
{
    const RmAccess *a = x->a;
    uint32_t in_page = RM_PAGE_SIZE - (a->va & ~RM_PAGE_MASK);

    x->n = a->size > in_page ? 2 : 1;
    x->part[0].va = a->va;
    x->part[0].size = x->n == 2 ? in_page : a->size;
    x->part[1].va = a->va + in_page;
    x->part[1].size = a->size - x->part[0].size;
}

static RmStatus look_up_each(Access *x)
{
    RmStatus status = RM_DONE;

    for (unsigned i = 0; status == RM_DONE && i < x->n; i++) {
        /* C18: the fill of page 0 is asked for the whole access */
        status = look_up(x, &x->part[i], x->a->type,
                         i ? x->part[i].size : x->a->size, i == 0);
    }
    return status;
}

static RmStatus look_up_all(Access *x)
{
    RmStatus status = look_up_each(x);

    if (status == RM_DONE && rm_begins_anew(x->m, x->a) && look_up_goes_on(x)) {
        status = look_up_each(x);
    }
    look_up_end(x);
    return status;
}

static bool has_other_sizes(const RmDevice *device)
{
    return device->valid_min > 1 || device->unaligned & RM_IMPL_UNALIGNED;
}

/*
 * Is it a device that takes no pieces of the size that a CPU makes?  Or, of a page
 * in pieces, can one be, or does DMA go past the end of a piece?
 */
static bool takes_other_sizes(const RmModel *m, const Part *p, bool write)
{
    RmDevice device = device_of(m, p->place.region);

    if (!p->place.in_pieces) {
        return rm_is_device(p->place.region) &&
               (p->size >= 2 * device.valid_max || has_other_sizes(&device));
    }
    for (unsigned r = RM_ROMD; r < RM_UNASSIGNED; r++) {
        if (has_other_sizes(&m->device[r])) {
            return true;
        }
    }
    return dma_leaves_piece(m, p->pte.pa | (p->va & ~RM_PAGE_MASK), p->size,
                            p->pte.attrs, write);
}

/*
 * Copy what the access still needs of its entries, which a device that it
 * reaches may flush or change (C13, C20).
 */
static void resolve(Access *x)
{
    bool stale = false;

    if (x->n == 2) {
        count_decision(x->m, RM_C16_CROSSING);
    }
    for (unsigned i = 0; i < x->n; i++) {
        Part *p = &x->part[i];

        count_decision(x->m, RM_C3_TARGET);
        p->pte = p->entry->pte;
        p->place = part_place(p, x->a->type);
        p->host = place_is_host(x->m->topology.romd, &p->place,
                                is_write(x->a->type)) ||
                  (is_write(x->a->type) && p->place.region == RM_ROM &&
                   !p->place.in_pieces);
        x->r->path[x->r->n_paths++] = (RmPath) {
            .va = p->va, .pa = p->pte.pa | (p->va & ~RM_PAGE_MASK),
            .size = p->size, .attrs = p->pte.attrs, .region = p->place.region,
            .offset = p->place.offset, .as_dma = p->place.in_pieces,
            .other_sizes = takes_other_sizes(x->m, p,
                                             is_write(x->a->type)),
            .whole = !p->place.in_pieces &&
                     !p->here_only[is_write(x->a->type)],
            .iommu = !p->place.in_pieces && rm_is_iommu(p->entry->early.region),
            .dropped = p->host && is_write(x->a->type) &&
                       (p->place.readonly || p->pte.flags & RM_PTE_DISCARD),
        };
        if (p->place.in_pieces) {
            x->topology = x->m->topology;
        }
        stale |= p->entry->moved;
    }
    if (stale) {
        /* DMA goes by the new view of the memory map */
        x->r->n_paths = 0;
    }
}

/* Does the access write to RAM through @p? */
static bool writes_ram(const Access *x, const Part *p)
{
    return is_write(x->a->type) && p->host && rm_is_ram(p->place.region) &&
           !p->place.readonly;
}

/* C9: a store that is stopped or dropped may have set dirty bits. */
static void maybe_all_dirty(Access *x)
{
    for (unsigned i = 0; i < x->n; i++) {
        const Part *p = &x->part[i];

        if (writes_ram(x, p)) {
            maybe_dirty(x->m, x->seen, p->place.region, p->place.offset);
        }
    }
}

/* C18: for each page the watchpoints, then the dirty bits. */
static bool watch_or_dirty(Access *x)
{
    if (watch_stops_plain(x)) {
        return false;
    }
    for (unsigned i = 0; i < x->n; i++) {
        const Part *p = &x->part[i];

        if (!writes_ram(x, p) || p->pte.flags & RM_PTE_DISCARD) {
            continue;
        }
        if (p->here_only[true]) {
            /* an answer for less than a page: the store may go as DMA does */
            dma_dirty(x->m, x->seen, p->place.region, p->place.offset,
                      p->size);
        } else {
            set_dirty(x->m, p->place.region, p->place.offset, p->size);
        }
    }
    return true;
}

static bool move_data(Access *x)
{
    uint8_t *bytes = x->bytes;

    for (unsigned i = 0; i < x->n; i++) {
        const Part *p = &x->part[i];

        if (p->host) {
            ram_piece(x, p, bytes);
        } else if (!io_pieces(x, p, bytes)) {
            return false;
        }
        bytes += p->size;
    }
    return true;
}

static void swap_as_needed(Access *x)
{
    /* across pages that swap nothing is defined: rm_covered() */
    if (x->a->big_endian != !!(x->part[0].pte.flags & RM_PTE_SWAP)) {
        swap(x->bytes, x->a->size);
    }
}

static void put_value(Access *x)
{
    memcpy(x->bytes, &x->a->value, 8);
    memcpy(x->bytes + 8, &x->a->value_hi, 8);
    swap_as_needed(x);
}

static void get_value(Access *x)
{
    unsigned size = x->a->size;

    swap_as_needed(x);
    memcpy(&x->r->value, x->bytes, size < 8 ? size : 8);
    memcpy(&x->r->value_hi, x->bytes + 8, size > 8 ? size - 8 : 0);
}

/* The pages are there, and translated: from here on there is no page fault. */
static RmStatus carry_out(Access *x)
{
    bool ok;

    if (!watch_or_dirty(x)) {
        x->r->n_paths = 0;
        return RM_WATCHPOINT;
    }
    if (is_write(x->a->type)) {
        put_value(x);
    }
    ok = move_data(x);
    memcpy(x->r->bytes, x->bytes, sizeof(x->bytes));
    if (!ok) {
        return RM_TX_FAILED;
    }
    if (!is_write(x->a->type)) {
        get_value(x);
    }
    return RM_DONE;
}

/* A device or a watchpoint wants all that is done before it to be done. */
static bool may_begin_anew(const Access *x)
{
    bool device = false;

    for (unsigned i = 0; i < x->n; i++) {
        device |= !x->part[i].host;
    }
    return (x->a->again && device) || watched_after(x->m, x->a);
}

/*
 * C16: a store that begins anew at the device behind its first page has stored
 * there, whatever comes of it then.
 */
static void store_before_device(Access *x)
{
    if (is_write(x->a->type) && x->n == 2 && x->part[0].host &&
        !watched_after(x->m, x->a)) {
        put_value(x);
        ram_piece(x, &x->part[0], x->bytes);
    }
}

static void access_plain(Access *x)
{
    RmStatus status;

    split(x);
    do {
        status = look_up_all(x);
        learn_translations(x);
        for (unsigned i = 0; status == RM_DONE && i < x->n; i++) {
            demand_translation(x, &x->part[i], x->a->type);
        }
    } while (status == RM_DONE && look_up_again(x));
    if (status != RM_DONE) {
        may_ask_to_fault(x, x->a->type);
        x->r->status = status;
        return;
    }
    resolve(x);
    status = may_begin_anew(x) ? look_up_anew(x) : RM_DONE;
    if (status != RM_DONE) {
        store_before_device(x);
        x->r->n_paths = 0;
        x->r->status = status;
        maybe_all_dirty(x);     /* it had got as far as that */
        return;
    }
    x->r->status = carry_out(x);
    maybe_all_dirty(x);
}

/* Does the store of an exclusive access begin with @ev, at the latest? */
static bool is_of_store(const RmEvent *ev)
{
    switch (ev->kind) {
    case RM_EV_FILL:
    case RM_EV_TX_FAILED:
    case RM_EV_UNALIGNED:
        return is_write(ev->type);
    case RM_EV_TRANSLATE:
    case RM_EV_WATCH:
        return ev->flag == RM_W;
    default:
        return ev->kind == RM_EV_DEV_WRITE;
    }
}

/* Part the log of an exclusive access: its load, its store. */
static void part_log(const RmLog *log, RmLog *load, RmLog *store)
{
    bool stores = false;

    load->n = store->n = 0;
    for (unsigned i = 0; i < rm_log_len(log); i++) {
        stores = stores || is_of_store(&log->ev[i]);
        rm_log(stores ? store : load, &log->ev[i]);
    }
}

/* What is observed of @r goes on with that of @next. */
static void add_observed(RmResult *r, const RmResult *next)
{
    for (unsigned i = 0; i < rm_log_len(&next->log); i++) {
        rm_log(&r->log, &next->log.ev[i]);
    }
    r->conflict |= next->conflict;
    r->may_conflict |= next->may_conflict;
}

/* What has begun as @r ends with this store. */
static void add_store(RmResult *r, const RmResult *stored)
{
    add_observed(r, stored);
    r->status = stored->status;
    if (r->violation.clause == RM_NO_CLAUSE) {
        r->violation = stored->violation;
    }
    r->n_written = stored->n_written;
    memcpy(r->written, stored->written, sizeof(r->written));
}

/*
 * C17: one after the other, each by the rules of its own.  Not inlined: the
 * logs would be on the stack of all accesses, where ASan looks after them.
 */
__attribute__((noinline))
static void access_exclusive(RmModel *m, const RmAccess *a,
                             const RmSeen *seen, RmResult *r)
{
    RmAccess one = *a;
    RmLog load, store;
    RmSeen part = { .log = &load };
    uint64_t old[2], new[2];
    RmResult stored;

    count_decision(m, RM_C17_ATOMIC);
    if (seen) {
        part_log(seen->log, &load, &store);
        part.dirty = seen->dirty;
    }
    one.kind = RM_PLAIN;
    one.type = RM_LOAD;
    rm_access(m, &one, seen ? &part : NULL, r);
    r->n_paths = 0;
    if (r->status != RM_DONE) {
        return;
    }
    old[0] = r->value;
    old[1] = r->value_hi;
    atomic_new(a, old, new);
    if (a->size < 8) {
        new[0] &= (1ull << 8 * a->size) - 1;
    }

    one.type = RM_STORE;
    one.value = new[0];
    one.value_hi = new[1];
    part.log = &store;
    rm_access(m, &one, seen ? &part : NULL, &stored);
    add_store(r, &stored);
    if (r->status != RM_DONE) {
        r->value = r->value_hi = 0;
    } else if (a->kind == RM_READ_MODIFY_WRITE && a->rmw >= RM_ADD_FETCH) {
        r->value = new[0];
    }
}

static void access_begin(Access *x, RmModel *m, const RmAccess *a,
                         const RmSeen *seen, RmResult *r)
{
    memset(x, 0, offsetof(Access, topology));
    x->m = m;
    x->a = a;
    x->seen = seen;
    x->r = r;
    rm_result_init(r);
}

/* Look up the code of @a. */
static void access_code(RmModel *m, const RmAccess *a, const RmSeen *seen,
                        RmResult *r)
{
    Access x;

    access_begin(&x, m, a, seen, r);
    look_up_begin(&x);
    access_probe(&x);
}

/* What ends as @r has begun with @first, which was done. */
static void put_before(RmResult *r, const RmResult *first)
{
    RmLog log = first->log;

    for (unsigned i = 0; i < rm_log_len(&r->log); i++) {
        rm_log(&log, &r->log.ev[i]);
    }
    r->log = log;
    r->conflict |= first->conflict;
    r->may_conflict |= first->may_conflict;
    if (first->violation.clause != RM_NO_CLAUSE) {
        r->violation = first->violation;
    }
}

/* Is @ev of the fetch of a block that stores, and not of its store? */
static bool is_of_fetch(const RmEvent *ev)
{
    switch (ev->kind) {
    case RM_EV_FILL:
    case RM_EV_PAGE_FAULT:
        return ev->type == RM_FETCH;
    case RM_EV_TRANSLATE:
        return ev->flag == RM_R;
    default:
        return false;
    }
}

/* The number of events in @log up to the last one of which the store needs more. */
static unsigned end_of_store(const RmLog *log)
{
    unsigned n = rm_log_len(log);

    for (; n; n--) {
        const RmEvent *ev = &log->ev[n - 1];

        if ((ev->kind == RM_EV_FILL && ev->type == RM_STORE) ||
            (ev->kind == RM_EV_TRANSLATE && ev->flag == RM_W)) {
            break;
        }
    }
    return n;
}

/*
 * What comes behind the store of @a is looked up, as the implementation has
 * done by @seen: that may be what makes the entry last, or asks an IOMMU last.
 */
static void look_up_behind(RmModel *m, const RmAccess *a, const RmSeen *seen,
                           RmResult *r)
{
    RmAccess behind = *a;
    RmResult found;

    behind.kind = RM_CODE_PAGE;
    behind.va += 4;
    behind.runs = false;
    behind.stores = 0;
    access_code(m, &behind, seen, &found);
    add_observed(r, &found);
}

/*
 * C10: a block whose first instruction stores where the second one is, as this
 * tree's targets are precise about it: that is the new one.  Where and when
 * it has to be looked up once more, nobody tells.
 */
__attribute__((noinline))
static void access_self(RmModel *m, const RmAccess *a, const RmSeen *seen,
                        RmResult *r)
{
    RmAccess fetch = *a, store = code_store(a);
    RmLog fetches, stores, behind;
    RmSeen part = { .log = &fetches };
    unsigned end = seen ? end_of_store(seen->log) : 0;
    RmResult fetched;
    unsigned region;
    uint32_t offset, before;

    fetches.n = stores.n = behind.n = 0;
    for (unsigned i = 0; seen && i < rm_log_len(seen->log); i++) {
        const RmEvent *ev = &seen->log->ev[i];

        rm_log(!is_of_fetch(ev) ? &stores :
               end && i >= end ? &behind : &fetches, ev);
    }
    if (seen) {
        part.dirty = seen->dirty;
        part.value = seen->value;
    }
    access_code(m, &fetch, seen ? &part : NULL, r);
    if (r->status != RM_DONE || !r->value) {
        return;
    }
    region = (r->value >> 48 & 15) - 1;
    offset = r->value >> 32 & 0xffff;
    before = code_at(m, region, offset + 4);
    part.log = &stores;
    fetched = *r;
    /* what a device does meanwhile is part of @r, and comes behind the fetch */
    rm_access(m, &store, seen ? &part : NULL, r);
    put_before(r, &fetched);
    r->n_paths = 0;
    if (r->status == RM_DONE && behind.n) {
        part.log = &behind;
        look_up_behind(m, a, &part, r);
    }
    if (r->status == RM_DONE && rm_is_ram(region)) {
        /* what it goes on with has been protected again, or still is */
        m->written[region] &= ~(1u << (offset >> RM_PAGE_BITS));
        rm_protect_code(m, region, offset >> RM_PAGE_BITS, true);
    }
    if (r->status == RM_DONE) {
        count_decision(m, RM_C10_CODE);
        r->value = rm_ran(code_at(m, region, offset + 4), region, offset + 4,
                          0);
    }
    if (seen && r->status == RM_DONE && seen->value != r->value &&
        seen->value == rm_ran(before, region, offset + 4, 0) &&
        r->violation.clause == RM_NO_CLAUSE) {
        r->violation.clause = RM_C10_CODE;
        snprintf(r->violation.text, sizeof(r->violation.text),
                 "the code at 0x%x goes on with what it has overwritten",
                 a->va + 4);
    }
}

void rm_access(RmModel *m, const RmAccess *a, const RmSeen *seen, RmResult *r)
{
    Access x;

    if (a->exclusive) {
        rm_queued_work(m, false);
    }
    if (rm_in_two(a)) {
        access_exclusive(m, a, seen, r);
        return;
    }
    if (a->stores) {
        access_self(m, a, seen, r);
        return;
    }
    access_begin(&x, m, a, seen, r);
    if (rm_stops_before(m, a)) {
        count_decision(m, RM_C19_WATCHPOINT);
        r->status = RM_BREAKPOINT;
        return;
    }
    look_up_begin(&x);
    switch (a->kind) {
    case RM_PLAIN:
        access_plain(&x);
        break;
    case RM_READ_MODIFY_WRITE:
    case RM_COMPARE_EXCHANGE:
        access_atomic(&x);
        break;
    default:
        access_probe(&x);
    }
    if (x.stopped_after && r->status == RM_DONE) {
        r->status = RM_WATCHPOINT;
        r->stopped_after = true;
    }
    if (r->status == RM_DONE && stops_behind(m, a)) {
        count_decision(m, RM_C19_WATCHPOINT);
        r->status = RM_BREAKPOINT;
        r->stopped_after = true;
    }
}
