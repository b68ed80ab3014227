/*
 * What programs written by `tlbdiff export --c` are made of.  A line of three
 * dashes begins a section, which is copied if the scenario uses it; what is
 * the scenario's own follows them.  Nothing here is compiled by this project.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/* --- always */
#include "qemu/osdep.h"
#include "qemu/int128.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "exec/breakpoint.h"
#include "exec/cpu-common.h"
#include "exec/cputlb.h"
#include "exec/memopidx.h"
#include "exec/page-protection.h"
#include "exec/tlb-flags.h"
#include "exec/translation-block.h"
#include "exec/watchpoint.h"
#include "hw/core/cpu.h"
#include "hw/core/sysemu-cpu-ops.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/physmem.h"
#include "system/runstate.h"
#include "system/system.h"
#include "tcg/startup.h"
#include "tcg/tcg.h"
#include "accel/accel-cpu-ops.h"
#include "accel/tcg/cpu-ldst-common.h"
#include "accel/tcg/cpu-ops.h"
#include "accel/tcg/probe.h"
#include "accel/tcg/tcg-accel-ops.h"
#if __has_include("hw/core/qdev.h")
#include "hw/core/qdev.h"
#define QEMU_11     1
#else
#include "hw/qdev-core.h"
#define QEMU_11     0
#endif

#define PAGE        0x1000
#define N_CPUS      2
#define N_MMU_IDX   2

/* system/main.c, which this file may stand in for, has it. */
int (*qemu_main)(void);

/* --- always: what is observed */

/* What happens during an operation, in order. */
static char events[80][128];
static unsigned n_events;

static void G_GNUC_PRINTF(1, 2) event(const char *fmt, ...)
{
    va_list ap;

    g_assert(n_events < ARRAY_SIZE(events));
    va_start(ap, fmt);
    vsnprintf(events[n_events++], sizeof(events[0]), fmt, ap);
    va_end(ap);
}

/* How it ended. */
static char outcome[128];
static uint64_t last, last_hi;  /* what was read last */

static void read_value(uint64_t value, uint64_t hi)
{
    last = value;
    last_hi = hi;
    if (hi) {
        snprintf(outcome, sizeof(outcome),
                 "done, value 0x%" PRIx64 "%016" PRIx64, hi, value);
    } else {
        snprintf(outcome, sizeof(outcome), "done, value 0x%" PRIx64, value);
    }
}

static const char *const type_names[] = { "load", "store", "fetch" };

/* QEMU has no world id in MemTxAttrs: the requester stands for it. */
static MemTxAttrs attrs(unsigned wid, bool secure)
{
    return (MemTxAttrs) { .requester_id = wid, .secure = secure };
}

static const char *attrs_name(MemTxAttrs a)
{
    static const char *const names[2][4] = {
        { "wid:0", "wid:1", "wid:2", "wid:3" },
        { "wid:0,secure", "wid:1,secure", "wid:2,secure", "wid:3,secure" },
    };

    return names[a.secure][a.requester_id & 3];
}

/* --- always: the CPUs, and leaving an operation before it is done */

static CPUState *cpus[N_CPUS];
static CPUState *running;       /* the one whose operation it is */
static int current_mmu_idx;
static bool stopped_after;      /* a watchpoint does, and there was no other */

static void leave(const char *how)
{
    snprintf(outcome, sizeof(outcome), "%s", how);
    siglongjmp(running->jmp_env, 1);
}

/* Back from siglongjmp(): by QEMU's cpu_loop_exit(), or by leave(). */
static void recover(CPUState *cpu)
{
    if (bql_locked()) {
        bql_unlock();
    }
    while (get_ptr_rcu_reader()->depth > 1) {
        rcu_read_unlock();
    }
    if (cpu->exception_index == EXCP_ATOMIC) {
        snprintf(outcome, sizeof(outcome), "EXCP_ATOMIC");
    }
    cpu->watchpoint_hit = NULL;
    cpu->exception_index = -1;
    cpu->cflags_next_tb = -1;
}

/* What *_all_cpus_synced() and changes of the memory map leave to be done. */
static void run_queued_work(void)
{
    bql_lock();
    for (unsigned i = 0; i < N_CPUS; i++) {
        current_cpu = cpus[i];
        process_queued_cpu_work(cpus[i]);
        cpus[i]->exit_request = false;
    }
    bql_unlock();
}

