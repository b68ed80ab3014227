/*
 * What the model and QEMU both are to the harness: something that runs
 * operations and can be looked at.  The subject is under test.  The oracle
 * says what the contract allows; it is told what the subject did, because
 * the contract leaves some things open (when entries are evicted, say).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <sys/types.h>

#include "reference-model/model.h"
#include "harness/scenario/ops.h"
#include "harness/scenario/scenario.h"

/* What a plugin is told of an access to memory. */
typedef struct EngineTold {
    uint32_t va;
    uint8_t size;           /* bytes */
    bool is_store;
    uint64_t value;         /* of 16 bytes: the lower half */
    bool known;             /* it has asked about the page, and knows ... */
    bool is_io;
    uint8_t region;         /* ... of I/O, which; RM_REGIONS: none of those */
    uint32_t pa;
} EngineTold;

/* Of one access: a read-modify-write is a load and a store. */
#define ENGINE_TOLD 2

typedef struct EngineResult {
    RmResult r;             /* log, status, value; the oracle fills all */
    char assertion[160];    /* of a subject that is RM_ASSERTED */
    bool reacted;           /* oracle: a device did something meanwhile */
    uint64_t changes;       /* oracle: of what decides where DMA leads */
    RmTouched touched[RM_IOMMUS];   /* oracle: of the checkers */
    unsigned trespass;      /* of a subject: CPUs whose TLB another one has
                               filled, flushed or resized, a bit each (C24) */
    /* Of a load or store by generated code (C23): */
    bool hits;              /* subject: its comparator does, as it is */
    bool entered;           /* subject: it has entered the slow path */
    bool waits;             /* subject: its block goes on with what is ahead */
    bool slow;              /* oracle: it has to */
    /* Of a subject that has plugins: */
    bool listens;           /* one is told of accesses, ... */
    unsigned n_told;        /* so many; those past ENGINE_TOLD are not kept */
    EngineTold told[ENGINE_TOLD];
} EngineResult;

/* An access to one page, the way of DMA. */
typedef struct DmaResult {
    RmResponse response;
    uint8_t region;         /* of a write: where it leads */
    uint32_t offset;
    bool locked;            /* a lock is left held, or is not held any more */
    bool beyond;            /* it speaks for more than leads there */
    uint8_t bytes[RM_ACCESS_MAX];   /* read, or to be written */
} DmaResult;

/* The ways past the CPU: they ask the same tables. */
typedef enum DmaWay {
    DMA_ITSELF,             /* EngineOps.dma */
    DMA_CACHED,             /* what is behind the page is looked up before */
    DMA_MAPPED,             /* its memory, or a buffer that is copied */
    DMA_DEBUGGER,           /* by the page tables, and no IOMMU caches */
    DMA_IOTLB,              /* where an IOMMU leads, as vhost keeps it */
    DMA_WAYS
} DmaWay;

/* One access type of an entry that the subject holds. */
typedef struct CachedType {
    bool live;              /* the comparator can hit */
    bool fast;              /* ... without the slow path */
    bool deferred;          /* the slow path will ask the IOMMU first */
    uint8_t region;         /* if fast: what the addend leads to; */
    uint32_t offset;        /* RM_REGIONS if it is none of the RAMs */
} CachedType;

/* Entries that the audit remembers have numbers below this. */
#define ENGINE_SLOTS 128

/* An entry that the subject holds, in its main or victim TLB. */
typedef struct CachedEntry {
    uint8_t cpu, mmu_idx;
    uint8_t slot;           /* its number; ENGINE_SLOTS: it has none */
    bool same;              /* as when it was listed last, in that slot */
    bool victim;
    uint8_t attrs;
    uint32_t va, pa;
    CachedType type[RM_ACCESS_TYPES];
} CachedEntry;

/* Which of the entries that a subject holds are to be listed. */
typedef enum EntriesAsked {
    ENTRIES_ALL,            /* wherever they are */
    ENTRIES_KNOWN,          /* those that scenario addresses can be cached in;
                               the same as the last time in this scenario say
                               so, ... */
    ENTRIES_CHANGED,        /* ... and may be left out, but for that of the
                               first page that the last operation accessed */
} EntriesAsked;

