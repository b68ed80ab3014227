/*
 * The RISC-V WorldGuard checker: what its specification says of registers,
 * matching and denied accesses.
 *
 * Where the specification is silent, this is what the model takes it to say:
 * - the protected range does not include its end, so that an address written
 *   as the end is set to the start;
 * - a slot is brought to 4 KiB when its address or cfg is written, as its A
 *   then says; while A is off, the address stays as written;
 * - a bound that TOR takes from the slot before is held to 4 KiB as well;
 * - a world that the machine does not have cannot be asked about.
 *
 * What an implementation may choose is read from it: see wg_learn().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "wgchecker.h"

enum { VENDOR = 0x0, NSLOTS = 0x8, ERRCAUSE = 0x10,
       ERRADDR = 0x18, SLOT = 0x20, SLOT_STRIDE = 0x20 };
enum { SLOT_ADDR = 0x0, SLOT_PERM = 0x8, SLOT_CFG = 0x10 };

enum { A_OFF, A_TOR, A_NA4, A_NAPOT, A_MASK = 3 };

/* For reads; for writes each is shifted by one. */
#define CFG_ERROR       (1u << 8)
#define CFG_INTERRUPT   (1u << 10)
#define CFG_LOCK        (1u << 31)
#define CFG_BITS        (A_MASK | 0xfu << 8 | CFG_LOCK)

#define CAUSE_WID       0xffull
#define CAUSE_READ      (1ull << 8)     /* for writes, shifted by one */
#define CAUSE_BE        (1ull << 62)
#define CAUSE_IP        (1ull << 63)

#define CAUSE_ALL       (CAUSE_WID | CAUSE_READ | CAUSE_READ << 1 | \
                         CAUSE_BE | CAUSE_IP)

#define GRANULE         4096u
#define GRANULE_UNITS   (GRANULE / 4)   /* addresses are kept in 4 bytes */

typedef struct Slot {
    uint64_t addr, perm;
    uint32_t cfg;
} Slot;

/* What one implementation does of what is free. */
typedef struct Choices {
    bool known;
    uint64_t cause_ones;    /* bits of ERRCAUSE that can be set by writing */
    uint64_t addr_bits;     /* bits of ERRADDR that can be written */
    bool last_keeps;        /* the last slot, told NA4 or NAPOT: else off */
    uint64_t start, end;    /* the range that slots can name, in bytes */
} Choices;

typedef struct WgChecker {
    RmChecker checker;
    unsigned variant;
    Choices choices[RM_WG_CONFIGS];
    uint64_t cause, addr;   /* ERRCAUSE, ERRADDR */
    Slot slot[RM_WG_SLOTS + 1];
} WgChecker;

static WgChecker *wg(RmChecker *c)
{
    return (WgChecker *)c;
}

static const WgChecker *wg_const(const RmChecker *c)
{
    return (const WgChecker *)c;
}

static const RmWgConfig *config_of(const WgChecker *c)
{
    return &rm_wg_configs[c->variant];
}

static const Choices *choices_of(const WgChecker *c)
{
    return &c->choices[c->variant];
}

static unsigned last_slot(const WgChecker *c)
{
    return config_of(c)->slots;
}

/* The world that accesses count as which name none. */
static unsigned trusted_world(const RmWgConfig *config)
{
    return config->trusted == RM_WG_ANY ? config->worlds - 1 :
                                          config->trusted;
}

static void power_on(WgChecker *c)
{
    const RmWgConfig *config = config_of(c);
    Slot *last = &c->slot[config->slots];

    c->cause = c->addr = 0;
    for (unsigned i = 0; i < config->slots; i++) {
        c->slot[i] = (Slot) { .addr = choices_of(c)->start / 4 };
    }
    *last = (Slot) { .addr = choices_of(c)->end / 4 };
    if (config->bypass) {
        last->perm = (uint64_t)(RM_R | RM_W) << 2 * trusted_world(config);
        last->cfg = A_TOR;
    }
}

static void wg_reset(RmChecker *c, uint32_t size, unsigned variant)
{
    wg(c)->variant = variant;
    power_on(wg(c));
}

