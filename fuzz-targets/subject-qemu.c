/*
 * The subject is QEMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/qemu/engine.h"
#include "harness/scenario/target.h"
#include "subject.h"

Engine *subject_new(void)
{
    return engine_qemu();
}

void subject_begin(Engine *e, const Scenario *s)
{
}

const char *subject_device(TargetId target)
{
    RmCheckerKind kind = target_table[target].checker;

    return kind == RM_NO_CHECKER ? NULL : engine_device(kind);
}

char *subject_replay(const char *program)
{
    const char *zoo = g_getenv("TLBDIFF_ZOO");
    g_autofree char *dir = g_path_get_dirname(program);

    /* only this program has the faults of the bug zoo */
    return zoo ? g_strdup_printf("TLBDIFF_ZOO=%s %s", zoo, program) :
                 g_strdup_printf("%s/tlbdiff replay", dir);
}
