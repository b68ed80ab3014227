/*
 * The QEMU side: one machine without a board, in this process.  QEMU calls
 * back without a context, so that there is one struct, and one only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_SIDE_H
#define QEMU_SIDE_H

#include "exec/hwaddr.h"
#include "exec/memopidx.h"
#include "exec/tlb-common.h"
#include "exec/translation-block.h"
#include "hw/core/cpu.h"
#include "hw/irq.h"

#include "compat.h"
#include "harness/engine/reaction.h"

/* A translated block of the scenario. */
typedef struct SideBlock {
    TranslationBlock *tb;
    bool lost;              /* no longer valid, and this was logged */
    uint8_t region;
    uint32_t offset;
} SideBlock;

typedef struct QemuSide {
    Engine engine;
    CPUState *cpu[RM_CPUS];

    /* What the guest programmed: its page tables, the IOMMUs' tables. */
    RmPreset now;

    /* The operation that is being carried out. */
    EngineResult *result;   /* NULL between operations */
    CPUState *running;      /* who does it: to its jmp_env it escapes */
    RmStatus status;        /* how it escaped; RM_DONE if QEMU did it */
    unsigned mmu_idx;       /* the current one, where QEMU asks for it */
    bool in_fill;
    MMUAccessType fill_type;    /* of the last fill: what it was for */
    bool quiet;             /* nothing of it is logged */
    bool fatal;             /* an assertion cannot be survived */

    /*
     * The tree is one of before the last step of the series, and asks the
     * IOMMUs when it fills a TLB, at first without saying what for: the words
     * of C1 and C2 on that are not held against it.
     */
    bool eager;

    /*
     * Accesses go the way of DMA: their events are logged, but devices do
     * not react, nor raise interrupts.
     */
    bool dma;

    /* Of the scenario. */
    bool under_way;         /* it was not finished yet */
    uint64_t last, last_hi; /* what was read last: see OpCmp */
    bool crowded[RM_CPUS][RM_MMU_IDX];
    uint8_t response[RM_REGIONS][2];    /* of devices: to reads, writes */
    Reactions reactions;
    unsigned n_blocks;      /* in order of creation */
    SideBlock block[RM_BLOCKS];
    bool map_changed;       /* the map is not as it was at the start */
    bool map_reordered;     /* ... nor is the order of its windows */

    /* The checkers in the places of the IOMMUs; all NULL if there are none. */
    struct SideChecker *checker[RM_IOMMUS];

    /* The board; all of it is made once. */
    MemoryRegion region[RM_UNASSIGNED];     /* by RmRegion */
    IOMMUMemoryRegion *iommu[RM_IOMMUS];    /* IOMMUs, or checkers; of all */
    MemoryRegion place[RM_IOMMUS];          /* ... in these, one is there */
    MemoryRegion regs_place[RM_IOMMUS];     /* the same for registers */
    MemoryRegion *space[RM_SPACES];         /* what the CPUs see ... */
    MemoryRegion window[RM_MAPPINGS];       /* ... through these */
    AddressSpace as_mem;        /* what IOMMUs lead to: RAM and I/O ... */
    AddressSpace as_blocked;    /* ... and blocked-I/O */
    qemu_irq irq;
    uint8_t *host[RM_HOSTS];
    uint8_t initial[RM_HOSTS][RM_RAM_SIZE];
} QemuSide;

extern QemuSide qemu_side;

/* engine.c */

/** side_event: a new event of the operation, to be completed by the caller */
RmEvent side_event(RmEventKind kind);

/** side_cpu_event: the same, of one CPU */
RmEvent side_cpu_event(RmEventKind kind, const CPUState *cpu);

/** side_log: add @ev to the log of the operation */
void side_log(const RmEvent *ev);

/** side_value: what the operation found; upper half of 16 bytes in @hi */
void side_value(uint64_t value, uint64_t hi);

/** side_run: carry out @op; it may be a part of another one */
void side_run(const Op *op);

/**
 * side_escape: leave the operation, as @status; does not return
 *
 * Not declared so: before each call of a function that does not return, ASan
 * makes a system call.
 */
void side_escape(RmStatus status);

/* host.c: QEMU as a library */

/** host_start: start QEMU, without any CPU; the BQL is then not held */
void host_start(void);

/** host_fork: fork(), so that QEMU works in the child, too */
pid_t host_fork(void);

