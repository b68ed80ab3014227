/*
 * The ground that all files of this room stand on: the machine that is in this
 * process, and how what it does is noted.  QEMU calls back without a context,
 * so that there is one struct, and one only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_SIDE_H
#define HARNESS_QEMU_SIDE_H

#include "exec/hwaddr.h"
#include "exec/memopidx.h"
#include "exec/tlb-common.h"
#include "exec/translation-block.h"
#include "hw/core/cpu.h"
#include "accel/tcg/cpu-ops.h"

#include "harness/engine/engine.h"
#include "harness/engine/reaction.h"
#include "checker-devices.h"
#include "compat.h"
#include "view-table.h"

/* What is behind checkers: for each RmDownstream some of these are there. */
enum {
    SIDE_BEHIND_RAM0, SIDE_BEHIND_RAM1, SIDE_BEHIND_IO, SIDE_BEHIND_OTHER,
    SIDE_BEHINDS
};

/* What a checker said of a page to who was notified that it has changed. */
typedef struct SideTold {
    bool asked;
    bool allowed[2];        /* to read, to write */
} SideTold;

/* A translated block of the scenario. */
typedef struct SideBlock {
    TranslationBlock *tb;
    bool lost;              /* no longer valid, and this was logged */
    uint8_t mmu_idx;
    uint8_t region;
    uint32_t offset;
    uint64_t second;        /* rm_found() of what it has in another page */
} SideBlock;

/*
 * Where generated code is, for the CPUs: far from all addresses that scenarios
 * can name.
 */
#define SIDE_CODE_VA    ((vaddr)1 << 40)
#define SIDE_INSN_SIZE  4

/** side_pc: the address of the instruction at @place: op_place() */
static inline vaddr side_pc(unsigned place)
{
    return SIDE_CODE_VA + place * SIDE_INSN_SIZE;
}

/* The page that an access is to, or the first of them. */
typedef struct SideUsed {
    bool any;               /* it is an access */
    uint8_t cpu, mmu_idx;
    uint32_t va;
} SideUsed;

/* The block of generated code that is run: generated.c. */
typedef struct SideGenerated {
    bool running;
    bool counts;            /* ... and what it executes is counted: */
    unsigned counted;       /* by the blocks of this access that have ended */
    bool done;              /* it came to its end */
    bool entered;           /* the slow path was entered */
    uint64_t va;            /* what it is about, ... */
    uint64_t value, value_hi;   /* ... to be stored, or what was read; */
    uint64_t cmp, cmp_hi;       /* ... to be compared with that */
    MemOpIdx oi;            /* what it does, with the rest of ... */
    uint64_t state;         /* ... what it is found by */
    vaddr begin, pc;        /* where it begins, and is, ... */
    vaddr end;              /* ... where it ends, ... */
    unsigned insn;          /* ... and which instruction is the access */
    sigjmp_buf outer;       /* where an operation escapes to without it */
    int ret;                /* how it ended: as cpu_exec(), ... */
    bool escaped;           /* ... or by side_escape() */

    /* One of several accesses: it waits between them. */
    bool begun;             /* a block of several accesses, and has not ended */
    const Op *ahead[ENGINE_TOGETHER];   /* what it is made of */
    unsigned n_ahead;
    unsigned access;        /* which of them is made now; past them: none */
    uint32_t reached;       /* where it is, as it says itself */
    bool goes;              /* that one is to be made */
    sigjmp_buf inner;       /* where it escapes to, while it waits */
    GPtrArray *together;    /* what blocks are made of, by number, ... */
    GHashTable *numbers;    /* ... and the other way round */

    struct CPUJumpCache *jump_cache[RM_CPUS];
    struct CPUJumpCache *idle[RM_CPUS];     /* it, if a CPU has it while it
                                               runs no block; or NULL */
    const Op *guest;        /* what translates, or runs, code in memory; NULL */
    bool nowhere;           /* ... where there is none */
    bool precise;           /* it is left if it stores to its own code */
    vaddr guest_pc;         /* ... at which it is, ... */
    bool stores;            /* ... if it has yet to store, ... */
    bool stored;            /* ... or has done so */
    TranslationBlock *made; /* ... for that; NULL: found */
    TranslationBlock *lent[4];  /* made for what stores: not to be kept */
    unsigned n_lent;
    void *host_pc;          /* ... from there */
    MemoryRegion page;      /* where all of them are said to be */
    ram_addr_t ram_addr;    /* of the page */
    CompatGetTBState *tb_state;     /* the target's own */
} SideGenerated;

/* What a thread of the harness does: the operation that is carried out. */
typedef struct SideTurn {
    EngineResult *result;   /* NULL between operations */
    SideUsed used;          /* by it, or by the one before */
    CPUState *running;      /* who does it: to its jmp_env it escapes; ... */
    sigjmp_buf own;         /* ... or, if it is NULL, to this */
    RmStatus status;        /* how it escaped; RM_DONE if QEMU did it */
    unsigned mmu_idx;       /* the current one, where QEMU asks for it */
    bool in_fill;
    MMUAccessType fill_type;    /* of the last fill: what it was for */
    bool quiet;             /* nothing of it is logged */
    bool fatal;             /* an assertion cannot be survived */
    unsigned by_dma;        /* accesses by DMA that are under way, ... */
    unsigned nested;        /* ... and devices that react just now */

    /*
     * Accesses go the way of DMA: their events are logged, but devices do
     * not react, nor raise interrupts.
     */
    bool dma;
    uint64_t last, last_hi; /* what was read last: see OpCmp */
} SideTurn;

