/*
 * A checker device itself, past the harness that stands in front of it:
 * nothing of what is asked here is logged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_CHECKER_DIRECT_H
#define HARNESS_QEMU_CHECKER_DIRECT_H

#include "harness/engine/engine.h"
#include "checker-devices.h"
#include "compat.h"

/* A region of the device, and what it did before we stood in front of it. */
typedef struct CheckerRegion {
    MemoryRegion *mr;
    const MemoryRegionOps *device_ops;
    void *device_opaque;
    MemoryRegionOps ops;    /* ours, and what the log is told: */
    RmRegion region;
    hwaddr base;            /* what lies before it, nobody sees */
    uint64_t size;          /* what the device has of it; 0: all */
    bool onward[2];         /* leads reads, writes to what is behind it */
} CheckerRegion;

/* Regions that denied accesses can lead to: one for each reason, say. */
#define CHECKER_BLOCKED 8

typedef struct SideChecker {
    DeviceState *dev;
    IOMMUMemoryRegion *upstream;
    CheckerTranslate *translate;    /* what its class had */
    MemoryRegion shown;     /* ... as far as the board shows it */
    hwaddr base;            /* ... from here on */
    CheckerRegion regs;
    CheckerRegion blocked[CHECKER_BLOCKED];
    unsigned n_blocked;
    bool tried;             /* it is known which of them lead onward: */
    AddressSpace *onward;   /* ... none; or what this stands for */
    const char *source;     /* its file */
    unsigned first_space, end_space;    /* its own, in qemu_side.spaces */
    bool irq;               /* the level of its interrupt */
} SideChecker;

/** checker_read: what the device answers; @value is 0 if it says nothing */
MemTxResult checker_read(const CheckerRegion *r, hwaddr addr, uint64_t *value,
                         unsigned size, MemTxAttrs attrs);

/** checker_write: let the device take a write */
MemTxResult checker_write(const CheckerRegion *r, hwaddr addr, uint64_t value,
                          unsigned size, MemTxAttrs attrs);

/**
 * checker_is: is @mr the IOMMU region of checker @number?
 * @base: set to where in it the board's part begins
 */
bool checker_is(unsigned number, const IOMMUMemoryRegion *mr, hwaddr *base);

/**
 * checker_ask: what translate of a checker answers
 *
 * Where that leads to a region of the device that does no more than lead on,
 * it is what is behind it: what becomes of the attributes on that way, an
 * answer cannot say, and nobody sees.
 */
IOMMUTLBEntry checker_ask(const SideChecker *c, hwaddr addr,
                          IOMMUAccessFlags flag, int index);

/** checker_is_blocked: is @mr a blocked-I/O of this checker? */
bool checker_is_blocked(const SideChecker *c, const MemoryRegion *mr);

/**
 * checker_mr: the registers, or the first blocked-I/O, of a checker; or NULL
 */
MemoryRegion *checker_mr(RmRegion region);

/**
 * checker_region: RM_DENIED0 and so on for any blocked-I/O of the checkers on
 * the board; RM_UNASSIGNED for another region
 */
RmRegion checker_region(const MemoryRegion *mr);

/** checker_decide, checker_peek, checker_poke, checker_irq: as in EngineOps */
void checker_decide(unsigned number, unsigned index, uint32_t addr,
                    bool is_write, RmDecision *out);
RmResponse checker_peek(unsigned number, unsigned offset, unsigned size,
                        unsigned attrs, uint64_t *value);
void checker_poke(unsigned number, unsigned offset, unsigned size,
                  unsigned attrs, uint64_t value);
bool checker_irq(unsigned number);

/** checker_has_property: has the device of a checker this property? */
bool checker_has_property(unsigned number, const char *name);

#endif
