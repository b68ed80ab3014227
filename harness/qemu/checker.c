/*
 * Security checkers in the places of the IOMMUs: QEMU devices, on the board
 * as a machine would have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "exec/cputlb.h"
#include "exec/memop.h"

#include "harness/scenario/target.h"
#include "reference-model/vocabulary.h"
#include "checker-devices.h"
#include "checker-direct.h"
#include "checker-front.h"
#include "board.h"
#include "checker.h"
#include "host.h"
#include "map.h"
#include "msi.h"
#include "notify.h"
#include "side.h"

/* --- Making them ---------------------------------------------------------- */

static void set_irq(void *opaque, int n, int level)
{
    SideChecker *c = opaque;

    c->irq = level;
}

static int is_iommu(Object *child, void *opaque)
{
    MemoryRegion *mr =
        (MemoryRegion *)object_dynamic_cast(child, TYPE_MEMORY_REGION);

    if (!mr || !memory_region_is_iommu(mr)) {
        return 0;
    }
    *(MemoryRegion **)opaque = mr;
    return 1;
}

/*
 * Region @n of a system-bus device; or the IOMMU region that it owns, for a
 * machine need not map that as a whole.
 */
static MemoryRegion *upstream_of(SideChecker *c, unsigned n, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(c->dev);
    MemoryRegion *mr = NULL;

    if (sysbus_has_mmio(sbd, n)) {
        mr = sysbus_mmio_get_region(sbd, n);
    } else {
        object_child_foreach(OBJECT(c->dev), is_iommu, &mr);
    }
    if (!mr || !memory_region_is_iommu(mr)) {
        error_setg(errp, "its region %u is not an IOMMU, nor does it own one",
                   n);
        return NULL;
    }
    return mr;
}

/*
 * The regions that it has made for what it denies.  They need not belong to it:
 * what tells them is that it has an address space with nothing else in it.
 */
static bool find_blocked(SideChecker *c, unsigned number, Error **errp)
{
    for (unsigned i = c->first_space; i < qemu_side.n_spaces; i++) {
        MemoryRegion *mr = qemu_side.spaces[i]->root;

        if (!mr->terminates || mr == &qemu_side.behind[number]) {
            continue;
        }
        if (c->n_blocked == CHECKER_BLOCKED) {
            error_setg(errp, "it has more than %u regions for what it denies",
                       CHECKER_BLOCKED);
            return false;
        }
        c->blocked[c->n_blocked].base = c->base;
        checker_stand_before(&c->blocked[c->n_blocked++], mr,
                             RM_DENIED0 + number);
    }
    if (!c->n_blocked) {
        error_setg(errp, "it has no address space for what it denies");
    }
    return c->n_blocked;
}

static bool find_regions(SideChecker *c, const CheckerDevice *d,
                         unsigned variant, unsigned number, Error **errp)
{
    MemoryRegion *regs, *upstream;

    if (!sysbus_has_mmio(SYS_BUS_DEVICE(c->dev), 0)) {
        error_setg(errp, "its system-bus device has no region for registers");
        return false;
    }
    regs = sysbus_mmio_get_region(SYS_BUS_DEVICE(c->dev), 0);
    upstream = upstream_of(c, d->upstream ? d->upstream(variant) : 1, errp);
    if (!upstream) {
        return false;
    }
    c->regs.mr = regs;
    c->upstream = IOMMU_MEMORY_REGION(upstream);
    checker_stand_before(&c->regs, regs, RM_REGS0 + number);
    if (memory_region_size(regs) < d->regs_size) {
        c->regs.size = memory_region_size(regs);
        memory_region_set_size(regs, d->regs_size);
    }
    return true;
}

/* The type of the tree's device, or of ours; NULL with an error. */
static const char *type_of(const CheckerDevice *d, Error **errp)
{
    for (const char *const *type = d->types; *type; type++) {
        if (object_class_by_name(*type)) {
            return *type;
        }
    }
    error_setg(errp, "it registers no type '%s'", d->types[0]);
    return NULL;
}

static bool attach(SideChecker *c, const CheckerDevice *d, unsigned number,
                   Error **errp)
{
    bool ok;

    if (!d->attach) {
        return true;
    }
    msi_show(false);
    ok = d->attach(c->dev, &qemu_side.behind[number], errp);
    msi_show(true);
    return ok;
}

