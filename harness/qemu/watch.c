/*
 * Watchpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/breakpoint.h"
#include "hw/core/cpu.h"
#include "tcg/tcg.h"
#include "accel/tcg/internal-common.h"

#include "compat.h"
#include "side.h"
#include "watch.h"

QEMU_BUILD_BUG_ON(BP_MEM_READ != RM_R || BP_MEM_WRITE != RM_W);

/*
 * QEMU looks for the translated block that the access belongs to.  Here no
 * block runs: QEMU would take the access for that of a helper, look up the
 * page of the CPU's pc, and so fill the TLB with it, or fault.
 */
void __real_tb_check_watchpoint(CPUState *cpu, uintptr_t retaddr);
void __wrap_tb_check_watchpoint(CPUState *cpu, uintptr_t retaddr);
void __wrap_tb_check_watchpoint(CPUState *cpu, uintptr_t retaddr)
{
    /* it is the only one that this access meets, and is done after it */
    if (!(cpu->watchpoint_hit->flags & BP_STOP_BEFORE_ACCESS)) {
        watch_hit(cpu);
    }
    /* that of an atomic access is a little below 0 */
    if (tcg_tb_lookup(retaddr)) {
        __real_tb_check_watchpoint(cpu, retaddr);
    }
}

static void watch(CPUState *cpu, const Op *op)
{
    CPUWatchpoint *wp;
    unsigned n = 0;

    QTAILQ_FOREACH(wp, &cpu->watchpoints, entry) {
        n++;
    }
    if (n < RM_WATCHPOINTS) {
        /*
         * An access that is stopped before it is made is left through
         * EXCP_DEBUG at once.  One that is stopped afterwards begins anew.
         */
        cpu_watchpoint_insert(cpu, op->va, op_watch_len(op), BP_CPU |
                              (op->after ? 0 : BP_STOP_BEFORE_ACCESS) |
                              op_watched(op), NULL);
    }
}

static void unwatch(CPUState *cpu, const Op *op)
{
    static CPUWatchpoint gone[RM_CPUS];
    CPUWatchpoint *wp;

    QTAILQ_FOREACH(wp, &cpu->watchpoints, entry) {
        if (wp->vaddr == op->va) {
            if (wp == cpu->watchpoint_hit) {
                /*
                 * A device that the access has reached takes it away, as none
                 * can whose guest does not run: QEMU still stops behind the
                 * access, and what it was is asked for then.
                 */
                gone[op->cpu] = *wp;
                cpu->watchpoint_hit = &gone[op->cpu];
            }
            cpu_watchpoint_remove_by_ref(cpu, wp);
            return;
        }
    }
}

void watch_run(CPUState *cpu, const Op *op)
{
    if (op->kind == OP_WATCH) {
        watch(cpu, op);
    } else {
        unwatch(cpu, op);
    }
}

void watch_hit(CPUState *cpu)
{
    CPUWatchpoint *wp = cpu->watchpoint_hit;
    RmEvent ev = side_cpu_event(RM_EV_WATCH, cpu);

    ev.addr = wp->hitaddr;
    ev.flag = (wp->flags & BP_WATCHPOINT_HIT) >> BP_HIT_SHIFT;
    ev.attrs = attrs_from_memtx(wp->hitattrs);
    side_log(&ev);
    /* QEMU adds the next hit's directions to those that it finds here */
    wp->flags &= ~BP_WATCHPOINT_HIT;
}

bool watch_stops_after(const CPUState *cpu)
{
    return cpu->watchpoint_hit &&
           !(cpu->watchpoint_hit->flags & BP_STOP_BEFORE_ACCESS);
}

void watch_forget(CPUState *cpu)
{
    if (cpu->watchpoint_hit) {
        cpu->watchpoint_hit = NULL;
        /* as cpu_exec() hears of it, which has not always been there */
        cpu_reset_interrupt(cpu, CPU_INTERRUPT_DEBUG);
        cpu->neg.icount_decr.u16.high = 0;
    }
}

void watch_reset(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu_watchpoint_remove_all(cpu, BP_CPU);
        g_assert(QTAILQ_EMPTY(&cpu->watchpoints));
    }
}
