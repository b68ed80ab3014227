/*
 * The audit: what the subject holds in its TLBs, against what the model
 * allows, without QEMU.  Each test plants one fault in what is held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fault.h"
#include "harness/scenario/mutate.h"

/* --- changes of what is held; most have but one entry --- */

static void hold_nothing(Held *held)
{
    held->n = 0;
}

/* An entry that nobody asked for, for loads. */
static void hold_more(Held *held, unsigned cpu, uint32_t va, uint32_t pa)
{
    held->entry[held->n++] = (CachedEntry) {
        .cpu = cpu, .slot = ENGINE_SLOTS, .va = va, .pa = pa,
        .type[RM_LOAD].live = true,
    };
}

static void hold_page(Held *held)
{
    hold_more(held, 0, 0x200000, 0x20000);
}

static void hold_page_victim(Held *held)
{
    hold_page(held);
    held->entry[held->n - 1].victim = true;
}

static void hold_page_cpu1(Held *held)
{
    hold_more(held, 1, 0x200000, 0x20000);
}

static void hold_far_page(Held *held)
{
    hold_more(held, 0, 0x40000000, 0x20000);
}

static void hold_iommu1(Held *held)
{
    hold_more(held, 0, 0x100000, 0x10000);
}

/* Page 16 of the crowd, where there may be 16 pages. */
static void hold_crowd(Held *held)
{
    uint32_t va = RM_CROWD_VA + 16 * RM_PAGE_SIZE;

    hold_more(held, 0, va, RM_CROWD_PA);
}

static void hold_crowd_first(Held *held)
{
    hold_more(held, 0, RM_CROWD_VA, RM_CROWD_PA);
}

static void hold_past_crowd(Held *held)
{
    uint32_t va = RM_CROWD_VA + RM_CROWD_PAGES * RM_PAGE_SIZE;

    hold_more(held, 0, va, RM_CROWD_PA);
}

static void store_invalid_live(Held *held)
{
    held->entry[0].type[RM_STORE].live = true;
}

static void victim(Held *held)
{
    held->entry[0].victim = true;
    held->entry[0].type[RM_LOAD].fast = false;
}

static void victim_fast_store(Held *held)
{
    held->entry[0].victim = true;
    held->entry[0].type[RM_STORE].fast = true;
}

static void victim_elsewhere(Held *held)
{
    held->entry[0].victim = true;
    held->entry[0].type[RM_LOAD].offset ^= 0x1000;
}

static void other_index(Held *held)
{
    held->entry[0].mmu_idx = RM_MMU_IDX;
}

static void other_cpu(Held *held)
{
    held->entry[0].cpu ^= 1;
}

static void other_pa(Held *held)
{
    held->entry[0].pa ^= 0x1000;
}

static void other_attrs(Held *held)
{
    held->entry[0].attrs ^= 1;
}

static void other_space(Held *held)
{
    held->entry[0].attrs ^= RM_SECURE;
}

static void load_not_deferred(Held *held)
{
    held->entry[0].type[RM_LOAD].deferred = false;
}

/* What was denied is asked again. */
static void load_deferred(Held *held)
{
    held->entry[0].type[RM_LOAD].deferred = true;
    held->entry[0].type[RM_FETCH].deferred = true;
}

static void store_not_deferred(Held *held)
{
    held->entry[0].type[RM_STORE].deferred = false;
}

static void fetch_not_deferred(Held *held)
{
    held->entry[0].type[RM_FETCH].deferred = false;
}

static void all_deferred(Held *held)
{
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        held->entry[0].type[t].deferred = true;
        held->entry[0].type[t].fast = false;
    }
}

static void load_fast(Held *held)
{
    held->entry[0].type[RM_LOAD].fast = true;
}

static void store_fast(Held *held)
{
    held->entry[0].type[RM_STORE].fast = true;
}

static void fetch_fast(Held *held)
{
    held->entry[0].type[RM_FETCH].fast = true;
}

