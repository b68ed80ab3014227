/*
 * What a plugin is told of an access.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_TOLD_H
#define COMPARE_TOLD_H

#include "divergence.h"

/**
 * compare_told: is it what has happened (C3)?
 *
 * Returns false on a divergence.  Of a page whose entry is gone when a plugin
 * asks about it, it need not be told anything.
 */
bool compare_told(const Op *op, const EngineResult *oracle,
                  const EngineResult *subject, Divergence *d);

#endif
