/*
 * The reference model of a CPU TLB that defers IOMMU translation: what the
 * contract allows, in plain C11.  It can be used alone, or be told what an
 * implementation did (RmSeen), where the contract leaves a choice.
 *
 * This is all that a user of the model needs.  Each part says which files
 * carry it out; their own headers are for the other files of the model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_MODEL_H
#define RM_MODEL_H

#include "board.h"
#include "checker.h"
#include "clauses.h"
#include "hash.h"
#include "freedom.h"
#include "limits.h"
#include "vocabulary.h"

typedef struct RmModel RmModel;

/* What the implementation under test did during the same operation. */
typedef struct RmSeen {
    const RmLog *log;   /* its fills and translations decide */
    RmDirty dirty;      /* its dirty bits after the operation */
    uint64_t value;     /* its result, where a choice is left */
} RmSeen;

/* A clause that the implementation broke, as far as its log shows. */
typedef struct RmViolation {
    RmClause clause;    /* RM_NO_CLAUSE: none */
    char text[160];
} RmViolation;

/* Bytes of RAM that an access wrote. */
typedef struct RmWritten {
    uint8_t region;
    uint16_t len;           /* within a page */
    uint16_t offset;
} RmWritten;

/* Of an access itself, and of the DMA of devices that it makes react. */
#define RM_WRITTEN_MAX (3 * RM_ACCESS_MAX)

/* Where the bytes of one page of an access went. */
typedef struct RmPath {
    uint32_t va, pa;        /* of the first byte */
    uint8_t size, attrs;
    uint8_t region;         /* that answers */
    uint32_t offset;
    bool as_dma;            /* a page in pieces: DMA rules (not C2, C9) */
    bool dropped;           /* a store to what cannot be written */
    bool whole;             /* all of the page goes there */
    bool iommu;             /* an IOMMU has said so, or has denied it */
    bool other_sizes;       /* of a device: DMA, which fits the sizes of its
                               pieces to it, may do what a CPU does not */
} RmPath;

typedef struct RmResult {
    RmStatus status;
    /*
     * Of an access that is done: what was read.  Of a question about a
     * page: what rm_found() makes.
     */
    uint64_t value, value_hi;
    bool stopped_after;     /* RM_WATCHPOINT, RM_BREAKPOINT: but all of it
                               happened */
    bool conflict;          /* C7: an assertion is to be expected, ... */
    bool may_conflict;      /* ... or accepted: one of the two pages is what
                               was said before a change that is not told yet */
    bool small;             /* a question met less than a page (C6) */
    unsigned n_written;
    RmWritten written[RM_WRITTEN_MAX];
    unsigned n_paths;       /* of an access that moves data */
    RmPath path[2];
    uint8_t bytes[RM_ACCESS_MAX];   /* moved, in the order of addresses */
    RmViolation violation;
    RmLog log;              /* the events that the contract demands */
} RmResult;

/* What of a checker may be another than before, with all above it. */
typedef enum RmTouched {
    RM_TOUCHED_NOTHING,
    RM_TOUCHED_RECORD,      /* and the interrupt */
    RM_TOUCHED_REGISTERS,
    RM_TOUCHED_DECISIONS,
} RmTouched;

/** rm_result_init: all of it happened, and nothing was seen of it */
static inline void rm_result_init(RmResult *r)
{
    r->status = RM_DONE;
    r->value = r->value_hi = 0;
    r->conflict = r->may_conflict = r->small = r->stopped_after = false;
    r->n_written = 0;
    r->n_paths = 0;
    r->violation.clause = RM_NO_CLAUSE;
    r->log.n = 0;
}

/* What a question about a page finds; only the first has an address. */
#define RM_FOUND_HOST       1u
#define RM_FOUND_FAULT      2u  /* the page tables deny it */
#define RM_FOUND_IO         4u  /* not to be had as memory */
#define RM_FOUND_WATCHED    8u  /* there is a watchpoint in the page */
#define RM_FOUND_LEFT       16u /* nothing, and who asks is not told so */
#define RM_FOUND_OTHER      32u /* a flag that only the TLB should know */

