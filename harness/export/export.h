/*
 * A divergence, taken out of the harness: as a C program against QEMU alone,
 * and as a mail.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include <glib.h>

#include "harness/run/run.h"

/* What one operation was to do, and did. */
typedef struct ExportOp {
    bool ran;
    EngineResult want, seen;
} ExportOp;

/* A scenario that was run for export. */
typedef struct Export {
    Scenario s;
    const char *file;       /* its name */
    bool diverges;
    Divergence d;
    char *report;           /* of the divergence, by run_report(); or NULL */
    char *crashed;          /* what a sanitizer said before it ended all */
    ExportOp op[SCENARIO_OPS];
    unsigned n;             /* operations up to the divergence, and with it */
    /* For a divergence of the audit: what the subject had there. */
    bool has_entry;
    CachedEntry entry;
} Export;

/** export_run: run e->s, and fill in the rest but for the name */
void export_run(Export *e, Run *run);

/**
 * export_run_model: the same with @model alone, for what kills QEMU
 *
 * Fills in what is expected only.
 */
void export_run_model(Export *e, Engine *model);

/** export_free: free what export_run() has allocated */
void export_free(Export *e);

/**
 * export_c: append a C program that shows the divergence to @out
 * @error: set to a new string if this cannot be done: what stands against it
 */
bool export_c(const Export *e, GString *out, char **error);

/** export_outcome: how an operation ended, in the words of the program */
char *export_outcome(const Op *op, const RmResult *r);

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

/** export_board: append the board that the scenario runs on */
void export_board(const Export *e, const ExportUse *use, GString *out);

/** export_use: find out what the operations of @e use */
void export_use(const Export *e, ExportUse *use);

/** export_mail: append the text of a report to QEMU's developers to @out */
void export_mail(const Export *e, GString *out);

#endif
