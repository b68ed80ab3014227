/*
 * Faults that are planted in the checker devices, to see them found: a list
 * for each, which harness/qemu/zoo.c reads.  They are in programs of their own
 * only, those whose names end in -zoo.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef DEVICES_FAULTS_H
#define DEVICES_FAULTS_H

/*     site, name, the clause that it breaks, the mistake, what a guest sees */
#define WGCHECKER_FAULTS(X) \
    X(WG_LOST_WORLD, "wgchecker-lost-world", D1, \
      "a world's rights are those of another", \
      "a world reads and writes what is another's") \
    X(WG_TOR_BOUND, "wgchecker-tor-bound", D1, \
      "a TOR slot has one page too many", \
      "the page behind a range can be used as if it were in it") \
    X(WG_NO_NOTIFY, "wgchecker-no-notify", C13, \
      "a change of a slot's perm notifies nobody", \
      "a CPU goes on with rights that were taken away") \
    X(WG_STALE_RECORD, "wgchecker-stale-record", D3, \
      "a second denied access replaces the record of the first", \
      "the handler is told of the wrong access") \
    X(WG_SWAPPED, "wgchecker-swapped", D1, \
      "the right to read is that to write", \
      "what may only be read can be written, and not be read") \
    X(WG_LOAD_RANGES, "wgchecker-load-ranges", D1, \
      "the ranges of slots are not worked out when a state is loaded", \
      "after migration, the rules of the reset hold")

#define IOPMP_FAULTS(X) \
    X(IOPMP_LOST_MD, "iopmp-lost-domain", D1, \
      "the last memory domain of SRCMD is not looked at", \
      "a device is denied memory of a domain that it is in") \
    X(IOPMP_TOR_BOUND, "iopmp-tor-bound", D1, \
      "a TOR entry has one word too many", \
      "the word behind a range can be used as if it were in it") \
    X(IOPMP_NO_NOTIFY, "iopmp-no-notify", C13, \
      "a change of SRCMD notifies nobody", \
      "a CPU goes on with rights that were taken away") \
    X(IOPMP_STALE_RECORD, "iopmp-stale-record", D3, \
      "a second denied access replaces the record of the first", \
      "the handler is told of the wrong access") \
    X(IOPMP_SWAPPED, "iopmp-swapped", D1, \
      "the right to read is that to write", \
      "what may only be read can be written, and not be read") \
    X(IOPMP_HIGH_MD, "iopmp-high-domain", D1, \
      "domains 31 and up are taken for those that follow them", \
      "a device has the memory of another domain than it was given") \
    X(IOPMP_MDLCKH, "iopmp-mdlckh", D2, \
      "MDLCKH locks nothing", \
      "who is in a locked domain can be changed") \
    X(IOPMP_K_LESS, "iopmp-k-less", D1, \
      "md_entry_num is taken for the number of entries", \
      "a domain lacks its last entry, and has those of another") \
    X(IOPMP_K_UNLOCKED, "iopmp-k-unlocked", D2, \
      "enable does not lock md_entry_num", \
      "all domains change while they are in use") \
    X(IOPMP_PERM_BOTH, "iopmp-perm-both", D1, \
      "by MD, the entry has to grant what SRCMD_PERM grants", \
      "what was granted is denied") \
    X(IOPMP_SPS_GRANTS, "iopmp-sps-grants", D1, \
      "SRCMD_R and SRCMD_W grant what the entry does not", \
      "a device writes what is read-only") \
    X(IOPMP_NO_W_TYPE, "iopmp-no-w-type", D3, \
      "where no write is allowed, a right is said to be missing", \
      "the handler looks for an entry that is not there") \
    X(IOPMP_TOR_LOW, "iopmp-tor-low", D1, \
      "where a TOR entry begins, ADDRH does not count", \
      "a range has memory in it that is not its own") \
    X(IOPMP_GRANULE, "iopmp-granule", D2, \
      "the low bits of a NAPOT address can be written", \
      "a range is smaller than the IOPMP can tell apart") \
    X(IOPMP_LOCK_FALLS, "iopmp-lock-falls", D2, \
      "MDCFGLCK and ENTRYLCK take a smaller f", \
      "locked entries can be changed") \
    X(IOPMP_TRANSL_PROG, "iopmp-transl-prog", D2, \
      "rrid_transl can be written when that is no longer allowed", \
      "a device acts under the name of another") \
    X(IOPMP_ONE_IS_QUIET, "iopmp-one-is-quiet", D4, \
      "one of several entries is enough to suppress the error", \
      "who was denied goes on as if nothing had been") \
    X(IOPMP_LOUD, "iopmp-loud", D3, \
      "what is suppressed in every way is recorded", \
      "prefetches fill the record, and violations find no room") \
    X(IOPMP_MFR_FIRST, "iopmp-mfr-first", D3, \
      "the first violation counts as a subsequent one, too", \
      "the handler looks for a fault that there was not") \
    X(IOPMP_MFR_STAYS, "iopmp-mfr-stays", D3, \
      "ERR_MFR tells the same window again", \
      "the handler never comes to an end") \
    X(IOPMP_NOT_EXEMPT, "iopmp-not-exempt", D1, \
      "MDSTALL.exempt is not looked at", \
      "a device runs on while its tables are changed") \
    X(IOPMP_MSI_LOCK, "iopmp-msi-lock", D2, \
      "ERR_CFG.l does not lock ERR_MSIADDR", \
      "software sends the message of a violation elsewhere") \
    X(IOPMP_MSI_WERR, "iopmp-msi-werr", D3, \
      "a new record clears msi_werr", \
      "nobody hears that the message of a violation was lost") \
    X(IOPMP_MSI_ADDR, "iopmp-msi-addr", D5, \
      "without ERR_MSIADDRH, ERR_MSIADDR is not shifted", \
      "the message goes to an address that is not its own") \
    X(IOPMP_MSI_BOTH, "iopmp-msi-both", D5, \
      "the line rises as well when a message is sent", \
      "the handler is called once too often") \
    X(IOPMP_NO_INDEXES, "iopmp-no-indexes", C22, \
      "the IOMMU does not say that it has more than one index", \
      "the virtual machine ends at the first access of RRID 1") \
    X(IOPMP_WAITS, "iopmp-waits", C22, \
      "whoever is stalled is waited for where it asks", \
      "the virtual machine hangs") \
    X(IOPMP_LOAD_RANGES, "iopmp-load-ranges", D1, \
      "the ranges of entries are not worked out when a state is loaded", \
      "after migration, nothing is allowed any more")

