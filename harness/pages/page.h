/*
 * Pages for people: a template of this directory, filled in with data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PAGES_PAGE_H
#define PAGES_PAGE_H

#include <json-glib/json-glib.h>

/**
 * page_render: a page, one file that needs no other; to be freed
 * @template: its file's name: "explain.html"
 * @json: an object with what the template names
 * @error: set to a new line without its end, if it fails: it says what is
 *         missing on this machine, or what is wrong with the template
 *
 * Returns NULL if it fails.
 */
char *page_render(const char *template, const char *json, char **error);

/** json_text: @data as text, on one line; to be freed */
char *json_text(JsonObject *data);

#endif
