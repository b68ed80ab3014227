/*
 * The state of the model, which its files share, and what all of them need to
 * read it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_STATE_H
#define RM_STATE_H

#include "model.h"
#include "topology.h"

/* What is known about one access type of a cached entry. */
typedef struct TypeState {
    bool known;         /* @place is the answer (C2, C8) */
    bool refused;       /* the answer was no, and may be remembered (C2) */
    bool watched;       /* a watchpoint was in the page when it was filled */
    bool small;         /* the last answer was for less than a page (C6) */
    uint8_t blame;      /* clause broken by an access that does not ask */
    uint8_t asked[RM_IOMMUS];   /* pages behind each that answered, plus 1 */
    Place place;
} TypeState;

/* A page-table entry as it was when the TLB was filled, and what followed. */
typedef struct Entry {
    uint16_t changes;   /* since the reset */
    uint16_t dropped;   /* how often code had to be looked up anew since */
    bool present;
    bool old, freed;    /* of a view before a change, which is freed by now */
    bool moved;         /* ... and leads elsewhere in the new one */
    uint8_t blame;      /* clause broken by an access that does not fill */
    RmPte pte;
    Place early;        /* where the physical address leads */
    TypeState type[RM_ACCESS_TYPES];
} Entry;

typedef struct Watchpoint {
    uint32_t va, len;
    uint8_t directions;
    bool after;         /* it stops behind the access */
    unsigned number;    /* of all that ever were, from 1 */
} Watchpoint;

/* Bytes of code in one page of what has host memory. */
typedef struct CodePart {
    uint8_t region, size;
    uint16_t offset;
} CodePart;

typedef struct Block {
    bool live, lost;    /* valid; or no more, and not yet reported */
    uint8_t mmu_idx;    /* that it was made for */
    unsigned n;         /* pages that it lies in */
    CodePart part[2];
    uint32_t insn;      /* what was there */
} Block;

/* A block that a CPU has run, and may run again without asking for it. */
typedef struct Jump {
    bool used;
    uint8_t cpu, mmu_idx;
    uint8_t block;      /* its number */
    uint32_t va;
    uint16_t since[2];  /* Entry.dropped of its pages then */
} Jump;

struct RmModel {
    RmPreset now;       /* page tables and IOMMUs, as programmed */
    bool eager;         /* IOMMUs are asked when the TLB is filled (C2) */
    bool tells_fetches; /* what is denied as a fetch is so for a checker */
    RmChecker *made[RM_CHECKERS][RM_IOMMUS];    /* each once */
    RmChecker *checker[RM_IOMMUS];  /* in place of the IOMMUs; or NULL */
    RmTouched touched[RM_IOMMUS];   /* in this operation */
    Topology topology;
    Place pages[RM_SPACES][RM_PA_PAGES];    /* what follows from it */
    bool work_waits;        /* ... of which no TLB was told yet */
    Place before[RM_SPACES][RM_PA_PAGES];   /* as they were in the oldest view */
    bool remapped;      /* ... and is not as in rm_memory_map */
    uint8_t response[RM_REGIONS][2];    /* of devices: to reads, writes */
    RmDevice device[RM_REGIONS];        /* what they accept */
    bool engaged;               /* one that is guarded is accessed just now */
    Entry tlb[RM_CPUS][RM_MMU_IDX][RM_VA_PAGES];
    uint16_t crowd[RM_CPUS][RM_MMU_IDX];        /* pages looked up */
    uint64_t changes;           /* of all these, since rm_new() */
    unsigned n_watched;         /* watchpoints that ever were */
    unsigned n_watch[RM_CPUS];
    Watchpoint watch[RM_CPUS][RM_WATCHPOINTS];
    uint8_t breaks[RM_CPUS][RM_PLACES];     /* a bit for each RmBreaker */
    unsigned n_blocks;
    Block block[RM_BLOCKS];
    Jump jump[RM_JUMPS];
    RmDirty dirty;
    uint8_t written[RM_RAMS];   /* pages, in this operation: settle_code() */
    uint8_t log_vga[RM_RAMS];   /* a bit for each display that logs */
    uint8_t log_all;            /* ... for each that logs all RAM, ... */
    uint8_t log_late;           /* ... and for those that shall not */
    bool told_all;              /* who listens knows that all is logged */
    bool stopped;               /* the machine does not run */
    uint8_t host[RM_HOSTS][RM_RAM_SIZE];
    uint8_t initial[RM_HOSTS][RM_RAM_SIZE];
    void (*hook)(void *opaque, RmRegion region, bool is_write);
    void *hook_opaque;
    void (*fill_hook)(void *opaque);    /* or NULL */
    void *fill_opaque;
    bool (*translate_hook)(void *opaque, RmRegion iommu, bool is_write);
    void *translate_opaque;
    void (*heard)(void *opaque, const RmHeard *heard);  /* or NULL */
    void *heard_opaque;
    RmChooser *choose;  /* what is free, when it runs alone; or NULL */
    void *choose_opaque;
    uint64_t decided[RM_CLAUSES];   /* how often each clause decided */
};

/** count_decision: note that @clause decided something; changes nothing else */
static inline void count_decision(RmModel *m, RmClause clause)
{
    m->decided[clause]++;
}

static inline bool is_write(RmAccessType type)
{
    return type == RM_STORE;
}

/** note_change: rm_entry() may say something else of @e */
static inline void note_change(RmModel *m, Entry *e)
{
    e->changes++;
    m->changes++;
}

/** chooses: does the model, running alone, take this liberty now? */
static inline bool chooses(const RmModel *m, RmFreedom freedom)
{
    return m->choose && m->choose(m->choose_opaque, freedom);
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

#endif
