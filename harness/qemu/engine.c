/*
 * QEMU as an engine: operations turned into its functions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/cputlb.h"
#include "exec/tb-flush.h"
#include "hw/core/cpu.h"

#include "access.h"
#include "at-once.h"
#include "atomic.h"
#include "board.h"
#include "break.h"
#include "checker-devices.h"
#include "checker-direct.h"
#include "checker.h"
#include "clock.h"
#include "code.h"
#include "describe.h"
#include "device.h"
#include "dma.h"
#include "engine.h"
#include "escape.h"
#include "fingerprint.h"
#include "generated.h"
#include "guest.h"
#include "host.h"
#include "iommu.h"
#include "map.h"
#include "msi.h"
#include "owner.h"
#include "plugin.h"
#include "probe.h"
#include "rcu.h"
#include "side.h"
#include "state.h"
#include "view.h"
#include "watch.h"
#include "qemu-traits.h"

/* What the snapshot says of each page, the first one in bit 0. */
static void dirty_snapshot(const Op *op)
{
    MemoryRegion *mr = &qemu_side.region[op->region];
    unsigned end = op->offset + op_range(op), next;
    g_autofree DirtyBitmapSnapshot *snap = NULL;
    uint64_t dirty = 0;

    /* reactions come from devices, which run with the BQL held */
    BQL_LOCK_GUARD();

    snap = memory_region_snapshot_and_clear_dirty(mr, op->offset,
                                                  op_range(op), op->client);
    for (unsigned at = op->offset, i = 0; at < end; at = next, i++) {
        next = MIN(QEMU_ALIGN_UP(at + 1, RM_PAGE_SIZE), end);
        if (memory_region_snapshot_get_dirty(mr, snap, at, next - at)) {
            dirty |= 1ull << i;
        }
    }
    side_value(dirty, 0);
}

static void set_pte(const Op *op)
{
    /* pt-clear has neither address nor prot: no access is possible */
    qemu_side.now.pt[op->idx][rm_va_page(op->va)] = (RmPte) {
        .pa = op->pa, .prot = op->prot, .attrs = op->attrs,
        .lg_size = op_lg_page(op), .flags = op->flags,
    };
}

static vaddr flush_len(const Op *op)
{
    return op_pages(op) * RM_PAGE_SIZE;
}

static void flush_one(CPUState *cpu, const Op *op)
{
    switch (op->kind) {
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
    case OP_FLUSH_PAGE_BITS:
        tlb_flush_page_bits_by_mmuidx(cpu, op->va, op->idxmap, op_bits(op));
        break;
    case OP_FLUSH_RANGE:
        tlb_flush_range_by_mmuidx(cpu, op->va, flush_len(op), op->idxmap,
                                  op_bits(op));
        break;
    default:
        g_assert_not_reached();
    }
}

static void flush_all_synced(CPUState *cpu, const Op *op)
{
    switch (op->kind) {
    case OP_FLUSH:
        tlb_flush_all_cpus_synced(cpu);
        break;
    case OP_FLUSH_PAGE:
        tlb_flush_page_all_cpus_synced(cpu, op->va);
        break;
    case OP_FLUSH_MMUIDX:
        tlb_flush_by_mmuidx_all_cpus_synced(cpu, op->idxmap);
        break;
    case OP_FLUSH_PAGE_MMUIDX:
        tlb_flush_page_by_mmuidx_all_cpus_synced(cpu, op->va, op->idxmap);
        break;
    case OP_FLUSH_PAGE_BITS:
        tlb_flush_page_bits_by_mmuidx_all_cpus_synced(cpu, op->va, op->idxmap,
                                                      op_bits(op));
        break;
    case OP_FLUSH_RANGE:
        tlb_flush_range_by_mmuidx_all_cpus_synced(cpu, op->va, flush_len(op),
                                                  op->idxmap, op_bits(op));
        break;
    default:
        g_assert_not_reached();
    }
}

