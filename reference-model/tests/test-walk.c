/*
 * A property of the model: with nothing cached, or with nothing changed
 * since it was cached, an access does what a walk of the page tables, the
 * memory map and the IOMMUs says.  The walk here is naive on purpose: byte
 * by byte, and without anything of the model's but the bytes of devices.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "reference-model/model.h"

#define SET_UPS     4000
#define ACCESSES    10      /* in each of them */

/* What the guest and the board are made of. */
typedef struct World {
    RmPreset tables;
    uint8_t host[RM_HOSTS][RM_RAM_SIZE];
    RmDirty dirty;
} World;

/* Where a byte of the guest's address space is. */
typedef struct Place {
    unsigned region;
    uint32_t offset;    /* within it */
    uint32_t pa;        /* before the IOMMU */
    uint8_t attrs;
    bool readonly;
    bool behind;        /* an IOMMU leads there */
    bool pieces;        /* in a page that holds several things */
} Place;

/* What came of an access; the events are those that are not fills. */
typedef struct Outcome {
    RmStatus status;
    uint64_t value, value_hi;
    RmLog log;
} Outcome;

/* --- the walk --- */

static RmPte *find_pte(World *w, const RmAccess *a, uint32_t va)
{
    for (unsigned page = 0; page < RM_VA_PAGES; page++) {
        uint32_t start = page / 16 * 0x100000 + page % 16 * 0x1000;

        if (va >= start && va < start + 0x1000) {
            return &w->tables.pt[a->mmu_idx][page];
        }
    }
    return NULL;
}

static bool permits(const RmPte *pte, RmAccessType type)
{
    return pte && pte->prot & (type == RM_LOAD ? 1 : type == RM_STORE ? 2 : 4);
}

/* Both address spaces, page by page. */
static void find_region(Place *p)
{
    uint32_t page = p->pa / 0x1000, in_page = p->pa % 0x1000;
    bool secure = p->attrs >= 4;

    p->region = RM_UNASSIGNED;
    p->offset = p->pa % 0x8000;
    if (page < 0x10) {
        p->region = RM_IOMMU0;
        p->offset = p->pa;
    } else if (page < (secure ? 0x1f : 0x20)) {
        p->region = RM_IOMMU1;
        p->offset = p->pa - (secure ? 0xf000 : 0x10000);
    } else if (page >= 0x20 && page < 0x30) {
        p->region = (page < 0x28) == !secure ? RM_RAM0 : RM_RAM1;
    } else if (page >= 0x30 && page < 0x38) {
        p->region = RM_IO;
    } else if (page >= 0x3c && !secure) {
        static const struct {
            unsigned region, offset;
        } single[] = {
            { RM_ROMD, 0 }, { RM_ROM, 0 }, { RM_BIG, 0 }, { RM_IO, 0 },
            { RM_RAM0, 0x2000 }, { RM_RAM0, 0x3000 }, { RM_NARROW, 0 },
            { RM_IO, 0x1080 },
        };

        if (page - 0x3c < G_N_ELEMENTS(single)) {
            p->region = single[page - 0x3c].region;
            p->offset = single[page - 0x3c].offset + in_page;
        }
        p->readonly = page == 0x41;
        p->pieces = page == 0x3f || page == 0x44;
    }
    if (page == 0x44 && p->pieces) {
        p->region = in_page < 0x80 ? RM_IO : RM_UNASSIGNED;
        p->offset = in_page + 0x1084;
    } else if (p->pieces) {
        p->region = in_page < 0x100 ? RM_IO : in_page < 0x400 ? RM_RAM1 :
                    in_page < 0x480 ? RM_BIG : RM_UNASSIGNED;
        p->offset = in_page < 0x100 ? in_page + 0x100 :
                    in_page < 0x400 ? in_page + 0x1000 : in_page - 0x400;
    }
}

static Place find_byte(World *w, const RmAccess *a, uint32_t va)
{
    const RmPte *pte = find_pte(w, a, va);
    Place p = { .pa = pte->pa + va % 0x1000, .attrs = pte->attrs };
    bool is_write = a->type == RM_STORE;

    find_region(&p);
    while (p.region == RM_IOMMU0 || p.region == RM_IOMMU1) {
        const RmAnswer *said =
            &w->tables.iommu[p.region == RM_IOMMU1][pte->attrs % 4]
                            [p.offset / 0x1000][is_write];
        bool granted = said->perm & (is_write ? RM_W : RM_R);

        p.behind = true;
        p.region = granted ? said->region : RM_UNASSIGNED;
        p.offset = said->offset + va % 0x1000;
    }
    if (p.behind && p.region == RM_NARROW) {
        p.region = p.offset < 0x7000 ? RM_NARROW : RM_UNASSIGNED;
        p.offset += 0x80;
    }
    p.readonly |= p.region == RM_ROM;
    return p;
}

