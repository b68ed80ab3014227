/*
 * The reference model as an engine: operations turned into its calls.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "engine-model.h"
#include "reaction.h"
#include "harness/scenario/target.h"

/* What a CPU has to do when its queued work runs: changes, flushes. */
typedef struct Queue {
    unsigned n;
    struct {
        const Op *op;
        unsigned since;         /* the time by which it was queued */
    } of[2 * SCENARIO_OPS];
} Queue;

typedef struct ModelEngine {
    Engine engine;
    RmModel *model;
    Reactions reactions;
    unsigned thread;            /* who does it; RM_THREADS: they take turns */
    struct {
        uint64_t value, hi;
    } last[RM_THREADS + 1];     /* what was loaded last, by each */
    unsigned end;               /* when what it does is done */
    Queue queue[RM_CPUS];
    struct ModelEngine *saved;  /* room for them: model_save() */
    unsigned n_saved;
    bool reacted;               /* a device did, in this operation */
    unsigned nested;            /* devices that react just now */
    uint64_t changes;           /* as in EngineResult */
    uint8_t attrs;              /* with which checkers are programmed, */
    uint64_t base;              /* and what they call the address 0 */
    RmResult *result;           /* of the operation under way, ... */
    const RmSeen *seen;         /* ... which the subject did so; or NULL */
} ModelEngine;

static ModelEngine *me(Engine *e)
{
    return (ModelEngine *)e;
}

static RmModel *model(Engine *e)
{
    return me(e)->model;
}

static void model_reset(Engine *e, const RmPreset *preset,
                        const uint8_t *pages)
{
    rm_set_eager(model(e), e->eager);
    rm_set_tells_fetches(model(e), e->tells_fetches);
    rm_reset(model(e), preset, pages);
    me(e)->attrs = preset->attrs;
    me(e)->base = preset->base;
    me(e)->reactions.n = 0;
    me(e)->changes++;
    me(e)->thread = RM_THREADS;
    memset(me(e)->last, 0, sizeof(me(e)->last));
    memset(me(e)->queue, 0, sizeof(me(e)->queue));
}

static RmAccess access_of(const ModelEngine *e, const Op *op)
{
    RmAccess a = {
        .kind = op_table[op->kind].access, .type = op_type(op),
        .cpu = op->cpu, .mmu_idx = op->idx, .va = op->va,
        .size = op_is_access(op) ? 1u << op->lg_size : op->len,
        .big_endian = op->big_endian,
        .align = op->align, .tlb_only = op->tlb_only, .rmw = op->rmw,
        .probe = op->probe,
        .value = op->val, .value_hi = op->val_hi,
        .exclusive = op->via == VIA_EXCLUSIVE,
        .runs = op->runs, .stores = op_over(op),
        .again = op_inside(op) || op->via == VIA_TOGETHER,
    };

    if (op->via) {
        a.place = op_place(op);
        a.n_before = 1 + op_inside(op);
        a.n_behind = op_inside(op);
    }

    if (a.kind == RM_VADDR_TO_HOST ||
        (a.kind == RM_PROBE && a.probe == RM_PROBE_FULL_MMU)) {
        a.nonfault = true;
    } else if (a.probe != RM_PROBE_ACCESS) {
        a.nonfault = op->nonfault;
    }
    if (a.kind == RM_COMPARE_EXCHANGE) {
        op_compare(op, e->last[e->thread].value, e->last[e->thread].hi,
                   &a.cmp, &a.cmp_hi);
    }
    return a;
}

static void apply_access(ModelEngine *e, const Op *op, const RmSeen *seen,
                         RmResult *r)
{
    RmAccess a = access_of(e, op);

    rm_access(e->model, &a, seen, r);
    if (op_is_access(op) && op_is(op, OPF_VALUE) &&
        (r->status == RM_DONE || r->stopped_after)) {
        e->last[e->thread].value = r->value;
        e->last[e->thread].hi = r->value_hi;
    }
}

/* Operations that are not accesses must ask nobody; they may use registers. */
static void expect_silence(const RmSeen *seen, RmResult *r)
{
    for (unsigned i = 0; seen && i < rm_log_len(seen->log); i++) {
        if (seen->log->ev[i].kind == RM_EV_FILL ||
            (seen->log->ev[i].kind == RM_EV_TRANSLATE &&
             !seen->log->ev[i].by_dma)) {
            r->violation.clause = RM_C2_DEFERRAL;
            strcpy(r->violation.text,
                   "an operation that accesses nothing asked for something");
            return;
        }
    }
}

