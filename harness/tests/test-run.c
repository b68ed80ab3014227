/*
 * How scenarios are run, without QEMU: what devices do while they are
 * accessed, operations that are left out, and runs that are repeated.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/engine/engine-legal.h"
#include "harness/engine/engine-model.h"
#include "harness/engine/reaction.h"
#include "harness/scenario/text.h"
#include "fault.h"

/* --- the queue of reactions --- */

/* Take one for an access to @region, and compare which one it was. */
static void assert_taken(Reactions *r, RmRegion region, bool is_write,
                         unsigned ms)
{
    Op op = { 0 };

    g_assert_true(reactions_take(r, region, is_write, &op));
    g_assert_cmpuint(op.ms, ==, ms);
}

static void assert_none(Reactions *r, RmRegion region, bool is_write)
{
    Op op = { .ms = 77 };

    g_assert_false(reactions_take(r, region, is_write, &op));
    g_assert_cmpuint(op.ms, ==, 77);
}

/* Reactions are told apart by their milliseconds. */
static void add(Reactions *r, unsigned device, OpDir dir, unsigned ms)
{
    reactions_add(r, &(Op) { .kind = OP_REACT, .device = device, .dir = dir },
                  &(Op) { .kind = OP_CLOCK, .ms = ms });
}

enum { ROMD, IO, BIG, NARROW, BLOCKED };

static void test_queue_order(void)
{
    Reactions r = { 0 };

    assert_none(&r, RM_IO, false);
    add(&r, IO, DIR_READ, 1);
    add(&r, BIG, DIR_READ, 2);
    add(&r, IO, DIR_READ, 3);
    assert_none(&r, RM_NARROW, false);
    assert_taken(&r, RM_IO, false, 1);
    assert_taken(&r, RM_IO, false, 3);
    /* each of them once */
    assert_none(&r, RM_IO, false);
    assert_taken(&r, RM_BIG, false, 2);
    assert_none(&r, RM_BIG, false);
    g_assert_cmpuint(r.n, ==, 0);
}

static void test_queue_direction(void)
{
    Reactions r = { 0 };

    add(&r, IO, DIR_READ, 1);
    add(&r, IO, DIR_WRITE, 2);
    add(&r, IO, DIR_BOTH, 3);
    add(&r, IO, DIR_BOTH, 4);
    assert_taken(&r, RM_IO, true, 2);
    assert_taken(&r, RM_IO, true, 3);
    assert_taken(&r, RM_IO, false, 1);
    assert_taken(&r, RM_IO, false, 4);
    g_assert_cmpuint(r.n, ==, 0);
    add(&r, IO, DIR_READ, 5);
    assert_none(&r, RM_IO, true);
    add(&r, IO, DIR_WRITE, 6);
    assert_taken(&r, RM_IO, true, 6);
    assert_none(&r, RM_IO, true);
    assert_taken(&r, RM_IO, false, 5);
}

/* One more than there is room for takes the place of the oldest. */
static void test_queue_full(void)
{
    Reactions r = { 0 };

    for (unsigned i = 0; i < ENGINE_REACTIONS + 2; i++) {
        add(&r, i % 2 ? IO : BIG, DIR_BOTH, i);
        g_assert_cmpuint(r.n, ==, MIN(i + 1, ENGINE_REACTIONS));
    }
    assert_taken(&r, RM_IO, false, 3);
    assert_taken(&r, RM_BIG, true, 2);
    assert_taken(&r, RM_BIG, true, 4);
    assert_none(&r, RM_BIG, true);
    assert_taken(&r, RM_IO, true, 5);
    g_assert_cmpuint(r.n, ==, 0);
}

/* Each device by its own name, and no other. */
static void test_queue_devices(void)
{
    static const RmRegion regions[] = {
        RM_ROMD, RM_IO, RM_BIG, RM_NARROW, RM_BLOCKED,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(regions); i++) {
        Reactions r = { 0 };

        add(&r, i, DIR_READ, i);
        for (unsigned k = 0; k < G_N_ELEMENTS(regions); k++) {
            if (k != i) {
                assert_none(&r, regions[k], false);
            }
        }
        assert_taken(&r, regions[i], false, i);
    }
}

