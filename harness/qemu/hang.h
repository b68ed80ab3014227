/*
 * A checker that does not come back from a question.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_HANG_H
#define HARNESS_QEMU_HANG_H

/** hang_begin: a checker of this source file is asked; after a second or two ... */
void hang_begin(const char *source);

/** hang_end: ... without this, that is an assertion */
void hang_end(void);

#endif
