/*
 * Schedules, by the number of preemptions: for each with one less, all places
 * behind its last one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#include "harness/run/section.h"
#include "schedules.h"

/* A thread goes on in place of another one: @after more places. */
typedef struct Change {
    unsigned after, to;
} Change;

typedef struct Schedule {
    unsigned n;             /* the first says who begins */
    Change change[1 + PREEMPTIONS_MAX];
} Schedule;

typedef struct Search {
    Run *run;
    bool (*interrupted)(void);
    Schedules *result;      /* shared with who waits for it */
    Scenario base;          /* without the switches that are varied, ... */
    unsigned at;            /* ... which are put in here */
    unsigned varied, section;   /* of its times that threads are at once */
    const Schedule *schedule;   /* that is run, and what came of it: */
    unsigned points, begins;
    bool switched;          /* it was by its last change */
} Search;

/* --- One schedule --------------------------------------------------------- */

static unsigned place_of(const Schedule *schedule)
{
    unsigned place = 0;

    for (unsigned i = 0; i < schedule->n; i++) {
        place += schedule->change[i].after;
    }
    return place;
}

static void note_start(Run *run)
{
    Search *search = run->watch->opaque;

    search->section = 0;
}

static unsigned who_begins(const EngineAtOnce *what)
{
    const EngineDone *first = section_next(what, NULL);
    unsigned t = 0;

    while (t < RM_THREADS && what->thread[t].done != first) {
        t++;
    }
    return t;
}

/* Was a thread switched there for another that waited for nothing? */
static bool preempts(const EngineAtOnce *what, unsigned place, unsigned to)
{
    for (unsigned i = 0; i < what->n_switches && i < ENGINE_SWITCHES; i++) {
        const EngineSwitch *s = &what->switches[i];

        if (s->point == place && s->to == to && s->place != PLACE_WAIT &&
            s->place != PLACE_END) {
            return true;
        }
    }
    return false;
}

static void note_section(Run *run)
{
    Search *search = run->watch->opaque;
    const EngineAtOnce *what = run->section;
    const Schedule *schedule = search->schedule;

    if (search->section++ != search->varied) {
        return;
    }
    search->points = what->points;
    search->begins = who_begins(what);
    search->switched = preempts(what, place_of(schedule),
                                schedule->change[schedule->n - 1].to);
}

/* The scenario of @schedule. */
static void spell(const Search *search, const Schedule *schedule, Scenario *s)
{
    const Scenario *base = &search->base;
    unsigned n = schedule->n;

    s->setup = base->setup;
    s->n = base->n + n;
    memcpy(s->ops, base->ops, search->at * sizeof(base->ops[0]));
    memcpy(&s->ops[search->at + n], &base->ops[search->at],
           (base->n - search->at) * sizeof(base->ops[0]));
    for (unsigned i = 0; i < n; i++) {
        s->ops[search->at + i] = (Op) {
            .kind = OP_SWITCH, .points = schedule->change[i].after,
            .thread = schedule->change[i].to,
        };
    }
}

static bool goes_on(const Search *search)
{
    return search->result->end == SCHEDULES_AGREE;
}

/* Or has its last change come to nothing? */
static bool is_new(const Search *search, const Schedule *schedule)
{
    return search->begins == schedule->change[0].to &&
           (schedule->n == 1 || search->switched);
}

/* Those that were run before with fewer preemptions are not counted again. */
static void run_one(Search *search, const Schedule *schedule, bool again)
{
    Schedules *result = search->result;
    uint64_t open = search->run->left_open;
    Divergence d;

    if (search->interrupted()) {
        result->end = SCHEDULES_INTERRUPTED;
        return;
    }
    search->points = search->switched = 0;
    search->begins = RM_THREADS;
    search->schedule = schedule;
    spell(search, schedule, &result->found);
    result->preemptions = schedule->n - 1;
    result->end = SCHEDULES_DIED;
    if (!run_scenario(search->run, &result->found, false, &d)) {
        result->end = SCHEDULES_DIVERGE;
        return;
    }
    result->end = SCHEDULES_AGREE;
    result->places = MAX(result->places, search->points);
    if (!again && is_new(search, schedule)) {
        result->n++;
        result->open += search->run->left_open - open;
    }
}

/* --- All of them ---------------------------------------------------------- */

/* Add @more preemptions to @schedule, in every way; none: that is run. */
static void extend(Search *search, const Schedule *schedule, unsigned more)
{
    unsigned places;

    run_one(search, schedule, more > 0);
    if (!more || !goes_on(search) || !is_new(search, schedule)) {
        return;
    }
    places = search->points - place_of(schedule);
    if (places >= OP_POINTS) {
        search->result->beyond = MAX(search->result->beyond,
                                     places - (OP_POINTS - 1));
        places = OP_POINTS - 1;
    }
    for (unsigned after = 1; after <= places && goes_on(search); after++) {
        for (unsigned to = 0; to < RM_THREADS && goes_on(search); to++) {
            Schedule longer = *schedule;

            longer.change[longer.n++] = (Change) { after, to };
            extend(search, &longer, more - 1);
        }
    }
}

/*
 * Where the section begins that is to be varied, without its switches; false:
 * there is none.
 */
static bool take_section(Search *search, const Scenario *s, unsigned varied)
{
    unsigned n = 0, section = 0;
    bool inside = false, found = false;

    search->base = *s;
    for (unsigned i = 0; i < s->n; i++) {
        const Op *op = &s->ops[i];

        if (op->kind == OP_THREAD && !inside) {
            inside = true;
            if (section == varied) {
                search->at = n + 1;
                found = true;
            }
        }
        if (!(inside && section == varied && op->kind == OP_SWITCH)) {
            search->base.ops[n++] = *op;
        }
        if (op->kind == OP_JOIN && inside) {
            inside = false;
            section++;
        }
    }
    search->base.n = n;
    search->varied = varied;
    return found;
}

static void search_all(Search *search, const Scenario *s, unsigned preemptions)
{
    search->result->end = SCHEDULES_NONE;
    for (unsigned varied = 0; take_section(search, s, varied); varied++) {
        if (search->base.n + 1 + preemptions > SCENARIO_OPS) {
            search->result->end = SCHEDULES_FULL;
            return;
        }
        search->result->end = SCHEDULES_AGREE;
        for (unsigned more = 0; more <= preemptions; more++) {
            for (unsigned t = 0; t < RM_THREADS && goes_on(search); t++) {
                extend(search, &(Schedule) { 1, { { 0, t } } }, more);
            }
        }
        if (!goes_on(search)) {
            return;
        }
    }
}

void schedules_search(Run *run, const Scenario *s, unsigned preemptions,
                      bool (*interrupted)(void), Schedules *result)
{
    Schedules *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    Child child;
    pid_t pid;

    *result = (Schedules) { .end = SCHEDULES_FAILED };
    if (shared == MAP_FAILED) {
        return;
    }
    shared->end = SCHEDULES_DIED;
    pid = child_begin(&child, run->subject, NULL, NULL);
    if (!pid) {
        Search search = {
            .run = run, .interrupted = interrupted, .result = shared,
        };
        const RunWatch watch = {
            .start = note_start, .section = note_section, .opaque = &search,
        };

        run->watch = &watch;
        search_all(&search, s, preemptions);
        _exit(0);
    }
    if (pid > 0) {
        child_wait(&child, &shared->death);
        child_end(&child);
        *result = *shared;
    }
    munmap(shared, sizeof(*shared));
}
