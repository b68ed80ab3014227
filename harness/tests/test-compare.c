/*
 * The comparison of outcomes, memory and dirty bits, and what the model says
 * of fills and translations, without QEMU: each test plants one fault at the
 * last operation of a scenario, and the comparison must name the clause that
 * it breaks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/compare/event.h"
#include "harness/run/report.h"
#include "harness/scenario/mutate.h"
#include "harness/scenario/text.h"
#include "fault.h"

static void drop_translate(RmResult *r)
{
    drop(r, RM_EV_TRANSLATE);
}

static void drop_fill(RmResult *r)
{
    drop(r, RM_EV_FILL);
}

static void repeat_code(RmResult *r)
{
    repeat(r, RM_EV_CODE);
}

static void repeat_translate(RmResult *r)
{
    repeat(r, RM_EV_TRANSLATE);
}

/* Code that never was is invalidated. */
static void extra_code(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) { .kind = RM_EV_CODE, .addr = 0x1230 });
}

static void translate_flag(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->flag ^= RM_R | RM_W;
}

static void translate_both(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->flag = RM_R | RM_W;
}

static void translate_no_flag(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->flag = 0;
}

static void translate_index(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->index ^= 1;
}

static void translate_offset(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->addr ^= 0x1000;
}

static void translate_in_page(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->addr ^= 0x10;
}

static void translate_granule(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->addr ^= 0x100;
}

static void translate_in_fill(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->in_fill = true;
}

static void extra_translate(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) {
        .kind = RM_EV_TRANSLATE, .region = RM_IOMMU0, .flag = RM_R,
    });
}

static void fill_size(RmResult *r)
{
    find(r, RM_EV_FILL)->size = 1;
}

static void extra_fill(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) {
        .kind = RM_EV_FILL, .addr = 0x205000, .size = 4,
    });
}

/* An entry that was evicted is filled again. */
static void fill_again(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) {
        .kind = RM_EV_FILL, .addr = 0x10, .size = 4,
    });
    extra_translate(r);
}

static void value(RmResult *r)
{
    r->value ^= 0x100;
}

/* The instruction that the set-up has behind 0x200100, and still runs. */
static void old_code(RmResult *r)
{
    r->value = rm_ran(0x360c, RM_RAM0, 0x104, 0);
}

static void value_hi(RmResult *r)
{
    r->value_hi ^= 1ull << 63;
}

static void status_failed(RmResult *r)
{
    r->status = RM_TX_FAILED;
}

static void status_fault(RmResult *r)
{
    r->status = RM_PAGE_FAULT;
}

static void status_atomic(RmResult *r)
{
    r->status = RM_ATOMIC;
}

static void status_asserted(RmResult *r)
{
    r->status = RM_ASSERTED;
}

static void another_assertion(RmResult *r)
{
    r->status = RM_ASSERTED;
    r->conflict = false;
}

/* It is there, though what is around it is not. */
static void host_found(RmResult *r)
{
    r->value = rm_found(RM_FOUND_HOST, RM_RAM0, 0x10);
}

static void vga_lost(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_VGA] &= ~1;
}

static void migration_lost(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_MIGRATION] &= ~1;
}

static void migration_extra(RmDirty *dirty)
{
    dirty->bits[RM_RAM1][RM_MIGRATION] |= 0x80;
}

static void vga_set(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_VGA] |= 1;
}

static void vga_next(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_VGA] |= 2;
}

static void code_lost(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_CODE] &= ~1;
}

static void code_set(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_CODE] |= 1;
}

static void written_byte(uint8_t *content)
{
    content[0x13] ^= 0x80;
}

static void first_byte(uint8_t *content)
{
    content[0] ^= 1;
}

static void last_byte(uint8_t *content)
{
    content[RM_RAM_SIZE - 1] ^= 1;
}

static void store_fast(Held *held)
{
    held->entry[0].type[RM_STORE].fast = true;
}

/* --- the table --- */

#define WATCH_R     "watch cpu=0 va=0x200010 more=3 watch=r\n"
#define WATCH_W     "watch cpu=0 va=0x200010 more=3 watch=w\n"
#define BLOCK       "block cpu=0 idx=0 va=0x200010\n"
#define PROBE_FLAGS "probe cpu=0 idx=0 flags va=0x200010 type=load len=4\n"
#define PROBE_STORE "probe cpu=0 idx=0 access va=0x200010 type=store len=4\n"
#define FINE        "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw " \
                    "mask=256\n"

