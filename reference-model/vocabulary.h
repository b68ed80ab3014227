/*
 * The words in which an implementation of the contract and the model speak
 * of accesses, translations and events.  Types and constants only: nothing
 * here knows how either side works.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_VOCABULARY_H
#define RM_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The limits of the set-up.  Pages are 4 KiB. */
#define RM_PAGE_BITS    12
#define RM_PAGE_SIZE    (1u << RM_PAGE_BITS)
#define RM_PAGE_MASK    (~(uint64_t)(RM_PAGE_SIZE - 1))
#define RM_CPUS         1   /* vCPUs */
#define RM_MMU_IDX      2   /* MMU indexes */
#define RM_IOMMUS       2   /* IOMMU regions */
#define RM_INDEXES      4   /* IOMMU indexes, and world ids */
#define RM_IOMMU_PAGES  16  /* pages behind each IOMMU */
#define RM_RAMS         2   /* RAM regions */
#define RM_RAM_PAGES    8   /* pages of each RAM */
#define RM_RAM_SIZE     (RM_RAM_PAGES * RM_PAGE_SIZE)

/*
 * Virtual pages: RM_VA_BANKS banks of RM_BANK_PAGES each, 1 MiB apart, so
 * that a page has the same slot of a 256-entry TLB in every bank.
 */
#define RM_VA_BANKS     4
#define RM_BANK_PAGES   16
#define RM_BANK_BITS    20
#define RM_VA_PAGES     (RM_VA_BANKS * RM_BANK_PAGES)

/**
 * rm_va_page: the number of the virtual page of @va, or -1 where the page
 * tables cannot map anything
 */
static inline int rm_va_page(uint32_t va)
{
    uint32_t bank = va >> RM_BANK_BITS;
    uint32_t page = (va & ((1u << RM_BANK_BITS) - 1)) >> RM_PAGE_BITS;

    if (bank >= RM_VA_BANKS || page >= RM_BANK_PAGES) {
        return -1;
    }
    return bank * RM_BANK_PAGES + page;
}

/* The clauses of the contract; what each says is in clauses.c. */
typedef enum RmClause {
    RM_NO_CLAUSE,
    RM_C1_FLAG, RM_C2_DEFERRAL, RM_C3_TARGET, RM_C4_PERMISSION, RM_C5_INDEX,
    RM_C6_GRANULARITY, RM_C7_ADDEND, RM_C8_INDEPENDENT, RM_C9_DIRTY,
    RM_C10_CODE, RM_C11_FAST_PATH, RM_C12_VICTIM, RM_C13_NOTIFY, RM_C14_FLUSH,
    RM_C15_TOPOLOGY, RM_C16_CROSSING, RM_C17_ATOMIC, RM_C18_ORDER,
    RM_C19_WATCHPOINT, RM_C20_MEMORY, RM_C21_DETERMINISM,
    RM_CLAUSES
} RmClause;

/**
 * rm_clause_name: "C3 target" for RM_C3_TARGET
 * @clause: any clause; RM_NO_CLAUSE gives "no clause"
 */
const char *rm_clause_name(RmClause clause);

/** rm_clause_text: what the clause demands, in one sentence */
const char *rm_clause_text(RmClause clause);

typedef enum RmAccessType {
    RM_LOAD, RM_STORE, RM_FETCH, RM_ACCESS_TYPES
} RmAccessType;

/* Page protection, a bit for each access type. */
#define RM_PROT(type)   (1u << (type))

/* Directions: the permission bits of an IOMMU's answer, and its flags. */
#define RM_R            1u
#define RM_W            2u

typedef enum RmRegion {
    RM_RAM0, RM_RAM1, RM_IO, RM_BLOCKED, RM_UNASSIGNED, RM_TARGETS,
    RM_IOMMU0 = RM_TARGETS, RM_IOMMU1, RM_REGIONS
} RmRegion;

static inline bool rm_is_ram(RmRegion region)
{
    return region < RM_RAMS;
}

static inline bool rm_is_iommu(RmRegion region)
{
    return region >= RM_IOMMU0;
}

/* How a transaction ended. */
typedef enum RmResponse {
    RM_TX_OK, RM_TX_ERROR, RM_TX_DECODE_ERROR, RM_TX_ACCESS_ERROR
} RmResponse;

typedef enum RmClient {
    RM_VGA, RM_CODE, RM_MIGRATION, RM_CLIENTS
} RmClient;

/* A page-table entry.  No access is possible where @prot is 0. */
typedef struct RmPte {
    uint32_t pa;        /* page aligned */
    uint8_t prot;       /* RM_PROT() bits */
    uint8_t wid;        /* world id: the MemTxAttrs of the page */
} RmPte;

/* What an IOMMU says about one page, index and direction. */
typedef struct RmAnswer {
    uint8_t perm;       /* RM_R, RM_W: the directions it speaks for */
    uint8_t region;     /* RmRegion below RM_TARGETS */
    uint16_t offset;    /* within the region, page aligned */
} RmAnswer;

/**
 * rm_program_answer: change what an IOMMU says about one page and index
 * @pair: its answers to a read and to a write, changed
 * @directions: RM_R and RM_W bits: the questions that get @answer
 *
 * Scenarios keep their IOMMUs consistent (C8): an answer of RM_R | RM_W is
 * given to both directions or to neither.  So one for a single direction
 * keeps that direction only, and takes it away from the other's answer.
 */