/* Is it memory to such an access, and not a device? */
static bool is_host(const Place *p, bool is_write)
{
    return p->region == RM_RAM0 || p->region == RM_RAM1 ||
           (p->region == RM_ROM && !(p->pieces && is_write)) ||
           (p->region == RM_ROMD && !is_write);
}

static void host_byte(World *w, const Place *p, bool is_write, uint8_t *byte)
{
    if (!is_write) {
        *byte = w->host[p->region][p->offset];
    } else if (!p->readonly) {
        w->host[p->region][p->offset] = *byte;
    }
}

static void mark(World *w, const Place *p)
{
    if (p->region <= RM_RAM1 && !p->readonly && !p->pieces) {
        w->dirty.bits[p->region][RM_VGA] |= 1 << p->offset / 0x1000;
        w->dirty.bits[p->region][RM_MIGRATION] |= 1 << p->offset / 0x1000;
    }
}

/* The largest piece of @left bytes at @va: it has to divide both. */
static unsigned piece_size(uint32_t va, unsigned left)
{
    unsigned size = 8;

    while (va % size || left % size) {
        size /= 2;
    }
    return size;
}

/* One call of a device, for @size bytes of which @used are wanted. */
static void device_call(const RmAccess *a, const Place *p, uint32_t offset,
                        unsigned size, unsigned used, uint8_t *bytes,
                        RmLog *log)
{
    bool is_write = a->type == RM_STORE;
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        unsigned shift = 8 * (p->region == RM_BIG ? size - 1 - i : i);
        uint8_t byte = !is_write ? rm_device_byte(p->region, offset + i) :
                       i < used ? bytes[i] : 0;

        value |= (uint64_t)byte << shift;
        if (!is_write && i < used) {
            bytes[i] = byte;
        }
    }
    rm_log(log, &(RmEvent) {
        .kind = is_write ? RM_EV_DEV_WRITE : RM_EV_DEV_READ,
        .region = p->region, .addr = offset, .size = size, .value = value,
        .attrs = p->attrs,
    });
    if (p->region == RM_BLOCKED) {
        rm_log(log, &(RmEvent) { .kind = RM_EV_IRQ, .region = RM_BLOCKED });
    }
}

/* One piece that is not in memory.  Returns false if it fails. */
static bool device_piece(const RmAccess *a, uint32_t va, const Place *p,
                         unsigned size, uint8_t *bytes, RmLog *log)
{
    unsigned least = p->region == RM_NARROW ? 4 : 1;
    unsigned most = p->region == RM_BIG ? 2 : p->region == RM_NARROW ? 4 : 8;
    bool takes = p->region != RM_UNASSIGNED && p->region != RM_ROM &&
                 !(p->region == RM_NARROW && size > 4);

    /* In a page in pieces, this is done in steps that are aligned there. */
    while (p->pieces && p->offset % most) {
        most /= 2;
    }
    for (unsigned i = 0; takes && i < size; i += MIN(most, size)) {
        device_call(a, p, p->offset + i, MAX(MIN(most, size), least),
                    MIN(most, size), bytes + i, log);
    }
    if (takes && p->region != RM_BLOCKED) {
        return true;
    }
    rm_log(log, &(RmEvent) {
        .kind = RM_EV_TX_FAILED, .cpu = a->cpu, .mmu_idx = a->mmu_idx,
        .type = a->type, .size = size, .addr = va, .pa = p->pa,
        .attrs = p->attrs, .response = p->region == RM_BLOCKED ?
                                   RM_TX_ERROR : RM_TX_DECODE_ERROR,
    });
    return false;
}

/* The bytes [@i, @end) of an access, none of them beyond its page. */
static bool walk_part(World *w, const RmAccess *a, unsigned i, unsigned end,
                      uint8_t *bytes, RmLog *log)
{
    while (i < end) {
        Place p = find_byte(w, a, a->va + i);
        unsigned size = 1;

        if (is_host(&p, a->type == RM_STORE)) {
            host_byte(w, &p, a->type == RM_STORE, &bytes[i]);
        } else {
            size = piece_size(a->va + i, end - i);
            if (!device_piece(a, a->va + i, &p, size, &bytes[i], log)) {
                return false;
            }
        }
        i += size;
    }
    return true;
}

