/*
 * How the cost of an operation grows: the scenarios that show it.
 *
 * Each consists of operations that bring about the state that is wanted,
 * and of cycles of loads, stores and flushes, the same at every point, which
 * alone are measured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "growth.h"
#include "measure.h"

/*
 * Scenarios in a round: enough for the clock where it is looked at twice in
 * a round; few where it is looked at for each operation, so that most rounds
 * are over before the machine does something else.
 */
#define TIMES_WHOLE   32
#define TIMES_BY_KIND 2

/* What a cycle consists of; nothing else in a scenario is of these kinds. */
#define CYCLE_KINDS (1ull << OP_LOAD | 1ull << OP_STORE | \
                     1ull << OP_FLUSH_PAGE_MMUIDX | 1ull << OP_FLUSH_MMUIDX)

/* The banks of pages that the identity preset leads to ... */
enum { BANK_IOMMU0, BANK_IOMMU1, BANK_RAM };

static uint64_t bank_va(unsigned bank)
{
    return (uint64_t)bank << RM_BANK_BITS;
}

static void add(Scenario *s, Op op)
{
    s->ops[s->n++] = op;
}

/* Eight operations on the first two pages from @va on. */
static void cycle(Scenario *s, unsigned cpu, uint64_t va, bool synced)
{
    uint64_t next = va + RM_PAGE_SIZE;
    const Op ops[] = {
        { .kind = OP_LOAD, .va = va + 0x10 },
        { .kind = OP_STORE, .va = va + 0x20, .val = 0x1122334455667788 },
        { .kind = OP_LOAD, .va = next + 0x30 },
        { .kind = OP_STORE, .va = next + 0x40, .val = 0x99 },
        { .kind = OP_FLUSH_PAGE_MMUIDX, .va = va, .idxmap = 1,
          .synced = synced },
        { .kind = OP_LOAD, .va = va + 0x50 },
        { .kind = OP_STORE, .va = va + 0x60, .val = 0xaabb },
        { .kind = OP_LOAD, .va = next + 0x70 },
    };

    for (unsigned i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
        add(s, ops[i]);
        s->ops[s->n - 1].cpu = cpu;
        if (op_is_access(&ops[i])) {
            s->ops[s->n - 1].lg_size = 3;
        }
    }
}

static void cycles(Scenario *s, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        cycle(s, 0, bank_va(BANK_IOMMU0), false);
    }
}

/* A fetch across two pages fills an entry for each; a TLB takes 16. */
static void make_live(Scenario *s, unsigned mappings)
{
    for (unsigned i = 0; i < mappings; i += 2) {
        unsigned table = i / RM_BANK_PAGES;

        add(s, (Op) {
            .kind = OP_FETCH, .cpu = table % RM_CPUS, .idx = table / RM_CPUS,
            .va = bank_va(BANK_IOMMU0) +
                  (i % RM_BANK_PAGES + 1) * RM_PAGE_SIZE - 4,
            .lg_size = 3,
        });
    }
    cycles(s, 3);
}

static void crowd(Scenario *s, unsigned table, OpCrowd crowd)
{
    add(s, (Op) { .kind = OP_CROWD, .cpu = table % RM_CPUS,
                  .idx = table / RM_CPUS, .crowd = crowd });
}

/*
 * A flush makes a TLB twice as large if more than 70 % of it are in use.  It
 * starts with 64 entries.
 */
static void grow(Scenario *s, unsigned table, unsigned entries)
{
    for (unsigned size = 64; size < entries; size *= 2) {
        crowd(s, table, size == 64 ? CROWD_64 : size <= 256 ? CROWD_256 :
                        CROWD_1024);
        add(s, (Op) { .kind = OP_FLUSH, .cpu = table % RM_CPUS });
    }
}

static void make_crowd(Scenario *s, unsigned mappings)
{
    for (unsigned table = 0; table < 4; table++) {
        grow(s, table, 256);
    }
    if (mappings == 16 || mappings == 64) {
        crowd(s, 0, mappings == 16 ? CROWD_16 : CROWD_64);
    }
    for (unsigned table = 0; table < mappings / 256; table++) {
        crowd(s, table, CROWD_256);
    }
    cycles(s, 3);
}

static void make_tlb(Scenario *s, unsigned entries)
{
    grow(s, 0, entries);
    for (unsigned i = 0; i < 3; i++) {
        cycles(s, 1);
        add(s, (Op) { .kind = OP_FLUSH_MMUIDX, .idxmap = 1 });
    }
}

