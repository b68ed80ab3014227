/*
 * The text form: one line or more for each operation, fields that can be
 * absent, and fields that do not fit each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "reference-model/vocabulary.h"
#include "harness/scenario/text.h"
#include "scenarios.h"

/* --- one line for each operation, and more where fields are optional --- */

#define LINE(kind_, text, ...) { text, { .kind = kind_, __VA_ARGS__ } }

static const struct {
    const char *text;
    Op op;
} lines[] = {
    LINE(OP_LOAD, "load cpu=0 idx=0 va=0x4008 size=8 le",
         .va = 0x4008, .lg_size = 3),
    LINE(OP_LOAD, "load cpu=1 idx=1 va=0x30ffff size=16 be align=natural "
         "tlb-only atom=within16-pair",
         .cpu = 1, .idx = 1, .va = 0x30ffff, .lg_size = 4, .big_endian = 1,
         .align = RM_ALIGN_NATURAL, .tlb_only = 1,
         .atom = ATOM_WITHIN16_PAIR),
    LINE(OP_LOAD, "load cpu=0 idx=0 va=0x0 size=1 le tlb-only",
         .tlb_only = 1),
    LINE(OP_LOAD, "load cpu=0 idx=0 va=0x0 size=2 le atom=none via=code",
         .lg_size = 1, .atom = ATOM_NONE, .via = VIA_CODE),
    LINE(OP_STORE, "store cpu=0 idx=0 va=0x0 size=1 be val=0x0 via=inside",
         .big_endian = 1, .via = VIA_INSIDE),
    LINE(OP_LOAD, "load cpu=1 idx=0 va=0x0 size=1 le via=together",
         .cpu = 1, .via = VIA_TOGETHER),
    LINE(OP_LOAD, "load cpu=0 idx=0 va=0x0 size=2 le via=counted",
         .lg_size = 1, .via = VIA_COUNTED),
    LINE(OP_STORE, "store cpu=0 idx=1 va=0x104010 size=4 be val=0x11223344",
         .idx = 1, .va = 0x104010, .lg_size = 2, .big_endian = 1,
         .val = 0x11223344),
    LINE(OP_STORE, "store cpu=0 idx=0 va=0x10 size=16 le "
         "val=0xffffffffffffffff hi=0x8000000000000001 align=64 atom=none",
         .va = 0x10, .lg_size = 4, .val = -1ull,
         .val_hi = 0x8000000000000001, .align = 6, .atom = ATOM_NONE),
    LINE(OP_FETCH, "fetch cpu=0 idx=0 va=0x30ffff size=1 be",
         .va = 0x30ffff, .big_endian = 1),
    LINE(OP_FETCH, "fetch cpu=0 idx=0 va=0x2 size=8 le align=2",
         .va = 2, .lg_size = 3, .align = 1),
    LINE(OP_RMW, "rmw cpu=1 idx=0 xchg va=0x0 size=1 le val=0xff",
         .cpu = 1, .rmw = RM_XCHG, .val = 0xff),
    LINE(OP_RMW, "rmw cpu=0 idx=0 umax-fetch va=0x8 size=8 be val=0x1 "
         "align=16 tlb-only",
         .rmw = RM_UMAX_FETCH, .va = 8, .lg_size = 3, .big_endian = 1,
         .val = 1, .align = 4, .tlb_only = 1),
    LINE(OP_CMPXCHG, "cmpxchg cpu=0 idx=0 va=0x10 size=4 le cmp=last "
         "val=0xffffffff",
         .va = 0x10, .lg_size = 2, .cmp = CMP_LAST, .val = 0xffffffff),
    LINE(OP_CMPXCHG, "cmpxchg cpu=0 idx=0 va=0x10 size=16 be cmp=other "
         "val=0x1 hi=0x2 align=32",
         .va = 0x10, .lg_size = 4, .big_endian = 1, .cmp = CMP_OTHER,
         .val = 1, .val_hi = 2, .align = 5),
    LINE(OP_RMW, "rmw cpu=0 idx=0 add va=0x0 size=4 le val=0x1 via=code",
         .rmw = RM_ADD, .lg_size = 2, .val = 1, .via = VIA_CODE),
    LINE(OP_CMPXCHG, "cmpxchg cpu=0 idx=0 va=0x0 size=8 le cmp=last val=0x0 "
         "via=exclusive",
         .lg_size = 3, .cmp = CMP_LAST, .via = VIA_EXCLUSIVE),
    LINE(OP_PROBE, "probe cpu=0 idx=0 access va=0x0 type=load len=4096",
         .probe = RM_PROBE_ACCESS, .type = RM_LOAD, .len = 4096),
    LINE(OP_PROBE, "probe cpu=1 idx=1 full-mmu va=0xfff type=fetch len=1 "
         "nonfault",
         .cpu = 1, .idx = 1, .probe = RM_PROBE_FULL_MMU, .va = 0xfff,
         .type = RM_FETCH, .len = 1, .nonfault = 1),
    LINE(OP_VADDR_TO_HOST, "vaddr-to-host cpu=0 idx=1 va=0x100234 type=store",
         .idx = 1, .va = 0x100234, .type = RM_STORE),
    LINE(OP_CODE_PAGE, "code-page cpu=1 idx=0 va=0x4fff",
         .cpu = 1, .va = 0x4fff),
    LINE(OP_BLOCK, "block cpu=0 idx=0 va=0x200ffc", .va = 0x200ffc),
    LINE(OP_BLOCK, "block cpu=0 idx=0 va=0x200002", .va = 0x200002),
    LINE(OP_BLOCK, "block cpu=1 idx=0 va=0x200ffe run", .cpu = 1,
         .va = 0x200ffe, .runs = 1),
    LINE(OP_BLOCK, "block cpu=0 idx=0 va=0x200ff8 run store=0x13",
         .va = 0x200ff8, .runs = 1, .stores = 0x13),
    LINE(OP_PT, "pt idx=0 va=0x4000 -> pa=0x8000 prot=rw- attrs=wid:2",
         .va = 0x4000, .pa = 0x8000,
         .prot = RM_PROT(RM_LOAD) | RM_PROT(RM_STORE), .attrs = 2),
    LINE(OP_PT, "pt idx=1 va=0x30f000 -> pa=0x7f000 prot=--x "
         "attrs=wid:3,secure lg=21 flags=scdi",
         .idx = 1, .va = 0x30f000, .pa = 0x7f000, .prot = RM_PROT(RM_FETCH),
         .attrs = 3 | RM_SECURE, .lg = 6,
         .flags = RM_PTE_SWAP | RM_PTE_CHECK | RM_PTE_DISCARD | RM_PTE_WINV),
    LINE(OP_PT, "pt idx=0 va=0x0 -> pa=0x0 prot=--- attrs=wid:0,secure "
         "flags=-c--",
         .attrs = RM_SECURE, .flags = RM_PTE_CHECK),
    LINE(OP_PT_CLEAR, "pt-clear idx=1 va=0x4000", .idx = 1, .va = 0x4000),
    LINE(OP_IOMMU, "iommu mmu=0 index=2 page=0x8 dir=read -> ram0+0x3000 "
         "perm=r-",
         .index = 2, .page = 8, .dir = DIR_READ, .region = RM_RAM0,
         .offset = 0x3000, .perm = RM_R),
    LINE(OP_IOMMU, "iommu mmu=1 index=3 page=0xf dir=write -> blocked "
         "perm=-w mask=16",
         .mmu = 1, .index = 3, .page = 15, .dir = DIR_WRITE,
         .region = RM_BLOCKED, .perm = RM_W, .mask = 1),
    LINE(OP_IOMMU, "iommu mmu=1 index=0 page=0x0 dir=both -> iommu0+0x7000 "
         "perm=rw mask=2M",
         .mmu = 1, .dir = DIR_BOTH, .region = RM_IOMMU0, .offset = 0x7000,
         .perm = RM_R | RM_W, .mask = 6),
    LINE(OP_IOMMU, "iommu mmu=0 index=0 page=0x0 dir=both -> unassigned "
         "perm=--", .dir = DIR_BOTH, .region = RM_UNASSIGNED),
    LINE(OP_FLUSH, "flush cpu=0 all"),
    LINE(OP_FLUSH, "flush cpu=1 all synced", .cpu = 1, .synced = 1),
    LINE(OP_FLUSH_PAGE, "flush cpu=0 page va=0x4000", .va = 0x4000),
    LINE(OP_FLUSH_MMUIDX, "flush cpu=0 mmuidx idxmap=0x2 synced",
         .idxmap = 2, .synced = 1),
    LINE(OP_FLUSH_PAGE_MMUIDX, "flush cpu=0 page-mmuidx va=0x4000 "
         "idxmap=0x3", .va = 0x4000, .idxmap = 3),
    LINE(OP_FLUSH_PAGE_BITS, "flush cpu=0 page-bits va=0x1000 idxmap=0x1 "
         "bits=64", .va = 0x1000, .idxmap = 1),
    LINE(OP_FLUSH_PAGE_BITS, "flush cpu=1 page-bits va=0x0 idxmap=0x0 "
         "bits=16 synced", .cpu = 1, .bits = 3, .synced = 1),
    LINE(OP_FLUSH_RANGE, "flush cpu=0 range va=0x2000 idxmap=0x1 bits=22",
         .va = 0x2000, .idxmap = 1, .bits = 1),
    LINE(OP_FLUSH_RANGE, "flush cpu=0 range va=0x30f000 more=15 idxmap=0x3 "
         "bits=8 synced",
         .va = 0x30f000, .pages = 15, .idxmap = 3, .bits = 4, .synced = 1),
    LINE(OP_CLEAR_DIRTY, "clear-dirty client=migration -> ram1+0x7000",
         .client = RM_MIGRATION, .region = RM_RAM1, .offset = 0x7000),
    LINE(OP_CLEAR_DIRTY, "clear-dirty client=code -> ram0 more=7",
         .client = RM_CODE, .pages = 7),
    LINE(OP_DIRTY_SNAPSHOT, "dirty-snapshot client=vga -> ram1+0x3000 more=2",
         .client = RM_VGA, .region = RM_RAM1, .offset = 0x3000, .pages = 2),
    LINE(OP_CLEAR_DIRTY, "clear-dirty client=vga -> ram1+0x7fff less=4095",
         .region = RM_RAM1, .offset = 0x7fff, .less = 4095),
    LINE(OP_DIRTY_SNAPSHOT, "dirty-snapshot client=vga -> ram0+0x801 more=1 "
         "less=1", .offset = 0x801, .pages = 1, .less = 1),
    LINE(OP_LOG, "log client=vga -> ram1 on",
         .client = RM_VGA, .region = RM_RAM1, .on = 1),
    LINE(OP_ALSO_LOG, "also-log display -> ram1 on",
         .logger = RM_LOG_DISPLAY, .region = RM_RAM1, .on = 1),
    LINE(OP_ALSO_LOG, "also-log limit -> ram0 off", .logger = RM_LOG_LIMIT),
    LINE(OP_RUN_STATE, "machine stops"),
    LINE(OP_RUN_STATE, "machine runs", .on = 1),
    LINE(OP_LOG, "log client=migration -> ram0 off",
         .client = RM_MIGRATION),
    LINE(OP_PROTECT, "protect-code -> ram0+0x1000", .offset = 0x1000),
    LINE(OP_UNPROTECT, "unprotect-code -> ram1", .region = RM_RAM1),
    LINE(OP_WATCH, "watch cpu=0 va=0x4008 watch=rw",
         .va = 0x4008, .watch = 2),
    LINE(OP_WATCH, "watch cpu=1 va=0x10 more=4111 watch=r",
         .cpu = 1, .va = 0x10, .len = 4111, .watch = 0),
    LINE(OP_WATCH, "watch cpu=0 va=0x4000 more=3 watch=w after",
         .va = 0x4000, .len = 3, .watch = 1, .after = 1),
    LINE(OP_UNWATCH, "unwatch cpu=0 va=0x30ffff", .va = 0x30ffff),
    LINE(OP_BREAKPOINT, "breakpoint cpu=0 load size=1 of=gdb on", .on = 1),
    LINE(OP_BREAKPOINT, "breakpoint cpu=1 cmpxchg size=16 plus=2 of=masked off",
         .cpu = 1, .insn = INSN_CMPXCHG, .lg_size = 4, .plus = 2,
         .breaker = RM_OF_GUEST_MASKED),
    LINE(OP_MAP, "map overlay on", .map = 14, .on = MAP_ON),
    LINE(OP_MAP, "map iommu0 remove", .map = 0, .on = MAP_REMOVE),
    LINE(OP_MAP_MOVE, "map-move iommu1 -> pa=0x7f000",
         .map = 1, .pa = 0x7f000),
    LINE(OP_MAP_OFFSET, "map-offset alias+0x3000",
         .map = 11, .offset = 0x3000),
    LINE(OP_MAP_OFFSET, "map-offset hole", .map = 15),
    LINE(OP_MAP_READONLY, "map-readonly ram0 on", .map = 2, .on = 1),
    LINE(OP_ROMD, "romd-mode off"),
    LINE(OP_ROMD, "romd-mode on", .on = 1),
    LINE(OP_DEVICE, "device narrow dir=both -> access-error",
         .device = 3, .dir = DIR_BOTH, .response = RM_TX_ACCESS_ERROR),
    LINE(OP_DEVICE, "device romd dir=write -> ok", .dir = DIR_WRITE),
    LINE(OP_REACT, "react blocked dir=write",
         .device = 4, .dir = DIR_WRITE),
    LINE(OP_CROWD, "crowd cpu=1 idx=0 pages=1024",
         .cpu = 1, .crowd = CROWD_1024),
    LINE(OP_CLOCK, "clock ms=999", .ms = 999),
    LINE(OP_DEVICE_AS, "device-as io be valid-min=1 valid-max=8 impl-min=2 "
         "impl-max=4 unaligned=valid,impl",
         .device = 1, .big_endian = 1, .valid_max = 3, .impl_min = 1,
         .impl_max = 2, .unaligned = RM_VALID_UNALIGNED | RM_IMPL_UNALIGNED),
    LINE(OP_DEVICE_AS, "device-as romd le valid-min=1 valid-max=1 impl-min=1 "
         "impl-max=1"),
    LINE(OP_DEVICE_AS, "device-as io le valid-min=1 valid-max=1 impl-min=1 "
         "impl-max=1 guarded", .device = 1, .guarded = 1),
    LINE(OP_DMA, "dma read pa=0x7ffff attrs=wid:1,secure", .pa = 0x7ffff,
         .attrs = 5),
    LINE(OP_DMA, "dma write pa=0x20010 more=12287 attrs=wid:0 val=0xff",
         .dir = DIR_WRITE, .pa = 0x20010, .len = 12287, .data = 0xff),
    LINE(OP_CODE_FLUSH, "code-flush cpu=1", .cpu = 1),
    LINE(OP_GRACE_PERIOD, "grace-period"),
    LINE(OP_CPU_REPLACE, "cpu-replace"),
    LINE(OP_SAVE_LOAD, "save-load"),
    LINE(OP_QUEUED_WORK, "queued-work waits", .on = 1),
    LINE(OP_THREAD, "thread 2", .thread = 2),
    LINE(OP_JOIN, "join"),
    LINE(OP_SWITCH, "switch after=17 to=1", .points = 17, .thread = 1),
    LINE(OP_SWITCH, "switch at=spin after=2 to=0", .points = 2,
         .at = PLACE_SPIN),
    LINE(OP_REACT_FILL, "react-fill"),
    LINE(OP_REACT_TRANSLATE, "react-translate mmu=1 dir=write",
         .mmu = 1, .dir = DIR_WRITE),
    LINE(OP_CPU_RESET, "cpu-reset cpu=1", .cpu = 1),
    LINE(OP_REG_READ, "reg read checker=1 offset=0x10 size=8 attrs=wid:1",
         .checker = 1, .reg = 0x10, .lg_size = 3, .attrs = 1),
    LINE(OP_REG_WRITE, "reg write checker=0 offset=0x1ffc size=4 "
         "val=0xffffffff attrs=wid:3,secure",
         .reg = 0x1ffc, .lg_size = 2, .val = 0xffffffff, .attrs = 7),
    LINE(OP_RESET, "reset checker=1", .checker = 1),
    LINE(OP_SLOT, "slot 2 napot addr=0x4000 size=0x1000 perm=w1:r-,w2:rw "
         "cfg=er,ew", .slot = 2, .mode = SLOT_NAPOT, .addr = 0x4000,
         .span = 2, .worlds = 0x34, .cfg = 3),
    LINE(OP_SLOT, "slot 8 tor addr=0x0 perm=w0:-w,w31:rw cfg=ir,iw,lock "
         "checker=1", .slot = 8, .mode = SLOT_TOR,
         .worlds = 3ull << 62 | 2, .cfg = 0x1c, .checker = 1),
    LINE(OP_SLOT, "slot 0 off addr=0x1fffc", .addr = 0x1fffc),
    LINE(OP_ENTRY, "entry 3 napot addr=0x4000 size=0x100 perm=rwx",
         .entry = 3, .mode = SLOT_NAPOT, .addr = 0x4000, .span = 10,
         .prot = 7),
    LINE(OP_ENTRY, "entry 7 tor addr=0x1004 perm=-w- checker=1",
         .entry = 7, .mode = SLOT_TOR, .addr = 0x1004, .prot = 2,
         .checker = 1),
    LINE(OP_MDCFG, "mdcfg 1 t=4", .md = 1, .t = 4),
    LINE(OP_MDCFG, "mdcfg 3 t=9 checker=1", .md = 3, .t = 9, .checker = 1),
    LINE(OP_SRCMD, "srcmd rrid=2 md=0,1", .rrid = 2, .mds = 3),
    LINE(OP_SRCMD, "srcmd rrid=0 lock checker=1", .lock = 1, .checker = 1),
    LINE(OP_LUT, "lut word=3 val=0xffffffff",
         .word = 3, .lut = 0xffffffff),
    LINE(OP_LUT, "lut word=0 val=0x1 checker=1", .lut = 1, .checker = 1),
    LINE(OP_LUT_BLOCK, "lut block 95 ns", .block = 95, .ns = 1),
    LINE(OP_LUT_BLOCK, "lut block 0 s checker=1", .checker = 1),
    LINE(OP_CTRL, "ctrl"),
    LINE(OP_CTRL, "ctrl set=sec-resp,autoinc,lockdown checker=1",
         .ctrl = 7, .checker = 1),
    LINE(OP_INT, "int clear"),
    LINE(OP_INT, "int enable checker=1", .interrupt = INT_ENABLE,
         .checker = 1),
};

