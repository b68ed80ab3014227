/*
 * The results of the benchmark as a page, with plots of how it grows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "bench.h"
#include "harness/run/html.h"
#include "harness/scenario/text.h"

/* Of a plot, in units of its own: the whole, and the frame in it. */
#define WIDTH   360
#define HEIGHT  220
#define LEFT    44
#define RIGHT   (WIDTH - 18)
#define TOP     20
#define BOTTOM  (HEIGHT - 24)

static const char style[] =
    ":root{--qemu:#3d6fa5;--model:#e3a02c;--all:#c8475a}\n"
    "@media screen and (prefers-color-scheme:dark){:root{--qemu:#6a9fd8;"
    "--model:#e0aa4e;--all:#e07a89}}\n"
    ".key span{white-space:nowrap;margin-right:1.5rem}\n"
    ".key svg{width:.8rem;height:.8rem;vertical-align:-.08rem;"
    "margin-right:.4rem}\n"
    ".plots{display:grid;gap:1.5rem 2rem;"
    "grid-template-columns:repeat(auto-fill,minmax(19rem,1fr))}\n"
    "figure{margin:0}figure svg{width:100%;height:auto;display:block}\n"
    "figcaption{font-size:.9rem}figcaption strong{display:block}\n"
    "figcaption strong::first-letter{text-transform:uppercase}\n"
    "svg text{font:10px system-ui,sans-serif;fill:var(--soft)}\n"
    "svg .ratio{fill:var(--fg);paint-order:stroke;stroke:var(--bg);"
    "stroke-width:3;stroke-linejoin:round}\n"
    ".grid{stroke:var(--line);stroke-width:1}\n"
    ".qemu{fill:var(--qemu)}.model{fill:var(--model)}.all{fill:var(--all)}\n"
    ".area{opacity:.28}.line{fill:none;stroke-width:1.75}\n"
    ".line.qemu{stroke:var(--qemu)}.line.model{stroke:var(--model)}"
    ".line.all{stroke:var(--all)}\n"
    "circle{stroke:var(--bg);stroke-width:1}\n"
    ".share{width:10rem;height:.7rem;vertical-align:middle}\n"
    "@media print{svg *{print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact}.plots{"
    "grid-template-columns:1fr 1fr 1fr;gap:1rem}"
    "figure{break-inside:avoid}}\n";

/* From the bottom up: each depth contains the one before. */
static const RunDepth stack[] = { RUN_SUBJECT, RUN_BOTH, RUN_ALL };

static const char *const classes[RUN_DEPTHS] = {
    [RUN_SUBJECT] = "qemu", [RUN_BOTH] = "model", [RUN_ALL] = "all",
};

/* What a depth adds to the one before. */
static const char *const parts[RUN_DEPTHS] = {
    [RUN_SUBJECT] = "QEMU alone",
    [RUN_BOTH] = "and the model",
    [RUN_ALL] = "and all comparisons",
};

/* --- Plots --------------------------------------------------------------- */

typedef struct Plot {
    GString *page;
    const Growth *g;
    double step;        /* between lines of the grid, ns */
    double max;         /* at the top of the frame, ns */
} Plot;

/* Points are at equal distances: most of them are powers of two. */
static double plot_x(const Plot *p, unsigned i)
{
    return LEFT + (RIGHT - LEFT) * (i + .5) / p->g->n;
}

static double plot_y(const Plot *p, double ns)
{
    return BOTTOM - (BOTTOM - TOP) * ns / p->max;
}

/* 1, 2 or 5 times a power of ten, for about four lines below @max. */
static double grid_step(double max)
{
    double power = 1, n;

    while (max / 4 / power >= 10) {
        power *= 10;
    }
    n = max / 4 / power;
    return power * (n < 1.5 ? 1 : n < 3.5 ? 2 : n < 7.5 ? 5 : 10);
}

static void scale(Plot *p)
{
    double max = 1;

    for (unsigned i = 0; i < p->g->n; i++) {
        for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
            max = MAX(max, p->g->ns[i][depth]);
        }
    }
    p->step = grid_step(max);
    while (p->max < max) {
        p->max += p->step;
    }
}

