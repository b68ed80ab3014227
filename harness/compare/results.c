/*
 * The comparison of outcomes, events, memory and dirty bits; and which
 * clause a difference breaks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "results.h"
#include "told.h"

/* Returns false: a divergence, of which the details are to be filled in. */
static bool differ(Divergence *d, RmClause clause, DivergenceKind kind)
{
    *d = (Divergence) { .clause = clause, .op = d->op, .kind = kind };
    return false;
}

/*
 * The next event that is compared in order.  Fills, translations, lost code,
 * cleared bits and who logs are not: the oracle was told of them and has judged
 * them.
 */
static const RmEvent *next_event(const RmLog *log, unsigned *pos)
{
    while (*pos < rm_log_len(log)) {
        const RmEvent *ev = &log->ev[(*pos)++];

        if (ev->kind != RM_EV_FILL && ev->kind != RM_EV_TRANSLATE &&
            ev->kind != RM_EV_CODE && ev->kind != RM_EV_LOG_CLEAR &&
            ev->kind != RM_EV_LOG_ALL) {
            return ev;
        }
    }
    return NULL;
}

static bool is_device(const RmEvent *ev)
{
    return ev && (ev->kind == RM_EV_DEV_READ || ev->kind == RM_EV_DEV_WRITE);
}

static bool is_decode_error(const RmEvent *ev)
{
    return ev && ev->kind == RM_EV_TX_FAILED &&
           ev->response == RM_TX_DECODE_ERROR;
}

static bool same_event(const RmEvent *a, const RmEvent *b)
{
    return a->kind == b->kind && a->cpu == b->cpu &&
           a->mmu_idx == b->mmu_idx && a->type == b->type &&
           a->size == b->size && a->region == b->region &&
           a->attrs == b->attrs && a->response == b->response &&
           a->flag == b->flag && a->index == b->index &&
           a->addr == b->addr && a->pa == b->pa && a->value == b->value;
}

/* Does it reach the registers of a checker? */
static bool of_registers(const RmEvent *ev)
{
    return is_device(ev) && rm_is_checker(ev->region) &&
           !rm_is_denied(ev->region);
}

static bool either(const RmEvent *want, const RmEvent *seen, RmEventKind kind)
{
    return (want && want->kind == kind) || (seen && seen->kind == kind);
}

static bool is_failure(const RmEvent *ev)
{
    return ev && ev->kind == RM_EV_TX_FAILED;
}

/* Does the access go on where it has to stop? */
static bool goes_on(const RmEvent *want, const RmEvent *seen)
{
    return is_failure(want) &&
           ((is_device(seen) && !is_decode_error(want)) ||
            (is_failure(seen) && seen->addr >= want->addr + want->size));
}

/* Has an IOMMU a part in the transaction that fails? */
static bool by_iommu(const RmResult *r, const RmEvent *failed)
{
    for (unsigned i = 0; i < r->n_paths; i++) {
        if (failed->addr - r->path[i].va < r->path[i].size) {
            return r->path[i].iommu;
        }
    }
    return false;
}

/* What such a read gives, or that it gives nothing, is the checker's own. */
static bool reads_denied(const RmEvent *ev)
{
    return ev && ev->kind == RM_EV_DEV_READ && rm_is_denied(ev->region);
}

/*
 * Which clause is broken by @seen in the place of @want, an event of @r?
 * Either may be NULL.
 */
