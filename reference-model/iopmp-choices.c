/*
 * What the specification of the IOPMP leaves to an implementation: how many
 * bits fields have, which values are legal, which entry is recorded.  It is
 * read from the implementation, as software would.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "board.h"
#include "iopmp-choices.h"
#include "iopmp-regs.h"

/* What the board's addresses need: TOR may end where it ends. */
#define BOARD_ADDR      0x7fffu

IopmpChoices iopmp_default_choices(const RmIopmpConfig *config)
{
    static const uint32_t id[RM_IOPMP_VERSIONS][2] = {
        /* specver: the minor version above the major one; 0.7: decimal */
        [RM_IOPMP_0_8_2] = { 0x80u << 24, 82 },
        [RM_IOPMP_0_7] = { 70u << 24, 70 },
    };

    IopmpChoices may = {
        .version = config->version,
        .config = *config,
        .id = { id[config->version][0], id[config->version][1] },
        .prio_entry = PRIO_ENTRY_MASK,
        .mdcfg = MDCFG_MASK,
        .cfg = iopmp_cfg_bits(config, config->chk_x),
        .err_cfg = L | ERR_CFG_RS | (config->no_err_rec ? 0 : ERR_CFG_IE) |
                   (config->msi ? ERR_CFG_MSI | ERR_CFG_MSIDATA_MASK : 0),
        .err_cfg_reset = config->stall ? ERR_CFG_STALL_VIOLATION : 0,
        .mdcfglck_f = MDCFGLCK_F_MASK,
        .entrylck_f = ENTRYLCK_F_MASK,
        .addr = config->no_addrh ? UINT32_MAX : UINT64_MAX,
        .mdlck = iopmp_md_mask(config),
        .msiaddr = config->no_addrh ? UINT32_MAX : UINT64_MAX,
        .no_mdlck = L, .no_mdcfglck = L,
    };

    for (unsigned lg = 0; lg < 4; lg++) {
        may.rdata[lg] = RM_IOPMP_FABRICATED & -1ull >> (64 - (8 << lg));
    }
    return may;
}

/* --- Learning ------------------------------------------------------------- */

static uint32_t ask(const RmRegisters *r, uint32_t offset)
{
    return r->read(r->opaque, offset, 4);
}

static void tell(const RmRegisters *r, uint32_t offset, uint32_t value)
{
    r->write(r->opaque, offset, 4, value);
}

/* What a register reads as when @value was written. */
static uint32_t told(const RmRegisters *r, uint32_t offset, uint32_t value)
{
    tell(r, offset, value);
    return ask(r, offset);
}

/* Take over which bits of a field there are, if those are that have to be. */
static void take(uint32_t *bits, uint32_t seen, uint32_t must)
{
    seen &= *bits;
    if ((seen & must) == must) {
        *bits = seen;
    }
}

/* The bits that are needed to say @value. */
static uint32_t bits_for(unsigned value)
{
    uint32_t bits = 0;

    while (bits < value) {
        bits = bits << 1 | 1;
    }
    return bits;
}

static void learn_version(IopmpChoices *may, const RmRegisters *r)
{
    may->id[0] = ask(r, R_VERSION);
    may->id[1] = ask(r, R_IMPLEMENTATION);
    switch (may->id[0] >> 24) {
    case 70:
    case 0x70:
        may->version = RM_IOPMP_0_7;
        break;
    case 82:
    case 0x80:
        may->version = RM_IOPMP_0_8_2;
        break;
    }
}

/* What a field of HWCFG says; 0 if there is no such field. */
static uint32_t says(const IopmpChoices *may, IopmpField field,
                     const RmRegisters *r)
{
    const IopmpPlace *place = &iopmp_places[may->version][field];

    return place->bits ? ask(r, place->reg) >> place->shift &
                         ((1ull << place->bits) - 1) : 0;
}

/* A size, which an implementation may adapt to the others. */
static uint16_t size_said(const IopmpChoices *may, IopmpField field,
                          const RmRegisters *r, uint16_t size, uint16_t most)
{
    uint32_t n = says(may, field, r);

    return n && n <= most ? n : size;
}

/*
 * Which features there are, how many of what, and what is preset.  The formats
 * are as the instance has them.
 */
