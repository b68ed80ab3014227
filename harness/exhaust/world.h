/*
 * A small world: a set-up, and the steps that can be taken in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXHAUST_WORLD_H
#define EXHAUST_WORLD_H

#include "harness/scenario/scenario.h"

/* A step: an operation, or a trigger with its reaction. */
typedef struct Letter {
    Op ops[2];
    unsigned n;
    unsigned bound;         /* 0: none; or the number of one, from 1 */
} Letter;

#define WORLD_LETTERS 1000
#define WORLD_BOUNDS 8

typedef struct World {
    char *name;             /* of the file, without directory and ending */
    Op setup;
    bool compares;          /* with what was loaded last: OpCmp */
    unsigned n;
    Letter *letters;
    unsigned n_bounds;
    uint8_t most[WORLD_BOUNDS + 1];     /* steps with bound i, in all */
} World;

/**
 * world_load: read a world from a file
 * @world: to be freed with world_free(), also if that fails
 * @error: set to a new string "file:line: what, and what was expected"
 *
 * It is a scenario in text, each line of which is a step.  "{0x0, 0x1000}"
 * stands for each of these words, so that a line is as many steps as its sets
 * have combinations; " ; " stands between a trigger and its reaction; and of a
 * line that begins with "at most N: ", no more than N steps are taken in all.
 */
bool world_load(World *world, const char *path, char **error);

void world_free(World *world);

/** world_append: take step @letter at the end of @s; false: it has no room */
bool world_append(const World *world, unsigned letter, Scenario *s);

#endif
