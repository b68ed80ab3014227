/*
 * The table of targets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <limits.h>
#include <string.h>

#include "target.h"

#include "reference-model/checker.h"
#include "reference-model/iopmp.h"
#include "reference-model/wgchecker.h"
#include "ops-table.h"

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

#define SETUP(...) { "setup", FIELDS(__VA_ARGS__) }

/* --- wgChecker ------------------------------------------------------------ */

static const char *const wgchecker_instances[] = {
#define DEF(name, ...) name,
#include "reference-model/wgchecker-list.h"
    NULL
};

static uint64_t wgchecker_base(unsigned variant)
{
    return rm_wg_configs[variant].offset;
}

static unsigned wgchecker_indexes(unsigned variant)
{
    return rm_wg_configs[variant].worlds;
}

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
    { "slot addr", 0x20, 8, RM_WG_SLOTS + 1, 0x20, .locked_by = "slot cfg" },
    { "slot perm", 0x28, 8, RM_WG_SLOTS + 1, 0x20, .locked_by = "slot cfg" },
    { "slot cfg", 0x30, 4, RM_WG_SLOTS + 1, 0x20, .locked_by = "slot cfg" },
    { NULL }
};

/* --- IOPMP ---------------------------------------------------------------- */

#define IOPMP_REG(offset, value) \
    { .kind = OP_REG_WRITE, .reg = offset, .lg_size = 2, .val = value }

static const char *const iopmp_instances[] = {
#define DEF(name, ...) name,
#include "reference-model/iopmp-list.h"
    NULL
};

/* An RRID that is not known is one more. */
static unsigned iopmp_indexes(unsigned variant)
{
    return rm_iopmp_configs[variant].rrid_num + 1;
}

/*
 * Two entries for each domain, some domains for each requester; enabled: in
 * 0.8.2 by bit 0 of HWCFG0, in 0.7 by bit 31, beside MD_ENTRY_NUM, which is 1.
 */
#define IOPMP_DOMAINS \
    { .kind = OP_MDCFG, .md = 0, .t = 2 }, \
    { .kind = OP_MDCFG, .md = 1, .t = 4 }, \
    { .kind = OP_MDCFG, .md = 2, .t = 6 }, \
    { .kind = OP_MDCFG, .md = 3, .t = 8 }, \
    { .kind = OP_SRCMD, .rrid = 0, .mds = 0x5 }, \
    { .kind = OP_SRCMD, .rrid = 1, .mds = 0xe }, \
    { .kind = OP_SRCMD, .rrid = 2, .mds = 0x8 }, \
    IOPMP_REG(0x08, 1u << 31 | 1u << 17 | 1)

/* All that is guarded, without priority, for RRIDs 0 and 1. */
#define IOPMP_ENTRY(rights) \
    { .kind = OP_ENTRY, .entry = 4, .mode = SLOT_NAPOT, .span = 6, \
      .prot = rights }

static const Op *const iopmp_rules[] = {
    (const Op[]) { RULES_END },
    (const Op[]) { IOPMP_DOMAINS, RULES_END },
    (const Op[]) { IOPMP_DOMAINS, IOPMP_ENTRY(7), RULES_END },
    /* ERR_CFG: ie, rs */
    (const Op[]) { IOPMP_DOMAINS, IOPMP_ENTRY(1), IOPMP_REG(0x60, 0x6),
                   RULES_END },
};

