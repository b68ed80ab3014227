/*
 * Random numbers for the mutator: what they are, the seed alone decides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_RANDOM_H
#define SCENARIO_RANDOM_H

#include <stdint.h>

typedef struct Random {
    uint64_t x;
} Random;

/** rnd: any number of 32 bits */
static inline uint32_t rnd(Random *r)
{
    /* splitmix64: any seed will do, also small ones */
    uint64_t z = r->x += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z >> 32;
}

/** below: any number below @n */
static inline unsigned below(Random *r, unsigned n)
{
    return rnd(r) % n;
}

#endif
