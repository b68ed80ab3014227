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

Op *motif_move(Motif *m)
{
    return ADD_ANY(m, OP_LOAD, OP_LOAD, OP_STORE, OP_STORE, OP_FETCH);
}

void motif_follow(Motif *m)
{
    m->pa = (uint64_t)rm_va_page(m->va) * RM_PAGE_SIZE;
    m->attrs = m->t->pt_attrs[m->idx];
    for (unsigned i = 0; i < m->s->n; i++) {
        const Op *op = &m->s->ops[i];

        if (op->kind == OP_PT && op->idx == m->idx &&
            !((op->va ^ m->va) & RM_PAGE_MASK)) {
            m->pa = op->pa;
            m->attrs = op->attrs;
        }
    }
}

Op *motif_map(Motif *m)
{
    Op *op = motif_add(m, OP_PT);

    op->idx = m->idx;
    if (below(m->r, 8)) {
        op->prot = 7;
    }
    op_fixup(&op_table[OP_PT], op);
    m->pa = op->pa;
    m->attrs = op->attrs;
    return op;
}

Op *motif_answer(Motif *m)
{
    Op *op = motif_add(m, OP_IOMMU);

    op->mmu = m->pa / (RM_IOMMU_PAGES * RM_PAGE_SIZE);
    op->page = m->pa / RM_PAGE_SIZE % RM_IOMMU_PAGES;
    op->index = m->attrs;
    return op;
}

void motif_all_of_ram(Op *op)
{
    op->offset = 0;
    op->pages = RM_RAM_PAGES - 1;
    op->less = 0;
}

Op *motif_of_ram(Motif *m, OpKind kind)
{
    Op *op = motif_add(m, kind);
    uint64_t page = m->pa / RM_PAGE_SIZE % (2 * RM_RAM_PAGES);

    /* so it is in the map, and behind IOMMUs as set up */
    if (below(m->r, 8)) {
        op->region = page / RM_RAM_PAGES;
        op->offset = page % RM_RAM_PAGES * RM_PAGE_SIZE;
    }
    if (below(m->r, 2)) {
        /* from a page before it on, and past it */
        motif_all_of_ram(op);
    }
    return op;
}

static const uint8_t flushes[] = {
    OP_FLUSH, OP_FLUSH_PAGE, OP_FLUSH_MMUIDX, OP_FLUSH_PAGE_MMUIDX,
    OP_FLUSH_PAGE_BITS, OP_FLUSH_RANGE,
};

void motif_flush(Motif *m)
{
    Op *op = motif_add_any(m, flushes, sizeof(flushes));

    if (below(m->r, 2)) {
        op->bits = rnd(m->r);
    }
}

uint32_t motif_base_of(RmRegion region)
{
    unsigned i = 0;

    while (rm_memory_map[i].region != region) {
        i++;
    }
    return rm_memory_map[i].base;
}
