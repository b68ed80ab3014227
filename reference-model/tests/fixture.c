/*
 * See fixture.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "fixture.h"

static void map(Fixture *f, uint32_t va, uint32_t pa, unsigned prot,
                unsigned attrs)
{
    f->preset.pt[0][rm_va_page(va)] = (RmPte) {
        .pa = pa, .prot = prot, .attrs = attrs,
    };
}

static void answer(Fixture *f, unsigned iommu, unsigned page,
                   unsigned directions, unsigned region, unsigned offset)
{
    for (unsigned dir = 0; dir < 2; dir++) {
        if (directions & (dir ? RM_W : RM_R)) {
            f->preset.iommu[iommu][2][page][dir] = (RmAnswer) {
                .perm = directions, .region = region, .offset = offset,
            };
        }
    }
}

static void map_all(Fixture *f)
{
    map(f, SPLIT, 0x0000, R | W | X, 2);
    map(f, OPEN, 0x1000, R | W | X, 2);
    map(f, TORN, 0x2000, R | W | X, 2);
    map(f, TWIN, 0x3000, R | W | X, 2);
    map(f, DENY, 0x4000, R | W | X, 2);
    map(f, OPEN_RX, 0x1000, R | X, 2);
    map(f, RAM0, 0x20000, R | W | X, 0);
    map(f, RAM1, 0x28000, R | W | X, 0);
    map(f, IO, 0x30000, R | W | X, 3);
    map(f, NOWHERE, 0x38000, R | W | X, 1);
    map(f, ROM_IO, 0x30000, R | X, 0);
    map(f, ROM, 0x3d000, R | W | X, 0);
    map(f, ROMD, 0x3c000, R | W | X, 0);
    map(f, BIG, 0x3e000, R | W | X, 1);
    map(f, BITS, 0x3f000, R | W | X, 1);
    map(f, ALIAS, 0x40000, R | W | X, 0);
    map(f, RODATA, 0x41000, R | W | X, 0);
    map(f, NARROW, 0x42000, R | W | X, 0);
    map(f, SECURE, 0x20000, R | W | X, RM_SECURE);
    map(f, LAST, 0x2f000, R | W | X, 0);
    map(f, NEST, 0x12000, R | W | X, 2);
}

static void setup(Fixture *f, gconstpointer data)
{
    map_all(f);
    answer(f, 0, 0, RM_R, RM_RAM0, 0x3000);
    answer(f, 0, 0, RM_W, RM_BLOCKED, 0);
    answer(f, 0, 1, RM_R | RM_W, RM_RAM1, 0x1000);
    answer(f, 0, 2, RM_R, RM_RAM0, 0x5000);
    answer(f, 0, 2, RM_W, RM_RAM1, 0x5000);
    answer(f, 0, 3, RM_R, RM_RAM0, 0x4000);
    answer(f, 0, 3, RM_W, RM_RAM0, 0x4000);
    answer(f, 1, 2, RM_R | RM_W, RM_IOMMU0, 0x1000);
    f->m = rm_new();
    g_assert_nonnull(f->m);
    rm_reset(f->m, &f->preset, NULL);
}

static void setup_clean(Fixture *f, gconstpointer data)
{
    f->preset.clean = true;
    setup(f, data);
}

static void teardown(Fixture *f, gconstpointer data)
{
    rm_free(f->m);
}

void add_test(const char *path, FixtureFunc *test)
{
    g_test_add(path, Fixture, NULL, setup_clean, test, teardown);
}

void add_dirty_test(const char *path, FixtureFunc *test)
{
    g_test_add(path, Fixture, NULL, setup, test, teardown);
}

/* --- the guest's tables --- */

void set_pte(Fixture *f, uint32_t va, RmPte pte)
{
    rm_set_pte(f->m, 0, va, &pte);
    rm_flush_range(f->m, 0, va, 1, 1, 64);
}

void set_flags(Fixture *f, uint32_t va, uint32_t pa, unsigned flags)
{
    set_pte(f, va, (RmPte) {
        .pa = pa, .prot = R | W | X, .flags = flags,
    });
}

void set_answer(Fixture *f, unsigned index, unsigned page,
                unsigned directions, unsigned perm, unsigned region,
                unsigned offset)
{
    rm_set_answer(f->m, 0, index, page, directions, &(RmAnswer) {
        .perm = perm, .region = region, .offset = offset,
    }, NULL);
}

/* --- accesses --- */