static RmClause event_clause(const RmResult *r, const RmEvent *want,
                             const RmEvent *seen)
{
    if (either(want, seen, RM_EV_EARLY) || either(want, seen, RM_EV_UNMAP)) {
        return RM_C13_NOTIFY;
    }
    if (either(want, seen, RM_EV_UNALIGNED) ||
        either(want, seen, RM_EV_PAGE_FAULT)) {
        return RM_C18_ORDER;
    }
    if (either(want, seen, RM_EV_WATCH)) {
        return RM_C19_WATCHPOINT;
    }
    if (either(want, seen, RM_EV_MSI)) {
        return RM_D5_INTERRUPT;
    }
    if (goes_on(want, seen)) {
        return RM_C16_CROSSING;
    }
    if (is_decode_error(want)) {
        return is_decode_error(seen) ? RM_C18_ORDER :
               by_iommu(r, want) ? RM_C4_PERMISSION : RM_C3_TARGET;
    }
    if (of_registers(want) && of_registers(seen) &&
        want->addr == seen->addr && want->size == seen->size) {
        return RM_D2_REGISTER;
    }
    if (reads_denied(want) && reads_denied(seen) &&
        want->region == seen->region && want->addr == seen->addr &&
        want->size == seen->size) {
        return RM_D4_RESPONSE;
    }
    if (is_device(want) && is_device(seen)) {
        return want->region == seen->region && want->size != seen->size ? RM_C16_CROSSING : RM_C3_TARGET;
    }
    if (is_device(want) || is_device(seen) || is_decode_error(seen) ||
        either(want, seen, RM_EV_IRQ)) {
        return RM_C3_TARGET;
    }
    return RM_C18_ORDER;
}

/* Is @seen what the oracle's log has from @pos on: only the order is wrong? */
static bool comes_later(const RmLog *oracle, unsigned pos, const RmEvent *seen)
{
    const RmEvent *ev;

    while (is_device(seen) && (ev = next_event(oracle, &pos))) {
        if (same_event(ev, seen)) {
            return true;
        }
    }
    return false;
}

static bool compare_logs(const RmResult *r, const RmLog *subject,
                         Divergence *d)
{
    const RmLog *oracle = &r->log;
    unsigned i = 0, j = 0;
    bool denied = false;

    for (;;) {
        const RmEvent *want = next_event(oracle, &i);
        const RmEvent *seen = next_event(subject, &j);

        if (!want && !seen) {
            break;
        }
        if (want && seen && same_event(want, seen)) {
            denied = is_device(want) && rm_is_denied(want->region);
            continue;
        }
        differ(d, comes_later(oracle, i, seen) ? RM_C16_CROSSING :
               denied && (is_failure(want) || is_failure(seen)) ?
               RM_D4_RESPONSE : event_clause(r, want, seen), DIFFER_EVENT);
        if (want) {
            d->event.wanted = true;
            d->event.want = *want;
        }
        if (seen) {
            d->event.happened = true;
            d->event.seen = *seen;
        }
        return false;
    }
    return true;
}

/* The clause that is broken by one side alone that ends so. */
static const RmClause outcome_clauses[] = {
    [RM_DONE] = RM_NO_CLAUSE,
    [RM_PAGE_FAULT] = RM_C18_ORDER,
    [RM_TX_FAILED] = RM_C4_PERMISSION,
    [RM_UNALIGNED] = RM_C18_ORDER,
    [RM_WATCHPOINT] = RM_C19_WATCHPOINT,
    [RM_BREAKPOINT] = RM_C19_WATCHPOINT,
    [RM_ATOMIC] = RM_C17_ATOMIC,
    [RM_ASSERTED] = RM_C22_ASSERTION,
};

static RmClause outcome_clause(const RmResult *want, const RmResult *seen)
{
    if (want->conflict) {
        return RM_C7_ADDEND;
    }
    if (want->status == seen->status) {
        return want->small ? RM_C6_GRANULARITY : RM_C3_TARGET;
    }
    return outcome_clauses[want->status != RM_DONE ? want->status :
                                                     seen->status];
}

bool is_addend_conflict(const char *assertion)
{
    /* the first is that of this project's series */
    static const char *const texts[] = { "other == host", "addend" };

    for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (strstr(assertion, texts[i])) {
            return true;
        }
    }
    return false;
}

static bool compare_violation(const RmResult *want, Divergence *d)
{
    if (!want->violation.clause) {
        return true;
    }
    differ(d, want->violation.clause, DIFFER_VIOLATION);
    d->violation = want->violation;
    return false;
}

bool compare_code(const EngineResult *oracle, Divergence *d)
{
    return compare_violation(&oracle->r, d);
}

