/*
 * Accesses to the registers of checkers and to their blocked-I/O, and what they
 * change (C13, D2 to D4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "registers.h"
#include "checkers.h"
#include "notify.h"
#include "region.h"

static void log_call(RmLog *log, unsigned region, uint32_t offset,
                     unsigned size, uint8_t attrs, bool write, uint64_t value)
{
    rm_log(log, &(RmEvent) {
        .kind = write ? RM_EV_DEV_WRITE : RM_EV_DEV_READ, .region = region,
        .addr = offset, .size = size, .attrs = attrs, .value = value,
    });
}

static void log_msi(RmModel *m, RmLog *log, unsigned number)
{
    RmMsi *msi = &m->checker[number]->msi;

    if (msi->sent) {
        rm_log(log, &(RmEvent) {
            .kind = RM_EV_MSI, .addr = msi->addr, .size = 4,
            .value = msi->value,
        });
    }
    msi->sent = false;
}

static void touch(RmModel *m, unsigned number, RmTouched what)
{
    if (m->touched[number] < what) {
        m->touched[number] = what;
    }
}

RmResponse checker_call(RmModel *m, RmLog *log, unsigned region,
                        uint32_t offset, unsigned size, uint8_t attrs,
                        RmAccessType type, uint64_t *value)
{
    unsigned number = checker_number(region);
    bool write = is_write(type);
    RmResponse response;

    if (rm_is_denied(region)) {
        response = checker_denied(m, number, offset, size, attrs, type,
                                  value);
        count_decision(m, RM_D3_RECORD);
        count_decision(m, RM_D4_RESPONSE);
        touch(m, number, RM_TOUCHED_RECORD);
    } else {
        response = checker_access(m, number, offset, size, attrs, write,
                                  value);
        count_decision(m, RM_D2_REGISTER);
        touch(m, number, write ? RM_TOUCHED_DECISIONS : RM_TOUCHED_REGISTERS);
        if (write) {
            notify_checker(m, number);
        }
    }
    /* what a read that ends as an error has for a value, nobody sees */
    if (!write && response != RM_TX_OK) {
        *value = 0;
    }
    /* a device that is written to is told so first */
    if (!write) {
        log_msi(m, log, number);
    }
    log_call(log, region, offset, size, attrs, write, *value);
    log_msi(m, log, number);
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
                        is_write ? RM_STORE : RM_LOAD, value);
}

static void flush_cpus(RmModel *m)
{
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        rm_flush(m, cpu, -1);
    }
}

void rm_checker_reset(RmModel *m, unsigned number)
{
    if (m->checker[number]) {
        checker_power_on(m, number);
        touch(m, number, RM_TOUCHED_DECISIONS);
    }
    flush_cpus(m);
}

void rm_save_load(RmModel *m)
{
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        touch(m, i, RM_TOUCHED_DECISIONS);
    }
    flush_cpus(m);
}

RmResponse rm_peek(RmModel *m, unsigned number, uint32_t offset,
                   unsigned size, unsigned attrs, uint64_t *value)
{
    RmChecker *c = m->checker[number];
    RmResponse response = c->ops->access(c, offset, size, attrs, false, value);

    return c->ops->has && !c->ops->has(c, offset) ? RM_TX_DECODE_ERROR
                                                  : response;
}

bool rm_accept(RmModel *m, unsigned number, uint32_t offset, uint64_t value)
{
    RmChecker *c = m->checker[number];

    return c->ops->accept && c->ops->accept(c, offset, value);
}

RmTouched rm_touched(RmModel *m, unsigned number)
{
    RmTouched touched = m->touched[number];

    m->touched[number] = RM_TOUCHED_NOTHING;
    return touched;
}
