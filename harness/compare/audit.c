/*
 * The audit: every entry that the subject holds, against what the oracle
 * allows it to do.  It finds the wrong entry before an access uses it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "audit.h"

/* More than are live in any scenario, the crowd included. */
#define ENTRIES_MAX 8192

/* Returns false: a divergence, with all that @c alone says of it. */
static bool bad(Divergence *d, RmClause clause, const CachedEntry *c,
                unsigned type, AuditReason reason)
{
    *d = (Divergence) {
        .clause = clause, .op = d->op, .kind = DIFFER_ENTRY,
        .entry = {
            .reason = reason, .cpu = c->cpu, .mmu_idx = c->mmu_idx,
            .victim = c->victim, .va = c->va, .type = type,
        },
    };
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
        return bad(d, RM_C11_FAST_PATH, c, t, AUDIT_DENIED);
    }
    if (!type->cached) {
        return bad(d, type->slow, c, t, AUDIT_UNCACHED);
    }
    if (type->deferred && !seen->deferred) {
        return bad(d, type->blame != RM_C2_DEFERRAL ? type->blame :
                   c->victim ? RM_C12_VICTIM :
                   type->small ? RM_C6_GRANULARITY : RM_C8_INDEPENDENT, c, t,
                   AUDIT_UNTRANSLATED);
    }
    if (!seen->fast) {
        return true;
    }
    if (!type->host) {
        return bad(d, type->slow, c, t, AUDIT_NO_MEMORY);
    }
    if (!type->fast) {
        return bad(d, type->slow, c, t,
                   type->slow == RM_C9_DIRTY || type->slow == RM_C10_CODE ?
                   AUDIT_NOT_DIRTY : AUDIT_UNCHECKED);
    }
    if (seen->region != type->region || seen->offset != type->offset) {
        bad(d, carried_by_other(seen, want, t) ? RM_C7_ADDEND : RM_C3_TARGET,
            c, t, AUDIT_ADDEND);
        d->entry.want = (RegionOffset) { type->region, type->offset };
        d->entry.seen = (RegionOffset) { seen->region, seen->offset };
        return false;
    }
    return true;
}

/*
 * C12: an entry of the victim TLB was whole when it was looked at in its
 * place.  And one with the second half of another page of its slot took
 * part in an exchange.
 */
static bool came_from_victim(Engine *oracle, const CachedEntry *c)
{
    bool found = c->victim;

    for (unsigned bank = 0; bank < RM_VA_BANKS && !found; bank++) {
        uint32_t va = bank << RM_BANK_BITS |
                      (c->va & ((1u << RM_BANK_BITS) - 1));
        RmEntry other;

        oracle->ops->entry(oracle, c->cpu, c->mmu_idx, va, &other);
        found = va != c->va && other.present && other.pa == c->pa &&
                other.attrs == c->attrs;
    }
    return found;
}

static bool check_entry(Engine *oracle, const CachedEntry *c,
                        const RmEntry *want, Divergence *d)
{
    if (c->mmu_idx >= RM_MMU_IDX) {
        return bad(d, RM_C11_FAST_PATH, c, RM_ACCESS_TYPES,
                   AUDIT_MMU_INDEX);
    }
    if (!want->present) {
        return bad(d, want->blame, c, RM_ACCESS_TYPES, AUDIT_GONE);
    }
    if (c->pa != want->pa || c->attrs != want->attrs) {
        bad(d, came_from_victim(oracle, c) ? RM_C12_VICTIM : RM_C3_TARGET, c,
            RM_ACCESS_TYPES, AUDIT_MAPPING);
        d->entry.want_pa = want->pa;
        d->entry.want_attrs = want->attrs;
        d->entry.seen_pa = c->pa;
        d->entry.seen_attrs = c->attrs;
        return false;
    }
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        if (!check_type(c, want, t, d)) {
            return false;
        }
    }
    return true;
}

bool compare_entry(Engine *oracle, const CachedEntry *c, unsigned type,
                   Divergence *d)
{
    CachedEntry one = *c;
    RmEntry want;

    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        one.type[t].live &= t == type;
    }
    oracle->ops->entry(oracle, c->cpu, c->mmu_idx % RM_MMU_IDX, c->va, &want);
    return !one.type[type].live || check_entry(oracle, &one, &want, d);
}

/* What the subject says of its notifiers: IOMMU indexes, a bit each. */
typedef struct Notifiers {
    uint32_t indexes[RM_CPUS][RM_IOMMUS];
} Notifiers;

static Notifiers notifiers(Engine *subject)
{
    Notifiers n;

    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned i = 0; i < RM_IOMMUS; i++) {
            n.indexes[cpu][i] = subject->ops->notifiers(subject, cpu, i);
        }
    }
    return n;
}

