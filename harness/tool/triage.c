/*
 * tlbdiff triage: which of many crash files are about the same fault?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib/gstdio.h>

#include "cmd.h"
#include "json.h"
#include "known.h"
#include "harness/compare/signature.h"
#include "harness/scenario/text.h"
#include "harness/run/finding.h"
#include "harness/run/trial.h"
#include "harness/run/version.h"

static char *output, **known_dirs;
static gboolean all_files, json;

static const GOptionEntry options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Write the smallest scenario of each signature into this directory, in "
      "text form", "DIR" },
    { "known", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &known_dirs,
      "Scenarios of faults that are known, instead of patches/faults.ini of "
      "the source; may be given several times", "DIR" },
    { "files", 0, 0, G_OPTION_ARG_NONE, &all_files,
      "Name all files of each group, not the smallest alone", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json,
      "Print a JSON object for each group, one a line", NULL },
    OPTION_TIMEOUT,
    OPTION_LIMITS,
    OPTION_VOICE,
    { NULL }
};

/* The files that have the same signature. */
typedef struct Group {
    char *signature;        /* NULL: no disagreement */
    GPtrArray *files;       /* their names */
    const char *path;       /* of the smallest one: it has ... */
    Scenario s;             /* ... fewest operations, then bytes, then */
    goffset bytes;          /* the first name */
    Divergence d;
} Group;

typedef struct Triage {
    Trials *trials;
    Known *known;
    GHashTable *groups;     /* by the signature; "" for agreement */
} Triage;

/* --- Groups -------------------------------------------------------------- */

static void free_group(gpointer p)
{
    Group *g = p;

    g_ptr_array_unref(g->files);
    g_free(g->signature);
    g_free(g);
}

static goffset bytes_of(const char *path)
{
    GStatBuf st;

    return g_stat(path, &st) ? 0 : st.st_size;
}

/* Names are in order: of those that are equal, the first one stays. */
static bool is_smaller(const Scenario *s, goffset bytes, const Group *g)
{
    return s->n < g->s.n || (s->n == g->s.n && bytes < g->bytes);
}

static void add_file(Triage *t, const char *path)
{
    static Scenario s;
    g_autofree char *signed_as = NULL, *name = g_path_get_basename(path);
    goffset bytes = bytes_of(path);
    const char *key;
    Group *g;

    if (!load(&s, path)) {
        return;
    }
    t->trials->leaks = g_str_has_prefix(name, "leak-");
    if (!trial(t->trials, &s)) {
        signed_as = signature(&s, &t->trials->said->d);
    }
    if (interrupted()) {
        return;
    }
    key = signed_as ? signed_as : "";
    g = g_hash_table_lookup(t->groups, key);
    if (!g) {
        g = g_new0(Group, 1);
        g->signature = g_strdup(signed_as);
        g->files = g_ptr_array_new();
        g_hash_table_insert(t->groups, g_strdup(key), g);
    }
    g_ptr_array_add(g->files, (char *)path);
    if (g->files->len == 1 || is_smaller(&s, bytes, g)) {
        g->path = path;
        g->s = s;
        g->bytes = bytes;
        g->d = t->trials->said->d;
    }
}

/* --- What is told of them ------------------------------------------------ */

static int by_clause(gconstpointer a, gconstpointer b)
{
    const Group *x = *(Group *const *)a, *y = *(Group *const *)b;

    return x->d.clause != y->d.clause ?
           (int)x->d.clause - (int)y->d.clause :
           strcmp(x->signature, y->signature);
}

/* Those that disagree, in the order of the clauses. */
static GPtrArray *sorted(const Triage *t)
{
    GPtrArray *groups = g_ptr_array_new();
    GHashTableIter i;
    gpointer g;

    g_hash_table_iter_init(&i, t->groups);
    while (g_hash_table_iter_next(&i, NULL, &g)) {
        if (((Group *)g)->signature) {
            g_ptr_array_add(groups, g);
        }
    }
    g_ptr_array_sort(groups, by_clause);
    return groups;
}

static void print_group(const Triage *t, const Group *g)
{
    g_autofree char *known = known_text(t->known, g->signature);
    DivergenceText text;

    divergence_print(&g->d, &text);
    printf("%s\n", g->signature);
    printf("  %u file%s, the smallest with %u operation%s: %s\n",
           g->files->len, plural(g->files->len), g->s.n, plural(g->s.n),
           g->path);
    if (g->d.clause != RM_NO_CLAUSE) {
        printf("  %s: %s\n", rm_clause_name(g->d.clause),
               rm_clause_text(g->d.clause));
    }
    printf("  %s\n", text.what);
    if (known) {
        printf("  known: %s\n", known);
    } else {
        printf("  new\n");
    }
    for (unsigned i = 0; all_files && i < g->files->len; i++) {
        printf("    %s\n", (char *)g->files->pdata[i]);
    }
}

/* How the files of a group ended, in a word. */
static const char *verdict_of(const Group *g)
{
    if (!g->signature) {
        return "agree";
    }
    if (g->d.kind != DIFFER_DEATH) {
        return "diverge";
    }
    switch (g->d.death.cause) {
    case DEATH_TIMEOUT:
        return "timeout";
    case DEATH_MEMORY:
        return "memory";
    case DEATH_LEAK:
        return "leak";
    default:
        return "died";
    }
}