/* Instead of a thread for each CPU: this one makes all accesses. */
static void start_vcpu(CPUState *cpu)
{
    static bool registered;

    tcg_cpu_init_cflags(cpu, true);
    if (!registered) {
        tcg_register_thread();
        registered = true;
    }
    qemu_thread_get_self(cpu->thread);
    cpu->thread_id = qemu_get_thread_id();
    cpu->neg.can_do_io = true;
    cpu->created = true;
}

/* --- always: what happens in the middle of an access */

/* An operation that waits for a device, an IOMMU or a page walk to be asked. */
typedef struct Reaction {
    void *of;                   /* NULL: the page walk */
    int directions;             /* 1 read, 2 write */
    void (*operation)(void);
} Reaction;

static Reaction reactions[4];   /* the oldest first */
static unsigned n_reactions;

static void remove_reaction(unsigned i)
{
    n_reactions--;
    memmove(&reactions[i], &reactions[i + 1],
            (n_reactions - i) * sizeof(reactions[0]));
}

/* The oldest that waits for it is carried out. */
static void happens(void *of, int direction)
{
    for (unsigned i = 0; i < n_reactions; i++) {
        if (reactions[i].of == of && reactions[i].directions & direction) {
            void (*operation)(void) = reactions[i].operation;

            remove_reaction(i);
            operation();
            return;
        }
    }
}

/* --- reactions */

/* More than there is room for replace the oldest. */
static void react(void *of, int directions, void (*operation)(void))
{
    if (n_reactions == ARRAY_SIZE(reactions)) {
        remove_reaction(0);
    }
    reactions[n_reactions++] = (Reaction) { of, directions, operation };
}

/* --- always: the guest's page tables, and the CPU's hooks */

typedef struct Pte {
    int mmu_idx;
    vaddr va;
    hwaddr pa;
    int prot;           /* 0: not mapped */
    MemTxAttrs attrs;
    unsigned lg_page_size;
    unsigned flags;     /* TLB_BSWAP, TLB_CHECK_ALIGNED, TLB_DISCARD_WRITE */
} Pte;

static Pte ptes[128];
static unsigned n_ptes;

static Pte *find_pte(int mmu_idx, vaddr va)
{
    for (unsigned i = 0; i < n_ptes; i++) {
        if (ptes[i].mmu_idx == mmu_idx && ptes[i].va == (va & -PAGE)) {
            return &ptes[i];
        }
    }
    return NULL;
}

static void set_pte(int mmu_idx, vaddr va, hwaddr pa, int prot,
                    MemTxAttrs a, unsigned lg_page_size, unsigned flags)
{
    Pte *pte = find_pte(mmu_idx, va);

    if (!pte) {
        g_assert(n_ptes < ARRAY_SIZE(ptes));
        pte = &ptes[n_ptes++];
    }
    *pte = (Pte) { mmu_idx, va, pa, prot, a, lg_page_size, flags };
}

static void check_alignment(CPUState *cpu, vaddr addr, MMUAccessType type,
                            int mmu_idx, unsigned bits)
{
    if (addr & ((1u << bits) - 1)) {
        cpu->cc->tcg_ops->do_unaligned_access(cpu, addr, type, mmu_idx, 0);
    }
}

static const Pte *walk(CPUState *cpu, vaddr addr, int size,
                       MMUAccessType type, int mmu_idx, MemOp memop,
                       bool probe)
{
    const Pte *pte;

    event("fill cpu=%u idx=%u va=0x%x type=%s size=%u", cpu->cpu_index,
          mmu_idx, (unsigned)addr, type_names[type], size);
    happens(NULL, 1);
    check_alignment(cpu, addr, type, mmu_idx, memop_alignment_bits(memop));
    pte = find_pte(mmu_idx, addr);
    if (pte && pte->prot & (1 << type)) {
        check_alignment(cpu, addr, type, mmu_idx,
                        memop_tlb_alignment_bits(memop, pte->flags &
                                                 TLB_CHECK_ALIGNED));
        return pte;
    }
    if (!probe) {
        event("page-fault cpu=%u idx=%u va=0x%x type=%s size=%u",
              cpu->cpu_index, mmu_idx, (unsigned)addr, type_names[type],
              size);
        leave("page fault");
    }
    return NULL;
}

