/*
 * What takes the messages of devices.  In the system's memory there is nothing
 * else: the CPUs have memory of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"

#include "reference-model/board.h"
#include "compat.h"
#include "msi.h"
#include "side.h"

static MemoryRegion msi_mr;

static MemTxResult msi_write(void *opaque, hwaddr addr, uint64_t value,
                             unsigned size, MemTxAttrs attrs)
{
    RmEvent ev = side_event(RM_EV_MSI);

    ev.addr = addr;
    ev.size = size;
    ev.value = value;
    /* nobody waits for that of a device that is only tried out */
    if (side_turn.result) {
        side_log(&ev);
    }
    return MEMTX_OK;
}

static MemTxResult msi_read(void *opaque, hwaddr addr, uint64_t *value,
                            unsigned size, MemTxAttrs attrs)
{
    return MEMTX_ERROR;
}

static const MemoryRegionOps msi_ops = {
    .read_with_attrs = msi_read,
    .write_with_attrs = msi_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

void msi_show(bool on)
{
    if (on) {
        memory_region_add_subregion(get_system_memory(), 0, &msi_mr);
    } else {
        memory_region_del_subregion(get_system_memory(), &msi_mr);
    }
}

void msi_init(void)
{
    memory_region_init_io(&msi_mr, NULL, &msi_ops, NULL, "msi", RM_MSI_SIZE);
    msi_show(true);
}