/** host_class: the class of the CPUs */
CPUClass *host_class(void);

/** host_add_cpus: make the CPUs, which see qemu_side.space */
void host_add_cpus(void);

/** host_remove_cpus: unrealize the CPUs and free them; there are none then */
void host_remove_cpus(void);

/** host_queued: is there work that is queued for a CPU? */
bool host_queued(void);

/** host_drain: run the work that is queued for the CPUs */
void host_drain(void);

/* rcu.c */

/**
 * rcu_settle: free what QEMU has left to RCU; no read lock may be held, nor
 * the BQL
 */
void rcu_settle(void);

/* time.c: the clock that QEMU's TLB reads, and what depends on it */

/** time_advance: let @ms milliseconds pass */
void time_advance(unsigned ms);

/** time_shrink: bring all TLBs of @cpu down to the least size */
void time_shrink(CPUState *cpu);

/** time_reset: the clock as it is at the start of scenarios; TLBs, too */
void time_reset(void);

/* escape.c: leaving an operation before it is done */

/**
 * escape_recover: after @cpu has jumped to its jmp_env, leave what the
 * operation was in
 *
 * Returns how it ended.  After an assertion, the TLB is made anew.
 */
RmStatus escape_recover(CPUState *cpu);

/* board.c: memory, I/O and address spaces */

/* Regions that IOMMUs can lead to are this far apart in their spaces. */
#define BOARD_STRIDE 0x200000

/** board_init: make the regions, and the spaces that IOMMUs lead to */
void board_init(void);

/**
 * board_reset: RAM and dirty bits as at the start of a scenario, and nothing
 * left of where QEMU looked last
 * @clean: the VGA and migration dirty bits are clear
 * @pages: which pages of RAM, as in EngineOps.reset
 */
void board_reset(bool clean, const uint8_t *pages);

/** board_mr: the memory region of any RmRegion but RM_UNASSIGNED */
MemoryRegion *board_mr(RmRegion region);

/** board_region: the RmRegion of @mr; RM_UNASSIGNED if it is none of them */
RmRegion board_region(const MemoryRegion *mr);

/** board_ram_addr: where a RAM is in QEMU's ram_addr_t space */
ram_addr_t board_ram_addr(RmRegion ram);

/** board_find: which region, and where in it, is at @host? */
RmRegion board_find(uintptr_t host, uint32_t *offset);

/** board_dirty: read QEMU's dirty bits of the RAMs */
void board_dirty(RmDirty *dirty);

/** board_clear_dirty: carry out OP_CLEAR_DIRTY */
void board_clear_dirty(const Op *op);

/* map.c: the CPUs' address spaces, as rm_memory_map says at the start */

/** map_init: make the address spaces, qemu_side.space */
void map_init(void);

/** map_run: carry out an operation on the map, its modes or its logging */
void map_run(const Op *op);

/** map_reset: take all of that back */
void map_reset(void);

/* device.c: the I/O regions */

/** device_init: make the region of a device; with the BQL held */
void device_init(RmRegion region);

/** device_respond: carry out OP_DEVICE */
void device_respond(const Op *op);

/** device_reset: responses as at the start, and no reactions */
void device_reset(void);

/* iommu.c: the IOMMU under the control of scenarios */

/** iommu_new: an IOMMU region that covers RM_IOMMU_PAGES */
IOMMUMemoryRegion *iommu_new(unsigned number);

/** iommu_program: change an answer, then notify an UNMAP; takes the BQL */
void iommu_program(const Op *op);

/** iommu_notifiers: as EngineOps.notifiers */
unsigned iommu_notifiers(CPUState *cpu, unsigned iommu);

/** iommu_has_notifiers: does anyone listen to any of the IOMMUs? */
bool iommu_has_notifiers(void);

/** iommu_forget: free the notifiers of all CPUs */
void iommu_forget(void);

/**
 * iommu_flag: the flag that translate was called with
 *
 * In a tree that is eager, IOMMU_NONE stands for that of the access which
 * the fill is for.
 */
IOMMUAccessFlags iommu_flag(IOMMUAccessFlags flag);

/** iommu_log: log a call of translate of an IOMMU, or of a checker */
void iommu_log(unsigned number, hwaddr addr, IOMMUAccessFlags flag, int index);

/* checker.c: security checkers in the places of the IOMMUs */

