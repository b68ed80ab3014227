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
#include "sched.h"

/* What is in a TLB, as far as only its own CPU may change it. */
typedef struct Owned {
    const void *table[RM_MMU_IDX];
    uintptr_t mask[RM_MMU_IDX];
    size_t used[RM_MMU_IDX], victims[RM_MMU_IDX];
    size_t flushes;
} Owned;

static struct {
    CPUState *turn;         /* NULL: of all CPUs, and @owned is not valid; or,
                               with threads, of none */
    Owned owned[RM_CPUS];   /* of the others, since their last turn */
    unsigned touched;
} owner;

static size_t flushes_of(const CPUState *cpu)
{
    const CPUTLBCommon *c = &cpu->neg.tlb.c;

    return c->full_flush_count + c->part_flush_count + c->elide_flush_count;
}

static void look(CPUState *cpu, Owned *out)
{
    for (unsigned i = 0; i < RM_MMU_IDX; i++) {
        const CPUTLBDescFast *fast = cpu_tlb_fast(cpu, i);
        const CPUTLBDesc *desc = &cpu->neg.tlb.d[i];

        out->table[i] = fast->table;
        out->mask[i] = fast->mask;
        out->used[i] = desc->n_used_entries;
        out->victims[i] = desc->vindex;
    }
    out->flushes = flushes_of(cpu);
}

/* This is done for each operation: nothing is copied. */
static bool is_as_before(CPUState *cpu, const Owned *was)
{
    for (unsigned i = 0; i < RM_MMU_IDX; i++) {
        const CPUTLBDescFast *fast = cpu_tlb_fast(cpu, i);
        const CPUTLBDesc *desc = &cpu->neg.tlb.d[i];

        if (was->table[i] != fast->table || was->mask[i] != fast->mask ||
            was->used[i] != desc->n_used_entries ||
            was->victims[i] != desc->vindex) {
            return false;
        }
    }
    return was->flushes == flushes_of(cpu);
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
        CPUState *other = qemu_side.cpu[i];

        if (other != owner.turn && !is_as_before(other, &owner.owned[i])) {
            owner.touched |= 1u << i;
            look(other, &owner.owned[i]);
        }
    }
}

static void look_at_others(void)
{
    for (unsigned i = 0; i < RM_CPUS; i++) {
        if (qemu_side.cpu[i] != owner.turn) {
            look(qemu_side.cpu[i], &owner.owned[i]);
        }
    }
}

static void give(CPUState *cpu)
{
    if (cpu == owner.turn) {
        return;
    }
    owner.turn = cpu;
    for (unsigned i = 0; i < RM_CPUS; i++) {
        be_thread_of(qemu_side.cpu[i], qemu_side.cpu[i] == cpu);
    }
    look_at_others();
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

void owner_threads(void)
{
    owner.turn = NULL;
    owner.touched = 0;
    look_at_others();
}

unsigned owner_pass(CPUState *cpu)
{
    unsigned touched = owner_end();

    owner.touched = 0;
    owner.turn = cpu;
    look_at_others();
    return touched;
}

void owner_none(void)
{
    owner.turn = NULL;
    for (unsigned i = 0; i < RM_CPUS; i++) {
        be_thread_of(qemu_side.cpu[i], true);
    }
}

/* It would wait until the CPU's thread has run it, if there is one. */
void __real_run_on_cpu(CPUState *cpu, run_on_cpu_func func,
                       run_on_cpu_data data);
void __wrap_run_on_cpu(CPUState *cpu, run_on_cpu_func func,
                       run_on_cpu_data data);
void __wrap_run_on_cpu(CPUState *cpu, run_on_cpu_func func,
                       run_on_cpu_data data)
{
    if (sched_self() < RM_THREADS) {
        __real_run_on_cpu(cpu, func, data);
    } else {
        func(cpu, data);
    }
}
