/*
 * The states that were found, and how each is reached.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXHAUST_STATES_H
#define EXHAUST_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference-model/hash.h"

/* One step from another state; the first one has no such step. */
typedef struct State {
    RmFingerprint fingerprint;
    uint32_t parent;
    uint16_t letter;
    uint16_t depth;         /* steps from the first state */
} State;

/* In the order in which they were found; none is found twice. */
typedef struct States {
    State *state;
    uint32_t n, room;
    uint32_t *slot;         /* by fingerprint: a number plus 1; 0: empty */
    uint32_t slots;         /* a power of two */
} States;

#define STATES_MAX (UINT32_MAX / 4)
#define STATE_NONE UINT32_MAX

void states_init(States *s);
void states_free(States *s);

/** states_find: the number of the one with @fingerprint; or STATE_NONE */
uint32_t states_find(const States *s, RmFingerprint fingerprint);

/** states_add: a new one; there are fewer than STATES_MAX, and none like it */
void states_add(States *s, const State *state);

/** states_bytes: memory that @n of them take */
size_t states_bytes(size_t n);

#endif
