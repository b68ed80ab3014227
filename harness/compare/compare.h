/*
 * The comparison: subject against oracle, through the interface alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "harness/engine/engine.h"
#include "harness/scenario/target.h"
#include "harness/scenario/scenario.h"

/* What shows a divergence, and which details of it are known then. */
typedef enum ShownBy {
    BY_OUTCOME,             /* or the events */
    BY_ENTRY,               /* cpu, mmu_idx, victim, va, type */
    BY_DIRTY,               /* client, region, offset of the page */
    BY_MEMORY,              /* region, offset */
} ShownBy;

/* Where and how the two disagree. */
typedef struct Divergence {
    RmClause clause;
    unsigned op;            /* index; the scenario's n: after the last one */
    char what[200];
    char expected[160];     /* one line each; empty where @what says it */
    char observed[160];
    const char *alone;      /* which voice of three stands alone; or NULL */
    ShownBy by;
    uint8_t cpu, mmu_idx, type;     /* RM_ACCESS_TYPES: all types */
    bool victim;
    uint8_t client, region;
    uint32_t va, offset;
} Divergence;

/**
 * compare_results: the outcome and the events of one operation
 *
 * Returns false, and fills in @d but for d->op, if they disagree.
 */
bool compare_results(const EngineResult *oracle, const EngineResult *subject,
                     Divergence *d);

/** compare_dirty: the dirty bits (C9) */
bool compare_dirty(const RmDirty *oracle, const RmDirty *subject,
                   Divergence *d);

/* EngineResult.changes when a page was last asked for, to read or write. */
typedef struct DmaAsked {
    uint64_t at[RM_ATTRS][RM_PA_PAGES][2];
} DmaAsked;

/**
 * compare_dma: does the way of DMA lead where the access went? (C3, C4)
 * @op: a load, store or fetch, on which oracle and subject agree
 * @asked: what need not be asked again, updated; NULL: ask always
 */
bool compare_dma(Engine *subject, const Op *op, const EngineResult *oracle,
                 DmaAsked *asked, Divergence *d);

/**
 * dma_judges: oracle and subject differ about @op: who stands alone?
 *
 * Sets d->alone, or leaves it NULL where DMA has nothing to say.
 */
void dma_judges(Engine *subject, const Op *op, const EngineResult *oracle,
                const EngineResult *seen, Divergence *d);

/**
 * compare_checkers: decisions, registers, interrupts (D1, D2, D3, D5)
 * @t: whose checkers they are
 * @touched: RM_TOUCHED_*: what needs a look
 * @decisions: how many tables of them were compared is added
 */
bool compare_checkers(Engine *oracle, Engine *subject, const Target *t,
                      unsigned touched, uint64_t *decisions, Divergence *d);

/** compare_host: @len bytes of a region's memory, from @offset on (C3) */
bool compare_host(Engine *oracle, Engine *subject, RmRegion region,
                 uint32_t offset, uint32_t len, Divergence *d);

/* What the audit has looked at. */
typedef struct Audited {
    uint64_t entries, victims;
} Audited;

/**
 * compare_entries: the audit (C6 to C9, C11 to C15, C19)
 * @all: look for entries where there can be none, too
 * @op: the operation before, or NULL
 * @op_done: it ended as RM_DONE
 * @audited: added to
 *
 * What the fast path of the subject would do now is checked against what
 * the oracle allows.
 */
bool compare_entries(Engine *oracle, Engine *subject, bool all, const Op *op,
                     bool op_done, Audited *audited, Divergence *d);

/**
 * compare_entry: the same for one access type of one entry of the subject
 *
 * What no longer depends on the entry alone is left out: notifiers, and what
 * an operation before should have done.
 */
bool compare_entry(Engine *oracle, const CachedEntry *c, unsigned type,
                   Divergence *d);

/** outcome_print: how an operation ended, in @buf of @len bytes */
void outcome_print(const EngineResult *e, char *buf, size_t len);

/** event_print: @ev in text form, in @buf of @len bytes */
void event_print(const RmEvent *ev, char *buf, size_t len);

/** attrs_name: "wid:2,secure" */
const char *attrs_name(unsigned attrs);

/** region_name: "ram0", "iommu1", "unassigned" ... */
const char *region_name(unsigned region);

#endif
