/*
 * How large QEMU has made a TLB.  The headers of QEMU and of scenarios cannot
 * be used in one file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_TLB_SIZE_H
#define TESTS_TLB_SIZE_H

/** tlb_size: entries that the TLB of @cpu and @mmu_idx has room for */
unsigned tlb_size(unsigned cpu, unsigned mmu_idx);

#endif
