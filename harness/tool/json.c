/*
 * Divergences as JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/compare/signature.h"
#include "harness/pages/page.h"
#include "harness/scenario/text.h"
#include "json.h"

static const char *const told_reasons[] = {
    [TOLD_TIMES] = "times", [TOLD_ACCESS] = "access", [TOLD_VALUE] = "value",
    [TOLD_PAGE] = "page", [TOLD_IO] = "io",
};

static const char *const kinds[DIFFER_KINDS] = {
    [DIFFER_NOTHING] = "nothing", [DIFFER_ASSERTION] = "assertion",
    [DIFFER_OWNER] = "owner", [DIFFER_PATH] = "path",
    [DIFFER_TOLD] = "told",
    [DIFFER_FLOOD] = "flood", [DIFFER_VIOLATION] = "violation",
    [DIFFER_EVENT] = "event", [DIFFER_OUTCOME] = "outcome",
    [DIFFER_DIRTY] = "dirty", [DIFFER_MEMORY] = "memory",
    [DIFFER_ENTRY] = "entry", [DIFFER_DECISION] = "decision",
    [DIFFER_REGISTER] = "register", [DIFFER_INTERRUPT] = "interrupt",
    [DIFFER_DMA] = "dma", [DIFFER_RUNS] = "runs", [DIFFER_VOICE] = "voice",
    [DIFFER_DEATH] = "death", [DIFFER_RACE] = "race",
};

static const char *const voices[VOICES] = {
    [VOICE_CPU] = "cpu", [VOICE_DMA] = "dma", [VOICE_MODEL] = "model",
    [VOICE_DEVICE] = "device", [VOICE_ATTACHED] = "voice",
    [VOICE_EACH] = "each",
};

static const char *const voice_subjects[VOICE_SUBJECTS] = {
    [VOICE_OF_DECISION] = "decision", [VOICE_OF_REGISTER] = "register",
    [VOICE_OF_DENIED] = "denied-value", [VOICE_OF_RESPONSE] = "response",
    [VOICE_OF_ERROR] = "denied-response", [VOICE_OF_INTERRUPT] = "interrupt",
};

static const char *const audit_reasons[AUDIT_REASONS] = {
    [AUDIT_DENIED] = "denied", [AUDIT_UNCACHED] = "uncached",
    [AUDIT_UNTRANSLATED] = "untranslated", [AUDIT_NO_MEMORY] = "no-memory",
    [AUDIT_NOT_DIRTY] = "not-dirty", [AUDIT_UNCHECKED] = "unchecked",
    [AUDIT_ADDEND] = "addend", [AUDIT_MMU_INDEX] = "mmu-index",
    [AUDIT_GONE] = "gone", [AUDIT_MAPPING] = "mapping",
    [AUDIT_NOTIFIER] = "notifier", [AUDIT_NOT_FAST] = "not-fast",
    [AUDIT_MISCOUNTED] = "miscounted",
};

static const char *const dma_reasons[] = {
    [DMA_ELSEWHERE] = "elsewhere", [DMA_RESPONSE] = "response",
    [DMA_BYTES] = "bytes", [DMA_LOCKED] = "locked",
    [DMA_BEYOND] = "beyond",
};

static const char *const causes[DEATH_CAUSES] = {
    [DEATH_SANITIZER] = "sanitizer", [DEATH_ASSERTION] = "assertion",
    [DEATH_SIGNAL] = "signal",
    [DEATH_EXIT] = "exit", [DEATH_TIMEOUT] = "timeout",
    [DEATH_MEMORY] = "memory", [DEATH_LEAK] = "leak",
};

/* All types together are null. */
static const char *const access_types[RM_ACCESS_TYPES + 1] = {
    "load", "store", "fetch", NULL,
};

static const char *const directions[] = { "none", "r", "w", "rw" };

static const char *const responses[] = {
    [RM_TX_OK] = "ok", [RM_TX_ERROR] = "error",
    [RM_TX_DECODE_ERROR] = "decode-error",
    [RM_TX_ACCESS_ERROR] = "access-error",
};

/* Members of an event, a bit each: what RmEvent has for its kind. */
enum {
    HAS_CPU = 1, HAS_IDX = 2, HAS_TYPE = 4, HAS_SIZE = 8, HAS_REGION = 16,
    HAS_INDEX = 32, HAS_FLAG = 64, HAS_ATTRS = 128, HAS_RESPONSE = 256,
    HAS_ADDR = 512, HAS_PA = 1024, HAS_VALUE = 2048, HAS_IN_FILL = 4096,
};

#define OF_FILL (HAS_CPU | HAS_IDX | HAS_TYPE | HAS_SIZE | HAS_ADDR)
#define OF_DEV  (HAS_REGION | HAS_ADDR | HAS_SIZE | HAS_VALUE | HAS_ATTRS)

