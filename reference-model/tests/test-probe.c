/*
 * Questions about a page: probes, the host address of a virtual one, and the
 * page of code.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

#define FOUND(region, offset)   (1 | (region) << 8 | (uint64_t)(offset) << 16)
#define FAULT       2
#define NO_MEMORY   4
#define WATCHED     8

static RmAccess probe(unsigned kind, RmAccessType type, uint32_t va,
                      unsigned size)
{
    return (RmAccess) {
        .kind = RM_PROBE, .probe = kind, .type = type, .va = va,
        .size = size,
    };
}

static RmAccess vaddr_to_host(RmAccessType type, uint32_t va)
{
    return (RmAccess) {
        .kind = RM_VADDR_TO_HOST, .type = type, .va = va, .nonfault = true,
    };
}

static RmAccess code_page(uint32_t va)
{
    return (RmAccess) { .kind = RM_CODE_PAGE, .type = RM_FETCH, .va = va };
}

static void assert_found(Fixture *f, RmAccess a, uint64_t want)
{
    run(f, a);
    assert_status(f, RM_DONE);
    g_assert_cmphex(f->r.value, ==, want);
    g_assert_cmpuint(f->r.n_paths, ==, 0);
    g_assert_cmpuint(f->r.n_written, ==, 0);
}

/* As memory for every kind of probe. */
static void assert_host(Fixture *f, RmAccessType type, uint32_t va,
                        uint64_t want)
{
    for (unsigned kind = 0; kind < RM_PROBES; kind++) {
        assert_found(f, probe(kind, type, va, 4), want);
    }
}

/* probe_access() says nothing of what is not memory, the others do. */
static void assert_no_memory(Fixture *f, RmAccessType type, uint32_t va)
{
    assert_found(f, probe(RM_PROBE_ACCESS, type, va, 4), 0);
    for (unsigned kind = RM_PROBE_FLAGS; kind < RM_PROBES; kind++) {
        assert_found(f, probe(kind, type, va, 4), NO_MEMORY);
    }
}

static void test_host(Fixture *f, gconstpointer data)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        assert_host(f, t, RAM0 + 8, FOUND(RM_RAM0, 8));
        assert_host(f, t, RAM1 + 0xffc, FOUND(RM_RAM1, 0xffc));
        assert_host(f, t, ALIAS, FOUND(RM_RAM0, 0x2000));
    }
    assert_host(f, RM_LOAD, ROM + 0x10, FOUND(RM_ROM, 0x10));
    assert_host(f, RM_FETCH, ROMD + 0x10, FOUND(RM_ROMD, 0x10));
    assert_host(f, RM_LOAD, RODATA, FOUND(RM_RAM0, 0x3000));
    assert_dirty(f, RM_RAM0, 5);
    assert_ram_untouched(f);
}

static void test_no_memory(Fixture *f, gconstpointer data)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        assert_no_memory(f, t, IO);
        assert_no_memory(f, t, NOWHERE);
        assert_no_memory(f, t, BITS + 0x100);
    }
    assert_no_memory(f, RM_STORE, ROM);
    assert_no_memory(f, RM_STORE, ROMD);
    assert_no_memory(f, RM_STORE, RODATA);
    rm_romd_mode(f->m, false);
    assert_no_memory(f, RM_LOAD, ROMD);
}

static void test_flags(Fixture *f, gconstpointer data)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        set_flags(f, FREE, 0x20000, RM_PTE_SWAP);
        assert_no_memory(f, t, FREE);
        set_flags(f, FREE, 0x20000, RM_PTE_DISCARD);
        assert_no_memory(f, t, FREE);
        set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
        assert_host(f, t, FREE, FOUND(RM_RAM0, 0));
        set_flags(f, FREE, 0x20000, RM_PTE_WINV);
        assert_host(f, t, FREE, FOUND(RM_RAM0, 0));
        set_pte(f, FREE, (RmPte) { .pa = 0x20000, .prot = 7, .lg_size = 9 });
        assert_host(f, t, FREE, FOUND(RM_RAM0, 0));
    }
}

