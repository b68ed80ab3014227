/*
 * Trials: a scenario is run in another process, a copy of this one as it is.
 * Whatever becomes of it, this process lives on; and what a scenario with a
 * fault leaves behind is not there for the next one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_TRIAL_H
#define RUN_TRIAL_H

#include "child.h"
#include "run.h"

/* Of a fault that does not show each time (C21), so many trials are made. */
#define TRIAL_PATIENCE 8

typedef enum TrialEnd {
    TRIAL_SILENT,           /* it ended, and has not said how */
    TRIAL_AGREED,
    TRIAL_DIVERGED,
    TRIAL_DIED,             /* a sanitizer, an assertion, a signal */
    TRIAL_TIMEOUT,
    TRIAL_MEMORY,           /* it took too much of it */
    TRIAL_LEAKED,
} TrialEnd;

/* Shared with the process that runs it. */
typedef struct TrialShared {
    Scenario s;
    bool leaks;
    TrialEnd end;
    unsigned at;            /* the last operation that was begun */
    Divergence d;           /* what happened, unless TRIAL_AGREED */
} TrialShared;

typedef struct Trials {
    Run *run;               /* each process begins with it as it is */
    unsigned seconds;       /* that a trial may take */
    bool leaks;             /* look for leaks, where all agrees */
    bool reports;           /* let a sanitizer say all that it has found */
    bool quick;             /* run once, and not again in a new process: to
                               see whether a process dies of it */
    uint64_t done;          /* trials so far */
    TrialShared *said;      /* of the last one */
    char *errors;           /* what it wrote before it died; or NULL */

    bool waits;             /* there is a process that waits for a scenario: */
    Child child;
    unsigned age;           /* ... it has run so many */
    int orders, answers;    /* pipes to it, and from it */
} Trials;

/**
 * trials_new: what trials need
 * @run: stays the caller's; nothing else may be run with it meanwhile
 * @seconds: that one may take
 */
Trials *trials_new(Run *run, unsigned seconds);

/** trials_free: end the processes, and free what trials_new() has made */
void trials_free(Trials *t);

/**
 * trial: run @s as tlbdiff replay does
 *
 * Returns true if all agrees.  Otherwise t->said tells how it ended and what
 * differs.  An end that is no divergence has RM_C20_MEMORY; one by too much
 * time or memory RM_NO_CLAUSE.  Processes in which all has agreed so far are
 * used again, but what differs was found in a new one, unless t->quick.
 */
bool trial(Trials *t, const Scenario *s);

/** trial_agrees: the same, as run_scenario() says it; for aside_run() */
bool trial_agrees(void *trials, const Scenario *s, Divergence *d);

#endif
