/*
 * Operations and set-ups, drawn at random.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_DRAW_H
#define SCENARIO_DRAW_H

#include "random.h"
#include "scenario.h"
#include "target.h"

/** draw_about_topology: has @s anything that costs a change of the map? */
bool draw_about_topology(const Scenario *s);

/** draw_kind: a kind of operations for @s, by weight */
OpKind draw_kind(Random *r, const Scenario *s);

/** draw_field: a value of the field @f; it may be out of range */
void draw_field(Random *r, const Target *t, const Field *f, Op *op);

/** draw_fields: all fields of what has a kind; op_fixup() has to follow */
void draw_fields(Random *r, const Target *t, Op *op);

/** draw_inherit: let @op have fields of @from; op_fixup() has to follow */
void draw_inherit(Random *r, Op *op, const Op *from);

/** draw_op: an operation for @s, whose fields often are those of others */
void draw_op(Random *r, const Scenario *s, Op *op);

/** draw_setup: all fields of a set-up of a target */
void draw_setup(Random *r, Op *setup);

#endif