/* What one access type of an entry says, besides what CachedType has. */
typedef struct TypeView {
    bool held;              /* the comparator names the page, live or not */
    char flags[96];         /* of the comparator and of the slow path */
    bool in_pieces;         /* the slow path goes to a page of several ... */
    uint8_t region;         /* ... or there; RM_REGIONS: it is not known */
    uint32_t offset;
} TypeView;

/* All of an entry, for a person to read. */
typedef struct EntryView {
    CachedEntry cached;
    uint8_t addend;         /* region with host memory that it leads to, ... */
    uint32_t addend_offset; /* ... and where in it; RM_REGIONS: none */
    TypeView type[RM_ACCESS_TYPES];
} EntryView;

/* Entries that there can be for one page: in the main and the victim TLB. */
#define ENTRY_VIEWS 9

/* One thread was switched for another. */
typedef struct EngineSwitch {
    unsigned point;         /* so many places were passed before it */
    unsigned time;
    uint8_t from, to;       /* threads */
    uint8_t place;          /* OpPlace, of @from */
    uint8_t done;           /* what it was in the middle of: EngineDone */
} EngineSwitch;

#define ENGINE_SWITCHES 256

/*
 * What a thread did: an operation, or the work that was queued for its CPU.
 * Two of them were under way at once if neither had ended when the other one
 * began.
 */
typedef struct EngineDone {
    const Op *op;           /* NULL: queued work */
    EngineResult *result;   /* of an operation */
    unsigned begin, end;    /* points in time */
    bool switched;          /* others went on in the middle of it */
} EngineDone;

/* For each operation, work that was queued may be done before and after it. */
#define ENGINE_DONE (2 * SCENARIO_OPS + 8)

/*
 * A thread is to go on in place of another one.  If @at is not PLACE_ANY, it
 * waits for the others to come to so many places of that kind, at least to one.
 */
typedef struct EngineChange {
    uint16_t after;         /* places that are passed, from the change before */
    uint8_t to;
    uint8_t at;             /* OpPlace */
} EngineChange;

/* What threads are to do at once, and have done. */
typedef struct EngineAtOnce {
    const Op *first;        /* of the scenario's operations, which have numbers */
    struct {
        unsigned n;
        const Op *op[SCENARIO_OPS];
        unsigned n_done;
        EngineDone done[ENGINE_DONE];   /* in its order */
    } thread[RM_THREADS];
    /* The schedule: so many places later, that one goes on, if it can. */
    unsigned n_changes;
    EngineChange change[SCENARIO_OPS];
    unsigned points;        /* that were passed */
    unsigned n_switches;
    EngineSwitch switches[ENGINE_SWITCHES];
    bool gave_up;           /* after an assertion of one, all were stopped */
    bool free;              /* the schedule was not kept: there was none */
    unsigned n_results;
    EngineResult results[SCENARIO_OPS];
} EngineAtOnce;

/* Reactions that wait for their device to be accessed. */
#define ENGINE_REACTIONS 4

/* Accesses that generated code makes in one block, at most. */
#define ENGINE_TOGETHER 4

typedef struct Engine Engine;

