/*
 * One load, store or fetch: look the pages up (C14, C18), ask the IOMMUs
 * (C1, C2, C5), then move the data piece by piece (C3, C4, C9, C16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "state.h"

/* The part of an access that lies in one page. */
typedef struct Part {
    uint32_t va;
    unsigned size;
    Entry *entry;       /* NULL if the page was not looked up */
    bool asked;         /* the IOMMU was asked for this part ... */
    bool denied;        /* ... and denied the access */
} Part;

typedef struct Access {
    RmModel *m;
    const RmAccess *a;
    const RmSeen *seen;
    RmResult *r;
    unsigned n;
    Part part[2];
    uint8_t bytes[8];   /* in the order of their addresses */
} Access;

static const char *const type_names[] = { "load", "store", "fetch" };

__attribute__((format(printf, 3, 4)))
static void violation(Access *x, RmClause clause, const char *fmt, ...)
{
    RmViolation *v = &x->r->violation;
    va_list ap;

    if (v->clause == RM_NO_CLAUSE) {
        v->clause = clause;
        va_start(ap, fmt);
        vsnprintf(v->text, sizeof(v->text), fmt, ap);
        va_end(ap);
    }
}

static RmEvent event(const Access *x, RmEventKind kind, uint32_t addr,
                     unsigned size)
{
    return (RmEvent) {
        .kind = kind, .cpu = x->a->cpu, .mmu_idx = x->a->mmu_idx,
        .type = x->a->type, .size = size, .addr = addr,
    };
}

static bool same_fill(const RmEvent *a, const RmEvent *b)
{
    return a->kind == RM_EV_FILL && a->cpu == b->cpu &&
           a->mmu_idx == b->mmu_idx && a->type == b->type &&
           a->addr == b->addr && a->size == b->size;
}

/* The next fill in the implementation's log, from *@pos on; or NULL. */
static const RmEvent *next_fill(const RmLog *log, unsigned *pos)
{
    while (*pos < rm_log_len(log)) {
        if (log->ev[*pos].kind == RM_EV_FILL) {
            return &log->ev[*pos];
        }
        ++*pos;
    }
    return NULL;
}

/*
 * C14, C18: find the entry of one part.  The page tables decide if they were
 * asked; they must be asked where nothing valid is cached.  Returns false on
 * a page fault.
 */
static bool look_up(Access *x, Part *p, unsigned asked_size, unsigned *pos)
{
    const RmAccess *a = x->a;
    RmEvent fill = event(x, RM_EV_FILL, p->va, asked_size);
    int page = rm_va_page(p->va);
    Entry *e = page < 0 ? NULL : &x->m->tlb[a->cpu][a->mmu_idx][page];
    bool cached = e && e->present && (e->pte.prot & RM_PROT(a->type));
    bool filled = !cached;

    if (x->seen) {
        const RmEvent *ev;

        filled = false;
        while ((ev = next_fill(x->seen->log, pos)) && same_fill(ev, &fill)) {
            filled = true;
            ++*pos;
        }
        if (!filled && !cached) {
            if (ev && ev->addr == fill.addr) {
                violation(x, RM_C18_ORDER, "the fill at 0x%x is asked for a "
                          "%s of %u bytes, not a %s of %u", fill.addr,
                          type_names[ev->type], ev->size,
                          type_names[a->type], asked_size);
            } else {
                violation(x, !e ? RM_C14_FLUSH :
                          e->present ? RM_C11_FAST_PATH : e->blame,
                          "the page tables were not asked for the %s at 0x%x",
                          type_names[a->type], p->va);
            }
            filled = true;
        }
    }

    if (filled) {
        rm_log(&x->r->log, &fill);
        if (!e || !(x->m->now.pt[a->mmu_idx][page].prot & RM_PROT(a->type))) {
            RmEvent fault = event(x, RM_EV_PAGE_FAULT, p->va, asked_size);

            rm_log(&x->r->log, &fault);
            return false;
        }
        tlb_fill(x->m, e, a->mmu_idx, page);
    }
    p->entry = e;
    return true;
}

static void ask_iommu(Access *x, Part *p)
{
    const RmAnswer *answer = iommu_answer(x->m, p->entry, x->a->type);
    bool is_write = x->a->type == RM_STORE;

    p->asked = true;
    p->denied = !(answer->perm & (is_write ? RM_W : RM_R));
    if (!p->denied && !tlb_translated(p->entry, answer)) {
        x->r->conflict = true;
    }
}

static uint32_t iommu_addr(const Part *p)
{
    return p->entry->offset | (p->va & ~RM_PAGE_MASK);
}

static bool needs_translation(const Access *x, const Part *p)
{
    return p->entry && rm_is_iommu(p->entry->region) && !p->asked &&
           !p->entry->type[x->a->type].known;
}

