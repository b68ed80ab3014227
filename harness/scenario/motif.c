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
#include "target.h"

/* Numbers of lg_page_size: of the first that is more than a page, of all. */
enum { LG_LARGE = 4, LG_LIMIT = 7 };

typedef struct Motif {
    Random *r;
    const Scenario *s;
    const Target *t;
    Op *op;
    unsigned n;
    /* The page that it is about, and who uses it. */
    uint64_t cpu, idx, va;
    /* Where that leads, as far as the scenario tells; or the page table. */
    uint64_t pa, attrs;
} Motif;

/* --- One operation of it -------------------------------------------------- */

static Op *add(Motif *m, OpKind kind)
{
    Op *op = &m->op[m->n++];

    *op = (Op) { .kind = kind };
    draw_fields(m->r, m->t, op);
    op->cpu = below(m->r, 8) ? m->cpu : below(m->r, RM_CPUS);
    op->idx = below(m->r, 8) ? m->idx : below(m->r, RM_MMU_IDX);
    op->va = m->va | (op->va & ~RM_PAGE_MASK);
    return op;
}

/* One of some kinds.  What the target has not, motif() leaves out. */
static Op *add_any(Motif *m, const uint8_t *kinds, unsigned n)
{
    return add(m, kinds[below(m->r, n)]);
}

#define ADD_ANY(m, ...) \
    add_any(m, (const uint8_t[]) { __VA_ARGS__ }, \
            sizeof((const uint8_t[]) { __VA_ARGS__ }))

static Op *use(Motif *m)
{
    return ADD_ANY(m, OP_LOAD, OP_LOAD, OP_LOAD, OP_STORE, OP_STORE,
                   OP_STORE, OP_FETCH, OP_FETCH, OP_RMW, OP_CMPXCHG,
                   OP_PROBE, OP_VADDR_TO_HOST);
}

static Op *move(Motif *m)
{
    return ADD_ANY(m, OP_LOAD, OP_LOAD, OP_STORE, OP_STORE, OP_FETCH);
}

/* Where does the page lead?  Pages of the identity set-up to themselves. */
static void follow(Motif *m)
{
    m->pa = (uint64_t)rm_va_page(m->va) * RM_PAGE_SIZE;
    m->attrs = m->t->pt_attrs[m->idx];
    for (unsigned i = 0; i < m->s->n; i++) {
        const Op *op = &m->s->ops[i];

        if (op->kind == OP_PT && op->idx == m->idx &&
            !((op->va ^ m->va) & RM_PAGE_MASK)) {
            m->pa = op->pa;
            m->attrs = op->attrs;
        }
    }
}

/* A page-table entry for it, most often for all types of accesses. */
static Op *map(Motif *m)
{
    Op *op = add(m, OP_PT);

    op->idx = m->idx;
    if (below(m->r, 8)) {
        op->prot = 7;
    }
    op_fixup(&op_table[OP_PT], op);
    m->pa = op->pa;
    m->attrs = op->attrs;
    return op;
}

static bool behind_iommu(const Motif *m)
{
    return m->pa < 2 * RM_IOMMU_PAGES * RM_PAGE_SIZE;
}

/* What the IOMMU says of it. */
static Op *answer(Motif *m)
{
    Op *op = add(m, OP_IOMMU);

    op->mmu = m->pa / (RM_IOMMU_PAGES * RM_PAGE_SIZE);
    op->page = m->pa / RM_PAGE_SIZE % RM_IOMMU_PAGES;
    op->index = m->attrs;
    return op;
}

/* An operation on the RAM that it leads to, or may. */
static Op *of_ram(Motif *m, OpKind kind)
{
    Op *op = add(m, kind);
    uint64_t page = m->pa / RM_PAGE_SIZE % (2 * RM_RAM_PAGES);

    /* so it is in the map, and behind IOMMUs as set up */
    if (below(m->r, 8)) {
        op->region = page / RM_RAM_PAGES;
        op->offset = page % RM_RAM_PAGES * RM_PAGE_SIZE;
    }
    if (below(m->r, 2)) {
        /* from a page before it on, and past it */
        op->offset = 0;
        op->pages = RM_RAM_PAGES - 1;
        op->less = 0;
    }
    return op;
}

/* The mapping of the memory map that it is in. */
static Op *of_map(Motif *m, OpKind kind)
{
    Op *op = add(m, kind);

    for (unsigned i = 0; i < RM_MAPPINGS_VARIABLE; i++) {
        if (m->pa - rm_memory_map[i].base < rm_memory_map[i].size &&
            below(m->r, 8)) {
            op->map = i;
        }
    }
    return op;
}

