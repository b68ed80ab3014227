/*
 * QEMU as an engine: for the programs that choose it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_ENGINE_H
#define HARNESS_QEMU_ENGINE_H

#include "harness/engine/engine.h"

/**
 * engine_qemu: QEMU, a subject
 *
 * Starts QEMU inside this process; there can be only one, and it stays until
 * the process ends.
 */
Engine *engine_qemu(void);

/** engine_device: the source file of the checker that QEMU tests with */
const char *engine_device(RmCheckerKind kind);

#endif
