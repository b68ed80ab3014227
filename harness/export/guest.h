/*
 * A scenario as a guest of a board that has the device.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPORT_GUEST_H
#define EXPORT_GUEST_H

#include <glib.h>

#include "harness/engine/engine.h"

/**
 * export_guest: append a bare-metal C program for QEMU's mps2-an505 to @out,
 * which does what @s does and says where that differs from what @model says
 * @file: the name of the scenario
 * @error: set to a new string if this cannot be done: what stands against it,
 *         and which operation it is of
 *
 * Needs no subject: it is a program for an emulator that may be right.
 */
bool export_guest(const Scenario *s, const char *file, Engine *model,
                  GString *out, char **error);

#endif
