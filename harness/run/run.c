/*
 * Run scenarios through the subject and the oracle, and compare.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/compare/checkers.h"
#include "harness/compare/results.h"
#include "harness/scenario/preset.h"
#include "order.h"
#include "race.h"
#include "run.h"
#include "sanitizer.h"
#include "section.h"

void run_init(Run *run, Engine *oracle, Engine *subject)
{
    *run = (Run) { .oracle = oracle, .subject = subject };
    oracle->eager = subject->eager;
    subject->gives_up = sanitizer_assertion;
    run->limits = getenv("TLBDIFF_LIMITS") ? subject->limits : 0;
    if (getenv("TLBDIFF_VOICE")) {
        run_attach(run, getenv("TLBDIFF_VOICE"));
    }
}

void run_attach(Run *run, const char *command)
{
    voice_free(run->voice);
    run->voice = voice_new(command, run->oracle);
}

const char *run_device(const Run *run, const Scenario *s)
{
    RmCheckerKind kind = target_of(&s->setup)->checker;
    Engine *subject = run->subject;

    return kind != RM_NO_CHECKER && subject->ops->device ?
           subject->ops->device(subject, kind) : NULL;
}

void run_free(Run *run)
{
    voice_free(run->voice);
    run->oracle->ops->free(run->oracle);
    run->subject->ops->free(run->subject);
}

/* ROM as well: what should have been dropped may be there. */
static bool compare_all_memory(Run *run, Divergence *d)
{
    for (unsigned r = 0; r < RM_HOSTS; r++) {
        if (!compare_host(run->oracle, run->subject, r, 0, RM_RAM_SIZE, d)) {
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

        if (!compare_host(run->oracle, run->subject, w->region, w->offset,
                          w->len, d)) {
            return false;
        }
    }
    return true;
}

/* C12: an access that goes elsewhere may have used half an entry. */
static void blame_victim(Run *run, Divergence *d)
{
    Audited unused = { 0 };
    Divergence audit;

    if (d->clause == RM_C3_TARGET && run->seen.r.status != RM_ASSERTED &&
        !compare_entries(run->oracle, run->subject, false, NULL, false,
                         &unused, &audit) && audit.clause == RM_C12_VICTIM) {
        d->clause = RM_C12_VICTIM;
    }
}

/* Is @op, which runs, one of several in a row that program checkers? */
static bool goes_on_programming(const Run *run, const Op *op)
{
    const Scenario *s = run->scenario;

    return op_is(op, OPF_PROGRAMS) && run->at + 1 < s->n &&
           op_is(&s->ops[run->at + 1], OPF_PROGRAMS);
}

/*
 * What of the checkers is compared now.  All decisions are many: they are
 * looked at when a checker is programmed, not at each step on the way there;
 * and who denies an access has a record of it: its other registers can wait.
 */
static void what_is_due(Run *run, const Op *op, RmTouched due[RM_IOMMUS])
{
    bool goes_on = goes_on_programming(run, op);

    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        RmTouched touched = run->want.touched[i], *later = &run->put_off[i];
        RmTouched all = touched > *later ? touched : *later;

        if (run->thorough) {
            due[i] = RM_TOUCHED_DECISIONS;
            continue;
        }
        due[i] = touched;
        if (all == RM_TOUCHED_DECISIONS && !goes_on) {
            due[i] = all;
        } else if (touched == RM_TOUCHED_DECISIONS) {
            due[i] = RM_TOUCHED_REGISTERS;
        }
        if (all == RM_TOUCHED_RECORD) {
            *later = RM_TOUCHED_REGISTERS;
        } else {
            *later = due[i] == all ? RM_TOUCHED_NOTHING : all;
        }
    }
}

/* With the attached voice, @unasked as there.  Returns false on a divergence. */
static bool compare_due(Run *run, const RmTouched due[RM_IOMMUS], bool unasked,
                        uint64_t *decisions, Divergence *d)
{
    if (!compare_checkers(run->oracle, run->subject, &run->scenario->setup,
                          due, decisions, d)) {
        voice_judges(run->voice, d);
        return false;
    }
    return voice_agrees(run->voice, due, unasked, &run->voiced, d);
}

