/*
 * An explanation as a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "words.h"
#include "harness/run/html.h"
#include "harness/scenario/text.h"

#define MANY 1024       /* pages that one operation touches, at most */
#define FEW  10         /* operations that are all shown at once */

static const char style[] =
    ":root{--bad:#ffe3e0;--edge:#c4281c;--cause:#fff1cc;--amber:#a86b00;"
    "--new:#e4effb}\n"
    "@media screen and (prefers-color-scheme:dark){:root{--bad:#4d1f1c;"
    "--edge:#ff8a80;--cause:#40340f;--amber:#ffca5c;--new:#1b3048}}\n"
    "h1 small{display:block;font-size:1rem;font-weight:400;margin:.2rem 0}\n"
    "h3{font-size:1rem;margin:0;display:inline}\n"
    ".story{font-size:1.1rem;line-height:1.6;border-left:4px solid "
    "var(--edge);padding:.3rem 0 .3rem 1rem;margin:1.2rem 0}\n"
    ".agree{border-color:var(--line)}\n"
    ".op{margin:1.2rem 0;padding-top:.6rem;border-top:1px solid var(--line)}"
    "\nsummary{cursor:pointer}.op>table,.op>.wide{margin:.5rem 0}\n"
    "table.time td{padding:.2rem .6rem}\n"
    "tr.bad,.tag.bad{background:var(--bad)}tr.cause,.tag.cause{"
    "background:var(--cause)}\n"
    ".tag{font-size:.85rem;padding:.1rem .5rem;border-radius:.3rem;"
    "white-space:nowrap}\n"
    "table.entry{table-layout:fixed}table.entry th:first-child{width:4.5rem}"
    "\ntable.entry td{font-size:.88rem}\n"
    "caption{text-align:left;font-weight:600;padding:.4rem 0}\n"
    ".flags{font:.78rem ui-monospace,monospace;color:var(--soft)}\n"
    "td.new{background:var(--new)}td.wrong{background:var(--bad);"
    "box-shadow:inset 3px 0 var(--edge)}b.wrong{color:var(--edge)}\n"
    "td.second,th.second{border-left:2px solid var(--line)}\n"
    "td.differ{background:var(--bad)}pre{overflow-x:auto}\n"
    "@media print{details::details-content{content-visibility:visible;"
    "display:block;height:auto}td,tr,.tag{print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact}.story{font-size:11pt}"
    "table.entry td,td code,.tag{font-size:7.5pt}.flags{font-size:6.5pt}}\n";

/* What is between backticks is code. */
static void html_words(GString *page, const char *words)
{
    g_auto(GStrv) parts = g_strsplit(words, "`", -1);

    for (unsigned i = 0; parts[i]; i++) {
        html(page, i % 2 ? "<code>%s</code>" : "%s", parts[i]);
    }
}

static const char *mark_of(const Story *s, int op)
{
    return op == s->op ? "bad" : op == s->cause ? "cause" : "";
}

static void html_tag(GString *page, const Explanation *x, const Story *s,
                     int op)
{
    if (op == s->op) {
        html(page, " <span class=\"tag bad\">%s</span>",
             x->verdict == VERDICT_DIVERGE ? "\u2717 here they differ" :
             x->verdict == VERDICT_NONE ? "\u2717 here it ends" :
             "the predicted assertion");
    } else if (op == s->cause) {
        html(page, " <span class=\"tag cause\">%s</span>",
             "\u2691 what matters");
    }
}

