/*
 * The comparison of what one operation did: its outcome and its events, and
 * what it left in memory and in the dirty bits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_RESULTS_H
#define COMPARE_RESULTS_H

#include "divergence.h"
#include "harness/engine/engine.h"

/**
 * compare_results: the outcome and the events of @op
 *
 * Returns false, and fills in @d but for d->op, if they disagree.  Code that
 * should be invalid is for compare_code(), after what was stored.
 */
bool compare_results(const Op *op, const EngineResult *oracle,
                     const EngineResult *subject, Divergence *d);

/**
 * is_addend_conflict: is it the assertion that a conflict of addends ends with
 * (C7), and no other one?
 */
bool is_addend_conflict(const char *assertion);

/** compare_code: what the oracle says of code that was overwritten (C10) */
bool compare_code(const EngineResult *oracle, Divergence *d);

/** compare_dirty: the dirty bits (C9) */
bool compare_dirty(const RmDirty *oracle, const RmDirty *subject,
                   Divergence *d);

/** compare_host: @len bytes of a region's memory, from @offset on (C3) */
bool compare_host(Engine *oracle, Engine *subject, RmRegion region,
                  uint32_t offset, uint32_t len, Divergence *d);

#endif
