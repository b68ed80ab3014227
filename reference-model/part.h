/*
 * An access under way, and the one or two pages that it is made of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_PART_H
#define RM_PART_H

#include "state.h"

/* The part of an access that lies in one page. */
typedef struct Part {
    uint32_t va;
    unsigned size;
    Entry *entry;       /* NULL if the page was not looked up */
    bool asked[2];      /* the IOMMU was asked to read, to write ... */
    bool denied[2];     /* ... and denied it */
    Place here[2];      /* ... or answered for this access only (C6) */
    bool here_only[2];
    bool gone[2];       /* ... or the entry has gone while it was asked */
    /* what remains of the entry once data moves (C13, C20): */
    RmPte pte;
    Place place;
    bool host;
} Part;

typedef struct Access {
    RmModel *m;
    const RmAccess *a;
    const RmSeen *seen;
    RmResult *r;
    unsigned pos;       /* in the implementation's log: the next fill */
    unsigned from, to;  /* ... the part of it that is looked at */
    unsigned fills;     /* of the page that is looked up */
    bool reacted;       /* an IOMMU did, while it was asked */
    bool stopped_after; /* a watchpoint was met that stops when it is done */
    unsigned n_watched; /* RmModel's, when the pages were about to be looked up */
    bool hits;          /* alone: the entry that is cached answers */
    unsigned n;
    Part part[2];
    uint8_t bytes[RM_ACCESS_MAX];   /* in the order of their addresses */
    /* the last one, which rm_access() leaves as it is: */
    Topology topology;  /* of pages in pieces: as it was at the start */
} Access;

/** rm_type_name: "load", "store", "fetch" */
const char *rm_type_name(unsigned type);

/** violation: the implementation broke @clause; the first one counts */
__attribute__((format(printf, 3, 4)))
void violation(Access *x, RmClause clause, const char *fmt, ...);

/** access_event: an event about @x, to be completed */
RmEvent access_event(const Access *x, RmEventKind kind, RmAccessType type,
                     uint32_t addr, unsigned size);

#endif