static uint64_t *half(uint64_t *lo, uint64_t *hi, unsigned byte)
{
    return byte < 8 ? lo : hi;
}

static void walk(World *w, const RmAccess *a, Outcome *o)
{
    unsigned end[4], parts = 0;
    unsigned first = MIN(a->size, 0x1000 - a->va % 0x1000);
    uint64_t lo = a->value, hi = a->value_hi;
    uint8_t bytes[RM_ACCESS_MAX];

    *o = (Outcome) { .status = RM_DONE };
    for (unsigned i = 0; i < a->size; i++) {
        unsigned k = a->big_endian ? a->size - 1 - i : i;

        if (!permits(find_pte(w, a, a->va + i), a->type)) {
            rm_log(&o->log, &(RmEvent) {
                .kind = RM_EV_PAGE_FAULT, .cpu = a->cpu,
                .mmu_idx = a->mmu_idx, .type = a->type, .size = a->size - i,
                .addr = a->va + i,
            });
            o->status = RM_PAGE_FAULT;
            return;
        }
        bytes[i] = *half(&lo, &hi, k) >> 8 * (k % 8);
    }
    for (unsigned i = 0; a->type == RM_STORE && i < a->size; i++) {
        Place p = find_byte(w, a, a->va + i);

        mark(w, &p);
    }
    /* the two pages, and of more than 8 bytes two halves */
    for (unsigned page = 0; page < 2; page++) {
        unsigned from = page ? first : 0, to = page ? a->size : first;

        if (to - from > 8) {
            end[parts++] = a->type == RM_STORE ? from + 8 : to - 8;
        }
        end[parts++] = to;
    }
    for (unsigned i = 0; i < parts; i++) {
        if (!walk_part(w, a, i ? end[i - 1] : 0, end[i], bytes, &o->log)) {
            o->status = RM_TX_FAILED;
            return;
        }
    }
    for (unsigned i = 0; a->type != RM_STORE && i < a->size; i++) {
        unsigned k = a->big_endian ? a->size - 1 - i : i;

        *half(&o->value, &o->value_hi, k) |= (uint64_t)bytes[i] << 8 * (k % 8);
    }
}

/* --- random set-ups and accesses --- */

static unsigned below(GRand *rand, unsigned n)
{
    return g_rand_int_range(rand, 0, n);
}

static RmPte random_pte(GRand *rand)
{
    return (RmPte) {
        .pa = below(rand, 0x45) * 0x1000,
        .prot = below(rand, 3) ? 7 : below(rand, 8),
        .attrs = below(rand, 2) ? below(rand, RM_INDEXES) :
                                below(rand, RM_ATTRS),
    };
}

/* Of the second one, a few lead to the first. */
static RmAnswer random_answer(GRand *rand, unsigned iommu)
{
    return (RmAnswer) {
        .perm = below(rand, 4),
        .region = below(rand, 3) ? below(rand, RM_RAMS) :
                                   below(rand, RM_IOMMU0 + iommu),
        .offset = below(rand, 8) * 0x1000,
    };
}

/* One answer for both directions, or one for each (C8). */
static void random_pair(GRand *rand, unsigned iommu, RmAnswer pair[2])
{
    pair[0] = pair[1] = random_answer(rand, iommu);
    if (below(rand, 2)) {
        pair[1] = random_answer(rand, iommu);
        pair[0].perm &= RM_R | (below(rand, 2) ? 0 : RM_W);
        if (pair[0].perm == (RM_R | RM_W)) {
            pair[0].perm = RM_R;
        }
        if (pair[1].perm == (RM_R | RM_W)) {
            pair[1].perm = RM_W;
        }
    }
}

static void random_world(GRand *rand, World *w)
{
    RmPreset *t = &w->tables;

    for (unsigned i = 0; i < RM_MMU_IDX * RM_VA_PAGES; i++) {
        t->pt[i / RM_VA_PAGES][i % RM_VA_PAGES] = random_pte(rand);
    }
    for (unsigned i = 0; i < RM_IOMMUS * RM_INDEXES * RM_IOMMU_PAGES; i++) {
        unsigned iommu = i / RM_IOMMU_PAGES / RM_INDEXES;

        random_pair(rand, iommu, t->iommu[iommu]
                                         [i / RM_IOMMU_PAGES % RM_INDEXES]
                                         [i % RM_IOMMU_PAGES]);
    }
    t->clean = below(rand, 2);
    for (unsigned r = 0; r < RM_HOSTS; r++) {
        for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
            w->host[r][i] = rm_initial_byte(r, i);
        }
    }
    for (unsigned r = 0; r < RM_RAMS; r++) {
        w->dirty.bits[r][RM_VGA] = t->clean ? 0 : 0xff;
        w->dirty.bits[r][RM_CODE] = 0xff;
        w->dirty.bits[r][RM_MIGRATION] = t->clean ? 0 : 0xff;
    }
}