/* Something that what is cached of the page may depend on. */
static void change(Motif *m)
{
    static const uint8_t flushes[] = {
        OP_FLUSH, OP_FLUSH_PAGE, OP_FLUSH_MMUIDX, OP_FLUSH_PAGE_MMUIDX,
        OP_FLUSH_PAGE_BITS, OP_FLUSH_RANGE,
    };
    static const uint8_t others[] = {
        OP_CROWD, OP_CLOCK, OP_DEVICE, OP_DEVICE_AS, OP_CPU_RESET,
    };
    static const uint8_t maps[] = {
        OP_MAP, OP_MAP_MOVE, OP_MAP_OFFSET, OP_MAP_READONLY, OP_ROMD,
    };

    switch (below(m->r, 8)) {
    case 0:
        map(m);
        /* fall through */
    case 1:
        add_any(m, flushes, sizeof(flushes));
        return;
    case 2:
    case 3:
        if (target_has(m->t, OP_IOMMU)) {
            answer(m);
        } else {
            draw_op(m->r, m->s, &m->op[m->n++]);
        }
        return;
    case 4:
        of_ram(m, below(m->r, 3) ? OP_CLEAR_DIRTY : OP_DIRTY_SNAPSHOT);
        return;
    case 5:
        ADD_ANY(m, OP_WATCH, OP_WATCH, OP_UNWATCH);
        return;
    case 6:
        of_ram(m, OP_PROTECT);
        return;
    default:
        if (!below(m->r, draw_about_topology(m->s) ? 2 : 32)) {
            of_map(m, maps[below(m->r, sizeof(maps))]);
        } else if (below(m->r, 4)) {
            draw_op(m->r, m->s, &m->op[m->n++]);
        } else {
            add_any(m, others, sizeof(others));
        }
    }
}

/* --- The motifs ----------------------------------------------------------- */

/* Fill, change, use. */
static void fill_change_use(Motif *m)
{
    use(m);
    change(m);
    use(m);
}

/*
 * Fill, evict, use: pages of other banks have the same slot.  What happens to
 * an entry that is a victim?
 */
static void fill_evict_use(Motif *m)
{
    uint64_t va = m->va, bank = va >> RM_BANK_BITS;
    unsigned n = 1 + below(m->r, 3);

    if (below(m->r, 2)) {
        use(m);
    }
    use(m);
    for (unsigned i = 1; i <= n; i++) {
        m->va = (va & ((1u << RM_BANK_BITS) - 1)) |
                (bank + i) % RM_VA_BANKS << RM_BANK_BITS;
        if (below(m->r, 2)) {
            map(m);
        }
        use(m);
    }
    m->va = va;
    follow(m);
    if (below(m->r, 2)) {
        change(m);
    }
    use(m);
}

/* Translate one way, use the other: each direction leads elsewhere. */
static void both_ways(Motif *m)
{
    Op *pt = map(m);

    pt->pa = m->pa = below(m->r, 2 * RM_IOMMU_PAGES) * RM_PAGE_SIZE;
    if (target_has(m->t, OP_IOMMU)) {
        for (unsigned dir = 0; dir < 2; dir++) {
            Op *op = answer(m);

            op->dir = dir;
            op->perm = dir ? RM_W : RM_R;
            if (!below(m->r, 4)) {
                op->perm = rnd(m->r);
            }
        }
    }
    move(m);
    if (!below(m->r, 4)) {
        change(m);
    }
    move(m);
    use(m);
}

/* A mapping of its own, with what is said of such pages, and its use. */
static void fresh_page(Motif *m)
{
    map(m);
    if (behind_iommu(m) && target_has(m->t, OP_IOMMU) && below(m->r, 2)) {
        answer(m);
    }
    use(m);
    if (below(m->r, 2)) {
        change(m);
    }
    use(m);
}

/* An access to two pages, each with a mapping of its own. */
static void crossing(Motif *m)
{
    uint64_t va = m->va;
    unsigned n = 1 + below(m->r, 2);

    for (unsigned i = 0; i < 2; i++) {
        m->va = va + i * RM_PAGE_SIZE;
        if (below(m->r, 2)) {
            map(m);
        }
    }
    m->va = va;
    for (unsigned i = 0; i < n; i++) {
        Op *op = move(m);

        op->lg_size = 1 + below(m->r, 4);
        op->va = va + RM_PAGE_SIZE - 1 - below(m->r, (1u << op->lg_size) - 1);
    }
}

