/*
 * The model's public interface against answers worked out by hand, clause by
 * clause: the rules that every access keeps.  Where the contract leaves a
 * choice to the implementation, the log of what it did is made by hand, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "fixture.h"

/* --- C1 flag --- */

static void test_flag(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, TORN, 4);
    assert_translate(f, 1, 0x2000, RM_R);
    rm_flush(f->m, 0, 1);
    alone(f, RM_FETCH, TORN, 4);
    assert_translate(f, 1, 0x2000, RM_R);
    rm_flush(f->m, 0, 1);
    alone(f, RM_STORE, TORN, 4);
    assert_translate(f, 1, 0x2000, RM_W);
}

static void test_flag_wrong(Fixture *f, gconstpointer data)
{
    static const struct {
        RmAccessType type;
        unsigned flag;
        RmClause clause;
    } cases[] = {
        { RM_LOAD, RM_R, RM_NO_CLAUSE },
        { RM_LOAD, RM_W, RM_C1_FLAG },
        { RM_LOAD, RM_R | RM_W, RM_C1_FLAG },
        { RM_LOAD, 0, RM_C1_FLAG },
        { RM_FETCH, RM_R, RM_NO_CLAUSE },
        { RM_FETCH, RM_W, RM_C1_FLAG },
        { RM_FETCH, 0, RM_C1_FLAG },
        { RM_STORE, RM_W, RM_NO_CLAUSE },
        { RM_STORE, RM_R, RM_C1_FLAG },
        { RM_STORE, 0, RM_C1_FLAG },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        rm_flush(f->m, 0, 1);
        fills(f, cases[i].type, OPEN + 8, 4);
        translates(f, 0x1008, 2, cases[i].flag);
        assert_clause(judge(f, cases[i].type, OPEN + 8, 4), cases[i].clause);
    }
}

/* --- C2 deferral --- */

static void test_deferral(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, SPLIT + 0x10, 4);
    g_assert_cmpuint(f->r.log.n, ==, 2);
    assert_fill(f, 0, RM_LOAD, SPLIT + 0x10, 4);
    assert_translate(f, 1, 0x10, RM_R);

    /* the second load and a fetch know the answer, a store does not */
    alone(f, RM_LOAD, SPLIT + 0x20, 4);
    g_assert_cmpuint(f->r.log.n, ==, 0);
    alone(f, RM_FETCH, SPLIT + 0x20, 4);
    g_assert_cmpuint(f->r.log.n, ==, 0);
    alone(f, RM_STORE, SPLIT + 0x20, 4);
    assert_translate(f, 0, 0x20, RM_W);
}

static void test_deferral_ram(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, RAM0, 4);
    g_assert_cmpuint(f->r.log.n, ==, 1);
    assert_fill(f, 0, RM_LOAD, RAM0, 4);
    alone(f, RM_STORE, RAM0, 4);
    g_assert_cmpuint(f->r.log.n, ==, 0);
}

static void test_deferral_not_asked(Fixture *f, gconstpointer data)
{
    fills(f, RM_LOAD, SPLIT, 4);
    assert_clause(judge(f, RM_LOAD, SPLIT, 4), RM_C2_DEFERRAL);
}

/* One direction's answer is none for the other. */
static void test_deferral_other_type(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, SPLIT, 4);
    assert_clause(judge(f, RM_STORE, SPLIT, 4), RM_C2_DEFERRAL);
}

static void test_deferral_in_fill(Fixture *f, gconstpointer data)
{
    fills(f, RM_LOAD, SPLIT, 4);
    translates(f, 0, 2, RM_R);
    f->log.ev[1].in_fill = true;
    assert_clause(judge(f, RM_LOAD, SPLIT, 4), RM_C2_DEFERRAL);
}

static void test_deferral_more_calls(Fixture *f, gconstpointer data)
{
    fills(f, RM_LOAD, SPLIT, 4);
    translates(f, 0, 2, RM_R);
    translates(f, 0, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, SPLIT, 4), RM_NO_CLAUSE);
    translates(f, 4, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, SPLIT + 4, 4), RM_NO_CLAUSE);
}

/* --- C3 target --- */

static void test_target(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, SPLIT + 0x10, 4, false), ==, 0x5d3bea0c);
    g_assert_cmphex(load(f, SPLIT + 0x10, 4, true), ==, 0x0cea3b5d);
    g_assert_cmphex(load(f, OPEN, 2, false), ==, 0x9391);

    store(f, OPEN + 2, 2, false, 0x1234);
    g_assert_cmpint(f->r.status, ==, RM_DONE);
    assert_ram(f, RM_RAM1, 0x1000, "91 93 34 12 25");
    g_assert_cmpuint(f->r.n_written, ==, 1);
    g_assert_cmpuint(f->r.written[0].region, ==, RM_RAM1);
    g_assert_cmphex(f->r.written[0].offset, ==, 0x1002);
    g_assert_cmpuint(f->r.written[0].len, ==, 2);
}

static void test_target_io(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, IO + 0x10, 4, false), ==, 0x7dc40a51);
    g_assert_cmpint(f->r.status, ==, RM_DONE);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_DEV_READ, .region = RM_IO, .addr = 0x10, .size = 4,
        .attrs = 3, .value = 0x7dc40a51,
    });

    /* the bytes go to rising addresses; devices are little-endian */
    store(f, IO + 8, 4, true, 0x11223344);
    assert_event(f, 0, (RmEvent) {
        .kind = RM_EV_DEV_WRITE, .region = RM_IO, .addr = 8, .size = 4,
        .attrs = 3, .value = 0x44332211,
    });
    assert_ram_untouched(f);
}

static void test_target_elsewhere(Fixture *f, gconstpointer data)
{
    fills(f, RM_LOAD, SPLIT, 4);
    translates(f, 0x7000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, SPLIT, 4), RM_C3_TARGET);
}

/* --- C4 permission --- */

static void assert_denied(Fixture *f, RmAccessType type, uint32_t va,
                          uint32_t pa, unsigned size)
{
    g_assert_cmpint(f->r.status, ==, RM_TX_FAILED);
    assert_event(f, f->r.log.n - 1, (RmEvent) {
        .kind = RM_EV_TX_FAILED, .type = type, .addr = va, .pa = pa,
        .size = size, .attrs = 2, .response = RM_TX_DECODE_ERROR,
    });
    g_assert_cmpuint(f->r.n_written, ==, 0);
    g_assert_cmphex(f->r.value, ==, 0);
}

