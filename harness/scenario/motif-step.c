/*
 * One operation of a motif.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "motif-step.h"

#include "reference-model/board.h"
#include "draw.h"

Op *motif_add(Motif *m, OpKind kind)
{
    Op *op = &m->op[m->n++];

    *op = (Op) { .kind = kind };
    draw_fields(m->r, m->t, op);
    op->cpu = below(m->r, 8) ? m->cpu : below(m->r, RM_CPUS);
    op->idx = below(m->r, 8) ? m->idx : below(m->r, RM_MMU_IDX);
    op->va = m->va | (op->va & ~RM_PAGE_MASK);
    return op;
}

Op *motif_add_any(Motif *m, const uint8_t *kinds, unsigned n)
{
    return motif_add(m, kinds[below(m->r, n)]);
}

Op *motif_use(Motif *m)
{
    return ADD_ANY(m, OP_LOAD, OP_LOAD, OP_LOAD, OP_STORE, OP_STORE,
                   OP_STORE, OP_FETCH, OP_FETCH, OP_RMW, OP_CMPXCHG,
                   OP_PROBE, OP_VADDR_TO_HOST, OP_CODE_PAGE);
}
