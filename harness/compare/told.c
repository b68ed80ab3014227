/*
 * What a plugin is told of an access: is it what has happened?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "told.h"

static bool differ(Divergence *d, ToldReason reason, const EngineTold *want,
                   const EngineTold *seen)
{
    *d = (Divergence) { .clause = RM_C3_TARGET, .kind = DIFFER_TOLD };
    d->told.reason = reason;
    d->told.want = *want;
    d->told.seen = *seen;
    return false;
}

/* Of fewer than 8 bytes, the others are not told. */
static uint64_t low(uint64_t value, unsigned size)
{
    return size < 8 ? value & ((1ull << 8 * size) - 1) : value;
}

/*
 * Where the first byte goes: that is what the plugin asks about.  Nothing is
 * wanted if the entry need not say so any more, or nobody knows.
 */
static void want_place(const EngineResult *oracle, EngineTold *want)
{
    const RmPath *path = &oracle->r.path[0];

    if (!oracle->r.n_paths || oracle->reacted ||
        (path->region == RM_ROMD && !want->is_store)) {
        return;
    }
    want->known = true;
    want->pa = path->pa;
    want->is_io = path->as_dma || path->region == RM_ROMD ||
                  path->region >= RM_HOSTS;
    want->region = !want->is_io || path->as_dma ? RM_REGIONS : path->region;
}

static bool compare_one(const EngineTold *want, const EngineTold *seen,
                        bool value, Divergence *d)
{
    if (seen->va != want->va || seen->size != want->size ||
        seen->is_store != want->is_store) {
        return differ(d, TOLD_ACCESS, want, seen);
    }
    if (value && low(seen->value, seen->size) != low(want->value, want->size)) {
        return differ(d, TOLD_VALUE, want, seen);
    }
    /* of an entry that is gone, it is told nothing */
    if (!want->known || !seen->known) {
        return true;
    }
    if (seen->pa != want->pa) {
        return differ(d, TOLD_PAGE, want, seen);
    }
    if (seen->is_io != want->is_io ||
        (want->region < RM_UNASSIGNED && seen->region != want->region)) {
        return differ(d, TOLD_IO, want, seen);
    }
    return true;
}

bool compare_told(const Op *op, const EngineResult *oracle,
                  const EngineResult *subject, Divergence *d)
{
    bool plain = op_is(op, OPF_PLAIN);
    unsigned n = plain ? 1 : 2;

    if (!subject->listens || !op_by_code(op) ||
        (oracle->r.status != RM_DONE && !oracle->r.stopped_after)) {
        return true;
    }
    if (subject->n_told != n) {
        *d = (Divergence) { .clause = RM_C3_TARGET, .kind = DIFFER_TOLD };
        d->told.reason = TOLD_TIMES;
        d->told.n = subject->n_told;
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        EngineTold want = {
            .va = op->va, .size = 1u << op->lg_size,
            .is_store = plain ? op->kind == OP_STORE : i == 1,
            .value = op->kind == OP_STORE ? op->val : oracle->r.value,
        };

        want_place(oracle, &want);
        if (!compare_one(&want, &subject->told[i], plain, d)) {
            return false;
        }
    }
    return true;
}