static void test_permission(Fixture *f, gconstpointer data)
{
    static const RmAccessType types[] = { RM_LOAD, RM_STORE, RM_FETCH };

    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        rm_flush(f->m, 0, 1);
        alone(f, types[i], DENY + 0x10, 4);
        g_assert_cmpuint(f->r.log.n, ==, 3);
        assert_denied(f, types[i], DENY + 0x10, 0x4010, 4);
        /* the next one need not ask again, and may */
        alone(f, types[i], DENY + 0x12, 2);
        g_assert_cmpuint(f->r.log.n, ==, 1);
        assert_denied(f, types[i], DENY + 0x12, 0x4012, 2);
        translates(f, 0x4000, 2, types[i] == RM_STORE ? RM_W : RM_R);
        assert_clause(judge(f, types[i], DENY, 4), RM_NO_CLAUSE);
        assert_denied(f, types[i], DENY, 0x4000, 4);
        assert_clause(judge(f, types[i], DENY, 4), RM_NO_CLAUSE);
        assert_denied(f, types[i], DENY, 0x4000, 4);
    }
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM0, 0);
    assert_dirty(f, RM_RAM1, 0);
}

/* An answer that grants the other direction only denies this one. */
static void test_permission_other_direction(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R, RM_W, RM_RAM1, 0x1000);
    alone(f, RM_LOAD, OPEN, 4);
    assert_denied(f, RM_LOAD, OPEN, 0x1000, 4);
}

/* Blocked I/O is not a denial: the device is called, and answers an error. */
static void test_blocked(Fixture *f, gconstpointer data)
{
    store(f, SPLIT + 4, 4, false, 0xcafe);
    assert_status(f, RM_TX_FAILED);
    assert_n_events(f, 5);
    assert_write(f, 2, RM_BLOCKED, 4, 4, 2, 0xcafe);
    assert_event(f, 3, (RmEvent) { .kind = RM_EV_IRQ, .region = RM_BLOCKED });
    assert_failed(f, 4, RM_STORE, SPLIT + 4, 0x0004, 4, 2, RM_TX_ERROR);
    assert_ram_untouched(f);
}

static void test_unassigned(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, NOWHERE + 0x20, 8);
    g_assert_cmpint(f->r.status, ==, RM_TX_FAILED);
    g_assert_cmpuint(f->r.log.n, ==, 2);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_TX_FAILED, .type = RM_LOAD, .addr = NOWHERE + 0x20,
        .pa = 0x38020, .size = 8, .attrs = 1, .response = RM_TX_DECODE_ERROR,
    });
}

/* --- C5 index --- */

static void test_index_wrong(Fixture *f, gconstpointer data)
{
    fills(f, RM_LOAD, OPEN, 4);
    translates(f, 0x1000, 1, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 4), RM_C5_INDEX);
}

/* The attributes are those of the entry, not those of the page table now. */
static void test_index_of_entry(Fixture *f, gconstpointer data)
{
    RmPte pte = { .pa = 0x1000, .prot = R | W | X, .attrs = 1 };

    alone(f, RM_LOAD, TORN, 4);
    rm_set_pte(f->m, 0, TORN, &pte);
    translates(f, 0x2000, 2, RM_W);
    assert_clause(judge(f, RM_STORE, TORN, 4), RM_NO_CLAUSE);
    rm_flush(f->m, 0, 1);
    fills(f, RM_STORE, TORN, 4);
    translates(f, 0x1000, 2, RM_W);
    assert_clause(judge(f, RM_STORE, TORN, 4), RM_C5_INDEX);
}

/* --- C7 one addend --- */

static void test_addend_conflict(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, TORN, 4);
    g_assert_false(f->r.conflict);
    alone(f, RM_STORE, TORN, 4);
    g_assert_true(f->r.conflict);

    /* an implementation that copes has written the right page */
    g_assert_cmpint(f->r.status, ==, RM_DONE);
    g_assert_cmpuint(f->r.written[0].region, ==, RM_RAM1);
    g_assert_cmphex(f->r.written[0].offset, ==, 0x5000);
}

static void test_addend_conflict_other_order(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, TORN, 4);
    g_assert_false(f->r.conflict);
    alone(f, RM_FETCH, TORN, 4);
    g_assert_true(f->r.conflict);
}

static void test_addend_no_conflict(Fixture *f, gconstpointer data)
{
    /* the same page of host memory twice */
    alone(f, RM_LOAD, TWIN, 4);
    alone(f, RM_STORE, TWIN, 4);
    g_assert_false(f->r.conflict);
    /* I/O has no host page */
    alone(f, RM_LOAD, SPLIT, 4);
    alone(f, RM_STORE, SPLIT, 4);
    g_assert_false(f->r.conflict);
    /* a denied store neither */
    set_answer(f, 2, 2, RM_W, 0, RM_RAM1, 0x5000);
    alone(f, RM_LOAD, TORN, 4);
    alone(f, RM_STORE, TORN, 4);
    g_assert_false(f->r.conflict);
}

/* The page of an entry that is gone is no longer carried. */
static void test_addend_flushed(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, TORN, 4);
    rm_flush_range(f->m, 0, TORN, 1, 1, 64);
    alone(f, RM_STORE, TORN, 4);
    g_assert_false(f->r.conflict);
}

/* Nor is that of a translation which was taken back. */
static void test_addend_notified(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, TWIN, 4);
    set_answer(f, 2, 3, RM_W, RM_W, RM_RAM1, 0x6000);
    alone(f, RM_STORE, TWIN, 4);
    g_assert_false(f->r.conflict);
    alone(f, RM_LOAD, TWIN, 4);
    g_assert_true(f->r.conflict);
}

/* The second page of a crossing access can be the one in conflict. */
static void test_addend_crossing(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, TORN, 4);
    alone(f, RM_STORE, TORN - 4, 8);
    g_assert_true(f->r.conflict);
}

/* --- C8 independent flags --- */

static void assert_deferred(Fixture *f, uint32_t va, bool l, bool s, bool x)
{
    RmEntry e = entry(f, va);

    g_assert_true(e.present);
    g_assert_cmpint(e.type[RM_LOAD].deferred, ==, l);
    g_assert_cmpint(e.type[RM_STORE].deferred, ==, s);
    g_assert_cmpint(e.type[RM_FETCH].deferred, ==, x);
}

static void test_independent(Fixture *f, gconstpointer data)
{
    alone(f, RM_FETCH, SPLIT, 4);
    assert_deferred(f, SPLIT, false, true, false);
    alone(f, RM_STORE, SPLIT, 4);
    assert_deferred(f, SPLIT, false, false, false);
    alone(f, RM_STORE, TWIN, 4);
    assert_deferred(f, TWIN, true, false, true);
    /* an answer of rw speaks for all, and a denial for what was asked */
    alone(f, RM_STORE, OPEN, 4);
    assert_deferred(f, OPEN, false, false, false);
    alone(f, RM_LOAD, DENY, 4);
    assert_deferred(f, DENY, false, true, false);
    /* but never for more than the page table permits */
    alone(f, RM_LOAD, OPEN_RX, 4);
    assert_deferred(f, OPEN_RX, false, true, false);
}

