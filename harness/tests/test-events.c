/*
 * The comparison of events, without QEMU: each test plants one fault at the
 * last operation of a scenario, and the comparison must name the clause that
 * it breaks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/compare/event.h"
#include "fault.h"

static void drop_read(RmResult *r)
{
    drop(r, RM_EV_DEV_READ);
}

static void drop_write(RmResult *r)
{
    drop(r, RM_EV_DEV_WRITE);
}

static void drop_failed(RmResult *r)
{
    drop(r, RM_EV_TX_FAILED);
}

static void drop_page_fault(RmResult *r)
{
    drop(r, RM_EV_PAGE_FAULT);
}

static void drop_unaligned(RmResult *r)
{
    drop(r, RM_EV_UNALIGNED);
}

static void drop_watch(RmResult *r)
{
    drop(r, RM_EV_WATCH);
}

static void drop_irq(RmResult *r)
{
    drop(r, RM_EV_IRQ);
}

static void drop_unmap(RmResult *r)
{
    drop(r, RM_EV_UNMAP);
}

static void repeat_unmap(RmResult *r)
{
    repeat(r, RM_EV_UNMAP);
}

static void unmap_ends_early(RmResult *r)
{
    find(r, RM_EV_UNMAP)->size--;
}

static void unmap_index(RmResult *r)
{
    find(r, RM_EV_UNMAP)->index ^= 1;
}

static void extra_unmap(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) { .kind = RM_EV_UNMAP, .region = RM_IOMMU0 });
}

static void drop_code(RmResult *r)
{
    drop(r, RM_EV_CODE);
}

static void repeat_write(RmResult *r)
{
    repeat(r, RM_EV_DEV_WRITE);
}

static void repeat_failed(RmResult *r)
{
    repeat(r, RM_EV_TX_FAILED);
}

static void repeat_irq(RmResult *r)
{
    repeat(r, RM_EV_IRQ);
}

static void read_region(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->region = RM_BLOCKED;
}

static void read_offset(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->addr += 0x1000;
}

static void read_attrs(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->attrs ^= 1;
}

static void read_secure(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->attrs ^= RM_SECURE;
}

static void read_value(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->value ^= 1;
}

static void read_size(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->size *= 2;
}

static void read_elsewhere(RmResult *r)
{
    read_size(r);
    find(r, RM_EV_DEV_READ)->region = RM_IO;
}

static void read_is_write(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->kind = RM_EV_DEV_WRITE;
}

static void read_on_other_cpu(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->cpu = 1;
}

static void write_value(RmResult *r)
{
    find(r, RM_EV_DEV_WRITE)->value ^= 1ull << 31;
}

/* The two parts of what a device does, in the wrong order. */
static void irq_first(RmResult *r)
{
    drop(r, RM_EV_DEV_READ);
    rm_log(&r->log, &(RmEvent) { .kind = RM_EV_DEV_READ,
                                 .region = RM_BLOCKED, .size = 4 });
}

static void irq_elsewhere(RmResult *r)
{
    find(r, RM_EV_IRQ)->region = RM_IO;
}

static void extra_irq(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) { .kind = RM_EV_IRQ, .region = RM_BLOCKED });
}

static void endless_reads(RmResult *r)
{
    while (r->log.n <= RM_LOG_MAX) {
        extra_read(r);
    }
}

static void extra_page_fault(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) { .kind = RM_EV_PAGE_FAULT, .size = 4 });
}

static void extra_unaligned(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) { .kind = RM_EV_UNALIGNED, .addr = 0x200011 });
}

static void unaligned_va(RmResult *r)
{
    find(r, RM_EV_UNALIGNED)->addr &= ~3u;
}

static void unaligned_type(RmResult *r)
{
    find(r, RM_EV_UNALIGNED)->type = RM_STORE;
}

/* A page fault in its place: the order of the two. */
static void unaligned_is_fault(RmResult *r)
{
    find(r, RM_EV_UNALIGNED)->kind = RM_EV_PAGE_FAULT;
    r->status = RM_PAGE_FAULT;
}

/* A device is called instead. */
static void unaligned_is_read(RmResult *r)
{
    drop(r, RM_EV_UNALIGNED);
    extra_read(r);
}

static void fault_is_read(RmResult *r)
{
    drop(r, RM_EV_PAGE_FAULT);
    extra_read(r);
}

static void extra_watch(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) {
        .kind = RM_EV_WATCH, .addr = 0x200010, .flag = RM_R,
    });
    r->status = RM_WATCHPOINT;
}

static void watch_va(RmResult *r)
{
    find(r, RM_EV_WATCH)->addr++;
}

static void watch_direction(RmResult *r)
{
    find(r, RM_EV_WATCH)->flag ^= RM_R | RM_W;
}

