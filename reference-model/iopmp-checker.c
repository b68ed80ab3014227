/*
 * The RISC-V IOPMP in the place of an IOMMU, and what becomes of an access
 * that it denies.
 *
 * Where the specification leaves a choice: the interrupt is raised as the
 * record is captured, and stays until ERR_REQINFO.v is cleared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "iopmp-regs.h"
#include "iopmp-rules.h"

/* --- As an IOMMU ---------------------------------------------------------- */

/* All unknown requesters are alike. */
static unsigned iopmp_index(const RmChecker *c, unsigned attrs)
{
    unsigned rrid = attrs & RM_WID_MASK;

    return rrid < RM_IOPMP_RRIDS ? rrid : RM_IOPMP_RRIDS;
}

static bool passes(const Iopmp *p, Span t, unsigned rrid, bool is_write)
{
    return iopmp_check(p, t, rrid, is_write ? RM_IOPMP_WRITE : RM_IOPMP_READ)
           .etype == RM_IOPMP_PASSES;
}

/* Does an entry of the requester begin or end in @t?  If not, all is alike. */
static bool divided(const Iopmp *p, Span t, unsigned rrid)
{
    for (unsigned i = 0; rrid < RM_IOPMP_RRIDS && i < RM_IOPMP_ENTRIES; i++) {
        if (p->entries[rrid] >> i & 1 && iopmp_touches(p->span[i], t) &&
            !iopmp_covers(p->span[i], t)) {
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