/** rm_found: put the answer into one number */
static inline uint64_t rm_found(unsigned flags, unsigned region,
                                uint32_t offset)
{
    return flags | (uint64_t)region << 8 | (uint64_t)offset << 16;
}

/*
 * What a CPU that runs the instruction @insn does: it says which one it was, and
 * where it lies in memory; where it goes on in another page, @next is what
 * rm_found() makes of that, or else 0.
 */
static inline uint64_t rm_ran(uint32_t insn, unsigned region, uint32_t offset,
                              uint64_t next)
{
    return insn | (uint64_t)offset << 32 | (uint64_t)(region + 1) << 48 |
           (next ? ((next >> 8 & 7) + 1) << 52 |
                   (next >> (16 + RM_PAGE_BITS) & 15) << 56 : 0);
}

typedef enum RmAccessKind {
    RM_PLAIN,           /* a load, store or fetch */
    RM_READ_MODIFY_WRITE,
    RM_COMPARE_EXCHANGE,
    RM_PROBE,
    RM_VADDR_TO_HOST,
    RM_CODE_PAGE,       /* get_page_addr_code_hostp() */
    RM_BLOCK,           /* translate the instruction at @va, or run it */
} RmAccessKind;

typedef struct RmAccess {
    RmAccessKind kind;
    RmAccessType type;      /* not of atomics; RM_FETCH of the last two */
    uint8_t cpu, mmu_idx;
    uint16_t size;          /* 1 to 16; of a probe, 0 to a page; of a
                               read-modify-write, 1 to 8 */
    bool big_endian;
    uint8_t align;          /* RmAlign */
    bool tlb_only;          /* ... if the page checks alignment (C18) */
    uint8_t rmw;            /* RmRmw */
    uint8_t probe;          /* RmProbe */
    bool nonfault;          /* of a probe: a page fault is an answer */
    uint32_t va;
    uint64_t value, value_hi;   /* to be stored */
    uint64_t cmp, cmp_hi;       /* to be compared with */
    bool exclusive;         /* of an atomic one: no other CPU runs meanwhile,
                               so that a load and a store will do */
    bool runs;              /* of a block: it is not only translated */
    uint32_t stores;        /* ... and has two instructions, of which the first
                               stores this, not 0, where the second one is */
    bool again;             /* it may begin anew, once, before it reaches a
                               device: all of its pages are looked up then */
    /*
     * Of one that an instruction makes: how many of its block are executed
     * with it, the access itself last, and how many behind it; else 0.
     */
    uint8_t place;          /* of the first one: below RM_PLACES */
    uint8_t n_before, n_behind;
} RmAccess;

/** rm_alignment: the alignment that the access must have, in bytes */
unsigned rm_alignment(const RmAccess *a);

/** rm_in_two: is it atomic because nobody else runs: a load, then a store? */
static inline bool rm_in_two(const RmAccess *a)
{
    return a->exclusive && (a->kind == RM_READ_MODIFY_WRITE ||
                            a->kind == RM_COMPARE_EXCHANGE);
}

/* What the fast path may do with one access type of an entry. */
typedef struct RmEntryType {
    bool allowed;       /* the page table permits the type */
    bool cached;        /* ... and it need not be asked again */
    bool deferred;      /* an IOMMU must be asked before the next use */
    bool host;          /* resolved, to host memory: @region, @offset */
    bool fast;          /* ... and usable without the slow path */
    bool must_be_fast;  /* ... after its first use */
    uint8_t region;
    uint32_t offset;    /* of the page within @region */
    uint8_t asked[RM_IOMMUS];   /* not 0: the answer comes from there */
    bool small;         /* ... because it answered for less than a page */
    uint8_t blame;      /* RmClause broken by one who does not ask */
    uint8_t slow;       /* RmClause broken by one who is fast if !@fast */
} RmEntryType;

typedef struct RmEntry {
    bool present;       /* the entry may still be used */
    RmClause blame;     /* clause broken by one who uses it if not */
    uint8_t index;      /* IOMMU index of its attributes */
    uint32_t pa;
    uint8_t attrs;
    RmEntryType type[RM_ACCESS_TYPES];
} RmEntry;

