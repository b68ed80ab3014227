/*
 * The scheduler: of the threads that do something at once, exactly one runs,
 * until it comes to a place where the schedule of the scenario has another one
 * go on, or has to wait for one.  In a build for ThreadSanitizer, all of them
 * run: sched-free.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_SCHED_H
#define QEMU_SCHED_H

#include "harness/engine/engine.h"
#include "sched-threads.h"

/* What a thread can be given to do, one thing after the other. */
typedef struct SchedOps {
    /* Has thread @n anything to do just now? */
    bool (*ready)(unsigned n);
    /* Thread @n does the next thing. */
    void (*step)(unsigned n);
    /* In thread @n, once, before all else. */
    void (*begin)(unsigned n);
    /* @from was running, and now @to will. */
    void (*passed)(unsigned from, unsigned to);
    /* An operation that is under way has to be left; it may return. */
    void (*leave)(const char *why);
} SchedOps;

/* They run freely: nothing is known of how, and nobody but their own may look. */
extern const bool sched_free;

/** sched_start: threads there are, if there were none, to do what @ops says */
void sched_start(const SchedOps *ops, EngineAtOnce *what);

/** sched_run: they do it, by the schedule in the @what of sched_start() */
void sched_run(void);

/** sched_time: a point in time, later than all before */
unsigned sched_time(void);

/** sched_switched: has another thread run since this one was asked last? */
bool sched_switched(void);

/** sched_point: the calling thread, if it is scheduled, can be switched here */
void sched_point(OpPlace place);

/**
 * sched_give_up: what the calling thread does has failed: all of them have to
 * leave what they do
 */
void sched_give_up(void);

/** sched_unlock_all: release the mutexes that the calling thread holds */
void sched_unlock_all(void);

#endif
