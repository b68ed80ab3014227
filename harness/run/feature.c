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

G_STATIC_ASSERT(OP_KINDS + OP_PT * (ACCESS_CLASSES - 1) <= FEATURE_CLASSES);

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
        return op->kind - OP_PT;
    }
    return OP_KINDS - OP_PT + op->kind * ACCESS_CLASSES +
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
