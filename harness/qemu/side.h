/*
 * The QEMU side: one machine without a board, in this process.  QEMU calls
 * back without a context, so that there is one struct, and one only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_SIDE_H
#define QEMU_SIDE_H

#include <setjmp.h>

#include "exec/hwaddr.h"
#include "hw/core/cpu.h"
#include "system/memory.h"

#include "../engine.h"

typedef struct QemuSide {
    Engine engine;
    CPUState *cpu[RM_CPUS];

    /* What the guest programmed: its page tables, the IOMMUs' tables. */
    RmPreset now;

    /* The operation that is being carried out. */
    EngineResult *result;       /* NULL between operations */
    bool in_fill;
    sigjmp_buf escape;          /* to leave it: the value is an RmStatus */

    /* The board; all of it is made once. */
    MemoryRegion ram[RM_RAMS];
    MemoryRegion io, blocked;
    IOMMUMemoryRegion *iommu[RM_IOMMUS];
    AddressSpace as_mem;        /* what IOMMUs lead to: RAM and I/O ... */
    AddressSpace as_blocked;    /* ... and blocked-I/O */
    uint8_t *host[RM_RAMS];
    uint8_t initial[RM_RAMS][RM_RAM_SIZE];
} QemuSide;

extern QemuSide qemu_side;

/** side_event: a new event of the operation, to be completed by the caller */
RmEvent side_event(RmEventKind kind);

/** side_log: add @ev to the log of the operation */
void side_log(const RmEvent *ev);

/**
 * side_escape: leave the operation, as @status; does not return
 *
 * Not declared so: before each call of a function that does not return, ASan
 * makes a system call.
 */
void side_escape(RmStatus status);

/* host.c: QEMU as a library */

/** host_start: start QEMU, without vCPU threads; the BQL is then not held */
void host_start(void);

/**
 * host_recover: after side_escape(), leave what the operation was in
 * @cpu: the CPU that ran it
 * @status: how it ended; after an assertion its TLB is made anew
 */
void host_recover(CPUState *cpu, RmStatus status);

/** host_drain: run the work that is queued for the CPUs; takes the BQL */
void host_drain(void);

/* board.c: memory, I/O and address spaces */

/* Regions that IOMMUs can lead to are this far apart in their spaces. */
#define BOARD_STRIDE 0x10000

/** board_init: make the regions and map them as rm_memory_map says */
void board_init(void);

/**
 * board_reset: RAM and dirty bits as at the start of a scenario
 * @clean: the VGA and migration dirty bits are clear
 * @pages: which pages of RAM, as in EngineOps.reset
 */
void board_reset(bool clean, const uint8_t *pages);

/** board_ram_addr: where a RAM is in QEMU's ram_addr_t space */
ram_addr_t board_ram_addr(RmRegion ram);

/** board_dirty: read QEMU's dirty bits of the RAMs */
void board_dirty(RmDirty *dirty);

/* iommu.c: the IOMMU under the control of scenarios */

/** iommu_new: an IOMMU region that covers RM_IOMMU_PAGES */
IOMMUMemoryRegion *iommu_new(unsigned number);

/** iommu_program: change an answer, then notify an UNMAP; takes the BQL */
void iommu_program(const Op *op);

/* guest.c: the CPU's hooks and accesses */

/** guest_init: let the harness own the page tables of @cpu's class */
void guest_init(CPUState *cpu);

/** guest_reset: choose the hook that fills the TLB, as qemu_side.now says */
void guest_reset(CPUState *cpu);

/** guest_access: carry out a load, store or fetch; may side_escape() */
uint64_t guest_access(CPUState *cpu, const Op *op);

/* view.c */

/** view_entries: as EngineOps.entries */
unsigned view_entries(bool all, CachedEntry *out, unsigned max);

#endif