/* Text, operation, bytes, operation, text. */
static void test_line(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autoptr(GString) text = g_string_new(NULL);
    uint8_t bytes[SCENARIO_BYTES];
    Scenario s = { .n = 1 }, back;

    s.setup.kind = target_for(lines[i].op.kind);
    s.ops[0] = parse_line(lines[i].text);
    g_assert_true(same_op(&s.ops[0], &lines[i].op));
    assert_canonical(&s);

    scenario_decode(&back, bytes, scenario_encode(&s, bytes));
    assert_same(&s, &back);
    g_assert_cmpuint(bytes[RECORD_SIZE], ==, lines[i].op.kind);
    text_print_op(text, &back.ops[0]);
    g_assert_cmpstr(text->str, ==, lines[i].text);
}

/*
 * Lines of a target in one scenario, which begins with @setup: as many as it
 * can have, from line *@from on, which is set to the next one.
 */
static Scenario check_some(unsigned target, const char *setup, bool *have,
                           unsigned *from)
{
    const Target *t = &target_table[target];
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *error = NULL;
    unsigned n = 0;
    Scenario s;

    g_string_printf(text, "tlbdiff 1 %s\nsetup %s\n", t->name, setup);
    for (; *from < G_N_ELEMENTS(lines) && n < SCENARIO_OPS; (*from)++) {
        if (target_has(t, lines[*from].op.kind)) {
            g_string_append_printf(text, "%s\n", lines[*from].text);
            have[lines[*from].op.kind] = true;
            n++;
        }
    }
    text_parse(&s, "f", text->str, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(s.setup.kind, ==, target);
    g_assert_cmpuint(s.n, ==, n);
    text_print(out, &s);
    g_assert_cmpstr(out->str, ==, text->str);
    assert_canonical(&s);
    assert_round_trips(&s);
    return s;
}

/* All lines of a target, in scenarios that begin with @setup. */
static Scenario check_lines(unsigned target, const char *setup, bool *have)
{
    unsigned from = 0;
    Scenario s;

    do {
        s = check_some(target, setup, have, &from);
    } while (from < G_N_ELEMENTS(lines));
    return s;
}

/* All of them, in scenarios of each target; and no kind is forgotten. */
static void test_lines(void)
{
    bool have[OP_KINDS] = { false };
    Scenario s = check_lines(TARGET_IOMMU, "pt=identity iommu=twin "
                             "dirty=none fill=align", have);

    g_assert_cmpuint(s.setup.pt, ==, PT_IDENTITY);
    g_assert_cmpuint(s.setup.iommu, ==, IOMMU_TWIN);
    g_assert_cmpuint(s.setup.dirty, ==, DIRTY_NONE);
    g_assert_cmpuint(s.setup.fill, ==, FILL_ALIGN);

    s = check_lines(TARGET_THREADS, "pt=none iommu=fine dirty=all fill=page",
                    have);
    g_assert_cmpuint(s.setup.iommu, ==, IOMMU_FINE);

    s = check_lines(TARGET_WGCHECKER, "pt=none dirty=all fill=page "
                    "downstream=series instance=any rules=read", have);
    g_assert_cmpuint(s.setup.behind, ==, RM_BEHIND_SERIES);
    g_assert_cmpuint(s.setup.variant, ==, 1);
    g_assert_cmpuint(s.setup.rules, ==, 2);

    s = check_lines(TARGET_IOPMP, "pt=none dirty=all fill=page "
                    "downstream=device instance=rapid-k rules=open", have);
    g_assert_cmpuint(s.setup.behind, ==, RM_BEHIND_DEVICE);
    g_assert_cmpuint(s.setup.variant, ==, 1);
    g_assert_cmpuint(s.setup.rules, ==, 2);

    s = check_lines(TARGET_TZMPC, "pt=none dirty=all fill=page "
                    "downstream=device words=3 rules=mixed", have);
    g_assert_cmpuint(s.setup.behind, ==, RM_BEHIND_DEVICE);
    g_assert_cmpuint(s.setup.variant, ==, 1);
    g_assert_cmpuint(s.setup.rules, ==, 1);
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_assert_true(have[kind]);
    }
}

