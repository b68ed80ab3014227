/*
 * The comparison, without QEMU: a second model is the subject, and each test
 * plants one fault in what it does, or shows, at the last operation of a
 * scenario.  The comparison must name the clause that it breaks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "../compare.h"
#include "../mutate.h"
#include "../preset.h"
#include "../text.h"

#define MAX_ENTRIES (RM_MMU_IDX * RM_VA_PAGES + 1)

/* What the subject holds, as it is listed. */
typedef struct Held {
    unsigned n;
    CachedEntry entry[MAX_ENTRIES];
} Held;

/* A change of what the subject does, or of what it shows of itself. */
typedef struct Fault {
    const char *name;
    RmClause clause;        /* RM_NO_CLAUSE: nothing is wrong with it */
    const char *setup;      /* after "pt=identity " and before " fill=page" */
    const char *ops;
    void (*result)(RmResult *r);
    void (*dirty)(RmDirty *dirty);
    void (*ram0)(uint8_t *content);
    void (*held)(Held *held);
} Fault;

/* --- the subject: a model, and a fault that can be switched on --- */

typedef struct Subject {
    Engine engine;
    Engine *inner;
    const Fault *fault;     /* NULL: none for now */
    uint8_t ram[RM_RAM_SIZE];
} Subject;

static Subject *subject(Engine *e)
{
    return (Subject *)e;
}

static void subject_reset(Engine *e, const RmPreset *preset,
                          const uint8_t *pages)
{
    Engine *inner = subject(e)->inner;

    inner->ops->reset(inner, preset, pages);
}

static void subject_apply(Engine *e, const Op *op, const RmSeen *seen,
                          EngineResult *result)
{
    Engine *inner = subject(e)->inner;
    const Fault *fault = subject(e)->fault;

    inner->ops->apply(inner, op, NULL, result);
    strcpy(result->assertion, "some assertion");
    if (fault && fault->result) {
        fault->result(&result->r);
    }
}

static const uint8_t *subject_ram(Engine *e, RmRegion ram)
{
    Engine *inner = subject(e)->inner;
    const Fault *fault = subject(e)->fault;
    const uint8_t *content = inner->ops->ram(inner, ram);

    if (!fault || !fault->ram0 || ram != RM_RAM0) {
        return content;
    }
    memcpy(subject(e)->ram, content, RM_RAM_SIZE);
    fault->ram0(subject(e)->ram);
    return subject(e)->ram;
}

static void subject_dirty(Engine *e, RmDirty *dirty)
{
    Engine *inner = subject(e)->inner;
    const Fault *fault = subject(e)->fault;

    inner->ops->dirty(inner, dirty);
    if (fault && fault->dirty) {
        fault->dirty(dirty);
    }
}

/* The entry of one page, as the best of implementations would hold it. */
static void hold(Held *held, unsigned mmu_idx, uint32_t va,
                 const RmEntry *entry)
{
    CachedEntry *c = &held->entry[held->n++];

    *c = (CachedEntry) {
        .mmu_idx = mmu_idx, .va = va, .pa = entry->pa, .wid = entry->wid,
    };
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const RmEntryType *type = &entry->type[t];

        if (type->allowed) {
            c->type[t] = (CachedType) {
                .live = true, .fast = type->fast, .deferred = type->deferred,
                .region = type->region, .offset = type->offset,
            };
        }
    }
}

static unsigned subject_entries(Engine *e, bool all, CachedEntry *out,
                                unsigned max)
{
    Engine *inner = subject(e)->inner;
    const Fault *fault = subject(e)->fault;
    Held held = { 0 };

    for (unsigned i = 0; i < RM_MMU_IDX * RM_VA_PAGES; i++) {
        unsigned idx = i / RM_VA_PAGES, page = i % RM_VA_PAGES;
        uint32_t va = page / RM_BANK_PAGES << RM_BANK_BITS |
                      page % RM_BANK_PAGES << RM_PAGE_BITS;
        RmEntry entry;

        inner->ops->entry(inner, 0, idx, va, &entry);
        if (entry.present) {
            hold(&held, idx, va, &entry);
        }
    }
    if (fault && fault->held) {
        fault->held(&held);
    }
    memcpy(out, held.entry, MIN(held.n, max) * sizeof(*out));
    return held.n;
}

