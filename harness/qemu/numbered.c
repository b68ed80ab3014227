/*
 * Functions whose names have the numbers of operations, from 1 on, as people
 * count them: operation_01 ...
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "numbered.h"

/*
 * A stack has the places that functions were called from: so this one calls,
 * out of that with the number.  Something comes after each call, so that it
 * stays one.
 */
static __attribute__((noinline)) void carry_out(void (*run)(const Op *op),
                                                const Op *op)
{
    run(op);
    __asm__ volatile("");
}

#define ONE(a, b)                                                          \
    static __attribute__((noinline)) void                                  \
    operation_##a##b(void (*run)(const Op *op), const Op *op)              \
    {                                                                      \
        carry_out(run, op);                                                \
        __asm__ volatile("");                                              \
    }
#define TEN(a) ONE(a, 0) ONE(a, 1) ONE(a, 2) ONE(a, 3) ONE(a, 4)           \
               ONE(a, 5) ONE(a, 6) ONE(a, 7) ONE(a, 8) ONE(a, 9)

TEN(0) TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6)

#undef ONE
#define ONE(a, b) operation_##a##b,

static void (*const operations[])(void (*run)(const Op *op), const Op *op) = {
    TEN(0) TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6)
};

_Static_assert(sizeof(operations) / sizeof(operations[0]) > SCENARIO_OPS,
               "each operation has a function");

void numbered_run(unsigned n, void (*run)(const Op *op), const Op *op)
{
    operations[n + 1](run, op);
}
