/*
 * The instances of the wgChecker that are modelled, a row for each:
 *   DEF(name, member of RmWgConfig...)
 * The number of a row is the variant of the checker, and stands in the binary
 * form of scenarios: new rows go to the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
DEF("trusted", .worlds = 4, .trusted = 1, .slots = 8, .size = RM_WG_GUARDED)
DEF("any", .worlds = 4, .trusted = RM_WG_ANY, .slots = 8,
    .size = RM_WG_GUARDED)
DEF("bypass", .worlds = 4, .trusted = 1, .bypass = true, .slots = 8,
    .size = RM_WG_GUARDED)
DEF("two-worlds", .worlds = 2, .trusted = 1, .slots = 1,
    .size = RM_WG_GUARDED)
DEF("many", .worlds = 32, .trusted = 1, .slots = 64,
    .offset = 0x80010000, .start = 0x80000000, .size = 0x80000000)
DEF("second-region", .worlds = 4, .trusted = RM_WG_ANY, .bypass = true,
    .slots = 3, .region = 1, .offset = 0x10000, .size = 2 * RM_WG_GUARDED)
DEF("wide", .worlds = 16, .trusted = 1, .slots = 8, .offset = 0x8000000,
    .start = 0x7ff8000, .size = RM_WG_GUARDED)
#undef DEF
