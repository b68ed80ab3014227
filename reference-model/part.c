/*
 * An access under way: what its files say of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>
#include <stdio.h>

#include "part.h"

const char *rm_type_name(unsigned type)
{
    static const char *const names[] = { "load", "store", "fetch" };

    return names[type];
}

void violation(Access *x, RmClause clause, const char *fmt, ...)
{
    RmViolation *v = &x->r->violation;
    va_list ap;

    if (v->clause == RM_NO_CLAUSE) {
        v->clause = clause;
        va_start(ap, fmt);
        vsnprintf(v->text, sizeof(v->text), fmt, ap);
        va_end(ap);
    }
}

RmEvent access_event(const Access *x, RmEventKind kind, RmAccessType type,
                     uint32_t addr, unsigned size)
{
    return (RmEvent) {
        .kind = kind, .cpu = x->a->cpu, .mmu_idx = x->a->mmu_idx,
        .type = type, .size = size, .addr = addr,
    };
}
