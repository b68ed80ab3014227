/*
 * The CPUs' address spaces, as rm_memory_map says at the start.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_MAP_H
#define HARNESS_QEMU_MAP_H

#include "harness/scenario/ops.h"

/** map_init: make the address spaces, qemu_side.space; with the BQL held */
void map_init(void);

/** map_run: carry out an operation on the map, its modes or its logging */
void map_run(const Op *op);

/** map_reset: take all of that back */
void map_reset(void);

/** map_show_registers: do CPUs see the registers of checkers? */
void map_show_registers(bool on);

#endif
