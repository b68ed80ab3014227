/*
 * An explanation of what may kill the process that gathers it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPLAIN_CHILD_H
#define EXPLAIN_CHILD_H

#include "explain.h"

/**
 * explain_new: explain_gather() for @s, in a process of its own, which may die
 *
 * Returns NULL, with a message in @error, if there can be no other process.
 */
Explanation *explain_new(Run *run, const Scenario *s, char **error);

/** explain_free: free what explain_new() has made */
void explain_free(Explanation *x);

#endif
