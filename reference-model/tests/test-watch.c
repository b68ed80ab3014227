/*
 * Watchpoints (C19), and where they come among the rest (C16, C18).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fixture.h"

#define RW (RM_R | RM_W)

static void assert_hit(Fixture *f, uint32_t addr, unsigned flag)
{
    assert_status(f, RM_WATCHPOINT);
    assert_event(f, f->r.log.n - 1, (RmEvent) {
        .kind = RM_EV_WATCH, .addr = addr, .flag = flag,
    });
    g_assert_cmphex(f->r.value, ==, 0);
    g_assert_cmpuint(f->r.n_written, ==, 0);
    g_assert_cmpuint(f->r.n_paths, ==, 0);
}

static void assert_no_hit(Fixture *f)
{
    assert_status(f, RM_DONE);
    for (unsigned i = 0; i < f->r.log.n; i++) {
        g_assert_cmpuint(f->r.log.ev[i].kind, !=, RM_EV_WATCH);
    }
}

static void test_bytes(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t at;
        unsigned size;
        uint32_t hit;       /* 0: none */
    } cases[] = {
        { 0x7, 1, 0 }, { 0x8, 1, 0x8 }, { 0xb, 1, 0xb }, { 0xc, 1, 0 },
        { 0x4, 4, 0 }, { 0x4, 8, 0x8 }, { 0x5, 4, 0x8 }, { 0xa, 4, 0xa },
        { 0xb, 8, 0xb }, { 0x0, 16, 0x8 }, { 0xc, 16, 0 }, { 0, 8, 0 },
        { 0x1008, 4, 0 },
    };

    rm_watch(f->m, 0, RAM0 + 8, 4, RM_W);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        store(f, RAM0 + cases[i].at, cases[i].size, false, -1);
        if (cases[i].hit) {
            assert_hit(f, RAM0 + cases[i].hit, RM_W);
        } else {
            assert_no_hit(f);
        }
    }
    assert_ram(f, RM_RAM0, 6, "ff ff 2f 15 78 dd ff");
}

static void test_directions(Fixture *f, gconstpointer data)
{
    for (unsigned directions = RM_R; directions <= RW; directions++) {
        rm_reset(f->m, &f->preset, NULL);
        rm_watch(f->m, 0, RAM0, 8, directions);
        alone(f, RM_LOAD, RAM0, 4);
        if (directions & RM_R) {
            assert_hit(f, RAM0, RM_R);
        } else {
            assert_no_hit(f);
        }
        alone(f, RM_STORE, RAM0, 4);
        if (directions & RM_W) {
            assert_hit(f, RAM0, RM_W);
        } else {
            assert_no_hit(f);
        }
        /* never for code */
        alone(f, RM_FETCH, RAM0, 4);
        assert_no_hit(f);
        /* a read-modify-write is both */
        run(f, (RmAccess) {
            .kind = RM_READ_MODIFY_WRITE, .va = RAM0, .size = 4,
        });
        assert_hit(f, RAM0, directions);
        run(f, (RmAccess) {
            .kind = RM_COMPARE_EXCHANGE, .va = RAM0 + 4, .size = 4,
        });
        assert_hit(f, RAM0 + 4, directions);
        run(f, (RmAccess) {
            .kind = RM_COMPARE_EXCHANGE, .va = RAM0 + 8, .size = 4,
        });
        assert_no_hit(f);
    }
}

