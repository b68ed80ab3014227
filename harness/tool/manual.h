/*
 * The man page, and the completion of the shell: made from the table of
 * commands when tlbdiff is built.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TOOL_MANUAL_H
#define TOOL_MANUAL_H

#include <stdio.h>

/** manual_page: print the page of section 1, for man(1) */
void manual_page(FILE *out);

/** manual_completion: print what bash sources to complete command lines */
void manual_completion(FILE *out);

#endif
