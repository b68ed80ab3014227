/*
 * The table of operations: op-list.h, with the fields that its rows name, what
 * settles those that depend on each other, and the register writes that some
 * stand for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ops.h"

#include "reference-model/board.h"
#include "reference-model/iopmp.h"
#include "reference-model/model.h"
#include "ops-table.h"

/* --- Fields --------------------------------------------------------------- */

#define VA_MASK (((uint64_t)RM_VA_BANKS - 1) << RM_BANK_BITS | \
                 (RM_BANK_PAGES * RM_PAGE_SIZE - 1))
#define PA_MASK 0x7f000
#define RAM_MASK ((RM_RAM_PAGES - 1) * RM_PAGE_SIZE)

#define CPU     { "cpu", FORM_DEC, 0, 1, M(cpu), .limit = RM_CPUS }
#define IDX     { "idx", FORM_DEC, 0, 1, M(idx), .limit = RM_MMU_IDX }
#define VA      { "va", FORM_HEX, 0, 4, M(va), .mask = VA_MASK }
#define VA_PAGE { "va", FORM_HEX, 0, 4, M(va), .mask = VA_MASK & RM_PAGE_MASK }
#define VA_CODE { "va", FORM_HEX, 0, 4, M(va), .mask = VA_MASK & ~1ull }
#define SIZE    { "size", FORM_NAMED, 0, 1, M(lg_size), .limit = 5, \
                  .words = WORDS("1", "2", "4", "8", "16") }
#define ENDIAN  { "endian", FORM_WORD, 0, 1, M(big_endian), .limit = 2, \
                  .words = WORDS("le", "be") }
#define ALIGN   { "align", FORM_NAMED, FIELD_OPTIONAL, 1, M(align), \
                  .limit = 8, .words = WORDS("none", "2", "4", "8", "16", \
                                             "32", "64", "natural") }, \
                { "tlb-only", FORM_FLAG, FIELD_OPTIONAL, 1, M(tlb_only), \
                  .limit = 2 }
#define ATOM    { "atom", FORM_NAMED, FIELD_OPTIONAL, 1, M(atom), \
                  .limit = ATOMS, \
                  .words = WORDS("ifalign", "ifalign-pair", "within16", \
                                 "within16-pair", "subalign", "none") }
#define VIA     { "via", FORM_NAMED, FIELD_OPTIONAL, 1, M(via), .limit = VIAS, \
                  .words = WORDS("helpers", "code", "inside", "exclusive", \
                                 "together", "counted") }
#define VAL     { "val", FORM_HEX, 0, 8, M(val), .mask = UINT64_MAX }
#define VAL_HI  { "hi", FORM_HEX, FIELD_OPTIONAL | FIELD_USUAL, 8, M(val_hi), \
                  .mask = UINT64_MAX }
#define RMW     { "op", FORM_WORD, 0, 1, M(rmw), .limit = RM_RMWS, \
                  .words = WORDS("xchg", "add", "and", "or", "xor", "smin", \
                                 "umin", "smax", "umax", "add-fetch", \
                                 "and-fetch", "or-fetch", "xor-fetch", \
                                 "smin-fetch", "umin-fetch", "smax-fetch", \
                                 "umax-fetch") }
#define CMP     { "cmp", FORM_NAMED, 0, 1, M(cmp), .limit = 2, \
                  .words = WORDS("last", "other") }
#define TYPE    { "type", FORM_NAMED, 0, 1, M(type), \
                  .limit = RM_ACCESS_TYPES, \
                  .words = WORDS("load", "store", "fetch") }
#define PROBE   { "how", FORM_WORD, 0, 1, M(probe), .limit = RM_PROBES, \
                  .words = WORDS("access", "flags", "full", "full-mmu") }
#define LEN     { "len", FORM_DEC, 0, 2, M(len), .limit = RM_PAGE_SIZE + 1 }
#define NONFAULT { "nonfault", FORM_FLAG, FIELD_OPTIONAL, 1, M(nonfault), \
                  .limit = 2 }
#define PA      { "pa", FORM_HEX, FIELD_ARROW, 4, M(pa), .mask = PA_MASK }
#define PROT    { "prot", FORM_LETTERS, 0, 1, M(prot), .limit = 8, \
                  .words = WORDS("rwx") }
