/*
 * The third voice: what a device would read or write at the same place, by
 * DMA.  It is QEMU's own, and knows no TLB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "dma.h"

/*
 * Where CPUs and DMA differ by design (qemu-facts.md): a dropped store, and
 * what is too wide for a device, which DMA splits and a CPU does not.  A
 * store to a page in pieces was by DMA already.
 */
static bool comparable(const RmPath *path, bool write)
{
    return !path->dropped && !(write && path->as_dma) &&
           !path->other_sizes &&
           /* DMA would be recorded, or have other effects */
           !rm_is_checker(path->region);
}

/* What the failed access ended with; RM_TX_OK for one that did not. */
static const RmEvent *failure(const RmResult *r)
{
    if (r->status != RM_TX_FAILED) {
        return NULL;
    }
    for (unsigned i = rm_log_len(&r->log); i-- > 0;) {
        if (r->log.ev[i].kind == RM_EV_TX_FAILED) {
            return &r->log.ev[i];
        }
    }
    return NULL;
}

/* The response that a path had, by the failed transaction's address. */
static RmResponse response_of(const RmPath *path, const RmEvent *failed)
{
    return failed && failed->addr - path->va < path->size ?
           (RmResponse)failed->response : RM_TX_OK;
}

static bool differ(Divergence *d, RmClause clause, const RmPath *path,
                   DmaReason reason)
{
    *d = (Divergence) {
        .clause = clause, .kind = DIFFER_DMA, .alone = VOICE_DMA,
        .dma = {
            .reason = reason, .pa = path->pa, .attrs = path->attrs,
            .size = path->size,
        },
    };
    return false;
}

/* Where there is no IOMMU, nothing to decode means that it leads nowhere. */
static RmClause response_clause(const RmPath *path, RmResponse a,
                                RmResponse b)
{
    bool nowhere = a == RM_TX_DECODE_ERROR || b == RM_TX_DECODE_ERROR;

    return nowhere && !path->iommu ? RM_C3_TARGET : RM_C4_PERMISSION;
}

/*
 * Returns true if DMA does to @path what the access did, which moved
 * @bytes.
 */
static bool path_agrees(Engine *subject, const RmPath *path, bool write,
                        const uint8_t *bytes, RmResponse response,
                        Divergence *d)
{
    DmaResult dma = { .locked = false };

    memcpy(dma.bytes, bytes, RM_ACCESS_MAX);
    subject->ops->dma(subject, path, write, &dma);
    if (dma.locked) {
        return differ(d, RM_C22_ASSERTION, path, DMA_LOCKED);
    }
    if (write && (dma.region != path->region ||
        (path->region != RM_UNASSIGNED && dma.offset != path->offset))) {
        differ(d, RM_C3_TARGET, path, DMA_ELSEWHERE);
        d->dma.want = (RegionOffset) { path->region, path->offset };
        d->dma.seen = (RegionOffset) { dma.region, dma.offset };
        return false;
    }
    /* a CPU stops at the first piece that fails; DMA ors all responses */
    if (path->as_dma ? !dma.response != !response :
        dma.response != response) {
        differ(d, response_clause(path, dma.response, response), path,
               DMA_RESPONSE);
        d->dma.want_response = response;
        d->dma.seen_response = dma.response;
        return false;
    }
    if (!write && response == RM_TX_OK &&
        memcmp(dma.bytes, bytes, path->size)) {
        return differ(d, RM_C3_TARGET, path, DMA_BYTES);
    }
    return true;
}

/* Does another way agree with the access, as DMA does? */
static bool way_agrees(Engine *subject, const RmPath *path, bool write,
                       DmaWay way, const uint8_t *bytes, RmResponse response,
                       Divergence *d)
{
    DmaResult out = { .response = response, .region = RM_REGIONS };
    bool agrees = true;

    memcpy(out.bytes, bytes, RM_ACCESS_MAX);
    if (!subject->ops->other_way(subject, path, write, way, &out)) {
        return true;
    }
    if (out.locked) {
        agrees = differ(d, RM_C22_ASSERTION, path, DMA_LOCKED);
    } else if (out.beyond) {
        agrees = differ(d, RM_C6_GRANULARITY, path, DMA_BEYOND);
    } else if (out.region != RM_REGIONS && (out.region != path->region ||
        (path->region != RM_UNASSIGNED && out.offset != path->offset))) {
        agrees = differ(d, RM_C3_TARGET, path, DMA_ELSEWHERE);
        d->dma.want = (RegionOffset) { path->region, path->offset };
        d->dma.seen = (RegionOffset) { out.region, out.offset };
    } else if (!out.response != !response) {
        agrees = differ(d, response_clause(path, out.response, response), path,
                        DMA_RESPONSE);
        d->dma.want_response = response;
        d->dma.seen_response = out.response;
    } else if (!write && response == RM_TX_OK &&
               memcmp(out.bytes, bytes, path->size)) {
        agrees = differ(d, RM_C3_TARGET, path, DMA_BYTES);
    }
    if (!agrees) {
        d->dma.way = way;
    }
    return agrees;
}

