/*
 * The rules of the RISC-V IOPMP as its specification describes them.
 *
 * Where the specification leaves a choice:
 * - An instance whose bus does not tell fetches from reads is asked about
 *   reads only, whatever HWCFG says of fetches.
 * - The entry before one that is TOR bounds it whatever its own mode and
 *   domain are; entry 0 begins at address 0.
 * - Entries below the highest end before it in MDCFG are not a domain's: so
 *   each is in one at most, and their order is that of the domains.  An
 *   implementation may have it in another way, where MDCFG is improper.
 * - By MD (SRCMD format 2), all requesters are associated with all domains.
 * - Granularity is that of RISC-V's PMP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "iopmp-rules.h"

uint64_t iopmp_addr(const Iopmp *p, unsigned i)
{
    unsigned granularity = config_of(p)->granularity;
    uint64_t low = granularity ? (1ull << granularity) - 1 : 0;

    return CFG_A(p->entry[i].cfg) == NAPOT ? p->entry[i].addr | low >> 1
                                           : p->entry[i].addr & ~low;
}

/* Where a TOR entry begins that follows entry @i. */
static uint64_t bound_of(const Iopmp *p, unsigned i)
{
    return iopmp_addr(p, i) >> config_of(p)->granularity
                            << config_of(p)->granularity;
}

