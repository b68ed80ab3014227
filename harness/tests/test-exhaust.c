/*
 * Every state of a small world, without QEMU: a second model is the subject,
 * which counts its stores and may go wrong for that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <signal.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "harness/exhaust/search.h"
#include "harness/scenario/text.h"
#include "fault.h"

#define HEAD "tlbdiff 1 iommu\nsetup pt=identity iommu=open dirty=all fill=page\n"

static char *dir, *world_path, *state_path;

static bool load(const char *text, World *world, char **error)
{
    g_assert_true(g_file_set_contents(world_path, text, -1, NULL));
    return world_load(world, world_path, error);
}

static void load_good(const char *text, World *world)
{
    g_autofree char *error = NULL;

    load(text, world, &error);
    g_assert_cmpstr(error, ==, NULL);
}

/* --- worlds --- */

static void assert_letter(const World *world, unsigned i, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned n = 0; n < world->letters[i].n; n++) {
        g_string_append(out, n ? " ; " : "");
        text_print_op(out, &world->letters[i].ops[n]);
    }
    g_assert_cmpstr(out->str, ==, text);
}

static void test_sets(void)
{
    World world;

    load_good(HEAD "# a remark\n\n"
              "  load cpu={0, 1} idx=0 va={0x0,0x1000} size=4 le\n"
              "react io dir=read ; flush cpu=0 all\n", &world);
    g_assert_cmpstr(world.name, ==, "small");
    g_assert_cmpuint(world.n, ==, 5);
    g_assert_false(world.compares);
    assert_letter(&world, 0, "load cpu=0 idx=0 va=0x0 size=4 le");
    assert_letter(&world, 1, "load cpu=0 idx=0 va=0x1000 size=4 le");
    assert_letter(&world, 2, "load cpu=1 idx=0 va=0x0 size=4 le");
    assert_letter(&world, 3, "load cpu=1 idx=0 va=0x1000 size=4 le");
    assert_letter(&world, 4, "react io dir=read ; flush cpu=0 all");
    world_free(&world);
    load_good(HEAD CMPXCHG("0x0"), &world);
    g_assert_true(world.compares);
    world_free(&world);
}

