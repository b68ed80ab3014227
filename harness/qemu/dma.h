/*
 * The way of DMA: an access with no TLB in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_DMA_H
#define HARNESS_QEMU_DMA_H

#include "harness/engine/engine.h"

/** dma_access: as EngineOps.dma */
void dma_access(const RmPath *path, bool write, DmaResult *out);

#endif
