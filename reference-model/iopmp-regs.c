/*
 * The registers of the RISC-V IOPMP, and their locks.
 *
 * Where the specification leaves a choice, and no register tells:
 * - MDLCK.md, and f of MDCFGLCK and ENTRYLCK, only ever grow.
 * - RRIDSCP tells what was so when it was written; operation 3 does nothing.
 * - ERR_MFR.svi that names no window is 0.
 * - Registers that are not there read 0 and ignore writes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "iopmp-regs.h"

const IopmpPlace iopmp_places[RM_IOPMP_VERSIONS][F_FIELDS] = {
#define DEF(NAME, reg8, shift8, bits8, reg7, shift7, bits7) \
    [RM_IOPMP_0_8_2][F_##NAME] = { reg8, shift8, bits8 }, \
    [RM_IOPMP_0_7][F_##NAME] = { reg7, shift7, bits7 },
#include "iopmp-layout.h"
};

/* --- After reset ---------------------------------------------------------- */

static IopmpLock lock_of(uint32_t reg)
{
    return (IopmpLock) { .below = reg >> 1, .l = reg & L };
}

static void power_on(Iopmp *p)
{
    const RmIopmpConfig *config = config_of(p);
    Iopmp new = {
        .checker = p->checker, .variant = p->variant, .size = p->size,
        .prio_prog = !config->prio_fixed && !config->all_prio,
        .prio_entry = config->prio_entry,
        .transl_prog = config->transl && !config->transl_fixed,
        .md_entry_num = config->md_entry_num,
        .mdlck = config->mdlck >> 1,
        .mdlck_l = config->no_mdlck || config->mdlck & L,
        .mdcfglck = lock_of(config->mdcfglck),
        .entrylck = lock_of(config->entrylck),
        .err_cfg = choices_of(p)->err_cfg_reset,
        .err_msiaddr = choices_of(p)->msiaddr_reset,
        .err_reqid = choices_of(p)->eid_absent ? (uint32_t)NO_EID << 16 : 0,
    };

    memcpy(new.choices, p->choices, sizeof(new.choices));
    *p = new;
    iopmp_settle(p);
}

void iopmp_reset(RmChecker *c, uint32_t size, unsigned variant)
{
    Iopmp *p = (Iopmp *)c;

    p->variant = variant;
    p->size = size;
    power_on(p);
}

/* --- Which there are ------------------------------------------------------ */

/* Arrays of registers.  Returns the element; @count if it is another one. */
static unsigned element(uint32_t offset, uint32_t base, unsigned stride,
                        unsigned count)
{
    uint32_t i = (offset - base) / stride;

    return offset >= base && i < count ? i : count;
}

/* Of the SRCMD table: a row for each requester, or each domain. */
static unsigned srcmd_rows(const RmIopmpConfig *config)
{
    switch (config->srcmd_fmt) {
    case 0:
        return config->rrid_num;
    case 1:
        return 0;
    default:
        return config->md_num;
    }
}

static bool has_srcmd(const RmIopmpConfig *config, RmIopmpVersion version,
                      unsigned column)
{
    unsigned columns = 2;

    if (config->srcmd_fmt == 2) {
        return column == 0 || (column == 1 && config->rrid_num > 16);
    }
    if (config->sps) {
        columns = version == RM_IOPMP_0_7 ? 6 : 8;
    }
    return column < columns && (column % 2 == 0 || config->md_num > 31);
}

static bool has_array(const Iopmp *p, uint32_t offset)
{
    const RmIopmpConfig *config = config_of(p);

    if (element(offset, R_MDCFG, 4, config->md_num) < config->md_num) {
        return config->mdcfg_fmt == 0;
    }
    if (element(offset, R_SRCMD, 32, srcmd_rows(config)) <
        srcmd_rows(config)) {
        return has_srcmd(config, choices_of(p)->version, offset % 32 / 4);
    }
    if (element(offset, R_ENTRY, 16, config->entry_num) < config->entry_num) {
        return offset % 16 == 0 || offset % 16 == 8 ||
               (offset % 16 == 4 && !config->no_addrh);
    }
    return false;
}

