/*
 * Watchpoints (C19).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_WATCH_H
#define RM_WATCH_H

#include "part.h"

/** watched: the directions in which bytes are watched, of @directions */
unsigned watched(const RmModel *m, unsigned cpu, uint32_t va, unsigned len,
                 unsigned directions);

/** watch_direction: of an access of @type; fetches are not watched */
static inline unsigned watch_direction(RmAccessType type)
{
    switch (type) {
    case RM_LOAD:
        return RM_R;
    case RM_STORE:
        return RM_W;
    default:
        return 0;
    }
}

/**
 * watch_stops: a watchpoint stops the access, before it is made; logs it (C19)
 *
 * One that stops it afterwards is logged, too, and then no other one counts.
 */
bool watch_stops(Access *x, const Part *p, unsigned directions);

/** watch_stops_plain: ... of a plain access: in one of its pages */
bool watch_stops_plain(Access *x);

/** stops_behind: does @a, which is done, meet a breakpoint behind it (C19)? */
bool stops_behind(const RmModel *m, const RmAccess *a);

/** watched_after: may @a be stopped when it is done, so that it begins anew? */
bool watched_after(const RmModel *m, const RmAccess *a);

#endif
