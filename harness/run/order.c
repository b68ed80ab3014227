/*
 * What threads did at once: the orders of it, and the dirty bits, which no
 * order decides about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/compare/results.h"
#include "order.h"

/* More than that are not tried: there is hardly ever more than a handful. */
#define TRIED_MAX 4000

/* One thing that has its effect at once. */
typedef struct Part {
    enum {
        PART_OP,            /* an operation */
        PART_TOLD,          /* the CPUs are told of the change that it is */
        PART_WORK,          /* the work that is queued for the CPU */
        PART_STOPPED,       /* of an operation that was left, any part */
    } kind;
    const EngineDone *done;
    unsigned begin, end;    /* points in time: at some one between them */
} Part;

/* Pages of RAM that an operation must leave dirty; a bit each. */
typedef struct Written {
    uint8_t pages[RM_RAMS];
} Written;

typedef struct Search {
    const OrderSides *run;
    EngineResult *want;     /* of the oracle, of the operation at hand */
    const EngineAtOnce *what;
    struct {
        unsigned n, next;
        Part part[2 * ENGINE_DONE];
    } thread[RM_THREADS];
    RmDirty before, after;
    Written written[SCENARIO_OPS];  /* by the number of the operation */
    unsigned tried, depth, deepest;
    Divergence *d;          /* of the order that got furthest */
} Search;

static unsigned number_of(const Search *s, const EngineDone *done)
{
    return done->op - s->run->scenario->ops;
}

static bool others_are_told(const EngineDone *done)
{
    return done->op && done->op->kind == OP_IOMMU;
}

/* Has it been stopped because another thread has failed? */
static bool was_stopped(const EngineDone *done)
{
    return done->result->r.status == RM_ASSERTED &&
           strstr(done->result->assertion, "another thread has failed");
}

static void list_parts(Search *s)
{
    for (unsigned t = 0; t < RM_THREADS; t++) {
        for (unsigned i = 0; i < s->what->thread[t].n_done; i++) {
            const EngineDone *done = &s->what->thread[t].done[i];
            Part *part = &s->thread[t].part[s->thread[t].n];

            if (was_stopped(done)) {
                if (done->op) {
                    *part = (Part) {
                        PART_STOPPED, done, done->begin, done->end
                    };
                    s->thread[t].n++;
                }
                break;
            }
            *part = (Part) {
                done->op ? PART_OP : PART_WORK, done, done->begin, done->end
            };
            s->thread[t].n++;
            if (others_are_told(done)) {
                /* it is the harness's table, which is written at once */
                part->end = done->begin;
                part[1] = (Part) { PART_TOLD, done, done->begin, done->end };
                s->thread[t].n++;
            }
        }
    }
}

/* What comes next of @t, if its turn can be now: nothing else has to be before. */
static const Part *candidate(const Search *s, unsigned t)
{
    const Part *part = &s->thread[t].part[s->thread[t].next];

    if (s->thread[t].next == s->thread[t].n) {
        return NULL;
    }
    for (unsigned u = 0; u < RM_THREADS; u++) {
        const Part *other = &s->thread[u].part[s->thread[u].next];

        if (u != t && s->thread[u].next < s->thread[u].n &&
            other->end < part->begin) {
            return NULL;
        }
    }
    return part;
}

/* --- Dirty bits ----------------------------------------------------------- */

static bool clears(const EngineDone *done, unsigned ram, unsigned client,
                   unsigned page)
{
    const Op *op = done->op;

    return op && op->kind == OP_CLEAR_DIRTY && op->region == ram &&
           op->client == client && op->offset / RM_PAGE_SIZE <= page &&
           page <= (op->offset + op_range(op) - 1) / RM_PAGE_SIZE;
}

static bool may_set(const EngineDone *done)
{
    const Op *op = done->op;

    return op && ((op_asks(op) && op_types(op) & RM_PROT(RM_STORE)) ||
                  op->kind == OP_DMA);
}