static void test_bad_worlds(void)
{
    static const struct {
        const char *text, *error;
    } bad[] = {
        { "", "small.world:1: expected a step" },
        { "tlbdiff 1 iommu\nload\n", ":2: expected the set-up, found 'load'" },
        { "tlbdiff 2 iommu\nsetup pt=none iommu=deny dirty=all fill=page\n",
          ":2: " },
        { HEAD, "expected a step" },
        { HEAD "\nload cpu=0 idx=0 va={0x0 size=4 le\n",
          ":4: expected '{', words with ',' between them, and '}'" },
        { HEAD "load cpu=0 idx=0 va=0x0} size=4 le\n", ":3: expected '{'" },
        { HEAD "load cpu=0 idx=0 va=0x0 size={4,5} le\n", ":3: expected " },
        { HEAD "react io dir=read\n", ":3: expected an operation, or a" },
        { HEAD "react io dir=read ; load cpu=0 idx=0 va=0x0 size=4 le\n",
          ":3: expected an operation, or a trigger" },
        { HEAD "flush cpu=0 all ; flush cpu=0 all\n", ":3: expected an oper" },
        { HEAD "at most 0: flush cpu=0 all\n", ":3: expected 'at most N: '" },
        { HEAD "at most 65: flush cpu=0 all\n", "N from 1 to 64" },
        { HEAD "at most 2 flush cpu=0 all\n", ":3: expected 'at most N: '" },
        { HEAD "at most 2: load\n", ":3: expected " },
        { HEAD "load cpu=0 idx=0 va=0x0 size=4 le via=together\n",
          ":3: via=together: where a step leads must not depend" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *error = NULL;
        World world;

        g_assert_false(load(bad[i].text, &world, &error));
        if (!strstr(error, bad[i].error)) {
            g_error("%u: %s", i, error);
        }
        g_assert_null(strchr(error, '\n'));
        world_free(&world);
    }
}

/* --- searches --- */

/* What the subject does, by how many stores there were since the reset. */
static struct {
    unsigned stores;
    unsigned wrong_after, dies_after, shows_after;      /* 0: never */
    bool counts;            /* the number is a part of its state */
} hidden;

static EngineOps ops;
static const EngineOps *faulty_ops;

static void reset(Engine *e, const RmPreset *preset, const uint8_t *pages)
{
    hidden.stores = 0;
    faulty_ops->reset(e, preset, pages);
}

static void apply(Engine *e, const Op *op, const RmSeen *seen,
                  EngineResult *result)
{
    faulty_ops->apply(e, op, seen, result);
    hidden.stores += op->kind == OP_STORE;
    if (hidden.wrong_after && hidden.stores > hidden.wrong_after) {
        result->r.value ^= 1;
    }
    if (hidden.dies_after && hidden.stores > hidden.dies_after) {
        kill(getpid(), SIGKILL);
    }
}

/* The oracle has nearly all of it: it is the same model. */
static void fingerprint(Engine *e, bool last, const uint8_t *pages,
                        RmFingerprint *f)
{
    if (hidden.counts) {
        fingerprint_add(f, MIN(hidden.stores, 5));
    }
    fingerprint_add(f, hidden.shows_after &&
                       hidden.stores > hidden.shows_after);
}

static bool stops;

static bool interrupted(void)
{
    return stops;
}

static const char pages[] = HEAD
    "load cpu=0 idx=0 va={0x0, 0x200000} size=4 le\n"
    "store cpu=0 idx=0 va=0x0 size=4 le val=0x1\n"
    "flush cpu=0 all\n";

static SearchOptions usual(void)
{
    return (SearchOptions) {
        .jobs = 2, .memory = 64 << 20, .interrupted = interrupted,
    };
}

/* To be freed, both of them. */
static void search_world(const char *text, Search *search, World *world,
                         const SearchOptions *options)
{
    load_good(text, world);
    search_begin(search, world, options, &fault_run);
    while (search->end == SEARCH_GOES_ON) {
        search_go(search);
    }
}

static void search_all(Search *search, World *world,
                       const SearchOptions *options)
{
    search_world(pages, search, world, options);
}

static void done(Search *search, World *world)
{
    search_free(search);
    world_free(world);
}

/*
 * Cached or not: a page behind the IOMMU (its load and store are known at
 * once, or not at all) and one of RAM, each entry with what was stored or not.
 */
static void test_complete(void)
{
    uint32_t n = 0;

    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        SearchOptions options = usual();
        Search search;
        World world;

        options.jobs = jobs;
        options.check = 1;
        search_all(&search, &world, &options);
        g_assert_cmpint(search.end, ==, SEARCH_COMPLETE);
        g_assert_cmpuint(search.states.n, >=, 8);
        g_assert_cmpuint(search.pairs, >, 0);
        g_assert_cmpuint(search.next, ==, search.states.n);
        g_assert_cmpuint(search.transitions, ==, search.states.n * 4);
        g_assert_true(!n || n == search.states.n);
        n = search.states.n;
        done(&search, &world);
    }
}

/* Each store makes another state: only a bound makes an end. */
static void test_at_most(void)
{
    static const char text[] = HEAD
        "at most 3: store cpu=0 idx=0 va={0x200000, 0x200004} size=4 le "
        "val=0x1\n"
        "at most 1: flush cpu=0 all\n";

    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        SearchOptions options = usual();
        Search search;
        World world;

        options.jobs = jobs;
        options.check = 1;
        hidden.counts = true;
        search_world(text, &search, &world, &options);
        g_assert_cmpuint(world.n, ==, 3);
        g_assert_cmpint(search.end, ==, SEARCH_COMPLETE);
        /* three stores and a flush */
        g_assert_cmpuint(search_depth(&search), >=, 4);
        g_assert_cmpuint(search.states.state[search.states.n - 1].depth, ==,
                         4);
        g_assert_cmpuint(search.transitions, <, search.states.n * 3);
        g_assert_cmpuint(search.pairs, >, 0);
        done(&search, &world);
    }
}

static void test_found(void)
{
    SearchOptions options = usual();
    Search search;
    World world;

    hidden.wrong_after = 2;
    hidden.counts = true;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_FOUND);
    /* the shortest: the third store itself */
    g_assert_cmpuint(search.found.n, ==, 3);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(search.found.ops[i].kind, ==, OP_STORE);
    }
    done(&search, &world);
}

static void test_dies(void)
{
    SearchOptions options = usual();
    Search search;
    World world;

    hidden.dies_after = 1;
    hidden.counts = true;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_FOUND);
    g_assert_cmpuint(search.found.n, ==, 2);
    g_assert_cmpuint(search.found.ops[1].kind, ==, OP_STORE);
    done(&search, &world);
}

/* Two stores are taken for one; and a third one shows that they are not. */
static void test_hole(void)
{
    SearchOptions options = usual();
    Search search;
    World world;

    hidden.shows_after = 2;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_COMPLETE);
    done(&search, &world);
    options.check = 1;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_HOLE);
    g_assert_cmpuint(search.found.ops[search.found.n - 1].kind, ==, OP_STORE);
    g_assert_cmpuint(search.other.ops[search.other.n - 1].kind, ==, OP_STORE);
    done(&search, &world);
}

