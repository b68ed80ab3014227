/*
 * The sanitizers are the oracle for C20: what they find ends the run, and
 * their report begins with the scenario.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "run.h"

static const Run *running;

void report_memory_errors(const Run *run)
{
    running = run;
}

/* ASan calls this before it says what it has found. */
void __asan_on_error(void);
void __asan_on_error(void)
{
    const Run *run = running;
    Divergence d = { .clause = RM_C20_MEMORY };

    if (run && run->scenario) {
        d.op = run->at;
        strcpy(d.what, "AddressSanitizer has found an error, see below");
        run_report(run, run->scenario, &d, NULL, stderr);
    }
}

/* Undefined behaviour is a finding, not a remark. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1";
}
