/*
 * Faults that are known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmd.h"
#include "known.h"
#include "harness/compare/signature.h"
#include "harness/run/aside.h"
#include "harness/run/config.h"

#define TABLE TLBDIFF_SOURCE_DIR "/patches/faults.ini"

/* A fault of the table. */
typedef struct Fault {
    char *name, *patch, *what;
    char **patterns;        /* of its signatures */
    bool asked, here;       /* is it in what is tested? */
} Fault;

struct Known {
    Trials *trials;         /* or NULL: all of them can be meant */
    GPtrArray *faults;
    GHashTable *files;      /* by the signature; of what is given by name */
};

static void free_fault(gpointer p)
{
    Fault *f = p;

    g_free(f->name);
    g_free(f->patch);
    g_free(f->what);
    g_strfreev(f->patterns);
    g_free(f);
}

/* --- Where it is written ------------------------------------------------- */

static Fault *read_fault(GKeyFile *table, const char *name, GError **err)
{
    Fault *f = g_new0(Fault, 1);

    f->name = g_strdup(name);
    f->patch = g_key_file_get_string(table, name, "patch", err);
    f->what = f->patch ?
              g_key_file_get_string(table, name, "what", err) : NULL;
    f->patterns = f->what ?
        g_key_file_get_string_list(table, name, "signatures", NULL, err) :
        NULL;
    return f;
}

static bool read_table(Known *k)
{
    g_autoptr(GKeyFile) table = g_key_file_new();
    g_autoptr(GError) err = NULL;
    g_auto(GStrv) names = NULL;

    if (g_key_file_load_from_file(table, TABLE, G_KEY_FILE_NONE, &err)) {
        names = g_key_file_get_groups(table, NULL);
    }
    for (unsigned i = 0; !err && names[i]; i++) {
        g_ptr_array_add(k->faults, read_fault(table, names[i], &err));
    }
    if (err) {
        complain("%s: %s", TABLE, err->message);
    }
    return !err;
}

static void note_file(GHashTable *files, const char *path)
{
    g_auto(GStrv) signatures = signatures_of(path, NULL);

    for (unsigned i = 0; signatures && signatures[i]; i++) {
        g_hash_table_insert(files, g_strdup(signatures[i]), g_strdup(path));
    }
}

static bool read_files(Known *k, char **dirs)
{
    g_autoptr(GPtrArray) paths = all_paths(g_strv_length(dirs), dirs);

    for (unsigned i = 0; paths && i < paths->len; i++) {
        note_file(k->files, paths->pdata[i]);
    }
    return paths;
}

Known *known_load(char **dirs)
{
    Known *k = g_new0(Known, 1);

    k->faults = g_ptr_array_new_with_free_func(free_fault);
    k->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (dirs ? read_files(k, dirs) : read_table(k)) {
        return k;
    }
    known_free(k);
    return NULL;
}

void known_ask(Known *k, Trials *t)
{
    k->trials = t;
}

void known_free(Known *k)
{
    g_ptr_array_unref(k->faults);
    g_hash_table_destroy(k->files);
    g_free(k);
}

/* --- What is asked ------------------------------------------------------- */

static bool has_signature(const Fault *f, const char *signature)
{
    for (unsigned i = 0; f->patterns[i]; i++) {
        if (g_pattern_match_simple(f->patterns[i], signature)) {
            return true;
        }
    }
    return false;
}

/* Its regression, of whichever target. */
static char *regression(const char *name)
{
    g_autoptr(GDir) dir = g_dir_open(CORPUS, 0, NULL);
    g_autofree char *file = g_strconcat(name, ".tlb", NULL);
    const char *target;

    while (dir && (target = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(CORPUS, target,
                                                 "regressions", file, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

/* Does @s show @f, be it behind something else? */
static bool shows(const Fault *f, Trials *t, Scenario *s)
{
    Aside *others = aside_new();
    bool found = false;
    Divergence d;

    while (!found && !aside_run(others, trial_agrees, t, s, &d)) {
        g_autofree char *name = signature(s, &d);

        found = has_signature(f, name);
        aside_add(others, name);
    }
    aside_free(others);
    return found;
}

static bool is_here(const Known *k, Fault *f)
{
    static Scenario s;

    if (!k->trials) {
        return true;
    }
    if (!f->asked) {
        g_autofree char *path = regression(f->name);

        k->trials->leaks = false;
        f->here = path && load(&s, path) && shows(f, k->trials, &s);
        f->asked = true;
    }
    return f->here;
}

/* The first fault from number *i on, which is then that of the next one. */
static const Fault *next_fault(Known *k, const char *signature, unsigned *i)
{
    while (*i < k->faults->len) {
        Fault *f = k->faults->pdata[(*i)++];

        if (has_signature(f, signature) && is_here(k, f)) {
            return f;
        }
    }
    return NULL;
}

char *known_text(Known *k, const char *signature)
{
    const char *file = g_hash_table_lookup(k->files, signature);
    g_autoptr(GString) text = g_string_new(file);
    const Fault *f;

    for (unsigned i = 0; (f = next_fault(k, signature, &i));) {
        g_string_append_printf(text, "%s%s: %s (%s/%s)",
                               text->len ? "; or " : "", f->name, f->what,
                               TLBDIFF_PATCHES, f->patch);
    }
    return text->len ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

const char *known_name(Known *k, const char *signature)
{
    unsigned i = 0;
    const Fault *f = next_fault(k, signature, &i);

    return f ? f->name : NULL;
}

char *known_file(Known *k, const char *signature)
{
    const char *name = known_name(k, signature);

    return name ? regression(name) :
                  g_strdup(g_hash_table_lookup(k->files, signature));
}
