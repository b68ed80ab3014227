/*
 * Dirty bits and translated code (C9, C10).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_CODE_H
#define RM_CODE_H

#include "state.h"

/** set_dirty: a store is about to write to a page of RAM (C9, C10) */
void set_dirty(RmModel *m, unsigned ram, uint32_t offset, unsigned size);

/** dma_dirty: ... and goes the way of DMA, which heeds who logs */
void dma_dirty(RmModel *m, const RmSeen *seen, unsigned ram, uint32_t offset,
               unsigned size);

/** dirty_bits: those of a page of RAM, one for each client */
unsigned dirty_bits(const RmModel *m, const Place *p);

/** all_dirty: are all bits of a page of RAM set? */
bool all_dirty(const RmModel *m, const Place *p);

/**
 * maybe_dirty: a store that was stopped, or a probe, may have set the bits
 * of a page (C9): what the implementation did decides
 */
void maybe_dirty(RmModel *m, const RmSeen *seen, unsigned ram,
                 uint32_t offset);

/** code_written: the page was written, as far as its code goes (C10) */
void code_written(RmModel *m, unsigned ram, uint32_t offset);

/** block_new: an instruction was translated; it lies in @n pages */
void block_new(RmModel *m, unsigned n, const CodePart *part);

#endif
