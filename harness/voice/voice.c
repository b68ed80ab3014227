/*
 * The attached voice: what it hears, what it is asked, and what its answers
 * are compared with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/event.h"
#include "process.h"
#include "voice.h"

#define PROTOCOL "1"

typedef enum AskKind {
    ASK_RESET, ASK_WRITE, ASK_READ, ASK_DENIED, ASK_CHECK, ASK_IRQ
} AskKind;

typedef enum AnswerKind {
    ANSWER_UNSUPPORTED, ANSWER_OK, ANSWER_VALUE, ANSWER_ERROR, ANSWER_PASSES
} AnswerKind;

typedef struct Answer {
    AnswerKind kind;
    uint64_t value;         /* ANSWER_VALUE */
} Answer;

/* A question; the answer is to be what the oracle has said. */
typedef struct Ask {
    AskKind kind;
    bool heard;             /* it has happened: no mere question */
    bool is_write;
    bool passes;            /* ASK_DENIED: it would not be denied by now */
    uint8_t index, size, attrs;
    uint32_t addr;          /* or the offset of a register */
    RmResponse response;
    uint64_t want;
    const RegisterInfo *info;   /* or NULL: it is not in the target's table */
    unsigned first, n;      /* ASK_CHECK: of the points */
    Answer answer;          /* of ASK_CHECK, that for the first point */
    bool mute;              /* the voice could not follow, or answer */
} Ask;

/* An address for ASK_CHECK. */
typedef struct Point {
    uint32_t addr;
    bool allowed;
} Point;

/* The checker in the place of one IOMMU. */
typedef struct Instance {
    VoiceProcess *process;
    GString *lines;         /* to be sent */
    GArray *asks;           /* a line each */
    GArray *points;
    /* until the next reset: */
    bool silent;            /* it could not follow */
    bool no_record;         /* it has missed a denied access */
} Instance;

struct AttachedVoice {
    char *command;
    Engine *oracle;
    const Target *target;
    unsigned indexes;       /* IOMMU indexes that there are */
    Instance of[RM_IOMMUS];
};

/* --- What is said to it --------------------------------------------------- */

static Ask *ask(Instance *i, const Ask *a)
{
    g_array_append_val(i->asks, *a);
    return &g_array_index(i->asks, Ask, i->asks->len - 1);
}

