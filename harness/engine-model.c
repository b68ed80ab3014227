/*
 * The reference model as an engine: operations turned into its calls.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "engine.h"

typedef struct ModelEngine {
    Engine engine;
    RmModel *model;
} ModelEngine;

static RmModel *model(Engine *e)
{
    return ((ModelEngine *)e)->model;
}

static void model_reset(Engine *e, const RmPreset *preset,
                        const uint8_t *pages)
{
    rm_reset(model(e), preset, pages);
}

static void apply_access(RmModel *m, const Op *op, const RmSeen *seen,
                         RmResult *r)
{
    RmAccess a = {
        .type = op->kind == OP_LOAD ? RM_LOAD :
                op->kind == OP_STORE ? RM_STORE : RM_FETCH,
        .cpu = op->cpu, .mmu_idx = op->idx, .size = 1u << op->lg_size,
        .big_endian = op->big_endian, .va = op->va, .value = op->val,
    };

    rm_access(m, &a, seen, r);
}

/* Operations that are not accesses must ask nobody. */
static void expect_silence(const RmSeen *seen, RmResult *r)
{
    if (seen && seen->log->n) {
        r->violation.clause = RM_C2_DEFERRAL;
        strcpy(r->violation.text,
               "an operation that accesses nothing asked for something");
    }
}

static void model_apply(Engine *e, const Op *op, const RmSeen *seen,
                        EngineResult *result)
{
    RmModel *m = model(e);
    RmResult *r = &result->r;

    if (op_is_access(op)) {
        apply_access(m, op, seen, r);
        return;
    }

    rm_result_init(r);
    expect_silence(seen, r);

    switch (op->kind) {
    case OP_PT:
    case OP_PT_CLEAR:
        /* pt-clear has neither address nor prot: no access is possible */
        rm_set_pte(m, op->idx, op->va, &(RmPte) {
            .pa = op->pa, .prot = op->prot, .wid = op->wid,
        });
        break;
    case OP_IOMMU:
        rm_set_answer(m, op->mmu, op->index, op->page, op->dir + 1,
                      &(RmAnswer) {
            .perm = op->perm, .region = op->region, .offset = op->offset,
        });
        break;
    case OP_FLUSH:
        rm_flush(m, op->cpu, -1);
        break;
    case OP_FLUSH_PAGE:
        rm_flush_page(m, op->cpu, op->va, -1);
        break;
    case OP_FLUSH_MMUIDX:
        rm_flush(m, op->cpu, op->idxmap);
        break;
    case OP_FLUSH_PAGE_MMUIDX:
        rm_flush_page(m, op->cpu, op->va, op->idxmap);
        break;
    case OP_CLEAR_DIRTY:
        rm_clear_dirty(m, op->client, op->region, op->offset / RM_PAGE_SIZE);
        break;
    default:
        abort();
    }
}

static const uint8_t *model_ram(Engine *e, RmRegion ram)
{
    return rm_ram(model(e), ram);
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

static void model_free(Engine *e)
{
    rm_free(model(e));
    free(e);
}

static const EngineOps model_ops = {
    .name = "model",
    .reset = model_reset,
    .apply = model_apply,
    .ram = model_ram,
    .dirty = model_dirty,
    .entry = model_entry,
    .free = model_free,
};

Engine *engine_model(void)
{
    ModelEngine *e = calloc(1, sizeof(*e));

    e->engine.ops = &model_ops;
    e->model = rm_new();
    return &e->engine;
}
