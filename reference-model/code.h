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
 * all_dirty_now: may they be, while an operation is carried out?
 *
 * What has been written meanwhile may have marked its page already (C10).
 */
bool all_dirty_now(RmModel *m, const RmSeen *seen, const Place *p);

/**
 * maybe_dirty: a store that was stopped, or a probe, may have set the bits
 * of a page (C9): what the implementation did decides
 */
void maybe_dirty(RmModel *m, const RmSeen *seen, unsigned ram,
                 uint32_t offset);

/** code_written: the page was written, as far as its code goes (C10) */
void code_written(RmModel *m, unsigned ram, uint32_t offset);

/**
 * block_new: an instruction was translated; it lies in @n pages
 *
 * Returns its number: it may have been there already.
 */
unsigned block_new(RmModel *m, unsigned mmu_idx, unsigned n,
                   const CodePart *part);

/** code_store: the store of @a, a block that stores */
RmAccess code_store(const RmAccess *a);

/** code_at: 4 bytes, or 2 if that is all: the instruction that is there now */
uint32_t code_at(const RmModel *m, unsigned region, uint32_t offset);

/** block_ran: rm_ran() of block number @number */
uint64_t block_ran(const RmModel *m, unsigned number);

/** jump_find: where @a was run before, be it good or not any more; or NULL */
const Jump *jump_find(const RmModel *m, const RmAccess *a);

/**
 * jump_spoilt: the clause that is broken by who runs @j without looking it up
 * (C10, C14); RM_NO_CLAUSE: that is allowed
 */
RmClause jump_spoilt(const RmModel *m, const Jump *j);

/** jump_room: can one more be remembered, that of @a? */
bool jump_room(const RmModel *m, const RmAccess *a);

/** jump_new: @a has run block number @block */
void jump_new(RmModel *m, const RmAccess *a, unsigned block);

#endif
