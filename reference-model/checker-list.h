/*
 * The security checkers that there are, a row for each:
 *   DEF(NAME, name, byte)
 * RM_NAME is its RmCheckerKind, rm_name_new() makes its model, and TARGET_NAME
 * is the target whose scenarios are about it.  @byte is what stands for that
 * target in the binary form of a scenario, from 1 on without a gap; it stays as
 * it is for good.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
DEF(WGCHECKER, wgchecker, 1)
DEF(IOPMP, iopmp, 2)
DEF(TZMPC, tzmpc, 3)
#undef DEF
