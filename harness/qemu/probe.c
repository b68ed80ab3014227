/*
 * Questions about a page: the probes, and the crowd, which is probed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"

#include "board.h"
#include "compat.h"
#include "probe.h"
#include "side.h"

uint64_t probe_found(unsigned flags, void *host)
{
    uint32_t offset;
    RmRegion region;

    if (!host) {
        return rm_found(flags, 0, 0);
    }
    region = board_find((uintptr_t)host, &offset);
    return rm_found(flags | RM_FOUND_HOST, region, offset);
}

/* What the other flags ask for is done by the probe: no caller knows them. */
static unsigned found_of_flags(int flags)
{
    const int known = TLB_INVALID_MASK | TLB_MMIO | TLB_SLOW_FLAGS_MASK;

    return (flags & ~known ? RM_FOUND_OTHER : 0) |
           (flags & TLB_INVALID_MASK ? RM_FOUND_FAULT : 0) |
           (flags & TLB_MMIO ? RM_FOUND_IO : 0) |
           (flags & TLB_WATCHPOINT ? RM_FOUND_WATCHED : 0);
}

void probe_run(CPUState *cpu, const Op *op)
{
    CPUArchState *env = cpu_env(cpu);
    CPUTLBEntryFull *full;
    void *host;
    int flags = 0;

    switch ((RmProbe)op->probe) {
    case RM_PROBE_ACCESS:
        host = probe_access(env, op->va, op->len, op->type, op->idx, 0);
        break;
    case RM_PROBE_FLAGS:
        flags = probe_access_flags(env, op->va, op->len, op->type, op->idx,
                                   op->nonfault, &host, 0);
        break;
    case RM_PROBE_FULL:
        flags = probe_access_full(env, op->va, op->len, op->type, op->idx,
                                  op->nonfault, &host, &full, 0);
        break;
    case RM_PROBE_FULL_MMU:
        flags = probe_access_full_mmu(env, op->va, op->len, op->type, op->idx,
                                      &host, &full);
        break;
    default:
        g_assert_not_reached();
    }
    side_value(probe_found(found_of_flags(flags), host), 0);
}

void probe_vaddr_to_host(CPUState *cpu, const Op *op)
{
    void *host = tlb_vaddr_to_host(cpu_env(cpu), op->va, op->type, op->idx);

    side_value(probe_found(0, host), 0);
}

void probe_crowd(CPUState *cpu, const Op *op)
{
    unsigned pages = op_crowd(op);

    qemu_side.crowded[op->cpu][op->idx] = true;
    /* an IOMMU that was moved there would be asked for each of them */
    side_turn.quiet = true;
    for (unsigned i = 0; i < pages; i++) {
        probe_access(cpu_env(cpu), RM_CROWD_VA + i * RM_PAGE_SIZE, 1,
                     MMU_DATA_LOAD, op->idx, 0);
    }
    side_turn.quiet = false;
}
