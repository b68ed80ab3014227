/*
 * What the tests of the operation language share: scenarios that are equal,
 * that are canonical, and that come back through bytes and text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_SCENARIOS_H
#define TESTS_SCENARIOS_H

#include <glib.h>

#include "harness/scenario/scenario.h"
#include "harness/scenario/target.h"

#define MAGIC "tlbdiff 1 iommu\n"

/* The names of all targets, as the parser lists them. */
#define TARGET_NAMES "iommu|wgchecker|iopmp|tzmpc"

/* The names of all operations of the first, in the same way. */
#define NAMES \
    "setup|load|store|fetch|rmw|cmpxchg|probe|vaddr-to-host|code-page|" \
    "block|pt|pt-clear|iommu|flush|clear-dirty|log|protect-code|" \
    "unprotect-code|watch|unwatch|map|map-move|map-offset|map-readonly|" \
    "romd-mode|device|react|crowd|clock"

/** target_for: a target that has operations of @kind: the first one */
unsigned target_for(unsigned kind);

bool same_op(const Op *a, const Op *b);

void assert_same(const Scenario *a, const Scenario *b);

/** assert_canonical: all fields in range, and fitting, the others 0 */
void assert_canonical(const Scenario *s);

/** assert_round_trips: through bytes, and through text, @s comes back */
void assert_round_trips(const Scenario *s);

/**
 * parse_line: the one operation in @line; fails if there is an error
 *
 * The line is one of a target that has its operation.
 */
Op parse_line(const char *line);

/** parse_error: what the parser says of @line, the second of the file "f" */
char *parse_error(const char *line);

#endif
