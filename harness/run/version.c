/*
 * What this build is, and what it tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include <stdio.h>

#include "harness/run/config.h"
#include "version.h"

char *version_qemu(void)
{
    const char *argv[] = {
        TLBDIFF_SOURCE_DIR "/ci/qemu-version.sh", TLBDIFF_QEMU_DIR, NULL
    };
    char *text = NULL;
    int status;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &text, NULL, &status, NULL) || status) {
        g_free(text);
        return g_strdup("of an unknown version");
    }
    return g_strchomp(text);
}

void version_print(void)
{
    g_autofree char *qemu = version_qemu();

    printf("tlbdiff " TLBDIFF_VERSION ", " TLBDIFF_FLAVOUR " build\n"
           "QEMU %s\n%s%s\n", qemu, TLBDIFF_PINNED ? "with " : "in ",
           TLBDIFF_PINNED ? TLBDIFF_SERIES : TLBDIFF_QEMU_DIR);
}
