/*
 * What changes the answers of page tables and IOMMUs, and what of the cached
 * entries is good no more (C13).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_NOTIFY_H
#define RM_NOTIFY_H

#include "state.h"

/** notify_checker: answers of checker @number may be others now */
void notify_checker(RmModel *m, unsigned number);

#endif
