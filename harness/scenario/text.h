/*
 * The text form of scenarios: one line for each operation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_TEXT_H
#define SCENARIO_TEXT_H

#include <glib.h>

#include "scenario.h"

/** text_print_op: append @op to @out, without a line end */
void text_print_op(GString *out, const Op *op);

/** text_print_setup: the same for the set-up */
void text_print_setup(GString *out, const Op *setup);

/** text_kind_name: "flush page-bits"; to be freed */
char *text_kind_name(OpKind kind);

/** text_print: append the whole of @s to @out, in canonical form */
void text_print(GString *out, const Scenario *s);

/**
 * text_parse: read the text form
 * @name: name of the file, for the error
 * @text: NUL-terminated
 * @error: set to a new string "file:line:column: what, and what was expected"
 *
 * Returns false on an error; @s is then of no use.
 */
bool text_parse(Scenario *s, const char *name, const char *text,
                char **error);

/** text_looks_like: do @len bytes begin as the text form does? */
bool text_looks_like(const void *data, size_t len);

/**
 * text_decode: read @len bytes in either form
 *
 * Bytes that begin like the text form and are not are taken for binary: as
 * with scenario_decode(), every byte string is a scenario.
 */
void text_decode(Scenario *s, const uint8_t *data, size_t len);

/**
 * text_load: read a scenario from a file, in text or in binary form
 *
 * A file that begins with "tlbdiff " is text.  A binary file may not be
 * larger than SCENARIO_BYTES; one that is, or that cannot be read, is an
 * error as above.
 */
bool text_load(Scenario *s, const char *path, char **error);

#endif
