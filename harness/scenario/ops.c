/*
 * The table of operations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ops.h"

#include "reference-model/board.h"
#include "reference-model/iopmp.h"
#include "ops-table.h"

#define VA_MASK (((uint64_t)RM_VA_BANKS - 1) << RM_BANK_BITS | \
                 (RM_BANK_PAGES * RM_PAGE_SIZE - 1))
#define PA_MASK 0x7f000
#define RAM_MASK ((RM_RAM_PAGES - 1) * RM_PAGE_SIZE)

#define CPU     { "cpu", FORM_DEC, 0, 1, M(cpu), .limit = RM_CPUS }
#define IDX     { "idx", FORM_DEC, 0, 1, M(idx), .limit = RM_MMU_IDX }
#define VA      { "va", FORM_HEX, 0, 4, M(va), .mask = VA_MASK }
#define VA_PAGE { "va", FORM_HEX, 0, 4, M(va), .mask = VA_MASK & RM_PAGE_MASK }
#define VA_CODE { "va", FORM_HEX, 0, 4, M(va), .mask = VA_MASK & ~3ull }
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
#define VAL     { "val", FORM_HEX, 0, 8, M(val), .mask = UINT64_MAX }
#define VAL_HI  { "hi", FORM_HEX, FIELD_OPTIONAL, 8, M(val_hi), \
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
                  .words = WORDS("12", "4", "8", "11", "13", "16", "21") }
#define FLAGS   { "flags", FORM_LETTERS, FIELD_OPTIONAL, 1, M(flags), \
                  .limit = 16, .words = WORDS("scdi") }
#define MMU     { "mmu", FORM_DEC, 0, 1, M(mmu), .limit = RM_IOMMUS }
#define INDEX   { "index", FORM_DEC, 0, 1, M(index), .limit = RM_INDEXES }
#define PAGE    { "page", FORM_HEX, 0, 1, M(page), .limit = RM_IOMMU_PAGES }
#define DIR     { "dir", FORM_NAMED, 0, 1, M(dir), .limit = 3, \
                  .words = WORDS("read", "write", "both") }
#define TARGET  { "target", FORM_WORD, FIELD_ARROW, 1, M(region), \
                  .limit = RM_TARGETS, \
                  .words = WORDS("ram0", "ram1", "rom", "romd", "io", "big", \
                                 "narrow", "blocked", "unassigned", \
                                 "iommu0") }
#define RAM     { "ram", FORM_WORD, FIELD_ARROW, 1, M(region), \
                  .limit = RM_RAMS, .words = WORDS("ram0", "ram1") }
#define OFFSET  { "offset", FORM_PLUS, 0, 2, M(offset), .mask = RAM_MASK }
#define PERM    { "perm", FORM_LETTERS, 0, 1, M(perm), .limit = 4, \
                  .words = WORDS("rw") }
#define MASK    { "mask", FORM_NAMED, FIELD_OPTIONAL, 1, M(mask), .limit = 7, \
                  .words = WORDS("4k", "16", "256", "2k", "8k", "64k", "2M") }
#define IDXMAP  { "idxmap", FORM_HEX, 0, 1, M(idxmap), \
                  .limit = 1 << RM_MMU_IDX }
#define SYNCED  { "synced", FORM_FLAG, FIELD_OPTIONAL, 1, M(synced), \
                  .limit = 2 }
#define BITS    { "bits", FORM_NAMED, 0, 1, M(bits), .limit = 5, \
                  .words = WORDS("64", "22", "20", "16", "8") }
#define PAGES   { "more", FORM_DEC, FIELD_OPTIONAL, 1, M(pages), \
                  .limit = RM_BANK_PAGES }
#define CLIENT  { "client", FORM_NAMED, 0, 1, M(client), \
                  .limit = RM_CLIENTS, \
                  .words = WORDS("vga", "code", "migration") }
#define ON      { "on", FORM_WORD, 0, 1, M(on), .limit = 2, \
                  .words = WORDS("off", "on") }
#define MAP_STATE { "state", FORM_WORD, 0, 1, M(on), .limit = 4, \
                  .words = WORDS("off", "on", "remove", "add") }
#define LEN_1   { "more", FORM_DEC, FIELD_OPTIONAL, 2, M(len), \
                  .limit = RM_PAGE_SIZE + 16 }
#define WATCH   { "watch", FORM_NAMED, 0, 1, M(watch), .limit = 3, \
                  .words = WORDS("r", "w", "rw") }
#define MAP     { "map", FORM_WORD, 0, 1, M(map), \
                  .limit = RM_MAPPINGS_VARIABLE, \
                  .words = WORDS("iommu0", "iommu1", "ram0", "ram1", "io", \
                                 "romd", "rom", "big", "bit-io", "bit-ram", \
                                 "bit-big", "alias", "rodata", "narrow", \
                                 "overlay", "hole") }
#define DEV_REGION { "device", FORM_WORD, 0, 1, M(region), .limit = 5, \
                  .words = WORDS("romd", "io", "big", "narrow", "blocked") }
#define RESPONSE { "response", FORM_WORD, FIELD_ARROW, 1, M(response), \
                  .limit = 4, \
                  .words = WORDS("ok", "error", "decode-error", \
                                 "access-error") }
#define CROWD   { "pages", FORM_NAMED, 0, 1, M(pages), .limit = 4, \
                  .words = WORDS("16", "64", "256", "1024") }
#define MS      { "ms", FORM_DEC, 0, 2, M(ms), .limit = 1000 }
#define CHECKER { "checker", FORM_DEC, 0, 1, M(checker), .limit = RM_IOMMUS }
#define OTHER   { "checker", FORM_DEC, FIELD_OPTIONAL, 1, M(checker), \
                  .limit = RM_IOMMUS }
#define REG     { "offset", FORM_HEX, 0, 2, M(reg), .mask = 0x1fff }
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
                                 "0x10", "0x100") }
#define WORLDS  { "perm", FORM_WORLDS, FIELD_OPTIONAL, 8, M(worlds), \
                  .mask = UINT64_MAX }
#define CFG     { "cfg", FORM_LIST, FIELD_OPTIONAL, 1, M(cfg), .limit = 32, \
                  .words = WORDS("er", "ew", "ir", "iw", "lock") }
#define ENTRY   { "entry", FORM_NUMBER, 0, 1, M(entry), \
                  .limit = RM_IOPMP_ENTRIES }
#define RIGHTS  { "perm", FORM_LETTERS, 0, 1, M(prot), .limit = 8, \
                  .words = WORDS("rwx") }
#define MD      { "md", FORM_NUMBER, 0, 1, M(md), .limit = RM_IOPMP_MDS }
#define T       { "t", FORM_DEC, 0, 1, M(t), .limit = RM_IOPMP_ENTRIES + 2 }
#define RRID    { "rrid", FORM_DEC, 0, 1, M(rrid), .limit = RM_IOPMP_RRIDS }
#define MDS     { "md", FORM_LIST, FIELD_OPTIONAL, 1, M(mds), \
                  .limit = 1 << RM_IOPMP_MDS, \
                  .words = WORDS("0", "1", "2", "3") }
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
#define LITERAL(word) { NULL, FORM_LITERAL, .words = WORDS(word) }

const OpInfo op_table[OP_KINDS] = {
    [OP_LOAD] = OP("load", CPU, IDX, VA, SIZE, ENDIAN, ALIGN, ATOM),
    [OP_STORE] = OP("store", CPU, IDX, VA, SIZE, ENDIAN, VAL, VAL_HI, ALIGN,
                    ATOM),
    [OP_FETCH] = OP("fetch", CPU, IDX, VA, SIZE, ENDIAN, ALIGN),
    [OP_RMW] = OP("rmw", CPU, IDX, RMW, VA, SIZE, ENDIAN, VAL, ALIGN),
    [OP_CMPXCHG] = OP("cmpxchg", CPU, IDX, VA, SIZE, ENDIAN, CMP, VAL, VAL_HI,
                      ALIGN),
    [OP_PROBE] = OP("probe", CPU, IDX, PROBE, VA, TYPE, LEN, NONFAULT),
    [OP_VADDR_TO_HOST] = OP("vaddr-to-host", CPU, IDX, VA, TYPE),
    [OP_CODE_PAGE] = OP("code-page", CPU, IDX, VA),
    [OP_BLOCK] = OP("block", CPU, IDX, VA_CODE),
    [OP_PT] = OP("pt", IDX, VA_PAGE, PA, PROT, ATTRS, LG, FLAGS),
    [OP_PT_CLEAR] = OP("pt-clear", IDX, VA_PAGE),
    [OP_IOMMU] = OP("iommu", MMU, INDEX, PAGE, DIR, TARGET, OFFSET, PERM,
                    MASK),
    [OP_FLUSH] = OP("flush", CPU, LITERAL("all"), SYNCED),
    [OP_FLUSH_PAGE] = OP("flush", CPU, LITERAL("page"), VA_PAGE, SYNCED),
    [OP_FLUSH_MMUIDX] = OP("flush", CPU, LITERAL("mmuidx"), IDXMAP, SYNCED),
    [OP_FLUSH_PAGE_MMUIDX] = OP("flush", CPU, LITERAL("page-mmuidx"),
                                VA_PAGE, IDXMAP, SYNCED),
    [OP_FLUSH_PAGE_BITS] = OP("flush", CPU, LITERAL("page-bits"),
                              VA_PAGE, IDXMAP, BITS, SYNCED),
    [OP_FLUSH_RANGE] = OP("flush", CPU, LITERAL("range"), VA_PAGE, PAGES,
                          IDXMAP, BITS, SYNCED),
    [OP_CLEAR_DIRTY] = OP("clear-dirty", CLIENT, RAM, OFFSET, PAGES),
    [OP_LOG] = OP("log", CLIENT, RAM, ON),
    [OP_PROTECT] = OP("protect-code", RAM, OFFSET),
    [OP_UNPROTECT] = OP("unprotect-code", RAM, OFFSET),
    [OP_WATCH] = OP("watch", CPU, VA, LEN_1, WATCH),
    [OP_UNWATCH] = OP("unwatch", CPU, VA),
    [OP_MAP] = OP("map", MAP, MAP_STATE),
    [OP_MAP_MOVE] = OP("map-move", MAP, PA),
    [OP_MAP_OFFSET] = OP("map-offset", MAP, OFFSET),
    [OP_MAP_READONLY] = OP("map-readonly", MAP, ON),
    [OP_ROMD] = OP("romd-mode", ON),
    [OP_DEVICE] = OP("device", DEV_REGION, DIR, RESPONSE),
    [OP_REACT] = OP("react", DEV_REGION, DIR),
    [OP_CROWD] = OP("crowd", CPU, IDX, CROWD),
    [OP_CLOCK] = OP("clock", MS),
    [OP_REG_READ] = OP("reg", LITERAL("read"), CHECKER, REG, REG_SIZE, ATTRS),
    [OP_REG_WRITE] = OP("reg", LITERAL("write"), CHECKER, REG, REG_SIZE, VAL,
                        ATTRS),
    [OP_RESET] = OP("reset", CHECKER),
    [OP_SLOT] = OP("slot", SLOT, MODE, ADDR, SPAN, WORLDS, CFG, OTHER),
    [OP_ENTRY] = OP("entry", ENTRY, MODE, ADDR, SPAN, RIGHTS, OTHER),
    [OP_MDCFG] = OP("mdcfg", MD, T, OTHER),
    [OP_SRCMD] = OP("srcmd", RRID, MDS, LOCK, OTHER),
    [OP_LUT] = OP("lut", LUT_WORD, LUT_VAL, OTHER),
    [OP_LUT_BLOCK] = OP("lut", LITERAL("block"), LUT_BLOCK, NS, OTHER),
    [OP_CTRL] = OP("ctrl", CTRL, OTHER),
    [OP_INT] = OP("int", INT, OTHER),
};

/* What the words of LG and of MASK stand for; 0 is one page. */
static const uint8_t lg_sizes[] = { 0, 4, 8, 11, 13, 16, 21 };

