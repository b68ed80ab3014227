/*
 * Where the features of a run are counted: for libFuzzer in a section that it
 * takes for coverage, for AFL++ in its map, behind the edges.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "harness/run/feature.h"
#include "counters.h"

__attribute__((section("__libfuzzer_extra_counters")))
static uint8_t extra[FEATURES];

/* What libFuzzer counts of QEMU's code; nothing where that is not counted. */
extern uint8_t code_begin[] __asm__("__start___sancov_cntrs")
    __attribute__((weak));
extern uint8_t code_end[] __asm__("__stop___sancov_cntrs")
    __attribute__((weak));

/* From AFL++'s runtime; not there with other engines. */
__attribute__((weak)) extern uint8_t *__afl_area_ptr;
__attribute__((weak)) extern uint32_t __afl_map_size;
__attribute__((weak)) extern int __afl_sharedmem_fuzzing;
__attribute__((weak))
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);

/* What AFL++ numbers as it does the edges. */
static uint32_t guards[FEATURES];

/*
 * At the same time as the constructors that clang makes for the edges, for
 * AFL++ asks for the size of the map when they have run.  And QEMU has a
 * thread, which a fork leaves behind: AFL++ is not to defer forking until
 * LLVMFuzzerInitialize() has started it.  So it forks before main() sees that
 * a file is named, or standard input ("-"), in place of shared memory.
 */
__attribute__((constructor(2))) static void reserve(int argc, char **argv)
{
    if (&__afl_area_ptr) {
        __sanitizer_cov_trace_pc_guard_init(guards, guards + FEATURES);
        unsetenv("__AFL_DEFER_FORKSRV");
        if (argc > 1 && (argv[1][0] != '-' || !argv[1][1])) {
            __afl_sharedmem_fuzzing = 0;
        }
    }
}

uint8_t *counters(void)
{
    return &__afl_area_ptr ? __afl_area_ptr + guards[0] : extra;
}

void counters_clear(void)
{
    if (&__afl_area_ptr) {
        memset(__afl_area_ptr, 0, __afl_map_size);
        __afl_area_ptr[0] = 1;      /* never empty: AFL++ demands that */
        return;
    }
    if (code_begin) {
        memset(code_begin, 0, code_end - code_begin);
    }
    memset(extra, 0, sizeof(extra));
}