RmStatus run(Fixture *f, RmAccess a)
{
    rm_access(f->m, &a, NULL, &f->r);
    rm_log_code(f->m, NULL, &f->r);
    return f->r.status;
}

void alone(Fixture *f, RmAccessType type, uint32_t va, unsigned size)
{
    run(f, (RmAccess) { .type = type, .va = va, .size = size });
}

uint64_t load(Fixture *f, uint32_t va, unsigned size, bool be)
{
    run(f, (RmAccess) {
        .type = RM_LOAD, .va = va, .size = size, .big_endian = be,
    });
    return f->r.value;
}

void store(Fixture *f, uint32_t va, unsigned size, bool be, uint64_t value)
{
    run(f, (RmAccess) {
        .type = RM_STORE, .va = va, .size = size, .big_endian = be,
        .value = value,
    });
}

void fills(Fixture *f, RmAccessType type, uint32_t va, unsigned size)
{
    rm_log(&f->log, &(RmEvent) {
        .kind = RM_EV_FILL, .type = type, .addr = va, .size = size,
    });
}

void asks_iommu(Fixture *f, unsigned iommu, uint32_t offset, unsigned index,
                unsigned flag)
{
    rm_log(&f->log, &(RmEvent) {
        .kind = RM_EV_TRANSLATE, .region = RM_IOMMU0 + iommu,
        .addr = offset, .index = index, .flag = flag,
    });
}

void translates(Fixture *f, uint32_t offset, unsigned index, unsigned flag)
{
    asks_iommu(f, 0, offset, index, flag);
}

RmClause told_dirty(Fixture *f, RmAccess a, const RmDirty *dirty)
{
    RmSeen seen = { .log = &f->log, .dirty = *dirty, .value = f->value };

    f->r.violation.text[0] = '\0';
    rm_access(f->m, &a, &seen, &f->r);
    rm_log_code(f->m, &seen, &f->r);
    f->log.n = 0;
    /* it says why, or nothing */
    g_assert_cmpint(!f->r.violation.text[0], ==,
                    f->r.violation.clause == RM_NO_CLAUSE);
    return f->r.violation.clause;
}

RmClause told(Fixture *f, RmAccess a)
{
    RmDirty dirty = *rm_dirty(f->m);

    return told_dirty(f, a, &dirty);
}

RmClause judge_dirty(Fixture *f, RmAccessType type, uint32_t va,
                     unsigned size, const RmDirty *dirty)
{
    return told_dirty(f, (RmAccess) { .type = type, .va = va, .size = size },
                      dirty);
}

RmClause judge(Fixture *f, RmAccessType type, uint32_t va, unsigned size)
{
    return told(f, (RmAccess) { .type = type, .va = va, .size = size });
}

/* --- what must have come of them --- */

void assert_event(Fixture *f, unsigned i, RmEvent want)
{
    const RmEvent *ev = &f->r.log.ev[i];

    g_assert_cmpuint(i, <, f->r.log.n);
    g_assert_cmpuint(ev->kind, ==, want.kind);
    g_assert_cmpuint(ev->cpu, ==, want.cpu);
    g_assert_cmpuint(ev->mmu_idx, ==, want.mmu_idx);
    g_assert_cmpuint(ev->type, ==, want.type);
    g_assert_cmpuint(ev->size, ==, want.size);
    g_assert_cmpuint(ev->region, ==, want.region);
    g_assert_cmpuint(ev->index, ==, want.index);
    g_assert_cmpuint(ev->flag, ==, want.flag);
    g_assert_cmpuint(ev->attrs, ==, want.attrs);
    g_assert_cmpuint(ev->response, ==, want.response);
    g_assert_cmpuint(ev->in_fill, ==, want.in_fill);
    g_assert_cmphex(ev->addr, ==, want.addr);
    g_assert_cmphex(ev->pa, ==, want.pa);
    if (want.kind != RM_EV_TRANSLATE) {
        g_assert_cmphex(ev->value, ==, want.value);
    }
}

void assert_fill(Fixture *f, unsigned i, RmAccessType type, uint32_t va,
                 unsigned size)
{
    assert_event(f, i, (RmEvent) {
        .kind = RM_EV_FILL, .type = type, .addr = va, .size = size,
    });
}

void assert_page_fault(Fixture *f, unsigned i, RmAccessType type,
                       uint32_t va, unsigned size)
{
    assert_event(f, i, (RmEvent) {
        .kind = RM_EV_PAGE_FAULT, .type = type, .addr = va, .size = size,
    });
}

