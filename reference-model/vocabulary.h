/*
 * The words in which an implementation of the contract and the model speak
 * of accesses, translations and events: types, constants, and what only
 * names, unpacks or keeps them.  Nothing here knows how either side works,
 * and nothing here decides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_VOCABULARY_H
#define RM_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>

/* The limits of the set-up; board.h has what is within them. */
#define RM_PAGE_BITS    12
#define RM_PAGE_SIZE    (1u << RM_PAGE_BITS)
#define RM_PAGE_MASK    (~(uint64_t)(RM_PAGE_SIZE - 1))
#define RM_CPUS         2   /* vCPUs */
#define RM_THREADS      (RM_CPUS + 1)   /* theirs, and that of devices */
#define RM_MMU_IDX      2   /* MMU indexes */
#define RM_IOMMUS       2   /* IOMMU regions */
#define RM_INDEXES      4   /* IOMMU indexes, and world ids */
#define RM_IOMMU_PAGES  16  /* pages behind each IOMMU */
#define RM_RAMS         2   /* RAM regions */
#define RM_HOSTS        4   /* regions with host memory: RAM, ROM, ROMD */
#define RM_RAM_PAGES    8   /* pages of each region but the IOMMUs */
#define RM_RAM_SIZE     (RM_RAM_PAGES * RM_PAGE_SIZE)
#define RM_SPACES       2   /* address spaces: normal and secure */
#define RM_PA_PAGES     128 /* pages of each that mappings can be at */
#define RM_WATCHPOINTS  4   /* of each CPU */
#define RM_BLOCKS       8   /* translated blocks */
#define RM_JUMPS        32  /* ... that CPUs have run, and where */
#define RM_PLACES       80  /* of instructions that make accesses */
#define RM_ACCESS_MAX   16  /* bytes */

/* The attributes of an access: the world id and, above it, this bit. */
#define RM_WID_MASK     (RM_INDEXES - 1u)
#define RM_SECURE       4u  /* uses address space 1 */
#define RM_ATTRS        8u  /* attributes are below this */

/*
 * Virtual pages: RM_VA_BANKS banks of RM_BANK_PAGES each, 1 MiB apart, so
 * that a page has the same slot of a 256-entry TLB in every bank.
 */
#define RM_VA_BANKS     4
#define RM_BANK_PAGES   16
#define RM_BANK_BITS    20
#define RM_VA_PAGES     (RM_VA_BANKS * RM_BANK_PAGES)

typedef enum RmAccessType {
    RM_LOAD, RM_STORE, RM_FETCH, RM_ACCESS_TYPES
} RmAccessType;

/* What a read-modify-write does; the last ones give the new value. */
typedef enum RmRmw {
    RM_XCHG, RM_ADD, RM_AND, RM_OR, RM_XOR, RM_SMIN, RM_UMIN, RM_SMAX,
    RM_UMAX, RM_ADD_FETCH, RM_AND_FETCH, RM_OR_FETCH, RM_XOR_FETCH,
    RM_SMIN_FETCH, RM_UMIN_FETCH, RM_SMAX_FETCH, RM_UMAX_FETCH, RM_RMWS
} RmRmw;

/* The ways to ask about a page without an access. */
typedef enum RmProbe {
    RM_PROBE_ACCESS, RM_PROBE_FLAGS, RM_PROBE_FULL, RM_PROBE_FULL_MMU,
    RM_PROBES
} RmProbe;

/* Required alignment: RM_ALIGN_2 is 1, for 2 bytes, up to 6, for 64. */
typedef enum RmAlign {
    RM_ALIGN_NONE, RM_ALIGN_NATURAL = 7
} RmAlign;

/* Page protection, a bit for each access type. */
#define RM_PROT(type)   (1u << (type))

/* Directions: the permission bits of an IOMMU's answer, and its flags. */
#define RM_R            1u
#define RM_W            2u

typedef enum RmRegion {
    RM_RAM0, RM_RAM1, RM_ROM, RM_ROMD,  /* these have host memory */
    RM_IO,              /* little-endian, 1 to 8 bytes at a time */
    RM_BIG,             /* big-endian, implements 1 and 2 bytes */
    RM_NARROW,          /* little-endian, takes 1 to 4, implements 4 bytes */
    RM_BLOCKED,         /* answers an error, and raises an interrupt */
    RM_UNASSIGNED,
    RM_IOMMU0,
    RM_TARGETS,         /* an IOMMU can lead to what is above ... */
    RM_IOMMU1 = RM_TARGETS,
    RM_REGS0, RM_REGS1, /* of the checkers that take the IOMMUs' places ... */
    RM_DENIED0, RM_DENIED1,     /* ... and what answers if they deny */
    RM_REGIONS
} RmRegion;

