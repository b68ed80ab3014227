/*
 * Motifs: a few operations that have to do with each other.
 *
 * What is cached shows only if it was cached, if something has changed that it
 * depends on, and if it is used then: three operations, about the same page, or
 * about what it leads to.  Drawn one by one they hardly ever come together.
 * Which fields they have besides is drawn as for any other operation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "motif.h"

#include "reference-model/board.h"
#include "draw.h"
#include "motif-checker.h"
#include "motif-step.h"
#include "motif-threads.h"

/* Numbers of lg_page_size: of the first that is more than a page, of all. */
enum { LG_LARGE = 4, LG_LIMIT = 7 };
/* Devices that DEVICE_AS and REACT can name. */
enum { DEVICES = RM_BLOCKED - RM_ROMD + 1 };

/* --- One operation of it -------------------------------------------------- */

static bool behind_iommu(const Motif *m)
{
    return m->pa < 2 * RM_IOMMU_PAGES * RM_PAGE_SIZE;
}

/* The mapping of the memory map that it is in. */
static Op *of_map(Motif *m, OpKind kind)
{
    Op *op = motif_add(m, kind);

    for (unsigned i = 0; i < RM_MAPPINGS_VARIABLE; i++) {
        if (m->pa - rm_memory_map[i].base < rm_memory_map[i].size &&
            below(m->r, 8)) {
            op->map = i;
        }
    }
    return op;
}

static const uint8_t maps[] = {
    OP_MAP, OP_MAP_MOVE, OP_MAP_OFFSET, OP_MAP_READONLY, OP_ROMD,
};

/* Something that what is cached of the page may depend on. */
static void change(Motif *m)
{
    static const uint8_t others[] = {
        OP_CROWD, OP_CLOCK, OP_DEVICE, OP_DEVICE_AS, OP_CPU_RESET,
    };

    switch (below(m->r, 8)) {
    case 0:
        motif_map(m);
        /* fall through */
    case 1:
        motif_flush(m);
        return;
    case 2:
    case 3:
        if (target_has(m->t, OP_IOMMU)) {
            motif_answer(m);
        } else {
            draw_op(m->r, m->s, &m->op[m->n++]);
        }
        return;
    case 4:
        motif_of_ram(m, below(m->r, 3) ? OP_CLEAR_DIRTY : OP_DIRTY_SNAPSHOT);
        return;
    case 5:
        ADD_ANY(m, OP_WATCH, OP_WATCH, OP_UNWATCH);
        return;
    case 6:
        motif_of_ram(m, OP_PROTECT);
        return;
    default:
        if (!below(m->r, draw_about_topology(m->s) ? 2 : 32)) {
            of_map(m, maps[below(m->r, sizeof(maps))]);
        } else if (below(m->r, 4)) {
            draw_op(m->r, m->s, &m->op[m->n++]);
        } else {
            motif_add_any(m, others, sizeof(others));
        }
    }
}

/* --- The motifs ----------------------------------------------------------- */

/* Fill, change, use. */
static void fill_change_use(Motif *m)
{
    motif_use(m);
    change(m);
    motif_use(m);
}

/*
 * Fill, evict, use: pages of other banks have the same slot.  What happens to
 * an entry that is a victim?
 */
static void fill_evict_use(Motif *m)
{
    uint64_t va = m->va, bank = va >> RM_BANK_BITS;
    unsigned n = 1 + below(m->r, 3);

    if (!below(m->r, 4)) {
        /* what it can be used for is not all the same */
        motif_map(m)->prot = rnd(m->r);
    }
    if (below(m->r, 2)) {
        motif_use(m);
    }
    motif_use(m);
    for (unsigned i = 1; i <= n; i++) {
        m->va = (va & ((1u << RM_BANK_BITS) - 1)) |
                (bank + i) % RM_VA_BANKS << RM_BANK_BITS;
        if (below(m->r, 2)) {
            motif_map(m);
        }
        motif_use(m);
    }
    m->va = va;
    motif_follow(m);
    if (below(m->r, 2)) {
        change(m);
    }
    motif_use(m);
}

