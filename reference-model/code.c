/*
 * Dirty bits and translated code (C9, C10).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "code.h"

static unsigned page_bit(uint32_t offset)
{
    return 1u << (offset >> RM_PAGE_BITS);
}

static bool overlaps(const Block *b, unsigned region, uint32_t offset,
                     unsigned size)
{
    for (unsigned i = 0; i < b->n; i++) {
        const CodePart *p = &b->part[i];

        if (p->region == region && p->offset < offset + size &&
            offset < p->offset + p->size) {
            return true;
        }
    }
    return false;
}

/* Of a block that lies in two pages: rm_found() of the second. */
static uint64_t next_page(const Block *b)
{
    return b->n == 1 ? 0 : rm_found(RM_FOUND_HOST, b->part[1].region,
                                    b->part[1].offset);
}

/* The event that says it is invalid. */
static RmEvent block_lost(const Block *b)
{
    return (RmEvent) {
        .kind = RM_EV_CODE, .mmu_idx = b->mmu_idx,
        .region = b->part[0].region,
        .addr = b->part[0].offset, .value = next_page(b),
    };
}

/* C10: while the page is protected, code in the way of a store is lost. */
static void lose_code(RmModel *m, unsigned ram, uint32_t offset,
                      unsigned size)
{
    if (m->dirty.bits[ram][RM_CODE] & page_bit(offset)) {
        return;
    }
    for (unsigned i = 0; i < m->n_blocks; i++) {
        if (m->block[i].live && overlaps(&m->block[i], ram, offset, size)) {
            count_decision(m, RM_C10_CODE);
            m->block[i].live = false;
            m->block[i].lost = true;
        }
    }
}

void set_dirty(RmModel *m, unsigned ram, uint32_t offset, unsigned size)
{
    count_decision(m, RM_C9_DIRTY);
    lose_code(m, ram, offset, size);
    m->dirty.bits[ram][RM_VGA] |= page_bit(offset);
    m->dirty.bits[ram][RM_MIGRATION] |= page_bit(offset);
}

/* Is all RAM logged?  Who shall not log any more may do so for a while. */
static bool logs_all(RmModel *m, const RmSeen *seen, unsigned ram,
                     uint32_t offset)
{
    if (m->log_all & ~m->log_late || !m->log_late) {
        return m->log_all;
    }
    return seen ? seen->dirty.bits[ram][RM_MIGRATION] & page_bit(offset) :
                  chooses(m, RM_MAY_LOG_LATE);
}

void dma_dirty(RmModel *m, const RmSeen *seen, unsigned ram, uint32_t offset,
               unsigned size)
{
    lose_code(m, ram, offset, size);
    if (m->log_vga[ram]) {
        m->dirty.bits[ram][RM_VGA] |= page_bit(offset);
    }
    if (logs_all(m, seen, ram, offset)) {
        m->dirty.bits[ram][RM_MIGRATION] |= page_bit(offset);
    }
}

unsigned dirty_bits(const RmModel *m, const Place *p)
{
    const uint8_t *bits = m->dirty.bits[p->region];
    unsigned all = 0;

    for (unsigned c = 0; c < RM_CLIENTS; c++) {
        all |= (bits[c] >> (p->offset >> RM_PAGE_BITS) & 1) << c;
    }
    return all;
}

bool all_dirty(const RmModel *m, const Place *p)
{
    return dirty_bits(m, p) == (1u << RM_CLIENTS) - 1;
}

void maybe_dirty(RmModel *m, const RmSeen *seen, unsigned ram,
                 uint32_t offset)
{
    for (unsigned c = 0; c < RM_CLIENTS; c++) {
        unsigned may = seen ? seen->dirty.bits[ram][c] :
                       chooses(m, RM_MAY_MARK_STOPPED) ? -1u : 0;

        if (c != RM_CODE) {
            m->dirty.bits[ram][c] |= may & page_bit(offset);
        }
    }
    code_written(m, ram, offset);
}

