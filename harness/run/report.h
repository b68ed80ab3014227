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

#endif