static void load_slow(Held *held)
{
    held->entry[0].type[RM_LOAD].fast = false;
}

static void fetch_slow(Held *held)
{
    held->entry[0].type[RM_FETCH].fast = false;
}

static void store_slow(Held *held)
{
    held->entry[0].type[RM_STORE].fast = false;
}

static void last_store_fast(Held *held)
{
    held->entry[held->n - 1].type[RM_STORE].fast = true;
}

static void last_load_fast(Held *held)
{
    held->entry[held->n - 1].type[RM_LOAD].fast = true;
}

static void last_pa(Held *held)
{
    held->entry[held->n - 1].pa ^= 0x1000;
}

static void load_offset(Held *held)
{
    held->entry[0].type[RM_LOAD].offset ^= 0x1000;
}

static void load_region(Held *held)
{
    held->entry[0].type[RM_LOAD].region ^= 1;
}

static void load_nowhere(Held *held)
{
    held->entry[0].type[RM_LOAD].region = RM_REGIONS;
}

static void store_where_load(Held *held)
{
    held->entry[0].type[RM_STORE] = held->entry[0].type[RM_LOAD];
}

/* --- the table --- */

#define PTE(rest)   "pt idx=0 va=0x200000 -> pa=0x20000 prot=rwx " \
                    "attrs=wid:0 " rest "\n"
#define PT(pa)      "pt idx=0 va=0x200000 -> pa=" pa " prot=rwx attrs=wid:0\n"
#define WATCH(d)    "watch cpu=0 va=0x200010 more=3 watch=" d "\n"
#define UNWATCH     "unwatch cpu=0 va=0x200010\n"
#define CLEAN_PAGE  "clear-dirty client=vga -> ram0\n"
#define CROWD       "crowd cpu=0 idx=0 pages=16\n"
#define CPU1(va)    "load cpu=1 idx=0 va=" va " size=4 le\n"
#define SYNCED      "flush cpu=0 all synced\n"

