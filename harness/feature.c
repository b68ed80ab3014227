/*
 * Pairs of operations as features for the fuzzer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "feature.h"

/* For an access: page fault, failed transaction, device or RAM; crossing. */
#define ACCESS_CLASSES 8

G_STATIC_ASSERT(OP_KINDS - OP_PT + (OP_FETCH + 1) * ACCESS_CLASSES <=
                FEATURE_CLASSES);

/* A small number for the kind of operation and what came of it. */
static unsigned op_class(const Op *op, const RmResult *r)
{
    unsigned class, last;

    if (!op_is_access(op)) {
        return op->kind - OP_PT;
    }
    last = r->log.n ? r->log.ev[rm_log_len(&r->log) - 1].kind : RM_EV_KINDS;
    class = r->status == RM_PAGE_FAULT ? 0 :
            r->status == RM_TX_FAILED ? 1 :
            last == RM_EV_DEV_READ || last == RM_EV_DEV_WRITE ? 2 : 3;
    class += 4 * ((op->va & ~RM_PAGE_MASK) + (1u << op->lg_size) >
                  RM_PAGE_SIZE);
    return OP_KINDS - OP_PT + op->kind * ACCESS_CLASSES + class;
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