static void replace_cpu(void)
{
    host_replace_cpu();
    generated_new_cpu(RM_CPUS - 1);
    memset(qemu_side.crowded[RM_CPUS - 1], 0, sizeof(qemu_side.crowded[0]));
    /* it is another one's TLB that is not to be touched now */
    owner_none();
    owner_begin(side_turn.running);
}

/* If it has left for queued work, it comes back when that was run. */
static void run_generated(CPUState *cpu, const Op *op)
{
    while (!generated_run(cpu, op)) {
        qemu_side.work_waits = false;
        host_drain();
        owner_begin(cpu);
        current_cpu = cpu;
    }
}

/* Carry out @op; it may be a part of another one.  Debuggers stop here. */
static void side_run(const Op *op)
{
    CPUState *cpu = qemu_side.cpu[op->cpu];

    if (op->via) {
        run_generated(cpu, op);
        return;
    }
    if (op_by_code(op)) {
        plugin_listen(cpu, true);
    }
    switch ((OpKind)op->kind) {
    case OP_LOAD:
    case OP_STORE:
    case OP_FETCH:
        access_run(cpu, op);
        break;
    case OP_RMW:
        atomic_rmw(cpu, op);
        break;
    case OP_CMPXCHG:
        atomic_cmpxchg(cpu, op);
        break;
    case OP_PROBE:
        probe_run(cpu, op);
        break;
    case OP_VADDR_TO_HOST:
        probe_vaddr_to_host(cpu, op);
        break;
    case OP_CODE_PAGE:
        code_page(cpu, op);
        break;
    case OP_BLOCK:
        code_block(cpu, op);
        break;
    case OP_PT:
    case OP_PT_CLEAR:
        set_pte(op);
        break;
    case OP_IOMMU:
        iommu_program(op);
        break;
    case OP_FLUSH:
    case OP_FLUSH_PAGE:
    case OP_FLUSH_MMUIDX:
    case OP_FLUSH_PAGE_MMUIDX:
    case OP_FLUSH_PAGE_BITS:
    case OP_FLUSH_RANGE:
        if (op->synced) {
            flush_all_synced(cpu, op);
        } else {
            flush_one(cpu, op);
        }
        break;
    case OP_CLEAR_DIRTY:
        board_clear_dirty(op);
        break;
    case OP_DIRTY_SNAPSHOT:
        dirty_snapshot(op);
        break;
    case OP_PROTECT:
        tlb_protect_code(board_ram_addr(op->region) + op->offset);
        break;
    case OP_UNPROTECT:
        tlb_unprotect_code(board_ram_addr(op->region) + op->offset);
        break;
    case OP_WATCH:
    case OP_UNWATCH:
        watch_run(cpu, op);
        break;
    case OP_BREAKPOINT:
        break_run(cpu, op);
        break;
    case OP_RUN_STATE:
        qemu_side.map_changed = true;
        host_run(op->on);
        break;
    case OP_LOG:
    case OP_ALSO_LOG:
    case OP_MAP:
    case OP_MAP_MOVE:
    case OP_MAP_OFFSET:
    case OP_MAP_READONLY:
    case OP_ROMD:
        map_run(op);
        break;
    case OP_DEVICE:
        device_respond(op);
        break;
    case OP_DMA:
        dma_run(op);
        break;
    case OP_DEVICE_AS:
        device_become(op);
        break;
    case OP_CROWD:
        probe_crowd(cpu, op);
        break;
    case OP_CODE_FLUSH:
        queue_tb_flush(cpu);
        break;
    case OP_GRACE_PERIOD:
        rcu_read_unlock();
        rcu_settle();
        rcu_read_lock();
        break;
    case OP_QUEUED_WORK:
        qemu_side.work_waits = op->on;
        break;
    case OP_CPU_REPLACE:
        replace_cpu();
        break;
    case OP_SAVE_LOAD:
        state_save_load();
        break;
    case OP_CPU_RESET:
        bql_lock();
        cpu_reset(cpu);
        bql_unlock();
        break;
    case OP_CLOCK:
        clock_advance(op->ms);
        break;
    case OP_REG_READ:
    case OP_REG_WRITE:
    case OP_RESET:
    case OP_SLOT:
    case OP_ENTRY:
    case OP_MDCFG:
    case OP_SRCMD:
    case OP_LUT:
    case OP_LUT_BLOCK:
    case OP_CTRL:
    case OP_INT:
        checker_run(op);
        break;
    case OP_REACT:      /* come through EngineOps.react */
    case OP_REACT_FILL:
    case OP_REACT_TRANSLATE:
    case OP_THREAD:     /* ... and EngineOps.at_once */
    case OP_JOIN:
    case OP_SWITCH:
        g_assert_not_reached();
    }
    if (op_by_code(op)) {
        plugin_ignore(cpu);
    }
}