#define ATTRS   { "attrs", FORM_ATTRS, 0, 1, M(attrs), .limit = RM_ATTRS }
#define LG      { "lg", FORM_NAMED, FIELD_OPTIONAL, 1, M(lg), .limit = 7, \
                  .words = WORDS("12", "4", "8", "11", "13", "16", "21"), \
                  .values = VALUES(0, 4, 8, 11, 13, 16, 21) }
#define FLAGS   { "flags", FORM_LETTERS, FIELD_OPTIONAL, 1, M(flags), \
                  .limit = 16, .words = WORDS("scdi") }
#define MMU     { "mmu", FORM_DEC, 0, 1, M(mmu), .limit = RM_IOMMUS }
#define INDEX   { "index", FORM_DEC, 0, 1, M(index), .limit = RM_INDEXES }
#define PAGE    { "page", FORM_HEX, 0, 1, M(page), .limit = RM_IOMMU_PAGES }
#define DIR     { "dir", FORM_NAMED, 0, 1, M(dir), .limit = 3, \
                  .words = WORDS("read", "write", "both"), \
                  .values = VALUES(RM_R, RM_W, RM_R | RM_W) }
#define TARGET  { "target", FORM_WORD, FIELD_ARROW, 1, M(region), \
                  .limit = RM_TARGETS, \
                  .words = WORDS("ram0", "ram1", "rom", "romd", "io", "big", \
                                 "narrow", "blocked", "unassigned", \
                                 "iommu0") }
#define RAM     { "ram", FORM_WORD, FIELD_ARROW, 1, M(region), \
                  .limit = RM_RAMS, .words = WORDS("ram0", "ram1") }
#define OFFSET  { "offset", FORM_PLUS, 0, 2, M(offset), .mask = RAM_MASK }
#define START   { "offset", FORM_PLUS, 0, 2, M(offset), \
                  .mask = RM_RAM_SIZE - 1 }
#define PERM    { "perm", FORM_LETTERS, 0, 1, M(perm), .limit = 4, \
                  .words = WORDS("rw") }
#define MASK    { "mask", FORM_NAMED, FIELD_OPTIONAL, 1, M(mask), .limit = 7, \
                  .words = WORDS("4k", "16", "256", "2k", "8k", "64k", \
                                 "2M"), \
                  .values = VALUES(0, 4, 8, 11, 13, 16, 21) }
#define IDXMAP  { "idxmap", FORM_HEX, 0, 1, M(idxmap), \
                  .limit = 1 << RM_MMU_IDX }
#define SYNCED  { "synced", FORM_FLAG, FIELD_OPTIONAL, 1, M(synced), \
                  .limit = 2 }
#define BITS    { "bits", FORM_NAMED, 0, 1, M(bits), .limit = 5, \
                  .words = WORDS("64", "22", "20", "16", "8"), \
                  .values = VALUES(64, 22, 20, 16, 8) }
#define PAGES   { "more", FORM_DEC, FIELD_OPTIONAL, 1, M(pages), \
                  .limit = RM_BANK_PAGES, .bias = 1 }
#define LESS    { "less", FORM_DEC, FIELD_OPTIONAL, 2, M(less), \
                  .limit = RM_PAGE_SIZE }
#define CLIENT  { "client", FORM_NAMED, 0, 1, M(client), \
                  .limit = RM_CLIENTS, \
                  .words = WORDS("vga", "code", "migration") }
#define ON      { "on", FORM_WORD, 0, 1, M(on), .limit = 2, \
                  .words = WORDS("off", "on") }
#define LOGGER  { "who", FORM_WORD, 0, 1, M(logger), .limit = RM_LOGGERS, \
                  .words = WORDS("display", "rate", "limit") }
#define RUNS    { "state", FORM_WORD, 0, 1, M(on), .limit = 2, \
                  .words = WORDS("stops", "runs") }
#define WAITS   { "state", FORM_WORD, 0, 1, M(on), .limit = 2, \
                  .words = WORDS("runs", "waits") }
#define MAP_STATE { "state", FORM_WORD, 0, 1, M(on), .limit = 4, \
                  .words = WORDS("off", "on", "remove", "add") }
