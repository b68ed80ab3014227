/*
 * An IOMMU that answers what the scenario says, logs each question, and
 * notifies each change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "exec/cpu-common.h"

#include "compat.h"
#include "iommu.h"
#include "sched.h"
#include "side.h"

#define TYPE_TLBDIFF_IOMMU "tlbdiff-iommu-memory-region"
OBJECT_DECLARE_SIMPLE_TYPE(TlbdiffIOMMU, TLBDIFF_IOMMU)

struct TlbdiffIOMMU {
    IOMMUMemoryRegion parent_obj;
    unsigned number;
};

QEMU_BUILD_BUG_ON(IOMMU_RO != RM_R || IOMMU_WO != RM_W);

/* Regions that IOMMUs can lead to are this far apart in as_mem. */
#define STRIDE 0x200000

/*
 * Where a region is in the address spaces that IOMMUs lead to.  What is
 * unassigned lies in the gaps.
 */
static AddressSpace *target_of(RmRegion region, hwaddr *base)
{
    if (region == RM_BLOCKED) {
        *base = 0;
        return &qemu_side.as_blocked;
    }
    *base = region * STRIDE;
    return &qemu_side.as_mem;
}

IOMMUAccessFlags iommu_flag(IOMMUAccessFlags flag)
{
    if (flag != IOMMU_NONE || !qemu_side.engine.eager) {
        return flag;
    }
    return side_turn.fill_type == MMU_DATA_STORE ? IOMMU_WO : IOMMU_RO;
}

unsigned iommu_log(unsigned number, hwaddr addr, IOMMUAccessFlags flag,
                   int index)
{
    RmEvent ev = side_event(RM_EV_TRANSLATE);

    ev.region = RM_IOMMU0 + number;
    ev.addr = addr;
    ev.index = index;
    ev.flag = flag;
    ev.in_fill = side_turn.in_fill;
    ev.by_dma = side_turn.by_dma;
    side_log(&ev);
    return side_turn.result->r.log.n;
}

void iommu_answered(unsigned at, const IOMMUTLBEntry *entry)
{
    RmLog *log = &side_turn.result->r.log;

    if (!side_turn.quiet && at && at <= RM_LOG_MAX) {
        log->ev[at - 1].value = entry->addr_mask;
    }
}

/* What the IOMMU does while the CPU asks it, before it looks at its tables. */
static void react(unsigned number, IOMMUAccessFlags flag)
{
    Op reaction;

    if (!side_turn.quiet && !side_turn.dma && !side_turn.by_dma &&
        reactions_take_translate(&qemu_side.reactions, number,
                                 flag == IOMMU_WO, &reaction)) {
        side_react(&reaction);
    }
}

/* What @answer says of @addr: see RmAnswer, which the model reads as well. */
static IOMMUTLBEntry apply(const RmAnswer *answer, hwaddr addr)
{
    /* of four granules below the page: where each leads, and how far */
    static const struct {
        unsigned to;
        IOMMUAccessFlags allows;
    } granules[4] = {
        { 1, IOMMU_RW }, { 0, IOMMU_RW }, { 2, IOMMU_RW }, { 3, IOMMU_NONE },
    };
    unsigned bits = answer->lg_mask ?: RM_PAGE_BITS;
    hwaddr mask = MAKE_64BIT_MASK(0, bits), base;
    IOMMUTLBEntry entry = {
        .target_as = target_of(answer->region, &base),
        .iova = addr & ~mask,
        .translated_addr = base + answer->offset,
        .addr_mask = mask,
        .perm = answer->perm,
    };

    if (bits < RM_PAGE_BITS) {
        unsigned n = addr % RM_PAGE_SIZE >> bits;

        entry.translated_addr += (hwaddr)(n - n % 4 + granules[n % 4].to)
                                 << bits;
        entry.perm &= granules[n % 4].allows;
    }
    entry.translated_addr &= ~mask;
    return entry;
}