/* How the preset and every scenario keep their IOMMUs consistent. */
/* The answers for page 1, index 2: what each grants. */
static void assert_grants(Fixture *f, unsigned read, unsigned write)
{
    RmWay w;

    rm_way(f->m, 0, OPEN, RM_LOAD, &w);
    g_assert_cmpuint(w.perm, ==, read);
    rm_way(f->m, 0, OPEN, RM_STORE, &w);
    g_assert_cmpuint(w.perm, ==, write);
}

static void assert_way(Fixture *f, RmAccessType type, RmRegion region)
{
    RmWay w;

    rm_way(f->m, 0, OPEN, type, &w);
    g_assert_cmpuint(w.region, ==, region);
}

static void test_program_answer(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM1, 0);
    assert_grants(f, RM_R | RM_W, RM_R | RM_W);
    assert_way(f, RM_STORE, RM_RAM1);

    /* the write's answer no longer says anything of reads */
    set_answer(f, 2, 1, RM_R, RM_R, RM_IO, 0);
    assert_grants(f, RM_R, RM_W);
    assert_way(f, RM_LOAD, RM_IO);
    assert_way(f, RM_STORE, RM_RAM1);

    /* rw for one direction is kept for that direction */
    set_answer(f, 2, 1, RM_R, RM_R | RM_W, RM_RAM1, 0);
    assert_grants(f, RM_R, RM_W);
    assert_way(f, RM_LOAD, RM_RAM1);
    set_answer(f, 2, 1, RM_W, RM_R | RM_W, RM_RAM1, 0);
    assert_grants(f, RM_R, RM_W);

    /* less than that is taken as it is */
    set_answer(f, 2, 1, RM_R | RM_W, RM_R, RM_IO, 0);
    assert_grants(f, RM_R, RM_R);
}

static void test_set_answer_consistent(Fixture *f, gconstpointer data)
{
    set_answer(f, 2, 1, RM_R, RM_R | RM_W, RM_RAM0, 0x1000);
    alone(f, RM_LOAD, OPEN, 1);
    g_assert_cmphex(f->r.value, ==, 0xaf);
    assert_deferred(f, OPEN, false, true, false);
    alone(f, RM_STORE, OPEN, 1);
    g_assert_cmpuint(f->r.written[0].region, ==, RM_RAM1);
}

/* --- C9 dirty --- */

static void test_dirty_all(Fixture *f, gconstpointer data)
{
    assert_dirty(f, RM_RAM0, 0xff);
    assert_dirty(f, RM_RAM1, 0xff);
}

static void test_dirty(Fixture *f, gconstpointer data)
{
    assert_dirty(f, RM_RAM0, 0);
    alone(f, RM_LOAD, RAM0, 4);
    alone(f, RM_FETCH, RAM0, 4);
    alone(f, RM_LOAD, SPLIT, 4);
    alone(f, RM_STORE, SPLIT, 4);
    alone(f, RM_STORE, IO, 4);
    assert_dirty(f, RM_RAM0, 0);
    assert_dirty(f, RM_RAM1, 0);

    alone(f, RM_STORE, TWIN, 1);
    assert_dirty(f, RM_RAM0, 1 << 4);
    assert_dirty(f, RM_RAM1, 0);
    /* both pages of one that crosses */
    alone(f, RM_STORE, RAM1 - 1, 2);
    assert_dirty(f, RM_RAM0, 1 << 4 | 1 << 0);
    assert_dirty(f, RM_RAM1, 1 << 0);
}

/* Whether it is the first store through its entry or the third. */
static void test_dirty_cleared(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, RAM0, 1);
    alone(f, RM_STORE, RAM1, 1);
    for (unsigned i = 0; i < 2; i++) {
        clear_pages(f, RM_VGA, RM_RAM0, 0, 1);
        g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==, 0);
        g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_MIGRATION], ==, 1);
        assert_dirty(f, RM_RAM1, 1);
        alone(f, RM_STORE, RAM0, 1);
        assert_dirty(f, RM_RAM0, 1);
    }
}

/* A store sets no code bit (C10 does). */
static void test_dirty_code(Fixture *f, gconstpointer data)
{
    clear_pages(f, RM_CODE, RM_RAM0, 0, 1);
    alone(f, RM_STORE, RAM0, 1);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_CODE], ==, 0xfe);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM0][RM_VGA], ==, 0x01);
}

/*
 * Page 0 of a store stops it (blocked); page 1 is ram1+0x1000.  That was
 * marked before any data moved (C18), whatever the implementation says of
 * it and of other pages.
 */
static void test_dirty_before_data(Fixture *f, gconstpointer data)
{
    RmDirty dirty = *rm_dirty(f->m);

    dirty.bits[RM_RAM1][RM_MIGRATION] |= 1 << 7;    /* wrong */
    dirty.bits[RM_RAM0][RM_VGA] |= 1 << 3;          /* wrong */
    fills(f, RM_STORE, OPEN - 4, 8);
    fills(f, RM_STORE, OPEN, 4);
    translates(f, 0x0ffc, 2, RM_W);
    translates(f, 0x1000, 2, RM_W);
    assert_clause(judge_dirty(f, RM_STORE, OPEN - 4, 8, &dirty),
                  RM_NO_CLAUSE);
    assert_status(f, RM_TX_FAILED);
    assert_dirty(f, RM_RAM0, 0);
    assert_dirty(f, RM_RAM1, 1 << 1);
    assert_ram_untouched(f);
}

/*
 * Loads and complete stores leave no such choice.  The code bit of a page
 * that has none may be set by a store to it (C10).
 */
static void test_dirty_maybe_not(Fixture *f, gconstpointer data)
{
    RmDirty dirty;

    memset(&dirty, 0xff, sizeof(dirty));
    set_answer(f, 2, 0, RM_R, 0, 0, 0);
    alone(f, RM_LOAD, OPEN - 4, 8);
    g_assert_cmpint(f->r.status, ==, RM_TX_FAILED);
    judge_dirty(f, RM_LOAD, OPEN - 4, 8, &dirty);
    assert_dirty(f, RM_RAM1, 0);

    alone(f, RM_STORE, RAM1 - 1, 2);
    judge_dirty(f, RM_STORE, RAM1 - 1, 2, &dirty);
    judge_dirty(f, RM_LOAD, RAM1 - 1, 2, &dirty);
    assert_dirty(f, RM_RAM0, 1);
    assert_dirty(f, RM_RAM1, 1);

    clear_pages(f, RM_CODE, RM_RAM1, 0, 3);
    judge_dirty(f, RM_LOAD, OPEN, 8, &dirty);
    assert_code_bits(f, RM_RAM1, 0xf8);
    judge_dirty(f, RM_STORE, OPEN, 8, &dirty);
    g_assert_cmphex(rm_dirty(f->m)->bits[RM_RAM1][RM_VGA], ==, 0x03);
    assert_code_bits(f, RM_RAM1, 0xfa);
}

