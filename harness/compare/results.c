/*
 * The comparison of outcomes, events, memory and dirty bits; and which
 * clause a difference breaks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "event.h"
#include "results.h"

__attribute__((format(printf, 3, 4)))
static bool differ(Divergence *d, RmClause clause, const char *fmt, ...)
{
    va_list ap;

    *d = (Divergence) { .clause = clause, .op = d->op };
    va_start(ap, fmt);
    vsnprintf(d->what, sizeof(d->what), fmt, ap);
    va_end(ap);
    return false;
}

/*
 * The next event that is compared in order.  Fills, translations and lost
 * code are not: the oracle was told of them and has judged them.
 */
static const RmEvent *next_event(const RmLog *log, unsigned *pos)
{
    while (*pos < rm_log_len(log)) {
        const RmEvent *ev = &log->ev[(*pos)++];

        if (ev->kind != RM_EV_FILL && ev->kind != RM_EV_TRANSLATE &&
            ev->kind != RM_EV_CODE) {
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
           a->flag == b->flag &&
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

/* Which clause is broken by @seen in the place of @want?  Either may be NULL */
static RmClause event_clause(const RmEvent *want, const RmEvent *seen)
{
    if (either(want, seen, RM_EV_EARLY)) {
        return RM_C13_NOTIFY;
    }
    if (either(want, seen, RM_EV_UNALIGNED) ||
        either(want, seen, RM_EV_PAGE_FAULT)) {
        return RM_C18_ORDER;
    }
    if (either(want, seen, RM_EV_WATCH)) {
        return RM_C19_WATCHPOINT;
    }
    if (goes_on(want, seen)) {
        return RM_C16_CROSSING;
    }
    if (is_decode_error(want)) {
        return is_decode_error(seen) ? RM_C18_ORDER : RM_C4_PERMISSION;
    }
    if (of_registers(want) && of_registers(seen) &&
        want->addr == seen->addr && want->size == seen->size) {
        return RM_D2_REGISTER;
    }
    if (is_device(want) && is_device(seen)) {
        return want->size != seen->size ? RM_C16_CROSSING : RM_C3_TARGET;
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

static bool compare_logs(const RmLog *oracle, const RmLog *subject,
                         Divergence *d)
{
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
               RM_D4_RESPONSE : event_clause(want, seen), "%s",
               !want ? "an event that must not happen" :
               !seen ? "an event is missing" : "events differ");
        strcpy(d->expected, "nothing more");
        strcpy(d->observed, "nothing more");
        if (want) {
            event_print(want, d->expected, sizeof(d->expected));
        }
        if (seen) {
            event_print(seen, d->observed, sizeof(d->observed));
        }
        return false;
    }
    return true;
}

static const struct {
    const char *name;
    RmClause clause;        /* broken by one side alone that ends so */
} outcomes[] = {
    [RM_DONE] = { "done", RM_NO_CLAUSE },
    [RM_PAGE_FAULT] = { "page fault", RM_C18_ORDER },
    [RM_TX_FAILED] = { "failed transaction", RM_C4_PERMISSION },
    [RM_UNALIGNED] = { "unaligned", RM_C18_ORDER },
    [RM_WATCHPOINT] = { "watchpoint", RM_C19_WATCHPOINT },
    [RM_ATOMIC] = { "EXCP_ATOMIC", RM_C17_ATOMIC },
    [RM_ASSERTED] = { "assertion", RM_C7_ADDEND },
};

void outcome_print(const EngineResult *e, char *buf, size_t len)
{
    if (e->r.status != RM_DONE) {
        snprintf(buf, len, "%s", outcomes[e->r.status].name);
    } else if (e->r.value_hi) {
        snprintf(buf, len, "done, value 0x%" PRIx64 "%016" PRIx64,
                 e->r.value_hi, e->r.value);
    } else {
        snprintf(buf, len, "done, value 0x%" PRIx64, e->r.value);
    }
}

static RmClause outcome_clause(const RmResult *want, const RmResult *seen)
{
    if (want->conflict) {
        return RM_C7_ADDEND;
    }
    if (want->status == seen->status) {
        return RM_C3_TARGET;
    }
    return want->status != RM_DONE ? outcomes[want->status].clause :
                                     outcomes[seen->status].clause;
}

bool compare_results(const EngineResult *oracle, const EngineResult *subject,
                     Divergence *d)
{
    const RmResult *want = &oracle->r, *seen = &subject->r;

    if (seen->status == RM_ASSERTED) {
        return want->conflict ||
               differ(d, RM_C7_ADDEND, "an assertion that was not predicted: "
                      "%s", subject->assertion);
    }
    if (seen->log.n > RM_LOG_MAX) {
        return differ(d, RM_C16_CROSSING, "%u events in one operation",
                      seen->log.n);
    }
    if (want->violation.clause) {
        return differ(d, want->violation.clause, "%s", want->violation.text);
    }
    if (!compare_logs(&want->log, &seen->log, d)) {
        return false;
    }
    if (want->status != seen->status || want->value != seen->value ||
        want->value_hi != seen->value_hi) {
        differ(d, outcome_clause(want, seen), "the outcome differs");
        outcome_print(oracle, d->expected, sizeof(d->expected));
        outcome_print(subject, d->observed, sizeof(d->observed));
        return false;
    }
    return true;
}

bool compare_dirty(const RmDirty *oracle, const RmDirty *subject,
                   Divergence *d)
{
    static const char *const clients[] = { "vga", "code", "migration" };

    if (!memcmp(oracle, subject, sizeof(*oracle))) {
        return true;
    }
    for (unsigned r = 0; r < RM_RAMS; r++) {
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            unsigned want = oracle->bits[r][c], seen = subject->bits[r][c];

            for (unsigned page = 0; page < RM_RAM_PAGES; page++) {
                if ((want ^ seen) >> page & 1) {
                    differ(d, c == RM_CODE ? RM_C10_CODE : RM_C9_DIRTY,
                           "the %s dirty bit of %s+0x%x is %s", clients[c],
                           region_name(r), page * RM_PAGE_SIZE,
                           seen >> page & 1 ? "set, and must not be" :
                                              "clear, and must be set");
                    d->by = BY_DIRTY;
                    d->client = c;
                    d->region = r;
                    d->offset = page * RM_PAGE_SIZE;
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
    differ(d, RM_C3_TARGET, "memory differs at %s+0x%x", region_name(region),
           offset);
    d->by = BY_MEMORY;
    d->region = region;
    d->offset = offset;
    snprintf(d->expected, sizeof(d->expected), "0x%02x", *want);
    snprintf(d->observed, sizeof(d->observed), "0x%02x", *seen);
    return false;
}
