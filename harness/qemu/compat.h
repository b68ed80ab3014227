/*
 * What differs from one QEMU tree to the next, and how this project uses
 * what they all have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_COMPAT_H
#define HARNESS_QEMU_COMPAT_H

#include "exec/cputlb.h"
#include "exec/memattrs.h"
#include "exec/mmu-access-type.h"
#include "hw/core/cpu.h"
#include "accel/tcg/internal-common.h"
#include "migration/vmstate.h"
#include "tcg/tcg.h"

/* What QEMU 10.0 has elsewhere, or by another name. */
#if __has_include("exec/tlb-flags.h")
#define COMPAT_10_0 0
#include "exec/icount.h"
#include "exec/mmap-lock.h"
#include "exec/tlb-flags.h"
#include "exec/watchpoint.h"
#include "accel/tcg/cpu-ldst-common.h"
#include "accel/tcg/cpu-ops.h"
#include "accel/tcg/iommu.h"
#include "accel/tcg/probe.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/physmem.h"
#include "system/ramblock.h"
#include "tcg/insn-start-words.h"

#define COMPAT_INSN_START_WORDS INSN_START_WORDS

typedef const void CompatClassData;     /* what class_init is given */
typedef TCGTBCPUState CompatTBState;    /* by which a block is found */
#else
#define COMPAT_10_0 1
#include "exec/address-spaces.h"
#include "exec/cpu_ldst.h"
#include "exec/exec-all.h"
#include "exec/memory.h"
#include "exec/ram_addr.h"
#include "exec/ramblock.h"
#include "exec/tb-flush.h"
#include "system/cpu-timers.h"

#define COMPAT_INSN_START_WORDS tcg_ctx->insn_start_words

typedef void CompatClassData;

typedef struct CompatTBState {
    vaddr pc;
    uint32_t flags;
    uint64_t cs_base;
} CompatTBState;

#define physical_memory_get_dirty_flag  cpu_physical_memory_get_dirty_flag
#define physical_memory_test_and_clear_dirty \
    cpu_physical_memory_test_and_clear_dirty
#define queue_tb_flush                  tb_flush

static inline CPUTLBDescFast *cpu_tlb_fast(CPUState *cpu, int mmu_idx)
{
    return &cpu->neg.tlb.f[mmu_idx];
}
#endif

/* QEMU 11 has moved the headers of devices. */
#if __has_include("hw/core/qdev.h")
#include "hw/core/irq.h"
#include "hw/core/qdev.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/registerfields.h"
#include "hw/core/sysbus.h"
#else
#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "hw/sysbus.h"
#endif
#if __has_include("exec/cpu-interrupt.h")
#include "exec/cpu-interrupt.h"
#endif
#if __has_include("system/memory_cached.h")
#include "system/memory_cached.h"
#endif
#if __has_include("system/ramlist.h")
#include "system/ramlist.h"
#else
#include "exec/ramlist.h"
#endif

#include "reference-model/vocabulary.h"
#include "qemu-traits.h"

/*
 * How many worlds the machine has, where WorldGuard is what is tested: no CPU
 * names another world then, and each of its accesses names one.  Otherwise 0.
 */
extern unsigned compat_worlds;

/*
 * QEMU 10.2 has no world id in MemTxAttrs.  Any field will do that the
 * memory core carries along and does not look at; in a tree that has one, it
 * is set as well.
 *
 * Without worlds, attributes of 0 are unspecified, those of a target that
 * knows none, as tlb_set_page() has them.  Some IOMMUs ask for that: tz-mpc
 * takes such an access for a secure one.
 */
static inline MemTxAttrs attrs_to_memtx(unsigned attrs)
{
    return (MemTxAttrs) {
        .requester_id = attrs & RM_WID_MASK,
#ifdef HAVE_MEMTXATTRS_WORLD_ID
        .world_id = (attrs & RM_WID_MASK) % (compat_worlds ?: RM_INDEXES),
#endif
        .secure = !!(attrs & RM_SECURE),
        .unspecified = !attrs && !compat_worlds,
    };
}

static inline unsigned attrs_from_memtx(MemTxAttrs attrs)
{
    return attrs.requester_id | (attrs.secure ? RM_SECURE : 0);
}