/* --- C11 fast path: what may be cached --- */

static void test_entry(Fixture *f, gconstpointer data)
{
    RmEntry e = entry(f, RAM0);

    g_assert_false(e.present);
    alone(f, RM_LOAD, RAM0 + 0x123, 1);
    e = entry(f, RAM0 + 0xfff);
    g_assert_true(e.present);
    assert_clause(e.blame, RM_NO_CLAUSE);
    g_assert_cmphex(e.pa, ==, 0x20000);
    g_assert_cmpuint(e.attrs, ==, 0);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_true(e.type[t].allowed);
        g_assert_false(e.type[t].deferred);
        g_assert_true(e.type[t].host);
        g_assert_true(e.type[t].fast);
        g_assert_cmpuint(e.type[t].region, ==, RM_RAM0);
        g_assert_cmphex(e.type[t].offset, ==, 0);
    }
    /* of the other MMU index nothing is known */
    rm_entry(f->m, 0, 1, RAM0, &e);
    g_assert_false(e.present);
    g_assert_false(entry(f, FAR).present);
}

static void test_entry_translated(Fixture *f, gconstpointer data)
{
    RmEntry e;

    alone(f, RM_LOAD, SPLIT, 1);
    e = entry(f, SPLIT);
    g_assert_cmphex(e.pa, ==, 0);
    g_assert_cmpuint(e.attrs, ==, 2);
    g_assert_true(e.type[RM_LOAD].fast);
    g_assert_cmpuint(e.type[RM_LOAD].region, ==, RM_RAM0);
    g_assert_cmphex(e.type[RM_LOAD].offset, ==, 0x3000);
    g_assert_true(e.type[RM_STORE].allowed);
    g_assert_true(e.type[RM_STORE].deferred);
    g_assert_false(e.type[RM_STORE].host);
    g_assert_false(e.type[RM_STORE].fast);
    /* translated, but to I/O */
    alone(f, RM_STORE, SPLIT, 1);
    e = entry(f, SPLIT);
    g_assert_false(e.type[RM_STORE].deferred);
    g_assert_false(e.type[RM_STORE].host);
    g_assert_false(e.type[RM_STORE].fast);
    assert_clause(e.type[RM_STORE].slow, RM_C11_FAST_PATH);
}

static void test_entry_denied(Fixture *f, gconstpointer data)
{
    RmEntry e;

    alone(f, RM_LOAD, OPEN_RX, 1);
    e = entry(f, OPEN_RX);
    g_assert_true(e.type[RM_LOAD].fast);
    g_assert_true(e.type[RM_FETCH].fast);
    g_assert_false(e.type[RM_STORE].allowed);
    g_assert_false(e.type[RM_STORE].host);
    g_assert_false(e.type[RM_STORE].fast);

    /* without an IOMMU, too */
    rm_set_pte(f->m, 0, RAM0, &(RmPte) { .pa = 0x20000, .prot = R });
    alone(f, RM_LOAD, RAM0, 1);
    e = entry(f, RAM0);
    g_assert_true(e.type[RM_LOAD].host);
    g_assert_false(e.type[RM_STORE].host);
    g_assert_false(e.type[RM_FETCH].host);
    g_assert_false(e.type[RM_FETCH].fast);
}

/* A store is fast when its page is dirty for all clients. */
static void test_entry_clean(Fixture *f, gconstpointer data)
{
    RmEntry e;

    alone(f, RM_LOAD, RAM0, 1);
    e = entry(f, RAM0);
    g_assert_true(e.type[RM_LOAD].fast);
    g_assert_true(e.type[RM_STORE].host);
    g_assert_false(e.type[RM_STORE].fast);
    alone(f, RM_STORE, RAM0, 1);
    g_assert_true(entry(f, RAM0).type[RM_STORE].fast);
    clear_pages(f, RM_MIGRATION, RM_RAM0, 0, 1);
    g_assert_false(entry(f, RAM0).type[RM_STORE].fast);
    g_assert_true(entry(f, RAM0).type[RM_LOAD].fast);
    alone(f, RM_STORE, RAM0, 1);
    g_assert_true(entry(f, RAM0).type[RM_STORE].fast);
    clear_pages(f, RM_CODE, RM_RAM0, 0, 1);
    alone(f, RM_STORE, RAM0, 1);
    g_assert_false(entry(f, RAM0).type[RM_STORE].fast);
}

/* An access that the entry never permitted has to ask the page tables. */
static void test_fast_path_denied(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, OPEN_RX, 4);
    assert_clause(judge(f, RM_STORE, OPEN_RX, 4), RM_C11_FAST_PATH);
}

/* --- C13 notify --- */

static void test_notify(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, OPEN, 1);
    g_assert_cmphex(f->r.value, ==, 0x91);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x2000);
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        g_assert_true(entry(f, OPEN).type[t].deferred);
        assert_clause(entry(f, OPEN).type[t].blame, RM_C13_NOTIFY);
    }
    /* the page tables are not asked, the IOMMU is */
    alone(f, RM_LOAD, OPEN, 1);
    g_assert_cmpuint(f->r.log.n, ==, 1);
    assert_translate(f, 0, 0x1000, RM_R);
    g_assert_cmphex(f->r.value, ==, 0x5e);
}

static void test_notify_not_asked(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, OPEN, 1);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x2000);
    assert_clause(judge(f, RM_LOAD, OPEN, 1), RM_C13_NOTIFY);
}

/* What was never said before, nobody can have kept: that is C2. */
static void test_notify_of_nothing(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, SPLIT, 1);
    set_answer(f, 2, 0, RM_W, RM_W, RM_RAM0, 0x2000);
    assert_clause(entry(f, SPLIT).type[RM_STORE].blame, RM_C2_DEFERRAL);
    assert_clause(judge(f, RM_STORE, SPLIT, 1), RM_C2_DEFERRAL);
}

/* Another index, page or IOMMU is not touched. */
static void test_notify_other(Fixture *f, gconstpointer data)
{
    RmAnswer deny = { 0 };

    alone(f, RM_LOAD, OPEN, 1);
    set_answer(f, 1, 1, RM_R | RM_W, 0, 0, 0);
    set_answer(f, 2, 5, RM_R | RM_W, 0, 0, 0);
    rm_set_answer(f->m, 1, 2, 1, RM_R | RM_W, &deny, NULL);
    assert_deferred(f, OPEN, false, false, false);
    assert_clause(judge(f, RM_LOAD, OPEN, 1), RM_NO_CLAUSE);
    g_assert_cmphex(f->r.value, ==, 0x91);
}