/* Is this page one of a crowd that only fills the TLB? */
static bool in_crowd(vaddr addr)
{
    return addr >= 0x10000000 && addr < 0x10000000 + 2048 * PAGE;
}

static CPUTLBEntryFull full_of(const Pte *pte)
{
    return (CPUTLBEntryFull) {
        .phys_addr = pte->pa, .attrs = pte->attrs, .prot = pte->prot,
        .lg_page_size = pte->lg_page_size, .tlb_fill_flags = pte->flags,
    };
}

/* --- fill: the hook tlb_fill */

static bool fill(CPUState *cpu, vaddr addr, int size, MMUAccessType type,
                 int mmu_idx, bool probe, uintptr_t ra)
{
    vaddr page = addr & -PAGE;
    CPUTLBEntryFull full;
    const Pte *pte;

    if (in_crowd(addr)) {
        tlb_set_page(cpu, page, 0x1000000, PAGE_READ | PAGE_WRITE | PAGE_EXEC,
                     type, mmu_idx, PAGE);
        return true;
    }
    pte = walk(cpu, addr, size, type, mmu_idx, 0, probe);
    if (!pte) {
        return false;
    }
    full = full_of(pte);
    if (pte->flags) {
        tlb_set_page_full(cpu, mmu_idx, page, type, &full);
    } else if (pte->attrs.secure || pte->attrs.requester_id) {
        tlb_set_page_with_attrs(cpu, page, pte->pa, pte->attrs, pte->prot,
                                type, mmu_idx,
                                (vaddr)1 << pte->lg_page_size);
    } else {
        tlb_set_page(cpu, page, pte->pa, pte->prot, type, mmu_idx,
                     (vaddr)1 << pte->lg_page_size);
    }
    return true;
}

/* --- fill-align: the hook tlb_fill_align */

static bool fill_align(CPUState *cpu, CPUTLBEntryFull *out, vaddr addr,
                       MMUAccessType type, int mmu_idx, MemOp memop, int size,
                       bool probe, uintptr_t ra)
{
    const Pte *pte = in_crowd(addr) ? &(Pte) {
        .pa = 0x1000000, .prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC,
        .lg_page_size = 12,
    } : walk(cpu, addr, size, type, mmu_idx, memop, probe);

    if (!pte) {
        return false;
    }
    *out = full_of(pte);
    return true;
}

/* --- always: the other hooks */

static void transaction_failed(CPUState *cpu, hwaddr physaddr, vaddr addr,
                               unsigned size, MMUAccessType type, int mmu_idx,
                               MemTxAttrs a, MemTxResult response,
                               uintptr_t ra)
{
    event("failed cpu=%u idx=%u va=0x%x pa=0x%x type=%s size=%u attrs=%s %s",
          cpu->cpu_index, mmu_idx, (unsigned)addr, (unsigned)physaddr,
          type_names[type], size, attrs_name(a),
          response & MEMTX_DECODE_ERROR ? "decode-error" :
          response & MEMTX_ACCESS_ERROR ? "access-error" : "error");
    leave("failed transaction");
}

G_NORETURN static void unaligned(CPUState *cpu, vaddr addr,
                                 MMUAccessType type, int mmu_idx,
                                 uintptr_t ra)
{
    event("unaligned cpu=%u idx=%u va=0x%x type=%s", cpu->cpu_index, mmu_idx,
          (unsigned)addr, type_names[type]);
    leave("unaligned");
    g_assert_not_reached();
}

/*
 * Called before QEMU looks for the code that made the access: there is none.
 * Of an access that is to be stopped afterwards, it could not begin anew: it
 * goes on, and meets no other one.
 */
static bool watchpoint_hit(CPUState *cpu, CPUWatchpoint *wp)
{
    static const char *const directions[] = { "none", "r", "w", "rw" };

    if (stopped_after) {
        return false;
    }
    event("watchpoint cpu=%u va=0x%x direction=%s attrs=%s", cpu->cpu_index,
          (unsigned)wp->hitaddr,
          directions[(wp->flags & BP_WATCHPOINT_HIT) >> BP_HIT_SHIFT],
          attrs_name(wp->hitattrs));
    wp->flags &= ~BP_WATCHPOINT_HIT;
    if (wp->flags & BP_STOP_BEFORE_ACCESS) {
        leave("watchpoint");
    }
    stopped_after = true;
    return false;
}