static const Fault faults[] = {
    /* atomics */
    { "atomic-done", RM_C17_ATOMIC, OPEN, RMW("0x300010"), status_done },
    { "atomic-denied", RM_C17_ATOMIC, DENY, RMW("0x10"), status_done },
    { "atomic-failed", RM_C17_ATOMIC, DENY, RMW("0x10"), status_failed },
    { "atomic-unaligned", RM_C17_ATOMIC, OPEN, RMW("0x200011"),
      status_done },
    { "atomic-cmpxchg", RM_C17_ATOMIC, OPEN, CMPXCHG("0x300010"),
      status_done },
    { "atomic-extra", RM_C17_ATOMIC, OPEN, RMW("0x200010"), status_atomic },
    { "atomic-extra-cmpxchg", RM_C17_ATOMIC, OPEN, CMPXCHG("0x200010"),
      status_atomic },
    { "atomic-reaches", RM_C3_TARGET, OPEN, RMW("0x300010"), extra_read },
    { "atomic-value", RM_C3_TARGET, OPEN, RMW("0x200010"), value },

    { "exclusive-value", RM_C3_TARGET, OPEN, EXCLUSIVE("0x300010"), value },
    { "exclusive-exits", RM_C17_ATOMIC, OPEN, EXCLUSIVE("0x300010"),
      status_atomic },
    { "exclusive-fill", RM_C14_FLUSH, OPEN, EXCLUSIVE("0x200010"),
      drop_fill },
    { "exclusive-translate", RM_C2_DEFERRAL, TWIN, EXCLUSIVE("0x10"),
      drop_translate },

    /* the outcome */
    { "value", RM_C3_TARGET, OPEN, LOAD("0x200010"), value },
    { "value-probe", RM_C3_TARGET, OPEN, PROBE_FLAGS, value },
    { "value-block", RM_C3_TARGET, OPEN, BLOCK, value },
    { "value-hi", RM_C3_TARGET, OPEN,
      "load cpu=0 idx=0 va=0x200010 size=16 be\n", value_hi },
    { "value-hi-8", RM_C3_TARGET, OPEN,
      "load cpu=0 idx=0 va=0x200010 size=8 be\n", value_hi },
    { "status-fault", RM_C18_ORDER, OPEN, LOAD("0x200010"), status_fault },
    { "assertion", RM_C22_ASSERTION, TWIN, LOAD("0x10") STORE("0x10"),
      status_asserted },
    { "assertion-no-access", RM_C22_ASSERTION, TWIN, LOAD("0x10") FLUSH,
      status_asserted },
    { "assertion-another", RM_C22_ASSERTION, TWIN,
      TORN LOAD("0x10") STORE("0x10"), another_assertion },
    { "another-cpu", RM_C24_OWNER, OPEN, FLUSH, .trespass = 2 },
    { "path-skipped", RM_C23_PATH, OPEN, BY_CODE("0x200010"),
      .skips = true },
    { "path-skipped-dirty", RM_C23_PATH, CLEAN,
      BY_CODE("0x200010") STORE_BY_CODE("0x200010"), .skips = true },
    { "path-skipped-crossing", RM_C23_PATH, OPEN,
      LOAD("0x201010") BY_CODE("0x200ffc") BY_CODE("0x200ffd"),
      .skips = true },
    { "path-skipped-alignment", RM_C23_PATH, OPEN,
      BY_CODE("0x200010")
      "load cpu=0 idx=0 va=0x200011 size=2 le align=2 via=code\n",
      .skips = true },
    { "path-detour", RM_C23_PATH, OPEN,
      BY_CODE("0x200010") BY_CODE("0x200010"), .detours = true },
    { "path-fast", RM_NO_CLAUSE, OPEN,
      BY_CODE("0x200010") BY_CODE("0x200011"), .skips = true },
    { "path-detour-unaligned", RM_NO_CLAUSE, OPEN,
      BY_CODE("0x200010") BY_CODE("0x200011"), .detours = true },
    { "small-code-page", RM_C6_GRANULARITY, OPEN,
      "pt idx=0 va=0x200000 -> pa=0x20000 prot=rwx attrs=wid:0 lg=8\n"
      "code-page cpu=0 idx=0 va=0x200010\n", host_found },
    { "no-code-page", RM_C3_TARGET, OPEN,
      "code-page cpu=0 idx=0 va=0x300010\n", host_found },
    { "old-code", RM_C10_CODE, OPEN,
      "block cpu=0 idx=0 va=0x200100 run store=0x55667713\n", old_code },
    { "other-code", RM_C3_TARGET, OPEN,
      "block cpu=0 idx=0 va=0x200100 run store=0x55667713\n", value },
    { "conflict-value", RM_C7_ADDEND, TWIN, TORN STORE("0x10") LOAD("0x10"),
      value },
    { "conflict-status", RM_C7_ADDEND, TWIN, TORN LOAD("0x10") STORE("0x10"),
      status_failed },

    /* what the oracle judges */
    { "translate-flag", RM_C1_FLAG, TWIN, LOAD("0x10"), translate_flag },
    { "translate-flag-fetch", RM_C1_FLAG, TWIN, FETCH("0x10"),
      translate_flag },
    { "translate-flag-probe", RM_C1_FLAG, TWIN,
      "vaddr-to-host cpu=0 idx=0 va=0x10 type=store\n", translate_flag },
    { "translate-both", RM_C1_FLAG, TWIN, LOAD("0x10"), translate_both },
    { "translate-both-rmw", RM_C1_FLAG, TWIN, RMW("0x10"), translate_both },
    { "translate-no-flag", RM_C1_FLAG, TWIN, STORE("0x10"),
      translate_no_flag },
    { "translate-index", RM_C5_INDEX, TWIN, LOAD("0x10"), translate_index },
    { "translate-offset", RM_C3_TARGET, TWIN, LOAD("0x10"),
      translate_offset },
    { "translate-nested-offset", RM_C3_TARGET, OPEN, NESTED LOAD("0x100010"),
      translate_offset },
    { "translate-nested-missing", RM_C3_TARGET, OPEN,
      NESTED LOAD("0x100010"), drop_translate },
    { "translate-nested-index", RM_C5_INDEX, OPEN, NESTED LOAD("0x100010"),
      translate_index },
    { "translate-granule", RM_C6_GRANULARITY, OPEN,
      FINE LOAD("0x108") LOAD("0x108"), drop_translate },
    { "translate-granule-address", RM_C6_GRANULARITY, OPEN,
      FINE LOAD("0x108"), translate_granule },
    { "translate-in-fill", RM_C2_DEFERRAL, TWIN, LOAD("0x10"),
      translate_in_fill },
    { "translate-missing", RM_C2_DEFERRAL, TWIN, LOAD("0x10"),
      drop_translate },
    { "translate-missing-type", RM_C2_DEFERRAL, TWIN,
      LOAD("0x10") STORE("0x10"), drop_translate },
    { "translate-missing-probe", RM_C2_DEFERRAL, TWIN,
      "probe cpu=0 idx=0 full va=0x10 type=load len=4\n", drop_translate },
    { "translate-missing-notify", RM_C13_NOTIFY, TWIN,
      LOAD("0x10") NOTIFY LOAD("0x10"), drop_translate },
    { "translate-no-access", RM_C2_DEFERRAL, TWIN, LOAD("0x10") FLUSH,
      extra_translate },
    { "translate-crowd", RM_C2_DEFERRAL, TWIN,
      "crowd cpu=0 idx=0 pages=16\n", extra_translate },
    { "fill-missing", RM_C14_FLUSH, OPEN, LOAD("0x200010"), drop_fill },
    { "fill-missing-flush", RM_C14_FLUSH, OPEN,
      LOAD("0x200010") FLUSH LOAD("0x200010"), drop_fill },
    { "fill-missing-map", RM_C15_TOPOLOGY, OPEN,
      LOAD("0x200010") "map ram0 off\n" LOAD("0x200010"), drop_fill },
    { "fill-missing-watch", RM_C19_WATCHPOINT, OPEN,
      LOAD("0x200020") WATCH_R LOAD("0x200020"), drop_fill },
    { "fill-missing-denied", RM_C11_FAST_PATH, OPEN,
      READ_ONLY LOAD("0x200010") STORE("0x200010"), drop_fill },
    { "fill-missing-small", RM_C6_GRANULARITY, OPEN,
      "pt idx=0 va=0x200000 -> pa=0x20000 prot=rwx attrs=wid:0 lg=4\n"
      LOAD("0x200010") LOAD("0x200010"), drop_fill },
    { "fill-missing-write-invalid", RM_C11_FAST_PATH, OPEN,
      "pt idx=0 va=0x200000 -> pa=0x20000 prot=rwx attrs=wid:0 flags=---i\n"
      STORE("0x200010") STORE("0x200010"), drop_fill },
    { "fill-size", RM_C18_ORDER, OPEN, LOAD("0x200010"), fill_size },
    { "fill-extra", RM_C18_ORDER, OPEN, LOAD("0x200010"), extra_fill },
    { "fill-no-access", RM_C2_DEFERRAL, OPEN, "clock ms=1\n", extra_fill },

    /* dirty bits and memory */
    { "dirty-vga", RM_C9_DIRTY, CLEAN, STORE("0x200010"),
      .dirty = vga_lost },
    { "dirty-migration", RM_C9_DIRTY, CLEAN, STORE("0x10"),
      .dirty = migration_lost },
    { "dirty-again", RM_C9_DIRTY, OPEN,
      STORE("0x200010") "clear-dirty client=vga -> ram0\n" STORE("0x200010"),
      .dirty = vga_lost },
    { "dirty-rmw", RM_C9_DIRTY, CLEAN, RMW("0x200010"), .dirty = vga_lost },
    { "dirty-extra", RM_C9_DIRTY, CLEAN, STORE("0x200010"),
      .dirty = migration_extra },
    { "dirty-next-page", RM_C9_DIRTY, CLEAN, STORE("0x200ffc"),
      .dirty = vga_next },
    { "dirty-load", RM_C9_DIRTY, CLEAN, LOAD("0x200010"), .dirty = vga_set },
    { "dirty-probe-load", RM_C9_DIRTY, CLEAN, PROBE_FLAGS,
      .dirty = vga_set },
    { "dirty-io", RM_C9_DIRTY, CLEAN, STORE("0x300010"),
      .dirty = migration_extra },
    { "dirty-dma", RM_C9_DIRTY, CLEAN, STORE("0x30f100"),
      .dirty = migration_extra },
    { "dirty-denied", RM_C9_DIRTY, "iommu=deny dirty=none", STORE("0x10"),
      .dirty = vga_set },
    { "dirty-code", RM_C10_CODE, OPEN, STORE("0x200010"),
      .dirty = code_lost },
    { "dirty-code-set", RM_C10_CODE, OPEN, BLOCK, .dirty = code_set },
    { "dirty-code-kept", RM_C10_CODE, OPEN, BLOCK STORE("0x200020"),
      .dirty = code_set },
    { "dirty-code-load", RM_C10_CODE, OPEN,
      "protect-code -> ram0\n" LOAD("0x200010"), .dirty = code_set },
    { "dirty-code-protect", RM_C10_CODE, OPEN, "protect-code -> ram0\n",
      .dirty = code_set },
    { "dirty-code-unprotect", RM_C10_CODE, OPEN,
      "protect-code -> ram0\nunprotect-code -> ram0\n", .dirty = code_lost },
    { "ram-written", RM_C3_TARGET, OPEN, STORE("0x200010"),
      .memory = written_byte },
    { "ram-elsewhere", RM_C3_TARGET, OPEN, STORE("0x200010"),
      .memory = last_byte },
    { "ram1", RM_C3_TARGET, OPEN, STORE("0x200010"),
      .memory = first_byte, .region = RM_RAM1 },
    { "rom-written", RM_C3_TARGET, OPEN, STORE("0x30d000"),
      .memory = first_byte, .region = RM_ROM },
    { "romd-written", RM_C3_TARGET, OPEN, STORE("0x30c000"),
      .memory = first_byte, .region = RM_ROMD },
    { "ram-load", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .memory = last_byte },
    { "ram-pt", RM_C3_TARGET, OPEN, UNMAP("0x200000"),
      .memory = last_byte },

    /* what the contract allows */
    { "ok-conflict-asserted", RM_NO_CLAUSE, TWIN,
      TORN LOAD("0x10") STORE("0x10"), status_asserted },
    { "ok-translate-twice", RM_NO_CLAUSE, TWIN, LOAD("0x10"),
      repeat_translate },
    { "ok-translate-again", RM_NO_CLAUSE, TWIN, LOAD("0x10") LOAD("0x10"),
      extra_translate },
    { "ok-translate-in-page", RM_NO_CLAUSE, TWIN, LOAD("0x10"),
      translate_in_page },
    { "ok-fill-again", RM_NO_CLAUSE, TWIN, LOAD("0x10") LOAD("0x10"),
      fill_again },
    { "ok-code-twice", RM_NO_CLAUSE, OPEN, BLOCK STORE("0x200010"),
      repeat_code },
    { "ok-code-never", RM_NO_CLAUSE, OPEN, STORE("0x200010"), extra_code },
    { "ok-code-flush", RM_NO_CLAUSE, OPEN, BLOCK FLUSH, extra_code },
    { "ok-dirty-watched", RM_NO_CLAUSE, CLEAN, WATCH_W STORE("0x200010"),
      .dirty = vga_set },
    { "ok-dirty-probe", RM_NO_CLAUSE, CLEAN, PROBE_STORE,
      .dirty = vga_set },
    { "ok-dirty-cmpxchg", RM_NO_CLAUSE, CLEAN,
      "cmpxchg cpu=0 idx=0 va=0x200010 size=4 le cmp=other val=0x1\n",
      .dirty = vga_set },
    /* code that is gone: a store may find out, and is fast from then on */
    { "ok-dirty-code-stale", RM_NO_CLAUSE, OPEN,
      "protect-code -> ram0\n" STORE("0x200010"), .dirty = code_set,
      .held = store_fast },
};

