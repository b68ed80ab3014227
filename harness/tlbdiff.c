/*
 * The tool: replay, show and encode scenarios.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "run.h"
#include "text.h"

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
    if (!run_scenario(run, &s, &d)) {
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

static int cmd_replay(int argc, char **argv, bool events, bool quiet)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    int status = AGREE;
    Run run;

    for (int i = 0; i < argc; i++) {
        if (!add_path(paths, argv[i])) {
            return BAD;
        }
    }
    run_init(&run);
    run.thorough = true;
    run.trace = events ? stdout : NULL;
    for (unsigned i = 0; i < paths->len && status != BAD; i++) {
        int one = replay_file(&run, paths->pdata[i], quiet);

        status = MAX(status, one);
    }
    if (!events && paths->len > 1 && status != BAD) {
        printf("%" G_GUINT64_FORMAT " scenarios, %" G_GUINT64_FORMAT
               " operations\n", run.scenarios, run.operations);
    }
    run_free(&run);
    return finish_stdout(status);
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

static const char usage[] =
    "Usage: tlbdiff COMMAND [OPTION...] FILE...\n"
    "\n"
    "  replay FILE|DIR...      run scenarios through QEMU and the model\n"
    "  show FILE               print a scenario in text form\n"
    "  encode FILE             print a scenario in binary form\n"
    "\n"
    "A FILE is a scenario in text or in binary form.\n"
    "Exit status: 0 agreement, 1 a divergence, 2 bad usage or bad input.\n";

int main(int argc, char **argv)
{
    gboolean events = FALSE, quiet = FALSE;
    g_autofree char *output = NULL;
    const GOptionEntry replay_options[] = {
        { "events", 0, 0, G_OPTION_ARG_NONE, &events,
          "Print QEMU's events, one a line", NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet,
          "Print divergences only", NULL },
        { NULL }
    };
    const GOptionEntry encode_options[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
          "Write to OUT instead of standard output", "OUT" },
        { NULL }
    };
    g_autoptr(GOptionContext) context = NULL;
    g_autoptr(GError) err = NULL;
    const char *command = argc > 1 ? argv[1] : "";
    bool replay = !strcmp(command, "replay");
    bool encode = !strcmp(command, "encode");

    if (!strcmp(command, "--help") || !strcmp(command, "-h")) {
        fputs(usage, stdout);
        return finish_stdout(AGREE);
    }
    if (!replay && !encode && strcmp(command, "show")) {
        complain(*command ? "unknown command '%s'; try tlbdiff --help" :
                            "no command%s; try tlbdiff --help", command);
        return BAD;
    }

    context = g_option_context_new(replay ? "FILE|DIR..." : "FILE");
    if (replay) {
        g_option_context_add_main_entries(context, replay_options, NULL);
    } else if (encode) {
        g_option_context_add_main_entries(context, encode_options, NULL);
    }
    argc--;
    argv++;
    if (!g_option_context_parse(context, &argc, &argv, &err)) {
        complain("%s: %s; try tlbdiff %s --help", command, err->message,
                 command);
        return BAD;
    }
    if (replay ? argc < 2 : argc != 2) {
        complain("%s: needs %s; try tlbdiff %s --help", command,
                 replay ? "a file or a directory" : "one file", command);
        return BAD;
    }
    return replay ? cmd_replay(argc - 1, argv + 1, events, quiet) :
           encode ? cmd_encode(argv[1], output) : cmd_show(argv[1]);
}
