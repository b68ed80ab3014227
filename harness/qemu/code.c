/*
 * Translated code: blocks of one instruction.  What is seen of them is that stores
 * invalidate them, and which one a CPU runs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/tb-flush.h"
#include "exec/translation-block.h"
#include "hw/core/cpu.h"
#include "accel/tcg/cpu-ops.h"
#include "accel/tcg/internal-common.h"
#include "accel/tcg/tb-context.h"
#include "accel/tcg/tb-internal.h"

#include "board.h"
#include "code.h"
#include "compat.h"
#include "generated.h"
#include "host.h"
#include "probe.h"
#include "side.h"

/*
 * QEMU describes the pages that hold code, a group at a time, when it first
 * translates one of them.  A store to a page without a description takes
 * another path: give each page its own before the first scenario.
 */
void code_init(void)
{
    for (RmRegion r = RM_RAM0; r < RM_HOSTS; r++) {
        for (unsigned i = 0; i < RM_RAM_PAGES; i++) {
            tb_page_addr_t page = board_ram_addr(r) + i * RM_PAGE_SIZE;

            tb_lock_page0(page);
            tb_unlock_page1(~page, page);
        }
    }
}

/*
 * Where nothing is found, the host address is NULL, and not what was there
 * before: the translator takes that for where the code is.
 */
void code_page(CPUState *cpu, const Op *op)
{
    static char before;
    void *host = &before;

    if (get_page_addr_code_hostp(cpu_env(cpu), op->va, &host) == -1) {
        side_value(rm_found(host ? RM_FOUND_LEFT : 0, 0, 0), 0);
    } else {
        side_value(probe_found(0, host), 0);
    }
}

static TranslationBlock *translate(CPUState *cpu, vaddr pc)
{
    TranslationBlock *tb;

    mmap_lock();
    tb = compat_gen_code(cpu, pc, curr_cflags(cpu));
    mmap_unlock();
    return tb;
}

/* QEMU gives back a block that it still has. */
static bool is_known(const TranslationBlock *tb)
{
    for (unsigned i = 0; i < qemu_side.n_blocks; i++) {
        if (qemu_side.block[i].tb == tb) {
            return true;
        }
    }
    return false;
}

static RmRegion region_of(tb_page_addr_t addr, uint32_t *offset)
{
    RmRegion r = RM_RAM0;

    while (addr - board_ram_addr(r) >= RM_RAM_SIZE) {
        r++;
        g_assert(r < RM_HOSTS);
    }
    *offset = addr - board_ram_addr(r);
    return r;
}

static void note_block(TranslationBlock *tb)
{
    QemuSide *s = &qemu_side;

    if (!is_known(tb)) {
        SideBlock *b = &s->block[s->n_blocks++];

        *b = (SideBlock) { .tb = tb, .mmu_idx = generated_index(tb) };
        b->region = region_of(tb_page_addr0(tb), &b->offset);
        b->second = generated_next_page(tb);
    }
}

void code_block(CPUState *cpu, const Op *op)
{
    QemuSide *s = &qemu_side;
    TranslationBlock *tb;
    void *host;

    /* what an operation before it, or a part of this one, has thrown away */
    code_log();
    if (op->runs && s->n_blocks < RM_BLOCKS) {
        tb = generated_guest(cpu, op);
        if (tb) {
            note_block(tb);
        }
        return;
    }
    if (get_page_addr_code_hostp(cpu_env(cpu), op->va, &host) == -1 ||
        s->n_blocks == RM_BLOCKS) {
        return;
    }
    s->generated.guest = op;
    s->generated.guest_pc = op->va;
    s->generated.stores = false;
    tb = translate(cpu, op->va);
    s->generated.guest = NULL;
    note_block(tb);
    side_value(tb->size, 0);
}

/*
 * Has QEMU thrown away all blocks since this was asked last?  Base 10.0 does so
 * when the state of a CPU is loaded.  Then there is none to look at any more.
 */
static bool all_gone(void)
{
    QemuSide *s = &qemu_side;
    unsigned flushes = qatomic_read(&tb_ctx.tb_flush_count);

    if (s->flushes == flushes) {
        return false;
    }
    s->flushes = flushes;
    s->translated = 0;
    generated_forget();
    return true;
}

void code_log(void)
{
    QemuSide *s = &qemu_side;
    bool gone = all_gone();

    for (unsigned i = 0; i < s->n_blocks; i++) {
        SideBlock *b = &s->block[i];

        if (!b->lost && (gone || tb_cflags(b->tb) & CF_INVALID)) {
            RmEvent ev = side_event(RM_EV_CODE);

            ev.mmu_idx = b->mmu_idx;
            ev.region = b->region;
            ev.addr = b->offset;
            ev.value = b->second;
            side_log(&ev);
            b->lost = true;
        }
        if (gone) {
            b->tb = NULL;
        }
    }
}

/* A block takes less than 1 KiB of the 8 MiB that host_start() asks for. */
#define BLOCKS_UNTIL_FLUSH 4096

void code_reset(void)
{
    QemuSide *s = &qemu_side;

    for (unsigned i = 0; i < s->n_blocks; i++) {
        TranslationBlock *tb = s->block[i].tb;

        if (tb && !(tb_cflags(tb) & CF_INVALID)) {
            mmap_lock();
            tb_phys_invalidate(tb, -1);
            mmap_unlock();
        }
    }
    s->n_blocks = 0;
    if (s->translated >= BLOCKS_UNTIL_FLUSH) {
        queue_tb_flush(s->cpu[0]);
    }
    if (host_queued()) {
        host_drain();
    }
    all_gone();     /* by now: no matter of the next scenario */
}
