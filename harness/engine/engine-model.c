/*
 * The reference model as an engine: operations turned into its calls.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "engine-model.h"
#include "reaction.h"
#include "harness/scenario/target.h"

typedef struct ModelEngine {
    Engine engine;
    RmModel *model;
    Reactions reactions;
    uint64_t last, last_hi;     /* what was loaded last */
    bool reacted;               /* a device did, in this operation */
    uint64_t changes;           /* as in EngineResult */
    uint8_t attrs;              /* with which checkers are programmed */
    RmResult *result;           /* of the operation under way */
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
    rm_reset(model(e), preset, pages);
    me(e)->attrs = preset->attrs;
    me(e)->reactions.n = 0;
    me(e)->changes++;
    me(e)->last = me(e)->last_hi = 0;
}

static RmAccess access_of(const ModelEngine *e, const Op *op)
{
    static const uint8_t kinds[] = {
        [OP_LOAD] = RM_PLAIN, [OP_STORE] = RM_PLAIN, [OP_FETCH] = RM_PLAIN,
        [OP_RMW] = RM_READ_MODIFY_WRITE, [OP_CMPXCHG] = RM_COMPARE_EXCHANGE,
        [OP_PROBE] = RM_PROBE, [OP_VADDR_TO_HOST] = RM_VADDR_TO_HOST,
        [OP_CODE_PAGE] = RM_CODE_PAGE, [OP_BLOCK] = RM_BLOCK,
    };
    RmAccess a = {
        .kind = kinds[op->kind],
        .cpu = op->cpu, .mmu_idx = op->idx, .va = op->va,
        .size = op_is_access(op) ? 1u << op->lg_size : op->len,
        .big_endian = op->big_endian,
        .align = op->align, .tlb_only = op->tlb_only, .rmw = op->rmw,
        .probe = op->probe,
        .nonfault = op->kind == OP_VADDR_TO_HOST ||
                    (op->kind == OP_PROBE &&
                     (op->probe == RM_PROBE_FULL_MMU ||
                      (op->nonfault && op->probe != RM_PROBE_ACCESS))),
        .value = op->val, .value_hi = op->val_hi,
    };

    switch (op->kind) {
    case OP_STORE:
        a.type = RM_STORE;
        break;
    case OP_FETCH:
    case OP_CODE_PAGE:
    case OP_BLOCK:
        a.type = RM_FETCH;
        break;
    case OP_PROBE:
    case OP_VADDR_TO_HOST:
        a.type = op->type;
        break;
    case OP_CMPXCHG:
        op_compare(op, e->last, e->last_hi, &a.cmp, &a.cmp_hi);
        break;
    }
    return a;
}

static void apply_access(ModelEngine *e, const Op *op, const RmSeen *seen,
                         RmResult *r)
{
    RmAccess a = access_of(e, op);

    rm_access(e->model, &a, seen, r);
    if (op_is_access(op) && op->kind != OP_STORE && r->status == RM_DONE) {
        e->last = r->value;
        e->last_hi = r->value_hi;
    }
}

/* Operations that are not accesses must ask nobody; they may use registers. */
static void expect_silence(const RmSeen *seen, RmResult *r)
{
    for (unsigned i = 0; seen && i < rm_log_len(seen->log); i++) {
        if (seen->log->ev[i].kind == RM_EV_FILL ||
            seen->log->ev[i].kind == RM_EV_TRANSLATE) {
            r->violation.clause = RM_C2_DEFERRAL;
            strcpy(r->violation.text,
                   "an operation that accesses nothing asked for something");
            return;
        }
    }
}

static void apply_flush(RmModel *m, const Op *op, unsigned cpu)
{
    switch (op->kind) {
    case OP_FLUSH:
        rm_flush(m, cpu, -1);
        break;
    case OP_FLUSH_MMUIDX:
        rm_flush(m, cpu, op->idxmap);
        break;
    case OP_FLUSH_PAGE:
        rm_flush_range(m, cpu, op->va, 1, -1, 64);
        break;
    case OP_FLUSH_PAGE_MMUIDX:
        rm_flush_range(m, cpu, op->va, 1, op->idxmap, 64);
        break;
    case OP_FLUSH_PAGE_BITS:
        rm_flush_range(m, cpu, op->va, 1, op->idxmap, op_bits(op));
        break;
    default:
        rm_flush_range(m, cpu, op->va, op->pages + 1, op->idxmap,
                       op_bits(op));
    }
}

static void apply_map(RmModel *m, const Op *op)
{
    switch (op->kind) {
    case OP_MAP:
        if (op->on == MAP_ON || op->on == MAP_OFF) {
            rm_map_enable(m, op->map, op->on == MAP_ON);
        } else {
            rm_map_add(m, op->map, op->on == MAP_ADD);
        }
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
    default:
        rm_romd_mode(m, op->on);
    }
}

static void apply_registers(ModelEngine *e, const Op *op)
{
    bool shorthand = op->kind != OP_REG_READ && op->kind != OP_REG_WRITE;
    unsigned attrs = shorthand ? e->attrs : op->attrs;
    RmRegisterWrite writes[RM_REGISTER_WRITES];
    unsigned n = target_writes(op, writes);
    uint64_t value = 0;

    if (op->kind == OP_REG_READ) {
        if (rm_register(e->model, op->checker, op->reg, 1u << op->lg_size,
                        op->attrs, false, &value, &e->result->log)) {
            e->result->status = RM_TX_FAILED;
        }
        e->result->value = value;
    }
    if (op->kind == OP_RESET) {
        rm_checker_reset(e->model, op->checker);
    }
    for (unsigned i = 0; i < n; i++) {
        value = 0;
        if (writes[i].keep) {
            rm_register(e->model, op->checker, writes[i].offset,
                        writes[i].size, attrs, false, &value,
                        &e->result->log);
        }
        value = (value & writes[i].keep) | writes[i].value;
        if (rm_register(e->model, op->checker, writes[i].offset,
                        writes[i].size, attrs, true, &value,
                        &e->result->log) && !shorthand) {
            e->result->status = RM_TX_FAILED;
        }
    }
}