/* A size of 0 asks for the fault alone; probe_access() then says nothing. */
static void test_size_0(Fixture *f, gconstpointer data)
{
    assert_found(f, probe(RM_PROBE_ACCESS, RM_LOAD, RAM0, 0), 0);
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_LOAD, RAM0, 0);
    for (unsigned kind = RM_PROBE_FLAGS; kind < RM_PROBES; kind++) {
        assert_found(f, probe(kind, RM_LOAD, RAM0, 0), FOUND(RM_RAM0, 0));
    }
    run(f, probe(RM_PROBE_ACCESS, RM_LOAD, HOLE, 0));
    assert_status(f, RM_PAGE_FAULT);
}

static void test_size(Fixture *f, gconstpointer data)
{
    assert_found(f, probe(RM_PROBE_FLAGS, RM_STORE, RAM0, 0x80),
                 FOUND(RM_RAM0, 0));
    assert_fill(f, 0, RM_STORE, RAM0, 0x80);
}

/* Up to a page: the page tables are asked about all of it. */
static void test_size_page(Fixture *f, gconstpointer data)
{
    static const unsigned sizes[] = { 0x100, 0x101, 0xfff, 0x1000 };

    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        RmAccess a = probe(RM_PROBE_FLAGS, RM_LOAD, RAM0, sizes[i]);

        rm_flush(f->m, 0, 1);
        assert_found(f, a, FOUND(RM_RAM0, 0));
        assert_n_events(f, 1);
        assert_fill(f, 0, RM_LOAD, RAM0, sizes[i]);
        rm_flush(f->m, 0, 1);
        fills(f, RM_LOAD, RAM0, sizes[i]);
        assert_clause(told(f, a), RM_NO_CLAUSE);
        /* not about what is left of it in eight bits */
        rm_flush(f->m, 0, 1);
        fills(f, RM_LOAD, RAM0, sizes[i] & 0xff);
        assert_clause(told(f, a), RM_C18_ORDER);
        a.va = HOLE;
        run(f, a);
        assert_page_fault(f, 1, RM_LOAD, HOLE, sizes[i]);
    }
}

/* Alignment is the concern of accesses. */
static void test_unaligned(Fixture *f, gconstpointer data)
{
    RmAccess a = probe(RM_PROBE_FLAGS, RM_LOAD, RAM0 + 1, 4);

    a.align = RM_ALIGN_NATURAL;
    assert_found(f, a, FOUND(RM_RAM0, 1));
    assert_found(f, a, FOUND(RM_RAM0, 1));
}

static void test_fault(Fixture *f, gconstpointer data)
{
    for (unsigned kind = 0; kind < RM_PROBES; kind++) {
        RmAccess a = probe(kind, RM_STORE, ROM_IO + 4, 4);

        run(f, a);
        assert_status(f, RM_PAGE_FAULT);
        assert_n_events(f, 2);
        assert_fill(f, 0, RM_STORE, ROM_IO + 4, 4);
        assert_page_fault(f, 1, RM_STORE, ROM_IO + 4, 4);
        /* without a fault, it is the answer */
        a.nonfault = true;
        assert_found(f, a, FAULT);
        assert_n_events(f, 1);
        assert_fill(f, 0, RM_STORE, ROM_IO + 4, 4);
    }
    g_assert_false(entry(f, ROM_IO).present);
}

/* --- C1 to C6 --- */

static void test_iommu(Fixture *f, gconstpointer data)
{
    assert_found(f, probe(RM_PROBE_FLAGS, RM_LOAD, SPLIT + 4, 4),
                 FOUND(RM_RAM0, 0x3004));
    assert_n_events(f, 2);
    assert_fill(f, 0, RM_LOAD, SPLIT + 4, 4);
    assert_translate(f, 1, 4, RM_R);
    /* the device that takes the writes is not called */
    assert_found(f, probe(RM_PROBE_FLAGS, RM_STORE, SPLIT + 4, 4), NO_MEMORY);
    assert_n_events(f, 1);
    assert_translate(f, 0, 4, RM_W);
    assert_found(f, probe(RM_PROBE_FLAGS, RM_FETCH, SPLIT + 4, 4),
                 FOUND(RM_RAM0, 0x3004));
    assert_n_events(f, 0);
    /* what it learned, a load need not ask for */
    g_assert_cmphex(load(f, SPLIT, 1, false), ==, 0xef);
    assert_n_events(f, 0);
}

