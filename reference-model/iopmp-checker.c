/*
 * The RISC-V IOPMP in the place of an IOMMU, and what becomes of an access
 * that it denies.
 *
 * Where the specification leaves a choice: the interrupt is raised as the
 * record is captured, and stays until ERR_INFO.v is cleared.  A requester
 * that is stalled is denied: nothing here can wait.  What is suppressed as
 * the first violation is so as a subsequent one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "iopmp-choices.h"
#include "iopmp-regs.h"
#include "iopmp-rules.h"

static unsigned iopmp_settings(const RmChecker *c, RmSetting out[RM_SETTINGS])
{
    const RmIopmpConfig *config = config_of((const Iopmp *)c);
    const RmSetting settings[] = {
        { "version", choices_of((const Iopmp *)c)->version == RM_IOPMP_0_7 ?
                     70 : 82 },
        { "srcmd_fmt", config->srcmd_fmt },
        { "mdcfg_fmt", config->mdcfg_fmt },
        { "md_entry_num", config->md_entry_num },
        { "md_num", config->md_num },
        { "granularity", config->granularity },
        { "rrid_num", config->rrid_num },
        { "entry_num", config->entry_num },
        { "prio_entry", config->prio_entry },
        { "all_prio", config->all_prio },
        { "prio_fixed", config->prio_fixed },
        { "chk_x", config->chk_x },
        { "no_x", config->no_x },
        { "no_w", config->no_w },
        { "no_tor", config->no_tor },
        { "no_addrh", config->no_addrh },
        { "no_err_rec", config->no_err_rec },
        { "sps", config->sps },
        { "peis", config->peis },
        { "pees", config->pees },
        { "mfr", config->mfr },
        { "stall", config->stall },
        { "transl", config->transl },
        { "transl_fixed", config->transl_fixed },
        { "msi", config->msi },
        { "no_mdlck", config->no_mdlck },
        { "mdlck", config->mdlck },
        { "mdcfglck", config->mdcfglck },
        { "entrylck", config->entrylck },
        { "entryoffset", RM_IOPMP_ENTRYOFFSET },
    };

    memcpy(out, settings, sizeof(settings));
    return sizeof(settings) / sizeof(*settings);
}

/* --- As an IOMMU ---------------------------------------------------------- */

/* All unknown requesters are alike. */
static unsigned iopmp_index(const RmChecker *c, unsigned attrs)
{
    unsigned rrid = attrs & RM_WID_MASK;
    unsigned rrids = config_of((const Iopmp *)c)->rrid_num;

    return rrid < rrids ? rrid : rrids;
}

static bool passes(const Iopmp *p, Span t, unsigned rrid, bool is_write)
{
    return iopmp_check(p, t, rrid, is_write ? RM_IOPMP_WRITE : RM_IOPMP_READ,
                       NULL).etype == RM_IOPMP_PASSES;
}

/* The words around @word up to where an entry begins or ends: all are alike. */
static Span undivided(const Iopmp *p, uint64_t word)
{
    Span t = { 0, UINT64_MAX };

    for (unsigned k = 0; k < p->n_active; k++) {
        Span e = p->span[p->active[k]];

        if (word < e.first) {
            e = (Span) { 0, e.first - 1 };
        } else if (word > e.last) {
            e = (Span) { e.last + 1, UINT64_MAX };
        }
        t.first = e.first > t.first ? e.first : t.first;
        t.last = e.last < t.last ? e.last : t.last;
    }
    return t;
}

