/*
 * tlbdiff findings: what a campaign has kept, and whether it still shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "cmd.h"
#include "json.h"
#include "known.h"
#include "harness/compare/signature.h"
#include "harness/run/trial.h"

static char *seen_path;
static gboolean brief, json;

static const GOptionEntry options[] = {
    { "seen", 0, 0, G_OPTION_ARG_FILENAME, &seen_path,
      "How often each was seen: lines \"NUMBER SIGNATURE\", which are added "
      "up", "FILE" },
    { "brief", 0, 0, G_OPTION_ARG_NONE, &brief,
      "Print a line for each: shows, mended or changed; its signature; and "
      "its file", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json,
      "Print a JSON object for each, one a line", NULL },
    OPTION_TIMEOUT,
    { NULL }
};

typedef enum FindingState {
    SHOWS,                  /* what its comment says */
    MENDED,                 /* all agrees */
    CHANGED,                /* another signature */
} FindingState;

static const char *const states[] = { "shows", "mended", "changed" };

typedef struct Finding {
    const char *path;
    char *signature;        /* that its comment names */
    FindingState state;
    char *now;              /* the signature that it has; of MENDED, NULL */
    char *known;            /* in words, or NULL */
    uint64_t seen;
    unsigned operations;
} Finding;

static void free_finding(gpointer p)
{
    Finding *f = p;

    g_free(f->signature);
    g_free(f->now);
    g_free(f->known);
    g_free(f);
}

/* --- How often it was seen ----------------------------------------------- */

/* Returns NULL, after a complaint, if the file cannot be read. */
static GHashTable *load_seen(void)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                             g_free);
    g_autoptr(GError) err = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!seen_path) {
        return seen;
    }
    if (!g_file_get_contents(seen_path, &text, NULL, &err)) {
        complain("findings: %s", err->message);
        g_hash_table_destroy(seen);
        return NULL;
    }
    lines = g_strsplit(text, "\n", 0);
    for (unsigned i = 0; lines[i]; i++) {
        char *signature;
        uint64_t n = g_ascii_strtoull(lines[i], &signature, 10), *count;

        g_strchug(signature);
        count = g_hash_table_lookup(seen, signature);
        if (!count) {
            count = g_new0(uint64_t, 1);
            g_hash_table_insert(seen, g_strdup(signature), count);
        }
        *count += n;
    }
    return seen;
}

/* --- Whether it still shows ---------------------------------------------- */

static char *comment_of(const char *path)
{
    g_auto(GStrv) signatures = signatures_of(path, NULL);

    return signatures ? g_strdup(signatures[0]) : NULL;
}

static void try_again(Trials *t, Finding *f, const Scenario *s)
{
    for (unsigned i = 0; i < TRIAL_PATIENCE && !interrupted(); i++) {
        if (trial(t, s)) {
            f->state = MENDED;
            continue;
        }
        g_free(f->now);
        f->now = signature(s, &t->said->d);
        f->state = strcmp(f->now, f->signature) ? CHANGED : SHOWS;
        if (f->state == SHOWS) {
            return;
        }
    }
}

/* Returns NULL, after a complaint, if it is none. */
static Finding *look_at(Trials *t, Known *known, GHashTable *seen,
                        const char *path)
{
    static Scenario s;
    const uint64_t *count;
    Finding *f;

    if (!load(&s, path)) {
        return NULL;
    }
    f = g_new0(Finding, 1);
    f->path = path;
    f->operations = s.n;
    f->signature = comment_of(path);
    if (!f->signature) {
        complain("%s: no comment names a signature: see tlbdiff triage",
                 path);
        free_finding(f);
        return NULL;
    }
    count = g_hash_table_lookup(seen, f->signature);
    f->seen = count ? *count : 0;
    f->known = known_text(known, f->signature);
    try_again(t, f, &s);
    return f;
}

/* --- What is told of them ------------------------------------------------ */

/* What is new comes first, then what was seen most. */
static int by_interest(gconstpointer a, gconstpointer b)
{
    const Finding *x = *(Finding *const *)a, *y = *(Finding *const *)b;

    if (!x->known != !y->known) {
        return x->known ? 1 : -1;
    }
    if (x->seen != y->seen) {
        return x->seen < y->seen ? 1 : -1;
    }
    return strcmp(x->signature, y->signature);
}

