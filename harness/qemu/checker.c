/*
 * Security checkers in the places of the IOMMUs: QEMU devices, on the board
 * as a machine would have them.  They know nothing of this harness: it stands
 * before their translate function, their registers and their blocked-I/O,
 * and logs what passes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "exec/cputlb.h"
#include "exec/memop.h"
#include "hw/irq.h"
#include "hw/sysbus.h"

#include "harness/scenario/target.h"
#include "reference-model/vocabulary.h"
#include "checker-devices.h"
#include "checker.h"
#include "host.h"
#include "iommu.h"
#include "map.h"
#include "notify.h"
#include "side.h"

/* A region of the device, and what it did before we stood in front of it. */
typedef struct Front {
    MemoryRegion *mr;
    const MemoryRegionOps *device_ops;
    void *device_opaque;
    MemoryRegionOps ops;
    RmRegion region;
    hwaddr base;            /* what lies before it, nobody sees */
} Front;

typedef struct SideChecker {
    DeviceState *dev;
    IOMMUMemoryRegion *upstream;
    MemoryRegion shown;     /* ... as far as the board shows it */
    hwaddr base;            /* ... from here on */
    Front regs, blocked;
    bool irq;               /* the level of its interrupt */
} SideChecker;

/* All of a kind are made when a scenario first asks for one, and stay. */
static SideChecker *made[RM_CHECKERS][CHECKER_VARIANTS][RM_IOMMUS];

/* What the classes of their IOMMU regions had as translate. */
static IOMMUTLBEntry (*translates[RM_CHECKERS])(IOMMUMemoryRegion *, hwaddr,
                                                IOMMUAccessFlags, int);

/* What is behind them: for each RmDownstream some of these are there. */
enum { BEHIND_RAM0, BEHIND_RAM1, BEHIND_IO, BEHIND_OTHER, BEHINDS };
static MemoryRegion behind[RM_IOMMUS];
static MemoryRegion behind_alias[RM_IOMMUS][BEHINDS];

/* What is on the board now. */
static struct {
    bool known;
    uint8_t kind, variant, downstream;
} now;

/* --- Standing in front ---------------------------------------------------- */

static void log_access(const Front *f, RmEventKind kind, hwaddr addr,
                       uint64_t value, unsigned size, MemTxAttrs attrs)
{
    RmEvent ev = side_event(kind);

    ev.region = f->region;
    ev.addr = addr - f->base;
    ev.size = size;
    ev.attrs = attrs_from_memtx(attrs);
    ev.value = value;
    side_log(&ev);
}

static MemTxResult device_read(const Front *f, hwaddr addr, uint64_t *value,
                               unsigned size, MemTxAttrs attrs)
{
    *value = 0;
    if (f->device_ops->read_with_attrs) {
        return f->device_ops->read_with_attrs(f->device_opaque, addr, value,
                                              size, attrs);
    }
    *value = f->device_ops->read(f->device_opaque, addr, size);
    return MEMTX_OK;
}

static MemTxResult front_read(void *opaque, hwaddr addr, uint64_t *value,
                              unsigned size, MemTxAttrs attrs)
{
    Front *f = opaque;
    MemTxResult result = device_read(f, addr, value, size, attrs);

    log_access(f, RM_EV_DEV_READ, addr, *value, size, attrs);
    return result;
}

static MemTxResult device_write(const Front *f, hwaddr addr, uint64_t value,
                                unsigned size, MemTxAttrs attrs)
{
    if (f->device_ops->write_with_attrs) {
        return f->device_ops->write_with_attrs(f->device_opaque, addr, value,
                                               size, attrs);
    }
    f->device_ops->write(f->device_opaque, addr, value, size);
    return MEMTX_OK;
}

static MemTxResult front_write(void *opaque, hwaddr addr, uint64_t value,
                               unsigned size, MemTxAttrs attrs)
{
    Front *f = opaque;

    MemTxResult result;

    log_access(f, RM_EV_DEV_WRITE, addr, value, size, attrs);
    result = device_write(f, addr, value, size, attrs);
    if (!rm_is_denied(f->region)) {
        notify_settle(f->region - RM_REGS0);
    }
    return result;
}

