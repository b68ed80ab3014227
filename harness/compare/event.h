/*
 * Events, outcomes, regions and attributes in text form.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_EVENT_H
#define COMPARE_EVENT_H

#include <stddef.h>

#include "reference-model/model.h"
#include "harness/scenario/ops.h"

/* How an operation ended, and with which value. */
typedef struct Outcome {
    RmStatus status;
    uint64_t value, value_hi;
    bool found;             /* the value is one of rm_found(), ... */
    bool ran;               /* ... or of rm_ran() */
} Outcome;

/** outcome_of: how @op ended */
static inline Outcome outcome_of(const Op *op, const RmResult *r)
{
    return (Outcome) {
        r->status, r->value, r->value_hi, op_is(op, OPF_FOUND), op->runs,
    };
}

/**
 * outcome_print: "done, value 0x0", "done, host none", "page fault" ..., in
 * @buf of @len bytes
 */
void outcome_print(const Outcome *o, char *buf, size_t len);

/** outcome_name: "done", "page fault" ... */
const char *outcome_name(RmStatus status);

/** event_print: @ev in text form, in @buf of @len bytes */
void event_print(const RmEvent *ev, char *buf, size_t len);

/** attrs_name: "wid:2,secure" */
const char *attrs_name(unsigned attrs);

/** region_name: "ram0", "iommu1", "unassigned" ... */
const char *region_name(unsigned region);

#endif