void code_written(RmModel *m, unsigned ram, uint32_t offset)
{
    m->written[ram] |= page_bit(offset);
}

/*
 * The pages of @ram whose code bit stores have set.  While a page has code, its
 * bit is clear: stores must be noticed.  Without any, a store may set it, so that
 * later ones are fast.
 */
static unsigned code_marked(const RmModel *m, const RmSeen *seen, unsigned ram)
{
    unsigned pages = m->written[ram];

    if (!pages) {
        return 0;
    }
    for (unsigned i = 0; i < m->n_blocks; i++) {
        const Block *b = &m->block[i];

        for (unsigned n = 0; b->live && n < b->n; n++) {
            if (b->part[n].region == ram) {
                pages &= ~page_bit(b->part[n].offset);
            }
        }
    }
    return pages & (seen ? seen->dirty.bits[ram][RM_CODE] :
                    chooses(m, RM_MAY_MARK_CODE) ? -1u : 0);
}

static void settle_code(RmModel *m, const RmSeen *seen)
{
    for (unsigned r = 0; r < RM_RAMS; r++) {
        m->dirty.bits[r][RM_CODE] |= code_marked(m, seen, r);
        m->written[r] = 0;
    }
}

bool all_dirty_now(RmModel *m, const RmSeen *seen, const Place *p)
{
    unsigned bits = dirty_bits(m, p);

    if (!seen) {
        /* alone, what is chosen now is so when the operation is over */
        settle_code(m, NULL);
        return all_dirty(m, p);
    }
    if (code_marked(m, seen, p->region) & page_bit(p->offset)) {
        bits |= 1u << RM_CODE;
    }
    return bits == (1u << RM_CLIENTS) - 1;
}

static bool same_block(const Block *b, unsigned mmu_idx, unsigned n,
                       const CodePart *part)
{
    return b->mmu_idx == mmu_idx && b->n == n &&
           b->part[0].region == part[0].region &&
           b->part[0].offset == part[0].offset &&
           (n == 1 || (b->part[1].region == part[1].region &&
                       b->part[1].offset == part[1].offset));
}

static uint32_t instruction(const RmModel *m, unsigned n,
                            const CodePart *part)
{
    uint32_t insn = 0;

    for (unsigned i = 0, at = 0; i < n; i++) {
        for (unsigned k = 0; k < part[i].size; k++, at += 8) {
            insn |= (uint32_t)m->host[part[i].region][part[i].offset + k]
                    << at;
        }
    }
    return insn;
}

unsigned block_new(RmModel *m, unsigned mmu_idx, unsigned n,
                   const CodePart *part)
{
    Block *b;

    for (unsigned i = 0; i < n; i++) {
        if (rm_is_ram(part[i].region)) {
            m->dirty.bits[part[i].region][RM_CODE] &=
                ~page_bit(part[i].offset);
        }
    }
    for (unsigned i = 0; i < m->n_blocks; i++) {
        if (m->block[i].live &&
            same_block(&m->block[i], mmu_idx, n, part)) {
            return i;
        }
    }
    b = &m->block[m->n_blocks];
    *b = (Block) {
        .live = true, .mmu_idx = mmu_idx, .n = n,
        .insn = instruction(m, n, part),
    };
    memcpy(b->part, part, n * sizeof(*part));
    return m->n_blocks++;
}

uint64_t block_ran(const RmModel *m, unsigned number)
{
    const Block *b = &m->block[number];

    return rm_ran(b->insn, b->part[0].region, b->part[0].offset,
                  next_page(b));
}

RmAccess code_store(const RmAccess *a)
{
    return (RmAccess) {
        .kind = RM_PLAIN, .type = RM_STORE, .cpu = a->cpu,
        .mmu_idx = a->mmu_idx, .va = a->va + 4, .size = 4,
        .value = a->stores, .again = true,
    };
}

