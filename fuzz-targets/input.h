/*
 * The bytes that a fuzzing engine hands over, and gets back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>

#include "harness/scenario/scenario.h"
#include "harness/scenario/target.h"

/** input_decode: whatever the bytes are, text or not: a scenario of @target */
void input_decode(Scenario *s, TargetId target, const uint8_t *data,
                  size_t size);

/**
 * input_encode: the bytes of @s, as many whole records as @max_size has room
 * for; @data has that room.  Returns how many bytes they are.
 */
size_t input_encode(const Scenario *s, uint8_t *data, size_t max_size);

#endif
