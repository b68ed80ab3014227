/*
 * The signature of a divergence: what two reports have in common that tell
 * of the same fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_SIGNATURE_H
#define COMPARE_SIGNATURE_H

#include <glib.h>

#include "divergence.h"
#include "harness/scenario/scenario.h"

/**
 * signature: name what @d, of @s, is an instance of; to be freed
 *
 * "C9/store/audit-tlb-entry-store-on-fast-path-page-not-dirty": the clause,
 * "none" for an end that breaks none, such as a timeout; the kind of operation,
 * with the access type where the kind leaves it open; and what differs: the
 * words of the report, without addresses, numbers and names of regions.
 * It is made of the words of divergence_print(), on purpose: scenarios that
 * people keep have it in a comment, so that a change of those words is a
 * change of signatures, too.
 * There are letters, digits, '-', '_', '.' and two '/' in it, no others.
 */
char *signature(const Scenario *s, const Divergence *d);

/** signature_of_death: is @signature that of a DIFFER_DEATH? */
bool signature_of_death(const char *signature);

/**
 * signatures_in: those that comments in @text, a scenario, tell of
 *
 * A line "# signature: ..." is in each scenario that was minimized, and in
 * those of faults that were fixed, as they were before.  To be freed with
 * g_strfreev().
 */
char **signatures_in(const char *text);

/**
 * signatures_of: the same of the file @path; one in binary form has none
 *
 * Returns NULL and sets @err if it cannot be read.
 */
char **signatures_of(const char *path, GError **err);

#endif
