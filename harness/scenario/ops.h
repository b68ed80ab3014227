/*
 * The operation language: one table that names every operation, its fields
 * and their ranges.  The encoder, the printer, the parser, the mutator and
 * the documentation read it; the engines see decoded operations only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SCENARIO_OPS_H
#define SCENARIO_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference-model/vocabulary.h"

typedef enum OpKind {
#define DEF(kind, byte, ...) OP_##kind = byte,
#include "op-list.h"
} OpKind;

enum {
    OP_KINDS = 0
#define DEF(...) + 1
#include "op-list.h"
};

/* What is true of an operation; any of these, or none. */
typedef enum OpTrait {
    OPF_ASKS = 1,           /* it looks pages up, ... */
    OPF_ACCESS = 2,         /* ... and moves data */
    OPF_PLAIN = 4,          /* ... as DMA can do it, too */
    OPF_CONDITIONAL = 8,    /* ... or ends well and has not stored anything */
    OPF_VALUE = 16,         /* it ends with a value: bytes or a number, ... */
    OPF_FOUND = 32,         /* ... or what rm_found() has put into one */
    OPF_REACTION = 64,      /* who is asked meanwhile can do it */
    OPF_PAGE_TABLE = 128,   /* it sets a page-table entry */
    OPF_MAP = 256,          /* it changes the memory map */
    OPF_DMA = 512,          /* the same DMA can have another result then */
    OPF_REGISTERS = 1024,   /* it uses registers of a checker, ... */
    OPF_PROGRAMS = 2048,    /* ... and changes them */
    OPF_TRIGGER = 4096,     /* the next one, OPF_REACTION, waits for what it
                               names */
    OPF_MEANWHILE = 8192,   /* CPUs may have queued work that waits */
    OPF_THREADS = 16384,    /* it says who does what comes next, and when */
    OPF_COMMIT = 32768,     /* it costs a change of the memory map */
} OpTrait;

/* What scenarios can be of: target.h has a table. */
typedef enum TargetId {
    TARGET_IOMMU,
#define DEF(NAME, name, byte) TARGET_##NAME = byte,
#include "reference-model/checker-list.h"
    TARGET_THREADS,
    TARGETS
} TargetId;

/*
 * One operation.  Only the fields that the table lists for the kind mean
 * anything; the others are 0.
 */
