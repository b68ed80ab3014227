/*
 * Divergences in words.  Nothing reads these words again: who needs to know
 * what differs has the fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "divergence.h"

/* The lengths are those of DivergenceText. */
#define WHAT(t, ...)     snprintf((t)->what, sizeof((t)->what), __VA_ARGS__)
#define EXPECTED(t, ...) snprintf((t)->expected, sizeof((t)->expected), \
                                  __VA_ARGS__)
#define OBSERVED(t, ...) snprintf((t)->observed, sizeof((t)->observed), \
                                  __VA_ARGS__)

#define ALONE(voice) "of three voices, " voice " stands alone"

const char *voice_verdict(Voice voice)
{
    static const char *const verdicts[VOICES] = {
        [VOICE_CPU] = ALONE("QEMU's CPU path"),
        [VOICE_DMA] = ALONE("the way of DMA"),
        [VOICE_MODEL] = ALONE("the model"),
        [VOICE_DEVICE] = ALONE("QEMU's device"),
        [VOICE_ATTACHED] = ALONE("the attached one"),
        [VOICE_EACH] = "all three voices differ",
    };

    return verdicts[voice];
}

const char *way_name(unsigned way)
{
    static const char *const names[DMA_WAYS] = {
        [DMA_ITSELF] = "DMA",
        [DMA_CACHED] = "DMA through a cache",
        [DMA_MAPPED] = "DMA to what was mapped",
        [DMA_DEBUGGER] = "a debugger's access",
        [DMA_IOTLB] = "an IOTLB entry",
    };

    return names[way];
}

bool divergence_of_device(const Divergence *d)
{
    switch (d->clause) {
    case RM_D1_DECISION:
    case RM_D2_REGISTER:
    case RM_D3_RECORD:
    case RM_D4_RESPONSE:
    case RM_D5_INTERRUPT:
    case RM_C13_NOTIFY:
        return d->kind != DIFFER_VOICE;
    default:
        return false;
    }
}

const char *client_name(unsigned client)
{
    static const char *const names[RM_CLIENTS] = {
        "vga", "code", "migration",
    };

    return names[client];
}

static void print_assertion(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "an assertion that was not predicted: %s", d->assertion);
}

static void print_owner(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "another CPU has changed the TLB of CPU %u", d->owner);
}

/* "mmu_lookup1 reads (operation 3)" */
static void race_words(const RaceSide *side, char *buf, size_t len)
{
    int n = snprintf(buf, len, "%s %s%s", side->function,
                     side->write ? "writes" : "reads",
                     side->atomic ? " atomically" : "");

    if (side->op == AT_SETUP) {
        snprintf(buf + n, len - n, " (queued work)");
    } else {
        snprintf(buf + n, len - n, " (operation %u)", side->op + 1);
    }
}

static void print_race(const Divergence *d, DivergenceText *t)
{
    char one[120], other[120];

    race_words(&d->race[0], one, sizeof(one));
    race_words(&d->race[1], other, sizeof(other));
    WHAT(t, "data race: %s, %s", one, other);
}

static void print_path(const Divergence *d, DivergenceText *t)
{
    WHAT(t, d->entered ? "generated code has entered the slow path, where its "
                         "comparator hits" :
                         "generated code has not entered the slow path, as it "
                         "must");
}

static void told_words(ToldReason reason, const EngineTold *told, char *buf,
                       size_t len)
{
    switch (reason) {
    case TOLD_TIMES:
        break;
    case TOLD_ACCESS:
        snprintf(buf, len, "%s va=0x%x size=%u",
                 told->is_store ? "store" : "load", told->va, told->size);
        break;
    case TOLD_VALUE:
        snprintf(buf, len, "0x%" PRIx64, told->value);
        break;
    case TOLD_PAGE:
        snprintf(buf, len, "pa=0x%x", told->pa);
        break;
    case TOLD_IO:
        snprintf(buf, len, "%s", !told->is_io ? "RAM" :
                 told->region < RM_REGIONS ? region_name(told->region) :
                 "some I/O");
    }
}

