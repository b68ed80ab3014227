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

/**
 * generated_run: carry out @op, an access that goes via code
 *
 * Returns false if the CPU has left for the work that is queued for it, without
 * having done anything: then that is to be run first.
 */
bool generated_run(CPUState *cpu, const Op *op);

/**
 * generated_ahead: what is going to be run, @ops[0] first: in one block, if it
 * can be; ENGINE_TOGETHER at most
 */
void generated_ahead(const Op *const *ops, unsigned n);

/** generated_waits: is there a block that has not come to its end? */
bool generated_waits(void);

/** generated_waits_for: ... and makes the access @op, if it goes on? */
bool generated_waits_for(const Op *op);

/** generated_end: let it end, and make no more accesses */
void generated_end(void);

/**
 * generated_guest: run the code in memory that @op says; as in a guest, where it
 * was run before it need not be looked up again
 *
 * Returns the block that was made for that, if one was; or NULL.
 */
TranslationBlock *generated_guest(CPUState *cpu, const Op *op);

/** generated_index: of a block of code in memory, the MMU index it is for */
unsigned generated_index(const TranslationBlock *tb);

/**
 * generated_next_page: of a block of code in memory, rm_found() of what it has in
 * another page; 0: it does not go on there
 */
uint64_t generated_next_page(const TranslationBlock *tb);

/** generated_recover: end what an operation that has escaped has begun */
void generated_recover(void);

/**
 * generated_count_fits: if the CPU counts what it executes, which it does not as
 * a rule: is that all up to the access that it makes just now, and no more?
 */
bool generated_count_fits(void);

/**
 * generated_keep_jumps: do the CPUs have a jump cache also while they run no
 * block?  Only then is it flushed; at first it is empty.
 */
void generated_keep_jumps(bool keep);

/** generated_new_cpu: @cpu is another one now, whose jump cache is empty */
void generated_new_cpu(unsigned cpu);

/** generated_forget: the blocks are not there any more */
void generated_forget(void);

#endif
