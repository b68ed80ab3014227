/*
 * The mutator, as a custom mutator library of AFL++.  AFL_CUSTOM_MUTATOR_LIBRARY
 * names it, TLBDIFF_TARGET the target that is fuzzed (iommu, if it is not set).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "../harness/mutate.h"
#include "input.h"

/* One in so many mutants is made of two inputs. */
#define CROSS 4

typedef struct Mutator {
    TargetId target;
    uint64_t state;             /* of the random numbers */
    Scenario scenario, other;
    uint8_t bytes[SCENARIO_BYTES];
} Mutator;

void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out,
                       uint8_t *other, size_t other_size, size_t max_size);
void afl_custom_deinit(void *data);

/* splitmix64: each state gives another seed */
static uint32_t next_seed(Mutator *m)
{
    uint64_t z = (m->state += 0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) >> 32;
}

static TargetId chosen_target(void)
{
    const char *name = g_getenv("TLBDIFF_TARGET");

    for (unsigned i = 0; i < TARGETS; i++) {
        if (!g_strcmp0(name ? name : "iommu", target_table[i].name)) {
            return i;
        }
    }
    fprintf(stderr, "TLBDIFF_TARGET=%s: no such target\n", name);
    exit(2);
}

void *afl_custom_init(void *afl, unsigned int seed)
{
    Mutator *m = g_new0(Mutator, 1);

    m->target = chosen_target();
    m->state = seed;
    return m;
}

size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out,
                       uint8_t *other, size_t other_size, size_t max_size)
{
    Mutator *m = data;
    uint32_t seed = next_seed(m);

    input_decode(&m->scenario, m->target, buf, size);
    if (other && next_seed(m) % CROSS == 0) {
        input_decode(&m->other, m->target, other, other_size);
        mutate_cross(&m->scenario, &m->other, seed);
    } else {
        mutate(&m->scenario, seed);
    }
    *out = m->bytes;
    return input_encode(&m->scenario, m->bytes,
                        MIN(max_size, sizeof(m->bytes)));
}

void afl_custom_deinit(void *data)
{
    g_free(data);
}
