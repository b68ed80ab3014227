/*
 * What the libFuzzer targets share: all of it, but for which target they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "../harness/mutate.h"
#include "../harness/run.h"
#include "../harness/text.h"
#include "fuzz.h"

/* Of so many scenarios one is run twice. */
#define TWICE 128

static Run run;
static const char *artifact_prefix = "";
static const char *input_file;  /* given by name: libFuzzer saves no copy */
static char *replay;            /* the command that shows a file again */

/* With TLBDIFF_STATUS set, a line each second says how far it is. */
static bool status;

/* libFuzzer takes what lies in this section for coverage, too. */
__attribute__((section("__libfuzzer_extra_counters")))
static uint8_t features[FEATURES];

/* What libFuzzer counts of QEMU's code; nothing where that is not counted. */
extern uint8_t code_begin[] __asm__("__start___sancov_cntrs")
    __attribute__((weak));
extern uint8_t code_end[] __asm__("__stop___sancov_cntrs")
    __attribute__((weak));

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                 const uint8_t *data2, size_t size2,
                                 uint8_t *out, size_t max_size,
                                 unsigned int seed);

static void print_stats(void)
{
    fprintf(stderr, "stat::scenarios: %" G_GUINT64_FORMAT "\n"
            "stat::operations: %" G_GUINT64_FORMAT "\n"
            "stat::operations_left_out: %" G_GUINT64_FORMAT "\n",
            run.scenarios, run.operations, run.uncovered);
    if (target_table[fuzz_target].checker) {
        fprintf(stderr, "stat::device: %s\n",
                engine_device(target_table[fuzz_target].checker));
    }
}

/*
 * A scenario begins, and what was done to get there depends on the one
 * before.  Of those that run twice, the second run counts.
 */
static void forget_features(Run *unused)
{
    if (code_begin) {
        memset(code_begin, 0, code_end - code_begin);
    }
    memset(features, 0, sizeof(features));
}

static const RunWatch watch = { .start = forget_features };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *zoo = g_getenv("TLBDIFF_ZOO");
    g_autofree char *dir = g_path_get_dirname((*argv)[0]);

    /* only this program has the faults of the bug zoo */
    replay = zoo ? g_strdup_printf("TLBDIFF_ZOO=%s %s", zoo, (*argv)[0]) :
                   g_strdup_printf("%s/tlbdiff replay", dir);
    for (int i = 1; i < *argc; i++) {
        if (g_str_has_prefix((*argv)[i], "-artifact_prefix=")) {
            artifact_prefix = strchr((*argv)[i], '=') + 1;
        } else if (g_file_test((*argv)[i], G_FILE_TEST_IS_REGULAR)) {
            input_file = (*argv)[i];
        }
    }
    status = g_getenv("TLBDIFF_STATUS");
    run_init(&run);
    run.features = features;
    run.watch = &watch;
    atexit(print_stats);
    return 0;
}

static void print_status(void)
{
    static gint64 last;
    gint64 now = g_get_monotonic_time();

    if (now - last >= G_USEC_PER_SEC) {
        fprintf(stderr, "status: %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                "\n", run.scenarios, run.operations);
        last = now;
    }
}

/* Whatever the bytes are: a scenario of this target. */
static void decode(Scenario *s, const uint8_t *data, size_t size)
{
    text_decode(s, data, size);
    scenario_retarget(s, fuzz_target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Scenario s;
    Divergence d;

    if (status && run.scenarios % 256 == 0) {
        print_status();
    }

    decode(&s, data, size);
    /*
     * Seeds and regressions, which are text, run twice, and others from time
     * to time (C21): what is found once is found again.
     */
    if (!run_scenario(&run, &s, run.scenarios % TWICE == 0 ||
                      text_looks_like(data, size), &d)) {
        g_autofree char *sha1 = g_compute_checksum_for_data(
            G_CHECKSUM_SHA1, data, size);
        g_autofree char *command = input_file ?
            g_strdup_printf("%s %s", replay, input_file) :
            g_strdup_printf("%s %scrash-%s", replay, artifact_prefix, sha1);

        run_report(&run, &s, &d, command, stderr);
        print_stats();
        abort();
    }
    return 0;
}

static size_t encode(const Scenario *s, uint8_t *data, size_t max_size)
{
    uint8_t bytes[SCENARIO_BYTES];
    size_t size = scenario_encode(s, bytes);

    if (size > max_size) {
        size = max_size / RECORD_SIZE * RECORD_SIZE;
    }
    memcpy(data, bytes, size);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed)
{
    static Scenario s;

    decode(&s, data, size);
    mutate(&s, seed);
    return encode(&s, data, max_size);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                 const uint8_t *data2, size_t size2,
                                 uint8_t *out, size_t max_size,
                                 unsigned int seed)
{
    static Scenario a, b;

    decode(&a, data1, size1);
    decode(&b, data2, size2);
    mutate_cross(&a, &b, seed);
    return encode(&a, out, max_size);
}