/* Where an access leads as the tables are now. */
typedef struct RmWay {
    bool mapped;            /* the page table permits the access */
    RmPte pte;
    uint8_t early;          /* the region at the physical address ... */
    uint32_t early_offset;  /* ... of the access, and where in it */
    bool in_pieces;         /* the page holds more than one thing */
    unsigned n;             /* IOMMUs that are asked: none, 1, or 2 nested */
    struct {
        uint8_t region;     /* RM_IOMMU0, RM_IOMMU1 */
        uint32_t addr;      /* behind it */
    } step[RM_IOMMUS];
    uint8_t index;          /* IOMMU index of all of them */
    uint8_t perm;           /* if @n: what all of them grant: RM_R, RM_W */
    uint32_t addr_mask;     /* if @n: the least of theirs */
    uint8_t region;         /* in the end; RM_UNASSIGNED where denied */
    uint32_t offset;
    bool readonly;          /* stores are dropped */
} RmWay;

/* --- The model as a whole: reset.c ---------------------------------------- */

/** rm_new: a model, not yet reset; NULL if there is no memory */
RmModel *rm_new(void);

/** rm_free: free @m, which may be NULL */
void rm_free(RmModel *m);

/**
 * rm_copy: make @to what @from is, but for the checkers: neither may have any
 * in the place of its IOMMUs
 */
void rm_copy(RmModel *to, const RmModel *from);

/**
 * rm_reset: RAM, dirty bits, page tables, IOMMUs and devices as @preset
 * says; the memory map as rm_memory_map; no watchpoints; TLBs empty
 * @pages: a bit for each page of each RAM that is to be reset; NULL: all
 */
void rm_reset(RmModel *m, const RmPreset *preset, const uint8_t *pages);

/**
 * rm_set_eager: from the next reset on, is it @eager?  Then IOMMUs are asked
 * when a TLB entry is filled, and only then; one answer serves the directions
 * that its perm speaks for, and for others the entry is filled again (C2).
 */
void rm_set_eager(RmModel *m, bool eager);

/**
 * rm_set_tells_fetches: from the next reset on, does a checker that has denied
 * a fetch know it from a read?  (It is asked about it as about a read.)
 */
void rm_set_tells_fetches(RmModel *m, bool tells);

/* --- Accesses: access.c, cover.c, device.c, code.c ------------------------ */

/**
 * rm_access: an access, or a question about a page
 * @m: the model
 * @a: the access
 * @seen: what the implementation did, or NULL to run alone: then entries are
 *        filled and translated when the contract first demands it
 * @r: the result, overwritten
 *
 * C1 to C9, C16 to C19; C13 to C15 where something stale was used.
 */
void rm_access(RmModel *m, const RmAccess *a, const RmSeen *seen, RmResult *r);

/**
 * rm_covered: does the contract say what happens?
 *
 * Not where it spans two granules of an IOMMU that answers for less than a
 * page (C6), where it crosses into a page with swapped bytes (QEMU refuses
 * it), where an IOMMU shares a page with something else, or of a block that
 * may go on in a page that is no memory.
 */
bool rm_covered(const RmModel *m, const RmAccess *a);

/**
 * rm_covered_with_pte: the same of @a, which fills the TLB for one page, if the
 * page walk sets that page-table entry; but for what rm_covered() itself asks
 */
bool rm_covered_with_pte(const RmModel *m, const RmAccess *a, unsigned mmu_idx,
                         uint32_t va, const RmPte *pte);

/**
 * rm_covered_with_map: ... if the page walk changes mapping @map
 * @pa: the page that it is moved to, or any if it is not moved
 */
bool rm_covered_with_map(const RmModel *m, const RmAccess *a, unsigned map,
                         uint32_t pa);

/**
 * rm_limits_met: which limits @a meets, a bit each (RmLimit)
 *
 * As the tables are now: what is cached may meet none.
 */
unsigned rm_limits_met(const RmModel *m, const RmAccess *a);

/**
 * rm_set_device_hook: call @hook at each device access, after its event
 *
 * What the hook does to the model takes place during the access.
 */
void rm_set_device_hook(RmModel *m,
                        void (*hook)(void *opaque, RmRegion region,
                                     bool is_write),
                        void *opaque);