static int mmu_index(CPUState *cpu, bool ifetch)
{
    return current_mmu_idx;
}

static vaddr pointer_wrap(CPUState *cpu, int mmu_idx, vaddr result,
                          vaddr base)
{
    return result;
}

static int asidx_from_attrs(CPUState *cpu, MemTxAttrs a)
{
    return a.secure;
}

/* --- always: memory with a known content */

static MemoryRegion *secure_memory;     /* address space 1 of the CPUs */
static MemoryRegion *hosts[4];          /* those that have memory */

/* No two pages are alike. */
static void init_content(MemoryRegion *mr, unsigned number)
{
    uint8_t *host = memory_region_get_ram_ptr(mr);

    for (unsigned i = 0; i < memory_region_size(mr); i++) {
        uint32_t x = (i + 0x10000 * number) * 2654435761u;

        host[i] = (x >> 24) ^ (x >> 13);
    }
}

static void clear_dirty(ram_addr_t start, ram_addr_t size, unsigned client)
{
#if QEMU_11
    physical_memory_test_and_clear_dirty(start, size, client, NULL);
#else
    physical_memory_test_and_clear_dirty(start, size, client);
#endif
}

static MemoryRegion *new_ram(const char *name, unsigned number, bool clean)
{
    MemoryRegion *mr = g_new0(MemoryRegion, 1);

    memory_region_init_ram(mr, NULL, name, 8 * PAGE, &error_fatal);
    init_content(mr, number);
    if (clean) {
        ram_addr_t start = memory_region_get_ram_addr(mr);

        clear_dirty(start, 8 * PAGE, DIRTY_MEMORY_VGA);
        clear_dirty(start, 8 * PAGE, DIRTY_MEMORY_MIGRATION);
    }
    return mr;
}

/* A window of the CPUs' memory, onto what is at @offset in @mr. */
static MemoryRegion *new_window(MemoryRegion *space, const char *name,
                                hwaddr base, hwaddr size, MemoryRegion *mr,
                                hwaddr offset, int priority, bool enabled,
                                bool readonly)
{
    MemoryRegion *window = g_new0(MemoryRegion, 1);

    memory_region_init_alias(window, NULL, name, mr, offset, size);
    memory_region_set_enabled(window, enabled);
    memory_region_set_readonly(window, readonly);
    memory_region_add_subregion_overlap(space, base, window, priority);
    return window;
}

/* --- rom */

static MemoryRegion *new_rom(const char *name, unsigned number)
{
    MemoryRegion *mr = g_new0(MemoryRegion, 1);

    memory_region_init_rom(mr, NULL, name, 8 * PAGE, &error_fatal);
    init_content(mr, number);
    return mr;
}

/* --- device: I/O regions, which log each access */

typedef struct Device {
    MemoryRegion mr;
    MemoryRegionOps ops;
    const char *name;
    unsigned number;            /* what it reads as */
    bool irq;                   /* raises an interrupt */
    MemTxResult response[2];    /* to reads, writes */
} Device;

static uint8_t device_byte(const Device *d, hwaddr offset)
{
    uint64_t x = offset + 1 + (uint64_t)d->number * 0x10001;

    return x * 0x9e3779b97f4a7c15ull >> 32;
}

static MemTxResult device_accessed(Device *d, bool is_write)
{
    if (d->irq) {
        event("interrupt of %s", d->name);
    }
    happens(d, is_write ? 2 : 1);
    return d->response[is_write];
}

static MemTxResult device_read(void *opaque, hwaddr addr, uint64_t *value,
                               unsigned size, MemTxAttrs a)
{
    Device *d = opaque;
    bool big = d->ops.endianness == DEVICE_BIG_ENDIAN;

    *value = 0;
    for (unsigned i = 0; i < size; i++) {
        *value = *value << 8 |
                 device_byte(d, addr + (big ? i : size - 1 - i));
    }
    event("dev-read %s+0x%x size=%u val=0x%" PRIx64 " attrs=%s", d->name,
          (unsigned)addr, size, *value, attrs_name(a));
    return device_accessed(d, false);
}

static MemTxResult device_write(void *opaque, hwaddr addr, uint64_t value,
                                unsigned size, MemTxAttrs a)
{
    Device *d = opaque;

    event("dev-write %s+0x%x size=%u val=0x%" PRIx64 " attrs=%s", d->name,
          (unsigned)addr, size, value, attrs_name(a));
    return device_accessed(d, true);
}

