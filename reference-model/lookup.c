/*
 * The first half of an access: find the entries of its pages (C14, C18).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lookup.h"
#include "tlb.h"
#include "translate.h"
#include "watch.h"

static bool same_fill(const RmEvent *a, const RmEvent *b)
{
    return a->cpu == b->cpu && a->mmu_idx == b->mmu_idx &&
           a->type == b->type && a->addr == b->addr && a->size == b->size;
}

/* The next fill in the implementation's log; or NULL. */
static const RmEvent *next_fill(Access *x)
{
    const RmLog *log = x->seen->log;

    while (x->pos < x->to) {
        if (log->ev[x->pos].kind == RM_EV_FILL) {
            return &log->ev[x->pos];
        }
        x->pos++;
    }
    return NULL;
}

unsigned rm_alignment(const RmAccess *a)
{
    switch (a->align) {
    case RM_ALIGN_NONE:
        return 1;
    case RM_ALIGN_NATURAL:
        return a->size;
    default:
        return 1u << a->align;
    }
}

/* C18: is it not aligned as it must be?  @checks: the page checks that. */
static bool misaligned(const Access *x, bool checks)
{
    if (x->a->tlb_only && !checks) {
        return false;
    }
    return x->a->va & (rm_alignment(x->a) - 1);
}

static RmStatus unaligned(Access *x, RmAccessType type)
{
    RmEvent ev = access_event(x, RM_EV_UNALIGNED, type, x->a->va, 0);

    count_decision(x->m, RM_C18_ORDER);
    rm_log(&x->r->log, &ev);
    return RM_UNALIGNED;
}

/* How the implementation's log ends; an empty one, as if with a fill. */
static unsigned last_seen(const Access *x)
{
    unsigned n = rm_log_len(x->seen->log);

    return n ? x->seen->log->ev[n - 1].kind : RM_EV_FILL;
}

/* Was the access stopped by what comes only after the lookup of a page? */
static bool stopped_early(const Access *x)
{
    unsigned last = last_seen(x);

    return last == RM_EV_WATCH || last == RM_EV_UNALIGNED;
}

/*
 * The clause that wants the page tables to be asked for @type, where @e does
 * not do.
 */
static RmClause wants_fill(const Access *x, const Entry *e, RmAccessType type)
{
    if (stopped_early(x)) {
        return RM_C18_ORDER;
    }
    if (!e) {
        return RM_C14_FLUSH;
    }
    if (!e->present) {
        return e->blame;
    }
    if (rm_pte_lg(&e->pte) < RM_PAGE_BITS) {
        return RM_C6_GRANULARITY;
    }
    return x->m->eager && !e->type[type].known ? e->type[type].blame :
                                                 RM_C11_FAST_PATH;
}

/* Were the page tables asked?  They must be if nothing is @cached. */
static bool asked(Access *x, const RmEvent *fill, const Entry *e, bool cached)
{
    const RmEvent *ev;

    x->fills = 0;
    if (!x->seen) {
        x->fills = !cached ||
                   (!x->hits && chooses(x->m, RM_MAY_FILL_AGAIN));
        return x->fills;
    }
    while ((ev = next_fill(x)) && same_fill(ev, fill)) {
        x->fills++;
        x->pos++;
    }
    if (x->fills || cached) {
        return x->fills;
    }
    if (ev && ev->addr == fill->addr) {
        violation(x, RM_C18_ORDER, "the fill at 0x%x is asked for a %s of %u "
                  "bytes, not a %s of %u", fill->addr,
                  rm_type_name(ev->type), ev->size, rm_type_name(fill->type),
                  fill->size);
    } else {
        violation(x, wants_fill(x, e, fill->type),
                  "the page tables were not asked for the %s at 0x%x",
                  rm_type_name(fill->type), fill->addr);
    }
    return true;
}

/* The entry remembers for which types there are watchpoints in its page. */
static void note_watched(const Access *x, const Part *p, Entry *e)
{
    unsigned directions = watched(x->m, x->a->cpu, p->va & RM_PAGE_MASK,
                                  RM_PAGE_SIZE, RM_R | RM_W);

    e->type[RM_LOAD].watched = directions & RM_R;
    e->type[RM_STORE].watched = directions & RM_W;
}

/* The page tables answer. */
static RmStatus fill(Access *x, Part *p, Entry *e, int page,
                     const RmEvent *ev, bool aligned)
{
    const RmPte *pte =
        page < 0 ? NULL : &x->m->now.pt[x->a->mmu_idx][page];
    /* QEMU's other hook checks nothing: that was done before, or never */
    bool check = aligned && x->m->now.fill_align;

    rm_log(&x->r->log, ev);
    for (unsigned i = 0; x->m->fill_hook && i < x->fills; i++) {
        x->m->fill_hook(x->m->fill_opaque);
    }
    if (check && misaligned(x, false)) {
        return unaligned(x, ev->type);
    }
    if (!pte || !(pte->prot & RM_PROT(ev->type))) {
        RmEvent fault = *ev;

        fault.kind = RM_EV_PAGE_FAULT;
        count_decision(x->m, RM_C18_ORDER);
        if (!x->a->nonfault) {
            rm_log(&x->r->log, &fault);
        }
        return RM_PAGE_FAULT;
    }
    if (check && misaligned(x, pte->flags & RM_PTE_CHECK)) {
        return unaligned(x, ev->type);
    }
    if (rm_pte_lg(pte) < RM_PAGE_BITS) {
        count_decision(x->m, RM_C6_GRANULARITY);
    }
    tlb_fill(x->m, e, pte);
    note_watched(x, p, e);
    p->entry = e;
    if (x->m->eager && !x->seen) {
        p->asked[0] = p->asked[1] = false;
        demand_translation(x, p, ev->type);
    }
    return RM_DONE;
}