static const Fault faults[] = {
    /* entries that should be gone */
    { "flushed", RM_C14_FLUSH, OPEN, LOAD("0x200010") FLUSH,
      .held = hold_page },
    { "flushed-victim", RM_C14_FLUSH, OPEN, LOAD("0x200010") FLUSH,
      .held = hold_page_victim },
    { "flushed-page", RM_C14_FLUSH, OPEN,
      LOAD("0x200010") "flush cpu=0 page va=0x200000\n",
      .held = hold_page },
    { "flushed-large", RM_C14_FLUSH, OPEN,
      PTE("lg=13") LOAD("0x200010") "flush cpu=0 page va=0x201000\n",
      .held = hold_page },
    { "flushed-range", RM_C14_FLUSH, OPEN, LOAD("0x200010")
      "flush cpu=0 range va=0x1000 idxmap=0x1 bits=16\n"
      "flush cpu=0 range va=0x0 more=1 idxmap=0x1 bits=16\n",
      .held = hold_page },
    { "flushed-mmuidx", RM_C14_FLUSH, OPEN,
      LOAD("0x200010") "flush cpu=0 mmuidx idxmap=0x1\n",
      .held = hold_page },
    { "flushed-cpu1", RM_C14_FLUSH, OPEN, CPU1("0x200010") SYNCED,
      .held = hold_page_cpu1 },
    { "never-filled", RM_C14_FLUSH, OPEN, LOAD("0x201010"),
      .held = hold_page },
    { "never-filled-far", RM_C14_FLUSH, OPEN, LOAD("0x200010"),
      .held = hold_far_page },
    { "never-filled-cpu1", RM_C14_FLUSH, OPEN, LOAD("0x200010"),
      .held = hold_page_cpu1 },
    { "topology", RM_C15_TOPOLOGY, OPEN, LOAD("0x200010") "map ram0 off\n",
      .held = hold_page },
    { "topology-cpu1", RM_C15_TOPOLOGY, OPEN,
      CPU1("0x200010") "map ram0 remove\n", .held = hold_page_cpu1 },
    { "topology-overlay", RM_C15_TOPOLOGY, OPEN,
      LOAD("0x200010") "map hole on\n", .held = hold_page },
    { "topology-readonly", RM_C15_TOPOLOGY, OPEN,
      LOAD("0x200010") "map-readonly ram0 on\n", .held = hold_page },
    { "watched", RM_C19_WATCHPOINT, OPEN, LOAD("0x200010") WATCH("r"),
      .held = hold_page },

    /* entries that are for something else */
    { "unused-index", RM_C11_FAST_PATH, OPEN, LOAD("0x200010"),
      .held = other_index },
    { "other-cpu", RM_C14_FLUSH, OPEN, LOAD("0x200010"),
      .held = other_cpu },
    { "pa", RM_C3_TARGET, OPEN, LOAD("0x200010"), .held = other_pa },
    { "attrs", RM_C3_TARGET, OPEN, LOAD("0x200010"), .held = other_attrs },
    { "space", RM_C3_TARGET, OPEN, LOAD("0x200010"), .held = other_space },

    /* access types that should not be live */
    { "denied", RM_C11_FAST_PATH, OPEN, READ_ONLY LOAD("0x200010"),
      .held = store_invalid_live },
    { "small-page", RM_C6_GRANULARITY, OPEN, PTE("lg=4") LOAD("0x200010"),
      .held = hold_page },
    { "small-page-11", RM_C6_GRANULARITY, OPEN,
      PTE("lg=11") LOAD("0x200010"), .held = hold_page },
    { "small-page-iommu", RM_C6_GRANULARITY, OPEN,
      "pt idx=0 va=0x100000 -> pa=0x10000 prot=rwx attrs=wid:0 lg=8\n"
      LOAD("0x100010"), .held = hold_iommu1 },
    { "write-invalid", RM_C11_FAST_PATH, OPEN,
      PTE("flags=---i") STORE("0x200010"), .held = store_invalid_live },

    /* access types that are not asked for */
    { "not-deferred", RM_C8_INDEPENDENT, SPLIT, LOAD("0x10"),
      .held = store_not_deferred },
    { "not-deferred-store", RM_C8_INDEPENDENT, SPLIT, STORE("0x10"),
      .held = load_not_deferred },
    { "not-deferred-fetch", RM_C8_INDEPENDENT, SPLIT, STORE("0x10"),
      .held = fetch_not_deferred },
    /* a denial may be remembered, but not for the other direction */
    { "denial-remembered", RM_NO_CLAUSE, DENY, LOAD("0x10"),
      .held = load_not_deferred },
    { "not-deferred-denied", RM_C8_INDEPENDENT, DENY, LOAD("0x10"),
      .held = store_not_deferred },
    { "not-deferred-notify", RM_C13_NOTIFY, TWIN, LOAD("0x10") NOTIFY,
      .held = load_not_deferred },
    { "not-deferred-notify-fetch", RM_C13_NOTIFY, TWIN, LOAD("0x10") NOTIFY,
      .held = fetch_not_deferred },
    { "not-deferred-notify-nested", RM_C13_NOTIFY, OPEN,
      NESTED LOAD("0x100010") NOTIFY, .held = load_not_deferred },
    { "not-deferred-granule", RM_C6_GRANULARITY, OPEN,
      "iommu mmu=0 index=0 page=0x0 dir=both -> ram0 perm=rw mask=256\n"
      LOAD("0x10"), .held = load_not_deferred },

    /* notifications that would not come */
    { "notifier", RM_C13_NOTIFY, TWIN, LOAD("0x10"), .deaf = 1 },
    { "notifier-later", RM_C13_NOTIFY, TWIN, LOAD("0x1010") "clock ms=1\n",
      .deaf = 1 },
    { "notifier-all", RM_C13_NOTIFY, TWIN, STORE("0x10"), .deaf = -1u },
    { "notifier-index", RM_C13_NOTIFY, TWIN,
      "load cpu=0 idx=1 va=0x10 size=4 le\n", .deaf = 1 << 1 },
    { "notifier-cpu1", RM_C13_NOTIFY, TWIN, CPU1("0x10"), .deaf = 1 },
    { "notifier-nested", RM_C13_NOTIFY, OPEN, NESTED LOAD("0x100010"),
      .deaf = 1 },
    { "notifier-io", RM_C13_NOTIFY, SPLIT, STORE("0x10"), .deaf = 1 },

    /* the fast path, where something must be looked at */
    { "fast-deferred", RM_C11_FAST_PATH, SPLIT, LOAD("0x10"),
      .held = store_fast },
    { "fast-io", RM_C11_FAST_PATH, OPEN, LOAD("0x300010"),
      .held = load_fast },
    { "fast-pieces", RM_C11_FAST_PATH, OPEN, LOAD("0x30f110"),
      .held = load_fast },
    { "fast-unassigned", RM_C11_FAST_PATH, OPEN, LOAD("0x308010"),
      .held = load_fast },
    { "fast-rom", RM_C11_FAST_PATH, OPEN, LOAD("0x30d010"),
      .held = store_fast },
    { "fast-romd", RM_C11_FAST_PATH, OPEN, LOAD("0x30c010"),
      .held = store_fast },
    { "fast-romd-mode", RM_C11_FAST_PATH, OPEN,
      "romd-mode off\n" LOAD("0x30c010"), .held = load_fast },
    { "fast-readonly", RM_C11_FAST_PATH, OPEN,
      PT("0x41000") LOAD("0x200010"), .held = store_fast },
    { "fast-clean", RM_C9_DIRTY, CLEAN, LOAD("0x200010"),
      .held = store_fast },
    { "fast-clean-again", RM_C9_DIRTY, OPEN, STORE("0x200010") CLEAN_PAGE,
      .held = store_fast },
    { "fast-clean-cpu1", RM_C9_DIRTY, OPEN, CPU1("0x200010") CLEAN_PAGE,
      .held = store_fast },
    { "fast-clean-alias", RM_C9_DIRTY, OPEN, LOAD("0x10") CLEAN_PAGE,
      .held = store_fast },
    { "fast-clean-migration", RM_C9_DIRTY, OPEN, LOAD("0x200010")
      "clear-dirty client=migration -> ram0 more=7\n", .held = store_fast },
    { "fast-code", RM_C10_CODE, OPEN,
      LOAD("0x200010") "protect-code -> ram0\n", .held = store_fast },
    { "fast-victim", RM_C9_DIRTY, OPEN, LOAD("0x200010") CLEAN_PAGE,
      .held = victim_fast_store },
    { "fast-watched-load", RM_C19_WATCHPOINT, OPEN,
      WATCH("r") LOAD("0x200020"), .held = load_fast },
    { "fast-watched-store", RM_C19_WATCHPOINT, OPEN,
      WATCH("w") LOAD("0x200020"), .held = store_fast },
    { "fast-watched-both", RM_C19_WATCHPOINT, OPEN,
      WATCH("rw") STORE("0x200020"), .held = load_fast },
    { "fast-watched-first", RM_C19_WATCHPOINT, OPEN,
      "watch cpu=0 va=0x200fff more=1 watch=r\n" LOAD("0x201020"),
      .held = load_fast },
    { "fast-watched-last", RM_C19_WATCHPOINT, OPEN,
      "watch cpu=0 va=0x200fff more=1 watch=r\n" LOAD("0x200020"),
      .held = load_fast },
    { "fast-swap", RM_C11_FAST_PATH, OPEN, PTE("flags=s---") LOAD("0x200010"),
      .held = load_fast },
    { "fast-swap-store", RM_C11_FAST_PATH, OPEN,
      PTE("flags=s---") STORE("0x200010"), .held = store_fast },
    { "fast-check", RM_C11_FAST_PATH, OPEN,
      PTE("flags=-c--") LOAD("0x200010"), .held = load_fast },
    { "fast-check-fetch", RM_C11_FAST_PATH, OPEN,
      PTE("flags=-c--") FETCH("0x200010"), .held = fetch_fast },
    { "fast-discard", RM_C11_FAST_PATH, OPEN,
      PTE("flags=--d-") STORE("0x200010"), .held = store_fast },

    /* the addend */
    { "addend", RM_C3_TARGET, OPEN, LOAD("0x200010"), .held = load_offset },
    { "addend-region", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .held = load_region },
    { "addend-nowhere", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .held = load_nowhere },
    { "addend-victim", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .held = victim_elsewhere },
    { "addend-cpu1", RM_C3_TARGET, OPEN, CPU1("0x200010"),
      .held = load_offset },
    { "addend-rom", RM_C3_TARGET, OPEN, LOAD("0x30d010"),
      .held = load_offset },
    { "addend-other", RM_C7_ADDEND, TWIN, TORN LOAD("0x10") STORE("0x10"),
      .held = store_where_load },

    /* slow, after it was used */
    { "slow-load", RM_C11_FAST_PATH, OPEN, LOAD("0x200010"),
      .held = load_slow },
    { "slow-load-rom", RM_C11_FAST_PATH, OPEN, LOAD("0x30d010"),
      .held = load_slow },
    { "slow-load-cpu1", RM_C11_FAST_PATH, OPEN, CPU1("0x200010"),
      .held = load_slow },
    { "slow-store", RM_C11_FAST_PATH, OPEN, STORE("0x10"),
      .held = store_slow },
    { "slow-store-dirty", RM_C11_FAST_PATH, CLEAN, STORE("0x200010"),
      .held = store_slow },
    { "slow-fetch", RM_C11_FAST_PATH, OPEN, FETCH("0x200010"),
      .held = fetch_slow },
    { "slow-fetch-later", RM_C11_FAST_PATH, OPEN,
      LOAD("0x200010") FETCH("0x200010"), .held = fetch_slow, .always = true },
    { "slow-rmw-load", RM_C11_FAST_PATH, OPEN, RMW("0x200010"),
      .held = load_slow },
    { "slow-rmw-store", RM_C11_FAST_PATH, OPEN, RMW("0x200010"),
      .held = store_slow },
    { "slow-unwatched", RM_C11_FAST_PATH, OPEN,
      WATCH("r") LOAD("0x200020") UNWATCH FLUSH LOAD("0x200020"),
      .held = load_slow },

    /* the crowd */
    { "crowd-more", RM_C14_FLUSH, OPEN, CROWD, .held = hold_crowd },
    { "crowd-past", RM_C14_FLUSH, OPEN, "crowd cpu=0 idx=0 pages=1024\n",
      .held = hold_past_crowd },
    { "crowd-flushed", RM_C14_FLUSH, OPEN, CROWD FLUSH,
      .held = hold_crowd_first },
    { "crowd-other-cpu", RM_C14_FLUSH, OPEN, "crowd cpu=1 idx=0 pages=64\n",
      .held = hold_crowd_first },
    { "crowd-other-index", RM_C14_FLUSH, OPEN, "crowd cpu=0 idx=1 pages=64\n",
      .held = hold_crowd_first },
    { "crowd-pa", RM_C3_TARGET, OPEN, CROWD, .held = last_pa },
    { "crowd-fast-load", RM_C11_FAST_PATH, OPEN, CROWD,
      .held = last_load_fast },
    { "crowd-fast-store", RM_C11_FAST_PATH, OPEN, CROWD,
      .held = last_store_fast },

    /* what the contract allows */
    { "ok-nothing", RM_NO_CLAUSE, OPEN, LOAD("0x200010"),
      .held = hold_nothing },
    { "ok-victim", RM_NO_CLAUSE, OPEN, LOAD("0x200010"), .held = victim },
    { "ok-slow-unused", RM_NO_CLAUSE, OPEN, LOAD("0x200010"),
      .held = fetch_slow },
    { "ok-slow-other-page", RM_NO_CLAUSE, OPEN,
      LOAD("0x200010") LOAD("0x201010"), .held = load_slow },
    { "ok-slow-other-index", RM_NO_CLAUSE, OPEN,
      LOAD("0x200010") "load cpu=0 idx=1 va=0x200010 size=4 le\n",
      .held = load_slow },
    { "ok-slow-other-cpu", RM_NO_CLAUSE, OPEN,
      LOAD("0x200010") CPU1("0x200010"), .held = load_slow },
    { "ok-slow-after-flush", RM_NO_CLAUSE, OPEN,
      LOAD("0x201010") "flush cpu=0 page va=0x200000\n", .held = load_slow },
    { "ok-slow-after-probe", RM_NO_CLAUSE, OPEN,
      "probe cpu=0 idx=0 flags va=0x200010 type=load len=4\n",
      .held = load_slow },
    { "ok-slow-cmpxchg", RM_NO_CLAUSE, OPEN,
      "cmpxchg cpu=0 idx=0 va=0x200010 size=4 le cmp=other val=0x1\n",
      .held = store_slow },
    { "ok-deferred-again", RM_NO_CLAUSE, TWIN, LOAD("0x10") FLUSH
      STORE("0x10") "clock ms=1\n", .held = all_deferred },
    { "ok-deaf-unused", RM_NO_CLAUSE, TWIN, LOAD("0x10"), .deaf = 1 << 1 },
    { "ok-deaf-notified", RM_NO_CLAUSE, TWIN, LOAD("0x10") NOTIFY,
      .deaf = -1u },
    { "deaf-denied", RM_C13_NOTIFY, DENY, LOAD("0x10"), .deaf = 1 },
    { "ok-deaf-denied", RM_NO_CLAUSE, DENY, LOAD("0x10"), .deaf = 1,
      .held = load_deferred },
    { "ok-deaf-flushed", RM_NO_CLAUSE, TWIN, LOAD("0x10") FLUSH,
      .deaf = -1u },
    { "ok-deaf-ram", RM_NO_CLAUSE, TWIN, LOAD("0x200010"), .deaf = -1u },
    { "ok-pt-only", RM_NO_CLAUSE, OPEN, LOAD("0x200010") UNMAP("0x200000")
      "clock ms=1\n" },
    { "ok-flushed-other", RM_NO_CLAUSE, OPEN,
      LOAD("0x200010") "flush cpu=1 all\n" },
    { "ok-flushed-bits", RM_NO_CLAUSE, OPEN, LOAD("0x200010")
      "flush cpu=0 page-bits va=0x1000 idxmap=0x1 bits=16\n" },
    { "ok-crowd-range", RM_NO_CLAUSE, OPEN,
      CROWD "flush cpu=0 range va=0x0 more=15 idxmap=0x3 bits=16\n",
      .held = hold_nothing },
    { "ok-crowd-topology", RM_NO_CLAUSE, OPEN, CROWD "map ram0 off\n",
      .held = hold_crowd_first },
    { "ok-watched-direction", RM_NO_CLAUSE, OPEN,
      WATCH("w") LOAD("0x200020"), .held = load_fast },
    { "ok-watched-fetch", RM_NO_CLAUSE, OPEN,
      WATCH("rw") LOAD("0x200020"), .held = fetch_fast },
    { "ok-watched-page", RM_NO_CLAUSE, OPEN,
      WATCH("r") LOAD("0x201010"), .held = load_fast },
    { "ok-watched-next", RM_NO_CLAUSE, OPEN,
      "watch cpu=0 va=0x200fff watch=r\n" LOAD("0x201020"),
      .held = load_fast },
    { "ok-watched-cpu", RM_NO_CLAUSE, OPEN,
      WATCH("r") CPU1("0x200020"), .held = load_fast },
};