/* The one that was added first is met first. */
static void test_order(Fixture *f, gconstpointer data)
{
    rm_watch(f->m, 0, RAM0 + 8, 4, RM_W);
    rm_watch(f->m, 0, RAM0 + 4, 4, RW);
    rm_watch(f->m, 0, RAM0 + 8, 1, RW);
    alone(f, RM_STORE, RAM0, 16);
    assert_hit(f, RAM0 + 8, RM_W);
    /* it does not watch loads */
    alone(f, RM_LOAD, RAM0, 16);
    assert_hit(f, RAM0 + 4, RM_R);
    rm_unwatch(f->m, 0, RAM0 + 8);
    alone(f, RM_STORE, RAM0, 16);
    assert_hit(f, RAM0 + 4, RM_W);
    alone(f, RM_STORE, RAM0 + 9, 2);
    assert_no_hit(f);
    alone(f, RM_STORE, RAM0 + 8, 2);
    assert_hit(f, RAM0 + 8, RM_W);
    /* of two that begin there, the first goes first */
    rm_unwatch(f->m, 0, RAM0 + 8);
    alone(f, RM_STORE, RAM0 + 8, 2);
    assert_no_hit(f);
    /* what is not there cannot go */
    rm_unwatch(f->m, 0, RAM0 + 8);
    rm_unwatch(f->m, 0, RAM0 + 5);
    alone(f, RM_STORE, RAM0 + 7, 2);
    assert_hit(f, RAM0 + 7, RM_W);
}

static void test_limit(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i <= RM_WATCHPOINTS; i++) {
        rm_watch(f->m, 0, RAM0 + 16 * i, 1, RW);
    }
    alone(f, RM_LOAD, RAM0 + 16 * (RM_WATCHPOINTS - 1), 1);
    assert_status(f, RM_WATCHPOINT);
    alone(f, RM_LOAD, RAM0 + 16 * RM_WATCHPOINTS, 1);
    assert_no_hit(f);
    /* the one that was ignored took nothing from the TLB */
    alone(f, RM_LOAD, RAM1, 1);
    rm_watch(f->m, 0, RAM1, 1, RW);
    g_assert_true(entry(f, RAM1).present);
    rm_unwatch(f->m, 0, RAM0 + 16);
    rm_watch(f->m, 0, RAM1, 1, RW);
    alone(f, RM_LOAD, RAM1, 1);
    assert_status(f, RM_WATCHPOINT);
    rm_reset(f->m, &f->preset, NULL);
    alone(f, RM_LOAD, RAM1, 1);
    assert_no_hit(f);
}

/* --- C16, C18: order --- */

static void test_crossing(Fixture *f, gconstpointer data)
{
    /* in page 1: nothing moves in page 0 */
    rm_watch(f->m, 0, RAM1 + 2, 1, RM_W);
    store(f, RAM1 - 4, 8, false, -1);
    assert_hit(f, RAM1 + 2, RM_W);
    assert_n_events(f, 3);
    assert_ram_untouched(f);
    store(f, RAM1 - 4, 4, false, -1);
    assert_no_hit(f);
    /* in both pages the first one is met, even by a later watchpoint */
    rm_watch(f->m, 0, RAM1 - 2, 1, RM_W);
    store(f, RAM1 - 4, 8, false, -1);
    assert_hit(f, RAM1 - 2, RM_W);
    /* one across: of its bytes, the first in the access */
    rm_unwatch(f->m, 0, RAM1 + 2);
    rm_unwatch(f->m, 0, RAM1 - 2);
    rm_watch(f->m, 0, RAM1 - 8, 16, RM_W);
    store(f, RAM1 - 1, 2, false, -1);
    assert_hit(f, RAM1 - 1, RM_W);
    store(f, RAM1, 8, false, -1);
    assert_hit(f, RAM1, RM_W);
    store(f, RAM1 + 7, 1, false, -1);
    assert_hit(f, RAM1 + 7, RM_W);
    store(f, RAM1 + 8, 1, false, -1);
    assert_no_hit(f);
}

/* Faults of both pages come before, and data after. */
static void test_faults_first(Fixture *f, gconstpointer data)
{
    rm_watch(f->m, 0, HOLE - 4, 4, RW);
    alone(f, RM_LOAD, HOLE - 4, 8);
    assert_status(f, RM_PAGE_FAULT);
    rm_watch(f->m, 0, RAM0, 4, RW);
    run(f, (RmAccess) {
        .va = RAM0 + 1, .size = 2, .align = RM_ALIGN_NATURAL,
    });
    assert_status(f, RM_UNALIGNED);
    run(f, (RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = RAM0 + 1, .size = 2,
    });
    assert_status(f, RM_ATOMIC);
}