/* Returns false on a divergence. */
static bool compare_op(Run *run, const Op *op, const RmDirty *seen,
                       Divergence *d)
{
    RmTouched due[RM_IOMMUS];
    RmDirty dirty;

    if (!compare_results(op, &run->want, &run->seen, d)) {
        dma_judges(run->subject, op, &run->want, &run->seen, d);
        blame_victim(run, d);
        voice_judges(run->voice, d);
        return false;
    }
    if (run->seen.r.status == RM_ASSERTED) {
        return true;
    }
    what_is_due(run, op, due);
    if (!compare_due(run, due, run->thorough, &run->decisions, d)) {
        return false;
    }
    run->oracle->ops->dirty(run->oracle, &dirty);
    /* what was stored comes before what it has made dirty or invalid */
    if (!(run->thorough ? compare_all_memory(run, d) :
                          compare_written(run, d)) ||
        !compare_code(&run->want, d) || !compare_dirty(&dirty, seen, d) ||
        !compare_dma(run->subject, op, &run->want,
                     run->thorough ? NULL : &run->asked, d)) {
        return false;
    }
    /* What is written to a page table reaches no TLB by itself. */
    if (op_is(op, OPF_PAGE_TABLE)) {
        return true;
    }
    return compare_entries(run->oracle, run->subject, run->thorough, op,
                           run->want.r.status == RM_DONE, &run->audited, d);
}

