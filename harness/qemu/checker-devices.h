/*
 * What the QEMU side must know of a checker device to put it on the board:
 * a row in checker-devices.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_CHECKER_DEVICES_H
#define HARNESS_QEMU_CHECKER_DEVICES_H

#include "reference-model/vocabulary.h"
#include "compat.h"

#define CHECKER_VARIANTS 2      /* of each kind */

typedef IOMMUTLBEntry CheckerTranslate(IOMMUMemoryRegion *mr, hwaddr addr,
                                       IOMMUAccessFlags flag, int index);

typedef struct CheckerDevice {
    const char *type;       /* of the device, for QOM */
    const char *source;     /* the file that it is compiled from */
    /*
     * Set its properties.  It guards all of @downstream, from address 0.
     * @variant: as in RmPreset
     * Returns false with an error if it has no such property.
     */
    bool (*configure)(DeviceState *dev, MemoryRegion *downstream,
                      unsigned variant, Error **errp);
    /*
     * By variant: where in its upstream region @downstream begins, if not at
     * 0: then the device guards more, which no CPU can access.
     */
    hwaddr base[CHECKER_VARIANTS];
    /* The number of each among the regions of a system-bus device. */
    uint8_t regs, upstream;
    /* The name of its interrupt; NULL: the first of a system-bus device. */
    const char *irq;
} CheckerDevice;

/** checker_devices: by RmCheckerKind; without a type, there is none */
extern const CheckerDevice checker_devices[RM_CHECKERS];

#endif