/* An implementation may drop the whole entry. */
static void test_notify_evicts(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, OPEN, 1);
    set_answer(f, 2, 1, RM_R | RM_W, RM_R | RM_W, RM_RAM0, 0x2000);
    fills(f, RM_LOAD, OPEN, 1);
    translates(f, 0x1000, 2, RM_R);
    assert_clause(judge(f, RM_LOAD, OPEN, 1), RM_NO_CLAUSE);
    g_assert_cmphex(f->r.value, ==, 0x5e);
}

/* --- C14 flush --- */

static void test_flush_not_asked(Fixture *f, gconstpointer data)
{
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C14_FLUSH);
    rm_flush(f->m, 0, 1);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C14_FLUSH);
    rm_flush_range(f->m, 0, RAM0 + 0x234, 1, 1, 64);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C14_FLUSH);
    /* in the second page alone */
    alone(f, RM_LOAD, RAM1 - 4, 8);
    rm_flush_range(f->m, 0, RAM1, 1, 1, 64);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_C14_FLUSH);
    assert_clause(judge(f, RM_LOAD, FAR, 4), RM_C14_FLUSH);
}

static void test_flush_scope(Fixture *f, gconstpointer data)
{
    RmPte pte = { .pa = 0x20000, .prot = R | W | X };

    rm_set_pte(f->m, 1, RAM0, &pte);
    alone(f, RM_LOAD, RAM1 - 4, 8);
    rm_flush_range(f->m, 0, RAM0, 1, 1 << 1, 64);
    rm_flush(f->m, 0, 1 << 1);
    rm_flush_range(f->m, 0, HOLE, 1, 3, 64);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_NO_CLAUSE);
    rm_flush_range(f->m, 0, RAM0, 1, 1 << 0, 64);
    g_assert_false(entry(f, RAM0).present);
    assert_clause(entry(f, RAM0).blame, RM_C14_FLUSH);
    g_assert_true(entry(f, RAM1).present);
    rm_flush(f->m, 0, 1 << 0);
    g_assert_false(entry(f, RAM1).present);
}

/* What is cached stays, whatever the page tables say, until the flush. */
static void test_flush_pte(Fixture *f, gconstpointer data)
{
    RmPte gone = { 0 };

    alone(f, RM_LOAD, RAM0, 1);
    rm_set_pte(f->m, 0, RAM0, &gone);
    alone(f, RM_LOAD, RAM0 + 1, 1);
    g_assert_cmpint(f->r.status, ==, RM_DONE);
    g_assert_cmphex(f->r.value, ==, 0x25);
    rm_flush_range(f->m, 0, RAM0, 1, 1, 64);
    alone(f, RM_LOAD, RAM0 + 1, 1);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
}

/* Entries may go at any time: more fills than the contract demands. */
static void test_eviction(Fixture *f, gconstpointer data)
{
    for (unsigned i = 0; i < 3; i++) {
        fills(f, RM_LOAD, RAM0, 4);
        assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_NO_CLAUSE);
    }
    fills(f, RM_LOAD, RAM0, 4);
    fills(f, RM_LOAD, RAM0, 4);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_NO_CLAUSE);
    /* only one page of two */
    fills(f, RM_LOAD, RAM1 - 4, 8);
    fills(f, RM_LOAD, RAM1, 4);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_NO_CLAUSE);
    fills(f, RM_LOAD, RAM1, 4);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_NO_CLAUSE);
}

/* A fill decides: the page tables hold now, and nothing is translated. */
static void test_eviction_decides(Fixture *f, gconstpointer data)
{
    RmPte pte = { .pa = 0x28000, .prot = R, .attrs = 0 };

    alone(f, RM_LOAD, RAM0, 1);
    rm_set_pte(f->m, 0, RAM0, &pte);
    assert_clause(judge(f, RM_LOAD, RAM0, 1), RM_NO_CLAUSE);
    g_assert_cmphex(f->r.value, ==, 0x00);
    fills(f, RM_LOAD, RAM0, 1);
    assert_clause(judge(f, RM_LOAD, RAM0, 1), RM_NO_CLAUSE);
    g_assert_cmphex(f->r.value, ==, 0xf1);

    alone(f, RM_LOAD, OPEN, 1);
    fills(f, RM_LOAD, OPEN, 1);
    assert_clause(judge(f, RM_LOAD, OPEN, 1), RM_C2_DEFERRAL);
}

/* --- C16 crossing --- */

static void test_crossing_load(Fixture *f, gconstpointer data)
{
    /* ram0 ends its page with 39 5b c5, ram1 begins with f1 54 49 ef 85 */
    g_assert_cmphex(load(f, RAM1 - 3, 8, false), ==, 0x85ef4954f1c55b39);
    g_assert_cmphex(load(f, RAM1 - 3, 8, true), ==, 0x395bc5f15449ef85);
    g_assert_cmphex(load(f, RAM1 - 2, 4, false), ==, 0x54f1c55b);
    g_assert_cmphex(load(f, RAM1 - 2, 4, true), ==, 0x5bc5f154);
    g_assert_cmphex(load(f, RAM1 - 1, 2, false), ==, 0xf1c5);
    g_assert_cmphex(load(f, RAM1 - 1, 2, true), ==, 0xc5f1);
    /* one that ends with its page does not cross */
    g_assert_cmphex(load(f, RAM1 - 4, 4, true), ==, 0x17395bc5);
}

static void test_crossing_store(Fixture *f, gconstpointer data)
{
    store(f, RAM1 - 3, 8, false, 0x1122334455667788);
    assert_ram(f, RM_RAM0, 0xffc, "17 88 77 66");
    assert_ram(f, RM_RAM1, 0, "55 44 33 22 11 a3");
    g_assert_cmpuint(f->r.n_written, ==, 2);
    g_assert_cmphex(f->r.written[0].offset, ==, 0xffd);
    g_assert_cmpuint(f->r.written[0].len, ==, 3);
    g_assert_cmphex(f->r.written[1].offset, ==, 0);
    g_assert_cmpuint(f->r.written[1].len, ==, 5);

    store(f, RAM1 - 1, 4, true, 0xa1b2c3d4);
    assert_ram(f, RM_RAM0, 0xffc, "17 88 77 a1");
    assert_ram(f, RM_RAM1, 0, "b2 c3 d4 22 11 a3");
    g_assert_cmphex(load(f, RAM1 - 1, 4, true), ==, 0xa1b2c3d4);
}