/* Is each word of @t denied? */
static bool all_denied(const Iopmp *p, Span t, unsigned rrid, bool is_write)
{
    bool denied = !passes(p, (Span) { t.first, t.first }, rrid, is_write);

    for (unsigned k = 0; denied && k < p->n_active; k++) {
        Span e = p->span[p->active[k]];
        uint64_t edge[] = { e.first, e.last + 1 };

        for (unsigned n = 0; denied && n < 2; n++) {
            if (edge[n] > t.first && edge[n] <= t.last) {
                denied = !passes(p, (Span) { edge[n], edge[n] }, rrid,
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
    uint32_t widest = choices_of(p)->narrow && !c->asked_once ? 0xff :
                                                                UINT32_MAX;
    bool pass[2] = { passes(p, t, index, false), passes(p, t, index, true) };
    Span alike = undivided(p, t.first);
    RmDecision d = { .allowed = pass[is_write], .addr_mask = 3 };

    d.perm = (pass[0] == d.allowed ? RM_R : 0) |
             (pass[1] == d.allowed ? RM_W : 0);

    for (uint32_t mask = 7; mask <= widest && (addr | mask) < p->size;
         mask = mask * 2 + 1) {
        t = (Span) { (addr & ~mask) >> 2, (addr | mask) >> 2 };
        for (unsigned dir = iopmp_covers(alike, t) ? 2 : 0; dir < 2; dir++) {
            if (pass[dir] ? !passes(p, t, index, dir)
                          : !all_denied(p, t, index, dir)) {
                return d;
            }
        }
        d.addr_mask = mask;
    }
    return d;
}

/* --- What is left to an implementation ------------------------------------ */

/* The type of an access, of which the instance is told. */
static RmIopmpType type_of(const Iopmp *p, RmAccessType access)
{
    static const RmIopmpType types[RM_ACCESS_TYPES] = {
        [RM_LOAD] = RM_IOPMP_READ, [RM_STORE] = RM_IOPMP_WRITE,
        [RM_FETCH] = RM_IOPMP_FETCH,
    };

    return iopmp_seen_as(p, types[access]);
}

/*
 * Whose an entry is, if MDCFG is improper, nobody knows; it is a question
 * only where a requester is in some of the domains that may have it, or where
 * these have rights of their own.  Is there one in the page of @addr, about
 * which TLBs know no more?
 */
static bool touches_improper(const Iopmp *p, unsigned rrid, uint32_t addr)
{
    const RmIopmpConfig *config = config_of(p);
    Span page = { (addr & RM_PAGE_MASK) >> 2,
                  (addr | (RM_PAGE_SIZE - 1)) >> 2 };

    if (!p->enable || !p->any_improper ||
        rrid >= config->rrid_num || !iopmp_domains(p, rrid)) {
        return false;
    }
    for (unsigned i = 0; i < config->entry_num; i++) {
        if (p->improper[i / 64] >> i % 64 & 1 &&
            iopmp_touches(p->span[i], page)) {
            return true;
        }
    }
    return false;
}

/*
 * A fetch is asked about as a read is, and is told from it only where it is
 * denied: what then becomes of one that the entries would let pass, no
 * specification says.
 */
static bool iopmp_undefined(const RmChecker *c, unsigned index, uint32_t addr,
                            RmAccessType access)
{
    const Iopmp *p = (const Iopmp *)c;
    Span t = { addr >> 2, addr >> 2 };

    if (touches_improper(p, index, addr)) {
        return true;
    }
    return type_of(p, access) == RM_IOPMP_FETCH &&
           !passes(p, t, index, false) &&
           iopmp_check(p, t, index, RM_IOPMP_FETCH, NULL).etype ==
           RM_IOPMP_PASSES;
}

/* --- A denied access ------------------------------------------------------ */

/* A message in the place of the line: it can get lost. */
static void send_msi(Iopmp *p)
{
    uint64_t addr = p->err_msiaddr << (config_of(p)->no_addrh ? 2 : 0);

    if (addr < RM_MSI_SIZE) {
        p->checker.msi = (RmMsi) {
            .sent = true, .addr = addr,
            .value = ERR_CFG_MSIDATA(p->err_cfg),
        };
    } else {
        p->err_info |= ERR_INFO_MSI_WERR;
    }
}

/* Keep the record of the first violation; of others, who it was (MFR). */
static void capture(Iopmp *p, const RmIopmpVerdict *v, uint32_t addr,
                    unsigned rrid, RmIopmpType type, bool interrupt)
{
    uint16_t eid = v->eid;

    if (config_of(p)->no_err_rec) {
        return;
    }
    if (p->err_info & ERR_INFO_V) {
        if (config_of(p)->mfr && rrid < config_of(p)->rrid_num) {
            p->subsequent |= 1ull << rrid;
        }
        return;
    }
    p->any_eid = v->etype > RM_IOPMP_PARTIAL_HIT;
    if (p->any_eid) {
        eid = choices_of(p)->no_eid;
    } else if (choices_of(p)->last_denies) {
        for (unsigned i = 0; i < RM_IOPMP_ENTRIES; i++) {
            eid = p->eids[i / 64] >> i % 64 & 1 ? i : eid;
        }
    }
    if (choices_of(p)->eid_absent) {
        eid = NO_EID;
    }
    p->err_info = ERR_INFO_V | type << 1 | v->etype << 4 |
                  (p->err_info & ERR_INFO_MSI_WERR);
    p->err_reqaddr = addr >> 2;
    p->err_reqid = rrid | (uint32_t)eid << 16;
    p->irq = interrupt && !(p->err_cfg & ERR_CFG_MSI);
    if (interrupt && !p->irq) {
        send_msi(p);
    }
}

/*
 * The IOPMP may have changed since it denied the access.  What it would let
 * pass by now leaves no record; it is too late to let it pass.
 */
static RmResponse iopmp_denied(RmChecker *c, uint32_t addr, unsigned size,
                               unsigned attrs, RmAccessType access,
                               uint64_t *value)
{
    Iopmp *p = (Iopmp *)c;
    unsigned rrid = attrs & RM_WID_MASK;
    RmIopmpType type = type_of(p, access);
    Span t = { addr >> 2, (addr + size - 1) >> 2 };
    uint64_t eids[RM_IOPMP_ENTRIES / 64];
    RmIopmpVerdict v = iopmp_check(p, t, rrid, type, eids);
    bool error = !(p->err_cfg & ERR_CFG_RS) && !v.no_error;
    bool interrupt = p->err_cfg & ERR_CFG_IE && !v.no_interrupt;
    bool recorded = choices_of(p)->version == RM_IOPMP_0_7 ?
                    error || !v.some_no_interrupt : error || interrupt;

    if (v.etype != RM_IOPMP_PASSES && recorded) {
        if (!(p->err_info & ERR_INFO_V)) {
            memcpy(p->eids, eids, sizeof(eids));
        }
        capture(p, &v, addr, rrid, type, interrupt);
    }
    if (access != RM_STORE) {
        *value = choices_of(p)->rdata[__builtin_ctz(size)];
    }
    return error ? RM_TX_ERROR : RM_TX_OK;
}

static bool iopmp_irq(const RmChecker *c)
{
    return ((const Iopmp *)c)->irq;
}

/* -------------------------------------------------------------------------- */

static const RmCheckerOps iopmp_ops = {
    .name = "iopmp",
    .size = sizeof(Iopmp),
    .regs = { .valid_min = 4, .valid_max = 4, .impl_min = 4, .impl_max = 4 },
    .blocked = { .valid_min = 1, .valid_max = 8, .impl_min = 1, .impl_max = 8 },
    .regs_size = RM_IOPMP_REGISTERS,
    .reset = iopmp_reset,
    .settings = iopmp_settings,
    .access = iopmp_access,
    .has = iopmp_has,
    .learn = iopmp_learn,
    .knows = iopmp_knows,
    .choose = iopmp_choose,
    .accept = iopmp_accept,
    .index = iopmp_index,
    .decide = iopmp_decide,
    .undefined = iopmp_undefined,
    .denied = iopmp_denied,
    .irq = iopmp_irq,
};

RmChecker *rm_iopmp_new(void)
{
    Iopmp *p = calloc(1, sizeof(*p));

    if (!p) {
        return NULL;
    }
    p->checker.ops = &iopmp_ops;
    for (unsigned i = 0; i < RM_IOPMP_CONFIGS; i++) {
        p->choices[i] = iopmp_default_choices(&rm_iopmp_configs[i]);
    }
    return &p->checker;
}
