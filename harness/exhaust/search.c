/*
 * A breadth-first search over the states of both sides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#include "harness/run/child.h"
#include "harness/run/version.h"
#include "search.h"

/* What has come of a step. */
typedef enum StepOutcome {
    NOT_TAKEN, UNDER_WAY, REACHED, LEFT_OUT, ENDED, DIVERGED, NO_ROOM,
    SPENT                   /* its bound has been reached before */
} StepOutcome;

/* Memory of it is shared with the processes that take the steps. */
typedef struct Result {
    RmFingerprint fingerprint;  /* REACHED: which state */
    uint32_t outcome;
} Result;

/* All steps are to be taken where @letter leads from @state; or there itself. */
typedef struct Task {
    uint32_t state;
    int letter;             /* -1: none */
} Task;

#define RESULTS 20000u      /* at a time: a second or so */
#define JOBS_MAX 64u

typedef struct Work {
    Search *search;
    const Task *task;
    unsigned n;
    Result *result;         /* of task 0 with each letter, then of task 1 ... */
} Work;

/* --- Taking steps --------------------------------------------------------- */

typedef struct Taker {
    const World *world;
    RmFingerprint fingerprint;
    bool reached;
} Taker;

static void take_fingerprint(Run *run)
{
    Taker *taker = run->watch->opaque;

    taker->reached = true;
    taker->fingerprint = 0;
    run->oracle->ops->fingerprint(run->oracle, taker->world->compares,
                                  run->pages, &taker->fingerprint);
    run->subject->ops->fingerprint(run->subject, taker->world->compares,
                                   run->pages, &taker->fingerprint);
}

/* @agree: so many operations of it have been seen to agree. */
static void run_one(Run *run, const World *world, const Scenario *s,
                    unsigned agree, Result *result)
{
    Taker taker = { .world = world };
    RunWatch watch = { .end = take_fingerprint, .opaque = &taker };
    uint64_t uncovered = run->uncovered;
    Divergence d;
    bool agreed;

    run->watch = &watch;
    run->agree = agree;
    agreed = run_scenario(run, s, false, &d);
    run->agree = 0;
    run->watch = NULL;
    result->fingerprint = taker.fingerprint;
    result->outcome = !agreed ? DIVERGED :
                      run->uncovered != uncovered ? LEFT_OUT :
                      taker.reached ? REACHED : ENDED;
}

/* Steps with a bound that lead to a state: so many of each. */
typedef struct Used {
    uint8_t n[WORLD_BOUNDS + 1];
} Used;

static void use(const World *world, int letter, Used *used)
{
    used->n[letter < 0 ? 0 : world->letters[letter].bound]++;
}

static Used used_until(const Search *search, const Task *task)
{
    const States *states = &search->states;
    Used used = { 0 };

    for (uint32_t i = task->state; i; i = states->state[i].parent) {
        use(search->world, states->state[i].letter, &used);
    }
    use(search->world, task->letter, &used);
    return used;
}

static bool is_spent(const World *world, unsigned letter, const Used *used)
{
    unsigned bound = world->letters[letter].bound;

    return bound && used->n[bound] >= world->most[bound];
}

/* What can still be done is a part of the state. */
static void add_used(const World *world, const Used *used, RmFingerprint *f)
{
    for (unsigned i = 1; i <= world->n_bounds; i++) {
        fingerprint_add(f, used->n[i]);
    }
}

/* The steps that lead to a state. */
static void reach(const Search *search, uint32_t state, Scenario *s)
{
    const States *states = &search->states;
    uint16_t letters[SCENARIO_OPS];
    unsigned n = 0;

    for (uint32_t i = state; i; i = states->state[i].parent) {
        letters[n++] = states->state[i].letter;
    }
    s->setup = search->world->setup;
    s->n = 0;
    while (n) {
        world_append(search->world, letters[--n], s);
    }
}

/* Returns false if that is too long. */
static bool scenario_of(const Search *search, const Task *task,
                        unsigned letter, Scenario *s)
{
    reach(search, task->state, s);
    return (task->letter < 0 ||
            world_append(search->world, task->letter, s)) &&
           world_append(search->world, letter, s);
}

/* Each @jobs-th task from @first on; nothing more after a divergence. */
static void do_tasks(const Work *work, unsigned first, unsigned jobs)
{
    const Search *search = work->search;
    unsigned letters = search->world->n;

    for (unsigned i = first; i < work->n; i += jobs) {
        const Used before = used_until(search, &work->task[i]);

        for (unsigned letter = 0; letter < letters; letter++) {
            Result *result = &work->result[i * letters + letter];
            Used used = before;
            Scenario s;

            if (is_spent(search->world, letter, &used)) {
                result->outcome = SPENT;
                continue;
            }
            use(search->world, letter, &used);
            if (!scenario_of(search, &work->task[i], letter, &s)) {
                result->outcome = NO_ROOM;
                continue;
            }
            result->outcome = UNDER_WAY;
            run_one(search->run, search->world, &s,
                    s.n - search->world->letters[letter].n, result);
            add_used(search->world, &used, &result->fingerprint);
            if (result->outcome == DIVERGED) {
                return;
            }
        }
    }
}

