/*
 * What a fuzz target compares with the model: a file for each subject, of
 * which a program is linked with one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_SUBJECT_H
#define FUZZ_SUBJECT_H

#include "harness/engine/engine.h"
#include "harness/scenario/scenario.h"

/** subject_new: the engine */
Engine *subject_new(void);

/** subject_begin: @s is the next that @e will run */
void subject_begin(Engine *e, const Scenario *s);

/** subject_device: the file of the device that @target tests; or NULL */
const char *subject_device(TargetId target);

/**
 * subject_replay: the command that shows a scenario again, but for its file
 * @program: this program; to be freed
 */
char *subject_replay(const char *program);

#endif
