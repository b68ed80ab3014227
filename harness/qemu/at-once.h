/*
 * Operations of several threads at once: of the CPUs, and of what is behind
 * them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_AT_ONCE_H
#define QEMU_AT_ONCE_H

#include "side.h"

/**
 * at_once_run: as EngineOps.at_once
 * @run: carries out one operation
 */
void at_once_run(EngineAtOnce *what, void (*run)(const Op *op));

#endif
