/*
 * Threads of the scheduler that do little: pass places, take and release locks,
 * and wait for a condition.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_THREADS_H
#define TESTS_THREADS_H

#include "harness/engine/engine.h"

/**
 * threads_run: run threads, each by a program, a letter for each thing it does
 * @program: of each thread; NULL: it has none.  '.' is a place where it can be
 *           switched; 'a' and 'b' take a lock, 'A' and 'B' release it; 'c'
 *           waits for a condition, with lock a, and 'C' signals that
 * @what: the schedule; the rest is filled in
 *
 * Returns what was done, in its order: of each thing the thread and the letter,
 * and '!' where a thread had to leave what it did.  To be freed.
 */
char *threads_run(const char *const program[RM_THREADS], EngineAtOnce *what);

/** threads_why: why the first one that had to leave had to; or NULL */
const char *threads_why(void);

#endif