/* Code at one address of the page is run. */
static void run(Motif *m, uint64_t at)
{
    Op *op = add(m, OP_BLOCK);

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

/* Code that is run, and once more after something has changed. */
static void code_again(Motif *m)
{
    uint64_t at = draw_code(m);

    if (below(m->r, 2)) {
        map(m);
    }
    run(m, at);
    if (below(m->r, 8)) {
        change(m);
    } else {
        add(m, OP_CODE_FLUSH);
    }
    if (below(m->r, 2)) {
        use(m);
    }
    run(m, at);
}

static uint32_t base_of(RmRegion region)
{
    unsigned i = 0;

    while (rm_memory_map[i].region != region) {
        i++;
    }
    return rm_memory_map[i].base;
}

/*
 * Code in RAM, which stores to a device what is to go over it; and the device
 * does that by DMA, or has all code thrown away.
 */
static void code_device(Motif *m)
{
    const RmRegion to[] = { RM_RAM0 + below(m->r, RM_RAMS), RM_IO };
    uint64_t at = draw_code(m), offset = 0;
    Op *op = map(m);

    op->pa = m->pa = below(m->r, 2 * RM_IOMMU_PAGES) * RM_PAGE_SIZE;
    op->prot = 7;
    for (unsigned dir = 0; dir < 2; dir++) {
        op = answer(m);
        op->dir = dir;
        op->perm = dir ? RM_W : RM_R;
        op->region = to[dir];
        op->mask = 0;
        op_fixup(&op_table[OP_IOMMU], op);
        offset = dir ? offset : op->offset;
    }
    op = add(m, OP_REACT);
    op->dir = DIR_WRITE;
    op->device = 1;     /* io */
    op = ADD_ANY(m, OP_CODE_FLUSH, OP_DMA, OP_DMA);
    op->dir = DIR_WRITE;
    op->pa = base_of(to[0]) + offset + at + below(m->r, 8);
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
    if (below(m->r, 2)) {
        map(m);
    }
    block = add(m, OP_BLOCK);
    if (below(m->r, 2)) {
        change(m);
    }
    store = ADD_ANY(m, OP_STORE, OP_STORE, OP_RMW, OP_CMPXCHG);
    store->va = block->va + below(m->r, 8) - 4;
    store->lg_size = below(m->r, 5);
}

/* What a device does while it is accessed, or whoever is asked. */
static void reaction(Motif *m)
{
    Op *trigger, *op;
    unsigned from, i;

    if (below(m->r, 2)) {
        do {
            i = below(m->r, RM_MAPPINGS);
        } while (!rm_is_device(rm_memory_map[i].region));
        op = map(m);
        op->pa = m->pa = rm_memory_map[i].base & RM_PAGE_MASK;
    }
    if (below(m->r, 2)) {
        use(m);
    }
    trigger = ADD_ANY(m, OP_REACT, OP_REACT, OP_REACT, OP_REACT_FILL,
                      OP_REACT_TRANSLATE);
    trigger->mmu = m->pa / (RM_IOMMU_PAGES * RM_PAGE_SIZE);
    from = m->n;
    do {
        m->n = from;
        change(m);
        op = &m->op[from];
    } while (!op_can_react(op));
    move(m);
}

static void use_or_run(Motif *m, bool runs, uint64_t at)
{
    if (runs) {
        run(m, at);
    } else {
        use(m);
    }
}

/* A large page, its parts, and a flush of some of it. */
static void large_page(Motif *m)
{
    uint64_t va = m->va, at = draw_code(m);
    bool runs = below(m->r, 2);
    Op *op = map(m);

    op->lg = LG_LARGE + below(m->r, LG_LIMIT - LG_LARGE);
    for (unsigned i = 0; i < 2; i++) {
        if (below(m->r, 2)) {
            m->va = va ^ (1 + below(m->r, 3)) * RM_PAGE_SIZE;
            map(m)->lg = op->lg;
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
        add(m, OP_CROWD)->crowd = CROWD_256;
        ADD_ANY(m, OP_FLUSH, OP_FLUSH_MMUIDX);
    }
    m->va ^= (1 + below(m->r, RM_VA_BANKS - 1)) << RM_BANK_BITS;
    if (below(m->r, 2)) {
        map(m);
    }
    use(m);
    change(m);
    use(m);
}

static void (*const motifs[])(Motif *m) = {
    fill_change_use, fill_change_use, fill_evict_use, both_ways, fresh_page,
    fresh_page, crossing, code, reaction, large_page,
};

/* One motif in so many is that: a crowd costs hundreds of fills. */
#define GROW_RARE   32

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
    follow(m);
}

unsigned motif(Random *r, const Scenario *s, Op *out)
{
    Motif m = { .r = r, .s = s, .t = target_of(&s->setup), .op = out };
    unsigned n = 0;

    choose_page(&m);
    if (below(r, GROW_RARE)) {
        motifs[below(r, sizeof(motifs) / sizeof(*motifs))](&m);
    } else {
        grow(&m);
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