/**
 * rm_set_fill_hook: call @hook at each fill of the TLB, after its event and
 * before the page tables answer
 *
 * As above; but it must not be there for accesses that can need two fills: what
 * the second one takes away of the first one is not said.
 */
void rm_set_fill_hook(RmModel *m, void (*hook)(void *opaque), void *opaque);

/**
 * rm_set_translate_hook: call @hook at each question to an IOMMU, after its
 * event and before the IOMMU answers; it returns whether it has done anything
 *
 * As above; and no IOMMU may lead to another one: rm_is_nested().
 */
void rm_set_translate_hook(RmModel *m,
                           bool (*hook)(void *opaque, RmRegion iommu,
                                        bool is_write),
                           void *opaque);

/** rm_is_nested: does any answer of an IOMMU lead to the other one? */
bool rm_is_nested(const RmModel *m);

/** rm_set_chooser: let @choose take liberties, while no RmSeen is given */
void rm_set_chooser(RmModel *m, RmChooser *choose, void *opaque);

/** rm_log_code: log the translated blocks that were lost since (C10) */
void rm_log_code(RmModel *m, const RmSeen *seen, RmResult *r);

/* --- DMA: dma.c ----------------------------------------------------------- */

/* An access by a device, at a physical address. */
typedef struct RmDma {
    uint32_t pa;
    uint16_t size;          /* at least 1, at most RM_DMA_MAX */
    uint8_t attrs;
    bool is_write;
    uint64_t value;         /* to be written: rm_dma_bytes() */
} RmDma;

/**
 * rm_dma: an access by DMA; a device that it reaches may react with another
 *
 * @r->value is rm_dma_value() of what was read, @r->value_hi the RmResponse.
 * C3, C4, C9, C10.
 */
void rm_dma(RmModel *m, const RmDma *d, const RmSeen *seen, RmResult *r);

/**
 * rm_dma_covered: does the contract say what comes of it?  Only memory takes
 * more than RM_DMA_SHORT bytes: all the events would have to be kept.  And an
 * IOMMU whose large answer for one page is not what it answers for the next
 * one contradicts itself: DMA that goes on there may follow either.
 */
bool rm_dma_covered(const RmModel *m, const RmDma *d);

/* --- Page tables, IOMMUs, devices: notify.c, device.c --------------------- */

/**
 * rm_set_pte: change the page tables (C14: cached entries stay)
 * @va: an address within the page; one that cannot be mapped is ignored
 * @pte: the new entry; prot 0 removes the mapping
 */
void rm_set_pte(RmModel *m, unsigned mmu_idx, uint32_t va, const RmPte *pte);

/**
 * rm_set_answer: program an IOMMU, which then notifies an UNMAP (C13), and
 * tells who listens to the index and the range of it (rm_listened())
 * @iommu: which one
 * @index: IOMMU index
 * @page: page number behind the IOMMU
 * @directions: RM_R and RM_W bits: the questions that get this answer
 * @answer: the answer
 * @log: takes the event, or NULL
 *
 * The answers are kept consistent (C8), as RmAnswer says.  Only iommu1 can
 * lead to iommu0.
 */
void rm_set_answer(RmModel *m, unsigned iommu, unsigned index, unsigned page,
                   unsigned directions, const RmAnswer *answer, RmLog *log);

/**
 * rm_program_answer: the first half of rm_set_answer(): the CPUs have not been
 * told yet, and may use what they have cached
 */
void rm_program_answer(RmModel *m, unsigned iommu, unsigned index,
                       unsigned page, unsigned directions,
                       const RmAnswer *answer, RmLog *log);

/**
 * rm_told: ... and the second half: now @cpu was told of @page
 *
 * What it has asked after the change it may keep.
 */
void rm_told(RmModel *m, unsigned cpu, unsigned iommu, unsigned index,
             unsigned page);

/** rm_set_response: what a device region answers from now on (C4) */
void rm_set_response(RmModel *m, RmRegion region, unsigned directions,
                     RmResponse response);

/** rm_set_device: what a device region is from now on, until the reset */
void rm_set_device(RmModel *m, RmRegion region, const RmDevice *device);

/* --- Security checkers, in place of the IOMMUs: registers.c, checkers.c --- */

