/*
 * The comparison of security checkers: every decision, every register, the
 * interrupts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "checkers.h"

/* What is asked of both. */
typedef struct Asked {
    Engine *oracle;
    unsigned number, index;
    bool is_write;
} Asked;

static bool undefined(const Asked *a, uint32_t addr)
{
    return a->oracle->ops->undefined(a->oracle, a->number, a->index, addr,
                                     a->is_write);
}

/*
 * An answer for more than the oracle's: is it so because of pages of which
 * that cannot know?
 */
static bool only_undefined(const Asked *a, uint32_t addr,
                           const RmDecision *want, uint32_t mask)
{
    uint64_t last = (uint64_t)addr | mask;
    bool any = false;

    for (uint64_t page = addr & ~mask & RM_PAGE_MASK;
         page <= last && page < RM_IOMMU_PAGES * RM_PAGE_SIZE;
         page += RM_PAGE_SIZE) {
        RmDecision d;

        if (undefined(a, page)) {
            any = true;
            continue;
        }
        a->oracle->ops->decide(a->oracle, a->number, a->index, page,
                               a->is_write, &d);
        if (d.allowed != want->allowed || d.perm != want->perm ||
            d.addr_mask < RM_PAGE_SIZE - 1) {
            return false;
        }
    }
    return any;
}

/* An answer may speak for less than it could, but not for more (C6). */
static bool same_decision(const Asked *a, uint32_t addr,
                          const RmDecision *want, const RmDecision *seen)
{
    return want->allowed == seen->allowed && want->perm == seen->perm &&
           (seen->addr_mask <= want->addr_mask ||
            only_undefined(a, addr, want, seen->addr_mask));
}

/* All addresses behind the checker, for one index and direction. */
static bool compare_decisions(Engine *subject, const Asked *a, Divergence *d)
{
    uint32_t end = RM_IOMMU_PAGES * RM_PAGE_SIZE;

    for (uint32_t addr = 0; addr < end;) {
        RmDecision want, seen;
        uint32_t mask;

        if (undefined(a, addr)) {
            addr = (addr | (RM_PAGE_SIZE - 1)) + 1;
            continue;
        }
        a->oracle->ops->decide(a->oracle, a->number, a->index, addr,
                               a->is_write, &want);
        subject->ops->decide(subject, a->number, a->index, addr, a->is_write,
                             &seen);
        if (!same_decision(a, addr, &want, &seen)) {
            *d = (Divergence) {
                .clause = RM_D1_DECISION, .op = d->op,
                .kind = DIFFER_DECISION,
                .decision = {
                    a->number, a->index, a->is_write, addr, want, seen
                },
            };
            return false;
        }
        /* no further than either speaks for */
        mask = want.addr_mask & seen.addr_mask & (RM_PAGE_SIZE - 1);
        addr = (addr | mask) + 1;
    }
    return true;
}

/* Sets *@there: has the oracle such a register? */
static bool compare_register(Engine *oracle, Engine *subject, const Target *t,
                             unsigned number, const RegisterInfo *info,
                             unsigned i, bool *there, Divergence *d)
{
    unsigned offset = info->offset + i * info->stride;
    uint64_t want = 0, seen = 0;

    *there = oracle->ops->peek(oracle, number, offset, info->size, t->attrs,
                               &want) == RM_TX_OK;
    if (!*there) {
        return true;
    }
    subject->ops->peek(subject, number, offset, info->size, t->attrs, &seen);
    if (want == seen ||
        oracle->ops->accept(oracle, number, offset, seen)) {
        return true;
    }
    *d = (Divergence) {
        .clause = info->record ? RM_D3_RECORD : RM_D2_REGISTER,
        .op = d->op, .kind = DIFFER_REGISTER,
        .reg = { number, info->name, offset, want, seen },
    };
    return false;
}

static bool compare_registers(Engine *oracle, Engine *subject,
                              const Target *t, unsigned number,
                              RmTouched touched, Divergence *d)
{
    for (const RegisterInfo *info = t->registers; info->name; info++) {
        bool there = !info->effect &&
                     (info->record || touched >= RM_TOUCHED_REGISTERS);

        /* arrays have no gaps: the first that is not there is the last */
        for (unsigned i = 0; there && i < info->count; i++) {
            if (!compare_register(oracle, subject, t, number, info, i, &there,
                                  d)) {
                return false;
            }
        }
    }
    if (oracle->ops->irq(oracle, number) !=
        subject->ops->irq(subject, number)) {
        *d = (Divergence) {
            .clause = RM_D5_INTERRUPT, .op = d->op, .kind = DIFFER_INTERRUPT,
            .interrupt = { number, subject->ops->irq(subject, number) },
        };
        return false;
    }
    return true;
}

bool compare_checkers(Engine *oracle, Engine *subject, const Op *setup,
                      const RmTouched touched[RM_IOMMUS],
                      uint64_t *decisions, Divergence *d)
{
    const Target *t = target_of(setup);

    for (unsigned i = 0; t->checker && i < RM_IOMMUS; i++) {
        unsigned tables = touched[i] == RM_TOUCHED_DECISIONS ?
                          2 * target_indexes(setup) : 0;

        if (touched[i] &&
            !compare_registers(oracle, subject, t, i, touched[i], d)) {
            return false;
        }
        for (unsigned n = 0; n < tables; n++) {
            Asked a = { oracle, i, n / 2, n % 2 };

            if (!compare_decisions(subject, &a, d)) {
                return false;
            }
            (*decisions)++;
        }
    }
    return true;
}
