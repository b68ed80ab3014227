/*
 * The state of the model, shared by its files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_STATE_H
#define RM_STATE_H

#include "checker.h"
#include "model.h"

/* --- topology.c: where physical addresses lead ---------------------------- */

/* What a physical address, or a page, leads to. */
typedef struct Place {
    uint8_t region;
    bool readonly;      /* stores are dropped */
    bool in_pieces;     /* of a page: it holds more than one thing */
    uint32_t offset;    /* within the region */
} Place;

/* A mapping as it is now. */
typedef struct Window {
    uint32_t base, offset;
    bool enabled, readonly;
} Window;

typedef struct Topology {
    Window map[RM_MAPPINGS];
    uint8_t order[RM_MAPPINGS];     /* what is in front comes first */
    unsigned n;
    bool romd;                      /* ROMD reads as memory */
    uint32_t regs_size;             /* of a checker's registers; 0: none */
} Topology;

/** topology_reset: as rm_memory_map says; @regs_size: as in Topology */
void topology_reset(Topology *t, uint32_t regs_size);

/** topology_add, topology_remove: a mapping, by its number */
void topology_add(Topology *t, unsigned map);
void topology_remove(Topology *t, unsigned map);

/** topology_has: is it there, enabled or not? */
bool topology_has(const Topology *t, unsigned map);

/** topology_find: where the physical address @pa leads */
Place topology_find(const Topology *t, unsigned space, uint32_t pa);

/** topology_page: where the page of @pa leads, and whether as a whole */
Place topology_page(const Topology *t, unsigned space, uint32_t pa);

/** topology_pages: topology_page() of all pages */
void topology_pages(const Topology *t, Place pages[RM_SPACES][RM_PA_PAGES]);

/* An IOMMU's answer to one address. */
typedef struct RmTranslated {
    uint8_t perm;       /* RM_R, RM_W: the directions it speaks for */
    uint8_t region;     /* in the space that IOMMUs lead to */
    uint32_t offset;    /* of the address itself: rm_target_offset() */
    uint32_t addr_mask;
} RmTranslated;

/** topology_target: where an IOMMU's answer leads */
Place topology_target(const Topology *t, const RmTranslated *answer);

/** topology_size: bytes of a region */
uint32_t topology_size(const Topology *t, unsigned region);

/**
 * place_is_host: is it memory to such an access?
 * @romd: the ROM device reads as memory
 */
bool place_is_host(bool romd, const Place *p, bool is_write);

/* --- tlb.c: what is cached ------------------------------------------------ */

/* What is known about one access type of a cached entry. */
typedef struct TypeState {
    bool known;         /* @place is the answer (C2, C8) */
    bool watched;       /* a watchpoint was in the page when it was filled */
    bool small;         /* the last answer was for less than a page (C6) */
    uint8_t blame;      /* clause broken by an access that does not ask */
    uint8_t asked[RM_IOMMUS];   /* pages behind each that answered, plus 1 */
    Place place;
} TypeState;

/* A page-table entry as it was when the TLB was filled, and what followed. */
typedef struct Entry {
    uint16_t changes;   /* since the reset */
    bool present;
    uint8_t blame;      /* clause broken by an access that does not fill */
    RmPte pte;
    Place early;        /* where the physical address leads */
    TypeState type[RM_ACCESS_TYPES];
} Entry;

typedef struct Watchpoint {
    uint32_t va, len;
    uint8_t directions;
} Watchpoint;

typedef struct Block {
    bool live, lost;    /* valid; or no more, and not yet reported */
    uint8_t region, size;
    uint16_t offset;
} Block;

struct RmModel {
    RmPreset now;       /* page tables and IOMMUs, as programmed */
    RmChecker *made[RM_CHECKERS][RM_IOMMUS];    /* each once */
    RmChecker *checker[RM_IOMMUS];  /* in place of the IOMMUs; or NULL */
    unsigned touched;   /* RM_TOUCHED_* in this operation */
    Topology topology;
    Place pages[RM_SPACES][RM_PA_PAGES];    /* what follows from it */
    bool remapped;      /* ... and is not as in rm_memory_map */
    uint8_t response[RM_REGIONS][2];    /* of devices: to reads, writes */
    Entry tlb[RM_CPUS][RM_MMU_IDX][RM_VA_PAGES];
    uint16_t crowd[RM_CPUS][RM_MMU_IDX];        /* pages looked up */
    unsigned n_watch[RM_CPUS];
    Watchpoint watch[RM_CPUS][RM_WATCHPOINTS];
    unsigned n_blocks;
    Block block[RM_BLOCKS];
    RmDirty dirty;
    uint8_t written[RM_RAMS];   /* pages, in this operation: settle_code() */
    bool log_vga[RM_RAMS], log_migration;
    uint8_t host[RM_HOSTS][RM_RAM_SIZE];
    uint8_t initial[RM_HOSTS][RM_RAM_SIZE];
    void (*hook)(void *opaque, RmRegion region, bool is_write);
    void *hook_opaque;
    uint64_t decided[RM_CLAUSES];   /* how often each clause decided */
};

