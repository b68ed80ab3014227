/*
 * The sanitizers are the oracle for C20: what they find ends the run, and
 * their report begins with the scenario.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>

#include <glib.h>

#include "report.h"
#include "sanitizer.h"

static Run *running;

void report_memory_errors(Run *run)
{
    running = run;
}

/* From UBSan; not there in a plain build. */
__attribute__((weak)) void
__ubsan_get_current_report_data(const char **kind, const char **message,
                                const char **file, unsigned *line,
                                unsigned *column, char **address);

static void report(const char *sanitizer, const char *error)
{
    Run *run = running;
    Divergence d = { .clause = RM_C20_MEMORY };

    /* with abort_on_error, as under AFL++, it calls abort() */
    if (run && run->subject->ops->dying) {
        run->subject->ops->dying(run->subject);
    }
    if (run && run->watch && run->watch->memory_error) {
        g_autofree char *what = g_strdup_printf("%s: %s", sanitizer, error);

        run->watch->memory_error(run, what);
    }
    if (run && run->scenario) {
        d.op = run->at;
        snprintf(d.what, sizeof(d.what), "%s has found an error, see below",
                 sanitizer);
        run_report(run, run->scenario, &d, NULL, stderr);
    }
}

/* The sanitizers call these before they say what they have found. */

#if __has_feature(address_sanitizer)
const char *__asan_get_report_description(void);
void __asan_on_error(void);
void __asan_on_error(void)
{
    report("AddressSanitizer", __asan_get_report_description());
}
#endif

void __ubsan_on_report(void);
void __ubsan_on_report(void)
{
    const char *kind = "", *message, *file;
    unsigned line, column;
    char *address;

    if (__ubsan_get_current_report_data) {
        __ubsan_get_current_report_data(&kind, &message, &file, &line,
                                        &column, &address);
    }
    report("UndefinedBehaviorSanitizer", kind);
}

/* Undefined behaviour is a finding, not a remark. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1";
}