/* Translate one way, use the other: each direction leads elsewhere. */
static void both_ways(Motif *m)
{
    Op *pt = motif_map(m);

    pt->pa = m->pa = below(m->r, 2 * RM_IOMMU_PAGES) * RM_PAGE_SIZE;
    if (target_has(m->t, OP_IOMMU)) {
        for (unsigned dir = 0; dir < 2; dir++) {
            Op *op = motif_answer(m);

            op->dir = dir;
            op->perm = dir ? RM_W : RM_R;
            if (!below(m->r, 4)) {
                op->perm = rnd(m->r);
            }
        }
    }
    motif_move(m);
    if (!below(m->r, 4)) {
        change(m);
    }
    motif_move(m);
    motif_use(m);
}

/* A mapping of its own, with what is said of such pages, and its use. */
static void fresh_page(Motif *m)
{
    motif_map(m);
    if (behind_iommu(m) && target_has(m->t, OP_IOMMU) && below(m->r, 2)) {
        motif_answer(m);
    }
    motif_use(m);
    if (below(m->r, 2)) {
        change(m);
    }
    motif_use(m);
}

/* An access to two pages, each with a mapping of its own. */
static void crossing(Motif *m)
{
    uint64_t va = m->va;
    unsigned n = 1 + below(m->r, 2);

    for (unsigned i = 0; i < 2; i++) {
        m->va = va + i * RM_PAGE_SIZE;
        if (below(m->r, 2)) {
            motif_map(m);
        }
    }
    m->va = va;
    for (unsigned i = 0; i < n; i++) {
        Op *op = motif_move(m);

        op->lg_size = 1 + below(m->r, 4);
        op->va = va + RM_PAGE_SIZE - 1 - below(m->r, (1u << op->lg_size) - 1);
    }
}

/* Code at one address of the page is run. */
static void run(Motif *m, uint64_t at)
{
    Op *op = motif_add(m, OP_BLOCK);

    op->va = m->va | at;
    op->runs = 1;
    if (!below(m->r, 4)) {
        op->stores = rnd(m->r);
    }
}

static uint64_t draw_code(Motif *m)
{
    return 2 * below(m->r, RM_PAGE_SIZE / 2);
}

/*
 * Code that begins with the last two bytes of a page and goes on in the next
 * one, which becomes another page.
 */
static void code_goes_on(Motif *m)
{
    uint64_t va = m->va, at = RM_PAGE_SIZE - 2;
    Op *op = motif_add(m, OP_STORE);

    /* the first half of an instruction of four bytes */
    *op = (Op) {
        .kind = OP_STORE, .cpu = op->cpu, .idx = op->idx, .va = va | at,
        .lg_size = 1, .val = op->val | 3,
    };
    run(m, at);
    m->va = va + RM_PAGE_SIZE;
    motif_map(m);
    motif_flush(m);
    m->va = va;
    run(m, at);
}

/* Code that has a place in a jump cache, which other code takes. */
static void code_rivals(Motif *m)
{
    uint64_t at = draw_code(m), k = 2 * (1 + below(m->r, 31));

    /* translated, and then found */
    run(m, at);
    run(m, at);
    run(m, at ^ (k | k << 6));
    run(m, at);
}

/* Code that is run, and once more after something has changed. */
static void code_again(Motif *m)
{
    uint64_t at = draw_code(m);

    if (below(m->r, 2)) {
        motif_map(m);
    }
    run(m, at);
    if (below(m->r, 2)) {
        motif_flush(m);
    } else if (below(m->r, 4)) {
        change(m);
    } else {
        motif_add(m, OP_CODE_FLUSH);
    }
    if (below(m->r, 2)) {
        motif_use(m);
    }
    run(m, at);
}

/*
 * Code in RAM, which stores to a device what is to go over it; and the device
 * does that by DMA, or has all code thrown away.
 */
