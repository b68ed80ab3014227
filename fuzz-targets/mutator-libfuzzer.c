/*
 * The mutator, as libFuzzer and those that follow it call it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "harness/scenario/mutate.h"
#include "fuzz.h"
#include "input.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                 const uint8_t *data2, size_t size2,
                                 uint8_t *out, size_t max_size,
                                 unsigned int seed);

/*
 * With TLBDIFF_BLIND set, all are drawn, of any set-up: what the feedback is
 * worth shows beside that.
 */
static bool blind(void)
{
    static int set = -1;

    if (set < 0) {
        set = getenv("TLBDIFF_BLIND") != NULL;
    }
    return set;
}

/*
 * Is the next one to be drawn, not mutated?  Some always are: a fault that ten
 * operations show of a set-up is found sooner so than in steps, of which the
 * first nine show nothing new.
 */
static bool is_drawn(unsigned int seed)
{
    return blind() || seed % 4 == 0;
}

/*
 * In place of the @size bytes of @base, mostly of the same set-up: another one
 * takes as much time as some fifty accesses.
 */
static size_t draw(const uint8_t *base, size_t size, uint8_t *out,
                   size_t max_size, unsigned int seed)
{
    static Scenario s;
    unsigned n = 1 + seed / 4 % SCENARIO_OPS;

    if (blind() || seed / 4 / SCENARIO_OPS % 8 == 0) {
        mutate_random(&s, fuzz_target, n, seed);
    } else {
        input_decode(&s, fuzz_target, base, size);
        mutate_all(&s, n, seed);
    }
    return input_encode(&s, out, max_size);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed)
{
    static Scenario s;

    if (is_drawn(seed)) {
        return draw(data, size, data, max_size, seed);
    }
    input_decode(&s, fuzz_target, data, size);
    mutate(&s, seed);
    return input_encode(&s, data, max_size);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                 const uint8_t *data2, size_t size2,
                                 uint8_t *out, size_t max_size,
                                 unsigned int seed)
{
    static Scenario a, b;

    if (is_drawn(seed)) {
        return draw(data1, size1, out, max_size, seed);
    }
    input_decode(&a, fuzz_target, data1, size1);
    input_decode(&b, fuzz_target, data2, size2);
    mutate_cross(&a, &b, seed);
    return input_encode(&a, out, max_size);
}
