/*
 * Motifs about the registers of a checker: rules that are set and used, what
 * locks them, and the record of what is denied.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "motif-checker.h"

#include <string.h>

#include "reference-model/board.h"
#include "reference-model/iopmp.h"

/* SRCMD_EN has these domains, SRCMD_ENH those from there on. */
#define LOW_DOMAINS 31

/* Op.span of all pages that are guarded; that before it is of half of them. */
#define SPAN_ALL 6

/* In 0.7, and in 0.8.2 */
#define HWCFG0_ENABLE (1u << 31 | 1u)

/* Bits of registers: of ENTRY_CFG, from here on; of ERR_CFG and ERR_INFO */
enum {
    CFG_MODE = 3,
    ERR_CFG_IE = 1 << 1, ERR_CFG_MSI = 1 << 3,
    ERR_INFO_V = 1 << 0,
};

/* --- One register --------------------------------------------------------- */

static unsigned rows(const Motif *m, const RegisterInfo *info)
{
    return target_rows(&m->s->setup, info);
}

/* The one that a name stands for. */
static const RegisterInfo *named(const Motif *m, const char *name)
{
    const RegisterInfo *info = m->t->registers;

    while (strcmp(info->name, name)) {
        info++;
    }
    return info;
}

static bool any(const RegisterInfo *info)
{
    return true;
}

static bool single(const RegisterInfo *info)
{
    return info->count == 1;
}

static bool lockable(const RegisterInfo *info)
{
    return info->locked_by;
}

static bool of_record(const RegisterInfo *info)
{
    return info->record;
}

/* One of those that the instance has; NULL if there is none like that. */
static const RegisterInfo *draw_register(Motif *m,
                                         bool (*like)(const RegisterInfo *))
{
    unsigned n = 0, first;

    while (m->t->registers[n].name) {
        n++;
    }
    first = below(m->r, n);
    for (unsigned i = 0; i < n; i++) {
        const RegisterInfo *info = &m->t->registers[(first + i) % n];

        if (like(info) && rows(m, info)) {
            return info;
        }
    }
    return NULL;
}

/* Often one of the first, or the last one. */
static unsigned draw_row(Motif *m, const RegisterInfo *info)
{
    unsigned n = rows(m, info);

    switch (below(m->r, 4)) {
    case 0:
        return n - 1;
    case 1:
        return below(m->r, n);
    default:
        return below(m->r, n < 4 ? n : 4);
    }
}

/* Nothing, all, or a bit, perhaps beside what locks it; or anything. */
static uint64_t draw_value(Motif *m, const RegisterInfo *info)
{
    uint64_t bit = 1ull << below(m->r, 8 * info->size);

    switch (below(m->r, 8)) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
    case 3:
        return bit;
    case 4:
        return bit | m->t->locks;
    case 5:
        return below(m->r, 64);
    default:
        return (uint64_t)rnd(m->r) << 32 | rnd(m->r);
    }
}

/* The checker that the page is behind, as far as it is behind any. */
static unsigned number(const Motif *m)
{
    return m->pa / (RM_IOMMU_PAGES * RM_PAGE_SIZE) % RM_IOMMUS;
}

static void write_value(Motif *m, const RegisterInfo *info, unsigned row,
                        uint64_t value)
{
    Op *op = motif_add(m, OP_REG_WRITE);

    *op = (Op) {
        .kind = OP_REG_WRITE,
        .checker = number(m),
        .reg = info->offset + row * info->stride,
        .lg_size = __builtin_ctz(info->size),
        .val = value, .attrs = m->t->attrs,
    };
}

static void write(Motif *m, const RegisterInfo *info, unsigned row)
{
    write_value(m, info, row, draw_value(m, info));
}

static void write_one(Motif *m, bool (*like)(const RegisterInfo *))
{
    const RegisterInfo *info = draw_register(m, like);

    if (info) {
        write(m, info, draw_row(m, info));
    }
}

/* --- Of any checker ------------------------------------------------------- */

/* A register is written, locked perhaps, and written: or one next to it. */
static void lock(Motif *m)
{
    const RegisterInfo *info =
        draw_register(m, below(m->r, 4) ? lockable : any);
    unsigned row = draw_row(m, info);

    if (below(m->r, 2)) {
        write(m, info, row);
    }
    if (info->locked_by && below(m->r, 4)) {
        /* one for all, or each row has its own */
        const RegisterInfo *lock = named(m, info->locked_by);

        if (rows(m, lock)) {
            write(m, lock, lock->count > 1 ? row : 0);
        }
    }
    switch (below(m->r, 4)) {
    case 0:
        write(m, info, draw_row(m, info));
        break;
    case 1:
        if (info[1].name && row < rows(m, &info[1])) {
            write(m, &info[1], row);
        }
        break;
    default:
        write(m, info, row);
    }
    if (below(m->r, 2)) {
        motif_use(m);
    }
}

