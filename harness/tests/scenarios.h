/*
 * What the tests of the operation language share: scenarios that are equal,
 * that are canonical, and that come back through bytes and text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_SCENARIOS_H
#define TESTS_SCENARIOS_H

#include <glib.h>

#include "../scenario.h"

#define MAGIC "tlbdiff 1 " TARGET_NAME "\n"

/* The names of all operations, as the parser lists them. */
#define NAMES \
    "setup|load|store|fetch|rmw|cmpxchg|probe|vaddr-to-host|code-page|" \
    "block|pt|pt-clear|iommu|flush|clear-dirty|log|protect-code|" \
    "unprotect-code|watch|unwatch|map|map-move|map-offset|map-readonly|" \
    "romd-mode|device|react|crowd|clock"

bool same_op(const Op *a, const Op *b);

void assert_same(const Scenario *a, const Scenario *b);

/** assert_canonical: all fields in range, and fitting, the others 0 */
void assert_canonical(const Scenario *s);

/** assert_round_trips: through bytes, and through text, @s comes back */
void assert_round_trips(const Scenario *s);

/** parse_line: the one operation in @line; fails if there is an error */
Op parse_line(const char *line);

/** parse_error: what the parser says of @line, the second of the file "f" */
char *parse_error(const char *line);

#endif