/* It waits until the CPU has drained() its queue. */
static void queue(ModelEngine *e, unsigned cpu, const Op *op)
{
    Queue *q = &e->queue[cpu];

    if (q->n == sizeof(q->of) / sizeof(*q->of)) {
        abort();
    }
    q->of[q->n].op = op;
    q->of[q->n++].since = e->end;
}

static void flush_cpu(RmModel *m, unsigned cpu, const Op *op)
{
    switch (op->kind) {
    case OP_FLUSH:
        rm_flush(m, cpu, -1);
        break;
    case OP_FLUSH_PAGE:
        rm_flush_range(m, cpu, op->va, 1, -1, 64);
        break;
    case OP_FLUSH_MMUIDX:
        rm_flush(m, cpu, op->idxmap);
        break;
    case OP_FLUSH_PAGE_MMUIDX:
        rm_flush_range(m, cpu, op->va, 1, op->idxmap, 64);
        break;
    case OP_FLUSH_PAGE_BITS:
        rm_flush_range(m, cpu, op->va, 1, op->idxmap, op_bits(op));
        break;
    case OP_FLUSH_RANGE:
        rm_flush_range(m, cpu, op->va, op_pages(op), op->idxmap,
                       op_bits(op));
        break;
    default:
        abort();
    }
}

static void apply_flush(ModelEngine *e, const Op *op)
{
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        if (!op->synced && cpu != op->cpu) {
            continue;
        }
        if (op->synced && e->thread < RM_THREADS) {
            queue(e, cpu, op);
        } else {
            flush_cpu(e->model, cpu, op);
        }
    }
}

static void apply_iommu(ModelEngine *e, const Op *op)
{
    const RmAnswer answer = {
        .perm = op->perm, .region = op->region, .offset = op->offset,
        .lg_mask = op_lg_mask(op),
    };

    if (e->thread < RM_THREADS) {
        rm_program_answer(e->model, op->mmu, op->index, op->page,
                          op_directions(op), &answer, &e->result->log);
    } else {
        rm_set_answer(e->model, op->mmu, op->index, op->page,
                      op_directions(op), &answer, &e->result->log);
    }
}

/* pt-clear has neither address nor prot: no access is possible. */
static RmPte pte_of(const Op *op)
{
    return (RmPte) {
        .pa = op->pa, .prot = op->prot, .attrs = op->attrs,
        .lg_size = op_lg_page(op), .flags = op->flags,
    };
}

static void apply_map(RmModel *m, const Op *op)
{
    switch ((OpMapState)op->on) {
    case MAP_OFF:
    case MAP_ON:
        rm_map_enable(m, op->map, op->on == MAP_ON);
        break;
    case MAP_REMOVE:
    case MAP_ADD:
        rm_map_add(m, op->map, op->on == MAP_ADD);
        break;
    }
}

static bool use_register(ModelEngine *e, const Op *op,
                         const RmRegisterWrite *at, unsigned attrs,
                         bool is_write, uint64_t *value)
{
    return rm_register(e->model, op->checker, at->offset, at->size, attrs,
                       is_write, value, &e->result->log) == RM_TX_OK;
}

static void read_register(ModelEngine *e, const Op *op)
{
    RmRegisterWrite at = { op->reg, 1u << op->lg_size };
    uint64_t value = 0;

    if (!use_register(e, op, &at, op->attrs, false, &value)) {
        e->result->status = RM_TX_FAILED;
    }
    e->result->value = value;
}

/* Returns false if a write failed. */
static bool program(ModelEngine *e, const Op *op, unsigned attrs)
{
    RmRegisterWrite writes[RM_REGISTER_WRITES];
    unsigned n = target_writes(op, e->base, writes);
    bool ok = true;

    for (unsigned i = 0; i < n; i++) {
        uint64_t value = 0;

        if (writes[i].keep) {
            use_register(e, op, &writes[i], attrs, false, &value);
        }
        value = (value & writes[i].keep) | writes[i].value;
        ok &= use_register(e, op, &writes[i], attrs, true, &value);
    }
    return ok;
}

