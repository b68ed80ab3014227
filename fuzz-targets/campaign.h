/*
 * A campaign: what diverges ends nothing.
 *
 * With TLBDIFF_SET_ASIDE=DIR, of each new signature a scenario is written to
 * DIR, and from then on it is set aside, as are the signatures of what is in
 * DIR when the program starts (harness/run/aside.h).  What ends the process
 * is no exception, once it is in DIR.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_TARGETS_CAMPAIGN_H
#define FUZZ_TARGETS_CAMPAIGN_H

#include "harness/run/run.h"

/**
 * campaign_begin: is there one?
 * @run: stays the caller's
 * @replay: the command that shows a file again, but for the file
 *
 * The process ends, with status 2, if DIR cannot be read.
 */
bool campaign_begin(Run *run, const char *replay);

/**
 * campaign_run: run @s and compare, and keep what is new
 * @s: loses the operations that diverge
 * @twice: as for run_scenario()
 */
void campaign_run(Scenario *s, bool twice);

/** campaign_print: what was seen of what is set aside, so far */
void campaign_print(void);

#endif
