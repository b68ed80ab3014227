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
    RmResponse response;
    uint8_t bytes[RM_DMA_MAX];
} Dma;

/*
 * Where the byte at @pa leads.  Returns how many bytes from there on an IOMMU
 * has spoken for, or which are in one piece.
 */
static uint32_t leads(const RmModel *m, const Topology *t, const RmDma *d,
                      uint32_t pa, Place *place, bool *iommu)
{
    uint32_t mask = TOPOLOGY_PIECE - 1;
    Walk w;

    *place = topology_find(t, space_of(d->attrs), pa);
    *iommu = rm_is_iommu(place->region);
    if (*iommu) {
        w = iommu_walk(m, place->region, place->offset, d->attrs, d->is_write);
        mask = w.addr_mask < RM_PAGE_SIZE - 1 ? w.addr_mask : RM_PAGE_SIZE - 1;
        *place = w.place;
    }
    return (pa | mask) + 1 - pa;
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
    Place p;
    bool iommu;
    uint32_t run = leads(m, &dma->x.topology, d, d->pa + done, &p, &iommu);
    unsigned size = left < run ? left : run;

    p.readonly = false;     /* windows are for CPUs */
    if (rm_is_ram(p.region) ||
        (!d->is_write && place_is_host(m->topology.romd, &p, false))) {
        ram_bytes(dma, &p, dma->bytes + done, size);
        return size;
    }
    /* what lies beside a device's register does not make it smaller */
    size = dma_step(m, p.region, p.offset, iommu ? size : left);
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

bool rm_dma_covered(const RmModel *m, const RmDma *d)
{
    Place p;
    bool iommu;

    for (unsigned done = 0; d->size > RM_DMA_SHORT && done < d->size;) {
        uint32_t run = leads(m, &m->topology, d, d->pa + done, &p, &iommu);

        if (!rm_is_ram(p.region) && (iommu || p.region != RM_UNASSIGNED)) {
            return false;
        }
        if (iommu && run < RM_PAGE_SIZE - (d->pa + done) % RM_PAGE_SIZE) {
            return false;
        }
        done += run;
    }
    return true;
}