static void test_text_spaces(void)
{
    static const char plain[] = MAGIC
        "setup pt=none iommu=deny dirty=all fill=page\n"
        "load cpu=0 idx=0 va=0x10 size=4 le align=4 tlb-only\n"
        "clear-dirty client=vga -> ram1\n"
        "map-offset alias+0x1000\n"
        "flush cpu=0 all synced\n";
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *error = NULL;
    Scenario s;

    text_parse(&s, "file",
               "# a comment, and an empty line\n\n"
               "  tlbdiff 1 iommu\t# the magic\r\n\r\n"
               "setup pt=none iommu=deny dirty=all fill=page\r\n"
               "load  cpu=0\tidx=0 va=16 size=4 le  align=4\t tlb-only# none\n"
               "\t clear-dirty client=vga ->ram1+0x0  \n"
               "map-offset alias+4096\n"
               "flush cpu=0 all  synced", &error);
    g_assert_cmpstr(error, ==, NULL);
    text_print(out, &s);
    g_assert_cmpstr(out->str, ==, plain);
}

/* --- optional fields --- */

/*
 * Where a field is optional, what is 0 is not printed, may be written down
 * all the same, and what is not 0 is printed.
 */
static void check_optional(unsigned kind, const Field *f)
{
    Op op = { .kind = kind, .lg_size = 0 }, parsed;
    g_autoptr(GString) without = g_string_new(NULL);
    g_autoptr(GString) zero = g_string_new(NULL);
    g_autoptr(GString) with = g_string_new(NULL);
    g_autofree char *name = g_strdup_printf(" %s", f->name);
    const char *at;

    if (f->member == offsetof(Op, val_hi)) {
        op.lg_size = 4;
    } else if (f->member == offsetof(Op, span)) {
        return;     /* there, or not, as the mode says: op_fit() */
    }
    text_print_op(without, &op);
    g_assert_null(strstr(without->str, name));
    parsed = parse_line(without->str);
    g_assert_true(same_op(&parsed, &op));

    *field_ptr(&op, f) = 1;
    text_print_op(with, &op);
    at = strstr(with->str, name);
    g_assert_nonnull(at);
    parsed = parse_line(with->str);
    g_assert_true(same_op(&parsed, &op));
    if (f->form == FORM_FLAG || f->form == FORM_LIST) {
        return;     /* there is no word for none */
    }

    /* up to the field, its 0, and what followed it */
    g_string_append_len(zero, with->str, at - with->str);
    g_string_append_printf(zero, " %s=%s", f->name,
                           f->form == FORM_NAMED ? f->words[0] :
                           f->form == FORM_LETTERS ? "----" :
                           f->form == FORM_WORLDS ? "w3:--" : "0");
    at += strlen(name) + strcspn(at + strlen(name), " ");
    g_string_append(zero, at);
    parsed = parse_line(zero->str);
    *field_ptr(&op, f) = 0;
    g_assert_true(same_op(&parsed, &op));
}