#define WATCH_LEN   { "more", FORM_DEC, FIELD_OPTIONAL, 2, M(len), \
                  .limit = RM_PAGE_SIZE + 16, .bias = 1 }
#define WATCH   { "watch", FORM_NAMED, 0, 1, M(watch), .limit = 3, \
                  .words = WORDS("r", "w", "rw"), \
                  .values = VALUES(RM_R, RM_W, RM_R | RM_W) }
#define AFTER   { "after", FORM_FLAG, FIELD_OPTIONAL, 1, M(after), .limit = 2 }
#define INSN    { "insn", FORM_WORD, 0, 1, M(insn), .limit = INSNS, \
                  .words = WORDS("load", "store", "rmw", "cmpxchg") }
#define PLUS    { "plus", FORM_DEC, FIELD_OPTIONAL, 1, M(plus), .limit = 3 }
#define BREAKER { "of", FORM_NAMED, 0, 1, M(breaker), .limit = RM_BREAKERS, \
                  .words = WORDS("gdb", "guest", "masked") }
#define RUN     { "run", FORM_FLAG, FIELD_OPTIONAL | FIELD_USUAL, 1, \
                  M(runs), .limit = 2 }
#define OVER    { "store", FORM_HEX, FIELD_OPTIONAL, 4, M(stores), \
                  .mask = UINT32_MAX }
#define MAP     { "map", FORM_WORD, 0, 1, M(map), \
                  .limit = RM_MAPPINGS_VARIABLE, \
                  .words = WORDS("iommu0", "iommu1", "ram0", "ram1", "io", \
                                 "romd", "rom", "big", "bit-io", "bit-ram", \
                                 "bit-big", "alias", "rodata", "narrow", \
                                 "overlay", "hole") }
#define DEVICE  { "device", FORM_WORD, 0, 1, M(device), .limit = 5, \
                  .words = WORDS("romd", "io", "big", "narrow", "blocked"), \
                  .values = VALUES(RM_ROMD, RM_IO, RM_BIG, RM_NARROW, \
                                   RM_BLOCKED) }
#define RESPONSE { "response", FORM_WORD, FIELD_ARROW, 1, M(response), \
                  .limit = 4, \
                  .words = WORDS("ok", "error", "decode-error", \
                                 "access-error") }
#define LG_BYTES(name, member) \
    { name, FORM_NAMED, 0, 1, M(member), .limit = 4, \
      .words = WORDS("1", "2", "4", "8") }
#define VALID_MIN LG_BYTES("valid-min", valid_min)
#define VALID_MAX LG_BYTES("valid-max", valid_max)
#define IMPL_MIN  LG_BYTES("impl-min", impl_min)
#define IMPL_MAX  LG_BYTES("impl-max", impl_max)
#define UNALIGNED { "unaligned", FORM_LIST, FIELD_OPTIONAL, 1, \
                  M(unaligned), .limit = 4, .words = WORDS("valid", "impl") }
#define GUARDED { "guarded", FORM_FLAG, FIELD_OPTIONAL, 1, M(guarded), \
                  .limit = 2 }
#define DMA_DIR { "dir", FORM_WORD, 0, 1, M(dir), .limit = 2, \
                  .words = WORDS("read", "write") }
#define DMA_PA  { "pa", FORM_HEX, 0, 4, M(pa), .mask = PA_MASK | 0xfff }
#define DATA    { "val", FORM_HEX, FIELD_OPTIONAL | FIELD_USUAL, 8, M(data), \
                  .mask = UINT64_MAX }
#define DMA_LEN { "more", FORM_DEC, FIELD_OPTIONAL | FIELD_USUAL, 2, M(len), \
                  .limit = RM_DMA_MAX, .bias = 1 }
#define CROWD   { "pages", FORM_NAMED, 0, 1, M(crowd), .limit = CROWDS, \
                  .words = WORDS("16", "64", "256", "1024"), \
                  .values = VALUES(16, 64, 256, 1024) }