/* DMA looks at who logs; what did not end well may have set them or not. */
static bool has_set(const Search *s, const EngineDone *done, unsigned ram,
                    unsigned page)
{
    return done->op && op_stores(done->op) &&
           done->result->r.status == RM_DONE &&
           s->written[number_of(s, done)].pages[ram] >> page & 1;
}

/* The next thing that was done, by any thread; NULL: that was the last. */
static const EngineDone *next_done(const Search *s, unsigned *t, unsigned *i)
{
    while (*t < RM_THREADS) {
        if (*i < s->what->thread[*t].n_done) {
            return &s->what->thread[*t].done[(*i)++];
        }
        (*t)++;
        *i = 0;
    }
    return NULL;
}

#define FOREACH_DONE(s, done) \
    for (unsigned t_ = 0, i_ = 0; ((done) = next_done(s, &t_, &i_));)

/* Does it come after all that clears the bit? */
static bool after_all_clears(const Search *s, const EngineDone *set,
                             unsigned ram, unsigned client, unsigned page)
{
    const EngineDone *done;

    FOREACH_DONE(s, done) {
        if (clears(done, ram, client, page) && done->end > set->begin) {
            return false;
        }
    }
    return true;
}

/* Does it come after all that may have set it? */
static bool after_all_stores(const Search *s, const EngineDone *clear)
{
    const EngineDone *done;

    FOREACH_DONE(s, done) {
        if (may_set(done) && done->end > clear->begin) {
            return false;
        }
    }
    return true;
}

/*
 * C9, for what runs at once: a store that begins when all that clears the bit
 * has ended leaves it set; what clears it when all stores have ended leaves it
 * clear.  Between these, either is right.  Returns the operation that says so,
 * or NULL where nothing is said; the bit is in @set.
 */
static const EngineDone *decides(const Search *s, unsigned ram,
                                 unsigned client, unsigned page, bool *set)
{
    const EngineDone *done;

    FOREACH_DONE(s, done) {
        *set = true;
        if (has_set(s, done, ram, page) &&
            after_all_clears(s, done, ram, client, page)) {
            return done;
        }
        *set = false;
        if (clears(done, ram, client, page) && after_all_stores(s, done)) {
            return done;
        }
    }
    return NULL;
}

/* Was nothing done that has to do with the bit? */
static bool untouched(const Search *s, unsigned ram, unsigned client,
                      unsigned page)
{
    const EngineDone *done;

    FOREACH_DONE(s, done) {
        if (may_set(done) || clears(done, ram, client, page)) {
            return false;
        }
    }
    return true;
}

static bool check_dirty(Search *s, Divergence *d)
{
    for (unsigned i = 0; i < RM_RAMS * RM_CLIENTS * RM_RAM_PAGES; i++) {
        unsigned page = i % RM_RAM_PAGES, client = i / RM_RAM_PAGES;
        unsigned ram = client / RM_CLIENTS;
        const EngineDone *done;
        bool want, seen;

        client %= RM_CLIENTS;
        if (client == RM_CODE) {
            continue;       /* no thread has anything to do with it */
        }
        seen = s->after.bits[ram][client] >> page & 1;
        done = decides(s, ram, client, page, &want);
        if (!done && untouched(s, ram, client, page)) {
            want = s->before.bits[ram][client] >> page & 1;
        } else if (!done) {
            continue;
        }
        if (want != seen) {
            *d = (Divergence) {
                .clause = RM_C9_DIRTY, .kind = DIFFER_DIRTY,
                .op = done ? number_of(s, done) : s->run->scenario->n,
                .dirty = {
                    .client = client, .region = ram,
                    .offset = page * RM_PAGE_SIZE, .seen = seen,
                },
            };
            return false;
        }
    }
    return true;
}

/* --- Orders --------------------------------------------------------------- */

