/*
 * Making a scenario small.
 *
 * First operations go, large chunks before small ones, then single ones
 * (delta debugging).  Then the table of operations says which fields there
 * are and what their simplest values are.  All of that again until nothing
 * changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "minimize.h"
#include "target.h"

/* A field with so many values at most is tried with all of them. */
#define FEW_VALUES 32

typedef struct Minimizer {
    Scenario *best;
    MinimizeTest *test;
    void *opaque;
    GHashTable *known;      /* answers, by the binary form */
} Minimizer;

/* Is @s, made fit, a new one that passes the test?  Then it is the best. */
static bool attempt(Minimizer *m, Scenario *s)
{
    uint8_t bytes[SCENARIO_BYTES], best[SCENARIO_BYTES];
    g_autoptr(GBytes) key = NULL;
    gpointer passes;
    size_t len;

    for (unsigned i = 0; i < s->n; i++) {
        op_fixup(&op_table[s->ops[i].kind], &s->ops[i]);
    }
    scenario_fit(s);
    len = scenario_encode(s, bytes);
    if (len == scenario_encode(m->best, best) && !memcmp(bytes, best, len)) {
        return false;
    }
    key = g_bytes_new(bytes, len);
    if (!g_hash_table_lookup_extended(m->known, key, NULL, &passes)) {
        passes = GINT_TO_POINTER(m->test(m->opaque, s));
        g_hash_table_insert(m->known, g_steal_pointer(&key), passes);
    }
    if (passes) {
        *m->best = *s;
    }
    return passes;
}

/* --- Operations ---------------------------------------------------------- */

static bool without(Minimizer *m, unsigned first, unsigned n)
{
    Scenario s = *m->best;

    memmove(&s.ops[first], &s.ops[first + n],
            (s.n - first - n) * sizeof(s.ops[0]));
    s.n -= n;
    return attempt(m, &s);
}

/* Where the steps begin; returns how many there are. */
static unsigned list_steps(const Scenario *s, unsigned *starts)
{
    unsigned steps = 0;

    for (Step step = { 0 }; scenario_next(s, &step);) {
        starts[steps++] = step.at;
    }
    starts[steps] = s->n;
    return steps;
}

/* Drop chunks of @size steps, the last ones first. */
static bool cut_chunks(Minimizer *m, unsigned size)
{
    unsigned starts[SCENARIO_OPS + 1];
    unsigned steps = list_steps(m->best, starts);
    bool changed = false;

    for (unsigned end = steps; end > 0;) {
        unsigned first = end > size ? end - size : 0;

        /* those before it are where they were */
        changed |= without(m, starts[first], starts[end] - starts[first]);
        end = first;
    }
    return changed;
}

/* A reaction can be an operation that is simply carried out. */
static bool cut_triggers(Minimizer *m)
{
    bool changed = false;

    for (unsigned i = m->best->n; i-- > 0;) {
        if (op_is(&m->best->ops[i], OPF_TRIGGER)) {
            changed |= without(m, i, 1);
        }
    }
    return changed;
}

static bool cut_ops(Minimizer *m)
{
    bool changed = false, again;

    for (unsigned size = m->best->n / 2; size > 1; size /= 2) {
        changed |= cut_chunks(m, size);
    }
    do {
        again = cut_chunks(m, 1);
        again |= cut_triggers(m);
        changed |= again;
    } while (again);
    return changed;
}

/* --- The set-up ---------------------------------------------------------- */

/*
 * Another set-up is better if fewer operations are needed then, or if its
 * word comes earlier in the table.
 */
static bool set_up(Minimizer *m, const Field *f, uint64_t value)
{
    uint64_t before = field_get(&m->best->setup, f);
    const Scenario old = *m->best;
    Scenario s = old;

    *field_ptr(&s.setup, f) = value;
    if (!attempt(m, &s)) {
        return false;
    }
    cut_ops(m);
    if (m->best->n < old.n || (m->best->n == old.n && value < before)) {
        return true;
    }
    *m->best = old;
    return false;
}

static bool reduce_setup(Minimizer *m)
{
    const OpInfo *info = &target_of(&m->best->setup)->setup;
    bool changed = false;

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        for (uint64_t v = 0; v < f->limit; v++) {
            if (v != field_get(&m->best->setup, f)) {
                changed |= set_up(m, f, v);
            }
        }
    }
    return changed;
}

/* --- Fields -------------------------------------------------------------- */

/* The same field of two kinds; not all that share a member are. */
static bool same_field(const Field *a, const Field *b)
{
    return a->width && b->width && a->member == b->member &&
           !strcmp(a->name, b->name);
}

