/*
 * The audit: every entry that the subject holds, against what the oracle
 * allows it to do.  It finds the wrong entry before an access uses it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>
#include <stdio.h>

#include "compare.h"

/* More than are live in any scenario; a subject with more is suspect. */
#define ENTRIES_MAX 512

static const char *const types[] = { "load", "store", "fetch" };

__attribute__((format(printf, 5, 6)))
static bool bad(Divergence *d, RmClause clause, const CachedEntry *c,
                unsigned type, const char *fmt, ...)
{
    int n = snprintf(d->what, sizeof(d->what), "audit: %s entry idx=%u "
                     "va=0x%x%s%s: ", c->victim ? "victim" : "TLB",
                     c->mmu_idx, c->va,
                     type < RM_ACCESS_TYPES ? " " : "",
                     type < RM_ACCESS_TYPES ? types[type] : "");
    va_list ap;

    d->clause = clause;
    d->expected[0] = d->observed[0] = 0;
    va_start(ap, fmt);
    vsnprintf(d->what + n, sizeof(d->what) - n, fmt, ap);
    va_end(ap);
    return false;
}

/* Does another access type of the entry carry the host page of type @t? */
static bool carried_by_other(const CachedType *cached, const RmEntry *want,
                             unsigned t)
{
    for (unsigned u = 0; u < RM_ACCESS_TYPES; u++) {
        if (u != t && want->type[u].host &&
            want->type[u].region == cached->region &&
            want->type[u].offset == cached->offset) {
            return true;
        }
    }
    return false;
}

static bool check_type(const CachedEntry *c, const RmEntry *want, unsigned t,
                       Divergence *d)
{
    const CachedType *seen = &c->type[t];
    const RmEntryType *type = &want->type[t];

    if (!seen->live) {
        return true;
    }
    if (!type->allowed) {
        return bad(d, RM_C11_FAST_PATH, c, t,
                   "live, but the page table denies it");
    }
    if (type->deferred && !seen->deferred) {
        return bad(d, type->blame == RM_C2_DEFERRAL ? RM_C8_INDEPENDENT :
                   type->blame, c, t,
                   "the next access would not ask the IOMMU");
    }
    if (!seen->fast) {
        return true;
    }
    if (!type->host) {
        return bad(d, RM_C11_FAST_PATH, c, t,
                   "on the fast path, but it does not lead to RAM");
    }
    if (!type->fast) {
        return bad(d, RM_C9_DIRTY, c, t,
                   "on the fast path, but its page is not dirty");
    }
    if (seen->region != type->region || seen->offset != type->offset) {
        bad(d, carried_by_other(seen, want, t) ? RM_C7_ADDEND : RM_C3_TARGET,
            c, t, "the addend leads elsewhere");
        snprintf(d->expected, sizeof(d->expected), "%s+0x%x",
                 region_name(type->region), type->offset);
        snprintf(d->observed, sizeof(d->observed), "%s+0x%x",
                 region_name(seen->region), seen->offset);
        return false;
    }
    return true;
}

static bool check_entry(const CachedEntry *c, const RmEntry *want,
                        Divergence *d)
{
    if (c->mmu_idx >= RM_MMU_IDX) {
        return bad(d, RM_C11_FAST_PATH, c, RM_ACCESS_TYPES,
                   "live, in an MMU index that nobody uses");
    }
    if (!want->present) {
        return bad(d, want->blame, c, RM_ACCESS_TYPES,
                   "live, but it should be gone");
    }
    if (c->pa != want->pa || c->wid != want->wid) {
        bad(d, RM_C3_TARGET, c, RM_ACCESS_TYPES, "for another mapping");
        snprintf(d->expected, sizeof(d->expected), "pa=0x%x attrs=wid:%u",
                 want->pa, want->wid);
        snprintf(d->observed, sizeof(d->observed), "pa=0x%x attrs=wid:%u",
                 c->pa, c->wid);
        return false;
    }
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        if (!check_type(c, want, t, d)) {
            return false;
        }
    }
    return true;
}

/* C11: a type that may be fast is fast after its first use. */
static bool check_used(const CachedEntry *c, const RmEntry *want,
                       const Op *op, Divergence *d)
{
    unsigned t = op->kind == OP_LOAD ? RM_LOAD :
                 op->kind == OP_STORE ? RM_STORE : RM_FETCH;

    if (!c->victim && c->cpu == op->cpu && c->mmu_idx == op->idx &&
        c->va == (op->va & RM_PAGE_MASK) &&
        want->type[t].fast && !c->type[t].fast) {
        return bad(d, RM_C11_FAST_PATH, c, t,
                   "not on the fast path after it was used");
    }
    return true;
}

bool compare_entries(Engine *oracle, Engine *subject, bool all, const Op *op,
                     bool op_done, Divergence *d)
{
    CachedEntry cached[ENTRIES_MAX];
    unsigned n = subject->ops->entries(subject, all, cached, ENTRIES_MAX);

    for (unsigned i = 0; i < n && i < ENTRIES_MAX; i++) {
        const CachedEntry *c = &cached[i];
        RmEntry want;

        oracle->ops->entry(oracle, c->cpu, c->mmu_idx % RM_MMU_IDX, c->va,
                           &want);
        if (!check_entry(c, &want, d) ||
            (op_done && !check_used(c, &want, op, d))) {
            return false;
        }
    }
    return true;
}