static void told(const char *name, const char *what, const char *expected,
                 const char *observed)
{
    assert_told(faults, G_N_ELEMENTS(faults), name, what, expected,
                observed);
}

static void test_told(void)
{
    told("addend", "audit: TLB entry cpu=0 idx=0 va=0x200000 load: the "
         "addend leads elsewhere", "ram0+0x0", "ram0+0x1000");
    told("addend-nowhere", "audit: TLB entry cpu=0 idx=0 va=0x200000 load: "
         "the addend leads elsewhere", "ram0+0x0", "no known region+0x0");
    told("flushed", "audit: TLB entry cpu=0 idx=0 va=0x200000: live, but it "
         "should be gone", "", "");
    told("flushed-victim", "audit: victim entry cpu=0 idx=0 va=0x200000: "
         "live, but it should be gone", "", "");
    told("flushed-cpu1", "audit: TLB entry cpu=1 idx=0 va=0x200000: live, "
         "but it should be gone", "", "");
    told("space", "audit: TLB entry cpu=0 idx=0 va=0x200000: for another "
         "mapping", "pa=0x20000 attrs=wid:0", "pa=0x20000 attrs=wid:0,secure");
    told("denied", "audit: TLB entry cpu=0 idx=0 va=0x200000 store: live, "
         "but the page table denies it", "", "");
    told("small-page", "audit: TLB entry cpu=0 idx=0 va=0x200000 load: live, "
         "but each access must ask the page tables", "", "");
    told("not-deferred", "audit: TLB entry cpu=0 idx=0 va=0x0 store: the "
         "next access would not ask the IOMMU", "", "");
    told("notifier-nested", "audit: TLB entry cpu=0 idx=0 va=0x100000 load: "
         "no notification of changes in iommu0 would reach it", "", "");
    told("fast-io", "audit: TLB entry cpu=0 idx=0 va=0x300000 load: on the "
         "fast path, but it does not lead to memory", "", "");
    told("fast-clean", "audit: TLB entry cpu=0 idx=0 va=0x200000 store: on "
         "the fast path, but its page is not dirty", "", "");
    told("fast-swap", "audit: TLB entry cpu=0 idx=0 va=0x200000 load: on the "
         "fast path, but something must be looked at for each access", "",
         "");
    told("slow-load", "audit: TLB entry cpu=0 idx=0 va=0x200000 load: not on "
         "the fast path after it was used", "", "");
    told("crowd-more", "audit: TLB entry cpu=0 idx=0 va=0x10010000: live, "
         "but it should be gone", "", "");
}