/* In processes of their own, which may die: then a step is left UNDER_WAY. */
static void do_work(const Work *work)
{
    Search *search = work->search;
    unsigned jobs = MIN(MIN(search->options->jobs, JOBS_MAX), work->n);
    Child child[JOBS_MAX] = { 0 };

    for (unsigned i = 0; i < jobs; i++) {
        pid_t pid = child_begin(&child[i], search->run->subject, NULL, NULL);

        if (!pid) {
            do_tasks(work, i, jobs);
            _exit(0);
        }
        if (pid < 0 && search->end == SEARCH_GOES_ON) {
            search->end = SEARCH_FAILED;
            search->error = g_strdup_printf("cannot start a process: %s",
                                            strerror(errno));
        }
    }
    for (unsigned i = 0; i < jobs; i++) {
        Death death;

        if (child[i].pid) {
            child_wait(&child[i], &death);
            child_end(&child[i]);
        }
    }
}

/* --- What has come of them ------------------------------------------------ */

/* Returns false if the search ends here. */
static bool goes_on(Search *search, const Task *task, unsigned letter,
                    const Result *result)
{
    switch ((StepOutcome)result->outcome) {
    case DIVERGED:
    case UNDER_WAY:
        search->end = SEARCH_FOUND;
        scenario_of(search, task, letter, &search->found);
        return false;
    case NO_ROOM:
        search->end = SEARCH_LENGTH;
        return false;
    case NOT_TAKEN:
        /* the process before has ended otherwise: do_work() says why */
        search->end = SEARCH_FAILED;
        search->error = g_strdup("a process ended before its work was done");
        return false;
    case LEFT_OUT:
    case ENDED:
    case REACHED:
    case SPENT:
        break;
    }
    return true;
}

/* A step from @from, by @letter, has come to a state that was known before. */
static void note_pair(Search *search, GArray *pairs, uint32_t from,
                      unsigned letter, uint32_t known)
{
    const State *state = &search->states.state[known];
    Task task[2] = { { known, -1 }, { from, letter } };

    if (search->options->check && !(search->known++ % search->options->check) &&
        known && (state->parent != from || state->letter != letter)) {
        g_array_append_vals(pairs, task, 2);
    }
}

static void arrive(Search *search, GArray *pairs, uint32_t from,
                   unsigned letter, RmFingerprint fingerprint)
{
    States *states = &search->states;
    uint32_t known = states_find(states, fingerprint);

    if (known != STATE_NONE) {
        note_pair(search, pairs, from, letter, known);
        return;
    }
    states_add(states, &(State) {
        fingerprint, from, letter, states->state[from].depth + 1
    });
}

static void take_step(Search *search, GArray *pairs, uint32_t from,
                      unsigned letter, const Result *result)
{
    search->transitions += result->outcome != SPENT;
    search->left_out += result->outcome == LEFT_OUT;
    search->ended += result->outcome == ENDED;
    if (result->outcome == REACHED) {
        arrive(search, pairs, from, letter, result->fingerprint);
    }
}

/* A task is taken as a whole or, to be done again, not at all. */
static bool take_task(Search *search, GArray *pairs, const Task *task,
                      const Result *result)
{
    unsigned letters = search->world->n;
    size_t most = (size_t)search->states.n + letters;

    for (unsigned letter = 0; letter < letters; letter++) {
        if (!goes_on(search, task, letter, &result[letter])) {
            return false;
        }
    }
    if (most > STATES_MAX || states_bytes(most) > search->options->memory) {
        search->end = SEARCH_MEMORY;
        return false;
    }
    for (unsigned letter = 0; letter < letters; letter++) {
        take_step(search, pairs, task->state, letter, &result[letter]);
    }
    return true;
}

/* The number of the first task that is not done with. */
static unsigned take_results(Search *search, const Work *work, GArray *pairs)
{
    unsigned i = 0;

    while (i < work->n &&
           take_task(search, pairs, &work->task[i],
                     &work->result[i * search->world->n])) {
        i++;
    }
    return i;
}

