/*
 * What changes the answers of page tables, IOMMUs and checkers (C8), and
 * which of the answers that are cached are good no more (C13).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "notify.h"
#include "checkers.h"
#include "walk.h"

void rm_set_pte(RmModel *m, unsigned mmu_idx, uint32_t va, const RmPte *pte)
{
    int page = rm_va_page(va);

    if (page >= 0) {
        m->now.pt[mmu_idx][page] = *pte;
    }
}

static void forget(RmModel *m, Entry *e, TypeState *type)
{
    count_decision(m, RM_C13_NOTIFY);
    e->dropped += type == &e->type[RM_FETCH];
    note_change(m, e);
    type->known = type->refused = false;
    type->blame = RM_C13_NOTIFY;
}

/* C13: what an IOMMU said about one page is good no more. */
static void entry_unmap(RmModel *m, Entry *e, unsigned iommu, unsigned page)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        TypeState *type = &e->type[t];

        if ((type->known || type->refused) &&
            type->asked[iommu] == page + 1) {
            forget(m, e, type);
        }
    }
}

void notify_checker(RmModel *m, unsigned number)
{
    for (unsigned i = 0; i < RM_CPUS * RM_MMU_IDX * RM_VA_PAGES; i++) {
        Entry *e = &m->tlb[0][0][0] + i;

        for (unsigned t = 0; e->present && t < RM_ACCESS_TYPES; t++) {
            TypeState *type = &e->type[t];
            Walk w;

            if (!(type->known || type->refused) || !type->asked[number]) {
                continue;
            }
            w = iommu_walk(m, e->early.region, e->early.offset, e->pte.attrs,
                           is_write(t));
            /* nor does it count what another one, behind it, leaves open */
            if (walk_undefined(m, &w, e->pte.attrs, t)) {
                continue;
            }
            if (w.addr_mask < RM_PAGE_SIZE - 1 ||
                (type->refused ? w.perm & (is_write(t) ? RM_W : RM_R) :
                 w.place.region != type->place.region ||
                 w.place.offset != type->place.offset)) {
                forget(m, e, type);
            }
        }
    }
}

/* C8: keep the answers to a read and to a write consistent: see RmAnswer. */
static void program(RmAnswer pair[2], unsigned directions,
                    const RmAnswer *answer)
{
    for (unsigned dir = 0; dir < 2; dir++) {
        uint8_t own = dir ? RM_W : RM_R;

        if (directions & own) {
            pair[dir] = *answer;
        }
        if (directions != (RM_R | RM_W) && pair[dir].perm == (RM_R | RM_W)) {
            pair[dir].perm = own;
        }
    }
}

static bool is_large(const RmAnswer pair[2])
{
    return pair[0].lg_mask > RM_PAGE_BITS || pair[1].lg_mask > RM_PAGE_BITS;
}

/* C13: who listens is told of what lies in its range, and of no more. */
static void tell(RmModel *m, unsigned iommu, unsigned index, uint32_t first,
                 uint32_t last, RmLog *log)
{
    uint32_t from, to;

    rm_listened(index, &from, &to);
    from = from < first ? first : from;
    to = to > last ? last : to;
    if (from <= to) {
        count_decision(m, RM_C13_NOTIFY);
        rm_log(log, &(RmEvent) {
            .kind = RM_EV_UNMAP, .region = RM_IOMMU0 + iommu, .index = index,
            .addr = from, .size = to - from + 1,
        });
    }
}

void rm_program_answer(RmModel *m, unsigned iommu, unsigned index,
                       unsigned page, unsigned directions,
                       const RmAnswer *answer, RmLog *log)
{
    RmAnswer *pair = m->now.iommu[iommu][index][page];
    bool large = is_large(pair);

    program(pair, directions, answer);
    if (log && (large || is_large(pair))) {
        /* what it covers: all pages may be among them */
        tell(m, iommu, index, 0, RM_IOMMU_PAGES * RM_PAGE_SIZE - 1, log);
    } else if (log) {
        tell(m, iommu, index, page * RM_PAGE_SIZE,
             page * RM_PAGE_SIZE + RM_PAGE_SIZE - 1, log);
    }
}

/* Does the IOMMU say something else now than what @type, of @e, keeps? */
static bool is_stale(const RmModel *m, const Entry *e, RmAccessType t)
{
    const TypeState *type = &e->type[t];
    Walk w = iommu_walk(m, e->early.region, e->early.offset, e->pte.attrs,
                        is_write(t));
    bool allowed = w.perm & (is_write(t) ? RM_W : RM_R);

    return w.addr_mask < RM_PAGE_SIZE - 1 || allowed == type->refused ||
           (allowed && (w.place.region != type->place.region ||
                        w.place.offset != type->place.offset));
}

void rm_told(RmModel *m, unsigned cpu, unsigned iommu, unsigned index,
             unsigned page)
{
    for (unsigned i = 0; i < RM_MMU_IDX * RM_VA_PAGES; i++) {
        Entry *e = &m->tlb[cpu][0][0] + i;

        for (unsigned t = 0; e->present && t < RM_ACCESS_TYPES; t++) {
            TypeState *type = &e->type[t];

            if ((e->pte.attrs & RM_WID_MASK) == index &&
                (type->known || type->refused) &&
                type->asked[iommu] == page + 1 && is_stale(m, e, t)) {
                forget(m, e, type);
            }
        }
    }
}

void rm_set_answer(RmModel *m, unsigned iommu, unsigned index, unsigned page,
                   unsigned directions, const RmAnswer *answer, RmLog *log)
{
    rm_program_answer(m, iommu, index, page, directions, answer, log);
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            for (unsigned p = 0; p < RM_VA_PAGES; p++) {
                Entry *e = &m->tlb[cpu][idx][p];

                if (e->present && (e->pte.attrs & RM_WID_MASK) == index) {
                    entry_unmap(m, e, iommu, page);
                }
            }
        }
    }
}