uint32_t code_at(const RmModel *m, unsigned region, uint32_t offset)
{
    const uint8_t *at = &m->host[region][offset];
    uint32_t insn = at[0] | at[1] << 8;

    return (insn & 3) == 3 ? insn | at[2] << 16 | (uint32_t)at[3] << 24 : insn;
}

/* --- Where CPUs have run blocks ------------------------------------------- */

/* Of the page that block @b, run at @j, lies in, or goes on in. */
static const Entry *jump_entry(const RmModel *m, const Jump *j, unsigned n)
{
    return &m->tlb[j->cpu][j->mmu_idx][rm_va_page(j->va + n * RM_PAGE_SIZE)];
}

const Jump *jump_find(const RmModel *m, const RmAccess *a)
{
    for (unsigned i = 0; i < RM_JUMPS; i++) {
        const Jump *j = &m->jump[i];

        if (j->used && j->cpu == a->cpu && j->mmu_idx == a->mmu_idx &&
            j->va == a->va) {
            return j;
        }
    }
    return NULL;
}

RmClause jump_spoilt(const RmModel *m, const Jump *j)
{
    const Block *b = &m->block[j->block];

    for (unsigned n = 0; n < b->n; n++) {
        if (jump_entry(m, j, n)->dropped != j->since[n]) {
            return RM_C14_FLUSH;
        }
    }
    return b->live ? RM_NO_CLAUSE : RM_C10_CODE;
}

/* The one that is there, one that is free, or one that is good for nothing. */
static const Jump *jump_slot(const RmModel *m, const RmAccess *a)
{
    const Jump *j = jump_find(m, a);

    for (unsigned i = 0; !j && i < RM_JUMPS; i++) {
        j = m->jump[i].used ? NULL : &m->jump[i];
    }
    for (unsigned i = 0; !j && i < RM_JUMPS; i++) {
        j = jump_spoilt(m, &m->jump[i]) ? &m->jump[i] : NULL;
    }
    return j;
}

bool jump_room(const RmModel *m, const RmAccess *a)
{
    return jump_slot(m, a);
}

void jump_new(RmModel *m, const RmAccess *a, unsigned block)
{
    Jump *j = (Jump *)jump_slot(m, a);

    *j = (Jump) {
        .used = true, .cpu = a->cpu, .mmu_idx = a->mmu_idx, .block = block,
        .va = a->va,
    };
    for (unsigned n = 0; n < m->block[block].n; n++) {
        j->since[n] = jump_entry(m, j, n)->dropped;
    }
}

/* The block that an event is about, or NULL. */
static Block *block_at(RmModel *m, const RmEvent *ev)
{
    for (unsigned i = 0; i < m->n_blocks; i++) {
        Block *b = &m->block[i];

        RmEvent own = block_lost(b);

        if ((b->live || b->lost) && own.mmu_idx == ev->mmu_idx &&
            own.region == ev->region && own.addr == ev->addr && own.value == ev->value) {
            return b;
        }
    }
    return NULL;
}

/* Alone: more may go than must. */
static void may_lose_code(RmModel *m, RmResult *r)
{
    for (unsigned i = 0; i < m->n_blocks; i++) {
        Block *b = &m->block[i];

        if (b->live && chooses(m, RM_MAY_LOSE_CODE)) {
            RmEvent ev = block_lost(b);

            b->live = false;
            rm_log(&r->log, &ev);
        }
    }
}

void rm_log_code(RmModel *m, const RmSeen *seen, RmResult *r)
{
    /* More may go than must: that costs time, and nothing else. */
    for (unsigned i = 0; seen && i < rm_log_len(seen->log); i++) {
        const RmEvent *ev = &seen->log->ev[i];
        Block *b = ev->kind == RM_EV_CODE ? block_at(m, ev) : NULL;

        if (b) {
            b->live = b->lost = false;
            rm_log(&r->log, ev);
        }
    }
    for (unsigned i = 0; i < m->n_blocks; i++) {
        Block *b = &m->block[i];

        if (b->lost && seen && r->violation.clause == RM_NO_CLAUSE) {
            r->violation.clause = RM_C10_CODE;
            snprintf(r->violation.text, sizeof(r->violation.text),
                     "the code at 0x%x of RAM %u was overwritten and is "
                     "still valid", b->part[0].offset, b->part[0].region);
        } else if (b->lost) {
            RmEvent ev = block_lost(b);

            rm_log(&r->log, &ev);
        }
        b->lost = false;
    }
    if (!seen) {
        may_lose_code(m, r);
    }
    settle_code(m, seen);
}

