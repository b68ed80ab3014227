/*
 * What can be said of an operation by its fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ops.h"

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

void op_fit(const OpInfo *info, Op *op)
{
    if (info->fit) {
        info->fit(op);
    }
    if (op->lg_size < 3) {
        op->val &= (1ull << (8 << op->lg_size)) - 1;
    }
    if (op->lg_size < 4) {
        op->val_hi = 0;
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
    op_fit(info, &valid);
    *op = valid;
}