/* What json.md documents, on one line. */
static void print_json(const Triage *t, const Group *g)
{
    JsonObject *o = json_object_new();
    JsonArray *files = json_array_new();
    g_autofree char *known = g->signature ?
        known_file(t->known, g->signature) : NULL;
    const char *fault = g->signature ?
        known_name(t->known, g->signature) : NULL;

    for (unsigned i = 0; i < g->files->len; i++) {
        json_array_add_string_element(files, g->files->pdata[i]);
    }
    json_object_set_string_member(o, "qemu", version_tested());
    json_object_set_string_member(o, "verdict", verdict_of(g));
    json_object_set_int_member(o, "count", g->files->len);
    json_object_set_array_member(o, "files", files);
    json_object_set_string_member(o, "smallest", g->path);
    json_object_set_string_member(o, "target",
                                  target_of(&g->s.setup)->name);
    json_object_set_int_member(o, "operations", g->s.n);
    if (known) {
        json_object_set_string_member(o, "known", known);
    } else {
        json_object_set_null_member(o, "known");
    }
    if (fault) {
        json_object_set_string_member(o, "fault", fault);
    } else {
        json_object_set_null_member(o, "fault");
    }
    if (g->signature) {
        json_divergence(o, &g->s, &g->d);
    }
    json_line(o);
}

static bool write_group(const Group *g)
{
    g_autofree char *name = g_path_get_basename(g->path);
    g_autofree char *origin = g_strdup_printf("the smallest of %u: %s",
                                              g->files->len, name);
    g_autofree char *text = finding_text(&g->s, g->signature, &g->d, origin,
                                         version_tested());
    g_autofree char *file = finding_name(g->signature);
    g_autofree char *path = g_build_filename(output, file, NULL);

    return write_file("triage", path, text);
}

static bool is_known(const Triage *t, const Group *g)
{
    g_autofree char *known = known_text(t->known, g->signature);

    return known;
}

static int tell(const Triage *t, unsigned files)
{
    g_autoptr(GPtrArray) groups = sorted(t);
    const Group *agreed = g_hash_table_lookup(t->groups, "");
    unsigned known = 0, done = agreed ? agreed->files->len : 0;
    int status = AGREE;

    for (unsigned i = 0; i < groups->len; i++) {
        const Group *g = groups->pdata[i];

        if (json) {
            print_json(t, g);
        } else {
            print_group(t, g);
        }
        known += is_known(t, g);
        done += g->files->len;
        if (output && !write_group(g)) {
            return BAD;
        }
        status = DIVERGE;
    }
    if (json) {
        if (agreed) {
            print_json(t, agreed);
        }
        if (done < files) {
            complain("triage: interrupted: %u of %u files", done, files);
        }
        return finish_stdout(status);
    }
    if (done < files) {
        printf("interrupted: %u of ", done);
    }
    printf("%u file%s: %u signature%s, %u of them known", files,
           plural(files), groups->len, plural(groups->len), known);
    if (agreed) {
        printf("; %u without any disagreement, such as %s", agreed->files->len,
               agreed->path);
    }
    printf("\n");
    return finish_stdout(status);
}

static bool all_readable(const GPtrArray *paths)
{
    static Scenario s;

    for (unsigned i = 0; i < paths->len; i++) {
        if (!load(&s, paths->pdata[i])) {
            return false;
        }
    }
    return true;
}

static bool prepare_output(void)
{
    if (output && g_mkdir_with_parents(output, 0777)) {
        complain("triage: %s: cannot make this directory: %s", output,
                 g_strerror(errno));
        return false;
    }
    return true;
}

static int triage(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = NULL;
    g_autoptr(Known) known = NULL;
    Triage t = { 0 };
    int status;
    Run run;

    if (!timeout_makes_sense("triage")) {
        return BAD;
    }
    paths = all_paths(argc, argv);
    if (!paths || !all_readable(paths)) {
        return BAD;
    }
    known = known_load(known_dirs);
    if (!known || !prepare_output()) {
        return BAD;
    }
    t.known = known;
    t.groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                     free_group);
    both_sides(&run);
    t.trials = trials_new(&run, trial_seconds);
    known_ask(known, t.trials);
    catch_interrupts();
    for (unsigned i = 0; i < paths->len && !interrupted(); i++) {
        progress("%u of %u files, %u groups", i, paths->len,
                 g_hash_table_size(t.groups));
        add_file(&t, paths->pdata[i]);
    }
    progress_end();
    status = tell(&t, paths->len);
    trials_free(t.trials);
    run_free(&run);
    g_hash_table_destroy(t.groups);
    return status;
}

const Command cmd_triage = {
    .name = "triage",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "group crash files by what went wrong",
    .text = "Runs each FILE in a process of its own and groups them by their "
            "signatures: the clause that is broken, the kind of operation, "
            "the access type, and what differs. Reports of the sanitizers, "
            "failed assertions, scenarios that do not end or take more than "
            "2 GiB, and leaks (of files whose names begin with leak-) have "
            "signatures, too.\n"
            "Of each group the smallest file is named: the one with the "
            "fewest operations, then bytes, then the first by name. A "
            "signature is known if patches/faults.ini of the source, the "
            "table of the faults that were found, has it; or with --known, "
            "if a scenario there has it in a comment: "
            "\"# signature: ...\".\n"
            "With --json, each group is one line, in the same order, and the "
            "files that agree are the last one: verdict, count, files, "
            "smallest, known, and what replay --json says of the smallest. "
            "harness/tool/json.md has all members.",
    .options = options,
    .run = triage,
};
