/*
 * A breadth-first search over the states of both sides: each that is new is
 * reached from a reset, and each step is taken in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXHAUST_SEARCH_H
#define EXHAUST_SEARCH_H

#include "harness/run/run.h"
#include "states.h"
#include "world.h"

typedef struct SearchOptions {
    unsigned jobs;          /* processes at a time, 1 or more */
    unsigned depth;         /* steps at most; 0: as many as there are */
    size_t memory;          /* bytes for states */
    unsigned check;         /* of so many steps to a known state, one is checked:
                               does all go on as from there?  0: none */
    const char *file;       /* to go on with, and to leave there; or NULL */
    bool (*interrupted)(void);
} SearchOptions;

typedef enum SearchEnd {
    SEARCH_GOES_ON,
    SEARCH_COMPLETE,        /* there is no other state */
    SEARCH_DEPTH,           /* ... up to that depth */
    SEARCH_LENGTH,          /* a scenario can have no more operations */
    SEARCH_MEMORY,
    SEARCH_INTERRUPTED,
    SEARCH_FOUND,           /* a divergence, or a death: @found shows it */
    SEARCH_HOLE,            /* two states that are taken for one are not: @found
                               and @other go on in different ways */
    SEARCH_FAILED           /* @error says why */
} SearchEnd;

typedef struct Search {
    const World *world;
    const SearchOptions *options;
    Run *run;
    SearchEnd end;
    States states;
    uint32_t next;          /* the first in which no step was taken yet */
    uint64_t transitions;   /* steps that were taken; without those of pairs */
    uint64_t left_out;      /* ... of which the contract does not speak */
    uint64_t ended;         /* ... with an assertion that was predicted */
    uint64_t known;         /* ... to a state that was known */
    uint64_t pairs;         /* ... which were checked */
    Scenario found, other;
    char *error;
} Search;

/**
 * search_begin: in the first state, or as the file has it, if some of its
 * states are still what they were
 * @search, @run: outlive the search; @run compares what has changed
 *
 * Then search_go() until it does not go on.  Whether there are one or many
 * processes makes no difference but in time.
 */
void search_begin(Search *search, const World *world,
                  const SearchOptions *options, Run *run);

/** search_go: some of the search, a few seconds */
void search_go(Search *search);

/** search_depth: every sequence of so many steps was run */
unsigned search_depth(const Search *search);

/** search_save: write the file, if there is one; false: end and error say why */
bool search_save(Search *search);

void search_free(Search *search);

#endif