/* Through two translations: ram0+0x3fff, then ram1+0x1000. */
static void test_crossing_iommu(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(load(f, OPEN - 1, 2, false), ==, 0x91e6);
    g_assert_cmpuint(f->r.log.n, ==, 4);
    assert_fill(f, 0, RM_LOAD, OPEN - 1, 2);
    assert_fill(f, 1, RM_LOAD, OPEN, 1);
    assert_translate(f, 2, 0x0fff, RM_R);
    assert_translate(f, 3, 0x1000, RM_R);
}

/* A fault of page 1 comes before page 0's data. */
static void test_crossing_fault(Fixture *f, gconstpointer data)
{
    /* NOWHERE | HOLE: not even the failed transaction happens */
    store(f, HOLE - 4, 8, false, -1);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
    g_assert_cmpuint(f->r.log.n, ==, 3);
    assert_fill(f, 0, RM_STORE, HOLE - 4, 8);
    assert_fill(f, 1, RM_STORE, HOLE, 4);
    assert_event(f, 2, (RmEvent) {
        .kind = RM_EV_PAGE_FAULT, .type = RM_STORE, .addr = HOLE, .size = 4,
    });
    /* RAM before a page that is read-only */
    rm_set_pte(f->m, 0, RAM1, &(RmPte) { .pa = 0x28000, .prot = R });
    store(f, RAM1 - 4, 8, false, -1);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
    g_assert_cmpuint(f->r.n_written, ==, 0);
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM0, 0);
}

/* Page 1 is denied: what went to page 0 stands. */
static void test_crossing_partial(Fixture *f, gconstpointer data)
{
    store(f, DENY - 2, 4, true, 0x11223344);
    g_assert_cmpint(f->r.status, ==, RM_TX_FAILED);
    assert_ram(f, RM_RAM0, 0x4ffc, "96 7c 11 22");
    assert_dirty(f, RM_RAM0, 1 << 4);
    g_assert_cmpuint(f->r.n_written, ==, 1);
    assert_event(f, f->r.log.n - 1, (RmEvent) {
        .kind = RM_EV_TX_FAILED, .type = RM_STORE, .addr = DENY,
        .pa = 0x4000, .size = 2, .attrs = 2, .response = RM_TX_DECODE_ERROR,
    });
    alone(f, RM_LOAD, DENY - 2, 4);
    g_assert_cmpint(f->r.status, ==, RM_TX_FAILED);
    g_assert_cmphex(f->r.value, ==, 0);
}

static void test_pieces(Fixture *f, gconstpointer data)
{
    /* at +4, of 8: two pieces, 0xcb12589f and 0xb1f83e85 */
    g_assert_cmphex(load(f, IO + 4, 8, false), ==, 0xb1f83e85cb12589f);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_DEV_READ, .region = RM_IO, .addr = 4, .size = 4,
        .attrs = 3, .value = 0xcb12589f,
    });
    assert_event(f, 2, (RmEvent) {
        .kind = RM_EV_DEV_READ, .region = RM_IO, .addr = 8, .size = 4,
        .attrs = 3, .value = 0xb1f83e85,
    });
    g_assert_cmphex(load(f, IO + 4, 8, true), ==, 0x9f5812cb853ef8b1);

    /* at +3: eight of one byte each */
    store(f, IO + 3, 8, false, 0x1122334455667788);
    g_assert_cmpuint(f->r.log.n, ==, 8);
    for (unsigned i = 0; i < 8; i++) {
        assert_event(f, i, (RmEvent) {
            .kind = RM_EV_DEV_WRITE, .region = RM_IO, .addr = 3 + i,
            .size = 1, .attrs = 3, .value = 0x88 - 0x11 * i,
        });
    }
}

/* From RAM into a device, and from a device into nowhere. */
static void test_crossing_regions(Fixture *f, gconstpointer data)
{
    store(f, IO - 2, 4, false, 0x44332211);
    g_assert_cmpint(f->r.status, ==, RM_DONE);
    assert_ram(f, RM_RAM1, 0xffe, "11 22");
    assert_event(f, 2, (RmEvent) {
        .kind = RM_EV_DEV_WRITE, .region = RM_IO, .addr = 0, .size = 2,
        .attrs = 3, .value = 0x4433,
    });

    store(f, NOWHERE - 3, 8, false, 0x8877665544332211);
    g_assert_cmpint(f->r.status, ==, RM_TX_FAILED);
    g_assert_cmpuint(f->r.log.n, ==, 4);
    assert_fill(f, 0, RM_STORE, NOWHERE, 5);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_DEV_WRITE, .region = RM_IO, .addr = 0xffd, .size = 1,
        .attrs = 3, .value = 0x11,
    });
    assert_event(f, 2, (RmEvent) {
        .kind = RM_EV_DEV_WRITE, .region = RM_IO, .addr = 0xffe, .size = 2,
        .attrs = 3, .value = 0x3322,
    });
    assert_event(f, 3, (RmEvent) {
        .kind = RM_EV_TX_FAILED, .type = RM_STORE, .addr = NOWHERE,
        .pa = 0x38000, .size = 1, .attrs = 1, .response = RM_TX_DECODE_ERROR,
    });
}

/* The first failing piece stops the access. */
static void test_pieces_stop(Fixture *f, gconstpointer data)
{
    store(f, SPLIT + 2, 4, false, 0x44332211);
    assert_n_events(f, 5);
    assert_write(f, 2, RM_BLOCKED, 2, 2, 2, 0x2211);
    assert_event(f, 3, (RmEvent) { .kind = RM_EV_IRQ, .region = RM_BLOCKED });
    assert_failed(f, 4, RM_STORE, SPLIT + 2, 2, 2, 2, RM_TX_ERROR);
}

/* --- C18 order of faults --- */

static void test_order_fault(Fixture *f, gconstpointer data)
{
    alone(f, RM_FETCH, HOLE + 8, 4);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
    g_assert_cmpuint(f->r.log.n, ==, 2);
    assert_fill(f, 0, RM_FETCH, HOLE + 8, 4);
    assert_event(f, 1, (RmEvent) {
        .kind = RM_EV_PAGE_FAULT, .type = RM_FETCH, .addr = HOLE + 8,
        .size = 4,
    });
    /* where both pages fault, the first does, for the whole size */
    alone(f, RM_LOAD, HOLE + 0x2fff, 4);
    g_assert_cmpuint(f->r.log.n, ==, 2);
    assert_fill(f, 0, RM_LOAD, HOLE + 0x2fff, 4);
    /* nothing can be mapped there */
    alone(f, RM_LOAD, FAR, 4);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
    /* the page is present, the type is not permitted */
    alone(f, RM_LOAD, ROM_IO, 4);
    alone(f, RM_STORE, ROM_IO, 4);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
    assert_fill(f, 0, RM_STORE, ROM_IO, 4);
}