/* On any of @pages pages of a bank, or sometimes where none can be. */
static RmAccess random_access(GRand *rand, unsigned pages)
{
    uint32_t page = below(rand, pages);
    uint32_t bank = below(rand, pages == RM_BANK_PAGES ? RM_VA_BANKS : 1);
    uint32_t in_page = below(rand, 2) ? below(rand, 0x1000) :
                                        0x1000 - 1 - below(rand, 16);
    unsigned type = below(rand, RM_ACCESS_TYPES);

    if (below(rand, 2)) {
        in_page = below(rand, 2) ? below(rand, 0x500) : in_page & ~7u;
    }
    if (!below(rand, 50)) {
        bank += 5;
    }
    return (RmAccess) {
        .type = type,
        .mmu_idx = below(rand, RM_MMU_IDX),
        .size = 1 << below(rand, type == RM_FETCH ? 4 : 5),
        .big_endian = below(rand, 2),
        .va = bank * 0x100000 + page * 0x1000 + in_page,
        .value = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand),
        .value_hi = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand),
    };
}

/* --- the comparison --- */

/* What can be seen of an access, in words. */
static void describe(GString *out, const RmAccess *a, unsigned status,
                     uint64_t value, uint64_t value_hi, const RmLog *log)
{
    g_string_printf(out, "type=%u idx=%u va=0x%x size=%u be=%u: status=%u "
                    "value=0x%" PRIx64 ":%" PRIx64, a->type, a->mmu_idx,
                    a->va, a->size, a->big_endian, status, value_hi, value);
    for (unsigned i = 0; i < rm_log_len(log); i++) {
        const RmEvent *ev = &log->ev[i];

        if (ev->kind != RM_EV_FILL && ev->kind != RM_EV_TRANSLATE) {
            g_string_append_printf(out, "; kind=%u cpu=%u idx=%u type=%u "
                                   "size=%u region=%u attrs=%u response=%u "
                                   "addr=0x%x pa=0x%x value=0x%" PRIx64,
                                   ev->kind, ev->cpu, ev->mmu_idx, ev->type,
                                   ev->size, ev->region, ev->attrs,
                                   ev->response, ev->addr, ev->pa, ev->value);
        }
    }
}

/* The model and the walk do the same access; all of it must agree. */
static void run(RmModel *m, World *w, const RmAccess *a, RmResult *r)
{
    static GString *expected, *observed;
    Outcome want;

    expected = expected ? expected : g_string_new(NULL);
    observed = observed ? observed : g_string_new(NULL);
    rm_access(m, a, NULL, r);
    walk(w, a, &want);
    describe(expected, a, want.status, want.value, want.value_hi, &want.log);
    describe(observed, a, r->status, r->value, r->value_hi, &r->log);
    g_assert_cmpstr(observed->str, ==, expected->str);
    g_assert_cmpuint(r->violation.clause, ==, RM_NO_CLAUSE);
    for (unsigned region = 0; region < RM_HOSTS; region++) {
        g_assert_cmpmem(rm_host(m, region), RM_RAM_SIZE, w->host[region],
                        RM_RAM_SIZE);
    }
    g_assert_cmpmem(rm_dirty(m), sizeof(RmDirty), &w->dirty,
                    sizeof(RmDirty));
}

/* That the generator reaches what there is to reach. */
static unsigned outcomes[RM_ASSERTED + 1], crossings, conflicts;

static void count(const RmAccess *a, const RmResult *r)
{
    outcomes[r->status]++;
    crossings += a->va % 0x1000 + a->size > 0x1000 && r->status == RM_DONE;
    conflicts += r->conflict;
}

static void each_set_up(uint32_t seed,
                        void (*test)(GRand *, RmModel *, World *))
{
    GRand *rand = g_rand_new_with_seed(seed);
    World *w = g_new0(World, 1);
    RmModel *m = rm_new();

    memset(outcomes, 0, sizeof(outcomes));
    crossings = conflicts = 0;
    for (unsigned i = 0; i < SET_UPS; i++) {
        random_world(rand, w);
        rm_reset(m, &w->tables, NULL);
        test(rand, m, w);
    }
    g_assert_cmpuint(outcomes[RM_DONE], >, 5000);
    g_assert_cmpuint(outcomes[RM_PAGE_FAULT], >, 1000);
    g_assert_cmpuint(outcomes[RM_TX_FAILED], >, 1000);
    g_assert_cmpuint(crossings, >, 500);
    rm_free(m);
    g_free(w);
    g_rand_free(rand);
}

