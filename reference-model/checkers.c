/*
 * The security checkers in the places of the IOMMUs: which there are, what
 * they answer, and what an access to them changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "state.h"

/* What makes each kind; of the others there is no model yet. */
static RmChecker *(*const makers[RM_CHECKERS])(void) = {
    [RM_WGCHECKER] = rm_wgchecker_new,
    [RM_IOPMP] = rm_iopmp_new,
    [RM_TZMPC] = rm_tzmpc_new,
};

static void power_on(const RmModel *m, RmChecker *c)
{
    c->ops->reset(c, RM_IOMMU_PAGES * RM_PAGE_SIZE);
    if (c->ops->set_variant) {
        c->ops->set_variant(c, m->now.variant);
    }
}

void checkers_reset(RmModel *m)
{
    const RmPreset *preset = &m->now;
    unsigned kind = preset->checker;

    m->touched = 0;
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        RmChecker *c;

        if (makers[kind] && !m->made[kind][i]) {
            m->made[kind][i] = makers[kind]();
        }
        c = m->checker[i] = m->made[kind][i];
        if (!c) {
            continue;
        }
        power_on(m, c);
        for (unsigned w = 0; w < preset->n_writes; w++) {
            uint64_t value = preset->write[w].value;

            c->ops->access(c, preset->write[w].offset, preset->write[w].size,
                           preset->attrs, true, &value);
        }
    }
}

void checkers_free(RmModel *m)
{
    for (unsigned i = 0; i < RM_CHECKERS * RM_IOMMUS; i++) {
        free(m->made[i / RM_IOMMUS][i % RM_IOMMUS]);
    }
}

const RmChecker *rm_checker(const RmModel *m, unsigned number)
{
    return m->checker[number];
}

/* The number of the checker that a region belongs to. */
static unsigned number_of(unsigned region)
{
    return region - (rm_is_denied(region) ? RM_DENIED0 : RM_REGS0);
}

RmChecker *checker_of(const RmModel *m, unsigned region)
{
    return rm_is_checker(region) ? m->checker[number_of(region)] : NULL;
}

unsigned index_of(const RmModel *m, uint8_t attrs)
{
    const RmChecker *c = m->checker[0];

    return c ? c->ops->index(c, attrs) : attrs & RM_WID_MASK;
}

/* The region behind checker @number at @addr, and *@offset within it. */
static RmRegion behind(RmDownstream downstream, unsigned number,
                       uint32_t addr, uint32_t *offset)
{
    if (downstream == RM_BEHIND_SERIES && number == 1) {
        *offset = addr;
        return RM_IOMMU0;
    }
    *offset = addr % RM_RAM_SIZE;
    if (addr < RM_RAM_SIZE) {
        return RM_RAM0;
    }
    return downstream == RM_BEHIND_DEVICE ? RM_IO : RM_RAM1;
}

RmTranslated checker_translate(const RmModel *m, unsigned number,
                               uint32_t addr, uint8_t attrs, bool write)
{
    const RmChecker *c = m->checker[number];
    RmDecision d = c->ops->decide(c, c->ops->index(c, attrs), addr, write);
    RmTranslated t = {
        .perm = d.perm, .region = RM_DENIED0 + number, .offset = addr,
        .addr_mask = d.addr_mask,
    };

    if (d.allowed) {
        t.region = behind(m->now.downstream, number, addr, &t.offset);
    }
    return t;
}

static void log_call(RmLog *log, unsigned region, uint32_t offset,
                     unsigned size, uint8_t attrs, bool write, uint64_t value)
{
    rm_log(log, &(RmEvent) {
        .kind = write ? RM_EV_DEV_WRITE : RM_EV_DEV_READ, .region = region,
        .addr = offset, .size = size, .attrs = attrs, .value = value,
    });
}

RmResponse checker_call(RmModel *m, RmLog *log, unsigned region,
                        uint32_t offset, unsigned size, uint8_t attrs,
                        bool write, uint64_t *value)
{
    RmChecker *c = checker_of(m, region);
    RmResponse response;

    if (rm_is_denied(region)) {
        response = c->ops->denied(c, offset, size, attrs, write, value);
        count_decision(m, RM_D3_RECORD);
        count_decision(m, RM_D4_RESPONSE);
        m->touched |= RM_TOUCHED_STATE;
    } else {
        response = c->ops->access(c, offset, size, attrs, write, value);
        count_decision(m, RM_D2_REGISTER);
        m->touched |= RM_TOUCHED_STATE | (write ? RM_TOUCHED_DECISION : 0);
        if (write) {
            tlb_checker_changed(m, number_of(region));
        }
    }
    log_call(log, region, offset, size, attrs, write, *value);
    return response;
}

RmResponse rm_register(RmModel *m, unsigned number, uint32_t offset,
                       unsigned size, unsigned attrs, bool is_write,
                       uint64_t *value, RmLog *log)
{
    const RmChecker *c = m->checker[number];

    if (!c || offset >= c->ops->regs_size ||
        !device_valid(m, RM_REGS0 + number, offset, size)) {
        *value = is_write ? *value : 0;
        return RM_TX_DECODE_ERROR;
    }
    return checker_call(m, log, RM_REGS0 + number, offset, size, attrs,
                        is_write, value);
}

void rm_checker_reset(RmModel *m, unsigned number)
{
    if (m->checker[number]) {
        power_on(m, m->checker[number]);
        m->touched |= RM_TOUCHED_STATE | RM_TOUCHED_DECISION;
    }
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        rm_flush(m, cpu, -1);
    }
}

RmResponse rm_peek(RmModel *m, unsigned number, uint32_t offset,
                   unsigned size, unsigned attrs, uint64_t *value)
{
    RmChecker *c = m->checker[number];

    return c->ops->access(c, offset, size, attrs, false, value);
}

unsigned rm_touched(RmModel *m)
{
    unsigned touched = m->touched;

    m->touched = 0;
    return touched;
}