/*
 * Carry out @op or, if it is NULL, the work that is queued.  There is one
 * place to escape to, and QEMU knows it: where cpu_exec() would wait for its
 * cpu_loop_exit().
 */
static RmStatus attempt(CPUState *cpu, const Op *op)
{
    side_turn.status = RM_DONE;
    side_turn.running = cpu;
    current_cpu = cpu;
    if (sigsetjmp(cpu->jmp_env, 0) && !escape_begins_anew(cpu)) {
        return escape_recover(cpu);
    }
    if (op && op_asks(op) && !op->via && !op->runs &&
        cpu == qemu_side.cpu[1]) {
        /* as a target's helper, or its page-table walker, that holds it */
        bql_lock();
        side_run(op);
        bql_unlock();
    } else if (op) {
        side_run(op);
    } else {
        host_drain();
    }
    if (watch_stops_after(cpu)) {
        watch_forget(cpu);
        side_turn.status = RM_WATCHPOINT;
    }
    return side_turn.status;
}

static void qemu_apply(Engine *e, const Op *op, const RmSeen *seen,
                       EngineResult *result)
{
    CPUState *cpu = qemu_side.cpu[op->cpu];
    RmStatus status;

    if (!generated_waits_for(op)) {
        generated_end();
    }
    rm_result_init(&result->r);
    result->n_told = 0;
    side_turn.result = result;
    side_turn.used = (SideUsed) { op_is_access(op), op->cpu, op->idx, op->va };
    side_turn.in_fill = false;
    side_turn.by_dma = side_turn.nested = 0;
    side_turn.mmu_idx = op->idx;
    /* the one before may have escaped */
    generated_recover();

    if (op->via) {
        /* what waits may flush what hits */
        result->hits = !qemu_side.work_waits && view_hits(cpu, op);
    }
    owner_begin(cpu);
    status = attempt(cpu, op);
    result->trespass = owner_end();
    if (op->via == VIA_EXCLUSIVE) {
        qemu_side.work_waits = false;
    }
    if (!qemu_side.work_waits && host_queued()) {
        /* it is done between two blocks */
        generated_end();
        if (attempt(cpu, NULL) == RM_ASSERTED) {
            status = RM_ASSERTED;
        }
    }
    if (escape_left_locked()) {
        status = RM_ASSERTED;
    }
    code_log();
    if (status == RM_ASSERTED) {
        owner_none();       /* TLBs were made anew */
    }
    side_turn.result = NULL;
    result->r.status = status;
    result->entered = qemu_side.generated.entered;
    result->waits = generated_waits();
    result->listens = plugin_listens();
}

static void qemu_at_once(Engine *e, EngineAtOnce *what)
{
    qemu_side.had_threads = true;
    at_once_run(what, side_run);
    if (!what->gave_up && host_queued()) {
        /* there was nothing left that any thread could do */
        g_assert_not_reached();
    }
}

