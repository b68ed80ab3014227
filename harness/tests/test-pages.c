/*
 * Pages: what data may hold, and what is said where there can be none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/pages/page.h"
#include "harness/run/config.h"

/* An explanation in which only the name and the story are worth a look. */
static char *explanation(const char *name, const char *story)
{
    g_autoptr(JsonObject) o = json_object_new();

    json_object_set_string_member(o, "name", name);
    json_object_set_string_member(o, "title", "A title");
    json_object_set_string_member(o, "tested", "QEMU");
    json_object_set_string_member(o, "story", story);
    json_object_set_string_member(o, "verdict", "agree");
    json_object_set_null_member(o, "operation");
    json_object_set_null_member(o, "cause");
    json_object_set_null_member(o, "about");
    json_object_set_string_member(o, "sanitizer", "");
    json_object_set_string_member(o, "setup", "setup");
    json_object_set_array_member(o, "operations", json_array_new());
    return json_text(o);
}

/* What is text in the data is text on the page, too. */
static const struct {
    const char *name;
    const char *text, *shown;       /* the scenario's name */
    const char *story, *told;
} texts[] = {
    { "tags", "<a&\"b'>.tlb", "explain &lt;a&amp;&#34;b&#39;&gt;.tlb</p>",
      "</p><script>", ">&lt;/p&gt;&lt;script&gt;</p>" },
    { "code", "`a`", "explain `a`</p>",
      "In `a -> b<c` and `d`.",
      ">In <code>a -&gt; b&lt;c</code> and <code>d</code>.</p>" },
    { "half a code", "", "explain </p>", "`a", "><code>a</code></p>" },
    { "template", "{{ 7 * 7 }}", "explain {{ 7 * 7 }}</p>",
      "{% block %}`{# x #}`", ">{% block %}<code>{# x #}</code></p>" },
    { "control", "a\nb\tc\x01", "explain a\nb\tc\x01</p>", "\\", ">\\</p>" },
    { "utf-8", "\u00e9\u2713", "explain \u00e9\u2713</p>", "\u2717",
      ">\u2717</p>" },
    { "no utf-8", "a\xff\xc3.tlb", "explain a\ufffd\ufffd.tlb</p>", "\xe2",
      ">\ufffd</p>" },
};

static void test_text(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autofree char *json = explanation(texts[i].text, texts[i].story);
    g_autofree char *error = NULL;
    g_autofree char *page = page_render("explain.html", json, &error);

    g_assert_cmpstr(error, ==, NULL);
    g_test_message("%s", page);
    g_assert_true(g_str_has_prefix(page, "<!DOCTYPE html>\n"));
    g_assert_true(g_str_has_suffix(page, "</html>\n"));
    g_assert_nonnull(strstr(page, texts[i].shown));
    g_assert_nonnull(strstr(page, texts[i].told));
}

/* More than a pipe holds, in both directions. */
static void test_large(void)
{
    g_autofree char *story = g_strnfill(1 << 20, '<');
    g_autofree char *json = explanation("", story);
    g_autofree char *error = NULL;
    g_autofree char *page = page_render("explain.html", json, &error);

    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(strlen(page), >, 4 << 20);
}

/* --- No page ------------------------------------------------------------- */

static const struct {
    const char *name;
    const char *template, *json;
    const char *error;              /* a pattern */
} failures[] = {
    { "no template", "none.html", "{}",
      "cannot make the page: none.html: no such template" },
    { "no data", "explain.html", "{}",
      "cannot make the page: explain.html: *is undefined" },
    { "no json", "explain.html", "{", "*explain.html: the data is not JSON: *" },
    { "empty", "explain.html", "", "*explain.html: the data is not JSON: *" },
    { "no object", "explain.html", "[1]", "cannot make the page: *" },
};

static void test_failure(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autofree char *error = NULL;
    char *page = page_render(failures[i].template, failures[i].json, &error);

    g_assert_null(page);
    g_test_message("%s", error);
    g_assert_true(g_pattern_match_simple(failures[i].error, error));
    g_assert_null(strchr(error, '\n'));
}

/* -S hides what Debian has packaged: as if Jinja2 were not there. */
static void test_no_jinja(void)
{
    static const char script[] = TLBDIFF_SOURCE_DIR "/harness/pages/render.py";
    const char *argv[] = {
        "/usr/bin/python3", "-I", "-S", script, "explain.html", NULL
    };
    g_autofree char *page = NULL, *said = NULL;
    int status;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL,
                               &page, &said, &status, NULL));
    g_assert_cmpint(status, !=, 0);
    g_assert_cmpstr(page, ==, "");
    g_assert_cmpstr(said, ==, "python3-jinja2 is not installed: run apt-get "
                              "install python3-jinja2\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = g_strdup_printf("/pages/text/%s",
                                                texts[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_text);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *path = g_strdup_printf("/pages/failure/%s",
                                                failures[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_failure);
    }
    g_test_add_func("/pages/large", test_large);
    g_test_add_func("/pages/no-jinja", test_no_jinja);
    return g_test_run();
}
