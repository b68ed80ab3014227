/*
 * The address spaces of the CPUs: windows onto the regions, and what changes
 * while a scenario runs: the windows, ROMD mode, dirty logging.  Each change
 * is a commit of QEMU's, and queues a flush of the TLBs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"

#include "board.h"
#include "compat.h"
#include "host.h"
#include "map.h"
#include "side.h"

/* The place of a window within its page never changes. */
#define IN_PAGE(x) ((x) & ~RM_PAGE_MASK)

static MemoryRegion *container_of_window(unsigned map)
{
    return qemu_side.space[rm_memory_map[map].space];
}

static void add_window(unsigned map)
{
    MemoryRegion *window = &qemu_side.window[map];

    if (!window->container) {
        memory_region_add_subregion_overlap(container_of_window(map),
                                            window->addr, window,
                                            rm_memory_map[map].priority);
    }
}

static void remove_window(unsigned map)
{
    MemoryRegion *window = &qemu_side.window[map];

    if (window->container) {
        memory_region_del_subregion(container_of_window(map), window);
    }
}

/* What is behind a window: of IOMMUs and registers, where they are put. */
static MemoryRegion *region_of_window(RmRegion region)
{
    if (rm_is_iommu(region)) {
        return &qemu_side.place[region - RM_IOMMU0];
    }
    if (rm_is_checker(region)) {
        return &qemu_side.regs_place[region - RM_REGS0];
    }
    return &qemu_side.region[region];
}

/* Is the window open at the start of a scenario? */
static bool is_enabled(const RmMapping *map)
{
    return map->enabled &&
           (qemu_side.checker[0] || !rm_is_checker(map->region));
}

void map_show_registers(bool on)
{
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        if (rm_is_checker(rm_memory_map[i].region)) {
            memory_region_set_enabled(&qemu_side.window[i], on);
        }
    }
}

/* Who listens is told what bits of its address space are cleared. */
static void log_clear(MemoryListener *listener, MemoryRegionSection *section)
{
    RmEvent ev;

    if (!side_turn.result) {
        return;
    }
    ev = side_event(RM_EV_LOG_CLEAR);
    ev.region = board_region(section->mr);
    ev.addr = section->offset_within_region;
    ev.size = int128_get64(section->size);
    ev.pa = section->offset_within_address_space;
    side_log(&ev);
}

static void log_global(bool on)
{
    RmEvent ev;

    if (side_turn.result) {
        ev = side_event(RM_EV_LOG_ALL);
        ev.flag = on;
        side_log(&ev);
    }
}

static bool log_global_start(MemoryListener *listener, Error **errp)
{
    log_global(true);
    return true;
}

static void log_global_stop(MemoryListener *listener)
{
    log_global(false);
}

static MemoryListener listener = {
    .name = "tlbdiff", .log_clear = log_clear,
    .log_global_start = log_global_start, .log_global_stop = log_global_stop,
};

void map_init(void)
{
    QemuSide *s = &qemu_side;
    static const char *const names[RM_SPACES] = { "normal", "secure" };
    static AddressSpace normal;

    /* that of the system is for what devices do by themselves: msi.c */
    for (unsigned i = 0; i < RM_SPACES; i++) {
        s->space[i] = g_new0(MemoryRegion, 1);
        memory_region_init(s->space[i], NULL, names[i], UINT64_MAX);
    }

    memory_region_transaction_begin();
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        const RmMapping *map = &rm_memory_map[i];

        memory_region_init_alias(&s->window[i], NULL, map->name,
                                 region_of_window(map->region), map->offset,
                                 map->size);
        memory_region_set_enabled(&s->window[i], is_enabled(map));
        memory_region_set_readonly(&s->window[i], map->readonly);
        memory_region_set_address(&s->window[i], map->base);
        add_window(i);
    }
    memory_region_transaction_commit();
    address_space_init(&normal, s->space[0], "listener");
    memory_listener_register(&listener, &normal);
}

static void set_state(unsigned map, OpMapState state)
{
    switch (state) {
    case MAP_OFF:
    case MAP_ON:
        memory_region_set_enabled(&qemu_side.window[map], state == MAP_ON);
        break;
    case MAP_REMOVE:
        qemu_side.map_reordered = true;
        remove_window(map);
        break;
    case MAP_ADD:
        qemu_side.map_reordered = true;
        add_window(map);
        break;
    }
}