SideChecker *checker_new(const CheckerDevice *d, unsigned variant,
                         unsigned number, Error **errp)
{
    const char *type = type_of(d, errp);
    SideChecker *c;

    if (!type || (d->prepare && !d->prepare(variant, errp))) {
        return NULL;
    }
    c = g_new0(SideChecker, 1);
    c->first_space = qemu_side.n_spaces;
    c->base = d->base ? d->base(variant) : 0;
    c->source = d->source;
    c->dev = DEVICE(object_new(type));
    if (!d->configure(c->dev, &qemu_side.behind[number], variant, errp) ||
        !sysbus_realize(SYS_BUS_DEVICE(c->dev), errp) ||
        !attach(c, d, number, errp) ||
        !find_regions(c, d, variant, number, errp) ||
        !find_blocked(c, number, errp)) {
        object_unref(OBJECT(c->dev));
        g_free(c);
        return NULL;
    }
    c->end_space = qemu_side.n_spaces;
    return c;
}

/*
 * It is not a divergence, and no scenario is at fault.  Not exit(): libFuzzer
 * would call that a crash.
 */
G_NORETURN static void give_up(const CheckerDevice *d, Error *err)
{
    fprintf(stderr, "tlbdiff: %s: the device of this file cannot be made: "
            "%s\n", d->source, error_get_pretty(err));
    fflush(NULL);
    _exit(2);
}

static SideChecker *make(unsigned kind, unsigned variant, unsigned number)
{
    const CheckerDevice *d = &checker_devices[kind];
    CheckerTranslate *translate;
    Error *err = NULL;
    SideChecker *c = checker_new(d, variant, number, &err);

    if (!c) {
        give_up(d, err);
    }
    qdev_connect_gpio_out_named(c->dev, d->irq ? d->irq :
                                SYSBUS_DEVICE_GPIO_IRQ, 0,
                                qemu_allocate_irq(set_irq, c, 0));
    translate = checker_translate_before(c->upstream);
    if (translate) {
        qemu_side.translate[kind] = translate;
    }
    c->translate = qemu_side.translate[kind];
    memory_region_init_alias(&c->shown, NULL, "shown",
                             MEMORY_REGION(c->upstream), c->base,
                             memory_region_size(&qemu_side.behind[number]));
    board_link_spaces(c->first_space, c->end_space, false);
    return c;
}

static void add_behind(unsigned number, unsigned which, MemoryRegion *mr,
                       hwaddr at)
{
    QemuSide *s = &qemu_side;
    MemoryRegion *alias = &s->behind_alias[number][which];

    memory_region_init_alias(alias, NULL, "behind", mr, 0,
                             memory_region_size(mr));
    memory_region_set_enabled(alias, false);
    memory_region_add_subregion_overlap(&s->behind[number], at, alias, 0);
}

/* --- What is on the board ------------------------------------------------- */

static void place(MemoryRegion *container, MemoryRegion *mr, bool on)
{
    if (on) {
        memory_region_add_subregion_overlap(container, 0, mr, 0);
    } else {
        memory_region_del_subregion(container, mr);
    }
}

/*
 * Of what is not shown nothing is left where QEMU looks: how many instances
 * were made before is not to be seen in the code that runs.
 */
static void show(unsigned number, bool on)
{
    SideChecker *c = qemu_side.checker[number];

    if (c) {
        board_link_spaces(c->first_space, c->end_space, on);
        place(&qemu_side.place[number], &c->shown, on);
        place(&qemu_side.regs_place[number], c->regs.mr, on);
    } else {
        memory_region_set_enabled(MEMORY_REGION(qemu_side.plain[number]), on);
    }
}

static void show_behind(unsigned number, RmDownstream downstream)
{
    bool other = downstream == RM_BEHIND_SERIES && number == 1;
    bool device = downstream == RM_BEHIND_DEVICE;
    MemoryRegion *alias = qemu_side.behind_alias[number];

    memory_region_set_enabled(&alias[SIDE_BEHIND_RAM0], !other);
    memory_region_set_enabled(&alias[SIDE_BEHIND_RAM1], !other && !device);
    memory_region_set_enabled(&alias[SIDE_BEHIND_IO], device);
    if (number == 1) {
        memory_region_set_enabled(&alias[SIDE_BEHIND_OTHER], other);
    }
}

