/*
 * The translations of an access: which IOMMUs were asked, how, and what
 * follows (C1 to C8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_TRANSLATE_H
#define RM_TRANSLATE_H

#include "part.h"
#include "walk.h"

/**
 * answered_whole_page: was the answer to the walk @w, which is yet to be
 * learnt, one for all of its page (C6)?  Its addr_mask becomes what was seen.
 */
bool answered_whole_page(const Access *x, Walk *w);

/** learn_translations: judge the calls of translate, and learn (C1 to C6) */
void learn_translations(Access *x);

/** demand_translation: what nothing spoke for yet must be asked (C2) */
void demand_translation(Access *x, Part *p, RmAccessType type);

/** may_ask_to_fault: the access faults; alone, ask for it all the same */
void may_ask_to_fault(Access *x, RmAccessType type);

/** part_place: where accesses of @type to @p go (C3, C4) */
Place part_place(const Part *p, RmAccessType type);

#endif
