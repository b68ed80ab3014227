/*
 * What the checkers notify, and when (C13).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_NOTIFY_H
#define HARNESS_QEMU_NOTIFY_H

/** notify_settle: a register of a checker was written: is it as notified? */
void notify_settle(unsigned number);

/** notify_reset: forget what was notified */
void notify_reset(void);

#endif