static void plot_axes(const Plot *p)
{
    for (double ns = 0; ns < p->max + p->step / 2; ns += p->step) {
        html(p->page, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
             "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>\n",
             LEFT, plot_y(p, ns), RIGHT, LEFT - 6, plot_y(p, ns) + 3.5, ns);
    }
    for (unsigned i = 0; i < p->g->n; i++) {
        html(p->page, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%u"
             "</text>\n", plot_x(p, i), BOTTOM + 15, p->g->x[i]);
    }
    html(p->page, "<text x=\"0\" y=\"9\">ns</text>\n");
}

static void path(const Plot *p, unsigned from, RunDepth depth)
{
    html(p->page, "%s%.1f %.1f", from ? "L" : "M", plot_x(p, from),
         plot_y(p, p->g->ns[from][depth]));
}

/* What @depth adds to the one below, or to nothing. */
static void plot_area(const Plot *p, RunDepth depth, const RunDepth *below)
{
    html(p->page, "<path class=\"area %s\" d=\"", classes[depth]);
    for (unsigned i = 0; i < p->g->n; i++) {
        path(p, i, depth);
    }
    for (unsigned i = p->g->n; i-- > 0;) {
        html(p->page, "L%.1f %.1f", plot_x(p, i),
             below ? plot_y(p, p->g->ns[i][*below]) : BOTTOM);
    }
    html(p->page, "Z\"/>\n<path class=\"line %s\" d=\"", classes[depth]);
    for (unsigned i = 0; i < p->g->n; i++) {
        path(p, i, depth);
    }
    html(p->page, "\"/>\n");
}

static void plot_points(const Plot *p, RunDepth depth)
{
    for (unsigned i = 0; i < p->g->n; i++) {
        double ns = p->g->ns[i][depth];

        html(p->page, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\">"
             "<title>%s %u, %s: %.0f ns</title></circle>\n", classes[depth],
             plot_x(p, i), plot_y(p, ns), p->g->name, p->g->x[i],
             bench_depth(depth), ns);
    }
}

static void plot_ratios(const Plot *p)
{
    for (unsigned i = 0; i < p->g->n; i++) {
        const double *ns = p->g->ns[i];

        html(p->page, "<text class=\"ratio\" x=\"%.1f\" y=\"%.1f\" "
             "text-anchor=\"middle\">%.1f×</text>\n", plot_x(p, i),
             plot_y(p, ns[RUN_ALL]) - 7, ns[RUN_ALL] / ns[RUN_SUBJECT]);
    }
}

static void plot(GString *page, const Growth *g)
{
    Plot p = { .page = page, .g = g };

    scale(&p);
    html(page, "<figure><figcaption><strong>%s</strong>"
         "<span class=\"soft\">%s</span></figcaption>\n"
         "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"The cost of an "
         "operation by %s\">\n", g->name, g->about, WIDTH, HEIGHT, g->name);
    plot_axes(&p);
    for (unsigned i = 0; i < G_N_ELEMENTS(stack); i++) {
        plot_area(&p, stack[i], i ? &stack[i - 1] : NULL);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(stack); i++) {
        plot_points(&p, stack[i]);
    }
    plot_ratios(&p);
    html(page, "</svg></figure>\n");
}

static void key(GString *page)
{
    html(page, "<p class=\"key\">");
    for (unsigned i = 0; i < G_N_ELEMENTS(stack); i++) {
        html(page, "<span><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\">"
             "<rect class=\"%s\" width=\"10\" height=\"10\"/></svg>%s</span>",
             classes[stack[i]], parts[stack[i]]);
    }
    html(page, "</p>\n");
}

static void growths(GString *page, const Bench *bench)
{
    html(page, "<h2>How the cost of an operation grows</h2>\n");
    key(page);
    html(page, "<div class=\"plots\">\n");
    for (unsigned i = 0; i < GROWTHS; i++) {
        plot(page, &bench->growths[i]);
    }
    html(page, "</div>\n<p class=\"soft\">Nanoseconds for a load, a store or "
         "a flush, on average. Above each point: all comparisons, by QEMU "
         "alone. The points are at equal distances.</p>\n");
}

/* --- Tables -------------------------------------------------------------- */