static void html_timeline(GString *page, const Explanation *x,
                          const Story *s)
{
    g_autoptr(GString) setup = g_string_new(NULL);

    text_print_setup(setup, &x->scenario.setup);
    html(page, "<h2>The scenario</h2>\n<p class=\"soft\">It starts with "
         "<code>%s</code></p>\n<div class=\"wide\"><table class=\"time\">\n"
         "<thead><tr><th scope=\"col\" class=\"n\">#</th>"
         "<th scope=\"col\">Operation</th><th scope=\"col\">How it ends</th>"
         "</tr></thead>\n<tbody>\n", setup->str);
    for (unsigned i = 0; i < x->scenario.n; i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        g_autofree char *outcome = explain_outcome(x, i);

        text_print_op(line, &x->scenario.ops[i]);
        html(page, "<tr class=\"%s\"><td class=\"n\">", mark_of(s, i));
        if (x->after[i].ran) {
            html(page, "<a href=\"#op%u\">%u</a>", i + 1, i + 1);
        } else {
            html(page, "%u", i + 1);
        }
        html(page, "</td><td><code>%s</code>", line->str);
        html_tag(page, x, s, i);
        html(page, "</td><td>%s</td></tr>\n", outcome);
    }
    g_string_append(page, "</tbody></table></div>\n");
}

static void html_events(GString *page, const Moment *m)
{
    const RmLog *want = &m->want.r.log, *seen = &m->seen.r.log;
    unsigned n = MAX(rm_log_len(want), rm_log_len(seen));

    if (!n) {
        return;
    }
    g_string_append(page, "<div class=\"wide\"><table>\n<thead><tr>"
        "<th scope=\"col\">Events of the contract</th>"
        "<th scope=\"col\">of QEMU</th></tr></thead>\n<tbody>\n");
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *left = explain_event(want, i);
        g_autofree char *right = explain_event(seen, i);

        html(page, "<tr><td><code>%s</code></td><td class=\"%s\"><code>%s"
             "</code></td></tr>\n", left,
             strcmp(left, right) ? "differ" : "",
             *right ? right : "nothing more");
    }
    g_string_append(page, "</tbody></table></div>\n");
}

/* What one side says of one access type: class and content of a cell. */
typedef struct Cell {
    GString *content;
    bool wrong;
} Cell;

static Cell want_cell(const PageState *p, unsigned type)
{
    Cell cell = { g_string_new(NULL) };
    g_autoptr(GString) words = g_string_new(NULL);

    if (p) {
        want_words(words, &p->want, type);
        html_words(cell.content, words->str);
    } else {
        g_string_append(cell.content, "\u2013");
    }
    return cell;
}

static Cell seen_cell(const SeenEntry *seen, unsigned type)
{
    Cell cell = { g_string_new(NULL) };
    const TypeView *v;
    g_autoptr(GString) words = g_string_new(NULL);

    if (!seen) {
        g_string_append(cell.content, "\u2013");
        return cell;
    }
    v = &seen->view.type[type];
    seen_words(words, &seen->view, type);
    html_words(cell.content, words->str);
    if (v->held) {
        html(cell.content, "<div class=\"flags\">%s</div>"
             "<div class=\"flags\">section ",
             *v->flags ? v->flags : "no flags");
        g_string_truncate(words, 0);
        section_words(words, v);
        html_words(cell.content, words->str);
        g_string_append(cell.content, "</div>");
    }
    if (seen->wrong[type]) {
        cell.wrong = true;
        html(cell.content, "<b class=\"wrong\">\u2717 %s</b>",
             rm_clause_name(seen->wrong[type]));
    }
    return cell;
}

/* The cells before and after; a change is marked, and what is wrong. */
static void html_cells(GString *page, Cell cells[4])
{
    for (unsigned i = 0; i < 4; i++) {
        bool new = i >= 2 && strcmp(cells[i].content->str,
                                    cells[i - 2].content->str);

        html(page, "<td class=\"%s%s\">", cells[i].wrong ? "wrong" :
             new ? "new" : "", i == 2 ? " second" : "");
        g_string_append(page, cells[i].content->str);
        g_string_append(page, "</td>");
    }
    for (unsigned i = 0; i < 4; i++) {
        g_string_free(cells[i].content, TRUE);
    }
}

static const SeenEntry *nth(const Explanation *x, const PageState *p,
                            unsigned i)
{
    return p && i < p->n ? &x->seen[p->first + i] : NULL;
}

