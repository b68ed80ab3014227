/*
 * Operations and set-ups, drawn at random.
 *
 * Random operations rarely meet: two accesses interact only if they touch
 * the same page.  So a new operation takes most of its fields from others
 * that are in the scenario already.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "draw.h"

#include "reference-model/board.h"
#include "target.h"

static const OpInfo *info_of(const Op *op)
{
    return &op_table[op->kind];
}

bool draw_about_topology(const Scenario *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        if (op_is(&s->ops[i], OPF_COMMIT)) {
            return true;
        }
    }
    return false;
}

/*
 * How often a kind is taken.  What costs a change of the memory map comes
 * together: where there is one, others are less rare.
 */
static unsigned weight(const Target *t, unsigned kind, bool topology)
{
    return target_weight(t, kind) *
           (op_traits[kind] & OPF_COMMIT ? (topology ? 32 : 1) : 4);
}

OpKind draw_kind(Random *r, const Scenario *s)
{
    const Target *t = target_of(&s->setup);
    bool topology = draw_about_topology(s);
    unsigned total = 0, at;

    for (unsigned i = 0; i < OP_KINDS; i++) {
        total += weight(t, i, topology);
    }
    at = below(r, total);
    for (unsigned kind = 0;; kind++) {
        if (at < weight(t, kind, topology)) {
            return kind;
        }
        at -= weight(t, kind, topology);
    }
}

/* Few pages, and often the bytes next to a page boundary. */
static uint64_t random_va(Random *r)
{
    uint64_t va = below(r, 4) * RM_PAGE_SIZE;

    if (!below(r, 4)) {
        va |= below(r, RM_BANK_PAGES) * RM_PAGE_SIZE;
    }
    if (!below(r, 4)) {
        va |= (uint64_t)below(r, RM_VA_BANKS) << RM_BANK_BITS;
    }
    return va | (below(r, 2) ? RM_PAGE_SIZE - 1 - below(r, 16) :
                               below(r, RM_PAGE_SIZE));
}

/* Often an IOMMU, or else something that is in the memory map. */
static uint64_t random_pa(Random *r)
{
    const RmMapping *map = &rm_memory_map[below(r, RM_MAPPINGS)];

    switch (below(r, 8)) {
    case 0:
        return rnd(r);
    case 1:
    case 2:
    case 3:
        return map->base + below(r, map->size > RM_PAGE_SIZE ? 4 : 1) *
                           RM_PAGE_SIZE;
    default:
        return (below(r, 4) ? 0 : 0x10000) + below(r, 4) * RM_PAGE_SIZE;
    }
}

/* An offset within the registers, mostly of one that is there. */
static uint64_t random_register(Random *r, const Target *t)
{
    const RegisterInfo *info = t->registers;
    unsigned n = 0;

    while (info[n].name) {
        n++;
    }
    info += below(r, n);
    if (!below(r, 8)) {
        return rnd(r);
    }
    /* of many there are only some, in most instances */
    n = info->count > 8 && below(r, 8) ? 8 : info->count;
    return info->offset + below(r, n) * info->stride + (below(r, 8) ? 0 : 4);
}

