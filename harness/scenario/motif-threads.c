/*
 * Motifs about what threads do at once: something is under way, and in the
 * middle of it another thread does something that it depends on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "motif-threads.h"

/* The threads of a CPU, and of another one or of what is behind them. */
typedef struct Pair {
    unsigned user, other;
} Pair;

static void thread(Motif *m, unsigned n)
{
    motif_add(m, OP_THREAD)->thread = n;
    m->cpu = n % RM_CPUS;
}

static void switch_to(Motif *m, unsigned n)
{
    motif_add(m, OP_SWITCH)->thread = n;
}

/* A page-table entry for it, which mostly leads to RAM. */
static void map_ram(Motif *m)
{
    Op *op = motif_map(m);

    if (below(m->r, 4)) {
        op->pa = m->pa = motif_base_of(RM_RAM0 + below(m->r, RM_RAMS)) +
                         below(m->r, RM_RAM_PAGES) * RM_PAGE_SIZE;
    }
}

/* The page is in a TLB already, or was, and is in the victim TLB now. */
static void warm_up(Motif *m)
{
    uint64_t va = m->va;

    motif_use(m);
    if (below(m->r, 2)) {
        m->va ^= (uint64_t)(1 + below(m->r, RM_VA_BANKS - 1)) << RM_BANK_BITS;
        motif_move(m);
        m->va = va;
    }
}

/* Dirty bits are cleared while a CPU stores, or flushes what notices that. */
static void clear(Motif *m, Pair *p)
{
    if (below(m->r, 2)) {
        warm_up(m);
        if (!below(m->r, 4)) {
            /* what is in the TLB has to go */
            map_ram(m);
        } else if (!below(m->r, 4)) {
            /* or the TLB grows when it is flushed */
            motif_add(m, OP_CROWD)->crowd = below(m->r, CROWDS);
        }
    }
    thread(m, p->user);
    for (unsigned n = 1 + below(m->r, 2); n; n--) {
        if (below(m->r, 3)) {
            motif_add(m, OP_STORE);
        } else {
            motif_flush(m);
        }
    }
    thread(m, p->other);
    motif_of_ram(m, OP_CLEAR_DIRTY);
}

/* An answer changes, or a TLB is flushed, while a CPU uses what it is of. */
static void change(Motif *m, Pair *p)
{
    if (below(m->r, 2)) {
        warm_up(m);
    }
    thread(m, p->user);
    motif_use(m);
    if (below(m->r, 2)) {
        motif_use(m);
    }
    thread(m, p->other);
    if (p->other == RM_CPUS || below(m->r, 2)) {
        motif_answer(m);
    } else if (below(m->r, 2)) {
        motif_flush(m);
    } else {
        motif_use(m);
    }
}

static unsigned other_cpu(unsigned cpu)
{
    return (cpu + 1) % RM_CPUS;
}

/* Two CPUs want the same bytes. */
static void rivals(Motif *m, Pair *p)
{
    Op op = *ADD_ANY(m, OP_STORE, OP_RMW, OP_CMPXCHG);

    m->n--;
    p->other = other_cpu(p->user);
    op_fixup(&op_table[op.kind], &op);
    op.lg_size = below(m->r, 4) ? 3 : op.lg_size;
    op.va &= -(1ull << op.lg_size);
    op.cmp = CMP_LAST;
    if (below(m->r, 2)) {
        /* it has code of its own, which the others share */
        op.rmw = RM_XCHG;
    }
    /* what is compared first, by who has loaded nothing, is 0 */
    m->op[m->n++] = (Op) {
        .kind = OP_STORE, .cpu = p->user, .idx = op.idx, .va = op.va,
        .lg_size = op.lg_size,
    };
    m->op[m->n++] = (Op) {
        .kind = OP_LOAD, .cpu = p->other, .idx = op.idx, .va = op.va,
        .lg_size = op.lg_size,
    };
    thread(m, p->user);
    op.cpu = p->user;
    m->op[m->n++] = op;
    thread(m, p->other);
    op.cpu = p->other;
    op.val = (uint64_t)rnd(m->r) << 32 | rnd(m->r);
    if (!below(m->r, 4)) {
        op.kind = OP_LOAD;
    }
    m->op[m->n++] = op;
}

/* Two CPUs store to two pages, whose dirty bits are in the same word. */
static void neighbours(Motif *m, Pair *p)
{
    uint64_t pa;

    map_ram(m);
    pa = m->pa;
    p->other = other_cpu(p->user);
    motif_add(m, OP_LOAD);
    m->va ^= RM_PAGE_SIZE;
    motif_map(m)->pa = m->pa = pa ^ RM_PAGE_SIZE;
    m->cpu = p->other;
    motif_add(m, OP_LOAD);
    m->va ^= RM_PAGE_SIZE;
    motif_all_of_ram(motif_of_ram(m, OP_CLEAR_DIRTY));
    for (unsigned i = 0; i < 2; i++) {
        thread(m, i ? p->other : p->user);
        motif_add(m, OP_STORE);
        m->va ^= RM_PAGE_SIZE;
    }
}

/*
 * The other one goes on in the middle of what the user does; or it has begun,
 * and the user does.
 */
static void schedule(Motif *m, const Pair *p)
{
    if (below(m->r, 3)) {
        switch_to(m, p->other);
        if (!below(m->r, 4)) {
            switch_to(m, p->user);
        }
    } else {
        *motif_add(m, OP_SWITCH) = (Op) {
            .kind = OP_SWITCH, .thread = p->other,
        };
        switch_to(m, p->user);
    }
}

void motif_at_once(Motif *m)
{
    static void (*const motifs[])(Motif *m, Pair *p) = {
        clear, clear, clear, change, change, rivals, rivals, neighbours,
        neighbours,
    };
    unsigned user = below(m->r, RM_CPUS);
    Pair p = { user, below(m->r, 2) ? RM_CPUS : other_cpu(user) };

    m->cpu = user;
    /* what is under way elsewhere ends before */
    motif_add(m, OP_JOIN);
    if (below(m->r, 2)) {
        map_ram(m);
    }
    motifs[below(m->r, sizeof(motifs) / sizeof(*motifs))](m, &p);
    schedule(m, &p);
    motif_add(m, OP_JOIN);
    m->cpu = user;
    motif_move(m);
}