/** count_decision: note that @clause decided something; changes nothing else */
static inline void count_decision(RmModel *m, RmClause clause)
{
    m->decided[clause]++;
}

/** space_of: the address space that attributes choose */
static inline unsigned space_of(uint8_t attrs)
{
    return attrs & RM_SECURE ? 1 : 0;
}

/** page_place: where the page of @pa leads now */
static inline const Place *page_place(const RmModel *m, unsigned space,
                                      uint32_t pa)
{
    static const Place nowhere = { .region = RM_UNASSIGNED };

    return pa >> RM_PAGE_BITS < RM_PA_PAGES ?
           &m->pages[space][pa >> RM_PAGE_BITS] : &nowhere;
}

/** tlb_fill: cache the page-table entry as it is now; nothing translated */
void tlb_fill(RmModel *m, Entry *e, unsigned cpu, unsigned mmu_idx, int page);

/** tlb_checker_changed: answers of a checker may be others now (C13) */
void tlb_checker_changed(RmModel *m, unsigned number);

/** tlb_cached: may an access of @type use @e as it is? (C6, C14) */
bool tlb_cached(const Entry *e, RmAccessType type);

/** tlb_drop: drop @e; @blame is broken by who uses it all the same */
void tlb_drop(Entry *e, RmClause blame);

/**
 * tlb_translated: let an answer speak for the types that it includes (C8)
 * @perm: RM_R, RM_W
 * @asked: as in TypeState
 * @place: of the first byte of the page
 *
 * Returns false on an addend conflict (C7): another access type carries a
 * different host page.  The entry is updated all the same.
 */
bool tlb_translated(RmModel *m, Entry *e, unsigned perm,
                    const uint8_t asked[RM_IOMMUS], const Place *place);

/* --- An access under way -------------------------------------------------- */

/* The part of an access that lies in one page. */
typedef struct Part {
    uint32_t va;
    unsigned size;
    Entry *entry;       /* NULL if the page was not looked up */
    bool asked[2];      /* the IOMMU was asked to read, to write ... */
    bool denied[2];     /* ... and denied it */
    Place here[2];      /* ... or answered for this access only (C6) */
    bool here_only[2];
    /* what remains of the entry once data moves (C13, C20): */
    RmPte pte;
    Place place;
    bool host;
} Part;

typedef struct Access {
    RmModel *m;
    const RmAccess *a;
    const RmSeen *seen;
    RmResult *r;
    unsigned pos;       /* in the implementation's log: the next fill */
    unsigned n;
    Part part[2];
    Topology topology;  /* of pages in pieces: as it was at the start */
    uint8_t bytes[RM_ACCESS_MAX];   /* in the order of their addresses */
} Access;

static inline bool is_write(RmAccessType type)
{
    return type == RM_STORE;
}

/** rm_type_name: "load", "store", "fetch" */
const char *rm_type_name(unsigned type);

/** violation: the implementation broke @clause; the first one counts */
__attribute__((format(printf, 3, 4)))
void violation(Access *x, RmClause clause, const char *fmt, ...);

/** access_event: an event about @x, to be completed */
RmEvent access_event(const Access *x, RmEventKind kind, RmAccessType type,
                     uint32_t addr, unsigned size);

/* lookup.c */

/**
 * look_up: find the entry of one part (C14, C18)
 * @type: the access; of a read-modify-write, one of its two
 * @asked_size: the size that the page tables are asked about
 * @aligned: the required alignment is to be checked, too
 *
 * The page tables decide if they were asked; they must be asked where
 * nothing valid is cached.  Returns RM_DONE, or how the access ends.
 */