/* The fields of what programs a checker.  Returns false for others. */
static bool checker_field(Random *r, const Target *t, const Field *f, Op *op)
{
    uint64_t *p = field_ptr(op, f);

    if (p == &op->reg) {
        *p = random_register(r, t);
    } else if (p == &op->lg_size && below(r, 8)) {
        *p = t->lg_sizes[0] + below(r, t->lg_sizes[1] - t->lg_sizes[0] + 1);
    } else if (p == &op->val && below(r, 8)) {
        *p = (uint64_t)rnd(r) << 32 | rnd(r);
        *p &= ~t->locks;
    } else if ((p == &op->entry || p == &op->md || p == &op->t ||
                p == &op->rrid) && below(r, 8)) {
        /* those that all instances have */
        *p = below(r, p == &op->entry || p == &op->t ? 9 : 4) % f->limit;
    } else if (p == &op->lock && below(r, 8)) {
        *p = 0;
    } else if (p == &op->attrs && below(r, 8)) {
        *p = t->attrs;
    } else if (p == &op->checker && below(r, 4)) {
        *p = 0;
    } else if (p == &op->addr) {
        *p = below(r, below(r, 2) ? 4 : RM_IOMMU_PAGES + 1) * RM_PAGE_SIZE +
             (below(r, op->kind == OP_ENTRY ? 2 : 8) ? 0 :
              4 * below(r, RM_PAGE_SIZE / 4));
    } else if (p == &op->block && below(r, 8)) {
        /* those that can be accessed, of a small memory or of a large one */
        *p = (below(r, 2) ? 0 : 24) + below(r, RM_IOMMU_PAGES);
    } else if (p == &op->lut && below(r, 2)) {
        *p = below(r, 2) ? 0 : UINT32_MAX;
    } else if (p == &op->worlds && below(r, 8)) {
        /* those that accesses are in; often all rights or none */
        *p = (rnd(r) & (below(r, 2) ? rnd(r) : -1)) & 0xff;
    } else if (p == &op->cfg) {
        *p = rnd(r) & (below(r, 16) ? 0xf : -1);
    } else {
        return false;
    }
    return true;
}

/* Mostly one where one thread can see the work of another half done. */
static OpPlace draw_place(Random *r)
{
    static const uint8_t places[] = {
        PLACE_ANY, PLACE_ANY, PLACE_BEGIN, PLACE_WORK, PLACE_FILL,
        PLACE_TRANSLATE, PLACE_DEVICE, PLACE_NOTIFY, PLACE_LOCK, PLACE_SPIN,
        PLACE_SPIN, PLACE_SPIN, PLACE_ATOMIC, PLACE_ATOMIC, PLACE_ATOMIC,
    };

    return places[below(r, sizeof(places))];
}

void draw_field(Random *r, const Target *t, const Field *f, Op *op)
{
    uint64_t v = (uint64_t)rnd(r) << 32 | rnd(r);
    uint64_t *p = field_ptr(op, f);

    if (op_is(op, OPF_REGISTERS) && checker_field(r, t, f, op)) {
        return;
    }
    if ((f->how & (FIELD_OPTIONAL | FIELD_USUAL)) == FIELD_OPTIONAL &&
        below(r, p == &op->via ? 8 : 6)) {
        /* code that is new costs as much as a change of the memory map */
        v = 0;
    } else if (p == &op->data && !below(r, 4)) {
        v = 0;
    } else if (p == &op->at) {
        v = draw_place(r);
    } else if (p == &op->points) {
        /*
         * An operation passes a few places, a walk of a TLB hundreds, where
         * something is read or written atomically
         */
        v = op->at == PLACE_ANY ? below(r, 1u << below(r, 10)) :
            1 + below(r, 1u << below(r, op->at == PLACE_ATOMIC ? 7 : 4));
    } else if (p == &op->va) {
        v = random_va(r);
    } else if (p == &op->prot && below(r, 4)) {
        v = 7;
    } else if (p == &op->pa) {
        v = random_pa(r);
        if (op->kind == OP_DMA) {
            v = (v & RM_PAGE_MASK) | (random_va(r) & ~RM_PAGE_MASK);
        }
    } else if (p == &op->offset && v >> 63) {
        v &= RM_PAGE_MASK;
    } else if (p == &op->page) {
        v = below(r, 4) ? below(r, 4) : v;
    } else if (p == &op->len && below(r, 4)) {
        v = below(r, 17);
    } else if (p == &op->attrs && below(r, 8)) {
        v = below(r, t->attrs & RM_SECURE ? RM_ATTRS : RM_INDEXES);
    } else if ((p == &op->cpu || p == &op->bits) && below(r, 4)) {
        v = 0;
    } else if (p == &op->idxmap && below(r, 2)) {
        v = -1;
    } else if (p == &op->crowd) {
        /* a large crowd costs a thousand fills */
        v = below(r, 16) ? 0 : v;
    }
    *p = v;
}