static const EngineOps subject_ops = {
    .name = "a model with a fault",
    .reset = subject_reset,
    .apply = subject_apply,
    .ram = subject_ram,
    .dirty = subject_dirty,
    .entries = subject_entries,
};

/* --- changes of the events --- */

/* The one event of @kind; the last, if there are more. */
static RmEvent *find(RmResult *r, RmEventKind kind)
{
    for (unsigned i = r->log.n; i > 0; i--) {
        if (r->log.ev[i - 1].kind == kind) {
            return &r->log.ev[i - 1];
        }
    }
    g_assert_not_reached();
}

static void drop(RmResult *r, RmEventKind kind)
{
    RmEvent *ev = find(r, kind);
    RmEvent *end = r->log.ev + r->log.n--;

    memmove(ev, ev + 1, (char *)end - (char *)(ev + 1));
}

static void repeat(RmResult *r, RmEventKind kind)
{
    RmEvent ev = *find(r, kind);

    rm_log(&r->log, &ev);
}

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

static void drop_translate(RmResult *r)
{
    drop(r, RM_EV_TRANSLATE);
}

static void drop_fill(RmResult *r)
{
    drop(r, RM_EV_FILL);
}

static void repeat_write(RmResult *r)
{
    repeat(r, RM_EV_DEV_WRITE);
}

static void repeat_failed(RmResult *r)
{
    repeat(r, RM_EV_TX_FAILED);
}

static void repeat_translate(RmResult *r)
{
    repeat(r, RM_EV_TRANSLATE);
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
    find(r, RM_EV_DEV_READ)->wid ^= 1;
}

static void read_value(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->value ^= 1;
}

static void read_size(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->size *= 2;
}

static void read_is_write(RmResult *r)
{
    find(r, RM_EV_DEV_READ)->kind = RM_EV_DEV_WRITE;
}

static void write_value(RmResult *r)
{
    find(r, RM_EV_DEV_WRITE)->value ^= 1ull << 31;
}

/* A device is called, where none may be. */
static void extra_read(RmResult *r)
{
    rm_log(&r->log, &(RmEvent) {
        .kind = RM_EV_DEV_READ, .region = RM_IO, .size = 4,
    });
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
    find(r, RM_EV_TX_FAILED)->wid ^= 2;
}

/* A denied access reaches a device after all. */
static void failed_is_read(RmResult *r)
{
    *find(r, RM_EV_TX_FAILED) = (RmEvent) {
        .kind = RM_EV_DEV_READ, .region = RM_IO, .size = 4,
    };
    r->status = RM_DONE;
}

