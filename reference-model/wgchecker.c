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
 * - NA4 and NAPOT, written to the last slot, are off;
 * - be and ip of ERRCAUSE are cleared by writing 0; 1 leaves them; what is
 *   recorded stays to be read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "checker.h"

#define SLOTS       8       /* the number of the last one */
#define WORLDS      32      /* that the registers know of */
#define TRUSTED     1       /* the world that may use the registers */

enum { VENDOR = 0x0, NSLOTS = 0x8, ERRCAUSE = 0x10,
       ERRADDR = 0x18, SLOT = 0x20, SLOT_STRIDE = 0x20 };
enum { SLOT_ADDR = 0x0, SLOT_PERM = 0x8, SLOT_CFG = 0x10 };

enum { A_OFF, A_TOR, A_NA4, A_NAPOT, A_MASK = 3 };

/* For reads; for writes each is shifted by one. */
#define CFG_ERROR       (1u << 8)
#define CFG_INTERRUPT   (1u << 10)
#define CFG_LOCK        (1u << 31)
#define CFG_BITS        (A_MASK | 0xfu << 8 | CFG_LOCK)

#define CAUSE_READ      (1ull << 8)     /* for writes, shifted by one */
#define CAUSE_BE        (1ull << 62)
#define CAUSE_IP        (1ull << 63)

#define GRANULE         4096u
#define GRANULE_UNITS   (GRANULE / 4)   /* addresses are kept in 4 bytes */

typedef struct Slot {
    uint64_t addr, perm;
    uint32_t cfg;
} Slot;

typedef struct WgChecker {
    RmChecker checker;
    bool bypass;            /* any world may use the registers */
    uint64_t end;           /* of the protected range, which starts at 0 */
    uint64_t cause, addr;   /* ERRCAUSE, ERRADDR */
    Slot slot[SLOTS + 1];
} WgChecker;

static WgChecker *wg(RmChecker *c)
{
    return (WgChecker *)c;
}

static const WgChecker *wg_const(const RmChecker *c)
{
    return (const WgChecker *)c;
}

static void wg_reset(RmChecker *c, uint32_t size)
{
    *wg(c) = (WgChecker) { .checker = *c, .end = size };
    wg(c)->slot[SLOTS].addr = size / 4;
}

static void wg_set_variant(RmChecker *c, unsigned variant)
{
    wg(c)->bypass = variant;
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
        return SLOTS;
    case ERRCAUSE:
        return c->cause;
    case ERRADDR:
        return c->addr;
    }
    if ((offset - SLOT) / SLOT_STRIDE > SLOTS) {
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

static void write_addr(WgChecker *c, unsigned n, uint64_t value)
{
    Slot *s = &c->slot[n];

    if (n == 0 || n == SLOTS) {
        return;
    }
    s->addr = value < c->end / 4 ? value : 0;
    hold_to_granule(s);
}

static void write_cfg(WgChecker *c, unsigned n, uint32_t value)
{
    Slot *s = &c->slot[n];

    s->cfg = value & CFG_BITS;
    if (n == 0 || (n == SLOTS && mode_of(s) != A_TOR)) {
        s->cfg &= ~A_MASK;
    }
    if (n != SLOTS) {
        hold_to_granule(s);
    }
}

/* The 64 bits at @offset, of which only those in @written are. */
static void write64(WgChecker *c, uint32_t offset, uint64_t value,
                    uint64_t written)
{
    unsigned n = (offset - SLOT) / SLOT_STRIDE;

    if (offset == ERRCAUSE) {
        c->cause &= value | ~(written & (CAUSE_BE | CAUSE_IP));
    }
    if (offset < SLOT || n > SLOTS || c->slot[n].cfg & CFG_LOCK) {
        return;
    }
    value |= read64(c, offset) & ~written;
    switch (offset % SLOT_STRIDE) {
    case SLOT_ADDR:
        write_addr(c, n, value);
        break;
    case SLOT_PERM:
        c->slot[n].perm = n ? value : 0;
        break;
    case SLOT_CFG:
        if (written & UINT32_MAX) {
            write_cfg(c, n, value);
        }
        break;
    }
}

static unsigned world_of(unsigned attrs)
{
    return attrs & RM_WID_MASK;
}

static RmResponse wg_access(RmChecker *c, uint32_t offset, unsigned size,
                            unsigned attrs, bool is_write, uint64_t *value)
{
    unsigned shift = offset % 8 * 8;
    uint64_t bytes = size == 8 ? UINT64_MAX : UINT32_MAX;
    bool may = wg(c)->bypass || world_of(attrs) == TRUSTED;

    offset -= offset % 8;
    if (!is_write) {
        *value = may ? read64(wg(c), offset) >> shift & bytes : 0;
    } else if (may) {
        write64(wg(c), offset, (*value & bytes) << shift, bytes << shift);
    }
    return RM_TX_OK;
}

/* --- Decisions ------------------------------------------------------------ */

static unsigned wg_index(const RmChecker *c, unsigned attrs)
{
    return world_of(attrs);
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
    uint64_t unit = addr / 4, start;

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

    for (unsigned n = 1; n <= SLOTS; n++) {
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
    unsigned granted = v.perm >> 2 * (index % WORLDS) & (RM_R | RM_W);
    bool allowed = granted & (is_write ? RM_W : RM_R);

    return (RmDecision) {
        .allowed = allowed,
        .perm = allowed ? granted : ~granted & (RM_R | RM_W),
        .addr_mask = GRANULE - 1,
    };
}

static RmResponse wg_denied(RmChecker *checker, uint32_t addr, unsigned size,
                            unsigned attrs, bool is_write, uint64_t *value)
{
    WgChecker *c = wg(checker);
    Verdict v = judge_addr(c, addr - addr % GRANULE);
    bool error = v.cfg & CFG_ERROR << is_write;
    bool interrupt = v.cfg & CFG_INTERRUPT << is_write;

    if ((error || interrupt) && !(c->cause & (CAUSE_BE | CAUSE_IP))) {
        c->cause = world_of(attrs) | CAUSE_READ << is_write |
                   (error ? CAUSE_BE : 0) | (interrupt ? CAUSE_IP : 0);
        c->addr = addr / 4;
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
    .regs = { .valid_min = 4, .valid_max = 8, .impl_min = 4, .impl_max = 8 },
    .blocked = { .valid_min = 1, .valid_max = 8, .impl_min = 1, .impl_max = 8 },
    .regs_size = 0x1000,
    .reset = wg_reset,
    .set_variant = wg_set_variant,
    .access = wg_access,
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
    return &c->checker;
}
