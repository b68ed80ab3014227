/*
 * The mutator.  It knows the table of operations and nothing of engines.
 *
 * Random operations rarely meet: two accesses interact only if they touch
 * the same page.  So a new operation takes most of its fields from others
 * that are in the scenario already.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mutate.h"

#include <string.h>

#include "reference-model/board.h"
#include "target.h"

typedef struct Random {
    uint64_t x;
} Random;

static uint32_t rnd(Random *r)
{
    /* splitmix64: any seed will do, also small ones */
    uint64_t z = r->x += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z >> 32;
}

static unsigned below(Random *r, unsigned n)
{
    return rnd(r) % n;
}

static const OpInfo *info_of(const Op *op)
{
    return &op_table[op->kind];
}

static OpKind random_kind(Random *r, const Scenario *s)
{
    const Target *t = target_of(&s->setup);
    unsigned total = 0, at;

    for (unsigned i = 0; i < OP_KINDS; i++) {
        total += target_weight(t, i);
    }
    at = below(r, total);
    for (unsigned kind = 0;; kind++) {
        if (at < target_weight(t, kind)) {
            return kind;
        }
        at -= target_weight(t, kind);
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

/* Often an IOMMU, sometimes what is not in the first two of them. */
static uint64_t random_pa(Random *r)
{
    switch (below(r, 8)) {
    case 0:
        return rnd(r);
    case 1:
        return 0x3c000 + below(r, 9) * RM_PAGE_SIZE;
    case 2:
        return 0x20000 + below(r, 2) * RM_RAM_SIZE +
               below(r, 4) * RM_PAGE_SIZE;
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

static void random_field(Random *r, const Target *t, const Field *f, Op *op)
{
    uint64_t v = (uint64_t)rnd(r) << 32 | rnd(r);
    uint64_t *p = field_ptr(op, f);

    if (op_is(op, OPF_REGISTERS) && checker_field(r, t, f, op)) {
        return;
    }
    if ((f->how & (FIELD_OPTIONAL | FIELD_USUAL)) == FIELD_OPTIONAL &&
        below(r, 8)) {
        v = 0;
    } else if (p == &op->data && !below(r, 4)) {
        v = 0;
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
static void inherit(Random *r, Op *op, const Op *from)
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

static void random_fields(Random *r, const Target *t, Op *op)
{
    const OpInfo *info = info_of(op);

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (f->width) {
            random_field(r, t, f, op);
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
    random_fields(r, t, &program);
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

static void random_op(Random *r, const Scenario *s, Op *op)
{
    const Target *t = target_of(&s->setup);

    *op = (Op) { .kind = random_kind(r, s) };
    random_fields(r, t, op);
    if (s->n && below(r, 8)) {
        inherit(r, op, &s->ops[below(r, s->n)]);
    }
    if (t->checker && (op->kind == OP_LOAD || op->kind == OP_STORE) &&
        !below(r, 8)) {
        aim_at_register(r, &s->setup, op);
    }
    op_fixup(info_of(op), op);
}

static void random_setup(Random *r, Op *setup)
{
    const OpInfo *info = &target_of(setup)->setup;

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        uint64_t *p = field_ptr(setup, f);

        *p = p == &setup->pt ? (below(r, 4) ? PT_IDENTITY : PT_NONE) :
                               below(r, f->limit);
    }
}

/* Make room for @n operations at @at, as far as there is any. */
static unsigned open_gap(Scenario *s, unsigned at, unsigned n)
{
    if (n > SCENARIO_OPS - s->n) {
        n = SCENARIO_OPS - s->n;
    }
    memmove(&s->ops[at + n], &s->ops[at], (s->n - at) * sizeof(Op));
    s->n += n;
    return n;
}

static void insert(Random *r, Scenario *s)
{
    unsigned at = below(r, s->n + 1);
    Op op;

    random_op(r, s, &op);
    if (!open_gap(s, at, 1)) {
        return;
    }
    s->ops[at] = op;
    if (op_is(&op, OPF_TRIGGER) && open_gap(s, at + 1, 1)) {
        /* a reaction is what comes after it */
        do {
            random_op(r, s, &op);
        } while (!op_can_react(&op));
        s->ops[at + 1] = op;
    }
}

static void delete(Random *r, Scenario *s)
{
    unsigned at = below(r, s->n);
    unsigned n = 1 + below(r, below(r, 4) ? 1 : 8);

    if (n > s->n - at) {
        n = s->n - at;
    }
    memmove(&s->ops[at], &s->ops[at + n], (s->n - at - n) * sizeof(Op));
    s->n -= n;
}

/* Repeat a few operations somewhere else. */
static void copy(Random *r, Scenario *s)
{
    unsigned from = below(r, s->n), n = 1 + below(r, 4);
    unsigned to = below(r, s->n + 1);
    Op ops[4];

    if (n > s->n - from) {
        n = s->n - from;
    }
    memcpy(ops, &s->ops[from], n * sizeof(Op));
    n = open_gap(s, to, n);
    memcpy(&s->ops[to], ops, n * sizeof(Op));
}

static void swap(Random *r, Scenario *s)
{
    Op *a = &s->ops[below(r, s->n)], *b = &s->ops[below(r, s->n)];
    Op t = *a;

    *a = *b;
    *b = t;
}

static void change_field(Random *r, Scenario *s)
{
    Op *op = &s->ops[below(r, s->n)];
    const Field *fields[OP_FIELDS], *f;
    unsigned n = 0;

    for (f = info_of(op)->fields; !field_end(info_of(op), f); f++) {
        if (f->width) {
            fields[n++] = f;
        }
    }
    if (!n) {
        return;
    }
    f = fields[below(r, n)];
    switch (below(r, 3)) {
    case 0:
        random_field(r, target_of(&s->setup), f, op);
        break;
    case 1:
        *field_ptr(op, f) ^= 1ull << below(r, 8 * f->width);
        break;
    default:
        inherit(r, op, &s->ops[below(r, s->n)]);
    }
    op_fixup(info_of(op), op);
}

/* Let the accesses from one on be in one block of generated code. */
static void gather(Random *r, Scenario *s)
{
    unsigned at = below(r, s->n), n = 2 + below(r, 3);
    const Op *first = NULL;

    for (; n && at < s->n; at++) {
        Op *op = &s->ops[at];

        if (op_by_code(op)) {
            first = first ? first : op;
            op->cpu = first->cpu;
            op->via = VIA_TOGETHER;
            n--;
        }
    }
}

/* The same operation as another kind: a store for a load, say. */
static void change_kind(Random *r, Scenario *s)
{
    Op *op = &s->ops[below(r, s->n)];
    bool asks = op_asks(op);

    do {
        op->kind = random_kind(r, s);
    } while (asks && !op_asks(op));
    op_fixup(info_of(op), op);
}

void mutate(Scenario *s, uint32_t seed)
{
    Random r = { seed };
    unsigned rounds = 1 + below(&r, 4);

    for (unsigned i = 0; i < rounds; i++) {
        /* Short scenarios grow, long ones shrink: what is found is short. */
        bool grow = below(&r, SCENARIO_OPS) >= s->n;

        if (!s->n) {
            insert(&r, s);
            continue;
        }
        switch (below(&r, 10)) {
        case 0:
        case 1:
        case 2:
            if (grow) {
                insert(&r, s);
            } else {
                delete(&r, s);
            }
            break;
        case 3:
            if (grow) {
                copy(&r, s);
            } else {
                delete(&r, s);
            }
            break;
        case 4:
            swap(&r, s);
            break;
        case 5:
            change_kind(&r, s);
            break;
        case 6:
            if (below(&r, 4)) {
                random_setup(&r, &s->setup);
            } else {
                gather(&r, s);
            }
            break;
        default:
            change_field(&r, s);
        }
    }
}

void mutate_cross(Scenario *s, const Scenario *other, uint32_t seed)
{
    Random r = { seed };
    unsigned head = below(&r, s->n + 1);
    unsigned from = below(&r, other->n + 1);
    unsigned n = other->n - from;

    if (!below(&r, 4)) {
        s->setup = other->setup;
    }
    if (n > SCENARIO_OPS - head) {
        n = SCENARIO_OPS - head;
    }
    if (below(&r, 2)) {
        /* a part of the other in the middle */
        n = open_gap(s, head, n ? 1 + below(&r, n) : 0);
    } else {
        /* the head of one, the tail of the other */
        s->n = head + n;
    }
    memcpy(&s->ops[head], &other->ops[from], n * sizeof(Op));
}

void mutate_random(Scenario *s, unsigned target, unsigned n, uint32_t seed)
{
    Random r = { seed };

    s->setup = (Op) { .kind = target };
    random_setup(&r, &s->setup);
    for (s->n = 0; s->n < n && s->n < SCENARIO_OPS; s->n++) {
        random_op(&r, s, &s->ops[s->n]);
    }
}
