/*
 * Where and how the subject and the oracle disagree, as data; and the one
 * place that makes words of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_DIVERGENCE_H
#define COMPARE_DIVERGENCE_H

#include <limits.h>

#include "event.h"
#include "harness/engine/engine.h"

/* What differs.  Each names the member of Divergence that says more. */
typedef enum DivergenceKind {
    DIFFER_NOTHING,
    DIFFER_ASSERTION,       /* the subject gave up: @assertion */
    DIFFER_OWNER,           /* another CPU has changed a TLB: @owner */
    DIFFER_PATH,            /* the slow path, or not: @entered */
    DIFFER_TOLD,            /* what a plugin is told: @told */
    DIFFER_FLOOD,           /* more events than can be compared: @flood */
    DIFFER_VIOLATION,       /* the oracle says what is wrong: @violation */
    DIFFER_EVENT,           /* the first event that differs: @event */
    DIFFER_OUTCOME,         /* how the operation ended: @outcome */
    DIFFER_DIRTY,           /* a dirty bit: @dirty */
    DIFFER_MEMORY,          /* a byte of memory: @memory */
    DIFFER_ENTRY,           /* the audit of a TLB entry: @entry */
    DIFFER_DECISION,        /* a security checker's: @decision */
    DIFFER_REGISTER,        /* a register of one: @reg */
    DIFFER_INTERRUPT,       /* its interrupt: @interrupt */
    DIFFER_DMA,             /* the way of DMA: @dma */
    DIFFER_RUNS,            /* two runs of the same bytes (C21) */
    DIFFER_VOICE,           /* the attached voice, from both: @voice */
    DIFFER_DEATH,           /* it did not end as a run does: @death */
    DIFFER_RACE,            /* two threads, without a lock: @race */
    DIFFER_KINDS
} DivergenceKind;

/* Of the voices, which one says something else than the other two? */
typedef enum Voice {
    VOICE_NONE,             /* it is not known */
    VOICE_CPU, VOICE_DMA, VOICE_MODEL,
    VOICE_DEVICE,           /* QEMU's security checker */
    VOICE_ATTACHED,         /* another implementation: harness/voice */
    VOICE_EACH,             /* all three say something else */
    VOICES
} Voice;

/* About what the attached voice says something else. */
typedef enum VoiceSubject {
    VOICE_OF_DECISION,      /* @want, @seen: is it allowed? */
    VOICE_OF_REGISTER,      /* the value that is read */
    VOICE_OF_DENIED,        /* the value of a read that is denied */
    VOICE_OF_RESPONSE,      /* does an access to a register end as an error? */
    VOICE_OF_ERROR,         /* ... and one that is denied? */
    VOICE_OF_INTERRUPT,     /* is it raised? */
    VOICE_SUBJECTS
} VoiceSubject;

/* What the audit has against an entry. */
typedef enum AuditReason {
    AUDIT_DENIED,           /* live, but the page table denies it */
    AUDIT_UNCACHED,         /* live, where each access has to ask */
    AUDIT_UNTRANSLATED,     /* the next access would not ask the IOMMU */
    AUDIT_NO_MEMORY,        /* fast, but does not lead to memory */
    AUDIT_NOT_DIRTY,        /* fast, but the page is not dirty */
    AUDIT_UNCHECKED,        /* fast, where each access needs a look */
    AUDIT_ADDEND,           /* leads elsewhere: @want, @seen */
    AUDIT_MMU_INDEX,        /* live, in an MMU index that nobody uses */
    AUDIT_GONE,             /* live, but it should be gone */
    AUDIT_MAPPING,          /* for another mapping: @want_pa ... */
    AUDIT_NOTIFIER,         /* no change in @iommu would reach it */
    AUDIT_NOT_FAST,         /* slow after it was used */
    AUDIT_MISCOUNTED,       /* all that @cpu and @mmu_idx have are < 0 */
    AUDIT_REASONS
} AuditReason;

/* How DMA differs from an access. */
typedef enum DmaReason {
    DMA_ELSEWHERE,          /* it leads elsewhere: @want, @seen */
    DMA_RESPONSE,           /* another response: @want_response ... */
    DMA_BYTES,              /* it reads other bytes */
    DMA_LOCKED,             /* it leaves a lock held */
    DMA_BEYOND,             /* it speaks for more than leads there */
} DmaReason;

/* What a plugin is told wrongly of an access. */
typedef enum ToldReason {
    TOLD_TIMES,             /* that it was made: @n times */
    TOLD_ACCESS,            /* its address, size or direction */
    TOLD_VALUE,
    TOLD_PAGE,              /* the physical address */
    TOLD_IO,                /* whether it is I/O, or which */
} ToldReason;

/* What ended a process, or made it end. */
typedef enum DeathCause {
    DEATH_SANITIZER,        /* @sanitizer has found @error */
    DEATH_ASSERTION,        /* of the subject: @words */
    DEATH_SIGNAL,           /* @number: of the signal */
    DEATH_EXIT,             /* @number: its status */
    DEATH_TIMEOUT,          /* @number: it has had so many seconds */
    DEATH_MEMORY,           /* @number: it took more than so many MiB */
    DEATH_LEAK,             /* all agreed, and memory was leaked */
    DEATH_CAUSES
} DeathCause;