/* All goes on alike from both states of a pair, or they are not one. */
static void compare_pairs(Search *search, const Work *work)
{
    unsigned letters = search->world->n;

    for (unsigned i = 0; i < work->n; i += 2) {
        for (unsigned letter = 0; letter < letters; letter++) {
            const Result *a = &work->result[i * letters + letter];
            const Result *b = a + letters;

            if (a->outcome == NO_ROOM || b->outcome == NO_ROOM) {
                continue;
            }
            if (!goes_on(search, &work->task[i], letter, a) ||
                !goes_on(search, &work->task[i + 1], letter, b)) {
                return;
            }
            if (a->outcome != b->outcome ||
                (a->outcome == REACHED && a->fingerprint != b->fingerprint)) {
                search->end = SEARCH_HOLE;
                scenario_of(search, &work->task[i], letter, &search->found);
                scenario_of(search, &work->task[i + 1], letter,
                            &search->other);
                return;
            }
        }
        search->pairs++;
    }
}

/* --- The search ----------------------------------------------------------- */

/* Of tasks, how many are done at a time. */
static unsigned batch(const Search *search)
{
    return MAX(RESULTS / search->world->n, 2 * search->options->jobs);
}

static size_t results_bytes(const Search *search)
{
    return (size_t)(batch(search) + 1) * search->world->n * sizeof(Result);
}

static void check_pairs(Search *search, GArray *pairs, Result *result)
{
    for (unsigned i = 0; i < pairs->len && search->end == SEARCH_GOES_ON;) {
        Work work = {
            search, &g_array_index(pairs, Task, i),
            MIN(batch(search) & ~1u, pairs->len - i), result
        };

        memset(result, 0, results_bytes(search));
        do_work(&work);
        if (search->end == SEARCH_GOES_ON) {
            compare_pairs(search, &work);
        }
        i += work.n;
    }
}

static void expand(Search *search, Result *result)
{
    unsigned n = MIN(batch(search), search->states.n - search->next);
    unsigned depth = search->states.state[search->next].depth;
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(Task));
    g_autofree Task *task = g_new(Task, n);
    Work work = { search, task, 0, result };

    /* of one depth, so that what is found first is shortest */
    while (work.n < n &&
           search->states.state[search->next + work.n].depth == depth) {
        task[work.n] = (Task) { search->next + work.n, -1 };
        work.n++;
    }
    do_work(&work);
    if (search->end == SEARCH_GOES_ON) {
        search->next += take_results(search, &work, pairs);
    }
    if (search->end == SEARCH_GOES_ON) {
        check_pairs(search, pairs, result);
    }
}

unsigned search_depth(const Search *search)
{
    const States *s = &search->states;

    return s->state[MIN(search->next, s->n - 1)].depth +
           (search->next == s->n);
}

void search_go(Search *search)
{
    Result *result;

    if (search->end != SEARCH_GOES_ON) {
        return;
    }
    if (search->next == search->states.n) {
        search->end = SEARCH_COMPLETE;
    } else if (search->options->depth &&
               search_depth(search) >= search->options->depth) {
        search->end = SEARCH_DEPTH;
    } else if (search->options->interrupted()) {
        search->end = SEARCH_INTERRUPTED;
    }
    if (search->end != SEARCH_GOES_ON) {
        return;
    }
    result = mmap(NULL, results_bytes(search), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED) {
        search->end = SEARCH_FAILED;
        search->error = g_strdup_printf("no memory: %s", strerror(errno));
        return;
    }
    expand(search, result);
    munmap(result, results_bytes(search));
}

/* --- A file to go on with ------------------------------------------------- */

/* What it begins with; the states follow. */
typedef struct FileHead {
    char magic[16];
    RmFingerprint key;      /* of the world, and of what is tested */
    uint64_t transitions, left_out, ended, known, pairs;
    uint32_t n, next;
} FileHead;

#define MAGIC "tlbdiff exhaust"

static RmFingerprint key_of(const World *world)
{
    const char *version = version_tested();
    RmFingerprint f = 0;

    fingerprint_bytes(&f, version, strlen(version));
    fingerprint_bytes(&f, &world->setup, sizeof(world->setup));
    for (unsigned i = 0; i < world->n; i++) {
        fingerprint_bytes(&f, world->letters[i].ops,
                          world->letters[i].n * sizeof(Op));
        fingerprint_add(&f, world->most[world->letters[i].bound]);
    }
    return f;
}

static bool is_whole(const FileHead *head, size_t len, const World *world)
{
    const State *state;

    if (len < sizeof(*head) || memcmp(head->magic, MAGIC, sizeof(MAGIC)) ||
        !head->n || head->n > STATES_MAX || head->next > head->n ||
        len != sizeof(*head) + (size_t)head->n * sizeof(State)) {
        return false;
    }
    state = (const State *)(head + 1);
    for (uint32_t i = 1; i < head->n; i++) {
        if (state[i].parent >= i || state[i].letter >= world->n ||
            state[i].depth != state[state[i].parent].depth + 1 ||
            state[i].depth > SCENARIO_OPS) {
            return false;
        }
    }
    return true;
}

