/*
 * What the sanitizers call before they say what they have found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>

#include "sanitizer.h"

static SanitizerFound *watcher;
static void *watcher_opaque;

void sanitizer_watch(SanitizerFound *found, void *opaque)
{
    watcher = found;
    watcher_opaque = opaque;
}

/* From UBSan; not there in a plain build. */
__attribute__((weak)) void
__ubsan_get_current_report_data(const char **kind, const char **message,
                                const char **file, unsigned *line,
                                unsigned *column, char **address);

static void tell(const char *sanitizer, const char *error)
{
    if (watcher) {
        watcher(watcher_opaque, sanitizer, error);
    }
}

void sanitizer_assertion(const char *text)
{
    tell(NULL, text);
}

#if __has_feature(address_sanitizer)
const char *__asan_get_report_description(void);
void __asan_on_error(void);
void __asan_on_error(void)
{
    tell("AddressSanitizer", __asan_get_report_description());
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
    tell("UndefinedBehaviorSanitizer", kind);
}

/* Undefined behaviour is a finding, not a remark. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1";
}