bool iopmp_has(const RmChecker *c, uint32_t offset)
{
    const Iopmp *p = (const Iopmp *)c;
    const RmIopmpConfig *config = config_of(p);

    switch (offset) {
    case R_VERSION:
    case R_IMPLEMENTATION:
    case R_HWCFG0:
    case R_HWCFG1:
    case R_HWCFG2:
    case R_HWCFG3:
    case R_ENTRYLCK:
    case R_ERR_CFG:
        return true;
    case R_ENTRYOFFSET:
        return choices_of(p)->version != RM_IOPMP_0_7;
    case R_MDSTALL:
    case R_RRIDSCP:
        return config->stall;
    case R_MDSTALLH:
        return config->stall && config->md_num > 31;
    case R_MDLCK:
        return config->srcmd_fmt != 1;
    case R_MDLCKH:
        return config->srcmd_fmt != 1 && config->md_num > 31;
    case R_MDCFGLCK:
        return config->mdcfg_fmt == 0;
    case R_ERR_INFO:
    case R_ERR_REQADDR:
    case R_ERR_REQID:
        return !config->no_err_rec;
    case R_ERR_REQADDRH:
        return !config->no_err_rec && !config->no_addrh;
    case R_ERR_MFR:
        return config->mfr;
    case R_ERR_MSIADDR:
        return config->msi;
    case R_ERR_MSIADDRH:
        return config->msi && !config->no_addrh;
    default:
        return has_array(p, offset);
    }
}

uint32_t iopmp_cfg_bits(const RmIopmpConfig *config, bool fetches)
{
    unsigned types = fetches ? 7 : 3;

    return types | CFG_A_MASK | (config->peis ? types << 5 : 0) |
           (config->pees ? types << 8 : 0);
}

/* --- Reading -------------------------------------------------------------- */

static uint32_t field_value(const Iopmp *p, IopmpField field)
{
    const RmIopmpConfig *config = config_of(p);

    switch (field) {
    case F_ENABLE:
        return p->enable;
    case F_HWCFG2_EN:
    case F_HWCFG3_EN:
        return 1;
    case F_NO_ERR_REC:
        return config->no_err_rec;
    case F_MD_NUM:
        return config->md_num;
    case F_ADDRH_EN:
        return !config->no_addrh;
    case F_TOR_EN:
        return !config->no_tor;
    case F_RRID_NUM:
        return config->rrid_num;
    case F_ENTRY_NUM:
        return config->entry_num;
    case F_PRIO_ENTRY:
        return p->prio_entry;
    case F_PRIO_ENT_PROG:
        return p->prio_prog;
    case F_NON_PRIO_EN:
        return !config->all_prio;
    case F_MSI_EN:
        return config->msi;
    case F_PEIS:
        return config->peis;
    case F_PEES:
        return config->pees;
    case F_SPS_EN:
        return config->sps;
    case F_STALL_EN:
        return config->stall;
    case F_MFR_EN:
        return config->mfr;
    case F_MDCFG_FMT:
        return config->mdcfg_fmt;
    case F_SRCMD_FMT:
        return config->srcmd_fmt;
    case F_MD_ENTRY_NUM:
        return p->md_entry_num;
    case F_XINR:
        return !config->chk_x;
    case F_CHK_X:
        return config->chk_x;
    case F_NO_X:
        return config->no_x;
    case F_NO_W:
        return config->no_w;
    case F_RRID_TRANSL_EN:
        return config->transl;
    case F_RRID_TRANSL_PROG:
        return p->transl_prog;
    case F_RRID_TRANSL:
        return p->transl;
    case F_ENTRYOFFSET:
        return RM_IOPMP_ENTRYOFFSET;
    case F_FIELDS:
        break;
    }
    return 0;
}

