/*
 * The IOMMUs: which are asked, how, and what follows (C1 to C8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "translate.h"
#include "checkers.h"
#include "tlb.h"
#include "walk.h"

static uint32_t part_addr(const Part *p)
{
    return p->entry->early.offset | (p->va & ~RM_PAGE_MASK);
}

static Walk part_walk(const Access *x, const Part *p, bool write)
{
    return iommu_walk(x->m, p->entry->early.region, part_addr(p),
                      p->entry->pte.attrs, write);
}

/* Keep what the IOMMUs answered, as far as it holds (C4, C6, C8). */
static void answered(Access *x, Part *p, bool write, const Walk *w)
{
    uint8_t asked[RM_IOMMUS] = { 0 };
    Place page = w->place;

    p->asked[write] = true;
    p->denied[write] = !(w->perm & (write ? RM_W : RM_R));
    for (unsigned i = 0; i < w->n; i++) {
        asked[w->step[i].region - RM_IOMMU0] =
            (w->step[i].addr >> RM_PAGE_BITS) + 1;
    }
    if (p->denied[write]) {
        count_decision(x->m, RM_C4_PERMISSION);
        if (w->addr_mask >= RM_PAGE_SIZE - 1 && p->entry->present) {
            tlb_refused(x->m, p->entry, write, asked);
        }
        return;
    }
    if (w->addr_mask < RM_PAGE_SIZE - 1) {
        count_decision(x->m, RM_C6_GRANULARITY);
        note_change(x->m, p->entry);
        for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
            p->entry->type[t].small |= w->perm & (is_write(t) ? RM_W : RM_R);
        }
        p->here_only[write] = true;
        p->here[write] = w->place;
        return;
    }
    page.offset -= p->va & ~RM_PAGE_MASK;
    if (!p->entry->present) {
        /* until queued work has run, it may still be there, with its addend */
        Entry e = *p->entry;

        x->r->conflict |= !tlb_translated(x->m, &e, w->perm, asked, &page);
        p->gone[write] = true;
        p->here[write] = w->place;
        return;
    }
    x->r->may_conflict |= tlb_carries_other(x->m, p->entry, &page);
    if (!tlb_translated(x->m, p->entry, w->perm, asked, &page)) {
        x->r->conflict = true;
    }
}

static bool behind_iommu(const Part *p)
{
    return p->entry && rm_is_iommu(p->entry->early.region);
}

static bool needs_translation(const Part *p, RmAccessType type)
{
    return behind_iommu(p) && !p->asked[is_write(type)] &&
           !p->entry->type[type].known && !p->entry->type[type].refused;
}

/* Does what IOMMU @region says of the page of @addr speak for @p? */
static bool speaks_for(const Part *p, unsigned region, uint32_t addr)
{
    return behind_iommu(p) && p->entry->early.region == region &&
           p->entry->early.offset == (addr & RM_PAGE_MASK);
}

/*
 * The part that a call of translate belongs to, or NULL.  Both pages of an
 * access can lead to one page of an IOMMU: then the index tells which is
 * meant, the exact address, or what is needed, in this order.
 */
static Part *translated_part(Access *x, const RmEvent *ev, RmAccessType type)
{
    Part *found = NULL;
    int best = -1;

    for (unsigned i = 0; i < x->n; i++) {
        Part *p = &x->part[i];
        int fits;

        if (!speaks_for(p, ev->region, ev->addr)) {
            continue;
        }
        fits = (index_of(x->m, p->entry->pte.attrs) == ev->index) * 4 +
               (part_addr(p) == ev->addr) * 2 + needs_translation(p, type);
        if (fits > best) {
            found = p;
            best = fits;
        }
    }
    return found;
}

/* Of an eager one: what entry @i of the log fills, if nothing fills it again. */
static Part *filled_part(Access *x, unsigned i)
{
    const RmLog *log = x->seen->log;
    const RmEvent *fill = NULL;

    while (i-- && !fill) {
        fill = log->ev[i].kind == RM_EV_FILL ? &log->ev[i] : NULL;
    }
    for (unsigned n = 0; fill && n < x->n; n++) {
        Part *p = &x->part[n];

        if (behind_iommu(p) && !((p->va ^ fill->addr) & RM_PAGE_MASK)) {
            return p;
        }
    }
    return NULL;
}

