/*
 * The way of DMA, and the other ways past the CPU: no TLB is in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_DMA_H
#define HARNESS_QEMU_DMA_H

#include "harness/engine/engine.h"

/** dma_run: carry out OP_DMA */
void dma_run(const Op *op);

/** dma_access: as EngineOps.dma */
void dma_access(const RmPath *path, bool write, DmaResult *out);

/** dma_other_way: as EngineOps.other_way */
bool dma_other_way(const RmPath *path, bool write, DmaWay way, DmaResult *out);

#endif