static void say(Instance *i, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

static void say(Instance *i, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_string_append_vprintf(i->lines, fmt, ap);
    va_end(ap);
}

/* " 0x1f00"; there are many of them. */
static void say_addr(Instance *i, uint32_t addr)
{
    static const char digits[] = "0123456789abcdef";
    char buf[12];
    char *at = buf + sizeof(buf);

    do {
        *--at = digits[addr & 15];
        addr >>= 4;
    } while (addr);
    *--at = 'x';
    *--at = '0';
    *--at = ' ';
    g_string_append_len(i->lines, at, buf + sizeof(buf) - at);
}

static const RegisterInfo *find_register(const Target *t, uint32_t offset)
{
    const RegisterInfo *info = t->registers;

    for (; info->name; info++) {
        unsigned at = offset - info->offset;
        unsigned i = info->stride ? at / info->stride : 0;

        if (offset >= info->offset && i < info->count &&
            at - i * info->stride < info->size) {
            return info;
        }
    }
    return NULL;
}

static void say_reset(AttachedVoice *v, unsigned number)
{
    RmSetting settings[RM_SETTINGS];
    unsigned n = v->oracle->ops->settings(v->oracle, number, settings);
    Instance *i = &v->of[number];

    ask(i, &(Ask) { .kind = ASK_RESET, .heard = true });
    say(i, "reset");
    for (unsigned k = 0; k < n; k++) {
        say(i, " %s=0x%" PRIx64, settings[k].name, settings[k].value);
    }
    say(i, "\n");
}

/* The words are the same, whether it has happened or is only asked. */
static void say_read(Instance *i, uint32_t offset, unsigned size,
                     unsigned attrs)
{
    say(i, "read 0x%x %u %s\n", offset, size, attrs_name(attrs));
}

static void say_register(AttachedVoice *v, const RmHeard *h)
{
    Instance *i = &v->of[h->number];

    ask(i, &(Ask) {
        .kind = h->is_write ? ASK_WRITE : ASK_READ, .heard = true,
        .is_write = h->is_write, .size = h->size, .addr = h->addr,
        .response = h->response, .want = h->value,
        .info = find_register(v->target, h->addr),
    });
    if (h->is_write) {
        say(i, "write 0x%x %u %s 0x%" PRIx64 "\n", h->addr, h->size,
            attrs_name(h->attrs), h->value);
    } else {
        say_read(i, h->addr, h->size, h->attrs);
    }
}

static void say_denied(AttachedVoice *v, const RmHeard *h)
{
    Engine *oracle = v->oracle;
    Instance *i = &v->of[h->number];
    unsigned index = oracle->ops->index(oracle, h->number, h->attrs);
    RmDecision now;

    /* what was decided may have changed before it arrived */
    oracle->ops->decide(oracle, h->number, index, h->addr, h->is_write, &now);
    ask(i, &(Ask) {
        .kind = ASK_DENIED, .heard = true, .is_write = h->is_write,
        .index = index, .addr = h->addr, .response = h->response,
        .want = h->value, .passes = now.allowed,
    });
    say(i, "denied %s %u 0x%x %u %s",
        h->is_write ? "write" : h->is_fetch ? "fetch" : "read", index,
        h->addr, h->size, attrs_name(h->attrs));
    if (h->is_write) {
        say(i, " 0x%" PRIx64, h->value);
    }
    say(i, "\n");
}

static void hear(void *opaque, const RmHeard *h)
{
    switch (h->kind) {
    case RM_HEARD_RESET:
        say_reset(opaque, h->number);
        break;
    case RM_HEARD_REGISTER:
        say_register(opaque, h);
        break;
    case RM_HEARD_DENIED:
        say_denied(opaque, h);
        break;
    }
}

static void ask_register(Instance *i, const Target *t,
                         const RegisterInfo *info, uint32_t offset,
                         uint64_t want)
{
    ask(i, &(Ask) {
        .kind = ASK_READ, .addr = offset, .want = want, .info = info,
    });
    say_read(i, offset, info->size, t->attrs);
}

static void ask_registers(AttachedVoice *v, unsigned number)
{
    Engine *oracle = v->oracle;
    const Target *t = v->target;
    Instance *i = &v->of[number];

    for (const RegisterInfo *info = t->registers; info->name; info++) {
        if (info->effect) {
            continue;
        }
        for (unsigned k = 0; k < info->count; k++) {
            unsigned offset = info->offset + k * info->stride;
            uint64_t want = 0;

            /* else there is none */
            if (oracle->ops->peek(oracle, number, offset, info->size,
                                  t->attrs, &want) == RM_TX_OK) {
                ask_register(i, t, info, offset, want);
            }
        }
    }
}

static void ask_irq(Instance *i, bool want)
{
    ask(i, &(Ask) { .kind = ASK_IRQ, .want = want });
    say(i, "irq\n");
}

static void add_point(Instance *i, Ask *a, uint32_t addr, bool allowed)
{
    Point point = { addr, allowed };

    g_array_append_val(i->points, point);
    a->n++;
    say_addr(i, addr);
}

static Ask *begin_check(Instance *i, unsigned index, bool is_write)
{
    say(i, "check %s %u", is_write ? "write" : "read", index);
    return ask(i, &(Ask) {
        .kind = ASK_CHECK, .index = index, .is_write = is_write,
        .first = i->points->len,
    });
}

/*
 * Wherever the oracle's decision may be another one, and just before that:
 * the voice's may change elsewhere.
 */
static void ask_decisions(AttachedVoice *v, unsigned number, unsigned index,
                          bool is_write)
{
    Engine *oracle = v->oracle;
    Instance *i = &v->of[number];
    Ask *a = begin_check(i, index, is_write);

    for (uint32_t addr = 0; addr < RM_IOMMU_PAGES * RM_PAGE_SIZE;) {
        RmDecision now;
        uint32_t last;

        if (oracle->ops->undefined(oracle, number, index, addr, is_write)) {
            addr = (addr | (RM_PAGE_SIZE - 1)) + 1;
            continue;
        }
        oracle->ops->decide(oracle, number, index, addr, is_write, &now);
        last = addr | (now.addr_mask & (RM_PAGE_SIZE - 1));
        add_point(i, a, addr, now.allowed);
        if (last != addr) {
            add_point(i, a, last, now.allowed);
        }
        addr = last + 1;
    }
    say(i, "\n");
}

/* --- What it answers ------------------------------------------------------ */

/* So much of a line is told. */
#define SHOWN 60

G_NORETURN static void nonsense(Instance *i, const char *question,
                                const char *answer, const char *expected)
{
    int len = strcspn(question, "\n");

    voice_process_fail(i->process, "answered '%.*s' to '%.*s', expected %s: "
                       "see harness/voice/voice.md", SHOWN, answer,
                       MIN(len, SHOWN), question, expected);
}

/* "0x1f", "31" */
static bool read_number(const char *text, uint64_t *value)
{
    bool hex = g_str_has_prefix(text, "0x");
    const char *digits = hex ? text + 2 : text;
    char *end;

    if (!(hex ? g_ascii_isxdigit(*digits) : g_ascii_isdigit(*digits))) {
        return false;
    }
    *value = g_ascii_strtoull(digits, &end, hex ? 16 : 10);
    return !*end;
}

/* Returns false if @text is no answer to @a. */
static bool read_answer(const Ask *a, const char *text, Answer *out)
{
    AskKind kind = a->kind;

    *out = (Answer) { ANSWER_OK };
    if (!strcmp(text, "unsupported")) {
        out->kind = ANSWER_UNSUPPORTED;
        return true;
    }
    switch (kind) {
    case ASK_RESET:
        return !strcmp(text, "ok");
    case ASK_WRITE:
        out->kind = strcmp(text, "error") ? ANSWER_OK : ANSWER_ERROR;
        return !strcmp(text, "ok") || !strcmp(text, "error");
    case ASK_READ:
    case ASK_IRQ:
        if (kind == ASK_READ && !strcmp(text, "error")) {
            out->kind = ANSWER_ERROR;
            return true;
        }
        out->kind = ANSWER_VALUE;
        return read_number(text, &out->value) &&
               (kind == ASK_READ || out->value <= 1);
    case ASK_DENIED:
        if (!strcmp(text, "error")) {
            out->kind = ANSWER_ERROR;
        } else if (!strcmp(text, "passes")) {
            out->kind = ANSWER_PASSES;
        } else if (g_str_has_prefix(text, "ok ")) {
            out->kind = ANSWER_VALUE;
            return read_number(text + 3, &out->value);
        } else {
            return !strcmp(text, "ok");
        }
        return true;
    case ASK_CHECK:
        out->kind = *text == '?' ? ANSWER_UNSUPPORTED : ANSWER_VALUE;
        out->value = *text == '+';
        return strlen(text) == a->n && !text[strspn(text, "+-?")];
    }
    return false;
}

static const char *const expected_answers[] = {
    [ASK_RESET] = "ok or unsupported",
    [ASK_WRITE] = "ok, error or unsupported",
    [ASK_READ] = "a number, error or unsupported",
    [ASK_DENIED] = "ok, ok NUMBER, error, passes or unsupported",
    [ASK_CHECK] = "+, - or ? for each address, or unsupported",
    [ASK_IRQ] = "0, 1 or unsupported",
};

/* --- Where it stands alone ------------------------------------------------ */

/* What the clauses demand of each. */
static RmClause clause_of(const Ask *a, VoiceSubject subject)
{
    static const RmClause clauses[VOICE_SUBJECTS] = {
        [VOICE_OF_DECISION] = RM_D1_DECISION,
        [VOICE_OF_REGISTER] = RM_D2_REGISTER,
        [VOICE_OF_DENIED] = RM_D4_RESPONSE,
        [VOICE_OF_RESPONSE] = RM_D2_REGISTER,
        [VOICE_OF_ERROR] = RM_D4_RESPONSE,
        [VOICE_OF_INTERRUPT] = RM_D5_INTERRUPT,
    };

    return subject == VOICE_OF_REGISTER && a->info && a->info->record ?
           RM_D3_RECORD : clauses[subject];
}

/* Of a register; NULL: it is about none. */
static const char *name_of(const Ask *a)
{
    if (a->kind != ASK_READ && a->kind != ASK_WRITE) {
        return NULL;
    }
    return a->info ? a->info->name : "without a name";
}

/* Returns false: it stands alone. */
static bool alone(const Ask *a, unsigned number, VoiceSubject subject,
                  uint32_t addr, uint64_t want, uint64_t seen, Divergence *d)
{
    *d = (Divergence) {
        .clause = clause_of(a, subject), .op = d->op, .kind = DIFFER_VOICE,
        .alone = VOICE_ATTACHED,
        .voice = {
            .subject = subject, .checker = number, .index = a->index,
            .is_write = a->is_write, .addr = addr,
            .name = name_of(a),
            .want = want, .seen = seen,
        },
    };
    return false;
}

/* An answer that ends as the oracle's does, or else the one that does not. */
static bool same_response(const Ask *a, unsigned number, VoiceSubject subject,
                          Divergence *d)
{
    bool want = a->response != RM_TX_OK;
    bool seen = a->answer.kind == ANSWER_ERROR;

    return want == seen || alone(a, number, subject, a->addr, want, seen, d);
}

static bool same_value(const Ask *a, unsigned number, VoiceSubject subject,
                       Divergence *d)
{
    return a->answer.kind != ANSWER_VALUE || a->answer.value == a->want ||
           alone(a, number, subject, a->addr, a->want, a->answer.value, d);
}

/*
 * May the register hold what the voice says?  The oracle, which says so too
 * from then on, is to stay with the subject.
 */
static bool accepted(AttachedVoice *v, const Ask *a, unsigned number)
{
    Engine *oracle = v->oracle;

    return !a->heard && a->answer.kind == ANSWER_VALUE &&
           oracle->ops->accept(oracle, number, a->addr, a->answer.value) &&
           oracle->ops->accept(oracle, number, a->addr, a->want);
}

static bool same_answer(AttachedVoice *v, const Ask *a, unsigned number,
                        Divergence *d)
{
    Instance *i = &v->of[number];

    switch (a->kind) {
    case ASK_WRITE:
        return same_response(a, number, VOICE_OF_RESPONSE, d);
    case ASK_READ:
        return same_response(a, number, VOICE_OF_RESPONSE, d) &&
               (a->response != RM_TX_OK || a->answer.value == a->want ||
                accepted(v, a, number) ||
                same_value(a, number, VOICE_OF_REGISTER, d));
    case ASK_DENIED:
        if (a->answer.kind == ANSWER_PASSES) {
            i->no_record |= a->passes;
            return a->passes ||
                   alone(a, number, VOICE_OF_DECISION, a->addr, false, true,
                         d);
        }
        return same_response(a, number, VOICE_OF_ERROR, d) &&
               (a->is_write || same_value(a, number, VOICE_OF_DENIED, d));
    case ASK_IRQ:
        return same_value(a, number, VOICE_OF_INTERRUPT, d);
    case ASK_RESET:
    case ASK_CHECK:
        break;
    }
    return true;
}

static bool same_decisions(const Instance *i, const Ask *a, unsigned number,
                           const char *text, VoiceCounts *counts,
                           Divergence *d)
{
    for (unsigned k = 0; k < a->n; k++) {
        const Point *p = &g_array_index(i->points, Point, a->first + k);
        bool allowed = text[k] == '+';

        if (text[k] == '?') {
            counts->unsupported++;
            continue;
        }
        counts->compared++;
        if (allowed != p->allowed) {
            return alone(a, number, VOICE_OF_DECISION, p->addr, p->allowed,
                         allowed, d);
        }
    }
    return true;
}

/* --- Asking --------------------------------------------------------------- */

static void greet(const Target *t, Instance *i)
{
    g_autoptr(GString) hello = g_string_new("hello " PROTOCOL "\n");
    const char *answer = voice_process_exchange(i->process, hello, 1);
    g_auto(GStrv) words = g_strsplit(answer, " ", 5);

    if (g_strv_length(words) < 4 || strcmp(words[0], "hello")) {
        nonsense(i, hello->str, answer, "hello " PROTOCOL
                 " TARGET SPECIFICATION NAME");
    }
    if (strcmp(words[1], PROTOCOL)) {
        voice_process_fail(i->process, "speaks version '%.*s' of the "
                           "protocol, not " PROTOCOL ": see "
                           "harness/voice/voice.md", SHOWN, words[1]);
    }
    if (strcmp(words[2], t->name)) {
        voice_process_fail(i->process, "is a voice for %.*s, and a scenario "
                           "is of %s: leave out those", SHOWN, words[2],
                           t->name);
    }
}

static void forget(Instance *i)
{
    g_string_truncate(i->lines, 0);
    g_array_set_size(i->asks, 0);
    g_array_set_size(i->points, 0);
}

/*
 * After a reset or a write that it cannot follow, it says nothing; after a
 * denied access, nothing of what is recorded.
 */
static bool is_mute(Instance *i, const Ask *a, bool unsupported)
{
    bool of_record = a->kind == ASK_IRQ || (a->info && a->info->record);

    if (a->kind == ASK_RESET) {
        i->silent = unsupported;
        i->no_record = false;
    }
    i->silent |= a->kind == ASK_WRITE && unsupported;
    i->no_record |= a->kind == ASK_DENIED && unsupported;
    return unsupported || i->silent || (i->no_record && of_record);
}

/*
 * Send what there is to say, and compare.  Returns false at the first answer
 * that is another one than the oracle's.
 */
static bool exchange(AttachedVoice *v, unsigned number, VoiceCounts *counts,
                     Divergence *d)
{
    Instance *i = &v->of[number];
    const char *question = i->lines->str, *text;
    bool same = true;

    if (!i->asks->len) {
        return true;
    }
    text = voice_process_exchange(i->process, i->lines, i->asks->len);
    for (unsigned n = 0; n < i->asks->len; n++) {
        Ask *a = &g_array_index(i->asks, Ask, n);

        if (!read_answer(a, text, &a->answer)) {
            nonsense(i, question, text, expected_answers[a->kind]);
        }
        a->mute = is_mute(i, a, *text == 'u');
        if (a->mute) {
            counts->unsupported++;
        } else if (a->kind == ASK_CHECK) {
            same = same && same_decisions(i, a, number, text, counts, d);
        } else {
            counts->compared++;
            same = same && same_answer(v, a, number, d);
        }
        text += strlen(text) + 1;
        question = strchr(question, '\n') + 1;
    }
    return same;
}

bool voice_agrees(AttachedVoice *v, const RmTouched touched[RM_IOMMUS],
                  bool unasked, VoiceCounts *counts, Divergence *d)
{
    bool same = true;

    for (unsigned i = 0; v && same && i < RM_IOMMUS; i++) {
        if (!unasked && !v->of[i].asks->len) {
            continue;       /* it has heard nothing, and has answered all */
        }
        if (touched[i]) {
            ask_registers(v, i);
            ask_irq(&v->of[i], v->oracle->ops->irq(v->oracle, i));
        }
        for (unsigned n = 0; touched[i] == RM_TOUCHED_DECISIONS &&
             n < 2 * v->indexes; n++) {
            ask_decisions(v, i, n / 2, n % 2);
        }
        same = exchange(v, i, counts, d);
        forget(&v->of[i]);
    }
    return same;
}

/* --- Where oracle and subject differ -------------------------------------- */

/* @voice: what the voice says of what @d is about */
static Voice who(const Divergence *d, uint64_t voice)
{
    uint64_t want = 0, seen = 0;

    switch (d->kind) {
    case DIFFER_DECISION:
        want = d->decision.want.allowed;
        seen = d->decision.seen.allowed;
        break;
    case DIFFER_REGISTER:
        want = d->reg.want;
        seen = d->reg.seen;
        break;
    case DIFFER_INTERRUPT:
        want = !d->interrupt.seen;
        seen = d->interrupt.seen;
        break;
    case DIFFER_EVENT:
        want = d->event.want.value;
        seen = d->event.seen.value;
        break;
    default:
        break;
    }
    /* of a decision, they differ in what no voice is asked about */
    if (want == seen) {
        return VOICE_NONE;
    }
    return voice == want ? VOICE_DEVICE :
           voice == seen ? VOICE_MODEL : VOICE_EACH;
}

/* The read of a register that two events are about; or NULL. */
static const Ask *heard_read(const Instance *i, const RmEvent *want)
{
    for (unsigned n = 0; n < i->asks->len; n++) {
        const Ask *a = &g_array_index(i->asks, Ask, n);

        if (a->heard && a->kind == ASK_READ && a->addr == want->addr &&
            a->size == want->size && a->want == want->value) {
            return a;
        }
    }
    return NULL;
}

/* The checker that @d is about; RM_IOMMUS: none that can be asked. */
static unsigned number_of(const Divergence *d)
{
    switch (d->kind) {
    case DIFFER_DECISION:
        return d->decision.checker;
    case DIFFER_REGISTER:
        return d->reg.checker;
    case DIFFER_INTERRUPT:
        return d->interrupt.checker;
    case DIFFER_EVENT:
        return d->event.wanted && d->event.happened &&
               d->event.want.kind == RM_EV_DEV_READ &&
               d->event.seen.kind == RM_EV_DEV_READ &&
               d->event.want.region == d->event.seen.region &&
               d->event.want.addr == d->event.seen.addr &&
               d->event.want.size == d->event.seen.size &&
               rm_is_checker(d->event.want.region) &&
               !rm_is_denied(d->event.want.region) ?
               d->event.want.region - RM_REGS0 : RM_IOMMUS;
    default:
        return RM_IOMMUS;
    }
}

/* Ask what @d is about, where it is no event. */
static void ask_again(AttachedVoice *v, unsigned number, const Divergence *d)
{
    Instance *i = &v->of[number];
    Ask *a;

    switch (d->kind) {
    case DIFFER_DECISION:
        a = begin_check(i, d->decision.index, d->decision.is_write);
        add_point(i, a, d->decision.addr, d->decision.want.allowed);
        say(i, "\n");
        break;
    case DIFFER_REGISTER:
        ask_register(i, v->target, find_register(v->target, d->reg.offset),
                     d->reg.offset, d->reg.want);
        break;
    case DIFFER_INTERRUPT:
        ask_irq(i, !d->interrupt.seen);
        break;
    default:
        break;
    }
}

void voice_judges(AttachedVoice *v, Divergence *d)
{
    unsigned number = v ? number_of(d) : RM_IOMMUS;
    Instance *i;
    VoiceCounts unused = { 0 };
    Divergence other = { 0 };   /* what else the voice says is no matter */
    const Ask *a;

    if (number == RM_IOMMUS) {
        return;
    }
    i = &v->of[number];
    ask_again(v, number, d);
    exchange(v, number, &unused, &other);
    a = d->kind == DIFFER_EVENT ? heard_read(i, &d->event.want) :
                      &g_array_index(i->asks, Ask, i->asks->len - 1);
    if (a && !a->mute && a->answer.kind == ANSWER_VALUE) {
        d->alone = who(d, a->answer.value);
    }
    forget(i);
}

/* --- Making it ------------------------------------------------------------ */

AttachedVoice *voice_new(const char *command, Engine *oracle)
{
    AttachedVoice *v = g_new0(AttachedVoice, 1);

    v->command = g_strdup(command);
    v->oracle = oracle;
    for (unsigned n = 0; n < RM_IOMMUS; n++) {
        v->of[n] = (Instance) {
            .process = voice_process_new(v->command),
            .lines = g_string_new(NULL),
            .asks = g_array_new(false, false, sizeof(Ask)),
            .points = g_array_new(false, false, sizeof(Point)),
        };
    }
    oracle->ops->listen(oracle, hear, v);
    return v;
}

void voice_begin(AttachedVoice *v, const Op *setup)
{
    const Target *t = target_of(setup);
    bool started = false;

    if (!v) {
        return;
    }
    for (unsigned n = 0; n < RM_IOMMUS; n++) {
        forget(&v->of[n]);
        v->of[n].silent = v->of[n].no_record = false;
        started |= voice_process_start(v->of[n].process);
    }
    for (unsigned n = 0; n < RM_IOMMUS && (started || t != v->target); n++) {
        greet(t, &v->of[n]);
    }
    v->target = t;
    v->indexes = target_indexes(setup);
}

void voice_free(AttachedVoice *v)
{
    if (!v) {
        return;
    }
    v->oracle->ops->listen(v->oracle, NULL, NULL);
    for (unsigned n = 0; n < RM_IOMMUS; n++) {
        voice_process_free(v->of[n].process);
        g_string_free(v->of[n].lines, TRUE);
        g_array_free(v->of[n].asks, TRUE);
        g_array_free(v->of[n].points, TRUE);
    }
    g_free(v->command);
    g_free(v);
}