static void learn_features(IopmpChoices *may, const RmRegisters *r)
{
    RmIopmpConfig *config = &may->config;
    bool old = may->version == RM_IOPMP_0_7;

    config->md_num = size_said(may, F_MD_NUM, r, config->md_num, RM_IOPMP_MDS);
    config->rrid_num = size_said(may, F_RRID_NUM, r, config->rrid_num,
                                 config->srcmd_fmt == 2 ? 32 : RM_IOPMP_RRIDS);
    config->entry_num = size_said(may, F_ENTRY_NUM, r, config->entry_num,
                                  RM_IOPMP_ENTRIES);
    if (config->mdcfg_fmt) {
        config->md_entry_num = says(may, F_MD_ENTRY_NUM, r);
    }
    config->no_tor = !says(may, F_TOR_EN, r);
    config->no_addrh = !says(may, F_ADDRH_EN, r);
    config->no_err_rec = says(may, F_NO_ERR_REC, r);
    config->all_prio = !old && !says(may, F_NON_PRIO_EN, r);
    config->prio_fixed = !says(may, F_PRIO_ENT_PROG, r);
    config->prio_entry = says(may, F_PRIO_ENTRY, r);
    config->chk_x = old ? says(may, F_CHK_X, r) : !says(may, F_XINR, r);
    config->no_x = says(may, F_NO_X, r);
    config->no_w = says(may, F_NO_W, r);
    config->sps = says(may, F_SPS_EN, r);
    config->peis = says(may, F_PEIS, r);
    config->pees = says(may, F_PEES, r);
    config->mfr = says(may, F_MFR_EN, r);
    config->stall = says(may, F_STALL_EN, r);
    config->transl = says(may, F_RRID_TRANSL_EN, r);
    config->transl_fixed = config->transl &&
                           !says(may, F_RRID_TRANSL_PROG, r);
    config->msi = says(may, F_MSI_EN, r);
    if (config->srcmd_fmt != 1) {
        config->mdlck = ask(r, R_MDLCK);
        config->no_mdlck = config->mdlck & L;
    }
    if (!config->mdcfg_fmt) {
        config->mdcfglck = ask(r, R_MDCFGLCK);
    }
    config->entrylck = ask(r, R_ENTRYLCK);
}

static void learn_err_cfg(RmIopmpConfig *config, IopmpChoices *may,
                          const RmRegisters *r)
{
    uint32_t reset = ask(r, R_ERR_CFG), ones, zeros;

    ones = told(r, R_ERR_CFG, ~L);
    zeros = told(r, R_ERR_CFG, 0);
    may->err_cfg = L | (ones & ~zeros & ERR_CFG_MASK);
    may->err_cfg_reset = reset & ERR_CFG_MASK;
    if (may->version == RM_IOPMP_0_7) {
        config->msi = (ones | reset) & ERR_CFG_MSI;
    }
    if (!config->msi) {
        may->err_cfg &= ~ERR_CFG_MSI;
        may->err_cfg_reset &= ~ERR_CFG_MSI;
    }
    if (!config->stall) {
        may->err_cfg &= ~ERR_CFG_STALL_VIOLATION;
        may->err_cfg_reset &= ~ERR_CFG_STALL_VIOLATION;
    }
}

static uint32_t field_told(const IopmpChoices *may, IopmpField field,
                           const RmRegisters *r, uint32_t value, uint32_t with)
{
    const IopmpPlace *place = &iopmp_places[may->version][field];
    uint32_t mask = (1ull << place->bits) - 1;

    return told(r, place->reg, (value & mask) << place->shift | with) >>
           place->shift & mask;
}

/* The bit of a field that is in the same register as @other; or 0. */
static uint32_t bit_beside(const IopmpChoices *may, IopmpField field,
                           IopmpField other)
{
    const IopmpPlace *a = &iopmp_places[may->version][field];
    const IopmpPlace *b = &iopmp_places[may->version][other];

    return a->reg == b->reg ? 1u << a->shift : 0;
}

static void learn_hwcfg(const RmIopmpConfig *config, IopmpChoices *may,
                        const RmRegisters *r)
{
    uint32_t lock = bit_beside(may, F_PRIO_ENT_PROG, F_PRIO_ENTRY);

    if (!config->all_prio && !config->prio_fixed) {
        take(&may->prio_entry, field_told(may, F_PRIO_ENTRY, r, -1, 0),
             bits_for(config->entry_num));
        if (lock) {
            may->with_its_lock = !field_told(may, F_PRIO_ENTRY, r, 0, lock);
        }
    }
}

