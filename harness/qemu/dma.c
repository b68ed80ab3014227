/*
 * The way of DMA, and the other ways past the CPU: accesses to a physical
 * address, with no TLB in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"

#include "board.h"
#include "compat.h"
#include "dma.h"
#include "escape.h"
#include "side.h"

/* Is the page one that a write by DMA would take code from? */
static bool has_code(const RmPath *path)
{
    return rm_is_ram(path->region) &&
           !physical_memory_get_dirty_flag(board_ram_addr(path->region) +
                                           path->offset, DIRTY_MEMORY_CODE);
}

/* Where a write leads.  Returns false if it is not to be carried out. */
static bool write_leads(AddressSpace *as, const RmPath *path,
                        MemTxAttrs attrs, DmaResult *out)
{
    hwaddr offset, len = path->size;
    MemoryRegion *mr = address_space_translate(as, path->pa, &offset, &len,
                                               true, attrs);

    out->region = board_region(mr);
    out->offset = offset;
    out->response = RM_TX_OK;
    return out->region == path->region && !has_code(path) &&
           (path->region == RM_UNASSIGNED || offset == path->offset);
}

static AddressSpace *space_of(const RmPath *path)
{
    return cpu_get_address_space(qemu_side.cpu[0],
                                 path->attrs & RM_SECURE ? 1 : 0);
}

static void begin(void)
{
    qemu_side.unheard.r.log.n = 0;
    side_turn.result = &qemu_side.unheard;
    side_turn.dma = true;
    side_turn.fatal = true;     /* there is nowhere to escape to */
}

/* Returns whether a lock is left held. */
static bool end(void)
{
    bool locked = escape_left_locked();

    side_turn.fatal = false;
    side_turn.dma = false;
    side_turn.result = NULL;
    return locked;
}

void dma_access(const RmPath *path, bool write, DmaResult *out)
{
    MemTxAttrs attrs = attrs_to_memtx(path->attrs);
    AddressSpace *as = space_of(path);

    begin();
    if (!write || write_leads(as, path, attrs, out)) {
        out->response = side_response(address_space_rw(as, path->pa, attrs,
                                                       out->bytes, path->size,
                                                       write));
    }
    out->locked = end();
}

void dma_run(const Op *op)
{
    uint8_t bytes[RM_DMA_MAX];
    unsigned size = op_dma_size(op, side_turn.nested);
    bool write = op->dir == DIR_WRITE;
    AddressSpace *as = cpu_get_address_space(qemu_side.cpu[0],
                                             op->attrs & RM_SECURE ? 1 : 0);
    MemTxResult result;

    if (write) {
        rm_dma_bytes(op->data, bytes, size);
    }
    side_turn.by_dma++;
    result = address_space_rw(as, op->pa, attrs_to_memtx(op->attrs), bytes,
                              size, write);
    side_turn.by_dma--;
    side_value(write ? 0 : rm_dma_value(bytes, size), side_response(result));
}

/*
 * Is a cache that is asked for more than leads to one place shorter?  If not,
 * what is beyond would be read and written as if it lay there, too.
 */
static bool cache_ends(AddressSpace *as, const RmPath *path, bool write)
{
    MemTxAttrs attrs = MEMTXATTRS_UNSPECIFIED;
    hwaddr first, last, one = 1, other = 1;
    MemoryRegionCache cache;
    MemoryRegion *mr, *end;
    int64_t len = address_space_cache_init(&cache, as, path->pa,
                                           RM_PAGE_SIZE, write);

    address_space_cache_destroy(&cache);
    if (len <= 0) {
        return true;
    }
    mr = address_space_translate(as, path->pa, &first, &one, write, attrs);
    end = address_space_translate(as, path->pa + len - 1, &last, &other,
                                  write, attrs);
    /* what is unassigned has no end that anybody relies on */
    return board_region(mr) == RM_UNASSIGNED ||
           (mr == end && last - first == len - 1);
}

/* Caches know no attributes: IOMMUs are asked with unspecified ones. */
static bool cached(const RmPath *path, bool write, DmaResult *out)
{
    MemoryRegionCache cache;
    MemTxResult result;
    int64_t len;

    if (!attrs_to_memtx(path->attrs).unspecified) {
        return false;
    }
    out->beyond = !path->iommu && !cache_ends(space_of(path), path, write);
    if (!path->whole) {
        return out->beyond;
    }
    len = address_space_cache_init(&cache, space_of(path), path->pa,
                                   path->size, write);
    if (len < path->size) {
        result = MEMTX_ERROR;
    } else if (write) {
        result = address_space_write_cached(&cache, 0, out->bytes,
                                            path->size);
        address_space_cache_invalidate(&cache, 0, path->size);
    } else {
        result = address_space_read_cached(&cache, 0, out->bytes, path->size);
    }
    address_space_cache_destroy(&cache);
    out->response = side_response(result);
    return true;
}