static const RegisterInfo iopmp_registers[] = {
    { "version", 0x00, 4, 1 },
    { "implementation", 0x04, 4, 1 },
    { "hwcfg0", 0x08, 4, 1, .locked_by = "hwcfg0" },
    { "hwcfg1", 0x0c, 4, 1 },
    { "hwcfg2", 0x10, 4, 1, .locked_by = "hwcfg2" },
    { "hwcfg3", 0x14, 4, 1, .locked_by = "hwcfg3" },   /* in 0.7, ENTRYOFFSET */
    { "entryoffset", 0x2c, 4, 1 },
    { "mdstall", 0x30, 4, 1 },
    { "mdstallh", 0x34, 4, 1 },
    { "rridscp", 0x38, 4, 1 },
    { "mdlck", 0x40, 4, 1, .locked_by = "mdlck" },
    { "mdlckh", 0x44, 4, 1, .locked_by = "mdlck" },
    { "mdcfglck", 0x48, 4, 1, .locked_by = "mdcfglck" },
    { "entrylck", 0x4c, 4, 1, .locked_by = "entrylck" },
    { "err_cfg", 0x60, 4, 1, .locked_by = "err_cfg" },
    { "err_info", 0x64, 4, 1, .record = true },
    { "err_reqaddr", 0x68, 4, 1, .record = true },
    { "err_reqaddrh", 0x6c, 4, 1, .record = true },
    { "err_reqid", 0x70, 4, 1, .record = true },
    { "err_mfr", 0x74, 4, 1, .record = true, .effect = true },
    { "err_msiaddr", 0x78, 4, 1, .locked_by = "err_cfg" },
    { "err_msiaddrh", 0x7c, 4, 1, .locked_by = "err_cfg" },
    { "mdcfg", 0x800, 4, RM_IOPMP_MDS, 4, .locked_by = "mdcfglck" },
    /* by requester, or by domain */
    { "srcmd_en", 0x1000, 4, RM_IOPMP_RRIDS, 32, .locked_by = "srcmd_en" },
    { "srcmd_enh", 0x1004, 4, RM_IOPMP_RRIDS, 32, .locked_by = "mdlckh" },
    { "srcmd_r", 0x1008, 4, RM_IOPMP_RRIDS, 32, .locked_by = "mdlck" },
    { "srcmd_rh", 0x100c, 4, RM_IOPMP_RRIDS, 32, .locked_by = "mdlckh" },
    { "srcmd_w", 0x1010, 4, RM_IOPMP_RRIDS, 32, .locked_by = "mdlck" },
    { "srcmd_wh", 0x1014, 4, RM_IOPMP_RRIDS, 32, .locked_by = "mdlckh" },
    { "srcmd_x", 0x1018, 4, RM_IOPMP_RRIDS, 32, .locked_by = "srcmd_en" },
    { "srcmd_xh", 0x101c, 4, RM_IOPMP_RRIDS, 32, .locked_by = "mdlckh" },
    { "entry addr", RM_IOPMP_ENTRYOFFSET, 4, RM_IOPMP_ENTRIES, 16,
      .locked_by = "entrylck" },
    { "entry addrh", RM_IOPMP_ENTRYOFFSET + 4, 4, RM_IOPMP_ENTRIES, 16,
      .locked_by = "entrylck" },
    { "entry cfg", RM_IOPMP_ENTRYOFFSET + 8, 4, RM_IOPMP_ENTRIES, 16,
      .locked_by = "entrylck" },
    { NULL }
};

