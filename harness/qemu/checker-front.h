/*
 * The harness in front of a checker device, which knows nothing of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_CHECKER_FRONT_H
#define HARNESS_QEMU_CHECKER_FRONT_H

#include "checker-direct.h"

/** checker_stand_before: log from now on what goes to @mr, the new @region */
void checker_stand_before(CheckerRegion *r, MemoryRegion *mr,
                          RmRegion region);

/**
 * checker_translate_before: log from now on what is asked of IOMMUs of the
 * class of @mr
 *
 * Returns what the class had as translate; NULL if we stand there already.
 */
CheckerTranslate *checker_translate_before(IOMMUMemoryRegion *mr);

#endif