static void choose(unsigned number, const RmPreset *p)
{
    SideChecker **made = &qemu_side.made[p->checker][p->variant][number];
    SideChecker *c;

    if (p->checker && !*made) {
        *made = make(p->checker, p->variant, number);
    }
    c = *made;
    show(number, false);
    qemu_side.checker[number] = c;
    qemu_side.iommu[number] = c ? c->upstream : qemu_side.plain[number];
    show(number, true);
    show_behind(number, p->downstream);
}

/* --- Which of its regions lead onward ------------------------------------- */

static bool reached;
static MemoryRegion reach_mr[RM_IOMMUS];     /* over all that is behind */

static MemTxResult reach_read(void *opaque, hwaddr addr, uint64_t *value,
                              unsigned size, MemTxAttrs attrs)
{
    reached = true;
    *value = 0;
    return MEMTX_OK;
}

static MemTxResult reach_write(void *opaque, hwaddr addr, uint64_t value,
                               unsigned size, MemTxAttrs attrs)
{
    reached = true;
    return MEMTX_OK;
}

static const MemoryRegionOps reach_ops = {
    .read_with_attrs = reach_read,
    .write_with_attrs = reach_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
};

/* What the device itself keeps for what is behind it. */
static AddressSpace *onward_space(const SideChecker *c)
{
    for (unsigned i = c->first_space; i < c->end_space; i++) {
        if (!qemu_side.spaces[i]->root->terminates) {
            return qemu_side.spaces[i];
        }
    }
    return NULL;
}

/* As the first world or requester, which any device knows. */
static void try_region(SideChecker *c, CheckerRegion *r)
{
    for (unsigned write = 0; write < 2; write++) {
        uint64_t value = 0;

        reached = false;
        if (write) {
            checker_write(r, r->base, value, 4, attrs_to_memtx(0));
        } else {
            checker_read(r, r->base, &value, 4, attrs_to_memtx(0));
        }
        r->onward[write] = reached;
        if (reached) {
            c->onward = onward_space(c);
        }
    }
}

/*
 * A device may have regions for other than what it denies: it changes attributes
 * there, and sends the access on.  What tells them is where an access to them
 * ends.  It is reset after that.
 */
static void try_regions(unsigned number)
{
    SideChecker *c = qemu_side.checker[number];

    if (!c || c->tried || c->n_blocked == 1) {
        return;
    }
    c->tried = true;
    memory_region_set_enabled(&reach_mr[number], true);
    device_cold_reset(c->dev);
    for (unsigned i = 0; i < c->n_blocked; i++) {
        try_region(c, &c->blocked[i]);
    }
    memory_region_set_enabled(&reach_mr[number], false);
}

void checker_init(void)
{
    QemuSide *s = &qemu_side;
    uint64_t size = RM_IOMMU_PAGES * RM_PAGE_SIZE;

    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        memory_region_init(&s->regs_place[i], NULL, "regs-place",
                           RM_REGS_PAGES * RM_PAGE_SIZE);
        memory_region_init(&s->behind[i], NULL, "downstream", size);
        add_behind(i, SIDE_BEHIND_RAM0, &s->region[RM_RAM0], 0);
        add_behind(i, SIDE_BEHIND_RAM1, &s->region[RM_RAM1], RM_RAM_SIZE);
        add_behind(i, SIDE_BEHIND_IO, &s->region[RM_IO], RM_RAM_SIZE);
        memory_region_init_io(&reach_mr[i], NULL, &reach_ops, NULL, "reach",
                              size);
        memory_region_set_enabled(&reach_mr[i], false);
        memory_region_add_subregion_overlap(&s->behind[i], 0, &reach_mr[i], 1);
    }
    add_behind(1, SIDE_BEHIND_OTHER, &s->place[0], 0);
}

/* The rest of the machine. */
static void prepare(const RmPreset *p)
{
    const CheckerDevice *d = &checker_devices[p->checker];
    Error *err = NULL;

    compat_worlds = 0;
    if (d->prepare && !d->prepare(p->variant, &err)) {
        give_up(d, err);
    }
}

