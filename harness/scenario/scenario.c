/*
 * The binary form of scenarios.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "scenario.h"

#include <string.h>

#include "target.h"

static void decode_record(const OpInfo *info, Op *op, const uint8_t *rec)
{
    const uint8_t *p = rec + 1;

    for (const Field *f = info->fields; !field_end(info, f); f++) {
        uint64_t v = 0;

        for (unsigned i = 0; i < f->width; i++) {
            v |= (uint64_t)*p++ << (8 * i);
        }
        if (f->width) {
            *field_ptr(op, f) = field_reduce(f, v);
        }
    }
    op_fit(info, op);
}

static void encode_record(const OpInfo *info, const Op *op, uint8_t *rec)
{
    uint8_t *p = rec + 1;

    memset(rec, 0, RECORD_SIZE);
    rec[0] = op->kind;
    for (const Field *f = info->fields; !field_end(info, f); f++) {
        for (unsigned i = 0; i < f->width; i++) {
            *p++ = field_get(op, f) >> (8 * i);
        }
    }
}

void scenario_fit(Scenario *s)
{
    unsigned thread = RM_THREADS;       /* none: one thing after the other */

    for (unsigned i = 0; s->setup.kind == TARGET_THREADS && i < s->n; i++) {
        Op *op = &s->ops[i];

        if (op->kind == OP_THREAD) {
            thread = op->thread;
        } else if (op->kind == OP_JOIN) {
            thread = RM_THREADS;
        } else if (thread < RM_THREADS) {
            op->via = VIA_HELPERS;
            if (thread < RM_CPUS && op_names_cpu(op)) {
                op->cpu = thread;
            }
        }
    }
}

void scenario_decode(Scenario *s, const uint8_t *data, size_t len)
{
    size_t records = len / RECORD_SIZE;

    const Target *target;

    s->setup = (Op) { 0 };
    s->n = 0;
    if (!records) {
        return;
    }
    s->setup.kind = data[0] % TARGETS;
    target = target_of(&s->setup);
    decode_record(&target->setup, &s->setup, data);
    for (size_t i = 1; i < records && s->n < SCENARIO_OPS; i++) {
        Op *op = &s->ops[s->n++];

        *op = (Op) { .kind = target_kind(target, data[i * RECORD_SIZE]) };
        decode_record(&op_table[op->kind], op, data + i * RECORD_SIZE);
    }
    scenario_fit(s);
}

void scenario_retarget(Scenario *s, unsigned id)
{
    const Target *target = &target_table[id];

    if (s->setup.kind == id) {
        return;
    }
    s->setup.kind = id;
    op_fixup(&target->setup, &s->setup);
    for (unsigned i = 0; i < s->n; i++) {
        s->ops[i].kind = target_kind(target, s->ops[i].kind);
        op_fixup(&op_table[s->ops[i].kind], &s->ops[i]);
    }
    scenario_fit(s);
}

size_t scenario_encode(const Scenario *s, uint8_t *data)
{
    encode_record(&target_of(&s->setup)->setup, &s->setup, data);
    for (unsigned i = 0; i < s->n; i++) {
        encode_record(&op_table[s->ops[i].kind], &s->ops[i],
                      data + (i + 1) * RECORD_SIZE);
    }
    return (s->n + 1) * RECORD_SIZE;
}