static inline void rm_program_answer(RmAnswer pair[2], unsigned directions,
                                     const RmAnswer *answer)
{
    for (unsigned dir = 0; dir < 2; dir++) {
        uint8_t own = dir ? RM_W : RM_R;

        if (directions & own) {
            pair[dir] = *answer;
        }
        if (directions != (RM_R | RM_W) && pair[dir].perm == (RM_R | RM_W)) {
            pair[dir].perm = own;
        }
    }
}

/* What the page tables and the IOMMUs hold when a scenario starts. */
typedef struct RmPreset {
    RmPte pt[RM_MMU_IDX][RM_VA_PAGES];
    /* the last index is the direction asked for: 0 read, 1 write */
    RmAnswer iommu[RM_IOMMUS][RM_INDEXES][RM_IOMMU_PAGES][2];
    bool clean;         /* VGA and migration dirty bits start clear */
    bool fill_align;    /* the target's hook is tlb_fill_align, not tlb_fill */
} RmPreset;

/* A part of the CPU's physical address space. */
typedef struct RmMapping {
    uint32_t base, size;
    RmRegion region;
} RmMapping;

/* The CPU's physical address space; what no mapping covers is unassigned. */
#define RM_MAPPINGS 5
extern const RmMapping rm_memory_map[RM_MAPPINGS];

typedef enum RmEventKind {
    RM_EV_FILL,         /* the page tables were asked */
    RM_EV_PAGE_FAULT,   /* ... and deny the access */
    RM_EV_TRANSLATE,    /* an IOMMU was asked */
    RM_EV_DEV_READ,
    RM_EV_DEV_WRITE,
    RM_EV_TX_FAILED,
    RM_EV_KINDS
} RmEventKind;

typedef struct RmEvent {
    uint8_t kind;       /* RmEventKind */
    uint8_t cpu;
    uint8_t mmu_idx;    /* FILL, PAGE_FAULT, TX_FAILED */
    uint8_t type;       /* RmAccessType: FILL, PAGE_FAULT, TX_FAILED */
    uint8_t size;       /* bytes: all but TRANSLATE */
    uint8_t region;     /* RmRegion: TRANSLATE, DEV_* */
    uint8_t index;      /* IOMMU index: TRANSLATE */
    uint8_t flag;       /* RM_R | RM_W: TRANSLATE */
    uint8_t wid;        /* DEV_*, TX_FAILED */
    uint8_t response;   /* RmResponse: TX_FAILED */
    bool in_fill;       /* TRANSLATE: called while an entry was filled */
    uint32_t addr;      /* va; offset in the region for TRANSLATE, DEV_* */
    uint32_t pa;        /* TX_FAILED: physical address before the IOMMU */
    uint64_t value;     /* DEV_* */
} RmEvent;

/* More than any one access of at most 8 bytes can cause. */
#define RM_LOG_MAX 40

typedef struct RmLog {
    unsigned n;         /* events seen; those past RM_LOG_MAX are not kept */
    RmEvent ev[RM_LOG_MAX];
} RmLog;

/** rm_log: add @ev; past RM_LOG_MAX it is only counted */
static inline void rm_log(RmLog *log, const RmEvent *ev)
{
    if (log->n < RM_LOG_MAX) {
        log->ev[log->n] = *ev;
    }
    log->n++;
}

/** rm_log_len: the number of events that were kept */
static inline unsigned rm_log_len(const RmLog *log)
{
    return log->n < RM_LOG_MAX ? log->n : RM_LOG_MAX;
}

/* Dirty bits: one bit for each page of a RAM. */
typedef struct RmDirty {
    uint8_t bits[RM_RAMS][RM_CLIENTS];
} RmDirty;

typedef enum RmStatus {
    RM_DONE,            /* all of it happened */
    RM_PAGE_FAULT,
    RM_TX_FAILED,       /* a transaction failed */
    RM_ASSERTED         /* the implementation gave up with an assertion */
} RmStatus;

/**
 * rm_initial_byte: what RAM holds at the start of a scenario
 * @region: RM_RAM0 or RM_RAM1
 * @offset: byte within it
 *
 * No two pages are alike, so that a wrong page is seen in one byte mostly
 * and in eight bytes certainly.
 */
static inline uint8_t rm_initial_byte(unsigned region, uint32_t offset)
{
    uint32_t x = (offset + 0x10000 * region) * 2654435761u;

    return (x >> 24) ^ (x >> 13);
}

/**
 * rm_restore_pages: copy @initial to those pages of @ram that have a bit in
 * @pages
 */
static inline void rm_restore_pages(uint8_t *ram, const uint8_t *initial,
                                    unsigned pages)
{
    for (unsigned i = 0; i < RM_RAM_PAGES; i++) {
        if (pages >> i & 1) {
            memcpy(ram + i * RM_PAGE_SIZE, initial + i * RM_PAGE_SIZE,
                   RM_PAGE_SIZE);
        }
    }
}

/**
 * rm_device_value: what the I/O regions answer to a read
 * @region: RM_IO or RM_BLOCKED
 * @offset: within the region
 * @size: 1, 2, 4 or 8 bytes; the value is little-endian
 */
static inline uint64_t rm_device_value(unsigned region, uint32_t offset,
                                       unsigned size)
{
    uint64_t x = (offset + 1) * 0x9e3779b97f4a7c15ull + region;

    return size == 8 ? x : x & ((1ull << (size * 8)) - 1);
}

/**
 * rm_piece: size of the next piece of an access that is not to RAM
 * @va: virtual address of what is left
 * @left: bytes left, at least 1
 *
 * The largest power of two that divides both, at most 8.
 */
static inline unsigned rm_piece(uint32_t va, unsigned left)
{
    unsigned bits = va | left | 8;

    return bits & -bits;
}

#endif