/* --- what the model does with them --- */

#define IO_READ     "load cpu=0 idx=0 va=0x300010 size=4 le\n"
#define IO_WRITE    "store cpu=0 idx=0 va=0x300010 size=4 le val=0x0\n"
#define IO_WIDE     "load cpu=0 idx=0 va=0x300010 size=16 le\n"
#define BIG_READ    "load cpu=0 idx=0 va=0x30e010 size=2 le\n"
#define BIG_WIDE    "load cpu=0 idx=0 va=0x30e010 size=8 le\n"
#define REACT(how)  "react " how "\n"
/* iommu0's page 0 leads to page @n of ram1 */
#define TO(n)       "iommu mmu=0 index=0 page=0x0 dir=both -> ram1+0x" n \
                    "000 perm=rw\n"
/* the byte that is looked at in the end */
#define LOOK        "load cpu=0 idx=0 va=0x123 size=1 le\n"

/* Which page of which RAM is behind iommu0's page 0 in the end? */
static const struct {
    const char *name, *ops;
    RmRegion region;
    unsigned page;
} models[] = {
    { "nothing", IO_READ LOOK, RM_RAM0, 0 },
    { "waiting", REACT("io dir=read") TO("1") LOOK, RM_RAM0, 0 },
    { "read", REACT("io dir=read") TO("1") IO_READ LOOK, RM_RAM1, 1 },
    { "fetch", REACT("io dir=read") TO("1")
      "fetch cpu=0 idx=0 va=0x300010 size=4 le\n" LOOK, RM_RAM1, 1 },
    { "write", REACT("io dir=write") TO("1") IO_WRITE LOOK, RM_RAM1, 1 },
    { "both-read", REACT("io dir=both") TO("1") IO_READ LOOK, RM_RAM1, 1 },
    { "both-write", REACT("io dir=both") TO("1") IO_WRITE LOOK, RM_RAM1, 1 },
    { "read-not-write", REACT("io dir=read") TO("1") IO_WRITE LOOK,
      RM_RAM0, 0 },
    { "write-not-read", REACT("io dir=write") TO("1") IO_READ LOOK,
      RM_RAM0, 0 },
    { "other-device", REACT("big dir=both") TO("1") IO_READ LOOK,
      RM_RAM0, 0 },
    { "other-cpu", REACT("io dir=read") TO("1")
      "load cpu=1 idx=1 va=0x300010 size=4 le\n" LOOK, RM_RAM1, 1 },
    { "dma", REACT("io dir=read") TO("1")
      "load cpu=0 idx=0 va=0x30f010 size=4 le\n" LOOK, RM_RAM1, 1 },
    { "after-iommu", REACT("blocked dir=write") TO("1")
      "iommu mmu=0 index=0 page=0x1 dir=both -> blocked perm=rw\n"
      "store cpu=0 idx=0 va=0x1000 size=4 le val=0x0\n" LOOK, RM_RAM1, 1 },
    { "memory-is-no-device", REACT("romd dir=read") TO("1")
      "load cpu=0 idx=0 va=0x30c010 size=4 le\n" LOOK, RM_RAM0, 0 },
    { "romd-mode", REACT("romd dir=read") TO("1") "romd-mode off\n"
      "load cpu=0 idx=0 va=0x30c010 size=4 le\n" LOOK, RM_RAM1, 1 },
    { "probe", REACT("io dir=read") TO("1")
      "probe cpu=0 idx=0 access va=0x300010 type=load len=4\n" LOOK,
      RM_RAM0, 0 },
    { "atomic", REACT("io dir=both") TO("1")
      "rmw cpu=0 idx=0 add va=0x300010 size=4 le val=0x1\n" LOOK,
      RM_RAM0, 0 },
    { "one-shot", REACT("io dir=read") TO("1") IO_READ TO("3") IO_READ LOOK,
      RM_RAM1, 3 },
    { "oldest-first", REACT("io dir=read") TO("1") REACT("io dir=read")
      TO("2") IO_READ LOOK, RM_RAM1, 1 },
    { "then-the-next", REACT("io dir=read") TO("1") REACT("io dir=read")
      TO("2") IO_READ IO_READ LOOK, RM_RAM1, 2 },
    { "one-for-each-call", REACT("io dir=read") TO("1") REACT("io dir=read")
      TO("2") IO_WIDE LOOK, RM_RAM1, 2 },
    { "one-for-each-piece", REACT("big dir=read") TO("1")
      REACT("big dir=read") TO("2") REACT("big dir=read") TO("3")
      REACT("big dir=read") TO("4") BIG_WIDE LOOK, RM_RAM1, 4 },
    { "mixed-devices", REACT("io dir=read") TO("1") REACT("big dir=read")
      TO("2") BIG_READ LOOK, RM_RAM1, 2 },
    { "mixed-later", REACT("io dir=read") TO("1") REACT("big dir=read")
      TO("2") BIG_READ IO_READ LOOK, RM_RAM1, 1 },
    { "five", REACT("io dir=read") TO("1") REACT("io dir=read") TO("2")
      REACT("io dir=read") TO("3") REACT("io dir=read") TO("4")
      REACT("io dir=read") TO("5") IO_READ LOOK, RM_RAM1, 2 },
    { "five-and-all", REACT("io dir=read") TO("1") REACT("io dir=read")
      TO("2") REACT("io dir=read") TO("3") REACT("io dir=read") TO("4")
      REACT("io dir=read") TO("5") IO_READ IO_READ IO_READ IO_READ IO_READ
      LOOK, RM_RAM1, 5 },

    /* the operation after it is the reaction, or there is none */
    { "not-run-now", REACT("io dir=read") TO("1") TO("2") LOOK, RM_RAM1, 2 },
    { "access-follows", REACT("io dir=read") LOOK TO("1") LOOK, RM_RAM1, 1 },
    { "access-is-run", REACT("io dir=read") IO_READ TO("1") IO_READ LOOK,
      RM_RAM1, 1 },
    { "react-follows", REACT("io dir=read") REACT("io dir=write") TO("1")
      IO_READ LOOK, RM_RAM0, 0 },
    { "react-react", REACT("io dir=read") REACT("io dir=write") TO("1")
      IO_WRITE LOOK, RM_RAM1, 1 },
    { "nothing-follows", TO("1") LOOK REACT("io dir=read"), RM_RAM1, 1 },
};