/* Is a state, reached again, what it was?  The model and the harness count. */
static bool is_same(Search *search, uint32_t state)
{
    const Used used = used_until(search, &(Task) { state, -1 });
    Scenario s;
    Result result;

    reach(search, state, &s);
    run_one(search->run, search->world, &s, 0, &result);
    add_used(search->world, &used, &result.fingerprint);
    return result.outcome == REACHED &&
           result.fingerprint == search->states.state[state].fingerprint;
}

#define SAMPLES 100u

static bool are_same(Search *search)
{
    uint32_t last = search->states.n - 1, each = last / SAMPLES + 1;

    for (uint32_t i = 0; i < last; i += each) {
        if (!is_same(search, i)) {
            return false;
        }
    }
    return is_same(search, last);
}

static void take_file(Search *search, const FileHead *head)
{
    const State *state = (const State *)(head + 1);

    search->next = head->next;
    search->transitions = head->transitions;
    search->left_out = head->left_out;
    search->ended = head->ended;
    search->known = head->known;
    search->pairs = head->pairs;
    for (uint32_t i = 0; i < head->n; i++) {
        states_add(&search->states, &state[i]);
    }
}

static void load(Search *search, const char *data, size_t len)
{
    const FileHead *head = (const FileHead *)data;
    const char *file = search->options->file;

    if (!is_whole(head, len, search->world)) {
        search->error = g_strdup_printf("%s: not a file of exhaust: remove it",
                                        file);
    } else if (states_bytes(head->n) > search->options->memory) {
        search->error = g_strdup_printf("%s: its states take %zu MiB of "
                                        "memory: give more", file,
                                        (states_bytes(head->n) >> 20) + 1);
    } else if (head->key == key_of(search->world)) {
        take_file(search, head);
    }
    if (!search->error && (!search->states.n || !are_same(search))) {
        search->error = g_strdup_printf("%s: of another world, QEMU or build "
                                        "of tlbdiff: give another name", file);
    }
    if (search->error) {
        search->end = SEARCH_FAILED;
    }
}

/* Not in memory first: that is full of states. */
static bool write_states(const States *states, const FileHead *head,
                         const char *path)
{
    FILE *out = fopen(path, "wb");
    bool ok;

    if (!out) {
        return false;
    }
    ok = fwrite(head, sizeof(*head), 1, out) == 1 &&
         fwrite(states->state, sizeof(State), states->n, out) == states->n;
    return !fclose(out) && ok;
}

/* In place of the old file only when it is whole. */
static bool save(Search *search)
{
    const char *file = search->options->file;
    g_autofree char *path = g_strconcat(file, ".new", NULL);
    FileHead head = {
        .magic = MAGIC, .key = key_of(search->world),
        .transitions = search->transitions, .left_out = search->left_out,
        .ended = search->ended, .known = search->known,
        .pairs = search->pairs, .n = search->states.n, .next = search->next,
    };

    if (write_states(&search->states, &head, path) && !rename(path, file)) {
        return true;
    }
    search->end = SEARCH_FAILED;
    search->error = g_strdup_printf("%s: %s", path, strerror(errno));
    unlink(path);
    return false;
}

/* The state after the reset. */
static void first_state(Search *search)
{
    Scenario s = { .setup = search->world->setup };
    Result result;

    run_one(search->run, search->world, &s, 0, &result);
    add_used(search->world, &(Used) { 0 }, &result.fingerprint);
    if (result.outcome != REACHED) {
        search->end = SEARCH_FOUND;
        search->found = s;
    }
    states_add(&search->states, &(State) { result.fingerprint });
}

void search_begin(Search *search, const World *world,
                  const SearchOptions *options, Run *run)
{
    g_autoptr(GMappedFile) file = NULL;
    g_autoptr(GError) err = NULL;

    *search = (Search) { .world = world, .options = options, .run = run };
    states_init(&search->states);
    if (options->file) {
        file = g_mapped_file_new(options->file, FALSE, &err);
    }
    if (!options->file ||
        g_error_matches(err, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        first_state(search);
    } else if (err) {
        search->end = SEARCH_FAILED;
        search->error = g_strdup(err->message);
    } else {
        load(search, g_mapped_file_get_contents(file),
             g_mapped_file_get_length(file));
    }
}

bool search_save(Search *search)
{
    return !search->options->file || save(search);
}

void search_free(Search *search)
{
    states_free(&search->states);
    g_free(search->error);
}
