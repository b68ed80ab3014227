/*
 * The mutator, as a custom mutator library of AFL++.  AFL_CUSTOM_MUTATOR_LIBRARY
 * names it, TLBDIFF_TARGET the target that is fuzzed (iommu, if it is not set).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "harness/scenario/mutate.h"
#include "input.h"

/* One in so many mutants is made of two inputs. */
#define CROSS 4

typedef struct Mutator {
    TargetId target;
    uint32_t seed;              /* of the next mutant; any will do */
    Scenario scenario, other;
    uint8_t bytes[SCENARIO_BYTES];
} Mutator;

void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out,
                       uint8_t *other, size_t other_size, size_t max_size);
void afl_custom_deinit(void *data);

static TargetId chosen_target(void)
{
    const char *name = g_getenv("TLBDIFF_TARGET");
    TargetId id = name ? target_find(name) : TARGET_IOMMU;

    if (id == TARGETS) {
        fprintf(stderr, "TLBDIFF_TARGET=%s: no such target\n", name);
        exit(2);
    }
    return id;
}

void *afl_custom_init(void *afl, unsigned int seed)
{
    Mutator *m = g_new0(Mutator, 1);

    m->target = chosen_target();
    m->seed = seed;
    return m;
}

size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out,
                       uint8_t *other, size_t other_size, size_t max_size)
{
    Mutator *m = data;
    uint32_t seed = m->seed++;

    input_decode(&m->scenario, m->target, buf, size);
    if (other && seed % CROSS == 0) {
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
