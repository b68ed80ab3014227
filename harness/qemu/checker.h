/*
 * Security checkers in the places of the IOMMUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_CHECKER_H
#define HARNESS_QEMU_CHECKER_H

#include "compat.h"
#include "harness/engine/engine.h"

/** checker_init: make room for them; with the BQL held */
void checker_init(void);

/** checker_reset: put those there that qemu_side.now names, and reset them */
void checker_reset(void);

/**
 * checker_is: is @mr the IOMMU region of checker @number?
 * @base: set to where in it the board's part begins
 */
bool checker_is(unsigned number, const IOMMUMemoryRegion *mr, hwaddr *base);

/** checker_mr: the registers, or the blocked-I/O, of a checker; or NULL */
MemoryRegion *checker_mr(RmRegion region);

/** checker_run: carry out an operation on registers */
void checker_run(const Op *op);

/** checker_decide, checker_peek, checker_irq: as in EngineOps */
void checker_decide(unsigned number, unsigned index, uint32_t addr,
                    bool is_write, RmDecision *out);
RmResponse checker_peek(unsigned number, unsigned offset, unsigned size,
                        unsigned attrs, uint64_t *value);
bool checker_irq(unsigned number);

#endif
