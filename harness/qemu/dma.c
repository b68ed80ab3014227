/*
 * The way of DMA: an access to a physical address, with no TLB in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"

#include "board.h"
#include "compat.h"
#include "dma.h"
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

void dma_access(const RmPath *path, bool write, DmaResult *out)
{
    MemTxAttrs attrs = attrs_to_memtx(path->attrs);
    AddressSpace *as = cpu_get_address_space(qemu_side.cpu[0],
                                             path->attrs & RM_SECURE ? 1 : 0);

    qemu_side.unheard.r.log.n = 0;
    qemu_side.result = &qemu_side.unheard;
    qemu_side.dma = true;
    qemu_side.fatal = true;     /* there is nowhere to escape to */
    if (!write || write_leads(as, path, attrs, out)) {
        out->response = side_response(address_space_rw(as, path->pa, attrs,
                                                       out->bytes, path->size,
                                                       write));
    }
    qemu_side.fatal = false;
    qemu_side.dma = false;
    qemu_side.result = NULL;
}
