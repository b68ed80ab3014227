/*
 * The operation language: one table that names every operation, its fields
 * and their ranges.  The encoder, the printer, the parser, the mutator and
 * the documentation read it; the engines see decoded operations only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_OPS_H
#define HARNESS_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum OpKind {
    OP_LOAD, OP_STORE, OP_FETCH,
    OP_PT, OP_PT_CLEAR,
    OP_IOMMU,
    OP_FLUSH, OP_FLUSH_PAGE, OP_FLUSH_MMUIDX, OP_FLUSH_PAGE_MMUIDX,
    OP_CLEAR_DIRTY,
    OP_KINDS
} OpKind;

/*
 * One operation.  Only the fields that the table lists for the kind mean
 * anything; the others are 0.
 */
typedef struct Op {
    uint64_t kind;          /* OpKind */
    uint64_t cpu;
    uint64_t idx;           /* MMU index */
    uint64_t va;
    uint64_t lg_size;       /* log2 of the bytes: 0 to 3 */
    uint64_t big_endian;    /* 0 le, 1 be */
    uint64_t val;
    uint64_t pa;
    uint64_t prot;          /* RM_PROT() bits */
    uint64_t wid;
    uint64_t mmu;           /* IOMMU region */
    uint64_t index;         /* IOMMU index */
    uint64_t page;          /* page number behind the IOMMU */
    uint64_t dir;           /* OpDir */
    uint64_t region;        /* RmRegion */
    uint64_t offset;        /* within it */
    uint64_t perm;          /* RM_R, RM_W */
    uint64_t idxmap;        /* MMU indexes, a bit each */
    uint64_t client;        /* RmClient */
    /* of the set-up, the record before the first operation: */
    uint64_t pt;            /* PresetPt */
    uint64_t iommu;         /* PresetIommu */
    uint64_t dirty;         /* PresetDirty */
    uint64_t fill;          /* PresetFill */
} Op;

typedef enum OpDir { DIR_READ, DIR_WRITE, DIR_BOTH } OpDir;
typedef enum PresetPt { PT_NONE, PT_IDENTITY } PresetPt;
typedef enum PresetIommu {
    IOMMU_DENY,         /* every answer is no */
    IOMMU_OPEN,         /* one answer, rw, for reads and writes */
    IOMMU_SPLIT,        /* reads to RAM, writes to blocked-I/O */
    IOMMU_TWIN,         /* two answers, r and w, with the same RAM page */
    IOMMU_PRESETS
} PresetIommu;
typedef enum PresetDirty { DIRTY_ALL, DIRTY_NONE } PresetDirty;
typedef enum PresetFill { FILL_PAGE, FILL_ALIGN } PresetFill;

#define PRESETS (2 * IOMMU_PRESETS * 2 * 2)

typedef enum FieldForm {
    FORM_DEC,       /* name=12 */
    FORM_HEX,       /* name=0x12 */
    FORM_NAMED,     /* name=word */
    FORM_WORD,      /* word */
    FORM_LITERAL,   /* words[0], part of the operation's name */
    FORM_PLUS,      /* +0x1000, at once after the word before; absent if 0 */
    FORM_LETTERS,   /* name=rw-, a bit for each letter of words[0] */
    FORM_WID,       /* name=wid:2 */
} FieldForm;

typedef struct Field {
    const char *name;
    FieldForm form;
    bool arrow;                 /* "-> " stands before it */
    uint8_t width;              /* bytes in the record; 0 for FORM_LITERAL */
    uint16_t member;            /* offset of the value in Op */
    uint64_t limit;             /* value < limit; or, if 0: */
    uint64_t mask;              /* value & ~mask == 0 */
    const char *const *words;
} Field;

#define OP_FIELDS 9

typedef struct OpInfo {
    const char *name;
    unsigned n;                 /* of fields */
    Field fields[OP_FIELDS];
} OpInfo;

extern const OpInfo op_table[OP_KINDS];
extern const OpInfo setup_info;

/** field_end: is @f past the last field? */
static inline bool field_end(const OpInfo *info, const Field *f)
{
    return f == info->fields + info->n;
}

static inline uint64_t *field_ptr(Op *op, const Field *f)
{
    return (uint64_t *)((char *)op + f->member);
}

static inline uint64_t field_get(const Op *op, const Field *f)
{
    return *(const uint64_t *)((const char *)op + f->member);
}

/** field_reduce: @value, brought into the range of @f */
static inline uint64_t field_reduce(const Field *f, uint64_t value)
{
    return f->limit ? value % f->limit : value & f->mask;
}

/**
 * op_fixup: make @op valid whatever its fields are: each in its range, those
 * that the kind does not have 0, a store's value no wider than its size
 * @info: what describes it
 */
void op_fixup(const OpInfo *info, Op *op);

/** op_fit_value: a store's value no wider than its size */
static inline void op_fit_value(Op *op)
{
    if (op->kind == OP_STORE && op->lg_size < 3) {
        op->val &= (1ull << (8 << op->lg_size)) - 1;
    }
}

/** op_is_access: is it a load, store or fetch? */
static inline bool op_is_access(const Op *op)
{
    return op->kind <= OP_FETCH;
}

#endif