static void test_model(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    uint64_t value = fault_agree(OPEN, models[i].ops);

    g_assert_cmphex(value, ==,
                    rm_initial_byte(models[i].region,
                                    models[i].page * RM_PAGE_SIZE + 0x123));
}

/* It happens after the access was logged, and before it is answered. */
static void test_moment(void)
{
    const RmLog *log = &fault_run.want.r.log;

    fault_agree(OPEN, REACT("io dir=read") "device io dir=read -> error\n"
                IO_READ);
    g_assert_cmpint(fault_run.want.r.status, ==, RM_TX_FAILED);
    g_assert_cmpint(log->ev[rm_log_len(log) - 1].response, ==, RM_TX_ERROR);
    g_assert_cmpint(log->ev[rm_log_len(log) - 2].kind, ==, RM_EV_DEV_READ);

    /* the other direction is another matter */
    fault_agree(OPEN, REACT("io dir=read") "device io dir=write -> error\n"
                IO_READ);
    g_assert_cmpint(fault_run.want.r.status, ==, RM_DONE);
}

/* An access that has begun ends where it began to go (C13, C20). */
static void test_under_way(void)
{
    /* 2 bytes of io, then 2 bytes behind iommu0's page 1 */
    static const char ops[] =
        "iommu mmu=0 index=0 page=0x0 dir=both -> io perm=rw\n"
        REACT("io dir=read") "%s"
        "load cpu=0 idx=0 va=0xffe size=4 be\n";
    static const char *const reactions[] = {
        "iommu mmu=0 index=0 page=0x1 dir=both -> ram1+0x3000 perm=rw\n",
        "flush cpu=0 all synced\n", "map iommu0 off\n",
        "pt-clear idx=0 va=0x1000\n", "crowd cpu=0 idx=0 pages=1024\n",
        "watch cpu=0 va=0x1000 watch=r\n",
    };
    uint64_t want = rm_initial_byte(RM_RAM0, 0x1000) << 8 |
                    rm_initial_byte(RM_RAM0, 0x1001);

    for (unsigned i = 0; i < G_N_ELEMENTS(reactions); i++) {
        g_autofree char *text = g_strdup_printf(ops, reactions[i]);
        uint64_t value = fault_agree(OPEN, text);

        g_assert_cmpint(fault_run.want.r.status, ==, RM_DONE);
        g_assert_true(fault_run.want.reacted);
        g_assert_cmphex(value & 0xffff, ==, want);
    }
}