static void print_row(const Finding *f)
{
    if (seen_path) {
        printf("%8" G_GUINT64_FORMAT "  ", f->seen);
    }
    printf("%s\n", f->signature);
    if (f->known) {
        printf("          known: %s\n", f->known);
    } else {
        printf("          new\n");
    }
    if (f->state == MENDED) {
        printf("          mended: it does not show any more\n");
    } else if (f->state == CHANGED) {
        printf("          changed: it shows %s\n", f->now);
    }
    printf("          %u operation%s: %s\n", f->operations,
           plural(f->operations), f->path);
}

static void print_json(const Finding *f)
{
    JsonObject *o = json_object_new();

    json_object_set_string_member(o, "file", f->path);
    json_object_set_string_member(o, "signature", f->signature);
    json_object_set_string_member(o, "state", states[f->state]);
    json_object_set_int_member(o, "seen", f->seen);
    json_object_set_int_member(o, "operations", f->operations);
    if (f->known) {
        json_object_set_string_member(o, "known", f->known);
    } else {
        json_object_set_null_member(o, "known");
    }
    json_line(o);
}

static void print_total(const GPtrArray *all)
{
    unsigned known = 0, mended = 0;
    uint64_t seen = 0;

    for (unsigned i = 0; i < all->len; i++) {
        const Finding *f = all->pdata[i];

        known += !!f->known;
        mended += f->state == MENDED;
        seen += f->seen;
    }
    printf("%u signature%s, %u of them known", all->len, plural(all->len),
           known);
    if (mended) {
        printf(", %u mended", mended);
    }
    if (seen_path) {
        printf("; seen %" G_GUINT64_FORMAT " time%s", seen,
               seen == 1 ? "" : "s");
    }
    printf("\n");
}

/* Returns the exit status. */
static int tell(GPtrArray *all)
{
    int status = AGREE;

    g_ptr_array_sort(all, by_interest);
    for (unsigned i = 0; i < all->len; i++) {
        const Finding *f = all->pdata[i];

        if (f->state != MENDED) {
            status = DIVERGE;
        }
        if (brief) {
            printf("%s %s %s\n", states[f->state], f->signature, f->path);
        } else if (json) {
            print_json(f);
        } else {
            print_row(f);
        }
    }
    if (!brief && !json) {
        print_total(all);
    }
    return finish_stdout(status);
}

static int findings(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = NULL;
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GHashTable) seen = NULL;
    g_autoptr(Known) known = NULL;
    bool ok = true;
    Trials *t;
    Run run;

    if (!timeout_makes_sense("findings")) {
        return BAD;
    }
    paths = all_paths(argc, argv);
    seen = paths ? load_seen() : NULL;
    known = seen ? known_load(NULL) : NULL;
    if (!known) {
        return BAD;
    }
    all = g_ptr_array_new_with_free_func(free_finding);
    both_sides(&run);
    t = trials_new(&run, trial_seconds);
    known_ask(known, t);
    catch_interrupts();
    for (unsigned i = 0; ok && i < paths->len && !interrupted(); i++) {
        Finding *f = look_at(t, known, seen, paths->pdata[i]);

        progress("%u of %u files", i, paths->len);
        ok = f;
        if (ok) {
            g_ptr_array_add(all, f);
        }
    }
    progress_end();
    trials_free(t);
    run_free(&run);
    return ok ? tell(all) : BAD;
}

const Command cmd_findings = {
    .name = "findings",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "print what a campaign has kept, and whether it still shows",
    .text = "A FILE is a scenario that a campaign, minimize or triage has "
            "written: a comment, \"# signature: ...\", says what it shows. "
            "Each is run in a process of its own; the table has its "
            "signature, whether it is known (patches/faults.ini), how often "
            "it was seen, and how many operations its scenario has. What is "
            "new comes first. What no longer shows is said to be mended.\n"
            "With --json, each is one line: file, signature, state (shows, "
            "mended or changed), seen, operations, and known.\n"
            "The exit status is 1 if any of them still shows something.",
    .options = options,
    .run = findings,
};