/* As the last: it cannot be disabled. */
static void learn_enable(const RmIopmpConfig *config, IopmpChoices *may,
                         const RmRegisters *r)
{
    uint32_t enable = bit_beside(may, F_ENABLE, F_MD_ENTRY_NUM);

    if (config->mdcfg_fmt == 2 && enable) {
        field_told(may, F_MD_ENTRY_NUM, r, 0, 0);
        may->k_with_enable = field_told(may, F_MD_ENTRY_NUM, r, 1, enable);
    }
}

static void learn_entry(RmIopmpConfig *config, IopmpChoices *may,
                        const RmRegisters *r)
{
    uint32_t entry = R_ENTRY + 16 * (config->entry_num - 1);
    uint32_t low = UINT32_MAX, must = CFG_RIGHT(RM_IOPMP_READ) | CFG_A_MASK;
    uint32_t seen = told(r, entry, UINT32_MAX);
    unsigned absent;

    config->granularity = 0;
    while (config->granularity < 10 && !(seen >> config->granularity & 1)) {
        config->granularity++;
    }
    absent = config->no_tor ? TOR : NA4;
    if (!config->no_w) {
        must |= CFG_RIGHT(RM_IOPMP_WRITE);
    }
    may->cfg = iopmp_cfg_bits(config, true);
    take(&may->cfg, told(r, entry + 8, UINT32_MAX), must);
    if (!config->chk_x) {
        seen = told(r, entry + 8, CFG_RIGHT(RM_IOPMP_READ));
        may->x_is_r = seen & CFG_RIGHT(RM_IOPMP_FETCH);
    }
    tell(r, entry + 8, NAPOT << 3);
    may->mode_stays = CFG_A(told(r, entry + 8, absent << 3)) == NAPOT;
    tell(r, entry + 8, 0);
    take(&low, told(r, entry, UINT32_MAX) | ((1u << config->granularity) - 1),
         BOARD_ADDR);
    may->addr = low;
    if (!config->no_addrh) {
        may->addr |= (uint64_t)told(r, entry + 4, UINT32_MAX) << 32;
    }
}

static void learn_msi(const RmIopmpConfig *config, IopmpChoices *may,
                      const RmRegisters *r)
{
    uint64_t high = 0;

    if (!config->msi) {
        return;
    }
    may->msiaddr_reset = ask(r, R_ERR_MSIADDR);
    may->msiaddr = told(r, R_ERR_MSIADDR, UINT32_MAX);
    if (!config->no_addrh) {
        may->msiaddr_reset |= (uint64_t)ask(r, R_ERR_MSIADDRH) << 32;
        high = told(r, R_ERR_MSIADDRH, UINT32_MAX);
    }
    may->msiaddr |= high << 32;
}

static void learn_locks(const RmIopmpConfig *config, IopmpChoices *may,
                        const RmRegisters *r)
{
    if (config->srcmd_fmt == 1) {
        may->no_mdlck = ask(r, R_MDLCK) & L;
    } else if (!config->no_mdlck) {
        may->mdlck &= told(r, R_MDLCK, ~L) >> 1 |
                      (uint64_t)told(r, R_MDLCKH, UINT32_MAX) << 31;
    }
    if (config->mdcfg_fmt) {
        may->no_mdcfglck = ask(r, R_MDCFGLCK) & L;
    } else if (!(config->mdcfglck & L)) {
        take(&may->mdcfglck_f, told(r, R_MDCFGLCK, ~L) >> 1,
             bits_for(config->md_num));
    }
    if (!(config->entrylck & L)) {
        take(&may->entrylck_f, told(r, R_ENTRYLCK, ~L) >> 1,
             bits_for(config->entry_num));
    }
}

/* Can a denied read be made that does not fail, whatever the entries are? */
static bool rdata_shows(const IopmpChoices *may)
{
    return (may->err_cfg | may->err_cfg_reset) & ERR_CFG_RS;
}

/*
 * What a denied read is answered that does not fail: any value, for each size
 * the same everywhere.  (What differs by the address may be what is protected.)
 * Nothing is allowed after a reset.
 */
static void learn_rdata(IopmpChoices *may, const RmRegisters *r)
{
    if (!rdata_shows(may) || r->was_told(r->opaque, "err_rdata")) {
        return;
    }
    tell(r, R_ERR_CFG, ERR_CFG_RS);
    field_told(may, F_ENABLE, r, 1, 0);
    for (unsigned lg = 0; lg < 4; lg++) {
        uint64_t a, b;

        if (r->read_behind(r->opaque, 0, 1 << lg, &a) &&
            r->read_behind(r->opaque, RM_PAGE_SIZE + 8, 1 << lg, &b) &&
            a == b) {
            may->rdata[lg] = a;
        }
    }
}