static void watch_attrs(RmResult *r)
{
    find(r, RM_EV_WATCH)->attrs ^= 1;
}

/* It hits, and the access goes on. */
static void watch_ignored(RmResult *r)
{
    drop(r, RM_EV_WATCH);
    r->status = RM_DONE;
}

/* Data comes before the watchpoint. */
static void watch_late(RmResult *r)
{
    RmEvent ev = *find(r, RM_EV_WATCH);

    drop(r, RM_EV_WATCH);
    extra_read(r);
    rm_log(&r->log, &ev);
}

static void code_elsewhere(RmResult *r)
{
    find(r, RM_EV_CODE)->addr ^= 0x100;
}

static void access_error(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->response = RM_TX_ACCESS_ERROR;
}

static void decode_error(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->response = RM_TX_DECODE_ERROR;
}

/* The physical address behind the IOMMU. */
static void failed_pa(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->pa += 0x20000;
}

static void failed_va(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->addr++;
}

static void failed_size(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->size = 1;
}

static void failed_type(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->type = RM_LOAD;
}

static void failed_mmu_idx(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->mmu_idx = 1;
}

static void failed_attrs(RmResult *r)
{
    find(r, RM_EV_TX_FAILED)->attrs ^= 2;
}

/* A denied access reaches a device after all. */
static void failed_is_read(RmResult *r)
{
    *find(r, RM_EV_TX_FAILED) = (RmEvent) {
        .kind = RM_EV_DEV_READ, .region = RM_IO, .size = 4,
    };
    r->status = RM_DONE;
}

static void status_unaligned(RmResult *r)
{
    r->status = RM_UNALIGNED;
}

static void status_watchpoint(RmResult *r)
{
    r->status = RM_WATCHPOINT;
}

/* --- the table --- */

#define WATCH_R     "watch cpu=0 va=0x200010 more=3 watch=r\n"
#define WATCH_W     "watch cpu=0 va=0x200010 more=3 watch=w\n"
#define BLOCK       "block cpu=0 idx=0 va=0x200010\n"
#define UNALIGNED   "load cpu=0 idx=0 va=0x200011 size=4 le align=natural\n"
#define PROBE_FLAGS "probe cpu=0 idx=0 flags va=0x200010 type=load len=4\n"
#define PROBE_STORE "probe cpu=0 idx=0 access va=0x200010 type=store len=4\n"
/* page 0 behind iommu0 leads to the device that answers errors */
#define BLOCKED     "iommu mmu=0 index=0 page=0x0 dir=both -> blocked " \
                    "perm=rw\n"

/* who listens to index 0 does so to page 1 alone, to index 2 almost to all */
#define ANSWER(index) "iommu mmu=0 index=" index " page=0x0 dir=both -> ram0 " \
                      "perm=rw\n"