/* What another CPU does meanwhile, it does in its own turn (C24). */
static void run_reaction(const Op *op)
{
    CPUState *running = current_cpu, *cpu = qemu_side.cpu[op->cpu];
    bool other = op_names_cpu(op) && cpu != running;

    if (other) {
        owner_switch(cpu);
        current_cpu = cpu;
    }
    side_run(op);
    if (other) {
        current_cpu = running;
        owner_switch(running);
    }
}

static void qemu_ahead(Engine *e, const Op *const *ops, unsigned n)
{
    generated_ahead(ops, n);
}

static void qemu_react(Engine *e, const Op *trigger, const Op *reaction)
{
    reactions_add(&qemu_side.reactions, trigger, reaction);
}

/*
 * What stays would be seen in the next scenario: a notifier would hide that
 * it forgets to register its own.
 */
static void qemu_finish(Engine *e)
{
    generated_end();
    generated_recover();
    generated_keep_jumps(false);
    qemu_side.generated.n_ahead = 0;
    if (qemu_side.under_way) {
        rcu_read_unlock();
    }
    map_reset();
    watch_reset();
    for (unsigned i = 0; i < RM_CPUS; i++) {
        break_forget(qemu_side.cpu[i]);
    }
    iommu_forget();
    qemu_side.reactions.n = 0;
    qemu_side.work_waits = false;
    code_reset();
    rcu_settle();
    qemu_side.under_way = false;
}

static void qemu_reset(Engine *e, const RmPreset *preset,
                       const uint8_t *pages)
{
    QemuSide *s = &qemu_side;

    owner_none();
    if (s->under_way) {
        qemu_finish(e);
    }
    s->under_way = true;
    s->now = *preset;
    side_turn.last = side_turn.last_hi = 0;
    memset(s->crowded, 0, sizeof(s->crowded));
    s->had_threads = false;
    clock_reset();
    guest_reset();
    device_reset();
    checker_reset();
    view_reset();
    board_reset(preset->clean, pages);
    rcu_settle();
    /*
     * For the whole scenario: the barriers would cost more than many an
     * operation.  Old views of the memory map wait for its end to be freed.
     */
    rcu_read_lock();
}

static const uint8_t *qemu_host(Engine *e, RmRegion region)
{
    return qemu_side.host[region];
}

static void qemu_dirty(Engine *e, RmDirty *dirty)
{
    board_dirty(dirty);
}

static unsigned qemu_entries(Engine *e, EntriesAsked asked,
                             CachedEntry *out, unsigned max)
{
    return view_entries(asked, out, max);
}

static unsigned qemu_describe(Engine *e, unsigned cpu, unsigned mmu_idx,
                              uint32_t va, EntryView out[ENTRY_VIEWS])
{
    return describe_page(cpu, mmu_idx, va, out);
}

static unsigned qemu_notifiers(Engine *e, unsigned cpu, unsigned iommu)
{
    return iommu_notifiers(qemu_side.cpu[cpu], iommu);
}

static bool qemu_miscounted(Engine *e, unsigned *cpu, unsigned *mmu_idx)
{
    return view_miscounted(cpu, mmu_idx);
}

static void qemu_decide(Engine *e, unsigned number, unsigned index,
                        uint32_t addr, bool is_write, RmDecision *out)
{
    checker_decide(number, index, addr, is_write, out);
}

static RmResponse qemu_peek(Engine *e, unsigned number, unsigned offset,
                            unsigned size, unsigned attrs, uint64_t *value)
{
    return checker_peek(number, offset, size, attrs, value);
}

static void qemu_poke(Engine *e, unsigned number, unsigned offset,
                      unsigned size, unsigned attrs, uint64_t value)
{
    checker_poke(number, offset, size, attrs, value);
}

