/*
 * The table of targets, and what their operations do to registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "target.h"

#include "reference-model/iopmp.h"
#include "ops-table.h"

/*
 * Half of the operations access memory, as in a guest.  Some are rare because
 * they cost: a change of the memory map or a translated block is a hundred
 * accesses, a dirty bit ten.
 */
#define COMMON_WEIGHTS \
    [OP_LOAD] = 160, [OP_STORE] = 192, [OP_FETCH] = 64, [OP_RMW] = 40, \
    [OP_CMPXCHG] = 24, \
    [OP_PROBE] = 40, [OP_VADDR_TO_HOST] = 12, [OP_CODE_PAGE] = 12, \
    [OP_BLOCK] = 4, \
    [OP_PT] = 96, [OP_PT_CLEAR] = 12, \
    [OP_FLUSH] = 16, [OP_FLUSH_PAGE] = 20, [OP_FLUSH_MMUIDX] = 12, \
    [OP_FLUSH_PAGE_MMUIDX] = 16, [OP_FLUSH_PAGE_BITS] = 8, \
    [OP_FLUSH_RANGE] = 12, \
    [OP_CLEAR_DIRTY] = 20, [OP_LOG] = 2, [OP_PROTECT] = 8, \
    [OP_UNPROTECT] = 4, \
    [OP_WATCH] = 12, [OP_UNWATCH] = 8, \
    [OP_MAP] = 1, [OP_MAP_MOVE] = 1, [OP_MAP_OFFSET] = 1, \
    [OP_MAP_READONLY] = 1, [OP_ROMD] = 1, \
    [OP_DEVICE] = 12, [OP_REACT] = 24, [OP_CROWD] = 2, [OP_CLOCK] = 2

/* --- The fields of set-ups ------------------------------------------------ */

#define SETUP_PT \
    { "pt", FORM_NAMED, 0, 1, M(pt), .limit = 2, \
      .words = WORDS("none", "identity") }
#define SETUP_IOMMU \
    { "iommu", FORM_NAMED, 0, 1, M(iommu), .limit = IOMMU_PRESETS, \
      .words = WORDS("deny", "open", "split", "twin", "nested", "fine") }
#define SETUP_DIRTY \
    { "dirty", FORM_NAMED, 0, 1, M(dirty), .limit = 2, \
      .words = WORDS("all", "none") }
/* the hook that QEMU's target has: tlb_fill or tlb_fill_align */
#define SETUP_FILL \
    { "fill", FORM_NAMED, 0, 1, M(fill), .limit = 2, \
      .words = WORDS("page", "align") }
#define SETUP_DOWNSTREAM \
    { "downstream", FORM_NAMED, 0, 1, M(behind), .limit = RM_DOWNSTREAMS, \
      .words = WORDS("ram", "device", "series") }

/* --- wgChecker ------------------------------------------------------------ */

#define ALL_RW  UINT64_MAX
#define ALL_R   (UINT64_MAX / 3)
#define RULES_END { .kind = OP_LOAD }

/* cfg, as the field of the slot operation has it: er, ew, ir, iw, lock */
static const Op *const wgchecker_rules[] = {
    (const Op[]) { RULES_END },
    (const Op[]) {
        { .kind = OP_SLOT, .slot = 1, .mode = SLOT_NAPOT, .span = 6,
          .worlds = ALL_RW },
        RULES_END
    },
    (const Op[]) {
        { .kind = OP_SLOT, .slot = 0, .cfg = 0xf },
        { .kind = OP_SLOT, .slot = 1, .mode = SLOT_NAPOT, .span = 6,
          .worlds = ALL_R, .cfg = 0xa },
        RULES_END
    },
};

static const RegisterInfo wgchecker_registers[] = {
    { "vendor", 0x0, 4, 1 },
    { "impid", 0x4, 4, 1 },
    { "nslots", 0x8, 4, 1 },
    { "errcause", 0x10, 8, 1, .record = true },
    { "erraddr", 0x18, 8, 1, .record = true },
    { "slot addr", 0x20, 8, 9, 0x20 },
    { "slot perm", 0x28, 8, 9, 0x20 },
    { "slot cfg", 0x30, 4, 9, 0x20 },
    { NULL }
};

/* --- IOPMP ---------------------------------------------------------------- */

#define IOPMP_REG(offset, value) \
    { .kind = OP_REG_WRITE, .reg = offset, .lg_size = 2, .val = value }

