/*
 * Where and how the subject and the oracle disagree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_DIVERGENCE_H
#define COMPARE_DIVERGENCE_H

#include "reference-model/vocabulary.h"

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

#endif
