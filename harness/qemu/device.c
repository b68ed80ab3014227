/*
 * The I/O regions: they log each access, and then may react: answer an
 * error, raise an interrupt, carry out an operation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"

#include "compat.h"
#include "device.h"
#include "generated.h"
#include "sched.h"
#include "side.h"

static void raise_irq(void *opaque, int n, int level)
{
    RmEvent ev = side_event(RM_EV_IRQ);

    if (level) {
        ev.region = RM_BLOCKED;
        side_log(&ev);
    }
}

static MemTxResult device_access(void *opaque, RmEventKind kind, hwaddr addr,
                                 uint64_t value, unsigned size,
                                 MemTxAttrs attrs)
{
    static const MemTxResult results[] = {
        [RM_TX_OK] = MEMTX_OK,
        [RM_TX_ERROR] = MEMTX_ERROR,
        [RM_TX_DECODE_ERROR] = MEMTX_DECODE_ERROR,
        [RM_TX_ACCESS_ERROR] = MEMTX_ACCESS_ERROR,
    };
    RmRegion region = (uintptr_t)opaque;
    bool is_write = kind == RM_EV_DEV_WRITE;
    RmEvent ev = side_event(kind);
    Op reaction;

    sched_point(PLACE_DEVICE);
    /* a device's state is what this lock is for (C22) */
    g_assert(bql_locked());
    /* only at the end of a block is it known what was executed by then */
    g_assert(!qemu_side.generated.running || side_turn.by_dma ||
             side_turn.running->neg.can_do_io);
    g_assert(!qemu_side.generated.running || side_turn.by_dma ||
             generated_count_fits());
    ev.region = region;
    ev.addr = addr;
    ev.size = size;
    ev.attrs = attrs_from_memtx(attrs);
    ev.value = value;
    side_log(&ev);

    if (!side_turn.dma) {
        if (region == RM_BLOCKED) {
            qemu_irq_pulse(qemu_side.irq);
        }
        if (side_takes(region, is_write, &reaction)) {
            side_react(&reaction);
        }
    }
    return results[qemu_side.response[region][is_write]];
}

static MemTxResult device_read(void *opaque, hwaddr addr, uint64_t *value,
                               unsigned size, MemTxAttrs attrs)
{
    RmRegion region = (uintptr_t)opaque;

    /* reactions do not change it any more */
    *value = rm_device_value(region, addr, size,
                             qemu_side.ops[region].endianness ==
                             DEVICE_BIG_ENDIAN);
    return device_access(opaque, RM_EV_DEV_READ, addr, *value, size, attrs);
}

static MemTxResult device_write(void *opaque, hwaddr addr, uint64_t value,
                                unsigned size, MemTxAttrs attrs)
{
    return device_access(opaque, RM_EV_DEV_WRITE, addr, value, size, attrs);
}

/* QEMU looks at it at each access, and keeps nothing of it. */
static void become(RmRegion region, const RmDevice *device)
{
    MemoryRegionOps *ops = &qemu_side.ops[region];
    MemoryRegion *mr = &qemu_side.region[region];

    ops->endianness = device->big_endian ? DEVICE_BIG_ENDIAN
                                         : DEVICE_LITTLE_ENDIAN;
    ops->valid.min_access_size = MAX(device->valid_min, 1);
    ops->valid.max_access_size = device->valid_max;
    ops->valid.unaligned = device->unaligned & RM_VALID_UNALIGNED;
    ops->impl.min_access_size = device->impl_min;
    ops->impl.max_access_size = device->impl_max;
    ops->impl.unaligned = device->unaligned & RM_IMPL_UNALIGNED;
    /* any device will do, that of a CPU as well */
    mr->dev = device->guarded ? DEVICE(qemu_side.cpu[0]) : NULL;
}

static void make(RmRegion region)
{
    static const char *const names[] = {
        [RM_ROMD] = "romd", [RM_IO] = "io", [RM_BIG] = "big",
        [RM_NARROW] = "narrow", [RM_BLOCKED] = "blocked",
    };
    MemoryRegion *mr = &qemu_side.region[region];
    RmDevice device = rm_device(region);
    void *opaque = (void *)(uintptr_t)region;

    qemu_side.ops[region] = (MemoryRegionOps) {
        .read_with_attrs = device_read,
        .write_with_attrs = device_write,
    };
    become(region, &device);
    if (region == RM_ROMD) {
        memory_region_init_rom_device(mr, NULL, &qemu_side.ops[region], opaque,
                                      names[region], RM_RAM_SIZE,
                                      &error_fatal);
    } else {
        memory_region_init_io(mr, NULL, &qemu_side.ops[region], opaque,
                              names[region], RM_RAM_SIZE);
    }
}

void device_init(void)
{
    for (RmRegion r = RM_ROMD; r < RM_UNASSIGNED; r++) {
        make(r);
    }
    qemu_side.irq = qemu_allocate_irq(raise_irq, NULL, 0);
}

void device_respond(const Op *op)
{
    for (unsigned is_write = 0; is_write < 2; is_write++) {
        if (op_directions(op) >> is_write & 1) {
            qemu_side.response[op_device(op)][is_write] = op->response;
        }
    }
}

void device_become(const Op *op)
{
    RmDevice device = op_as_device(op);

    become(op_device(op), &device);
    qemu_side.devices_changed = true;
}

void device_reset(void)
{
    uint8_t (*response)[2] = qemu_side.response;

    memset(response, RM_TX_OK, sizeof(qemu_side.response));
    response[RM_BLOCKED][0] = response[RM_BLOCKED][1] = RM_TX_ERROR;
    qemu_side.reactions.n = 0;
    if (qemu_side.devices_changed) {
        for (RmRegion r = RM_ROMD; r < RM_UNASSIGNED; r++) {
            RmDevice device = rm_device(r);

            become(r, &device);
        }
        /* after an assertion in the middle of an access */
        DEVICE(qemu_side.cpu[0])->mem_reentrancy_guard.engaged_in_io = false;
        qemu_side.devices_changed = false;
    }
}
