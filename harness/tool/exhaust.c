/*
 * tlbdiff exhaust: every state of a small world.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include <sys/resource.h>

#include "cmd.h"
#include "harness/exhaust/search.h"
#include "harness/scenario/text.h"

static struct {
    int jobs, depth, memory, check;
    char *state, *output;
} given = { .memory = 4096 };

static const GOptionEntry options[] = {
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &given.jobs,
      "How many processes take steps (default: one for each processor)", "N" },
    { "depth", 0, 0, G_OPTION_ARG_INT, &given.depth,
      "How many steps at most (default: until there is no new state)", "N" },
    { "memory", 0, 0, G_OPTION_ARG_INT, &given.memory,
      "How many MiB the states may take (default: 4096)", "N" },
    { "check", 0, 0, G_OPTION_ARG_INT, &given.check,
      "Of N steps that lead to a known state, check one: from there, all must "
      "go on as from the state that was known (default: none)", "N" },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &given.state,
      "Go on with what is in this file, and leave there what is found", "FILE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &given.output,
      "Where to write the scenario of a divergence (default: the world's name "
      "with .tlb, in this directory)", "FILE" },
    OPTION_LIMITS,
    { NULL }
};

static double seconds_since(gint64 start)
{
    return (g_get_monotonic_time() - start) / 1e6;
}

/* When this run began, and with how much of an earlier one. */
typedef struct Begin {
    gint64 time;
    uint32_t states;
    uint64_t transitions;
} Begin;

static double states_per_second(const Search *search, const Begin *begin)
{
    return (search->states.n - begin->states) / seconds_since(begin->time);
}

/* What the search has found, and what this run of it has cost. */
static void print_numbers(const Search *search, const Begin *begin)
{
    double seconds = seconds_since(begin->time);

    printf("%u states, %" G_GUINT64_FORMAT " transitions, depth %u; %s%.1f s, "
           "%.0f states/s, %.0f transitions/s, %.1f MiB of states\n",
           search->states.n, search->transitions,
           search->states.state[search->states.n - 1].depth,
           begin->transitions ? "this run: " : "", seconds,
           states_per_second(search, begin),
           (search->transitions - begin->transitions) / seconds,
           states_bytes(search->states.n) / 1048576.0);
    printf("left out, for the contract does not speak of them: %"
           G_GUINT64_FORMAT "; ended by an assertion that was predicted: %"
           G_GUINT64_FORMAT "\n", search->left_out, search->ended);
    if (search->options->check) {
        printf("pairs of equal states that were checked: %" G_GUINT64_FORMAT
               "\n", search->pairs);
    }
}

/* Shows what was found; in files, for it may be the death of a process. */
static int show_found(Run *run, const Search *search)
{
    g_autofree char *path = given.output ? g_strdup(given.output) :
                            g_strconcat(search->world->name, ".tlb", NULL);

    if (!write_scenario("exhaust", &search->found, path)) {
        return BAD;
    }
    printf("%s: a divergence after %u operation%s, and none with fewer steps: "
           "%s\n", search->world->name, search->found.n,
           plural(search->found.n), path);
    replay_found(run, "exhaust", path);
    return DIVERGE;
}

static int show_hole(const Search *search)
{
    g_autoptr(GString) text = g_string_new(NULL);

    text_print(text, &search->found);
    g_string_append(text, "\n");
    text_print(text, &search->other);
    printf("%s: two states have one fingerprint, and are not the same: the "
           "last step of these scenarios goes on in different ways\n\n%s\n",
           search->world->name, text->str);
    return DIVERGE;
}

static int show_end(Run *run, const Search *search)
{
    static const char *const why[] = {
        [SEARCH_DEPTH] = "--depth",
        [SEARCH_LENGTH] = "a scenario has no room for more operations",
        [SEARCH_MEMORY] = "--memory",
        [SEARCH_INTERRUPTED] = "an interrupt",
    };

    switch (search->end) {
    case SEARCH_COMPLETE:
        printf("%s: complete: there is no other state\n",
               search->world->name);
        return AGREE;
    case SEARCH_FOUND:
        return show_found(run, search);
    case SEARCH_HOLE:
        return show_hole(search);
    case SEARCH_FAILED:
        complain("exhaust: %s", search->error);
        return BAD;
    default:
        printf("%s: not complete: stopped by %s: every sequence of up to %u "
               "steps was run\n", search->world->name, why[search->end],
               search_depth(search));
        if (given.state) {
            printf("%s: goes on where it was with --state=%s\n",
                   search->world->name, given.state);
        }
        return AGREE;
    }
}