static void test_optional(void)
{
    unsigned n = 0;

    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        const OpInfo *info = &op_table[kind];

        for (const Field *f = info->fields; !field_end(info, f); f++) {
            if (f->how & FIELD_OPTIONAL) {
                check_optional(kind, f);
                n++;
            }
            /* a flag can be nothing else */
            g_assert_true(f->form != FORM_FLAG || f->how & FIELD_OPTIONAL);
        }
    }
    /*
     * load 3, store 4, fetch 2, rmw 2, cmpxchg 3, probe, block 2, pt 2,
     * iommu, flushes 6, range, clear-dirty, dirty-snapshot, watch 2,
     * breakpoint, slot 4, entry 2, mdcfg, srcmd 3, lut 2, ctrl 2, int
     */
    g_assert_cmpuint(n, ==, 58);
}

/* --- fields that do not fit each other --- */

/* An operation that is not valid; its text; and what it is taken for. */
static const struct {
    const char *name;
    Op op;
    const char *text, *at, *error, *reduced;
} misfits[] = {
    { "fetch-16", { .kind = OP_FETCH, .lg_size = 4 },
      "fetch cpu=0 idx=0 va=0x0 size=16 le", "size=16",
      "a size that fits the other fields, found 'size=16'",
      "fetch cpu=0 idx=0 va=0x0 size=8 le" },
    { "rmw-16", { .kind = OP_RMW, .lg_size = 4, .val = -1ull },
      "rmw cpu=0 idx=0 xchg va=0x0 size=16 le val=0xffffffffffffffff",
      "size=16", "a size that fits the other fields, found 'size=16'",
      "rmw cpu=0 idx=0 xchg va=0x0 size=8 le val=0xffffffffffffffff" },
    { "store-1", { .kind = OP_STORE, .val = 0x1ff },
      "store cpu=0 idx=0 va=0x0 size=1 le val=0x1ff", "val=",
      "a val that fits the other fields, found 'val=0x1ff'",
      "store cpu=0 idx=0 va=0x0 size=1 le val=0xff" },
    { "store-2", { .kind = OP_STORE, .lg_size = 1, .val = 0x10000 },
      "store cpu=0 idx=0 va=0x0 size=2 le val=0x10000", "val=",
      "a val that fits the other fields, found 'val=0x10000'",
      "store cpu=0 idx=0 va=0x0 size=2 le val=0x0" },
    { "store-4", { .kind = OP_STORE, .lg_size = 2, .val = 0x8000000000 },
      "store cpu=0 idx=0 va=0x0 size=4 le val=0x8000000000", "val=",
      "a val that fits the other fields, found 'val=0x8000000000'",
      "store cpu=0 idx=0 va=0x0 size=4 le val=0x0" },
    { "store-hi", { .kind = OP_STORE, .lg_size = 3, .val_hi = 1 },
      "store cpu=0 idx=0 va=0x0 size=8 le val=0x0 hi=0x1", "hi=",
      "a hi that fits the other fields, found 'hi=0x1'",
      "store cpu=0 idx=0 va=0x0 size=8 le val=0x0" },
    { "rmw-4", { .kind = OP_RMW, .lg_size = 2, .val = -1ull },
      "rmw cpu=0 idx=0 xchg va=0x0 size=4 le val=0xffffffffffffffff", "val=",
      "a val that fits the other fields, found 'val=0xffffffffffffffff'",
      "rmw cpu=0 idx=0 xchg va=0x0 size=4 le val=0xffffffff" },
    { "cmpxchg-1", { .kind = OP_CMPXCHG, .val = 0x123 },
      "cmpxchg cpu=0 idx=0 va=0x0 size=1 le cmp=last val=0x123", "val=",
      "a val that fits the other fields, found 'val=0x123'",
      "cmpxchg cpu=0 idx=0 va=0x0 size=1 le cmp=last val=0x23" },
    { "cmpxchg-hi", { .kind = OP_CMPXCHG, .lg_size = 3, .val_hi = -1ull },
      "cmpxchg cpu=0 idx=0 va=0x0 size=8 le cmp=last val=0x0 "
      "hi=0xffffffffffffffff", "hi=",
      "a hi that fits the other fields, found 'hi=0xffffffffffffffff'",
      "cmpxchg cpu=0 idx=0 va=0x0 size=8 le cmp=last val=0x0" },
    { "probe-end", { .kind = OP_PROBE, .va = 0x1fff, .len = 2 },
      "probe cpu=0 idx=0 access va=0x1fff type=load len=2", "len=",
      "a len that fits the other fields, found 'len=2'",
      "probe cpu=0 idx=0 access va=0x1fff type=load len=1" },
    { "probe-page", { .kind = OP_PROBE, .va = 1, .len = 4096 },
      "probe cpu=0 idx=0 access va=0x1 type=load len=4096", "len=",
      "a len that fits the other fields, found 'len=4096'",
      "probe cpu=0 idx=0 access va=0x1 type=load len=4095" },
    { "iommu-itself", { .kind = OP_IOMMU, .region = RM_IOMMU0,
                        .offset = 0x1000 },
      "iommu mmu=0 index=0 page=0x0 dir=read -> iommu0+0x1000 perm=--",
      "iommu0+",
      "a target that fits the other fields, found 'iommu0+0x1000'",
      "iommu mmu=0 index=0 page=0x0 dir=read -> unassigned+0x1000 perm=--" },
    { "log-code", { .kind = OP_LOG, .client = RM_CODE, .on = 1 },
      "log client=code -> ram0 on", "client=",
      "a client that fits the other fields, found 'client=code'",
      "log client=vga -> ram0 on" },
};

