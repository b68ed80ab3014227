/*
 * One side alone: the model, QEMU, or QEMU's way of DMA, without comparing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_SOLO_H
#define RUN_SOLO_H

#include "run.h"

/**
 * solo_model: run @s through the oracle alone
 * @out: where to print each operation with its outcome and events; or NULL
 *
 * Notes in run->record which operations the contract covers.
 */
void solo_model(Run *run, const Scenario *s, FILE *out);

/** solo_qemu: run @s through the subject alone, but for what is not covered */
void solo_qemu(Run *run, const Scenario *s, FILE *out);

/**
 * solo_dma: run @s through the subject, with loads, stores and fetches by DMA
 *
 * Where they lead to, the oracle says; other accesses are left out.
 */
void solo_dma(Run *run, const Scenario *s, FILE *out);

/** trace_op: print operation @at and its number */
void trace_op(const Scenario *s, unsigned at, FILE *out);

/* How wide the left one of two columns is. */
#define TRACE_COLUMN 62

/** trace_both: ... and what both sides did, the oracle left of the subject */
void trace_both(const Run *run, FILE *out);

#endif
