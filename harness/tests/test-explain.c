/*
 * Explanations, without QEMU: what is found to matter, and the words for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/explain/json.h"
#include "harness/explain/text.h"
#include "harness/explain/words.h"
#include "harness/pages/page.h"
#include "fault.h"

/* What is left after a flush, in the victim TLB. */
static void hold_old(Held *held)
{
    held->entry[held->n++] = (CachedEntry) {
        .va = 0x200000, .pa = 0x20000, .victim = true,
        .type[RM_LOAD] = { .live = true, .fast = true, .region = RM_RAM0 },
    };
}

static void store_fast(Held *held)
{
    held->entry[0].type[RM_STORE].fast = true;
}

static void not_deferred(Held *held)
{
    held->entry[0].type[RM_STORE].deferred = false;
}

static void lose_dirty(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_MIGRATION] &= ~1;
}

static void other_value(RmResult *r)
{
    r->value ^= 1;
}

static void give_up(RmResult *r)
{
    r->status = RM_ASSERTED;
}

/* A scenario, the operation it goes wrong at, and what is said of it. */
typedef struct Case {
    Fault fault;
    int cause;              /* operation that matters, from 1 on; 0: none */
    const char *words[4];   /* all are there */
} Case;

#define MOVED "pt idx=0 va=0x200000 -> pa=0x21000 prot=rwx attrs=wid:0\n"
#define CLEAR "clear-dirty client=migration -> ram0\n"
#define BLOCK "iommu mmu=0 index=0 page=0x0 dir=write -> blocked perm=-w\n"

static const Case cases[] = {
    { { "flushed", RM_C14_FLUSH, OPEN, LOAD("0x200010") MOVED FLUSH CLEAR,
        .held = hold_old }, 3,
      { "After `flush cpu=0 all` (operation 3), and after `clear-dirty",
        "QEMU's victim TLB entry for page `0x200000` of cpu 0, MMU index 0 "
        "is wrong: live, but it should be gone.",
        "By QEMU's entry, loads are: fast, to `ram0+0x0`; by the contract: "
        "must ask the page tables.",
        "Now the tables lead loads at `0x200000` to `ram0+0x1000` "
        "(operation 2). This breaks C14 flush." } },
    { { "not dirty", RM_C9_DIRTY, OPEN, STORE("0x200010") CLEAR
        LOAD("0x200020"), .held = store_fast }, 2,
      { "After `clear-dirty client=migration -> ram0` (operation 2), and "
        "after `load cpu=0", "is wrong for stores: on the fast path, but its "
        "page is not dirty.", "This breaks C9 dirty." } },
    { { "lost bit", RM_C9_DIRTY, CLEAN, STORE("0x200010"),
        .dirty = lose_dirty }, 0,
      { "After `store cpu=0", "the migration dirty bit of ram0+0x0 is clear, "
        "and must be set." } },
    { { "not asked", RM_C8_INDEPENDENT, TWIN, BLOCK LOAD("0x10"),
        .held = not_deferred }, 1,
      { "After `iommu mmu=0 index=0 page=0x0 dir=write -> blocked perm=-w` "
        "(operation 1)", "for stores: the next access would not ask the "
        "IOMMU.", "Now the tables lead stores at `0x10` through "
        "`iommu0+0x10` (index 0) to `blocked+0x10` (operation 1)." } },
    { { "outcome", RM_C3_TARGET, OPEN, LOAD("0x200010"),
        .result = other_value }, 0,
      { "In `load cpu=0 idx=0 va=0x200010 size=4 le` (operation 1): the "
        "outcome differs: QEMU has `done, value 0x" } },
    { { "assertion", RM_C22_ASSERTION, OPEN, LOAD("0x200010"),
        .result = give_up }, 0,
      { "an assertion that was not predicted: some assertion." } },
    { { "denied", RM_C3_TARGET, DENY, LOAD("0x200010") LOAD("0x10"),
        .result = extra_read }, 0,
      { "through `iommu0+0x10` (index 0), which denies them." } },
    { { "unmapped", RM_C18_ORDER, OPEN, UNMAP("0x200000") LOAD("0x200010"),
        .result = status_done }, 1,
      { "the page tables permit no loads at `0x200010` (operation 1)" } },
    { { "agreement", RM_NO_CLAUSE, OPEN, LOAD("0x10") STORE("0x300000") }, 0,
      { "QEMU and the model agree in all of it: 2 of 2 operations were run. "
        "QEMU asked the page tables 2 times, and IOMMUs 1 time; it accessed "
        "devices 1 time." } },
};

static Explanation *gather(const Fault *fault)
{
    Explanation *x = g_new0(Explanation, 1);

    fault_parse(fault, &x->scenario);
    fault_choose(&x->scenario, fault);
    explain_gather(&fault_run, x);
    return x;
}

static void test_words(gconstpointer data)
{
    const Case *c = data;
    g_autofree Explanation *x = gather(&c->fault);
    Story s;

    explain_story(x, &s);
    g_test_message("%s", s.words);
    g_assert_cmpint(x->verdict, ==, c->fault.clause ? VERDICT_DIVERGE :
                                                      VERDICT_AGREE);
    g_assert_cmpstr(rm_clause_name(x->d.clause), ==,
                    rm_clause_name(c->fault.clause));
    g_assert_cmpint(s.cause + 1, ==, c->cause);
    for (unsigned i = 0; i < G_N_ELEMENTS(c->words) && c->words[i]; i++) {
        g_assert_nonnull(strstr(s.words, c->words[i]));
    }
    story_clear(&s);
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        g_test_message("%s", text);
        g_test_message("expected: %s", part);
        g_test_fail();
    }
}

