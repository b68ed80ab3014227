/*
 * What the fuzz targets share: all of it, but for which target they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "harness/engine/engine-model.h"
#include "harness/run/report.h"
#include "harness/run/run.h"
#include "harness/run/sanitizer.h"
#include "harness/scenario/text.h"
#include "campaign.h"
#include "counters.h"
#include "fuzz.h"
#include "input.h"
#include "subject.h"

/* Of so many scenarios one is run twice. */
#define TWICE 128

static Run run;
static const char *artifact_prefix = "";
static const char *input_file;  /* given by name: libFuzzer saves no copy */
static char *replay;            /* the command that shows a file again */

/* With TLBDIFF_STATUS set, a line each second says how far it is. */
static bool status;

static bool campaign;   /* what diverges ends nothing */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_stats(void)
{
    fprintf(stderr, "stat::scenarios: %" G_GUINT64_FORMAT "\n"
            "stat::operations: %" G_GUINT64_FORMAT "\n"
            "stat::operations_left_out: %" G_GUINT64_FORMAT "\n",
            run.scenarios, run.operations, run.uncovered);
    for (unsigned i = 0; i < RM_LIMITS; i++) {
        if (run.limits >> i & 1) {
            fprintf(stderr, "stat::limit_%s: %" G_GUINT64_FORMAT "\n",
                    rm_limit_name(i), run.limited[i]);
        }
    }
    if (run.limits) {
        fprintf(stderr, "stat::limited_scenarios: %" G_GUINT64_FORMAT "\n",
                run.limited_scenarios);
    }
    if (run.sections) {
        fprintf(stderr, "stat::sections: %" G_GUINT64_FORMAT "\n"
                "stat::sections_left_open: %" G_GUINT64_FORMAT "\n",
                run.sections, run.left_open);
    }
    if (subject_device(fuzz_target)) {
        fprintf(stderr, "stat::device: %s\n", subject_device(fuzz_target));
    }
    if (run.voice) {
        fprintf(stderr, "stat::voice_compared: %" G_GUINT64_FORMAT "\n"
                "stat::voice_unsupported: %" G_GUINT64_FORMAT "\n",
                run.voiced.compared, run.voiced.unsupported);
    }
    if (campaign) {
        campaign_print();
    }
}

/* The process ends without atexit(). */
static void memory_error(void *opaque, const char *sanitizer,
                         const char *error)
{
    if (campaign) {
        print_stats();
    }
    report_memory_error(opaque, sanitizer, error);
}

/*
 * A scenario begins, and what was done to get there depends on the one
 * before.  Of those that run twice, the second run counts.
 */
static void forget_features(Run *unused)
{
    counters_clear();
}

static const RunWatch watch = { .start = forget_features };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    g_autofree char *command = subject_replay((*argv)[0]), *quoted = NULL;
    const char *voice = NULL;
    bool limits = false;

    for (int i = 1; i < *argc; i++) {
        if (g_str_has_prefix((*argv)[i], "-artifact_prefix=")) {
            artifact_prefix = strchr((*argv)[i], '=') + 1;
        } else if (!strcmp((*argv)[i], "--limits")) {
            limits = true;
        } else if (g_str_has_prefix((*argv)[i], "--voice=")) {
            voice = strchr((*argv)[i], '=') + 1;
        } else if (g_file_test((*argv)[i], G_FILE_TEST_IS_REGULAR)) {
            input_file = (*argv)[i];
        }
    }
    status = g_getenv("TLBDIFF_STATUS");
    run_init(&run, engine_model(), subject_new());
    /* what the subject documents that it cannot do is left out */
    if (limits) {
        run.limits = run.subject->limits;
    }
    if (voice) {
        run_attach(&run, voice);
        quoted = g_shell_quote(voice);
    }
    replay = g_strconcat(command, run.limits ? " --limits" : "",
                         voice ? " --voice=" : "", quoted, NULL);
    sanitizer_watch(memory_error, &run);
    run.watch = &watch;
    campaign = campaign_begin(&run, replay);
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
        if (campaign) {
            campaign_print();
        }
        last = now;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Scenario s;
    bool twice;
    Divergence d;

    if (status && run.scenarios % 256 == 0) {
        print_status();
    }

    run.features = counters();
    input_decode(&s, fuzz_target, data, size);
    subject_begin(run.subject, &s);
    /*
     * Seeds and regressions, which are text, run twice, and others from time
     * to time (C21): what is found once is found again.
     */
    twice = run.scenarios % TWICE == 0 || text_looks_like(data, size);
    if (campaign) {
        campaign_run(&s, twice);
    } else if (!run_scenario(&run, &s, twice, &d)) {
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