static RmDma dma_of(const Op *op, bool nested)
{
    return (RmDma) {
        .pa = op->pa, .size = op_dma_size(op, nested), .attrs = op->attrs,
        .is_write = op->dir == DIR_WRITE, .value = op->data,
    };
}

static void apply_dma(ModelEngine *e, const Op *op, const RmSeen *seen)
{
    RmDma d = dma_of(op, e->nested);

    rm_dma(e->model, &d, seen, e->result);
}

/*
 * Carry out @op; run() in harness/qemu/engine.c is the same of the other
 * side.  Neither has a default: a kind that is forgotten does not compile.
 */
static void apply(ModelEngine *e, const Op *op, const RmSeen *seen)
{
    RmModel *m = e->model;
    unsigned page = op->offset / RM_PAGE_SIZE;
    RmPte pte;

    switch ((OpKind)op->kind) {
    case OP_LOAD:
    case OP_STORE:
    case OP_FETCH:
    case OP_RMW:
    case OP_CMPXCHG:
    case OP_PROBE:
    case OP_VADDR_TO_HOST:
    case OP_CODE_PAGE:
    case OP_BLOCK:
        apply_access(e, op, seen, e->result);
        break;
    case OP_PT:
    case OP_PT_CLEAR:
        pte = pte_of(op);
        rm_set_pte(m, op->idx, op->va, &pte);
        break;
    case OP_IOMMU:
        apply_iommu(e, op);
        break;
    case OP_FLUSH:
    case OP_FLUSH_PAGE:
    case OP_FLUSH_MMUIDX:
    case OP_FLUSH_PAGE_MMUIDX:
    case OP_FLUSH_PAGE_BITS:
    case OP_FLUSH_RANGE:
        apply_flush(e, op);
        break;
    case OP_CLEAR_DIRTY:
        rm_clear_dirty(m, op->client, op->region, op->offset, op_range(op));
        rm_log_clear(m, seen, op->region, op->offset, op_range(op), e->result);
        break;
    case OP_DIRTY_SNAPSHOT:
        e->result->value = rm_dirty_snapshot(m, op->client, op->region,
                                             op->offset, op_range(op), seen);
        rm_log_clear(m, seen, op->region, op->offset, op_range(op), e->result);
        break;
    case OP_LOG:
        rm_set_log(m, op->client, op->region, op->on);
        break;
    case OP_ALSO_LOG:
        rm_also_log(m, op->logger, op->region, op->on);
        break;
    case OP_RUN_STATE:
        rm_run_state(m, op->on);
        break;
    case OP_PROTECT:
        rm_protect_code(m, op->region, page, true);
        break;
    case OP_UNPROTECT:
        rm_protect_code(m, op->region, page, false);
        break;
    case OP_WATCH:
        if (op->after) {
            rm_watch_after(m, op->cpu, op->va, op_watch_len(op),
                           op_watched(op));
        } else {
            rm_watch(m, op->cpu, op->va, op_watch_len(op), op_watched(op));
        }
        break;
    case OP_UNWATCH:
        rm_unwatch(m, op->cpu, op->va);
        break;
    case OP_BREAKPOINT:
        rm_breakpoint(m, op->cpu, op_place(op), op->breaker, op->on);
        break;
    case OP_MAP:
        apply_map(m, op);
        break;
    case OP_MAP_MOVE:
        rm_map_move(m, op->map, op->pa);
        break;
    case OP_MAP_OFFSET:
        rm_map_offset(m, op->map, op->offset);
        break;
    case OP_MAP_READONLY:
        rm_map_readonly(m, op->map, op->on);
        break;
    case OP_ROMD:
        rm_romd_mode(m, op->on);
        break;
    case OP_DEVICE:
        rm_set_response(m, op_device(op), op_directions(op), op->response);
        break;
    case OP_DMA:
        apply_dma(e, op, seen);
        break;
    case OP_DEVICE_AS: {
        RmDevice device = op_as_device(op);

        rm_set_device(m, op_device(op), &device);
        break;
    }
    case OP_CROWD:
        rm_crowd(m, op->cpu, op->idx, op_crowd(op));
        break;
    case OP_CPU_RESET:
        rm_flush(m, op->cpu, -1);
        break;
    case OP_CPU_REPLACE:
        rm_replace_cpu(m, RM_CPUS - 1);
        break;
    case OP_SAVE_LOAD:
        rm_save_load(m);
        break;
    case OP_QUEUED_WORK:
        rm_queued_work(m, op->on);
        break;
    case OP_CODE_FLUSH:
        rm_flush_code(m);
        break;
    case OP_GRACE_PERIOD:
        rm_grace_period(m);
        break;
    case OP_CLOCK:      /* nothing that the contract speaks of */
        break;
    case OP_REG_READ:
        read_register(e, op);
        break;
    case OP_REG_WRITE:
        if (!program(e, op, op->attrs)) {
            e->result->status = RM_TX_FAILED;
        }
        break;
    case OP_RESET:
        rm_checker_reset(m, op->checker);
        break;
    case OP_SLOT:
    case OP_ENTRY:
    case OP_MDCFG:
    case OP_SRCMD:
    case OP_LUT:
    case OP_LUT_BLOCK:
    case OP_CTRL:
    case OP_INT:
        program(e, op, e->attrs);
        break;
    case OP_REACT:      /* come through EngineOps.react */
    case OP_REACT_FILL:
    case OP_REACT_TRANSLATE:
    case OP_THREAD:     /* nothing that an engine does by itself */
    case OP_JOIN:
    case OP_SWITCH:
        abort();
    }
}