/* Of an eager one: is the entry of @p filled once more after log entry @i? */
static bool filled_again(const Access *x, const Part *p, unsigned i)
{
    const RmLog *log = x->seen->log;

    while (++i < rm_log_len(log)) {
        unsigned next = i + 1 < rm_log_len(log) ? log->ev[i + 1].kind :
                                                  RM_EV_FILL;

        if (log->ev[i].kind == RM_EV_FILL && next != RM_EV_PAGE_FAULT &&
            next != RM_EV_UNALIGNED &&
            !((p->va ^ log->ev[i].addr) & RM_PAGE_MASK)) {
            return true;
        }
    }
    return false;
}

/* C2: the answer to @p for a whole page holds for the other part as well. */
static void answered_for_other(Access *x, const Part *p, RmAccessType type,
                               const Walk *w)
{
    for (unsigned i = 0; !x->m->eager && i < x->n; i++) {
        Part *other = &x->part[i];

        if (other != p && w->addr_mask >= RM_PAGE_SIZE - 1 &&
            needs_translation(other, type) &&
            speaks_for(other, p->entry->early.region,
                       p->entry->early.offset) &&
            index_of(x->m, other->entry->pte.attrs) ==
            index_of(x->m, p->entry->pte.attrs)) {
            Walk own = part_walk(x, other, is_write(type));

            answered(x, other, is_write(type), &own);
        }
    }
}

/* C1, C2: may the access ask in this way?  Returns the type it asks for. */
static RmAccessType judge_flag(Access *x, const RmEvent *ev)
{
    const RmAccess *a = x->a;
    bool both = a->kind == RM_READ_MODIFY_WRITE ||
                a->kind == RM_COMPARE_EXCHANGE;
    RmAccessType type = a->type;

    if (both) {
        type = ev->flag & RM_W ? RM_STORE : RM_LOAD;
    }
    count_decision(x->m, RM_C1_FLAG);
    if (ev->in_fill && !x->m->eager) {
        violation(x, RM_C2_DEFERRAL,
                  "an IOMMU was called while the TLB was filled");
    }
    if (ev->flag != (is_write(type) ? RM_W : RM_R)) {
        violation(x, RM_C1_FLAG, "a %s translates with flag %s%s%s",
                  both ? "read-modify-write" : rm_type_name(type),
                  ev->flag & RM_R ? "r" : "", ev->flag & RM_W ? "w" : "",
                  ev->flag ? "" : "none");
    }
    return type;
}

static void judge_index(Access *x, const Part *p, const RmEvent *ev)
{
    count_decision(x->m, RM_C5_INDEX);
    if (ev->index != index_of(x->m, p->entry->pte.attrs)) {
        violation(x, RM_C5_INDEX, "translated with index %u; the entry's "
                  "attributes say %u", ev->index,
                  index_of(x->m, p->entry->pte.attrs));
    }
}

/* One IOMMU on the way of @p: the right one, about the right address? */
static void judge_step(Access *x, const Part *p, const Walk *w, unsigned step,
                       const RmEvent *ev)
{
    uint64_t mask = w->addr_mask < RM_PAGE_SIZE - 1 ? ~w->addr_mask :
                                                      RM_PAGE_MASK;

    if (w->step[step].region != ev->region ||
        (w->step[step].addr ^ ev->addr) & RM_PAGE_MASK) {
        violation(x, RM_C3_TARGET, "the IOMMU behind was asked about 0x%x, "
                  "not 0x%x", ev->addr, w->step[step].addr);
    } else if ((w->step[step].addr ^ ev->addr) & mask) {
        violation(x, RM_C6_GRANULARITY, "the IOMMU was asked about 0x%x, and "
                  "answers for less than would include 0x%x", ev->addr,
                  w->step[step].addr);
    }
    judge_index(x, p, ev);
}

static Walk base_walk(const Access *x, const Part *p, bool write)
{
    return iommu_walk(x->m, p->entry->early.region, p->entry->early.offset,
                      p->entry->pte.attrs, write);
}

/*
 * Is it the base of the page that is asked about, where that is not the same?
 * Who does so learns that the answer is for less, and then has to ask about
 * the address itself (C6).
 */
static bool asked_at_base(const Part *p, const RmEvent *ev, const Walk *own)
{
    return own->addr_mask < RM_PAGE_SIZE - 1 && !(ev->addr & ~RM_PAGE_MASK) &&
           part_addr(p) != ev->addr;
}

