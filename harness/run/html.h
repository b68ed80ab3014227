/*
 * Pages for people: one file that needs no other, without scripts, for the
 * screen, bright or dark, and for paper.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_HTML_H
#define RUN_HTML_H

#include <stdbool.h>

#include <glib.h>

/**
 * html_begin: a new page, up to its first heading; to go on with and to give
 * to html_end()
 * @title: of the page, as plain text
 * @style: rules of this page alone, or ""
 *
 * The rules that all pages share are for headings, tables, lists of terms
 * (dl), code, and these classes: .soft for what is secondary, .n for cells
 * with numbers, .wide around a table that may be wider than the screen.
 * Colours are the variables --fg, --bg, --soft, --line and --head; rules of
 * one page for the dark screen go into
 * "@media screen and (prefers-color-scheme:dark)".
 */
GString *html_begin(const char *title, const char *style);

/** html: append as printf() would, with the arguments made harmless */
void html(GString *page, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/** html_end: the whole of @page, which is freed; to be freed */
char *html_end(GString *page);

#endif
