/*
 * The attached voice: another implementation of a security checker, as a
 * process that speaks the protocol of voice.md.  It hears what the oracle's
 * checkers do, and is asked what they are asked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VOICE_VOICE_H
#define VOICE_VOICE_H

#include "harness/compare/divergence.h"
#include "harness/engine/engine.h"
#include "harness/scenario/target.h"

/* NULL, where there is none: nothing is asked then, and all agrees. */
typedef struct AttachedVoice AttachedVoice;

/* What came of it, since the start. */
typedef struct VoiceCounts {
    uint64_t compared;      /* answers */
    uint64_t unsupported;
} VoiceCounts;

/**
 * voice_new: attach @command, see voice_process_new()
 * @oracle: whose checkers it hears of from now on
 *
 * From the first scenario on, a voice that cannot be asked ends the process:
 * voice_process_fail().
 */
AttachedVoice *voice_new(const char *command, Engine *oracle);

/** voice_free: let it end */
void voice_free(AttachedVoice *v);

/**
 * voice_begin: a scenario begins, and the oracle is reset after that
 * @setup: its set-up
 *
 * That of another checker than the voice's ends the process.
 */
void voice_begin(AttachedVoice *v, const Op *setup);

/**
 * voice_agrees: after an operation in which oracle and subject agree, does
 * the voice? (D1 to D5)
 * @touched: as in compare_checkers()
 * @unasked: a checker that has heard nothing is asked as well
 * @counts: added to
 *
 * Returns false, and fills in @d but for d->op, if it stands alone.
 */
bool voice_agrees(AttachedVoice *v, const RmTouched touched[RM_IOMMUS],
                  bool unasked, VoiceCounts *counts, Divergence *d);

/**
 * voice_judges: oracle and subject differ: who stands alone?
 *
 * Sets d->alone where the voice has something to say of what @d is about.
 */
void voice_judges(AttachedVoice *v, Divergence *d);

#endif
