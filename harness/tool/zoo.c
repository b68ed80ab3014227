/*
 * tlbdiff zoo: hunt the planted faults.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmd.h"
#include "harness/zoo/hunt.h"

static ZooOptions given = { .seconds = 60, .runs = 3 };

static const GOptionEntry options[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &given.seconds,
      "The time that a run may take (default: 60)", "N" },
    { "runs", 0, 0, G_OPTION_ARG_INT, &given.runs,
      "Runs of each fault, with random seeds 1 to N (default: 3)", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &given.jobs,
      "Runs at a time (default: 0, one for each processor)", "N" },
    { "only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &given.only,
      "This fault alone; may be given several times", "NAME" },
    { "history", 0, 0, G_OPTION_ARG_NONE, &given.history,
      "Those that QEMU really had and has mended, in place of the others",
      NULL },
    { "html", 0, 0, G_OPTION_ARG_FILENAME, &given.html,
      "Write the tables as a page, too", "FILE" },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &given.state,
      "Keep the results here (default: PROGRAM.results)", "FILE" },
    { "target", 0, 0, G_OPTION_ARG_FILENAME, &given.target,
      "Those of this target, such as wgchecker (default: iommu); or the path "
      "of a program that has some", "TARGET" },
    { NULL }
};

/*
 * A fault that was not found, or not in every run, or a clause as which none
 * is reported: status 1.
 */
static int hunt(char **dirs)
{
    g_autofree char *error = NULL;
    int status = BAD;
    Zoo zoo = { 0 };

    if (!zoo_run(&zoo, &given, dirs, &error)) {
        complain("zoo: %s", error);
        goto out;
    }
    zoo_text(&zoo, stdout);
    status = finish_stdout(zoo_all_found(&zoo) && zoo_all_reported(&zoo) ?
                           AGREE : DIVERGE);
    if (given.html) {
        g_autofree char *json = zoo_json(&zoo);

        if (!write_page("zoo", given.html, "zoo.html", json)) {
            status = BAD;
        }
    }
    if (zoo.failed) {
        complain("zoo: %u of the runs gave no result, such as %s",
                 zoo.failed, zoo.failure);
    }
out:
    zoo_free(&zoo);
    return status;
}

static int zoo(int argc, char **argv)
{
    const struct {
        const char *name;
        int value, min, max;
    } numbers[] = {
        { "seconds", given.seconds, 1, G_MAXINT },
        { "runs", given.runs, 1, ZOO_MAX_RUNS },
        { "jobs", given.jobs, 0, G_MAXINT },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++) {
        int value = numbers[i].value;

        if (value < numbers[i].min || value > numbers[i].max) {
            complain("zoo: --%s: expected %s %d, found %d", numbers[i].name,
                     value < numbers[i].min ? "at least" : "at most",
                     value < numbers[i].min ? numbers[i].min :
                                              numbers[i].max, value);
            return BAD;
        }
    }
    return hunt(argv);
}

const Command cmd_zoo = {
    .name = "zoo",
    .args = "DIR...",
    .needs = "a directory of seeds",
    .many = true,
    .summary = "hunt the planted faults of a target, from the seeds in DIR",
    .text = "Fuzzes with each planted fault in turn, and prints how soon it "
            "was found and as a breach of which clause. The exit status is 1 "
            "if one was not found in every run, or if no fault of a clause "
            "is reported as a breach of it. What was measured is kept: a "
            "second call runs only what is missing.",
    .options = options,
    .run = zoo,
};
