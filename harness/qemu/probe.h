/*
 * Questions about a page, and the crowd; they may escape.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_PROBE_H
#define HARNESS_QEMU_PROBE_H

#include "hw/core/cpu.h"

#include "harness/scenario/ops.h"

/** probe_found: what rm_found() makes of @flags and @host, which may be NULL */
uint64_t probe_found(unsigned flags, void *host);

/** probe_run: carry out OP_PROBE */
void probe_run(CPUState *cpu, const Op *op);

/** probe_vaddr_to_host: carry out OP_VADDR_TO_HOST */
void probe_vaddr_to_host(CPUState *cpu, const Op *op);

/** probe_crowd: carry out OP_CROWD */
void probe_crowd(CPUState *cpu, const Op *op);

#endif
