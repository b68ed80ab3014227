/*
 * tlbdiff schedules: threads, in every order that a few preemptions make.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "harness/exhaust/schedules.h"

static struct {
    int preemptions;
    char *output;
} given = { .preemptions = 2 };

static const GOptionEntry options[] = {
    { "preemptions", 0, 0, G_OPTION_ARG_INT, &given.preemptions,
      "How many at most (default: 2)", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &given.output,
      "Where to write a scenario that diverges (default: the file's name with "
      ".schedule.tlb, in this directory)", "FILE" },
    OPTION_LIMITS,
    { NULL }
};

/* Shows what was found; in a file, for it may be the death of a process. */
static int show_found(Run *run, const char *from, const Schedules *found)
{
    g_autofree char *name = g_path_get_basename(from);
    g_autofree char *path = NULL;

    if (g_str_has_suffix(name, ".tlb")) {
        name[strlen(name) - strlen(".tlb")] = '\0';
    }
    path = given.output ? g_strdup(given.output) :
           g_strconcat(name, ".schedule.tlb", NULL);
    if (!write_scenario("schedules", &found->found, path)) {
        return BAD;
    }
    printf("%s: a divergence with %u preemption%s, and none with fewer: %s\n",
           from, found->preemptions, plural(found->preemptions), path);
    replay_found(run, "schedules", path);
    return DIVERGE;
}

static void print_numbers(const char *path, const Schedules *result)
{
    printf("%s: %" G_GUINT64_FORMAT " schedule%s, up to %u place%s to switch "
           "at: ", path, result->n, plural(result->n), result->places,
           plural(result->places));
    if (result->open) {
        printf("%" G_GUINT64_FORMAT " of them held to no order, and "
               "the others agree", result->open);
    } else {
        printf("all agree");
    }
    if (result->beyond) {
        printf("; not tried: what is more than %u places from a switch, "
               "up to %u", OP_POINTS - 1, result->beyond);
    }
    printf("\n");
    fflush(stdout);
}

static int search(Run *run, const char *path)
{
    Schedules result;
    Scenario s;

    if (!load(&s, path)) {
        return BAD;
    }
    progress("%s", path);
    run->thorough = false;
    schedules_search(run, &s, given.preemptions, interrupted, &result);
    progress_end();
    switch (result.end) {
    case SCHEDULES_AGREE:
        print_numbers(path, &result);
        return AGREE;
    case SCHEDULES_DIED:
    case SCHEDULES_DIVERGE:
        return show_found(run, path, &result);
    case SCHEDULES_INTERRUPTED:
        printf("%s: interrupted after %" G_GUINT64_FORMAT " schedules, which "
               "agree\n", path, result.n);
        return AGREE;
    case SCHEDULES_NONE:
        printf("%s: no threads do anything at once\n", path);
        return AGREE;
    case SCHEDULES_FULL:
        complain("schedules: %s: expected room for %d more operations: take "
                 "some away", path, given.preemptions + 1);
        return BAD;
    default:
        complain("schedules: cannot start a process: %s", strerror(errno));
        return BAD;
    }
}

static int schedules(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = NULL;
    int status = AGREE;
    Run run;

    if (given.preemptions < 0 || given.preemptions > PREEMPTIONS_MAX) {
        complain("schedules: --preemptions: expected 0 to %d, found %d",
                 PREEMPTIONS_MAX, given.preemptions);
        return BAD;
    }
    paths = all_paths(argc, argv);
    if (!paths) {
        return BAD;
    }
    if (paths->len > 1 && given.output) {
        complain("schedules: --output: expected one file, found %u",
                 paths->len);
        return BAD;
    }
    both_sides(&run);
    catch_interrupts();
    for (unsigned i = 0; i < paths->len && !interrupted(); i++) {
        int one;

        one = search(&run, paths->pdata[i]);
        status = MAX(status, one);
    }
    run_free(&run);
    return finish_stdout(status);
}

const Command cmd_schedules = {
    .name = "schedules", .args = "FILE|DIR...",
    .needs = "a file or a directory", .many = true,
    .summary = "run threads by every schedule with few preemptions",
    .text = "Runs the threads of a scenario by every schedule that there is "
            "with up to N preemptions: any of them begins, and is switched "
            "for another at any of the places where that can be. A thread "
            "that has to wait, or has nothing left to do, is switched in any "
            "case. The switches that the scenario has itself are left out; "
            "of what threads do at once several times, one time after the "
            "other is varied.\n"
            "Ends with the first schedule in which QEMU and the model "
            "disagree: none with fewer preemptions shows it.",
    .options = options, .run = schedules,
};
