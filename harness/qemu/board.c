/*
 * The board: RAM, I/O regions, and the address spaces that they are in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "exec/ramlist.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/physmem.h"

#include "compat.h"
#include "side.h"

QEMU_BUILD_BUG_ON(MEMTX_ERROR != 1 || DIRTY_MEMORY_VGA != RM_VGA ||
                  DIRTY_MEMORY_CODE != RM_CODE ||
                  DIRTY_MEMORY_MIGRATION != RM_MIGRATION);

static MemTxResult device_access(void *opaque, RmEventKind kind, hwaddr addr,
                                 uint64_t *value, unsigned size,
                                 MemTxAttrs attrs)
{
    RmRegion region = opaque == &qemu_side.io ? RM_IO : RM_BLOCKED;
    RmEvent ev = side_event(kind);

    if (kind == RM_EV_DEV_READ) {
        *value = rm_device_value(region, addr, size);
    }
    ev.region = region;
    ev.addr = addr;
    ev.size = size;
    ev.wid = attrs_to_wid(attrs);
    ev.value = *value;
    side_log(&ev);
    return region == RM_BLOCKED ? MEMTX_ERROR : MEMTX_OK;
}

static MemTxResult device_read(void *opaque, hwaddr addr, uint64_t *value,
                               unsigned size, MemTxAttrs attrs)
{
    return device_access(opaque, RM_EV_DEV_READ, addr, value, size, attrs);
}

static MemTxResult device_write(void *opaque, hwaddr addr, uint64_t value,
                                unsigned size, MemTxAttrs attrs)
{
    return device_access(opaque, RM_EV_DEV_WRITE, addr, &value, size, attrs);
}

static const MemoryRegionOps device_ops = {
    .read_with_attrs = device_read,
    .write_with_attrs = device_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

static MemoryRegion *region_of(RmRegion region)
{
    switch (region) {
    case RM_RAM0:
    case RM_RAM1:
        return &qemu_side.ram[region];
    case RM_IO:
        return &qemu_side.io;
    case RM_IOMMU0:
    case RM_IOMMU1:
        return MEMORY_REGION(qemu_side.iommu[region - RM_IOMMU0]);
    default:
        g_assert_not_reached();
    }
}

/* Map @region at @base.  It may be in other address spaces, too. */
static void map(MemoryRegion *container, MemoryRegion *region, hwaddr base)
{
    MemoryRegion *alias = g_new0(MemoryRegion, 1);

    memory_region_init_alias(alias, NULL, "alias", region, 0,
                             memory_region_size(region));
    memory_region_add_subregion(container, base, alias);
}

void board_init(void)
{
    QemuSide *s = &qemu_side;
    MemoryRegion *mem = g_new0(MemoryRegion, 1);
    static const char *const ram_names[] = { "ram0", "ram1" };

    bql_lock();
    for (unsigned r = 0; r < RM_RAMS; r++) {
        memory_region_init_ram(&s->ram[r], NULL, ram_names[r], RM_RAM_SIZE,
                               &error_fatal);
        s->host[r] = memory_region_get_ram_ptr(&s->ram[r]);
        for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
            s->initial[r][i] = rm_initial_byte(r, i);
        }
    }
    memory_region_init_io(&s->io, NULL, &device_ops, &s->io, "io",
                          RM_RAM_SIZE);
    memory_region_init_io(&s->blocked, NULL, &device_ops, &s->blocked,
                          "blocked", RM_RAM_SIZE);
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        s->iommu[i] = iommu_new(i);
    }

    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        map(get_system_memory(), region_of(rm_memory_map[i].region),
            rm_memory_map[i].base);
    }

    /* unassigned lies in what is left free: target_of() in iommu.c */
    memory_region_init(mem, NULL, "mem", UINT64_MAX);
    for (RmRegion r = RM_RAM0; r <= RM_IO; r++) {
        map(mem, region_of(r), r * BOARD_STRIDE);
    }
    address_space_init(&s->as_mem, mem, "mem");
    address_space_init(&s->as_blocked, &s->blocked, "blocked");
    bql_unlock();

    /* The commits have queued flushes. */
    host_drain();
    drain_call_rcu();
}

ram_addr_t board_ram_addr(RmRegion ram)
{
    return memory_region_get_ram_addr(&qemu_side.ram[ram]);
}

/* The word of QEMU's bitmap with the bits of @ram: the lowest are its pages. */
static unsigned long *dirty_word(RmRegion ram, RmClient client)
{
    DirtyMemoryBlocks *blocks = qatomic_rcu_read(
        &ram_list.dirty_memory[client]);
    unsigned long page = board_ram_addr(ram) >> RM_PAGE_BITS;

    return &blocks->blocks[page / DIRTY_MEMORY_BLOCK_SIZE]
                          [page % DIRTY_MEMORY_BLOCK_SIZE / BITS_PER_LONG];
}

void board_reset(bool clean, const uint8_t *pages)
{
    QemuSide *s = &qemu_side;

    for (unsigned r = 0; r < RM_RAMS; r++) {
        rm_restore_pages(s->host[r], s->initial[r], pages ? pages[r] : -1);
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            *dirty_word(r, c) = clean && c != RM_CODE ? 0 : -1ul;
        }
    }
}

void board_dirty(RmDirty *dirty)
{
    for (unsigned r = 0; r < RM_RAMS; r++) {
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            dirty->bits[r][c] = *dirty_word(r, c);
        }
    }
}