static const Fault faults[] = {
    /* devices */
    { "dev-read-missing", RM_C3_TARGET, OPEN, LOAD("0x300010"), drop_read },
    { "dev-read-region", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_region },
    { "dev-read-offset", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_offset },
    { "dev-read-attrs", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_attrs },
    { "dev-read-secure", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_secure },
    { "dev-read-value", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_value },
    { "dev-read-size", RM_C16_CROSSING, OPEN, LOAD("0x300010"), read_size },
    { "dev-read-pieces", RM_C16_CROSSING, OPEN, LOAD("0x30e010"), read_size },
    { "dev-read-pieces-elsewhere", RM_C3_TARGET, OPEN, LOAD("0x30e010"),
      read_elsewhere },
    { "dev-read-is-write", RM_C3_TARGET, OPEN, LOAD("0x300010"),
      read_is_write },
    { "dev-read-other-cpu", RM_C3_TARGET, OPEN, LOAD("0x300010"),
      read_on_other_cpu },
    { "dev-read-extra", RM_C3_TARGET, OPEN, LOAD("0x200010"), extra_read },
    { "dev-read-endless", RM_C16_CROSSING, OPEN, LOAD("0x200010"),
      endless_reads },
    { "dev-write-missing", RM_C3_TARGET, SPLIT, STORE("0x10"), drop_write },
    { "dev-write-value", RM_C3_TARGET, OPEN, STORE("0x300010"), write_value },
    { "dev-write-twice", RM_C3_TARGET, OPEN, STORE("0x300010"),
      repeat_write },
    { "dev-write-dma", RM_C3_TARGET, OPEN, STORE("0x30f010"), write_value },

    /* who listens to an IOMMU */
    { "unmap-missing", RM_C13_NOTIFY, OPEN, ANSWER("2"), drop_unmap },
    { "unmap-twice", RM_C13_NOTIFY, OPEN, ANSWER("2"), repeat_unmap },
    { "unmap-size", RM_C13_NOTIFY, OPEN, ANSWER("2"), unmap_ends_early },
    { "unmap-index", RM_C13_NOTIFY, OPEN, ANSWER("2"), unmap_index },
    { "unmap-out-of-range", RM_C13_NOTIFY, OPEN, ANSWER("0"), extra_unmap },

    /* interrupts */
    { "irq-missing", RM_C3_TARGET, SPLIT, STORE("0x10"), drop_irq },
    { "irq-twice", RM_C3_TARGET, SPLIT, STORE("0x10"), repeat_irq },
    { "irq-elsewhere", RM_C3_TARGET, SPLIT, STORE("0x10"), irq_elsewhere },
    { "irq-extra", RM_C3_TARGET, OPEN, STORE("0x300010"), extra_irq },
    { "irq-extra-ram", RM_C3_TARGET, OPEN, STORE("0x200010"), extra_irq },
    { "irq-first", RM_C3_TARGET, OPEN, BLOCKED LOAD("0x10"), irq_first },

    /* failed transactions and page faults */
    { "failed-missing", RM_C18_ORDER, SPLIT, STORE("0x10"), drop_failed },
    { "failed-twice", RM_C18_ORDER, SPLIT, STORE("0x10"), repeat_failed },
    { "failed-response", RM_C18_ORDER, SPLIT, STORE("0x10"), access_error },
    { "failed-response-denied", RM_C3_TARGET, SPLIT, STORE("0x10"),
      decode_error },
    { "failed-response-device", RM_C18_ORDER, OPEN,
      "device io dir=read -> error\n" LOAD("0x300010"), access_error },
    { "failed-pa", RM_C18_ORDER, SPLIT, STORE("0x10"), failed_pa },
    { "failed-va", RM_C18_ORDER, SPLIT, STORE("0x10"), failed_va },
    { "failed-size", RM_C18_ORDER, SPLIT, STORE("0x10"), failed_size },
    { "failed-type", RM_C18_ORDER, SPLIT, STORE("0x10"), failed_type },
    { "failed-index", RM_C18_ORDER, SPLIT, STORE("0x10"), failed_mmu_idx },
    { "failed-attrs", RM_C18_ORDER, SPLIT, STORE("0x10"), failed_attrs },
    { "denied-missing", RM_C4_PERMISSION, DENY, LOAD("0x10"), drop_failed },
    { "denied-response", RM_C4_PERMISSION, DENY, LOAD("0x10"),
      access_error },
    { "denied-pa", RM_C18_ORDER, DENY, LOAD("0x10"), failed_pa },
    { "denied-reaches", RM_C4_PERMISSION, DENY, LOAD("0x10"),
      failed_is_read },
    { "denied-done", RM_C4_PERMISSION, DENY, LOAD("0x10"), status_done },
    { "nothing-missing", RM_C3_TARGET, DENY, LOAD("0x30f800"), drop_failed },
    { "page-fault-missing", RM_C18_ORDER, OPEN,
      UNMAP("0x200000") LOAD("0x200010"), drop_page_fault },
    { "page-fault-reaches", RM_C18_ORDER, OPEN,
      UNMAP("0x200000") LOAD("0x200010"), fault_is_read },
    { "page-fault-extra", RM_C18_ORDER, OPEN, LOAD("0x200010"),
      extra_page_fault },

    /* alignment */
    { "unaligned-missing", RM_C18_ORDER, OPEN, UNALIGNED, drop_unaligned },
    { "unaligned-extra", RM_C18_ORDER, OPEN, LOAD("0x200011"),
      extra_unaligned },
    { "unaligned-va", RM_C18_ORDER, OPEN, UNALIGNED, unaligned_va },
    { "unaligned-type", RM_C18_ORDER, OPEN, UNALIGNED, unaligned_type },
    { "unaligned-is-fault", RM_C18_ORDER, OPEN, UNALIGNED,
      unaligned_is_fault },
    { "unaligned-reaches", RM_C18_ORDER, OPEN, UNALIGNED,
      unaligned_is_read },
    { "unaligned-done", RM_C18_ORDER, OPEN, UNALIGNED, status_done },
    { "unaligned-status", RM_C18_ORDER, OPEN, LOAD("0x200011"),
      status_unaligned },

    /* watchpoints */
    { "watch-missing", RM_C19_WATCHPOINT, OPEN, WATCH_R LOAD("0x200010"),
      drop_watch },
    { "watch-ignored", RM_C19_WATCHPOINT, OPEN, WATCH_W STORE("0x200012"),
      watch_ignored },
    { "watch-extra", RM_C19_WATCHPOINT, OPEN, LOAD("0x200010"),
      extra_watch },
    { "watch-extra-direction", RM_C19_WATCHPOINT, OPEN,
      WATCH_W LOAD("0x200010"), extra_watch },
    { "watch-extra-bytes", RM_C19_WATCHPOINT, OPEN,
      WATCH_R LOAD("0x200014"), extra_watch },
    { "watch-extra-probe", RM_C19_WATCHPOINT, OPEN, WATCH_R PROBE_FLAGS,
      extra_watch },
    { "watch-va", RM_C19_WATCHPOINT, OPEN, WATCH_R LOAD("0x200010"),
      watch_va },
    { "watch-direction", RM_C19_WATCHPOINT, OPEN, WATCH_R LOAD("0x200010"),
      watch_direction },
    { "watch-attrs", RM_C19_WATCHPOINT, OPEN, WATCH_R LOAD("0x200010"),
      watch_attrs },
    { "watch-late", RM_C19_WATCHPOINT, OPEN, WATCH_R LOAD("0x200010"),
      watch_late },
    { "watch-probe", RM_C19_WATCHPOINT, OPEN, WATCH_W PROBE_STORE,
      drop_watch },
    { "watch-done", RM_C19_WATCHPOINT, OPEN, WATCH_R LOAD("0x200010"),
      status_done },
    { "watch-status", RM_C19_WATCHPOINT, OPEN, LOAD("0x200010"),
      status_watchpoint },

    /* translated code */
    { "code-missing", RM_C10_CODE, OPEN, BLOCK STORE("0x200010"),
      drop_code },
    { "code-missing-rmw", RM_C10_CODE, OPEN, BLOCK RMW("0x200010"),
      drop_code },
    { "code-missing-alias", RM_C10_CODE, OPEN, BLOCK STORE("0x10"),
      drop_code },
    { "code-missing-edge", RM_C10_CODE, OPEN,
      BLOCK "store cpu=1 idx=1 va=0x20000d size=4 le val=0x0\n", drop_code },
    { "code-elsewhere", RM_C10_CODE, OPEN, BLOCK STORE("0x200010"),
      code_elsewhere },
};

