/*
 * tlbdiff bisect: the face of ci/bisect.sh.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "harness/run/config.h"

static char *range;

static const GOptionEntry options[] = {
    { "range", 0, 0, G_OPTION_ARG_STRING, &range,
      "The commits of a tree that was given by -Dqemu=DIR", "RANGE" },
    { NULL }
};

static int run_bisect(int argc, char **argv)
{
    char script[] = TLBDIFF_SOURCE_DIR "/ci/bisect.sh";
    char build[] = TLBDIFF_BUILD_DIR;
    char *args[] = { script, build, argv[0], range, NULL };

    execv(script, args);
    complain("bisect: %s: %s: it belongs to the source that this was built "
             "from", script, g_strerror(errno));
    return BAD;
}

const Command cmd_bisect = {
    .name = "bisect",
    .args = "FILE",
    .needs = "one file",
    .summary = "name the patch that a divergence comes with",
    .text = "Builds QEMU patch by patch, in the build directory, and names "
            "the first patch of the series with which the scenario diverges "
            "as it does with all of them: at the same operation, by the same "
            "clause, in the same words. For a tree of your own, --range says "
            "which commits to try.\n"
            "The first time takes minutes for each step, later ones less. "
            "Results are kept: after an interruption it goes on where it was.\n"
            "What a patch brings and no code uses before a later patch is "
            "found with that later patch. Status 1: the scenario does not "
            "diverge.",
    .options = options,
    .run = run_bisect,
};
