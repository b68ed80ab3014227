/*
 * Whose turn it is.  There is one thread for all CPUs; QEMU is told that it is
 * the thread of one of them.  What that does to the TLB of another one is seen
 * by what a fill, a flush and a new size change: a reset of dirty state, which
 * is allowed, changes none of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"

#include "compat.h"
#include "owner.h"

/* What is in a TLB, as far as only its own CPU may change it. */
typedef struct Owned {
    const void *table[RM_MMU_IDX];
    uintptr_t mask[RM_MMU_IDX];
    size_t used[RM_MMU_IDX], victims[RM_MMU_IDX];
    size_t flushes;
} Owned;

static struct {
    CPUState *turn;
    Owned owned[RM_CPUS];   /* of the others, when the turn began */
    unsigned touched;
} owner;

static void look(CPUState *cpu, Owned *out)
{
    const CPUTLB *tlb = &cpu->neg.tlb;

    for (unsigned i = 0; i < RM_MMU_IDX; i++) {
        const CPUTLBDescFast *fast = cpu_tlb_fast(cpu, i);

        out->table[i] = fast->table;
        out->mask[i] = fast->mask;
        out->used[i] = tlb->d[i].n_used_entries;
        out->victims[i] = tlb->d[i].vindex;
    }
    out->flushes = tlb->c.full_flush_count + tlb->c.part_flush_count +
                   tlb->c.elide_flush_count;
}

/* A thread that is not this one, if it is not. */
static void be_thread_of(CPUState *cpu, bool self)
{
    if (self) {
        qemu_thread_get_self(cpu->thread);
    } else {
        memset(cpu->thread, 0, sizeof(*cpu->thread));
    }
}

static void judge(void)
{
    for (unsigned i = 0; i < RM_CPUS; i++) {
        Owned now;

        if (qemu_side.cpu[i] != owner.turn) {
            look(qemu_side.cpu[i], &now);
            if (memcmp(&now, &owner.owned[i], sizeof(now))) {
                owner.touched |= 1u << i;
            }
        }
    }
}

static void give(CPUState *cpu)
{
    owner.turn = cpu;
    for (unsigned i = 0; i < RM_CPUS; i++) {
        CPUState *other = qemu_side.cpu[i];

        be_thread_of(other, other == cpu);
        if (other != cpu) {
            look(other, &owner.owned[i]);
        }
    }
}

void owner_begin(CPUState *cpu)
{
    owner.touched = 0;
    give(cpu);
}

void owner_switch(CPUState *cpu)
{
    judge();
    give(cpu);
}

unsigned owner_end(void)
{
    judge();
    return owner.touched;
}

void owner_none(void)
{
    for (unsigned i = 0; i < RM_CPUS; i++) {
        be_thread_of(qemu_side.cpu[i], true);
    }
}

/* It would wait until the CPU's thread has run it. */
void __wrap_run_on_cpu(CPUState *cpu, run_on_cpu_func func,
                       run_on_cpu_data data);
void __wrap_run_on_cpu(CPUState *cpu, run_on_cpu_func func,
                       run_on_cpu_data data)
{
    func(cpu, data);
}
