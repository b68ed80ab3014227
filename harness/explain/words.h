/*
 * What the files that explain a scenario share: whom it is about, and words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPLAIN_WORDS_H
#define EXPLAIN_WORDS_H

#include <glib.h>

#include "explain.h"

/**
 * explain_story: find the words; to be freed with story_clear()
 *
 * What is between backticks is an operation, or a name of the scenario.
 */
void explain_story(const Explanation *x, Story *story);

/** story_clear: free what explain_story() has made */
void story_clear(Story *story);

/** explain_outcome: how both ended @op, in words; to be freed */
char *explain_outcome(const Explanation *x, unsigned op);

/** explain_event: event @i of a log in words, or ""; to be freed */
char *explain_event(const RmLog *log, unsigned i);

/** entry_words: which entry it is, or that there is none; to be freed */
GString *entry_words(const SeenEntry *seen);

/** type_words: "loads", "stores", "fetches" */
const char *type_words(unsigned type);

/** place_words: append "ram0+0x3010", or "nothing (unassigned)" */
void place_words(GString *out, unsigned region, uint32_t offset);

/**
 * ways_words: where accesses lead as the tables are, and by which operation
 * up to @op; a line for each type, or two of them; to be freed
 */
char *ways_words(const Explanation *x, const PageState *p, int op);

/** section_words: append where the slow path goes */
void section_words(GString *out, const TypeView *v);

/** seen_words: append what the subject's entry does with accesses of @type */
void seen_words(GString *out, const EntryView *v, unsigned type);

/** want_words: append what the contract allows one to do */
void want_words(GString *out, const RmEntry *want, unsigned type);

#endif