typedef struct Op {
    uint64_t kind;          /* OpKind */
    uint64_t cpu;
    uint64_t idx;           /* MMU index */
    uint64_t va;
    uint64_t lg_size;       /* log2 of the bytes: 0 to 4 */
    uint64_t big_endian;    /* 0 le, 1 be */
    uint64_t align;         /* RmAlign */
    uint64_t tlb_only;      /* ... holds where the page demands it only */
    uint64_t atom;          /* OpAtom */
    uint64_t via;           /* OpVia */
    uint64_t val, val_hi;   /* of 16 bytes: the upper half */
    uint64_t rmw;           /* RmRmw */
    uint64_t cmp;           /* OpCmp */
    uint64_t type;          /* RmAccessType */
    uint64_t probe;         /* RmProbe */
    uint64_t nonfault;
    uint64_t pa;
    uint64_t prot;          /* RM_PROT() bits */
    uint64_t attrs;         /* world id, RM_SECURE */
    uint64_t lg;            /* lg_page_size: op_lg_page() */
    uint64_t flags;         /* RM_PTE_* */
    uint64_t mmu;           /* IOMMU region */
    uint64_t index;         /* IOMMU index */
    uint64_t page;          /* page number behind the IOMMU */
    uint64_t dir;           /* OpDir: op_directions() */
    uint64_t region;        /* RmRegion: what it leads to, a RAM */
    uint64_t device;        /* op_device() */
    uint64_t offset;        /* within it */
    uint64_t perm;          /* RM_R, RM_W */
    uint64_t mask;          /* addr_mask: op_lg_mask() */
    uint64_t idxmap;        /* MMU indexes, a bit each */
    uint64_t synced;        /* all CPUs, synced */
    uint64_t bits;          /* significant address bits: op_bits() */
    uint64_t pages;         /* op_pages() */
    uint64_t less;          /* bytes of the last page that are left out */
    uint64_t crowd;         /* OpCrowd: op_crowd() */
    uint64_t client;        /* RmClient */
    uint64_t on;            /* OpOnOff, OpMapState */
    uint64_t logger;        /* RmLogger */
    uint64_t len;           /* bytes; of a watchpoint: op_watch_len() */
    uint64_t watch;         /* op_watched() */
    uint64_t after;         /* it stops behind the access, not before it */
    uint64_t insn;          /* OpInsn: of a breakpoint: whose code ... */
    uint64_t plus;          /* ... and which instruction of it: op_place() */
    uint64_t breaker;       /* RmBreaker */
    uint64_t runs;          /* a block is run as well, ... */
    uint64_t stores;        /* ... and stores this, not 0, where it goes on */
    uint64_t map;           /* number in rm_memory_map */
    uint64_t response;      /* RmResponse */
    uint64_t valid_min, valid_max, impl_min, impl_max;  /* log2 of bytes */
    uint64_t unaligned;     /* RM_VALID_UNALIGNED, RM_IMPL_UNALIGNED */
    uint64_t guarded;
    uint64_t data;          /* that DMA writes, if it does: rm_dma_bytes() */
    uint64_t ms;            /* milliseconds */
    uint64_t checker;       /* which of them */
    uint64_t reg;           /* offset within its registers */
    uint64_t slot;          /* of a wgChecker */
    uint64_t mode;          /* OpSlotMode */
    uint64_t addr;          /* behind the checker */
    uint64_t span;          /* what NAPOT covers: op_span() */
    uint64_t worlds;        /* two bits each, RM_R and RM_W */
    uint64_t entry;         /* of an IOPMP */
    uint64_t md;            /* its memory domain */
    uint64_t t;             /* MDCFG.t: one past the last entry of it */
    uint64_t rrid;          /* the requester */
    uint64_t mds;           /* memory domains, a bit each */
    uint64_t lock;          /* SRCMD_EN.l */
    uint64_t cfg;           /* bits of a slot's cfg, as the table names them */
    uint64_t word;          /* of a TrustZone MPC's LUT */
    uint64_t lut;           /* ... what it holds */
    uint64_t block;         /* ... its number */
    uint64_t ns;            /* ... is non-secure */
    uint64_t ctrl;          /* bits of its CTRL, as the table names them */
    uint64_t interrupt;     /* OpInt */
    uint64_t thread;        /* a CPU's, or RM_CPUS: the one behind them */
    uint64_t points;        /* at which a thread can be switched: fewer than
                               OP_POINTS ... */
    uint64_t at;            /* ... of that kind: OpPlace */
    /* of the set-up, the record before the first operation: */
    uint64_t pt;            /* PresetPt */
    uint64_t iommu;         /* PresetIommu */
    uint64_t dirty;         /* PresetDirty */
    uint64_t fill;          /* PresetFill */
    uint64_t behind;        /* RmDownstream */
    uint64_t variant;       /* of the checker */
    uint64_t rules;         /* what its registers hold at the start */
} Op;

typedef enum OpDir { DIR_READ, DIR_WRITE, DIR_BOTH } OpDir;
typedef enum OpAtom {
    ATOM_IFALIGN, ATOM_IFALIGN_PAIR, ATOM_WITHIN16, ATOM_WITHIN16_PAIR,
    ATOM_SUBALIGN, ATOM_NONE, ATOMS
} OpAtom;
/*
 * Who makes an access: a function of QEMU's, a translated block that is it, one
 * that goes on: before the last instruction of a block no device may be
 * accessed; a block while which no other CPU runs, as after EXCP_ATOMIC: a
 * load, and then a store, are as good as an atomic access; a block that
 * makes, one after the other, the accesses of that CPU that come so next; or one
 * that goes on, of which the CPU counts the instructions.
 */
typedef enum OpVia {
    VIA_HELPERS, VIA_CODE, VIA_INSIDE, VIA_EXCLUSIVE, VIA_TOGETHER,
    VIA_COUNTED, VIAS
} OpVia;
/* What makes an access; there is one place of code for each, and its size. */
typedef enum OpInsn {
    INSN_LOAD, INSN_STORE, INSN_RMW, INSN_CMPXCHG, INSNS
} OpInsn;
/* Instructions that there is room for, the access among them. */
#define OP_BLOCK_INSNS 4

