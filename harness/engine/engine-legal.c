/*
 * The model as a subject that makes each free choice at random.  A divergence
 * from the oracle is a false alarm: one of the two demands what the contract
 * leaves free.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "engine-legal.h"
#include "engine-model.h"

/* One choice in so many is the unusual one. */
#define ODDS 4

typedef struct LegalEngine {
    Engine engine;
    Engine *inner;          /* a model, which runs alone */
    uint64_t seed, random;
    Op last;                /* the operation that was carried out last ... */
    bool done;              /* ... and ended as RM_DONE */
    uint64_t taken[RM_FREEDOMS];
} LegalEngine;

static LegalEngine *legal(Engine *e)
{
    return (LegalEngine *)e;
}

static Engine *inner(Engine *e)
{
    return legal(e)->inner;
}

static unsigned below(LegalEngine *e, unsigned n)
{
    /* splitmix64: any seed will do */
    uint64_t z = e->random += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return (z >> 32) % n;
}

static bool perhaps(LegalEngine *e)
{
    return !below(e, ODDS);
}

static bool choose(void *opaque, RmFreedom freedom)
{
    LegalEngine *e = opaque;
    bool taken = perhaps(e);

    e->taken[freedom] += taken;
    return taken;
}

static void legal_reset(Engine *e, const RmPreset *preset,
                        const uint8_t *pages)
{
    inner(e)->eager = e->eager;
    e->tells_fetches = legal(e)->seed & 1;
    inner(e)->tells_fetches = e->tells_fetches;
    inner(e)->ops->reset(inner(e), preset, pages);
    legal(e)->random = legal(e)->seed;
    legal(e)->done = false;
}

/* Flush more than it must, as for want of room (C14). */
static void evict(LegalEngine *e)
{
    RmModel *m = engine_model_rm(e->inner);
    unsigned cpu = below(e, RM_CPUS), idxmap = below(e, 1u << RM_MMU_IDX);

    if (perhaps(e)) {
        rm_flush(m, cpu, idxmap);
    } else {
        rm_flush_range(m, cpu, below(e, RM_VA_BANKS) << RM_BANK_BITS |
                       below(e, RM_BANK_PAGES) << RM_PAGE_BITS, 1, idxmap,
                       64);
    }
}

static void legal_apply(Engine *e, const Op *op, const RmSeen *seen,
                        EngineResult *result)
{
    if (perhaps(legal(e))) {
        evict(legal(e));
    }
    inner(e)->ops->apply(inner(e), op, NULL, result);
    if (result->r.conflict && perhaps(legal(e))) {
        result->r.status = RM_ASSERTED;
        strcpy(result->assertion, "an addend conflict");
    }
    if (perhaps(legal(e))) {
        evict(legal(e));
    }
    legal(e)->last = *op;
    legal(e)->done = result->r.status == RM_DONE;
}

static void legal_react(Engine *e, const Op *trigger, const Op *reaction)
{
    inner(e)->ops->react(inner(e), trigger, reaction);
}

static const uint8_t *legal_host(Engine *e, RmRegion region)
{
    return inner(e)->ops->host(inner(e), region);
}

static void legal_dirty(Engine *e, RmDirty *dirty)
{
    inner(e)->ops->dirty(inner(e), dirty);
}

/* Has the last operation used this entry?  Then flags must be as they are. */
static bool was_used(const LegalEngine *e, unsigned cpu, unsigned mmu_idx,
                     uint32_t va)
{
    return e->done && op_asks(&e->last) && e->last.cpu == cpu &&
           e->last.idx == mmu_idx && (e->last.va & RM_PAGE_MASK) == va;
}

/* What it holds of one access type: never more than it may. */
static CachedType hold_type(LegalEngine *e, const RmEntryType *may, bool used)
{
    CachedType t = { .live = may->allowed && may->cached };

    if (!t.live || (!used && perhaps(e))) {
        return (CachedType) { .live = false };
    }
    t.deferred = may->deferred || (!used && perhaps(e));
    t.fast = may->fast && !t.deferred &&
             ((used && may->must_be_fast) || !perhaps(e));
    if (t.fast) {
        t.region = may->region;
        t.offset = may->offset;
    }
    return t;
}