void assert_unaligned(Fixture *f, unsigned i, RmAccessType type, uint32_t va)
{
    assert_event(f, i, (RmEvent) {
        .kind = RM_EV_UNALIGNED, .type = type, .addr = va,
    });
}

void assert_asked(Fixture *f, unsigned i, unsigned iommu, uint32_t offset,
                  unsigned flag)
{
    assert_event(f, i, (RmEvent) {
        .kind = RM_EV_TRANSLATE, .region = RM_IOMMU0 + iommu, .addr = offset,
        .index = 2, .flag = flag,
    });
}

void assert_translate(Fixture *f, unsigned i, uint32_t offset, unsigned flag)
{
    assert_asked(f, i, 0, offset, flag);
}

void assert_read(Fixture *f, unsigned i, unsigned region, uint32_t offset,
                 unsigned size, unsigned attrs, uint64_t value)
{
    assert_event(f, i, (RmEvent) {
        .kind = RM_EV_DEV_READ, .region = region, .addr = offset,
        .size = size, .attrs = attrs, .value = value,
    });
}

void assert_write(Fixture *f, unsigned i, unsigned region, uint32_t offset,
                  unsigned size, unsigned attrs, uint64_t value)
{
    assert_event(f, i, (RmEvent) {
        .kind = RM_EV_DEV_WRITE, .region = region, .addr = offset,
        .size = size, .attrs = attrs, .value = value,
    });
}

void assert_failed(Fixture *f, unsigned i, RmAccessType type, uint32_t va,
                   uint32_t pa, unsigned size, unsigned attrs,
                   RmResponse response)
{
    assert_event(f, i, (RmEvent) {
        .kind = RM_EV_TX_FAILED, .type = type, .addr = va, .pa = pa,
        .size = size, .attrs = attrs, .response = response,
    });
}

void assert_ram(Fixture *f, RmRegion region, uint32_t offset,
                const char *hex)
{
    g_autoptr(GString) bytes = g_string_new(NULL);

    for (size_t i = 0; i < (strlen(hex) + 1) / 3; i++) {
        g_string_append_printf(bytes, "%s%02x", i ? " " : "",
                               rm_host(f->m, region)[offset + i]);
    }
    g_assert_cmpstr(bytes->str, ==, hex);
}

void assert_ram_untouched(Fixture *f)
{
    for (unsigned region = 0; region < RM_HOSTS; region++) {
        for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
            g_assert_cmphex(rm_host(f->m, region)[i], ==,
                            rm_initial_byte(region, i));
        }
    }
}

void assert_written(Fixture *f, unsigned i, unsigned region, uint32_t offset,
                    unsigned len)
{
    g_assert_cmpuint(i, <, f->r.n_written);
    g_assert_cmpuint(f->r.written[i].region, ==, region);
    g_assert_cmphex(f->r.written[i].offset, ==, offset);
    g_assert_cmpuint(f->r.written[i].len, ==, len);
}

void assert_code_bits(Fixture *f, RmRegion ram, unsigned pages)
{
    g_assert_cmphex(rm_dirty(f->m)->bits[ram][RM_CODE], ==, pages);
}

void clear_pages(Fixture *f, RmClient client, RmRegion ram, unsigned page,
                 unsigned pages)
{
    rm_clear_dirty(f->m, client, ram, page * RM_PAGE_SIZE,
                   pages * RM_PAGE_SIZE);
}

void assert_dirty(Fixture *f, RmRegion ram, unsigned pages)
{
    g_assert_cmphex(rm_dirty(f->m)->bits[ram][RM_VGA], ==, pages);
    g_assert_cmphex(rm_dirty(f->m)->bits[ram][RM_MIGRATION], ==, pages);
    assert_code_bits(f, ram, 0xff);
}

RmEntry entry_of(Fixture *f, unsigned cpu, unsigned mmu_idx, uint32_t va)
{
    RmEntry e;

    rm_entry(f->m, cpu, mmu_idx, va, &e);
    return e;
}

RmEntry entry(Fixture *f, uint32_t va)
{
    return entry_of(f, 0, 0, va);
}

void assert_dropped(Fixture *f, uint32_t va, RmClause blame)
{
    RmEntry e = entry(f, va);

    g_assert_false(e.present);
    assert_clause(e.blame, blame);
}