static void test_bounds(void)
{
    SearchOptions options = usual();
    Search search;
    World world;

    hidden.counts = true;
    options.depth = 2;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_DEPTH);
    g_assert_cmpuint(search_depth(&search), ==, 2);
    g_assert_cmpuint(search.states.state[search.states.n - 1].depth, ==, 2);
    done(&search, &world);
    options.depth = 0;
    options.memory = 1;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_MEMORY);
    g_assert_cmpuint(search_depth(&search), ==, 0);
    g_assert_cmpuint(search.states.n, ==, 1);
    g_assert_cmpuint(search.transitions, ==, 0);
    done(&search, &world);
    options = usual();
    stops = true;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_INTERRUPTED);
    done(&search, &world);
}

/* In two parts, and at once: the same. */
static void test_resume(void)
{
    SearchOptions options = usual();
    Search whole, search;
    World world;

    search_all(&whole, &world, &options);
    world_free(&world);
    options.file = state_path;
    options.depth = 1;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_DEPTH);
    g_assert_true(search_save(&search));
    done(&search, &world);
    options.depth = 0;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_COMPLETE);
    g_assert_cmpuint(search.states.n, ==, whole.states.n);
    g_assert_cmpuint(search.transitions, ==, whole.transitions);
    for (uint32_t i = 0; i < whole.states.n; i++) {
        g_assert_cmphex(search.states.state[i].fingerprint, ==,
                        whole.states.state[i].fingerprint);
    }
    done(&search, &world);
    search_free(&whole);
}

static void assert_refused(const char *expected)
{
    SearchOptions options = usual();
    Search search;
    World world;

    options.file = state_path;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_FAILED);
    if (!strstr(search.error, expected)) {
        g_error("%s", search.error);
    }
    done(&search, &world);
}

static void test_bad_file(void)
{
    SearchOptions options = usual();
    g_autofree char *data = NULL;
    Search search;
    World world;
    gsize len;

    options.file = state_path;
    search_all(&search, &world, &options);
    g_assert_true(search_save(&search));
    done(&search, &world);
    g_assert_true(g_file_get_contents(state_path, &data, &len, NULL));
    for (gsize cut = 0; cut < len; cut += 7) {
        g_assert_true(g_file_set_contents(state_path, data, cut, NULL));
        assert_refused("not a file of exhaust");
    }
    g_assert_true(g_file_set_contents(state_path, data, len, NULL));
    /* the program takes another view of what a state is */
    hidden.counts = true;
    assert_refused("of another world, QEMU or build");
    hidden.counts = false;
    options.memory = 1;
    search_all(&search, &world, &options);
    g_assert_cmpint(search.end, ==, SEARCH_FAILED);
    g_assert_nonnull(strstr(search.error, "give more"));
    done(&search, &world);
    data[17] ^= 1;
    g_assert_true(g_file_set_contents(state_path, data, len, NULL));
    assert_refused("of another world");
}

/* Each begins with a subject that is right, and no file. */
static void begin(void)
{
    memset(&hidden, 0, sizeof(hidden));
    stops = false;
    g_remove(state_path);
}

static void run_test(gconstpointer test)
{
    begin();
    ((void (*)(void))test)();
}

static void add(const char *path, void (*test)(void))
{
    g_test_add_data_func(path, test, run_test);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    dir = g_dir_make_tmp("exhaust-XXXXXX", NULL);
    world_path = g_build_filename(dir, "small.world", NULL);
    state_path = g_build_filename(dir, "state", NULL);
    fault_init();
    fault_run.thorough = false;
    faulty_ops = fault_run.subject->ops;
    ops = *faulty_ops;
    ops.reset = reset;
    ops.apply = apply;
    ops.fingerprint = fingerprint;
    fault_run.subject->ops = &ops;
    add("/exhaust/sets", test_sets);
    add("/exhaust/bad-worlds", test_bad_worlds);
    add("/exhaust/complete", test_complete);
    add("/exhaust/at-most", test_at_most);
    add("/exhaust/found", test_found);
    add("/exhaust/dies", test_dies);
    add("/exhaust/hole", test_hole);
    add("/exhaust/bounds", test_bounds);
    add("/exhaust/resume", test_resume);
    add("/exhaust/bad-file", test_bad_file);
    status = g_test_run();
    fault_free();
    begin();
    g_remove(world_path);
    g_rmdir(dir);
    g_free(dir);
    g_free(world_path);
    g_free(state_path);
    return status;
}