/* What waits when a scenario ends is forgotten, and so is what was loaded. */
static void test_reset(void)
{
    uint64_t reacted = fault_run.reacted;

    fault_agree(OPEN, REACT("io dir=read") TO("1") LOOK);
    g_assert_cmphex(fault_agree(OPEN, IO_READ LOOK), ==,
                    rm_initial_byte(RM_RAM0, 0x123));
    g_assert_cmpuint(fault_run.reacted, ==, reacted);
    fault_agree(OPEN, REACT("io dir=read") TO("1") IO_READ);
    g_assert_cmpuint(fault_run.reacted, ==, reacted + 1);

    fault_agree(OPEN, LOAD("0x200010"));
    /* the last value is 0 again: no match */
    fault_agree(OPEN, CMPXCHG("0x200010"));
    g_assert_cmpuint(fault_run.want.r.n_written, ==, 0);
    fault_agree(OPEN, LOAD("0x200010") CMPXCHG("0x200010"));
    g_assert_cmpuint(fault_run.want.r.n_written, ==, 1);
}

/* --- subjects that make something else of reactions --- */

static const Fault faults[] = {
    { "dead", RM_C13_NOTIFY, OPEN,
      LOOK REACT("io dir=read") TO("1") IO_READ, .twist = TWIST_DEAF },
    { "dead-response", RM_C18_ORDER, OPEN,
      REACT("io dir=read") "device io dir=read -> error\n" IO_READ,
      .twist = TWIST_DEAF },
    { "twice", RM_C18_ORDER, OPEN, REACT("io dir=read")
      "device io dir=read -> error\n" IO_READ "device io dir=read -> ok\n"
      IO_READ, .twist = TWIST_TWICE },
    { "read-for-write", RM_C18_ORDER, OPEN, REACT("io dir=write")
      "device io dir=both -> error\n" IO_READ, .twist = TWIST_OTHER_WAY },
    { "write-for-read", RM_C18_ORDER, OPEN, REACT("io dir=read")
      "device io dir=both -> error\n" IO_WRITE, .twist = TWIST_OTHER_WAY },
    { "newest-first", RM_C18_ORDER, OPEN, REACT("io dir=read")
      "device io dir=read -> error\n" REACT("io dir=read")
      "device io dir=read -> access-error\n" IO_READ,
      .twist = TWIST_NEWEST },
    { "full", RM_C18_ORDER, OPEN, REACT("io dir=read")
      "device io dir=read -> access-error\n" REACT("io dir=read")
      "device io dir=read -> error\n" REACT("io dir=read") "clock ms=3\n"
      REACT("io dir=read") "clock ms=4\n" REACT("io dir=read")
      "clock ms=5\n" IO_READ, .twist = TWIST_FULL },
    { "ok-full", RM_NO_CLAUSE, OPEN, REACT("io dir=read")
      "device io dir=read -> access-error\n" REACT("io dir=read")
      "device io dir=read -> error\n" REACT("io dir=read") "clock ms=3\n"
      REACT("io dir=read") "clock ms=4\n" IO_READ, .twist = TWIST_FULL },
};

/* --- operations that are left out --- */

#define SWAPPED     "pt idx=0 va=0x200000 -> pa=0x20000 prot=rwx " \
                    "attrs=wid:0 flags=s---\n"

