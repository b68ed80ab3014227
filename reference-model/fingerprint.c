/*
 * The state of the model as one number: all that later behaviour can depend on,
 * and nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "code.h"

static void add_place(RmFingerprint *f, const Place *p)
{
    fingerprint_add(f, p->region | p->readonly << 8 | p->in_pieces << 9 |
                       (uint64_t)p->offset << 32);
}

static void add_type(RmFingerprint *f, const TypeState *t)
{
    fingerprint_add(f, t->known | t->refused << 1 | t->watched << 2 |
                       t->small << 3);
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        fingerprint_add(f, t->asked[i]);
    }
    if (t->known) {
        add_place(f, &t->place);
    }
}

/* Whose fault it would be is not a part of it: blame. */
static void add_entry(RmFingerprint *f, const Entry *e)
{
    fingerprint_add(f, e->old | e->freed << 1 | e->moved << 2);
    fingerprint_bytes(f, &e->pte, sizeof(e->pte));
    add_place(f, &e->early);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        add_type(f, &e->type[t]);
    }
}

static void add_tlbs(RmFingerprint *f, const RmModel *m)
{
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX * RM_VA_PAGES; i++) {
        const Entry *e = &m->tlb[0][0][0] + i;

        if (e->present) {
            fingerprint_add(f, i);
            add_entry(f, e);
        }
    }
    fingerprint_bytes(f, m->crowd, sizeof(m->crowd));
}

static void add_topology(RmFingerprint *f, const Topology *t)
{
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        const Window *w = &t->map[i];

        fingerprint_add(f, w->base | (uint64_t)w->offset << 32);
        fingerprint_add(f, w->enabled | w->readonly << 1);
    }
    fingerprint_add(f, t->n | t->romd << 8);
    fingerprint_bytes(f, t->order, t->n);
}

static void add_code(RmFingerprint *f, const RmModel *m)
{
    for (unsigned i = 0; i < m->n_blocks; i++) {
        const Block *b = &m->block[i];

        fingerprint_add(f, b->live | b->lost << 1 | b->n << 2 |
                           b->mmu_idx << 4 | (uint64_t)b->insn << 32);
        for (unsigned p = 0; p < b->n; p++) {
            fingerprint_add(f, b->part[p].region | b->part[p].size << 8 |
                               b->part[p].offset << 16);
        }
    }
    for (unsigned i = 0; i < RM_JUMPS; i++) {
        const Jump *j = &m->jump[i];

        if (j->used && !jump_spoilt(m, j)) {
            fingerprint_add(f, j->cpu | j->mmu_idx << 1 | j->block << 8 |
                               (uint64_t)j->va << 32);
        }
    }
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned i = 0; i < m->n_watch[cpu]; i++) {
            const Watchpoint *w = &m->watch[cpu][i];

            fingerprint_add(f, w->va | (uint64_t)w->len << 32);
            fingerprint_add(f, w->directions | w->after << 7 | cpu << 8);
        }
    }
    fingerprint_bytes(f, m->breaks, sizeof(m->breaks));
}

/* Of memory, what is not as at the start. */
static void add_page(RmFingerprint *f, const uint8_t *page,
                     const uint8_t *initial, unsigned which)
{
    for (unsigned at = 0; at < RM_PAGE_SIZE; at += sizeof(uint64_t)) {
        uint64_t now, then;

        memcpy(&now, &page[at], sizeof(now));
        memcpy(&then, &initial[at], sizeof(then));
        if (now != then) {
            fingerprint_add(f, which << RM_PAGE_BITS | at);
            fingerprint_add(f, now);
        }
    }
}

static void add_memory(RmFingerprint *f, const RmModel *m,
                       const uint8_t *pages)
{
    for (unsigned r = 0; r < RM_RAMS; r++) {
        for (unsigned p = 0; p < RM_RAM_PAGES; p++) {
            unsigned at = p * RM_PAGE_SIZE;

            if (pages[r] >> p & 1) {
                add_page(f, &m->host[r][at], &m->initial[r][at],
                         r * RM_RAM_PAGES + p);
            }
        }
    }
}

static void add_checkers(RmFingerprint *f, const RmModel *m)
{
    for (unsigned i = 0; i < RM_IOMMUS && m->checker[i]; i++) {
        const RmChecker *c = m->checker[i];

        /* allocated as zeros, and its padding stays so */
        fingerprint_bytes(f, c + 1, c->ops->size - sizeof(*c));
    }
}

void rm_fingerprint(const RmModel *m, const uint8_t pages[RM_RAMS],
                    RmFingerprint *f)
{
    fingerprint_bytes(f, m->now.pt, sizeof(m->now.pt));
    if (!m->checker[0]) {
        const RmAnswer *answer = &m->now.iommu[0][0][0][0];

        for (unsigned i = 0; i < sizeof(m->now.iommu) / sizeof(*answer); i++) {
            fingerprint_add(f, answer[i].perm | answer[i].region << 8 |
                               answer[i].lg_mask << 16 |
                               (uint64_t)answer[i].offset << 32);
        }
    }
    add_checkers(f, m);
    add_topology(f, &m->topology);
    fingerprint_add(f, m->work_waits | m->told_all << 1 | m->stopped << 2);
    if (m->work_waits) {
        for (unsigned i = 0; i < RM_SPACES * RM_PA_PAGES; i++) {
            add_place(f, &m->before[0][0] + i);
        }
    }
    fingerprint_bytes(f, m->response, sizeof(m->response));
    fingerprint_bytes(f, m->device, sizeof(m->device));
    fingerprint_bytes(f, &m->dirty, sizeof(m->dirty));
    fingerprint_bytes(f, m->log_vga, sizeof(m->log_vga));
    fingerprint_add(f, m->log_all | m->log_late << 8);
    add_tlbs(f, m);
    add_code(f, m);
    add_memory(f, m, pages);
}
