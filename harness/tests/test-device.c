/*
 * A checker device that cannot be made is said to be so, in QEMU's own words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "harness/qemu/engine.h"
#include "broken-device.h"

static const char *const words[] = {
    [BROKEN_TYPE] = "it registers no type 'no-such-checker'",
    [BROKEN_PROPERTY] = "Property 'riscv.wgchecker.colour' not found",
    [BROKEN_REALIZE] = "slot-count is 1 to ",
    [BROKEN_NO_REGION] = "its system-bus device has no region for registers",
    [BROKEN_NO_IOMMU] = "its region 0 is not an IOMMU, nor does it own one",
};

static void test_broken(gconstpointer data)
{
    BrokenDevice what = GPOINTER_TO_UINT(data);
    g_autofree char *seen = broken_device(what);

    g_test_message("%s", seen);
    g_assert_nonnull(strstr(seen, words[what]));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    engine_qemu();
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *name = g_strdup_printf("/device/broken/%u", i);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_broken);
    }
    return g_test_run();
}
