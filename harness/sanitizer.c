/*
 * The sanitizers are the oracle for C20: what they find ends the run, and
 * their report begins with the scenario.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>

#include "run.h"

static const Run *running;

void report_memory_errors(const Run *run)
{
    running = run;
}

static void report(const char *sanitizer)
{
    const Run *run = running;
    Divergence d = { .clause = RM_C20_MEMORY };

    if (run && run->scenario) {
        d.op = run->at;
        snprintf(d.what, sizeof(d.what), "%s has found an error, see below",
                 sanitizer);
        run_report(run, run->scenario, &d, NULL, stderr);
    }
}

/* The sanitizers call these before they say what they have found. */
void __asan_on_error(void);
void __asan_on_error(void)
{
    report("AddressSanitizer");
}

void __ubsan_on_report(void);
void __ubsan_on_report(void)
{
    report("UndefinedBehaviorSanitizer");
}

/* Undefined behaviour is a finding, not a remark. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1";
}