/* Returns false if it holds nothing for the page. */
static bool hold(LegalEngine *e, unsigned cpu, unsigned mmu_idx, uint32_t va,
                 CachedEntry *c)
{
    bool used = was_used(e, cpu, mmu_idx, va), live = false;
    RmEntry may;

    e->inner->ops->entry(e->inner, cpu, mmu_idx, va, &may);
    if (!may.present) {
        return false;
    }
    *c = (CachedEntry) {
        .cpu = cpu, .mmu_idx = mmu_idx, .slot = ENGINE_SLOTS, .va = va,
        .pa = may.pa, .attrs = may.attrs, .victim = !used && perhaps(e),
    };
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        c->type[t] = hold_type(e, &may.type[t], used);
        live |= c->type[t].live;
    }
    return live;
}

static unsigned legal_entries(Engine *e, EntriesAsked asked,
                              CachedEntry *out, unsigned max)
{
    unsigned n = 0;

    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX * RM_VA_PAGES; i++) {
        unsigned page = i % RM_VA_PAGES, of = i / RM_VA_PAGES;

        if (n < max && hold(legal(e), of / RM_MMU_IDX, of % RM_MMU_IDX,
                            rm_page_va(page), &out[n])) {
            n++;
        }
    }
    return n;
}

static unsigned legal_describe(Engine *e, unsigned cpu, unsigned mmu_idx,
                               uint32_t va, EntryView out[ENTRY_VIEWS])
{
    out[0] = (EntryView) { .addend = RM_REGIONS };
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        out[0].type[t].region = RM_REGIONS;
    }
    return hold(legal(e), cpu, mmu_idx, va, &out[0].cached);
}

/* It hears of all changes. */
static unsigned legal_notifiers(Engine *e, unsigned cpu, unsigned iommu)
{
    return (1u << RM_INDEXES) - 1;
}

static void legal_decide(Engine *e, unsigned number, unsigned index,
                         uint32_t addr, bool is_write, RmDecision *out)
{
    inner(e)->ops->decide(inner(e), number, index, addr, is_write, out);
}

static RmResponse legal_peek(Engine *e, unsigned number, unsigned offset,
                             unsigned size, unsigned attrs, uint64_t *value)
{
    return inner(e)->ops->peek(inner(e), number, offset, size, attrs, value);
}

static void legal_poke(Engine *e, unsigned number, unsigned offset,
                       unsigned size, unsigned attrs, uint64_t value)
{
    inner(e)->ops->poke(inner(e), number, offset, size, attrs, value);
}

static bool legal_read_behind(Engine *e, unsigned number, uint32_t addr,
                              unsigned size, unsigned attrs, uint64_t *value)
{
    const RmDma d = {
        .pa = rm_memory_map[number].base + addr, .size = size, .attrs = attrs,
    };
    RmResult r = { .status = RM_DONE };

    rm_dma(engine_model_rm(inner(e)), &d, NULL, &r);
    *value = r.value;
    return r.value_hi == RM_TX_OK;
}

static bool legal_was_told(Engine *e, unsigned number, const char *setting)
{
    return false;
}

static bool legal_irq(Engine *e, unsigned number)
{
    return inner(e)->ops->irq(inner(e), number);
}

static void legal_free(Engine *e)
{
    inner(e)->ops->free(inner(e));
    free(e);
}

static const EngineOps legal_ops = {
    .name = "a model that chooses",
    .reset = legal_reset,
    .apply = legal_apply,
    .react = legal_react,
    .host = legal_host,
    .dirty = legal_dirty,
    .entries = legal_entries,
    .describe = legal_describe,
    .notifiers = legal_notifiers,
    .decide = legal_decide,
    .peek = legal_peek,
    .poke = legal_poke,
    .read_behind = legal_read_behind,
    .was_told = legal_was_told,
    .irq = legal_irq,
    .free = legal_free,
};

Engine *engine_legal(void)
{
    LegalEngine *e = calloc(1, sizeof(*e));

    e->engine.ops = &legal_ops;
    e->inner = engine_model();
    rm_set_chooser(engine_model_rm(e->inner), choose, e);
    return &e->engine;
}

void engine_legal_seed(Engine *e, uint64_t seed)
{
    legal(e)->seed = seed;
}

const uint64_t *engine_legal_taken(Engine *e)
{
    return legal(e)->taken;
}