static void react(ModelEngine *e, const Op *op)
{
    RmResult *r = e->result;
    uint64_t value = r->value, hi = r->value_hi;
    RmStatus status = r->status;

    /*
     * What an access ends with is not for a reaction to say; and of two
     * snapshots in one access, nobody tells what the first has cleared.
     */
    e->nested++;
    apply(e, op, e->seen);
    e->nested--;
    r->value = value;
    r->value_hi = hi;
    r->status = status;
    e->reacted = true;
    e->changes += op_is(op, OPF_DMA);
}

static void device_hook(void *opaque, RmRegion region, bool is_write)
{
    ModelEngine *e = opaque;
    Op op;

    if (reactions_take(&e->reactions, region, is_write, &op)) {
        react(e, &op);
    }
}

static bool translate_hook(void *opaque, RmRegion iommu, bool is_write)
{
    ModelEngine *e = opaque;
    Op op;

    if (!reactions_take_translate(&e->reactions, iommu - RM_IOMMU0, is_write,
                                  &op)) {
        return false;
    }
    react(e, &op);
    return true;
}

static void fill_hook(void *opaque)
{
    ModelEngine *e = opaque;
    Op op;

    if (reactions_take_fill(&e->reactions, &op)) {
        react(e, &op);
    }
}

/* Of bits that are cleared it is enough that who listens is told. */
static void note_told(const RmSeen *seen, RmResult *r)
{
    for (unsigned i = 0; seen && i < rm_log_len(seen->log); i++) {
        if (seen->log->ev[i].kind == RM_EV_LOG_CLEAR) {
            rm_log(&r->log, &seen->log->ev[i]);
        }
    }
}

/* C23: is the slow path the only way for @op, which generated code does? */
static bool must_be_slow(Engine *e, const Op *op)
{
    const RmAccess a = access_of(me(e), op);
    unsigned align = a.tlb_only ? 1 : rm_alignment(&a);
    RmEntry entry;

    rm_entry(model(e), op->cpu, op->idx, op->va, &entry);
    if (rm_stops_before(model(e), &a)) {
        return false;
    }
    return !entry.present || !entry.type[op_type(op)].fast ||
           op->va & (align - 1) ||
           (op->va & ~RM_PAGE_MASK) + a.size > RM_PAGE_SIZE;
}