static char *text_of(const Explanation *x)
{
    char *text;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    explain_text(x, "a.tlb", out);
    fclose(out);
    return text;
}

/* Entries before and after, of both sides, and what is wrong with them. */
static void test_text(void)
{
    g_autofree Explanation *x = gather(&cases[1].fault);
    g_autofree char *text = text_of(x);

    has(text, "C9 dirty: a store leaves the dirty bits of its pages set, and "
              "no others\na.tlb\n");
    has(text, "The scenario: setup pt=identity iommu=open dirty=all "
              "fill=page\n");
    has(text, "\n *  2  clear-dirty client=migration -> ram0");
    has(text, "\n=>  3  load cpu=0 idx=0 va=0x200020 size=4 le");
    has(text, "\n  page 0x200000 of cpu 0, MMU index 0\n    before: nothing "
              "is held\n    after: the contract");
    has(text, "may be fast, to ram0+0x0");
    has(text, "slow, to ram0+0x0: its page is not dirty");
    has(text, "<-- C9 dirty\n");
    has(text, "    fill cpu=0 idx=0 va=0x200010 type=store size=4 ");
}

/* A page is whole by itself, and what it shows cannot be taken for tags. */
static void test_html(void)
{
    static const char *const without[] = {
        "<script", "http", "src=", "@import", "url(",
    };
    g_autofree Explanation *x = gather(&cases[1].fault);
    g_autofree char *data = explain_json(x, "<a&b>.tlb");
    g_autofree char *error = NULL;
    g_autofree char *page = page_render("explain.html", data, &error);

    g_assert_cmpstr(error, ==, NULL);
    has(page, "<!DOCTYPE html>");
    has(page, "tlbdiff explain &lt;a&amp;b&gt;.tlb");
    has(page, "<code>clear-dirty client=migration -&gt; ram0</code> "
              "<span class=\"tag cause\">");
    has(page, "<details class=\"op\" id=\"op3\" open>");
    has(page, "<b class=\"wrong\">\u2717 C9 dirty</b>");
    has(page, "</html>");
    for (unsigned i = 0; i < G_N_ELEMENTS(without); i++) {
        g_assert_null(strstr(page, without[i]));
    }
}

static JsonObject *first(JsonObject *in, const char *name)
{
    JsonArray *array = json_object_get_array_member(in, name);

    g_assert_cmpuint(json_array_get_length(array), >, 0);
    return json_array_get_object_element(array, 0);
}

/* What a machine asks first, and the entry that is wrong. */
static void test_json(void)
{
    g_autofree Explanation *x = gather(&cases[1].fault);
    g_autofree char *text = explain_json(x, "a\xff\"b.tlb");
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *o, *after, *entry;

    g_assert_null(strchr(text, '\n'));
    g_assert_true(json_parser_load_from_data(parser, text, -1, NULL));
    o = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpstr(json_object_get_string_member(o, "name"), ==,
                    "a\ufffd\"b.tlb");
    g_assert_cmpstr(json_object_get_string_member(o, "verdict"), ==,
                    "diverge");
    g_assert_cmpstr(json_object_get_string_member(o, "clause"), ==,
                    "C9 dirty");
    g_assert_cmpint(json_object_get_int_member(o, "operation"), ==, 3);
    g_assert_cmpint(json_object_get_int_member(o, "cause"), ==, 2);
    g_assert_cmpint(json_object_get_int_member(first(o, "operations"),
                                               "number"), ==, 1);
    o = json_object_get_object_member(o, "about");
    g_assert_cmpstr(json_object_get_string_member(o, "va"), ==, "0x200000");
    after = json_object_get_object_member(o, "after");
    entry = first(after, "qemu");
    o = json_object_get_object_member(entry, "stores");
    g_assert_cmpstr(json_object_get_string_member(o, "breaks"), ==,
                    "C9 dirty");
    o = json_object_get_object_member(entry, "loads");
    g_assert_true(json_object_get_null_member(o, "breaks"));
    o = json_object_get_object_member(after, "contract");
    g_assert_cmpstr(json_object_get_string_member(o, "loads"), ==,
                    "may be fast, to `ram0+0x0`");
}

/* The predicted conflict: both sides end there. */
static void test_conflict(void)
{
    static const Fault fault = {
        "conflict", RM_NO_CLAUSE, TWIN, TORN LOAD("0x10") STORE("0x10"),
        .result = give_up,
    };
    g_autofree Explanation *x = gather(&fault);
    g_autofree char *text = text_of(x);

    has(text, "The predicted addend conflict (C7)\n");
    has(text, "the predicted assertion\n");
}

/* What is left out, and what devices do, is said so. */
static void test_reaction(void)
{
    static const Fault fault = {
        "reaction", RM_NO_CLAUSE, OPEN,
        "react io dir=read\n" FLUSH LOAD("0x300000"),
    };
    g_autofree Explanation *x = gather(&fault);
    g_autofree char *text = text_of(x);

    has(text, "(a device does it when it is accessed)\n");
    g_assert_false(x->after[0].ran);
    g_assert_false(x->after[1].ran);
    g_assert_true(x->after[2].ran);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    fault_init();
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/explain/words/%s",
                                                cases[i].fault.name);

        g_test_add_data_func(name, &cases[i], test_words);
    }
    g_test_add_func("/explain/text", test_text);
    g_test_add_func("/explain/html", test_html);
    g_test_add_func("/explain/json", test_json);
    g_test_add_func("/explain/conflict", test_conflict);
    g_test_add_func("/explain/reaction", test_reaction);
    status = g_test_run();
    fault_free();
    return status;
}