static void told(const char *name, const char *what, const char *expected,
                 const char *observed)
{
    assert_told(faults, G_N_ELEMENTS(faults), name, what, expected,
                observed);
}

static void test_told(void)
{
    told("atomic-extra", "the outcome differs",
         "done, value 0x4e2bf95f", "EXCP_ATOMIC");
    told("assertion", "an assertion that was not predicted: some assertion",
         "", "");
    told("dirty-vga",
         "the vga dirty bit of ram0+0x0 is clear, and must be set", "", "");
    told("dirty-extra", "the migration dirty bit of ram1+0x7000 is set, and "
         "must not be", "", "");
    told("dirty-code-set",
         "the code dirty bit of ram0+0x0 is set, and must not be", "", "");
    /* val=0x12345678 at 0x10: 78 56 34 12 */
    told("ram-written", "memory differs at ram0+0x13", "0x12", "0x92");
    told("translate-missing", "the IOMMU was not asked for the load at 0x10",
         "", "");
    told("translate-no-access",
         "an operation that accesses nothing asked for something", "", "");
}

static void test_told_wide(void)
{
    Scenario s;
    Divergence d;
    DivergenceText text;
    g_autofree char *want = NULL;
    unsigned i = 0;

    while (strcmp(faults[i].name, "value-hi")) {
        i++;
    }
    fault_parse(&faults[i], &s);
    fault_run_scenario(&s, &faults[i], &d);
    want = g_strdup_printf("done, value 0x%" G_GINT64_MODIFIER "x%016"
                           G_GINT64_MODIFIER "x", fault_run.want.r.value_hi,
                           fault_run.want.r.value);
    divergence_print(&d, &text);
    g_assert_cmpstr(text.expected, ==, want);
    g_assert_cmpstr(text.observed, !=, want);
}