#define MS      { "ms", FORM_DEC, 0, 2, M(ms), .limit = 1000 }
#define CHECKER { "checker", FORM_DEC, 0, 1, M(checker), .limit = RM_IOMMUS }
#define OTHER   { "checker", FORM_DEC, FIELD_OPTIONAL, 1, M(checker), \
                  .limit = RM_IOMMUS }
#define REG     { "offset", FORM_HEX, 0, 2, M(reg), .mask = 0x3fff }
#define REG_SIZE { "size", FORM_NAMED, 0, 1, M(lg_size), .limit = 4, \
                  .words = WORDS("1", "2", "4", "8") }
#define SLOT    { "slot", FORM_NUMBER, 0, 1, M(slot), .limit = 9 }
#define MODE    { "mode", FORM_WORD, 0, 1, M(mode), .limit = 4, \
                  .words = WORDS("off", "tor", "na4", "napot") }
#define ADDR    { "addr", FORM_HEX, 0, 4, M(addr), .mask = 0x1fffc }
#define SPAN    { "size", FORM_NAMED, FIELD_OPTIONAL, 1, M(span), \
                  .limit = 11, \
                  .words = WORDS("0", "0x8", "0x1000", "0x2000", "0x4000", \
                                 "0x8000", "0x10000", "0x20000", "0x800", \
                                 "0x10", "0x100"), \
                  .values = VALUES(0, 0x8, 0x1000, 0x2000, 0x4000, 0x8000, \
                                   0x10000, 0x20000, 0x800, 0x10, 0x100) }
#define WORLDS  { "perm", FORM_WORLDS, FIELD_OPTIONAL, 8, M(worlds), \
                  .mask = UINT64_MAX }
#define CFG     { "cfg", FORM_LIST, FIELD_OPTIONAL, 1, M(cfg), .limit = 32, \
                  .words = WORDS("er", "ew", "ir", "iw", "lock") }
#define ENTRY   { "entry", FORM_NUMBER, 0, 1, M(entry), \
                  .limit = 64 }
#define RIGHTS  { "perm", FORM_LETTERS, 0, 1, M(prot), .limit = 8, \
                  .words = WORDS("rwx") }
#define MD      { "md", FORM_NUMBER, 0, 1, M(md), .limit = RM_IOPMP_MDS }
#define T       { "t", FORM_DEC, 0, 1, M(t), .limit = 66 }
#define RRID    { "rrid", FORM_DEC, 0, 1, M(rrid), .limit = RM_IOPMP_RRIDS }
#define MDS     { "md", FORM_LIST, FIELD_OPTIONAL, 1, M(mds), \
                  .limit = 1 << 7, \
                  .words = WORDS("0", "1", "2", "3", "4", "5", "6") }
#define LOCK    { "lock", FORM_FLAG, FIELD_OPTIONAL, 1, M(lock), .limit = 2 }
/* more than there are: 1 or 3 words, 32 or 96 blocks */
#define LUT_WORD { "word", FORM_DEC, 0, 1, M(word), .limit = 4 }
#define LUT_VAL { "val", FORM_HEX, 0, 4, M(lut), .mask = UINT32_MAX }
#define LUT_BLOCK { "block", FORM_NUMBER, 0, 1, M(block), .limit = 96 }
#define NS      { "security", FORM_WORD, 0, 1, M(ns), .limit = 2, \
                  .words = WORDS("s", "ns") }
#define CTRL    { "set", FORM_LIST, FIELD_OPTIONAL, 1, M(ctrl), .limit = 8, \
                  .words = WORDS("sec-resp", "autoinc", "lockdown") }
#define INT     { "what", FORM_WORD, 0, 1, M(interrupt), .limit = 4, \
                  .words = WORDS("clear", "set", "disable", "enable") }
#define THREAD  { "thread", FORM_NUMBER, 0, 1, M(thread), .limit = RM_THREADS }
#define POINTS  { "after", FORM_DEC, 0, 2, M(points), \
                  .limit = OP_POINTS }
#define AT      { "at", FORM_NAMED, FIELD_OPTIONAL | FIELD_USUAL, 1, M(at), \
                  .limit = OP_SWITCH_PLACES, \
                  .words = WORDS("any", "begin", "work", "fill", "translate", \
                                 "device", "notify", "lock", "spin", \
                                 "atomic") }
