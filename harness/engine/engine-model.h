/*
 * The reference model as an engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef ENGINE_ENGINE_MODEL_H
#define ENGINE_ENGINE_MODEL_H

#include "engine.h"

/** engine_model: the reference model; an oracle, and each one is another */
Engine *engine_model(void);

/** engine_model_rm: the model in @e, which engine_model() made */
RmModel *engine_model_rm(Engine *e);

#endif