/* The words of the language are the names that reports use. */
static void test_names(void)
{
    for (unsigned i = 0; i < RM_MAPPINGS_VARIABLE; i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        g_autofree char *want = g_strdup_printf("map %s on",
                                                rm_memory_map[i].name);

        text_print_op(line, &(Op) { .kind = OP_MAP, .map = i,
                                    .on = MAP_ON });
        g_assert_cmpstr(line->str, ==, want);
    }
    for (unsigned i = 0; i < RM_TARGETS; i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        g_autofree char *want = g_strdup_printf("-> %s perm", region_name(i));

        text_print_op(line, &(Op) { .kind = OP_IOMMU, .mmu = 1,
                                    .region = i });
        g_assert_nonnull(strstr(line->str, want));
    }
    for (unsigned i = 0; i < 5; i++) {
        Op op = { .kind = OP_REACT, .device = i };
        g_autoptr(GString) line = g_string_new(NULL);
        g_autofree char *want = g_strdup_printf("react %s dir=read",
                                                region_name(op_device(&op)));

        text_print_op(line, &op);
        g_assert_cmpstr(line->str, ==, want);
        g_assert_true(rm_is_device(op_device(&op)));
    }
    for (unsigned attrs = 0; attrs < RM_ATTRS; attrs++) {
        g_autoptr(GString) line = g_string_new(NULL);
        g_autofree char *want = g_strdup_printf("prot=--- attrs=%s",
                                                attrs_name(attrs));

        text_print_op(line, &(Op) { .kind = OP_PT, .attrs = attrs });
        g_assert_true(g_str_has_suffix(line->str, want));
    }
    g_assert_cmpstr(region_name(RM_IOMMU1), ==, "iommu1");
    g_assert_cmpstr(region_name(RM_REGIONS), ==, "no known region");
}