unsigned op_lg_page(const Op *op)
{
    return lg_sizes[op->lg];
}

unsigned op_lg_mask(const Op *op)
{
    return lg_sizes[op->mask];
}

unsigned op_bits(const Op *op)
{
    static const uint8_t bits[] = { 64, 22, 20, 16, 8 };

    return bits[op->bits];
}

unsigned op_span(const Op *op)
{
    static const uint32_t spans[] = {
        0, 0x8, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000, 0x20000, 0x800,
        0x10, 0x100,
    };

    return spans[op->span];
}

unsigned op_crowd(const Op *op)
{
    static const uint16_t pages[] = { 16, 64, 256, 1024 };

    return pages[op->pages];
}

unsigned op_device(const Op *op)
{
    static const uint8_t regions[] = {
        RM_ROMD, RM_IO, RM_BIG, RM_NARROW, RM_BLOCKED,
    };

    return regions[op->region];
}

void op_compare(const Op *op, uint64_t last, uint64_t last_hi,
                uint64_t *cmp, uint64_t *cmp_hi)
{
    *cmp = op->cmp == CMP_LAST ? last : ~last;
    *cmp_hi = op->cmp == CMP_LAST ? last_hi : ~last_hi;
    if (op->lg_size < 3) {
        *cmp &= (1ull << (8 << op->lg_size)) - 1;
    }
    if (op->lg_size < 4) {
        *cmp_hi = 0;
    }
}

