/*
 * Data goes in, a page comes out: the renderer is a process of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "page.h"
#include "harness/run/config.h"

/* In the new process; what there is to read is at @opaque. */
static void take_stdin(gpointer opaque)
{
    dup2(GPOINTER_TO_INT(opaque), STDIN_FILENO);
}

/* A file for the renderer to read; not a pipe, of which it may not read all. */
static FILE *file_of(const char *text, char **error)
{
    FILE *file = tmpfile();

    if (!file || fputs(text, file) < 0 || fflush(file) ||
        fseek(file, 0, SEEK_SET)) {
        *error = g_strdup_printf("no temporary file for the page: %s",
                                 g_strerror(errno));
        if (file) {
            fclose(file);
        }
        return NULL;
    }
    return file;
}

/* The last line says it, whatever Python has said before. */
static char *last_line(const char *said)
{
    g_auto(GStrv) lines = NULL;
    g_autofree char *text = g_strchomp(g_strdup(said));

    lines = g_strsplit(text, "\n", -1);
    return g_strdup_printf("cannot make the page: %s", *text ?
                           lines[g_strv_length(lines) - 1] :
                           "its renderer failed");
}

static char *spawn(const char *template, int in, char **error)
{
    /* Debian's Python has Debian's Jinja2; another may come first in PATH */
    const char *argv[] = {
        "/usr/bin/python3", "-I", TLBDIFF_SOURCE_DIR "/harness/pages/render.py",
        template, NULL
    };
    g_autofree char *page = NULL, *said = NULL;
    g_autoptr(GError) err = NULL;
    int status;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN,
                      take_stdin, GINT_TO_POINTER(in), &page, &said, &status,
                      &err)) {
        *error = g_strdup_printf("cannot make the page: %s", err->message);
        return NULL;
    }
    if (status) {
        *error = last_line(said);
        return NULL;
    }
    return g_steal_pointer(&page);
}

char *page_render(const char *template, const char *json, char **error)
{
    /* a file may have any name, and a program say anything */
    g_autofree char *valid = g_utf8_make_valid(json, -1);
    FILE *in = file_of(valid, error);
    char *page;

    if (!in) {
        return NULL;
    }
    page = spawn(template, fileno(in), error);
    fclose(in);
    return page;
}

char *json_text(JsonObject *data)
{
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), data);

    return json_to_string(node, false);
}