/* What happens to a checker, in the order in which it does. */
typedef enum RmHeardKind {
    RM_HEARD_RESET,     /* as after power-on */
    RM_HEARD_REGISTER,  /* an access to a register */
    RM_HEARD_DENIED,    /* a denied access reached blocked-I/O */
} RmHeardKind;

typedef struct RmHeard {
    RmHeardKind kind;
    uint8_t number;     /* of the checker */
    /* of an access: */
    bool is_write;
    uint8_t size, attrs;
    RmResponse response;
    uint32_t addr;      /* the offset of the register, or what was accessed */
    uint64_t value;
    bool is_fetch;      /* told from a read, and denied */
} RmHeard;

/**
 * rm_set_checker_hook: call @hook after whatever happens to a checker,
 * rm_reset() included
 */
void rm_set_checker_hook(RmModel *m,
                         void (*hook)(void *opaque, const RmHeard *heard),
                         void *opaque);

/** rm_checker: the checker in the place of IOMMU @number, or NULL */
const RmChecker *rm_checker(const RmModel *m, unsigned number);

/**
 * rm_register: an access to the registers of a checker, not by a CPU
 * @attrs: as in RmPte.attrs
 * @value: to be written; or set, to 0 where the access fails
 * @log: takes the event, where the access is valid
 *
 * Returns how it ends.  Without a checker: RM_TX_DECODE_ERROR.
 */
RmResponse rm_register(RmModel *m, unsigned number, uint32_t offset,
                       unsigned size, unsigned attrs, bool is_write,
                       uint64_t *value, RmLog *log);

/**
 * rm_checker_reset: a checker is reset, and so are the CPUs' TLBs
 *
 * Checkers do not notify their reset: machines reset all at once.
 */
void rm_checker_reset(RmModel *m, unsigned number);

/**
 * rm_fingerprint: add the state of the model to @f: what behaves alike from here
 * on has the same one
 * @pages: of RAM that were written since the start, a bit each
 */
void rm_fingerprint(const RmModel *m, const uint8_t pages[RM_RAMS],
                    RmFingerprint *f);

/**
 * rm_save_load: the state of the machine is saved, and loaded (C14, D1 to D5)
 *
 * Checkers are what they were.  The CPUs' TLBs are no state, and go.
 */
void rm_save_load(RmModel *m);

/**
 * rm_checker_learn: learn what an implementation of checker @number has chosen
 * @r: its registers, just reset
 *
 * Of the variant that is in its place, and once.  Returns false if there was
 * nothing to learn.
 */
bool rm_checker_learn(RmModel *m, unsigned number, const RmRegisters *r);

/**
 * rm_peek: what a read of a register gives; nothing is logged or touched
 *
 * Returns RM_TX_DECODE_ERROR if this instance has no such register.
 */
RmResponse rm_peek(RmModel *m, unsigned number, uint32_t offset,
                   unsigned size, unsigned attrs, uint64_t *value);

/**
 * rm_accept: an implementation has @value in a register for which rm_peek()
 * has another one: may it?  Then the model has it, too, from now on.
 */
bool rm_accept(RmModel *m, unsigned number, uint32_t offset, uint64_t value);

/**
 * rm_undefined: does the specification of the checker in the place of IOMMU
 * @number leave it to an implementation what becomes of an access of @type?
 * @addr: behind the IOMMU
 */
bool rm_undefined(const RmModel *m, unsigned number, unsigned index,
                  uint32_t addr, RmAccessType type);

/** rm_touched: of checker @number, since this was called last */
RmTouched rm_touched(RmModel *m, unsigned number);

/* --- Flushes (C14): flush.c ----------------------------------------------- */

/** rm_flush: drop all entries of the MMU indexes in @idxmap */
void rm_flush(RmModel *m, unsigned cpu, unsigned idxmap);

/**
 * rm_flush_range: drop the entries of a range, and of large pages in it
 * @va: page aligned
 * @pages: length
 * @idxmap: MMU indexes
 * @bits: address bits that are compared; 64 for all
 */
void rm_flush_range(RmModel *m, unsigned cpu, uint32_t va, unsigned pages,
                    unsigned idxmap, unsigned bits);