/* Places at which a thread can be switched, from one switch to the next. */
#define OP_POINTS 512
/* What happens at such a place. */
typedef enum OpPlace {
    PLACE_ANY,              /* of a switch: at whichever it is */
    PLACE_BEGIN,            /* an operation is about to begin, ... */
    PLACE_WORK,             /* ... or work that is queued for the CPU */
    PLACE_FILL,             /* the page tables are asked, ... */
    PLACE_TRANSLATE,        /* ... an IOMMU, ... */
    PLACE_DEVICE,           /* ... or a device */
    PLACE_NOTIFY,           /* a change is told */
    PLACE_LOCK,             /* a lock is taken, ... */
    PLACE_SPIN,             /* ... a spin lock taken or released */
    PLACE_ATOMIC,           /* something is read or written atomically */
    OP_SWITCH_PLACES,
    /* and where it has to be switched, which no schedule asks for: */
    PLACE_WAIT = OP_SWITCH_PLACES,  /* for a lock or a condition */
    PLACE_END,              /* it has nothing left to do */
    OP_PLACES
} OpPlace;
/* What a compare-exchange expects: what was loaded last, or not that. */
typedef enum OpCmp { CMP_LAST, CMP_OTHER } OpCmp;
typedef enum OpCrowd {
    CROWD_16, CROWD_64, CROWD_256, CROWD_1024, CROWDS
} OpCrowd;
typedef enum OpMapState { MAP_OFF, MAP_ON, MAP_REMOVE, MAP_ADD } OpMapState;
typedef enum PresetPt { PT_NONE, PT_IDENTITY } PresetPt;
typedef enum PresetIommu {
    IOMMU_DENY,         /* every answer is no */
    IOMMU_OPEN,         /* one answer, rw, for reads and writes */
    IOMMU_SPLIT,        /* reads to RAM, writes to blocked-I/O */
    IOMMU_TWIN,         /* two answers, r and w, with the same RAM page */
    IOMMU_NESTED,       /* as open, for iommu1 by way of iommu0 */
    IOMMU_FINE,         /* as open, for 256 bytes at a time */
    IOMMU_PRESETS
} PresetIommu;
typedef enum PresetDirty { DIRTY_ALL, DIRTY_NONE } PresetDirty;
typedef enum PresetFill { FILL_PAGE, FILL_ALIGN } PresetFill;

/* What is done to the interrupt of a TrustZone MPC. */
typedef enum OpInt { INT_CLEAR, INT_SET, INT_DISABLE, INT_ENABLE } OpInt;
/* The A field of a wgChecker's slot, and of an IOPMP's entry. */
typedef enum OpSlotMode { SLOT_OFF, SLOT_TOR, SLOT_NA4, SLOT_NAPOT } OpSlotMode;

typedef enum FieldForm {
    FORM_DEC,       /* name=12 */
    FORM_HEX,       /* name=0x12 */
    FORM_NAMED,     /* name=word */
    FORM_WORD,      /* word */
    FORM_FLAG,      /* name, absent if 0 */
    FORM_LITERAL,   /* words[0], part of the operation's name */
    FORM_PLUS,      /* +0x1000, at once after the word before; absent if 0 */
    FORM_LETTERS,   /* name=rw-, a bit for each letter of words[0] */
    FORM_ATTRS,     /* name=wid:2 or name=wid:2,secure */
    FORM_NUMBER,    /* 12 */
    FORM_LIST,      /* name=word,word: a bit for each */
    FORM_WORLDS,    /* name=w1:r-,w2:rw: two bits for each world */
} FieldForm;

typedef struct Field {
    const char *name;
    FieldForm form;
    enum {
        FIELD_ARROW = 1,        /* "-> " stands before it */
        FIELD_OPTIONAL = 2,     /* absent if 0; mostly it is, where drawn, */
        FIELD_USUAL = 4,        /* ... but for these */
    } how;
    uint8_t width;              /* bytes in the record; 0 for FORM_LITERAL */
    uint16_t member;            /* offset of the value in Op */
    uint64_t limit;             /* value < limit; or, if 0: */
    uint64_t mask;              /* value & ~mask == 0 */
    const char *const *words;
    /*
     * What the number that is kept stands for: values[number], if there are
     * any, or else number + bias.  The operation has an accessor for it.
     */
    const uint32_t *values;
    uint8_t bias;
} Field;

#define OP_FIELDS 11

/* What describes an operation; or a set-up, which has fields alone. */
typedef struct OpInfo {
    const char *name;
    unsigned n;                 /* of fields */
    Field fields[OP_FIELDS];

    uint8_t access;             /* of OPF_ASKS: RmAccessKind */
    uint8_t types;              /* ... RM_PROT() bits; 0: the field says */
    uint8_t targets;            /* that have it: a bit for each TargetId */
    uint8_t weight;             /* how often the mutator takes it */
    /* Settle what depends on two fields; NULL: nothing. */
    void (*fit)(Op *op);
    /* The register writes that it stands for; NULL: none.  target_writes() */
    unsigned (*writes)(const Op *op, RmRegisterWrite *out);
    const char *look_at;        /* QEMU's functions to stop in; NULL: any */
} OpInfo;

