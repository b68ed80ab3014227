/*
 * The physical address spaces of the CPUs, and what an IOMMU's answer leads
 * to (C3, C15).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_TOPOLOGY_H
#define RM_TOPOLOGY_H

#include "board.h"

/* What a physical address, or a page, leads to. */
typedef struct Place {
    uint8_t region;
    bool readonly;      /* stores are dropped */
    bool in_pieces;     /* of a page: it holds more than one thing */
    uint32_t offset;    /* within the region */
} Place;

/* A mapping as it is now. */
typedef struct Window {
    uint32_t base, offset;
    bool enabled, readonly;
} Window;

typedef struct Topology {
    Window map[RM_MAPPINGS];
    uint8_t order[RM_MAPPINGS];     /* what is in front comes first */
    unsigned n;
    bool romd;                      /* ROMD reads as memory */
    uint32_t regs_size;             /* of a checker's registers; 0: none */
} Topology;

/* Where a page is in pieces, they begin and end at multiples of this. */
#define TOPOLOGY_PIECE 0x80u

/** topology_reset: as rm_memory_map says; @regs_size: as in Topology */
void topology_reset(Topology *t, uint32_t regs_size);

/** topology_add, topology_remove: a mapping, by its number */
void topology_add(Topology *t, unsigned map);
void topology_remove(Topology *t, unsigned map);

/** topology_has: is it there, enabled or not? */
bool topology_has(const Topology *t, unsigned map);

/** topology_find: where the physical address @pa leads */
Place topology_find(const Topology *t, unsigned space, uint32_t pa);

/** topology_page: where the page of @pa leads, and whether as a whole */
Place topology_page(const Topology *t, unsigned space, uint32_t pa);

/** topology_pages: topology_page() of all pages */
void topology_pages(const Topology *t, Place pages[RM_SPACES][RM_PA_PAGES]);

/* An IOMMU's answer to one address. */
typedef struct RmTranslated {
    uint8_t perm;       /* RM_R, RM_W: the directions it speaks for */
    uint8_t region;     /* in the space that IOMMUs lead to */
    uint32_t offset;    /* of the address itself: rm_target_offset() */
    uint32_t addr_mask;
} RmTranslated;

/** topology_target: where an IOMMU's answer leads */
Place topology_target(const Topology *t, const RmTranslated *answer);

/** topology_size: bytes of a region */
uint32_t topology_size(const Topology *t, unsigned region);

/**
 * place_is_host: is it memory to such an access?
 * @romd: the ROM device reads as memory
 */
bool place_is_host(bool romd, const Place *p, bool is_write);

#endif
