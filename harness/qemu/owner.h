/*
 * Whose turn it is: the thread that runs is that of one CPU (C24).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_OWNER_H
#define QEMU_OWNER_H

#include "side.h"

/** owner_begin: from now on the thread is that of @cpu, and of no other */
void owner_begin(CPUState *cpu);

/** owner_switch: it goes on as the thread of @cpu, in the same operation */
void owner_switch(CPUState *cpu);

/**
 * owner_end: the CPUs whose TLB was filled, flushed or resized since
 * owner_begin() in the turn of another one; a bit each
 */
unsigned owner_end(void);

/** owner_threads: CPUs have threads of their own, and it is nobody's turn */
void owner_threads(void);

/**
 * owner_pass: ... it is the turn of @cpu's thread; NULL: of one of no CPU
 *
 * Returns what the one before has touched, as owner_end().
 */
unsigned owner_pass(CPUState *cpu);

/** owner_none: the thread is that of all CPUs, as between scenarios */
void owner_none(void);

#endif
