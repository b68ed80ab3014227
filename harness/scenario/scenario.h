/*
 * A scenario: a set-up and a sequence of operations, and its binary form.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "ops.h"

/*
 * In binary, the set-up and each operation are records of the same size, so
 * that a mutation stays local.  A record is the kind (of the set-up: its
 * target) and the fields in the order of the table, little-endian, then
 * zeros.  Every byte string is a scenario: fields are reduced into their
 * range, a record cut short at the end is dropped.
 */
#define RECORD_SIZE     32
#define SCENARIO_OPS    64      /* operations at most; more are dropped */
#define SCENARIO_BYTES  (RECORD_SIZE * (1 + SCENARIO_OPS))

typedef struct Scenario {
    Op setup;           /* its kind is a TargetId */
    unsigned n;
    Op ops[SCENARIO_OPS];
} Scenario;

/*
 * A step of a scenario: an operation that is carried out; or OPF_TRIGGER with
 * the operation after it, if that is OPF_REACTION; or OPF_TRIGGER alone, which
 * does nothing.
 */
typedef struct Step {
    unsigned at;            /* the number of its first operation, ... */
    unsigned n;             /* ... and how many it is made of */
    const Op *op;           /* that one */
    const Op *reaction;     /* of OPF_TRIGGER: what is done then, or NULL */
} Step;

/**
 * scenario_next: go to the next step, from { 0 } to the first one
 *
 * Returns false after the last one.
 */
static inline bool scenario_next(const Scenario *s, Step *step)
{
    unsigned at = step->at + step->n;
    const Op *op = &s->ops[at];
    bool reacts = at + 1 < s->n && op_is(op, OPF_TRIGGER) &&
                  op_can_react(op + 1);

    *step = (Step) {
        .at = at, .n = reacts ? 2 : 1,
        .op = op, .reaction = reacts ? op + 1 : NULL,
    };
    return at < s->n;
}

/** scenario_is_reaction: is @at what is done when an access triggers it? */
static inline bool scenario_is_reaction(const Scenario *s, unsigned at)
{
    Step step = { 0 };

    while (scenario_next(s, &step) && step.at + step.n <= at) {
        continue;
    }
    return step.at < at;
}

/**
 * scenario_fit: settle what depends on where an operation stands
 *
 * What a CPU's thread does is done by that CPU, and by QEMU's functions.
 */
void scenario_fit(Scenario *s);

/** scenario_decode: read @len bytes; never fails */
void scenario_decode(Scenario *s, const uint8_t *data, size_t len);

/**
 * scenario_retarget: make @s one of target @id, if it is not
 *
 * Operations that the target has not become others.
 */
void scenario_retarget(Scenario *s, unsigned id);

/**
 * scenario_encode: the canonical bytes of @s
 * @data: room for SCENARIO_BYTES
 *
 * Returns the number of bytes, a multiple of RECORD_SIZE.
 */
size_t scenario_encode(const Scenario *s, uint8_t *data);

#endif