static IOMMUTLBEntry iommu_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                     IOMMUAccessFlags asked, int index)
{
    unsigned number = container_of(mr, TlbdiffIOMMU, parent_obj)->number;
    IOMMUAccessFlags flag = iommu_flag(asked);
    const RmAnswer *answer;
    IOMMUTLBEntry entry;
    unsigned at;

    sched_point(PLACE_TRANSLATE);
    answer = &qemu_side.now.iommu[number][index % RM_INDEXES]
                                 [addr / RM_PAGE_SIZE % RM_IOMMU_PAGES]
                                 [flag == IOMMU_WO];
    at = iommu_log(number, addr, flag, index);
    react(number, flag);
    entry = apply(answer, addr);
    iommu_answered(at, &entry);
    return entry;
}

static int iommu_attrs_to_index(IOMMUMemoryRegion *mr, MemTxAttrs attrs)
{
    return attrs_from_memtx(attrs) & RM_WID_MASK;
}

static int iommu_num_indexes(IOMMUMemoryRegion *mr)
{
    return RM_INDEXES;
}

static void iommu_class_init(ObjectClass *klass, CompatClassData *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = iommu_translate;
    imrc->attrs_to_index = iommu_attrs_to_index;
    imrc->num_indexes = iommu_num_indexes;
}

static const TypeInfo iommu_type = {
    .name = TYPE_TLBDIFF_IOMMU,
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .instance_size = sizeof(TlbdiffIOMMU),
    .class_init = iommu_class_init,
};

static IOMMUMemoryRegion *make(unsigned number)
{
    TlbdiffIOMMU *iommu = g_new0(TlbdiffIOMMU, 1);

    memory_region_init_iommu(iommu, sizeof(*iommu), TYPE_TLBDIFF_IOMMU, NULL,
                             "iommu", RM_IOMMU_PAGES * RM_PAGE_SIZE);
    iommu->number = number;
    return IOMMU_MEMORY_REGION(iommu);
}

/* Regions can be in one place only; their aliases go everywhere else. */
static void add_target(MemoryRegion *mem, RmRegion r, MemoryRegion *target)
{
    MemoryRegion *alias = g_new0(MemoryRegion, 1);

    memory_region_init_alias(alias, NULL, "target", target,
                             rm_target_offset(r),
                             rm_target_size(r, memory_region_size(target)));
    memory_region_add_subregion(mem, r * STRIDE, alias);
}

/* A device behind the IOMMU hears of a change. */
static void hear(IOMMUNotifier *n, IOMMUTLBEntry *entry)
{
    RmEvent ev;

    if (!side_turn.result) {
        return;
    }
    sched_point(PLACE_NOTIFY);
    ev = side_event(RM_EV_UNMAP);
    ev.region = RM_IOMMU0 + (n - &qemu_side.listener[0][0]) / RM_INDEXES;
    ev.index = n->iommu_idx;
    ev.addr = entry->iova;
    ev.size = entry->addr_mask + 1;
    side_log(&ev);
}

static void add_listeners(unsigned number)
{
    for (unsigned i = 0; i < RM_INDEXES; i++) {
        IOMMUNotifier *n = &qemu_side.listener[number][i];
        uint32_t first, last;

        rm_listened(i, &first, &last);
        iommu_notifier_init(n, hear, IOMMU_NOTIFIER_DEVIOTLB_UNMAP, first,
                            last, i);
        memory_region_register_iommu_notifier(
            MEMORY_REGION(qemu_side.plain[number]), n, &error_abort);
    }
}

void iommu_init(void)
{
    QemuSide *s = &qemu_side;
    MemoryRegion *mem = g_new0(MemoryRegion, 1);

    type_register_static(&iommu_type);
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        s->iommu[i] = s->plain[i] = make(i);
        add_listeners(i);
        memory_region_init(&s->place[i], NULL, "place",
                           RM_IOMMU_PAGES * RM_PAGE_SIZE);
        memory_region_add_subregion_overlap(&s->place[i], 0,
                                            MEMORY_REGION(s->plain[i]), 0);
    }

    memory_region_init(mem, NULL, "mem", UINT64_MAX);
    for (RmRegion r = RM_RAM0; r < RM_BLOCKED; r++) {
        add_target(mem, r, &s->region[r]);
    }
    add_target(mem, RM_IOMMU0, &s->place[0]);
    address_space_init(&s->as_mem, mem, "mem");
    address_space_init(&s->as_blocked, &s->region[RM_BLOCKED], "blocked");
}