/** rm_crowd: the first @pages of the crowd are looked up, for loads */
void rm_crowd(RmModel *m, unsigned cpu, unsigned mmu_idx, unsigned pages);

/* --- Dirty tracking and code (C9, C10): code.c ---------------------------- */

/**
 * rm_clear_dirty: clear the dirty bits of all pages that a range has a part of
 * @len: bytes, at least 1; it ends in @ram
 */
void rm_clear_dirty(RmModel *m, RmClient client, RmRegion ram,
                    uint32_t offset, uint32_t len);

/**
 * rm_dirty_snapshot: the dirty bits of such pages, bit 0 for the first one;
 * then they are clear (C9)
 * @seen: what the implementation did, or NULL: it may have cleared bits of
 *        other pages of @ram, too.  Stores to those must be noticed as well.
 */
uint64_t rm_dirty_snapshot(RmModel *m, RmClient client, RmRegion ram,
                           uint32_t offset, uint32_t len,
                           const RmSeen *seen);

/**
 * rm_log_clear: such a range was cleared: was whoever listens to the first
 * address space told, wherever that shows a part of it?  Alone: it is.
 */
void rm_log_clear(RmModel *m, const RmSeen *seen, RmRegion ram,
                  uint32_t offset, uint32_t len, RmResult *r);

/**
 * rm_set_log: start or stop logging; of the migration client for all RAM
 *
 * Only what goes the way of DMA heeds it.
 */
void rm_set_log(RmModel *m, RmClient client, RmRegion ram, bool on);

/** rm_also_log: the same of another one: each bit is set for any of them */
void rm_also_log(RmModel *m, RmLogger who, RmRegion ram, bool on);

/**
 * rm_run_state: stop the machine, or let it run
 *
 * Logging of all RAM that is to end meanwhile may go on until it runs.
 */
void rm_run_state(RmModel *m, bool running);

/**
 * rm_log_all: at the end of an operation: was whoever listens told, once, that
 * all RAM is logged from now on, or not any more (C9)?  Alone: it is.
 */
void rm_log_all(RmModel *m, const RmSeen *seen, RmResult *r);

/** rm_protect_code: tlb_protect_code(), tlb_unprotect_code() */
void rm_protect_code(RmModel *m, RmRegion ram, unsigned page, bool protect);

/**
 * rm_has_code: is there a translated block in the page?
 *
 * Such a page may not be unprotected: tlb_unprotect_code() is for pages
 * whose last block is gone.
 */
bool rm_has_code(const RmModel *m, RmRegion ram, unsigned page);

/** rm_dirty: the dirty bits now (C9) */
const RmDirty *rm_dirty(const RmModel *m);

/** rm_set_dirty: ... are these from now on, as others have judged */
void rm_set_dirty(RmModel *m, const RmDirty *dirty);

/* --- Watchpoints (C19): watch.c ------------------------------------------- */

/**
 * rm_watch: add a watchpoint; more than RM_WATCHPOINTS are ignored
 * @len: bytes, at least 1
 * @directions: RM_R and RM_W bits
 *
 * Of the watchpoints that an access meets the first one counts, in the order
 * of its pages, then of these calls.
 */
void rm_watch(RmModel *m, unsigned cpu, uint32_t va, unsigned len,
              unsigned directions);

/**
 * rm_watch_after: the same of one that stops the access when it is done: it is
 * RM_WATCHPOINT then, if nothing else has ended it, with all that it did
 */
void rm_watch_after(RmModel *m, unsigned cpu, uint32_t va, unsigned len,
                    unsigned directions);

/** rm_begins_anew: may @a begin anew, as a device or a watchpoint wants it? */
bool rm_begins_anew(const RmModel *m, const RmAccess *a);

/** rm_unwatch: remove the first watchpoint that begins at @va, if any */
void rm_unwatch(RmModel *m, unsigned cpu, uint32_t va);

/**
 * rm_breakpoint: set a breakpoint of @by at @place, or remove it (C19)
 *
 * The instruction that is there is not executed: an access that it or one
 * before it makes is RM_BREAKPOINT, and nothing of it happens; so is one that
 * is done, and that it comes behind.  One that is executed while no other CPU
 * runs has met its breakpoint before: rm_covered().
 */
