/*
 * Watchpoints and breakpoints (C19).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "watch.h"
#include "tlb.h"

static bool overlaps(const Watchpoint *w, uint32_t va, unsigned len)
{
    return w->va < va + len && va < w->va + w->len;
}

unsigned watched(const RmModel *m, unsigned cpu, uint32_t va, unsigned len,
                 unsigned directions)
{
    unsigned found = 0;

    for (unsigned i = 0; i < m->n_watch[cpu]; i++) {
        if (overlaps(&m->watch[cpu][i], va, len)) {
            found |= m->watch[cpu][i].directions;
        }
    }
    return found & directions;
}

/*
 * One that has come since the pages were looked up, while an IOMMU was asked, is
 * met by an access that starts over.  It is nothing to one that goes on.
 */
static bool comes_too_late(const Access *x, const Watchpoint *w)
{
    const RmLog *log = x->seen ? x->seen->log : NULL;

    if (!log || w->number <= x->n_watched) {
        return false;
    }
    for (unsigned i = 0; i < rm_log_len(log); i++) {
        if (log->ev[i].kind == RM_EV_WATCH) {
            return false;
        }
    }
    return true;
}

bool watch_stops(Access *x, const Part *p, unsigned directions)
{
    unsigned cpu = x->a->cpu;

    if (x->stopped_after) {
        return false;
    }
    for (unsigned i = 0; i < x->m->n_watch[cpu]; i++) {
        const Watchpoint *w = &x->m->watch[cpu][i];
        RmEvent ev = {
            .kind = RM_EV_WATCH, .cpu = cpu, .attrs = p->entry->pte.attrs,
            .flag = w->directions & directions,
            .addr = w->va > p->va ? w->va : p->va,
        };

        count_decision(x->m, RM_C19_WATCHPOINT);
        if (ev.flag && overlaps(w, p->va, p->size) && !comes_too_late(x, w)) {
            rm_log(&x->r->log, &ev);
            x->stopped_after = w->after;
            return !w->after;
        }
    }
    return false;
}

bool watch_stops_plain(Access *x)
{
    unsigned direction = watch_direction(x->a->type);

    for (unsigned i = 0; i < x->n; i++) {
        if (watch_stops(x, &x->part[i], direction)) {
            return true;
        }
    }
    return false;
}

bool watched_after(const RmModel *m, const RmAccess *a)
{
    for (unsigned i = 0; i < m->n_watch[a->cpu]; i++) {
        const Watchpoint *w = &m->watch[a->cpu][i];

        if (w->after && overlaps(w, a->va, a->size)) {
            return true;
        }
    }
    return false;
}

static void insert(RmModel *m, unsigned cpu, const Watchpoint *w)
{
    uint32_t va = w->va, len = w->len;

    if (m->n_watch[cpu] == RM_WATCHPOINTS) {
        return;
    }
    m->watch[cpu][m->n_watch[cpu]] = *w;
    m->watch[cpu][m->n_watch[cpu]++].number = ++m->n_watched;
    /* What is cached of these pages does not know of it yet. */
    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        for (uint32_t at = va & RM_PAGE_MASK; at < va + len;
             at += RM_PAGE_SIZE) {
            int page = rm_va_page(at);

            if (page >= 0 && m->tlb[cpu][idx][page].present) {
                tlb_drop(m, &m->tlb[cpu][idx][page], RM_C19_WATCHPOINT);
            }
        }
    }
}

bool rm_begins_anew(const RmModel *m, const RmAccess *a)
{
    return a->again || watched_after(m, a);
}

void rm_watch(RmModel *m, unsigned cpu, uint32_t va, unsigned len,
              unsigned directions)
{
    insert(m, cpu, &(Watchpoint) {
        .va = va, .len = len, .directions = directions,
    });
}

void rm_watch_after(RmModel *m, unsigned cpu, uint32_t va, unsigned len,
                    unsigned directions)
{
    insert(m, cpu, &(Watchpoint) {
        .va = va, .len = len, .directions = directions, .after = true,
    });
}

/* The entries of these pages may be fast again: rm_entry_version(). */
static void unwatched(RmModel *m, unsigned cpu, const Watchpoint *w)
{
    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        for (uint32_t at = w->va & RM_PAGE_MASK; at < w->va + w->len;
             at += RM_PAGE_SIZE) {
            int page = rm_va_page(at);

            if (page >= 0) {
                note_change(m, &m->tlb[cpu][idx][page]);
            }
        }
    }
}

void rm_replace_cpu(RmModel *m, unsigned cpu)
{
    m->n_watch[cpu] = 0;
    memset(m->breaks[cpu], 0, sizeof(m->breaks[cpu]));
    rm_flush(m, cpu, -1);
}

void rm_unwatch(RmModel *m, unsigned cpu, uint32_t va)
{
    for (unsigned i = 0; i < m->n_watch[cpu]; i++) {
        Watchpoint *w = &m->watch[cpu][i];

        if (w->va == va) {
            unwatched(m, cpu, w);
            m->n_watch[cpu]--;
            memmove(w, w + 1, (m->n_watch[cpu] - i) * sizeof(*w));
            return;
        }
    }
}

void rm_breakpoint(RmModel *m, unsigned cpu, unsigned place, RmBreaker by,
                   bool on)
{
    uint8_t *breaks = &m->breaks[cpu][place];

    *breaks = on ? *breaks | 1u << by : *breaks & ~(1u << by);
}

/* Does one of @n instructions from @place on have a breakpoint that matches? */
static bool breaks(const RmModel *m, unsigned cpu, unsigned place, unsigned n)
{
    const unsigned matching = 1u << RM_OF_DEBUGGER | 1u << RM_OF_GUEST;

    for (unsigned i = 0; i < n; i++) {
        if (m->breaks[cpu][place + i] & matching) {
            return true;
        }
    }
    return false;
}

bool rm_stops_before(const RmModel *m, const RmAccess *a)
{
    return breaks(m, a->cpu, a->place, a->n_before);
}

bool stops_behind(const RmModel *m, const RmAccess *a)
{
    return breaks(m, a->cpu, a->place + a->n_before, a->n_behind);
}
