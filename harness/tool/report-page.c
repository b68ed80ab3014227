/*
 * A campaign of fuzzing, as a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "harness/run/html.h"
#include "harness/run/report.h"
#include "harness/scenario/text.h"

/* Of a chart, in pixels. */
#define WIDTH   480
#define HEIGHT  140

static const char style[] =
    "figure{display:inline-block;margin:.5rem 1.5rem .5rem 0;width:480px;"
    "max-width:100%}figcaption{font-weight:600}svg{width:100%;height:auto;"
    "border-left:1px solid var(--line);border-bottom:1px solid var(--line)}\n"
    "polyline{fill:none;stroke:currentColor;stroke-width:2}\n"
    "meter{width:100%}td.bar{width:35%}.never{background:#ffe3e0;"
    "color:#1b1f24}\n"
    ".two{display:grid;grid-template-columns:repeat(auto-fit,"
    "minmax(20rem,1fr));gap:0 2rem}\n";

enum { SECONDS, SCENARIOS, OPERATIONS, EDGES, FOUND, SAMPLE };

typedef struct Samples {
    unsigned n;
    struct {
        double of[SAMPLE];
    } *at;
} Samples;

/* Lines of numbers; what is none is left out. */
static Samples read_samples(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Samples s = { 0 };

    s.at = g_malloc0_n(g_strv_length(lines) + 1, sizeof(*s.at));
    for (unsigned i = 0; lines[i]; i++) {
        g_auto(GStrv) words = g_strsplit(g_strstrip(lines[i]), " ", -1);

        if (g_strv_length(words) == SAMPLE) {
            for (unsigned k = 0; k < SAMPLE; k++) {
                s.at[s.n].of[k] = g_ascii_strtod(words[k], NULL);
            }
            s.n++;
        }
    }
    return s;
}

static void chart(GString *page, const Samples *s, unsigned what,
                  const char *name)
{
    const double *end = s->at[s->n - 1].of;
    double width = MAX(end[SECONDS], 1), height = 1;

    for (unsigned i = 0; i < s->n; i++) {
        height = MAX(height, s->at[i].of[what]);
    }
    html(page, "<figure><figcaption>%s: %.0f</figcaption>\n<svg viewBox=\"0 0 "
         "%d %d\" role=\"img\" aria-label=\"%s over time\"><polyline "
         "points=\"0,%d", name, end[what], WIDTH, HEIGHT, name, HEIGHT);
    for (unsigned i = 0; i < s->n; i++) {
        html(page, " %.1f,%.1f", s->at[i].of[SECONDS] / width * WIDTH,
             HEIGHT - s->at[i].of[what] / height * (HEIGHT - 4));
    }
    html(page, "\"/></svg>\n<span class=\"soft\">0 to %.0f s</span></figure>"
         "\n", end[SECONDS]);
}

static void over_time(GString *page, const char *text)
{
    Samples s = read_samples(text);

    if (s.n) {
        const double *end = s.at[s.n - 1].of;

        html(page, "<dl><dt>Time</dt><dd>%.0f s</dd><dt>Operations</dt><dd>"
             "%.0f, %.0f a second</dd><dt>Scenarios</dt><dd>%.0f, %.0f a "
             "second</dd><dt>Found</dt><dd>%.0f</dd></dl>\n", end[SECONDS],
             end[OPERATIONS], end[OPERATIONS] / MAX(end[SECONDS], 1),
             end[SCENARIOS], end[SCENARIOS] / MAX(end[SECONDS], 1),
             end[FOUND]);
        chart(page, &s, OPERATIONS, "Operations");
        chart(page, &s, SCENARIOS, "Scenarios");
        chart(page, &s, EDGES, "Edges of the code under test");
        chart(page, &s, FOUND, "Divergences");
    }
    g_free(s.at);
}

/* "accel/tcg/cputlb.c:   91.2 % (912 of 1000)" */
static void covered(GString *page, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    g_string_append(page, "<h2>Coverage of the code under test</h2>\n"
                    "<table>\n<tbody>\n");
    for (unsigned i = 0; lines[i]; i++) {
        char *value = strstr(lines[i], ": ");
        double percent = value ? g_ascii_strtod(value + 2, NULL) : 0;

        if (value && strchr(value, '%')) {
            *value = 0;
            html(page, "<tr><th scope=\"row\"><code>%s</code></th>"
                 "<td class=\"n\">%s</td><td class=\"bar\">"
                 "<meter min=\"0\" max=\"100\" value=\"%.1f\">"
                 "</meter></td></tr>\n", g_strstrip(lines[i]),
                 g_strstrip(value + 2), percent);
        }
    }
    g_string_append(page, "</tbody></table>\n");
}

static void begin_counts(GString *page, const char *what, const char *how)
{
    html(page, "<div><table><thead><tr><th scope=\"col\">%s</th>"
         "<th scope=\"col\" class=\"n\">%s</th></tr></thead>\n<tbody>\n",
         what, how);
}

static void count(GString *page, const char *name, const char *title,
                  uint64_t n)
{
    html(page, "<tr class=\"%s\"><th scope=\"row\" title=\"%s\">%s</th>"
         "<td class=\"n\">%" G_GUINT64_FORMAT "</td></tr>\n",
         n ? "" : "never", title, name, n);
}

static void used(GString *page, const Run *run)
{
    uint64_t judged[RM_CLAUSES];

    g_string_append(page, "<h2>What the scenarios use</h2>\n"
                    "<div class=\"two\">\n");
    begin_counts(page, "Operation", "executed");
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);

        if (kind_counts(run, kind)) {
            count(page, name, "", run->kinds[kind]);
        }
    }
    g_string_append(page, "</tbody></table></div>\n");
    run_judged(run, judged);
    begin_counts(page, "Clause", "decided");
    for (unsigned c = RM_NO_CLAUSE + 1; c < RM_CLAUSES; c++) {
        if (clause_counts(run, c)) {
            count(page, rm_clause_name(c), rm_clause_text(c), judged[c]);
        }
    }
    g_string_append(page, "</tbody></table></div>\n</div>\n");
}

static void findings(GString *page, char *const *names)
{
    g_string_append(page, "<h2>Findings</h2>\n");
    if (!names || !*names) {
        g_string_append(page, "<p>None.</p>\n");
        return;
    }
    g_string_append(page, "<ul>\n");
    for (; *names; names++) {
        g_autofree char *name = g_path_get_basename(*names);

        html(page, "<li><a href=\"%s.html\">%s</a></li>\n", name, name);
    }
    g_string_append(page, "</ul>\n");
}

char *report_page(const Run *run, const Campaign *c)
{
    GString *page = html_begin("tlbdiff: a campaign", style);

    g_string_append(page, "<h1>A campaign</h1>\n");
    if (c->samples) {
        over_time(page, c->samples);
    }
    findings(page, c->found);
    if (c->coverage) {
        covered(page, c->coverage);
    }
    used(page, run);
    return html_end(page);
}
