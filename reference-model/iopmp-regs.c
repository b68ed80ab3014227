/*
 * The registers of the RISC-V IOPMP (specification 0.9.x), and their locks.
 *
 * Where the specification leaves a choice, or our summary of it does:
 * - MDLCK.md, and f of MDCFGLCK and ENTRYLCK, only ever grow.
 * - CFG [10:5] is 0: no entry suppresses interrupts or errors.
 * - In the rapid-k model all of MDCFG reads as MDCFG0.
 * - Registers that are not there read 0 and ignore writes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "iopmp-regs.h"
#include "iopmp-rules.h"

void iopmp_reset(RmChecker *c, uint32_t size)
{
    Iopmp *p = (Iopmp *)c;

    *p = (Iopmp) {
        .checker = p->checker, .chk_x = p->chk_x, .size = size,
        .prient_prog = true, .prio_entry = RM_IOPMP_PRIO_ENTRY,
    };
    iopmp_settle(p);
}

void iopmp_set_variant(RmChecker *c, unsigned variant)
{
    Iopmp *p = (Iopmp *)c;

    p->model = variant;
    for (unsigned m = 0; m < RM_IOPMP_MDS; m++) {
        p->mdcfg[m] = p->model == RM_IOPMP_RAPID_K ? RM_IOPMP_K : 0;
    }
    iopmp_settle(p);
}

/* Arrays of registers.  Returns the element; @count if it is another one. */
static unsigned element(uint32_t offset, uint32_t base, unsigned stride,
                        unsigned count)
{
    uint32_t i = (offset - base) / stride;

    return offset >= base && i < count ? i : count;
}

/* The halves of 64 bits. */
static uint32_t get_half(uint64_t value, bool high)
{
    return value >> (high ? 32 : 0);
}

static void set_half(uint64_t *value, bool high, uint32_t half)
{
    *value = high ? (uint64_t)half << 32 | (uint32_t)*value
                  : (*value & ~0xffffffffull) | half;
}

static uint32_t hwcfg0(const Iopmp *p)
{
    return p->model | HWCFG0_TOR_EN |
           (p->prient_prog ? HWCFG0_PRIENT_PROG : 0) |
           (p->chk_x ? HWCFG0_CHK_X : 0) | RM_IOPMP_MDS << 24 |
           (p->enable ? HWCFG0_ENABLE : 0);
}

static uint32_t array_read(const Iopmp *p, uint32_t offset)
{
    unsigned i;

    if ((i = element(offset, 0x800, 4, RM_IOPMP_MDS)) < RM_IOPMP_MDS) {
        return p->mdcfg[i];
    }
    if ((i = element(offset, 0x1000, 32, RM_IOPMP_RRIDS)) < RM_IOPMP_RRIDS) {
        /* SRCMD_ENH: there are no such domains */
        return offset % 32 == 0 ? p->srcmd_en[i] : 0;
    }
    if ((i = element(offset, RM_IOPMP_ENTRYOFFSET, 16, RM_IOPMP_ENTRIES)) <
        RM_IOPMP_ENTRIES) {
        switch (offset % 16) {
        case 0:
        case 4:
            return get_half(p->entry[i].addr, offset % 16 == 4);
        case 8:
            return p->entry[i].cfg;
        }
    }
    return 0;
}

static uint32_t reg_read(const Iopmp *p, uint32_t offset)
{
    switch (offset) {
    case 0x00:  /* VERSION */
        return RM_IOPMP_VERSION;
    case 0x04:  /* IMP */
        return RM_IOPMP_IMP;
    case 0x08:  /* HWCFG0 */
        return hwcfg0(p);
    case 0x0c:  /* HWCFG1 */
        return RM_IOPMP_RRIDS | RM_IOPMP_ENTRIES << 16;
    case 0x10:  /* HWCFG2 */
        return p->prio_entry;
    case 0x14:  /* ENTRYOFFSET */
        return RM_IOPMP_ENTRYOFFSET;
    case 0x40:  /* MDLCK */
        return p->mdlck;
    case 0x48:  /* MDCFGLCK */
        return p->mdcfglck;
    case 0x4c:  /* ENTRYLCK */
        return p->entrylck;
    case 0x60:  /* ERR_CFG */
        return p->err_cfg;
    case 0x64:  /* ERR_REQINFO */
        return p->err_reqinfo;
    case 0x68:  /* ERR_REQADDR */
    case 0x6c:  /* ERR_REQADDRH */
        return get_half(p->err_reqaddr, offset == 0x6c);
    case 0x70:  /* ERR_REQID */
        return p->err_reqid;
    default:
        return array_read(p, offset);
    }
}