static void stand_before(Front *f, MemoryRegion *mr, RmRegion region)
{
    f->mr = mr;
    f->region = region;
    f->device_ops = mr->ops;
    f->device_opaque = mr->opaque;
    f->ops = *mr->ops;
    f->ops.read = NULL;
    f->ops.write = NULL;
    f->ops.read_with_attrs = front_read;
    f->ops.write_with_attrs = front_write;
    mr->ops = &f->ops;
    mr->opaque = f;
}

static IOMMUTLBEntry front_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                     IOMMUAccessFlags flag, int index)
{
    unsigned number = mr == qemu_side.iommu[1];

    flag = iommu_flag(flag);
    iommu_log(number, addr - qemu_side.checker[number]->base, flag, index);
    return translates[now.kind](mr, addr, flag, index);
}

static void set_irq(void *opaque, int n, int level)
{
    SideChecker *c = opaque;

    c->irq = level;
}

/* --- Making them ---------------------------------------------------------- */

/* The region that is neither the registers nor the IOMMU: blocked-I/O. */
static int is_blocked(Object *child, void *opaque)
{
    SideChecker *c = opaque;
    MemoryRegion *mr =
        (MemoryRegion *)object_dynamic_cast(child, TYPE_MEMORY_REGION);

    if (mr && mr != c->regs.mr && mr != MEMORY_REGION(c->upstream) &&
        mr->ops) {
        g_assert(!c->blocked.mr);
        c->blocked.mr = mr;
    }
    return 0;
}

static void find_regions(SideChecker *c, const CheckerDevice *d,
                         unsigned number)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(c->dev);

    stand_before(&c->regs, sysbus_mmio_get_region(sbd, d->regs),
                 RM_REGS0 + number);
    g_assert(memory_region_size(c->regs.mr) <= RM_REGS_PAGES * RM_PAGE_SIZE);
    c->upstream = IOMMU_MEMORY_REGION(
        sysbus_mmio_get_region(sbd, d->upstream));
    object_child_foreach(OBJECT(c->dev), is_blocked, c);
    g_assert(c->blocked.mr);
    stand_before(&c->blocked, c->blocked.mr, RM_DENIED0 + number);
}

static void place(MemoryRegion *container, MemoryRegion *mr)
{
    memory_region_set_enabled(mr, false);
    memory_region_add_subregion_overlap(container, 0, mr, 0);
}

static SideChecker *make(unsigned kind, unsigned variant, unsigned number)
{
    const CheckerDevice *d = &checker_devices[kind];
    SideChecker *c = g_new0(SideChecker, 1);
    IOMMUMemoryRegionClass *imrc;
    qemu_irq irq = qemu_allocate_irq(set_irq, c, 0);

    g_assert(d->type);
    c->base = c->blocked.base = d->base[variant];
    c->dev = DEVICE(object_new(d->type));
    d->configure(c->dev, &behind[number], variant);
    sysbus_realize(SYS_BUS_DEVICE(c->dev), &error_fatal);
    qdev_connect_gpio_out_named(c->dev, d->irq ? d->irq :
                                SYSBUS_DEVICE_GPIO_IRQ, 0, irq);
    find_regions(c, d, number);
    imrc = memory_region_get_iommu_class_nocheck(c->upstream);
    if (imrc->translate != front_translate) {
        translates[kind] = imrc->translate;
        imrc->translate = front_translate;
    }
    memory_region_init_alias(&c->shown, NULL, "shown",
                             MEMORY_REGION(c->upstream), c->base,
                             memory_region_size(&behind[number]));
    place(&qemu_side.place[number], &c->shown);
    place(&qemu_side.regs_place[number], c->regs.mr);
    return c;
}