/* A failing transaction does not happen; nor is a device called. */
static void test_before_data(Fixture *f, gconstpointer data)
{
    rm_watch(f->m, 0, NOWHERE, 4, RW);
    alone(f, RM_LOAD, NOWHERE, 4);
    assert_status(f, RM_WATCHPOINT);
    assert_n_events(f, 2);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_WATCH, .addr = NOWHERE, .flag = RM_R, .attrs = 1,
    });
    rm_watch(f->m, 0, IO, 4, RW);
    alone(f, RM_STORE, IO - 4, 8);
    assert_status(f, RM_WATCHPOINT);
    assert_event(f, 2, (RmEvent) {
        .kind = RM_EV_WATCH, .addr = IO, .flag = RM_W, .attrs = 3,
    });
    rm_watch(f->m, 0, BITS + 0x100, 4, RM_W);
    alone(f, RM_STORE, BITS + 0xfc, 8);
    assert_status(f, RM_WATCHPOINT);
    assert_n_events(f, 2);
    /* what would be dropped is watched, too */
    rm_watch(f->m, 0, ROM, 4, RM_W);
    alone(f, RM_STORE, ROM, 4);
    assert_status(f, RM_WATCHPOINT);
    assert_ram_untouched(f);
}

/* The IOMMU is asked before. */
static void test_iommu(Fixture *f, gconstpointer data)
{
    rm_watch(f->m, 0, DENY, 8, RW);
    alone(f, RM_STORE, DENY, 4);
    assert_status(f, RM_WATCHPOINT);
    assert_n_events(f, 3);
    assert_translate(f, 1, 0x4000, RM_W);
    assert_event(f, 2, (RmEvent) {
        .kind = RM_EV_WATCH, .addr = DENY, .flag = RM_W, .attrs = 2,
    });
    rm_watch(f->m, 0, OPEN, 8, RM_R);
    alone(f, RM_LOAD, OPEN, 4);
    assert_status(f, RM_WATCHPOINT);
    g_assert_false(entry(f, OPEN).type[RM_LOAD].deferred);
}

/* C9: the dirty bits of what it stops are a choice. */
static void test_dirty(Fixture *f, gconstpointer data)
{
    for (unsigned mark = 0; mark < 2; mark++) {
        RmDirty dirty = *rm_dirty(f->m);

        dirty.bits[RM_RAM0][RM_VGA] = mark | 0x80;
        dirty.bits[RM_RAM0][RM_MIGRATION] = mark | 0x80;
        rm_watch(f->m, 0, RAM1, 4, RM_W);
        fills(f, RM_STORE, RAM1 - 4, 8);
        fills(f, RM_STORE, RAM1, 4);
        assert_clause(judge_dirty(f, RM_STORE, RAM1 - 4, 8, &dirty),
                      RM_NO_CLAUSE);
        assert_status(f, RM_WATCHPOINT);
        assert_dirty(f, RM_RAM0, mark);
        assert_dirty(f, RM_RAM1, 0);
    }
    alone(f, RM_STORE, RAM1, 4);
    assert_dirty(f, RM_RAM1, 0);
}

static void test_dirty_atomic(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    dirty.bits[RM_RAM0][RM_VGA] = dirty.bits[RM_RAM0][RM_MIGRATION] = 0xff;
    rm_watch(f->m, 0, RAM0, 4, RM_R);
    fills(f, RM_STORE, RAM0, 4);
    assert_clause(told_dirty(f, (RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = RAM0, .size = 4,
    }, &dirty), RM_NO_CLAUSE);
    assert_hit(f, RAM0, RM_R);
    assert_dirty(f, RM_RAM0, 1);
    assert_ram_untouched(f);
}

/* --- what is cached --- */