static const struct {
    const char *name, *ops;
    unsigned uncovered;
} left_out[] = {
    { "granule-span",
      "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=16\n"
      LOAD("0xe"), 1 },
    { "granule-one",
      "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=16\n"
      LOAD("0xc"), 0 },
    { "granule-larger",
      "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=256\n"
      LOAD("0xe"), 0 },
    { "granule-probe",
      "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=16\n"
      "probe cpu=0 idx=0 flags va=0x0 type=load len=17\n", 1 },
    { "granule-write-only",
      "iommu mmu=0 index=0 page=0x0 dir=write -> ram0 perm=-w mask=16\n"
      LOAD("0xe") STORE("0xe") RMW("0xe"), 3 },
    { "granule-other-page",
      "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=16\n"
      LOAD("0x100e"), 0 },
    { "granule-cached",
      "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=16\n"
      LOAD("0x8") UNMAP("0x0") LOAD("0xe"), 1 },
    { "crossing-swapped", SWAPPED LOAD("0x200ffe"), 1 },
    { "crossing-swapped-second",
      "pt idx=0 va=0x201000 -> pa=0x21000 prot=rwx attrs=wid:0 flags=s---\n"
      LOAD("0x200ffe"), 1 },
    { "crossing-plain", LOAD("0x200ffe"), 0 },
    { "swapped", SWAPPED LOAD("0x200ffc"), 0 },
    { "iommu-in-pieces", "map-move bit-io -> pa=0x0\n" LOAD("0x10"), 1 },
    { "pieces", LOAD("0x30f010"), 0 },
    { "no-page", LOAD("0xfffe"), 0 },
};

static void test_left_out(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    uint64_t uncovered = fault_run.uncovered;
    uint64_t operations = fault_run.operations;
    g_autofree char *more = g_strconcat(left_out[i].ops, IO_READ, NULL);
    unsigned n = 0;

    for (const char *p = more; *p; p++) {
        n += *p == '\n';
    }
    fault_agree(OPEN, more);
    g_assert_cmpuint(fault_run.uncovered - uncovered, ==,
                     left_out[i].uncovered);
    /* the others are run, on both sides */
    g_assert_cmpuint(fault_run.operations - operations, ==,
                     n - left_out[i].uncovered);
    g_assert_cmpuint(fault_applied(), ==, n - left_out[i].uncovered);
    g_assert_cmpint(fault_run.seen.r.status, ==, RM_DONE);
}

#define ASKED       "react-translate mmu=0 dir=read\nflush cpu=0 all\n"
#define FILLED      "react-fill\nflush cpu=0 all\n"
#define WATCHED     "watch cpu=0 va=0x10 watch=w after\n"
#define ALONE       "store cpu=0 idx=0 va=0x10 size=1 le val=0x53 via=exclusive\n"
#define MOVED(ops)  "react-translate mmu=0 dir=read\n" \
                    "map-move iommu0 -> pa=0x2000\n" ops