static void html_entry(GString *page, const Explanation *x,
                       const PageState *a, const PageState *b, unsigned i)
{
    const SeenEntry *before = nth(x, a, i), *after = nth(x, b, i);
    g_autoptr(GString) what_before = entry_words(before);
    g_autoptr(GString) what_after = entry_words(after);

    g_string_append(page, "<tr><td></td><td></td><td class=\"soft\">");
    html_words(page, what_before->str);
    g_string_append(page, "</td><td class=\"second\"></td>"
                    "<td class=\"soft\">");
    html_words(page, what_after->str);
    g_string_append(page, "</td></tr>\n");
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        html(page, "<tr><th scope=\"row\">%s</th>", type_words(t));
        html_cells(page, (Cell[4]) {
            want_cell(a, t), seen_cell(before, t),
            want_cell(b, t), seen_cell(after, t),
        });
        g_string_append(page, "</tr>\n");
    }
}

static void html_page_state(GString *page, const Explanation *x, int op,
                            const PageRef *ref)
{
    const Moment *before = explain_before(x, op), *after = &x->after[op];
    const PageState *a = explain_page(x, before, ref->cpu, ref->mmu_idx,
                                      ref->va);
    const PageState *b = explain_page(x, after, ref->cpu, ref->mmu_idx,
                                      ref->va);
    unsigned n = MAX(a ? a->n : 0, b ? b->n : 0);

    html(page, "<div class=\"wide\"><table class=\"entry\">\n<caption>Page "
         "<code>0x%x</code> of cpu %u, MMU index %u</caption>\n<thead><tr>"
         "<th></th><th scope=\"col\">Before: the contract</th>"
         "<th scope=\"col\">QEMU</th><th scope=\"col\" class=\"second\">"
         "After: the contract</th><th scope=\"col\">QEMU</th></tr></thead>\n"
         "<tbody>\n", ref->va, ref->cpu, ref->mmu_idx);
    for (unsigned i = 0; i < MAX(n, 1); i++) {
        html_entry(page, x, a, b, i);
    }
    g_string_append(page, "</tbody></table></div>\n");
    if (b) {
        g_autofree char *ways = ways_words(x, b, op);

        g_string_append(page, "<p class=\"soft\">");
        html_words(page, ways);
        g_string_append(page, "</p>\n");
    }
}

static void html_operation(GString *page, const Explanation *x,
                           const Story *s, int op)
{
    static PageRef pages[MANY];
    bool open = x->scenario.n <= FEW || *mark_of(s, op);
    g_autoptr(GString) line = g_string_new(NULL);
    g_autofree char *outcome = explain_outcome(x, op);
    unsigned n = explain_touched(x, s, op, pages, MANY);

    text_print_op(line, &x->scenario.ops[op]);
    html(page, "<details class=\"op\" id=\"op%d\"%s>\n<summary><h3>%d "
         "<code>%s</code></h3>", op + 1, open ? " open" : "", op + 1,
         line->str);
    html_tag(page, x, s, op);
    html(page, "</summary>\n<p>%s</p>\n", outcome);
    html_events(page, &x->after[op]);
    for (unsigned i = 0; i < n; i++) {
        html_page_state(page, x, op, &pages[i]);
    }
    g_string_append(page, "</details>\n");
}

char *explain_html(const Explanation *x, const char *name)
{
    GString *page;
    Story s;

    explain_story(x, &s);
    page = html_begin(s.title, style);
    html(page, "<p class=\"soft\">tlbdiff explain %s</p>\n<h1>%s</h1>\n"
         "<p class=\"story %s\">", name, s.title,
         x->verdict == VERDICT_AGREE ? "agree" : "");
    html_words(page, s.words);
    g_string_append(page, "</p>\n");
    if (*x->report) {
        html(page, "<h2>What the sanitizer says</h2>\n<pre>%s</pre>\n",
             x->report);
    }
    if (s.has_page && s.op >= 0 && x->after[s.op].ran) {
        g_string_append(page, "<h2>What it is about</h2>\n");
        html_page_state(page, x, s.op, &s.page);
    }
    html_timeline(page, x, &s);
    g_string_append(page, "<h2>Operation by operation</h2>\n");
    for (unsigned i = 0; i < x->scenario.n; i++) {
        if (x->after[i].ran) {
            html_operation(page, x, &s, i);
        }
    }
    story_clear(&s);
    return html_end(page);
}
