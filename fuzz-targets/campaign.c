/*
 * A campaign: what diverges ends nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include <glib.h>

#include "harness/compare/signature.h"
#include "harness/run/aside.h"
#include "harness/run/finding.h"
#include "harness/run/report.h"
#include "harness/run/trial.h"
#include "campaign.h"

/* That the guard waits for a scenario: as the tool does. */
#define GUARD_SECONDS 5

static Run *run;
static const char *dir, *replay;
static Aside *aside;
static Trials *guard;   /* not NULL: what is set aside ends processes */

static void fail(const char *why)
{
    fprintf(stderr, "TLBDIFF_SET_ASIDE=%s: %s\n", dir, why);
    exit(2);
}

bool campaign_begin(Run *caller, const char *command)
{
    g_autofree char *error = NULL;

    dir = g_getenv("TLBDIFF_SET_ASIDE");
    if (!dir || !*dir) {
        return false;
    }
    run = caller;
    replay = command;
    aside = aside_new();
    if (!g_file_test(dir, G_FILE_TEST_IS_DIR)) {
        fail("no such directory");
    }
    if (!aside_load(aside, dir, &error)) {
        fail(error);
    }
    if (aside_kills(aside)) {
        guard = trials_new(run, GUARD_SECONDS);
        guard->quick = true;
    }
    return true;
}

static bool run_here(void *twice, const Scenario *s, Divergence *d)
{
    return run_scenario(run, s, *(bool *)twice, d);
}

/* Keep what is new, and set it aside. */
static void keep(const Scenario *s, const Divergence *d)
{
    g_autofree char *name = signature(s, d);
    g_autofree char *file = finding_name(name);
    g_autofree char *path = g_build_filename(dir, file, NULL);
    g_autofree char *text = finding_text(s, name, d, "as it was found", NULL);
    g_autofree char *command = g_strdup_printf("%s %s", replay, path);
    g_autoptr(GError) err = NULL;

    if (!g_file_set_contents(path, text, -1, &err)) {
        fail(err->message);
    }
    if (d->kind == DIFFER_DEATH) {
        /* of the guard's process: here there is nothing to show of it */
        fprintf(stderr, "DEATH %s\nto see it again: %s\n", name, command);
    } else {
        run_report(run, s, d, command, stderr);
    }
    aside_add(aside, name);
}

/*
 * Before a scenario is run here, the guard's process runs it, and it loses
 * the operations that would end this process.
 */
static void run_guarded(Scenario *s, bool twice)
{
    Divergence d;

    for (;;) {
        g_autofree char *name = NULL;
        bool agrees = aside_run(aside, trial_agrees, guard, s, &d);

        if ((agrees || d.kind != DIFFER_DEATH) && run_here(&twice, s, &d)) {
            return;
        }
        name = signature(s, &d);
        if (aside_has(aside, name)) {
            return;     /* at the end of the scenario, and counted */
        }
        keep(s, &d);
    }
}

static void run_unguarded(Scenario *s, bool twice)
{
    Divergence d;

    while (!aside_run(aside, run_here, &twice, s, &d)) {
        keep(s, &d);
    }
}

void campaign_run(Scenario *s, bool twice)
{
    uint64_t scenarios = run->scenarios;

    if (guard) {
        run_guarded(s, twice);
    } else {
        run_unguarded(s, twice);
    }
    /* however often it was run */
    run->scenarios = scenarios + 1;
}

void campaign_print(void)
{
    fprintf(stderr, "stat::ended_early: %" G_GUINT64_FORMAT "\n",
            aside->ended);
    aside_print(aside, "stat::set_aside:", stderr);
}