/* It is wrong in any order, and whatever the others did. */
static bool is_wrong_anyhow(const Divergence *d)
{
    return d->clause == RM_C22_ASSERTION || d->clause == RM_C24_OWNER;
}

/* Keep what differs, if no order got further. */
static OrderVerdict differs(Search *s, const Divergence *d)
{
    if (is_wrong_anyhow(d)) {
        s->deepest = -1u;
        *s->d = *d;
    } else if (s->depth >= s->deepest) {
        s->deepest = s->depth;
        *s->d = *d;
    }
    return ORDER_NONE;
}

static bool compare_memory(Search *s, Divergence *d)
{
    for (unsigned r = 0; r < RM_HOSTS; r++) {
        if (!compare_host(s->run->oracle, s->run->subject, r, 0, RM_RAM_SIZE,
                          d)) {
            return false;
        }
    }
    return true;
}

/* All is done: are they alike in what is left of it? */
static OrderVerdict compare_end(Search *s)
{
    const OrderSides *run = s->run;
    Divergence d = { .op = run->at };

    /* what is still queued would have run; and nothing is */
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        run->oracle->ops->drained(run->oracle, cpu);
    }
    if (!compare_memory(s, &d) || !check_dirty(s, &d)) {
        return differs(s, &d);
    }
    run->oracle->ops->set_dirty(run->oracle, &s->after);
    audit_forget();
    if (!compare_entries(run->oracle, run->subject, true, NULL, false,
                         run->audited, &d)) {
        /* it got further than an order that differs in the last result */
        s->depth++;
        differs(s, &d);
        s->depth--;
        return ORDER_NONE;
    }
    return ORDER_AGREES;
}

/*
 * Must what was written be dirty for all clients?  What goes by the rules of
 * DMA, a page in pieces or the reaction of a device, is so for those that log.
 */
static bool must_be_dirty(const Op *op, const RmResult *r, const RmWritten *w)
{
    RmAccessKind kind = op_table[op->kind].access;

    for (unsigned i = 0; i < r->n_paths; i++) {
        const RmPath *path = &r->path[i];

        if (path->whole && path->region == w->region &&
            path->offset / RM_PAGE_SIZE == w->offset / RM_PAGE_SIZE) {
            return true;
        }
    }
    return op->via != VIA_EXCLUSIVE && op_is_access(op) &&
           (kind == RM_READ_MODIFY_WRITE || kind == RM_COMPARE_EXCHANGE);
}

static OrderVerdict do_op(Search *s, const EngineDone *done)
{
    const OrderSides *run = s->run;
    Engine *oracle = run->oracle;
    RmSeen seen = {
        .log = &done->result->r.log, .dirty = s->after,
        .value = done->result->r.value,
    };
    Divergence d = { .op = number_of(s, done) };
    Written *written = &s->written[d.op];

    if (!oracle->ops->covered(oracle, done->op)) {
        return ORDER_OPEN;
    }
    oracle->ops->apply(oracle, done->op, &seen, s->want);
    if (!compare_results(done->op, s->want, done->result, &d)) {
        return differs(s, &d);
    }
    memset(written, 0, sizeof(*written));
    for (unsigned i = 0; i < s->want->r.n_written; i++) {
        const RmWritten *w = &s->want->r.written[i];

        if (must_be_dirty(done->op, &s->want->r, w)) {
            written->pages[w->region] |= 1u << (w->offset / RM_PAGE_SIZE);
        }
        run->pages[w->region] |= 1u << (w->offset / RM_PAGE_SIZE);
    }
    return done->result->r.status == RM_ASSERTED ? ORDER_ASSERTED :
                                                   ORDER_AGREES;
}

