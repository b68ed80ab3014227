/*
 * What motifs are made of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_MOTIF_STEP_H
#define SCENARIO_MOTIF_STEP_H

#include "random.h"
#include "scenario.h"
#include "target.h"

typedef struct Motif {
    Random *r;
    const Scenario *s;
    const Target *t;
    Op *op;
    unsigned n;
    /* The page that it is about, and who uses it. */
    uint64_t cpu, idx, va;
    /* Where that leads, as far as the scenario tells; or the page table. */
    uint64_t pa, attrs;
} Motif;

/** motif_add: one more operation, with random fields, about the page */
Op *motif_add(Motif *m, OpKind kind);

/** motif_add_any: ... of one of @n kinds, of which the target may have none */
Op *motif_add_any(Motif *m, const uint8_t *kinds, unsigned n);

/** ADD_ANY: ... of one of those that are named */
#define ADD_ANY(m, ...) \
    motif_add_any(m, (const uint8_t[]) { __VA_ARGS__ }, \
                  sizeof((const uint8_t[]) { __VA_ARGS__ }))

/** motif_use: one that asks for the page, or accesses it */
Op *motif_use(Motif *m);

/** motif_move: ... or loads, stores or fetches */
Op *motif_move(Motif *m);

/** motif_follow: where does the page lead?  Of PT_IDENTITY: to itself. */
void motif_follow(Motif *m);

/** motif_map: a page-table entry for it, mostly for all types of accesses */
Op *motif_map(Motif *m);

/** motif_answer: what the IOMMU says of it */
Op *motif_answer(Motif *m);

/** motif_all_of_ram: let @op, on a range of RAM, be on all of it */
void motif_all_of_ram(Op *op);

/** motif_of_ram: an operation on the RAM that it leads to, or may */
Op *motif_of_ram(Motif *m, OpKind kind);

/** motif_flush: a flush, often by a part of an address alone */
void motif_flush(Motif *m);

/** motif_base_of: the first physical address that leads to @region */
uint32_t motif_base_of(RmRegion region);

#endif