/* Returns false on a divergence. */
static bool run_op(Run *run, const Op *op, Divergence *d)
{
    RmSeen seen = { .log = &run->seen.r.log };

    run->subject->ops->apply(run->subject, op, NULL, &run->seen);
    if (run->depth == RUN_SUBJECT) {
        return true;
    }
    run->subject->ops->dirty(run->subject, &seen.dirty);
    seen.value = run->seen.r.value;
    run->oracle->ops->apply(run->oracle, op, &seen, &run->want);
    return run->depth == RUN_BOTH || run->at < run->agree ||
           compare_op(run, op, &seen.dirty, d);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static bool run_op_timed(Run *run, const Op *op, Divergence *d)
{
    uint64_t start = now_ns();
    bool ok = run_op(run, op, d);

    run->ns[op->kind] += now_ns() - start;
    return ok;
}

static void start(Run *run, const Op *setup)
{
    const RmPreset *preset = preset_get(setup);
    const uint8_t *pages = run->agreed ? run->pages : NULL;

    if (run->depth == RUN_ALL) {
        voice_begin(run->voice, setup);
    }
    run->subject->ops->reset(run->subject, preset, pages);
    run->oracle->tells_fetches = run->subject->tells_fetches;
    if (run->depth == RUN_SUBJECT) {
        /* what this one will write, to be restored after it */
        memcpy(run->pages, run->record.pages, sizeof(run->pages));
    } else {
        run->oracle->ops->reset(run->oracle, preset, pages);
        if (run->oracle->ops->learn(run->oracle, run->subject,
                                     preset)) {
            run->subject->ops->reset(run->subject, preset, NULL);
            run->oracle->ops->reset(run->oracle, preset, NULL);
        }
        memset(run->pages, 0, sizeof(run->pages));
        run->record.ran = 0;
    }
    run->agreed = false;
    memset(run->put_off, 0, sizeof(run->put_off));
}

/* C21: two runs that differ anywhere differ here. */
static void mix(Run *run, uint64_t x)
{
    run->digest = (run->digest ^ x) * 0x9e3779b97f4a7c15ull;
    run->digest ^= run->digest >> 29;
}

static void digest(Run *run)
{
    const RmResult *r = &run->seen.r;

    mix(run, r->status);
    mix(run, r->value);
    mix(run, r->value_hi);
    for (unsigned i = 0; i < rm_log_len(&r->log); i++) {
        const RmEvent *ev = &r->log.ev[i];

        mix(run, (uint64_t)ev->kind << 56 | (uint64_t)ev->cpu << 48 |
            (uint64_t)ev->mmu_idx << 40 | (uint64_t)ev->type << 32 |
            ev->region << 16 | ev->index << 8 | ev->flag);
        mix(run, (uint64_t)ev->addr << 32 | ev->pa);
        mix(run, ev->value ^ (uint64_t)ev->attrs << 32 ^
            (uint64_t)ev->response << 40 ^ (uint64_t)ev->size << 48);
    }
}

static void note_written(Run *run)
{
    const RmResult *want = &run->want.r;

    for (unsigned i = 0; i < want->n_written; i++) {
        run->pages[want->written[i].region] |=
            1u << (want->written[i].offset / RM_PAGE_SIZE);
    }
}

static void arm(Run *run, const Op *trigger, const Op *reaction)
{
    run->subject->ops->react(run->subject, trigger, reaction);
    if (run->depth != RUN_SUBJECT) {
        run->oracle->ops->react(run->oracle, trigger, reaction);
    }
}

/* Does @op meet a limit that is left out? */
static bool limited(Run *run, const Op *op)
{
    unsigned met = run->oracle->ops->limits_met(run->oracle, op) & run->limits;

    for (unsigned i = 0; i < RM_LIMITS; i++) {
        run->limited[i] += met >> i & 1;
    }
    run->met_limit |= met != 0;
    return met;
}

/* Is operation @i to be carried out?  Not if the contract is silent on it. */
static bool covered(Run *run, unsigned i, const Op *op)
{
    if (run->depth == RUN_SUBJECT) {
        return run->record.ran >> i & 1;
    }
    if (!run->oracle->ops->covered(run->oracle, op)) {
        run->uncovered++;
        return false;
    }
    if (run->limits && limited(run, op)) {
        return false;
    }
    run->record.ran |= 1ull << i;
    return true;
}

static bool finish(Run *run, Divergence *d)
{
    if (run->depth == RUN_ALL) {
        return compare_all_memory(run, d) &&
               compare_due(run, run->put_off, false, &run->decisions, d) &&
               compare_entries(run->oracle, run->subject, true, NULL, false,
                               &run->audited, d);
    }
    return true;
}

static void account(Run *run, FeatureState *features, const Op *op)
{
    run->reacted += run->want.reacted;
    run->operations++;
    run->by_code += op->via != VIA_HELPERS;
    run->kinds[op->kind]++;
    if (run->depth != RUN_SUBJECT) {
        note_written(run);
    }
    if (run->digests) {
        digest(run);
    }
    feature_note(features, op, &run->seen.r, &run->want.r, run->oracle);
}

/*
 * Say which accesses one block is made of, from the next one on: those of the
 * same CPU that nothing comes between but what devices are going to do.
 */
static void look_ahead(Run *run, const Scenario *s, Step step)
{
    const Op *first = step.op, *ops[ENGINE_TOGETHER];
    unsigned n = 0;

    do {
        if (op_is(step.op, OPF_TRIGGER)) {
            continue;
        }
        if (step.op->via != VIA_TOGETHER || step.op->cpu != first->cpu) {
            break;
        }
        ops[n++] = step.op;
    } while (n < ENGINE_TOGETHER && scenario_next(s, &step));
    run->subject->ops->ahead(run->subject, ops, n);
}

static void digest_section(Run *run, const EngineAtOnce *what)
{
    for (unsigned i = 0; i < what->n_switches && i < ENGINE_SWITCHES; i++) {
        const EngineSwitch *sw = &what->switches[i];

        mix(run, (uint64_t)sw->point << 32 | sw->from << 16 | sw->to << 8 |
            sw->place);
    }
}

/* In the order in which they began, as if they had been done so. */
static void account_section(Run *run, FeatureState *features,
                            const EngineAtOnce *what)
{
    const EngineDone *done = NULL;

    run->sections++;
    run->switches += what->n_switches;
    if (run->watch && run->watch->section) {
        run->watch->section(run);
    }
    while ((done = section_next(what, done))) {
        if (!done->op) {
            continue;
        }
        run->at = done->op - run->scenario->ops;
        run->want = run->seen = *done->result;
        account(run, features, done->op);
        if (run->watch && run->watch->after) {
            run->watch->after(run, done->op);
        }
    }
    for (unsigned i = 0; i < what->n_switches && i < ENGINE_SWITCHES; i++) {
        const EngineSwitch *sw = &what->switches[i];

        /* with nothing left, or given up, it was in the middle of nothing */
        if (sw->done < what->thread[sw->from].n_done) {
            feature_switch(features,
                           what->thread[sw->from].done[sw->done].op,
                           sw->place);
        }
    }
    if (run->digests) {
        digest_section(run, what);
    }
}

static bool is_covered(void *opaque, unsigned at, const Op *op)
{
    return covered(opaque, at, op);
}

/* How what threads have done at once goes on, or ends. */
static OrderVerdict run_section(Run *run, Step *step, FeatureState *features,
                                Divergence *d)
{
    static EngineAtOnce what;
    OrderVerdict verdict = ORDER_AGREES;
    RmDirty before;

    step->n = section_collect(run->scenario, step->at, &what, is_covered,
                              run);
    run->section = &what;
    if (run->watch && run->watch->before) {
        run->watch->before(run, step->op);
    }
    run->subject->ops->dirty(run->subject, &before);
    run->subject->ops->at_once(run->subject, &what);
    if (what.free) {
        verdict = race_take(d) ? ORDER_NONE : ORDER_OPEN;
    } else if (run->depth == RUN_ALL) {
        const OrderSides sides = {
            .oracle = run->oracle, .subject = run->subject,
            .scenario = run->scenario, .at = run->at,
            .audited = &run->audited, .pages = run->pages,
        };

        verdict = order_find(&sides, &what, &before, d);
    }
    account_section(run, features, &what);
    run->left_open += verdict == ORDER_OPEN && !what.free;
    return what.gave_up && verdict == ORDER_AGREES ? ORDER_ASSERTED : verdict;
}

static bool run_ops(Run *run, const Scenario *s, Divergence *d)
{
    const RunWatch *watch = run->watch;
    FeatureState features;

    feature_begin(&features, run->features, run->oracle);
    for (Step step = { 0 }; scenario_next(s, &step);) {
        const Op *op = step.op;
        bool ok;

        run->at = step.at;
        if (op_is(op, OPF_TRIGGER)) {
            run->kinds[op->kind]++;
            if (step.reaction) {
                arm(run, op, step.reaction);
            }
            continue;
        }
        if (op->kind == OP_THREAD && run->subject->ops->at_once) {
            OrderVerdict verdict = run_section(run, &step, &features, d);

            if (verdict != ORDER_AGREES) {
                return verdict != ORDER_NONE;
            }
            continue;
        }
        if (op_is(op, OPF_THREADS)) {
            continue;
        }
        if (!covered(run, step.at, op)) {
            continue;
        }
        if (watch && watch->before) {
            watch->before(run, op);
        }
        if (op->via == VIA_TOGETHER && run->subject->ops->ahead) {
            look_ahead(run, s, step);
        }
        ok = run->ns ? run_op_timed(run, op, d) : run_op(run, op, d);
        if (watch && watch->after) {
            watch->after(run, op);
        }
        if (!ok) {
            d->op = step.at;
            return false;
        }
        account(run, &features, op);
        if (run->seen.r.status == RM_ASSERTED) {
            return true;
        }
    }
    d->op = s->n;
    if (watch && watch->end) {
        watch->end(run);
    }
    run->agreed = finish(run, d);
    memcpy(run->record.pages, run->pages, sizeof(run->pages));
    return run->agreed;
}

/* Do the checkers agree right after the reset?  If not, @d is filled in. */
static bool compare_setup(Run *run, Divergence *d)
{
    RmTouched all[RM_IOMMUS];
    Divergence first = { .op = AT_SETUP };
    uint64_t unused = 0;

    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        all[i] = RM_TOUCHED_DECISIONS;
    }
    if (compare_due(run, all, true, &unused, &first)) {
        return true;
    }
    *d = first;
    return false;
}

