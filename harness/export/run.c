/*
 * Run a scenario and keep what is needed to tell others of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "run.h"
#include "harness/run/report.h"
#include "harness/scenario/preset.h"

/* What the subject held after the last operation. */
static CachedEntry held[8192];
static unsigned n_held;

static void note(Run *run, const Op *op)
{
    Export *e = run->watch->opaque;
    unsigned at = run->at;

    e->op[at].ran = true;
    e->op[at].want = run->want;
    e->op[at].seen = run->seen;
    e->n = at + 1;
    n_held = 0;
    if (run->seen.r.status != RM_ASSERTED) {
        n_held = run->subject->ops->entries(run->subject, ENTRIES_ALL, held,
                                            G_N_ELEMENTS(held));
        n_held = MIN(n_held, G_N_ELEMENTS(held));
    }
}

/* The entry that the audit speaks of. */
static void find_entry(Export *e)
{
    for (unsigned i = 0; e->d.kind == DIFFER_ENTRY && i < n_held &&
         !e->has_entry; i++) {
        const CachedEntry *c = &held[i];

        if (c->cpu == e->d.entry.cpu && c->mmu_idx == e->d.entry.mmu_idx &&
            c->va == e->d.entry.va && c->victim == e->d.entry.victim) {
            e->entry = *c;
            e->has_entry = true;
        }
    }
}

void export_run(Export *e, Run *run)
{
    RunWatch watch = { .after = note, .opaque = e };
    size_t size;
    FILE *out;

    run->thorough = true;
    run->watch = &watch;
    e->n = 0;
    e->diverges = !run_scenario(run, &e->s, false, &e->d);
    run->watch = NULL;
    if (!e->diverges) {
        return;
    }
    find_entry(e);
    out = open_memstream(&e->report, &size);
    run_report(run, &e->s, &e->d, NULL, out);
    fclose(out);
}

void export_run_model(Export *e, Engine *model)
{
    model->ops->reset(model, preset_get(&e->s.setup), NULL);
    for (Step step = { 0 }; scenario_next(&e->s, &step) && step.at < e->n;) {
        const Op *op = step.op;

        if (step.reaction) {
            model->ops->react(model, op, step.reaction);
        } else if (!op_is(op, OPF_TRIGGER) && model->ops->covered(model, op)) {
            e->op[step.at].ran = true;
            model->ops->apply(model, op, NULL, &e->op[step.at].want);
        }
    }
}

void export_free(Export *e)
{
    free(e->report);
    g_free(e->crashed);
    e->report = e->crashed = NULL;
}