/* A question that belongs to no part. */
static void asked_for_nothing(Access *x, const RmEvent *ev)
{
    if (x->m->eager) {
        violation(x, RM_C2_DEFERRAL, "the IOMMU was asked about 0x%x, and no "
                  "TLB entry was filled", ev->addr);
    } else {
        violation(x, RM_C3_TARGET, "the IOMMU was asked about 0x%x, which the "
                  "access does not touch", ev->addr);
    }
}

/* Is it what @p, if there is one, needs to know? */
static bool wants(const Part *p, const RmEvent *ev, RmAccessType type)
{
    return p && speaks_for(p, ev->region, ev->addr) &&
           needs_translation(p, type);
}

/*
 * Is it the IOMMU behind that is asked, which an access that the one before it
 * denies does not reach?  To ask is free, as for any access that then faults.
 * @own: the walk that was denied last; NULL if it was not
 */
static bool asked_behind(const Walk *own, const RmEvent *ev)
{
    return own && rm_is_iommu(own->behind.region) &&
           own->behind.region == ev->region &&
           !((own->behind.offset ^ ev->addr) & RM_PAGE_MASK);
}

/*
 * A checker may answer for less than it could (C6): what is below a page is
 * not cached then.  An eager tree takes any answer for that of the whole page.
 */
static void narrow(const RmModel *m, const RmEvent *ev, Walk *w)
{
    if (m->checker[0] && !m->eager && ev->value < w->addr_mask) {
        w->addr_mask = ev->value;
    }
}

bool answered_whole_page(const Access *x, Walk *w)
{
    for (unsigned i = 0; x->seen && i < rm_log_len(x->seen->log); i++) {
        const RmEvent *ev = &x->seen->log->ev[i];

        for (unsigned step = 0; step < w->n; step++) {
            if (ev->kind == RM_EV_TRANSLATE && !ev->by_dma &&
                ev->region == w->step[step].region &&
                !((ev->addr ^ w->step[step].addr) & RM_PAGE_MASK)) {
                narrow(x->m, ev, w);
            }
        }
    }
    return w->addr_mask >= RM_PAGE_SIZE - 1;
}

void rm_set_translate_hook(RmModel *m,
                           bool (*hook)(void *opaque, RmRegion iommu,
                                        bool is_write),
                           void *opaque)
{
    m->translate_hook = hook;
    m->translate_opaque = opaque;
}

/* Note that an IOMMU was asked; what it does then, before it answers? */
static void asked(Access *x, const RmEvent *ev)
{
    const RmModel *m = x->m;

    rm_log(&x->r->log, ev);
    if (m->translate_hook) {
        x->reacted |= m->translate_hook(m->translate_opaque, ev->region,
                                        ev->flag == RM_W);
    }
}

void learn_translations(Access *x)
{
    Part *p = NULL, *last = NULL;
    unsigned step = 0;
    RmAccessType type = RM_LOAD;
    bool at_base = false;
    Walk w, own;
    const Walk *denied = NULL;

    for (unsigned i = x->from; i < x->to; i++) {
        const RmEvent *ev = &x->seen->log->ev[i];

        if (ev->kind != RM_EV_TRANSLATE || ev->by_dma) {
            continue;
        }
        if (!p) {
            type = judge_flag(x, ev);
            p = x->m->eager ? filled_part(x, i) :
                              translated_part(x, ev, type);
            step = 0;
            if (asked_behind(denied, ev) && !wants(p, ev, type) &&
                (!p || ev->index == index_of(x->m, last->entry->pte.attrs))) {
                judge_index(x, last, ev);
                rm_log(&x->r->log, ev);
                denied = NULL;
                p = NULL;
                continue;
            }
            if (!p) {
                asked_for_nothing(x, ev);
                continue;
            }
            asked(x, ev);
            own = part_walk(x, p, is_write(type));
            at_base = asked_at_base(p, ev, &own);
            w = at_base ? base_walk(x, p, is_write(type)) : own;
        } else {
            judge_flag(x, ev);
            asked(x, ev);
        }
        judge_step(x, p, &w, step, ev);
        narrow(x->m, ev, &own);
        if (++step == w.n) {
            denied = w.perm & (is_write(type) ? RM_W : RM_R) ? NULL : &w;
            if (!at_base && !(x->m->eager && filled_again(x, p, i))) {
                answered(x, p, is_write(type), &own);
                answered_for_other(x, p, type, &own);
            }
            last = p;
            p = NULL;
        }
    }
    if (p) {
        violation(x, RM_C3_TARGET, "the IOMMU behind the first was not asked "
                  "about 0x%x", w.step[step].addr);
    }
}