static const struct {
    const char *name;
    unsigned has;
} events[RM_EV_KINDS] = {
    [RM_EV_FILL] = { "fill", OF_FILL },
    [RM_EV_PAGE_FAULT] = { "page-fault", OF_FILL },
    [RM_EV_TRANSLATE] = { "translate", HAS_REGION | HAS_ADDR | HAS_INDEX |
                                       HAS_FLAG | HAS_IN_FILL },
    [RM_EV_DEV_READ] = { "dev-read", OF_DEV },
    [RM_EV_DEV_WRITE] = { "dev-write", OF_DEV },
    [RM_EV_TX_FAILED] = { "failed", OF_FILL | HAS_PA | HAS_ATTRS |
                                    HAS_RESPONSE },
    [RM_EV_UNALIGNED] = { "unaligned", HAS_CPU | HAS_IDX | HAS_TYPE |
                                       HAS_ADDR },
    [RM_EV_WATCH] = { "watchpoint", HAS_CPU | HAS_ADDR | HAS_FLAG |
                                    HAS_ATTRS },
    [RM_EV_IRQ] = { "interrupt", HAS_REGION },
    [RM_EV_CODE] = { "code", HAS_REGION | HAS_ADDR },
    [RM_EV_EARLY] = { "early", HAS_REGION | HAS_ADDR | HAS_INDEX },
    [RM_EV_LOG_CLEAR] = { "log-clear", HAS_REGION | HAS_ADDR | HAS_SIZE |
                                       HAS_PA },
    [RM_EV_LOG_ALL] = { "log-all", HAS_FLAG },
    [RM_EV_UNMAP] = { "unmap", HAS_REGION | HAS_ADDR | HAS_SIZE |
                               HAS_INDEX },
    [RM_EV_MSI] = { "message", HAS_ADDR | HAS_SIZE | HAS_VALUE },
};

static void add_string(JsonObject *to, const char *name, const char *text)
{
    if (text) {
        json_object_set_string_member(to, name, text);
    } else {
        json_object_set_null_member(to, name);
    }
}

static void add_number(JsonObject *to, const char *name, unsigned n)
{
    json_object_set_int_member(to, name, n);
}

static void add_bool(JsonObject *to, const char *name, bool is)
{
    json_object_set_boolean_member(to, name, is);
}

/* Of 64 or 128 bits: a string, since many readers of JSON have doubles. */
static void add_value(JsonObject *to, const char *name, uint64_t value,
                      uint64_t hi)
{
    g_autofree char *text = hi ?
        g_strdup_printf("0x%" PRIx64 "%016" PRIx64, hi, value) :
        g_strdup_printf("0x%" PRIx64, value);

    json_object_set_string_member(to, name, text);
}

static void add_event(JsonObject *to, const char *name, bool there,
                      const RmEvent *ev)
{
    unsigned has = events[ev->kind].has;
    JsonObject *o;

    if (!there) {
        json_object_set_null_member(to, name);
        return;
    }
    o = json_object_new();
    add_string(o, "kind", events[ev->kind].name);
    if (has & HAS_CPU) {
        add_number(o, "cpu", ev->cpu);
    }
    if (has & HAS_IDX) {
        add_number(o, "mmu_idx", ev->mmu_idx);
    }
    if (has & HAS_TYPE) {
        add_string(o, "type", access_types[ev->type]);
    }
    if (has & HAS_REGION) {
        add_string(o, "region", region_name(ev->region));
    }
    if (has & HAS_ADDR) {
        add_number(o, "addr", ev->addr);
    }
    if (has & HAS_PA) {
        add_number(o, "pa", ev->pa);
    }
    if (has & HAS_SIZE) {
        add_number(o, "size", ev->size);
    }
    if (has & HAS_INDEX) {
        add_number(o, "index", ev->index);
    }
    if (has & HAS_FLAG) {
        add_string(o, "flag", directions[ev->flag & 3]);
    }
    if (has & HAS_IN_FILL) {
        add_bool(o, "in_fill", ev->in_fill);
    }
    if (has & HAS_VALUE) {
        add_value(o, "value", ev->value, 0);
    }
    if (has & HAS_ATTRS) {
        add_string(o, "attrs", attrs_name(ev->attrs));
    }
    if (has & HAS_RESPONSE) {
        add_string(o, "response", responses[ev->response]);
    }
    json_object_set_object_member(to, name, o);
}

static void add_outcome(JsonObject *to, const char *name, const Outcome *end)
{
    JsonObject *o = json_object_new();

    add_string(o, "status", outcome_name(end->status));
    add_value(o, "value", end->value, end->value_hi);
    json_object_set_object_member(to, name, o);
}