/* A ROM device has an access size of its own, too, and host memory. */
static Device *new_device(const char *name, unsigned number, bool big_endian,
                          unsigned valid_max, unsigned impl_min,
                          unsigned impl_max, bool romd)
{
    Device *d = g_new0(Device, 1);

    d->name = name;
    d->number = number;
    d->ops = (MemoryRegionOps) {
        .read_with_attrs = device_read, .write_with_attrs = device_write,
        .endianness = big_endian ? DEVICE_BIG_ENDIAN : DEVICE_LITTLE_ENDIAN,
        .valid = { .min_access_size = 1, .max_access_size = valid_max },
        .impl = { .min_access_size = impl_min, .max_access_size = impl_max },
    };
    if (romd) {
        memory_region_init_rom_device(&d->mr, NULL, &d->ops, d, name,
                                      8 * PAGE, &error_fatal);
        init_content(&d->mr, 3);
    } else {
        memory_region_init_io(&d->mr, NULL, &d->ops, d, name, 8 * PAGE);
    }
    return d;
}

/* --- iommu: an IOMMU that answers from a table */

#define TYPE_TABLE_IOMMU "table-iommu-memory-region"
OBJECT_DECLARE_SIMPLE_TYPE(TableIOMMU, TABLE_IOMMU)

typedef struct Answer {
    int perm;
    AddressSpace *as;       /* which it leads to, and ... */
    hwaddr base, offset;    /* ... where in it: a region, and a page of it */
    unsigned lg_mask;       /* bits of the addr_mask */
} Answer;

struct TableIOMMU {
    IOMMUMemoryRegion parent_obj;
    const char *name;
    Answer answers[4][16][2];   /* by index, page, and read or write */
};

static MemoryRegion *behind;    /* what IOMMUs lead to */
static AddressSpace behind_as;

static IOMMUTLBEntry iommu_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                     IOMMUAccessFlags flag, int index)
{
    static const char *const flags[] = { "none", "r", "w", "rw" };
    TableIOMMU *iommu = TABLE_IOMMU(mr);
    const Answer *a =
        &iommu->answers[index % 4][addr / PAGE % 16][flag == IOMMU_WO];
    hwaddr mask, offset;
    int perm;

    event("translate %s+0x%x index=%u flag=%s", iommu->name, (unsigned)addr,
          index, flags[flag & 3]);
    happens(iommu, flag == IOMMU_WO ? 2 : 1);
    mask = MAKE_64BIT_MASK(0, a->lg_mask);
    offset = (a->offset & ~mask) | (addr & mask);
    perm = a->perm;
    /*
     * Of each four parts of a page, the first two change places, the third
     * stays, the fourth is denied.
     */
    if (a->lg_mask < 12) {
        unsigned part = (addr % PAGE) >> a->lg_mask & 3;

        offset = a->offset + (addr % PAGE);
        offset ^= part < 2 ? 1u << a->lg_mask : 0;
        perm = part == 3 ? IOMMU_NONE : perm;
    }
    return (IOMMUTLBEntry) {
        .target_as = a->as, .iova = addr & ~mask, .addr_mask = mask,
        .translated_addr = (a->base + offset) & ~mask, .perm = perm,
    };
}

static int iommu_attrs_to_index(IOMMUMemoryRegion *mr, MemTxAttrs a)
{
    return a.requester_id & 3;
}

static int iommu_num_indexes(IOMMUMemoryRegion *mr)
{
    return 4;
}

static void iommu_class_init(ObjectClass *klass, const void *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = iommu_translate;
    imrc->attrs_to_index = iommu_attrs_to_index;
    imrc->num_indexes = iommu_num_indexes;
}

static const TypeInfo iommu_type = {
    .name = TYPE_TABLE_IOMMU,
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .instance_size = sizeof(TableIOMMU),
    .class_init = iommu_class_init,
};

static TableIOMMU *new_iommu(const char *name)
{
    TableIOMMU *iommu = g_new0(TableIOMMU, 1);

    memory_region_init_iommu(iommu, sizeof(*iommu), TYPE_TABLE_IOMMU, NULL,
                             name, 16 * PAGE);
    iommu->name = name;
    return iommu;
}

