/*
 * Accesses by generated code, as guests make them; they may escape.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_GENERATED_H
#define HARNESS_QEMU_GENERATED_H

#include "hw/core/cpu.h"
#include "accel/tcg/cpu-ops.h"

#include "harness/scenario/ops.h"

/** generated_init: make the page that holds the code; with the BQL held */
void generated_init(void);

/** generated_set_ops: let the CPUs of these @ops run what is made here */
void generated_set_ops(TCGCPUOps *ops);

/** generated_run: carry out @op, an access that goes via code */
void generated_run(CPUState *cpu, const Op *op);

/** generated_forget: the blocks are not there any more */
void generated_forget(void);

#endif