/* What is written to a page table reaches no TLB: nothing is audited. */
static void test_page_table(void)
{
    static const Fault gone = {
        "", RM_C14_FLUSH, OPEN, LOAD("0x201010") UNMAP("0x200000"),
        .held = hold_page,
    };
    Scenario s;
    Divergence d;

    fault_parse(&gone, &s);
    fault_run_scenario(&s, &gone, &d);
    g_assert_cmpint(d.clause, ==, RM_C14_FLUSH);
    g_assert_cmpuint(d.op, ==, s.n);
}

/* Entries of all CPUs, of the crowd and of victims are counted. */
static void test_counted(void)
{
    uint64_t entries = fault_run.audited.entries;
    uint64_t victims = fault_run.audited.victims;
    static const Fault one = {
        "", RM_NO_CLAUSE, OPEN, LOAD("0x200010"), .held = victim,
    };
    Scenario s;
    Divergence d;

    /* after the operation, and at the end of the scenario */
    fault_agree(OPEN, "crowd cpu=1 idx=1 pages=256\n");
    g_assert_cmpuint(fault_run.audited.entries - entries, ==, 2 * 256);
    g_assert_cmpuint(fault_run.audited.victims, ==, victims);
    fault_parse(&one, &s);
    fault_run_scenario(&s, &one, &d);
    assert_agreement(&d);
    g_assert_cmpuint(fault_run.audited.entries - entries, ==, 2 * 257);
    g_assert_cmpuint(fault_run.audited.victims - victims, ==, 2);
}