/* Two entries for each domain, some domains for each requester; enabled. */
#define IOPMP_DOMAINS \
    { .kind = OP_MDCFG, .md = 0, .t = 2 }, \
    { .kind = OP_MDCFG, .md = 1, .t = 4 }, \
    { .kind = OP_MDCFG, .md = 2, .t = 6 }, \
    { .kind = OP_MDCFG, .md = 3, .t = 8 }, \
    { .kind = OP_SRCMD, .rrid = 0, .mds = 0x5 }, \
    { .kind = OP_SRCMD, .rrid = 1, .mds = 0xe }, \
    { .kind = OP_SRCMD, .rrid = 2, .mds = 0x8 }, \
    IOPMP_REG(0x08, 1u << 31)

/* All that is guarded, without priority, for RRIDs 0 and 1. */
#define IOPMP_ENTRY(rights) \
    { .kind = OP_ENTRY, .entry = 4, .mode = SLOT_NAPOT, .span = 6, \
      .prot = rights }

static const Op *const iopmp_rules[] = {
    (const Op[]) { RULES_END },
    (const Op[]) { IOPMP_DOMAINS, RULES_END },
    (const Op[]) { IOPMP_DOMAINS, IOPMP_ENTRY(7), RULES_END },
    /* ERR_CFG: ie, ire, iwe, rwe */
    (const Op[]) { IOPMP_DOMAINS, IOPMP_ENTRY(1), IOPMP_REG(0x60, 0x4e),
                   RULES_END },
};

static const RegisterInfo iopmp_registers[] = {
    { "version", 0x00, 4, 1 },
    { "imp", 0x04, 4, 1 },
    { "hwcfg0", 0x08, 4, 1 },
    { "hwcfg1", 0x0c, 4, 1 },
    { "hwcfg2", 0x10, 4, 1 },
    { "entryoffset", 0x14, 4, 1 },
    { "mdlck", 0x40, 4, 1 },
    { "mdlckh", 0x44, 4, 1 },
    { "mdcfglck", 0x48, 4, 1 },
    { "entrylck", 0x4c, 4, 1 },
    { "err_cfg", 0x60, 4, 1 },
    { "err_reqinfo", 0x64, 4, 1, .record = true },
    { "err_reqaddr", 0x68, 4, 1, .record = true },
    { "err_reqaddrh", 0x6c, 4, 1, .record = true },
    { "err_reqid", 0x70, 4, 1, .record = true },
    { "mdcfg", 0x800, 4, RM_IOPMP_MDS, 4 },
    { "srcmd_en", 0x1000, 4, RM_IOPMP_RRIDS, 32 },
    { "entry addr", RM_IOPMP_ENTRYOFFSET, 4, RM_IOPMP_ENTRIES, 16 },
    { "entry addrh", RM_IOPMP_ENTRYOFFSET + 4, 4, RM_IOPMP_ENTRIES, 16 },
    { "entry cfg", RM_IOPMP_ENTRYOFFSET + 8, 4, RM_IOPMP_ENTRIES, 16 },
    { NULL }
};

/* --- TrustZone MPC -------------------------------------------------------- */

/* The bits of CTRL, as the table of operations has them. */
static const uint32_t ctrl_bits[] = { 1u << 4, 1u << 8, 1u << 31 };
#define SEC_RESP    1
#define AUTOINC     2

static const Op *const tzmpc_rules[] = {
    (const Op[]) { RULES_END },
    (const Op[]) {
        { .kind = OP_LUT, .word = 2, .lut = 0xcc },
        { .kind = OP_LUT, .word = 1, .lut = 0xcccccccc },
        { .kind = OP_LUT, .word = 0, .lut = 0xcccccccc },
        { .kind = OP_CTRL, .ctrl = SEC_RESP | AUTOINC },
        RULES_END
    },
    (const Op[]) {
        { .kind = OP_LUT, .word = 2, .lut = 0xffffffff },
        { .kind = OP_LUT, .word = 1, .lut = 0xffffffff },
        { .kind = OP_LUT, .word = 0, .lut = 0xffffffff },
        RULES_END
    },
};