/** compat_world: the world id in @attrs */
static inline unsigned compat_world(MemTxAttrs attrs)
{
    return attrs.requester_id % (compat_worlds ?: RM_INDEXES);
}

/**
 * compat_target: where an entry leads for one access type
 * @page: the virtual address of the entry
 * @offset: set to what a virtual address is to be added to, for the offset
 * in the region, or for RAM the ram_addr_t
 * Returns NULL where that leads nowhere, or the tree keeps it in a way of its
 * own.
 */
__attribute__((no_sanitize("address", "undefined")))
static inline MemoryRegion *compat_target(CPUState *cpu,
                                          const CPUTLBEntry *ent,
                                          const CPUTLBEntryFull *full,
                                          unsigned type, vaddr page,
                                          hwaddr *offset)
{
#if QEMU_SECTION_BY_TYPE
    *offset = full->xlat[type].offset;
    return full->xlat[type].section ? full->xlat[type].section->mr : NULL;
#elif QEMU_SECTION
    *offset = full->xlat_offset;
    return full->section ? full->section->mr : NULL;
#elif QEMU_SECTION_INDEX
    unsigned index = full->xlat_section & ~RM_PAGE_MASK;
    RAMBlock *block;

    *offset = full->xlat_section & ~(hwaddr)~RM_PAGE_MASK;
    if (!index && page + ent->addend) {
        RAMBLOCK_FOREACH(block) {
            if (page + *offset - block->offset < block->max_length) {
                return block->mr;
            }
        }
        return NULL;
    }
    /* before it has heard of a new map, the CPU has numbers of the old one */
    return QSIMPLEQ_EMPTY_ATOMIC(&cpu->work_list) ?
           iotlb_to_section(cpu, index, full->attrs)->mr : NULL;
#else
    return NULL;
#endif
}

/*
 * `tlbdiff bisect` builds the series patch by patch.  Before some of them, no
 * entry is ever left untranslated, and a fill is not told which access it is
 * for.
 */
#ifndef TLB_IOMMU
#define TLB_IOMMU 0
#endif

#define COMPAT_FILL_KNOWS_TYPE \
    __builtin_types_compatible_p(typeof(tlb_set_page_full), \
                                 void (CPUState *, int, vaddr, \
                                       MMUAccessType, CPUTLBEntryFull *))

/** compat_set_page_full: tlb_set_page_full(), told the type if it asks */
static inline void compat_set_page_full(CPUState *cpu, int mmu_idx,
                                        vaddr addr, MMUAccessType type,
                                        CPUTLBEntryFull *full)
{
    if (COMPAT_FILL_KNOWS_TYPE) {
        ((void (*)(CPUState *, int, vaddr, MMUAccessType,
                   CPUTLBEntryFull *))tlb_set_page_full)(
            cpu, mmu_idx, addr, type, full);
    } else {
        ((void (*)(CPUState *, int, vaddr, CPUTLBEntryFull *))
            tlb_set_page_full)(cpu, mmu_idx, addr, full);
    }
}

/** compat_set_page_with_attrs: the same of tlb_set_page_with_attrs() */
static inline void compat_set_page_with_attrs(CPUState *cpu, vaddr addr,
                                              hwaddr pa, MemTxAttrs attrs,
                                              int prot, MMUAccessType type,
                                              int mmu_idx, vaddr size)
{
    if (COMPAT_FILL_KNOWS_TYPE) {
        ((void (*)(CPUState *, vaddr, hwaddr, MemTxAttrs, int, MMUAccessType,
                   int, vaddr))tlb_set_page_with_attrs)(
            cpu, addr, pa, attrs, prot, type, mmu_idx, size);
    } else {
        ((void (*)(CPUState *, vaddr, hwaddr, MemTxAttrs, int, int, vaddr))
            tlb_set_page_with_attrs)(
            cpu, addr, pa, attrs, prot, mmu_idx, size);
    }
}

/** compat_set_page: the same of tlb_set_page() */
static inline void compat_set_page(CPUState *cpu, vaddr addr, hwaddr pa,
                                   int prot, MMUAccessType type, int mmu_idx,
                                   vaddr size)
{
    if (COMPAT_FILL_KNOWS_TYPE) {
        ((void (*)(CPUState *, vaddr, hwaddr, int, MMUAccessType, int,
                   vaddr))tlb_set_page)(
            cpu, addr, pa, prot, type, mmu_idx, size);
    } else {
        ((void (*)(CPUState *, vaddr, hwaddr, int, int, vaddr))
            tlb_set_page)(cpu, addr, pa, prot, mmu_idx, size);
    }
}