#define TO      { "to", FORM_DEC, 0, 1, M(thread), .limit = RM_THREADS }
#define LITERAL(word) { NULL, FORM_LITERAL, .words = WORDS(word) }

/* --- What fields stand for ------------------------------------------------ */

static const Field lg_field = LG, mask_field = MASK, bits_field = BITS,
                   span_field = SPAN, crowd_field = CROWD,
                   device_field = DEVICE, dir_field = DIR,
                   pages_field = PAGES, watch_len_field = WATCH_LEN,
                   watch_field = WATCH, dma_len_field = DMA_LEN;

static unsigned value_of(const Field *f, const Op *op)
{
    uint64_t number = field_get(op, f);

    return f->values ? f->values[number] : number + f->bias;
}

bool op_names_cpu(const Op *op)
{
    const OpInfo *info = &op_table[op->kind];

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (f->width && f->member == offsetof(Op, cpu)) {
            return true;
        }
    }
    return false;
}

unsigned op_lg_page(const Op *op)
{
    return value_of(&lg_field, op);
}

unsigned op_lg_mask(const Op *op)
{
    return value_of(&mask_field, op);
}

unsigned op_bits(const Op *op)
{
    return value_of(&bits_field, op);
}

unsigned op_span(const Op *op)
{
    return value_of(&span_field, op);
}

unsigned op_crowd(const Op *op)
{
    return value_of(&crowd_field, op);
}

unsigned op_device(const Op *op)
{
    return value_of(&device_field, op);
}

RmDevice op_as_device(const Op *op)
{
    return (RmDevice) {
        .big_endian = op->big_endian,
        .valid_min = 1u << op->valid_min, .valid_max = 1u << op->valid_max,
        .impl_min = 1u << op->impl_min, .impl_max = 1u << op->impl_max,
        .unaligned = op->unaligned, .guarded = op->guarded,
    };
}

unsigned op_directions(const Op *op)
{
    return value_of(&dir_field, op);
}

unsigned op_pages(const Op *op)
{
    return value_of(&pages_field, op);
}

unsigned op_range(const Op *op)
{
    unsigned len = op_pages(op) * RM_PAGE_SIZE - op->less;
    unsigned left = RM_RAM_SIZE - op->offset;

    return len < left ? len : left;
}

unsigned op_dma_size(const Op *op, bool nested)
{
    unsigned size = value_of(&dma_len_field, op);

    return nested && size > RM_DMA_NESTED ? RM_DMA_NESTED : size;
}

unsigned op_watch_len(const Op *op)
{
    return value_of(&watch_len_field, op);
}

unsigned op_watched(const Op *op)
{
    return value_of(&watch_field, op);
}

unsigned op_place(const Op *op)
{
    static const uint8_t insns[] = {
        [OP_LOAD] = INSN_LOAD, [OP_STORE] = INSN_STORE, [OP_RMW] = INSN_RMW,
        [OP_CMPXCHG] = INSN_CMPXCHG,
    };
    const unsigned sizes = 5;
    unsigned insn = op->kind == OP_BREAKPOINT ? op->insn : insns[op->kind];

    return (insn * sizes + op->lg_size) * OP_BLOCK_INSNS + op->plus;
}

/* --- Fields that depend on others ----------------------------------------- */

/* Neither the translator nor the atomic helpers know 16 bytes. */
static void fit_narrow(Op *op)
{
    if (op->lg_size > 3) {
        op->lg_size = 3;
    }
}

static void fit_in_page(Op *op)
{
    if (op->len > RM_PAGE_SIZE - (op->va & ~RM_PAGE_MASK)) {
        op->len = RM_PAGE_SIZE - (op->va & ~RM_PAGE_MASK);
    }
}

static void fit_no_loop(Op *op)
{
    if (op->mmu == 0 && op->region == RM_IOMMU0) {
        op->region = RM_UNASSIGNED;
    }
}

/* Only NAPOT has a size. */
static void fit_span(Op *op)
{
    if (op->mode != SLOT_NAPOT) {
        op->span = 0;
    } else if (!op->span) {
        op->span = 2;
    }
}