void rm_breakpoint(RmModel *m, unsigned cpu, unsigned place, RmBreaker by,
                   bool on);

/** rm_stops_before: does @a meet a breakpoint before it is made? */
bool rm_stops_before(const RmModel *m, const RmAccess *a);

/**
 * rm_replace_cpu: @cpu goes, and another one comes in its place: nothing is
 * cached there, nor watched
 */
void rm_replace_cpu(RmModel *m, unsigned cpu);

/* --- The memory map (C15): map.c ------------------------------------------ */

/**
 * rm_queued_work: let what changes of the memory map queue for the CPUs wait, or
 * run it
 *
 * Until it has run, what is cached of the old view may be used; what is filled
 * is of the new one.
 */
void rm_queued_work(RmModel *m, bool waits);

/** rm_work_waits: does it wait? */
bool rm_work_waits(const RmModel *m);

/** rm_flush_code: nothing that was translated is left, for any CPU (C10) */
void rm_flush_code(RmModel *m);

/**
 * rm_grace_period: nobody uses the old views any more: they are freed
 *
 * A CPU that is to run an instruction by itself (EXCP_ATOMIC) can be between two
 * of the sections in which it may use them.  So it has to run what is queued for
 * it first, and rm_access() takes that for done.
 */
void rm_grace_period(RmModel *m);

/**
 * rm_covered_meanwhile: does the contract say what happens to @a, though queued
 * work waits?
 *
 * Not to what uses an old view that is freed: a CPU runs the work before.  Nor
 * where it uses an IOMMU, or a page in pieces, of an old view; and as long as an
 * old view is there, a page that leads elsewhere now may be filled by either.
 * An exclusive access has to run the work when all old views are freed; before,
 * it may.
 */
bool rm_covered_meanwhile(const RmModel *m, const RmAccess *a);

/** rm_map_enable: show or hide a mapping */
void rm_map_enable(RmModel *m, unsigned map, bool on);

/** rm_map_add: take a mapping out of the map, or put it in again */
void rm_map_add(RmModel *m, unsigned map, bool add);

/** rm_map_move: to the page at @pa; its offset within a page stays */
void rm_map_move(RmModel *m, unsigned map, uint32_t pa);

/** rm_map_offset: show what is at @offset, a page of the region */
void rm_map_offset(RmModel *m, unsigned map, uint32_t offset);

/** rm_map_readonly: drop stores, or not */
void rm_map_readonly(RmModel *m, unsigned map, bool on);

/** rm_romd_mode: are reads of the ROM device those of a ROM? */
void rm_romd_mode(RmModel *m, bool on);

/* --- To look at: entry.c, way.c, reset.c ---------------------------------- */

/** rm_host: the content of a region with host memory, RM_RAM_SIZE bytes */
const uint8_t *rm_host(const RmModel *m, RmRegion region);

/**
 * rm_entry: what an implementation may have cached for a page (C8, C11)
 * @va: an address within the page
 * @out: overwritten; with present == false, only @out->blame is set
 */
void rm_entry(const RmModel *m, unsigned cpu, unsigned mmu_idx, uint32_t va,
              RmEntry *out);

/**
 * rm_entry_version: a number that is another one if rm_entry() may say
 * something else than before, since the reset
 */
uint64_t rm_entry_version(const RmModel *m, unsigned cpu, unsigned mmu_idx,
                          uint32_t va);

/**
 * rm_version: a number that is another one if rm_entry() may say something
 * else of any page than it did up to 65,535 changes ago
 */
uint64_t rm_version(const RmModel *m);

/**
 * rm_way: where an access of @type to @va would lead if nothing was cached
 * @va: the address of the access; where nothing can be mapped, nothing is
 * @out: overwritten
 */
void rm_way(const RmModel *m, unsigned mmu_idx, uint32_t va,
            RmAccessType type, RmWay *out);

/**
 * rm_decided: how often each clause has decided something, since rm_new()
 *
 * C11, C12 and C20 to C24 are for whoever compares: they stay 0.
 */
const uint64_t *rm_decided(const RmModel *m);

#endif