static void make_length(Scenario *s, unsigned n)
{
    cycles(s, (n + 7) / 8);
    s->n = n;
}

static void make_levels(Scenario *s, unsigned levels)
{
    static const uint8_t banks[] = { BANK_RAM, BANK_IOMMU0, BANK_IOMMU1 };

    s->setup.iommu = IOMMU_NESTED;
    for (unsigned i = 0; i < 7; i++) {
        cycle(s, 0, bank_va(banks[levels]), false);
    }
}

static void make_cpus(Scenario *s, unsigned cpus)
{
    for (unsigned i = 0; i < 8; i++) {
        cycle(s, i % cpus, bank_va(BANK_IOMMU0), true);
    }
}

static const struct {
    Growth is;
    void (*make)(Scenario *s, unsigned x);
    bool whole;         /* all of a scenario is measured, its reset too */
} table[GROWTHS] = {
    [GROWTH_LIVE] = {
        { "live mappings", "Entries in the TLBs of two MMU indexes and two "
          "CPUs, for pages behind an IOMMU.", 6, { 2, 4, 8, 16, 32, 64 } },
        make_live
    },
    [GROWTH_CROWD] = {
        { "live mappings that nobody uses", "Entries besides those of the "
          "two pages in use, in up to four TLBs with room for 256 each.", 6,
          { 0, 16, 64, 256, 512, 1024 } }, make_crowd
    },
    [GROWTH_TLB] = {
        { "TLB size", "Entries that there is room for. The ninth operation "
          "of a cycle empties the TLB.", 6,
          { 64, 128, 256, 512, 1024, 2048 } }, make_tlb
    },
    [GROWTH_LENGTH] = {
        { "scenario length", "Operations of a scenario, each of which bears "
          "its part of the reset.", 7, { 1, 2, 4, 8, 16, 32, 64 } },
        make_length, true
    },
    [GROWTH_LEVELS] = {
        { "IOMMU levels", "RAM at once, by way of an IOMMU, or of two, one "
          "behind the other.", 3, { 0, 1, 2 } }, make_levels
    },
    [GROWTH_CPUS] = {
        { "CPUs", "They take turns after each cycle; a flush is for both.",
          2, { 1, 2 } }, make_cpus
    },
};

const Growth *growth_get(GrowthKind kind)
{
    return &table[kind].is;
}

void growth_scenario(GrowthKind kind, unsigned i, Scenario *s)
{
    *s = (Scenario) {
        .setup = { .pt = PT_IDENTITY, .iommu = IOMMU_OPEN },
    };
    table[kind].make(s, table[kind].is.x[i]);
}

/* An operation of the cycles, on average. */
static double of_cycles(const Measured *m, RunDepth depth)
{
    double ns = 0;
    uint64_t n = 0;

    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        if (CYCLE_KINDS >> kind & 1) {
            ns += m->kind[kind][depth] * m->kinds[kind];
            n += m->kinds[kind];
        }
    }
    return ns / n;
}

static bool measure_point(Run *run, double seconds, GrowthKind kind,
                          unsigned i, double ns[RUN_DEPTHS],
                          Scenario *s, Divergence *d)
{
    bool whole = table[kind].whole;
    const Workload w = {
        .s = s, .n = 1, .times = whole ? TIMES_WHOLE : TIMES_BY_KIND,
        .by_kind = !whole,
    };
    unsigned failed;
    Measured m;

    growth_scenario(kind, i, s);
    if (!measure(run, &w, seconds, &m, &failed, d)) {
        return false;
    }
    for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
        ns[depth] = whole ? m.round[depth] / m.operations :
                            of_cycles(&m, depth);
    }
    return true;
}

bool growth_measure(Run *run, double seconds, Growth growths[GROWTHS],
                    Scenario *failed, Divergence *d)
{
    unsigned points = 0;

    for (unsigned i = 0; i < GROWTHS; i++) {
        growths[i] = *growth_get(i);
        points += growths[i].n;
    }
    for (unsigned i = 0; i < GROWTHS; i++) {
        for (unsigned j = 0; j < growths[i].n; j++) {
            if (!measure_point(run, seconds / points, i, j, growths[i].ns[j],
                               failed, d)) {
                return false;
            }
        }
    }
    return true;
}
