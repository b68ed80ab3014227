/*
 * The tool: replay, show and encode scenarios, and hunt planted faults.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "bench.h"
#include "run.h"
#include "text.h"
#include "zoo-run.h"

/* Exit status: 0 agreement, 1 a divergence, 2 bad usage or bad input. */
enum { AGREE, DIVERGE, BAD };

static void complain(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
static void complain(const char *fmt, ...)
{
    va_list ap;

    fputs("tlbdiff: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

/* Standard output may be a full disk. */
static int finish_stdout(int status)
{
    if (fflush(stdout) || ferror(stdout)) {
        complain("cannot write the output: %s", g_strerror(errno));
        return BAD;
    }
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add @path, or the files in it if it is a directory, in order of names. */
static bool add_path(GPtrArray *paths, const char *path)
{
    g_autoptr(GError) err = NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    GDir *dir;
    const char *name;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_ptr_array_add(paths, g_strdup(path));
        return true;
    }
    dir = g_dir_open(path, 0, &err);
    if (!dir) {
        complain("%s", err->message);
        return false;
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        if (name[0] != '.' && g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
            g_ptr_array_add(found, g_steal_pointer(&file));
        }
    }
    g_dir_close(dir);
    if (!found->len) {
        complain("%s: no scenarios in this directory", path);
        return false;
    }
    qsort(found->pdata, found->len, sizeof(char *), by_name);
    for (unsigned i = 0; i < found->len; i++) {
        g_ptr_array_add(paths, found->pdata[i]);
    }
    return true;
}

static bool load(Scenario *s, const char *path)
{
    g_autofree char *error = NULL;

    if (!text_load(s, path, &error)) {
        complain("%s", error);
        return false;
    }
    return true;
}

static int replay_file(Run *run, const char *path, bool quiet)
{
    static Scenario s;
    g_autofree char *command = NULL;
    Divergence d;

    if (!load(&s, path)) {
        return BAD;
    }
    if (run->trace) {
        fprintf(run->trace, "scenario %s\n", path);
    }
    if (!run_scenario(run, &s, !run->trace, &d)) {
        command = g_strdup_printf("build/tlbdiff replay %s", path);
        run_report(run, &s, &d, command, stdout);
        return DIVERGE;
    }
    if (!quiet && !run->trace) {
        printf("ok %s (%u operations%s)\n", path, s.n,
               run->seen.r.status == RM_ASSERTED ?
               ", ends with the predicted addend conflict" : "");
    }
    return AGREE;
}

/* All files named by @argv, or NULL if there is a bad one among them. */
static GPtrArray *all_paths(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    for (int i = 0; i < argc; i++) {
        if (!add_path(paths, argv[i])) {
            return NULL;
        }
    }
    return g_steal_pointer(&paths);
}

/* Returns the worst status of the files in @argv. */
static int replay_all(Run *run, int argc, char **argv, bool quiet)
{
    g_autoptr(GPtrArray) paths = all_paths(argc, argv);
    int status = paths ? AGREE : BAD;

    for (unsigned i = 0; status != BAD && i < paths->len; i++) {
        int one = replay_file(run, paths->pdata[i], quiet);

        status = MAX(status, one);
    }
    return status;
}

static int cmd_replay(int argc, char **argv, bool events, bool quiet)
{
    int status;
    Run run;

    run_init(&run);
    run.thorough = true;
    run.trace = events ? stdout : NULL;
    status = replay_all(&run, argc, argv, quiet);
    if (!events && run.scenarios > 1 && status != BAD) {
        printf("%" G_GUINT64_FORMAT " scenarios, %" G_GUINT64_FORMAT
               " operations\n", run.scenarios, run.operations);
    }
    run_free(&run);
    return finish_stdout(status);
}

/* A clause or an operation that nothing has used is a gap: status 1. */
static int cmd_report(int argc, char **argv)
{
    int status;
    Run run;

    run_init(&run);
    run.thorough = true;
    status = replay_all(&run, argc, argv, true);
    if (status != BAD && !report_coverage(&run, stdout)) {
        complain("report: some of these were never used");
        status = DIVERGE;
    }
    run_free(&run);
    return finish_stdout(status);
}

static int cmd_bench(int argc, char **argv, int seconds, bool json)
{
    g_autoptr(GPtrArray) paths = all_paths(argc, argv);
    g_autofree Scenario *s = NULL;
    unsigned failed;
    Divergence d;
    Bench bench;
    Run run;

    if (!paths) {
        return BAD;
    }
    s = g_new(Scenario, paths->len);
    for (unsigned i = 0; i < paths->len; i++) {
        if (!load(&s[i], paths->pdata[i])) {
            return BAD;
        }
    }
    run_init(&run);
    if (!bench_run(&run, s, paths->len, seconds, &bench, &failed, &d)) {
        complain("bench: %s diverges: try tlbdiff replay %s",
                 (char *)paths->pdata[failed], (char *)paths->pdata[failed]);
        return DIVERGE;
    }
    (json ? bench_json : bench_print)(&bench, stdout);
    run_free(&run);
    return finish_stdout(AGREE);
}

static int cmd_show(const char *path)
{
    static Scenario s;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!load(&s, path)) {
        return BAD;
    }
    text_print(text, &s);
    fputs(text->str, stdout);
    return finish_stdout(AGREE);
}

static int cmd_encode(const char *path, const char *output)
{
    static Scenario s;
    uint8_t data[SCENARIO_BYTES];
    g_autoptr(GError) err = NULL;
    size_t len;

    if (!load(&s, path)) {
        return BAD;
    }
    len = scenario_encode(&s, data);
    if (!output) {
        fwrite(data, 1, len, stdout);
        return finish_stdout(AGREE);
    }
    /* into a temporary file first: a full disk leaves nothing behind */
    if (!g_file_set_contents(output, (char *)data, len, &err)) {
        complain("%s", err->message);
        return BAD;
    }
    return AGREE;
}

static bool write_page(const Zoo *zoo, const char *path)
{
    g_autofree char *page = zoo_html(zoo);
    g_autoptr(GError) err = NULL;

    /* into a temporary file first, as above */
    if (!g_file_set_contents(path, page, -1, &err)) {
        complain("zoo: %s", err->message);
        return false;
    }
    return true;
}

/* A fault that was not found, or not in every run: status 1. */
static int cmd_zoo(char **dirs, const ZooOptions *options)
{
    g_autofree char *error = NULL;
    int status = BAD;
    Zoo zoo = { 0 };

    if (!zoo_run(&zoo, options, dirs, &error)) {
        complain("zoo: %s", error);
        goto out;
    }
    zoo_text(&zoo, stdout);
    status = finish_stdout(zoo_all_found(&zoo) ? AGREE : DIVERGE);
    if (options->html && !write_page(&zoo, options->html)) {
        status = BAD;
    }
    if (zoo.failed) {
        complain("zoo: %u of the runs gave no result, such as %s",
                 zoo.failed, zoo.failure);
    }
out:
    zoo_free(&zoo);
    return status;
}

static const char usage[] =
    "Usage: tlbdiff COMMAND [OPTION...] FILE...\n"
    "\n"
    "  replay FILE|DIR...      run scenarios through QEMU and the model\n"
    "  report --coverage FILE|DIR...\n"
    "                          print which operations and clauses they use\n"
    "  bench FILE|DIR...       measure what an operation costs\n"
    "  show FILE               print a scenario in text form\n"
    "  encode FILE             print a scenario in binary form\n"
    "  zoo DIR...              hunt the faults of the bug zoo, from the seeds\n"
    "                          in DIR; status 1 if one was not found\n"
    "\n"
    "A FILE is a scenario in text or in binary form.\n"
    "Exit status: 0 agreement, 1 a divergence, 2 bad usage or bad input.\n";

/* What the options of all commands set. */
static struct {
    gboolean events, quiet, coverage, json;
    int seconds;
    char *output;
} given = { .seconds = 5 };

static const GOptionEntry replay_options[] = {
    { "events", 0, 0, G_OPTION_ARG_NONE, &given.events,
      "Print QEMU's events, one a line", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &given.quiet,
      "Print divergences only", NULL },
    { NULL }
};

static const GOptionEntry report_options[] = {
    { "coverage", 0, 0, G_OPTION_ARG_NONE, &given.coverage,
      "Print which operations and clauses the scenarios use", NULL },
    { NULL }
};

static const GOptionEntry bench_options[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &given.seconds,
      "How long to measure (default: 5)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &given.json,
      "Print JSON instead of a table", NULL },
    { NULL }
};

static const GOptionEntry encode_options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &given.output,
      "Write to OUT instead of standard output", "OUT" },
    { NULL }
};

