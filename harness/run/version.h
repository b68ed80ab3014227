/*
 * What this build is, and what it tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_VERSION_H
#define RUN_VERSION_H

#include <glib.h>

/**
 * version_qemu: the QEMU tree as it is now, in a new string: its version, and
 * of a tree of git's its commit, and whether it is dirty
 */
char *version_qemu(void);

/** version_print: all of it, for --version */
void version_print(void);

#endif
