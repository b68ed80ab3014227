/*
 * How large QEMU has made a TLB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/tlb-common.h"
#include "hw/core/cpu.h"

#include "harness/qemu/side.h"
#include "tlb-size.h"

unsigned tlb_size(unsigned cpu, unsigned mmu_idx)
{
    CPUTLBDescFast *fast = cpu_tlb_fast(qemu_side.cpu[cpu], mmu_idx);

    return (fast->mask >> CPU_TLB_ENTRY_BITS) + 1;
}
