/*
 * A memory map with more sections than a page has bytes, in QEMU's own words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "harness/qemu/compat.h"

#include "sections.h"

static uint64_t device_read(void *opaque, hwaddr addr, unsigned size)
{
    return (uintptr_t)opaque;
}

static void device_write(void *opaque, hwaddr addr, uint64_t value,
                         unsigned size)
{
}

static const MemoryRegionOps ops = {
    .read = device_read, .write = device_write,
};

unsigned sections_confused(unsigned n)
{
    MemoryRegion *root = g_new0(MemoryRegion, 1);
    MemoryRegion *mr = g_new0(MemoryRegion, n);
    AddressSpace *as = g_new0(AddressSpace, 1);
    unsigned confused = 0;

    bql_lock();
    memory_region_init(root, NULL, "root", UINT64_MAX);
    memory_region_transaction_begin();
    for (unsigned i = 0; i < n; i++) {
        memory_region_init_io(&mr[i], NULL, &ops, (void *)(uintptr_t)i, "part",
                              4096);
        memory_region_add_subregion(root, i * 8192ull, &mr[i]);
    }
    memory_region_transaction_commit();
    address_space_init(as, root, "sections");
    for (unsigned i = 0; i < n; i++) {
        uint32_t value = -1;

        address_space_read(as, i * 8192ull, MEMTXATTRS_UNSPECIFIED, &value, 4);
        confused += value != i;
    }
    bql_unlock();
    return confused;
}