static void test_order_fill(Fixture *f, gconstpointer data)
{
    /* page 0 is asked for the whole size ... */
    fills(f, RM_LOAD, RAM1 - 4, 4);
    fills(f, RM_LOAD, RAM1, 4);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_C18_ORDER);
    /* ... page 1 for the rest */
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, RAM1 - 4, 8);
    fills(f, RM_LOAD, RAM1, 8);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_C18_ORDER);
    /* for the type of the access, whatever else is asked ... */
    for (unsigned more = 0; more < 2; more++) {
        rm_flush(f->m, 0, 1);
        fills(f, RM_STORE, RAM0, 4);
        if (more) {
            fills(f, RM_LOAD, RAM0, 4);
        }
        assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C18_ORDER);
    }
    rm_flush(f->m, 0, 1);
    fills(f, RM_FETCH, RAM0, 4);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C18_ORDER);
    /* ... and cached or not */
    alone(f, RM_LOAD, RAM0, 4);
    fills(f, RM_STORE, RAM0, 4);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C18_ORDER);
    /* about another address, the page was not asked about at all */
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, RAM0 + 4, 4);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C14_FLUSH);
    /* and for no page that it does not touch */
    rm_flush(f->m, 0, 1);
    fills(f, RM_LOAD, RAM0, 4);
    fills(f, RM_LOAD, RAM1, 4);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_C18_ORDER);
}

/* Page 0 comes first. */
static void test_order_pages(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, RAM0, 4);
    fills(f, RM_LOAD, RAM1, 4);
    fills(f, RM_LOAD, RAM1 - 4, 8);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_C18_ORDER);
}

/* After page 0's fault there is nothing more to ask. */
static void test_order_after_fault(Fixture *f, gconstpointer data)
{
    rm_set_pte(f->m, 0, RAM0, &(RmPte) { 0 });
    fills(f, RM_LOAD, RAM1 - 4, 8);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_NO_CLAUSE);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
    fills(f, RM_LOAD, RAM1 - 4, 8);
    fills(f, RM_LOAD, RAM1, 4);
    assert_clause(judge(f, RM_LOAD, RAM1 - 4, 8), RM_C18_ORDER);
}

/* The fill that the model is told of decides where both could be right. */
static void test_order_told(Fixture *f, gconstpointer data)
{
    alone(f, RM_LOAD, RAM0, 4);
    rm_set_pte(f->m, 0, RAM0, &(RmPte) { 0 });
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_NO_CLAUSE);
    g_assert_cmpint(f->r.status, ==, RM_DONE);
    fills(f, RM_LOAD, RAM0, 4);
    assert_clause(judge(f, RM_LOAD, RAM0, 4), RM_NO_CLAUSE);
    g_assert_cmpint(f->r.status, ==, RM_PAGE_FAULT);
}

/* --- the rest --- */

static void test_reset(Fixture *f, gconstpointer data)
{
    alone(f, RM_STORE, RAM1 - 4, 8);
    set_answer(f, 2, 1, RM_R, RM_R, RM_RAM0, 0);
    rm_set_pte(f->m, 0, RAM0, &(RmPte) { 0 });
    rm_reset(f->m, &f->preset, NULL);
    assert_ram_untouched(f);
    assert_dirty(f, RM_RAM0, 0);
    g_assert_false(entry(f, RAM0).present);
    g_assert_cmphex(load(f, RAM0 + 1, 1, false), ==, 0x25);
    g_assert_cmphex(load(f, OPEN, 1, false), ==, 0x91);
}

/* Only those pages of RAM that the caller names, where it does. */
static void test_reset_pages(Fixture *f, gconstpointer data)
{
    uint8_t pages[RM_RAMS] = { 1 << 1, 1 << 0 };

    store(f, RAM0, 1, false, 0x77);
    store(f, RAM1, 1, false, 0x77);
    rm_reset(f->m, &f->preset, pages);
    assert_ram(f, RM_RAM0, 0, "77 25");
    assert_ram(f, RM_RAM1, 0, "f1 54");
    assert_dirty(f, RM_RAM0, 0);
    rm_reset(f->m, &f->preset, NULL);
    assert_ram_untouched(f);
}

/* The first page that can be mapped, and the last. */
static void test_mappable(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = { 0, 0x30f000 };

    for (unsigned i = 0; i < G_N_ELEMENTS(va); i++) {
        set_pte(f, va[i], (RmPte) { .pa = 0x21000, .prot = R });
        g_assert_cmphex(load(f, va[i] + 1, 1, false), ==, 0x81);
        rm_flush_range(f->m, 0, va[i], 1, 1, 64);
        g_assert_false(entry(f, va[i]).present);
    }
    alone(f, RM_LOAD, 0x310000, 1);
    assert_status(f, RM_PAGE_FAULT);
}

/* Addresses that no page table can map are flushed and set in vain. */
static void test_unmappable(Fixture *f, gconstpointer data)
{
    static const uint32_t va[] = { 0x7fff0000, 0x10000, 0xffffffff };
    RmEntry entry;

    for (unsigned i = 0; i < G_N_ELEMENTS(va); i++) {
        rm_set_pte(f->m, 0, va[i], &(RmPte) { .prot = 7 });
        rm_flush_range(f->m, 0, va[i], 1, -1, 64);
        rm_entry(f->m, 0, 0, va[i], &entry);
        g_assert_false(entry.present);
    }
}

