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
 * target) and the fields in the order of the table, little-endian, then zeros.  Every
 * byte string is a scenario: fields are reduced into their range, a record
 * cut short at the end is dropped.
 */
#define RECORD_SIZE     32
#define SCENARIO_OPS    64      /* operations at most; more are dropped */
#define SCENARIO_BYTES  (RECORD_SIZE * (1 + SCENARIO_OPS))

typedef struct Scenario {
    Op setup;           /* its kind is a TargetId */
    unsigned n;
    Op ops[SCENARIO_OPS];
} Scenario;

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
