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
#define TARGET_NAMES "iommu|wgchecker|iopmp|tzmpc|threads"

/* In what with_names() is given: the names of all operations of the first. */
#define NAMES "%NAMES%"

/** with_names: @text with "setup|load|..." for each NAMES; to be freed */
char *with_names(const char *text);

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
