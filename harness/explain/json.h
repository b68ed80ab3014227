/*
 * An explanation as JSON, which is the data of a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPLAIN_JSON_H
#define EXPLAIN_JSON_H

#include "explain.h"

/**
 * explain_json: all of it as JSON; to be freed
 * @name: of the scenario
 *
 * The same is the data of the page explain.html.  What is between backticks
 * in a text is an operation or a name of the scenario.  An object with:
 *
 *   name
 *   verdict      "agree", "diverge" or "died"
 *   clause       of a divergence: "C14 flush"; or null
 *   title        a line, and
 *   story        a paragraph: what went wrong
 *   operation    the number of the one that diverges, from 1 on; or null
 *   cause        the same of the one that matters before it; or null
 *   about        the page that the story is about; or null
 *   sanitizer    what one said, or ""
 *   setup        a line of text form
 *   operations   of the scenario, objects with:
 *     number, text (a line of text form)
 *     ran        if not: left out, or a device's reaction
 *     outcome    how it ended, in words
 *     events     objects with contract and qemu, texts; "": nothing more
 *     pages      that it touched, objects as "about" is one:
 *       va ("0x1000"), cpu, mmu_idx
 *       before, after    objects with:
 *         contract       of loads, stores and fetches: what an entry may do;
 *                        null: nothing is known of the page
 *         qemu           its entries, objects with what, a text, and for
 *                        loads, stores and fetches: does; held, and if so
 *                        flags and section; breaks, a clause or null
 *       ways             where accesses lead now; null: it is not known
 */
char *explain_json(const Explanation *x, const char *name);

#endif
