/*
 * The one struct, and how what happens in an operation is noted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"

#include "side.h"

QemuSide qemu_side;

RmEvent side_event(RmEventKind kind)
{
    return (RmEvent) { .kind = kind };
}

RmEvent side_cpu_event(RmEventKind kind, const CPUState *cpu)
{
    return (RmEvent) { .kind = kind, .cpu = cpu->cpu_index };
}

void side_log(const RmEvent *ev)
{
    /* QEMU reads devices and IOMMUs for scenarios only, not on its own. */
    g_assert(qemu_side.result);
    if (!qemu_side.quiet) {
        rm_log(&qemu_side.result->r.log, ev);
    }
}

void side_value(uint64_t value, uint64_t hi)
{
    qemu_side.result->r.value = value;
    qemu_side.result->r.value_hi = hi;
}

void side_react(const Op *reaction)
{
    RmStatus status = qemu_side.status;
    uint64_t value = qemu_side.result->r.value;
    uint64_t hi = qemu_side.result->r.value_hi;

    qemu_side.nested++;
    qemu_side.react(reaction);
    qemu_side.nested--;
    qemu_side.status = status;
    side_value(value, hi);
}

RmResponse side_response(MemTxResult result)
{
    if (result & MEMTX_DECODE_ERROR) {
        return RM_TX_DECODE_ERROR;
    }
    if (result & MEMTX_ACCESS_ERROR) {
        return RM_TX_ACCESS_ERROR;
    }
    return result ? RM_TX_ERROR : RM_TX_OK;
}

__attribute__((no_sanitize("address")))
void side_escape(RmStatus status)
{
    qemu_side.status = status;
    siglongjmp(qemu_side.running->jmp_env, 1);
}
