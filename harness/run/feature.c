/*
 * Pairs of operations as features for the fuzzer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
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

void feature_note(FeatureState *f, const Op *op, const RmResult *r)
{
    int page = rm_va_page(op->va);
    unsigned class;

    if (!f->counters) {
        return;
    }
    class = op_class(op, r);
    f->counters[f->last * FEATURE_CLASSES + class]++;
    f->counters[(FEATURE_CLASSES + f->on_page[page]) * FEATURE_CLASSES +
                class]++;
    f->last = class;
    f->on_page[page] = class;
}