/* QEMU counts how often it was asked to: each @display asks once at most. */
static void log_vga(RmRegion ram, unsigned display, bool on)
{
    bool *logs = &qemu_side.logs[ram][display];

    if (on != *logs) {
        memory_region_set_log(&qemu_side.region[ram], on, DIRTY_MEMORY_VGA);
        *logs = on;
    }
}

static void log_all(unsigned flag, bool on)
{
    if (on) {
        memory_global_dirty_log_start(flag, &error_abort);
    } else if (global_dirty_tracking & flag) {
        memory_global_dirty_log_stop(flag);
    }
}

static void also_log(const Op *op)
{
    switch ((RmLogger)op->logger) {
    case RM_LOG_DISPLAY:
        log_vga(op->region, 1, op->on);
        break;
    case RM_LOG_RATE:
        log_all(GLOBAL_DIRTY_DIRTY_RATE, op->on);
        break;
    case RM_LOG_LIMIT:
        log_all(GLOBAL_DIRTY_LIMIT, op->on);
        break;
    default:
        g_assert_not_reached();
    }
}

void map_run(const Op *op)
{
    const RmMapping *map = &rm_memory_map[op->map];
    MemoryRegion *window = &qemu_side.window[op->map];

    /* reactions come from devices, which run with the BQL held */
    BQL_LOCK_GUARD();

    qemu_side.map_changed = true;
    /* an assertion would leave a commit half done, and all later ones */
    side_turn.fatal = true;

    switch (op->kind) {
    case OP_MAP:
        set_state(op->map, op->on);
        break;
    case OP_MAP_MOVE:
        qemu_side.map_reordered = true;
        memory_region_set_address(window, op->pa | IN_PAGE(map->base));
        break;
    case OP_MAP_OFFSET:
        memory_region_set_alias_offset(window,
                                       op->offset | IN_PAGE(map->offset));
        break;
    case OP_MAP_READONLY:
        memory_region_set_readonly(window, op->on);
        break;
    case OP_ROMD:
        memory_region_rom_device_set_romd(&qemu_side.region[RM_ROMD], op->on);
        qemu_side.romd_off = !op->on;
        break;
    case OP_LOG:
        if (op->client == RM_VGA) {
            log_vga(op->region, 0, op->on);
        } else {
            log_all(GLOBAL_DIRTY_MIGRATION, op->on);
        }
        break;
    case OP_ALSO_LOG:
        also_log(op);
        break;
    default:
        g_assert_not_reached();
    }
    side_turn.fatal = false;
}

static void reset_window(unsigned i)
{
    const RmMapping *map = &rm_memory_map[i];
    MemoryRegion *window = &qemu_side.window[i];

    memory_region_set_enabled(window, is_enabled(map));
    memory_region_set_alias_offset(window, map->offset);
    memory_region_set_readonly(window, map->readonly);
    if (qemu_side.map_reordered) {
        /* of one priority, what is added last lies in front */
        remove_window(i);
        memory_region_set_address(window, map->base);
        add_window(i);
    }
}

void map_reset(void)
{
    if (!qemu_side.map_changed) {
        return;
    }
    host_run(true);
    bql_lock();
    memory_region_transaction_begin();
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        reset_window(i);
    }
    if (qemu_side.romd_off) {
        /* not always: that a ROM device begins so is seen, too */
        memory_region_rom_device_set_romd(&qemu_side.region[RM_ROMD], true);
        qemu_side.romd_off = false;
    }
    for (RmRegion r = RM_RAM0; r < RM_RAMS; r++) {
        log_vga(r, 0, false);
        log_vga(r, 1, false);
    }
    log_all(GLOBAL_DIRTY_MIGRATION, false);
    log_all(GLOBAL_DIRTY_DIRTY_RATE, false);
    log_all(GLOBAL_DIRTY_LIMIT, false);
    memory_region_transaction_commit();
    bql_unlock();
    qemu_side.map_changed = qemu_side.map_reordered = false;
}