/* A bit for each page that the range has a part of. */
static unsigned range_bits(uint32_t offset, uint32_t len)
{
    return 2 * page_bit(offset + len - 1) - page_bit(offset);
}

void rm_clear_dirty(RmModel *m, RmClient client, RmRegion ram,
                    uint32_t offset, uint32_t len)
{
    m->dirty.bits[ram][client] &= ~range_bits(offset, len);
}

uint64_t rm_dirty_snapshot(RmModel *m, RmClient client, RmRegion ram,
                           uint32_t offset, uint32_t len,
                           const RmSeen *seen)
{
    unsigned dirty = m->dirty.bits[ram][client] & range_bits(offset, len);

    count_decision(m, RM_C9_DIRTY);
    rm_clear_dirty(m, client, ram, offset, len);
    /*
     * QEMU's documentation: the bits are cleared by whole longs of the
     * bitmap.  No long has bits of two RAMs.
     */
    if (seen) {
        m->dirty.bits[ram][client] &= seen->dirty.bits[ram][client];
    }
    return dirty >> (offset >> RM_PAGE_BITS);
}

static void log_of_one(RmModel *m, RmRegion ram, unsigned who, bool on)
{
    m->log_vga[ram] = (m->log_vga[ram] & ~who) | (on ? who : 0);
}

/* While the machine is stopped, logging may end later, and begins at once. */
static void log_of_all(RmModel *m, unsigned who, bool on)
{
    if (on) {
        m->log_all |= who;
        m->log_late &= ~who;
    } else if (m->stopped) {
        m->log_late |= m->log_all & who;
    } else {
        m->log_all &= ~who;
    }
}

void rm_set_log(RmModel *m, RmClient client, RmRegion ram, bool on)
{
    if (client == RM_MIGRATION) {
        log_of_all(m, 1, on);
    } else {
        log_of_one(m, ram, 1, on);
    }
}

void rm_also_log(RmModel *m, RmLogger who, RmRegion ram, bool on)
{
    if (who == RM_LOG_DISPLAY) {
        log_of_one(m, ram, 2, on);
    } else {
        log_of_all(m, 1u << who, on);
    }
}

void rm_run_state(RmModel *m, bool running)
{
    m->stopped = !running;
    if (running) {
        m->log_all &= ~m->log_late;
        m->log_late = 0;
    }
}

static void log_all_violation(RmResult *r, bool on, const char *how)
{
    if (r->violation.clause == RM_NO_CLAUSE) {
        r->violation.clause = RM_C9_DIRTY;
        snprintf(r->violation.text, sizeof(r->violation.text), "who listens "
                 "is %s that the logging of all RAM %s", how,
                 on ? "begins" : "ends");
    }
}

void rm_log_all(RmModel *m, const RmSeen *seen, RmResult *r)
{
    bool must = m->log_all & ~m->log_late, may = m->log_all;

    for (unsigned i = 0; seen && i < rm_log_len(seen->log); i++) {
        const RmEvent *ev = &seen->log->ev[i];

        if (ev->kind == RM_EV_LOG_ALL) {
            if (ev->flag == m->told_all) {
                log_all_violation(r, ev->flag, "told twice");
            }
            m->told_all = ev->flag;
            rm_log(&r->log, ev);
        }
    }
    if (m->told_all ? may : !must) {
        if (seen || !m->told_all || must || chooses(m, RM_MAY_LOG_LATE)) {
            return;
        }
    } else if (seen) {
        log_all_violation(r, must, "not told");
    }
    m->told_all = !m->told_all;
    rm_log(&r->log, &(RmEvent) {
        .kind = RM_EV_LOG_ALL, .flag = m->told_all,
    });
}