static void code_device(Motif *m)
{
    const RmRegion to[] = { RM_RAM0 + below(m->r, RM_RAMS), RM_IO };
    uint64_t at = draw_code(m), offset = 0;
    Op *op = motif_map(m);

    op->pa = m->pa = below(m->r, 2 * RM_IOMMU_PAGES) * RM_PAGE_SIZE;
    op->prot = 7;
    for (unsigned dir = 0; dir < 2; dir++) {
        op = motif_answer(m);
        op->dir = dir;
        op->perm = dir ? RM_W : RM_R;
        op->region = to[dir];
        op->mask = 0;
        op_fixup(&op_table[OP_IOMMU], op);
        offset = dir ? offset : op->offset;
    }
    op = motif_add(m, OP_REACT);
    op->dir = DIR_WRITE;
    op->device = 1;     /* io */
    op = ADD_ANY(m, OP_CODE_FLUSH, OP_DMA, OP_DMA);
    op->dir = DIR_WRITE;
    op->pa = motif_base_of(to[0]) + offset + at + below(m->r, 8);
    run(m, at);
    m->op[m->n - 1].stores = rnd(m->r);
}

/* Translated code, and stores next to where it is; or code that is run. */
static void code(Motif *m)
{
    Op *block, *store;

    if (!below(m->r, 4) && target_has(m->t, OP_IOMMU)) {
        code_device(m);
        return;
    }
    if (below(m->r, 2)) {
        code_again(m);
        return;
    }
    if (!below(m->r, 3)) {
        code_goes_on(m);
        return;
    }
    if (!below(m->r, 3)) {
        code_rivals(m);
        return;
    }
    if (below(m->r, 2)) {
        motif_map(m);
    }
    block = motif_add(m, OP_BLOCK);
    if (below(m->r, 2)) {
        change(m);
    }
    store = ADD_ANY(m, OP_STORE, OP_STORE, OP_RMW, OP_CMPXCHG);
    store->va = block->va + below(m->r, 8) - 4;
    store->lg_size = below(m->r, 5);
}

/* The page leads to a device of the memory map. */
static const RmMapping *map_device(Motif *m)
{
    const RmMapping *device;

    do {
        device = &rm_memory_map[below(m->r, RM_MAPPINGS)];
    } while (!rm_is_device(device->region));
    motif_map(m)->pa = m->pa = device->base & RM_PAGE_MASK;
    return device;
}

/* What a device does while it is accessed, or whoever is asked. */
static void reaction(Motif *m)
{
    Op *trigger, *op;
    unsigned from;

    if (below(m->r, 2)) {
        map_device(m);
    }
    if (below(m->r, 2)) {
        motif_use(m);
    }
    trigger = ADD_ANY(m, OP_REACT, OP_REACT, OP_REACT, OP_REACT_FILL,
                      OP_REACT_TRANSLATE);
    trigger->mmu = m->pa / (RM_IOMMU_PAGES * RM_PAGE_SIZE);
    from = m->n;
    do {
        m->n = from;
        if (below(m->r, 8)) {
            change(m);
        } else {
            /* it takes the place of the entry that is in use */
            motif_add(m, OP_CROWD);
        }
        op = &m->op[from];
    } while (!op_can_react(op));
    motif_move(m);
}

/* DMA that is aligned, of one size, as drivers and devices do it. */
static Op *dma_to(Motif *m, uint32_t base)
{
    Op *op = motif_add(m, OP_DMA);
    unsigned size = 1u << below(m->r, 4);

    op->pa = base + below(m->r, 16) * size;
    op->len = size - 1;
    return op;
}

/* A device has other properties; and often one size for all that it does. */
static void become(Motif *m, RmRegion region)
{
    Op *op = motif_add(m, OP_DEVICE_AS);

    op->device = region - RM_ROMD;
    op->guarded = below(m->r, 2);
    if (below(m->r, 2)) {
        op->impl_min = op->impl_max;
    }
}

