/*
 * A property of the model: with nothing cached, or with nothing changed
 * since it was cached, an access does what a walk of the page tables, the
 * memory map and the IOMMUs says.  The walk here is naive on purpose: byte
 * by byte, and without anything of the model's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "../model.h"

#define SET_UPS     4000
#define ACCESSES    10      /* in each of them */

/* What the guest and the board are made of. */
typedef struct World {
    RmPreset tables;
    uint8_t ram[RM_RAMS][RM_RAM_SIZE];
    RmDirty dirty;
} World;

/* Where a byte of the guest's address space is. */
typedef struct Place {
    unsigned region;
    uint32_t offset;    /* within it */
    uint32_t pa;        /* before the IOMMU */
    uint8_t wid;
} Place;

/* What came of an access; the events are those that are not fills. */
typedef struct Outcome {
    RmStatus status;
    uint64_t value;
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

static Place find_byte(World *w, const RmAccess *a, uint32_t va)
{
    const RmPte *pte = find_pte(w, a, va);
    Place p = { .pa = pte->pa + va % 0x1000, .wid = pte->wid };

    if (p.pa < 0x20000) {
        unsigned iommu = p.pa / 0x10000, page = p.pa % 0x10000 / 0x1000;
        bool is_write = a->type == RM_STORE;
        const RmAnswer *said =
            &w->tables.iommu[iommu][pte->wid][page][is_write];
        bool granted = said->perm & (is_write ? RM_W : RM_R);

        p.region = granted ? said->region : RM_UNASSIGNED;
        p.offset = said->offset + va % 0x1000;
    } else {
        p.region = p.pa < 0x28000 ? RM_RAM0 : p.pa < 0x30000 ? RM_RAM1 :
                   p.pa < 0x38000 ? RM_IO : RM_UNASSIGNED;
        p.offset = p.pa % 0x8000;
    }
    return p;
}

static bool ram_byte(World *w, const Place *p, bool is_write, uint8_t *byte)
{
    if (p->region != RM_RAM0 && p->region != RM_RAM1) {
        return false;
    }
    if (is_write) {
        unsigned page = p->offset / 0x1000;

        w->ram[p->region][p->offset] = *byte;
        w->dirty.bits[p->region][RM_VGA] |= 1 << page;
        w->dirty.bits[p->region][RM_MIGRATION] |= 1 << page;
    } else {
        *byte = w->ram[p->region][p->offset];
    }
    return true;
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

/* One piece that is not in RAM.  Returns false if it fails. */
static bool device_piece(const RmAccess *a, uint32_t va, const Place *p,
                         unsigned size, uint8_t *bytes, RmLog *log)
{
    bool is_write = a->type == RM_STORE;

    if (p->region != RM_UNASSIGNED) {
        uint64_t value = is_write ? 0 :
                         rm_device_value(p->region, p->offset, size);

        for (unsigned i = 0; i < size; i++) {
            if (is_write) {
                value |= (uint64_t)bytes[i] << (8 * i);
            } else {
                bytes[i] = value >> (8 * i);
            }
        }
        rm_log(log, &(RmEvent) {
            .kind = is_write ? RM_EV_DEV_WRITE : RM_EV_DEV_READ,
            .cpu = a->cpu, .region = p->region, .addr = p->offset,
            .size = size, .value = value, .wid = p->wid,
        });
    }
    if (p->region == RM_IO) {
        return true;
    }
    rm_log(log, &(RmEvent) {
        .kind = RM_EV_TX_FAILED, .cpu = a->cpu, .mmu_idx = a->mmu_idx,
        .type = a->type, .size = size, .addr = va, .pa = p->pa,
        .wid = p->wid, .response = p->region == RM_BLOCKED ?
                                   RM_TX_ERROR : RM_TX_DECODE_ERROR,
    });
    return false;
}

static void walk(World *w, const RmAccess *a, Outcome *o)
{
    unsigned first = 0x1000 - a->va % 0x1000;   /* bytes in page 0, at most */
    uint8_t bytes[8];

    *o = (Outcome) { .status = RM_DONE };
    for (unsigned i = 0; i < a->size; i++) {
        if (!permits(find_pte(w, a, a->va + i), a->type)) {
            rm_log(&o->log, &(RmEvent) {
                .kind = RM_EV_PAGE_FAULT, .cpu = a->cpu,
                .mmu_idx = a->mmu_idx, .type = a->type, .size = a->size - i,
                .addr = a->va + i,
            });
            o->status = RM_PAGE_FAULT;
            return;
        }
        bytes[i] = a->value >> 8 * (a->big_endian ? a->size - 1 - i : i);
    }
    for (unsigned i = 0; i < a->size; ) {
        uint32_t va = a->va + i;
        unsigned end = i < first && first < a->size ? first : a->size;
        Place p = find_byte(w, a, va);

        if (ram_byte(w, &p, a->type == RM_STORE, &bytes[i])) {
            i++;
        } else {
            unsigned size = piece_size(va, end - i);

            if (!device_piece(a, va, &p, size, &bytes[i], &o->log)) {
                o->status = RM_TX_FAILED;
                return;
            }
            i += size;
        }
    }
    for (unsigned i = 0; a->type != RM_STORE && i < a->size; i++) {
        o->value |= (uint64_t)bytes[i] <<
                    8 * (a->big_endian ? a->size - 1 - i : i);
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
        .pa = below(rand, 0x40) * 0x1000,
        .prot = below(rand, 3) ? 7 : below(rand, 8),
        .wid = below(rand, RM_INDEXES),
    };
}

static RmAnswer random_answer(GRand *rand)
{
    return (RmAnswer) {
        .perm = below(rand, 4),
        .region = below(rand, 3) ? below(rand, RM_RAMS) :
                                   below(rand, RM_TARGETS),
        .offset = below(rand, 8) * 0x1000,
    };
}

/* One answer for both directions, or one for each (C8). */
static void random_pair(GRand *rand, RmAnswer pair[2])
{
    pair[0] = pair[1] = random_answer(rand);
    if (below(rand, 2)) {
        pair[1] = random_answer(rand);
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
        random_pair(rand, t->iommu[i / RM_IOMMU_PAGES / RM_INDEXES]
                                  [i / RM_IOMMU_PAGES % RM_INDEXES]
                                  [i % RM_IOMMU_PAGES]);
    }
    t->clean = below(rand, 2);
    for (unsigned r = 0; r < RM_RAMS; r++) {
        for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
            w->ram[r][i] = rm_initial_byte(r, i);
        }
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
                                        0x1000 - 1 - below(rand, 8);

    if (!below(rand, 50)) {
        bank += 5;
    }
    return (RmAccess) {
        .type = below(rand, RM_ACCESS_TYPES),
        .mmu_idx = below(rand, RM_MMU_IDX),
        .size = 1 << below(rand, 4),
        .big_endian = below(rand, 2),
        .va = bank * 0x100000 + page * 0x1000 + in_page,
        .value = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand),
    };
}

/* --- the comparison --- */

/* What can be seen of an access, in words. */
static void describe(GString *out, const RmAccess *a, unsigned status,
                     uint64_t value, const RmLog *log)
{
    g_string_printf(out, "type=%u idx=%u va=0x%x size=%u be=%u: status=%u "
                    "value=0x%" PRIx64, a->type, a->mmu_idx, a->va, a->size,
                    a->big_endian, status, value);
    for (unsigned i = 0; i < rm_log_len(log); i++) {
        const RmEvent *ev = &log->ev[i];

        if (ev->kind != RM_EV_FILL && ev->kind != RM_EV_TRANSLATE) {
            g_string_append_printf(out, "; kind=%u cpu=%u idx=%u type=%u "
                                   "size=%u region=%u wid=%u response=%u "
                                   "addr=0x%x pa=0x%x value=0x%" PRIx64,
                                   ev->kind, ev->cpu, ev->mmu_idx, ev->type,
                                   ev->size, ev->region, ev->wid,
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
    describe(expected, a, want.status, want.value, &want.log);
    describe(observed, a, r->status, r->value, &r->log);
    g_assert_cmpstr(observed->str, ==, expected->str);
    g_assert_cmpuint(r->violation.clause, ==, RM_NO_CLAUSE);
    for (unsigned ram = 0; ram < RM_RAMS; ram++) {
        g_assert_cmpmem(rm_ram(m, ram), RM_RAM_SIZE, w->ram[ram],
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

    if (p.region != RM_RAM0 && p.region != RM_RAM1) {
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

static void change(GRand *rand, RmModel *m, World *w)
{
    unsigned page = below(rand, 3), idx = below(rand, RM_MMU_IDX);
    RmPte *pte = &w->tables.pt[idx][page];

    if (below(rand, 2)) {
        *pte = random_pte(rand);
        rm_set_pte(m, idx, page * 0x1000, pte);
        rm_flush_page(m, 0, page * 0x1000, 1 << idx);
    } else if (pte->pa < 0x20000) {
        unsigned iommu = pte->pa / 0x10000, at = pte->pa % 0x10000 / 0x1000;
        unsigned directions = 1 + below(rand, 3);
        RmAnswer answer = random_answer(rand);

        rm_program_answer(w->tables.iommu[iommu][pte->wid][at], directions,
                          &answer);
        rm_set_answer(m, iommu, pte->wid, at, directions, &answer);
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