/**
 * compat_align: what @mop demands of alignment
 * @tlb_only: only where the TLB entry asks for it
 *
 * Before QEMU 10.2 there was no way to say that: an access had no alignment
 * then, and where the entry asked, its atomicity stood for it.
 */
static inline MemOp compat_align(MemOp mop, bool tlb_only)
{
#ifdef HAVE_MO_ALIGN_TLB_ONLY
    return tlb_only ? mop | MO_ALIGN_TLB_ONLY : mop;
#else
    return tlb_only ? mop & ~MO_AMASK : mop;
#endif
}

/** compat_alignment_bits: what it is then, where the entry asks for it or not */
static inline unsigned compat_alignment_bits(MemOp mop, bool tlb_check)
{
#ifdef HAVE_MO_ALIGN_TLB_ONLY
    return memop_tlb_alignment_bits(mop, tlb_check);
#else
    unsigned bits = memop_alignment_bits(mop);

    return tlb_check ? MAX(bits, memop_atomicity_bits(mop)) : bits;
#endif
}

static inline vaddr compat_pointer_wrap(CPUState *cpu, int mmu_idx,
                                        vaddr result, vaddr base)
{
    return result;
}

/**
 * compat_set_mmu_index: let @mmu_index choose the MMU index of a class of
 * CPUs, whose addresses do not wrap
 */
static inline void compat_set_mmu_index(CPUClass *cc, TCGCPUOps *ops,
                                        int (*mmu_index)(CPUState *, bool))
{
#if !COMPAT_10_0
    ops->mmu_index = mmu_index;
    ops->pointer_wrap = compat_pointer_wrap;
#else
    cc->mmu_index = mmu_index;
#endif
}

/**
 * compat_set_class_spaces: let each CPU of a class have @n address spaces;
 * to be called before one is made, and compat_set_cpu_spaces() for each
 */
static inline void compat_set_class_spaces(CPUClass *cc, int n)
{
#ifdef HAVE_CPU_CLASS_MAX_AS
    cc->max_as = n - 1;         /* the last, not how many */
#endif
}

/** compat_set_cpu_spaces: what is left to do for @cpu, before it is realized */
static inline void compat_set_cpu_spaces(CPUState *cpu, int n)
{
#ifndef HAVE_CPU_CLASS_MAX_AS
    cpu->num_ases = n;
#endif
}

#define COMPAT_CLEAR_DIRTY_TAKES_BITMAP \
    __builtin_types_compatible_p(typeof(physical_memory_test_and_clear_dirty), \
                                 uint64_t (ram_addr_t, ram_addr_t, unsigned, \
                                           unsigned long *))

/** compat_clear_dirty: clear @size bytes of dirty bits, whatever they were */
static inline void compat_clear_dirty(ram_addr_t start, ram_addr_t size,
                                      unsigned client)
{
    if (COMPAT_CLEAR_DIRTY_TAKES_BITMAP) {
        ((uint64_t (*)(ram_addr_t, ram_addr_t, unsigned, unsigned long *))
            physical_memory_test_and_clear_dirty)(start, size, client, NULL);
    } else {
        ((bool (*)(ram_addr_t, ram_addr_t, unsigned))
            physical_memory_test_and_clear_dirty)(start, size, client);
    }
}

/** compat_gen_code: translate the code at @pc, in the state that @cpu is in */
static inline TranslationBlock *compat_gen_code(CPUState *cpu, vaddr pc,
                                                uint32_t cflags)
{
#if !COMPAT_10_0
    TCGTBCPUState state = cpu->cc->tcg_ops->get_tb_cpu_state(cpu);

    state.pc = pc;
    state.cflags = cflags;
    return tb_gen_code(cpu, state);
#else
    vaddr at;
    uint64_t cs_base;
    uint32_t flags;

    cpu_get_tb_cpu_state(cpu_env(cpu), &at, &cs_base, &flags);
    return tb_gen_code(cpu, pc, cs_base, flags, cflags);
#endif
}

