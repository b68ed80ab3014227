/*
 * What this build is, and what it tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include <stdio.h>

#include <glib.h>

#include "harness/run/config.h"
#include "qemu-built.h"
#include "qemu-traits.h"
#include "version.h"

/* Where QEMU comes from, and which of the two kinds it is. */
#ifndef QEMU_EAGER
#error qemu-traits.h does not say how this QEMU translates
#elif QEMU_EAGER
#define KIND ", translates when the entry is filled"
#else
#define KIND ""
#endif
#define FROM (TLBDIFF_PINNED ? "with " TLBDIFF_SERIES KIND : \
                               "in " TLBDIFF_QEMU_DIR KIND)

/*
 * Is there anything in the tree that is newer than the build?  Only what is
 * under test, and near it, is looked at: people build in their trees, too.
 */
static bool changed_since(void)
{
    const char *argv[] = {
        "find", "accel", "hw/core", "hw/misc", "include", "system",
        "target/riscv", "-type", "f", "-newer",
        TLBDIFF_BUILD_DIR "/qemu-built.h.time", "-print", "-quit", NULL
    };
    g_autofree char *newer = NULL;

    return g_spawn_sync(TLBDIFF_QEMU_DIR, (char **)argv, NULL,
                        G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                        NULL, NULL, &newer, NULL, NULL, NULL) && *newer;
}

const char *version_qemu(void)
{
    static char *text;

    if (!text) {
        text = g_strconcat(QEMU_BUILT,
                           changed_since() ? ", changed since the build" : "",
                           NULL);
    }
    return text;
}

const char *version_tested(void)
{
    static char *text;

    if (!text) {
        text = g_strdup_printf("QEMU %s, %s", version_qemu(), FROM);
    }
    return text;
}

void version_print(void)
{
    printf("tlbdiff " TLBDIFF_VERSION ", " TLBDIFF_FLAVOUR " build\n"
           "QEMU %s\n%s\n", version_qemu(), FROM);
}