/* Two devices are side by side behind an IOMMU: the end of the first. */
static uint64_t side_by_side(Motif *m, RmRegion second, unsigned index)
{
    unsigned mmu = below(m->r, RM_IOMMUS), page = below(m->r, 4);
    RmRegion first = RM_ROMD + below(m->r, DEVICES);

    become(m, first);
    for (unsigned i = 0; i < 2; i++) {
        *motif_add(m, OP_IOMMU) = (Op) {
            .kind = OP_IOMMU, .mmu = mmu, .index = index, .page = page + i,
            .dir = DIR_BOTH, .perm = RM_R | RM_W, .region = i ? second : first,
        };
    }
    return (mmu * RM_IOMMU_PAGES + page + 1) * RM_PAGE_SIZE;
}

/* While it is accessed, a device reaches itself, perhaps behind another one. */
static void reach(Motif *m, const RmMapping *device)
{
    unsigned index = below(m->r, RM_INDEXES);
    uint64_t end = below(m->r, 2) ? side_by_side(m, device->region, index) : 0;
    Op *op = motif_add(m, OP_REACT);

    op->device = device->region - RM_ROMD;
    op = dma_to(m, device->base);
    if (end) {
        op->pa = end - 4;
        op->len = 7;
        op->attrs = index;
    }
    motif_move(m);
}

static void device_as(Motif *m)
{
    const RmMapping *device = map_device(m);

    become(m, device->region);
    if (below(m->r, 2)) {
        reach(m, device);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (below(m->r, 2)) {
            dma_to(m, device->base);
        } else {
            motif_move(m);
        }
    }
}

static void by_code(Motif *m, OpKind kind, unsigned lg_size)
{
    Op *op = motif_add(m, kind);

    op->lg_size = lg_size;
    op->via = below(m->r, 2) ? VIA_INSIDE : VIA_CODE;
}

/* A breakpoint where the code of an access has it, and that code. */
static void breakpoint(Motif *m)
{
    static const uint8_t kinds[INSNS] = {
        [INSN_LOAD] = OP_LOAD, [INSN_STORE] = OP_STORE, [INSN_RMW] = OP_RMW,
        [INSN_CMPXCHG] = OP_CMPXCHG,
    };
    unsigned insn = below(m->r, INSNS), lg_size = below(m->r, 4);
    Op *op;

    by_code(m, kinds[insn], lg_size);
    op = motif_add(m, OP_BREAKPOINT);
    op->lg_size = lg_size;
    op->insn = insn;
    op->on = 1;
    by_code(m, kinds[insn], lg_size);
}

static void use_or_run(Motif *m, bool runs, uint64_t at)
{
    if (runs) {
        run(m, at);
    } else {
        motif_use(m);
    }
}

/* A large page, its parts, and a flush of some of it. */
static void large_page(Motif *m)
{
    uint64_t va = m->va, at = draw_code(m);
    bool runs = below(m->r, 2);
    Op *op = motif_map(m);

    op->lg = LG_LARGE + below(m->r, LG_LIMIT - LG_LARGE);
    for (unsigned i = 0; i < 2; i++) {
        if (below(m->r, 2)) {
            m->va = va ^ (1 + below(m->r, 3)) * RM_PAGE_SIZE;
            motif_map(m)->lg = op->lg;
        }
        use_or_run(m, runs, at);
    }
    op = ADD_ANY(m, OP_FLUSH_PAGE, OP_FLUSH_PAGE_MMUIDX, OP_FLUSH_PAGE_BITS,
                 OP_FLUSH_RANGE, OP_FLUSH_RANGE);
    if (below(m->r, 2)) {
        /* from a page before it on, and perhaps into it */
        op->va -= (1 + below(m->r, 3)) * RM_PAGE_SIZE;
        op->pages = below(m->r, 3);
    }
    use_or_run(m, runs, at);
    m->va = va;
    use_or_run(m, runs, at);
}

/*
 * The TLB of one MMU index grows, and is larger than the other's: a slot of a
 * page in another bank is in it, and not in that.
 */
static void grow(Motif *m)
{
    for (unsigned i = 0; i < 3; i++) {
        motif_add(m, OP_CROWD)->crowd = CROWD_256;
        ADD_ANY(m, OP_FLUSH, OP_FLUSH_MMUIDX);
    }
    m->va ^= (1 + below(m->r, RM_VA_BANKS - 1)) << RM_BANK_BITS;
    if (below(m->r, 2)) {
        motif_map(m);
    }
    motif_use(m);
    change(m);
    motif_use(m);
}