static void test_drops(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = { RAM0, RAM1, IO, SPLIT };

    for (unsigned i = 0; i < G_N_ELEMENTS(va); i++) {
        alone(f, RM_LOAD, va[i], 1);
    }
    rm_set_pte(f->m, 1, RAM1, &(RmPte) { .pa = 0x28000, .prot = 7 });
    run(f, (RmAccess) { .mmu_idx = 1, .va = RAM1, .size = 1 });
    run(f, (RmAccess) { .cpu = 1, .va = RAM1, .size = 1 });
    rm_watch(f->m, 0, RAM1 + 0x800, 1, RM_W);
    g_assert_true(entry(f, RAM0).present);
    g_assert_true(entry(f, IO).present);
    assert_dropped(f, RAM1, RM_C19_WATCHPOINT);
    g_assert_false(entry_of(f, 0, 1, RAM1).present);
    g_assert_true(entry_of(f, 1, 0, RAM1).present);
    rm_watch(f->m, 0, SPLIT + 4, 1, RM_W);
    assert_dropped(f, SPLIT, RM_C19_WATCHPOINT);
    rm_unwatch(f->m, 0, SPLIT + 4);
    /* across a page: both */
    rm_watch(f->m, 0, IO - 1, 2, RM_R);
    assert_dropped(f, IO, RM_C19_WATCHPOINT);
    alone(f, RM_LOAD, RAM1, 1);
    alone(f, RM_LOAD, IO, 1);
    rm_watch(f->m, 0, IO - 8, 8, RM_R);
    assert_dropped(f, RAM1, RM_C19_WATCHPOINT);
    g_assert_true(entry(f, IO).present);
    g_assert_true(entry(f, RAM0).present);
}

static void test_judged(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, RAM0, 1);
    rm_watch(f->m, 0, RAM0 + 8, 1, RM_W);
    assert_clause(judge(f, RM_STORE, RAM0, 1), RM_C19_WATCHPOINT);
    assert_clause(judge(f, RM_STORE, RAM0, 1), RM_NO_CLAUSE);
    rm_watch(f->m, 0, RAM0 + 8, 1, RM_R);
    assert_clause(judge(f, RM_LOAD, RAM0 + 0x20, 1), RM_C19_WATCHPOINT);
    rm_watch(f->m, 0, RAM0 + 8, 1, RM_R);
    fills(f, RM_LOAD, RAM0 + 0x20, 1);
    assert_clause(judge(f, RM_LOAD, RAM0 + 0x20, 1), RM_NO_CLAUSE);
    /* to take one away leaves what is cached right, if slow */
    rm_unwatch(f->m, 0, RAM0 + 8);
    assert_clause(judge(f, RM_LOAD, RAM0 + 0x20, 1), RM_NO_CLAUSE);
}

/* C11: all of the page is slow, in the watched direction. */
static void test_entry(Fixture *f, gconstpointer data)
{
    RmEntry e;

    rm_watch(f->m, 0, RAM0 + 0xfff, 1, RM_R);
    alone(f, RM_STORE, RAM0, 1);
    e = entry(f, RAM0);
    g_assert_true(e.type[RM_LOAD].host);
    g_assert_false(e.type[RM_LOAD].fast);
    assert_clause(e.type[RM_LOAD].slow, RM_C19_WATCHPOINT);
    g_assert_true(e.type[RM_STORE].fast);
    g_assert_true(e.type[RM_FETCH].fast);
    alone(f, RM_STORE, RAM1, 1);
    g_assert_true(entry(f, RAM1).type[RM_LOAD].fast);
    rm_watch(f->m, 0, RAM0 - 1, 2, RM_W);
    alone(f, RM_STORE, RAM0 + 8, 1);
    e = entry(f, RAM0);
    g_assert_false(e.type[RM_LOAD].fast);
    g_assert_false(e.type[RM_STORE].fast);
    assert_clause(e.type[RM_STORE].slow, RM_C19_WATCHPOINT);
    /* until it is filled without them */
    rm_unwatch(f->m, 0, RAM0 + 0xfff);
    rm_unwatch(f->m, 0, RAM0 - 1);
    rm_flush(f->m, 0, 1);
    alone(f, RM_LOAD, RAM0, 1);
    e = entry(f, RAM0);
    g_assert_true(e.type[RM_LOAD].fast);
    g_assert_true(e.type[RM_STORE].fast);
}