/* The same, by the audit that remembers what it has found good. */
static void test_remembered(void)
{
    fault_run.thorough = false;
    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        DivergenceText text;
        Scenario s;
        Divergence d;

        fault_parse(&faults[i], &s);
        fault_run_scenario(&s, &faults[i], &d);
        divergence_print(&d, &text);
        g_test_message("%s: %s", faults[i].name, text.what);
        g_assert_cmpint(d.clause, ==, faults[i].clause);
        g_assert_cmpuint(d.op, ==, d.clause ? s.n - 1 : s.n);
    }
    fault_run.thorough = true;
}

/* --- what the oracle says of an entry is another only if its version is --- */

typedef struct Said {
    bool known;
    uint64_t version;
    RmEntry entry;
} Said;

static Said last[RM_CPUS][RM_MMU_IDX][RM_VA_PAGES];
static unsigned n_same, n_other;
static Said last_of_all;
static uint64_t each[RM_CPUS * RM_MMU_IDX * RM_VA_PAGES];
static unsigned n_all_same;

static void compare_version(unsigned cpu, unsigned idx, unsigned page)
{
    Engine *oracle = fault_run.oracle;
    Said *said = &last[cpu][idx][page];
    Said now = { .known = true };
    bool same;

    now.version = oracle->ops->entry_version(oracle, cpu, idx,
                                             rm_page_va(page));
    oracle->ops->entry(oracle, cpu, idx, rm_page_va(page), &now.entry);
    same = said->known && said->version == now.version;
    if (same) {
        g_assert_cmpmem(&now.entry, sizeof(now.entry), &said->entry,
                        sizeof(said->entry));
    }
    n_same += same;
    n_other += !same;
    *said = now;
}

