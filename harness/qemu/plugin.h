/*
 * What a TCG plugin is told of each access.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_PLUGIN_H
#define HARNESS_QEMU_PLUGIN_H

#include "hw/core/cpu.h"

/**
 * plugin_listen: note what @cpu tells of its accesses, in the result
 * @helper: it is a helper that makes the next one, and no block
 */
void plugin_listen(CPUState *cpu, bool helper);

/** plugin_ignore: @cpu makes accesses that nobody listens to, as of helpers */
void plugin_ignore(CPUState *cpu);

/** plugin_listens: is QEMU built with plugins? */
bool plugin_listens(void);

#endif