/*
 * An access that is not aligned may get as far as its IOMMU, as long as no
 * other fault comes before (C18).
 */
static void look_up_unaligned(Access *x, Part *p, Entry *e, int page,
                              const RmEvent *fill, bool cached)
{
    const RmPte *pte = page < 0 ? NULL :
                       &x->m->now.pt[x->a->mmu_idx][page];
    const RmEvent *ev;
    bool filled = false;

    if (cached) {
        p->entry = e;
    }
    if (!pte || !(pte->prot & RM_PROT(fill->type))) {
        return;
    }
    if (x->seen) {
        while ((ev = next_fill(x)) && same_fill(ev, fill)) {
            filled = true;
            x->pos++;
        }
    } else {
        filled = chooses(x->m, RM_MAY_FILL_UNALIGNED);
    }
    if (filled) {
        rm_log(&x->r->log, fill);
        tlb_fill(x->m, e, pte);
        note_watched(x, p, e);
        p->entry = e;
    }
}

void rm_set_fill_hook(RmModel *m, void (*hook)(void *opaque), void *opaque)
{
    m->fill_hook = hook;
    m->fill_opaque = opaque;
}

RmStatus look_up(Access *x, Part *p, RmAccessType type, unsigned asked_size,
                 bool aligned)
{
    const RmAccess *a = x->a;
    RmEvent ev = access_event(x, RM_EV_FILL, type, p->va, asked_size);
    int page = rm_va_page(p->va);
    Entry *e = page < 0 ? NULL : &x->m->tlb[a->cpu][a->mmu_idx][page];
    bool cached = e && tlb_cached(x->m, e, type);

    /* C18: alignment comes first, as far as the page has no say in it. */
    if (aligned && misaligned(x, false) && !x->m->now.fill_align) {
        look_up_unaligned(x, p, e, page, &ev, cached);
        return unaligned(x, type);
    }
    if (asked(x, &ev, e, cached)) {
        return fill(x, p, e, page, &ev, aligned);
    }
    p->entry = e;
    if (chooses(x->m, RM_MAY_FORGET_WATCH)) {
        note_watched(x, p, e);
    }
    if (aligned && misaligned(x, a->kind == RM_PLAIN &&
                              e->pte.flags & RM_PTE_CHECK)) {
        return unaligned(x, type);
    }
    return RM_DONE;
}

bool look_up_goes_on(Access *x)
{
    return x->seen && next_fill(x);
}

RmStatus look_up_anew(Access *x)
{
    const Entry *e = x->part[0].entry;
    bool anew = x->seen ? last_seen(x) == RM_EV_UNALIGNED :
                          chooses(x->m, RM_MAY_BEGIN_ANEW);

    if (!anew || !tlb_cached(x->m, e, x->a->type) ||
        !misaligned(x, e->pte.flags & RM_PTE_CHECK)) {
        return RM_DONE;
    }
    /* a watchpoint that is to stop it later was hit before */
    if (watched_after(x->m, x->a) && watch_stops_plain(x)) {
        return RM_WATCHPOINT;
    }
    return unaligned(x, x->a->type);
}

/*
 * Where the questions to IOMMUs end that follow the fills at log entry @from:
 * what an IOMMU has done meanwhile may be a reason for other fills.
 */
static unsigned round_end(const Access *x, unsigned from)
{
    const RmLog *log = x->seen->log;
    bool asked = false;

    for (unsigned i = from; x->m->translate_hook && i < rm_log_len(log); i++) {
        asked |= log->ev[i].kind == RM_EV_TRANSLATE && !log->ev[i].by_dma;
        if (asked && log->ev[i].kind == RM_EV_FILL) {
            return i;
        }
    }
    return rm_log_len(log);
}

void look_up_begin(Access *x)
{
    x->to = x->seen ? round_end(x, 0) : 0;
    x->n_watched = x->m->n_watched;
}

bool look_up_again(Access *x)
{
    Part *p = &x->part[0];

    if (!x->seen) {
        if (!x->reacted || p->entry->present ||
            !chooses(x->m, RM_MAY_START_OVER)) {
            return false;
        }
    } else if (x->to == rm_log_len(x->seen->log)) {
        return false;
    } else {
        x->from = x->pos = x->to;
        x->to = round_end(x, x->from);
    }
    x->reacted = false;
    x->n_watched = x->m->n_watched;
    *p = (Part) { .va = p->va, .size = p->size };
    return true;
}

void look_up_end(Access *x)
{
    const RmEvent *ev;

    if (x->seen && (ev = next_fill(x))) {
        violation(x, RM_C18_ORDER, "the page tables were asked about 0x%x "
                  "for a %s of %u bytes, which is not part of the access",
                  ev->addr, rm_type_name(ev->type), ev->size);
    }
}