/* Put @mr where IOMMUs can lead to it; returns the address. */
static hwaddr add_behind(MemoryRegion *mr, unsigned number)
{
    MemoryRegion *alias = g_new0(MemoryRegion, 1);

    memory_region_init_alias(alias, NULL, "target", mr, 0,
                             memory_region_size(mr));
    memory_region_add_subregion(behind, number * 0x200000, alias);
    return number * 0x200000;
}

/* --- iommu-changes */

static bool is_large(const Answer pair[2])
{
    return pair[0].lg_mask > 12 || pair[1].lg_mask > 12;
}

/*
 * Change an answer, to reads (1), writes (2) or both (3), and notify it.  An
 * answer that grants both stays only where both questions get it.
 */
static void set_answer(TableIOMMU *iommu, unsigned index, unsigned page,
                       int directions, Answer answer)
{
    Answer *pair = iommu->answers[index][page];
    IOMMUTLBEvent unmap = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .target_as = &behind_as, .iova = page * PAGE,
            .addr_mask = PAGE - 1, .perm = IOMMU_NONE,
        },
    };
    bool large = is_large(pair);

    for (int dir = 0; dir < 2; dir++) {
        if (directions >> dir & 1) {
            pair[dir] = answer;
        }
        if (directions != 3 && pair[dir].perm == IOMMU_RW) {
            pair[dir].perm = dir ? IOMMU_WO : IOMMU_RO;
        }
    }
    if (large || is_large(pair)) {
        unmap.entry.iova = 0;
        unmap.entry.addr_mask = 16 * PAGE - 1;
    }
    BQL_LOCK_GUARD();
    memory_region_notify_iommu(IOMMU_MEMORY_REGION(iommu), index, unmap);
}

/* --- host: where a host address is */

static const char *host_name(void *host)
{
    static char name[40];

    for (unsigned i = 0; i < ARRAY_SIZE(hosts); i++) {
        if (hosts[i]) {
            uintptr_t at = (uintptr_t)host -
                           (uintptr_t)memory_region_get_ram_ptr(hosts[i]);

            if (at < 8 * PAGE) {
                snprintf(name, sizeof(name), "%s+0x%x",
                         memory_region_name(hosts[i]), (unsigned)at);
                return name;
            }
        }
    }
    return "no known region";
}

/* --- probe */

static void probed(int flags, void *host)
{
    snprintf(outcome, sizeof(outcome), "done, host %s%s%s%s",
             host ? host_name(host) : "none",
             flags & TLB_INVALID_MASK ? ", fault" : "",
             flags & TLB_MMIO ? ", io" : "",
             flags & TLB_WATCHPOINT ? ", watched" : "");
}

/* --- watch: watchpoints, as many as a CPU may have */

static void watch(CPUState *cpu, vaddr va, vaddr len, int flags)
{
    CPUWatchpoint *wp;
    unsigned n = 0;

    QTAILQ_FOREACH(wp, &cpu->watchpoints, entry) {
        n++;
    }
    if (n < 4) {
        cpu_watchpoint_insert(cpu, va, len, BP_CPU | flags, NULL);
    }
}

/* --- unwatch */

static void unwatch(CPUState *cpu, vaddr va)
{
    CPUWatchpoint *wp;

    QTAILQ_FOREACH(wp, &cpu->watchpoints, entry) {
        if (wp->vaddr == va) {
            cpu_watchpoint_remove_by_ref(cpu, wp);
            return;
        }
    }
}

/* --- crowd */

/* So many pages that the TLB grows, and evicts. */
static void crowd(CPUState *cpu, int mmu_idx, unsigned pages)
{
    for (unsigned i = 0; i < pages; i++) {
        probe_access(cpu_env(cpu), 0x10000000 + i * PAGE, 1, MMU_DATA_LOAD,
                     mmu_idx, 0);
    }
}

/* --- clock: the time that TLBs are resized by */

static struct timeval now = { .tv_sec = 1000000000 };

/* In place of the C library's, for all of QEMU. */
int gettimeofday(struct timeval *tv, void *tz)
{
    *tv = now;
    return 0;
}

