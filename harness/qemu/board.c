/*
 * The board's memory: what RAM and ROM hold, their dirty bits, and which
 * region is where.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"

#include "board.h"
#include "checker-direct.h"
#include "side.h"

QEMU_BUILD_BUG_ON(DIRTY_MEMORY_VGA != RM_VGA ||
                  DIRTY_MEMORY_CODE != RM_CODE ||
                  DIRTY_MEMORY_MIGRATION != RM_MIGRATION);

void __real_address_space_init(AddressSpace *as, MemoryRegion *root,
                               const char *name);
void __wrap_address_space_init(AddressSpace *as, MemoryRegion *root,
                               const char *name);
void __wrap_address_space_init(AddressSpace *as, MemoryRegion *root,
                               const char *name)
{
    g_assert(qemu_side.n_spaces < ARRAY_SIZE(qemu_side.spaces));
    qemu_side.spaces[qemu_side.n_spaces++] = as;
    __real_address_space_init(as, root, name);
}

/* The head of QEMU's list, which has no other name: its first is always this. */
typedef QTAILQ_HEAD(, AddressSpace) AddressSpaceList;

static AddressSpaceList *all_spaces(void)
{
    AddressSpaceList *list =
        (void *)address_space_memory.address_spaces_link.tqe_circ.tql_prev;

    g_assert(list->tqh_first == &address_space_memory);
    return list;
}

void board_replace_space(const AddressSpace *old, AddressSpace *new)
{
    QemuSide *s = &qemu_side;
    unsigned to = 0;

    while (s->spaces[to] != old) {
        g_assert(++to < s->n_spaces);
    }
    s->spaces[to] = new;
    for (unsigned i = s->n_spaces; i-- > 0;) {
        if (s->spaces[i] == new && i != to) {
            s->spaces[i] = s->spaces[--s->n_spaces];
            return;
        }
    }
}

void board_link_spaces(unsigned first, unsigned end, bool on)
{
    for (unsigned i = first; i < end; i++) {
        AddressSpace *as = qemu_side.spaces[i];

        if (on) {
            QTAILQ_INSERT_TAIL(all_spaces(), as, address_spaces_link);
        } else {
            QTAILQ_REMOVE(all_spaces(), as, address_spaces_link);
        }
    }
}

MemoryRegion *board_mr(RmRegion region)
{
    if (rm_is_iommu(region)) {
        /* no cast that checks: it is called for each operation */
        return &qemu_side.iommu[region - RM_IOMMU0]->parent_obj;
    }
    if (rm_is_checker(region)) {
        return checker_mr(region);
    }
    return &qemu_side.region[region];
}

RmRegion board_region(const MemoryRegion *mr)
{
    for (RmRegion r = RM_RAM0; r < RM_REGIONS; r++) {
        if (r != RM_UNASSIGNED && board_mr(r) == mr) {
            return r;
        }
    }
    return checker_region(mr);
}

void board_init(void)
{
    QemuSide *s = &qemu_side;

    memory_region_init_ram(&s->region[RM_RAM0], NULL, "ram0", RM_RAM_SIZE,
                           &error_fatal);
    memory_region_init_ram(&s->region[RM_RAM1], NULL, "ram1", RM_RAM_SIZE,
                           &error_fatal);
    memory_region_init_rom(&s->region[RM_ROM], NULL, "rom", RM_RAM_SIZE,
                           &error_fatal);
}

/*
 * The word of QEMU's bitmap with the bits of @ram: the lowest are its pages.
 * When there is more RAM, QEMU adds to a bitmap, and moves nothing of it.
 */
static unsigned long *find_dirty_word(RmRegion ram, RmClient client)
{
    DirtyMemoryBlocks *blocks = qatomic_rcu_read(
        &ram_list.dirty_memory[client]);
    unsigned long page = board_ram_addr(ram) >> RM_PAGE_BITS;

    return &blocks->blocks[page / DIRTY_MEMORY_BLOCK_SIZE]
                          [page % DIRTY_MEMORY_BLOCK_SIZE / BITS_PER_LONG];
}

/* From ThreadSanitizer; not there in other builds. */
__attribute__((weak)) void
AnnotateBenignRaceSized(const char *file, int line, const volatile void *mem,
                        size_t size, const char *why);

/* What guests do at once to their memory is for their CPUs to order. */
static void let_guests_race(uint8_t *host)
{
    if (AnnotateBenignRaceSized) {
        AnnotateBenignRaceSized(__FILE__, __LINE__, host, RM_RAM_SIZE,
                                "guest memory");
    }
}

void board_fill(void)
{
    QemuSide *s = &qemu_side;

    for (RmRegion r = RM_RAM0; r < RM_HOSTS; r++) {
        s->host[r] = memory_region_get_ram_ptr(&s->region[r]);
        for (unsigned i = 0; i < RM_RAM_SIZE; i++) {
            s->initial[r][i] = rm_initial_byte(r, i);
        }
        memcpy(s->host[r], s->initial[r], RM_RAM_SIZE);
        let_guests_race(s->host[r]);
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            s->dirty_word[r][c] = find_dirty_word(r, c);
        }
    }
}

ram_addr_t board_ram_addr(RmRegion ram)
{
    return memory_region_get_ram_addr(&qemu_side.region[ram]);
}

RmRegion board_find(uintptr_t host, uint32_t *offset)
{
    for (RmRegion r = RM_RAM0; r < RM_HOSTS; r++) {
        uintptr_t at = host - (uintptr_t)qemu_side.host[r];

        if (at < RM_RAM_SIZE) {
            *offset = at;
            return r;
        }
    }
    *offset = 0;
    return RM_REGIONS;
}

/*
 * QEMU looks first where it found something last.  The results are the same,
 * but the code that runs is not, which fuzzers see.
 */
static void forget_lookups(void)
{
    ram_list.mru_block = NULL;
    RCU_READ_LOCK_GUARD();
    for (unsigned i = 0; i < qemu_side.n_spaces; i++) {
        hwaddr offset, len = 1;

        if (!QTAILQ_IN_USE(qemu_side.spaces[i], address_spaces_link)) {
            continue;
        }
        /* where there is nothing */
        address_space_translate(qemu_side.spaces[i], (hwaddr)1 << 60,
                                &offset, &len, false,
                                MEMTXATTRS_UNSPECIFIED);
    }
}

void board_reset(bool clean, const uint8_t *pages)
{
    QemuSide *s = &qemu_side;

    for (RmRegion r = RM_RAM0; r < RM_HOSTS; r++) {
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            /* those of ROM tell QEMU where code may be, and nobody else */
            *s->dirty_word[r][c] = r < RM_RAMS && clean && c != RM_CODE
                                ? 0 : -1ul;
        }
    }
    for (RmRegion r = RM_RAM0; r < RM_RAMS; r++) {
        rm_restore_pages(s->host[r], s->initial[r], pages ? pages[r] : -1);
    }
    /* What is written to the others is a divergence: then there are none. */
    if (!pages) {
        for (RmRegion r = RM_RAMS; r < RM_HOSTS; r++) {
            rm_restore_pages(s->host[r], s->initial[r], -1);
        }
    }
    forget_lookups();
}

void board_dirty(RmDirty *dirty)
{
    for (unsigned r = 0; r < RM_RAMS; r++) {
        for (unsigned c = 0; c < RM_CLIENTS; c++) {
            dirty->bits[r][c] = *qemu_side.dirty_word[r][c];
        }
    }
}

void board_clear_dirty(const Op *op)
{
    compat_clear_dirty(board_ram_addr(op->region) + op->offset, op_range(op),
                       op->client);
}