/* MDCFGLCK and ENTRYLCK: what is below f is locked, and f never falls. */
static void lock_write(uint32_t *lock, unsigned f_bits, uint32_t value)
{
    uint32_t f_mask = ((1u << f_bits) - 1) << 1;
    uint32_t f = value & f_mask;

    if (*lock & L) {
        return;
    }
    if (f < (*lock & f_mask)) {
        f = *lock & f_mask;
    }
    *lock = f | (value & L);
}

static unsigned locked_below(uint32_t lock)
{
    return lock >> 1;
}

static void srcmd_write(Iopmp *p, unsigned rrid, uint32_t value)
{
    uint32_t locked = p->mdlck & MDS_MASK;
    uint32_t *en = &p->srcmd_en[rrid];

    if (!(*en & L)) {
        *en = (*en & locked) | (value & MDS_MASK & ~locked) | (value & L);
    }
}

static void entry_write(IopmpEntry *e, unsigned reg, uint32_t value)
{
    switch (reg) {
    case 0:     /* ADDR */
    case 4:     /* ADDRH */
        set_half(&e->addr, reg == 4, value);
        break;
    case 8:     /* CFG */
        e->cfg = value & CFG_MASK;
        break;
    }
}

static void array_write(Iopmp *p, uint32_t offset, uint32_t value)
{
    unsigned i;

    if ((i = element(offset, 0x800, 4, RM_IOPMP_MDS)) < RM_IOPMP_MDS) {
        if (p->model == RM_IOPMP_FULL && i >= locked_below(p->mdcfglck)) {
            p->mdcfg[i] = value;
        }
    }
    if ((i = element(offset, 0x1000, 32, RM_IOPMP_RRIDS)) < RM_IOPMP_RRIDS &&
        offset % 32 == 0) {
        srcmd_write(p, i, value);
    }
    if ((i = element(offset, RM_IOPMP_ENTRYOFFSET, 16, RM_IOPMP_ENTRIES)) <
        RM_IOPMP_ENTRIES && i >= locked_below(p->entrylck)) {
        entry_write(&p->entry[i], offset % 16, value);
    }
}

static void reg_write(Iopmp *p, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case 0x08:  /* HWCFG0 */
        p->enable |= !!(value & HWCFG0_ENABLE);
        p->prient_prog &= !(value & HWCFG0_PRIENT_PROG);
        break;
    case 0x10:  /* HWCFG2 */
        if (p->prient_prog) {
            p->prio_entry = value;
        }
        break;
    case 0x40:  /* MDLCK */
        if (!(p->mdlck & L)) {
            p->mdlck |= value & (MDS_MASK | L);
        }
        break;
    case 0x48:  /* MDCFGLCK */
        lock_write(&p->mdcfglck, 7, value);
        break;
    case 0x4c:  /* ENTRYLCK */
        lock_write(&p->entrylck, 16, value);
        break;
    case 0x60:  /* ERR_CFG */
        if (!(p->err_cfg & L)) {
            p->err_cfg = value & 0xff;
        }
        break;
    case 0x64:  /* ERR_REQINFO */
        if (value & REQINFO_V) {
            p->err_reqinfo &= ~REQINFO_V;
            p->irq = false;
        }
        break;
    default:
        array_write(p, offset, value);
        break;
    }
}

RmResponse iopmp_access(RmChecker *c, uint32_t offset, unsigned size,
                        unsigned attrs, bool is_write, uint64_t *value)
{
    Iopmp *p = (Iopmp *)c;

    if (is_write) {
        reg_write(p, offset, *value);
        iopmp_settle(p);
    } else {
        *value = reg_read(p, offset);
    }
    return RM_TX_OK;
}