/* All TLBs begin with the least size: one window without any use is over. */
static void shrink_tlbs(CPUState *cpu)
{
    int64_t begin = (now.tv_sec - 1) * NANOSECONDS_PER_SECOND;

    for (unsigned idx = 0; idx < NB_MMU_MODES; idx++) {
        CPUTLBDesc *desc = &cpu->neg.tlb.d[idx];

        desc->window_begin_ns = begin;
        desc->window_max_entries = 0;
        desc->n_used_entries = 0;
        cpu->neg.tlb.c.dirty |= 1 << idx;
    }
    tlb_flush(cpu);
    for (unsigned idx = 0; idx < NB_MMU_MODES; idx++) {
        cpu->neg.tlb.d[idx].window_begin_ns = begin + NANOSECONDS_PER_SECOND;
        cpu->neg.tlb.d[idx].window_max_entries = 0;
    }
}

/* --- advance */

static void advance_clock(unsigned ms)
{
    now.tv_usec += ms * 1000;
    now.tv_sec += now.tv_usec / 1000000;
    now.tv_usec %= 1000000;
}

/* --- entry: what is in the TLB */

static void describe(char *text, size_t len, const CPUTLBEntry *entry,
                     const CPUTLBEntryFull *full, MMUAccessType type)
{
    uint64_t comparator = entry->addr_idx[type];
    vaddr page = comparator & -PAGE;

    if (comparator & TLB_INVALID_MASK) {
        snprintf(text, len, "not live");
    } else if (full->slow_flags[type] & TLB_IOMMU) {
        snprintf(text, len, "to be translated");
    } else if (comparator & TLB_FLAGS_MASK) {
        snprintf(text, len, "slow path");
    } else {
        snprintf(text, len, "fast path to %s",
                 host_name((void *)(uintptr_t)(page + entry->addend)));
    }
}

static bool is_for(const CPUTLBEntry *entry, vaddr va)
{
    for (int type = 0; type < MMU_ACCESS_COUNT; type++) {
        uint64_t comparator = entry->addr_idx[type];

        if (!(comparator & TLB_INVALID_MASK) && (comparator & -PAGE) == va) {
            return true;
        }
    }
    return false;
}

/* As an event: what the entry for @va, if there is one, would do now. */
static void look_at_entry(CPUState *cpu, int mmu_idx, vaddr va, bool victim)
{
    CPUTLBDesc *desc = &cpu->neg.tlb.d[mmu_idx];
    CPUTLBDescFast *fast = cpu_tlb_fast(cpu, mmu_idx);
    size_t index = (va / PAGE) & (fast->mask >> CPU_TLB_ENTRY_BITS);
    const CPUTLBEntry *entry = &fast->table[index];
    const CPUTLBEntryFull *full = &desc->fulltlb[index];
    char text[MMU_ACCESS_COUNT][48];

    for (unsigned i = 0; victim && i < CPU_VTLB_SIZE; i++) {
        if (i == 0 || is_for(&desc->vtable[i], va)) {
            entry = &desc->vtable[i];
            full = &desc->vfulltlb[i];
        }
    }
    if (!is_for(entry, va)) {
        event("%s entry cpu=%u idx=%d va=0x%x: none",
              victim ? "victim" : "TLB", cpu->cpu_index, mmu_idx,
              (unsigned)va);
        return;
    }
    for (int type = 0; type < MMU_ACCESS_COUNT; type++) {
        describe(text[type], sizeof(text[type]), entry, full, type);
    }
    event("%s entry cpu=%u idx=%d va=0x%x pa=0x%x attrs=%s",
          victim ? "victim" : "TLB", cpu->cpu_index, mmu_idx, (unsigned)va,
          (unsigned)full->phys_addr, attrs_name(full->attrs));
    for (int type = 0; type < MMU_ACCESS_COUNT; type++) {
        event("  %s: %s", type_names[type], text[type]);
    }
}

/* --- dirty: look at a dirty bit, as an event */

static void look_at_dirty(MemoryRegion *ram, hwaddr offset, unsigned client)
{
    static const char *const clients[] = { "vga", "code", "migration" };

    event("the %s dirty bit of %s+0x%x is %s", clients[client],
          memory_region_name(ram), (unsigned)offset,
          physical_memory_get_dirty_flag(memory_region_get_ram_addr(ram) +
                                         offset, client) ? "set" : "clear");
}

/* --- memory: look at a byte of memory, as an event */

static void look_at_memory(MemoryRegion *mr, hwaddr offset)
{
    uint8_t *host = memory_region_get_ram_ptr(mr);

    event("%s+0x%x holds 0x%02x", memory_region_name(mr), (unsigned)offset,
          host[offset]);
}

