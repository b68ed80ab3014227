/*
 * QEMU as an engine: operations turned into its functions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/cputlb.h"
#include "exec/cpu-common.h"
#include "system/physmem.h"

#include "side.h"

QemuSide qemu_side;

RmEvent side_event(RmEventKind kind)
{
    return (RmEvent) { .kind = kind };
}

void side_log(const RmEvent *ev)
{
    /* QEMU reads devices and IOMMUs for scenarios only, not on its own. */
    g_assert(qemu_side.result);
    rm_log(&qemu_side.result->r.log, ev);
}

__attribute__((no_sanitize("address")))
void side_escape(RmStatus status)
{
    siglongjmp(qemu_side.escape, status);
}

static void set_pte(const Op *op)
{
    qemu_side.now.pt[op->idx][rm_va_page(op->va)] = (RmPte) {
        .pa = op->pa, .prot = op->prot, .wid = op->wid,
    };
}

static uint64_t run(CPUState *cpu, const Op *op)
{
    switch (op->kind) {
    case OP_LOAD:
    case OP_STORE:
    case OP_FETCH:
        return guest_access(cpu, op);
    case OP_PT:
    case OP_PT_CLEAR:
        set_pte(op);
        break;
    case OP_IOMMU:
        iommu_program(op);
        break;
    case OP_FLUSH:
        tlb_flush(cpu);
        break;
    case OP_FLUSH_PAGE:
        tlb_flush_page(cpu, op->va);
        break;
    case OP_FLUSH_MMUIDX:
        tlb_flush_by_mmuidx(cpu, op->idxmap);
        break;
    case OP_FLUSH_PAGE_MMUIDX:
        tlb_flush_page_by_mmuidx(cpu, op->va, op->idxmap);
        break;
    case OP_CLEAR_DIRTY:
        physical_memory_test_and_clear_dirty(
            board_ram_addr(op->region) + op->offset, RM_PAGE_SIZE, op->client);
        break;
    default:
        g_assert_not_reached();
    }
    return 0;
}

static void qemu_apply(Engine *e, const Op *op, const RmSeen *seen,
                       EngineResult *result)
{
    CPUState *cpu = qemu_side.cpu[op->cpu];
    RmStatus status;

    rm_result_init(&result->r);
    qemu_side.result = result;
    qemu_side.in_fill = false;

    status = sigsetjmp(qemu_side.escape, 0);
    if (status == RM_DONE) {
        rcu_read_lock();
        result->r.value = run(cpu, op);
        rcu_read_unlock();
    } else {
        host_recover(cpu, status);
    }
    qemu_side.result = NULL;
    result->r.status = status;
}

static void qemu_reset(Engine *e, const RmPreset *preset,
                       const uint8_t *pages)
{
    qemu_side.now = *preset;
    for (unsigned i = 0; i < RM_CPUS; i++) {
        tlb_flush(qemu_side.cpu[i]);
        guest_reset(qemu_side.cpu[i]);
    }
    board_reset(preset->clean, pages);
}

/*
 * A notifier that stays would hide that the next scenario forgets to
 * register it.
 */
static void qemu_finish(Engine *e)
{
    for (unsigned i = 0; i < RM_CPUS; i++) {
        tcg_iommu_free_notifier_list(qemu_side.cpu[i]);
        tcg_iommu_init_notifier_list(qemu_side.cpu[i]);
    }
}

static const uint8_t *qemu_ram(Engine *e, RmRegion ram)
{
    return qemu_side.host[ram];
}

static void qemu_dirty(Engine *e, RmDirty *dirty)
{
    board_dirty(dirty);
}

static unsigned qemu_entries(Engine *e, bool all, CachedEntry *out,
                             unsigned max)
{
    return view_entries(all, out, max);
}

static void qemu_free(Engine *e)
{
    /* QEMU cannot be stopped and started again in one process. */
}

static const EngineOps qemu_ops = {
    .name = "qemu",
    .reset = qemu_reset,
    .finish = qemu_finish,
    .apply = qemu_apply,
    .ram = qemu_ram,
    .dirty = qemu_dirty,
    .entries = qemu_entries,
    .free = qemu_free,
};

Engine *engine_qemu(void)
{
    QemuSide *s = &qemu_side;

    if (!s->engine.ops) {
        s->engine.ops = &qemu_ops;
        host_start();
        guest_init(s->cpu[0]);
        board_init();
    }
    return &s->engine;
}
