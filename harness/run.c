/*
 * Run scenarios through the subject and the oracle, and compare.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

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

/* A small number for the kind of operation and what came of it. */
static unsigned op_class(const Op *op, const RmResult *r)
{
    unsigned class, last;

    if (!op_is_access(op)) {
        return op->kind - OP_PT;
    }
    last = r->log.n ? r->log.ev[rm_log_len(&r->log) - 1].kind : RM_EV_KINDS;
    class = r->status == RM_PAGE_FAULT ? 0 :
            r->status == RM_TX_FAILED ? 1 :
            last == RM_EV_DEV_READ || last == RM_EV_DEV_WRITE ? 2 : 3;
    class += 4 * ((op->va & ~RM_PAGE_MASK) + (1u << op->lg_size) >
                  RM_PAGE_SIZE);
    return OP_KINDS - OP_PT + op->kind * 8 + class;
}

G_STATIC_ASSERT(OP_KINDS - OP_PT + (OP_FETCH + 1) * 8 <= RUN_CLASSES);

typedef struct Features {
    uint8_t *counters;
    unsigned last;
    uint8_t on_page[RM_VA_PAGES];
} Features;

static void note_feature(Features *f, const Op *op, const RmResult *r)
{
    unsigned class;
    int page = rm_va_page(op->va);

    if (!f->counters) {
        return;
    }
    class = op_class(op, r);
    f->counters[f->last * RUN_CLASSES + class]++;
    f->counters[(RUN_CLASSES + f->on_page[page]) * RUN_CLASSES + class]++;
    f->last = class;
    f->on_page[page] = class;
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
    Features features = { .counters = run->features };

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
        note_feature(&features, &s->ops[i], &run->seen.r);
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
