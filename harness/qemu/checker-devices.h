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

#define CHECKER_VARIANTS 24     /* of each kind, at most */

typedef IOMMUTLBEntry CheckerTranslate(IOMMUMemoryRegion *mr, hwaddr addr,
                                       IOMMUAccessFlags flag, int index);

typedef struct CheckerDevice {
    const char *const *types;   /* that it may have, for QOM; up to NULL */
    const char *source;     /* the file that it is compiled from */
    /*
     * Set its properties.  It guards all of @downstream, from address 0.
     * @variant: as in RmPreset
     * Returns false with an error if it has no such property.
     */
    bool (*configure)(DeviceState *dev, MemoryRegion *downstream,
                      unsigned variant, Error **errp);
    /*
     * Once it is realized: let it lead to @downstream, if that is not for a
     * property to say: in the system's memory there is nothing then, and is to
     * be nothing after it.  NULL: it is.
     */
    bool (*attach)(DeviceState *dev, MemoryRegion *downstream, Error **errp);
    /*
     * Make the rest of the machine such that devices of @variant can be
     * realized and used.  NULL: there is nothing to do.
     */
    bool (*prepare)(unsigned variant, Error **errp);
    /*
     * By variant: where in its upstream region @downstream begins, if not at
     * 0: then the device guards more, which no CPU can access; and which of
     * the regions of the system-bus device stands before it, if not 1.
     * Its region 0 is its registers.
     */
    hwaddr (*base)(unsigned variant);
    unsigned (*upstream)(unsigned variant);
    /* The name of its interrupt; NULL: the first of a system-bus device. */
    const char *irq;
    /*
     * What its registers take: where those of a device take less, the rest
     * reads 0.
     */
    uint32_t regs_size;
    /*
     * By variant: how many registers of 4 bytes a reset may leave as they were,
     * and the @first of them.  NULL: none.
     */
    unsigned (*left)(unsigned variant, uint32_t *first);
} CheckerDevice;

/** checker_devices: by RmCheckerKind; without a type, there is none */
extern const CheckerDevice checker_devices[RM_CHECKERS];

#endif
