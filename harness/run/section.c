/*
 * The part of a scenario that threads do at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/scenario/preset.h"
#include "harness/scenario/text.h"
#include "section.h"

/* Of a column of the time line, in characters. */
#define COLUMN 30

/* A CPU's TLB is not for others to look up or to flush, nor is its code. */
static bool can_do(unsigned thread, const Op *op)
{
    return !(thread == RM_CPUS && op_names_cpu(op)) &&
           !(op->kind == OP_CLEAR_DIRTY && op->client == RM_CODE);
}

/* The end of the section that begins @at. */
static unsigned end_of(const Scenario *s, unsigned at)
{
    while (at < s->n && s->ops[at].kind != OP_JOIN) {
        at++;
    }
    return at;
}

/* Bits of the addr_mask that an IOMMU's answer has before @end, at least. */
static unsigned least_lg_mask(const Scenario *s, unsigned end)
{
    unsigned least = preset_lg_mask(&s->setup);

    for (unsigned i = 0; i < end; i++) {
        const Op *op = &s->ops[i];

        if (op->kind == OP_IOMMU && op->mask) {
            least = MIN(least, op_lg_mask(op));
        }
    }
    return least;
}

/*
 * C6: are the bytes of each page that @op looks up in one granule, whatever has
 * become of page tables and IOMMUs by the time that its turn comes?  What is
 * covered at the start of a section need not be so then.
 */
static bool in_granules(const Op *op, unsigned lg_mask)
{
    uint32_t size = op_is_access(op) ? 1u << op->lg_size : MAX(op->len, 1);
    uint32_t last = op->va + size - 1, page = last & RM_PAGE_MASK;

    if (op->va < page) {
        return op->va >> lg_mask == (page - 1) >> lg_mask &&
               page >> lg_mask == last >> lg_mask;
    }
    return op->va >> lg_mask == last >> lg_mask;
}

unsigned section_collect(const Scenario *s, unsigned at, EngineAtOnce *what,
                         bool (*covered)(void *opaque, unsigned at,
                                         const Op *op), void *opaque)
{
    unsigned thread = 0, end = end_of(s, at);
    unsigned lg_mask = least_lg_mask(s, end);

    what->first = s->ops;
    what->n_changes = 0;
    for (unsigned t = 0; t < RM_THREADS; t++) {
        what->thread[t].n = 0;
    }
    for (unsigned i = at; i < end; i++) {
        const Op *op = &s->ops[i];

        if (op->kind == OP_THREAD) {
            thread = op->thread;
        } else if (op->kind == OP_SWITCH) {
            what->change[what->n_changes++] = (EngineChange) {
                .after = op->points, .to = op->thread, .at = op->at,
            };
        } else if (can_do(thread, op) &&
                   (!op_asks(op) || in_granules(op, lg_mask)) &&
                   covered(opaque, i, op)) {
            what->thread[thread].op[what->thread[thread].n++] = op;
        }
    }
    return end - at;
}

const EngineDone *section_next(const EngineAtOnce *what,
                               const EngineDone *last)
{
    const EngineDone *next = NULL;

    for (unsigned t = 0; t < RM_THREADS; t++) {
        for (unsigned i = 0; i < what->thread[t].n_done; i++) {
            const EngineDone *done = &what->thread[t].done[i];

            if ((!last || done->begin > last->begin) &&
                (!next || done->begin < next->begin)) {
                next = done;
            }
        }
    }
    return next;
}

/* --- The time line -------------------------------------------------------- */

static const char *const places[OP_PLACES] = {
    [PLACE_BEGIN] = "before it", [PLACE_WORK] = "before queued work",
    [PLACE_FILL] = "in the page tables", [PLACE_TRANSLATE] = "at the IOMMU",
    [PLACE_DEVICE] = "at the device", [PLACE_NOTIFY] = "before it is told",
    [PLACE_LOCK] = "before a lock", [PLACE_SPIN] = "at a spin lock",
    [PLACE_ATOMIC] = "before an atomic",
    [PLACE_WAIT] = "waits for a lock", [PLACE_END] = "has nothing left",
};

static void print_cell(unsigned thread, const char *text, FILE *out)
{
    fprintf(out, "      %*s%.*s\n", (int)(thread * (COLUMN + 1)), "", COLUMN,
            text);
}

static char *describe(const Scenario *s, const EngineDone *done)
{
    g_autoptr(GString) line = g_string_new(NULL);

    if (!done->op) {
        return g_strdup("queued work");
    }
    g_string_printf(line, "%d ", (int)(done->op - s->ops) + 1);
    text_print_op(line, done->op);
    return g_strdup(line->str);
}

static const EngineSwitch *switch_at(const EngineAtOnce *what, unsigned time)
{
    for (unsigned i = 0; i < what->n_switches && i < ENGINE_SWITCHES; i++) {
        if (what->switches[i].time == time) {
            return &what->switches[i];
        }
    }
    return NULL;
}

static const EngineDone *done_at(const EngineAtOnce *what, unsigned time,
                                 bool ends, unsigned *thread)
{
    for (unsigned t = 0; t < RM_THREADS; t++) {
        for (unsigned i = 0; i < what->thread[t].n_done; i++) {
            const EngineDone *done = &what->thread[t].done[i];

            if ((ends ? done->end : done->begin) == time) {
                *thread = t;
                return done;
            }
        }
    }
    return NULL;
}

static void print_at(const Scenario *s, const EngineAtOnce *what,
                     unsigned time, FILE *out)
{
    const EngineSwitch *sw = switch_at(what, time);
    g_autofree char *text = NULL;
    const EngineDone *done;
    unsigned thread;

    if (sw && sw->place != PLACE_END) {
        text = g_strdup_printf("~ %s (%u)", places[sw->place], sw->point);
        print_cell(sw->from, text, out);
    } else if ((done = done_at(what, time, false, &thread))) {
        text = describe(s, done);
        print_cell(thread, text, out);
    } else if ((done = done_at(what, time, true, &thread)) &&
               done->switched) {
        print_cell(thread, done->op ? "  it ends" : "  its work ends", out);
    }
}

static unsigned last_time(const EngineAtOnce *what)
{
    unsigned last = 0;

    for (unsigned t = 0; t < RM_THREADS; t++) {
        for (unsigned i = 0; i < what->thread[t].n_done; i++) {
            last = MAX(last, what->thread[t].done[i].end);
        }
    }
    return last;
}

void section_print(const Scenario *s, const EngineAtOnce *what, FILE *out)
{
    fprintf(out, "      %-*s %-*s %s\n", COLUMN, "CPU 0", COLUMN, "CPU 1",
            "what is behind them");
    for (unsigned time = 1; time <= last_time(what); time++) {
        print_at(s, what, time, out);
    }
    fprintf(out, "      (%u places at which a thread can be switched)\n",
            what->points);
}
