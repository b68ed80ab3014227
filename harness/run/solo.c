/*
 * One side alone, or both in every detail, for a person who looks for the
 * cause.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "harness/compare/event.h"
#include "harness/scenario/preset.h"
#include "solo.h"
#include "harness/scenario/text.h"

void trace_op(const Scenario *s, unsigned at, FILE *out)
{
    g_autoptr(GString) line = g_string_new(NULL);

    text_print_op(line, &s->ops[at]);
    fprintf(out, "%3u  %s\n", at + 1, line->str);
}

/* Line @i of how @op went on a side: first the outcome, then the events. */
static const char *line_of(const Op *op, const EngineResult *e, unsigned i,
                           char *buf, size_t len)
{
    *buf = 0;
    if (!i && e->r.status == RM_ASSERTED && e->assertion[0]) {
        g_snprintf(buf, len, "assertion: %s", e->assertion);
    } else if (!i) {
        Outcome outcome = outcome_of(op, &e->r);

        outcome_print(&outcome, buf, len);
    } else if (i <= rm_log_len(&e->r.log)) {
        event_print(&e->r.log.ev[i - 1], buf, len);
    }
    return buf;
}

void trace_both(const Run *run, FILE *out)
{
    const EngineResult *want = &run->want, *seen = &run->seen;
    const Op *op = &run->scenario->ops[run->at];
    unsigned n = MAX(rm_log_len(&want->r.log), rm_log_len(&seen->r.log));
    char left[200], right[200];

    trace_op(run->scenario, run->at, out);
    for (unsigned i = 0; i <= n; i++) {
        line_of(op, want, i, left, sizeof(left));
        line_of(op, seen, i, right, sizeof(right));
        fprintf(out, "       %-*s %c %s\n", TRACE_COLUMN, left,
                strcmp(left, right) ? '|' : ' ', right);
    }
}

static void trace_one(const Op *op, const EngineResult *e, FILE *out)
{
    char line[200];

    for (unsigned i = 0; i <= rm_log_len(&e->r.log); i++) {
        fprintf(out, "       %s\n", line_of(op, e, i, line, sizeof(line)));
    }
}

/* What an operation does alone; returns false if nothing may follow. */
typedef bool WalkOp(Run *run, const Scenario *s, unsigned at, FILE *out);

/* The order of things is that of run_scenario(). */
static void walk(Run *run, const Scenario *s, WalkOp *walk_op, bool subject,
                 FILE *out)
{
    run->record.ran = 0;
    run->oracle->ops->reset(run->oracle, preset_get(&s->setup), NULL);
    for (Step step = { 0 }; scenario_next(s, &step);) {
        const Op *op = step.op;

        for (unsigned i = 0; out && i < step.n; i++) {
            trace_op(s, step.at + i, out);
        }
        if (step.reaction) {
            run->oracle->ops->react(run->oracle, op, step.reaction);
        }
        if (step.reaction && subject) {
            run->subject->ops->react(run->subject, op, step.reaction);
        }
        if (op_is(op, OPF_TRIGGER | OPF_THREADS)) {
            continue;
        }
        if (!run->oracle->ops->covered(run->oracle, op)) {
            if (out) {
                fprintf(out, "       left out: the contract is silent\n");
            }
            continue;
        }
        run->record.ran |= 1ull << step.at;
        run->oracle->ops->apply(run->oracle, op, NULL, &run->want);
        if (!walk_op(run, s, step.at, out)) {
            return;
        }
    }
}

static bool print_model(Run *run, const Scenario *s, unsigned at, FILE *out)
{
    if (out) {
        trace_one(&s->ops[at], &run->want, out);
    }
    if (out && run->want.r.conflict) {
        fprintf(out, "       the addend conflict: the scenario ends (C7)\n");
    }
    return !run->want.r.conflict;
}

void solo_model(Run *run, const Scenario *s, FILE *out)
{
    walk(run, s, print_model, false, out);
}

static void print_subject(Run *run, const Op *op)
{
    FILE *out = run->watch->opaque;

    trace_op(run->scenario, run->at, out);
    trace_one(op, &run->seen, out);
}

void solo_qemu(Run *run, const Scenario *s, FILE *out)
{
    const RunWatch *before = run->watch;
    RunWatch watch = { .after = print_subject, .opaque = out };
    Divergence unused;

    if (before) {
        watch.before = before->before;
    }
    solo_model(run, s, NULL);
    memset(run->record.pages, -1, sizeof(run->record.pages));
    run->depth = RUN_SUBJECT;
    run->watch = &watch;
    run_scenario(run, s, false, &unused);
    run->watch = before;
    run->depth = RUN_ALL;
}

static void by_dma(Run *run, const Op *op, FILE *out)
{
    const RmResult *want = &run->want.r;
    bool write = op_stores(op);
    unsigned done = 0;

    for (unsigned i = 0; i < want->n_paths; i++) {
        const RmPath *path = &want->path[i];
        DmaResult dma = { 0 };

        memcpy(dma.bytes, want->bytes + done,
               MIN(path->size, sizeof(want->bytes) - done));
        run->subject->ops->dma(run->subject, path, write, &dma);
        fprintf(out, "       dma-%s pa=0x%x attrs=%s size=%u: ",
                write ? "write" : "read", path->pa, attrs_name(path->attrs),
                path->size);
        if (dma.response != RM_TX_OK) {
            fprintf(out, "response %u", dma.response);
        }
        for (unsigned k = 0; dma.response == RM_TX_OK && k < path->size; k++) {
            fprintf(out, "%02x", dma.bytes[k]);
        }
        if (write) {
            fprintf(out, " -> %s+0x%x", region_name(dma.region), dma.offset);
        }
        fputc('\n', out);
        done += path->size;
    }
}

static bool step_dma(Run *run, const Scenario *s, unsigned at, FILE *out)
{
    const Op *op = &s->ops[at];

    if (op_is(op, OPF_PLAIN)) {
        if (!run->want.r.n_paths) {
            fprintf(out, "       no page is reached\n");
        }
        by_dma(run, op, out);
    } else if (op_asks(op)) {
        fprintf(out, "       left out: DMA does no such thing\n");
    } else {
        run->subject->ops->apply(run->subject, op, NULL, &run->seen);
        trace_one(&s->ops[at], &run->seen, out);
        return run->seen.r.status != RM_ASSERTED;
    }
    return true;
}

void solo_dma(Run *run, const Scenario *s, FILE *out)
{
    run->subject->ops->reset(run->subject, preset_get(&s->setup), NULL);
    walk(run, s, step_dma, true, out);
    if (run->subject->ops->finish) {
        run->subject->ops->finish(run->subject);
    }
}