static void print_told(const Divergence *d, DivergenceText *t)
{
    static const char *const reasons[] = {
        [TOLD_ACCESS] = "of another access", [TOLD_VALUE] = "another value",
        [TOLD_PAGE] = "another physical address",
        [TOLD_IO] = "that it goes elsewhere",
    };

    if (d->told.reason == TOLD_TIMES) {
        WHAT(t, "a plugin is told %u times of the access", d->told.n);
        return;
    }
    WHAT(t, "a plugin is told %s", reasons[d->told.reason]);
    told_words(d->told.reason, &d->told.want, t->expected, sizeof(t->expected));
    told_words(d->told.reason, &d->told.seen, t->observed, sizeof(t->observed));
}

static void print_flood(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "%u events in one operation", d->flood);
}

static void print_violation(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "%s", d->violation.text);
}

static void print_event(const Divergence *d, DivergenceText *t)
{
    EXPECTED(t, "nothing more");
    OBSERVED(t, "nothing more");
    if (!d->event.wanted) {
        WHAT(t, "an event that must not happen");
    } else if (!d->event.happened) {
        WHAT(t, "an event is missing");
    } else {
        WHAT(t, "events differ");
    }
    if (d->event.wanted) {
        event_print(&d->event.want, t->expected, sizeof(t->expected));
    }
    if (d->event.happened) {
        event_print(&d->event.seen, t->observed, sizeof(t->observed));
    }
}

static void print_outcome(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "the outcome differs");
    outcome_print(&d->outcome.want, t->expected, sizeof(t->expected));
    outcome_print(&d->outcome.seen, t->observed, sizeof(t->observed));
}

static void print_dirty(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "the %s dirty bit of %s+0x%x is %s",
         client_name(d->dirty.client), region_name(d->dirty.region),
         d->dirty.offset, d->dirty.seen ? "set, and must not be" :
                                          "clear, and must be set");
}

static void print_memory(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "memory differs at %s+0x%x", region_name(d->memory.region),
         d->memory.offset);
    EXPECTED(t, "0x%02x", d->memory.want);
    OBSERVED(t, "0x%02x", d->memory.seen);
}

void audit_reason_print(const Divergence *d, char *buf, size_t len)
{
    static const char *const reasons[AUDIT_REASONS] = {
        [AUDIT_DENIED] = "live, but the page table denies it",
        [AUDIT_UNCACHED] = "live, but each access must ask the page tables",
        [AUDIT_UNTRANSLATED] = "the next access would not ask the IOMMU",
        [AUDIT_NO_MEMORY] =
            "on the fast path, but it does not lead to memory",
        [AUDIT_NOT_DIRTY] = "on the fast path, but its page is not dirty",
        [AUDIT_UNCHECKED] = "on the fast path, but something must be looked "
                            "at for each access",
        [AUDIT_ADDEND] = "the addend leads elsewhere",
        [AUDIT_MMU_INDEX] = "live, in an MMU index that nobody uses",
        [AUDIT_GONE] = "live, but it should be gone",
        [AUDIT_MAPPING] = "for another mapping",
        [AUDIT_NOT_FAST] = "not on the fast path after it was used",
        [AUDIT_MISCOUNTED] = "fewer entries than none are counted",
    };

    if (d->entry.reason == AUDIT_NOTIFIER) {
        snprintf(buf, len, "no notification of changes in iommu%u would "
                 "reach it", d->entry.iommu);
    } else {
        snprintf(buf, len, "%s", reasons[d->entry.reason]);
    }
}

static void print_entry(const Divergence *d, DivergenceText *t)
{
    static const char *const types[RM_ACCESS_TYPES + 1] = {
        " load", " store", " fetch", "",
    };
    char reason[120];

    audit_reason_print(d, reason, sizeof(reason));
    if (d->entry.reason == AUDIT_MISCOUNTED) {
        WHAT(t, "audit: TLB cpu=%u idx=%u: %s", d->entry.cpu,
             d->entry.mmu_idx, reason);
        return;
    }
    WHAT(t, "audit: %s entry cpu=%u idx=%u va=0x%x%s: %s",
         d->entry.victim ? "victim" : "TLB", d->entry.cpu, d->entry.mmu_idx,
         d->entry.va, types[d->entry.type], reason);
    if (d->entry.reason == AUDIT_ADDEND) {
        EXPECTED(t, "%s+0x%x", region_name(d->entry.want.region),
                 d->entry.want.offset);
        OBSERVED(t, "%s+0x%x", region_name(d->entry.seen.region),
                 d->entry.seen.offset);
    } else if (d->entry.reason == AUDIT_MAPPING) {
        EXPECTED(t, "pa=0x%x attrs=%s", d->entry.want_pa,
                 attrs_name(d->entry.want_attrs));
        OBSERVED(t, "pa=0x%x attrs=%s", d->entry.seen_pa,
                 attrs_name(d->entry.seen_attrs));
    }
}

