/*
 * Run scenarios through the subject and the oracle, and compare.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include <stdio.h>

#include "harness/compare/audit.h"
#include "harness/compare/dma.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/target.h"
#include "harness/voice/voice.h"
#include "feature.h"

/* How much of it is done: for measurements of what the rest costs. */
typedef enum RunDepth {
    RUN_ALL,                /* both sides, all comparisons, the audit */
    RUN_BOTH,               /* both sides */
    RUN_SUBJECT,            /* the subject alone */
    RUN_DEPTHS
} RunDepth;

/* What the subject needs from a run of both to run alone. */
typedef struct RunRecord {
    uint64_t ran;           /* a bit for each operation that was carried out */
    uint8_t pages[RM_RAMS]; /* of RAM that were written */
} RunRecord;

typedef struct Run Run;

/* Somebody looks at a run while it goes on.  Each of these may be NULL. */
typedef struct RunWatch {
    /* a scenario begins; what is run twice does so twice */
    void (*start)(Run *run);
    /* @op, run->at, is about to be carried out */
    void (*before)(Run *run, const Op *op);
    /* it was, and agrees or not: the results are run->want, run->seen */
    void (*after)(Run *run, const Op *op);
    /* all of it was, and agrees; neither side has forgotten anything yet */
    void (*end)(Run *run);
    /* threads were done with run->section, before @after of each of it */
    void (*section)(Run *run);
    void *opaque;
} RunWatch;

struct Run {
    Engine *oracle, *subject;
    RunDepth depth;
    RunRecord record;       /* made by a run; for RUN_SUBJECT, used */
    uint64_t *ns;           /* by OpKind: time is added; or NULL */
    bool thorough;          /* compare everything after each operation; else
                               what has changed, and all at the end */
    unsigned agree;         /* so many operations at the beginning are known to
                               agree: they are not compared again */
    uint8_t *features;      /* FEATURES counters, or NULL */
    const RunWatch *watch;  /* or NULL */
    unsigned limits;        /* that are left out, a bit each: RmLimit */
    AttachedVoice *voice;   /* or NULL; the run's */

    const Scenario *scenario;   /* that is being run, or NULL */
    unsigned at;                /* its operation, or AT_SETUP */

    /* Of the operation that was run last: */
    EngineResult want, seen;
    RmTouched put_off[RM_IOMMUS];   /* of the checkers: not compared yet */
    uint8_t pages[RM_RAMS]; /* of RAM that the scenario before wrote ... */
    bool agreed;            /* ... and no others */
    bool met_limit;         /* an operation was left out for a limit */
    bool digests;           /* @digest is wanted */
    uint64_t digest;        /* of all that was seen in the scenario */
    const EngineAtOnce *section;    /* that threads have done last, or NULL */
    /* Since the start: */
    uint64_t scenarios, operations;
    uint64_t uncovered;     /* operations that were left out: rm_covered() */
    uint64_t limited[RM_LIMITS];    /* ... and that met a limit */
    uint64_t limited_scenarios;     /* with any such operation */
    uint64_t kinds[OP_KINDS];   /* operations of each kind */
    uint64_t reacted;       /* operations in which a device did something */
    uint64_t by_code;       /* accesses that generated code has made */
    uint64_t repeated;      /* scenarios that were run twice */
    uint64_t sections;      /* that threads did at once, ... */
    uint64_t left_open;     /* ... of which no order is demanded */
    uint64_t switches;      /* of threads */
    Audited audited;
    DmaAsked asked;
    uint64_t decisions;     /* tables of checkers that were compared */
    VoiceCounts voiced;
    bool of[TARGETS];       /* targets that scenarios were of */
};

/**
 * run_init: with these two sides, which are now the run's
 *
 * With TLBDIFF_LIMITS in the environment, as ci/fuzz.sh sets it, all limits of
 * the subject are left out; the voice of TLBDIFF_VOICE is attached.
 */
void run_init(Run *run, Engine *oracle, Engine *subject);

/**
 * run_attach: attach a voice, in the place of the one before
 * @command: see voice_new()
 */
void run_attach(Run *run, const char *command);

/** run_device: the source file of the device that @s is about; or NULL */
const char *run_device(const Run *run, const Scenario *s);

/** run_free: free both sides, and the voice */
void run_free(Run *run);

/**
 * run_scenario: run @s and compare
 * @twice: run it thoroughly first, and compare the two runs (C21)
 *
 * Returns false, and fills in @d, at the first disagreement.  A predicted
 * assertion (C7) ends the scenario in agreement.
 */
bool run_scenario(Run *run, const Scenario *s, bool twice, Divergence *d);

#endif