/* One of four is taken away: the others stay, of either CPU. */
static void test_middle(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < RM_WATCHPOINTS; i++) {
        rm_watch(f->m, 0, RAM0 + 16 * i, 1, RW);
        rm_watch(f->m, 1, RAM1 + 16 * i, 1, RW);
    }
    rm_unwatch(f->m, 0, RAM0 + 16);
    for (unsigned i = 0; i < RM_WATCHPOINTS; i++) {
        alone(f, RM_LOAD, RAM0 + 16 * i, 1);
        assert_status(f, i == 1 ? RM_DONE : RM_WATCHPOINT);
        run(f, (RmAccess) { .cpu = 1, .va = RAM1 + 16 * i, .size = 1 });
        assert_status(f, RM_WATCHPOINT);
    }
}

/* Those of one CPU are not for the other. */
static void test_cpus(Fixture *f, gconstpointer data)
{
    RmAccess a = { .cpu = 1, .va = RAM0, .size = 4 };

    rm_watch(f->m, 1, RAM0, 4, RM_R);
    alone(f, RM_LOAD, RAM0, 4);
    assert_no_hit(f);
    run(f, a);
    assert_status(f, RM_WATCHPOINT);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_WATCH, .cpu = 1, .addr = RAM0, .flag = RM_R,
    });
    rm_unwatch(f->m, 0, RAM0);
    run(f, a);
    assert_status(f, RM_WATCHPOINT);
    rm_unwatch(f->m, 1, RAM0);
    run(f, a);
    assert_no_hit(f);
}

/* They are at virtual addresses: another one of the page is not watched. */
static void test_virtual(Fixture *f, gconstpointer data)
{
    set_flags(f, FREE, 0x20000, 0);
    rm_watch(f->m, 0, RAM0, 4, RW);
    alone(f, RM_STORE, FREE, 4);
    assert_no_hit(f);
    /* the same virtual address in any MMU index is */
    rm_set_pte(f->m, 1, RAM0, &(RmPte) { .pa = 0x28000, .prot = 7 });
    run(f, (RmAccess) { .mmu_idx = 1, .va = RAM0, .size = 4 });
    assert_status(f, RM_WATCHPOINT);
}

static void assert_after(Fixture *f, uint32_t addr, unsigned flag)
{
    assert_status(f, RM_WATCHPOINT);
    g_assert_true(f->r.stopped_after);
    /* before anything that the access does to devices */
    for (unsigned i = 0; i < f->r.log.n; i++) {
        if (f->r.log.ev[i].kind == RM_EV_WATCH) {
            assert_event(f, i, (RmEvent) {
                .kind = RM_EV_WATCH, .addr = addr, .flag = flag,
            });
            return;
        }
    }
    g_assert_not_reached();
}

/* One that stops the access when it is done: all of it happens. */
static void test_after(Fixture *f, gconstpointer data)
{
    rm_watch_after(f->m, 0, RAM0, 4, RW);
    rm_watch(f->m, 0, RAM0 + 2, 4, RW);
    store(f, RAM0, 4, false, -1);
    assert_after(f, RAM0, RM_W);
    assert_ram(f, RM_RAM0, 0, "ff ff ff ff");
    alone(f, RM_LOAD, RAM0, 4);
    assert_after(f, RAM0, RM_R);
    g_assert_cmphex(f->r.value, ==, 0xffffffff);
    /* the first one that is met counts, of all pages */
    alone(f, RM_LOAD, RAM0 + 4, 4);
    assert_hit(f, RAM0 + 4, RM_R);
    rm_unwatch(f->m, 0, RAM0);
    rm_watch_after(f->m, 0, RAM0, 4, RW);
    alone(f, RM_LOAD, RAM0, 4);
    assert_hit(f, RAM0 + 2, RM_R);
    rm_watch_after(f->m, 0, RAM0 + 0xfff, 1, RM_W);
    rm_watch(f->m, 0, RAM0 + 0x1000, 1, RM_W);
    store(f, RAM0 + 0xffe, 4, false, 0);
    assert_after(f, RAM0 + 0xfff, RM_W);
    assert_ram(f, RM_RAM0, 0xffe, "00 00");
}

