/*
 * The bytes that a fuzzing engine hands over, and gets back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/scenario/text.h"
#include "input.h"

void input_decode(Scenario *s, TargetId target, const uint8_t *data,
                  size_t size)
{
    text_decode(s, data, size);
    scenario_retarget(s, target);
}

size_t input_encode(const Scenario *s, uint8_t *data, size_t max_size)
{
    uint8_t bytes[SCENARIO_BYTES];
    size_t size = scenario_encode(s, bytes);

    if (size > max_size) {
        size = max_size / RECORD_SIZE * RECORD_SIZE;
    }
    memcpy(data, bytes, size);
    return size;
}
