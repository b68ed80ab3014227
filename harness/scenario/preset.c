/*
 * The set-ups that a scenario can start from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "preset.h"
#include "target.h"

#define RWX (RM_PROT(RM_LOAD) | RM_PROT(RM_STORE) | RM_PROT(RM_FETCH))

/* Page n of bank b is at physical page 16 b + n. */
static void identity(RmPreset *p, const Target *t)
{
    for (unsigned idx = 0; idx < RM_MMU_IDX; idx++) {
        for (unsigned page = 0; page < RM_VA_PAGES; page++) {
            p->pt[idx][page] = (RmPte) {
                .pa = page * RM_PAGE_SIZE, .prot = RWX,
                .attrs = t->pt_attrs[idx],
            };
        }
    }
}

/* Of an addr_mask below the page. */
#define FINE_BITS 8

unsigned preset_lg_mask(const Op *setup)
{
    return setup->iommu == IOMMU_FINE ? FINE_BITS : RM_PAGE_BITS;
}

/*
 * The answers to a read and to a write for one page.  The lower half of an
 * IOMMU's pages lead to ram0, the upper half to ram1.
 */
static void answer(PresetIommu kind, unsigned iommu, unsigned page,
                   RmAnswer pair[2])
{
    RmAnswer ram = {
        .region = page / RM_RAM_PAGES,
        .offset = page % RM_RAM_PAGES * RM_PAGE_SIZE,
    };

    if (kind == IOMMU_NESTED && iommu == 1) {
        ram.region = RM_IOMMU0;
        ram.offset = page * RM_PAGE_SIZE;
    } else if (kind == IOMMU_FINE) {
        ram.lg_mask = FINE_BITS;
    }
    pair[0] = pair[1] = ram;
    switch (kind) {
    case IOMMU_OPEN:
    case IOMMU_NESTED:
    case IOMMU_FINE:
        pair[0].perm = pair[1].perm = RM_R | RM_W;
        break;
    case IOMMU_SPLIT:
        pair[1].region = RM_BLOCKED;
        /* fall through */
    case IOMMU_TWIN:
        pair[0].perm = RM_R;
        pair[1].perm = RM_W;
        break;
    default:
        break;
    }
}

/* The registers of checkers, as the set-up's rules say. */
static void rules(const Op *setup, RmPreset *p)
{
    const Target *target = target_of(setup);

    p->checker = target->checker;
    p->attrs = target->attrs;
    p->downstream = setup->behind;
    p->variant = setup->variant;
    p->base = target_base(setup);
    for (const Op *op = target->rules ? target->rules[setup->rules] : NULL;
         op && op->kind != OP_LOAD; op++) {
        p->n_writes += target_writes(op, p->base, p->write + p->n_writes);
    }
}

static void make(const Op *setup, RmPreset *p)
{
    rules(setup, p);
    p->clean = setup->dirty == DIRTY_NONE;
    p->fill_align = setup->fill == FILL_ALIGN;
    if (setup->pt == PT_IDENTITY) {
        identity(p, target_of(setup));
    }
    for (unsigned page = 0; page < RM_IOMMU_PAGES; page++) {
        for (unsigned i = 0; i < RM_IOMMUS * RM_INDEXES; i++) {
            answer(setup->iommu, i / RM_INDEXES, page,
                   p->iommu[i / RM_INDEXES][i % RM_INDEXES][page]);
        }
    }
}

const RmPreset *preset_get(const Op *setup)
{
    static RmPreset **all[TARGETS];
    RmPreset **made = all[setup->kind];
    unsigned n = target_preset(setup);

    if (!made) {
        made = all[setup->kind] = calloc(target_presets(target_of(setup)),
                                         sizeof(*made));
    }
    if (!made[n]) {
        made[n] = calloc(1, sizeof(*made[n]));
        make(setup, made[n]);
    }
    return made[n];
}
