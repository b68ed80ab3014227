/*
 * An explanation of what a scenario does: first gathered from both sides as
 * plain data, then told in words, as text or as JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include "harness/run/run.h"

/* What the subject holds for a page, and what is wrong with it. */
typedef struct SeenEntry {
    EntryView view;
    RmClause wrong[RM_ACCESS_TYPES];    /* RM_NO_CLAUSE: nothing */
} SeenEntry;

/* A page of one CPU and MMU index, as both sides hold it. */
typedef struct PageState {
    uint8_t cpu, mmu_idx;
    uint32_t va;
    RmEntry want;
    uint32_t at;                        /* the address in it ... */
    RmWay way[RM_ACCESS_TYPES];         /* ... that the tables lead from */
    unsigned first, n;                  /* in Explanation.seen */
} PageState;

/* The state after an operation, or at the start. */
typedef struct Moment {
    bool ran;               /* if not: left out, or a device's reaction */
    bool gone;              /* the subject has given up: it holds nothing */
    EngineResult want, seen;
    RmDirty dirty[2];       /* the oracle's, the subject's */
    unsigned first, n;      /* in Explanation.page */
} Moment;

typedef enum Verdict {
    VERDICT_NONE,           /* the run did not end: @d is a death */
    VERDICT_AGREE, VERDICT_DIVERGE
} Verdict;

/* Pages that anything is known of, after all operations together. */
#define EXPLAIN_PAGES   (RM_CPUS * RM_MMU_IDX * RM_VA_PAGES * \
                         (SCENARIO_OPS + 1))
#define EXPLAIN_SEEN    (2 * EXPLAIN_PAGES)
#define EXPLAIN_REPORT  16384

/*
 * Without pointers: a process that dies while it fills this in leaves it to
 * another.
 */
typedef struct Explanation {
    Scenario scenario;
    const char *device;     /* the source of the one it is about; or NULL */
    Verdict verdict;
    Divergence d;
    unsigned at;            /* the operation after the last that was run; or
                               AT_SETUP */
    bool second;            /* ... in the second run (C21) */
    int differs;            /* operation with other events then; or -1 */
    EngineResult other;     /* ... what they were in the first run */
    Moment start;
    Moment after[SCENARIO_OPS];
    unsigned n_pages, n_seen;
    PageState page[EXPLAIN_PAGES];
    SeenEntry seen[EXPLAIN_SEEN];
    char report[EXPLAIN_REPORT];    /* of a death: what a sanitizer said */
} Explanation;

/**
 * explain_gather: run @x->scenario, and note all that happens in @x
 * @x: zero but for the scenario
 */
void explain_gather(Run *run, Explanation *x);

/** explain_before: the state that operation @op found */
const Moment *explain_before(const Explanation *x, unsigned op);

/** explain_page: the state of a page at a moment, or NULL: nothing known */
const PageState *explain_page(const Explanation *x, const Moment *m,
                              unsigned cpu, unsigned mmu_idx, uint32_t va);

/** explain_same: do both sides hold the same for a page as before? */
bool explain_same(const Explanation *x, const PageState *a,
                  const PageState *b);

/* A page of one CPU and MMU index. */
typedef struct PageRef {
    uint8_t cpu, mmu_idx;
    uint32_t va;
} PageRef;

/* What went wrong, in a few sentences, and what they are about. */
typedef struct Story {
    char *title;            /* one line */
    char *words;            /* one paragraph */
    int op;                 /* the operation that diverges; -1: none */
    int cause;              /* the one that matters before it; -1: none */
    bool has_page;
    PageRef page;           /* the one that it is about, ... */
    uint32_t va;            /* ... an address in it, ... */
    unsigned type;          /* ... and the access; RM_ACCESS_TYPES: all */
} Story;

/**
 * explain_touched: the page that the story is about, if operation @op is its;
 * then those that the operation accesses or changes
 * @out: room for @max
 */
unsigned explain_touched(const Explanation *x, const Story *s, unsigned op,
                         PageRef *out, unsigned max);

#endif