/* C4: no address, and nothing is reported. */
static void test_denied(Fixture *f, gconstpointer data)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        rm_flush(f->m, 0, 1);
        assert_found(f, probe(RM_PROBE_ACCESS, t, DENY, 4), 0);
        assert_n_events(f, 2);
        assert_translate(f, 1, 0x4000, t == RM_STORE ? RM_W : RM_R);
        /* it may be remembered */
        assert_no_memory(f, t, DENY);
        assert_n_events(f, 0);
        assert_found(f, vaddr_to_host(t, DENY), 0);
    }
    assert_found(f, code_page(DENY), 0);
}

static void test_granule(Fixture *f, gconstpointer data)
{
    rm_set_answer(f->m, 0, 2, 1, RM_R | RM_W, &(RmAnswer) {
        .perm = RM_R | RM_W, .region = RM_RAM1, .offset = 0x1000,
        .lg_mask = 8,
    }, NULL);
    assert_no_memory(f, RM_LOAD, OPEN);
    assert_found(f, vaddr_to_host(RM_LOAD, OPEN), 0);
    assert_found(f, code_page(OPEN), 0);
    assert_clause(told(f, probe(RM_PROBE_FLAGS, RM_LOAD, OPEN, 4)),
                  RM_C6_GRANULARITY);
}

static void test_conflict(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, TORN, 4);
    assert_found(f, probe(RM_PROBE_FLAGS, RM_STORE, TORN, 4),
                 FOUND(RM_RAM1, 0x5000));
    g_assert_true(f->r.conflict);
}

static void test_judged(Fixture *f, gconstpointer data)
{
    RmAccess a = probe(RM_PROBE_FLAGS, RM_LOAD, OPEN, 4);

    assert_clause(told(f, a), RM_C14_FLUSH);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, OPEN, 8);
    assert_clause(told(f, a), RM_C18_ORDER);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, OPEN, 4);
    assert_clause(told(f, a), RM_C2_DEFERRAL);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, 0x1000, 2, RM_W);
    assert_clause(told(f, a), RM_C1_FLAG);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, 0x1000, 3, RM_R);
    assert_clause(told(f, a), RM_C5_INDEX);
    fills(f, RM_LOAD, RAM0, 4);
    assert_clause(told(f, a), RM_C18_ORDER);
    set_answer(f, 2, 1, RM_R | RM_W, 0, 0, 0);
    assert_clause(told(f, a), RM_C13_NOTIFY);
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, 0x1000, 2, RM_R);
    assert_clause(told(f, a), RM_NO_CLAUSE);
}

/* --- C9 --- */

/* Who is given an address by a probe for writing writes there. */
static void test_dirty(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    dirty.bits[RM_RAM0][RM_VGA] = 0x81;
    dirty.bits[RM_RAM0][RM_MIGRATION] = 0x81;
    fills(f, RM_LOAD, RAM0, 4);
    told_dirty(f, probe(RM_PROBE_FLAGS, RM_LOAD, RAM0, 4), &dirty);
    told_dirty(f, probe(RM_PROBE_FLAGS, RM_FETCH, RAM0, 4), &dirty);
    told_dirty(f, probe(RM_PROBE_FLAGS, RM_STORE, IO, 4), &dirty);
    assert_dirty(f, RM_RAM0, 0);
    told_dirty(f, probe(RM_PROBE_FLAGS, RM_STORE, RAM0, 4), &dirty);
    assert_dirty(f, RM_RAM0, 1);
    for (unsigned kind = RM_PROBE_ACCESS; kind < RM_PROBES; kind++) {
        clear_pages(f, RM_VGA, RM_RAM0, 0, 1);
        told(f, probe(kind, RM_STORE, RAM0, 4));
        g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==, 1);
        /* of no length: probe_access() gives no address */
        clear_pages(f, RM_VGA, RM_RAM0, 0, 1);
        told(f, probe(kind, RM_STORE, RAM0, 0));
        g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==,
                        kind != RM_PROBE_ACCESS);
    }
}