static void test_misfit(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) reduced = g_string_new(NULL);
    g_autofree char *error = NULL, *want = NULL;
    uint8_t bytes[SCENARIO_BYTES];
    Scenario s = { .n = 1 };
    Op op;

    /* in text it is refused, and what is wrong is pointed at */
    text_print_op(text, &misfits[i].op);
    g_assert_cmpstr(text->str, ==, misfits[i].text);
    error = parse_error(text->str);
    want = g_strdup_printf("f:2:%u: expected %s",
                           (unsigned)(strstr(text->str, misfits[i].at) -
                                      text->str) + 1, misfits[i].error);
    g_assert_cmpstr(error, ==, want);

    /* in bytes it is reduced to what is valid */
    s.ops[0] = misfits[i].op;
    scenario_decode(&s, bytes, scenario_encode(&s, bytes));
    assert_canonical(&s);
    text_print_op(reduced, &s.ops[0]);
    g_assert_cmpstr(reduced->str, ==, misfits[i].reduced);
    op = parse_line(misfits[i].reduced);
    g_assert_true(same_op(&op, &s.ops[0]));
}

/* What fits, but only just. */
static void test_fits(void)
{
    static const char *const cases[] = {
        "fetch cpu=0 idx=0 va=0xfff size=8 le",
        "store cpu=0 idx=0 va=0x0 size=1 le val=0xff",
        "store cpu=0 idx=0 va=0x0 size=2 le val=0xffff",
        "store cpu=0 idx=0 va=0x0 size=4 le val=0xffffffff",
        "store cpu=0 idx=0 va=0x0 size=16 le val=0x0 hi=0x1",
        "probe cpu=0 idx=0 access va=0x1fff type=load len=1",
        "probe cpu=0 idx=0 access va=0x1000 type=load len=4096",
        "iommu mmu=1 index=0 page=0x0 dir=both -> iommu0 perm=rw",
        "iommu mmu=0 index=0 page=0x0 dir=both -> unassigned perm=rw",
        "clear-dirty client=code -> ram0",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        Op op = parse_line(cases[i]);

        text_print_op(text, &op);
        g_assert_cmpstr(text->str, ==, cases[i]);
    }
}

/* The longest scenario in text is far from what a file may have. */
static void test_longest(void)
{
    size_t longest = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        longest = MAX(longest, strlen(lines[i].text));
    }
    g_assert_cmpuint(SCENARIO_OPS * longest, <, 64 * 1024 / 4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *path = g_strdup_printf("/lines/known/%02u-%s", i,
            op_table[lines[i].op.kind].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_line);
    }
    g_test_add_func("/lines/all-lines", test_lines);
    g_test_add_func("/lines/longest", test_longest);
    g_test_add_func("/lines/spaces", test_text_spaces);
    g_test_add_func("/lines/optional", test_optional);
    for (unsigned i = 0; i < G_N_ELEMENTS(misfits); i++) {
        g_autofree char *path = g_strconcat("/lines/misfit/",
                                            misfits[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_misfit);
    }
    g_test_add_func("/lines/misfit/none", test_fits);
    return g_test_run();
}
