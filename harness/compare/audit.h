/*
 * The audit: every entry that the subject holds, against what the oracle
 * allows it to do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_AUDIT_H
#define COMPARE_AUDIT_H

#include "divergence.h"
#include "harness/engine/engine.h"

/* What the audit has looked at. */
typedef struct Audited {
    uint64_t entries, victims;
} Audited;

/**
 * compare_entries: the audit (C6 to C9, C11 to C15, C19)
 * @all: look for entries where there can be none, too
 * @op: the operation before, or NULL
 * @op_done: it ended as RM_DONE
 * @audited: added to
 *
 * What the fast path of the subject would do now is checked against what
 * the oracle allows.
 */
bool compare_entries(Engine *oracle, Engine *subject, bool all, const Op *op,
                     bool op_done, Audited *audited, Divergence *d);

/** audit_forget: what was found good before is looked at once more */
void audit_forget(void);

/**
 * compare_entry: the same for one access type of one entry of the subject
 *
 * What no longer depends on the entry alone is left out: notifiers, and what
 * an operation before should have done.
 */
bool compare_entry(Engine *oracle, const CachedEntry *c, unsigned type,
                   Divergence *d);

#endif
