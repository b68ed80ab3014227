/*
 * What the specification of the IOPMP leaves to an implementation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_CHOICES_H
#define RM_IOPMP_CHOICES_H

#include "iopmp-rules.h"

/** iopmp_default_choices: of an instance that nothing is known of */
IopmpChoices iopmp_default_choices(const RmIopmpConfig *config);

/** iopmp_learn, iopmp_knows, iopmp_choose: as in RmCheckerOps */
void iopmp_learn(RmChecker *c, unsigned variant, const RmRegisters *r);
bool iopmp_knows(const RmChecker *c, unsigned variant);
void iopmp_choose(RmChecker *c, unsigned variant,
                  bool (*differs)(void *opaque), void *opaque);

/** iopmp_accept: as RmCheckerOps.accept */
bool iopmp_accept(RmChecker *c, uint32_t offset, uint64_t value);

#endif
