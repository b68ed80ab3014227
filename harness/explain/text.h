/*
 * An explanation as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPLAIN_TEXT_H
#define EXPLAIN_TEXT_H

#include <stdio.h>

#include "explain.h"

/** explain_text: all of it as text */
void explain_text(const Explanation *x, const char *name, FILE *out);

#endif