typedef struct EngineOps {
    const char *name;

    /*
     * Start a scenario: nothing of the one before is left.  @pages has a bit
     * for each page of each RAM that may not be as it was; NULL: all of them.
     */
    void (*reset)(Engine *e, const RmPreset *preset, const uint8_t *pages);

    /* End a scenario: free what it has allocated.  May be NULL. */
    void (*finish)(Engine *e);

    /*
     * Run one operation.  @seen is NULL for the subject, and for an oracle
     * that runs alone.  After RM_ASSERTED only reset() may follow.
     */
    void (*apply)(Engine *e, const Op *op, const RmSeen *seen,
                  EngineResult *result);

    /*
     * Subject only.  The operations that are going to be applied, @ops[0] next:
     * accesses for one block of generated code.  It may be that not all of
     * them are.  NULL: it makes each by itself.
     */
    void (*ahead)(Engine *e, const Op *const *ops, unsigned n);

    /*
     * Subject only.  Let threads do what they have to at once, by the schedule
     * in @what; the lists of what was done are filled in.  Afterwards nothing
     * is queued, and all are at rest.  NULL: it has no threads.
     */
    void (*at_once)(Engine *e, EngineAtOnce *what);

    /*
     * Let a device do @reaction when it is accessed next, in the region and
     * direction that @trigger (OPF_TRIGGER) names: once, after the access was
     * logged and before it is answered.  At most ENGINE_REACTIONS wait; one
     * more replaces the oldest.  Of those that wait for the same access, the
     * oldest goes first, and one only.
     */
    void (*react)(Engine *e, const Op *trigger, const Op *reaction);

    /*
     * Oracle only.  Does the contract say what @op does in this state?  If
     * not, it must not be applied.
     */
    bool (*covered)(Engine *e, const Op *op);

    /*
     * Oracle only.  From now on, until @thread is RM_THREADS, what apply() is
     * given is done by @thread while others run, from @begin to @end: what a
     * change or a flush does to the TLB of another CPU, or a flush of all does
     * to that of its own, has to wait for told(), and then for drained(), or
     * until the CPU begins something.
     */
    void (*as_thread)(Engine *e, unsigned thread, unsigned begin,
                      unsigned end);

    /* Oracle only.  @op, a change that was applied, is told to the CPUs. */
    void (*told)(Engine *e, const Op *op);

    /* Oracle only.  The work that was queued for @cpu has run. */
    void (*drained)(Engine *e, unsigned cpu);

    /* Oracle only.  Keep its state in place @depth; or go back to that. */
    void (*save)(Engine *e, unsigned depth);
    void (*restore)(Engine *e, unsigned depth);

    /* Oracle only.  These are the dirty bits. */
    void (*set_dirty)(Engine *e, const RmDirty *dirty);

    /* Oracle only.  Which limits @op meets in this state, a bit each. */
    unsigned (*limits_met)(Engine *e, const Op *op);

    /*
     * Subject only.  Do once more, the way of DMA, what an access did to one
     * page.  A write that leads elsewhere than @path says is not carried
     * out.  Devices do not react.
     */
    void (*dma)(Engine *e, const RmPath *path, bool write, DmaResult *out);

    /*
     * Subject only.  The same another way.  @out has what dma() answers: what
     * this way does not tell stays so, and @out->region is RM_REGIONS where
     * the region is not told.  Returns false if it has nothing to say.  NULL:
     * there are no other ways.
     */
    bool (*other_way)(Engine *e, const RmPath *path, bool write, DmaWay way,
                      DmaResult *out);

    /* The content of a region with host memory, RM_RAM_SIZE bytes. */
    const uint8_t *(*host)(Engine *e, RmRegion region);

    void (*dirty)(Engine *e, RmDirty *dirty);

    /*
     * Subject only.  List the entries in which any type is live, at most
     * @max, and return how many there are.  @asked says which are enough.
     * Where a type is not live, only that is set.
     */
    unsigned (*entries)(Engine *e, EntriesAsked asked, CachedEntry *out,
                        unsigned max);

    /*
     * Subject only.  Describe the entries that it holds for the page of
     * @va, live or not, and return how many there are.
     */
    unsigned (*describe)(Engine *e, unsigned cpu, unsigned mmu_idx,
                         uint32_t va, EntryView out[ENTRY_VIEWS]);

    /*
     * Subject only.  The indexes of an IOMMU, a bit each, whose UNMAP
     * notifications reach the CPU.
     */
    unsigned (*notifiers)(Engine *e, unsigned cpu, unsigned iommu);

    /*
     * Subject only.  Does it count fewer entries of any TLB than none?  Then
     * it says of which.  NULL: it counts nothing.
     */
    bool (*miscounted)(Engine *e, unsigned *cpu, unsigned *mmu_idx);

    /* Oracle only.  What may be cached for the page of @va. */
    void (*entry)(Engine *e, unsigned cpu, unsigned mmu_idx, uint32_t va,
                  RmEntry *out);

    /*
     * Of the checker in the place of IOMMU @number, without an effect: what
     * it decides, what a register reads as, the level of its interrupt.  An
     * oracle has RM_TX_DECODE_ERROR for a register that need not be there.
     */
    void (*decide)(Engine *e, unsigned number, unsigned index, uint32_t addr,
                   bool is_write, RmDecision *out);
    /* Oracle only.  Is that decision the implementation's own? */
    bool (*undefined)(Engine *e, unsigned number, unsigned index,
                      uint32_t addr, bool is_write);
    RmResponse (*peek)(Engine *e, unsigned number, unsigned offset,
                       unsigned size, unsigned attrs, uint64_t *value);
    bool (*irq)(Engine *e, unsigned number);

    /*
     * Oracle only.  A subject has @value in the register at @offset, for which
     * peek() has another one: may it?  Then so says the oracle from now on.
     */
    bool (*accept)(Engine *e, unsigned number, unsigned offset,
                   uint64_t value);

    /*
     * Subject only.  Write to a register, as its software may; right after
     * reset(), which has to follow again.
     */
    void (*poke)(Engine *e, unsigned number, unsigned offset, unsigned size,
                 unsigned attrs, uint64_t value);

    /*
     * Subject only.  Let a device read @size bytes from @addr behind a
     * checker; returns false if that fails.  Where poke() may be called.
     */
    bool (*read_behind)(Engine *e, unsigned number, uint32_t addr,
                        unsigned size, unsigned attrs, uint64_t *value);

    /*
     * Subject only.  Could a checker be told the number of this name, which is
     * fixed where it is built in?
     */
    bool (*was_told)(Engine *e, unsigned number, const char *setting);

    /*
     * Oracle only.  Learn by the registers of the checkers what @subject has
     * chosen where its specification leaves it free, once for each variant:
     * that of @preset, whose writes to registers are not made for that.
     * Returns whether it has: then both are to be reset again.
     */
    bool (*learn)(Engine *e, Engine *subject, const RmPreset *preset);

    /*
     * Oracle only.  Call @hook after whatever happens to a checker; and what
     * it was built with: see RmCheckerOps.settings, and RmCheckerOps.index.
     */
    void (*listen)(Engine *e,
                   void (*hook)(void *opaque, const RmHeard *heard),
                   void *opaque);
    unsigned (*settings)(Engine *e, unsigned number,
                         RmSetting out[RM_SETTINGS]);
    unsigned (*index)(Engine *e, unsigned number, unsigned attrs);

    /* Subject only.  The source file of a checker; NULL: it has none. */
    const char *(*device)(Engine *e, RmCheckerKind kind);

    /*
     * Add what its later behaviour depends on to @f; of an oracle, what the guest
     * and the devices have programmed as well.  @last: also what was loaded last
     * (OpCmp).  @pages: of RAM that were written since reset(), a bit each.
     */
    void (*fingerprint)(Engine *e, bool last, const uint8_t pages[RM_RAMS],
                        RmFingerprint *f);

    /* Oracle only.  Changes whenever entry() may say something else. */
    uint64_t (*entry_version)(Engine *e, unsigned cpu, unsigned mmu_idx,
                              uint32_t va);
    /* ... of any page, from one operation to the next. */
    uint64_t (*version)(Engine *e);

    /* Oracle only.  Where an access leads now, were nothing cached. */
    void (*way)(Engine *e, unsigned mmu_idx, uint32_t va, RmAccessType type,
                RmWay *out);

    /* Oracle only.  How often each clause decided something, so far. */
    const uint64_t *(*decided)(Engine *e);

    /*
     * A sanitizer is about to end the process: that is no assertion, which
     * apply() would survive.  NULL: it survives none.
     */
    void (*dying)(Engine *e);

    /*
     * fork(): the engine works in the new process, too, whatever threads it
     * has.  NULL: it has none.
     */
    pid_t (*fork)(Engine *e);

    void (*free)(Engine *e);
} EngineOps;

struct Engine {
    const EngineOps *ops;
    /*
     * Of a subject, as it is built: does it ask IOMMUs when a TLB entry is
     * filled (C2)?  And which limits it has, a bit each: RmLimit.  An oracle
     * is told the first, before it is reset.
     */
    bool eager;
    unsigned limits;
    /*
     * Of a subject, after it was reset: does a checker that has denied a fetch
     * know it from a read?  An oracle is told, before it is reset.
     */
    bool tells_fetches;
    /*
     * Of a subject: called before an assertion ends the process, where
     * apply() cannot survive it: @text is what it says.  NULL: nobody.
     */
    void (*gives_up)(const char *text);
};

#endif