static unsigned wg_settings(const RmChecker *c, RmSetting out[RM_SETTINGS])
{
    const RmWgConfig *config = config_of(wg_const(c));
    const Choices *choices = choices_of(wg_const(c));
    const RmSetting settings[] = {
        { "slots", config->slots },
        { "worlds", config->worlds },
        { "trusted", config->trusted },
        { "bypass", config->bypass },
        { "offset", config->offset },
        { "start", choices->start },
        { "end", choices->end },
        { "cause_ones", choices->cause_ones },
        { "addr_bits", choices->addr_bits },
        { "last_keeps", choices->last_keeps },
    };

    memcpy(out, settings, sizeof(settings));
    return sizeof(settings) / sizeof(*settings);
}

static unsigned mode_of(const Slot *s)
{
    return s->cfg & A_MASK;
}

/* The ones at the low end of @x, and the zero above them, all as ones. */
static uint64_t napot_mask(uint64_t x)
{
    return x ^ (x + 1);
}

/* Bring the address of a slot to what its A can say. */
static void hold_to_granule(Slot *s)
{
    switch (mode_of(s)) {
    case A_TOR:
        s->addr -= s->addr % GRANULE_UNITS;
        break;
    case A_NA4:
        s->cfg |= A_NAPOT;
        s->addr -= s->addr % GRANULE_UNITS;
        /* fall through */
    case A_NAPOT:
        s->addr |= GRANULE_UNITS / 2 - 1;
        break;
    }
}

/* --- Registers ------------------------------------------------------------ */

/* The 64 bits at @offset, a multiple of 8. */
static uint64_t read64(const WgChecker *c, uint32_t offset)
{
    const Slot *s;

    switch (offset) {
    case VENDOR:
        return 0;   /* IMPID as well */
    case NSLOTS:
        return last_slot(c);
    case ERRCAUSE:
        return c->cause;
    case ERRADDR:
        return c->addr;
    }
    if ((offset - SLOT) / SLOT_STRIDE > last_slot(c)) {
        return 0;
    }
    s = &c->slot[(offset - SLOT) / SLOT_STRIDE];
    switch (offset % SLOT_STRIDE) {
    case SLOT_ADDR:
        return s->addr;
    case SLOT_PERM:
        return s->perm;
    case SLOT_CFG:
        return s->cfg;
    default:
        return 0;
    }
}

/* An address that the range does not have is its start. */
static void settle_addr(const WgChecker *c, Slot *s)
{
    if (s->addr < choices_of(c)->start / 4 ||
        s->addr >= choices_of(c)->end / 4) {
        s->addr = choices_of(c)->start / 4;
    }
    hold_to_granule(s);
}

static void write_cfg(WgChecker *c, unsigned n, uint32_t value)
{
    Slot *s = &c->slot[n];
    unsigned old = mode_of(s);

    s->cfg = value & CFG_BITS;
    if (n == 0) {
        s->cfg &= ~A_MASK;
    } else if (n < last_slot(c)) {
        settle_addr(c, s);
    } else if (mode_of(s) > A_TOR) {
        s->cfg = (s->cfg & ~A_MASK) |
                 (choices_of(c)->last_keeps ? old : A_OFF);
    }
}

/* @value: of the whole register, of which the bits in @written are new */
static void write_slot(WgChecker *c, unsigned n, unsigned reg, uint64_t value,
                       uint64_t written)
{
    Slot *s = &c->slot[n];
    unsigned bits = 2 * config_of(c)->worlds;

    if (s->cfg & CFG_LOCK) {
        return;
    }
    switch (reg) {
    case SLOT_ADDR:
        if (n && n < last_slot(c)) {
            s->addr = value;
            settle_addr(c, s);
        }
        break;
    case SLOT_PERM:
        if (n) {
            s->perm = value & (UINT64_MAX >> (64 - bits));
        }
        break;
    case SLOT_CFG:
        if (written == UINT32_MAX) {
            write_cfg(c, n, value);
        }
        break;
    }
}

/* The 64 bits at @offset, of which only those in @written are. */
static void write64(WgChecker *c, uint32_t offset, uint64_t value,
                    uint64_t written)
{
    const Choices *may = choices_of(c);
    uint64_t bits;

    if (offset == ERRCAUSE) {
        bits = written & (CAUSE_BE | CAUSE_IP | may->cause_ones);
        c->cause = (c->cause & (~bits | (value & ~may->cause_ones))) |
                   (value & bits & may->cause_ones);
    } else if (offset == ERRADDR) {
        bits = written & may->addr_bits;
        c->addr = (c->addr & ~bits) | (value & bits);
    } else if (offset >= SLOT &&
               (offset - SLOT) / SLOT_STRIDE <= last_slot(c)) {
        write_slot(c, (offset - SLOT) / SLOT_STRIDE, offset % SLOT_STRIDE,
                   value | (read64(c, offset) & ~written), written);
    }
}

