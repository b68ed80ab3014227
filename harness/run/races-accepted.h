/*
 * Data races of QEMU's own that are no faults: the function in which one of the two
 * accesses is, and why.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
ACCEPT("find_next_bit", "dirty bits are read a word at a time, while others set and "
       "clear them atomically; so QEMU's own list for this sanitizer has it")
ACCEPT("find_next_zero_bit", "the same, by DMA that asks whether all of a range is dirty "
       "already: these are words of the same bitmaps")
ACCEPT("qemu_get_ram_block", "who looked for a block last says where, for others to look "
       "there first; a comment says why that needs no lock")