/* All of them, or one that the path chooses: each costs as much as DMA. */
static bool other_ways_agree(Engine *subject, const RmPath *path, bool write,
                             bool all, const uint8_t *bytes,
                             RmResponse response, Divergence *d)
{
    unsigned chosen = DMA_ITSELF + 1 +
                      (path->pa / 8 + path->size) % (DMA_WAYS - 1);

    for (unsigned way = DMA_ITSELF + 1;
         subject->ops->other_way && way < DMA_WAYS; way++) {
        if ((all || way == chosen) &&
            !way_agrees(subject, path, write, way, bytes, response, d)) {
            return false;
        }
    }
    return true;
}

/*
 * Was the same page asked for since anything changed?  DMA knows no cache:
 * it would answer the same.
 */
static bool known(DmaAsked *asked, const RmPath *path, bool write,
                  uint64_t changes)
{
    uint64_t *last = &asked->at[path->attrs][path->pa >> RM_PAGE_BITS][write];
    bool same = *last == changes && path->whole;

    *last = changes;
    return same;
}

/* One page of a store can be a checker that is in the way of the other one. */
static bool programs_checker(const EngineResult *want)
{
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        if (want->touched[i] == RM_TOUCHED_DECISIONS) {
            return true;
        }
    }
    return false;
}

/* Not where DMA, which comes after the access, may go another way by now. */
static bool has_a_say(Engine *subject, const Op *op, const EngineResult *want)
{
    return subject->ops->dma && op_is(op, OPF_PLAIN) && !want->reacted &&
           !programs_checker(want);
}

/* Up to the path that failed; what comes after it was not accessed. */
static bool all_agree(Engine *subject, const Op *op,
                      const EngineResult *oracle, DmaAsked *asked,
                      Divergence *d)
{
    const RmResult *want = &oracle->r;
    const RmEvent *failed = failure(want);
    bool write = op_stores(op);
    uint8_t bytes[2 * RM_ACCESS_MAX] = { 0 };
    unsigned done = 0;

    memcpy(bytes, want->bytes, RM_ACCESS_MAX);
    for (unsigned i = 0; i < want->n_paths; i++) {
        const RmPath *path = &want->path[i];
        RmResponse response = response_of(path, failed);

        if (comparable(path, write) &&
            !(asked && known(asked, path, write, oracle->changes)) &&
            (!path_agrees(subject, path, write, bytes + done, response, d) ||
             !other_ways_agree(subject, path, write, !asked, bytes + done,
                               response, d))) {
            return false;
        }
        if (response != RM_TX_OK) {
            break;
        }
        done += path->size;
    }
    return true;
}

bool compare_dma(Engine *subject, const Op *op, const EngineResult *oracle,
                 DmaAsked *asked, Divergence *d)
{
    const RmResult *want = &oracle->r;

    return !has_a_say(subject, op, oracle) ||
           (want->status != RM_DONE && want->status != RM_TX_FAILED) ||
           all_agree(subject, op, oracle, asked, d);
}

/* Does DMA read what the CPU path has read?  In which order is all one. */
static bool reads_as_seen(Engine *subject, const RmResult *want,
                          const RmResult *seen)
{
    uint8_t value[RM_ACCESS_MAX];
    unsigned size = 0, same = 0, reversed = 0;
    uint8_t bytes[2 * RM_ACCESS_MAX];

    for (unsigned i = 0; i < want->n_paths; i++) {
        DmaResult dma;

        subject->ops->dma(subject, &want->path[i], false, &dma);
        if (dma.response != RM_TX_OK) {
            return false;
        }
        memcpy(bytes + size, dma.bytes, want->path[i].size);
        size += want->path[i].size;
    }
    memcpy(value, &seen->value, 8);
    memcpy(value + 8, &seen->value_hi, 8);
    for (unsigned i = 0; i < size; i++) {
        same += bytes[i] == value[i];
        reversed += bytes[i] == value[size - 1 - i];
    }
    return same == size || reversed == size;
}

void dma_judges(Engine *subject, const Op *op, const EngineResult *oracle,
                const EngineResult *seen, Divergence *d)
{
    const RmResult *want = &oracle->r;
    Divergence unused;

    if (!has_a_say(subject, op, oracle) || !want->n_paths ||
        seen->r.status == RM_ASSERTED ||
        (want->status != RM_DONE && want->status != RM_TX_FAILED)) {
        return;
    }
    if (all_agree(subject, op, oracle, NULL, &unused)) {
        d->alone = VOICE_CPU;
    } else if (!op_stores(op) && seen->r.status == RM_DONE &&
               reads_as_seen(subject, want, &seen->r)) {
        d->alone = VOICE_MODEL;
    }
}
