/*
 * The guest: the CPU's hooks, and the page tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_GUEST_H
#define HARNESS_QEMU_GUEST_H

#include "hw/core/cpu.h"

/** guest_init: let the harness own the page tables of CPUs of class @cc */
void guest_init(CPUClass *cc);

/** guest_debug_page: what page tables say to a debugger; -1: nothing */
hwaddr guest_debug_page(CPUState *cpu, vaddr addr, MemTxAttrs *attrs);

/** guest_reset: choose the hook that fills the TLB, as qemu_side.now says */
void guest_reset(void);

#endif
