/*
 * The table of operations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ops.h"

#include "../reference-model/vocabulary.h"

#define WORDS(...) (const char *const[]) { __VA_ARGS__, NULL }
#define M(x) .member = offsetof(Op, x)

#define VA_MASK (((uint64_t)RM_VA_BANKS - 1) << RM_BANK_BITS | \
                 (RM_BANK_PAGES * RM_PAGE_SIZE - 1))
#define PA_MASK 0x3f000
#define RAM_MASK ((RM_RAM_PAGES - 1) * RM_PAGE_SIZE)

#define CPU     { "cpu", FORM_DEC, false, 1, M(cpu), .limit = RM_CPUS }
#define IDX     { "idx", FORM_DEC, false, 1, M(idx), .limit = RM_MMU_IDX }
#define VA      { "va", FORM_HEX, false, 4, M(va), .mask = VA_MASK }
#define VA_PAGE { "va", FORM_HEX, false, 4, M(va), \
                  .mask = VA_MASK & RM_PAGE_MASK }
#define SIZE    { "size", FORM_NAMED, false, 1, M(lg_size), .limit = 4, \
                  .words = WORDS("1", "2", "4", "8") }
#define ENDIAN  { "endian", FORM_WORD, false, 1, M(big_endian), .limit = 2, \
                  .words = WORDS("le", "be") }
#define VAL     { "val", FORM_HEX, false, 8, M(val), .mask = UINT64_MAX }
#define PA      { "pa", FORM_HEX, true, 4, M(pa), .mask = PA_MASK }
#define PROT    { "prot", FORM_LETTERS, false, 1, M(prot), .limit = 8, \
                  .words = WORDS("rwx") }
#define ATTRS   { "attrs", FORM_WID, false, 1, M(wid), .limit = RM_INDEXES }
#define MMU     { "mmu", FORM_DEC, false, 1, M(mmu), .limit = RM_IOMMUS }
#define INDEX   { "index", FORM_DEC, false, 1, M(index), .limit = RM_INDEXES }
#define PAGE    { "page", FORM_HEX, false, 1, M(page), \
                  .limit = RM_IOMMU_PAGES }
#define DIR     { "dir", FORM_NAMED, false, 1, M(dir), .limit = 3, \
                  .words = WORDS("read", "write", "both") }
#define TARGET  { "target", FORM_WORD, true, 1, M(region), \
                  .limit = RM_TARGETS, \
                  .words = WORDS("ram0", "ram1", "io", "blocked", \
                                 "unassigned") }
#define RAM     { "ram", FORM_WORD, true, 1, M(region), .limit = RM_RAMS, \
                  .words = WORDS("ram0", "ram1") }
#define OFFSET  { "offset", FORM_PLUS, false, 2, M(offset), \
                  .mask = RAM_MASK }
#define PERM    { "perm", FORM_LETTERS, false, 1, M(perm), .limit = 4, \
                  .words = WORDS("rw") }
#define IDXMAP  { "idxmap", FORM_HEX, false, 1, M(idxmap), \
                  .limit = 1 << RM_MMU_IDX }
#define CLIENT  { "client", FORM_NAMED, false, 1, M(client), \
                  .limit = RM_CLIENTS, \
                  .words = WORDS("vga", "code", "migration") }
#define LITERAL(word) { NULL, FORM_LITERAL, .words = WORDS(word) }

#define OP(name, ...) { \
    name, sizeof((Field[]) { __VA_ARGS__ }) / sizeof(Field), { __VA_ARGS__ } \
}

const OpInfo op_table[OP_KINDS] = {
    [OP_LOAD] = OP("load", CPU, IDX, VA, SIZE, ENDIAN),
    [OP_STORE] = OP("store", CPU, IDX, VA, SIZE, ENDIAN, VAL),
    [OP_FETCH] = OP("fetch", CPU, IDX, VA, SIZE, ENDIAN),
    [OP_PT] = OP("pt", IDX, VA_PAGE, PA, PROT, ATTRS),
    [OP_PT_CLEAR] = OP("pt-clear", IDX, VA_PAGE),
    [OP_IOMMU] = OP("iommu", MMU, INDEX, PAGE, DIR, TARGET, OFFSET, PERM),
    [OP_FLUSH] = OP("flush", CPU, LITERAL("all")),
    [OP_FLUSH_PAGE] = OP("flush", CPU, LITERAL("page"), VA_PAGE),
    [OP_FLUSH_MMUIDX] = OP("flush", CPU, LITERAL("mmuidx"), IDXMAP),
    [OP_FLUSH_PAGE_MMUIDX] = OP("flush", CPU, LITERAL("page-mmuidx"),
                                VA_PAGE, IDXMAP),
    [OP_CLEAR_DIRTY] = OP("clear-dirty", CLIENT, RAM, OFFSET),
};

const OpInfo setup_info = OP("setup",
    { "pt", FORM_NAMED, false, 1, M(pt), .limit = 2,
      .words = WORDS("none", "identity") },
    { "iommu", FORM_NAMED, false, 1, M(iommu), .limit = IOMMU_PRESETS,
      .words = WORDS("deny", "open", "split", "twin") },
    { "dirty", FORM_NAMED, false, 1, M(dirty), .limit = 2,
      .words = WORDS("all", "none") },
    /* the hook that QEMU's target has: tlb_fill or tlb_fill_align */
    { "fill", FORM_NAMED, false, 1, M(fill), .limit = 2,
      .words = WORDS("page", "align") });

void op_fixup(const OpInfo *info, Op *op)
{
    Op valid = { .kind = op->kind };

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (f->form != FORM_LITERAL) {
            *field_ptr(&valid, f) = field_reduce(f, field_get(op, f));
        }
    }
    op_fit_value(&valid);
    *op = valid;
}
