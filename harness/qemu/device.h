/*
 * The I/O regions, and what they do when they are accessed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_DEVICE_H
#define HARNESS_QEMU_DEVICE_H

#include "harness/scenario/ops.h"

/** device_init: make the regions of all devices; with the BQL held */
void device_init(void);

/** device_respond: carry out OP_DEVICE */
void device_respond(const Op *op);

/** device_become: carry out OP_DEVICE_AS */
void device_become(const Op *op);

/** device_reset: devices and responses as at the start, and no reactions */
void device_reset(void);

#endif