/* An access that asks twice, and the memory map is another one the second time */
static void test_begins_anew(void)
{
    static const struct {
        const char *ops;
        unsigned uncovered;
    } cases[] = {
        { MOVED(LOAD("0x10")), 0 },
        { MOVED(BY_CODE("0x10")), 0 },
        { MOVED("load cpu=0 idx=0 va=0x10 size=4 le via=inside\n"), 1 },
        { MOVED("load cpu=0 idx=0 va=0x10 size=4 le via=together\n"), 1 },
        { "watch cpu=0 va=0x10 watch=r after\n" MOVED(LOAD("0x10")), 1 },
        { "watch cpu=0 va=0x10 watch=r\n" MOVED(LOAD("0x10")), 0 },
        { ASKED "load cpu=0 idx=0 va=0x10 size=4 le via=inside\n", 0 },
        { ASKED ASKED "load cpu=0 idx=0 va=0x10 size=4 le via=inside\n", 1 },
        { ASKED ASKED LOAD("0x10"), 0 },
        { FILLED FILLED "load cpu=0 idx=0 va=0x10 size=4 le via=inside\n", 1 },
        { FILLED FILLED LOAD("0x10"), 0 },
        { WATCHED "react-fill\nmap-readonly ram0 on\n" ALONE, 0 },
        { WATCHED ALONE, 0 },
        { "react-fill\nmap-readonly ram0 on\n" ALONE, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t uncovered = fault_run.uncovered;

        fault_agree(OPEN, cases[i].ops);
        g_assert_cmpuint(fault_run.uncovered - uncovered, ==,
                         cases[i].uncovered);
    }
}

/* One answer speaks of two pages, and that of the second says otherwise. */
#define CONTRADICTED \
    "iommu mmu=0 index=0 page=0x3 dir=write -> ram0 perm=r- mask=64k\n"
#define DMA_ON      "dma write pa=0x3ffb more=6 attrs=wid:0\n"
#define DMA_WITHIN  "dma write pa=0x3ff8 more=6 attrs=wid:0\n"
#define TO_RAM1     "iommu mmu=0 index=0 page=0x3 dir=both -> ram1 perm=rw\n"

/* DMA whose result nobody says, also where it is a reaction (C3) */
static void test_dma_reactions(void)
{
    static const struct {
        const char *ops;
        unsigned uncovered;
    } cases[] = {
        { CONTRADICTED DMA_ON, 1 },
        { CONTRADICTED DMA_WITHIN, 0 },
        { CONTRADICTED "react-fill\n" DMA_ON LOAD("0x200010"), 1 },
        { CONTRADICTED REACT("io dir=write") DMA_ON
          "dma write pa=0x30000 attrs=wid:0\n", 1 },
        { CONTRADICTED "react-fill\n" DMA_WITHIN LOAD("0x200010"), 0 },
        { "react-fill\n" DMA_ON LOAD("0x200010"), 0 },
        /* what the other one changes is not known when the access begins */
        { REACT("io dir=both") TO_RAM1 "react-fill\n" DMA_ON IO_READ, 1 },
        { REACT("io dir=both") TO_RAM1 "react-fill\n" DMA_WITHIN IO_READ, 0 },
        { REACT("io dir=both") "clock ms=3\n" "react-fill\n" DMA_ON IO_READ,
          0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t uncovered = fault_run.uncovered;

        fault_agree(OPEN, cases[i].ops);
        g_assert_cmpuint(fault_run.uncovered - uncovered, ==,
                         cases[i].uncovered);
    }
}

/* ... and where a checker may be in the way of DMA, once it is programmed */
static void test_dma_reactions_checked(void)
{
    static const char setup[] =
        "tlbdiff 1 wgchecker\n"
        "setup pt=identity dirty=all fill=page downstream=device "
        "instance=trusted rules=open\n";
    static const struct {
        const char *ops;
        unsigned uncovered;
    } cases[] = {
        { REACT("io dir=both") "slot 0 napot addr=0x0 size=0x1000\n"
          "react-fill\n" DMA_WITHIN LOAD("0x8000"), 1 },
        { REACT("io dir=both") "clock ms=3\n"
          "react-fill\n" DMA_WITHIN LOAD("0x8000"), 0 },
        { "react-fill\n" DMA_WITHIN LOAD("0x8000"), 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(setup, cases[i].ops, NULL);
        g_autofree char *error = NULL;
        Scenario s;
        Divergence d;
        Run run;

        text_parse(&s, "checked", text, &error);
        g_assert_cmpstr(error, ==, NULL);
        run_init(&run, engine_model(), engine_legal());
        g_assert_true(run_scenario(&run, &s, false, &d));
        g_assert_cmpuint(run.uncovered, ==, cases[i].uncovered);
        run_free(&run);
    }
}

/* Code that stores, in an entry that each store makes anew */
static void test_stores_anew(void)
{
    static const char *const flags[] = { "", " flags=---i" };

    for (unsigned i = 0; i < G_N_ELEMENTS(flags); i++) {
        uint64_t uncovered = fault_run.uncovered;
        g_autofree char *ops = g_strdup_printf(
            "pt idx=0 va=0x2000 -> pa=0x1c000 prot=rwx attrs=wid:0%s\n"
            "iommu mmu=1 index=0 page=0xc dir=read -> ram1+0x6000 perm=r-\n"
            "iommu mmu=1 index=0 page=0xc dir=write -> io+0x2000 perm=-w\n"
            "block cpu=0 idx=0 va=0x2490 run store=0x46a2b6be\n", flags[i]);

        fault_agree(OPEN, ops);
        g_assert_cmpuint(fault_run.uncovered, ==, uncovered);
    }
}

/* Reactions are not run where they stand; a react alone is not an operation */
static void test_counted(void)
{
    uint64_t operations = fault_run.operations;
    uint64_t uncovered = fault_run.uncovered;

    fault_agree(OPEN, REACT("io dir=read") TO("1") REACT("io dir=read") LOOK
                REACT("io dir=read"));
    g_assert_cmpuint(fault_run.operations - operations, ==, 1);
    g_assert_cmpuint(fault_applied(), ==, 1);
    g_assert_cmpuint(fault_run.uncovered, ==, uncovered);

    /* what is no reaction is run at once */
    fault_agree(OPEN, REACT("io dir=read") "unprotect-code -> ram0\n");
    g_assert_cmpuint(fault_applied(), ==, 1);
}

/* A predicted assertion ends the scenario; what follows is not run. */
static void asserted(RmResult *r)
{
    if (r->conflict) {
        r->status = RM_ASSERTED;
    }
}

static void test_asserted(void)
{
    static const Fault fault = {
        "", RM_NO_CLAUSE, TWIN, TORN LOAD("0x10") STORE("0x10"), asserted,
    };
    Scenario s;
    Divergence d;

    fault_parse(&fault, &s);
    fault_run_scenario(&s, &fault, &d);
    assert_agreement(&d);
    g_assert_cmpint(fault_run.seen.r.status, ==, RM_ASSERTED);
    g_assert_false(fault_run.agreed);
    /* so that nothing is taken for clean in the next one */
    fault_agree(OPEN, LOAD("0x200010"));
    g_assert_true(fault_run.agreed);
}

/* What was written before a divergence is gone in the next scenario. */
static void lose_vga(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_VGA] = 0;
}

static void test_diverged(void)
{
    static const Fault fault = {
        "", RM_C9_DIRTY, OPEN, STORE("0x200010"), .dirty = lose_vga,
    };
    uint64_t before = fault_agree(OPEN, LOAD("0x200010"));
    Scenario s;
    Divergence d;

    fault_parse(&fault, &s);
    fault_run_scenario(&s, &fault, &d);
    g_assert_cmpint(d.clause, ==, RM_C9_DIRTY);
    g_assert_false(fault_run.agreed);
    g_assert_cmphex(fault_agree(OPEN, LOAD("0x200010")), ==, before);
    /* nor does one that agreed leave anything */
    fault_agree(OPEN, STORE("0x200010"));
    g_assert_cmphex(fault_agree(OPEN, LOAD("0x200010")), ==, before);
}

/* --- run twice --- */

/* Every other time, one more translation. */
static void moody(RmResult *r)
{
    static unsigned times;

    if (times++ % 2) {
        repeat(r, RM_EV_TRANSLATE);
    }
}

static void test_twice(void)
{
    static const Fault same = {
        "", RM_NO_CLAUSE, TWIN, LOAD("0x10"),
    }, fault = {
        "", RM_C21_DETERMINISM, TWIN, LOAD("0x10"), moody,
    };
    uint64_t repeated = fault_run.repeated;
    Scenario s;
    Divergence d;

    fault_parse(&same, &s);
    fault_run_twice(&s, &same, &d);
    assert_agreement(&d);
    g_assert_cmpuint(fault_run.repeated, ==, repeated + 1);

    fault_run_twice(&s, &fault, &d);
    g_assert_cmpstr(rm_clause_name(d.clause), ==, "C21 determinism");
    g_assert_cmpuint(d.op, ==, s.n);
}

static uint64_t digest_of(const char *ops)
{
    const Fault none = { "", RM_NO_CLAUSE, OPEN, ops };
    Scenario s;
    Divergence d;

    fault_parse(&none, &s);
    fault_run_twice(&s, &none, &d);
    assert_agreement(&d);
    return fault_run.digest;
}

/* What the digest of a run depends on. */
static void test_digest(void)
{
    uint64_t first = digest_of(LOAD("0x200010"));

    g_assert_cmphex(digest_of(LOAD("0x200010")), ==, first);
    g_assert_cmphex(digest_of(LOAD("0x200011")), !=, first);
    g_assert_cmphex(digest_of(LOAD("0x200010") LOAD("0x200010")), !=, first);
}

/* --- features --- */

enum { PAIRS, STATES, SETS, TABLES };

/* Is there a counter, in each of the tables, that @b does not have alike? */
static void assert_features(const char *a, const char *b, bool pairs,
                            bool states, bool sets)
{
    static const unsigned end[TABLES] = {
        FEATURE_PAIRS, FEATURE_PAIRS + FEATURE_STATES, FEATURES,
    };
    static uint8_t of[2][FEATURES];
    bool differ[TABLES];

    memset(of, 0, sizeof(of));
    fault_run.features = of[0];
    fault_agree(OPEN, a);
    fault_run.features = of[1];
    fault_agree(OPEN, b);
    fault_run.features = NULL;
    for (unsigned i = 0, from = 0; i < TABLES; from = end[i++]) {
        differ[i] = memcmp(of[0] + from, of[1] + from, end[i] - from);
    }
    g_assert_cmpint(differ[PAIRS], ==, pairs);
    g_assert_cmpint(differ[STATES], ==, states);
    g_assert_cmpint(differ[SETS], ==, sets);
}

static void test_features(void)
{
    assert_features(LOAD("0x200010"), LOAD("0x200010"), false, false, false);
    assert_features(LOAD("0x200010"), LOAD("0x200020"), false, false, false);
    /* another RAM: what follows what is the same, and who decides */
    assert_features(LOAD("0x200010"), LOAD("0x208010"), false, true, false);
    /* behind an IOMMU, more clauses have a say */
    assert_features(LOAD("0x200010"), LOAD("0x10"), false, true, true);
    /* what has decided before is not counted again */
    assert_features(LOAD("0x10") LOAD("0x200010"),
                    LOAD("0x10") LOAD("0x10"), true, true, true);
    assert_features(LOAD("0x200010"), "flush cpu=0 all\n", true, true, true);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    fault_init();
    g_test_add_func("/run/queue/order", test_queue_order);
    g_test_add_func("/run/queue/direction", test_queue_direction);
    g_test_add_func("/run/queue/full", test_queue_full);
    g_test_add_func("/run/queue/devices", test_queue_devices);
    for (unsigned i = 0; i < G_N_ELEMENTS(models); i++) {
        g_autofree char *path = g_strconcat("/run/react/", models[i].name,
                                            NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_model);
    }
    g_test_add_func("/run/react/moment", test_moment);
    g_test_add_func("/run/react/under-way", test_under_way);
    g_test_add_func("/run/react/reset", test_reset);
    fault_add_tests("/run/twist", faults, G_N_ELEMENTS(faults));
    for (unsigned i = 0; i < G_N_ELEMENTS(left_out); i++) {
        g_autofree char *path = g_strconcat("/run/left-out/",
                                            left_out[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_left_out);
    }
    g_test_add_func("/run/counted", test_counted);
    g_test_add_func("/run/begins-anew", test_begins_anew);
    g_test_add_func("/run/dma-reactions", test_dma_reactions);
    g_test_add_func("/run/dma-reactions-checked", test_dma_reactions_checked);
    g_test_add_func("/run/stores-anew", test_stores_anew);
    g_test_add_func("/run/asserted", test_asserted);
    g_test_add_func("/run/diverged", test_diverged);
    g_test_add_func("/run/twice", test_twice);
    g_test_add_func("/run/digest", test_digest);
    g_test_add_func("/run/features", test_features);
    status = g_test_run();
    fault_free();
    return status;
}
