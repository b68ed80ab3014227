/*
 * Where devices send their interrupts as messages: the system's memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_MSI_H
#define HARNESS_QEMU_MSI_H

#include <stdbool.h>

/** msi_init: take messages below RM_MSI_SIZE, and log them; with the BQL */
void msi_init(void);

/** msi_show: is what takes them in the system's memory? */
void msi_show(bool on);

#endif
