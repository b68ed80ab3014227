/*
 * Divergences as JSON, for machines; json.md says what the members mean.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TOOL_JSON_H
#define TOOL_JSON_H

#include <json-glib/json-glib.h>

#include "harness/compare/divergence.h"
#include "harness/scenario/scenario.h"

/** json_divergence: add to @to all that is known of @d, which @s shows */
void json_divergence(JsonObject *to, const Scenario *s, const Divergence *d);

/** json_details: the fields of @d that its kind has; the caller owns it */
JsonObject *json_details(const Divergence *d);

/** json_line: print @o, which is freed, on a line of its own, and flush it */
void json_line(JsonObject *o);

#endif
