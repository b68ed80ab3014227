/*
 * The targets: one table of what scenarios of each are made of.  The first
 * line of a scenario names one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_TARGET_H
#define SCENARIO_TARGET_H

#include "reference-model/vocabulary.h"
#include "ops.h"

/* Registers of a checker. */
typedef struct RegisterInfo {
    const char *name;
    uint16_t offset;
    uint8_t size;           /* bytes */
    uint16_t count;         /* so many of them at most, @stride bytes apart */
    uint16_t stride;
    bool record;            /* of denied accesses: D3, not D2 */
    const char *locked_by;  /* the register that makes it fixed, if any */
    bool effect;            /* reading it has one: only operations do */
} RegisterInfo;

typedef struct Target {
    const char *name;
    OpInfo setup;
    uint8_t pt_attrs[RM_MMU_IDX];   /* of the identity set-up */

    /* Of a target that tests a checker: */
    RmCheckerKind checker;
    const char *specification;      /* that its model follows */
    uint8_t indexes;        /* IOMMU indexes that there are, at most */
    uint8_t attrs;          /* with which registers may be used, */
    uint8_t mmu_idx;        /* and that index of the identity set-up has */
    uint8_t lg_sizes[2];    /* log2 of the bytes: from, to */
    uint64_t locks;         /* bits of many that lock them, for good */
    /*
     * By variant: what addresses in registers are above those of the board,
     * and how many of the indexes there are.  NULL: 0, and all.
     */
    uint64_t (*base)(unsigned variant);
    unsigned (*indexes_of)(unsigned variant);
    const RegisterInfo *registers;  /* up to one without a name */
    /*
     * The operations that make each choice of the set-up's rules, up to one
     * that is OP_LOAD.
     */
    const Op *const *rules;
} Target;

extern const Target target_table[TARGETS];

/** target_find: the target with this name; TARGETS if there is none */
TargetId target_find(const char *name);

/** target_of: the target of a set-up record */
static inline const Target *target_of(const Op *setup)
{
    return &target_table[setup->kind];
}

/** target_has: is @kind an operation of @t? */
static inline bool target_has(const Target *t, unsigned kind)
{
    return op_table[kind].targets >> (t - target_table) & 1;
}

/** target_weight: how often the mutator takes @kind; 0 if @t has it not */
static inline unsigned target_weight(const Target *t, unsigned kind)
{
    return target_has(t, kind) ? op_table[kind].weight : 0;
}

/**
 * target_kind: an operation of @t, for any number; itself if it is one
 *
 * What a number stands for never changes, but by a new kind that has it.
 */
OpKind target_kind(const Target *t, unsigned number);

/** target_presets: how many different set-ups there are */
unsigned target_presets(const Target *t);

/** target_preset: the number of a set-up among them */
unsigned target_preset(const Op *setup);

/** target_indexes: how many IOMMU indexes a set-up of a checker has */
unsigned target_indexes(const Op *setup);

/** target_rows: how many of @info, of its checker, a set-up has; 0: none */
unsigned target_rows(const Op *setup, const RegisterInfo *info);

/** target_base: what addresses in registers are above those of the board */
uint64_t target_base(const Op *setup);

/**
 * target_writes: the register writes that @op stands for
 * @base: from target_base()
 * @out: room for RM_REGISTER_WRITES
 *
 * Returns their number; 0 if it is not about registers.
 */
unsigned target_writes(const Op *op, uint64_t base, RmRegisterWrite *out);

#endif