/* The part that a call of translate belongs to, or NULL. */
static Part *translated_part(Access *x, const RmEvent *ev)
{
    Part *found = NULL;

    for (unsigned i = 0; i < x->n; i++) {
        Part *p = &x->part[i];

        if (p->entry && p->entry->region == ev->region &&
            p->entry->offset == (ev->addr & RM_PAGE_MASK)) {
            if (needs_translation(x, p)) {
                return p;
            }
            found = found ? found : p;
        }
    }
    return found;
}

/* C1, C2, C5: judge the calls of translate that were made, and learn. */
static void learn_translations(Access *x)
{
    unsigned flag = x->a->type == RM_STORE ? RM_W : RM_R;

    for (unsigned i = 0; i < rm_log_len(x->seen->log); i++) {
        const RmEvent *ev = &x->seen->log->ev[i];
        Part *p;

        if (ev->kind != RM_EV_TRANSLATE) {
            continue;
        }
        if (ev->in_fill) {
            violation(x, RM_C2_DEFERRAL,
                      "an IOMMU was called while the TLB was filled");
        }
        if (ev->flag != flag) {
            violation(x, RM_C1_FLAG, "a %s translates with flag %s%s%s",
                      type_names[x->a->type], ev->flag & RM_R ? "r" : "",
                      ev->flag & RM_W ? "w" : "", ev->flag ? "" : "none");
        }
        p = translated_part(x, ev);
        if (!p) {
            violation(x, RM_C3_TARGET, "the IOMMU was asked about 0x%x, "
                      "which the access does not touch", ev->addr);
            continue;
        }
        if (ev->index != p->entry->pte.wid) {
            violation(x, RM_C5_INDEX, "translated with index %u; the entry's "
                      "attributes say %u", ev->index, p->entry->pte.wid);
        }
        ask_iommu(x, p);
        rm_log(&x->r->log, ev);
    }
}

/* C2: every part whose type nothing spoke for so far asks its IOMMU. */
static void demand_translations(Access *x)
{
    for (unsigned i = 0; i < x->n; i++) {
        Part *p = &x->part[i];

        if (!needs_translation(x, p)) {
            continue;
        }
        if (x->seen) {
            violation(x, p->entry->type[x->a->type].blame,
                      "the IOMMU was not asked for the %s at 0x%x",
                      type_names[x->a->type], p->va);
        } else {
            RmEvent ev = {
                .kind = RM_EV_TRANSLATE, .cpu = x->a->cpu,
                .region = p->entry->region, .index = p->entry->pte.wid,
                .flag = x->a->type == RM_STORE ? RM_W : RM_R,
                .addr = iommu_addr(p),
            };

            rm_log(&x->r->log, &ev);
        }
        ask_iommu(x, p);
    }
}

/* C9: the bits of a page that was, or was about to be, written. */
static void set_dirty(RmModel *m, unsigned ram, unsigned offset)
{
    m->dirty.bits[ram][RM_VGA] |= 1u << (offset >> RM_PAGE_BITS);
    m->dirty.bits[ram][RM_MIGRATION] |= 1u << (offset >> RM_PAGE_BITS);
}

static void ram_piece(Access *x, const Part *p, uint8_t *bytes,
                      unsigned region, uint32_t offset)
{
    uint8_t *ram = &x->m->ram[region][offset];

    if (x->a->type == RM_STORE) {
        memcpy(ram, bytes, p->size);
        set_dirty(x->m, region, offset);
        x->r->written[x->r->n_written++] = (RmWritten) {
            .region = region, .offset = offset, .len = p->size,
        };
    } else {
        memcpy(bytes, ram, p->size);
    }
}

/* C4, C18: the transaction at @va failed. */
static void tx_failed(Access *x, const Part *p, uint32_t va, unsigned size,
                      RmResponse response)
{
    RmEvent ev = event(x, RM_EV_TX_FAILED, va, size);

    ev.pa = p->entry->pte.pa | (va & ~RM_PAGE_MASK);
    ev.wid = p->entry->pte.wid;
    ev.response = response;
    rm_log(&x->r->log, &ev);
}

