/*
 * Every schedule of what threads do at once: which of them begins, and up to
 * so many preemptions, each at every place where a thread can be switched.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXHAUST_SCHEDULES_H
#define EXHAUST_SCHEDULES_H

#include "harness/run/child.h"
#include "harness/run/run.h"

#define PREEMPTIONS_MAX 4

typedef enum SchedulesEnd {
    SCHEDULES_DIED,         /* of @found; @death says what of */
    SCHEDULES_AGREE,
    SCHEDULES_DIVERGE,      /* @found does */
    SCHEDULES_INTERRUPTED,
    SCHEDULES_NONE,         /* no threads do anything at once in it */
    SCHEDULES_FULL,         /* it has no room for the switches */
    SCHEDULES_FAILED        /* there can be no process for it: errno */
} SchedulesEnd;

typedef struct Schedules {
    SchedulesEnd end;
    uint64_t n;             /* schedules that were run */
    uint64_t open;          /* ... of which no order is demanded */
    unsigned preemptions;   /* in what was found */
    unsigned places;        /* that one of them has passed, at most */
    unsigned beyond;        /* ... where no switch can be stated */
    Scenario found;
    Death death;
} Schedules;

/**
 * schedules_search: run @s by all its schedules, in a process of its own
 * @preemptions: at most; up to PREEMPTIONS_MAX
 * @interrupted: asked now and then
 *
 * The switches that @s has are left out.  Of a scenario in which threads do
 * something at once several times, one time after the other is varied, while
 * the others are as they are.  Those with fewer preemptions come first, so
 * that what is found has as few as there can be.
 */
void schedules_search(Run *run, const Scenario *s, unsigned preemptions,
                      bool (*interrupted)(void), Schedules *result);

#endif