static void add_place(JsonObject *to, const char *name,
                      const RegionOffset *place)
{
    JsonObject *o = json_object_new();

    add_string(o, "region", place->region < RM_REGIONS ?
               region_name(place->region) : NULL);
    add_number(o, "offset", place->offset);
    json_object_set_object_member(to, name, o);
}

static void add_mapping(JsonObject *to, const char *name, uint32_t pa,
                        unsigned attrs)
{
    JsonObject *o = json_object_new();

    add_number(o, "pa", pa);
    add_string(o, "attrs", attrs_name(attrs));
    json_object_set_object_member(to, name, o);
}

static void add_decision(JsonObject *to, const char *name,
                         const RmDecision *decision)
{
    JsonObject *o = json_object_new();

    add_bool(o, "allowed", decision->allowed);
    add_string(o, "perm", directions[decision->perm & 3]);
    add_number(o, "addr_mask", decision->addr_mask);
    json_object_set_object_member(to, name, o);
}

static void add_entry(JsonObject *o, const Divergence *d)
{
    add_string(o, "reason", audit_reasons[d->entry.reason]);
    add_number(o, "cpu", d->entry.cpu);
    add_number(o, "mmu_idx", d->entry.mmu_idx);
    if (d->entry.reason == AUDIT_MISCOUNTED) {
        return;
    }
    add_bool(o, "victim", d->entry.victim);
    add_number(o, "va", d->entry.va);
    add_string(o, "type", access_types[d->entry.type]);
    if (d->entry.reason == AUDIT_ADDEND) {
        add_place(o, "expected", &d->entry.want);
        add_place(o, "observed", &d->entry.seen);
    } else if (d->entry.reason == AUDIT_MAPPING) {
        add_mapping(o, "expected", d->entry.want_pa, d->entry.want_attrs);
        add_mapping(o, "observed", d->entry.seen_pa, d->entry.seen_attrs);
    } else if (d->entry.reason == AUDIT_NOTIFIER) {
        add_number(o, "iommu", d->entry.iommu);
    }
}

static void add_dma(JsonObject *o, const Divergence *d)
{
    add_string(o, "reason", dma_reasons[d->dma.reason]);
    if (d->dma.way != DMA_ITSELF) {
        add_string(o, "way", way_name(d->dma.way));
    }
    add_number(o, "pa", d->dma.pa);
    add_string(o, "attrs", attrs_name(d->dma.attrs));
    add_number(o, "size", d->dma.size);
    if (d->dma.reason == DMA_ELSEWHERE) {
        add_place(o, "expected", &d->dma.want);
        add_place(o, "observed", &d->dma.seen);
    } else if (d->dma.reason == DMA_RESPONSE) {
        add_string(o, "expected", responses[d->dma.want_response]);
        add_string(o, "observed", responses[d->dma.seen_response]);
    }
}

static void add_voice(JsonObject *o, const Divergence *d)
{
    add_string(o, "subject", voice_subjects[d->voice.subject]);
    add_number(o, "checker", d->voice.checker);
    add_number(o, "index", d->voice.index);
    add_bool(o, "write", d->voice.is_write);
    add_string(o, "register", d->voice.name);
    add_number(o, "addr", d->voice.addr);
    add_value(o, "expected", d->voice.want, 0);
    add_value(o, "observed", d->voice.seen, 0);
}

/* Of the operations, "operation" is missing where it is queued work. */
static void add_race(JsonObject *o, const RaceSide side[2])
{
    JsonArray *sides = json_array_new();

    for (unsigned i = 0; i < 2; i++) {
        JsonObject *one = json_object_new();

        add_string(one, "function", side[i].function);
        if (side[i].op != AT_SETUP) {
            add_number(one, "operation", side[i].op + 1);
        }
        json_object_set_boolean_member(one, "write", side[i].write);
        json_object_set_boolean_member(one, "atomic", side[i].atomic);
        json_array_add_object_element(sides, one);
    }
    json_object_set_array_member(o, "sides", sides);
}

static void add_death(JsonObject *o, const Divergence *d)
{
    /* what the number is */
    static const char *const numbers[DEATH_CAUSES] = {
        [DEATH_SIGNAL] = "signal", [DEATH_EXIT] = "status",
        [DEATH_TIMEOUT] = "seconds", [DEATH_MEMORY] = "mebibytes",
    };
    DeathCause cause = d->death.cause;

    add_string(o, "cause", causes[cause]);
    if (cause == DEATH_SANITIZER) {
        add_string(o, "sanitizer", d->death.sanitizer);
        add_string(o, "error", d->death.error);
    }
    if (numbers[cause]) {
        add_number(o, numbers[cause], d->death.number);
    }
    if (cause == DEATH_ASSERTION || cause == DEATH_SIGNAL ||
        cause == DEATH_EXIT) {
        add_string(o, "message", d->death.words);
    }
}

