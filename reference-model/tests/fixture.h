/*
 * What the tests of the model share: a guest and a board whose every page
 * is known, ways to access them, and what must have come of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_TESTS_FIXTURE_H
#define RM_TESTS_FIXTURE_H

#include <glib.h>

#include "reference-model/model.h"

#define R RM_PROT(RM_LOAD)
#define W RM_PROT(RM_STORE)
#define X RM_PROT(RM_FETCH)

/*
 * The pages of MMU index 0.  Those below 0x8000 lead to iommu0, where index
 * 2 is told what is written here, and every other index "no".
 */
#define SPLIT   0x0000  /* reads: ram0+0x3000; writes: blocked+0 */
#define OPEN    0x1000  /* one answer, rw: ram1+0x1000 */
#define TORN    0x2000  /* reads: ram0+0x5000; writes: ram1+0x5000 */
#define TWIN    0x3000  /* two answers, r and w: ram0+0x4000 */
#define DENY    0x4000  /* nothing */
#define OPEN_RX 0x5000  /* as OPEN, but the page table denies stores */
#define RAM0    0x8000  /* ram0+0 */
#define RAM1    0x9000  /* ram1+0 */
#define IO      0xa000  /* io+0, world 3 */
#define NOWHERE 0xb000  /* unassigned, world 1 */
#define HOLE    0xc000  /* not mapped */
#define ROM_IO  0xd000  /* io+0, but the page table denies stores */
/* The second bank: the rest of the memory map. */
#define ROM     0x100000
#define ROMD    0x101000
#define BIG     0x102000 /* big+0, world 1 */
#define BITS    0x103000 /* the page in pieces, world 1 */
#define ALIAS   0x104000 /* ram0+0x2000 */
#define RODATA  0x105000 /* ram0+0x3000, read-only */
#define NARROW  0x106000 /* narrow+0 */
#define SECURE  0x107000 /* address 0x20000 of the other space: ram1+0 */
#define LAST    0x108000 /* ram1+0x7000 */
#define NEST    0x109000 /* iommu1 page 2, index 2: iommu0 page 1, as OPEN */
#define FREE    0x200000 /* a bank for a test's own pages */
#define FAR     0x7fff0000 /* where nothing can be mapped */

/* The numbers of the mappings in rm_memory_map. */
enum {
    MAP_IOMMU0, MAP_IOMMU1, MAP_RAM0, MAP_RAM1, MAP_IO, MAP_ROMD, MAP_ROM,
    MAP_BIG, MAP_BIT_IO, MAP_BIT_RAM, MAP_BIT_BIG, MAP_ALIAS, MAP_RODATA,
    MAP_NARROW, MAP_OVERLAY, MAP_HOLE
};

typedef struct Fixture {
    RmModel *m;
    RmPreset preset;
    RmResult r;     /* of the last access */
    RmLog log;      /* what an implementation does, for judge() */
    uint64_t value; /* ... and its result */
} Fixture;

typedef void FixtureFunc(Fixture *f, gconstpointer data);

/* add_test: with VGA and migration bits clear; add_dirty_test: with all set */
void add_test(const char *path, FixtureFunc *test);
void add_dirty_test(const char *path, FixtureFunc *test);

/* --- the guest's tables --- */

/* set_pte: in the page tables and out of the TLB, both of MMU index 0 */
void set_pte(Fixture *f, uint32_t va, RmPte pte);
void set_flags(Fixture *f, uint32_t va, uint32_t pa, unsigned flags);
void set_answer(Fixture *f, unsigned index, unsigned page,
                unsigned directions, unsigned perm, unsigned region,
                unsigned offset);

/* --- accesses --- */

/* run: the model alone; the others are short for it */
RmStatus run(Fixture *f, RmAccess a);
void alone(Fixture *f, RmAccessType type, uint32_t va, unsigned size);
uint64_t load(Fixture *f, uint32_t va, unsigned size, bool be);
void store(Fixture *f, uint32_t va, unsigned size, bool be, uint64_t value);

/* An implementation asks the page tables ... */
void fills(Fixture *f, RmAccessType type, uint32_t va, unsigned size);
/* ... and an IOMMU, or iommu0, about @offset. */
void asks_iommu(Fixture *f, unsigned iommu, uint32_t offset, unsigned index,
                unsigned flag);
void translates(Fixture *f, uint32_t offset, unsigned index, unsigned flag);

/*
 * The model is told that the implementation did what is in f->log, during
 * this access, and that @dirty is what it left.  Returns what it broke.
 */
RmClause told_dirty(Fixture *f, RmAccess a, const RmDirty *dirty);
RmClause told(Fixture *f, RmAccess a);
RmClause judge_dirty(Fixture *f, RmAccessType type, uint32_t va,
                     unsigned size, const RmDirty *dirty);
RmClause judge(Fixture *f, RmAccessType type, uint32_t va, unsigned size);

/* --- what must have come of them --- */

#define assert_clause(a, b) \
    g_assert_cmpstr(rm_clause_name(a), ==, rm_clause_name(b))
#define assert_status(f, s)     g_assert_cmpint((f)->r.status, ==, s)
#define assert_n_events(f, k)   g_assert_cmpuint((f)->r.log.n, ==, k)

void assert_event(Fixture *f, unsigned i, RmEvent want);
void assert_fill(Fixture *f, unsigned i, RmAccessType type, uint32_t va,
                 unsigned size);
void assert_page_fault(Fixture *f, unsigned i, RmAccessType type,
                       uint32_t va, unsigned size);
void assert_unaligned(Fixture *f, unsigned i, RmAccessType type, uint32_t va);
void assert_asked(Fixture *f, unsigned i, unsigned iommu, uint32_t offset,
                  unsigned flag);
void assert_translate(Fixture *f, unsigned i, uint32_t offset, unsigned flag);
void assert_read(Fixture *f, unsigned i, unsigned region, uint32_t offset,
                 unsigned size, unsigned attrs, uint64_t value);
void assert_write(Fixture *f, unsigned i, unsigned region, uint32_t offset,
                  unsigned size, unsigned attrs, uint64_t value);
void assert_failed(Fixture *f, unsigned i, RmAccessType type, uint32_t va,
                   uint32_t pa, unsigned size, unsigned attrs,
                   RmResponse response);

/* The bytes at @offset of @region are those of @hex. */
void assert_ram(Fixture *f, RmRegion region, uint32_t offset,
                const char *hex);
/* No byte of host memory was written since the reset. */
void assert_ram_untouched(Fixture *f);
void assert_written(Fixture *f, unsigned i, unsigned region, uint32_t offset,
                    unsigned len);
/* The pages of @ram that are dirty for VGA and for migration; CODE: all. */
void clear_pages(Fixture *f, RmClient client, RmRegion ram, unsigned page,
                 unsigned pages);
void assert_dirty(Fixture *f, RmRegion ram, unsigned pages);
void assert_code_bits(Fixture *f, RmRegion ram, unsigned pages);

RmEntry entry_of(Fixture *f, unsigned cpu, unsigned mmu_idx, uint32_t va);
RmEntry entry(Fixture *f, uint32_t va);
/* An entry that is not there, since using it would break @blame. */
void assert_dropped(Fixture *f, uint32_t va, RmClause blame);

#endif