/*
 * C23: does generated code take the fast path where it can, and only there?
 * What is aligned to its size takes it with any host, up to 8 bytes; wider
 * accesses, and atomic ones, call helpers.
 */
static bool compare_path(const Op *op, const EngineResult *oracle,
                         const EngineResult *subject, Divergence *d)
{
    unsigned align = op->align == RM_ALIGN_NATURAL ? 0 : op->align;
    unsigned lg = align > op->lg_size ? align : op->lg_size;
    bool aligned = !(op->va & ((1u << lg) - 1));

    if (!op->via || !op_is(op, OPF_PLAIN) || op->lg_size > 3 ||
        !(subject->entered ? subject->hits && aligned : oracle->slow)) {
        return true;
    }
    differ(d, RM_C23_PATH, DIFFER_PATH);
    d->entered = subject->entered;
    return false;
}

bool compare_results(const Op *op, const EngineResult *oracle,
                     const EngineResult *subject, Divergence *d)
{
    const RmResult *want = &oracle->r, *seen = &subject->r;

    if (seen->status == RM_ASSERTED) {
        if ((want->conflict || want->may_conflict) &&
            is_addend_conflict(subject->assertion)) {
            return true;
        }
        differ(d, RM_C22_ASSERTION, DIFFER_ASSERTION);
        memcpy(d->assertion, subject->assertion, sizeof(d->assertion));
        return false;
    }
    if (subject->trespass) {
        differ(d, RM_C24_OWNER, DIFFER_OWNER);
        d->owner = __builtin_ctz(subject->trespass);
        return false;
    }
    if (seen->log.n > RM_LOG_MAX) {
        differ(d, RM_C16_CROSSING, DIFFER_FLOOD);
        d->flood = seen->log.n;
        return false;
    }
    if (want->violation.clause != RM_C10_CODE && !compare_violation(want, d)) {
        return false;
    }
    if (!compare_logs(want, &seen->log, d)) {
        return false;
    }
    if (want->status != seen->status || want->value != seen->value ||
        want->value_hi != seen->value_hi) {
        /* code that should not have been run says more than its value */
        if (want->status == seen->status && !compare_violation(want, d)) {
            return false;
        }
        differ(d, outcome_clause(want, seen), DIFFER_OUTCOME);
        d->outcome.want = outcome_of(op, want);
        d->outcome.seen = outcome_of(op, seen);
        return false;
    }
    return compare_path(op, oracle, subject, d) &&
           compare_told(op, oracle, subject, d);
}

bool compare_dirty(const RmDirty *oracle, const RmDirty *subject,
                   Divergence *d)
{
    if (!memcmp(oracle, subject, sizeof(*oracle))) {
        return true;
    }
    for (unsigned r = 0; r < RM_RAMS; r++) {
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            unsigned want = oracle->bits[r][c], seen = subject->bits[r][c];

            for (unsigned page = 0; page < RM_RAM_PAGES; page++) {
                if ((want ^ seen) >> page & 1) {
                    differ(d, c == RM_CODE ? RM_C10_CODE : RM_C9_DIRTY,
                           DIFFER_DIRTY);
                    d->dirty.client = c;
                    d->dirty.region = r;
                    d->dirty.offset = page * RM_PAGE_SIZE;
                    d->dirty.seen = seen >> page & 1;
                    return false;
                }
            }
        }
    }
    return true;
}

bool compare_host(Engine *oracle, Engine *subject, RmRegion region,
                  uint32_t offset, uint32_t len, Divergence *d)
{
    const uint8_t *want = oracle->ops->host(oracle, region) + offset;
    const uint8_t *seen = subject->ops->host(subject, region) + offset;

    if (!memcmp(want, seen, len)) {
        return true;
    }
    while (*want == *seen) {
        want++;
        seen++;
        offset++;
    }
    differ(d, RM_C3_TARGET, DIFFER_MEMORY);
    d->memory.region = region;
    d->memory.offset = offset;
    d->memory.want = *want;
    d->memory.seen = *seen;
    return false;
}
