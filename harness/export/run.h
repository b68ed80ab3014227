/*
 * A scenario that is run, to be told to others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPORT_RUN_H
#define EXPORT_RUN_H

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
    const char *device;     /* the source of the one it is about; or NULL */
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

#endif