/** checker_init: make room for them; with the BQL held */
void checker_init(void);

/** checker_reset: put those there that qemu_side.now names, and reset them */
void checker_reset(void);

/**
 * checker_is: is @mr the IOMMU region of checker @number?
 * @base: set to where in it the board's part begins
 */
bool checker_is(unsigned number, const IOMMUMemoryRegion *mr, hwaddr *base);

/** checker_mr: the registers, or the blocked-I/O, of a checker; or NULL */
MemoryRegion *checker_mr(RmRegion region);

/** checker_run: carry out an operation on registers */
void checker_run(const Op *op);

/** checker_decide, checker_peek, checker_irq: as in EngineOps */
void checker_decide(unsigned number, unsigned index, uint32_t addr,
                    bool is_write, RmDecision *out);
RmResponse checker_peek(unsigned number, unsigned offset, unsigned size,
                        unsigned attrs, uint64_t *value);
bool checker_irq(unsigned number);

/* notify.c: what the checkers notify, and when (C13) */

/** notify_settle: a register of a checker was written: is it as notified? */
void notify_settle(unsigned number);

/** notify_reset: forget what was notified */
void notify_reset(void);

/* map.c */

/** map_show_registers: do CPUs see the registers of checkers? */
void map_show_registers(bool on);

/* dma.c */

/** dma_access: as EngineOps.dma */
void dma_access(const RmPath *path, bool write, DmaResult *out);

/* guest.c: the CPU's hooks, and the page tables */

/** response_of: the most telling of the responses that are in @result */
RmResponse response_of(MemTxResult result);

/** guest_init: let the harness own the page tables of CPUs of class @cc */
void guest_init(CPUClass *cc);

/** guest_reset: choose the hook that fills the TLB, as qemu_side.now says */
void guest_reset(void);

/* access.c, atomic.c, probe.c, code.c: ways to use a page; may escape */

/** access_memop: the MemOpIdx of @op */
MemOpIdx access_memop(const Op *op);

/** access_run: carry out a load, store or fetch */
void access_run(CPUState *cpu, const Op *op);

/** access_read: a value was read: the result, and what OpCmp speaks of */
void access_read(const Op *op, uint64_t value, uint64_t hi);

/** atomic_rmw: carry out OP_RMW */
void atomic_rmw(CPUState *cpu, const Op *op);

/** atomic_cmpxchg: carry out OP_CMPXCHG */
void atomic_cmpxchg(CPUState *cpu, const Op *op);

/** probe_found: what rm_found() makes of @flags and @host, which may be NULL */
uint64_t probe_found(unsigned flags, void *host);

/** probe_run: carry out OP_PROBE */
void probe_run(CPUState *cpu, const Op *op);

/** probe_vaddr_to_host: carry out OP_VADDR_TO_HOST */
void probe_vaddr_to_host(CPUState *cpu, const Op *op);

/** probe_crowd: carry out OP_CROWD */
void probe_crowd(CPUState *cpu, const Op *op);

/** code_init: have what QEMU allocates when it first translates a page */
void code_init(void);

/** code_page: carry out OP_CODE_PAGE */
void code_page(CPUState *cpu, const Op *op);

/** code_block: carry out OP_BLOCK */
void code_block(CPUState *cpu, const Op *op);

/** code_log: log the blocks that are invalid now */
void code_log(void);

/** code_reset: no block is left */
void code_reset(void);

/* watch.c: watchpoints */

/** watch_run: carry out OP_WATCH or OP_UNWATCH */
void watch_run(CPUState *cpu, const Op *op);

/** watch_hit: log the watchpoint that has stopped an access */
void watch_hit(CPUState *cpu);

/** watch_reset: remove all watchpoints */
void watch_reset(void);

/* describe.c */

/** describe_page: as EngineOps.describe */
unsigned describe_page(unsigned cpu, unsigned mmu_idx, uint32_t va,
                       EntryView out[ENTRY_VIEWS]);

/* view.c */

/** view_reset: a scenario begins: nothing is as it was */
void view_reset(void);

/** view_entry: what the fast path would do with an entry; not which it is */
void view_entry(const CPUTLBEntry *ent, const CPUTLBEntryFull *full,
                CachedEntry *c);

/** view_entries: as EngineOps.entries */
unsigned view_entries(bool all, CachedEntry *out, unsigned max);

#endif
