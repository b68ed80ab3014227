/*
 * The hunt for planted faults: is each found, how soon, and as what?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef ZOO_HUNT_H
#define ZOO_HUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <glib.h>

#include "reference-model/clauses.h"

#define ZOO_MAX_RUNS 1000

typedef struct ZooOptions {
    int seconds;            /* that a run may take */
    int runs;               /* of each fault, with random seeds 1, 2, ... */
    int jobs;               /* runs at a time; 0: one for each processor */
    char *target;           /* its name, for the program beside this one that
                               has its faults; or the path of a program */
    char *html, *state;     /* files, or NULL */
    char **only;            /* names of faults, or NULL for all */
    gboolean history;       /* those that QEMU had, in place of the others */
    gboolean blind;         /* each scenario is drawn anew: no feedback */
} ZooOptions;

/* One run of the program with one fault. */
typedef struct ZooResult {
    bool done, found;
    double seconds;         /* from the start of the program to its end */
    int64_t scenarios, operations;  /* -1: the program did not say */
    char reported[32];      /* "C3"; "timeout" and the like; "-": not found */
} ZooResult;

typedef struct ZooFault {
    char *name, *mistake, *seen;
    char *mended;           /* "0123456789ab 2019": by which commit, and when;
                               NULL: it was never QEMU's */
    RmClause clause;        /* that it is expected to break, */
    char *expected;         /* and as which it is then reported: "C3" */
    ZooResult *results;     /* ZooOptions.runs of them */
} ZooFault;

typedef struct Zoo {
    const ZooOptions *options;
    char **dirs;            /* of seeds, NULL at the end */
    char *program, *state;  /* files */
    bool whole;             /* all faults of a target that is to have one for
                               each clause of the contract */
    char key[17];           /* of results that are about the same thing */
    ZooFault *faults;
    unsigned n;
    unsigned seeds;         /* files in @dirs, of which there may be none */
    unsigned kept;          /* results that were there before */
    unsigned failed;        /* runs that ended in no way that says anything */
    char *failure;          /* the first of these, in words; or NULL */
    bool interrupted;
} Zoo;

/**
 * zoo_run: run what has no result yet, and collect all results
 * @zoo: zeroed; to be freed with zoo_free()
 * @dirs: of seeds, NULL at the end
 *
 * SIGINT, SIGTERM and SIGHUP end it early.  Returns false, and sets *@error,
 * if it cannot be done; what is in the state file by then stays there.
 */
bool zoo_run(Zoo *zoo, const ZooOptions *options, char **dirs, char **error);

void zoo_free(Zoo *zoo);

/** zoo_all_found: was every fault found in every run? */
bool zoo_all_found(const Zoo *zoo);

/**
 * zoo_all_reported: is there, for each clause, a fault that was reported as a
 * breach of it, in one run or more?
 *
 * Each clause that a fault is said to break; and where the whole contract is
 * tested, each of it.  True if only some of the faults were asked for.
 */
bool zoo_all_reported(const Zoo *zoo);

/* What was found in how much time, of one zoo or of several. */
typedef struct ZooScore {
    unsigned faults, always;    /* all; found in every run */
    unsigned runs, found;       /* that are done; that found their fault */
    double seconds;             /* of all runs together */
    bool interrupted;           /* one of them was */
} ZooScore;

/** zoo_score: add what the runs of @zoo found to @score */
void zoo_score(const Zoo *zoo, ZooScore *score);

/**
 * zoo_score_text: the same in words, with the number of faults that are found
 * in a minute of one processor; to be freed
 */
char *zoo_score_text(const ZooScore *score);

/** zoo_text: the results as tables, for a terminal */
void zoo_text(const Zoo *zoo, FILE *out);

/** zoo_json: the same as JSON, the data of the page zoo.html; to be freed */
char *zoo_json(const Zoo *zoo);

#endif
