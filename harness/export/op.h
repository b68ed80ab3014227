/*
 * One operation in C, with QEMU's own functions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPORT_OP_H
#define EXPORT_OP_H

#include <glib.h>

#include "run.h"

/* What of QEMU's and of the board a scenario uses. */
typedef struct ExportUse {
    bool region[RM_REGIONS];
    bool window[RM_MAPPINGS];
    bool clock, advance, watch, unwatch, probe, crowd, iommu_changes,
         device, reactions;
} ExportUse;

/**
 * export_op: append the body of a function that does @op, with QEMU's own
 * functions, and note in @use what that takes
 *
 * Returns false if there is no way outside of the harness.
 */
bool export_op(const Op *op, ExportUse *use, GString *out);

/** use_pa: the windows onto the page at @pa in the space of @attrs */
void use_pa(ExportUse *use, uint32_t pa, unsigned attrs);

/** export_outcome: how an operation ended, in the words of the program */
char *export_outcome(const Op *op, const RmResult *r);

#endif