static unsigned world_of(const WgChecker *c, unsigned attrs)
{
    return (attrs & RM_WID_MASK) % config_of(c)->worlds;
}

/* Registers of 32 bits, cfg among them, are not there for 8 bytes. */
static RmResponse wg_access(RmChecker *checker, uint32_t offset, unsigned size,
                            unsigned attrs, bool is_write, uint64_t *value)
{
    WgChecker *c = wg(checker);
    unsigned shift = offset % 8 * 8, trusted = config_of(c)->trusted;
    uint64_t bytes = size == 8 ? UINT64_MAX : UINT32_MAX;
    bool may = trusted == RM_WG_ANY || world_of(c, attrs) == trusted;

    if (size == 8 && offset >= SLOT && offset % SLOT_STRIDE == SLOT_CFG) {
        may = false;
    }
    offset -= offset % 8;
    if (!is_write) {
        *value = may ? read64(c, offset) >> shift & bytes : 0;
    } else if (may) {
        write64(c, offset, (*value & bytes) << shift, bytes << shift);
    }
    return RM_TX_OK;
}

static bool wg_has(const RmChecker *c, uint32_t offset)
{
    return offset < SLOT ||
           (offset - SLOT) / SLOT_STRIDE <= last_slot(wg_const(c));
}

/* --- What is free --------------------------------------------------------- */

static uint64_t ask(const RmRegisters *r, uint32_t offset, unsigned size)
{
    return r->read(r->opaque, offset, size);
}

static void tell(const RmRegisters *r, uint32_t offset, unsigned size,
                 uint64_t value)
{
    r->write(r->opaque, offset, size, value);
}

/*
 * An implementation of the WorldGuard specification may choose:
 * - which bits of ERRCAUSE and ERRADDR software can set;
 * - whether the last slot, told to be NA4 or NAPOT, stays as it is, or is off;
 * - how far the range that slots can name goes beyond what it has to be.
 */
static void wg_learn(RmChecker *checker, unsigned variant,
                     const RmRegisters *r)
{
    WgChecker *c = wg(checker);
    Choices *may = &c->choices[variant];
    uint32_t last = SLOT + SLOT_STRIDE * rm_wg_configs[variant].slots;
    uint64_t start = ask(r, SLOT + SLOT_ADDR, 8) * 4;
    uint64_t end = ask(r, last + SLOT_ADDR, 8) * 4;

    may->known = true;
    if (start <= may->start && end >= may->end &&
        !(start % GRANULE) && !(end % GRANULE)) {
        may->start = start;
        may->end = end;
    }
    tell(r, ERRCAUSE, 8, UINT64_MAX);
    may->cause_ones = ask(r, ERRCAUSE, 8) & CAUSE_ALL;
    tell(r, ERRCAUSE, 8, 0);
    tell(r, ERRADDR, 8, UINT64_MAX);
    may->addr_bits = ask(r, ERRADDR, 8);
    tell(r, ERRADDR, 8, 0);
    tell(r, last + SLOT_CFG, 4, A_TOR);
    tell(r, last + SLOT_CFG, 4, A_NAPOT);
    may->last_keeps = (ask(r, last + SLOT_CFG, 4) & A_MASK) == A_TOR;
}

static void wg_choose(RmChecker *checker, unsigned variant,
                      bool (*differs)(void *opaque), void *opaque)
{
    Choices *may = &wg(checker)->choices[variant];

    may->known = true;
    if (differs(opaque)) {
        may->cause_ones = CAUSE_ALL;
    }
    if (differs(opaque)) {
        may->addr_bits = UINT64_MAX;
    }
    may->last_keeps = differs(opaque);
    if (differs(opaque)) {
        may->start -= may->start ? GRANULE : 0;
        may->end += GRANULE;
    }
}

static bool wg_knows(const RmChecker *c, unsigned variant)
{
    return wg_const(c)->choices[variant].known;
}

/* --- Decisions ------------------------------------------------------------ */