/* Up to ENTRYOFFSET. */
static uint32_t hwcfg_read(const Iopmp *p, uint32_t offset)
{
    uint32_t value = 0;

    for (IopmpField f = 0; f < F_FIELDS; f++) {
        const IopmpPlace *place = &iopmp_places[choices_of(p)->version][f];

        if (place->bits && place->reg == offset) {
            value |= field_value(p, f) << place->shift;
        }
    }
    return value;
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

/* A bit for each domain: the low half has 31, from bit 1. */
static uint32_t get_mds(uint64_t mds, bool high)
{
    return high ? mds >> 31 : mds << 1;
}

static uint64_t mds_of(uint32_t value, bool high)
{
    return high ? (uint64_t)value << 31 : value >> 1;
}

static uint64_t mds_half(bool high)
{
    return mds_of(UINT32_MAX, high);
}

static uint64_t *srcmd_column(IopmpSrcmd *s, unsigned column)
{
    uint64_t *const columns[] = { &s->en, &s->r, &s->w, &s->x };

    return columns[column / 2];
}

static uint32_t srcmd_read(Iopmp *p, unsigned row, unsigned column)
{
    IopmpSrcmd *s = &p->srcmd[row];

    if (config_of(p)->srcmd_fmt == 2) {
        return get_half(p->perm[row], column);
    }
    return get_mds(*srcmd_column(s, column), column % 2) |
           (column == 0 && s->l ? L : 0);
}

static uint32_t array_read(Iopmp *p, uint32_t offset)
{
    unsigned i;

    if (offset >= R_ENTRY) {
        i = (offset - R_ENTRY) / 16;
        return offset % 16 == 8 ? p->entry[i].cfg
                                : get_half(iopmp_addr(p, i), offset % 16);
    }
    if (offset >= R_SRCMD) {
        return srcmd_read(p, (offset - R_SRCMD) / 32, offset % 32 / 4);
    }
    return p->mdcfg[(offset - R_MDCFG) / 4];
}

/* The first window with a bit set, from svi on, is given and cleared. */
static uint32_t mfr_read(Iopmp *p)
{
    unsigned windows = (config_of(p)->rrid_num + 15) / 16;

    for (unsigned i = 0; i < windows; i++) {
        unsigned window = (p->svi + i) % windows;
        uint32_t svw = p->subsequent >> 16 * window & 0xffff;

        if (svw) {
            p->subsequent &= ~(0xffffull << 16 * window);
            p->svi = window;
            return 1u << 31 | window << 16 | svw;
        }
    }
    return p->svi << 16;
}

static uint32_t reg_read(Iopmp *p, uint32_t offset)
{
    const IopmpChoices *may = choices_of(p);

    if (!iopmp_has(&p->checker, offset)) {
        switch (offset) {
        case R_MDLCK:
            return may->no_mdlck;
        case R_MDCFGLCK:
            return may->no_mdcfglck;
        default:
            return 0;
        }
    }
    switch (offset) {
    case R_VERSION:
    case R_IMPLEMENTATION:
        return may->id[offset / 4];
    case R_MDSTALL:
        /* in 0.7, is_stalled; what is written takes effect at once */
        return get_mds(p->mdstall, false) |
               (may->version == RM_IOPMP_0_7 && p->is_stalled);
    case R_MDSTALLH:
        return get_mds(p->mdstall, true);
    case R_RRIDSCP:
        return p->rridscp;
    case R_MDLCK:
        return get_mds(p->mdlck, false) | (p->mdlck_l ? L : 0);
    case R_MDLCKH:
        return get_mds(p->mdlck, true);
    case R_MDCFGLCK:
        return p->mdcfglck.below << 1 | (p->mdcfglck.l ? L : 0);
    case R_ENTRYLCK:
        return p->entrylck.below << 1 | (p->entrylck.l ? L : 0);
    case R_ERR_CFG:
        return p->err_cfg;
    case R_ERR_INFO:
        return p->err_info | (p->subsequent ? 1u << 8 : 0);
    case R_ERR_REQADDR:
    case R_ERR_REQADDRH:
        return get_half(p->err_reqaddr, offset == R_ERR_REQADDRH);
    case R_ERR_REQID:
        return p->err_reqid;
    case R_ERR_MFR:
        return mfr_read(p);
    case R_ERR_MSIADDR:
    case R_ERR_MSIADDRH:
        return get_half(p->err_msiaddr, offset == R_ERR_MSIADDRH);
    default:
        return offset < R_MDSTALL ? hwcfg_read(p, offset)
                                  : array_read(p, offset);
    }
}

/* --- Writing -------------------------------------------------------------- */

/* Is @field in the register at @offset?  Then *@value is set to it. */
static bool field_in(const Iopmp *p, IopmpField field, uint32_t offset,
                     uint32_t reg, uint32_t *value)
{
    const IopmpPlace *place = &iopmp_places[choices_of(p)->version][field];

    *value = reg >> place->shift & ((1ull << place->bits) - 1);
    return place->bits && place->reg == offset;
}

static void hwcfg_write(Iopmp *p, uint32_t offset, uint32_t reg)
{
    const RmIopmpConfig *config = config_of(p);
    const IopmpChoices *may = choices_of(p);
    bool was_enabled = p->enable, prio = p->prio_prog, transl = p->transl_prog;
    uint32_t v;

    p->enable |= field_in(p, F_ENABLE, offset, reg, &v) && v;
    p->prio_prog &= !(field_in(p, F_PRIO_ENT_PROG, offset, reg, &v) && v);
    p->transl_prog &=
        !(field_in(p, F_RRID_TRANSL_PROG, offset, reg, &v) && v);
    if (field_in(p, F_PRIO_ENTRY, offset, reg, &v) && prio &&
        (p->prio_prog || may->with_its_lock)) {
        p->prio_entry = v & may->prio_entry;
    }
    if (field_in(p, F_RRID_TRANSL, offset, reg, &v) && transl &&
        (p->transl_prog || may->with_its_lock)) {
        p->transl = v;
    }
    if (field_in(p, F_MD_ENTRY_NUM, offset, reg, &v) &&
        config->mdcfg_fmt == 2 && !was_enabled &&
        (!p->enable || may->k_with_enable)) {
        p->md_entry_num = v;
    }
}

static void mdlck_write(Iopmp *p, bool high, uint32_t value)
{
    if (p->mdlck_l) {
        return;
    }
    p->mdlck |= mds_of(value, high) & choices_of(p)->mdlck;
    p->mdlck_l = !high && (value & L);
}

/* MDCFGLCK and ENTRYLCK: what is below f is locked, and f never falls. */
static void lock_write(IopmpLock *lock, uint32_t f_bits, uint32_t value)
{
    uint32_t f = value >> 1 & f_bits;

    if (lock->l) {
        return;
    }
    if (f > lock->below) {
        lock->below = f;
    }
    lock->l = value & L;
}

static void srcmd_write(Iopmp *p, unsigned row, unsigned column,
                        uint32_t value)
{
    IopmpSrcmd *s = &p->srcmd[row];
    bool high = column % 2;
    uint64_t bits, *mds;

    if (config_of(p)->srcmd_fmt == 2) {
        bits = (1ull << 2 * (config_of(p)->rrid_num % 32)) - 1;
        if (!(p->mdlck >> row & 1)) {
            set_half(&p->perm[row], high, value);
            p->perm[row] &= bits ? bits : UINT64_MAX;
        }
        return;
    }
    if (s->l) {
        return;
    }
    bits = mds_half(high) & iopmp_md_mask(config_of(p)) & ~p->mdlck;
    mds = srcmd_column(s, column);
    *mds = (*mds & ~bits) | (mds_of(value, high) & bits);
    s->l = column == 0 && (value & L);
}

/* A mode that is not there is as the choice has it. */
static uint32_t legal_cfg(const Iopmp *p, uint32_t old, uint32_t value)
{
    const RmIopmpConfig *config = config_of(p);
    unsigned mode = CFG_A(value);

    value &= choices_of(p)->cfg;
    if ((mode == TOR && config->no_tor) ||
        (mode == NA4 && config->granularity)) {
        value &= ~CFG_A_MASK;
        value |= choices_of(p)->mode_stays ? old & CFG_A_MASK : OFF;
    }
    if (choices_of(p)->x_is_r && value & CFG_RIGHT(RM_IOPMP_READ)) {
        value |= CFG_RIGHT(RM_IOPMP_FETCH);
    }
    return value;
}

static void array_write(Iopmp *p, uint32_t offset, uint32_t value)
{
    unsigned i;

    if (offset >= R_ENTRY) {
        i = (offset - R_ENTRY) / 16;
        if (i < p->entrylck.below) {
            return;
        }
        if (offset % 16 == 8) {
            p->entry[i].cfg = legal_cfg(p, p->entry[i].cfg, value);
        } else {
            set_half(&p->entry[i].addr, offset % 16, value);
            p->entry[i].addr &= choices_of(p)->addr;
        }
    } else if (offset >= R_SRCMD) {
        srcmd_write(p, (offset - R_SRCMD) / 32, offset % 32 / 4, value);
    } else {
        i = (offset - R_MDCFG) / 4;
        if (i >= p->mdcfglck.below) {
            p->mdcfg[i] = value & choices_of(p)->mdcfg;
        }
        /* what was written to one that is locked is not to be seen, either */
        p->mdcfg_written |= 1ull << i;
    }
}

/* MDSTALL selects domains; written, it sets which requesters are stalled. */
static void mdstall_write(Iopmp *p, bool high, uint32_t value)
{
    uint64_t half = mds_half(high);
    bool exempt = value & 1;

    p->mdstall = (p->mdstall & ~half) |
                 (mds_of(value, high) & half & iopmp_md_mask(config_of(p)));
    if (high) {
        return;
    }
    p->is_stalled = value || p->mdstall;
    p->stalled = 0;
    for (unsigned rrid = 0; rrid < config_of(p)->rrid_num; rrid++) {
        bool selected = iopmp_domains(p, rrid) & p->mdstall;

        p->stalled |= (uint64_t)(exempt != selected) << rrid;
    }
}

static void rridscp_write(Iopmp *p, uint32_t value)
{
    enum { QUERY, STALL, RESUME, RESERVED };
    enum { STALLED = 1, NOT_STALLED, UNKNOWN };
    uint32_t rrid = value & 0xffff, op = value >> 30, stat;

    if (op == RESERVED) {
        return;
    }
    if (rrid >= config_of(p)->rrid_num) {
        p->rridscp = rrid | (uint32_t)UNKNOWN << 30;
        return;
    }
    if (op == STALL) {
        p->stalled |= 1ull << rrid;
    } else if (op == RESUME) {
        p->stalled &= ~(1ull << rrid);
    }
    stat = p->stalled >> rrid & 1 ? STALLED : NOT_STALLED;
    p->rridscp = rrid | stat << 30;
}

static void mfr_write(Iopmp *p, uint32_t value)
{
    unsigned windows = (config_of(p)->rrid_num + 15) / 16;

    p->svi = value >> 16 & 0xfff;
    if (p->svi >= windows) {
        p->svi = 0;
    }
}

static void reg_write(Iopmp *p, uint32_t offset, uint32_t value)
{
    const IopmpChoices *may = choices_of(p);

    if (!iopmp_has(&p->checker, offset)) {
        return;
    }
    switch (offset) {
    case R_HWCFG0:
    case R_HWCFG2:
    case R_HWCFG3:
        hwcfg_write(p, offset, value);
        break;
    case R_MDSTALL:
    case R_MDSTALLH:
        mdstall_write(p, offset == R_MDSTALLH, value);
        break;
    case R_RRIDSCP:
        rridscp_write(p, value);
        break;
    case R_MDLCK:
    case R_MDLCKH:
        mdlck_write(p, offset == R_MDLCKH, value);
        break;
    case R_MDCFGLCK:
        lock_write(&p->mdcfglck, may->mdcfglck_f, value);
        break;
    case R_ENTRYLCK:
        lock_write(&p->entrylck, may->entrylck_f, value);
        break;
    case R_ERR_CFG:
        if (!(p->err_cfg & L)) {
            p->err_cfg = (p->err_cfg & ~may->err_cfg) | (value & may->err_cfg);
        }
        break;
    case R_ERR_INFO:
        if (value & ERR_INFO_V) {
            p->err_info &= ~ERR_INFO_V;
            p->irq = false;
        }
        p->err_info &= ~(value & ERR_INFO_MSI_WERR);
        break;
    case R_ERR_MFR:
        mfr_write(p, value);
        break;
    case R_ERR_MSIADDR:
    case R_ERR_MSIADDRH:
        if (!(p->err_cfg & L)) {
            set_half(&p->err_msiaddr, offset == R_ERR_MSIADDRH, value);
            p->err_msiaddr &= may->msiaddr;
        }
        break;
    default:
        if (offset >= R_MDCFG) {
            array_write(p, offset, value);
        }
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
