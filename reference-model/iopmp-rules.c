/*
 * The rules of the RISC-V IOPMP as its specification (0.9.x) describes them.
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
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "iopmp-rules.h"

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

RmIopmpVerdict iopmp_check(const Iopmp *p, Span t, unsigned rrid,
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

        if (!(p->entries[rrid] >> i & 1) || !iopmp_touches(e, t)) {
            continue;
        }
        if (iopmp_covers(e, t) && grants) {
            return (RmIopmpVerdict) { .etype = RM_IOPMP_PASSES };
        }
        if (i < p->prio_entry) {
            /* of the priority entries, the first that is touched decides */
            return (RmIopmpVerdict) {
                .etype = iopmp_covers(e, t) ? type : RM_IOPMP_PARTIAL_HIT,
                .eid = i,
            };
        }
        if (iopmp_covers(e, t) && verdict.etype == RM_IOPMP_NO_HIT) {
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
    return iopmp_check(p, (Span) { addr >> 2, (addr + size - 1) >> 2 }, rrid,
                       type);
}