/* What fails all the same, fails; and nothing is done of an atomic access. */
static void test_after_failure(Fixture *f, gconstpointer data)
{
    rm_watch_after(f->m, 0, NOWHERE, 4, RW);
    alone(f, RM_LOAD, NOWHERE, 4);
    assert_status(f, RM_TX_FAILED);
    g_assert_false(f->r.stopped_after);
    rm_watch_after(f->m, 0, RAM0, 4, RW);
    run(f, (RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = RAM0, .size = 4, .rmw = RM_XCHG,
        .value = 0x12345678,
    });
    assert_after(f, RAM0, RW);
    assert_ram(f, RM_RAM0, 0, "78 56 34 12");
    /* alone, it is a load and a store: which one begins anew is not said */
    g_assert_false(rm_covered(f->m, &(RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = RAM0, .size = 4,
        .exclusive = true,
    }));
}

static RmFingerprint fingerprint(Fixture *f)
{
    const uint8_t pages[RM_RAMS] = { 0 };
    RmFingerprint x = 0;

    rm_fingerprint(f->m, pages, &x);
    return x;
}

/* When it stops is a part of the state, as is that it is there. */
static void test_fingerprint(Fixture *f, gconstpointer data)
{
    RmFingerprint none = fingerprint(f), before;

    rm_watch(f->m, 0, RAM0, 4, RW);
    before = fingerprint(f);
    g_assert_cmphex(before, !=, none);
    rm_unwatch(f->m, 0, RAM0);
    g_assert_cmphex(fingerprint(f), ==, none);
    rm_watch_after(f->m, 0, RAM0, 4, RW);
    g_assert_cmphex(fingerprint(f), !=, none);
    g_assert_cmphex(fingerprint(f), !=, before);
}

/* An access that @n instructions from @place on make, and @behind come after. */
static void by_code(Fixture *f, unsigned place, unsigned n, unsigned behind)
{
    run(f, (RmAccess) {
        .kind = RM_PLAIN, .type = RM_STORE, .va = RAM0, .size = 1,
        .value = 0xee, .place = place, .n_before = n, .n_behind = behind,
    });
}

static void assert_stopped_before(Fixture *f)
{
    assert_status(f, RM_BREAKPOINT);
    g_assert_false(f->r.stopped_after);
    g_assert_cmpuint(f->r.log.n, ==, 0);
    g_assert_cmpuint(f->r.n_written, ==, 0);
    g_assert_cmpuint(f->r.n_paths, ==, 0);
}

/* Where it is, and what is executed before it. */
static void test_breakpoint(Fixture *f, gconstpointer data)
{
    rm_breakpoint(f->m, 0, 5, RM_OF_DEBUGGER, true);
    for (unsigned place = 0; place < 8; place++) {
        by_code(f, place, 2, 0);
        if (place == 4 || place == 5) {
            assert_stopped_before(f);
        } else {
            assert_status(f, RM_DONE);
        }
        by_code(f, place, 1, 1);
        if (place == 5) {
            assert_stopped_before(f);
        } else {
            assert_status(f, place == 4 ? RM_BREAKPOINT : RM_DONE);
            g_assert_cmpint(f->r.stopped_after, ==, place == 4);
            g_assert_cmpuint(f->r.n_written, ==, 1);
        }
    }
    /* no instruction makes it */
    by_code(f, 5, 0, 0);
    assert_status(f, RM_DONE);
    rm_breakpoint(f->m, 0, 5, RM_OF_DEBUGGER, false);
    by_code(f, 4, 2, 0);
    assert_status(f, RM_DONE);
}

