/*
 * What can be said of an operation by its fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ops.h"

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
