/*
 * tlbdiff show and tlbdiff encode: the two forms of a scenario.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cmd.h"
#include "harness/scenario/target.h"
#include "harness/scenario/text.h"

static char *output, *into, *target;

static const GOptionEntry show_options[] = {
    { "into", 0, 0, G_OPTION_ARG_FILENAME, &into,
      "Write each scenario into this directory, in a file named after the "
      "SHA-1 of its text, and print that name before the FILE's", "DIR" },
    { "target", 0, 0, G_OPTION_ARG_STRING, &target,
      "Make them scenarios of this target, as its fuzzer does with all that "
      "it is given", "iommu|wgchecker|iopmp|tzmpc" },
    { NULL }
};

static const GOptionEntry encode_options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Write to OUT instead of standard output", "OUT" },
    { "into", 0, 0, G_OPTION_ARG_FILENAME, &into,
      "Write each scenario into this directory, in a file that has the "
      "FILE's name without .tlb", "DIR" },
    { NULL }
};

/* Returns false after a complaint. */
static bool find_target(TargetId *id)
{
    *id = target_find(target);
    if (*id < TARGETS) {
        return true;
    }
    complain("show: --target: there is no target '%s'", target);
    return false;
}

/*
 * What the arguments of @command name, one file or as many as there is --into
 * for, which is made.  Returns NULL after a complaint.
 */
static GPtrArray *paths_to_write(const char *command, int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = all_paths(argc, argv);

    if (!paths) {
        return NULL;
    }
    if (!into && paths->len > 1) {
        complain("%s: needs one file, or --into=DIR for all of %u", command,
                 paths->len);
        return NULL;
    }
    if (into && g_mkdir_with_parents(into, 0777)) {
        complain("%s: %s: cannot make this directory: %s", command, into,
                 g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&paths);
}

static bool show_one(const char *path, TargetId id)
{
    static Scenario s;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *sha1 = NULL, *file = NULL;

    if (!load(&s, path)) {
        return false;
    }
    if (target) {
        scenario_retarget(&s, id);
    }
    text_print(text, &s);
    if (!into) {
        fputs(text->str, stdout);
        return true;
    }
    sha1 = g_compute_checksum_for_string(G_CHECKSUM_SHA1, text->str,
                                         text->len);
    file = g_strdup_printf("%s/%s.tlb", into, sha1);
    printf("%s.tlb  %s\n", sha1, path);
    return write_file("show", file, text->str);
}

static int show(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = NULL;
    TargetId id = 0;

    if (target && !find_target(&id)) {
        return BAD;
    }
    paths = paths_to_write("show", argc, argv);
    if (!paths) {
        return BAD;
    }
    for (unsigned i = 0; i < paths->len; i++) {
        progress("%u of %u files", i, paths->len);
        if (!show_one(paths->pdata[i], id)) {
            return BAD;
        }
    }
    progress_end();
    return finish_stdout(AGREE);
}

/* @out: the file to write, or NULL for standard output */
static bool encode_one(const char *path, const char *out)
{
    static Scenario s;
    uint8_t data[SCENARIO_BYTES];
    g_autoptr(GError) err = NULL;
    size_t len;

    if (!load(&s, path)) {
        return false;
    }
    len = scenario_encode(&s, data);
    if (!out) {
        fwrite(data, 1, len, stdout);
        return true;
    }
    /* into a temporary file first: a full disk leaves nothing behind */
    if (!g_file_set_contents(out, (char *)data, len, &err)) {
        complain("%s", err->message);
        return false;
    }
    return true;
}

/* Returns false after a complaint: @names has the names that were given. */
static bool encode_into(const char *path, GHashTable *names)
{
    g_autofree char *name = g_path_get_basename(path), *out = NULL;
    const char *other;

    if (g_str_has_suffix(name, ".tlb")) {
        name[strlen(name) - strlen(".tlb")] = '\0';
    }
    out = g_build_filename(into, name, NULL);
    other = g_hash_table_lookup(names, out);
    if (other) {
        complain("encode: %s and %s: both would be %s", other, path, out);
        return false;
    }
    if (!encode_one(path, out)) {
        return false;
    }
    g_hash_table_insert(names, g_steal_pointer(&out), (char *)path);
    return true;
}

static int encode(int argc, char **argv)
{
    g_autoptr(GHashTable) names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) paths = NULL;

    if (into && output) {
        complain("encode: --into and --output: give one of them");
        return BAD;
    }
    paths = paths_to_write("encode", argc, argv);
    if (!paths) {
        return BAD;
    }
    for (unsigned i = 0; i < paths->len; i++) {
        if (into ? !encode_into(paths->pdata[i], names) :
                   !encode_one(paths->pdata[i], output)) {
            return BAD;
        }
    }
    return output || into ? AGREE : finish_stdout(AGREE);
}

const Command cmd_show = {
    .name = "show",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "print a scenario in text form",
    .text = "Prints the scenario in canonical text form: a line for the "
            "target, one for the set-up, and one for each operation.\n"
            "With --into any number of them at once, each into a file of its "
            "own: the same scenarios have the same names.",
    .options = show_options,
    .run = show,
};

const Command cmd_encode = {
    .name = "encode",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "print a scenario in binary form",
    .text = "Prints the scenario in the binary form that fuzzers mutate: a "
            "record of 32 bytes for the set-up and for each operation.\n"
            "With --into any number of them at once, each into a file of its "
            "own.",
    .options = encode_options,
    .run = encode,
};