static void model_apply(Engine *e, const Op *op, const RmSeen *seen,
                        EngineResult *result)
{
    RmResult *r = &result->r;

    /* as a subject, it has no other path than the slow one */
    result->hits = false;
    result->entered = true;
    result->slow = op->via && must_be_slow(e, op);
    me(e)->reacted = false;
    me(e)->result = r;
    me(e)->seen = seen;
    if (!op_asks(op)) {
        rm_result_init(r);
        expect_silence(seen, r);
        me(e)->changes += op_is(op, OPF_DMA);
    }
    rm_set_translate_hook(
        model(e), !reactions_count(&me(e)->reactions, OP_REACT_TRANSLATE) ?
                  NULL : translate_hook, e);
    apply(me(e), op, seen);
    rm_log_code(model(e), seen, r);
    note_told(seen, r);
    rm_log_all(model(e), seen, r);
    /* only where CPUs are threads is one told later than an IOMMU changes */
    r->may_conflict &= me(e)->thread < RM_THREADS;
    result->reacted = me(e)->reacted;
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        result->touched[i] = rm_touched(model(e), i);
        /* guests can program checkers */
        me(e)->changes += result->touched[i] == RM_TOUCHED_DECISIONS;
    }
    result->changes = me(e)->changes;
}

/* --- What threads do at once ---------------------------------------------- */

static void told_cpu(ModelEngine *e, unsigned cpu, const Op *op)
{
    if (op->kind == OP_IOMMU) {
        rm_told(e->model, cpu, op->mmu, op->index, op->page);
    } else {
        flush_cpu(e->model, cpu, op);
    }
}

static void model_told(Engine *e, const Op *op)
{
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        if (cpu == me(e)->thread) {
            told_cpu(me(e), cpu, op);
        } else {
            queue(me(e), cpu, op);
        }
    }
}

/* @cpu does what was queued for it until @time. */
static void do_queued(ModelEngine *e, unsigned cpu, unsigned time)
{
    Queue *q = &e->queue[cpu];
    unsigned n = q->n;

    q->n = 0;
    for (unsigned i = 0; i < n; i++) {
        if (q->of[i].since < time) {
            told_cpu(e, cpu, q->of[i].op);
        } else {
            q->of[q->n++] = q->of[i];
        }
    }
}

static void model_as_thread(Engine *e, unsigned thread, unsigned begin,
                            unsigned end)
{
    if (me(e)->thread == RM_THREADS) {
        memset(me(e)->last, 0, RM_THREADS * sizeof(me(e)->last[0]));
        memset(me(e)->queue, 0, sizeof(me(e)->queue));
    }
    me(e)->thread = thread;
    me(e)->end = end;
    if (thread < RM_CPUS) {
        /* a CPU looks for work before it begins anything */
        do_queued(me(e), thread, begin);
    }
}

static void model_drained(Engine *e, unsigned cpu)
{
    do_queued(me(e), cpu, UINT_MAX);
}

static void model_save(Engine *e, unsigned depth)
{
    ModelEngine *m = me(e), *saved;
    RmModel *room;

    if (depth >= m->n_saved) {
        m->saved = realloc(m->saved, (depth + 1) * sizeof(*m->saved));
        while (m->n_saved <= depth) {
            m->saved[m->n_saved++].model = rm_new();
        }
    }
    saved = &m->saved[depth];
    room = saved->model;
    rm_copy(room, m->model);
    *saved = *m;
    saved->model = room;
}

static void model_restore(Engine *e, unsigned depth)
{
    ModelEngine *m = me(e), old = *m;

    *m = m->saved[depth];
    rm_copy(old.model, m->model);
    m->model = old.model;
    m->saved = old.saved;
    m->n_saved = old.n_saved;
}

static void model_set_dirty(Engine *e, const RmDirty *dirty)
{
    rm_set_dirty(model(e), dirty);
}

static void model_react(Engine *e, const Op *trigger, const Op *reaction)
{
    reactions_add(&me(e)->reactions, trigger, reaction);
}

/*
 * Does @a end with what its first fill gives?  What the second one of an access
 * that crosses pages, or is a read-modify-write, does to the first one is not
 * for the contract to say, nor whether one that is not aligned gets that far.
 */
static bool filled_once(const RmAccess *a)
{
    unsigned size = a->size ? a->size : 1, align = 1;

    if (a->kind == RM_BLOCK) {
        size = 4;
    } else {
        align = rm_alignment(a);
    }
    if (a->kind == RM_READ_MODIFY_WRITE || a->kind == RM_COMPARE_EXCHANGE) {
        return false;
    }
    return !(a->va & (align - 1)) &&
           (a->va & ~RM_PAGE_MASK) + size <= RM_PAGE_SIZE;
}