/*
 * Nobody was watched: log the questions that the contract demands.
 * @mask: the bits of the addresses that are told
 */
static void log_walk(Access *x, const Part *p, const Walk *w, bool write,
                     uint32_t mask)
{
    for (unsigned i = 0; i < w->n; i++) {
        RmEvent ev = {
            .kind = RM_EV_TRANSLATE, .region = w->step[i].region,
            .index = index_of(x->m, p->entry->pte.attrs),
            .flag = write ? RM_W : RM_R, .addr = w->step[i].addr & mask,
            .value = w->addr_mask,
        };

        asked(x, &ev);
    }
    if (rm_is_iommu(w->behind.region) && chooses(x->m, RM_MAY_ASK_BEHIND)) {
        rm_log(&x->r->log, &(RmEvent) {
            .kind = RM_EV_TRANSLATE, .region = w->behind.region,
            .index = index_of(x->m, p->entry->pte.attrs),
            .flag = write ? RM_W : RM_R, .addr = w->behind.offset & mask,
            .value = UINT32_MAX,
        });
    }
}

/* Alone, the model asks as it demands of others, or allows them to. */
static void ask_alone(Access *x, const Part *p, const Walk *w, bool write)
{
    bool base = chooses(x->m, RM_MAY_ASK_BASE);

    if (w->addr_mask >= RM_PAGE_SIZE - 1) {
        log_walk(x, p, w, write, base ? (uint32_t)RM_PAGE_MASK : -1u);
    } else {
        if (base) {
            Walk first = base_walk(x, p, write);

            log_walk(x, p, &first, write, -1u);
        }
        log_walk(x, p, w, write, -1u);
    }
}

/* Alone: is there any reason to ask, or at least leave to? */
static bool asks_alone(const Access *x, const Part *p, RmAccessType type)
{
    const TypeState *t = &p->entry->type[type];

    return behind_iommu(p) && !p->asked[is_write(type)] && !x->m->eager &&
           ((t->known && chooses(x->m, RM_MAY_ASK_AGAIN)) ||
            (t->refused && chooses(x->m, RM_MAY_ASK_REFUSED)));
}

void demand_translation(Access *x, Part *p, RmAccessType type)
{
    bool write = is_write(type);
    Walk w;

    if (behind_iommu(p)) {
        count_decision(x->m, RM_C2_DEFERRAL);
    }
    if (!needs_translation(p, type) &&
        (x->seen || !asks_alone(x, p, type))) {
        return;
    }
    w = part_walk(x, p, write);
    if (x->seen) {
        violation(x, w.addr_mask < RM_PAGE_SIZE - 1 ? RM_C6_GRANULARITY :
                  p->entry->type[type].blame,
                  "the IOMMU was not asked for the %s at 0x%x",
                  rm_type_name(type), p->va);
    } else {
        ask_alone(x, p, &w, write);
        if (x->reacted) {
            w = part_walk(x, p, write);
        }
    }
    answered(x, p, write, &w);
    if (chooses(x->m, RM_MAY_ASK_ONCE)) {
        answered_for_other(x, p, type, &w);
    }
}

void may_ask_to_fault(Access *x, RmAccessType type)
{
    for (unsigned i = 0; !x->seen && i < x->n; i++) {
        if (x->part[i].entry && chooses(x->m, RM_MAY_ASK_TO_FAULT)) {
            demand_translation(x, &x->part[i], type);
        }
    }
}

Place part_place(const Part *p, RmAccessType type)
{
    Place place = p->entry->type[type].place;

    if (p->denied[is_write(type)] ||
        (!p->asked[is_write(type)] && p->entry->type[type].refused)) {
        return (Place) { .region = RM_UNASSIGNED };
    }
    if (p->here_only[is_write(type)] || p->gone[is_write(type)]) {
        return p->here[is_write(type)];
    }
    place.offset += p->va & ~RM_PAGE_MASK;
    return place;
}
