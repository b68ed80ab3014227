/*
 * The security checkers in the places of the IOMMUs: which there are, and
 * what they answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "checkers.h"

/* What makes each kind. */
static RmChecker *(*const makers[RM_CHECKERS])(void) = {
#define DEF(NAME, name, byte) [RM_##NAME] = rm_##name##_new,
#include "checker-list.h"
};

RmChecker *rm_checker_new(RmCheckerKind kind)
{
    return makers[kind]();
}

static void tell(const RmModel *m, const RmHeard *heard)
{
    if (m->heard) {
        m->heard(m->heard_opaque, heard);
    }
}

void checker_power_on(const RmModel *m, unsigned number)
{
    RmChecker *c = m->checker[number];

    c->ops->reset(c, RM_IOMMU_PAGES * RM_PAGE_SIZE, m->now.variant);
    tell(m, &(RmHeard) { .kind = RM_HEARD_RESET, .number = number });
}

RmResponse checker_access(const RmModel *m, unsigned number, uint32_t offset,
                          unsigned size, uint8_t attrs, bool is_write,
                          uint64_t *value)
{
    RmChecker *c = m->checker[number];
    RmResponse response = c->ops->access(c, offset, size, attrs, is_write,
                                         value);

    tell(m, &(RmHeard) {
        RM_HEARD_REGISTER, number, is_write, size, attrs, response, offset,
        *value
    });
    return response;
}

/* As what a checker is told of an access of @type. */
static RmAccessType told(const RmModel *m, RmAccessType type)
{
    return type == RM_FETCH && !m->tells_fetches ? RM_LOAD : type;
}

RmResponse checker_denied(const RmModel *m, unsigned number, uint32_t addr,
                          unsigned size, uint8_t attrs, RmAccessType type,
                          uint64_t *value)
{
    RmChecker *c = m->checker[number];
    RmResponse response;

    type = told(m, type);
    response = c->ops->denied(c, addr, size, attrs, type, value);

    tell(m, &(RmHeard) {
        RM_HEARD_DENIED, number, is_write(type), size, attrs, response, addr,
        *value, type == RM_FETCH
    });
    return response;
}

void rm_set_checker_hook(RmModel *m,
                         void (*hook)(void *opaque, const RmHeard *heard),
                         void *opaque)
{
    m->heard = hook;
    m->heard_opaque = opaque;
}

/* A model that runs alone is an implementation, too. */
static bool differs(void *opaque)
{
    return chooses(opaque, RM_MAY_DIFFER);
}

static void choose_once(RmModel *m, RmChecker *c)
{
    if (m->choose && c->ops->learn && !c->ops->knows(c, m->now.variant)) {
        c->ops->choose(c, m->now.variant, differs, m);
    }
}

void checkers_reset(RmModel *m)
{
    const RmPreset *preset = &m->now;
    unsigned kind = preset->checker;

    memset(m->touched, 0, sizeof(m->touched));
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        if (makers[kind] && !m->made[kind][i]) {
            m->made[kind][i] = makers[kind]();
        }
        m->checker[i] = m->made[kind][i];
        if (!m->checker[i]) {
            continue;
        }
        m->checker[i]->asked_once = m->eager;
        choose_once(m, m->checker[i]);
        checker_power_on(m, i);
        for (unsigned w = 0; w < preset->n_writes; w++) {
            uint64_t value = preset->write[w].value;

            checker_access(m, i, preset->write[w].offset,
                           preset->write[w].size, preset->attrs, true, &value);
        }
    }
}

bool rm_checker_learn(RmModel *m, unsigned number, const RmRegisters *r)
{
    RmChecker *c = m->checker[number];

    if (!c || !c->ops->learn || c->ops->knows(c, m->now.variant)) {
        return false;
    }
    c->ops->learn(c, m->now.variant, r);
    return true;
}

bool rm_undefined(const RmModel *m, unsigned number, unsigned index,
                  uint32_t addr, RmAccessType type)
{
    const RmChecker *c = m->checker[number];

    return c && c->ops->undefined &&
           c->ops->undefined(c, index, addr, told(m, type));
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

unsigned checker_number(unsigned region)
{
    return region - (rm_is_denied(region) ? RM_DENIED0 : RM_REGS0);
}

RmChecker *checker_of(const RmModel *m, unsigned region)
{
    return rm_is_checker(region) ? m->checker[checker_number(region)] : NULL;
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