static ZooOptions zoo_given = { .seconds = 60, .runs = 3 };

static const GOptionEntry zoo_options[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &zoo_given.seconds,
      "The time that a run may take (default: 60)", "N" },
    { "runs", 0, 0, G_OPTION_ARG_INT, &zoo_given.runs,
      "Runs of each fault, with random seeds 1 to N (default: 3)", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &zoo_given.jobs,
      "Runs at a time (default: 0, one for each processor)", "N" },
    { "only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &zoo_given.only,
      "This fault alone; may be given several times", "NAME" },
    { "html", 0, 0, G_OPTION_ARG_FILENAME, &zoo_given.html,
      "Write the tables as a page, too", "FILE" },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &zoo_given.state,
      "Keep the results here (default: TARGET.results)", "FILE" },
    { "target", 0, 0, G_OPTION_ARG_FILENAME, &zoo_given.target,
      "The program with the faults (default: " ZOO_TARGET
      ", beside this one)", "TARGET" },
    { NULL }
};

static int main_replay(int argc, char **argv)
{
    return cmd_replay(argc, argv, given.events, given.quiet);
}

static int main_report(int argc, char **argv)
{
    if (!given.coverage) {
        complain("report: needs --coverage; try tlbdiff report --help");
        return BAD;
    }
    return cmd_report(argc, argv);
}

