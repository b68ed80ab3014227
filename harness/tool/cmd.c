/*
 * What the commands of the tool share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/engine/engine-model.h"
#include "harness/pages/page.h"
#include "harness/qemu/engine.h"
#include "harness/run/report.h"
#include "harness/run/sanitizer.h"
#include "harness/scenario/text.h"
#include "cmd.h"

const char *program = "tlbdiff";

gboolean leave_out_limits;

char *voice;

int trial_seconds = 5;

bool timeout_makes_sense(const char *command)
{
    if (trial_seconds < 1) {
        complain("%s: --timeout: expected at least 1, found %d", command,
                 trial_seconds);
    }
    return trial_seconds >= 1;
}

void both_sides(Run *run)
{
    run_init(run, engine_model(), engine_qemu());
    run->thorough = true;
    if (leave_out_limits) {
        run->limits = run->subject->limits;
    }
    if (voice) {
        run_attach(run, voice);
    }
    sanitizer_watch(report_memory_error, run);
}

char *replay_command(const char *path)
{
    const char *zoo = g_getenv("TLBDIFF_ZOO");
    g_autofree char *command = g_shell_quote(voice ? voice : "");

    return g_strdup_printf("%s%s%s%s replay%s%s %s",
                           zoo && *zoo ? "TLBDIFF_ZOO=" : "",
                           zoo && *zoo ? zoo : "", zoo && *zoo ? " " : "",
                           program, voice ? " --voice=" : "",
                           voice ? command : "", path);
}

void complain(const char *fmt, ...)
{
    va_list ap;

    fputs("tlbdiff: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

int finish_stdout(int status)
{
    if (fflush(stdout) || ferror(stdout)) {
        complain("cannot write the output: %s", g_strerror(errno));
        return BAD;
    }
    return status;
}

bool write_file(const char *command, const char *path, const char *text)
{
    g_autoptr(GError) err = NULL;
    struct stat st;

    /* into a temporary file first, which must not take a device's place */
    if (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        complain("%s: %s: is not a regular file: name another one, or write "
                 "to standard output", command, path);
        return false;
    }
    if (!g_file_set_contents(path, text, -1, &err)) {
        complain("%s: %s", command, err->message);
        return false;
    }
    return true;
}

bool write_scenario(const char *command, const Scenario *s, const char *path)
{
    g_autoptr(GString) text = g_string_new(NULL);

    text_print(text, s);
    return write_file(command, path, text->str);
}

bool write_page(const char *command, const char *path, const char *template,
                const char *json)
{
    g_autofree char *error = NULL;
    g_autofree char *page = page_render(template, json, &error);

    if (!page) {
        complain("%s: %s", command, error);
        return false;
    }
    return write_file(command, path, page);
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

GPtrArray *all_paths(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    for (int i = 0; i < argc; i++) {
        if (!add_path(paths, argv[i])) {
            return NULL;
        }
    }
    return g_steal_pointer(&paths);
}

bool load(Scenario *s, const char *path)
{
    g_autofree char *error = NULL;

    if (!text_load(s, path, &error)) {
        complain("%s", error);
        return false;
    }
    return true;
}

static volatile sig_atomic_t interrupts;

static void note_interrupt(int sig)
{
    interrupts = true;
}

void catch_interrupts(void)
{
    signal(SIGINT, note_interrupt);
    signal(SIGTERM, note_interrupt);
    signal(SIGHUP, note_interrupt);
}

bool interrupted(void)
{
    return interrupts;
}

void progress(const char *fmt, ...)
{
    static gint64 last;
    gint64 now = g_get_monotonic_time();
    va_list ap;

    if (!isatty(STDERR_FILENO) || now - last < G_USEC_PER_SEC / 10) {
        return;
    }
    last = now;
    fputs("\r\033[K", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
}

void progress_end(void)
{
    if (isatty(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
    }
}