static unsigned wg_index(const RmChecker *c, unsigned attrs)
{
    return world_of(wg_const(c), attrs);
}

/* Where a slot ends, for the next one to begin there. */
static uint64_t end_of(const Slot *s)
{
    return mode_of(s) == A_NAPOT ? (s->addr | napot_mask(s->addr)) + 1 :
                                   s->addr;
}

static bool matches(const WgChecker *c, unsigned n, uint64_t addr)
{
    const Slot *s = &c->slot[n];
    uint64_t unit = (addr + config_of(c)->offset) / 4, start;

    switch (mode_of(s)) {
    case A_TOR:
        start = end_of(s - 1);
        start -= start % GRANULE_UNITS;
        return start <= unit && unit < s->addr;
    case A_NAPOT:
        return !((unit ^ s->addr) & ~napot_mask(s->addr));
    default:
        return false;
    }
}

/* What all slots that match say together. */
typedef struct Verdict {
    uint64_t perm;
    uint32_t cfg;       /* slot 0's, if none matches */
} Verdict;

static Verdict judge_addr(const WgChecker *c, uint64_t addr)
{
    Verdict v = { 0, 0 };
    bool any = false;

    for (unsigned n = 1; n <= last_slot(c); n++) {
        if (matches(c, n, addr)) {
            v.perm |= c->slot[n].perm;
            v.cfg |= c->slot[n].cfg;
            any = true;
        }
    }
    if (!any) {
        v.cfg = c->slot[0].cfg;
    }
    return v;
}

static RmDecision wg_decide(const RmChecker *c, unsigned index, uint32_t addr,
                            bool is_write)
{
    Verdict v = judge_addr(wg_const(c), addr - addr % GRANULE);
    unsigned granted = v.perm >> 2 * (index % config_of(wg_const(c))->worlds) &
                       (RM_R | RM_W);
    bool allowed = granted & (is_write ? RM_W : RM_R);

    return (RmDecision) {
        .allowed = allowed,
        .perm = allowed ? granted : ~granted & (RM_R | RM_W),
        .addr_mask = GRANULE - 1,
    };
}

static RmResponse wg_denied(RmChecker *checker, uint32_t addr, unsigned size,
                            unsigned attrs, RmAccessType type,
                            uint64_t *value)
{
    bool is_write = type == RM_STORE;
    WgChecker *c = wg(checker);
    Verdict v = judge_addr(c, addr - addr % GRANULE);
    bool error = v.cfg & CFG_ERROR << is_write;
    bool interrupt = v.cfg & CFG_INTERRUPT << is_write;

    if ((error || interrupt) && !(c->cause & (CAUSE_BE | CAUSE_IP))) {
        c->cause = world_of(c, attrs) | CAUSE_READ << is_write |
                   (error ? CAUSE_BE : 0) | (interrupt ? CAUSE_IP : 0);
        c->addr = (addr + config_of(c)->offset) / 4;
    }
    if (!is_write) {
        *value = 0;
    }
    return error ? RM_TX_ERROR : RM_TX_OK;
}

static bool wg_irq(const RmChecker *c)
{
    return wg_const(c)->cause & CAUSE_IP;
}

static const RmCheckerOps wg_ops = {
    .name = "wgchecker",
    .size = sizeof(WgChecker),
    .regs = { .valid_min = 4, .valid_max = 8, .impl_min = 4, .impl_max = 8 },
    .blocked = { .valid_min = 1, .valid_max = 8, .impl_min = 1, .impl_max = 8 },
    .regs_size = 0x1000,
    .reset = wg_reset,
    .settings = wg_settings,
    .access = wg_access,
    .has = wg_has,
    .knows = wg_knows,
    .learn = wg_learn,
    .choose = wg_choose,
    .index = wg_index,
    .decide = wg_decide,
    .denied = wg_denied,
    .irq = wg_irq,
};

RmChecker *rm_wgchecker_new(void)
{
    WgChecker *c = calloc(1, sizeof(*c));

    if (!c) {
        return NULL;
    }
    c->checker.ops = &wg_ops;
    for (unsigned i = 0; i < RM_WG_CONFIGS; i++) {
        const RmWgConfig *config = &rm_wg_configs[i];

        c->choices[i] = (Choices) {
            .start = config->start, .end = config->start + config->size,
        };
    }
    return &c->checker;
}
