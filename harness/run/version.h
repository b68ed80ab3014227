/*
 * What this build is, and what it tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_VERSION_H
#define RUN_VERSION_H

/**
 * version_qemu: the QEMU tree as it was when this was built: its version, and
 * of a tree of git's its commit, and whether it was dirty; and whether the
 * tree has changed since
 */
const char *version_qemu(void);

/** version_tested: the same, with where it is or what is applied to it */
const char *version_tested(void);

/** version_print: all of it, for --version */
void version_print(void);

#endif
