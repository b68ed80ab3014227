/*
 * Pairs of operations, states of pages, and decisions: features for the
 * fuzzer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "feature.h"

/* How an access ended, with the data where; and whether it crossed. */
enum { FAULT, FAILED, STOPPED, DEVICE, MEMORY, OUTCOMES };

#define ACCESS_CLASSES (OUTCOMES + 1)

/*
 * Of what looks pages up, each outcome is a class; another kind is one.  The
 * first of each:
 */
enum {
#define DEF(kind, byte, traits, ...) \
    FIRST_OF_##kind, \
    LAST_OF_##kind = FIRST_OF_##kind + \
                     ((traits) & OPF_ASKS ? ACCESS_CLASSES - 1 : 0),
#include "harness/scenario/op-list.h"
    CLASSES
};

static const uint8_t first_class[OP_KINDS] = {
#define DEF(kind, ...) [OP_##kind] = FIRST_OF_##kind,
#include "harness/scenario/op-list.h"
};

G_STATIC_ASSERT(CLASSES <= FEATURE_CLASSES);

static unsigned outcome(const Op *op, const RmResult *r)
{
    unsigned last = r->log.n ? r->log.ev[rm_log_len(&r->log) - 1].kind :
                               RM_EV_KINDS;

    switch (r->status) {
    case RM_DONE:
        return last == RM_EV_DEV_READ || last == RM_EV_DEV_WRITE ? DEVICE :
                                                                   MEMORY;
    case RM_PAGE_FAULT:
        return FAULT;
    case RM_TX_FAILED:
        return FAILED;
    default:
        return STOPPED;
    }
}

/* A small number for the kind of operation and what came of it. */
static unsigned op_class(const Op *op, const RmResult *r)
{
    bool crossing = op_is_access(op) &&
        (op->va & ~RM_PAGE_MASK) + (1u << op->lg_size) > RM_PAGE_SIZE;

    if (!op_asks(op)) {
        return first_class[op->kind];
    }
    return first_class[op->kind] +
           (crossing ? (unsigned)OUTCOMES : outcome(op, r));
}

void feature_switch(FeatureState *f, const Op *op, OpPlace place)
{
    unsigned class = op ? first_class[op->kind] : CLASSES - 1;

    if (f->counters) {
        f->counters[(2 * FEATURE_CLASSES + place) * FEATURE_CLASSES +
                    class]++;
    }
}

static void count(FeatureState *f, unsigned table, uint64_t what)
{
    what *= 0x9e3779b97f4a7c15ull;
    f->counters[FEATURE_PAIRS + table * FEATURE_STATES +
                (what >> 32) % FEATURE_STATES]++;
}

/* What the page of @path was when @op, of @class, used it. */
static void count_state(FeatureState *f, const Op *op, unsigned class,
                        const RmPath *path)
{
    uint64_t state = path->region | path->as_dma << 8 | path->whole << 9 |
                     path->iommu << 10 | path->dropped << 11 |
                     path->other_sizes << 12 |
                     (path->attrs & RM_SECURE ? 1 : 0) << 13;

    count(f, 0, state << 32 | class << 8 | op->lg_size << 4 | op->idx << 1 |
          (path->size < 1u << op->lg_size));
}

/* Which clauses have had a say since the operation before. */
static uint64_t clauses(FeatureState *f, Engine *oracle)
{
    const uint64_t *decided = oracle->ops->decided(oracle);
    uint64_t had = 0;

    for (unsigned c = 0; c < RM_CLAUSES; c++) {
        had |= (uint64_t)(decided[c] != f->decided[c]) << c;
    }
    memcpy(f->decided, decided, sizeof(f->decided));
    return had;
}

void feature_begin(FeatureState *f, uint8_t *counters, Engine *oracle)
{
    *f = (FeatureState) { .counters = counters };
    if (counters) {
        clauses(f, oracle);
    }
}

void feature_note(FeatureState *f, const Op *op, const RmResult *seen,
                  const RmResult *want, Engine *oracle)
{
    int page = rm_va_page(op->va);
    unsigned class;

    if (!f->counters) {
        return;
    }
    class = op_class(op, seen);
    f->counters[f->last * FEATURE_CLASSES + class]++;
    f->counters[(FEATURE_CLASSES + f->on_page[page]) * FEATURE_CLASSES +
                class]++;
    f->last = class;
    f->on_page[page] = class;
    count(f, 1, clauses(f, oracle) << 8 | class);
    for (unsigned i = 0; op_asks(op) && i < want->n_paths; i++) {
        count_state(f, op, class, &want->path[i]);
    }
}
