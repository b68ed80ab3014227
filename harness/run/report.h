/*
 * A divergence, for a person to read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_REPORT_H
#define RUN_REPORT_H

#include "run.h"

/**
 * run_report: print @d for a person to read
 * @replay: the command that shows it again, or NULL
 */
void run_report(const Run *run, const Scenario *s, const Divergence *d,
                const char *replay, FILE *out);

/**
 * report_memory_error: for sanitizer_watch(): let the report of a sanitizer
 * begin with the scenario (C20)
 * @opaque: the Run
 */
void report_memory_error(void *opaque, const char *sanitizer,
                         const char *error);

#endif
