/*
 * An operation is carried out within a function whose name has its number: a
 * stack that a sanitizer has kept says to which one it belongs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_NUMBERED_H
#define QEMU_NUMBERED_H

#include "harness/scenario/scenario.h"

/** numbered_run: @run does @op, operation @n of its scenario, from 0 on */
void numbered_run(unsigned n, void (*run)(const Op *op), const Op *op);

#endif