static void translate_flag(RmResult *r)
{
    find(r, RM_EV_TRANSLATE)->flag ^= RM_R | RM_W;
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

/* --- changes of the outcome --- */

static void value(RmResult *r)
{
    r->value ^= 0x100;
}

static void status_done(RmResult *r)
{
    r->status = RM_DONE;
}

static void status_failed(RmResult *r)
{
    r->status = RM_TX_FAILED;
}

static void status_asserted(RmResult *r)
{
    r->status = RM_ASSERTED;
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

static void code_lost(RmDirty *dirty)
{
    dirty->bits[RM_RAM0][RM_CODE] &= ~1;
}

static void written_byte(uint8_t *content)
{
    content[0x13] ^= 0x80;
}

static void last_byte(uint8_t *content)
{
    content[RM_RAM_SIZE - 1] ^= 1;
}

/* --- changes of what is held --- */

static void hold_nothing(Held *held)
{
    held->n = 0;
}

static void hold_victim(Held *held)
{
    held->entry[0].victim = true;
    held->entry[0].type[RM_LOAD].fast = false;
}

/* The page at 0x200000, whether it may be held or not. */
static void hold_more(Held *held)
{
    held->entry[held->n++] = (CachedEntry) {
        .va = 0x200000, .pa = 0x20000, .type[RM_LOAD].live = true,
    };
}

static void hold_other_index(Held *held)
{
    held->entry[0].mmu_idx = RM_MMU_IDX;
}

static void hold_other_pa(Held *held)
{
    held->entry[0].pa ^= 0x1000;
}

static void hold_other_attrs(Held *held)
{
    held->entry[0].wid ^= 1;
}

static void hold_denied(Held *held)
{
    held->entry[0].type[RM_STORE].live = true;
}

static void load_not_deferred(Held *held)
{
    held->entry[0].type[RM_LOAD].deferred = false;
}

static void store_not_deferred(Held *held)
{
    held->entry[0].type[RM_STORE].deferred = false;
}

static void store_fast(Held *held)
{
    held->entry[0].type[RM_STORE].fast = true;
}

static void load_fast(Held *held)
{
    held->entry[0].type[RM_LOAD].fast = true;
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

static void load_offset(Held *held)
{
    held->entry[0].type[RM_LOAD].offset ^= 0x1000;
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

/*
 * With the identity map, MMU index 0 and world id 0, these are the pages:
 * 0x0 iommu0 (its page 0: ram0+0), 0x200000 ram0+0, 0x208000 ram1+0,
 * 0x300000 io+0, 0x308000 unassigned.
 */
#define LOAD(va)    "load cpu=0 idx=0 va=" va " size=4 le\n"
#define FETCH(va)   "fetch cpu=0 idx=0 va=" va " size=4 le\n"
#define STORE(va)   "store cpu=0 idx=0 va=" va " size=4 le val=0x12345678\n"
#define FLUSH       "flush cpu=0 all\n"
#define UNMAP(va)   "pt-clear idx=0 va=" va "\n"
#define READ_ONLY   "pt idx=0 va=0x200000 -> pa=0x20000 prot=r-- attrs=wid:0\n"
#define NOTIFY      "iommu mmu=0 index=0 page=0x0 dir=both -> ram1+0x2000 " \
                    "perm=rw\n"
#define TORN        "iommu mmu=0 index=0 page=0x0 dir=write -> ram1+0x5000 " \
                    "perm=-w\n"

#define OPEN        "iommu=open dirty=all"
#define SPLIT       "iommu=split dirty=all"
#define TWIN        "iommu=twin dirty=all"
#define DENY        "iommu=deny dirty=all"
#define CLEAN       "iommu=open dirty=none"

static const Fault faults[] = {
    /* devices */
    { "dev-read-missing", RM_C3_TARGET, OPEN, LOAD("0x300010"), drop_read },
    { "dev-read-region", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_region },
    { "dev-read-offset", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_offset },
    { "dev-read-attrs", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_attrs },
    { "dev-read-value", RM_C3_TARGET, OPEN, LOAD("0x300010"), read_value },
    { "dev-read-size", RM_C16_CROSSING, OPEN, LOAD("0x300010"), read_size },
    { "dev-read-is-write", RM_C3_TARGET, OPEN, LOAD("0x300010"),
      read_is_write },
    { "dev-read-extra", RM_C3_TARGET, OPEN, LOAD("0x200010"), extra_read },
    { "dev-read-endless", RM_C16_CROSSING, OPEN, LOAD("0x200010"),
      endless_reads },
    { "dev-write-missing", RM_C3_TARGET, SPLIT, STORE("0x10"), drop_write },
    { "dev-write-value", RM_C3_TARGET, OPEN, STORE("0x300010"), write_value },
    { "dev-write-twice", RM_C3_TARGET, OPEN, STORE("0x300010"),
      repeat_write },

    /* failed transactions and page faults */
    { "failed-missing", RM_C18_ORDER, SPLIT, STORE("0x10"), drop_failed },
    { "failed-twice", RM_C18_ORDER, SPLIT, STORE("0x10"), repeat_failed },
    { "failed-response", RM_C18_ORDER, SPLIT, STORE("0x10"), access_error },
    { "failed-response-denied", RM_C3_TARGET, SPLIT, STORE("0x10"),
      decode_error },
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
    { "page-fault-missing", RM_C18_ORDER, OPEN,
      UNMAP("0x200000") LOAD("0x200010"), drop_page_fault },
    { "page-fault-extra", RM_C18_ORDER, OPEN, LOAD("0x200010"),
      extra_page_fault },

    /* the outcome */
    { "value", RM_C3_TARGET, OPEN, LOAD("0x200010"), value },
    { "assertion", RM_C7_ADDEND, TWIN, LOAD("0x10") STORE("0x10"),
      status_asserted },
    { "conflict-value", RM_C7_ADDEND, TWIN, TORN STORE("0x10") LOAD("0x10"),
      value },
    { "conflict-status", RM_C7_ADDEND, TWIN, TORN LOAD("0x10") STORE("0x10"),
      status_failed },

    /* what the oracle judges */
    { "translate-flag", RM_C1_FLAG, TWIN, LOAD("0x10"), translate_flag },
    { "translate-no-flag", RM_C1_FLAG, TWIN, STORE("0x10"),
      translate_no_flag },
    { "translate-index", RM_C5_INDEX, TWIN, LOAD("0x10"), translate_index },
    { "translate-offset", RM_C3_TARGET, TWIN, LOAD("0x10"),
      translate_offset },
    { "translate-in-fill", RM_C2_DEFERRAL, TWIN, LOAD("0x10"),
      translate_in_fill },
    { "translate-missing", RM_C2_DEFERRAL, TWIN, LOAD("0x10"),
      drop_translate },
    { "translate-missing-type", RM_C2_DEFERRAL, TWIN,
      LOAD("0x10") STORE("0x10"), drop_translate },
    { "translate-missing-notify", RM_C13_NOTIFY, TWIN,
      LOAD("0x10") NOTIFY LOAD("0x10"), drop_translate },
    { "translate-no-access", RM_C2_DEFERRAL, TWIN, LOAD("0x10") FLUSH,
      extra_translate },
    { "fill-missing", RM_C14_FLUSH, OPEN, LOAD("0x200010"), drop_fill },
    { "fill-missing-flush", RM_C14_FLUSH, OPEN,
      LOAD("0x200010") FLUSH LOAD("0x200010"), drop_fill },
    { "fill-missing-denied", RM_C11_FAST_PATH, OPEN,
      READ_ONLY LOAD("0x200010") STORE("0x200010"), drop_fill },
    { "fill-size", RM_C18_ORDER, OPEN, LOAD("0x200010"), fill_size },
    { "fill-extra", RM_C18_ORDER, OPEN, LOAD("0x200010"), extra_fill },

    /* dirty bits and memory */
    { "dirty-vga", RM_C9_DIRTY, CLEAN, STORE("0x200010"),
      .dirty = vga_lost },
    { "dirty-migration", RM_C9_DIRTY, CLEAN, STORE("0x10"),
      .dirty = migration_lost },
    { "dirty-extra", RM_C9_DIRTY, CLEAN, STORE("0x200010"),
      .dirty = migration_extra },
    { "dirty-load", RM_C9_DIRTY, CLEAN, LOAD("0x200010"),
      .dirty = migration_extra },
    { "dirty-code", RM_C9_DIRTY, OPEN, STORE("0x200010"),
      .dirty = code_lost },
    { "ram-written", RM_C3_TARGET, OPEN, STORE("0x200010"),
      .ram0 = written_byte },
    { "ram-elsewhere", RM_C3_TARGET, OPEN, STORE("0x200010"),
      .ram0 = last_byte },
    { "ram-load", RM_C3_TARGET, OPEN, LOAD("0x200010"), .ram0 = last_byte },

    /* what the subject holds */
    { "held-flushed", RM_C14_FLUSH, OPEN, LOAD("0x200010") FLUSH,
      .held = hold_more },
    { "held-unused-index", RM_C11_FAST_PATH, OPEN, LOAD("0x200010"),
      .held = hold_other_index },
    { "held-pa", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .held = hold_other_pa },
    { "held-attrs", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .held = hold_other_attrs },
    { "held-denied", RM_C11_FAST_PATH, OPEN, READ_ONLY LOAD("0x200010"),
      .held = hold_denied },
    { "held-not-deferred", RM_C8_INDEPENDENT, SPLIT, LOAD("0x10"),
      .held = store_not_deferred },
    { "held-not-deferred-notify", RM_C13_NOTIFY, TWIN, LOAD("0x10") NOTIFY,
      .held = load_not_deferred },
    { "held-fast-deferred", RM_C11_FAST_PATH, SPLIT, LOAD("0x10"),
      .held = store_fast },
    { "held-fast-io", RM_C11_FAST_PATH, OPEN, LOAD("0x300010"),
      .held = load_fast },
    { "held-fast-clean", RM_C9_DIRTY, CLEAN, LOAD("0x200010"),
      .held = store_fast },
    { "held-addend", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .held = load_offset },
    { "held-addend-nowhere", RM_C3_TARGET, OPEN, LOAD("0x200010"),
      .held = load_nowhere },
    { "held-addend-other", RM_C7_ADDEND, TWIN,
      TORN LOAD("0x10") STORE("0x10"), .held = store_where_load },
    { "held-slow-load", RM_C11_FAST_PATH, OPEN, LOAD("0x200010"),
      .held = load_slow },
    { "held-slow-store", RM_C11_FAST_PATH, OPEN, STORE("0x10"),
      .held = store_slow },
    { "held-slow-fetch", RM_C11_FAST_PATH, OPEN, FETCH("0x200010"),
      .held = fetch_slow },

    /* what the contract allows */
    { "ok-conflict-asserted", RM_NO_CLAUSE, TWIN,
      TORN LOAD("0x10") STORE("0x10"), status_asserted },
    { "ok-translate-twice", RM_NO_CLAUSE, TWIN, LOAD("0x10"),
      repeat_translate },
    { "ok-translate-again", RM_NO_CLAUSE, TWIN, LOAD("0x10") LOAD("0x10"),
      extra_translate },
    { "ok-fill-again", RM_NO_CLAUSE, TWIN, LOAD("0x10") LOAD("0x10"),
      fill_again },
    { "ok-nothing-held", RM_NO_CLAUSE, OPEN, LOAD("0x200010"),
      .held = hold_nothing },
    { "ok-victim", RM_NO_CLAUSE, OPEN, LOAD("0x200010"),
      .held = hold_victim },
    { "ok-slow-unused", RM_NO_CLAUSE, OPEN, LOAD("0x200010"),
      .held = fetch_slow },
    { "ok-slow-other-page", RM_NO_CLAUSE, OPEN,
      LOAD("0x200010") LOAD("0x201010"), .held = load_slow },
    { "ok-slow-other-index", RM_NO_CLAUSE, OPEN,
      LOAD("0x200010") "load cpu=0 idx=1 va=0x200010 size=4 le\n",
      .held = load_slow },
};

/* --- run them --- */

static Engine *oracle;
static Subject faulty = { .engine.ops = &subject_ops };

/* As run.c does it, when it is thorough. */
static bool run_op(const Op *op, Divergence *d)
{
    Engine *subject = &faulty.engine;
    EngineResult want = { 0 }, got = { 0 };
    RmSeen seen = { .log = &got.r.log };
    RmDirty dirty;
    bool ok;

    subject->ops->apply(subject, op, NULL, &got);
    subject->ops->dirty(subject, &seen.dirty);
    oracle->ops->apply(oracle, op, &seen, &want);
    if (!compare_results(&want, &got, d)) {
        return false;
    }
    if (got.r.status == RM_ASSERTED) {
        return true;
    }
    oracle->ops->dirty(oracle, &dirty);
    ok = compare_dirty(&dirty, &seen.dirty, d);
    for (unsigned r = 0; ok && r < RM_RAMS; r++) {
        ok = compare_ram(oracle, subject, r, 0, RM_RAM_SIZE, d);
    }
    return ok && compare_entries(oracle, subject, true, op,
                                 op_is_access(op) && want.r.status == RM_DONE,
                                 d);
}

/* Run @s, with @fault at its last operation; what was found is in @d. */
static void run(const Scenario *s, const Fault *fault, Divergence *d)
{
    const RmPreset *preset = preset_get(&s->setup);

    *d = (Divergence) { .op = s->n };
    faulty.fault = NULL;
    faulty.engine.ops->reset(&faulty.engine, preset, NULL);
    oracle->ops->reset(oracle, preset, NULL);
    for (unsigned i = 0; i < s->n; i++) {
        if (i == s->n - 1) {
            faulty.fault = fault;
        }
        if (!run_op(&s->ops[i], d)) {
            g_assert_cmpint(d->clause, !=, RM_NO_CLAUSE);
            d->op = i;
            return;
        }
    }
}

static void parse(const Fault *fault, Scenario *s)
{
    g_autofree char *error = NULL;
    g_autofree char *text = g_strconcat("tlbdiff 1 iommu\n"
                                        "setup pt=identity ", fault->setup,
                                        " fill=page\n", fault->ops, NULL);

    text_parse(s, fault->name, text, &error);
    g_assert_cmpstr(error, ==, NULL);
}

static void assert_agreement(const Divergence *d)
{
    g_assert_cmpstr(rm_clause_name(d->clause), ==, "no clause");
    g_assert_cmpstr(d->what, ==, "");
}

static void test_fault(gconstpointer data)
{
    const Fault *fault = data;
    Scenario s;
    Divergence d;

    parse(fault, &s);
    run(&s, NULL, &d);
    assert_agreement(&d);

    run(&s, fault, &d);
    if (fault->clause == RM_NO_CLAUSE) {
        assert_agreement(&d);
        return;
    }
    g_assert_cmpstr(rm_clause_name(d.clause), ==,
                    rm_clause_name(fault->clause));
    g_assert_cmpuint(d.op, ==, s.n - 1);
    g_assert_cmpstr(d.what, !=, "");
}

/* What a person is told of the fault called @name. */
static void assert_told(const char *name, const char *what,
                        const char *expected, const char *observed)
{
    Scenario s;
    Divergence d;

    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        if (!strcmp(faults[i].name, name)) {
            parse(&faults[i], &s);
            run(&s, &faults[i], &d);
            g_assert_cmpstr(d.what, ==, what);
            g_assert_cmpstr(d.expected, ==, expected);
            g_assert_cmpstr(d.observed, ==, observed);
            return;
        }
    }
    g_assert_not_reached();
}

static void test_told(void)
{
    assert_told("dev-read-size", "events differ",
                "dev-read io+0x10 size=4 val=0x73f23d67 attrs=wid:0",
                "dev-read io+0x10 size=8 val=0x73f23d67 attrs=wid:0");
    assert_told("dev-write-twice", "an event that must not happen",
                "nothing more",
                "dev-write io+0x10 size=4 val=0x12345678 attrs=wid:0");
    assert_told("failed-missing", "an event is missing",
                "failed va=0x10 pa=0x10 type=store size=4 idx=0 attrs=wid:0 "
                "error", "nothing more");
    assert_told("denied-done", "the outcome differs", "failed transaction",
                "done, value 0x0");
    assert_told("assertion",
                "an assertion that was not predicted: some assertion", "",
                "");
    assert_told("dirty-vga",
                "the vga dirty bit of ram0+0x0 is clear, and must be set",
                "", "");
    assert_told("dirty-extra", "the migration dirty bit of ram1+0x7000 is "
                "set, and must not be", "", "");
    /* val=0x12345678 at 0x10: 78 56 34 12 */
    assert_told("ram-written", "memory differs at ram0+0x13", "0x12",
                "0x92");
    assert_told("translate-missing",
                "the IOMMU was not asked for the load at 0x10", "", "");
    assert_told("held-addend", "audit: TLB entry idx=0 va=0x200000 load: "
                "the addend leads elsewhere", "ram0+0x0", "ram0+0x1000");
    assert_told("held-flushed", "audit: TLB entry idx=0 va=0x200000: live, "
                "but it should be gone", "", "");
}

/* Two models never diverge, whatever the scenario; conflicts included. */
static void test_no_fault(void)
{
    for (uint32_t seed = 0; seed < 300; seed++) {
        Scenario s;
        Divergence d;

        mutate_random(&s, SCENARIO_OPS, seed);
        run(&s, NULL, &d);
        assert_agreement(&d);
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    oracle = engine_model();
    faulty.inner = engine_model();
    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autofree char *path = g_strconcat("/compare/fault/",
                                            faults[i].name, NULL);

        g_test_add_data_func(path, &faults[i], test_fault);
    }
    g_test_add_func("/compare/told", test_told);
    g_test_add_func("/compare/no-fault", test_no_fault);
    status = g_test_run();
    oracle->ops->free(oracle);
    faulty.inner->ops->free(faulty.inner);
    return status;
}
