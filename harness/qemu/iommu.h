/*
 * The IOMMUs under the control of scenarios.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_IOMMU_H
#define HARNESS_QEMU_IOMMU_H

#include "compat.h"
#include "harness/scenario/ops.h"

/**
 * iommu_init: make the IOMMUs, of RM_IOMMU_PAGES each, and the address spaces
 * that they lead to, out of the regions that are there; with the BQL held
 */
void iommu_init(void);

/** iommu_program: change an answer, then notify an UNMAP; takes the BQL */
void iommu_program(const Op *op);

/** iommu_notifiers: as EngineOps.notifiers */
unsigned iommu_notifiers(CPUState *cpu, unsigned iommu);

/** iommu_has_notifiers: does any CPU listen to any of the IOMMUs? */
bool iommu_has_notifiers(void);

/** iommu_forget: free the notifiers of all CPUs */
void iommu_forget(void);

/**
 * iommu_flag: the flag that translate was called with
 *
 * In a tree that is eager, IOMMU_NONE stands for that of the access which
 * the fill is for.
 */
IOMMUAccessFlags iommu_flag(IOMMUAccessFlags flag);

/**
 * iommu_log: log a call of translate of an IOMMU, or of a checker
 *
 * Returns its number in the log, from 1 on.
 */
unsigned iommu_log(unsigned number, hwaddr addr, IOMMUAccessFlags flag,
                   int index);

/** iommu_answered: add to what was logged as @at for how much @entry speaks */
void iommu_answered(unsigned at, const IOMMUTLBEntry *entry);

#endif