static void add_behind(unsigned number, unsigned which, MemoryRegion *mr,
                       hwaddr at)
{
    MemoryRegion *alias = &behind_alias[number][which];

    memory_region_init_alias(alias, NULL, "behind", mr, 0,
                             memory_region_size(mr));
    memory_region_set_enabled(alias, false);
    memory_region_add_subregion_overlap(&behind[number], at, alias, 0);
}

static IOMMUMemoryRegion *plain[RM_IOMMUS];     /* where there is no checker */

void checker_init(void)
{
    QemuSide *s = &qemu_side;
    uint64_t size = RM_IOMMU_PAGES * RM_PAGE_SIZE;

    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        plain[i] = s->iommu[i];
        memory_region_init(&s->place[i], NULL, "place", size);
        memory_region_init(&s->regs_place[i], NULL, "regs-place",
                           RM_REGS_PAGES * RM_PAGE_SIZE);
        memory_region_init(&behind[i], NULL, "downstream", size);
        memory_region_add_subregion_overlap(&s->place[i], 0,
                                            MEMORY_REGION(plain[i]), 0);
        add_behind(i, BEHIND_RAM0, &s->region[RM_RAM0], 0);
        add_behind(i, BEHIND_RAM1, &s->region[RM_RAM1], RM_RAM_SIZE);
        add_behind(i, BEHIND_IO, &s->region[RM_IO], RM_RAM_SIZE);
    }
    add_behind(1, BEHIND_OTHER, &s->place[0], 0);
}

/* --- What is on the board ------------------------------------------------- */

static void show(unsigned number, bool on)
{
    const SideChecker *c = qemu_side.checker[number];

    if (c) {
        memory_region_set_enabled(&qemu_side.checker[number]->shown, on);
        memory_region_set_enabled(c->regs.mr, on);
    } else {
        memory_region_set_enabled(MEMORY_REGION(plain[number]), on);
    }
}

static void show_behind(unsigned number, RmDownstream downstream)
{
    bool other = downstream == RM_BEHIND_SERIES && number == 1;
    bool device = downstream == RM_BEHIND_DEVICE;
    MemoryRegion *alias = behind_alias[number];

    memory_region_set_enabled(&alias[BEHIND_RAM0], !other);
    memory_region_set_enabled(&alias[BEHIND_RAM1], !other && !device);
    memory_region_set_enabled(&alias[BEHIND_IO], device);
    if (number == 1) {
        memory_region_set_enabled(&alias[BEHIND_OTHER], other);
    }
}

/*
 * All of a kind: what is not shown has address spaces, too, and these cost
 * with each change of the memory map, which is not to depend on what ran.
 */
static void make_all(unsigned kind)
{
    for (unsigned v = 0; v < CHECKER_VARIANTS; v++) {
        for (unsigned i = 0; i < RM_IOMMUS; i++) {
            made[kind][v][i] = make(kind, v, i);
        }
    }
}

static void choose(unsigned number, const RmPreset *p)
{
    SideChecker *c = made[p->checker][p->variant][number];

    show(number, false);
    qemu_side.checker[number] = c;
    qemu_side.iommu[number] = c ? c->upstream : plain[number];
    show(number, true);
    show_behind(number, p->downstream);
}

static void change_board(const RmPreset *p)
{
    bql_lock();
    memory_region_transaction_begin();
    if (p->checker && !made[p->checker][0][0]) {
        make_all(p->checker);
    }
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        choose(i, p);
    }
    map_show_registers(p->checker);
    now.known = true;
    now.kind = p->checker;
    now.variant = p->variant;
    now.downstream = p->downstream;
    memory_region_transaction_commit();
    bql_unlock();
    host_drain();
}

void checker_reset(void)
{
    const RmPreset *p = &qemu_side.now;

    if (p->checker != now.kind || p->variant != now.variant ||
        p->downstream != now.downstream) {
        change_board(p);
    }
    for (unsigned i = 0; p->checker && i < RM_IOMMUS; i++) {
        const Front *f = &qemu_side.checker[i]->regs;

        BQL_LOCK_GUARD();
        device_cold_reset(qemu_side.checker[i]->dev);
        /* whoever the line goes to is reset as well */
        qemu_side.checker[i]->irq = false;
        for (unsigned w = 0; w < p->n_writes; w++) {
            const RmRegisterWrite *write = &p->write[w];

            /* as the device has it: nothing is logged */
            device_write(f, write->offset, write->value, write->size,
                         attrs_to_memtx(p->attrs));
        }
    }
    notify_reset();
}

