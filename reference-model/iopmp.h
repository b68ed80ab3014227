/*
 * The RISC-V IOPMP (specification 0.8.2, and 0.7): the instances that are
 * modelled, and the decision about a whole transaction, which partial hits
 * need.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_H
#define RM_IOPMP_H

#include "checker.h"

/* The largest instance.  An RRID is a world id, as far as there are any. */
#define RM_IOPMP_RRIDS          64
#define RM_IOPMP_MDS            63      /* memory domains */
#define RM_IOPMP_ENTRIES        512
#define RM_IOPMP_MDCFG          0x800
#define RM_IOPMP_ENTRYOFFSET    0x1800
#define RM_IOPMP_REGISTERS      0x4000  /* bytes of register space */

/* What a denied read gives that does not end as an error: the low bytes. */
#define RM_IOPMP_FABRICATED     0xdeadbeef

/* The specification that an instance follows. */
typedef enum RmIopmpVersion {
    RM_IOPMP_0_8_2, RM_IOPMP_0_7, RM_IOPMP_VERSIONS
} RmIopmpVersion;

/* What a machine fixes.  What is not said is there, and is 0 after reset. */
typedef struct RmIopmpConfig {
    uint8_t version;    /* RmIopmpVersion */
    uint8_t srcmd_fmt;  /* 0 a table, 1 RRID i has MD i, 2 indexed by MD */
    uint8_t mdcfg_fmt;  /* 0 a table, 1 k entries each, 2 k is programmable */
    uint8_t md_entry_num;       /* k - 1, after reset */
    uint8_t md_num;     /* 1 to RM_IOPMP_MDS */
    uint8_t granularity;        /* log2 of the words that ADDR can tell apart */
    uint16_t rrid_num;  /* 1 to RM_IOPMP_RRIDS; 32 if by MD */
    uint16_t entry_num; /* 1 to RM_IOPMP_ENTRIES */
    uint16_t prio_entry;        /* entries with priority, after reset */
    bool all_prio;      /* there are no non-priority entries */
    bool prio_fixed;    /* prio_entry cannot be programmed */
    bool chk_x;         /* fetches are no reads (0.8.2: !xinr) */
    bool no_x, no_w;    /* fetches, writes are always denied */
    bool no_tor, no_addrh;      /* not there: TOR; ADDRH */
    bool no_err_rec;    /* no record, and no interrupt therefore */
    bool sps, peis, pees, mfr, stall;   /* those extensions */
    bool transl, transl_fixed;  /* RRID translation; not programmable */
    bool msi;           /* the interrupt can be a message */
    bool no_mdlck;      /* MDLCK is fixed: nothing can be locked */
    uint32_t mdlck, mdcfglck, entrylck; /* after reset, as they read */
} RmIopmpConfig;

enum {
    RM_IOPMP_CONFIGS = 0
#define DEF(...) + 1
#include "iopmp-list.h"
};

/* By variant.  Who knows the model only as a set-up does reads it, too. */
static const RmIopmpConfig rm_iopmp_configs[RM_IOPMP_CONFIGS] = {
#define DEF(name, ...) { __VA_ARGS__ },
#include "iopmp-list.h"
};

/* ERR_INFO.ttype */
typedef enum RmIopmpType {
    RM_IOPMP_READ = 1, RM_IOPMP_WRITE, RM_IOPMP_FETCH
} RmIopmpType;

/* ERR_INFO.etype; of a right that is missing, the type of the access. */
typedef enum RmIopmpEtype {
    RM_IOPMP_PASSES = 0,
    RM_IOPMP_PARTIAL_HIT = 4, RM_IOPMP_NO_HIT, RM_IOPMP_UNKNOWN_RRID,
    RM_IOPMP_STALLED
} RmIopmpEtype;

/* The decision about one transaction. */
typedef struct RmIopmpVerdict {
    uint8_t etype;      /* RmIopmpEtype, or RmIopmpType */
    uint16_t eid;       /* the (first) entry that denies; 0 if none does */
    /* of the entries that match, of the type of the access: */
    bool no_interrupt, no_error;        /* all say so */
    bool some_no_interrupt;     /* one of them does */
} RmIopmpVerdict;

/**
 * rm_iopmp_check: decide about a transaction
 * @c: from rm_iopmp_new()
 * @addr: of its first byte
 * @size: bytes, at least 1; the last must be below 2^64
 */
RmIopmpVerdict rm_iopmp_check(const RmChecker *c, uint64_t addr,
                              uint64_t size, unsigned rrid, RmIopmpType type);

#endif