static void apply_other(ModelEngine *e, const Op *op)
{
    RmModel *m = e->model;
    unsigned page = op->offset / RM_PAGE_SIZE;

    switch (op->kind) {
    case OP_PT:
    case OP_PT_CLEAR:
        /* pt-clear has neither address nor prot: no access is possible */
        rm_set_pte(m, op->idx, op->va, &(RmPte) {
            .pa = op->pa, .prot = op->prot, .attrs = op->attrs,
            .lg_size = op_lg_page(op), .flags = op->flags,
        });
        break;
    case OP_IOMMU:
        rm_set_answer(m, op->mmu, op->index, op->page, op->dir + 1,
                      &(RmAnswer) {
            .perm = op->perm, .region = op->region, .offset = op->offset,
            .lg_mask = op_lg_mask(op),
        });
        break;
    case OP_FLUSH ... OP_FLUSH_RANGE:
        for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
            if (op->synced || cpu == op->cpu) {
                apply_flush(m, op, cpu);
            }
        }
        break;
    case OP_CLEAR_DIRTY:
        rm_clear_dirty(m, op->client, op->region, page, op->pages + 1);
        break;
    case OP_LOG:
        rm_set_log(m, op->client, op->region, op->on);
        break;
    case OP_PROTECT:
    case OP_UNPROTECT:
        rm_protect_code(m, op->region, page, op->kind == OP_PROTECT);
        break;
    case OP_WATCH:
        rm_watch(m, op->cpu, op->va, op->len + 1, op->watch + 1);
        break;
    case OP_UNWATCH:
        rm_unwatch(m, op->cpu, op->va);
        break;
    case OP_MAP ... OP_ROMD:
        apply_map(m, op);
        break;
    case OP_DEVICE:
        rm_set_response(m, op_device(op), op->dir + 1, op->response);
        break;
    case OP_CROWD:
        rm_crowd(m, op->cpu, op->idx, op_crowd(op));
        break;
    case OP_CLOCK:
    case OP_REACT:
        break;
    case OP_REG_READ ... OP_KINDS - 1:
        apply_registers(e, op);
        break;
    default:
        abort();
    }
}

/* Can the same DMA have another result after @op? */
static bool changes_dma(const Op *op)
{
    return op->kind == OP_IOMMU || op->kind == OP_DEVICE ||
           op->kind >= OP_REG_READ ||
           (op->kind >= OP_MAP && op->kind <= OP_ROMD);
}

static void device_hook(void *opaque, RmRegion region, bool is_write)
{
    ModelEngine *e = opaque;
    Op op;

    if (reactions_take(&e->reactions, region, is_write, &op)) {
        apply_other(e, &op);
        e->reacted = true;
        e->changes += changes_dma(&op);
    }
}

static void model_apply(Engine *e, const Op *op, const RmSeen *seen,
                        EngineResult *result)
{
    RmResult *r = &result->r;

    me(e)->reacted = false;
    me(e)->result = r;
    if (op_asks(op)) {
        apply_access(me(e), op, seen, r);
    } else {
        rm_result_init(r);
        expect_silence(seen, r);
        apply_other(me(e), op);
        me(e)->changes += changes_dma(op);
    }
    rm_log_code(model(e), seen, r);
    result->reacted = me(e)->reacted;
    result->touched = rm_touched(model(e));
    /* guests can program checkers */
    me(e)->changes += !!(result->touched & RM_TOUCHED_DECISION);
    result->changes = me(e)->changes;
}

static void model_react(Engine *e, const Op *trigger, const Op *reaction)
{
    reactions_add(&me(e)->reactions, trigger, reaction);
}

static bool model_covered(Engine *e, const Op *op)
{
    RmAccess a;

    if (op->kind == OP_UNPROTECT) {
        return !rm_has_code(model(e), op->region, op->offset / RM_PAGE_SIZE);
    }
    if (!op_asks(op)) {
        return true;
    }
    a = access_of(me(e), op);
    return rm_covered(model(e), &a);
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

static uint64_t model_entry_version(Engine *e, unsigned cpu,
                                    unsigned mmu_idx, uint32_t va)
{
    return rm_entry_version(model(e), cpu, mmu_idx, va);
}

static void model_way(Engine *e, unsigned mmu_idx, uint32_t va,
                      RmAccessType type, RmWay *out)
{
    rm_way(model(e), mmu_idx, va, type, out);
}

static const uint64_t *model_decided(Engine *e)
{
    return rm_decided(model(e));
}

static void model_free(Engine *e)
{
    rm_free(model(e));
    free(e);
}

static const EngineOps model_ops = {
    .name = "model",
    .reset = model_reset,
    .apply = model_apply,
    .react = model_react,
    .covered = model_covered,
    .host = model_host,
    .dirty = model_dirty,
    .entry = model_entry,
    .decide = model_decide,
    .peek = model_peek,
    .irq = model_irq,
    .entry_version = model_entry_version,
    .way = model_way,
    .decided = model_decided,
    .free = model_free,
};

Engine *engine_model(void)
{
    ModelEngine *e = calloc(1, sizeof(*e));

    e->engine.ops = &model_ops;
    e->model = rm_new();
    rm_set_device_hook(e->model, device_hook, e);
    return &e->engine;
}
