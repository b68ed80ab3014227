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

/* The entries of the domains that are enabled for the requester. */
static uint32_t entries_of(const Iopmp *p, unsigned rrid)
{
    uint32_t entries = 0;

    for (unsigned m = 0; m < RM_IOPMP_MDS; m++) {
        unsigned begin = m ? p->mdcfg[m - 1] : 0;
        unsigned end = p->mdcfg[m];

        if (p->model == RM_IOPMP_RAPID_K) {
            begin = m * p->mdcfg[0];
            end = begin + p->mdcfg[0];
        }
        for (unsigned i = begin; i < end && i < RM_IOPMP_ENTRIES; i++) {
            entries |= (p->srcmd_en[rrid] >> (m + 1) & 1) << i;
        }
    }
    return entries;
}

void iopmp_settle(Iopmp *p)
{
    for (unsigned i = 0; i < RM_IOPMP_ENTRIES; i++) {
        p->span[i] = entry_span(p, i);
    }
    for (unsigned rrid = 0; rrid < RM_IOPMP_RRIDS; rrid++) {
        p->entries[rrid] = entries_of(p, rrid);
    }
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
        Span e = p->span[i];
        bool grants = p->entry[i].cfg & CFG_RIGHT(type);

        if (!(p->entries[rrid] >> i & 1) || !touches(e, t)) {
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

/* Does an entry of the requester begin or end in @t?  If not, all is alike. */
static bool divided(const Iopmp *p, Span t, unsigned rrid)
{
    for (unsigned i = 0; rrid < RM_IOPMP_RRIDS && i < RM_IOPMP_ENTRIES; i++) {
        if (p->entries[rrid] >> i & 1 && touches(p->span[i], t) &&
            !covers(p->span[i], t)) {
            return true;
        }
    }
    return false;
}

/* Is each word of @t denied? */
static bool all_denied(const Iopmp *p, Span t, unsigned rrid, bool is_write)
{
    bool denied = !passes(p, (Span) { t.first, t.first }, rrid, is_write);

    for (unsigned i = 0; denied && i < RM_IOPMP_ENTRIES; i++) {
        uint64_t edge[] = { p->span[i].first, p->span[i].last + 1 };

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
        for (unsigned dir = 0; divided(p, t, index) && dir < 2; dir++) {
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
    .regs = { .valid_min = 4, .valid_max = 4, .impl_min = 4, .impl_max = 4 },
    .blocked = { .valid_min = 1, .valid_max = 8, .impl_min = 1, .impl_max = 8 },
    .regs_size = RM_IOPMP_REGISTERS,
    .reset = iopmp_reset,
    .set_variant = iopmp_set_variant,
    .access = iopmp_access,
    .index = iopmp_index,
    .decide = iopmp_decide,
    .denied = iopmp_denied,
    .irq = iopmp_irq,
};

void rm_iopmp_set_chk_x(RmChecker *c)
{
    ((Iopmp *)c)->chk_x = true;
}

RmChecker *rm_iopmp_new(void)
{
    Iopmp *p = calloc(1, sizeof(*p));

    if (!p) {
        return NULL;
    }
    p->checker.ops = &iopmp_ops;
    return &p->checker;
}