/* The device that something was written to; RM_UNASSIGNED: none. */
static RmRegion device_written(uint32_t *offset)
{
    const RmLog *log = &qemu_side.unheard.r.log;

    for (unsigned i = 0; i < rm_log_len(log); i++) {
        if (log->ev[i].kind == RM_EV_DEV_WRITE) {
            *offset = log->ev[i].addr;
            return log->ev[i].region;
        }
    }
    return RM_UNASSIGNED;
}

/* Without room for another buffer, nothing is mapped: no byte of it. */
static bool maps_too_much(AddressSpace *as, const RmPath *path, bool write)
{
    size_t room = as->max_bounce_buffer_size;
    hwaddr len = path->size;
    void *at;

    as->max_bounce_buffer_size = as->bounce_buffer_size;
    at = address_space_map(as, path->pa, &len, write,
                           attrs_to_memtx(path->attrs));
    if (at) {
        address_space_unmap(as, at, len, write, 0);
    }
    as->max_bounce_buffer_size = room;
    return at || len;
}

/*
 * What is not memory goes through a buffer, and nobody is told if that fails.
 */
static bool mapped(const RmPath *path, bool write, DmaResult *out)
{
    AddressSpace *as = space_of(path);
    hwaddr len = path->size;
    uint8_t *at;

    if (!path->whole) {
        return false;
    }
    at = address_space_map(as, path->pa, &len, write,
                           attrs_to_memtx(path->attrs));
    if (!at || len < path->size) {
        out->response = RM_TX_ERROR;
    } else if (write) {
        memcpy(at, out->bytes, path->size);
    } else {
        memcpy(out->bytes, at, path->size);
    }
    if (at) {
        out->region = board_find((uintptr_t)at, &out->offset);
        out->beyond = len > path->size ||
                      (out->region == RM_REGIONS &&
                       maps_too_much(as, path, write));
        address_space_unmap(as, at, len, write, path->size);
    }
    if (write && out->region == RM_REGIONS && out->response == RM_TX_OK) {
        out->region = device_written(&out->offset);
    }
    return true;
}

/*
 * The page tables as they are now: the access may have used an older entry.  A
 * debugger writes to memory alone.
 */
static bool debugger(const RmPath *path, bool write, DmaResult *out)
{
    int page = rm_va_page(path->va);
    const RmPte *pte = page < 0 ? NULL :
                       &qemu_side.now.pt[side_turn.mmu_idx][page];

    if (!pte || !pte->prot || pte->attrs != path->attrs ||
        pte->pa != (path->pa & RM_PAGE_MASK) ||
        (write && !rm_is_ram(path->region))) {
        return false;
    }
    out->response = cpu_memory_rw_debug(qemu_side.cpu[0], path->va, out->bytes,
                                        path->size, write) ?
                    RM_TX_ERROR : RM_TX_OK;
    return true;
}

static bool iotlb(const RmPath *path, bool write, DmaResult *out)
{
    MemTxAttrs attrs = attrs_to_memtx(path->attrs);
    hwaddr offset, len = path->size;
    IOMMUTLBEntry entry;
    MemoryRegion *mr;

    if (!path->whole) {
        return false;
    }
    entry = address_space_get_iotlb_entry(space_of(path), path->pa, write,
                                          attrs);
    if (!(entry.perm & (write ? IOMMU_WO : IOMMU_RO))) {
        out->region = RM_UNASSIGNED;
        return true;
    }
    /* as vhost keeps it: by its mask, which is one of an aligned range */
    out->beyond = (entry.addr_mask & (entry.addr_mask + 1)) ||
                  ((entry.iova | entry.translated_addr) & entry.addr_mask) ||
                  path->pa - entry.iova > entry.addr_mask;
    mr = address_space_translate(entry.target_as,
                                 (entry.translated_addr & ~entry.addr_mask) |
                                 (path->pa & entry.addr_mask), &offset, &len,
                                 write, attrs);
    out->region = board_region(mr);
    out->offset = offset;
    return true;
}

bool dma_other_way(const RmPath *path, bool write, DmaWay way, DmaResult *out)
{
    static bool (*const ways[DMA_WAYS])(const RmPath *path, bool write,
                                        DmaResult *out) = {
        [DMA_CACHED] = cached, [DMA_MAPPED] = mapped,
        [DMA_DEBUGGER] = debugger, [DMA_IOTLB] = iotlb,
    };
    DmaResult leads;
    bool says = false;

    begin();
    if (!write || write_leads(space_of(path), path,
                              attrs_to_memtx(path->attrs), &leads)) {
        says = ways[way](path, write, out);
    }
    out->locked = end();
    return says;
}
