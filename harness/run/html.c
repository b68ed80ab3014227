/*
 * What the pages for people have in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>

#include "html.h"

static const char shared_style[] =
    ":root{color-scheme:light;--fg:#1b1f24;--bg:#fff;--soft:#57606a;"
    "--line:#d0d7de;--head:#f3f5f7}\n"
    "@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;"
    "--fg:#e3e8ed;--bg:#14181d;--soft:#9aa5b1;--line:#39424c;"
    "--head:#1f262d}}\n"
    "body{font:15px/1.45 system-ui,sans-serif;color:var(--fg);"
    "background:var(--bg);max-width:70rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}\n"
    "p{margin:.4rem 0}.soft{color:var(--soft)}\n"
    "code{font:.92em ui-monospace,monospace;overflow-wrap:anywhere}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem}"
    "\ndt{color:var(--soft)}dd{margin:0;font-weight:600}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;"
    "border-bottom:1px solid var(--line)}\n"
    "thead th{background:var(--head);white-space:nowrap}\n"
    "tbody th{font-weight:400;white-space:nowrap}\n"
    ".n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}\n"
    "@media print{:root{--fg:#000;--soft:#444;--line:#bbb;--head:#eee}"
    "body{font-size:9pt;margin:0;max-width:none}thead{display:"
    "table-header-group}tr{break-inside:avoid}.wide{overflow:visible}}\n";

GString *html_begin(const char *title, const char *style)
{
    GString *page = g_string_new("<!DOCTYPE html>\n<html lang=\"en\">\n<head>"
        "\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width\">\n");

    html(page, "<title>%s</title>\n", title);
    g_string_append_printf(page, "<style>\n%s%s</style>\n</head>\n<body>\n",
                           shared_style, style);
    return page;
}

void html(GString *page, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_markup_vprintf_escaped(fmt, ap);
    va_end(ap);
    g_string_append(page, text);
}

char *html_end(GString *page)
{
    g_string_append(page, "</body>\n</html>\n");
    return g_string_free(page, false);
}
