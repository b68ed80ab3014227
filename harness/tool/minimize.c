/*
 * tlbdiff minimize: the smallest scenario that shows the same fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib/gstdio.h>

#include "cmd.h"
#include "harness/scenario/minimize.h"
#include "harness/compare/signature.h"
#include "harness/scenario/text.h"
#include "harness/run/finding.h"
#include "harness/run/place.h"
#include "harness/run/trial.h"
#include "harness/run/version.h"

static char *output;

static const GOptionEntry options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Write to OUT instead of standard output; a directory, if there are "
      "several FILEs", "OUT" },
    OPTION_TIMEOUT,
    OPTION_LIMITS,
    OPTION_VOICE,
    { NULL }
};

typedef struct Minimized {
    Trials *trials;
    const char *path;
    char *signature;        /* that must stay, ... */
    char *place;            /* ... and where it was; or NULL */
    Divergence d;           /* of the scenario as it was */
    unsigned patience;
    Scenario best;
} Minimized;

/* The signature that @s has, or NULL if all agrees; to be freed. */
static char *signature_of(Trials *t, const Scenario *s)
{
    return trial(t, s) ? NULL : signature(s, &t->said->d);
}

/* Of two faults with one signature, the one must not become the other. */
static bool same_place(const Minimized *m)
{
    g_autofree char *place = place_of(&m->trials->said->d);

    return !g_strcmp0(place, m->place);
}

static bool same_fault(void *opaque, const Scenario *s)
{
    Minimized *m = opaque;

    progress("%s: %u operations; trial %" G_GUINT64_FORMAT, m->path,
             m->best.n, m->trials->done);
    for (unsigned i = 0; i < m->patience && !interrupted(); i++) {
        g_autofree char *now = signature_of(m->trials, s);

        if (!interrupted() && !g_strcmp0(now, m->signature) &&
            same_place(m)) {
            return true;
        }
    }
    return false;
}

static bool deliver(const Minimized *m, bool many)
{
    g_autofree char *name = g_path_get_basename(m->path);
    g_autofree char *origin = g_strconcat("minimized from ", name, NULL);
    g_autofree char *text = finding_text(&m->best, m->signature, &m->d, origin,
                                         version_tested());
    g_autofree char *path = NULL;

    if (!output) {
        fputs(text, stdout);
        return true;
    }
    if (!many && !g_file_test(output, G_FILE_TEST_IS_DIR)) {
        return write_file("minimize", output, text);
    }
    path = g_strdup_printf("%s/%s%s", output, name,
                           g_str_has_suffix(name, ".tlb") ? "" : ".tlb");
    return write_file("minimize", path, text);
}

/* Returns the exit status. */
static int minimize_file(Trials *t, const char *path, bool many)
{
    Minimized m = { .trials = t, .path = path, .patience = 1 };
    int status = BAD;

    if (!load(&m.best, path)) {
        return BAD;
    }
    for (unsigned i = 0; !m.signature && i < TRIAL_PATIENCE; i++) {
        m.signature = signature_of(t, &m.best);
    }
    if (!m.signature) {
        complain("minimize: %s: nothing diverges, there is nothing to keep",
                 path);
        return DIVERGE;
    }
    m.d = t->said->d;
    m.place = place_of(&m.d);
    if (m.d.clause == RM_C21_DETERMINISM) {
        m.patience = TRIAL_PATIENCE;
    }
    minimize(&m.best, same_fault, &m);
    progress_end();
    if (deliver(&m, many)) {
        status = AGREE;
    }
    g_free(m.signature);
    g_free(m.place);
    return status;
}

/* Returns false, after a complaint, if nothing could be written there. */
static bool prepare_output(bool many)
{
    if (output && many && g_mkdir_with_parents(output, 0777)) {
        complain("minimize: %s: cannot make this directory: %s", output,
                 g_strerror(errno));
        return false;
    }
    return true;
}

static int run_minimize(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = NULL;
    int status = AGREE;
    Trials *t;
    Run run;

    if (!timeout_makes_sense("minimize")) {
        return BAD;
    }
    paths = all_paths(argc, argv);
    if (!paths || !prepare_output(paths->len > 1)) {
        return BAD;
    }
    both_sides(&run);
    t = trials_new(&run, trial_seconds);
    catch_interrupts();
    for (unsigned i = 0; i < paths->len && status != BAD && !interrupted();
         i++) {
        int one = minimize_file(t, paths->pdata[i], paths->len > 1);

        status = MAX(status, one);
    }
    if (interrupted()) {
        complain("minimize: interrupted: what is written could be smaller");
    }
    trials_free(t);
    run_free(&run);
    return finish_stdout(status);
}

const Command cmd_minimize = {
    .name = "minimize",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "make a scenario small that diverges",
    .text = "Prints the smallest scenario that can be found with the same "
            "signature: the clause that is broken, the kind of operation, "
            "the access type, and what differs; and in the same place: the "
            "register that differs, or the function in which a sanitizer has "
            "found its error. First operations go, then "
            "the fields of the others become simpler, as long as the "
            "signature stays. To minimize the result changes nothing.\n"
            "Each candidate runs in a process of its own, so that reports of "
            "the sanitizers, failed assertions and scenarios that do not end "
            "can be minimized as divergences are. An interrupt ends the work, "
            "and the smallest scenario by then is written.\n"
            "The exit status is 1 if a FILE does not diverge.",
    .options = options,
    .run = run_minimize,
};
