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

#include "../reference-model/vocabulary.h"

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

/*
 * How often each kind is taken.  Half of the operations access memory, as in
 * a guest.  Some are rare because they cost: a change of the memory map or a
 * translated block is a hundred accesses, a dirty bit ten.
 */
static const uint8_t weights[OP_KINDS] = {
    [OP_LOAD] = 160, [OP_STORE] = 192, [OP_FETCH] = 64, [OP_RMW] = 40,
    [OP_CMPXCHG] = 24,
    [OP_PROBE] = 40, [OP_VADDR_TO_HOST] = 12, [OP_CODE_PAGE] = 12,
    [OP_BLOCK] = 4,
    [OP_PT] = 96, [OP_PT_CLEAR] = 12, [OP_IOMMU] = 112,
    [OP_FLUSH] = 16, [OP_FLUSH_PAGE] = 20, [OP_FLUSH_MMUIDX] = 12,
    [OP_FLUSH_PAGE_MMUIDX] = 16, [OP_FLUSH_PAGE_BITS] = 8,
    [OP_FLUSH_RANGE] = 12,
    [OP_CLEAR_DIRTY] = 20, [OP_LOG] = 2, [OP_PROTECT] = 8, [OP_UNPROTECT] = 4,
    [OP_WATCH] = 12, [OP_UNWATCH] = 8,
    [OP_MAP] = 1, [OP_MAP_MOVE] = 1, [OP_MAP_OFFSET] = 1,
    [OP_MAP_READONLY] = 1, [OP_ROMD] = 1,
    [OP_DEVICE] = 12, [OP_REACT] = 24, [OP_CROWD] = 2, [OP_CLOCK] = 2,
};

static OpKind random_kind(Random *r)
{
    unsigned total = 0, at;

    for (unsigned i = 0; i < OP_KINDS; i++) {
        total += weights[i];
    }
    at = below(r, total);
    for (unsigned kind = 0;; kind++) {
        if (at < weights[kind]) {
            return kind;
        }
        at -= weights[kind];
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
        return 0x3c000 + below(r, 8) * RM_PAGE_SIZE;
    case 2:
        return 0x20000 + below(r, 2) * RM_RAM_SIZE +
               below(r, 4) * RM_PAGE_SIZE;
    default:
        return (below(r, 4) ? 0 : 0x10000) + below(r, 4) * RM_PAGE_SIZE;
    }
}

static void random_field(Random *r, const Field *f, Op *op)
{
    uint64_t v = (uint64_t)rnd(r) << 32 | rnd(r);
    uint64_t *p = field_ptr(op, f);

    if (f->how & FIELD_OPTIONAL && p != &op->val_hi && below(r, 8)) {
        v = 0;
    } else if (p == &op->va) {
        v = random_va(r);
    } else if (p == &op->prot && below(r, 4)) {
        v = 7;
    } else if (p == &op->pa) {
        v = random_pa(r);
    } else if (p == &op->page) {
        v = below(r, 4) ? below(r, 4) : v;
    } else if (p == &op->len && below(r, 4)) {
        v = below(r, 17);
    } else if (p == &op->wid && below(r, 8)) {
        v = below(r, RM_INDEXES);
    } else if ((p == &op->cpu || p == &op->bits) && below(r, 4)) {
        v = 0;
    } else if (p == &op->idxmap && below(r, 2)) {
        v = -1;
    } else if (op->kind == OP_CROWD && p == &op->pages) {
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
        op->index = from->wid;
    }
}

static void random_op(Random *r, const Scenario *s, Op *op)
{
    *op = (Op) { .kind = random_kind(r) };
    for (const Field *f = info_of(op)->fields; !field_end(info_of(op), f);
         f++) {
        if (f->width) {
            random_field(r, f, op);
        }
    }
    if (s->n && below(r, 8)) {
        inherit(r, op, &s->ops[below(r, s->n)]);
    }
    op_fixup(info_of(op), op);
}

static void random_setup(Random *r, Op *setup)
{
    *setup = (Op) {
        .pt = below(r, 4) ? PT_IDENTITY : PT_NONE,
        .iommu = below(r, IOMMU_PRESETS),
        .dirty = below(r, 2),
        .fill = below(r, 2),
    };
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
    if (op.kind == OP_REACT && open_gap(s, at + 1, 1)) {
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
    f = fields[below(r, n)];
    switch (below(r, 3)) {
    case 0:
        random_field(r, f, op);
        break;
    case 1:
        *field_ptr(op, f) ^= 1ull << below(r, 8 * f->width);
        break;
    default:
        inherit(r, op, &s->ops[below(r, s->n)]);
    }
    op_fixup(info_of(op), op);
}

/* The same operation as another kind: a store for a load, say. */
static void change_kind(Random *r, Scenario *s)
{
    Op *op = &s->ops[below(r, s->n)];
    bool asks = op_asks(op);

    do {
        op->kind = random_kind(r);
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
            (grow ? insert : delete)(&r, s);
            break;
        case 3:
            (grow ? copy : delete)(&r, s);
            break;
        case 4:
            swap(&r, s);
            break;
        case 5:
            change_kind(&r, s);
            break;
        case 6:
            random_setup(&r, &s->setup);
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

void mutate_random(Scenario *s, unsigned n, uint32_t seed)
{
    Random r = { seed };

    random_setup(&r, &s->setup);
    for (s->n = 0; s->n < n && s->n < SCENARIO_OPS; s->n++) {
        random_op(&r, s, &s->ops[s->n]);
    }
}