static void decision_words(const RmDecision *decision, char *buf, size_t len)
{
    snprintf(buf, len, "%s, perm=%c%c, addr_mask=0x%x",
             decision->allowed ? "allowed" : "denied",
             decision->perm & RM_R ? 'r' : '-',
             decision->perm & RM_W ? 'w' : '-', decision->addr_mask);
}

static void print_decision(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "checker %u, index %u: a %s at 0x%x", d->decision.checker,
         d->decision.index, d->decision.is_write ? "write" : "read",
         d->decision.addr);
    decision_words(&d->decision.want, t->expected, sizeof(t->expected));
    decision_words(&d->decision.seen, t->observed, sizeof(t->observed));
}

static void print_register(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "checker %u: register %s at 0x%x", d->reg.checker, d->reg.name,
         d->reg.offset);
    EXPECTED(t, "0x%" PRIx64, d->reg.want);
    OBSERVED(t, "0x%" PRIx64, d->reg.seen);
}

static void print_interrupt(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "checker %u: its interrupt is %s, and must not be",
         d->interrupt.checker, d->interrupt.seen ? "raised" : "not raised");
}

static void print_dma(const Divergence *d, DivergenceText *t)
{
    static const char *const reasons[] = {
        [DMA_ELSEWHERE] = "leads elsewhere",
        [DMA_RESPONSE] = "another response",
        [DMA_BYTES] = "other bytes are read",
        [DMA_LOCKED] = "a lock stays held, or is not held any more",
        [DMA_BEYOND] = "it speaks for more than leads there",
    };

    WHAT(t, "%s at pa=0x%x attrs=%s, %u bytes: %s", way_name(d->dma.way),
         d->dma.pa, attrs_name(d->dma.attrs), d->dma.size, reasons[d->dma.reason]);
    if (d->dma.reason == DMA_ELSEWHERE) {
        EXPECTED(t, "%s+0x%x", region_name(d->dma.want.region),
                 d->dma.want.offset);
        OBSERVED(t, "%s+0x%x", region_name(d->dma.seen.region),
                 d->dma.seen.offset);
    } else if (d->dma.reason == DMA_RESPONSE) {
        EXPECTED(t, "%u", d->dma.want_response);
        OBSERVED(t, "%u", d->dma.seen_response);
    }
}

static void print_runs(const Divergence *d, DivergenceText *t)
{
    WHAT(t, "the second run of the same bytes had other events");
}

/* A value of DIFFER_VOICE. */
static void voice_words(VoiceSubject subject, uint64_t value, char *buf,
                        size_t len)
{
    switch (subject) {
    case VOICE_OF_DECISION:
        snprintf(buf, len, "%s", value ? "allowed" : "denied");
        break;
    case VOICE_OF_RESPONSE:
    case VOICE_OF_ERROR:
        snprintf(buf, len, "%s", value ? "an error" : "no error");
        break;
    case VOICE_OF_INTERRUPT:
        snprintf(buf, len, "%s", value ? "raised" : "not raised");
        break;
    default:
        snprintf(buf, len, "0x%" PRIx64, value);
    }
}

