/*
 * Security checkers in the places of the IOMMUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_CHECKER_H
#define HARNESS_QEMU_CHECKER_H

#include "harness/scenario/ops.h"
#include "checker-direct.h"

/** checker_init: make room for them; with the BQL held */
void checker_init(void);

/**
 * checker_new: make the device @d, and stand before its registers and what it
 * denies
 * @variant: as in RmPreset
 * @number: of the place that it is for, less than RM_IOMMUS
 * Returns NULL with an error, QEMU's own or one that says what it lacks.
 */
SideChecker *checker_new(const CheckerDevice *d, unsigned variant,
                         unsigned number, Error **errp);

/** checker_reset: put those there that qemu_side.now names, and reset them */
void checker_reset(void);

/** checker_run: carry out an operation on registers */
void checker_run(const Op *op);

#endif
