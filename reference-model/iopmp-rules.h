/*
 * The state of the modelled IOPMP, and what its rules decide.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_RULES_H
#define RM_IOPMP_RULES_H

#include "iopmp.h"

/* Entry.cfg.  Its rights and suppression bits: one for each type of access. */
#define CFG_RIGHT(type)         (1u << ((type) - RM_IOPMP_READ))
#define CFG_SIE(type)           (CFG_RIGHT(type) << 5)
#define CFG_SEE(type)           (CFG_RIGHT(type) << 8)
#define CFG_A(cfg)              ((cfg) >> 3 & 3)
#define CFG_A_MASK              (3u << 3)
enum { OFF, TOR, NA4, NAPOT };

#define NO_EID                  0xffff

typedef struct IopmpEntry {
    uint64_t addr;      /* address >> 2: ADDR, and above it ADDRH */
    uint32_t cfg;
} IopmpEntry;

/*
 * Some addresses, in words of 4 bytes, which all entries consist of: so that
 * the last one can be named, too.
 */
typedef struct Span {
    uint64_t first, last;       /* none, if the first is past the last */
} Span;

/* The registers that lock others, l apart. */
typedef struct IopmpLock {
    uint32_t below;     /* f: what is below it is locked */
    bool l;
} IopmpLock;

/* The row of a requester in the SRCMD table: a bit for each domain. */
typedef struct IopmpSrcmd {
    bool l;
    uint64_t en, r, w, x;
} IopmpSrcmd;

/* What one implementation does of what is free: iopmp-choices.c. */
typedef struct IopmpChoices {
    bool known;
    RmIopmpVersion version;
    RmIopmpConfig config;       /* as it says of itself */
    uint32_t id[2];             /* VERSION, IMPLEMENTATION */
    /* the bits that are there, of */
    uint32_t prio_entry, mdcfg, cfg, err_cfg, mdcfglck_f, entrylck_f;
    uint32_t err_cfg_reset;     /* bits that are not may be fixed to 1 */
    uint64_t addr, mdlck, msiaddr;
    uint64_t msiaddr_reset;
    bool with_its_lock; /* prio_entry written as it is locked is written */
    bool k_with_enable; /* ... md_entry_num, as enable locks it */
    bool mode_stays;    /* CFG.a that is not there: as before, or off */
    bool x_is_r;        /* CFG.x that is not there reads as r */
    uint32_t no_mdlck, no_mdcfglck;     /* as they read if there are none */
    bool last_denies;   /* the last that denies is recorded, not the first */
    bool narrow;        /* no answer is for more than 256 bytes */
    bool improper_ends; /* an improper MDCFG ends the domains */
    bool eid_absent;    /* ERR_REQID.eid is always NO_EID */
    uint16_t no_eid;    /* eid if no entry denies */
    uint64_t rdata[4];  /* what is read that is denied without an error, by
                           the binary logarithm of the bytes */
} IopmpChoices;

typedef struct Iopmp {
    RmChecker checker;
    unsigned variant;
    IopmpChoices choices[RM_IOPMP_CONFIGS];
    uint32_t size;      /* bytes that it guards */

    bool enable, prio_prog, transl_prog;
    uint16_t prio_entry, transl;
    uint8_t md_entry_num;
    uint64_t mdlck;
    bool mdlck_l;
    IopmpLock mdcfglck, entrylck;
    uint16_t mdcfg[RM_IOPMP_MDS];
    uint64_t mdcfg_written;     /* ... or were to be, since the reset */
    IopmpSrcmd srcmd[RM_IOPMP_RRIDS];
    uint64_t perm[RM_IOPMP_MDS];        /* two bits for each RRID: r, w */
    IopmpEntry entry[RM_IOPMP_ENTRIES];

    uint64_t mdstall;   /* the domains that are selected */
    uint64_t stalled;   /* the requesters that are */
    bool is_stalled;    /* MDSTALL said so last */
    uint32_t rridscp;

    uint32_t err_cfg, err_info, err_reqid;
    uint64_t err_reqaddr, err_msiaddr;
    uint64_t eids[RM_IOPMP_ENTRIES / 64];       /* that it may hold */
    bool any_eid;
    uint64_t subsequent;        /* MFR: the requesters */
    uint16_t svi;
    bool irq;

    /* What follows from the registers: */
    Span span[RM_IOPMP_ENTRIES];        /* what each entry covers */
    uint8_t md[RM_IOPMP_ENTRIES];       /* whose it is, or RM_IOPMP_MDS */
    bool any_improper;  /* MDCFG is: then of these, that is free, a bit each */
    uint64_t improper[RM_IOPMP_ENTRIES / 64];
    uint16_t n_active;
    uint16_t active[RM_IOPMP_ENTRIES];  /* those that cover anything */
} Iopmp;

static inline const IopmpChoices *choices_of(const Iopmp *p)
{
    return &p->choices[p->variant];
}

static inline const RmIopmpConfig *config_of(const Iopmp *p)
{
    return &choices_of(p)->config;
}

/** iopmp_md_mask: a bit for each memory domain that there is */
static inline uint64_t iopmp_md_mask(const RmIopmpConfig *config)
{
    return (1ull << config->md_num) - 1;
}

/** iopmp_domains: those that are associated with a requester, a bit each */
uint64_t iopmp_domains(const Iopmp *p, unsigned rrid);

/** iopmp_addr: the address of an entry, as its mode shows it */
uint64_t iopmp_addr(const Iopmp *p, unsigned i);

/** iopmp_settle: work out what follows from the registers */
void iopmp_settle(Iopmp *p);

/**
 * iopmp_check: decide about a transaction, which is all words of @t
 * @eids: set to which entries may be said to deny it, a bit each; may be NULL
 */
RmIopmpVerdict iopmp_check(const Iopmp *p, Span t, unsigned rrid,
                           RmIopmpType type, uint64_t *eids);

/** iopmp_seen_as: the type of an access as the instance sees it */
static inline RmIopmpType iopmp_seen_as(const Iopmp *p, RmIopmpType type)
{
    return type == RM_IOPMP_FETCH && !config_of(p)->chk_x ? RM_IOPMP_READ
                                                          : type;
}

/** iopmp_touches: have @a and @b a word in common? */
static inline bool iopmp_touches(Span a, Span b)
{
    return a.first <= a.last && a.first <= b.last && b.first <= a.last;
}

/** iopmp_covers: are all words of @b in @a? */
static inline bool iopmp_covers(Span a, Span b)
{
    return a.first <= b.first && b.last <= a.last;
}

#endif