/* Has the implementation told of the @size bytes of @ram that are at @pa? */
static bool told(const RmSeen *seen, unsigned ram, uint32_t offset,
                 uint32_t size, uint32_t pa)
{
    for (unsigned i = 0; i < rm_log_len(seen->log); i++) {
        const RmEvent *ev = &seen->log->ev[i];

        if (ev->kind == RM_EV_LOG_CLEAR && ev->region == ram &&
            ev->addr <= offset && offset + size <= ev->addr + ev->size &&
            ev->pa + (offset - ev->addr) == pa) {
            return true;
        }
    }
    return false;
}

/* Who listens is told of those bytes, together with those before them. */
static void tell(RmResult *r, unsigned ram, uint32_t offset, uint32_t size,
                 uint32_t pa)
{
    unsigned n = rm_log_len(&r->log);
    RmEvent *last = n ? &r->log.ev[n - 1] : NULL;

    if (last && last->kind == RM_EV_LOG_CLEAR && last->region == ram &&
        last->addr + last->size == offset && last->pa + last->size == pa) {
        last->size += size;
    } else {
        rm_log(&r->log, &(RmEvent) {
            .kind = RM_EV_LOG_CLEAR, .region = ram, .addr = offset,
            .size = size, .pa = pa,
        });
    }
}

void rm_log_clear(RmModel *m, const RmSeen *seen, RmRegion ram,
                  uint32_t offset, uint32_t len, RmResult *r)
{
    uint32_t step;

    for (uint32_t pa = 0; pa < RM_PA_PAGES * RM_PAGE_SIZE;
         pa += step) {
        Place place = *page_place(m, 0, pa);
        uint32_t from, end, at;

        step = RM_PAGE_SIZE;
        if (place.in_pieces) {
            place = topology_find(&m->topology, 0, pa);
            step = TOPOLOGY_PIECE;
        }
        from = place.offset < offset ? offset : place.offset;
        end = place.offset + step;
        end = end > offset + len ? offset + len : end;
        at = pa + from - place.offset;
        if (place.region != ram || from >= end) {
            continue;
        }
        if (!seen) {
            tell(r, ram, from, end - from, at);
        } else if (!told(seen, ram, from, end - from, at) &&
                   r->violation.clause == RM_NO_CLAUSE) {
            r->violation.clause = RM_C9_DIRTY;
            snprintf(r->violation.text, sizeof(r->violation.text),
                     "who listens is not told that dirty bits at pa=0x%x "
                     "are cleared", at);
        }
    }
}

void rm_protect_code(RmModel *m, RmRegion ram, unsigned page, bool protect)
{
    if (protect) {
        m->dirty.bits[ram][RM_CODE] &= ~(1u << page);
    } else {
        m->dirty.bits[ram][RM_CODE] |= 1u << page;
    }
}

void rm_flush_code(RmModel *m)
{
    for (unsigned i = 0; i < m->n_blocks; i++) {
        if (m->block[i].live) {
            count_decision(m, RM_C10_CODE);
            m->block[i].live = false;
            m->block[i].lost = true;
        }
    }
}

bool rm_has_code(const RmModel *m, RmRegion ram, unsigned page)
{
    for (unsigned i = 0; i < m->n_blocks; i++) {
        const Block *b = &m->block[i];

        if (b->live && overlaps(b, ram, page << RM_PAGE_BITS, RM_PAGE_SIZE)) {
            return true;
        }
    }
    return false;
}

const RmDirty *rm_dirty(const RmModel *m)
{
    return &m->dirty;
}

void rm_set_dirty(RmModel *m, const RmDirty *dirty)
{
    m->dirty = *dirty;
}