/* Nobody writes where a watchpoint was hit: the bits may be set, or not. */
static void test_dirty_stopped(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    rm_watch(f->m, 0, RAM0, 4, RM_W);
    fills(f, RM_STORE, RAM0, 4);
    told_dirty(f, probe(RM_PROBE_ACCESS, RM_STORE, RAM0, 4), &dirty);
    assert_status(f, RM_WATCHPOINT);
    assert_dirty(f, RM_RAM0, 0);
    dirty.bits[RM_RAM0][RM_VGA] = dirty.bits[RM_RAM0][RM_MIGRATION] = 1;
    fills(f, RM_STORE, RAM0, 4);
    told_dirty(f, probe(RM_PROBE_ACCESS, RM_STORE, RAM0, 4), &dirty);
    assert_dirty(f, RM_RAM0, 1);
}

/* --- C19 --- */

static void test_watch(Fixture *f, gconstpointer data)
{
    rm_watch(f->m, 0, RAM0 + 8, 4, RM_W);
    run(f, probe(RM_PROBE_ACCESS, RM_STORE, RAM0 + 4, 8));
    assert_status(f, RM_WATCHPOINT);
    assert_n_events(f, 2);
    assert_fill(f, 0, RM_STORE, RAM0 + 4, 8);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_WATCH, .flag = RM_W, .addr = RAM0 + 8,
    });
    g_assert_cmphex(f->r.value, ==, 0);
    /* beside it, the other way, and of no size */
    assert_found(f, probe(RM_PROBE_ACCESS, RM_STORE, RAM0 + 4, 4),
                 FOUND(RM_RAM0, 4));
    assert_found(f, probe(RM_PROBE_ACCESS, RM_LOAD, RAM0 + 4, 8),
                 FOUND(RM_RAM0, 4));
    assert_found(f, probe(RM_PROBE_ACCESS, RM_STORE, RAM0 + 8, 0), 0);
    /* the others tell, and fire none */
    for (unsigned kind = RM_PROBE_FLAGS; kind < RM_PROBES; kind++) {
        assert_found(f, probe(kind, RM_STORE, RAM0 + 8, 4),
                     FOUND(RM_RAM0, 8) | WATCHED);
        assert_found(f, probe(kind, RM_STORE, RAM0 + 0x100, 4),
                     FOUND(RM_RAM0, 0x100) | WATCHED);
        assert_found(f, probe(kind, RM_LOAD, RAM0 + 8, 4),
                     FOUND(RM_RAM0, 8));
        assert_found(f, probe(kind, RM_FETCH, RAM0 + 8, 4),
                     FOUND(RM_RAM0, 8));
        assert_found(f, probe(kind, RM_STORE, RAM1, 4), FOUND(RM_RAM1, 0));
    }
}

static void test_watch_read(Fixture *f, gconstpointer data)
{
    rm_watch(f->m, 0, RAM0 + 8, 4, RM_R);
    run(f, probe(RM_PROBE_ACCESS, RM_LOAD, RAM0 + 8, 1));
    assert_status(f, RM_WATCHPOINT);
    run(f, probe(RM_PROBE_ACCESS, RM_STORE, RAM0 + 8, 1));
    assert_status(f, RM_DONE);
    run(f, probe(RM_PROBE_ACCESS, RM_FETCH, RAM0 + 8, 1));
    assert_status(f, RM_DONE);
    assert_found(f, vaddr_to_host(RM_LOAD, RAM0 + 0x100), 0);
    assert_found(f, vaddr_to_host(RM_FETCH, RAM0), FOUND(RM_RAM0, 0));
}

/* Where there is no memory, nothing is watched either. */
static void test_watch_device(Fixture *f, gconstpointer data)
{
    rm_watch(f->m, 0, IO, 8, RM_R | RM_W);
    assert_no_memory(f, RM_LOAD, IO);
}

/* --- tlb_vaddr_to_host() --- */