/* What is to come of a denied access is set; and there is one, or two. */
static void record(Motif *m)
{
    unsigned n = 1 + below(m->r, 2);

    for (unsigned i = 0; i < n; i++) {
        write_one(m, single);
    }
    motif_use(m);
    if (below(m->r, 2)) {
        write_one(m, of_record);
        motif_use(m);
    }
}

/* --- Of an IOPMP ---------------------------------------------------------- */

/* About the page, or a few pages with it; or otherwise. */
static void entry(Motif *m, unsigned i)
{
    Op *op = motif_add(m, OP_ENTRY);

    op->checker = number(m);
    op->entry = i;
    if (below(m->r, 4)) {
        op->addr = m->pa % (RM_IOMMU_PAGES * RM_PAGE_SIZE);
        op->mode = SLOT_NAPOT;
        op->span = SPAN_ALL - below(m->r, 5);
    }
}

/* The requester is in that domain; or, by domain, may do something there. */
static void join(Motif *m, unsigned md)
{
    bool by_md = rm_iopmp_configs[m->s->setup.variant].srcmd_fmt == 2;
    const RegisterInfo *srcmd = named(m, !by_md && md >= LOW_DOMAINS ?
                                         "srcmd_enh" : "srcmd_en");
    unsigned row = by_md ? md : m->attrs;
    unsigned bit = by_md ? 2 * m->attrs + below(m->r, 2) : md + 1;

    if (row < rows(m, srcmd)) {
        write_value(m, srcmd, row, 1u << bit % 32);
    }
}

/* It is in a domain, often one of the last, which has entries of its own. */
static void domain(Motif *m)
{
    const RmIopmpConfig *config = &rm_iopmp_configs[m->s->setup.variant];
    const RegisterInfo *mdcfg = named(m, "mdcfg");
    unsigned md = below(m->r, config->md_num), first = below(m->r, 8);

    if (below(m->r, 2)) {
        md = config->md_num - 1 - below(m->r, config->md_num > 1 ? 2 : 1);
    }
    if (config->mdcfg_fmt) {
        first = md * (config->md_entry_num + 1);
    } else {
        if (md) {
            write_value(m, mdcfg, md - 1, first);
        }
        write_value(m, mdcfg, md, first + 1 + below(m->r, 3));
    }
    if (below(m->r, 2)) {
        write_value(m, named(m, "hwcfg0"), 0, HWCFG0_ENABLE);
    }
    entry(m, first + below(m->r, 2));
    join(m, md);
    motif_use(m);
}

/* Two entries about the page, side by side, and more of one of them. */
static void entries(Motif *m)
{
    static const char *const parts[] = { "entry addr", "entry addrh" };
    unsigned first = below(m->r, 8), n = 1 + below(m->r, 2);

    for (unsigned i = 0; i < 2; i++) {
        if (below(m->r, 4)) {
            entry(m, first + i);
        }
    }
    for (unsigned i = 0; i < n; i++) {
        bool cfg = below(m->r, 2);
        const RegisterInfo *info = named(m, cfg ? "entry cfg" :
                                            parts[below(m->r, 2)]);
        unsigned row = first + below(m->r, 2);

        if (row >= rows(m, info)) {
            continue;
        }
        if (cfg) {
            /* it still covers the page, but is silent perhaps */
            write_value(m, info, row, rnd(m->r) | SLOT_NAPOT << CFG_MODE);
        } else {
            write(m, info, row);
        }
    }
    motif_use(m);
}

/* Where messages go: within their window, or just behind it. */
static void address(Motif *m)
{
    const RegisterInfo *info = named(m, "err_msiaddr");

    if (rows(m, info)) {
        write_value(m, info, 0, below(m->r, 2 * RM_MSI_SIZE));
    }
}

/* Denied accesses are told by a message, or by a line; one is forgotten. */
static void message(Motif *m)
{
    if (below(m->r, 4)) {
        address(m);
    }
    write_value(m, named(m, "err_cfg"), 0,
                (rnd(m->r) & ~m->t->locks) |
                (below(m->r, 2) ? ERR_CFG_IE | ERR_CFG_MSI : 0));
    motif_use(m);
    if (below(m->r, 2)) {
        address(m);
    }
    if (rows(m, named(m, "err_info"))) {
        write_value(m, named(m, "err_info"), 0,
                    ERR_INFO_V | (below(m->r, 4) ? 0 : rnd(m->r)));
    }
    motif_use(m);
}

void motif_program(Motif *m)
{
    static void (*const motifs[])(Motif *m) = {
        lock, lock, record, domain, entries, message,
    };
    bool iopmp = m->t->checker == RM_IOPMP;

    /* few instances send messages */
    if (iopmp && rows(m, named(m, "err_msiaddr")) && below(m->r, 2)) {
        message(m);
        return;
    }
    motifs[below(m->r, iopmp ? 6 : 3)](m);
}
