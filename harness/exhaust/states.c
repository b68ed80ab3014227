/*
 * The states that were found, and how each is reached.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "states.h"

#define ROOM_FIRST 1024u

void states_init(States *s)
{
    *s = (States) { .room = ROOM_FIRST, .slots = 4 * ROOM_FIRST };
    s->state = g_new(State, s->room);
    s->slot = g_new0(uint32_t, s->slots);
}

void states_free(States *s)
{
    g_free(s->state);
    g_free(s->slot);
}

/* Where it is, or where it would be put. */
static uint32_t *slot_of(const States *s, RmFingerprint fingerprint)
{
    uint32_t at = fingerprint & (s->slots - 1);

    while (s->slot[at] &&
           s->state[s->slot[at] - 1].fingerprint != fingerprint) {
        at = (at + 1) & (s->slots - 1);
    }
    return &s->slot[at];
}

uint32_t states_find(const States *s, RmFingerprint fingerprint)
{
    uint32_t number = *slot_of(s, fingerprint);

    return number ? number - 1 : STATE_NONE;
}

static void grow(States *s)
{
    s->room *= 2;
    s->state = g_renew(State, s->state, s->room);
    s->slots *= 2;
    g_free(s->slot);
    s->slot = g_new0(uint32_t, s->slots);
    for (uint32_t i = 0; i < s->n; i++) {
        *slot_of(s, s->state[i].fingerprint) = i + 1;
    }
}

void states_add(States *s, const State *state)
{
    if (s->n == s->room) {
        grow(s);
    }
    s->state[s->n] = *state;
    *slot_of(s, state->fingerprint) = ++s->n;
}

size_t states_bytes(size_t n)
{
    size_t room = ROOM_FIRST;

    while (room < n) {
        room *= 2;
    }
    return room * (sizeof(State) + 4 * sizeof(uint32_t));
}
