/*
 * The clock that QEMU's TLB reads, to find out when to shrink, and the sizes
 * of the TLBs, which depend on it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "exec/cputlb.h"
#include "hw/core/cpu.h"

#include "clock.h"
#include "compat.h"
#include "side.h"

#define START 1000000000    /* seconds: any scenario begins then */

int __wrap_gettimeofday(struct timeval *tv, void *tz);
int __wrap_gettimeofday(struct timeval *tv, void *tz)
{
    *tv = qemu_side.clock;
    return 0;
}

void clock_advance(unsigned ms)
{
    struct timeval *now = &qemu_side.clock;

    now->tv_usec += ms * 1000;
    now->tv_sec += now->tv_usec / 1000000;
    now->tv_usec %= 1000000;
}

/* The window in which the TLB watches its use begins, with no use so far. */
static void begin_window(CPUTLBDesc *desc, int64_t seconds)
{
    desc->window_begin_ns = seconds * NANOSECONDS_PER_SECOND;
    desc->window_max_entries = 0;
}

/* Where a window has expired without any use, a flush shrinks the table. */
static void shrink(CPUState *cpu, unsigned mmu_idx)
{
    begin_window(&cpu->neg.tlb.d[mmu_idx], START - 1);
    cpu->neg.tlb.d[mmu_idx].n_used_entries = 0;
    /* without this bit it would count as flushed */
    cpu->neg.tlb.c.dirty |= 1 << mmu_idx;
}

/*
 * QEMU sizes the TLB of every MMU index, used or not, for 256 entries at
 * first, and a change of a dirty bit walks them all.
 */
void clock_shrink(CPUState *cpu)
{
    for (unsigned idx = 0; idx < NB_MMU_MODES; idx++) {
        shrink(cpu, idx);
    }
    tlb_flush(cpu);
}

/*
 * By hand: a flush, which is what is under test, leaves out a table that it
 * takes for empty, and a fault may have left an entry there.  What else a flush
 * forgets to reset is to be seen, by its effect on the next scenario (C21).
 */
static void empty(CPUState *cpu, unsigned mmu_idx)
{
    CPUTLBDescFast *fast = cpu_tlb_fast(cpu, mmu_idx);
    CPUTLBDesc *desc = &cpu->neg.tlb.d[mmu_idx];

    memset(fast->table, -1, fast->mask + (1 << CPU_TLB_ENTRY_BITS));
    memset(desc->vtable, -1, sizeof(desc->vtable));
}

void clock_reset(void)
{
    CPUState *cpu;

    qemu_side.clock = (struct timeval) { .tv_sec = START };
    CPU_FOREACH(cpu) {
        /* no scenario uses it: it has the size that all start with */
        uintptr_t mask = cpu_tlb_fast(cpu, RM_MMU_IDX)->mask;

        tlb_flush(cpu);
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            if (cpu_tlb_fast(cpu, idx)->mask != mask) {
                shrink(cpu, idx);
                tlb_flush_by_mmuidx(cpu, 1 << idx);
                g_assert(cpu_tlb_fast(cpu, idx)->mask == mask);
            }
            empty(cpu, idx);
            begin_window(&cpu->neg.tlb.d[idx], START);
        }
    }
}