/*
 * Of an IOMMU that is asked: it makes no CPU access anything, and what it does
 * in the middle of two questions, or to an access that one answer is enough
 * for and then is not, the contract does not say.  So where the access begins
 * @anew, and may ask again, by the view of the memory map that there is then.
 */
static bool covered_of_iommu(const Op *op, bool anew)
{
    return op->kind != OP_CROWD && !(anew && op_is(op, OPF_MAP)) &&
           (op->kind != OP_IOMMU ||
            (op->region != RM_IOMMU0 &&
             !(op->mask && op_lg_mask(op) < RM_PAGE_BITS)));
}

/*
 * Of a page walk: what it sets and maps can lead to a page that an IOMMU shares
 * with something else.  A checker that is programmed on the way can end in a
 * state that its specification leaves open.
 */
static bool covered_of_fill(const ModelEngine *e, const Op *op,
                            const RmAccess *a)
{
    const RmChecker *c = rm_checker(e->model, 0);
    RmPte pte;

    switch (op->kind) {
    case OP_PT:
        pte = pte_of(op);
        return rm_covered_with_pte(e->model, a, op->idx, op->va, &pte);
    case OP_MAP:
    case OP_MAP_MOVE:
    case OP_MAP_OFFSET:
        return rm_covered_with_map(e->model, a, op->map, op->pa);
    case OP_MDCFG:
    case OP_REG_WRITE:
        return !c || !c->ops->undefined;
    default:
        return true;
    }
}

/*
 * Behind a store to a device that has done this, a block goes on as it would
 * without, but for what it consists of.
 */
static bool changes_code_only(const Op *op)
{
    return op->kind == OP_CODE_FLUSH ||
           (op->kind == OP_DMA && op->dir == DIR_WRITE);
}

/* Is there one that waits, besides @i, and that may change where DMA goes? */
static bool leads_elsewhere(const Reactions *r, unsigned i)
{
    for (unsigned j = 0; j < r->n; j++) {
        if (j != i && op_is(&r->waiting[j].op, OPF_DMA)) {
            return true;
        }
    }
    return false;
}

/*
 * Does the contract say what comes of DMA that waits?  It is asked before
 * anything happens: what others may change before it is too much to foresee
 * where it goes on in another page, or a checker may be in the way.
 */
static bool dma_reactions_covered(const ModelEngine *e)
{
    const Reactions *r = &e->reactions;

    for (unsigned i = 0; i < r->n; i++) {
        const Op *op = &r->waiting[i].op;
        RmDma d = dma_of(op, true);

        if (op->kind == OP_DMA &&
            (!rm_dma_covered(e->model, &d) ||
             (((d.pa ^ (d.pa + d.size - 1)) & RM_PAGE_MASK ||
               rm_checker(e->model, 0)) && leads_elsewhere(r, i)))) {
            return false;
        }
    }
    return true;
}

/*
 * Does the contract say what @a comes to, if what waits for it happens?  Not if
 * it begins anew, and something happens each time that a page is filled or an
 * IOMMU is asked: what has made it begin anew is between the two.
 */
static bool reactions_covered(ModelEngine *e, const RmAccess *a)
{
    const Reactions *r = &e->reactions;
    unsigned of_iommus = reactions_count(r, OP_REACT_TRANSLATE);
    unsigned of_fills = reactions_count(r, OP_REACT_FILL);
    bool anew = rm_begins_anew(e->model, a);

    if (!dma_reactions_covered(e)) {
        return false;
    }
    for (unsigned i = 0; i < r->n; i++) {
        const Op *op = &r->waiting[i].op;
        unsigned trigger = r->waiting[i].trigger.kind;

        if (a->stores && (trigger != OP_REACT || !changes_code_only(op))) {
            return false;
        }
        if ((trigger == OP_REACT_FILL && !covered_of_fill(e, op, a)) ||
            (trigger == OP_REACT_TRANSLATE && !covered_of_iommu(op, anew))) {
            return false;
        }
    }
    if (anew && of_iommus + of_fills > 1) {
        return false;
    }
    /* who is to run it finds that there is work, and leaves */
    if (a->runs && of_iommus + of_fills) {
        return false;
    }
    /* a tree that asks while it fills has the page tables' answer by then */
    if (of_iommus && (e->engine.eager || rm_is_nested(e->model))) {
        return false;
    }
    return !(of_iommus + of_fills) || filled_once(a);
}