static Span entry_span(const Iopmp *p, unsigned i)
{
    static const Span none = { .first = 1, .last = 0 };
    uint64_t addr = iopmp_addr(p, i);
    uint64_t before = i ? bound_of(p, i - 1) : 0;
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

/* The other way: there is no domain behind one that is improper. */
static unsigned last_domain(const Iopmp *p)
{
    unsigned m = 1;

    while (m < config_of(p)->md_num && p->mdcfg[m] >= p->mdcfg[m - 1]) {
        m++;
    }
    return m;
}

/*
 * The entries of domains from @m on, of which that one is improper: others may
 * have them, or nobody.
 */
static void settle_improper(Iopmp *p, unsigned m)
{
    for (; m < config_of(p)->md_num; m++) {
        for (unsigned i = p->mdcfg[m - 1];
             i < p->mdcfg[m] && i < config_of(p)->entry_num; i++) {
            p->improper[i / 64] |= 1ull << i % 64;
        }
    }
}

static void settle_domains(Iopmp *p)
{
    const RmIopmpConfig *config = config_of(p);
    bool table = config->mdcfg_fmt == 0;
    unsigned proper = table ? last_domain(p) : config->md_num;
    unsigned domains = choices_of(p)->improper_ends ? proper : config->md_num;
    unsigned begin = 0;

    memset(p->md, RM_IOPMP_MDS, sizeof(p->md));
    memset(p->improper, 0, sizeof(p->improper));
    p->any_improper = proper < config->md_num;
    settle_improper(p, proper);
    for (unsigned m = 0; m < domains; m++) {
        unsigned end = table ? p->mdcfg[m] : begin + p->md_entry_num + 1;

        for (; begin < end; begin++) {
            if (begin < config->entry_num) {
                p->md[begin] = m;
            }
        }
    }
}

void iopmp_settle(Iopmp *p)
{
    settle_domains(p);
    p->n_active = 0;
    for (unsigned i = 0; i < config_of(p)->entry_num; i++) {
        p->span[i] = entry_span(p, i);
        if (p->span[i].first <= p->span[i].last && p->md[i] < RM_IOPMP_MDS) {
            p->active[p->n_active++] = i;
        }
    }
}

uint64_t iopmp_domains(const Iopmp *p, unsigned rrid)
{
    switch (config_of(p)->srcmd_fmt) {
    case 0:
        return p->srcmd[rrid].en;
    case 1:
        return 1ull << rrid & iopmp_md_mask(config_of(p));
    default:
        return iopmp_md_mask(config_of(p));
    }
}

/* The rights that the SRCMD table adds to those of the entries, or takes. */
static bool granted(const Iopmp *p, unsigned i, unsigned rrid,
                    RmIopmpType type)
{
    bool by_entry = p->entry[i].cfg & CFG_RIGHT(type);
    const IopmpSrcmd *s = &p->srcmd[rrid];
    unsigned md = p->md[i];
    uint64_t may;

    if (config_of(p)->srcmd_fmt == 2) {
        /* r is for fetches, too */
        return by_entry ||
               p->perm[md] >> (2 * rrid + (type == RM_IOPMP_WRITE)) & 1;
    }
    if (!config_of(p)->sps) {
        return by_entry;
    }
    if (type == RM_IOPMP_WRITE) {
        may = s->w;
    } else if (type == RM_IOPMP_FETCH &&
               choices_of(p)->version != RM_IOPMP_0_7) {
        may = s->x;
    } else {
        may = s->r;
    }
    return by_entry && (may >> md & 1);
}

/* Count entry @i among those that match a denied transaction. */
static void add_match(const Iopmp *p, unsigned i, RmIopmpType type,
                      RmIopmpVerdict *v, uint64_t *eids)
{
    uint32_t cfg = p->entry[i].cfg;
    bool first = v->etype != type;

    if (first) {
        *v = (RmIopmpVerdict) {
            .etype = type, .eid = i, .no_interrupt = true, .no_error = true,
        };
    }
    v->no_interrupt = v->no_interrupt && (cfg & CFG_SIE(type));
    v->some_no_interrupt = v->some_no_interrupt || (cfg & CFG_SIE(type));
    v->no_error = v->no_error && (cfg & CFG_SEE(type));
    if (eids) {
        eids[i / 64] |= 1ull << i % 64;
    }
}

static RmIopmpVerdict check_entries(const Iopmp *p, Span t, unsigned rrid,
                                    RmIopmpType type, uint64_t *eids)
{
    RmIopmpVerdict verdict = { .etype = RM_IOPMP_NO_HIT };
    uint64_t domains = iopmp_domains(p, rrid);

    for (unsigned k = 0; k < p->n_active; k++) {
        unsigned i = p->active[k];
        bool covers, priority;

        if (!(domains >> p->md[i] & 1) || !iopmp_touches(p->span[i], t)) {
            continue;
        }
        covers = iopmp_covers(p->span[i], t);
        priority = config_of(p)->all_prio || i < p->prio_entry;
        if (covers && granted(p, i, rrid, type)) {
            return (RmIopmpVerdict) { .etype = RM_IOPMP_PASSES };
        }
        if (priority && !covers) {
            verdict = (RmIopmpVerdict) {
                .etype = RM_IOPMP_PARTIAL_HIT, .eid = i,
            };
            if (eids) {
                eids[i / 64] |= 1ull << i % 64;
            }
            return verdict;
        }
        if (covers) {
            add_match(p, i, type, &verdict, eids);
        }
        if (priority) {
            /* of those, the first that is touched decides */
            return verdict;
        }
    }
    return verdict;
}

RmIopmpVerdict iopmp_check(const Iopmp *p, Span t, unsigned rrid,
                           RmIopmpType type, uint64_t *eids)
{
    const RmIopmpConfig *config = config_of(p);

    if (eids) {
        memset(eids, 0, sizeof(p->eids));
    }
    if (!p->enable) {
        return (RmIopmpVerdict) { .etype = RM_IOPMP_PASSES };
    }
    if (rrid >= config->rrid_num) {
        return (RmIopmpVerdict) { .etype = RM_IOPMP_UNKNOWN_RRID };
    }
    if (p->stalled >> rrid & 1) {
        return (RmIopmpVerdict) { .etype = RM_IOPMP_STALLED };
    }
    if ((type == RM_IOPMP_WRITE && config->no_w) ||
        (type == RM_IOPMP_FETCH && config->no_x)) {
        return (RmIopmpVerdict) { .etype = RM_IOPMP_NO_HIT };
    }
    return check_entries(p, t, rrid, type, eids);
}

RmIopmpVerdict rm_iopmp_check(const RmChecker *c, uint64_t addr,
                              uint64_t size, unsigned rrid, RmIopmpType type)
{
    const Iopmp *p = (const Iopmp *)c;

    return iopmp_check(p, (Span) { addr >> 2, (addr + size - 1) >> 2 }, rrid,
                       iopmp_seen_as(p, type), NULL);
}