extern const OpInfo op_table[OP_KINDS];
extern const uint16_t op_traits[OP_KINDS];

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
 * that the kind does not have 0, and as op_fit() says
 * @info: what describes it
 */
void op_fixup(const OpInfo *info, Op *op);

/** op_lg_page: lg_page_size that @op gives to a page; 0 for one page */
unsigned op_lg_page(const Op *op);

/** op_lg_mask: bits of the addr_mask that @op gives; 0 for one page */
unsigned op_lg_mask(const Op *op);

/** op_bits: significant bits of the address that @op flushes; 64: all */
unsigned op_bits(const Op *op);

/** op_span: bytes that NAPOT covers */
unsigned op_span(const Op *op);

/** op_crowd: pages of the crowd that @op touches */
unsigned op_crowd(const Op *op);

/** op_device: the RmRegion that @op, of a device, is about */
unsigned op_device(const Op *op);

/** op_as_device: what @op makes of it */
RmDevice op_as_device(const Op *op);

/** op_directions: RM_R, RM_W */
unsigned op_directions(const Op *op);

/** op_pages: pages that @op is about */
unsigned op_pages(const Op *op);

/** op_range: bytes that @op is about, from op->offset to the end of the RAM */
unsigned op_range(const Op *op);

/** op_dma_size: bytes of the DMA @op; fewer if it is @nested in an access */
unsigned op_dma_size(const Op *op, bool nested);

/** op_watch_len: bytes that the watchpoint @op watches, ... */
unsigned op_watch_len(const Op *op);

/** op_watched: ... and in which directions: RM_R, RM_W */
unsigned op_watched(const Op *op);

/**
 * op_place: where the code begins by which @op is made: below RM_PLACES, and
 * each instruction has a number; or where the breakpoint @op is
 */
unsigned op_place(const Op *op);

/**
 * op_compare: what a compare-exchange compares with
 * @last, @last_hi: what was loaded last
 */
void op_compare(const Op *op, uint64_t last, uint64_t last_hi,
                uint64_t *cmp, uint64_t *cmp_hi);

/**
 * op_fit: settle what depends on two fields: a value no wider than its size,
 * a size that the operation has, an IOMMU that does not lead to itself
 * @info: what describes it
 */
void op_fit(const OpInfo *info, Op *op);

/** op_names_cpu: does @op say which CPU it is of? */
bool op_names_cpu(const Op *op);

/** op_is: has it any of these traits? */
static inline bool op_is(const Op *op, unsigned traits)
{
    return op_traits[op->kind] & traits;
}

/** op_is_access: does it move data? */
static inline bool op_is_access(const Op *op)
{
    return op_is(op, OPF_ACCESS);
}

/** op_asks: does it look pages up, whether it moves data or not? */
static inline bool op_asks(const Op *op)
{
    return op_is(op, OPF_ASKS);
}

/** op_can_react: can a device do it while it is accessed? */
static inline bool op_can_react(const Op *op)
{
    return op_is(op, OPF_REACTION);
}

/** op_by_code: can generated code make the access, if it is one? */
static inline bool op_by_code(const Op *op)
{
    return op_is_access(op) && op->kind != OP_FETCH;
}

/** op_inside: is @op in a block that has an instruction before and behind it? */
static inline bool op_inside(const Op *op)
{
    return op->via == VIA_INSIDE || op->via == VIA_COUNTED;
}

/**
 * op_over: what the first one of two instructions that @op runs stores where
 * the second one is; 0: it is one, or they would not be in one page
 */
static inline uint32_t op_over(const Op *op)
{
    return op->runs && (op->va & ~RM_PAGE_MASK) <= RM_PAGE_SIZE - 8 ?
           op->stores : 0;
}

/** op_types: of one that asks, the access types, RM_PROT() bits */
static inline unsigned op_types(const Op *op)
{
    return op_table[op->kind].types ? op_table[op->kind].types :
                                      RM_PROT(op->type);
}

/** op_type: ... the first of them: of a read-modify-write, the load */
static inline RmAccessType op_type(const Op *op)
{
    return __builtin_ctz(op_types(op));
}

/** op_stores: does it move data to memory, or may it? */
static inline bool op_stores(const Op *op)
{
    return op_is_access(op) && op_types(op) & RM_PROT(RM_STORE);
}

#endif