/* Take the fields that both have from @from. */
void draw_inherit(Random *r, Op *op, const Op *from)
{
    for (const Field *f = info_of(op)->fields; !field_end(info_of(op), f);
         f++) {
        for (const Field *g = info_of(from)->fields;
             !field_end(info_of(from), g); g++) {
            if (f->width && f->member == g->member && below(r, 4)) {
                *field_ptr(op, f) = field_get(from, g);
            }
        }
    }
    /* Pages of other banks have the same slot in a TLB. */
    if (op_asks(op) && !below(r, 8)) {
        op->va ^= (uint64_t)(1 + below(r, RM_VA_BANKS - 1)) << RM_BANK_BITS;
    }
    /* The page tables lead to IOMMU pages, and those are what to program. */
    if (op->kind == OP_IOMMU && from->kind == OP_PT && below(r, 4)) {
        op->mmu = from->pa / (RM_IOMMU_PAGES * RM_PAGE_SIZE);
        op->page = from->pa / RM_PAGE_SIZE;
        op->index = from->attrs;
    }
    if ((op->kind == OP_SLOT || op->kind == OP_ENTRY) &&
        from->kind == OP_PT && below(r, 4)) {
        op->checker = from->pa / (RM_IOMMU_PAGES * RM_PAGE_SIZE);
        op->addr = from->pa & (RM_IOMMU_PAGES * RM_PAGE_SIZE - 1);
    }
    /* Entries can be as small as accesses, if the page tables are identity. */
    if (op->kind == OP_ENTRY && op_asks(from) && below(r, 4)) {
        op->checker = from->va >> RM_BANK_BITS;
        op->addr = from->va & (RM_IOMMU_PAGES * RM_PAGE_SIZE - 4);
    }
}

void draw_fields(Random *r, const Target *t, Op *op)
{
    const OpInfo *info = info_of(op);

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (f->width) {
            draw_field(r, t, f, op);
        }
    }
}

/* The virtual address of a physical one, where the page tables are identity. */
static uint64_t identity_va(uint32_t pa)
{
    return rm_page_va(pa >> RM_PAGE_BITS) | (pa & ~RM_PAGE_MASK);
}

/* Let the guest itself use a register: programming is what it writes. */
static void aim_at_register(Random *r, const Op *setup, Op *op)
{
    const Target *t = target_of(setup);
    uint32_t base = rm_regs_pa(!below(r, 4));
    RmRegisterWrite writes[RM_REGISTER_WRITES];
    Op program = { 0 };
    unsigned n;

    do {
        program.kind = below(r, OP_KINDS);
    } while (!target_has(t, program.kind) || !op_is(&program, OPF_PROGRAMS));
    draw_fields(r, t, &program);
    op_fixup(&op_table[program.kind], &program);
    n = target_writes(&program, target_base(setup), writes);
    if (!n) {
        return;
    }
    n = below(r, n);
    *op = (Op) {
        .kind = op->kind, .cpu = op->cpu,
        .idx = below(r, 8) ? t->mmu_idx : !t->mmu_idx,
        .va = identity_va(base + writes[n].offset),
        .lg_size = __builtin_ctz(writes[n].size),
        .val = writes[n].value,
    };
}

void draw_op(Random *r, const Scenario *s, Op *op)
{
    const Target *t = target_of(&s->setup);

    *op = (Op) { .kind = draw_kind(r, s) };
    draw_fields(r, t, op);
    if (s->n && below(r, 8)) {
        draw_inherit(r, op, &s->ops[below(r, s->n)]);
    }
    if (t->checker && (op->kind == OP_LOAD || op->kind == OP_STORE) &&
        !below(r, 8)) {
        aim_at_register(r, &s->setup, op);
    }
    op_fixup(info_of(op), op);
}

void draw_setup(Random *r, Op *setup)
{
    const OpInfo *info = &target_of(setup)->setup;

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        uint64_t *p = field_ptr(setup, f);

        *p = p == &setup->pt ? (below(r, 4) ? PT_IDENTITY : PT_NONE) :
                               below(r, f->limit);
    }
}