/* How much of the whole each part is. */
static void share(GString *page, const double ns[RUN_DEPTHS])
{
    double below = 0, whole = MAX(ns[RUN_ALL], 1);

    html(page, "<svg class=\"share\" viewBox=\"0 0 100 10\" "
         "preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    for (unsigned i = 0; i < G_N_ELEMENTS(stack); i++) {
        double end = CLAMP(ns[stack[i]], below, whole);

        html(page, "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" "
             "height=\"10\"/>", classes[stack[i]], 100 * below / whole,
             100 * (end - below) / whole);
        below = end;
    }
    html(page, "</svg>");
}

static void table_begin(GString *page, const char *what, const char *of)
{
    html(page, "<div class=\"wide\"><table>\n<thead><tr>"
         "<th scope=\"col\">%s</th><th scope=\"col\" class=\"n\">%s</th>",
         what, of);
    for (unsigned i = 0; i < G_N_ELEMENTS(stack); i++) {
        html(page, "<th scope=\"col\" class=\"n\">%s</th>",
             bench_depth(stack[i]));
    }
    html(page, "<th scope=\"col\" class=\"n\">Ratio</th>"
         "<th scope=\"col\">Shares</th></tr></thead>\n<tbody>\n");
}

static void table_row(GString *page, const char *what, const char *of,
                      const double ns[RUN_DEPTHS])
{
    html(page, "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td>", what,
         of);
    for (unsigned i = 0; i < G_N_ELEMENTS(stack); i++) {
        html(page, "<td class=\"n\">%.0f</td>", ns[stack[i]]);
    }
    html(page, "<td class=\"n\">%.1f×</td><td>",
         ns[RUN_ALL] / ns[RUN_SUBJECT]);
    share(page, ns);
    html(page, "</td></tr>\n");
}

static void table_end(GString *page)
{
    html(page, "</tbody></table></div>\n");
}

static void kinds(GString *page, const Bench *bench)
{
    html(page, "<h2>By operation</h2>\n");
    key(page);
    table_begin(page, "Nanoseconds", "How many");
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);
        g_autofree char *n = g_strdup_printf("%" G_GUINT64_FORMAT,
                                             bench->kinds[kind]);

        if (bench_kind(bench, kind)) {
            table_row(page, name, n, bench->kind_ns[kind]);
        }
    }
    table_end(page);
}

static void resets(GString *page, const Bench *bench)
{
    g_autofree char *n = g_strdup_printf("%u", bench->scenarios);

    html(page, "<h2>Reset of a scenario</h2>\n");
    table_begin(page, "Nanoseconds", "How many");
    table_row(page, "one that is empty", "", bench->empty_ns);
    table_row(page, "those measured, on average", n, bench->reset_ns);
    table_end(page);
    html(page, "<p class=\"soft\">With it counts what is compared at the end "
         "of a scenario, and between operations.</p>\n");
}

/* --- The page ------------------------------------------------------------ */

static void heading(GString *page, const Bench *bench)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *date = g_date_time_format(now, "%Y-%m-%d %H:%M UTC");

    html(page, "<h1>What the comparison costs</h1>\n<p class=\"soft\">%s. "
         "A build with%s sanitizers; the same %" G_GUINT64_FORMAT
         " operations of %u scenarios each time, in one run.</p>\n<dl>\n",
         date, BENCH_SANITIZED ? "" : "out", bench->operations,
         bench->scenarios);
    for (unsigned i = RUN_DEPTHS; i-- > 0;) {
        html(page, "<dt>%s</dt><dd>%.0f operations/s, %.0f ns each, %.0f %% "
             "of the speed of QEMU alone</dd>\n", bench_depth(i),
             1e9 / bench->ns[i], bench->ns[i],
             100 * bench->ns[RUN_SUBJECT] / bench->ns[i]);
    }
    html(page, "<dt>Peak memory</dt><dd>%" G_GUINT64_FORMAT " MiB</dd>\n"
         "</dl>\n", bench->rss_kib / 1024);
}

char *bench_html(const Bench *bench)
{
    GString *page = html_begin("tlbdiff: what the comparison costs", style);

    heading(page, bench);
    growths(page, bench);
    kinds(page, bench);
    resets(page, bench);
    return html_end(page);
}