JsonObject *json_details(const Divergence *d)
{
    JsonObject *o = json_object_new();

    switch (d->kind) {
    case DIFFER_ASSERTION:
        add_string(o, "text", d->assertion);
        break;
    case DIFFER_OWNER:
        add_number(o, "cpu", d->owner);
        break;
    case DIFFER_PATH:
        json_object_set_boolean_member(o, "entered", d->entered);
        break;
    case DIFFER_TOLD:
        json_object_set_string_member(o, "reason",
                                      told_reasons[d->told.reason]);
        if (d->told.reason == TOLD_TIMES) {
            add_number(o, "times", d->told.n);
        }
        break;
    case DIFFER_FLOOD:
        add_number(o, "events", d->flood);
        break;
    case DIFFER_VIOLATION:
        add_string(o, "text", d->violation.text);
        break;
    case DIFFER_EVENT:
        add_event(o, "expected", d->event.wanted, &d->event.want);
        add_event(o, "observed", d->event.happened, &d->event.seen);
        break;
    case DIFFER_OUTCOME:
        add_outcome(o, "expected", &d->outcome.want);
        add_outcome(o, "observed", &d->outcome.seen);
        break;
    case DIFFER_DIRTY:
        add_string(o, "client", client_name(d->dirty.client));
        add_string(o, "region", region_name(d->dirty.region));
        add_number(o, "offset", d->dirty.offset);
        add_bool(o, "observed", d->dirty.seen);
        break;
    case DIFFER_MEMORY:
        add_string(o, "region", region_name(d->memory.region));
        add_number(o, "offset", d->memory.offset);
        add_number(o, "expected", d->memory.want);
        add_number(o, "observed", d->memory.seen);
        break;
    case DIFFER_ENTRY:
        add_entry(o, d);
        break;
    case DIFFER_DECISION:
        add_number(o, "checker", d->decision.checker);
        add_number(o, "index", d->decision.index);
        add_bool(o, "write", d->decision.is_write);
        add_number(o, "addr", d->decision.addr);
        add_decision(o, "expected", &d->decision.want);
        add_decision(o, "observed", &d->decision.seen);
        break;
    case DIFFER_REGISTER:
        add_number(o, "checker", d->reg.checker);
        add_string(o, "register", d->reg.name);
        add_number(o, "offset", d->reg.offset);
        add_value(o, "expected", d->reg.want, 0);
        add_value(o, "observed", d->reg.seen, 0);
        break;
    case DIFFER_INTERRUPT:
        add_number(o, "checker", d->interrupt.checker);
        add_bool(o, "observed", d->interrupt.seen);
        break;
    case DIFFER_DMA:
        add_dma(o, d);
        break;
    case DIFFER_VOICE:
        add_voice(o, d);
        break;
    case DIFFER_DEATH:
        add_death(o, d);
        break;
    case DIFFER_RACE:
        add_race(o, d->race);
        break;
    case DIFFER_NOTHING:
    case DIFFER_RUNS:
    case DIFFER_KINDS:
        break;
    }
    return o;
}

static void add_clause(JsonObject *to, RmClause clause)
{
    const char *name = rm_clause_name(clause);
    g_autofree char *id = g_strndup(name, strcspn(name, " "));

    add_string(to, "clause", clause == RM_NO_CLAUSE ? NULL : id);
    add_string(to, "clause_text", clause == RM_NO_CLAUSE ? NULL :
               rm_clause_text(clause));
}

static void add_operation(JsonObject *to, const Scenario *s, unsigned at)
{
    g_autoptr(GString) line = g_string_new(NULL);

    if (at >= s->n) {
        json_object_set_null_member(to, "operation");
        json_object_set_null_member(to, "operation_text");
        return;
    }
    text_print_op(line, &s->ops[at]);
    add_number(to, "operation", at + 1);
    add_string(to, "operation_text", line->str);
}

void json_divergence(JsonObject *to, const Scenario *s, const Divergence *d)
{
    g_autofree char *signed_as = signature(s, d);
    DivergenceText text;

    divergence_print(d, &text);
    add_clause(to, d->clause);
    add_string(to, "signature", signed_as);
    add_operation(to, s, d->op);
    add_string(to, "what", text.what);
    add_string(to, "expected", *text.expected ? text.expected : NULL);
    add_string(to, "observed", *text.observed ? text.observed : NULL);
    add_string(to, "alone", voices[d->alone]);
    add_string(to, "kind", kinds[d->kind]);
    json_object_set_object_member(to, "details", json_details(d));
}

void json_line(JsonObject *o)
{
    g_autofree char *text = json_text(o);

    printf("%s\n", text);
    fflush(stdout);
    json_object_unref(o);
}
