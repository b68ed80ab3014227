/*
 * The board's memory, and which of its regions is where.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_BOARD_H
#define HARNESS_QEMU_BOARD_H

#include "compat.h"
#include "harness/scenario/ops.h"
#include "reference-model/vocabulary.h"

/** board_init: make RAM and ROM; with the BQL held */
void board_init(void);

/**
 * board_replace_space: @new, the one that was made last or just before it,
 * takes the place of @old, which is no more, in qemu_side.spaces
 */
void board_replace_space(const AddressSpace *old, AddressSpace *new);

/**
 * board_link_spaces: let QEMU know some of its address spaces, or forget them
 * @first, @end: as numbers in qemu_side.spaces
 *
 * Each one costs with every change of the memory map; this is for those of
 * devices that are not on the board.  What comes back is brought up to date by
 * the commit of the transaction that this must be part of.
 */
void board_link_spaces(unsigned first, unsigned end, bool on);

/** board_fill: write into all regions with host memory what they start with */
void board_fill(void);

/**
 * board_reset: RAM and dirty bits as at the start of a scenario, and nothing
 * left of where QEMU looked last
 * @clean: the VGA and migration dirty bits are clear
 * @pages: which pages of RAM, as in EngineOps.reset
 */
void board_reset(bool clean, const uint8_t *pages);

/** board_mr: the memory region of any RmRegion but RM_UNASSIGNED */
MemoryRegion *board_mr(RmRegion region);

/** board_region: the RmRegion of @mr; RM_UNASSIGNED if it is none of them */
RmRegion board_region(const MemoryRegion *mr);

/** board_ram_addr: where a RAM is in QEMU's ram_addr_t space */
ram_addr_t board_ram_addr(RmRegion ram);

/** board_find: which region, and where in it, is at @host? */
RmRegion board_find(uintptr_t host, uint32_t *offset);

/** board_dirty: read QEMU's dirty bits of the RAMs */
void board_dirty(RmDirty *dirty);

/** board_clear_dirty: carry out OP_CLEAR_DIRTY */
void board_clear_dirty(const Op *op);

#endif