/* The least is not more than the most. */
static void fit_sizes(Op *op)
{
    if (op->valid_min > op->valid_max) {
        op->valid_min = op->valid_max;
    }
    if (op->impl_min > op->impl_max) {
        op->impl_min = op->impl_max;
    }
}

/* Nobody logs code. */
static void fit_logged(Op *op)
{
    if (op->client == RM_CODE) {
        op->client = RM_VGA;
    }
}

/* --- Register writes that they stand for ---------------------------------- */

static unsigned reg_writes(const Op *op, RmRegisterWrite *out)
{
    out[0] = (RmRegisterWrite) { op->reg, 1u << op->lg_size, op->val };
    return 1;
}

/* Off first: a slot that is on would change the address as it is written. */
static unsigned slot_writes(const Op *op, RmRegisterWrite *out)
{
    uint16_t base = 0x20 + 0x20 * op->slot;
    uint32_t napot = op->mode == SLOT_NAPOT ? op_span(op) / 8 - 1 : 0;
    uint32_t cfg = op->mode | (op->cfg & 0xf) << 8 | (op->cfg >> 4) << 31;

    out[0] = (RmRegisterWrite) { base + 0x10, 4, 0 };
    out[1] = (RmRegisterWrite) {
        base, 8, op->addr / 4 | napot, .address = true,
    };
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

static unsigned mdcfg_writes(const Op *op, RmRegisterWrite *out)
{
    out[0] = (RmRegisterWrite) { 0x800 + 4 * op->md, 4, op->t };
    return 1;
}

static unsigned srcmd_writes(const Op *op, RmRegisterWrite *out)
{
    out[0] = (RmRegisterWrite) {
        0x1000 + 32 * op->rrid, 4, op->mds << 1 | op->lock,
    };
    return 1;
}

static unsigned lut_writes(const Op *op, RmRegisterWrite *out)
{
    out[0] = (RmRegisterWrite) { 0x18, 4, op->word };
    out[1] = (RmRegisterWrite) { 0x1c, 4, op->lut };
    return 2;
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

static unsigned ctrl_writes(const Op *op, RmRegisterWrite *out)
{
    /* those that the table of operations has words for */
    static const uint32_t bits[] = { 1u << 4, 1u << 8, 1u << 31 };
    uint32_t value = 0;

    for (unsigned i = 0; i < 3; i++) {
        value |= op->ctrl >> i & 1 ? bits[i] : 0;
    }
    out[0] = (RmRegisterWrite) { 0, 4, value };
    return 1;
}

static unsigned int_writes(const Op *op, RmRegisterWrite *out)
{
    static const RmRegisterWrite writes[] = {
        [INT_CLEAR] = { 0x24, 4, 1 }, [INT_SET] = { 0x34, 4, 1 },
        [INT_DISABLE] = { 0x28, 4, 0 }, [INT_ENABLE] = { 0x28, 4, 1 },
    };

    out[0] = writes[op->interrupt];
    return 1;
}

/* --- What the rows say besides -------------------------------------------- */

#define LOADS        RM_PROT(RM_LOAD)
#define STORES       RM_PROT(RM_STORE)
#define FETCHES      RM_PROT(RM_FETCH)

#define ONLY(target) (1u << TARGET_##target)
#define CHECKERS     (ALONE & ~ONLY(IOMMU))
#define ALONE        (ALL & ~ONLY(THREADS))
#define ALL          ((1u << TARGETS) - 1)

#define LOOKUP      "mmu_lookup1 tlb_set_page_full tlb_translate_iommu"
#define NOTIFY      "memory_region_notify_iommu_one"
#define FLUSHED     "tlb_flush_one_mmuidx_locked tlb_flush_page_locked"
#define CLEANED     "tlb_reset_dirty_range_locked"
#define WATCHED     "cpu_watchpoint_insert cpu_watchpoint_remove"
#define COMMIT      "tcg_commit"

/* --- The tables ----------------------------------------------------------- */

const OpInfo op_table[OP_KINDS] = {
#define DEF(kind, byte, traits, body, ...) [OP_##kind] = { __VA_ARGS__ },
#include "op-list.h"
};

const uint16_t op_traits[OP_KINDS] = {
#define DEF(kind, byte, traits, ...) [OP_##kind] = traits,
#include "op-list.h"
};