static void print_voice(const Divergence *d, DivergenceText *t)
{
    const char *access = d->voice.is_write ? "write" : "read";
    char what[120] = "its interrupt";

    switch (d->voice.subject) {
    case VOICE_OF_DECISION:
        snprintf(what, sizeof(what), "index %u: a %s at 0x%x",
                 d->voice.index, access, d->voice.addr);
        break;
    case VOICE_OF_DENIED:
    case VOICE_OF_ERROR:
        snprintf(what, sizeof(what), "index %u: the %s of a denied %s at 0x%x",
                 d->voice.index, d->voice.subject == VOICE_OF_DENIED ?
                 "value" : "response", access, d->voice.addr);
        break;
    case VOICE_OF_REGISTER:
        snprintf(what, sizeof(what), "register %s at 0x%x", d->voice.name,
                 d->voice.addr);
        break;
    case VOICE_OF_RESPONSE:
        snprintf(what, sizeof(what), "the response to a %s of register %s at "
                 "0x%x", access, d->voice.name, d->voice.addr);
        break;
    case VOICE_OF_INTERRUPT:
    case VOICE_SUBJECTS:
        break;
    }
    WHAT(t, "the attached voice, checker %u: %s", d->voice.checker, what);
    voice_words(d->voice.subject, d->voice.want, t->expected,
                sizeof(t->expected));
    voice_words(d->voice.subject, d->voice.seen, t->observed,
                sizeof(t->observed));
}

void death_found(Death *death, const char *sanitizer, const char *error)
{
    *death = (Death) {
        .cause = sanitizer ? DEATH_SANITIZER : DEATH_ASSERTION,
    };
    if (sanitizer) {
        snprintf(death->sanitizer, sizeof(death->sanitizer), "%s", sanitizer);
        snprintf(death->error, sizeof(death->error), "%s", error);
    } else {
        snprintf(death->words, sizeof(death->words), "%s", error);
    }
}

RmClause death_clause(const Death *death)
{
    return death->cause == DEATH_ASSERTION ? RM_C22_ASSERTION : RM_C20_MEMORY;
}

static void print_death(const Divergence *d, DivergenceText *t)
{
    const char *words = d->death.words, *between = *words ? ": " : "";

    switch (d->death.cause) {
    case DEATH_SANITIZER:
        if (d->death.error[0]) {
            WHAT(t, "%s: %s", d->death.sanitizer, d->death.error);
        } else {
            WHAT(t, "%s has found an error, see below", d->death.sanitizer);
        }
        break;
    case DEATH_ASSERTION:
        WHAT(t, "an assertion ends the process: %s", words);
        break;
    case DEATH_SIGNAL:
        WHAT(t, "%s%s%s", strsignal(d->death.number), between, words);
        break;
    case DEATH_EXIT:
        WHAT(t, "exit%s%s", between, words);
        break;
    case DEATH_TIMEOUT:
        WHAT(t, "timeout: no end after %u s", d->death.number);
        break;
    case DEATH_MEMORY:
        WHAT(t, "out of memory: more than %u MiB", d->death.number);
        break;
    case DEATH_LEAK:
        WHAT(t, "memory is leaked");
        break;
    case DEATH_CAUSES:
        break;
    }
}

void divergence_print(const Divergence *d, DivergenceText *text)
{
    static void (*const printers[DIFFER_KINDS])(const Divergence *d,
                                                DivergenceText *t) = {
        [DIFFER_ASSERTION] = print_assertion,
        [DIFFER_OWNER] = print_owner,
        [DIFFER_PATH] = print_path,
        [DIFFER_TOLD] = print_told,
        [DIFFER_FLOOD] = print_flood,
        [DIFFER_VIOLATION] = print_violation,
        [DIFFER_EVENT] = print_event,
        [DIFFER_OUTCOME] = print_outcome,
        [DIFFER_DIRTY] = print_dirty,
        [DIFFER_MEMORY] = print_memory,
        [DIFFER_ENTRY] = print_entry,
        [DIFFER_DECISION] = print_decision,
        [DIFFER_REGISTER] = print_register,
        [DIFFER_INTERRUPT] = print_interrupt,
        [DIFFER_DMA] = print_dma,
        [DIFFER_RACE] = print_race,
        [DIFFER_RUNS] = print_runs,
        [DIFFER_VOICE] = print_voice,
        [DIFFER_DEATH] = print_death,
    };

    *text = (DivergenceText) { .what = "" };
    if (printers[d->kind]) {
        printers[d->kind](d, text);
    }
}