/* --- nothing is cached --- */

static void empty(GRand *rand, RmModel *m, World *w)
{
    for (unsigned i = 0; i < ACCESSES; i++) {
        RmAccess a = random_access(rand, RM_BANK_PAGES);
        RmResult r;

        rm_flush(m, 0, (1 << RM_MMU_IDX) - 1);
        run(m, w, &a, &r);
        g_assert_false(r.conflict);
        count(&a, &r);
    }
}

static void test_empty(void)
{
    each_set_up(1, empty);
}

/* --- what is cached stays, and nothing changes --- */

/*
 * The host pages that an entry carries, by direction, to predict a conflict
 * (C7): the region + 1, and the offset of the page, of what was used.
 */
typedef struct Carried {
    unsigned region[2];
    uint32_t offset[2];
} Carried;

static bool carry(World *w, const RmAccess *a, uint32_t va, Carried *pages)
{
    Place p = find_byte(w, a, va);
    Carried *c = &pages[a->mmu_idx * RM_VA_PAGES + rm_va_page(va)];
    unsigned dir = a->type == RM_STORE;

    if (p.region > RM_ROMD || p.pieces) {
        return false;
    }
    c->region[dir] = p.region + 1;
    c->offset[dir] = p.offset / 0x1000;
    return c->region[!dir] && (c->region[!dir] != c->region[dir] ||
                               c->offset[!dir] != c->offset[dir]);
}

static void kept(GRand *rand, RmModel *m, World *w)
{
    Carried pages[RM_MMU_IDX * RM_VA_PAGES] = { 0 };

    for (unsigned i = 0; i < ACCESSES; i++) {
        RmAccess a = random_access(rand, 3);
        uint32_t last = a.va + a.size - 1;
        bool conflict = false;
        RmResult r;

        run(m, w, &a, &r);
        if (r.status != RM_PAGE_FAULT) {
            conflict = carry(w, &a, a.va, pages);
            if (last / 0x1000 != a.va / 0x1000) {
                conflict |= carry(w, &a, last, pages);
            }
        }
        g_assert_cmpint(r.conflict, ==, conflict);
        count(&a, &r);
        if (conflict) {
            return;
        }
    }
}

static void test_kept(void)
{
    each_set_up(2, kept);
    g_assert_cmpuint(conflicts, >, 100);
}

/* --- what changes is taken back, as the contract says --- */

/* An answer for both directions is given to both, or cut down to one. */
static void program(RmAnswer pair[2], unsigned directions, RmAnswer answer)
{
    if (directions == 3) {
        pair[0] = pair[1] = answer;
        return;
    }
    pair[directions == 2] = answer;
    pair[0].perm = pair[0].perm == 3 ? 1 : pair[0].perm;
    pair[1].perm = pair[1].perm == 3 ? 2 : pair[1].perm;
}

static void change(GRand *rand, RmModel *m, World *w)
{
    unsigned page = below(rand, 3), idx = below(rand, RM_MMU_IDX);
    RmPte *pte = &w->tables.pt[idx][page];

    if (below(rand, 2)) {
        *pte = random_pte(rand);
        rm_set_pte(m, idx, page * 0x1000, pte);
        rm_flush_range(m, 0, page * 0x1000, 1, 1 << idx, 64);
    } else if (pte->pa < 0x20000) {
        unsigned iommu = below(rand, 3) ? pte->pa / 0x10000 : 0;
        unsigned at = pte->pa % 0x10000 / 0x1000;
        unsigned directions = 1 + below(rand, 3);
        RmAnswer answer = random_answer(rand, iommu);

        program(w->tables.iommu[iommu][pte->attrs % 4][at], directions,
                answer);
        rm_set_answer(m, iommu, pte->attrs % 4, at, directions, &answer, NULL);
    }
}

static void changed(GRand *rand, RmModel *m, World *w)
{
    for (unsigned i = 0; i < ACCESSES; i++) {
        RmAccess a = random_access(rand, 3);
        RmResult r;

        if (below(rand, 2)) {
            change(rand, m, w);
        }
        run(m, w, &a, &r);
        count(&a, &r);
        if (r.conflict) {
            return;
        }
    }
}

static void test_changed(void)
{
    each_set_up(3, changed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/walk/empty", test_empty);
    g_test_add_func("/walk/kept", test_kept);
    g_test_add_func("/walk/changed", test_changed);
    return g_test_run();
}