/* What is queued says nothing but that it went well, if it did. */
static OrderVerdict do_work(Search *s, unsigned cpu, const EngineDone *done)
{
    const EngineResult *seen = done->result;
    Divergence d = { .op = s->run->at };

    s->run->oracle->ops->drained(s->run->oracle, cpu);
    if (seen->r.status == RM_ASSERTED) {
        d.clause = RM_C22_ASSERTION;
        d.kind = DIFFER_ASSERTION;
        memcpy(d.assertion, seen->assertion, sizeof(d.assertion));
        return differs(s, &d);
    }
    if (seen->trespass) {
        d.clause = RM_C24_OWNER;
        d.kind = DIFFER_OWNER;
        d.owner = __builtin_ctz(seen->trespass);
        return differs(s, &d);
    }
    return ORDER_AGREES;
}

/*
 * Its effect may be seen by what has failed, for which it was left.  What it
 * came to is nothing to compare.
 */
static OrderVerdict do_stopped(Search *s, const EngineDone *done)
{
    const OrderSides *run = s->run;
    RmSeen seen = {
        .log = &done->result->r.log, .dirty = s->after,
    };

    if (run->oracle->ops->covered(run->oracle, done->op)) {
        run->oracle->ops->apply(run->oracle, done->op, &seen, s->want);
    }
    return ORDER_AGREES;
}

static OrderVerdict do_part(Search *s, unsigned thread, const Part *part)
{
    Engine *oracle = s->run->oracle;

    oracle->ops->as_thread(oracle, thread, part->begin, part->end);
    switch (part->kind) {
    case PART_OP:
        return do_op(s, part->done);
    case PART_TOLD:
        oracle->ops->told(oracle, part->done->op);
        return ORDER_AGREES;
    case PART_STOPPED:
        return do_stopped(s, part->done);
    default:
        return do_work(s, thread, part->done);
    }
}

static OrderVerdict search(Search *s)
{
    const Part *part[RM_THREADS];
    unsigned candidates = 0, depth = s->depth;
    Engine *oracle = s->run->oracle;

    for (unsigned t = 0; t < RM_THREADS; t++) {
        part[t] = candidate(s, t);
        candidates += part[t] != NULL;
    }
    if (!candidates) {
        return compare_end(s);
    }
    if (candidates > 1) {
        oracle->ops->save(oracle, depth);
    }
    for (unsigned t = 0; t < RM_THREADS; t++) {
        OrderVerdict verdict;

        if (!part[t]) {
            continue;
        }
        if (++s->tried > TRIED_MAX) {
            return ORDER_OPEN;
        }
        s->thread[t].next++;
        s->depth++;
        verdict = do_part(s, t, part[t]);
        if (verdict == ORDER_AGREES) {
            verdict = search(s);
        }
        s->depth--;
        s->thread[t].next--;
        if (verdict != ORDER_NONE) {
            return verdict;
        }
        if (candidates > 1) {
            oracle->ops->restore(oracle, depth);
        }
    }
    return ORDER_NONE;
}

/* --- What no order is demanded of ----------------------------------------- */

/*
 * What decides where an access leads.  One that has found that out, and then is
 * overtaken by such a change, goes where it led: it began before.
 */
static bool changes_ways(const Op *op)
{
    return op->kind == OP_IOMMU || op->kind == OP_PT ||
           op->kind == OP_PT_CLEAR || op->kind == OP_DEVICE;
}

static bool moves_data(const Op *op)
{
    return op_is_access(op) || op->kind == OP_DMA;
}

/* Is it one piece for all others, by the rules of QEMU and of its hosts? */
static bool is_single_copy(const Op *op)
{
    return op_is_access(op) && op->lg_size <= 3 &&
           !(op->va & ((1u << op->lg_size) - 1)) &&
           (op->atom == ATOM_IFALIGN || op->atom == ATOM_IFALIGN_PAIR);
}

static bool at_once(const EngineDone *a, const EngineDone *b)
{
    return a->begin < b->end && b->begin < a->end;
}

/*
 * May others have seen @x in parts, or a part of it have been overtaken?  So is a
 * change of an IOMMU that is not told yet: until then an access type may be
 * used as it was, and another one as it is.
 */
