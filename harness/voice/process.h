/*
 * The process of a voice: questions to its standard input, a line each, and
 * a line for each from its standard output, in the same order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VOICE_PROCESS_H
#define VOICE_PROCESS_H

#include <stdbool.h>

#include <glib.h>

/* Without a byte from it for so long, a voice counts as hanging. */
#define VOICE_SECONDS 10

typedef struct VoiceProcess VoiceProcess;

/**
 * voice_process_new: what runs @command, from the first exchange on
 * @command: a program and its arguments, in the quotes of a shell if needed;
 *           there is no shell.  It must stay.
 *
 * Each process that exchanges anything has one of its own: a copy of this
 * process, by fork(), starts it anew.  The voice has a process group of its
 * own, so that an interrupt at the terminal is not for it.
 */
VoiceProcess *voice_process_new(const char *command);

/**
 * voice_process_exchange: ask, and wait for the answers
 * @questions: lines, each with a newline at its end
 * @n: how many there are
 *
 * Returns the answers, each with a NUL in the place of its newline; they stay
 * until the next exchange.  A voice that ends, hangs or answers more than it
 * was asked ends this process: voice_process_fail().
 */
const char *voice_process_exchange(VoiceProcess *p, const GString *questions,
                                   unsigned n);

/**
 * voice_process_start: start it, unless it runs: it need not be waited for yet
 *
 * Returns false if it runs.
 */
bool voice_process_start(VoiceProcess *p);

/**
 * voice_process_fail: end this process with status 2, and one line
 * @fmt: what is wrong with the voice, and what to do
 */
G_NORETURN void voice_process_fail(VoiceProcess *p, const char *fmt, ...)
    G_GNUC_PRINTF(2, 3);

/** voice_process_free: let it end, or end it; NULL is fine */
void voice_process_free(VoiceProcess *p);

#endif