/* Of which CPU, whose, and what takes it away. */
static void test_breakers(Fixture *f, gconstpointer data)
{
    const RmAccess alone = {
        .kind = RM_PLAIN, .type = RM_STORE, .va = RAM0, .size = 1,
        .place = 7, .n_before = 1, .exclusive = true,
    };

    rm_breakpoint(f->m, 1, 7, RM_OF_GUEST, true);
    by_code(f, 7, 1, 0);
    assert_status(f, RM_DONE);
    rm_breakpoint(f->m, 0, 7, RM_OF_GUEST_MASKED, true);
    by_code(f, 7, 1, 0);
    assert_status(f, RM_DONE);
    g_assert_true(rm_covered(f->m, &alone));
    rm_breakpoint(f->m, 0, 7, RM_OF_GUEST, true);
    rm_breakpoint(f->m, 0, 7, RM_OF_DEBUGGER, true);
    g_assert_false(rm_covered(f->m, &alone));
    rm_breakpoint(f->m, 0, 7, RM_OF_GUEST, false);
    by_code(f, 7, 1, 0);
    assert_stopped_before(f);
    rm_replace_cpu(f->m, 1);
    by_code(f, 7, 1, 0);
    assert_stopped_before(f);
    rm_replace_cpu(f->m, 0);
    by_code(f, 7, 1, 0);
    assert_status(f, RM_DONE);
    rm_breakpoint(f->m, 0, 7, RM_OF_GUEST, true);
    rm_reset(f->m, &f->preset, NULL);
    by_code(f, 7, 1, 0);
    assert_status(f, RM_DONE);
}

/* A watchpoint that stops it when it is done, and what fails, come first. */
static void test_breakpoint_behind(Fixture *f, gconstpointer data)
{
    rm_breakpoint(f->m, 0, 2, RM_OF_DEBUGGER, true);
    rm_watch_after(f->m, 0, RAM0, 1, RM_W);
    by_code(f, 0, 2, 1);
    assert_after(f, RAM0, RM_W);
    rm_unwatch(f->m, 0, RAM0);
    by_code(f, 0, 2, 1);
    assert_status(f, RM_BREAKPOINT);
    g_assert_true(f->r.stopped_after);
    run(f, (RmAccess) {
        .kind = RM_PLAIN, .type = RM_LOAD, .va = NOWHERE, .size = 1,
        .n_before = 2, .n_behind = 1,
    });
    assert_status(f, RM_TX_FAILED);
    g_assert_false(f->r.stopped_after);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_test("/watch/bytes", test_bytes);
    add_test("/watch/directions", test_directions);
    add_test("/watch/order", test_order);
    add_test("/watch/limit", test_limit);
    add_test("/watch/crossing", test_crossing);
    add_test("/watch/faults-first", test_faults_first);
    add_test("/watch/before-data", test_before_data);
    add_test("/watch/iommu", test_iommu);
    add_test("/watch/dirty", test_dirty);
    add_test("/watch/dirty-atomic", test_dirty_atomic);
    add_test("/watch/drops", test_drops);
    add_test("/watch/judged", test_judged);
    add_test("/watch/entry", test_entry);
    add_test("/watch/middle", test_middle);
    add_test("/watch/cpus", test_cpus);
    add_test("/watch/virtual", test_virtual);
    add_test("/watch/after", test_after);
    add_test("/watch/after-failure", test_after_failure);
    add_test("/watch/breakpoint", test_breakpoint);
    add_test("/watch/breakers", test_breakers);
    add_test("/watch/breakpoint-behind", test_breakpoint_behind);
    add_test("/watch/fingerprint", test_fingerprint);
    return g_test_run();
}