static bool is_in_parts(const Search *s, const EngineDone *x)
{
    const EngineDone *done;

    if (!x->op || !x->switched || !(op_asks(x->op) || x->op->kind == OP_DMA ||
                                    x->op->kind == OP_IOMMU)) {
        return false;
    }
    FOREACH_DONE(s, done) {
        if (done != x && done->op && at_once(x, done) &&
            (changes_ways(done->op) || x->op->kind == OP_IOMMU ||
             (moves_data(x->op) && moves_data(done->op) &&
              !is_single_copy(x->op)))) {
            return true;
        }
    }
    return false;
}

static bool any_in_parts(const Search *s)
{
    const EngineDone *done;

    FOREACH_DONE(s, done) {
        if (is_in_parts(s, done)) {
            return true;
        }
    }
    return false;
}

/* May a change have overtaken @x: of an IOMMU, or of what is asked before that? */
static bool is_overtaken(const Search *s, const EngineDone *x, bool by_iommu)
{
    const EngineDone *done;

    FOREACH_DONE(s, done) {
        if (done->op && changes_ways(done->op) && at_once(x, done) &&
            (done->op->kind == OP_IOMMU) == by_iommu) {
            return true;
        }
    }
    return false;
}

/*
 * Is it the addend conflict of one who reads and writes, with an IOMMU that changed
 * in between?  The way to read was found before, and its CPU forgets it only when the
 * work that is queued for it runs: until then, the entry carries it (C7).
 */
static bool conflicts_in_parts(const Search *s, const Divergence *d)
{
    const EngineDone *done, *x = NULL;

    if (d->kind != DIFFER_ASSERTION || !is_addend_conflict(d->assertion)) {
        return false;
    }
    FOREACH_DONE(s, done) {
        x = done->op && number_of(s, done) == d->op ? done : x;
    }
    return x && x->switched && op_types(x->op) ==
           (RM_PROT(RM_LOAD) | RM_PROT(RM_STORE)) && is_overtaken(s, x, true);
}

static unsigned questions(const EngineDone *done)
{
    const RmLog *log = &done->result->r.log;
    unsigned n = 0;

    for (unsigned i = 0; i < rm_log_len(log); i++) {
        n += log->ev[i].kind == RM_EV_TRANSLATE;
    }
    return n;
}

/*
 * In an order in which all else agrees, an answer of an IOMMU is left that its
 * CPU was told to forget.  Whoever has asked once has asked before the change or
 * after it, and was told by the time that all has come to rest: it is no matter
 * of parts (C13).  Unless it had asked the page tables before these changed, and
 * the IOMMU after that: no order has both.
 */
static bool is_left_over(const Search *s, const Divergence *d)
{
    const EngineDone *done;

    if (d->clause != RM_C13_NOTIFY || d->kind != DIFFER_ENTRY) {
        return false;
    }
    FOREACH_DONE(s, done) {
        if (is_in_parts(s, done) &&
            (questions(done) > 1 || is_overtaken(s, done, false))) {
            return false;
        }
    }
    return true;
}

/* What no order agrees with: is it left open all the same? */
static bool is_open(const Search *s, const Divergence *d)
{
    return conflicts_in_parts(s, d) ||
           (!is_wrong_anyhow(d) && any_in_parts(s) && !is_left_over(s, d));
}

OrderVerdict order_find(const OrderSides *sides, const EngineAtOnce *what,
                        const RmDirty *before, Divergence *d)
{
    static EngineResult want;
    static Search s;
    OrderVerdict verdict;

    s = (Search) {
        .run = sides, .want = &want, .what = what, .before = *before, .d = d,
    };
    sides->subject->ops->dirty(sides->subject, &s.after);
    list_parts(&s);
    verdict = search(&s);
    sides->oracle->ops->as_thread(sides->oracle, RM_THREADS, 0, 0);
    return verdict == ORDER_NONE && is_open(&s, d) ? ORDER_OPEN : verdict;
}
