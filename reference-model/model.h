/*
 * The reference model of a CPU TLB that defers IOMMU translation: what the
 * contract allows, in plain C11.  It can be used alone, or be told what an
 * implementation did (RmSeen), where the contract leaves a choice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_MODEL_H
#define RM_MODEL_H

#include "vocabulary.h"

typedef struct RmModel RmModel;

/* What the implementation under test did during the same operation. */
typedef struct RmSeen {
    const RmLog *log;   /* its fills and translations decide */
    RmDirty dirty;      /* its dirty bits after the operation */
} RmSeen;

/* A clause that the implementation broke, as far as its log shows. */
typedef struct RmViolation {
    RmClause clause;    /* RM_NO_CLAUSE: none */
    char text[160];
} RmViolation;

/* Bytes of RAM that an access wrote. */
typedef struct RmWritten {
    uint8_t region;
    uint8_t len;
    uint16_t offset;
} RmWritten;

typedef struct RmResult {
    RmStatus status;
    uint64_t value;         /* of a load or fetch that is RM_DONE */
    bool conflict;          /* C7: an assertion is to be expected */
    unsigned n_written;
    RmWritten written[2];
    RmViolation violation;
    RmLog log;              /* the events that the contract demands */
} RmResult;

/** rm_result_init: all of it happened, and nothing was seen of it */
static inline void rm_result_init(RmResult *r)
{
    r->status = RM_DONE;
    r->value = 0;
    r->conflict = false;
    r->n_written = 0;
    r->violation.clause = RM_NO_CLAUSE;
    r->log.n = 0;
}

typedef struct RmAccess {
    RmAccessType type;
    uint8_t cpu, mmu_idx;
    uint8_t size;           /* 1, 2, 4 or 8 */
    bool big_endian;
    uint32_t va;
    uint64_t value;         /* of a store */
} RmAccess;

/* What the fast path may do with one access type of an entry. */
typedef struct RmEntryType {
    bool allowed;       /* the page table permits the type */
    bool deferred;      /* an IOMMU must be asked before the next use */
    bool host;          /* resolved, to RAM: @region, @offset */
    bool fast;          /* ... and usable without the slow path */
    uint8_t region;
    uint16_t offset;    /* of the page within @region */
    uint8_t blame;      /* RmClause broken by one who does not ask */
} RmEntryType;

typedef struct RmEntry {
    bool present;       /* the entry may still be used */
    RmClause blame;     /* clause broken by one who uses it if not */
    uint32_t pa;
    uint8_t wid;
    RmEntryType type[RM_ACCESS_TYPES];
} RmEntry;

/** rm_new: a model, not yet reset; NULL if there is no memory */
RmModel *rm_new(void);

/** rm_free: free @m, which may be NULL */
void rm_free(RmModel *m);

/**
 * rm_reset: RAM, dirty bits, page tables and IOMMUs as @preset says; TLB empty
 * @pages: a bit for each page of each RAM that is to be reset; NULL: all
 */
void rm_reset(RmModel *m, const RmPreset *preset, const uint8_t *pages);

/**
 * rm_access: a load, store or fetch
 * @m: the model
 * @a: the access
 * @seen: what the implementation did, or NULL to run alone: then entries are
 *        filled and translated when the contract first demands it
 * @r: the result, overwritten
 *
 * C1 to C5, C7 to C9, C16, C18; C13 and C14 where something stale was used.
 */
void rm_access(RmModel *m, const RmAccess *a, const RmSeen *seen, RmResult *r);

/**
 * rm_set_pte: change the page tables (C14: cached entries stay)
 * @va: an address within the page; one that cannot be mapped is ignored
 * @pte: the new entry; prot 0 removes the mapping
 */
void rm_set_pte(RmModel *m, unsigned mmu_idx, uint32_t va, const RmPte *pte);

/**
 * rm_set_answer: program an IOMMU, which then notifies an UNMAP (C13)
 * @iommu: which one
 * @index: IOMMU index
 * @page: page number behind the IOMMU
 * @directions: RM_R and RM_W bits: the questions that get this answer
 * @answer: the answer
 *
 * The answers are kept consistent (C8), see rm_program_answer().
 */
void rm_set_answer(RmModel *m, unsigned iommu, unsigned index, unsigned page,
                   unsigned directions, const RmAnswer *answer);

/** rm_flush: drop all entries of the MMU indexes in @idxmap (C14) */
void rm_flush(RmModel *m, unsigned cpu, unsigned idxmap);

/** rm_flush_page: drop the entries of the page at @va (C14) */
void rm_flush_page(RmModel *m, unsigned cpu, uint32_t va, unsigned idxmap);

/** rm_clear_dirty: clear one dirty bit (C9) */
void rm_clear_dirty(RmModel *m, RmClient client, RmRegion ram, unsigned page);

/** rm_dirty: the dirty bits now (C9) */
const RmDirty *rm_dirty(const RmModel *m);

/** rm_ram: the content of a RAM, RM_RAM_SIZE bytes */
const uint8_t *rm_ram(const RmModel *m, RmRegion ram);

/**
 * rm_entry: what an implementation may have cached for a page (C8, C11)
 * @va: an address within the page
 * @out: overwritten; with present == false, only @out->blame is set
 */
void rm_entry(const RmModel *m, unsigned cpu, unsigned mmu_idx, uint32_t va,
              RmEntry *out);

#endif
