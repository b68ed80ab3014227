/*
 * A divergence that is kept: a scenario in text form, whose comments say what
 * it shows, in a file that is named after the signature.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_FINDING_H
#define RUN_FINDING_H

#include "harness/compare/divergence.h"
#include "harness/scenario/scenario.h"

/**
 * finding_name: the name of the file for @signature; to be freed
 *
 * "C9-store-audit-....tlb".  Of a signature that is too long for a name the
 * end is replaced by a checksum.
 */
char *finding_name(const char *signature);

/**
 * finding_text: @s in text form, with comments that say what it is
 * @signature: of @d
 * @origin: where it comes from, in words
 * @tested: what was tested, as version_tested() says; or NULL
 *
 * To be freed.
 */
char *finding_text(const Scenario *s, const char *signature,
                   const Divergence *d, const char *origin,
                   const char *tested);

#endif
