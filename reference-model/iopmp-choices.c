/*
 * What the specification of the IOPMP leaves to an implementation: how many
 * bits fields have, which values are legal, which entry is recorded.  It is
 * read from the implementation, as software would.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
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

    return (IopmpChoices) {
        .version = config->version,
        .id = { id[config->version][0], id[config->version][1] },
        .prio_entry = PRIO_ENTRY_MASK,
        .mdcfg = MDCFG_MASK,
        .cfg = iopmp_cfg_bits(config),
        .err_cfg = L | ERR_CFG_RS | (config->no_err_rec ? 0 : ERR_CFG_IE),
        .err_cfg_reset = config->stall ? ERR_CFG_STALL_VIOLATION : 0,
        .mdcfglck_f = MDCFGLCK_F_MASK,
        .entrylck_f = ENTRYLCK_F_MASK,
        .addr = config->no_addrh ? UINT32_MAX : UINT64_MAX,
        .mdlck = iopmp_md_mask(config),
        .no_mdlck = L, .no_mdcfglck = L,
    };
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

static void learn_err_cfg(const RmIopmpConfig *config, IopmpChoices *may,
                          const RmRegisters *r)
{
    uint32_t reset = ask(r, R_ERR_CFG), ones, zeros;

    ones = told(r, R_ERR_CFG, ~L);
    zeros = told(r, R_ERR_CFG, 0);
    may->err_cfg = L | (ones & ~zeros & ERR_CFG_MASK);
    may->err_cfg_reset = reset & ERR_CFG_MASK;
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

static void learn_entry(const RmIopmpConfig *config, IopmpChoices *may,
                        const RmRegisters *r)
{
    uint32_t entry = R_ENTRY + 16 * (config->entry_num - 1);
    uint32_t low = UINT32_MAX, must = CFG_RIGHT(RM_IOPMP_READ) | CFG_A_MASK;
    unsigned absent = config->no_tor ? TOR : NA4;

    if (!config->no_w) {
        must |= CFG_RIGHT(RM_IOPMP_WRITE);
    }
    take(&may->cfg, told(r, entry + 8, UINT32_MAX), must);
    may->mode_stays = CFG_A(told(r, entry + 8, absent << 3)) == NAPOT;
    tell(r, entry + 8, 0);
    take(&low, told(r, entry, UINT32_MAX) | ((1u << config->granularity) - 1),
         BOARD_ADDR);
    may->addr = low;
    if (!config->no_addrh) {
        may->addr |= (uint64_t)told(r, entry + 4, UINT32_MAX) << 32;
    }
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

void iopmp_learn(RmChecker *c, unsigned variant, const RmRegisters *r)
{
    IopmpChoices *may = &((Iopmp *)c)->choices[variant];
    const RmIopmpConfig *config = &rm_iopmp_configs[variant];

    may->known = true;
    learn_version(may, r);
    may->eid_absent = ask(r, R_ERR_REQID) >> 16 == NO_EID;
    learn_err_cfg(config, may, r);
    learn_hwcfg(config, may, r);
    if (!config->mdcfg_fmt && config->mdcfglck >> 1 < config->md_num) {
        take(&may->mdcfg, told(r, R_MDCFG + 4 * (config->md_num - 1), -1),
             bits_for(config->entry_num));
    }
    learn_entry(config, may, r);
    learn_locks(config, may, r);
    learn_enable(config, may, r);
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
    may->with_its_lock = differs(opaque);
    may->k_with_enable = differs(opaque);
    may->mode_stays = differs(opaque);
    may->last_denies = differs(opaque);
    may->eid_absent = differs(opaque);
    may->no_eid = differs(opaque) ? NO_EID - 1 : 0;
    may->no_mdlck = differs(opaque) ? 0 : L;
    may->no_mdcfglck = differs(opaque) ? 0 : L;
}

/* --- Accepting ------------------------------------------------------------ */

bool iopmp_accept(RmChecker *c, uint32_t offset, uint64_t value)
{
    Iopmp *p = (Iopmp *)c;
    uint32_t eid = value >> 16;

    if (offset != R_ERR_REQID || choices_of(p)->eid_absent ||
        (value ^ p->err_reqid) & 0xffff ||
        !(p->any_eid || (eid < RM_IOPMP_ENTRIES &&
                         (p->eids[eid / 64] >> eid % 64 & 1)))) {
        return false;
    }
    p->err_reqid = value;
    return true;
}