struct DisasContextBase;
#if COMPAT_10_0
uint16_t translator_lduw(CPUArchState *env, struct DisasContextBase *db,
                         vaddr pc);
#else
uint16_t translator_lduw_end(CPUArchState *env, struct DisasContextBase *db,
                             vaddr pc, MemOp endian);
#endif

/** compat_fetch_2: 2 bytes of code, little-endian, for the block @db */
static inline uint16_t compat_fetch_2(CPUState *cpu,
                                      struct DisasContextBase *db, vaddr pc)
{
#if !COMPAT_10_0
    return translator_lduw_end(cpu_env(cpu), db, pc, MO_LE);
#else
    return translator_lduw(cpu_env(cpu), db, pc);
#endif
}

/**
 * compat_set_precise: have CPUs leave a block that stores to its own code, as
 * those of x86 do
 *
 * Returns false where the target would have had to say so when it was compiled.
 */
static inline bool compat_set_precise(TCGCPUOps *ops)
{
#if !COMPAT_10_0
    ops->precise_smc = true;
    return true;
#else
    return false;
#endif
}

typedef typeof(CompatTBState (CPUState *)) CompatGetTBState;

/**
 * compat_set_tb_state: let @state say in which state a CPU is, for QEMU to find
 * what it runs next
 *
 * Returns the target's, for compat_tb_state().  Where that is a function,
 * --wrap has replaced it.
 */
static inline CompatGetTBState *compat_set_tb_state(TCGCPUOps *ops,
                                                    CompatGetTBState *state)
{
#if !COMPAT_10_0
    CompatGetTBState *target = ops->get_tb_cpu_state;

    ops->get_tb_cpu_state = state;
    return target;
#else
    return NULL;
#endif
}

#if COMPAT_10_0
void __real_cpu_get_tb_cpu_state(CPUArchState *env, vaddr *pc,
                                 uint64_t *cs_base, uint32_t *flags);
#endif

/** compat_tb_state: what the target says */
static inline CompatTBState compat_tb_state(CPUState *cpu,
                                            CompatGetTBState *target)
{
#if !COMPAT_10_0
    return target(cpu);
#else
    CompatTBState s = { 0 };

    __real_cpu_get_tb_cpu_state(cpu_env(cpu), &s.pc, &s.cs_base, &s.flags);
    return s;
#endif
}

#define COMPAT_STATE_HAS_ERRORS \
    __builtin_types_compatible_p(typeof(vmstate_load_state), \
                                 int (QEMUFile *, const VMStateDescription *, \
                                      void *, int, Error **))

/** compat_save_state: vmstate_save_state(), which need not set *@errp */
static inline int compat_save_state(QEMUFile *f,
                                    const VMStateDescription *vmsd,
                                    void *opaque, Error **errp)
{
    if (COMPAT_STATE_HAS_ERRORS) {
        return ((int (*)(QEMUFile *, const VMStateDescription *, void *,
                         JSONWriter *, Error **))vmstate_save_state)(
            f, vmsd, opaque, NULL, errp);
    }
    return ((int (*)(QEMUFile *, const VMStateDescription *, void *,
                     JSONWriter *))vmstate_save_state)(f, vmsd, opaque, NULL);
}

/** compat_load_state: the same of vmstate_load_state() */
static inline int compat_load_state(QEMUFile *f,
                                    const VMStateDescription *vmsd,
                                    void *opaque, Error **errp)
{
    if (COMPAT_STATE_HAS_ERRORS) {
        return ((int (*)(QEMUFile *, const VMStateDescription *, void *, int,
                         Error **))vmstate_load_state)(
            f, vmsd, opaque, vmsd->version_id, errp);
    }
    return ((int (*)(QEMUFile *, const VMStateDescription *, void *, int))
            vmstate_load_state)(f, vmsd, opaque, vmsd->version_id);
}

/*
 * What cpu->iommu_notifiers points to.  The type is private to QEMU, and
 * whether a notifier is active shows nowhere else.
 */
typedef struct CompatTCGIOMMUNotifier {
    IOMMUNotifier n;
    MemoryRegion *mr;
    CPUState *cpu;
    int iommu_idx;
    bool active;
} CompatTCGIOMMUNotifier;

#endif
