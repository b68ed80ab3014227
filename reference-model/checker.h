/*
 * What a security checker is to the rest of the model: registers, a decision
 * for each address, world and direction, and what becomes of an access that
 * it denies.  One file for each checker implements this; the TLB's side of
 * the model (walk.c, registers.c) asks through it, and knows no checker by
 * name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_CHECKER_H
#define RM_CHECKER_H

#include "vocabulary.h"

typedef struct RmChecker RmChecker;

/* What a checker says to one address, index and direction. */
typedef struct RmDecision {
    bool allowed;       /* downstream; if not, to blocked-I/O */
    uint8_t perm;       /* RM_R, RM_W: the directions that it speaks for */
    uint32_t addr_mask; /* the aligned range that it holds for */
} RmDecision;

/*
 * The registers of an implementation, as software that may program it uses
 * them: @offset within them, @size 4 or 8 bytes.
 */
typedef struct RmRegisters {
    uint64_t (*read)(void *opaque, uint32_t offset, unsigned size);
    void (*write)(void *opaque, uint32_t offset, unsigned size,
                  uint64_t value);
    /* Read @size bytes from @addr behind it; returns false if that fails. */
    bool (*read_behind)(void *opaque, uint32_t addr, unsigned size,
                        uint64_t *value);
    /* Was it told the number that is fixed under this name, RmSetting.name? */
    bool (*was_told)(void *opaque, const char *setting);
    void *opaque;
} RmRegisters;

/* A number that is fixed where the checker is built in: its size, say. */
typedef struct RmSetting {
    const char *name;   /* letters and '_' */
    uint64_t value;
} RmSetting;

#define RM_SETTINGS 32  /* of one checker, at most */

typedef struct RmCheckerOps {
    const char *name;
    size_t size;            /* bytes of a checker: its state, without pointers
                               behind what all of them have */

    /*
     * The registers and the blocked-I/O region, as MemoryRegionOps have it:
     * the accesses that are valid.  Others are answered RM_TX_DECODE_ERROR,
     * and never come here.
     */
    RmDevice regs, blocked;
    uint32_t regs_size;     /* bytes */

    /*
     * As after power-on.  The checker guards @size bytes from address 0, and is
     * the instance that the set-up of a scenario chooses: what the platform has
     * fixed has that number, or 0 where there is only one.
     */
    void (*reset)(RmChecker *c, uint32_t size, unsigned variant);

    /*
     * What another implementation has to know of the instance, to be the
     * same: into @out.  Returns how many there are.  May be NULL.
     */
    unsigned (*settings)(const RmChecker *c, RmSetting out[RM_SETTINGS]);

    /*
     * A register access: @offset within the registers, @size 1 to 8 bytes,
     * @attrs as in RmPte.attrs.  A read sets *@value; a write takes it.
     * Returns how the transaction ends.
     */
    RmResponse (*access)(RmChecker *c, uint32_t offset, unsigned size,
                         unsigned attrs, bool is_write, uint64_t *value);

    /*
     * Is there a register at @offset in this variant?  NULL: in any.  One
     * that is not there reads 0, and is not looked at after each operation.
     */
    bool (*has)(const RmChecker *c, uint32_t offset);

    /*
     * Where the specification leaves a choice, the implementation has made
     * one, which its registers tell: learn it from @r, which has just been
     * reset, and will be again.  What is read that no implementation may say
     * is not taken over.  It stays through reset().  NULL: nothing is free.
     */
    void (*learn)(RmChecker *c, unsigned variant, const RmRegisters *r);
    bool (*knows)(const RmChecker *c, unsigned variant);

    /* ... or choose by itself: @differs says whether to, each time. */
    void (*choose)(RmChecker *c, unsigned variant,
                   bool (*differs)(void *opaque), void *opaque);

    /*
     * An implementation says @value to a register for which the model has
     * another one: may it?  Then the model says so, too, from now on.  NULL:
     * it may not.
     */
    bool (*accept)(RmChecker *c, uint32_t offset, uint64_t value);

    /* The IOMMU index of @attrs (C5). */
    unsigned (*index)(const RmChecker *c, unsigned attrs);

    /* The decision; @is_write: the direction asked (C1). */
    RmDecision (*decide)(const RmChecker *c, unsigned index, uint32_t addr,
                         bool is_write);

    /*
     * Does the specification leave it to an implementation what becomes of an
     * access of @type to @addr?  Then it is not made, nor the decision
     * compared.  NULL: of none.
     */
    bool (*undefined)(const RmChecker *c, unsigned index, uint32_t addr,
                      RmAccessType type);

    /*
     * A denied access reaches blocked-I/O: keep the record, set the level of
     * the interrupt, and answer.  A read sets *@value.  @type: RM_FETCH only
     * where a fetch is told from a read there.
     */
    RmResponse (*denied)(RmChecker *c, uint32_t addr, unsigned size,
                         unsigned attrs, RmAccessType type, uint64_t *value);

    /* The level of its interrupt. */
    bool (*irq)(const RmChecker *c);
} RmCheckerOps;

/* An interrupt that is a write of 4 bytes. */
typedef struct RmMsi {
    bool sent;
    uint32_t value;
    uint64_t addr;      /* below RM_MSI_SIZE */
} RmMsi;

/* The head of each checker's own state. */
struct RmChecker {
    const RmCheckerOps *ops;
    RmMsi msi;          /* denied() has sent it */
    bool asked_once;    /* about a page: in an eager tree (C2) */
};

/**
 * rm_wgchecker_new, rm_iopmp_new ...: a checker, not yet reset; NULL if there
 * is no memory.  To be freed with free().
 */
#define DEF(NAME, name, byte) RmChecker *rm_##name##_new(void);
#include "checker-list.h"

/** rm_checker_new: one of that kind, in the same way */
RmChecker *rm_checker_new(RmCheckerKind kind);

#endif