/* C3, C16: an access to a device, in pieces.  Returns false if one fails. */
static bool io_pieces(Access *x, const Part *p, uint8_t *bytes,
                      unsigned region, uint32_t offset)
{
    unsigned done = 0;

    while (done < p->size) {
        uint32_t va = p->va + done;
        unsigned size = rm_piece(va, p->size - done);
        RmResponse response = RM_TX_OK;

        if (region == RM_UNASSIGNED) {
            response = RM_TX_DECODE_ERROR;
        } else {
            RmEvent ev = event(x, RM_EV_DEV_READ, offset + done, size);

            ev.mmu_idx = ev.type = 0;
            ev.region = region;
            ev.wid = p->entry->pte.wid;
            if (x->a->type == RM_STORE) {
                ev.kind = RM_EV_DEV_WRITE;
                memcpy(&ev.value, bytes + done, size);
            } else {
                ev.value = rm_device_value(region, offset + done, size);
                memcpy(bytes + done, &ev.value, size);
            }
            rm_log(&x->r->log, &ev);
            if (region == RM_BLOCKED) {
                response = RM_TX_ERROR;
            }
        }
        if (response != RM_TX_OK) {
            tx_failed(x, p, va, size, response);
            return false;
        }
        done += size;
    }
    return true;
}

/* C3, C4: where the bytes of one part are. */
static void target(const Access *x, const Part *p, unsigned *region,
                   uint32_t *offset)
{
    const TypeState *t = &p->entry->type[x->a->type];

    if (p->denied) {
        *region = RM_UNASSIGNED;
        *offset = 0;
    } else {
        *region = t->region;
        *offset = t->offset | (p->va & ~RM_PAGE_MASK);
    }
}

/*
 * C9: when page 0 stops a crossing store, QEMU has marked page 1 already
 * (C18: dirty comes before data).  More dirty bits than writes do no harm;
 * both are accepted.
 */
static void maybe_dirty(Access *x, const Part *p)
{
    unsigned region;
    uint32_t offset;

    target(x, p, &region, &offset);
    if (x->seen && x->a->type == RM_STORE && rm_is_ram(region)) {
        unsigned bit = 1u << (offset >> RM_PAGE_BITS);

        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            if (c != RM_CODE) {
                x->m->dirty.bits[region][c] |=
                    x->seen->dirty.bits[region][c] & bit;
            }
        }
    }
}

static bool move_data(Access *x)
{
    uint8_t *bytes = x->bytes;

    for (unsigned i = 0; i < x->n; i++) {
        const Part *p = &x->part[i];
        unsigned region;
        uint32_t offset;

        target(x, p, &region, &offset);
        if (rm_is_ram(region)) {
            ram_piece(x, p, bytes, region, offset);
        } else if (!io_pieces(x, p, bytes, region, offset)) {
            if (i == 0 && x->n == 2) {
                maybe_dirty(x, &x->part[1]);
            }
            return false;
        }
        bytes += p->size;
    }
    return true;
}

/* The bytes of a value, or of memory, in the other order if big-endian. */
static void swap_if(bool big_endian, uint8_t *bytes, unsigned size)
{
    for (unsigned i = 0; big_endian && i < size / 2; i++) {
        uint8_t b = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = b;
    }
}

static void split(Access *x)
{
    const RmAccess *a = x->a;
    uint32_t in_page = RM_PAGE_SIZE - (a->va & ~RM_PAGE_MASK);

    x->n = a->size > in_page ? 2 : 1;
    x->part[0] = (Part) {
        .va = a->va, .size = x->n == 2 ? in_page : a->size,
    };
    if (x->n == 2) {
        x->part[1] = (Part) {
            .va = a->va + in_page, .size = a->size - in_page,
        };
    }
}

static bool look_up_all(Access *x)
{
    unsigned pos = 0;
    const RmEvent *ev;
    bool ok = true;

    for (unsigned i = 0; ok && i < x->n; i++) {
        /* C18: the fill of page 0 is asked for the whole access */
        ok = look_up(x, &x->part[i],
                     i ? x->part[i].size : x->a->size, &pos);
    }
    if (x->seen && (ev = next_fill(x->seen->log, &pos))) {
        violation(x, RM_C18_ORDER, "the page tables were asked about 0x%x "
                  "for a %s of %u bytes, which is not part of the access",
                  ev->addr, type_names[ev->type], ev->size);
    }
    return ok;
}

void rm_access(RmModel *m, const RmAccess *a, const RmSeen *seen, RmResult *r)
{
    Access x = { .m = m, .a = a, .seen = seen, .r = r };
    bool looked_up;

    rm_result_init(r);

    split(&x);
    looked_up = look_up_all(&x);
    if (seen) {
        learn_translations(&x);
    }
    if (!looked_up) {
        r->status = RM_PAGE_FAULT;
        return;
    }
    demand_translations(&x);

    if (a->type == RM_STORE) {
        memcpy(x.bytes, &a->value, a->size);
        swap_if(a->big_endian, x.bytes, a->size);
    }
    if (!move_data(&x)) {
        r->status = RM_TX_FAILED;
        return;
    }
    if (a->type != RM_STORE) {
        swap_if(a->big_endian, x.bytes, a->size);
        memcpy(&r->value, x.bytes, a->size);
    }
}