static inline bool rm_is_ram(RmRegion region)
{
    return region < RM_RAMS;
}

static inline bool rm_is_device(RmRegion region)
{
    return region >= RM_ROMD && region <= RM_BLOCKED;
}

static inline bool rm_is_iommu(RmRegion region)
{
    return region == RM_IOMMU0 || region == RM_IOMMU1;
}

/* The registers of a checker, or its blocked-I/O. */
static inline bool rm_is_checker(RmRegion region)
{
    return region >= RM_REGS0 && region <= RM_DENIED1;
}

static inline bool rm_is_denied(RmRegion region)
{
    return region == RM_DENIED0 || region == RM_DENIED1;
}

/* What the I/O regions accept and implement, as in MemoryRegionOps. */
typedef struct RmDevice {
    bool big_endian;
    uint8_t valid_max, impl_min, impl_max;
    uint8_t valid_min;  /* 0 is 1 */
    uint8_t unaligned;  /* RM_*_UNALIGNED */
    bool guarded;       /* of an owner: not while one of its is accessed */
} RmDevice;

/* What is not aligned is valid; the device is called so, too. */
#define RM_VALID_UNALIGNED  1u
#define RM_IMPL_UNALIGNED   2u

/* How a transaction ended. */
typedef enum RmResponse {
    RM_TX_OK, RM_TX_ERROR, RM_TX_DECODE_ERROR, RM_TX_ACCESS_ERROR
} RmResponse;

typedef enum RmClient {
    RM_VGA, RM_CODE, RM_MIGRATION, RM_CLIENTS
} RmClient;

/* Who else wants to know of writes: of one RAM, then of all. */
typedef enum RmLogger {
    RM_LOG_DISPLAY,     /* a second display, besides the VGA client */
    RM_LOG_RATE, RM_LOG_LIMIT,  /* what migration's bits are for, too */
    RM_LOGGERS
} RmLogger;

/* Properties of a page that its page-table entry can give. */
#define RM_PTE_SWAP     1u  /* byte order is swapped (TLB_BSWAP) */
#define RM_PTE_CHECK    2u  /* alignment is checked (TLB_CHECK_ALIGNED) */
#define RM_PTE_DISCARD  4u  /* writes are dropped (TLB_DISCARD_WRITE) */
#define RM_PTE_WINV     8u  /* each store asks again (PAGE_WRITE_INV) */

/* Whose a breakpoint is: its CPU says that it does not match, if masked. */
typedef enum RmBreaker {
    RM_OF_DEBUGGER, RM_OF_GUEST, RM_OF_GUEST_MASKED, RM_BREAKERS
} RmBreaker;

/* A page-table entry.  No access is possible where @prot is 0. */
typedef struct RmPte {
    uint32_t pa;        /* page aligned */
    uint8_t prot;       /* RM_PROT() bits */
    uint8_t attrs;        /* attributes: world id, RM_SECURE */
    uint8_t lg_size;    /* lg_page_size; 0 for one page */
    uint8_t flags;      /* RM_PTE_* */
} RmPte;

/** rm_pte_lg: lg_page_size of @pte: 4 to 21 */
static inline unsigned rm_pte_lg(const RmPte *pte)
{
    return pte->lg_size ? pte->lg_size : RM_PAGE_BITS;
}

/*
 * What an IOMMU says about one page, index and direction.
 *
 * With an addr_mask above the page, the bits that it covers come from the
 * address that is asked about.  With one below, granules of a page go
 * different ways: of each four, the first two change places, the third
 * stays, the fourth is denied.
 *
 * Scenarios keep their IOMMUs consistent (C8): an answer of RM_R | RM_W is
 * given to both directions or to neither.  So one for a single direction
 * keeps that direction only, and takes it away from the other's answer.
 *
 * Each side works this out by itself.
 */
typedef struct RmAnswer {
    uint8_t perm;       /* RM_R, RM_W: the directions it speaks for */
    uint8_t region;     /* RmRegion below RM_TARGETS */
    uint16_t offset;    /* within the region, page aligned */
    uint8_t lg_mask;    /* bits of addr_mask: 4 to 21; 0 for one page */
} RmAnswer;

/* Each answer is for so many bytes at least. */
#define RM_GRANULE_MIN  8u

/* What is in the places of the IOMMUs. */
typedef enum RmCheckerKind {
    RM_NO_CHECKER,      /* IOMMUs that answer as scenarios say */
#define DEF(NAME, ...) RM_##NAME,
#include "checker-list.h"
    RM_CHECKERS
} RmCheckerKind;