/* C13: what an IOMMU said may stay cached only if its changes are heard of. */
static bool check_notifiers(const Notifiers *n, const CachedEntry *c,
                            const RmEntry *want, Divergence *d)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        for (unsigned i = 0; i < RM_IOMMUS; i++) {
            if (c->type[t].live && !c->type[t].deferred &&
                want->type[t].asked[i] &&
                !(n->indexes[c->cpu][i] >> want->index & 1)) {
                bad(d, RM_C13_NOTIFY, c, t, AUDIT_NOTIFIER);
                d->entry.iommu = i;
                return false;
            }
        }
    }
    return true;
}

/* The access types that @op, having ended well, has used; a bit each. */
static unsigned types_used(const Op *op)
{
    return op_is_access(op) && !op_is(op, OPF_CONDITIONAL) ? op_types(op) : 0;
}

/*
 * C11: a type that may be fast is fast after its first use.  Not so after an
 * access that crosses pages: its second page can be what made the first one
 * dirty for all clients.
 */
static bool check_used(const CachedEntry *c, const RmEntry *want,
                       const Op *op, Divergence *d)
{
    uint32_t end = (op->va & ~RM_PAGE_MASK) + (1u << op->lg_size);

    if (end > RM_PAGE_SIZE) {
        return true;
    }
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        if (types_used(op) & RM_PROT(t) && want->type[t].must_be_fast &&
            !c->type[t].fast) {
            return bad(d, RM_C11_FAST_PATH, c, t, AUDIT_NOT_FAST);
        }
    }
    return true;
}

/* Is @c the entry that @op has used, and slow for one of its types? */
static bool is_slow_after(const CachedEntry *c, const Op *op)
{
    unsigned slow = 0;

    if (c->victim || c->cpu != op->cpu || c->mmu_idx != op->idx ||
        c->va != (op->va & RM_PAGE_MASK)) {
        return false;
    }
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        slow |= c->type[t].fast ? 0 : RM_PROT(t);
    }
    return types_used(op) & slow;
}

/*
 * What was found good stays so until either side changes.  The notifiers
 * are of all entries.
 */
typedef struct Memory {
    uint64_t slot[ENGINE_SLOTS];        /* entry_version(), when checked */
    uint64_t version;                   /* of all, when checked last */
    Notifiers notifiers;
} Memory;

static bool is_known(Engine *oracle, Memory *memory, const CachedEntry *c)
{
    uint64_t version;
    bool known;

    if (c->slot >= ENGINE_SLOTS) {
        return false;
    }
    version = oracle->ops->entry_version(oracle, c->cpu,
                                         c->mmu_idx % RM_MMU_IDX, c->va);
    known = c->same && memory->slot[c->slot] == version;
    memory->slot[c->slot] = version;
    return known;
}

/*
 * C22: the count of entries decides about the size of the table.  It may be
 * an estimate, as sizes are free; below 0 it is a size that nobody wants.
 */
static bool check_counts(Engine *subject, Divergence *d)
{
    unsigned cpu, mmu_idx;
    CachedEntry c = { .slot = ENGINE_SLOTS };

    if (!subject->ops->miscounted ||
        !subject->ops->miscounted(subject, &cpu, &mmu_idx)) {
        return true;
    }
    c.cpu = cpu;
    c.mmu_idx = mmu_idx;
    return bad(d, RM_C22_ASSERTION, &c, RM_ACCESS_TYPES, AUDIT_MISCOUNTED);
}

static Memory memory;

void audit_forget(void)
{
    memset(memory.slot, 0xff, sizeof(memory.slot));
    memory.version = UINT64_MAX;
}

bool compare_entries(Engine *oracle, Engine *subject, bool all, const Op *op,
                     bool op_done, Audited *audited, Divergence *d)
{
    /* not on the stack, where ASan would paint all of it each time */
    static CachedEntry cached[ENTRIES_MAX];
    Notifiers n = notifiers(subject);
    bool heard = !memcmp(&n, &memory.notifiers, sizeof(n));
    uint64_t version = oracle->ops->version(oracle);
    bool same = heard && version == memory.version;
    unsigned listed = subject->ops->entries(subject, all ? ENTRIES_ALL :
                                            same ? ENTRIES_CHANGED :
                                                   ENTRIES_KNOWN,
                                            cached, ENTRIES_MAX);
    /* not in the loop: ASan would paint it each time around */
    RmEntry want;

    memory.notifiers = n;
    memory.version = version;
    for (unsigned i = 0; i < listed && i < ENTRIES_MAX; i++) {
        const CachedEntry *c = &cached[i];
        bool slow = op_done && is_slow_after(c, op);

        audited->entries++;
        audited->victims += c->victim;
        if (is_known(oracle, &memory, c) && heard && !slow) {
            continue;
        }
        oracle->ops->entry(oracle, c->cpu, c->mmu_idx % RM_MMU_IDX, c->va,
                           &want);
        if (!check_entry(oracle, c, &want, d) ||
            !check_notifiers(&n, c, &want, d) ||
            (slow && !check_used(c, &want, op, d))) {
            return false;
        }
    }
    return check_counts(subject, d);
}
