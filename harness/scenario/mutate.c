/*
 * The mutator.  It knows the table of operations and nothing of engines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mutate.h"

#include <string.h>

#include "draw.h"
#include "motif.h"
#include "target.h"

static const OpInfo *info_of(const Op *op)
{
    return &op_table[op->kind];
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

static void insert_motif(Random *r, Scenario *s)
{
    unsigned at = below(r, s->n + 1);
    Op ops[MOTIF_OPS];
    unsigned n = open_gap(s, at, motif(r, s, ops));

    memcpy(&s->ops[at], ops, n * sizeof(Op));
}

static void insert(Random *r, Scenario *s)
{
    unsigned at = below(r, s->n + 1);
    Op op;

    if (below(r, 2)) {
        insert_motif(r, s);
        return;
    }

    draw_op(r, s, &op);
    if (!open_gap(s, at, 1)) {
        return;
    }
    s->ops[at] = op;
    if (op_is(&op, OPF_TRIGGER) && open_gap(s, at + 1, 1)) {
        /* a reaction is what comes after it */
        do {
            draw_op(r, s, &op);
        } while (!op_can_react(&op));
        s->ops[at + 1] = op;
    }
}

static bool commits(const Op *op)
{
    return op_is(op, OPF_COMMIT);
}

/* The mutator does not think of it, but may have got it with a scenario. */
static bool is_too_dear(const Op *op)
{
    return !info_of(op)->weight;
}

static void drop(Scenario *s, bool (*which)(const Op *op))
{
    unsigned n = 0;

    for (unsigned i = 0; i < s->n; i++) {
        if (!which(&s->ops[i])) {
            s->ops[n++] = s->ops[i];
        }
    }
    s->n = n;
}

/*
 * Now and then without what costs most.  A fuzzer changes a scenario some times
 * in a row before it runs it: of what is too dear, few copies are left then.
 */
static void calm(Random *r, Scenario *s)
{
    if (below(r, 4)) {
        drop(s, is_too_dear);
    }
    if (draw_about_topology(s) && !below(r, 32)) {
        drop(s, commits);
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
    /* some are only of use together, such as the least and the most */
    do {
        f = fields[below(r, n)];
        switch (below(r, 3)) {
        case 0:
            draw_field(r, target_of(&s->setup), f, op);
            break;
        case 1:
            *field_ptr(op, f) ^= 1ull << below(r, 8 * f->width);
            break;
        default:
            draw_inherit(r, op, &s->ops[below(r, s->n)]);
        }
    } while (!below(r, 4));
    op_fixup(info_of(op), op);
}

/* The same threads do the same, by another schedule. */
static void reschedule(Random *r, Scenario *s)
{
    unsigned at = below(r, s->n);

    for (unsigned i = 0; i < s->n; i++) {
        Op *op = &s->ops[(at + i) % s->n];

        if (op->kind == OP_SWITCH) {
            draw_fields(r, target_of(&s->setup), op);
            op_fixup(info_of(op), op);
            return;
        }
    }
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
        op->kind = draw_kind(r, s);
    } while (asks && !op_asks(op));
    op_fixup(info_of(op), op);
}

/*
 * What is behind the CPUs looks up no page, and flushes no TLB: let it do
 * something else.
 */
static void settle(Random *r, Scenario *s)
{
    unsigned thread = RM_THREADS;

    for (unsigned i = 0; i < s->n; i++) {
        Op *op = &s->ops[i];

        if (op->kind == OP_THREAD || op->kind == OP_JOIN) {
            thread = op->kind == OP_THREAD ? op->thread : RM_THREADS;
        }
        while (thread == RM_CPUS && op_names_cpu(op)) {
            draw_op(r, s, op);
        }
    }
    scenario_fit(s);
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
        if (target_has(target_of(&s->setup), OP_SWITCH) && !below(&r, 3)) {
            reschedule(&r, s);
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
                draw_setup(&r, &s->setup);
            } else {
                gather(&r, s);
            }
            break;
        default:
            change_field(&r, s);
        }
    }
    calm(&r, s);
    settle(&r, s);
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
    calm(&r, s);
    settle(&r, s);
}

static void draw_ops(Random *r, Scenario *s, unsigned n)
{
    n = n < SCENARIO_OPS ? n : SCENARIO_OPS;
    for (s->n = 0; s->n < n;) {
        Op ops[MOTIF_OPS];
        unsigned more = 1;

        if (below(r, 8)) {
            draw_op(r, s, ops);
        } else {
            more = motif(r, s, ops);
        }
        more = more < n - s->n ? more : n - s->n;
        memcpy(&s->ops[s->n], ops, more * sizeof(Op));
        s->n += more;
    }
    settle(r, s);
}

void mutate_random(Scenario *s, unsigned target, unsigned n, uint32_t seed)
{
    Random r = { seed };

    s->setup = (Op) { .kind = target };
    draw_setup(&r, &s->setup);
    draw_ops(&r, s, n);
}

void mutate_all(Scenario *s, unsigned n, uint32_t seed)
{
    Random r = { seed };

    draw_ops(&r, s, n);
}