/* Each clause counts when it decides, and those of others never do. */
static void test_judged(Fixture *f, gconstpointer data)
{
    static const bool others[RM_CLAUSES] = {
        [RM_NO_CLAUSE] = true, [RM_C11_FAST_PATH] = true,
        [RM_C12_VICTIM] = true, [RM_C20_MEMORY] = true,
        [RM_C21_DETERMINISM] = true, [RM_C22_ASSERTION] = true,
        [RM_C23_PATH] = true, [RM_C24_OWNER] = true,
        /* there is no checker: see test-wgchecker.c */
        [RM_D1_DECISION] = true, [RM_D2_REGISTER] = true,
        [RM_D3_RECORD] = true, [RM_D4_RESPONSE] = true,
        [RM_D5_INTERRUPT] = true,
    };
    const uint64_t *decided = rm_decided(f->m);

    for (unsigned c = 0; c < RM_CLAUSES; c++) {
        g_assert_cmpuint(decided[c], ==, 0);
    }
    alone(f, RM_LOAD, RAM0, 1);
    g_assert_cmpuint(decided[RM_C3_TARGET], ==, 1);
    g_assert_cmpuint(decided[RM_C6_GRANULARITY], ==, 0);
    g_assert_cmpuint(decided[RM_C16_CROSSING], ==, 0);
    g_assert_cmpuint(decided[RM_C9_DIRTY], ==, 0);
    g_assert_cmpuint(decided[RM_C14_FLUSH], ==, 0);
    alone(f, RM_STORE, RAM1 - 4, 8);
    alone(f, RM_LOAD, TORN, 1);
    alone(f, RM_STORE, TORN, 1);
    g_assert_cmpuint(decided[RM_C7_ADDEND], >, 0);
    alone(f, RM_LOAD, DENY, 1);
    alone(f, RM_LOAD, HOLE, 1);
    set_answer(f, 2, 2, RM_R, RM_R, RM_RAM0, 0);
    rm_flush_range(f->m, 0, RAM0, 1, 1, 64);
    alone(f, RM_LOAD, RAM0, 1);
    rm_map_enable(f->m, MAP_RAM0, false);
    set_pte(f, FREE, (RmPte) { .pa = 0x28000, .prot = 7, .lg_size = 9 });
    alone(f, RM_LOAD, FREE, 1);
    rm_watch(f->m, 0, FREE, 1, RM_R);
    alone(f, RM_LOAD, FREE, 1);
    run(f, (RmAccess) { .kind = RM_BLOCK, .type = RM_FETCH, .va = RAM1 });
    alone(f, RM_STORE, RAM1, 1);
    run(f, (RmAccess) {
        .kind = RM_READ_MODIFY_WRITE, .va = IO, .size = 4,
    });
    fills(f, RM_LOAD, TWIN, 1);
    translates(f, 0x3000, 2, RM_R);
    judge(f, RM_LOAD, TWIN, 1);
    for (unsigned c = 0; c < RM_CLAUSES; c++) {
        if (others[c]) {
            g_assert_cmpuint(decided[c], ==, 0);
        } else {
            g_assert_cmpuint(decided[c], >, 0);
        }
    }
}

static void test_clauses(void)
{
    g_assert_cmpstr(rm_clause_name(RM_NO_CLAUSE), ==, "no clause");
    g_assert_cmpstr(rm_clause_name(RM_C3_TARGET), ==, "C3 target");
    for (unsigned c = 1, last = 0; c < RM_CLAUSES; c++) {
        const char *name = rm_clause_name(c);
        unsigned number = strtoul(name + 1, NULL, 10);

        g_assert_cmpint(*name, ==, rm_clause_of_checker(c) ? 'D' : 'C');
        last = c == RM_D1_DECISION ? 0 : last;
        g_assert_cmpuint(number, >, last);
        last = number;
        g_assert_cmpstr(rm_clause_text(c), !=, "");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    add_test("/model/C1/flag", test_flag);
    add_test("/model/C1/wrong", test_flag_wrong);
    add_test("/model/C2/deferral", test_deferral);
    add_test("/model/C2/ram", test_deferral_ram);
    add_test("/model/C2/not-asked", test_deferral_not_asked);
    add_test("/model/C2/other-type", test_deferral_other_type);
    add_test("/model/C2/in-fill", test_deferral_in_fill);
    add_test("/model/C2/more-calls", test_deferral_more_calls);
    add_test("/model/C3/target", test_target);
    add_test("/model/C3/io", test_target_io);
    add_test("/model/C3/elsewhere", test_target_elsewhere);
    add_test("/model/C4/permission", test_permission);
    add_test("/model/C4/other-direction", test_permission_other_direction);
    add_test("/model/C4/blocked", test_blocked);
    add_test("/model/C4/unassigned", test_unassigned);
    add_test("/model/C5/wrong", test_index_wrong);
    add_test("/model/C5/of-entry", test_index_of_entry);
    add_test("/model/C7/conflict", test_addend_conflict);
    add_test("/model/C7/other-order", test_addend_conflict_other_order);
    add_test("/model/C7/no-conflict", test_addend_no_conflict);
    add_test("/model/C7/flushed", test_addend_flushed);
    add_test("/model/C7/notified", test_addend_notified);
    add_test("/model/C7/crossing", test_addend_crossing);
    add_test("/model/C8/independent", test_independent);
    add_test("/model/C8/program-answer", test_program_answer);
    add_test("/model/C8/set-answer", test_set_answer_consistent);
    add_dirty_test("/model/C9/all", test_dirty_all);
    add_test("/model/C9/dirty", test_dirty);
    add_test("/model/C9/cleared", test_dirty_cleared);
    add_test("/model/C9/code", test_dirty_code);
    add_test("/model/C9/before-data", test_dirty_before_data);
    add_test("/model/C9/maybe-not", test_dirty_maybe_not);
    add_dirty_test("/model/C11/entry", test_entry);
    add_test("/model/C11/translated", test_entry_translated);
    add_test("/model/C11/denied", test_entry_denied);
    add_test("/model/C11/clean", test_entry_clean);
    add_test("/model/C11/not-asked", test_fast_path_denied);
    add_test("/model/C13/notify", test_notify);
    add_test("/model/C13/not-asked", test_notify_not_asked);
    add_test("/model/C13/of-nothing", test_notify_of_nothing);
    add_test("/model/C13/other", test_notify_other);
    add_test("/model/C13/evicts", test_notify_evicts);
    add_test("/model/C14/not-asked", test_flush_not_asked);
    add_test("/model/C14/scope", test_flush_scope);
    add_test("/model/C14/pte", test_flush_pte);
    add_test("/model/C14/eviction", test_eviction);
    add_test("/model/C14/eviction-decides", test_eviction_decides);
    add_test("/model/C16/load", test_crossing_load);
    add_test("/model/C16/store", test_crossing_store);
    add_test("/model/C16/iommu", test_crossing_iommu);
    add_test("/model/C16/fault", test_crossing_fault);
    add_test("/model/C16/partial", test_crossing_partial);
    add_test("/model/C16/pieces", test_pieces);
    add_test("/model/C16/regions", test_crossing_regions);
    add_test("/model/C16/pieces-stop", test_pieces_stop);
    add_test("/model/C18/fault", test_order_fault);
    add_test("/model/C18/fill", test_order_fill);
    add_test("/model/C18/pages", test_order_pages);
    add_test("/model/C18/after-fault", test_order_after_fault);
    add_test("/model/C18/told", test_order_told);
    add_test("/model/reset", test_reset);
    add_test("/model/reset-pages", test_reset_pages);
    add_test("/model/mappable", test_mappable);
    add_dirty_test("/model/unmappable", test_unmappable);
    add_test("/model/judged", test_judged);
    g_test_add_func("/model/clauses", test_clauses);
    return g_test_run();
}
