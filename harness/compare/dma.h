/*
 * The third voice: where the way of DMA leads, which knows no TLB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_DMA_H
#define COMPARE_DMA_H

#include "divergence.h"
#include "harness/engine/engine.h"

/* EngineResult.changes when a page was last asked for, to read or write. */
typedef struct DmaAsked {
    uint64_t at[RM_ATTRS][RM_PA_PAGES][2];
} DmaAsked;

/**
 * compare_dma: does the way of DMA lead where the access went? (C3, C4)
 * @op: a load, store or fetch, on which oracle and subject agree
 * @asked: what need not be asked again, updated; NULL: ask always
 */
bool compare_dma(Engine *subject, const Op *op, const EngineResult *oracle,
                 DmaAsked *asked, Divergence *d);

/**
 * dma_judges: oracle and subject differ about @op: who stands alone?
 *
 * Sets d->alone, or leaves it VOICE_NONE where DMA has nothing to say.
 */
void dma_judges(Engine *subject, const Op *op, const EngineResult *oracle,
                const EngineResult *seen, Divergence *d);

#endif