/* --- always: run the scenario */

static bool abort_expected;

/* An assertion ends the program: to be expected, or the fault. */
static void on_abort(int sig)
{
    printf("QEMU has given up: %s\n", abort_expected ? "as it has to" :
           "the fault shows");
    fflush(stdout);
    _exit(!abort_expected);
}

static CPUState *new_cpu(CPUClass *cc)
{
    CPUState *cpu = CPU(object_new_with_class(OBJECT_CLASS(cc)));

#if QEMU_11
    cc->max_as = 1;     /* the last address space */
#else
    cpu->num_ases = 2;
#endif
    cpu_address_space_init(cpu, 0, "normal", get_system_memory());
    cpu_address_space_init(cpu, 1, "secure", secure_memory);
    qdev_realize(DEVICE(cpu), NULL, &error_fatal);
    return cpu;
}

/* QEMU without a board, a thread for its CPUs, or their own page tables. */
static void start_qemu(TCGCPUOps *hooks)
{
    static const char *const args[] = {
        "qemu", "-machine", "none", "-accel", "tcg", "-display", "none", "-S",
        "-nodefaults", NULL
    };
    struct SysemuCPUOps *sysemu_ops;
    TCGCPUOps *ops;
    CPUClass *cc;

    qemu_init(ARRAY_SIZE(args) - 1, (char **)args);
    signal(SIGABRT, on_abort);
    runstate_set(RUN_STATE_RUNNING);    /* dirty logging ends at once */
    ACCEL_OPS_CLASS(object_class_by_name(ACCEL_OPS_NAME("tcg")))
        ->create_vcpu_thread = start_vcpu;

    cc = CPU_CLASS(object_class_by_name("rv64-riscv-cpu"));
    ops = g_memdup2(cc->tcg_ops, sizeof(*ops));
    ops->tlb_fill = hooks->tlb_fill;
    ops->tlb_fill_align = hooks->tlb_fill_align;
    ops->do_transaction_failed = transaction_failed;
    ops->do_unaligned_access = unaligned;
    ops->debug_check_watchpoint = watchpoint_hit;
    ops->mmu_index = mmu_index;
    ops->pointer_wrap = pointer_wrap;
    cc->tcg_ops = ops;
    sysemu_ops = g_memdup2(cc->sysemu_ops, sizeof(*sysemu_ops));
    sysemu_ops->asidx_from_attrs = asidx_from_attrs;
    cc->sysemu_ops = sysemu_ops;

    secure_memory = g_new0(MemoryRegion, 1);
    memory_region_init(secure_memory, NULL, "secure", UINT64_MAX);
}

static void start_cpus(void)
{
    CPUClass *cc = CPU_CLASS(object_class_by_name("rv64-riscv-cpu"));

    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus[i] = new_cpu(cc);
    }
    bql_unlock();
    run_queued_work();
    rcu_read_lock();
}

typedef struct Step {
    void (*operation)(void);
    unsigned cpu, mmu_idx;
    const char *text;
    const char *outcome;        /* as the contract has it */
} Step;

/* Run one operation; what it did is in events and outcome. */
static void run(const Step *step)
{
    CPUState *cpu = cpus[step->cpu];

    printf("%s\n", step->text);
    fflush(stdout);
    n_events = 0;
    snprintf(outcome, sizeof(outcome), "done");
    running = current_cpu = cpu;
    current_mmu_idx = step->mmu_idx;
    stopped_after = false;
    if (sigsetjmp(cpu->jmp_env, 0)) {
        recover(cpu);
    } else {
        step->operation();
        if (stopped_after) {
            snprintf(outcome, sizeof(outcome), "watchpoint");
        }
    }
    run_queued_work();
    event("%s", outcome);
}

static void print_events(void)
{
    for (unsigned i = 0; i < n_events; i++) {
        printf("    %s\n", events[i]);
    }
}

/* --- verdict */

static void print_lines(const char *const *lines, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        printf("    %s\n", lines[i]);
    }
}

/* The last operation: exactly what it did when the fault was found? */
static bool fault_shows(const char *const *observed, unsigned n)
{
    bool same = n == n_events;

    for (unsigned i = 0; same && i < n; i++) {
        same = !strcmp(observed[i], events[i]);
    }
    return same;
}
