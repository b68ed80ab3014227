/*
 * Signatures that are set aside: a scenario that shows one of them goes on
 * without the operation that shows it, so that other faults behind it are
 * still seen; and how often it was seen is counted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_ASIDE_H
#define RUN_ASIDE_H

#include <stdio.h>

#include <glib.h>

#include "harness/compare/divergence.h"
#include "harness/scenario/scenario.h"

/* Operations that are taken out of one scenario; before the next it ends. */
#define ASIDE_OPS 16

typedef struct Aside {
    GHashTable *counts;     /* by the signature: how often it was seen */
    uint64_t ended;         /* scenarios that ended before their last
                               operation, since too much was set aside */
} Aside;

/** aside_new: nothing is set aside yet */
Aside *aside_new(void);

/** aside_free: NULL is fine */
void aside_free(Aside *a);

/** aside_add: set @signature aside; it has not been seen yet */
void aside_add(Aside *a, const char *signature);

/** aside_has: is it? */
bool aside_has(const Aside *a, const char *signature);

/** aside_kills: does a process end of any that is set aside? */
bool aside_kills(const Aside *a);

/**
 * aside_load: set aside what comments "# signature: ..." name
 * @path: a file, or a directory with files NAME.tlb
 *
 * Returns false and sets @error, to be freed, if it cannot be read.
 */
bool aside_load(Aside *a, const char *path, char **error);

/** Run @s and compare: as run_scenario() does. */
typedef bool AsideRun(void *opaque, const Scenario *s, Divergence *d);

/**
 * aside_run: run @s, and what is behind that which is set aside
 * @a: or NULL: nothing is
 * @s: loses the operations that show what is set aside
 * @run: called with @opaque; again after each operation that @s loses
 *
 * Returns false, and fills in @d, if something diverges that is not set
 * aside; @s is then a scenario that shows it first.
 */
bool aside_run(Aside *a, AsideRun *run, void *opaque, Scenario *s,
               Divergence *d);

/**
 * aside_print: a line "PREFIX NUMBER SIGNATURE" for each that was seen, in
 * the order of the signatures
 */
void aside_print(const Aside *a, const char *prefix, FILE *out);

#endif