static bool is_large(const RmAnswer pair[2])
{
    return pair[0].lg_mask > RM_PAGE_BITS || pair[1].lg_mask > RM_PAGE_BITS;
}

/* Both answers keep to what RmAnswer says of them. */
static void program(RmAnswer pair[2], IOMMUAccessFlags directions,
                    const RmAnswer *answer)
{
    if (directions & IOMMU_RO) {
        pair[0] = *answer;
    }
    if (directions & IOMMU_WO) {
        pair[1] = *answer;
    }
    if (directions == IOMMU_RW) {
        return;
    }
    /* one of them is new: neither speaks for the other direction now */
    if (pair[0].perm == IOMMU_RW) {
        pair[0].perm = IOMMU_RO;
    }
    if (pair[1].perm == IOMMU_RW) {
        pair[1].perm = IOMMU_WO;
    }
}

void iommu_program(const Op *op)
{
    RmAnswer *pair = qemu_side.now.iommu[op->mmu][op->index][op->page];
    RmAnswer answer = {
        .perm = op->perm, .region = op->region, .offset = op->offset,
        .lg_mask = op_lg_mask(op),
    };
    IOMMUTLBEvent unmap = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .target_as = &qemu_side.as_mem,
            .iova = op->page * RM_PAGE_SIZE,
            .addr_mask = RM_PAGE_SIZE - 1,
            .perm = IOMMU_NONE,
        },
    };
    bool large = is_large(pair);

    program(pair, op_directions(op), &answer);
    if (large || is_large(pair)) {
        /* what the answer covers: more than this page, maybe all of them */
        unmap.entry.iova = 0;
        unmap.entry.addr_mask = RM_IOMMU_PAGES * RM_PAGE_SIZE - 1;
    }
    sched_point(PLACE_NOTIFY);
    BQL_LOCK_GUARD();
    memory_region_notify_iommu(qemu_side.iommu[op->mmu], op->index, unmap);
    unmap.type = IOMMU_NOTIFIER_DEVIOTLB_UNMAP;
    memory_region_notify_iommu(qemu_side.iommu[op->mmu], op->index, unmap);
}

unsigned iommu_notifiers(CPUState *cpu, unsigned iommu)
{
    /* no cast that checks: it is called for each operation */
    MemoryRegion *mr = &qemu_side.iommu[iommu]->parent_obj;
    unsigned indexes = 0;

    for (unsigned i = 0; i < cpu->iommu_notifiers->len; i++) {
        CompatTCGIOMMUNotifier *notifier = g_array_index(
            cpu->iommu_notifiers, CompatTCGIOMMUNotifier *, i);

        /* else the type is not what QEMU has */
        g_assert(notifier->cpu == cpu &&
                 notifier->iommu_idx == notifier->n.iommu_idx);
        if (notifier->mr == mr && notifier->active) {
            indexes |= 1u << notifier->iommu_idx;
        }
    }
    return indexes;
}

/*
 * One that QEMU asserts about as it is registered, because its IOMMU has no
 * such index, is in the list of the CPU and in no other.
 */
static void drop_unregistered(CPUState *cpu)
{
    for (unsigned i = cpu->iommu_notifiers->len; i-- > 0;) {
        CompatTCGIOMMUNotifier *notifier = g_array_index(
            cpu->iommu_notifiers, CompatTCGIOMMUNotifier *, i);

        if (!notifier->n.node.le_prev) {
            g_array_remove_index_fast(cpu->iommu_notifiers, i);
            g_free(notifier);
        }
    }
}

void iommu_forget(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        drop_unregistered(cpu);
        if (cpu->iommu_notifiers->len) {
            tcg_iommu_free_notifier_list(cpu);
            tcg_iommu_init_notifier_list(cpu);
        }
    }
    g_assert(!iommu_has_notifiers());
}

bool iommu_has_notifiers(void)
{
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        IOMMUNotifier *n;

        IOMMU_NOTIFIER_FOREACH(n, qemu_side.iommu[i]) {
            if (n->notify != hear) {
                return true;
            }
        }
    }
    return false;
}