/*
 * Of what happens while queued work waits, the contract speaks of accesses that
 * were under way, of changes of the memory map, and of flushes by the CPU
 * itself: generated code that is to be run finds that there is work, and leaves.
 */
static bool covered_meanwhile(Engine *e, const Op *op)
{
    RmAccess a;

    if (!op_is(op, OPF_MEANWHILE) || op->synced ||
        (op->via && op->via != VIA_EXCLUSIVE)) {
        return false;
    }
    /* DMA may reach a device that does what the others may not */
    if (me(e)->reactions.n && (op_asks(op) || op->kind == OP_DMA)) {
        return false;
    }
    if (!op_asks(op)) {
        return true;
    }
    a = access_of(me(e), op);
    return rm_covered_meanwhile(model(e), &a);
}

static bool model_covered(Engine *e, const Op *op)
{
    RmAccess a;

    if (rm_work_waits(model(e)) && !covered_meanwhile(e, op)) {
        return false;
    }

    if (op->kind == OP_UNPROTECT) {
        return !rm_has_code(model(e), op->region, op->offset / RM_PAGE_SIZE);
    }
    if (op->kind == OP_DMA) {
        RmDma d = dma_of(op, false);

        return rm_dma_covered(model(e), &d) && dma_reactions_covered(me(e));
    }
    if (!op_asks(op)) {
        return true;
    }
    a = access_of(me(e), op);
    /* what the load has others do, the store would have to be asked of */
    if (rm_in_two(&a) && me(e)->reactions.n) {
        return false;
    }
    return reactions_covered(me(e), &a) && rm_covered(model(e), &a);
}

static unsigned model_limits_met(Engine *e, const Op *op)
{
    RmAccess a;

    if (!op_asks(op)) {
        return 0;
    }
    a = access_of(me(e), op);
    return rm_limits_met(model(e), &a);
}

static const uint8_t *model_host(Engine *e, RmRegion region)
{
    return rm_host(model(e), region);
}

static void model_dirty(Engine *e, RmDirty *dirty)
{
    *dirty = *rm_dirty(model(e));
}

static void model_entry(Engine *e, unsigned cpu, unsigned mmu_idx,
                        uint32_t va, RmEntry *out)
{
    rm_entry(model(e), cpu, mmu_idx, va, out);
}

static void model_decide(Engine *e, unsigned number, unsigned index,
                         uint32_t addr, bool is_write, RmDecision *out)
{
    const RmChecker *c = rm_checker(model(e), number);

    *out = c->ops->decide(c, index, addr, is_write);
}

static bool model_undefined(Engine *e, unsigned number, unsigned index,
                            uint32_t addr, bool is_write)
{
    return rm_undefined(model(e), number, index, addr,
                        is_write ? RM_STORE : RM_LOAD);
}

static RmResponse model_peek(Engine *e, unsigned number, unsigned offset,
                             unsigned size, unsigned attrs, uint64_t *value)
{
    return rm_peek(model(e), number, offset, size, attrs, value);
}

static bool model_irq(Engine *e, unsigned number)
{
    const RmChecker *c = rm_checker(model(e), number);

    return c->ops->irq(c);
}

static void model_listen(Engine *e,
                         void (*hook)(void *opaque, const RmHeard *heard),
                         void *opaque)
{
    rm_set_checker_hook(model(e), hook, opaque);
}

static unsigned model_settings(Engine *e, unsigned number,
                               RmSetting out[RM_SETTINGS])
{
    const RmChecker *c = rm_checker(model(e), number);

    return c->ops->settings ? c->ops->settings(c, out) : 0;
}

static unsigned model_index(Engine *e, unsigned number, unsigned attrs)
{
    const RmChecker *c = rm_checker(model(e), number);

    return c->ops->index(c, attrs);
}

static uint64_t model_entry_version(Engine *e, unsigned cpu,
                                    unsigned mmu_idx, uint32_t va)
{
    return rm_entry_version(model(e), cpu, mmu_idx, va);
}

static uint64_t model_version(Engine *e)
{
    return rm_version(model(e));
}

static void model_way(Engine *e, unsigned mmu_idx, uint32_t va,
                      RmAccessType type, RmWay *out)
{
    rm_way(model(e), mmu_idx, va, type, out);
}

