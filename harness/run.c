/*
 * Run scenarios through the subject and the oracle, and compare.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "preset.h"
#include "run.h"

void run_init(Run *run)
{
    *run = (Run) { .oracle = engine_model(), .subject = engine_qemu() };
}

void run_free(Run *run)
{
    run->oracle->ops->free(run->oracle);
    run->subject->ops->free(run->subject);
}

static void trace(Run *run, unsigned op)
{
    const RmLog *log = &run->seen.r.log;
    char line[160];

    for (unsigned i = 0; i < rm_log_len(log); i++) {
        event_print(&log->ev[i], line, sizeof(line));
        fprintf(run->trace, "%u %s\n", op, line);
    }
    fprintf(run->trace, "%u status=%d value=0x%llx\n", op, run->seen.r.status,
            (unsigned long long)run->seen.r.value);
}

static bool compare_all_ram(Run *run, Divergence *d)
{
    for (unsigned r = 0; r < RM_RAMS; r++) {
        if (!compare_ram(run->oracle, run->subject, r, 0, RM_RAM_SIZE, d)) {
            return false;
        }
    }
    return true;
}

static bool compare_written(Run *run, Divergence *d)
{
    const RmResult *want = &run->want.r;

    for (unsigned i = 0; i < want->n_written; i++) {
        const RmWritten *w = &want->written[i];

        if (!compare_ram(run->oracle, run->subject, w->region, w->offset,
                         w->len, d)) {
            return false;
        }
    }
    return true;
}

/* Returns false on a divergence. */
static bool run_op(Run *run, const Op *op, Divergence *d)
{
    RmSeen seen = { .log = &run->seen.r.log };
    RmDirty dirty;

    run->subject->ops->apply(run->subject, op, NULL, &run->seen);
    run->subject->ops->dirty(run->subject, &seen.dirty);
    run->oracle->ops->apply(run->oracle, op, &seen, &run->want);
    run->operations++;

    if (!compare_results(&run->want, &run->seen, d)) {
        return false;
    }
    if (run->seen.r.status == RM_ASSERTED) {
        return true;
    }
    run->oracle->ops->dirty(run->oracle, &dirty);
    if (!compare_dirty(&dirty, &seen.dirty, d) ||
        !(run->thorough ? compare_all_ram(run, d) : compare_written(run, d))) {
        return false;
    }
    /* What is written to a page table reaches no TLB by itself. */
    if (op->kind == OP_PT || op->kind == OP_PT_CLEAR) {
        return true;
    }
    return compare_entries(run->oracle, run->subject, run->thorough, op,
                           op_is_access(op) && run->want.r.status == RM_DONE,
                           d);
}

static void start(Run *run, const Op *setup)
{
    const RmPreset *preset = preset_get(setup);
    const uint8_t *pages = run->agreed ? run->pages : NULL;

    run->subject->ops->reset(run->subject, preset, pages);
    run->oracle->ops->reset(run->oracle, preset, pages);
    memset(run->pages, 0, sizeof(run->pages));
    run->agreed = false;
    run->scenarios++;
}

static void note_written(Run *run)
{
    const RmResult *want = &run->want.r;

    for (unsigned i = 0; i < want->n_written; i++) {
        run->pages[want->written[i].region] |=
            1u << (want->written[i].offset / RM_PAGE_SIZE);
    }
}

static bool run_ops(Run *run, const Scenario *s, Divergence *d)
{
    FeatureState features = { .counters = run->features };

    for (unsigned i = 0; i < s->n; i++) {
        bool ok = run_op(run, &s->ops[i], d);

        if (run->trace) {
            trace(run, i);
        }
        if (!ok) {
            d->op = i;
            return false;
        }
        note_written(run);
        feature_note(&features, &s->ops[i], &run->seen.r);
        if (run->seen.r.status == RM_ASSERTED) {
            return true;
        }
    }
    d->op = s->n;
    run->agreed = compare_all_ram(run, d) &&
                  compare_entries(run->oracle, run->subject, true, NULL,
                                  false, d);
    return run->agreed;
}

bool run_scenario(Run *run, const Scenario *s, Divergence *d)
{
    bool ok;

    start(run, &s->setup);
    ok = run_ops(run, s, d);
    if (run->subject->ops->finish) {
        run->subject->ops->finish(run->subject);
    }
    return ok;
}