/* The innermost ones are the sanitizer's own. */
#define DEATH_FRAMES 16

/* How a process ended that should have lived on. */
typedef struct Death {
    DeathCause cause;
    unsigned number;
    char sanitizer[32];
    char error[64];         /* "": its report follows */
    char words[160];        /* the last line that was printed, or "";
                               what an assertion says */
    uintptr_t frame[DEATH_FRAMES];  /* of a sanitizer, the innermost calls;
                               0 behind the last that is known */
} Death;

/* A place in a region. */
typedef struct RegionOffset {
    uint8_t region;         /* RmRegion; RM_REGIONS: none that is known */
    uint32_t offset;
} RegionOffset;

/* Divergence.op: in the set-up, before the first operation */
#define AT_SETUP UINT_MAX

/* One of two accesses that race. */
typedef struct RaceSide {
    char function[64];
    unsigned op;            /* index; AT_SETUP: of queued work */
    bool write, atomic;
} RaceSide;

/* Where and how the two disagree. */
typedef struct Divergence {
    RmClause clause;        /* that is broken; of some deaths, none */
    unsigned op;            /* index; the scenario's n: after the last one */
    DivergenceKind kind;
    Voice alone;
    union {
        char assertion[160];    /* its text */
        uint8_t owner;          /* the CPU that the TLB belongs to */
        bool entered;           /* the slow path was entered */
        unsigned flood;         /* so many events */
        struct {
            ToldReason reason;
            unsigned n;
            EngineTold want, seen;
        } told;
        RmViolation violation;
        struct {
            bool wanted, happened;  /* are there the events ... */
            RmEvent want, seen;     /* ... that are here? */
        } event;
        struct {
            Outcome want, seen;
        } outcome;
        struct {
            uint8_t client;     /* RmClient */
            uint8_t region;     /* RmRegion, a RAM */
            uint32_t offset;    /* of the page in it */
            bool seen;          /* it is set, and must not be; or clear, ... */
        } dirty;
        struct {
            uint8_t region;
            uint32_t offset;
            uint8_t want, seen; /* the bytes */
        } memory;
        struct {
            AuditReason reason;
            uint8_t cpu, mmu_idx;
            bool victim;        /* it is in the victim TLB */
            uint32_t va;        /* of the page */
            uint8_t type;       /* RmAccessType; RM_ACCESS_TYPES: all */
            RegionOffset want, seen;
            uint32_t want_pa, seen_pa;
            uint8_t want_attrs, seen_attrs;
            uint8_t iommu;      /* number */
        } entry;
        struct {
            uint8_t checker;    /* in the place of which IOMMU */
            uint8_t index;      /* IOMMU index */
            bool is_write;
            uint32_t addr;
            RmDecision want, seen;
        } decision;
        struct {
            uint8_t checker;
            const char *name;   /* of the target's table */
            uint32_t offset;
            uint64_t want, seen;
        } reg;
        struct {
            uint8_t checker;
            bool seen;          /* it is raised, and must not be; or not */
        } interrupt;
        struct {
            DmaReason reason;
            uint8_t way;        /* DmaWay */
            uint32_t pa;
            uint8_t attrs, size;
            RegionOffset want, seen;
            uint8_t want_response, seen_response;   /* RmResponse */
        } dma;
        struct {
            VoiceSubject subject;
            uint8_t checker;
            uint8_t index;      /* IOMMU index */
            bool is_write;
            const char *name;   /* of a register of the target's table */
            uint32_t addr;      /* or the offset of the register */
            uint64_t want, seen;
        } voice;
        Death death;
        RaceSide race[2];
    };
} Divergence;

/* A divergence in words. */
typedef struct DivergenceText {
    char what[200];
    char expected[160];     /* one line each; empty where @what says it */
    char observed[160];
} DivergenceText;

/**
 * death_found: what was told before the process ended: @sanitizer has found
 * @error; or, if it is NULL, an assertion of the subject says that
 */
void death_found(Death *death, const char *sanitizer, const char *error);

/** death_clause: the clause that is broken where a process has ended so */
RmClause death_clause(const Death *death);

/** divergence_print: the words for @d; of DIFFER_NOTHING there are none */
void divergence_print(const Divergence *d, DivergenceText *text);

/**
 * divergence_of_device: is it the security checker's fault, where there is one?
 *
 * Of its decisions, registers, records, answers, interrupts and notifications.
 */
bool divergence_of_device(const Divergence *d);

/** audit_reason_print: what the audit says against an entry, alone */
void audit_reason_print(const Divergence *d, char *buf, size_t len);

/**
 * voice_verdict: "of three voices, the model stands alone", "all three voices
 * differ"; NULL for VOICE_NONE
 */
const char *voice_verdict(Voice voice);

/** way_name: "DMA", "DMA through a cache" ... */
const char *way_name(unsigned way);

/** client_name: "vga", "code", "migration" */
const char *client_name(unsigned client);

#endif