static void told(const char *name, const char *what, const char *expected,
                 const char *observed)
{
    assert_told(faults, G_N_ELEMENTS(faults), name, what, expected,
                observed);
}

static void test_told(void)
{
    told("dev-read-size", "events differ",
         "dev-read io+0x10 size=4 val=0x7dc40a51 attrs=wid:0",
         "dev-read io+0x10 size=8 val=0x7dc40a51 attrs=wid:0");
    told("dev-read-secure", "events differ",
         "dev-read io+0x10 size=4 val=0x7dc40a51 attrs=wid:0",
         "dev-read io+0x10 size=4 val=0x7dc40a51 attrs=wid:0,secure");
    told("dev-write-twice", "an event that must not happen", "nothing more",
         "dev-write io+0x10 size=4 val=0x12345678 attrs=wid:0");
    told("irq-missing", "events differ", "interrupt of blocked",
         "failed cpu=0 idx=0 va=0x10 pa=0x10 type=store size=4 attrs=wid:0 "
         "error");
    told("failed-missing", "an event is missing",
         "failed cpu=0 idx=0 va=0x10 pa=0x10 type=store size=4 attrs=wid:0 "
         "error", "nothing more");
    told("unaligned-missing", "an event is missing",
         "unaligned cpu=0 idx=0 va=0x200011 type=load", "nothing more");
    told("unaligned-is-fault", "events differ",
         "unaligned cpu=0 idx=0 va=0x200011 type=load",
         "page-fault cpu=0 idx=0 va=0x200011 type=load size=0");
    told("watch-direction", "events differ",
         "watchpoint cpu=0 va=0x200010 direction=r attrs=wid:0",
         "watchpoint cpu=0 va=0x200010 direction=w attrs=wid:0");
    told("code-missing", "the code at 0x10 of RAM 0 was overwritten and is "
         "still valid", "", "");
    told("denied-done", "the outcome differs", "failed transaction",
         "done, value 0x0");
    told("dev-read-endless", "161 events in one operation", "", "");
}

/* Every kind of event has a text of its own. */
static void test_event_text(void)
{
    char text[RM_EV_KINDS + 1][160];

    for (unsigned kind = 0; kind <= RM_EV_KINDS; kind++) {
        event_print(&(RmEvent) { .kind = kind }, text[kind],
                    sizeof(text[kind]));
        g_assert_cmpint(g_str_has_prefix(text[kind], "unknown event"), ==,
                        kind == RM_EV_KINDS);
        for (unsigned k = 0; k < kind; k++) {
            g_assert_cmpstr(text[kind], !=, text[k]);
        }
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    fault_init();
    fault_add_tests("/events/fault", faults, G_N_ELEMENTS(faults));
    g_test_add_func("/events/told", test_told);
    g_test_add_func("/events/text", test_event_text);
    status = g_test_run();
    fault_free();
    return status;
}
