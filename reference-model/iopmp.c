/*
 * The RISC-V IOPMP as its specification (0.9.x) describes it: the decision,
 * and what becomes of a denied access.
 *
 * Where the specification leaves a choice, or our summary of it does:
 * - A fetch is checked as a read (HWCFG0.chk_x is 0): see iopmp.h.
 * - The entry before one that is TOR bounds it whatever its own mode and
 *   domain are; entry 0 begins at address 0.
 * - A domain whose end in MDCFG is not past its begin is empty.
 * - A non-priority entry that covers a transaction and does not grant it is
 *   a hit: the access is denied as one without the right, and eid is the
 *   first such entry.
 * - eid is 0 where no entry denies (no hit, unknown RRID).
 * - The interrupt is raised as the record is captured, and stays until
 *   ERR_REQINFO.v is cleared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "iopmp-state.h"

/* --- Decision ------------------------------------------------------------- */

/*
 * Some addresses, in words of 4 bytes, which all entries consist of: so that
 * the last one can be named, too.
 */
typedef struct Span {
    uint64_t first, last;       /* none, if the first is past the last */
} Span;

static bool touches(Span a, Span b)
{
    return a.first <= a.last && a.first <= b.last && b.first <= a.last;
}

static bool covers(Span a, Span b)
{
    return a.first <= b.first && b.last <= a.last;
}

static Span entry_span(const Iopmp *p, unsigned i)
{
    static const Span none = { .first = 1, .last = 0 };
    uint64_t addr = p->entry[i].addr;
    uint64_t before = i ? p->entry[i - 1].addr : 0;
    uint64_t low;

    switch (CFG_A(p->entry[i].cfg)) {
    case TOR:
        return before < addr ? (Span) { before, addr - 1 } : none;
    case NA4:
        return (Span) { addr, addr };
    case NAPOT:
        /* the low ones, and the 0 above them */
        low = addr ^ (addr + 1);
        return (Span) { addr & ~low, addr | low };
    default:
        return none;
    }
}

/* Is entry @i in a domain that is enabled for the requester? */
static bool is_for(const Iopmp *p, unsigned rrid, unsigned i)
{
    for (unsigned m = 0; m < RM_IOPMP_MDS; m++) {
        unsigned begin = m ? p->mdcfg[m - 1] : 0;
        unsigned end = p->mdcfg[m];

        if (p->model == RM_IOPMP_RAPID_K) {
            begin = m * p->mdcfg[0];
            end = begin + p->mdcfg[0];
        }
        if (p->srcmd_en[rrid] >> (m + 1) & 1 && i >= begin && i < end) {
            return true;
        }
    }
    return false;
}

static RmIopmpVerdict check(const Iopmp *p, Span t, unsigned rrid,
                            RmIopmpType type)
{
    RmIopmpVerdict verdict = { .etype = RM_IOPMP_NO_HIT };

    if (!p->enable) {
        return (RmIopmpVerdict) { .etype = RM_IOPMP_PASSES };
    }
    if (rrid >= RM_IOPMP_RRIDS) {
        return (RmIopmpVerdict) { .etype = RM_IOPMP_UNKNOWN_RRID };
    }
    for (unsigned i = 0; i < RM_IOPMP_ENTRIES; i++) {
        Span e = entry_span(p, i);
        bool grants = p->entry[i].cfg & CFG_RIGHT(type);

        if (!touches(e, t) || !is_for(p, rrid, i)) {
            continue;
        }
        if (i < p->prio_entry) {
            /* priority: the first one decides */
            return (RmIopmpVerdict) {
                .etype = !covers(e, t) ? RM_IOPMP_PARTIAL_HIT :
                         grants ? RM_IOPMP_PASSES : type,
                .eid = covers(e, t) && grants ? 0 : i,
            };
        }
        if (covers(e, t) && grants) {
            return (RmIopmpVerdict) { .etype = RM_IOPMP_PASSES };
        }
        if (covers(e, t) && verdict.etype == RM_IOPMP_NO_HIT) {
            verdict = (RmIopmpVerdict) { .etype = type, .eid = i };
        }
    }
    return verdict;
}

RmIopmpVerdict rm_iopmp_check(const RmChecker *c, uint64_t addr,
                              uint64_t size, unsigned rrid, RmIopmpType type)
{
    const Iopmp *p = (const Iopmp *)c;

    if (type == RM_IOPMP_FETCH && !p->chk_x) {
        type = RM_IOPMP_READ;
    }
    return check(p, (Span) { addr >> 2, (addr + size - 1) >> 2 }, rrid, type);
}

/* --- As an IOMMU ---------------------------------------------------------- */

/* All unknown requesters are alike. */
static unsigned iopmp_index(const RmChecker *c, unsigned attrs)
{
    unsigned rrid = attrs & RM_WID_MASK;

    return rrid < RM_IOPMP_RRIDS ? rrid : RM_IOPMP_RRIDS;
}