void op_fit(Op *op)
{
    /* neither the translator nor the atomic helpers know 16 bytes */
    if ((op->kind == OP_FETCH || op->kind == OP_RMW) && op->lg_size > 3) {
        op->lg_size = 3;
    }
    if (op->lg_size < 3) {
        op->val &= (1ull << (8 << op->lg_size)) - 1;
    }
    if (op->lg_size < 4) {
        op->val_hi = 0;
    }
    if (op->kind == OP_PROBE &&
        op->len > RM_PAGE_SIZE - (op->va & ~RM_PAGE_MASK)) {
        op->len = RM_PAGE_SIZE - (op->va & ~RM_PAGE_MASK);
    }
    if (op->kind == OP_IOMMU && op->mmu == 0 && op->region == RM_IOMMU0) {
        op->region = RM_UNASSIGNED;
    }
    if (op->kind == OP_SLOT || op->kind == OP_ENTRY) {
        /* only NAPOT has a size */
        op->span = op->mode != SLOT_NAPOT ? 0 : op->span ? op->span : 2;
    }
    if (op->kind == OP_LOG && op->client == RM_CODE) {
        op->client = RM_VGA;
    }
}

void op_fixup(const OpInfo *info, Op *op)
{
    Op valid = { .kind = op->kind };

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (f->width) {
            *field_ptr(&valid, f) = field_reduce(f, field_get(op, f));
        }
    }
    if (!op_is_setup(info)) {
        op_fit(&valid);
    }
    *op = valid;
}