RmStatus look_up(Access *x, Part *p, RmAccessType type, unsigned asked_size,
                 bool aligned);

/** look_up_end: all pages are looked up; nothing else may have been (C18) */
void look_up_end(Access *x);

/* translate.c */

/** learn_translations: judge the calls of translate, and learn (C1 to C6) */
void learn_translations(Access *x);

/** demand_translation: what nothing spoke for yet must be asked (C2) */
void demand_translation(Access *x, Part *p, RmAccessType type);

/** part_place: where accesses of @type to @p go (C3, C4) */
Place part_place(const Part *p, RmAccessType type);

/* What the IOMMUs on the way say to one address and direction. */
typedef struct Walk {
    unsigned n;             /* IOMMUs that are asked: 1, or 2 if nested */
    struct {
        uint8_t region;     /* RM_IOMMU0, RM_IOMMU1 */
        uint32_t addr;      /* behind it */
    } step[2];
    uint8_t perm;           /* RM_R, RM_W; without the direction: denied */
    uint32_t addr_mask;     /* the smaller one */
    Place place;            /* of the address */
} Walk;

/**
 * iommu_walk: ask the IOMMU, and any behind it, without an effect
 * @iommu: the region that the physical address leads to
 * @addr: behind it
 */
Walk iommu_walk(const RmModel *m, unsigned iommu, uint32_t addr, uint8_t attrs,
                bool write);

/* checkers.c */

/** checkers_reset: those that the set-up names, and none else */
void checkers_reset(RmModel *m);

/** checkers_free: free them all */
void checkers_free(RmModel *m);

/** checker_of: the checker that @region, its registers or other, belongs to */
RmChecker *checker_of(const RmModel *m, unsigned region);

/** index_of: the IOMMU index of attributes (C5) */
unsigned index_of(const RmModel *m, uint8_t attrs);

/**
 * checker_translate: what checker @number answers, as an IOMMU
 * @addr: behind it
 */
RmTranslated checker_translate(const RmModel *m, unsigned number,
                               uint32_t addr, uint8_t attrs, bool write);

/**
 * checker_call: an access reaches registers or blocked-I/O of a checker
 * @size: valid for the region
 * @value: to be written, or set
 */
RmResponse checker_call(RmModel *m, RmLog *log, unsigned region,
                        uint32_t offset, unsigned size, uint8_t attrs,
                        bool write, uint64_t *value);

/* device.c */

/** device_of: the properties of a device region, also of a checker's */
RmDevice device_of(const RmModel *m, unsigned region);

/** device_valid: is such an access valid for the region? */
bool device_valid(const RmModel *m, unsigned region, uint32_t offset,
                  unsigned size);

/**
 * io_pieces: an access to what is not memory (C3, C4, C16)
 * @p: its part
 * @bytes: to be written, or read
 *
 * Returns false if a piece fails; the failed transaction is logged.
 */
bool io_pieces(Access *x, const Part *p, uint8_t *bytes);

/* code.c */

/** set_dirty: a store is about to write to a page of RAM (C9, C10) */
void set_dirty(RmModel *m, unsigned ram, uint32_t offset, unsigned size);

/** dma_dirty: ... and goes the way of DMA */
void dma_dirty(RmModel *m, unsigned ram, uint32_t offset, unsigned size);

/** all_dirty: are all bits of a page of RAM set? */
bool all_dirty(const RmModel *m, const Place *p);

/**
 * maybe_dirty: a store that was stopped, or a probe, may have set the bits
 * of a page (C9): what the implementation did decides
 */
void maybe_dirty(RmModel *m, const RmSeen *seen, unsigned ram,
                 uint32_t offset);

/** code_written: the page was written, as far as its code goes (C10) */
void code_written(RmModel *m, unsigned ram, uint32_t offset);

/** block_new: an instruction was translated */
void block_new(RmModel *m, unsigned region, uint32_t offset, unsigned size);

/* watch.c */

/** watched: the directions in which bytes are watched, of @directions */
unsigned watched(const RmModel *m, unsigned cpu, uint32_t va, unsigned len,
                 unsigned directions);

/** watch_stops: a watchpoint stops the access; logs it (C19) */
bool watch_stops(Access *x, const Part *p, unsigned directions);

/* access.c, atomic.c, probe.c: one for each way to use a page */
void access_plain(Access *x);
void access_atomic(Access *x);
void access_probe(Access *x);

#endif