static void test_vaddr(Fixture *f, gconstpointer data)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        rm_flush(f->m, 0, 1);
        assert_found(f, vaddr_to_host(t, RAM1 + 0x123),
                     FOUND(RM_RAM1, 0x123));
        assert_n_events(f, 1);
        assert_fill(f, 0, t, RAM1 + 0x123, 0);
        assert_found(f, vaddr_to_host(t, IO), 0);
        assert_found(f, vaddr_to_host(t, NOWHERE), 0);
        assert_found(f, vaddr_to_host(t, BITS + 0x100), 0);
        /* a fault is no answer, and no fault */
        assert_found(f, vaddr_to_host(t, HOLE), 0);
        assert_n_events(f, 1);
        assert_fill(f, 0, t, HOLE, 0);
        set_flags(f, FREE, 0x20000, RM_PTE_SWAP);
        assert_found(f, vaddr_to_host(t, FREE), 0);
        set_flags(f, FREE, 0x20000, RM_PTE_CHECK);
        assert_found(f, vaddr_to_host(t, FREE), 0);
        set_flags(f, FREE, 0x20000, RM_PTE_DISCARD);
        assert_found(f, vaddr_to_host(t, FREE), 0);
    }
    assert_found(f, vaddr_to_host(RM_LOAD, ROM), FOUND(RM_ROM, 0));
    assert_found(f, vaddr_to_host(RM_STORE, ROM), 0);
    assert_found(f, vaddr_to_host(RM_LOAD, ROMD), FOUND(RM_ROMD, 0));
    assert_found(f, vaddr_to_host(RM_STORE, ROMD), 0);
    assert_found(f, vaddr_to_host(RM_STORE, RODATA), 0);
    assert_found(f, vaddr_to_host(RM_LOAD, SPLIT), FOUND(RM_RAM0, 0x3000));
    assert_found(f, vaddr_to_host(RM_STORE, SPLIT), 0);
}

/* None for what is watched, whatever the page was when it was filled. */
static void test_vaddr_watched(Fixture *f, gconstpointer data)
{
    assert_found(f, vaddr_to_host(RM_STORE, RAM0), FOUND(RM_RAM0, 0));
    rm_watch(f->m, 0, RAM0 + 0xff0, 1, RM_W);
    assert_found(f, vaddr_to_host(RM_STORE, RAM0), 0);
    assert_n_events(f, 1);
    assert_found(f, vaddr_to_host(RM_LOAD, RAM0), FOUND(RM_RAM0, 0));
}

/*
 * C9: stores through the address of a page that is clean would go
 * unnoticed, so that it has none, whatever the implementation says.
 */
static void test_vaddr_clean(Fixture *f, gconstpointer data)
{
    for (unsigned client = 0; client < RM_CLIENTS; client++) {
        /* all pages but this one */
        clear_pages(f, client, RM_RAM0, 0, 1);
        f->value = 0;
        assert_found(f, vaddr_to_host(RM_STORE, RAM0), 0);
        told(f, vaddr_to_host(RM_STORE, RAM0));
        g_assert_cmphex(f->r.value, ==, 0);
        f->value = FOUND(RM_RAM0, 0);
        told(f, vaddr_to_host(RM_STORE, RAM0));
        g_assert_cmphex(f->r.value, ==, 0);
        assert_found(f, vaddr_to_host(RM_LOAD, RAM0), FOUND(RM_RAM0, 0));
        assert_found(f, vaddr_to_host(RM_FETCH, RAM0), FOUND(RM_RAM0, 0));
        assert_found(f, vaddr_to_host(RM_STORE, ALIAS),
                     FOUND(RM_RAM0, 0x2000));
        assert_found(f, vaddr_to_host(RM_STORE, RAM1), FOUND(RM_RAM1, 0));
        /* and dirty again */
        if (client == RM_CODE) {
            rm_protect_code(f->m, RM_RAM0, 0, false);
        } else {
            alone(f, RM_STORE, RAM0, 1);
        }
        assert_found(f, vaddr_to_host(RM_STORE, RAM0), FOUND(RM_RAM0, 0));
    }
}

/* Where all pages are clean, one that is written to has an address. */
static void test_vaddr_all_clean(Fixture *f, gconstpointer data)
{
    assert_found(f, vaddr_to_host(RM_STORE, RAM0), 0);
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_STORE, RAM0, 0);
    assert_dirty(f, RM_RAM0, 0);
    alone(f, RM_STORE, RAM0, 1);
    assert_found(f, vaddr_to_host(RM_STORE, RAM0), FOUND(RM_RAM0, 0));
}

