/*
 * Leaving an operation before it is done.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_ESCAPE_H
#define HARNESS_QEMU_ESCAPE_H

#include "hw/core/cpu.h"

#include "reference-model/vocabulary.h"

/**
 * escape_begins_anew: has @cpu jumped to its jmp_env for the operation to be
 * begun anew, as cpu_exec() would do?
 */
bool escape_begins_anew(CPUState *cpu);

/**
 * escape_recover: after @cpu has jumped to its jmp_env, leave what the
 * operation was in
 *
 * Returns how it ended.  After an assertion, the TLB is made anew.
 */
RmStatus escape_recover(CPUState *cpu);

/**
 * escape_renew_all: no thread is in anything any more: make all TLBs anew, and
 * the locks by which CPUs wait for each other
 */
void escape_renew_all(void);

/**
 * escape_left_locked: has what was done left a lock held, or one unlocked that
 * is not its own (C22)?  Then it is noted as an assertion, and mended.
 */
bool escape_left_locked(void);

/**
 * escape_asserted: what is under test has given up, or has to be
 * @file: whose fault it is
 */
G_NORETURN void escape_asserted(const char *file, const char *text);

#endif
