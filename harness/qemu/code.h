/*
 * Translated code: blocks that are never run; making one may escape.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_CODE_H
#define HARNESS_QEMU_CODE_H

#include "hw/core/cpu.h"

#include "harness/scenario/ops.h"

/** code_init: have what QEMU allocates when it first translates a page */
void code_init(void);

/** code_page: carry out OP_CODE_PAGE */
void code_page(CPUState *cpu, const Op *op);

/** code_block: carry out OP_BLOCK */
void code_block(CPUState *cpu, const Op *op);

/** code_log: log the blocks that are invalid now */
void code_log(void);

/** code_reset: no block is left; what is queued for the CPUs is run */
void code_reset(void);

#endif
