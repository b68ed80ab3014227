/*
 * The mutator, as libFuzzer and those that follow it call it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/scenario/mutate.h"
#include "fuzz.h"
#include "input.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                 const uint8_t *data2, size_t size2,
                                 uint8_t *out, size_t max_size,
                                 unsigned int seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed)
{
    static Scenario s;

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

    input_decode(&a, fuzz_target, data1, size1);
    input_decode(&b, fuzz_target, data2, size2);
    mutate_cross(&a, &b, seed);
    return input_encode(&a, out, max_size);
}