#define TZMPC_FAULTS(X) \
    X(TZ_LOST_BLOCK, "tzmpc-lost-block", D1, \
      "the last block of a LUT word counts as secure, whatever its bit is", \
      "the non-secure world is denied a block that is its own") \
    X(TZ_BLK_MAX, "tzmpc-blk-max", D2, \
      "BLK_MAX reads the number of words, which is one too many", \
      "a driver programs a word that there is not") \
    X(TZ_INDEX_STAYS, "tzmpc-index-stays", D2, \
      "BLK_IDX is not stepped from the last word to the first", \
      "a driver that writes all words writes the last one twice") \
    X(TZ_NO_NOTIFY, "tzmpc-no-notify", C13, \
      "a change of a block does not notify the non-secure index", \
      "a CPU goes on with rights that were taken away") \
    X(TZ_NOTIFY_FIRST, "tzmpc-notify-first", C13, \
      "a change is notified before it is made (fixes/0009 is missing)", \
      "what is asked in answer to the notification is still the old") \
    X(TZ_STALE_RECORD, "tzmpc-stale-record", D3, \
      "a second denied access replaces the record of the first", \
      "the handler is told of the wrong access") \
    X(TZ_SWAPPED, "tzmpc-swapped", D1, \
      "secure blocks are for non-secure accesses, and the other way round", \
      "the non-secure world reads the secure one's memory") \
    X(TZ_RESET_IRQ, "tzmpc-reset-irq", D5, \
      "a reset leaves the interrupt raised (fixes/0008 is missing)", \
      "an interrupt without a cause, after a reset") \
    X(TZ_LOAD_LUT, "tzmpc-load-lut", D2, \
      "the state that is loaded has no LUT", \
      "after migration, all memory is the secure world's")

/* All of them. */
#define DEVICE_FAULTS(X) WGCHECKER_FAULTS(X) IOPMP_FAULTS(X) TZMPC_FAULTS(X)

#ifdef TLBDIFF_DEVICE_FAULTS
#define ZOO_DECLARE(site, name, clause, mistake, seen) \
    extern bool planted_##site; \
    extern bool *reached_##site;
DEVICE_FAULTS(ZOO_DECLARE)
#undef ZOO_DECLARE
#define DEVICE_FAULT(site) (*reached_##site = true, planted_##site)
#else
#define DEVICE_FAULT(site) false
#endif

#endif