/* What only the operation before can show is not for the set-up to answer. */
static bool about_checkers(const Divergence *d)
{
    return d->kind == DIFFER_DECISION || d->kind == DIFFER_REGISTER ||
           d->kind == DIFFER_INTERRUPT || d->kind == DIFFER_VOICE;
}

/*
 * Where not all is compared each time, a fault of the set-up shows late: when
 * a checker is used.  Look at the set-up itself.
 */
static void blame_setup(Run *run, Divergence *d)
{
    if (!run->thorough && about_checkers(d)) {
        start(run, &run->scenario->setup);
        compare_setup(run, d);
    }
}

static bool run_once(Run *run, const Scenario *s, Divergence *d)
{
    bool ok;

    run->scenario = s;
    run->at = AT_SETUP;
    start(run, &s->setup);
    run->digest = 0;
    run->section = NULL;
    run->met_limit = false;
    run->of[s->setup.kind] = true;
    if (run->watch && run->watch->start) {
        run->watch->start(run);
    }
    ok = !run->thorough || run->depth != RUN_ALL || compare_setup(run, d);
    ok = ok && run_ops(run, s, d);
    if (!ok && run->depth == RUN_ALL) {
        blame_setup(run, d);
    }
    run->scenario = NULL;
    if (run->subject->ops->finish) {
        run->subject->ops->finish(run->subject);
    }
    return ok;
}

bool run_scenario(Run *run, const Scenario *s, bool twice, Divergence *d)
{
    bool thorough = run->thorough, ok;
    uint64_t digest, operations;

    run->scenarios++;
    run->digests = twice;
    /*
     * The first of two runs takes nothing for granted.  The last one is like
     * that of a scenario that runs once, as its features are.
     */
    run->thorough = thorough || twice;
    ok = run_once(run, s, d);
    run->limited_scenarios += run->met_limit;
    run->thorough = thorough;
    if (!ok || !twice) {
        return ok;
    }
    digest = run->digest;
    operations = run->operations;
    run->repeated++;
    if (!run_once(run, s, d)) {
        return false;
    }
    run->operations = operations;
    /* (threads that run freely do what they do in any order) */
    if (run->digest != digest && !(run->section && run->section->free)) {
        *d = (Divergence) {
            .clause = RM_C21_DETERMINISM, .op = s->n, .kind = DIFFER_RUNS,
        };
        return false;
    }
    return true;
}
