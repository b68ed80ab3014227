/*
 * The subject is the model, as any implementation that is right: what
 * diverges here is a false alarm.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/engine/engine-legal.h"
#include "subject.h"

Engine *subject_new(void)
{
    return engine_legal();
}

/* The same choices for the same scenario, whatever was run before (C21). */
void subject_begin(Engine *e, const Scenario *s)
{
    const uint8_t *bytes = (const uint8_t *)s->ops;
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < s->n * sizeof(s->ops[0]); i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3;
    }
    engine_legal_seed(e, hash);
}

const char *subject_device(TargetId target)
{
    return NULL;
}

char *subject_replay(const char *program)
{
    return g_strdup(program);
}
