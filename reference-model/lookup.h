/*
 * Finding the entries of an access's pages (C14, C18).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_LOOKUP_H
#define RM_LOOKUP_H

#include "part.h"

/**
 * look_up: find the entry of one part (C14, C18)
 * @type: the access; of a read-modify-write, one of its two
 * @asked_size: the size that the page tables are asked about
 * @aligned: the required alignment is to be checked, too
 *
 * The page tables decide if they were asked; they must be asked where
 * nothing valid is cached.  Returns RM_DONE, or how the access ends.
 */
RmStatus look_up(Access *x, Part *p, RmAccessType type, unsigned asked_size,
                 bool aligned);

/** look_up_goes_on: have the page tables been asked more than that? */
bool look_up_goes_on(Access *x);

/**
 * look_up_anew: all was looked up, and a device or a watchpoint lets it begin anew
 *
 * The first page is cached now, so that what it checks of the alignment counts
 * where the fill did not check it (C18).  Returns RM_DONE, or RM_UNALIGNED.
 */
RmStatus look_up_anew(Access *x);

/** look_up_begin: before the first page is looked up */
void look_up_begin(Access *x);

/**
 * look_up_again: all was looked up and translated; is it to be done once more?
 *
 * So may an access that is told, while it asks an IOMMU, that its entry is no
 * more (C13, C14).
 */
bool look_up_again(Access *x);

/** look_up_end: all pages are looked up; nothing else may have been (C18) */
void look_up_end(Access *x);

#endif
