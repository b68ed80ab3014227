/*
 * Signatures that are set aside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "aside.h"
#include "harness/compare/signature.h"

Aside *aside_new(void)
{
    Aside *a = g_new0(Aside, 1);

    a->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                      g_free);
    return a;
}

void aside_free(Aside *a)
{
    if (a) {
        g_hash_table_destroy(a->counts);
        g_free(a);
    }
}

void aside_add(Aside *a, const char *signature)
{
    if (!aside_has(a, signature)) {
        g_hash_table_insert(a->counts, g_strdup(signature),
                            g_new0(uint64_t, 1));
    }
}

bool aside_has(const Aside *a, const char *signature)
{
    return g_hash_table_contains(a->counts, signature);
}

bool aside_kills(const Aside *a)
{
    GHashTableIter i;
    gpointer name;

    g_hash_table_iter_init(&i, a->counts);
    while (g_hash_table_iter_next(&i, &name, NULL)) {
        if (signature_of_death(name)) {
            return true;
        }
    }
    return false;
}

static bool load_file(Aside *a, const char *path, char **error)
{
    g_autoptr(GError) err = NULL;
    g_auto(GStrv) signatures = signatures_of(path, &err);

    if (!signatures) {
        *error = g_strdup(err->message);
        return false;
    }
    for (unsigned i = 0; signatures[i]; i++) {
        aside_add(a, signatures[i]);
    }
    return true;
}

bool aside_load(Aside *a, const char *path, char **error)
{
    g_autoptr(GError) err = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *name;
    bool ok = true;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return load_file(a, path, error);
    }
    dir = g_dir_open(path, 0, &err);
    if (!dir) {
        *error = g_strdup(err->message);
        return false;
    }
    while (ok && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        ok = !g_str_has_suffix(name, ".tlb") || load_file(a, file, error);
    }
    return ok;
}

static void remove_op(Scenario *s, unsigned at)
{
    s->n--;
    memmove(&s->ops[at], &s->ops[at + 1], (s->n - at) * sizeof(s->ops[0]));
}

bool aside_run(Aside *a, AsideRun *run, void *opaque, Scenario *s,
               Divergence *d)
{
    for (unsigned removed = 0; !run(opaque, s, d); removed++) {
        g_autofree char *name = NULL;
        uint64_t *count;

        if (!a) {
            return false;
        }
        name = signature(s, d);
        count = g_hash_table_lookup(a->counts, name);
        if (!count) {
            return false;
        }
        (*count)++;
        /* behind the last operation there is nothing */
        if (d->op >= s->n) {
            return true;
        }
        if (removed == ASIDE_OPS) {
            s->n = d->op;
            a->ended++;
            return true;
        }
        remove_op(s, d->op);
    }
    return true;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void aside_print(const Aside *a, const char *prefix, FILE *out)
{
    unsigned n;
    g_autofree gpointer *names = g_hash_table_get_keys_as_array(a->counts,
                                                                &n);

    qsort(names, n, sizeof(names[0]), by_name);
    for (unsigned i = 0; i < n; i++) {
        const uint64_t *count = g_hash_table_lookup(a->counts, names[i]);

        if (*count) {
            fprintf(out, "%s %" G_GUINT64_FORMAT " %s\n", prefix, *count,
                    (char *)names[i]);
        }
    }
}