static bool passes(const Iopmp *p, Span t, unsigned rrid, bool is_write)
{
    return check(p, t, rrid, is_write ? RM_IOPMP_WRITE : RM_IOPMP_READ)
           .etype == RM_IOPMP_PASSES;
}

/* Is each word of @t denied?  Where no entry begins or ends, all are alike. */
static bool all_denied(const Iopmp *p, Span t, unsigned rrid, bool is_write)
{
    bool denied = !passes(p, (Span) { t.first, t.first }, rrid, is_write);

    for (unsigned i = 0; denied && i < RM_IOPMP_ENTRIES; i++) {
        Span e = entry_span(p, i);
        uint64_t edge[] = { e.first, e.last + 1 };

        for (unsigned k = 0; denied && k < 2; k++) {
            if (edge[k] > t.first && edge[k] <= t.last) {
                denied = !passes(p, (Span) { edge[k], edge[k] }, rrid,
                                 is_write);
            }
        }
    }
    return denied;
}

/*
 * The range of a decision is the largest aligned power of two, with the
 * address in it, in which *every transaction* is decided so, in both
 * directions, whatever its address and size; at least the 4 bytes that
 * no entry divides.  A transaction that passes does so in all its parts: the
 * entry that lets it pass covers them, and no priority entry that touches
 * them comes first.  So all pass if the whole range does, as one, and all
 * are denied if each word is.  Which entry denies them, and whether it hits
 * them in part only, is for denied() to say, which is told the size.
 */
static RmDecision iopmp_decide(const RmChecker *c, unsigned index,
                               uint32_t addr, bool is_write)
{
    const Iopmp *p = (const Iopmp *)c;
    Span t = { addr >> 2, addr >> 2 };
    bool pass[2] = { passes(p, t, index, false), passes(p, t, index, true) };
    RmDecision d = { .allowed = pass[is_write], .addr_mask = 3 };

    d.perm = (pass[0] == d.allowed ? RM_R : 0) |
             (pass[1] == d.allowed ? RM_W : 0);

    for (uint32_t mask = 7; (addr | mask) < p->size; mask = mask * 2 + 1) {
        t = (Span) { (addr & ~mask) >> 2, (addr | mask) >> 2 };
        for (unsigned dir = 0; dir < 2; dir++) {
            if (pass[dir] ? !passes(p, t, index, dir)
                          : !all_denied(p, t, index, dir)) {
                return d;
            }
        }
        d.addr_mask = mask;
    }
    return d;
}

/* --- A denied access ------------------------------------------------------ */

/*
 * ERR_CFG has a bit for each type of access: those of the interrupt at
 * @shift, 2, those of the response at 5.
 */
static bool err_cfg(const Iopmp *p, unsigned shift, RmIopmpType type)
{
    return p->err_cfg >> (shift + type - RM_IOPMP_READ) & 1;
}

/*
 * The IOPMP may have changed since it denied the access.  What it would let
 * pass by now leaves no record; it is too late to let it pass.
 */
static RmResponse iopmp_denied(RmChecker *c, uint32_t addr, unsigned size,
                               unsigned attrs, bool is_write, uint64_t *value)
{
    Iopmp *p = (Iopmp *)c;
    unsigned rrid = attrs & RM_WID_MASK;
    RmIopmpType type = is_write ? RM_IOPMP_WRITE : RM_IOPMP_READ;
    RmIopmpVerdict v = rm_iopmp_check(c, addr, size, rrid, type);

    if (v.etype != RM_IOPMP_PASSES && !(p->err_reqinfo & REQINFO_V)) {
        p->err_reqinfo = REQINFO_V | type << 1 | v.etype << 4;
        p->err_reqaddr = addr >> 2;
        p->err_reqid = rrid | v.eid << 16;
        p->irq = p->err_cfg & ERR_CFG_IE && err_cfg(p, 2, type);
    }
    if (!is_write) {
        *value = RM_IOPMP_FABRICATED & (-1ull >> (64 - 8 * size));
    }
    return err_cfg(p, 5, type) ? RM_TX_OK : RM_TX_ERROR;
}

static bool iopmp_irq(const RmChecker *c)
{
    return ((const Iopmp *)c)->irq;
}

/* -------------------------------------------------------------------------- */

static const RmCheckerOps iopmp_ops = {
    .name = "iopmp",
    .reset = iopmp_reset,
    .access = iopmp_access,
    .index = iopmp_index,
    .decide = iopmp_decide,
    .denied = iopmp_denied,
    .irq = iopmp_irq,
};

RmChecker *rm_iopmp_new_model(RmIopmpModel model, bool chk_x)
{
    Iopmp *p = calloc(1, sizeof(*p));

    if (!p) {
        return NULL;
    }
    p->checker.ops = &iopmp_ops;
    p->model = model;
    p->chk_x = chk_x;
    return &p->checker;
}

RmChecker *rm_iopmp_new(void)
{
    return rm_iopmp_new_model(RM_IOPMP_FULL, false);
}