static void model_poke(Engine *e, unsigned number, unsigned offset,
                       unsigned size, unsigned attrs, uint64_t value)
{
    const RmChecker *c = rm_checker(model(e), number);

    c->ops->access((RmChecker *)c, offset, size, attrs, true, &value);
}

/* The registers of one checker of a subject. */
typedef struct Registers {
    Engine *subject;
    unsigned number, attrs;
} Registers;

static uint64_t read_subject(void *opaque, uint32_t offset, unsigned size)
{
    const Registers *r = opaque;
    uint64_t value = 0;

    r->subject->ops->peek(r->subject, r->number, offset, size, r->attrs,
                          &value);
    return value;
}

static void write_subject(void *opaque, uint32_t offset, unsigned size,
                          uint64_t value)
{
    const Registers *r = opaque;

    r->subject->ops->poke(r->subject, r->number, offset, size, r->attrs,
                          value);
}

static bool read_behind(void *opaque, uint32_t addr, unsigned size,
                        uint64_t *value)
{
    const Registers *r = opaque;

    return r->subject->ops->read_behind(r->subject, r->number, addr, size,
                                        r->attrs, value);
}

static bool was_told(void *opaque, const char *setting)
{
    const Registers *r = opaque;

    return r->subject->ops->was_told(r->subject, r->number, setting);
}

static bool model_learn(Engine *e, Engine *subject, const RmPreset *preset)
{
    const RmChecker *c = rm_checker(model(e), 0);
    RmPreset bare = *preset;
    bool any = false;

    if (!c || !c->ops->learn || c->ops->knows(c, preset->variant)) {
        return false;
    }
    bare.n_writes = 0;
    subject->ops->reset(subject, &bare, NULL);
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        Registers of = { subject, i, me(e)->attrs };

        any |= rm_checker_learn(model(e), i, &(RmRegisters) {
            read_subject, write_subject, read_behind, was_told, &of,
        });
    }
    return any;
}

static bool model_accept(Engine *e, unsigned number, unsigned offset,
                         uint64_t value)
{
    return rm_accept(model(e), number, offset, value);
}

static void model_fingerprint(Engine *e, bool last,
                              const uint8_t pages[RM_RAMS], RmFingerprint *f)
{
    const Reactions *r = &me(e)->reactions;

    rm_fingerprint(model(e), pages, f);
    fingerprint_bytes(f, r->waiting, r->n * sizeof(r->waiting[0]));
    if (last) {
        fingerprint_add(f, me(e)->last[RM_THREADS].value);
        fingerprint_add(f, me(e)->last[RM_THREADS].hi);
    }
}

static const uint64_t *model_decided(Engine *e)
{
    return rm_decided(model(e));
}

RmModel *engine_model_rm(Engine *e)
{
    return model(e);
}

static void model_free(Engine *e)
{
    for (unsigned i = 0; i < me(e)->n_saved; i++) {
        rm_free(me(e)->saved[i].model);
    }
    free(me(e)->saved);
    rm_free(model(e));
    free(e);
}

static const EngineOps model_ops = {
    .name = "model",
    .reset = model_reset,
    .apply = model_apply,
    .react = model_react,
    .as_thread = model_as_thread,
    .told = model_told,
    .drained = model_drained,
    .save = model_save,
    .restore = model_restore,
    .set_dirty = model_set_dirty,
    .covered = model_covered,
    .limits_met = model_limits_met,
    .host = model_host,
    .dirty = model_dirty,
    .entry = model_entry,
    .decide = model_decide,
    .undefined = model_undefined,
    .peek = model_peek,
    .accept = model_accept,
    .poke = model_poke,
    .learn = model_learn,
    .irq = model_irq,
    .listen = model_listen,
    .settings = model_settings,
    .index = model_index,
    .entry_version = model_entry_version,
    .version = model_version,
    .way = model_way,
    .fingerprint = model_fingerprint,
    .decided = model_decided,
    .free = model_free,
};

Engine *engine_model(void)
{
    ModelEngine *e = calloc(1, sizeof(*e));

    e->engine.ops = &model_ops;
    e->model = rm_new();
    rm_set_device_hook(e->model, device_hook, e);
    rm_set_fill_hook(e->model, fill_hook, e);
    return &e->engine;
}
