/*
 * What is not memory: devices, nothing at all, and pages that hold several
 * things (C3, C4, C16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "device.h"
#include "checkers.h"
#include "code.h"
#include "region.h"
#include "registers.h"

RmResponse both(RmResponse a, RmResponse b)
{
    static const uint8_t rank[] = {
        [RM_TX_OK] = 0, [RM_TX_ERROR] = 1, [RM_TX_ACCESS_ERROR] = 2,
        [RM_TX_DECODE_ERROR] = 3,
    };

    return rank[a] > rank[b] ? a : b;
}

/* Some bytes as a number in the device's byte order. */
static uint64_t device_number(bool big_endian, const uint8_t *bytes,
                              unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        unsigned k = big_endian ? i : size - 1 - i;

        value = value << 8 | bytes[k];
    }
    return value;
}

/* One call of a checker, which has no byte order but little-endian. */
static RmResponse call_checker(Access *x, const Part *p, unsigned region,
                               uint32_t offset, unsigned size,
                               uint8_t *bytes, unsigned len, bool write)
{
    uint8_t padded[8] = { 0 };
    RmResponse response;
    uint64_t value = 0;

    if (write) {
        memcpy(padded, bytes, len);
        value = device_number(false, padded, size);
    }
    response = checker_call(x->m, &x->r->log, region, offset, size,
                            p->pte.attrs, write ? RM_STORE :
                            x->a ? x->a->type : RM_LOAD, &value);
    for (unsigned i = 0; !write && i < len; i++) {
        bytes[i] = value >> 8 * i;
    }
    return response;
}

/*
 * One call of the device, of @size bytes, which it implements; @len of them
 * are part of the access.
 */
static RmResponse call(Access *x, const Part *p, unsigned region,
                       uint32_t offset, unsigned size, uint8_t *bytes,
                       unsigned len, bool write)
{
    RmModel *m = x->m;
    RmEvent ev = {
        .kind = write ? RM_EV_DEV_WRITE : RM_EV_DEV_READ,
        .region = region, .addr = offset, .size = size, .attrs = p->pte.attrs,
    };
    uint8_t padded[8] = { 0 };

    if (checker_of(m, region)) {
        return call_checker(x, p, region, offset, size, bytes, len, write);
    }
    if (write) {
        memcpy(padded, bytes, len);
        ev.value = device_number(m->device[region].big_endian, padded, size);
    } else {
        ev.value = rm_device_value(region, offset, size,
                                   m->device[region].big_endian);
        for (unsigned i = 0; i < len; i++) {
            bytes[i] = rm_device_byte(region, offset + i);
        }
    }
    rm_log(&x->r->log, &ev);
    if (region == RM_BLOCKED) {
        rm_log(&x->r->log, &(RmEvent) { .kind = RM_EV_IRQ, .region = region });
    }
    if (m->hook) {
        m->hook(m->hook_opaque, region, write);
    }
    return m->response[region][write];
}

RmResponse transaction(Access *x, const Part *p, unsigned region,
                       uint32_t offset, uint8_t *bytes, unsigned size,
                       bool write)
{
    RmDevice device = device_of(x->m, region);
    RmResponse response = RM_TX_OK;
    unsigned step = size;

    if (!device_valid(x->m, region, offset, size)) {
        return RM_TX_DECODE_ERROR;
    }
    if (device.guarded && region != RM_ROMD) {
        if (x->m->engaged) {
            return RM_TX_ACCESS_ERROR;
        }
        x->m->engaged = true;
    }
    step = step > device.impl_max ? device.impl_max : step;
    step = step < device.impl_min ? device.impl_min : step;
    for (unsigned i = 0; i < size; i += step) {
        unsigned len = size - i < step ? size - i : step;

        response = both(response, call(x, p, region, offset + i, step,
                                       bytes + i, len, write));
    }
    if (device.guarded && region != RM_ROMD) {
        x->m->engaged = false;
    }
    return response;
}

static void ram_written(Access *x, unsigned region, uint32_t offset,
                        unsigned size)
{
    dma_dirty(x->m, x->seen, region, offset, size);
    code_written(x->m, region, offset);
    x->r->written[x->r->n_written++] = (RmWritten) {
        .region = region, .offset = offset, .len = size,
    };
}

