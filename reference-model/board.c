/*
 * The memory map of the machine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "board.h"

#define PAGES(n) ((n) * RM_PAGE_SIZE)

const RmMapping rm_memory_map[RM_MAPPINGS] = {
    /* name, space, region, priority, enabled, readonly, base, size, offset */
    { "iommu0", 0, RM_IOMMU0, 0, true, false, 0x00000, PAGES(16) },
    { "iommu1", 0, RM_IOMMU1, 0, true, false, 0x10000, PAGES(16) },
    { "ram0", 0, RM_RAM0, 0, true, false, 0x20000, PAGES(8) },
    { "ram1", 0, RM_RAM1, 0, true, false, 0x28000, PAGES(8) },
    { "io", 0, RM_IO, 0, true, false, 0x30000, PAGES(8) },
    { "romd", 0, RM_ROMD, 0, true, false, 0x3c000, PAGES(1) },
    { "rom", 0, RM_ROM, 0, true, false, 0x3d000, PAGES(1) },
    { "big", 0, RM_BIG, 0, true, false, 0x3e000, PAGES(1) },
    /* one page in pieces, the rest of it unassigned */
    { "bit-io", 0, RM_IO, 0, true, false, 0x3f000, 0x100, 0x100 },
    { "bit-ram", 0, RM_RAM1, 0, true, false, 0x3f100, 0x300, 0x1100 },
    { "bit-big", 0, RM_BIG, 0, true, false, 0x3f400, 0x80 },
    { "alias", 0, RM_RAM0, 0, true, false, 0x40000, PAGES(1), PAGES(2) },
    { "rodata", 0, RM_RAM0, 0, true, true, 0x41000, PAGES(1), PAGES(3) },
    { "narrow", 0, RM_NARROW, 0, true, false, 0x42000, PAGES(1) },
    /* in front of others, when enabled: a page of ram1, a part of ram0 */
    { "overlay", 0, RM_IO, 1, false, false, 0x2f000, PAGES(1), PAGES(2) },
    { "hole", 0, RM_IO, 1, false, false, 0x20800, 0x100, 0x800 },
    /* the secure address space */
    { "s-iommu0", 1, RM_IOMMU0, 0, true, false, 0x00000, PAGES(16) },
    { "s-ram1", 1, RM_RAM1, 0, true, false, 0x20000, PAGES(8) },
    { "s-ram0", 1, RM_RAM0, 0, true, false, 0x28000, PAGES(8) },
    { "s-io", 1, RM_IO, 0, true, false, 0x30000, PAGES(8) },
    /* the registers of checkers, if there are any: topology_reset() */
    { "regs0", 0, RM_REGS0, 0, true, false, 0x38000, PAGES(2) },
    { "regs1", 0, RM_REGS1, 0, true, false, 0x3a000, PAGES(2) },
    { "s-regs0", 1, RM_REGS0, 0, true, false, 0x38000, PAGES(2) },
    { "s-regs1", 1, RM_REGS1, 0, true, false, 0x3a000, PAGES(2) },
    /* a page of a device that is no page of its region */
    { "mid-io", 0, RM_IO, 0, true, false, 0x43000, PAGES(1), 0x1080 },
    /* a page with a piece that is less aligned in its region than here */
    { "odd-io", 0, RM_IO, 0, true, false, 0x44000, 0x80, 0x1084 },
    /* what is behind an IOMMU depends on the address space, too */
    { "s-iommu1", 1, RM_IOMMU1, 0, true, false, 0x10000, PAGES(15), PAGES(1) },
};