/* A table that is full has another size after a flush: in a fill, here. */
static void grow_in_fill(Motif *m)
{
    motif_add(m, OP_CROWD)->crowd = CROWD_256;
    motif_add(m, OP_REACT_FILL);
    ADD_ANY(m, OP_FLUSH, OP_FLUSH_MMUIDX);
    motif_map(m);
    motif_use(m);
}

/*
 * The memory map changes, and the CPUs have not heard of it yet: they use what
 * they know of the page, or ask anew.
 */
static void old_map(Motif *m)
{
    Op *op;

    if (below(m->r, 2)) {
        map_device(m);
    }
    motif_use(m);
    motif_add(m, OP_QUEUED_WORK)->on = 1;
    of_map(m, maps[below(m->r, sizeof(maps))]);
    if (below(m->r, 4)) {
        motif_add(m, OP_GRACE_PERIOD);
    }
    op = ADD_ANY(m, OP_LOAD, OP_STORE, OP_RMW, OP_CMPXCHG);
    op->via = below(m->r, 2) ? VIA_EXCLUSIVE : VIA_HELPERS;
}

/* A display is told of its own RAM only: migration logs in its place. */
static void log_all(Motif *m, unsigned who, bool on)
{
    Op *op = motif_add(m, who == RM_LOG_DISPLAY ? OP_LOG : OP_ALSO_LOG);

    op->client = RM_MIGRATION;
    op->logger = who;
    op->on = on;
}

/* What logs all RAM, and ends while the machine is stopped, as others begin. */
static void stopped(Motif *m)
{
    unsigned first = below(m->r, RM_LOGGERS);

    log_all(m, first, true);
    motif_add(m, OP_RUN_STATE)->on = 0;
    log_all(m, first, false);
    log_all(m, below(m->r, RM_LOGGERS), true);
    if (below(m->r, 2)) {
        motif_add(m, OP_RUN_STATE)->on = 1;
    }
    motif_use(m);
}

static void (*const motifs[])(Motif *m) = {
    fill_change_use, fill_change_use, fill_evict_use, both_ways, fresh_page,
    fresh_page, crossing, code, code, reaction, large_page, device_as,
    breakpoint,
};

/* A crowd costs hundreds of fills, and so does a change of the memory map. */
static void (*const rare[])(Motif *m) = {
    grow, grow_in_fill, old_map, stopped,
};

/* One motif in so many is one of those. */
#define RARE    16

/* Mostly the page of an operation that is there. */
static void choose_page(Motif *m)
{
    Op op = { .kind = OP_LOAD };

    draw_fields(m->r, m->t, &op);
    if (m->s->n && below(m->r, 4)) {
        draw_inherit(m->r, &op, &m->s->ops[below(m->r, m->s->n)]);
    }
    op_fixup(&op_table[OP_LOAD], &op);
    m->cpu = op.cpu;
    m->idx = op.idx;
    m->va = op.va & RM_PAGE_MASK;
    motif_follow(m);
}

unsigned motif(Random *r, const Scenario *s, Op *out)
{
    Motif m = { .r = r, .s = s, .t = target_of(&s->setup), .op = out };
    unsigned n = 0;

    choose_page(&m);
    if (m.t->checker && below(r, 2)) {
        motif_program(&m);
    } else if (target_has(m.t, OP_THREAD) && below(r, 4)) {
        motif_at_once(&m);
    } else if (below(r, RARE)) {
        motifs[below(r, sizeof(motifs) / sizeof(*motifs))](&m);
    } else {
        rare[below(r, sizeof(rare) / sizeof(*rare))](&m);
    }
    for (unsigned i = 0; i < m.n; i++) {
        if (target_has(m.t, out[i].kind)) {
            out[n] = out[i];
            op_fixup(&op_table[out[n].kind], &out[n]);
            n++;
        }
    }
    if (!n) {
        draw_op(r, s, &out[n++]);
    }
    return n;
}