unsigned dma_step(const RmModel *m, unsigned region, uint32_t offset,
                  unsigned left)
{
    RmDevice device = device_of(m, region);
    /* of what takes nothing, QEMU tries so many */
    unsigned max = device.valid_max ? device.valid_max : 4;
    unsigned align = device.unaligned & RM_IMPL_UNALIGNED ? 0 :
                     offset & -offset;

    max = align && align < max ? align : max;
    while (max > left) {
        max /= 2;
    }
    return max;
}

/*
 * A piece of an access to a page in pieces goes the way of DMA.  A piece is
 * aligned, and so in one place only.
 */
static RmResponse dma_piece(Access *x, const Part *p, uint8_t *bytes,
                            uint32_t pa, unsigned size, bool write)
{
    Place place = topology_find(&x->topology, space_of(p->pte.attrs), pa);
    RmResponse response = RM_TX_OK;

    if (rm_is_ram(place.region) ||
        (!write && place_is_host(x->m->topology.romd, &place, write))) {
        uint8_t *host = &x->m->host[place.region][place.offset];

        memcpy(write ? host : bytes, write ? bytes : host, size);
        if (write) {
            ram_written(x, place.region, place.offset, size);
        }
        return RM_TX_OK;
    }
    for (unsigned done = 0, step; done < size; done += step) {
        step = dma_step(x->m, place.region, place.offset + done, size - done);
        if (!device_valid(x->m, place.region, place.offset + done, step)) {
            return RM_TX_DECODE_ERROR;
        }
    }
    for (unsigned done = 0, step; done < size; done += step) {
        step = dma_step(x->m, place.region, place.offset + done, size - done);
        response = both(response,
                        transaction(x, p, place.region, place.offset + done,
                                    bytes + done, step, write));
    }
    return response;
}

/* C4, C18: the transaction at @va failed. */
static void tx_failed(Access *x, const Part *p, uint32_t va, unsigned size,
                      RmResponse response)
{
    RmEvent ev = access_event(x, RM_EV_TX_FAILED, x->a->type, va, size);

    ev.pa = p->pte.pa | (va & ~RM_PAGE_MASK);
    ev.attrs = p->pte.attrs;
    ev.response = response;
    rm_log(&x->r->log, &ev);
}

/*
 * The size of the next piece, where @left bytes are left from @va on: the
 * largest power of two that divides both, at most 8.
 */
static unsigned piece_size(uint32_t va, unsigned left)
{
    unsigned bits = va | left | 8;

    return bits & -bits;
}

static bool pieces(Access *x, const Part *p, unsigned done, unsigned end,
                   uint8_t *bytes)
{
    bool write = is_write(x->a->type);

    while (done < end) {
        uint32_t va = p->va + done;
        unsigned size = piece_size(va, end - done);
        RmResponse response;

        if (p->place.in_pieces) {
            response = dma_piece(x, p, bytes + done,
                                 p->pte.pa | (va & ~RM_PAGE_MASK), size,
                                 write);
        } else {
            response = transaction(x, p, p->place.region,
                                   p->place.offset + done, bytes + done, size,
                                   write);
        }
        if (response != RM_TX_OK) {
            tx_failed(x, p, va, size, response);
            return false;
        }
        done += size;
    }
    return true;
}

bool io_pieces(Access *x, const Part *p, uint8_t *bytes)
{
    unsigned first = p->size;

    /*
     * More than 8 bytes are two accesses.  A store begins with 8 bytes and a
     * load ends with them.
     */
    if (p->size > 8) {
        first = is_write(x->a->type) ? 8 : p->size - 8;
    }
    return pieces(x, p, 0, first, bytes) &&
           pieces(x, p, first, p->size, bytes);
}

void rm_set_device_hook(RmModel *m,
                        void (*hook)(void *opaque, RmRegion region,
                                     bool is_write),
                        void *opaque)
{
    m->hook = hook;
    m->hook_opaque = opaque;
}

void rm_set_device(RmModel *m, RmRegion region, const RmDevice *device)
{
    m->device[region] = *device;
}

void rm_set_response(RmModel *m, RmRegion region, unsigned directions,
                     RmResponse response)
{
    for (unsigned dir = 0; dir < 2; dir++) {
        if (directions >> dir & 1) {
            m->response[region][dir] = response;
        }
    }
}
