/*
 * DMA: accesses to a physical address of any length, by a device, which may
 * itself be accessed just then (C3, C4, C9, C10).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "code.h"
#include "device.h"
#include "region.h"
#include "walk.h"

/* What is needed to be in the middle of it. */
typedef struct Dma {
    const RmDma *d;
    Access x;
    Part part;          /* only its attributes count */
    unsigned pos;       /* in the implementation's log: the next question */
    RmResponse response;
    uint8_t bytes[RM_DMA_MAX];
} Dma;

/* Where a byte leads. */
typedef struct Lead {
    Place place;
    unsigned n;         /* IOMMUs on the way: none, 1, or 2 nested */
    uint32_t run;       /* bytes from there on that are asked for as one */
    uint32_t said;      /* and those of which the IOMMU's answer speaks */
} Lead;

static Lead lead(const RmModel *m, const Topology *t, const RmDma *d,
                 uint32_t pa)
{
    uint32_t mask = TOPOLOGY_PIECE - 1;
    Lead l = { .place = topology_find(t, space_of(d->attrs), pa) };

    if (rm_is_iommu(l.place.region)) {
        Walk w = iommu_walk(m, l.place.region, l.place.offset, d->attrs,
                            d->is_write);

        l.n = w.n;
        l.said = (l.place.offset | w.addr_mask) + 1 - l.place.offset;
        mask = w.addr_mask < RM_PAGE_SIZE - 1 ? w.addr_mask : RM_PAGE_SIZE - 1;
        l.place = w.place;
    }
    l.run = (pa | mask) + 1 - pa;
    return l;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* What lies beside a device's register does not make it smaller. */
static unsigned device_step(const RmModel *m, const Lead *l, unsigned left)
{
    return dma_step(m, l->place.region, l->place.offset,
                    l->n ? least(l->said, left) : left);
}

/*
 * A checker may answer for less than it could (C6): what the implementation
 * was answered about the byte at @pa counts.
 */
static void narrow(Dma *dma, uint32_t pa, Lead *l)
{
    const RmModel *m = dma->x.m;
    const RmLog *log = m->checker[0] && dma->x.seen ? dma->x.seen->log : NULL;
    Place at = topology_find(&dma->x.topology, space_of(dma->d->attrs), pa);
    unsigned n = 0;

    for (unsigned i = dma->pos; log && n < l->n && i < rm_log_len(log); i++) {
        const RmEvent *ev = &log->ev[i];
        uint32_t mask = ev->value < UINT32_MAX ? ev->value : UINT32_MAX;

        if (ev->kind == RM_EV_TRANSLATE && ev->by_dma &&
            (n || (ev->region == at.region && ev->addr == at.offset))) {
            dma->pos = i + 1;
            l->said = least(l->said, (ev->addr | mask) + 1 - ev->addr);
            mask = least(mask, RM_PAGE_SIZE - 1);
            l->run = least(l->run, (pa | mask) + 1 - pa);
            n++;
        }
    }
}

/* Note what is written; what comes after it in its page is one with it. */
static void written(RmResult *r, unsigned region, uint32_t offset,
                    unsigned size)
{
    RmWritten *last = r->n_written ? &r->written[r->n_written - 1] : NULL;

    if (last && last->region == region && offset % RM_PAGE_SIZE &&
        last->offset + last->len == offset) {
        last->len += size;
    } else {
        r->written[r->n_written++] = (RmWritten) {
            .region = region, .offset = offset, .len = size,
        };
    }
}

static void ram_bytes(Dma *dma, const Place *p, uint8_t *bytes, unsigned size)
{
    RmModel *m = dma->x.m;
    uint8_t *host = &m->host[p->region][p->offset];

    if (dma->d->is_write) {
        memcpy(host, bytes, size);
        dma_dirty(m, dma->x.seen, p->region, p->offset, size);
        code_written(m, p->region, p->offset);
        written(dma->x.r, p->region, p->offset, size);
    } else {
        memcpy(bytes, host, size);
    }
}

/* The next step, of at most @left bytes; returns how many it was. */
static unsigned step(Dma *dma, unsigned done, unsigned left)
{
    RmModel *m = dma->x.m;
    const RmDma *d = dma->d;
    Lead l = lead(m, &dma->x.topology, d, d->pa + done);
    Place p = l.place;
    unsigned size;

    narrow(dma, d->pa + done, &l);
    size = least(left, l.run);
    p.readonly = false;     /* windows are for CPUs */
    if (rm_is_ram(p.region) ||
        (!d->is_write && place_is_host(m->topology.romd, &p, false))) {
        ram_bytes(dma, &p, dma->bytes + done, size);
        return size;
    }
    size = device_step(m, &l, left);
    dma->response = both(dma->response,
                         transaction(&dma->x, &dma->part, p.region, p.offset,
                                     dma->bytes + done, size, d->is_write));
    return size;
}

void rm_dma(RmModel *m, const RmDma *d, const RmSeen *seen, RmResult *r)
{
    Dma dma = {
        .d = d, .x = { .m = m, .seen = seen, .r = r },
        .part.pte.attrs = d->attrs, .response = RM_TX_OK,
    };

    count_decision(m, RM_C3_TARGET);
    /* the whole of it is by the memory map as it is when it begins */
    dma.x.topology = m->topology;
    if (d->is_write) {
        rm_dma_bytes(d->value, dma.bytes, d->size);
    }
    for (unsigned done = 0; done < d->size;) {
        done += step(&dma, done, d->size - done);
    }
    r->value = d->is_write ? 0 : rm_dma_value(dma.bytes, d->size);
    r->value_hi = dma.response;
}

bool dma_leaves_piece(const RmModel *m, uint32_t pa, unsigned size,
                      uint8_t attrs, bool is_write)
{
    RmDma d = { .pa = pa, .size = size, .attrs = attrs, .is_write = is_write };

    for (unsigned done = 0, n; done < size; done += n) {
        Lead l = lead(m, &m->topology, &d, pa + done);

        n = least(size - done, l.run);
        if (rm_is_device(l.place.region)) {
            n = device_step(m, &l, size - done);
            if (n > l.run) {
                return true;
            }
        }
    }
    return false;
}

/* Does what a checker says of some byte concern nobody but it? */
static bool is_undefined(const RmModel *m, const RmDma *d)
{
    for (unsigned done = 0; m->checker[0] && done < d->size;
         done += TOPOLOGY_PIECE) {
        Place at = topology_find(&m->topology, space_of(d->attrs),
                                 d->pa + done);
        Walk w;

        if (!rm_is_iommu(at.region)) {
            continue;
        }
        w = iommu_walk(m, at.region, at.offset, d->attrs, d->is_write);
        if (walk_undefined(m, &w, d->attrs,
                           d->is_write ? RM_STORE : RM_LOAD)) {
            return true;
        }
    }
    return false;
}

/*
 * An answer with a mask of several pages says of the next page what the IOMMU
 * may not say when it is asked about that page.  Which of the two holds for
 * DMA that goes on there is the IOMMU's own contradiction.
 */
static bool contradicted(const Lead *before, const Lead *l)
{
    if (before->said <= before->run) {
        return false;
    }
    return l->place.region != before->place.region ||
           (l->place.region != RM_UNASSIGNED &&
            l->place.offset != before->place.offset + before->run);
}

bool rm_dma_covered(const RmModel *m, const RmDma *d)
{
    Lead l = { .said = 0 };

    if (is_undefined(m, d)) {
        return false;
    }
    for (unsigned done = 0; done < d->size; done += l.run) {
        Lead before = l;

        l = lead(m, &m->topology, d, d->pa + done);
        if (contradicted(&before, &l)) {
            return false;
        }
        if (d->size <= RM_DMA_SHORT) {
            continue;
        }
        if (!rm_is_ram(l.place.region) &&
            (l.n || l.place.region != RM_UNASSIGNED)) {
            return false;
        }
        if (l.n && l.run < RM_PAGE_SIZE - (d->pa + done) % RM_PAGE_SIZE) {
            return false;
        }
    }
    return true;
}