/* --- TrustZone MPC -------------------------------------------------------- */

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
    { "CTRL", 0x0, 4, 1, .locked_by = "CTRL" },
    { "BLK_MAX", 0x10, 4, 1 },
    { "BLK_CFG", 0x14, 4, 1 },
    { "BLK_IDX", 0x18, 4, 1 },
    { "BLK_LUT", 0x1c, 2, 2, 2, .locked_by = "CTRL" },
    { "INT_STAT", 0x20, 4, 1, .record = true },
    { "INT_CLEAR", 0x24, 4, 1 },
    { "INT_EN", 0x28, 4, 1, .locked_by = "CTRL" },
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
        .setup = SETUP(SETUP_PT, SETUP_IOMMU, SETUP_DIRTY, SETUP_FILL),
        .pt_attrs = { 0, 1 },
    },
    [TARGET_THREADS] = {
        .name = "threads",
        .setup = SETUP(SETUP_PT, SETUP_IOMMU, SETUP_DIRTY, SETUP_FILL),
        .pt_attrs = { 0, 1 },
    },
    [TARGET_WGCHECKER] = {
        .name = "wgchecker",
        .setup = SETUP(SETUP_PT, SETUP_DIRTY, SETUP_FILL,
                       SETUP_DOWNSTREAM,
                       { "instance", FORM_NAMED, 0, 1, M(variant),
                         .limit = RM_WG_CONFIGS,
                         .words = wgchecker_instances },
                       { "rules", FORM_NAMED, 0, 1, M(rules), .limit = 3,
                         .words = WORDS("reset", "open", "read") }),
        .pt_attrs = { 0, 1 },
        .checker = RM_WGCHECKER,
        .specification = "WorldGuard as its device was posted in October 2025",
        .indexes = 4,
        .attrs = 1,         /* the trusted world */
        .mmu_idx = 1,
        .lg_sizes = { 2, 3 },
        .base = wgchecker_base,
        .indexes_of = wgchecker_indexes,
        .registers = wgchecker_registers,
        .rules = wgchecker_rules,
    },
    [TARGET_IOPMP] = {
        .name = "iopmp",
        .setup = SETUP(SETUP_PT, SETUP_DIRTY, SETUP_FILL,
                       SETUP_DOWNSTREAM,
                       { "instance", FORM_NAMED, 0, 1, M(variant),
                         .limit = RM_IOPMP_CONFIGS,
                         .words = iopmp_instances },
                       { "rules", FORM_NAMED, 0, 1, M(rules), .limit = 4,
                         .words = WORDS("reset", "domains", "open", "read") }),
        .pt_attrs = { 0, 1 },
        .checker = RM_IOPMP,
        .specification = "RISC-V IOPMP 0.8.2, and 0.7",
        .indexes = 4,
        .attrs = 1,
        .mmu_idx = 1,
        .lg_sizes = { 2, 2 },
        .locks = 1,
        .indexes_of = iopmp_indexes,
        .registers = iopmp_registers,
        .rules = iopmp_rules,
    },
    [TARGET_TZMPC] = {
        .name = "tzmpc",
        .setup = SETUP(SETUP_PT, SETUP_DIRTY, SETUP_FILL,
                       SETUP_DOWNSTREAM,
                       { "words", FORM_NAMED, 0, 1, M(variant), .limit = 2,
                         .words = WORDS("1", "3") },
                       { "rules", FORM_NAMED, 0, 1, M(rules), .limit = 3,
                         .words = WORDS("reset", "mixed", "ns") }),
        .pt_attrs = { RM_SECURE, 1 },
        .checker = RM_TZMPC,
        .specification = "Arm's TrustZone MPC, of the CoreLink SIE-200",
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

/*
 * Bytes that name no kind, or one that the target has not, have always stood
 * for one of the kinds that there were at first, and still do: what files
 * say does not depend on how many there are today.
 */
#define FIRST_KINDS 44

OpKind target_kind(const Target *t, unsigned number)
{
    if (number < OP_KINDS && target_has(t, number)) {
        return number;
    }
    number %= FIRST_KINDS;
    while (!target_has(t, number)) {
        number = (number + 1) % FIRST_KINDS;
    }
    return number;
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

unsigned target_indexes(const Op *setup)
{
    const Target *t = target_of(setup);
    unsigned n = t->indexes_of ? t->indexes_of(setup->variant) : t->indexes;

    return n < t->indexes ? n : t->indexes;
}

unsigned target_rows(const Op *setup, const RegisterInfo *info)
{
    /* the last instance of each kind that was asked which registers it has */
    static struct {
        RmChecker *checker;
        unsigned variant;
    } asked[RM_CHECKERS];
    RmCheckerKind kind = target_of(setup)->checker;
    RmChecker *c = asked[kind].checker;
    unsigned n = 0;

    if (!c) {
        c = asked[kind].checker = rm_checker_new(kind);
        asked[kind].variant = UINT_MAX;
    }
    if (!c) {
        return 0;
    }
    if (asked[kind].variant != setup->variant) {
        c->ops->reset(c, RM_IOMMU_PAGES * RM_PAGE_SIZE, setup->variant);
        asked[kind].variant = setup->variant;
    }
    while (n < info->count &&
           (!c->ops->has || c->ops->has(c, info->offset + n * info->stride))) {
        n++;
    }
    return n;
}

uint64_t target_base(const Op *setup)
{
    const Target *t = target_of(setup);

    return t->base ? t->base(setup->variant) : 0;
}

unsigned target_writes(const Op *op, uint64_t base, RmRegisterWrite *out)
{
    const OpInfo *info = &op_table[op->kind];
    unsigned n = info->writes ? info->writes(op, out) : 0;

    for (unsigned i = 0; i < n; i++) {
        if (out[i].address) {
            out[i].value += base / 4;
        }
    }
    return n;
}
