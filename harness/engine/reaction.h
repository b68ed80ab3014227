/*
 * What devices will do when they are accessed, page walks when they fill the
 * TLB, and IOMMUs when they are asked: a short queue.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef ENGINE_REACTION_H
#define ENGINE_REACTION_H

#include "engine.h"

typedef struct Reactions {
    unsigned n;
    struct {
        Op trigger, op;
    } waiting[ENGINE_REACTIONS];    /* the oldest first */
} Reactions;

/** reactions_add: let @op wait for @trigger, as EngineOps.react says */
static inline void reactions_add(Reactions *r, const Op *trigger,
                                 const Op *op)
{
    if (r->n == ENGINE_REACTIONS) {
        r->n--;
        memmove(&r->waiting[0], &r->waiting[1],
                r->n * sizeof(r->waiting[0]));
    }
    r->waiting[r->n].trigger = *trigger;
    r->waiting[r->n++].op = *op;
}

/* reactions_remove: the one at @i is in @op, and waits no more */
static inline void reactions_remove(Reactions *r, unsigned i, Op *op)
{
    *op = r->waiting[i].op;
    r->n--;
    memmove(&r->waiting[i], &r->waiting[i + 1],
            (r->n - i) * sizeof(r->waiting[0]));
}

/** reactions_of: where the oldest one is whose trigger is @kind; or -1 */
static inline int reactions_of(const Reactions *r, OpKind kind)
{
    for (unsigned i = 0; i < r->n; i++) {
        if (r->waiting[i].trigger.kind == kind) {
            return i;
        }
    }
    return -1;
}

/** reactions_count: how many there are whose trigger is @kind */
static inline unsigned reactions_count(const Reactions *r, OpKind kind)
{
    unsigned n = 0;

    for (unsigned i = 0; i < r->n; i++) {
        n += r->waiting[i].trigger.kind == kind;
    }
    return n;
}

/** reactions_take_fill: as reactions_take(), where the TLB is filled */
static inline bool reactions_take_fill(Reactions *r, Op *op)
{
    int i = reactions_of(r, OP_REACT_FILL);

    if (i >= 0) {
        reactions_remove(r, i, op);
    }
    return i >= 0;
}

/** reactions_take_translate: ... or IOMMU @number is asked */
static inline bool reactions_take_translate(Reactions *r, unsigned number,
                                            bool is_write, Op *op)
{
    for (unsigned i = 0; i < r->n; i++) {
        const Op *trigger = &r->waiting[i].trigger;

        if (trigger->kind == OP_REACT_TRANSLATE && trigger->mmu == number &&
            op_directions(trigger) >> is_write & 1) {
            reactions_remove(r, i, op);
            return true;
        }
    }
    return false;
}

/**
 * reactions_take: a device is accessed: what does it do?
 *
 * Returns false if nothing waits for it; else the oldest is in @op, and
 * waits no more.
 */
static inline bool reactions_take(Reactions *r, unsigned region,
                                  bool is_write, Op *op)
{
    for (unsigned i = 0; i < r->n; i++) {
        const Op *trigger = &r->waiting[i].trigger;

        if (trigger->kind == OP_REACT && op_device(trigger) == region &&
            op_directions(trigger) >> is_write & 1) {
            reactions_remove(r, i, op);
            return true;
        }
    }
    return false;
}

#endif