/* What stands behind the checkers, at the same addresses. */
typedef enum RmDownstream {
    RM_BEHIND_RAM,      /* ram0, then ram1 */
    RM_BEHIND_DEVICE,   /* ram0, then I/O */
    RM_BEHIND_SERIES,   /* as RM_BEHIND_RAM; of the second one: the first */
    RM_DOWNSTREAMS
} RmDownstream;

/* A write to a checker's registers. */
typedef struct RmRegisterWrite {
    uint16_t offset;
    uint8_t size;       /* bytes */
    uint64_t value;
    uint64_t keep;      /* these bits are read first, and stay */
    bool address;       /* value: an address of the board, in 4 bytes */
} RmRegisterWrite;

#define RM_REGISTER_WRITES 16

/* What the page tables and the IOMMUs hold when a scenario starts. */
typedef struct RmPreset {
    RmPte pt[RM_MMU_IDX][RM_VA_PAGES];
    /* the last index is the direction asked for: 0 read, 1 write */
    RmAnswer iommu[RM_IOMMUS][RM_INDEXES][RM_IOMMU_PAGES][2];
    bool clean;         /* VGA and migration dirty bits start clear */
    bool fill_align;    /* the target's hook is tlb_fill_align, not tlb_fill */
    /* of the checkers: */
    uint8_t checker;    /* RmCheckerKind */
    uint8_t variant;    /* of that kind */
    uint8_t downstream; /* RmDownstream */
    uint64_t base;      /* what their registers call the board's address 0 */
    uint8_t attrs;      /* of the writes that program them */
    uint8_t n_writes;   /* to both of them, after reset */
    RmRegisterWrite write[RM_REGISTER_WRITES];
} RmPreset;

typedef enum RmEventKind {
    RM_EV_FILL,         /* the page tables were asked */
    RM_EV_PAGE_FAULT,   /* ... and deny the access */
    RM_EV_TRANSLATE,    /* an IOMMU was asked */
    RM_EV_DEV_READ,
    RM_EV_DEV_WRITE,
    RM_EV_TX_FAILED,
    RM_EV_UNALIGNED,    /* the access is not aligned as it must be */
    RM_EV_WATCH,        /* a watchpoint stops the access */
    RM_EV_IRQ,          /* a device raised its interrupt */
    RM_EV_CODE,         /* a translated block is invalid now */
    RM_EV_EARLY,        /* a checker notified a change before it made it */
    RM_EV_LOG_CLEAR,    /* who listens was told of bits that are cleared */
    RM_EV_LOG_ALL,      /* ... that all RAM is logged, or is not any more */
    RM_EV_UNMAP,        /* ... of answers of an IOMMU that hold no more */
    RM_EV_MSI,          /* a checker's interrupt, as a message */
    RM_EV_KINDS
} RmEventKind;

typedef struct RmEvent {
    uint8_t kind;       /* RmEventKind */
    uint8_t cpu;
    uint8_t mmu_idx;    /* FILL, PAGE_FAULT, TX_FAILED, UNALIGNED */
    uint8_t type;       /* RmAccessType: FILL, *_FAULT, TX_FAILED, UNALIGNED */
    uint16_t size;      /* bytes: FILL, PAGE_FAULT, DEV_*, TX_FAILED,
                           LOG_CLEAR, UNMAP */
    uint8_t region;     /* RmRegion: TRANSLATE, DEV_*, IRQ, CODE, LOG_CLEAR,
                           UNMAP */
    uint8_t index;      /* IOMMU index: TRANSLATE, EARLY, UNMAP */
    uint8_t flag;       /* RM_R | RM_W: TRANSLATE, WATCH; 0, 1: LOG_ALL */
    uint8_t attrs;        /* attributes: DEV_*, TX_FAILED, WATCH */
    uint8_t response;   /* RmResponse: TX_FAILED */
    bool in_fill;       /* TRANSLATE: called while an entry was filled */
    bool by_dma;        /* TRANSLATE: not for what a CPU does */
    uint32_t addr;      /* va; offset in the region if there is a region */
    uint32_t pa;        /* TX_FAILED: physical address before the IOMMU;
                           LOG_CLEAR: where the address space has it */
    uint64_t value;     /* DEV_*, MSI; TRANSLATE: the answer's addr_mask;
                           CODE: rm_found() of what a block that crosses
                           pages has in the second one, else 0 */
} RmEvent;

/* More than any one operation can cause. */
#define RM_LOG_MAX 160

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
    RM_UNALIGNED,
    RM_WATCHPOINT,      /* a watchpoint stopped it */
    RM_BREAKPOINT,      /* ... or a breakpoint */
    RM_ATOMIC,          /* EXCP_ATOMIC: to be done again, by one CPU alone */
    RM_ASSERTED         /* the implementation gave up with an assertion */
} RmStatus;

#endif