/* A page that was clean may still be taken for clean. */
static void test_vaddr_was_clean(Fixture *f, gconstpointer data)
{
    f->value = 0;
    fills(f, RM_STORE, RAM0, 0);
    told(f, vaddr_to_host(RM_STORE, RAM0));
    g_assert_cmphex(f->r.value, ==, 0);
    f->value = FOUND(RM_RAM0, 0);
    told(f, vaddr_to_host(RM_STORE, RAM0));
    g_assert_cmphex(f->r.value, ==, FOUND(RM_RAM0, 0));
    /* for loads that is no excuse */
    f->value = 0;
    told(f, vaddr_to_host(RM_LOAD, RAM0));
    g_assert_cmphex(f->r.value, ==, FOUND(RM_RAM0, 0));
    /* and the model decides what is found */
    f->value = FOUND(RM_RAM1, 0);
    told(f, vaddr_to_host(RM_STORE, RAM0));
    g_assert_cmphex(f->r.value, ==, FOUND(RM_RAM0, 0));
}

/* --- get_page_addr_code_hostp() --- */

static void test_code_page(Fixture *f, gconstpointer data)
{
    assert_found(f, code_page(RAM0 + 0x10), FOUND(RM_RAM0, 0x10));
    assert_n_events(f, 1);
    assert_fill(f, 0, RM_FETCH, RAM0 + 0x10, 1);
    assert_found(f, code_page(ROM), FOUND(RM_ROM, 0));
    assert_found(f, code_page(ROMD), FOUND(RM_ROMD, 0));
    assert_found(f, code_page(RODATA), FOUND(RM_RAM0, 0x3000));
    assert_found(f, code_page(IO), 0);
    assert_found(f, code_page(BITS + 0x100), 0);
    assert_found(f, code_page(SPLIT), FOUND(RM_RAM0, 0x3000));
    assert_translate(f, 1, 0, RM_R);
    run(f, code_page(HOLE));
    assert_status(f, RM_PAGE_FAULT);
    assert_page_fault(f, 1, RM_FETCH, HOLE, 1);
    /* not for less than a page */
    set_pte(f, FREE, (RmPte) { .pa = 0x20000, .prot = 7, .lg_size = 11 });
    assert_found(f, code_page(FREE), 0);
    set_pte(f, FREE, (RmPte) { .pa = 0x20000, .prot = 7, .lg_size = 13 });
    assert_found(f, code_page(FREE), FOUND(RM_RAM0, 0));
    /* a watchpoint is no hindrance */
    rm_watch(f->m, 0, RAM0, 8, RM_R | RM_W);
    assert_found(f, code_page(RAM0), FOUND(RM_RAM0, 0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/probe/host", test_host);
    add_test("/probe/no-memory", test_no_memory);
    add_test("/probe/flags", test_flags);
    add_test("/probe/size-0", test_size_0);
    add_test("/probe/size", test_size);
    add_test("/probe/size-page", test_size_page);
    add_test("/probe/unaligned", test_unaligned);
    add_test("/probe/fault", test_fault);
    add_test("/probe/iommu", test_iommu);
    add_test("/probe/C4/denied", test_denied);
    add_test("/probe/C6/granule", test_granule);
    add_test("/probe/C7/conflict", test_conflict);
    add_test("/probe/judged", test_judged);
    add_test("/probe/C9/dirty", test_dirty);
    add_test("/probe/C9/dirty-stopped", test_dirty_stopped);
    add_test("/probe/C19/watch", test_watch);
    add_test("/probe/C19/watch-read", test_watch_read);
    add_test("/probe/C19/watch-device", test_watch_device);
    add_dirty_test("/probe/vaddr", test_vaddr);
    add_dirty_test("/probe/vaddr-watched", test_vaddr_watched);
    add_dirty_test("/probe/vaddr-clean", test_vaddr_clean);
    add_test("/probe/vaddr-all-clean", test_vaddr_all_clean);
    add_dirty_test("/probe/vaddr-was-clean", test_vaddr_was_clean);
    add_test("/probe/code-page", test_code_page);
    return g_test_run();
}