typedef struct QemuSide {
    Engine engine;
    CPUState *cpu[RM_CPUS];

    /* What the guest programmed: its page tables, the IOMMUs' tables. */
    RmPreset now;

    /* Of the scenario. */
    bool under_way;         /* it was not finished yet */
    bool work_waits;        /* what is queued for the CPUs is not run */
    bool crowded[RM_CPUS][RM_MMU_IDX];
    bool had_threads;       /* the scenario, by now */
    uint8_t response[RM_REGIONS][2];    /* of devices: to reads, writes */
    bool devices_changed;   /* they are not as rm_device() says */
    Reactions reactions;
    void (*react)(const Op *op);    /* carries one out: engine.c */
    uint8_t breaks[RM_CPUS][RM_PLACES];     /* a bit for each RmBreaker */
    unsigned n_blocks;      /* in order of creation */
    SideBlock block[RM_BLOCKS];
    bool map_changed;       /* the map is not as it was at the start */
    bool romd_off;          /* ... nor is the mode of the ROM device */
    bool map_reordered;     /* ... nor is the order of its windows */

    SideGenerated generated;

    uint8_t writes_register[RM_IOMMUS];     /* a scenario: how often at once */
    SideTold told[RM_IOMMUS][RM_INDEXES][RM_IOMMU_PAGES];
    struct timeval clock;   /* what QEMU's TLB takes for the time */

    /* Of the entries, as they were listed last. */
    unsigned scenario;      /* its number: the tables of others are old */
    ViewTable table[RM_CPUS][RM_MMU_IDX][2];    /* main, victim */

    /* From one scenario to the next. */
    struct rcu_head *retired;   /* old views of the memory map and what */
    struct rcu_head **retired_end;      /* hangs on them, the oldest first */
    unsigned translated;    /* blocks, since the code buffer was empty */
    unsigned flushes;       /* of all blocks, by now */
    EngineResult unheard;   /* into which devices log, the way of DMA */

    /* The checkers in the places of the IOMMUs; all NULL if there are none. */
    struct SideChecker *checker[RM_IOMMUS];
    struct {
        uint8_t kind, variant, downstream;
    } shown;                /* as in RmPreset: they are on the board now */
    /* Each is made when a scenario first asks for it, and stays. */
    struct SideChecker *made[RM_CHECKERS][CHECKER_VARIANTS][RM_IOMMUS];
    /* What the classes of their IOMMU regions had as translate. */
    CheckerTranslate *translate[RM_CHECKERS];
    MemoryRegion behind[RM_IOMMUS];
    MemoryRegion behind_alias[RM_IOMMUS][SIDE_BEHINDS];

    /* The board; all of it is made once. */
    MemoryRegion region[RM_UNASSIGNED];     /* by RmRegion */
    IOMMUMemoryRegion *plain[RM_IOMMUS];    /* the IOMMUs, */
    IOMMUMemoryRegion *iommu[RM_IOMMUS];    /* ... or checkers; of all */
    IOMMUNotifier listener[RM_IOMMUS][RM_INDEXES];  /* devices behind those */
    MemoryRegion place[RM_IOMMUS];          /* ... in these, one is there */
    MemoryRegion regs_place[RM_IOMMUS];     /* the same for registers */
    MemoryRegion *space[RM_SPACES];         /* what the CPUs see ... */
    MemoryRegion window[RM_MAPPINGS];       /* ... through these */
    bool logs[RM_RAMS][2];      /* does a display log the RAM? */
    AddressSpace as_mem;        /* what IOMMUs lead to: RAM and I/O ... */
    AddressSpace as_blocked;    /* ... and blocked-I/O */
    MemoryRegionOps ops[RM_UNASSIGNED];     /* of devices */
    AddressSpace *spaces[1024];   /* all: of CPUs, of these, of devices; */
    unsigned n_spaces;          /* ... when one of a CPU
                                   ends, the next one has its place */
    bool registered;            /* this thread, as one of TCG's */
    TCGCPUOps *tcg_ops;         /* of all CPUs */
    qemu_irq irq;
    uint8_t *host[RM_HOSTS];
    unsigned long *dirty_word[RM_HOSTS][RM_CLIENTS];
    uint8_t initial[RM_HOSTS][RM_RAM_SIZE];
} QemuSide;

extern QemuSide qemu_side;

/* Each thread has its own. */
extern __thread SideTurn side_turn;

/** side_event: a new event of the operation, to be completed by the caller */
RmEvent side_event(RmEventKind kind);

/** side_cpu_event: the same, of one CPU */
RmEvent side_cpu_event(RmEventKind kind, const CPUState *cpu);

/** side_log: add @ev to the log of the operation */
void side_log(const RmEvent *ev);

/** side_value: what the operation found; upper half of 16 bytes in @hi */
void side_value(uint64_t value, uint64_t hi);

/**
 * side_lock: what follows, until side_unlock(), is done by one thread at a time
 *
 * For what is the harness's own, where threads run freely: the sanitizer sees
 * nothing of it.
 */
void side_lock(void);
void side_unlock(void);

/** side_has_work: is there work that is queued for @cpu? */
static inline bool side_has_work(CPUState *cpu)
{
    return !QSIMPLEQ_EMPTY_ATOMIC(&cpu->work_list);
}

/** side_takes: reactions_take(), of those of the scenario */
bool side_takes(unsigned region, bool is_write, Op *reaction);

/** side_takes_fill: reactions_take_fill(), of those of the scenario */
bool side_takes_fill(Op *reaction);

/** side_react: carry out a reaction; it does not say how the access ends */
void side_react(const Op *reaction);

/** side_response: the most telling of the responses that are in @result */
RmResponse side_response(MemTxResult result);

/**
 * side_escape: leave the operation, as @status; does not return
 *
 * Not declared so: before each call of a function that does not return, ASan
 * makes a system call.
 */
void side_escape(RmStatus status);

#endif
