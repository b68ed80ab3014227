/*
 * The model as a subject: any of the implementations that are right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef ENGINE_ENGINE_LEGAL_H
#define ENGINE_ENGINE_LEGAL_H

#include "engine.h"

/**
 * engine_legal: a model that takes each liberty of the contract, or not, at
 * random: those of freedom.h, and it forgets entries, keeps flags that stop
 * the fast path, or asserts where it may, or does not
 *
 * Against the reference model as the oracle, it must never diverge.
 */
Engine *engine_legal(void);

/**
 * engine_legal_seed: what it chooses from the next reset on
 *
 * The same after each reset: two runs of a scenario are alike (C21).
 */
void engine_legal_seed(Engine *e, uint64_t seed);

/** engine_legal_taken: how often each liberty was taken, by RmFreedom */
const uint64_t *engine_legal_taken(Engine *e);

#endif
