/*
 * A divergence as a C program against QEMU alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPORT_PROGRAM_H
#define EXPORT_PROGRAM_H

#include <glib.h>

#include "run.h"

/**
 * export_c: append a C program that shows the divergence to @out
 * @error: set to a new string if this cannot be done: what stands against it
 */
bool export_c(const Export *e, GString *out, char **error);

#endif
