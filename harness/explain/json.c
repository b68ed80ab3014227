/*
 * An explanation as data: for its page, and for machines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json.h"
#include "words.h"
#include "harness/pages/page.h"
#include "harness/run/version.h"
#include "harness/scenario/text.h"

#define MANY 1024       /* pages that one operation touches, at most */

static void add_text(JsonObject *to, const char *name, char *text)
{
    json_object_set_string_member(to, name, text);
    g_free(text);
}

static void add_words(JsonObject *to, const char *name, GString *words)
{
    add_text(to, name, g_string_free(words, false));
}

/* Operations have numbers from 1 on; none is null. */
static void add_number(JsonObject *to, const char *name, int op)
{
    if (op < 0) {
        json_object_set_null_member(to, name);
    } else {
        json_object_set_int_member(to, name, op + 1);
    }
}

static void add_clause(JsonObject *to, const char *name, RmClause clause)
{
    json_object_set_string_member(to, name, clause == RM_NO_CLAUSE ? NULL :
                                  rm_clause_name(clause));
}

/* --- A page of memory, at one moment ------------------------------------- */

static JsonObject *json_want(const RmEntry *want)
{
    JsonObject *o = json_object_new();

    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        GString *words = g_string_new(NULL);

        want_words(words, want, t);
        add_words(o, type_words(t), words);
    }
    return o;
}

static JsonObject *json_type(const SeenEntry *seen, unsigned type)
{
    const TypeView *v = &seen->view.type[type];
    JsonObject *o = json_object_new();
    GString *does = g_string_new(NULL);

    seen_words(does, &seen->view, type);
    add_words(o, "does", does);
    json_object_set_boolean_member(o, "held", v->held);
    if (v->held) {
        GString *section = g_string_new(NULL);

        section_words(section, v);
        json_object_set_string_member(o, "flags", v->flags);
        add_words(o, "section", section);
    }
    add_clause(o, "breaks", seen->wrong[type]);
    return o;
}

static JsonObject *json_entry(const SeenEntry *seen)
{
    JsonObject *o = json_object_new();

    add_words(o, "what", entry_words(seen));
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        json_object_set_object_member(o, type_words(t), json_type(seen, t));
    }
    return o;
}

/* @p: NULL if nothing is known */
static JsonObject *json_state(const Explanation *x, const PageState *p)
{
    JsonObject *o = json_object_new();
    JsonArray *entries = json_array_new();

    if (p) {
        json_object_set_object_member(o, "contract", json_want(&p->want));
    } else {
        json_object_set_null_member(o, "contract");
    }
    for (unsigned i = 0; p && i < p->n; i++) {
        json_array_add_object_element(entries,
                                      json_entry(&x->seen[p->first + i]));
    }
    json_object_set_array_member(o, "qemu", entries);
    return o;
}

static JsonObject *json_page(const Explanation *x, int op, const PageRef *ref)
{
    const PageState *before =
        explain_page(x, explain_before(x, op), ref->cpu, ref->mmu_idx,
                     ref->va);
    const PageState *after =
        explain_page(x, &x->after[op], ref->cpu, ref->mmu_idx, ref->va);
    JsonObject *o = json_object_new();

    add_text(o, "va", g_strdup_printf("0x%x", ref->va));
    json_object_set_int_member(o, "cpu", ref->cpu);
    json_object_set_int_member(o, "mmu_idx", ref->mmu_idx);
    json_object_set_object_member(o, "before", json_state(x, before));
    json_object_set_object_member(o, "after", json_state(x, after));
    add_text(o, "ways", after ? ways_words(x, after, op) : NULL);
    return o;
}

/* --- An operation -------------------------------------------------------- */

static JsonArray *json_events(const Moment *m)
{
    const RmLog *want = &m->want.r.log, *seen = &m->seen.r.log;
    unsigned n = MAX(rm_log_len(want), rm_log_len(seen));
    JsonArray *events = json_array_new();

    for (unsigned i = 0; m->ran && i < n; i++) {
        JsonObject *o = json_object_new();

        add_text(o, "contract", explain_event(want, i));
        add_text(o, "qemu", explain_event(seen, i));
        json_array_add_object_element(events, o);
    }
    return events;
}

static JsonArray *json_touched(const Explanation *x, const Story *s, int op)
{
    static PageRef refs[MANY];
    JsonArray *pages = json_array_new();

    if (x->after[op].ran) {
        unsigned n = explain_touched(x, s, op, refs, MANY);

        for (unsigned i = 0; i < n; i++) {
            json_array_add_object_element(pages, json_page(x, op, &refs[i]));
        }
    }
    return pages;
}

static JsonObject *json_operation(const Explanation *x, const Story *s,
                                  int op)
{
    JsonObject *o = json_object_new();
    GString *line = g_string_new(NULL);

    text_print_op(line, &x->scenario.ops[op]);
    add_number(o, "number", op);
    add_words(o, "text", line);
    json_object_set_boolean_member(o, "ran", x->after[op].ran);
    add_text(o, "outcome", explain_outcome(x, op));
    json_object_set_array_member(o, "events", json_events(&x->after[op]));
    json_object_set_array_member(o, "pages", json_touched(x, s, op));
    return o;
}

/* --- All of it ----------------------------------------------------------- */

static const char *const verdicts[] = {
    [VERDICT_NONE] = "died",
    [VERDICT_AGREE] = "agree",
    [VERDICT_DIVERGE] = "diverge",
};

static void add_story(JsonObject *to, const Explanation *x, const Story *s)
{
    json_object_set_string_member(to, "title", s->title);
    json_object_set_string_member(to, "story", s->words);
    add_number(to, "operation", s->op);
    add_number(to, "cause", s->cause);
    if (s->has_page && s->op >= 0 && x->after[s->op].ran) {
        json_object_set_object_member(to, "about",
                                      json_page(x, s->op, &s->page));
    } else {
        json_object_set_null_member(to, "about");
    }
}

char *explain_json(const Explanation *x, const char *name)
{
    g_autoptr(JsonObject) o = json_object_new();
    GString *setup = g_string_new(NULL);
    JsonArray *operations = json_array_new();
    Story s;

    explain_story(x, &s);
    add_text(o, "name", g_utf8_make_valid(name, -1));
    json_object_set_string_member(o, "tested", version_tested());
    json_object_set_string_member(o, "verdict", verdicts[x->verdict]);
    add_clause(o, "clause", x->d.clause);
    add_story(o, x, &s);
    add_text(o, "sanitizer", g_utf8_make_valid(x->report, -1));
    text_print_setup(setup, &x->scenario.setup);
    add_words(o, "setup", setup);
    for (unsigned i = 0; i < x->scenario.n; i++) {
        json_array_add_object_element(operations, json_operation(x, &s, i));
    }
    json_object_set_array_member(o, "operations", operations);
    story_clear(&s);
    return json_text(o);
}
