/*
 * tlbdiff explain: what a scenario does, and what goes wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmd.h"
#include "harness/explain/child.h"
#include "harness/explain/json.h"
#include "harness/explain/text.h"

static char *html;
static gboolean json;

static const GOptionEntry options[] = {
    { "html", 0, 0, G_OPTION_ARG_FILENAME, &html,
      "Write a page instead of text", "OUT" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json,
      "Print JSON instead of text", NULL },
    OPTION_LIMITS,
    OPTION_VOICE,
    { NULL }
};

static int print(const Explanation *x, const char *path)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *data = explain_json(x, name);
    int status = x->verdict == VERDICT_AGREE ? AGREE : DIVERGE;

    if (html && !write_page("explain", html, "explain.html", data)) {
        return BAD;
    }
    if (json) {
        puts(data);
    } else if (!html) {
        explain_text(x, name, stdout);
    }
    return finish_stdout(status);
}

static int explain(int argc, char **argv)
{
    static Scenario s;
    g_autofree char *error = NULL;
    Explanation *x;
    int status;
    Run run;

    if (!load(&s, argv[0])) {
        return BAD;
    }
    both_sides(&run);
    x = explain_new(&run, &s, &error);
    run_free(&run);
    if (!x) {
        complain("explain: %s", error);
        return BAD;
    }
    status = print(x, argv[0]);
    explain_free(x);
    g_clear_pointer(&html, g_free);
    return status;
}

const Command cmd_explain = {
    .name = "explain",
    .args = "FILE",
    .needs = "one file",
    .summary = "say in words and tables what a scenario does",
    .text = "Runs the scenario and tells what went wrong: which operation "
            "matters, what both sides did, and the TLB entries that each "
            "operation touched, before and after it. Of a scenario in which "
            "both sides agree it tells what happened.\n"
            "The scenario runs in a process of its own: what a sanitizer "
            "finds in it is explained, too.\n"
            "The JSON is one object, on one line, with all that the page "
            "shows; its members are listed in harness/explain/json.h.",
    .options = options,
    .run = explain,
};
