/*
 * Accesses to what is not memory (C3, C4, C16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_DEVICE_H
#define RM_DEVICE_H

#include "part.h"

/**
 * io_pieces: an access to what is not memory (C3, C4, C16)
 * @p: its part
 * @bytes: to be written, or read
 *
 * Returns false if a piece fails; the failed transaction is logged.
 */
bool io_pieces(Access *x, const Part *p, uint8_t *bytes);

/**
 * transaction: one transaction with a region that is not memory, maybe in
 * several calls; of @p, the attributes count
 */
RmResponse transaction(Access *x, const Part *p, unsigned region,
                       uint32_t offset, uint8_t *bytes, unsigned size,
                       bool write);

/** both: the response that an access of two transactions has: the worse one */
RmResponse both(RmResponse a, RmResponse b);

/** dma_step: the size of the next step of DMA, where @left bytes are left */
unsigned dma_step(const RmModel *m, unsigned region, uint32_t offset,
                  unsigned left);

/**
 * dma_leaves_piece: of DMA to a page in pieces, does a step begin in one
 * piece and end beyond it?  A step is by the offset in the region, and no
 * piece of a CPU's access, which is by the address, does that.
 */
bool dma_leaves_piece(const RmModel *m, uint32_t pa, unsigned size,
                      uint8_t attrs, bool is_write);

#endif
