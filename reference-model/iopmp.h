/*
 * The RISC-V IOPMP (specification 0.9.x): the instance that is modelled, and
 * its decision about a whole transaction, which partial hits need.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_IOPMP_H
#define RM_IOPMP_H

#include "checker.h"

/* The size of the instance.  An RRID is a world id; the last is unknown. */
#define RM_IOPMP_RRIDS          3
#define RM_IOPMP_MDS            4       /* memory domains */
#define RM_IOPMP_ENTRIES        8
#define RM_IOPMP_K              2       /* rapid-k: entries of each domain */
#define RM_IOPMP_PRIO_ENTRY     4       /* priority entries, after reset */
#define RM_IOPMP_ENTRYOFFSET    0x1800
#define RM_IOPMP_REGISTERS      0x2000  /* bytes of register space */

/* VERSION: no vendor, specification 0.9.1; IMP. */
#define RM_IOPMP_VERSION        (91u << 24)
#define RM_IOPMP_IMP            91

/* What a denied read gives that does not end as an error: the low bytes. */
#define RM_IOPMP_FABRICATED     0xdeadbeefdeadbeefull

/* HWCFG0.model, and variants of the checker */
typedef enum RmIopmpModel {
    RM_IOPMP_FULL,      /* MDCFG is a table */
    RM_IOPMP_RAPID_K,   /* RM_IOPMP_K entries for each domain */
    RM_IOPMP_MODELS
} RmIopmpModel;

/* ERR_REQINFO.ttype */
typedef enum RmIopmpType {
    RM_IOPMP_READ = 1, RM_IOPMP_WRITE, RM_IOPMP_FETCH
} RmIopmpType;

/* ERR_REQINFO.etype; of a right that is missing, the type of the access. */
typedef enum RmIopmpEtype {
    RM_IOPMP_PASSES = 0,
    RM_IOPMP_PARTIAL_HIT = 4, RM_IOPMP_NO_HIT, RM_IOPMP_UNKNOWN_RRID
} RmIopmpEtype;

/* The decision about one transaction. */
typedef struct RmIopmpVerdict {
    uint8_t etype;      /* RmIopmpEtype, or RmIopmpType */
    uint8_t eid;        /* the entry that denies; 0 if none does */
} RmIopmpVerdict;

/**
 * rm_iopmp_set_chk_x: let a checker from rm_iopmp_new() look at x, for good
 *
 * Without that, fetches are checked as reads.  A QEMU IOMMU is asked about
 * both in the same way, so that what stands for one must do without.
 */
void rm_iopmp_set_chk_x(RmChecker *c);

/**
 * rm_iopmp_check: decide about a transaction
 * @c: from rm_iopmp_new()
 * @addr: of its first byte
 * @size: bytes, at least 1; the last must be below 2^64
 */
RmIopmpVerdict rm_iopmp_check(const RmChecker *c, uint64_t addr,
                              uint64_t size, unsigned rrid, RmIopmpType type);

#endif
