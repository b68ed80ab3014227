/*
 * The comparison: subject against oracle, through the interface alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_COMPARE_H
#define HARNESS_COMPARE_H

#include "engine.h"
#include "scenario.h"

/* Where and how the two disagree. */
typedef struct Divergence {
    RmClause clause;
    unsigned op;            /* index; the scenario's n: after the last one */
    char what[200];
    char expected[160];     /* one line each; empty where @what says it */
    char observed[160];
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

/** compare_ram: @len bytes of a RAM, from @offset on (C3) */
bool compare_ram(Engine *oracle, Engine *subject, RmRegion ram,
                 uint32_t offset, uint32_t len, Divergence *d);

/**
 * compare_entries: the audit (C7, C8, C11, C13, C14)
 * @all: look for entries where there can be none, too
 * @op: the operation before, or NULL
 * @op_done: it is an access that ended as RM_DONE
 *
 * What the fast path of the subject would do now is checked against what
 * the oracle allows.
 */
bool compare_entries(Engine *oracle, Engine *subject, bool all, const Op *op,
                     bool op_done, Divergence *d);

/** event_print: @ev in text form, in @buf of @len bytes */
void event_print(const RmEvent *ev, char *buf, size_t len);

/** region_name: "ram0", "iommu1", "unassigned" ... */
const char *region_name(unsigned region);

#endif