static bool qemu_read_behind(Engine *e, unsigned number, uint32_t addr,
                             unsigned size, unsigned attrs, uint64_t *value)
{
    const RmPath path = {
        .pa = rm_memory_map[number].base + addr, .size = size, .attrs = attrs,
    };
    DmaResult out = { .response = RM_TX_OK };

    e->ops->dma(e, &path, false, &out);
    *value = rm_dma_value(out.bytes, size);
    return out.response == RM_TX_OK;
}

static bool qemu_was_told(Engine *e, unsigned number, const char *setting)
{
    return checker_has_property(number, setting);
}

static bool qemu_irq_level(Engine *e, unsigned number)
{
    return checker_irq(number);
}

const char *engine_device(RmCheckerKind kind)
{
    return checker_devices[kind].source;
}

static const char *qemu_device(Engine *e, RmCheckerKind kind)
{
    return engine_device(kind);
}

static void qemu_dma(Engine *e, const RmPath *path, bool write,
                     DmaResult *out)
{
    dma_access(path, write, out);
}

static bool qemu_other_way(Engine *e, const RmPath *path, bool write,
                           DmaWay way, DmaResult *out)
{
    return dma_other_way(path, write, way, out);
}

/*
 * QEMU cannot be stopped and started again in one process.  But the CPUs can
 * go, and what they had registered must go with them (C13).
 */
static void qemu_free(Engine *e)
{
    generated_end();
    if (qemu_side.under_way) {
        rcu_read_unlock();
        qemu_side.under_way = false;
    }
    if (host_queued()) {
        host_drain();
    }
    host_remove_cpus();
    g_assert(!iommu_has_notifiers());
}

static void qemu_dying(Engine *e)
{
    side_turn.fatal = true;
    e->gives_up = NULL;
}

static void qemu_fingerprint(Engine *e, bool last,
                             const uint8_t pages[RM_RAMS], RmFingerprint *f)
{
    fingerprint_qemu(f);
}

static pid_t qemu_fork(Engine *e)
{
    return host_fork();
}

static const EngineOps qemu_ops = {
    .name = "qemu",
    .reset = qemu_reset,
    .finish = qemu_finish,
    .apply = qemu_apply,
    .ahead = qemu_ahead,
    .at_once = qemu_at_once,
    .react = qemu_react,
    .host = qemu_host,
    .dirty = qemu_dirty,
    .entries = qemu_entries,
    .describe = qemu_describe,
    .notifiers = qemu_notifiers,
    .miscounted = qemu_miscounted,
    .dma = qemu_dma,
    .other_way = qemu_other_way,
    .decide = qemu_decide,
    .peek = qemu_peek,
    .poke = qemu_poke,
    .read_behind = qemu_read_behind,
    .was_told = qemu_was_told,
    .irq = qemu_irq_level,
    .device = qemu_device,
    .fingerprint = qemu_fingerprint,
    .dying = qemu_dying,
    .fork = qemu_fork,
    .free = qemu_free,
};

/* Each part stands on those that are made before it. */
static void make_board(void)
{
    bql_lock();
    board_init();
    device_init();
    generated_init();
    board_fill();
    iommu_init();
    msi_init();
    checker_init();
    map_init();
    bql_unlock();
    rcu_settle();
}

Engine *engine_qemu(void)
{
    QemuSide *s = &qemu_side;

    if (!s->engine.ops) {
        s->engine.ops = &qemu_ops;
        s->react = run_reaction;
        s->engine.eager = QEMU_EAGER;
        /* other series that defer the translation have taken that one over */
        s->engine.limits = 1u << RM_LIMIT_GRANULE;
        if (QEMU_EAGER) {
            s->engine.limits |= 1u << RM_LIMIT_DENIAL | 1u << RM_LIMIT_SPLIT |
                                QEMU_SECTION_INDEX << RM_LIMIT_DEVICE;
        }
        clock_reset();      /* QEMU reads it while it starts */
        host_start();
        guest_init(host_class());
        make_board();
        host_add_cpus();
        code_init();
    }
    return &s->engine;
}
