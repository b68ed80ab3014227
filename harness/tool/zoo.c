/*
 * tlbdiff zoo: hunt the planted faults.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmd.h"
#include "harness/scenario/target.h"
#include "harness/zoo/hunt.h"

static ZooOptions given = { .seconds = 60, .runs = 3 };
static gboolean unaided;

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
    { "unaided", 0, 0, G_OPTION_ARG_NONE, &unaided,
      "Begin with a single load; without --target, hunt the faults of each "
      "target, and those of history", NULL },
    { "blind", 0, 0, G_OPTION_ARG_NONE, &given.blind,
      "Draw each scenario anew, whatever others have shown: what is the "
      "feedback worth?", NULL },
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
static int hunt(const ZooOptions *options, char **dirs, ZooScore *score)
{
    g_autofree char *error = NULL;
    int status = BAD;
    Zoo zoo = { 0 };

    if (!zoo_run(&zoo, options, dirs, &error)) {
        complain("zoo: %s", error);
        goto out;
    }
    zoo_text(&zoo, stdout);
    zoo_score(&zoo, score);
    status = finish_stdout(zoo_all_found(&zoo) && zoo_all_reported(&zoo) ?
                           AGREE : DIVERGE);
    if (options->html) {
        g_autofree char *json = zoo_json(&zoo);

        if (!write_page("zoo", options->html, "zoo.html", json)) {
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

/* One zoo after the other; the last line is about all of them. */
static int hunt_all(void)
{
    char *no_dirs[] = { NULL };
    ZooScore score = { 0 };
    int worst = AGREE;

    for (unsigned i = 0;
         i <= TARGETS && worst != BAD && !score.interrupted; i++) {
        ZooOptions options = given;
        int status;

        /* those of history belong to the first target */
        options.history = i == TARGET_IOMMU + 1;
        options.target = (char *)target_table[i - (i > TARGET_IOMMU)].name;
        printf("%s%s%s\n", i ? "\n" : "", options.target,
               options.history ? ", history" : "");
        status = hunt(&options, no_dirs, &score);
        worst = MAX(worst, status);
    }
    if (worst != BAD) {
        g_autofree char *text = zoo_score_text(&score);

        printf("\nall: %s\n", text);
    }
    return finish_stdout(worst);
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
    if (unaided && argc) {
        complain("zoo: --unaided: expected no directory of seeds, found %s",
                 argv[0]);
        return BAD;
    }
    if (unaided && !given.target && (given.html || given.only)) {
        complain("zoo: --%s is about one target; say which with --target",
                 given.html ? "html" : "only");
        return BAD;
    }
    return unaided && !given.target ? hunt_all() :
                                      hunt(&given, argv, &(ZooScore) { 0 });
}

const Command cmd_zoo = {
    .name = "zoo",
    .args = "DIR...",
    .needs = "a directory of seeds",
    .many = true,
    .instead = &unaided,
    .summary = "hunt the planted faults of a target, from the seeds in DIR",
    .text = "Fuzzes with each planted fault in turn, and prints how soon it "
            "was found and as a breach of which clause. The exit status is 1 "
            "if one was not found in every run, or if no fault of a clause "
            "is reported as a breach of it. What was measured is kept: a "
            "second call runs only what is missing. With --unaided there is "
            "no DIR: what is found then is found without a hint.",
    .options = options,
    .run = zoo,
};
