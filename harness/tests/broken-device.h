/*
 * Checker devices that cannot be made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_BROKEN_DEVICE_H
#define TESTS_BROKEN_DEVICE_H

typedef enum BrokenDevice {
    BROKEN_TYPE,            /* registers another type */
    BROKEN_PROPERTY,        /* has not a property that it needs */
    BROKEN_REALIZE,         /* does not like the value of one */
    BROKEN_NO_REGION,
    BROKEN_NO_IOMMU,
} BrokenDevice;

/**
 * broken_device: try to make one, a wgChecker with one thing wrong
 * Returns the error, to be freed; engine_qemu() must have been called.
 */
char *broken_device(BrokenDevice what);

#endif
