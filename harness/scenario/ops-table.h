/*
 * How the tables of operations and set-ups are written: with the types of
 * ops.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_OPS_TABLE_H
#define SCENARIO_OPS_TABLE_H

#define WORDS(...) (const char *const[]) { __VA_ARGS__, NULL }
#define VALUES(...) (const uint32_t[]) { __VA_ARGS__ }
#define M(x) .member = offsetof(Op, x)

/* ... how many, and which: the second and third member of an OpInfo */
#define FIELDS(...) \
    sizeof((Field[]) { __VA_ARGS__ }) / sizeof(Field), { __VA_ARGS__ }

#endif
