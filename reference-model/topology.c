/*
 * The physical address space of the CPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "state.h"

const RmMapping rm_memory_map[RM_MAPPINGS] = {
    { 0x00000, RM_IOMMU_PAGES * RM_PAGE_SIZE, RM_IOMMU0 },
    { 0x10000, RM_IOMMU_PAGES * RM_PAGE_SIZE, RM_IOMMU1 },
    { 0x20000, RM_RAM_SIZE, RM_RAM0 },
    { 0x28000, RM_RAM_SIZE, RM_RAM1 },
    { 0x30000, RM_RAM_SIZE, RM_IO },
};

RmRegion topology_find(uint32_t pa, uint32_t *offset)
{
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        if (pa - rm_memory_map[i].base < rm_memory_map[i].size) {
            *offset = pa - rm_memory_map[i].base;
            return rm_memory_map[i].region;
        }
    }
    *offset = pa;
    return RM_UNASSIGNED;
}