void iopmp_learn(RmChecker *c, unsigned variant, const RmRegisters *r)
{
    IopmpChoices *may = &((Iopmp *)c)->choices[variant];
    RmIopmpConfig *config = &may->config;

    may->known = true;
    learn_version(may, r);
    learn_features(may, r);
    may->mdlck = iopmp_md_mask(config);
    may->eid_absent = ask(r, R_ERR_REQID) >> 16 == NO_EID;
    learn_err_cfg(config, may, r);
    learn_hwcfg(config, may, r);
    if (!config->mdcfg_fmt && config->mdcfglck >> 1 < config->md_num) {
        take(&may->mdcfg, told(r, R_MDCFG + 4 * (config->md_num - 1), -1),
             bits_for(config->entry_num));
    }
    learn_entry(config, may, r);
    learn_msi(config, may, r);
    learn_locks(config, may, r);
    learn_enable(config, may, r);
    learn_rdata(may, r);
}

bool iopmp_knows(const RmChecker *c, unsigned variant)
{
    return ((const Iopmp *)c)->choices[variant].known;
}

/* --- Choosing ------------------------------------------------------------- */

void iopmp_choose(RmChecker *c, unsigned variant,
                  bool (*differs)(void *opaque), void *opaque)
{
    IopmpChoices *may = &((Iopmp *)c)->choices[variant];
    const RmIopmpConfig *config = &rm_iopmp_configs[variant];

    may->known = true;
    if (differs(opaque)) {
        may->prio_entry = bits_for(config->entry_num);
        may->mdcfg = bits_for(config->entry_num);
    }
    if (differs(opaque)) {
        may->err_cfg &= ~ERR_CFG_RS;
        may->err_cfg_reset |= differs(opaque) ? ERR_CFG_RS : 0;
    }
    if (differs(opaque)) {
        may->mdcfglck_f = bits_for(config->md_num);
        may->entrylck_f = bits_for(config->entry_num);
    }
    if (differs(opaque)) {
        may->addr &= 0xffffffff00ffffff;
    }
    if (differs(opaque)) {
        may->mdlck &= ~1ull;
    }
    if (differs(opaque) && config->msi) {
        may->msiaddr &= ~3ull;
        may->msiaddr_reset = differs(opaque) ? RM_MSI_SIZE & may->msiaddr : 0;
    }
    if (differs(opaque) && config->msi) {
        may->err_cfg &= ~ERR_CFG_MSI;
        may->err_cfg_reset |= ERR_CFG_MSI;
    }
    may->with_its_lock = differs(opaque);
    may->k_with_enable = differs(opaque);
    may->mode_stays = differs(opaque);
    may->last_denies = differs(opaque);
    may->narrow = differs(opaque);
    may->improper_ends = differs(opaque);
    may->eid_absent = differs(opaque);
    may->no_eid = differs(opaque) ? NO_EID - 1 : 0;
    for (unsigned lg = 0; lg < 4 && rdata_shows(may); lg++) {
        may->rdata[lg] = differs(opaque) ? 0x5a >> lg : may->rdata[lg];
    }
    may->no_mdlck = differs(opaque) ? 0 : L;
    may->no_mdcfglck = differs(opaque) ? 0 : L;
}

/* --- Accepting ------------------------------------------------------------ */

/* What MDCFG is after a reset is free. */
static bool accept_mdcfg(Iopmp *p, unsigned md, uint64_t value)
{
    if (p->mdcfg_written >> md & 1 || value & ~choices_of(p)->mdcfg) {
        return false;
    }
    p->mdcfg[md] = value;
    iopmp_settle(p);
    return true;
}

bool iopmp_accept(RmChecker *c, uint32_t offset, uint64_t value)
{
    Iopmp *p = (Iopmp *)c;
    uint32_t eid = value >> 16;

    if (offset >= R_MDCFG && iopmp_has(c, offset) &&
        offset < R_MDCFG + 4 * RM_IOPMP_MDS) {
        return accept_mdcfg(p, (offset - R_MDCFG) / 4, value);
    }
    if (offset != R_ERR_REQID || choices_of(p)->eid_absent ||
        (value ^ p->err_reqid) & 0xffff ||
        !(p->any_eid || (eid < RM_IOPMP_ENTRIES &&
                         (p->eids[eid / 64] >> eid % 64 & 1)))) {
        return false;
    }
    p->err_reqid = value;
    return true;
}
