/*
 * The model as a whole: made, reset, freed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "checkers.h"

RmModel *rm_new(void)
{
    RmModel *m = calloc(1, sizeof(*m));

    if (m) {
        m->remapped = true;     /* m->pages is not filled in yet */
        for (unsigned r = 0; r < RM_HOSTS; r++) {
            for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
                m->initial[r][i] = rm_initial_byte(r, i);
            }
            memcpy(m->host[r], m->initial[r], RM_RAM_SIZE);
        }
    }
    return m;
}

void rm_free(RmModel *m)
{
    if (m) {
        checkers_free(m);
    }
    free(m);
}

void rm_copy(RmModel *to, const RmModel *from)
{
    RmModel own = { 0 };

    memcpy(own.made, to->made, sizeof(own.made));
    *to = *from;
    memcpy(to->made, own.made, sizeof(own.made));
    memset(to->checker, 0, sizeof(to->checker));
}

void rm_set_chooser(RmModel *m, RmChooser *choose, void *opaque)
{
    m->choose = choose;
    m->choose_opaque = opaque;
}

void rm_set_eager(RmModel *m, bool eager)
{
    m->eager = eager;
}

void rm_set_tells_fetches(RmModel *m, bool tells)
{
    m->tells_fetches = tells;
}

/* Only what was used since the last reset: writing all of it costs time. */
static void reset_entries(RmModel *m)
{
    Entry *end = &m->tlb[0][0][0] + sizeof(m->tlb) / sizeof(Entry);

    for (Entry *e = &m->tlb[0][0][0]; e < end; e++) {
        if (e->changes || e->blame != RM_C14_FLUSH) {
            *e = (Entry) { .blame = RM_C14_FLUSH };
        }
    }
}

void rm_reset(RmModel *m, const RmPreset *preset, const uint8_t *pages)
{
    uint32_t regs_size = m->topology.regs_size;

    m->now = *preset;
    checkers_reset(m);
    topology_reset(&m->topology,
                   m->checker[0] ? m->checker[0]->ops->regs_size : 0);
    if (m->remapped || m->topology.regs_size != regs_size) {
        topology_pages(&m->topology, m->pages);
        m->remapped = false;
    }
    memset(m->response, RM_TX_OK, sizeof(m->response));
    memset(m->response[RM_BLOCKED], RM_TX_ERROR, 2);
    for (unsigned r = RM_ROMD; r < RM_UNASSIGNED; r++) {
        m->device[r] = rm_device(r);
    }
    memset(m->crowd, 0, sizeof(m->crowd));
    memset(m->n_watch, 0, sizeof(m->n_watch));
    memset(m->breaks, 0, sizeof(m->breaks));
    reset_entries(m);
    m->n_blocks = 0;
    memset(m->jump, 0, sizeof(m->jump));
    m->work_waits = false;
    m->log_all = m->log_late = 0;
    m->stopped = m->told_all = m->engaged = false;
    for (unsigned r = 0; r < RM_RAMS; r++) {
        m->log_vga[r] = 0;
        rm_restore_pages(m->host[r], m->initial[r], pages ? pages[r] : -1);
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            bool clean = preset->clean && c != RM_CODE;

            m->dirty.bits[r][c] = clean ? 0 : (1u << RM_RAM_PAGES) - 1;
        }
    }
}

const uint64_t *rm_decided(const RmModel *m)
{
    return m->decided;
}

const uint8_t *rm_host(const RmModel *m, RmRegion region)
{
    return m->host[region];
}
