/*
 * The sanitizers are the oracle for C20: what they find ends the run.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_SANITIZER_H
#define RUN_SANITIZER_H

#include "run.h"

/** report_memory_errors: let ASan's reports begin with the scenario (C20) */
void report_memory_errors(Run *run);

#endif