static bool has_field(OpKind kind, const Field *like)
{
    const OpInfo *info = &op_table[kind];

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        if (same_field(f, like)) {
            return true;
        }
    }
    return false;
}

/* A change of one value: (value & ~clear) | set. */
typedef struct Change {
    uint64_t clear, set;
} Change;

static Change becomes(uint64_t value)
{
    return (Change) { UINT64_MAX, value };
}

/* Make @change to the values of @f that satisfy (value & @mask) == @match. */
static bool change_all(Minimizer *m, const Field *f, uint64_t mask,
                       uint64_t match, Change change)
{
    Scenario s = *m->best;
    bool any = false;

    for (unsigned i = 0; i < s.n; i++) {
        Op *op = &s.ops[i];

        if (has_field(op->kind, f) && (field_get(op, f) & mask) == match) {
            *field_ptr(op, f) = (field_get(op, f) & ~change.clear) |
                                change.set;
            any = true;
        }
    }
    return any && attempt(m, &s);
}

/* The same with one operation after the other. */
static bool change_each(Minimizer *m, const Field *f, uint64_t mask,
                        uint64_t match, Change change)
{
    bool changed = false;

    for (unsigned i = 0; i < m->best->n; i++) {
        Scenario s = *m->best;
        Op *op = &s.ops[i];

        if (has_field(op->kind, f) && (field_get(op, f) & mask) == match) {
            *field_ptr(op, f) = (field_get(op, f) & ~change.clear) |
                                change.set;
            changed |= attempt(m, &s);
        }
    }
    return changed;
}

/*
 * In all operations at once, since values that are equal may have to stay
 * so; or else where it can be done.
 */
static bool change(Minimizer *m, const Field *f, uint64_t mask,
                   uint64_t match, Change c)
{
    bool all = change_all(m, f, mask, match, c);

    return change_each(m, f, mask, match, c) || all;
}

/* Words and small numbers: the earlier the simpler. */
static bool reduce_few(Minimizer *m, const Field *f)
{
    bool changed = false;

    for (uint64_t old = f->limit; old-- > 1;) {
        for (uint64_t new = 0; new < old; new++) {
            changed |= change(m, f, UINT64_MAX, old, becomes(new));
        }
    }
    return changed;
}

/* Rights: the more the simpler. */
static bool reduce_letters(Minimizer *m, const Field *f)
{
    bool changed = false;

    for (uint64_t bit = 1; bit < f->limit; bit <<= 1) {
        changed |= change(m, f, bit, 0, (Change) { 0, bit });
    }
    return changed;
}

/* Addresses and large numbers: 0, 1, or fewer bits, the high ones first. */
static bool reduce_number(Minimizer *m, const Field *f)
{
    bool changed = false;

    for (unsigned i = 0; i < m->best->n; i++) {
        uint64_t value = field_get(&m->best->ops[i], f);

        if (has_field(m->best->ops[i].kind, f) && value) {
            changed |= change(m, f, UINT64_MAX, value, becomes(0));
            if (value > 1 && field_reduce(f, 1) == 1) {
                changed |= change(m, f, UINT64_MAX, value, becomes(1));
            }
        }
    }
    for (uint64_t bit = 1ull << 63; bit; bit >>= 1) {
        changed |= change(m, f, bit, bit, (Change) { bit, 0 });
    }
    return changed;
}

static bool reduce_field(Minimizer *m, const Field *f)
{
    if (f->form == FORM_LETTERS && !(f->how & FIELD_OPTIONAL)) {
        return reduce_letters(m, f);
    }
    return f->limit && f->limit <= FEW_VALUES ? reduce_few(m, f) :
                                                reduce_number(m, f);
}

static bool had_before(OpKind kind, const Field *f)
{
    for (unsigned k = 0; k < kind; k++) {
        if (has_field(k, f)) {
            return true;
        }
    }
    return false;
}

/* Several kinds have the same field: each is looked at once. */
static bool reduce_fields(Minimizer *m)
{
    bool changed = false;

    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];

        for (const Field *f = info->fields; !field_end(info, f); f++) {
            if (f->width && !had_before(kind, f)) {
                changed |= reduce_field(m, f);
            }
        }
    }
    return changed;
}

void minimize(Scenario *s, MinimizeTest *test, void *opaque)
{
    Minimizer m = {
        .best = s, .test = test, .opaque = opaque,
        .known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                       (GDestroyNotify)g_bytes_unref, NULL),
    };
    bool again;

    do {
        again = cut_ops(&m);
        again |= reduce_setup(&m);
        again |= reduce_fields(&m);
    } while (again);
    g_hash_table_destroy(m.known);
}