static void change_board(const RmPreset *p)
{
    bql_lock();
    memory_region_transaction_begin();
    prepare(p);
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        choose(i, p);
    }
    map_show_registers(p->checker);
    qemu_side.shown.kind = p->checker;
    qemu_side.shown.variant = p->variant;
    qemu_side.shown.downstream = p->downstream;
    memory_region_transaction_commit();
    for (unsigned i = 0; i < RM_IOMMUS; i++) {
        try_regions(i);
    }
    bql_unlock();
    host_drain();
}

/*
 * What the specification lets a reset leave as it was, no scenario is to have
 * from the one before: it begins as after power-on.
 */
static void clear_left(const RmPreset *p, const CheckerRegion *regs)
{
    const CheckerDevice *d = &checker_devices[p->checker];
    uint32_t first = 0;
    unsigned n = d->left ? d->left(p->variant, &first) : 0;

    for (unsigned i = 0; i < n; i++) {
        checker_write(regs, first + 4 * i, 0, 4, attrs_to_memtx(p->attrs));
    }
}

/* Do all that denied accesses lead to take fetches apart from reads? */
static bool tells_fetches(const SideChecker *c)
{
#ifdef HAVE_FETCH_WITH_ATTRS
    for (unsigned i = 0; i < c->n_blocked; i++) {
        if (!c->blocked[i].ops.fetch_with_attrs) {
            return false;
        }
    }
    return true;
#else
    return false;
#endif
}

void checker_reset(void)
{
    const RmPreset *p = &qemu_side.now;

    if (p->checker != qemu_side.shown.kind ||
        p->variant != qemu_side.shown.variant ||
        p->downstream != qemu_side.shown.downstream) {
        change_board(p);
    }
    for (unsigned i = 0; p->checker && i < RM_IOMMUS; i++) {
        const CheckerRegion *regs = &qemu_side.checker[i]->regs;

        BQL_LOCK_GUARD();
        device_cold_reset(qemu_side.checker[i]->dev);
        /* whoever the line goes to is reset as well */
        qemu_side.checker[i]->irq = false;
        clear_left(p, regs);
        for (unsigned w = 0; w < p->n_writes; w++) {
            const RmRegisterWrite *write = &p->write[w];

            /* as the device has it: nothing is logged */
            checker_write(regs, write->offset, write->value, write->size,
                          attrs_to_memtx(p->attrs));
        }
    }
    qemu_side.engine.tells_fetches = p->checker &&
                                     tells_fetches(qemu_side.checker[0]);
    notify_reset();
}

/* --- Operations ----------------------------------------------------------- */

static RmResponse use_register(const Op *op, uint32_t offset, unsigned size,
                               unsigned attrs, bool write, uint64_t *value)
{
    SideChecker *c = qemu_side.checker[op->checker];
    MemOp memop = size_memop(size) | MO_LE;
    MemTxResult result;

    if (offset >= memory_region_size(c->regs.mr)) {
        return RM_TX_DECODE_ERROR;
    }
    if (write) {
        result = memory_region_dispatch_write(c->regs.mr, offset, *value,
                                              memop, attrs_to_memtx(attrs));
    } else {
        result = memory_region_dispatch_read(c->regs.mr, offset, value,
                                             memop, attrs_to_memtx(attrs));
    }
    return side_response(result);
}

static void flush_in_turn(CPUState *cpu, run_on_cpu_data data)
{
    tlb_flush(cpu);
}

/* It does not notify: a machine resets its CPUs as well, each in its turn. */
static void reset_one(unsigned number)
{
    CPUState *cpu;

    device_cold_reset(qemu_side.checker[number]->dev);
    CPU_FOREACH(cpu) {
        if (cpu == current_cpu) {
            tlb_flush(cpu);
        } else {
            async_run_on_cpu(cpu, flush_in_turn, RUN_ON_CPU_NULL);
        }
    }
}

void checker_run(const Op *op)
{
    RmRegisterWrite writes[RM_REGISTER_WRITES];
    unsigned n = target_writes(op, qemu_side.now.base, writes);
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
        side_turn.status = RM_TX_FAILED;
    }
}
