/*
 * What the commands of the tool share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "text.h"

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

    /* into a temporary file first */
    if (!g_file_set_contents(path, text, -1, &err)) {
        complain("%s: %s", command, err->message);
        return false;
    }
    return true;
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