/* As long as the version of all is the same, so is that of each. */
static void compare_version_of_all(void)
{
    Engine *oracle = fault_run.oracle;
    uint64_t version = oracle->ops->version(oracle);

    for (unsigned i = 0; i < G_N_ELEMENTS(each); i++) {
        uint64_t now = oracle->ops->entry_version(
            oracle, i / RM_VA_PAGES / RM_MMU_IDX,
            i / RM_VA_PAGES % RM_MMU_IDX, rm_page_va(i % RM_VA_PAGES));

        g_assert_true(!last_of_all.known || version != last_of_all.version ||
                      now == each[i]);
        each[i] = now;
    }
    n_all_same += last_of_all.known && version == last_of_all.version;
    last_of_all = (Said) { .known = true, .version = version };
}

static void compare_versions(Held *held)
{
    compare_version_of_all();
    for (unsigned cpu = 0; cpu < RM_CPUS; cpu++) {
        for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
            for (unsigned page = 0; page < RM_VA_PAGES; page++) {
                compare_version(cpu, idx, page);
            }
        }
    }
}

static void test_version(void)
{
    static const Fault none = {
        "", RM_NO_CLAUSE, .held = compare_versions, .always = true,
    };

    for (unsigned i = 0; i < 300; i++) {
        Scenario s;
        Divergence d;

        mutate_random(&s, 0, 32, i);
        memset(last, 0, sizeof(last));
        last_of_all.known = false;
        fault_run_scenario(&s, &none, &d);
        assert_agreement(&d);
    }
    g_assert_cmpuint(n_same, >, n_other);
    g_assert_cmpuint(n_other, >, 0);
    g_assert_cmpuint(n_all_same, >, 0);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    fault_init();
    fault_add_tests("/audit/fault", faults, G_N_ELEMENTS(faults));
    g_test_add_func("/audit/remembered", test_remembered);
    g_test_add_func("/audit/told", test_told);
    g_test_add_func("/audit/page-table", test_page_table);
    g_test_add_func("/audit/counted", test_counted);
    g_test_add_func("/audit/version", test_version);
    status = g_test_run();
    fault_free();
    return status;
}