/* BLK_LUT by halves: a read of the whole steps BLK_IDX. */
static const RegisterInfo tzmpc_registers[] = {
    { "CTRL", 0x0, 4, 1 },
    { "BLK_MAX", 0x10, 4, 1 },
    { "BLK_CFG", 0x14, 4, 1 },
    { "BLK_IDX", 0x18, 4, 1 },
    { "BLK_LUT", 0x1c, 2, 2, 2 },
    { "INT_STAT", 0x20, 4, 1, .record = true },
    { "INT_CLEAR", 0x24, 4, 1 },
    { "INT_EN", 0x28, 4, 1 },
    { "INT_INFO1", 0x2c, 4, 1, .record = true },
    { "INT_INFO2", 0x30, 4, 1, .record = true },
    { "INT_SET", 0x34, 4, 1 },
    { "ID", 0xfd0, 4, 12, 4 },
    { NULL }
};

/* --- The table ------------------------------------------------------------ */

const Target target_table[TARGETS] = {
    [TARGET_IOMMU] = {
        .name = "iommu",
        .setup = OP("setup", SETUP_PT, SETUP_IOMMU, SETUP_DIRTY, SETUP_FILL),
        .weight = { COMMON_WEIGHTS, [OP_IOMMU] = 112 },
        .pt_attrs = { 0, 1 },
    },
    [TARGET_WGCHECKER] = {
        .name = "wgchecker",
        .setup = OP("setup", SETUP_PT, SETUP_DIRTY, SETUP_FILL,
                    SETUP_DOWNSTREAM,
                    { "registers", FORM_NAMED, 0, 1, M(variant), .limit = 2,
                      .words = WORDS("trusted", "any") },
                    { "rules", FORM_NAMED, 0, 1, M(rules), .limit = 3,
                      .words = WORDS("reset", "open", "read") }),
        .weight = {
            COMMON_WEIGHTS, [OP_REG_READ] = 8, [OP_REG_WRITE] = 24,
            [OP_SLOT] = 72,
        },
        .pt_attrs = { 0, 1 },
        .checker = RM_WGCHECKER,
        .indexes = 4,
        .attrs = 1,         /* the trusted world */
        .mmu_idx = 1,
        .lg_sizes = { 2, 3 },
        .registers = wgchecker_registers,
        .rules = wgchecker_rules,
    },
    [TARGET_IOPMP] = {
        .name = "iopmp",
        .setup = OP("setup", SETUP_PT, SETUP_DIRTY, SETUP_FILL,
                    SETUP_DOWNSTREAM,
                    { "model", FORM_NAMED, 0, 1, M(variant),
                      .limit = RM_IOPMP_MODELS,
                      .words = WORDS("full", "rapid-k") },
                    { "rules", FORM_NAMED, 0, 1, M(rules), .limit = 4,
                      .words = WORDS("reset", "domains", "open", "read") }),
        .weight = {
            COMMON_WEIGHTS, [OP_REG_READ] = 8, [OP_REG_WRITE] = 24,
            [OP_ENTRY] = 64, [OP_MDCFG] = 8, [OP_SRCMD] = 12,
        },
        .pt_attrs = { 0, 1 },
        .checker = RM_IOPMP,
        .indexes = RM_IOPMP_RRIDS + 1,
        .attrs = 1,
        .mmu_idx = 1,
        .lg_sizes = { 2, 2 },
        .locks = 1,
        .registers = iopmp_registers,
        .rules = iopmp_rules,
    },
    [TARGET_TZMPC] = {
        .name = "tzmpc",
        .setup = OP("setup", SETUP_PT, SETUP_DIRTY, SETUP_FILL,
                    SETUP_DOWNSTREAM,
                    { "words", FORM_NAMED, 0, 1, M(variant), .limit = 2,
                      .words = WORDS("1", "3") },
                    { "rules", FORM_NAMED, 0, 1, M(rules), .limit = 3,
                      .words = WORDS("reset", "mixed", "ns") }),
        .weight = {
            COMMON_WEIGHTS, [OP_REG_READ] = 8, [OP_REG_WRITE] = 24,
            [OP_RESET] = 4, [OP_LUT] = 16, [OP_LUT_BLOCK] = 48,
            [OP_CTRL] = 8, [OP_INT] = 12,
        },
        .pt_attrs = { RM_SECURE, 1 },
        .checker = RM_TZMPC,
        .indexes = 2,
        .attrs = RM_SECURE,
        .mmu_idx = 0,
        .lg_sizes = { 0, 2 },
        .locks = 1u << 31,
        .registers = tzmpc_registers,
        .rules = tzmpc_rules,
    },
};

TargetId target_find(const char *name)
{
    TargetId id = 0;

    while (id < TARGETS && strcmp(name, target_table[id].name)) {
        id++;
    }
    return id;
}