static int main_bench(int argc, char **argv)
{
    if (given.seconds < 1) {
        complain("bench: --seconds: expected at least 1, found %d",
                 given.seconds);
        return BAD;
    }
    return cmd_bench(argc, argv, given.seconds, given.json);
}

static int main_show(int argc, char **argv)
{
    return cmd_show(argv[0]);
}

static int main_encode(int argc, char **argv)
{
    return cmd_encode(argv[0], given.output);
}

static int main_zoo(int argc, char **argv)
{
    const struct {
        const char *name;
        int value, min, max;
    } numbers[] = {
        { "seconds", zoo_given.seconds, 1, G_MAXINT },
        { "runs", zoo_given.runs, 1, ZOO_MAX_RUNS },
        { "jobs", zoo_given.jobs, 0, G_MAXINT },
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
    return cmd_zoo(argv, &zoo_given);
}

/* What is wanted after the options. */
typedef struct Wanted {
    const char *args, *words;
    bool many;
} Wanted;

static const Wanted one_file = { "FILE", "one file", false };
static const Wanted files = { "FILE|DIR...", "a file or a directory", true };
static const Wanted dirs = { "DIR...", "a directory of seeds", true };

static const struct {
    const char *name;
    const Wanted *wanted;
    const GOptionEntry *options;
    int (*run)(int argc, char **argv);
} commands[] = {
    { "replay", &files, replay_options, main_replay },
    { "report", &files, report_options, main_report },
    { "bench", &files, bench_options, main_bench },
    { "show", &one_file, NULL, main_show },
    { "encode", &one_file, encode_options, main_encode },
    { "zoo", &dirs, zoo_options, main_zoo },
};

static int run_command(unsigned n, int argc, char **argv)
{
    const Wanted *wanted = commands[n].wanted;
    g_autoptr(GOptionContext) context = g_option_context_new(wanted->args);
    g_autoptr(GError) err = NULL;

    if (commands[n].options) {
        g_option_context_add_main_entries(context, commands[n].options, NULL);
    }
    if (!g_option_context_parse(context, &argc, &argv, &err)) {
        complain("%s: %s; try tlbdiff %s --help", commands[n].name,
                 err->message, commands[n].name);
        return BAD;
    }
    if (wanted->many ? argc < 2 : argc != 2) {
        complain("%s: needs %s; try tlbdiff %s --help", commands[n].name,
                 wanted->words, commands[n].name);
        return BAD;
    }
    return commands[n].run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";

    if (!strcmp(command, "--help") || !strcmp(command, "-h")) {
        fputs(usage, stdout);
        return finish_stdout(AGREE);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (!strcmp(command, commands[i].name)) {
            int status = run_command(i, argc - 1, argv + 1);

            g_free(given.output);
            g_free(zoo_given.html);
            g_free(zoo_given.state);
            g_free(zoo_given.target);
            g_strfreev(zoo_given.only);
            return status;
        }
    }
    complain(*command ? "unknown command '%s'; try tlbdiff --help" :
                        "no command%s; try tlbdiff --help", command);
    return BAD;
}
