/*
 * Faults that are planted in the checker devices, to see them found.  They
 * are in one build only, <target>-zoo, where TLBDIFF_ZOO=name chooses one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef DEVICES_FAULTS_H
#define DEVICES_FAULTS_H

/* site, name, the clause that is broken, what is wrong */
#define DEVICE_FAULTS(F) \
    F(WG_LOST_WORLD, "wgchecker-lost-world", "D1", \
      "a world's rights are those of another") \
    F(WG_TOR_BOUND, "wgchecker-tor-bound", "D1", \
      "a TOR slot has one page too many") \
    F(WG_NO_NOTIFY, "wgchecker-no-notify", "C13", \
      "a change of a slot's perm notifies nobody") \
    F(WG_STALE_RECORD, "wgchecker-stale-record", "D3", \
      "a second denied access replaces the record of the first") \
    F(WG_SWAPPED, "wgchecker-swapped", "D1", \
      "the right to read is that to write") \
    F(IOPMP_LOST_MD, "iopmp-lost-domain", "D1", \
      "the last memory domain of SRCMD is not looked at") \
    F(IOPMP_TOR_BOUND, "iopmp-tor-bound", "D1", \
      "a TOR entry has one word too many") \
    F(IOPMP_NO_NOTIFY, "iopmp-no-notify", "C13", \
      "a change of SRCMD notifies nobody") \
    F(IOPMP_STALE_RECORD, "iopmp-stale-record", "D3", \
      "a second denied access replaces the record of the first") \
    F(IOPMP_SWAPPED, "iopmp-swapped", "D1", \
      "the right to read is that to write") \
    F(TZ_LOST_BLOCK, "tzmpc-lost-block", "D1", \
      "the last block of a LUT word counts as secure, whatever its bit is") \
    F(TZ_BLK_MAX, "tzmpc-blk-max", "D2", \
      "BLK_MAX reads the number of words, which is one too many") \
    F(TZ_INDEX_STAYS, "tzmpc-index-stays", "D2", \
      "BLK_IDX is not stepped from the last word to the first") \
    F(TZ_NO_NOTIFY, "tzmpc-no-notify", "C13", \
      "a change of a block does not notify the non-secure index") \
    F(TZ_NOTIFY_FIRST, "tzmpc-notify-first", "C13", \
      "a change is notified before it is made (fixes/0009 is missing)") \
    F(TZ_STALE_RECORD, "tzmpc-stale-record", "D3", \
      "a second denied access replaces the record of the first") \
    F(TZ_SWAPPED, "tzmpc-swapped", "D1", \
      "secure blocks are for non-secure accesses, and the other way round") \
    F(TZ_RESET_IRQ, "tzmpc-reset-irq", "D5", \
      "a reset leaves the interrupt raised (fixes/0008 is missing)")

enum DeviceFault {
    DEVICE_FAULT_NONE,
#define F(site, name, clause, mistake) DEVICE_FAULT_##site,
    DEVICE_FAULTS(F)
#undef F
};

#ifdef TLBDIFF_DEVICE_FAULTS
/** device_fault_choose: false if there is none of this name */
bool device_fault_choose(const char *name);

/** device_fault_list: a line for each */
void device_fault_list(FILE *out);

extern int device_fault;
#define DEVICE_FAULT(site) (device_fault == DEVICE_FAULT_##site)
#else
#define DEVICE_FAULT(site) false
#endif

#endif