/* Where a search begins that goes on. */
static void show_begin(const Search *search, const Begin *begin)
{
    if (begin->transitions) {
        printf("%s: goes on with %u states, %" G_GUINT64_FORMAT
               " transitions, depth %u\n", search->world->name, begin->states,
               begin->transitions,
               search->states.state[search->states.n - 1].depth);
        fflush(stdout);
    }
}

/* What a run that is killed loses at most. */
#define SAVE_EACH (60 * G_USEC_PER_SEC)

static void go(Search *search, const Begin *begin)
{
    gint64 saved = begin->time;

    while (search->end == SEARCH_GOES_ON) {
        search_go(search);
        progress("%s: %u states, %" G_GUINT64_FORMAT " transitions, depth %u, "
                 "%u to go on from, %.0f states/s", search->world->name,
                 search->states.n, search->transitions, search_depth(search),
                 search->states.n - search->next,
                 states_per_second(search, begin));
        if (search->end == SEARCH_GOES_ON &&
            g_get_monotonic_time() - saved > SAVE_EACH) {
            search_save(search);
            saved = g_get_monotonic_time();
        }
    }
    progress_end();
}

static int exhaust_world(Run *run, const World *world)
{
    SearchOptions search_options = {
        .jobs = given.jobs ? given.jobs : g_get_num_processors(),
        .depth = given.depth, .memory = (size_t)given.memory << 20,
        .check = given.check, .file = given.state,
        .interrupted = interrupted,
    };
    Begin begin = { .time = g_get_monotonic_time() };
    Search search;
    int status;

    run->thorough = false;
    search_begin(&search, world, &search_options, run);
    begin.states = search.transitions ? search.states.n : 0;
    begin.transitions = search.transitions;
    show_begin(&search, &begin);
    go(&search, &begin);
    if (search.end != SEARCH_FAILED) {
        search_save(&search);
    }
    status = show_end(run, &search);
    if (search.end != SEARCH_FAILED) {
        print_numbers(&search, &begin);
    }
    search_free(&search);
    return status;
}

static bool all_load(World *worlds, int n, char **paths)
{
    for (int i = 0; i < n; i++) {
        g_autofree char *error = NULL;

        if (!world_load(&worlds[i], paths[i], &error)) {
            complain("exhaust: %s", error);
            return false;
        }
    }
    return true;
}

static bool makes_sense(int n)
{
    const struct {
        const char *name;
        int value, least;
    } numbers[] = {
        { "jobs", given.jobs, 0 }, { "depth", given.depth, 0 },
        { "memory", given.memory, 1 }, { "check", given.check, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (numbers[i].value < numbers[i].least) {
            complain("exhaust: --%s: expected at least %d, found %d",
                     numbers[i].name, numbers[i].least, numbers[i].value);
            return false;
        }
    }
    if (n > 1 && (given.state || given.output)) {
        complain("exhaust: --%s: expected one world, found %d",
                 given.state ? "state" : "output", n);
        return false;
    }
    return true;
}

static int exhaust(int argc, char **argv)
{
    g_autofree World *worlds = g_new0(World, argc);
    int status = AGREE;
    Run run;

    if (!makes_sense(argc)) {
        return BAD;
    }
    if (!all_load(worlds, argc, argv)) {
        status = BAD;
    } else {
        both_sides(&run);
        catch_interrupts();
        for (int i = 0; i < argc && !interrupted(); i++) {
            int one = exhaust_world(&run, &worlds[i]);

            status = MAX(status, one);
        }
        run_free(&run);
    }
    for (int i = 0; i < argc; i++) {
        world_free(&worlds[i]);
    }
    return finish_stdout(status);
}

const Command cmd_exhaust = {
    .name = "exhaust", .args = "WORLD...", .needs = "a world", .many = true,
    .summary = "run every sequence of steps in a small world",
    .text = "Takes each step that a world has in each state that can be "
            "reached in it, until there is no state that was not seen before, "
            "or one in which QEMU and the model disagree: no shorter sequence "
            "of steps shows that.\n"
            "A WORLD is a scenario in text. Each line is a step, and a set in "
            "braces stands for each of its words: load cpu=0 idx={0,1} "
            "va={0x0,0xfff} size=2 le. A line 'react ... ; flush ...' is a "
            "trigger with its reaction. Of a line 'at most 3: ...', no more than "
            "3 steps are taken in all.",
    .options = options, .run = exhaust,
};