/* Not thorough, it looks at the rest of the memory in the end. */
static void test_not_thorough(void)
{
    static const Fault hidden = {
        "", RM_C3_TARGET, OPEN, STORE("0x200010"), .memory = last_byte,
    }, seen = {
        "", RM_C3_TARGET, OPEN, STORE("0x200010"), .memory = written_byte,
    }, rom = {
        "", RM_C3_TARGET, OPEN, STORE("0x200010"), .memory = last_byte,
        .region = RM_ROM,
    };
    DivergenceText text;
    Scenario s;
    Divergence d;

    fault_run.thorough = false;
    fault_parse(&hidden, &s);
    fault_run_scenario(&s, &hidden, &d);
    g_assert_cmpint(d.clause, ==, RM_C3_TARGET);
    g_assert_cmpuint(d.op, ==, s.n);
    divergence_print(&d, &text);
    g_assert_cmpstr(text.what, ==, "memory differs at ram0+0x7fff");

    fault_run_scenario(&s, &rom, &d);
    g_assert_cmpuint(d.op, ==, s.n);
    divergence_print(&d, &text);
    g_assert_cmpstr(text.what, ==, "memory differs at rom+0x7fff");

    fault_run_scenario(&s, &seen, &d);
    g_assert_cmpint(d.clause, ==, RM_C3_TARGET);
    g_assert_cmpuint(d.op, ==, 0);

    /* what was written is reset for the next scenario */
    fault_run_scenario(&s, NULL, &d);
    assert_agreement(&d);
    fault_agree(OPEN, LOAD("0x200010"));
    fault_run.thorough = true;
    fault_agree(OPEN, LOAD("0x200010"));
}

/* Two models never diverge, whatever the scenario; conflicts included. */
static void test_no_fault(void)
{
    uint64_t operations = fault_run.operations;

    for (uint32_t seed = 0; seed < 300; seed++) {
        Scenario s;
        Divergence d;

        mutate_random(&s, TARGET_IOMMU, SCENARIO_OPS, seed);
        fault_run.thorough = seed % 2;
        fault_run_scenario(&s, NULL, &d);
        if (d.clause != RM_NO_CLAUSE) {
            run_report(&fault_run, &s, &d, NULL, stderr);
        }
        assert_agreement(&d);
    }
    fault_run.thorough = true;
    g_assert_cmpuint(fault_run.operations - operations, >, 300 * 20);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    fault_init();
    fault_add_tests("/compare/fault", faults, G_N_ELEMENTS(faults));
    g_test_add_func("/compare/told/faults", test_told);
    g_test_add_func("/compare/told/wide", test_told_wide);
    g_test_add_func("/compare/names", test_names);
    g_test_add_func("/compare/not-thorough", test_not_thorough);
    g_test_add_func("/compare/no-fault", test_no_fault);
    status = g_test_run();
    fault_free();
    return status;
}
