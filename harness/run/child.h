/*
 * A copy of this process that may die: how it ended, and what it said, is
 * known to this one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_CHILD_H
#define RUN_CHILD_H

#include <sys/types.h>

#include "harness/compare/divergence.h"
#include "sanitizer.h"

typedef struct Child {
    pid_t pid;              /* 0: there is none */
    int errors;             /* what it writes to standard error */
    struct ChildSaid *said; /* shared with it */
} Child;

/**
 * child_begin: go on in a copy of this process, too
 * @subject: can run scenarios in both of them afterwards
 * @found: told, in the child, of what a sanitizer finds there, before it
 *         prints its report.  It may end the child instead.  Or NULL.
 *
 * The child writes no core file, and ends when this process does.  Returns
 * its number here and 0 there; or -1 with errno, if there can be none.
 */
pid_t child_begin(Child *c, Engine *subject, SanitizerFound *found,
                  void *opaque);

/**
 * child_wait: wait until the child has ended
 * @death: what a sanitizer has found, or else its signal or exit status with
 *         the last line that it has written
 *
 * Status 2 is of a child that cannot run any scenario, for the board cannot be
 * made, say; nor could this process: it says what the child said, and ends
 * with the same status.
 */
void child_wait(Child *c, Death *death);

/** child_errors: what it has written to standard error; to be freed */
char *child_errors(const Child *c);

/** child_end: end it if it has not ended, and free what child_begin() made */
void child_end(Child *c);

#endif