bool checker_is(unsigned number, const IOMMUMemoryRegion *mr, hwaddr *base)
{
    const SideChecker *c = qemu_side.checker[number];

    if (!c || c->upstream != mr) {
        return false;
    }
    *base = c->base;
    return true;
}

MemoryRegion *checker_mr(RmRegion region)
{
    unsigned number = region - (rm_is_denied(region) ? RM_DENIED0 : RM_REGS0);
    SideChecker *c = qemu_side.checker[number];

    return !c ? NULL : rm_is_denied(region) ? c->blocked.mr : c->regs.mr;
}

/* --- Operations, and what can be seen ------------------------------------- */

static RmResponse use_register(const Op *op, uint32_t offset, unsigned size,
                               unsigned attrs, bool write, uint64_t *value)
{
    SideChecker *c = qemu_side.checker[op->checker];
    MemOp memop = size_memop(size) | MO_LE;

    if (offset >= memory_region_size(c->regs.mr)) {
        return RM_TX_DECODE_ERROR;
    }
    return side_response(
        write ? memory_region_dispatch_write(c->regs.mr, offset, *value,
                                             memop, attrs_to_memtx(attrs)) :
                memory_region_dispatch_read(c->regs.mr, offset, value, memop,
                                            attrs_to_memtx(attrs)));
}

/* It does not notify: a machine resets its CPUs as well. */
static void reset_one(unsigned number)
{
    CPUState *cpu;

    device_cold_reset(qemu_side.checker[number]->dev);
    CPU_FOREACH(cpu) {
        tlb_flush(cpu);
    }
}

void checker_run(const Op *op)
{
    RmRegisterWrite writes[RM_REGISTER_WRITES];
    unsigned n = target_writes(op, writes);
    RmResponse response = RM_TX_OK;
    uint64_t value = 0;

    BQL_LOCK_GUARD();
    if (op->kind == OP_REG_READ) {
        response = use_register(op, op->reg, 1u << op->lg_size, op->attrs,
                                false, &value);
        side_value(response == RM_TX_OK ? value : 0, 0);
    }
    if (op->kind == OP_RESET) {
        reset_one(op->checker);
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned attrs = op->kind == OP_REG_WRITE ? op->attrs :
                                                    qemu_side.now.attrs;

        value = 0;
        if (writes[i].keep) {
            use_register(op, writes[i].offset, writes[i].size, attrs, false,
                         &value);
        }
        value = (value & writes[i].keep) | writes[i].value;
        response = use_register(op, writes[i].offset, writes[i].size, attrs,
                                true, &value);
    }
    if (response != RM_TX_OK &&
        (op->kind == OP_REG_READ || op->kind == OP_REG_WRITE)) {
        qemu_side.status = RM_TX_FAILED;
    }
}

void checker_decide(unsigned number, unsigned index, uint32_t addr,
                    bool is_write, RmDecision *out)
{
    const SideChecker *c = qemu_side.checker[number];
    IOMMUTLBEntry entry = translates[now.kind](
        c->upstream, c->base + addr, is_write ? IOMMU_WO : IOMMU_RO, index);

    *out = (RmDecision) {
        .allowed = entry.target_as->root != c->blocked.mr,
        .perm = entry.perm,
        .addr_mask = entry.addr_mask,
    };
}

RmResponse checker_peek(unsigned number, unsigned offset, unsigned size,
                        unsigned attrs, uint64_t *value)
{
    return side_response(device_read(&qemu_side.checker[number]->regs, offset,
                                     value, size, attrs_to_memtx(attrs)));
}

bool checker_irq(unsigned number)
{
    return qemu_side.checker[number]->irq;
}
