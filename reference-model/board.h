/*
 * The machine that both sides are: where scenarios put their pages, what the
 * address spaces show, and what memory and devices hold.
 *
 * Both sides run the functions below.  They say what there is, and not how
 * an access gets there: a mistake in one of them is another machine, and
 * hides no fault.  That holds as long as nothing here looks at a page-table
 * entry, an IOMMU's answer, a permission or a TLB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_BOARD_H
#define RM_BOARD_H

#include <string.h>

#include "vocabulary.h"

/**
 * rm_va_page: the number of the virtual page of @va, or -1 where the page
 * tables cannot map anything
 */
static inline int rm_va_page(uint32_t va)
{
    uint32_t bank = va >> RM_BANK_BITS;
    uint32_t page = (va & ((1u << RM_BANK_BITS) - 1)) >> RM_PAGE_BITS;

    if (bank >= RM_VA_BANKS || page >= RM_BANK_PAGES) {
        return -1;
    }
    return bank * RM_BANK_PAGES + page;
}

/** rm_page_va: the first address of virtual page @page: of rm_va_page() */
static inline uint32_t rm_page_va(unsigned page)
{
    return page / RM_BANK_PAGES << RM_BANK_BITS |
           page % RM_BANK_PAGES << RM_PAGE_BITS;
}

/*
 * A crowd of pages far from the others.  They fill the TLB, so that it grows
 * and evicts.  Nothing is at their physical addresses, ever.
 */
#define RM_CROWD_VA     0x10000000u
#define RM_CROWD_PAGES  2048
#define RM_CROWD_PA     0x1000000u

static inline bool rm_in_crowd(uint32_t va)
{
    return va - RM_CROWD_VA < RM_CROWD_PAGES * RM_PAGE_SIZE;
}

/* A window of a physical address space onto a region. */
typedef struct RmMapping {
    const char *name;
    uint8_t space;
    uint8_t region;
    uint8_t priority;
    bool enabled;       /* when a scenario starts */
    bool readonly;
    uint32_t base, size;
    uint32_t offset;    /* of the window within the region */
} RmMapping;

/* The CPU's address spaces; what no mapping covers is unassigned. */
#define RM_MAPPINGS 27
#define RM_MAPPINGS_VARIABLE 16     /* the first ones are for scenarios */
extern const RmMapping rm_memory_map[RM_MAPPINGS];

/* The registers of a checker can take so many pages; the CPUs see them at: */
#define RM_REGS_PAGES   2

/*
 * Messages of devices are taken below this address of the system's memory, and
 * fail elsewhere.
 */
#define RM_MSI_SIZE     0x8000

/** rm_regs_pa: physical address of the registers of checker @number */
static inline uint32_t rm_regs_pa(unsigned number)
{
    return 0x38000 + number * RM_REGS_PAGES * RM_PAGE_SIZE;
}

/**
 * rm_target_offset: where in @region the window begins that IOMMUs lead to
 *
 * All are whole pages.  Those of one device begin in the middle of a page of
 * the region: nothing says that a device has to be at a multiple of a page.
 */
static inline uint32_t rm_target_offset(RmRegion region)
{
    return region == RM_NARROW ? 0x80 : 0;
}

/** rm_target_size: the bytes of that window, onto a region of @size bytes */
static inline uint32_t rm_target_size(RmRegion region, uint32_t size)
{
    return rm_target_offset(region) ? size - RM_PAGE_SIZE : size;
}

/*
 * A device behind each IOMMU listens to changes of a range of addresses, another
 * one for each index, as those with an IOTLB of their own do.
 */
static inline void rm_listened(unsigned index, uint32_t *first, uint32_t *last)
{
    static const uint32_t ranges[RM_INDEXES][2] = {
        { 0x1000, 0x1fff }, { 0x0800, 0x27ff }, { 0x0000, 0xefff },
        { 0x3fff, 0x8000 },
    };

    *first = ranges[index][0];
    *last = ranges[index][1];
}

/** rm_device: the properties of a device region when a scenario starts */
static inline RmDevice rm_device(RmRegion region)
{
    switch (region) {
    case RM_BIG:
        return (RmDevice) { true, 8, 1, 2 };
    case RM_NARROW:
        return (RmDevice) { false, 4, 4, 4 };
    default:
        return (RmDevice) { false, 8, 1, 8 };
    }
}

/**
 * rm_initial_byte: what RAM holds at the start of a scenario
 * @region: one that has host memory
 * @offset: byte within it
 *
 * No two pages are alike, so that a wrong page is seen in one byte mostly
 * and in eight bytes certainly.
 */
static inline uint8_t rm_initial_byte(unsigned region, uint32_t offset)
{
    uint32_t x = (offset + 0x10000 * region) * 2654435761u;

    return (x >> 24) ^ (x >> 13);
}

/**
 * rm_restore_pages: copy @initial to those pages of @ram that have a bit in
 * @pages
 */
static inline void rm_restore_pages(uint8_t *ram, const uint8_t *initial,
                                    unsigned pages)
{
    for (unsigned i = 0; i < RM_RAM_PAGES; i++) {
        if (pages >> i & 1) {
            memcpy(ram + i * RM_PAGE_SIZE, initial + i * RM_PAGE_SIZE,
                   RM_PAGE_SIZE);
        }
    }
}

/* The bytes of an access by DMA at most, ... */
#define RM_DMA_MAX      (3 * RM_PAGE_SIZE)
/* ... where not only memory is reached, and of a device that reacts. */
#define RM_DMA_SHORT    32u
#define RM_DMA_NESTED   8u

/** rm_dma_bytes: what DMA writes that is given @value: no eight are alike */
static inline void rm_dma_bytes(uint64_t value, uint8_t *bytes, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        bytes[i] = (value >> i % 8 * 8) + i / 8;
    }
}

/** rm_dma_value: what DMA has read, as one number; of 8 bytes little-endian */
static inline uint64_t rm_dma_value(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        if (i && i % 8 == 0) {
            value *= 0x9e3779b97f4a7c15ull;
        }
        value ^= (uint64_t)bytes[i] << i % 8 * 8;
    }
    return value;
}

/** rm_device_byte: what a device region holds at @offset */
static inline uint8_t rm_device_byte(unsigned region, uint32_t offset)
{
    uint64_t x = offset + 1 + (uint64_t)(region - RM_IO) * 0x10001;

    return x * 0x9e3779b97f4a7c15ull >> 32;
}

/**
 * rm_device_value: what a device region answers to a read
 * @region: one for which rm_is_device()
 * @offset: within the region
 * @size: 1, 2, 4 or 8 bytes, put together in the byte order of the device
 */
static inline uint64_t rm_device_value(unsigned region, uint32_t offset,
                                       unsigned size, bool big)
{
    uint64_t x = 0;

    for (unsigned i = 0; i < size; i++) {
        x = x << 8 | rm_device_byte(region,
                                    offset + (big ? i : size - 1 - i));
    }
    return x;
}

#endif
