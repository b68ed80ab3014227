/*
 * What the checkers notify, and when (C13).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_NOTIFY_H
#define HARNESS_QEMU_NOTIFY_H

/**
 * notify_begin: a register of a checker is written; what it tells meanwhile is
 * noted: of a reset or a load, nobody is told
 */
void notify_begin(unsigned number);

/** notify_settle: ... and now it is: is all as it was told? */
void notify_settle(unsigned number);

/** notify_reset: forget what was told, and what was begun */
void notify_reset(void);

#endif