OpKind target_kind(const Target *t, unsigned number)
{
    unsigned kind = number % OP_KINDS;

    while (!target_has(t, kind)) {
        kind = (kind + 1) % OP_KINDS;
    }
    return kind;
}

unsigned target_presets(const Target *t)
{
    unsigned n = 1;

    for (unsigned i = 0; i < t->setup.n; i++) {
        n *= t->setup.fields[i].limit;
    }
    return n;
}

unsigned target_preset(const Op *setup)
{
    const OpInfo *info = &target_of(setup)->setup;
    unsigned n = 0;

    for (unsigned i = 0; i < info->n; i++) {
        n = n * info->fields[i].limit + field_get(setup, &info->fields[i]);
    }
    return n;
}

/* --- What operations do to registers -------------------------------------- */

/* Off first: a slot that is on would change the address as it is written. */
static unsigned slot_writes(const Op *op, RmRegisterWrite *out)
{
    uint16_t base = 0x20 + 0x20 * op->slot;
    uint32_t napot = op->mode == SLOT_NAPOT ? op_span(op) / 8 - 1 : 0;
    uint32_t cfg = op->mode | (op->cfg & 0xf) << 8 | (op->cfg >> 4) << 31;

    out[0] = (RmRegisterWrite) { base + 0x10, 4, 0 };
    out[1] = (RmRegisterWrite) { base, 8, op->addr / 4 | napot };
    out[2] = (RmRegisterWrite) { base + 0x8, 8, op->worlds };
    out[3] = (RmRegisterWrite) { base + 0x10, 4, cfg };
    return 4;
}

static unsigned entry_writes(const Op *op, RmRegisterWrite *out)
{
    uint16_t base = RM_IOPMP_ENTRYOFFSET + 16 * op->entry;
    uint32_t addr = op->addr / 4;

    if (op->mode == SLOT_NAPOT) {
        addr = (addr & -(op_span(op) / 4)) | (op_span(op) / 8 - 1);
    }
    out[0] = (RmRegisterWrite) { base, 4, addr };
    out[1] = (RmRegisterWrite) { base + 4, 4, 0 };
    out[2] = (RmRegisterWrite) { base + 8, 4, op->prot | op->mode << 3 };
    return 3;
}

/* As a driver does it: the other blocks of the word stay as they are. */
static unsigned block_writes(const Op *op, RmRegisterWrite *out)
{
    unsigned bit = op->block % 8;

    out[0] = (RmRegisterWrite) { 0x18, 4, op->block / 32 };
    out[1] = (RmRegisterWrite) {
        0x1c + op->block % 32 / 8, 1, op->ns << bit, .keep = 0xff ^ 1u << bit,
    };
    return 2;
}

static uint32_t ctrl_of(const Op *op)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 3; i++) {
        value |= op->ctrl >> i & 1 ? ctrl_bits[i] : 0;
    }
    return value;
}

static RmRegisterWrite int_write(const Op *op)
{
    static const RmRegisterWrite writes[] = {
        [INT_CLEAR] = { 0x24, 4, 1 }, [INT_SET] = { 0x34, 4, 1 },
        [INT_DISABLE] = { 0x28, 4, 0 }, [INT_ENABLE] = { 0x28, 4, 1 },
    };

    return writes[op->interrupt];
}

unsigned target_writes(const Op *op, RmRegisterWrite *out)
{
    switch (op->kind) {
    case OP_REG_WRITE:
        out[0] = (RmRegisterWrite) { op->reg, 1u << op->lg_size, op->val };
        return 1;
    case OP_SLOT:
        return slot_writes(op, out);
    case OP_ENTRY:
        return entry_writes(op, out);
    case OP_MDCFG:
        out[0] = (RmRegisterWrite) { 0x800 + 4 * op->md, 4, op->t };
        return 1;
    case OP_SRCMD:
        out[0] = (RmRegisterWrite) {
            0x1000 + 32 * op->rrid, 4, op->mds << 1 | op->lock,
        };
        return 1;
    case OP_LUT:
        out[0] = (RmRegisterWrite) { 0x18, 4, op->word };
        out[1] = (RmRegisterWrite) { 0x1c, 4, op->lut };
        return 2;
    case OP_LUT_BLOCK:
        return block_writes(op, out);
    case OP_CTRL:
        out[0] = (RmRegisterWrite) { 0, 4, ctrl_of(op) };
        return 1;
    case OP_INT:
        out[0] = int_write(op);
        return 1;
    default:
        return 0;
    }
}
