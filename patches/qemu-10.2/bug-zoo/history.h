/*
 * The history zoo: faults that QEMU had from 2016 on, put back into the code
 * of today, each at a site of history.patch.  harness/qemu/zoo.c reads the
 * list.  history.md names those that would make no difference any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLBDIFF_HISTORY_H
#define TLBDIFF_HISTORY_H

#include <stdbool.h>

/*
 * site, name, the clause that it breaks, the commit that mended it, the year,
 * the mistake, what a guest saw
 */
#define TLB_HISTORY(X) \
    X(PROBE_DIRTIES_BYTE, "probe-dirties-byte", C10, "e2faabee78ff", 2023, \
      "a probe for writing takes its first byte alone for written", \
      "code that a block of zeros was written over (DC ZVA) still runs") \
    X(PROBE_UNWATCHED, "probe-unwatched", C19, "03a981893c99", 2019, \
      "a probe that stands for an access does not look at watchpoints", \
      "a debugger misses what a block instruction does") \
    X(PROBE_STAYS_INVALID, "probe-stays-invalid", C6, "c3c8bf579b43", 2022, \
      "a probe takes the entry that it has just filled for invalid if each " \
      "store has to ask again (PAGE_WRITE_INV)", \
      "none; a block instruction never gets at the memory itself") \
    X(FILL_SIZE_SECOND, "fill-size-second", C18, "8f7cd2ad4acd", 2019, \
      "the fill of the second page is asked for the size of all the access", \
      "faults of the second page report the wrong size") \
    X(STORE_FILLS_TWICE, "store-fills-twice", C18, "b0f650f0477a", 2022, \
      "an unaligned store to a page that each store must ask for asks once " \
      "more, from the beginning of the page", \
      "a store next to what is protected faults (s390x low-address " \
      "protection)") \
    X(DISPATCH_KEPT, "dispatch-kept", C3, "2865bf1c5795", 2025, \
      "a CPU keeps the memory map from before a change until its queued " \
      "work has run", \
      "the emulator reads memory that is free") \
    X(STALE_AFTER_FILL, "stale-after-fill", C20, "6d967cb86d5b", 2019, \
      "after a fill, the access goes on in the table from before it, which " \
      "the fill may have resized", \
      "the emulator reads memory that is free") \
    X(CROSSING_LOAD_HALVED, "crossing-load-halved", C3, \
      "8c79b2885135", 2019, \
      "what a load finds in the first page is kept in 32 bits", \
      "an 8-byte load that crosses pages loses bytes") \
    X(STORE_BACKWARDS, "store-backwards", C16, "81daabaf7a57", 2016, \
      "an 8-byte store that crosses pages goes byte by byte from its end", \
      "a device in the second page is written before the first page faults") \
    X(MISALIGNED_IO, "misaligned-io", C3, "f7eaf9d702ef", 2023, \
      "an unaligned load from I/O is one access, of all its size", \
      "a device is read where it is not, or not at all") \
    X(ROM_WRITE_FAILS, "rom-write-fails", C3, "8af36743c263", 2017, \
      "a write to ROM fails as one to unassigned memory does", \
      "a bus error, where writes to ROM are ignored") \
    X(RMW_STAYS_CLEAN, "rmw-stays-clean", C10, "34d49937e480", 2017, \
      "a first read-modify-write to a page only clears TLB_NOTDIRTY", \
      "old code runs, and migration misses the write") \
    X(RMW_UNWATCHED, "rmw-unwatched", C19, "417aeaff542e", 2023, \
      "a read-modify-write does not look at watchpoints", \
      "a debugger misses atomic instructions") \
    X(RMW_SLOW_FLAGS, "rmw-slow-flags", C17, "319b0c8d0774", 2025, \
      "a read-modify-write does not look for TLB_MMIO and TLB_DISCARD_WRITE " \
      "where they are, in the slow flags", \
      "an atomic instruction on a device crashes the emulator") \
    X(ALIGN_BY_ATOMICITY, "align-by-atomicity", C18, "4dea00368dc7", 2025, \
      "TLB_CHECK_ALIGNED demands the alignment that the atomicity has, not " \
      "the one that the access asks for", \
      "unaligned accesses to Device memory of Arm go through") \
    X(ALIGN_FIRST, "align-first", C18, "795592fef7d5", 2024, \
      "the alignment is checked before the page tables are asked, also for " \
      "targets that do so themselves", \
      "an alignment fault where the page is not mapped (Arm Device memory)") \
    X(CODE_VICTIM_OF_LOADS, "code-victim-of-loads", C11, \
      "b493ccf1fc82", 2018, \
      "the page of code is looked for in the victim TLB as one that can be " \
      "read", \
      "a jump to a page that forbids it does not fault") \
    X(CODE_OF_SMALL_PAGE, "code-of-small-page", C6, "ac01ec6fe594", 2023, \
      "a page that is protected in parts gives the translator its host " \
      "address", \
      "code runs that protection of parts of the page forbids (RISC-V PMP)") \
    X(CODE_IN_ROM_DEVICE, "code-in-rom-device", C22, "55a7cb144d85", 2018, \
      "the code of a ROM device is taken for memory also when it is not in " \
      "ROMD mode", \
      "none; a jump into a flash memory that is being programmed ends the " \
      "emulator") \
    X(CODE_LOADS_BYTE, "code-loads-byte", C3, "71b9a45330fe", 2017, \
      "the TLB is filled for code by loading a byte of it", \
      "a jump to a device reads a register") \
    X(FETCH_OUTSIDE_ABORTS, "fetch-outside-aborts", C22, \
      "d7f30403576f", 2016, \
      "code that is neither in RAM nor in ROM ends the emulator", \
      "none; a jump to nowhere dumps core") \
    X(HOSTP_LEFT, "hostp-left", C3, "0039e5fd2234", 2026, \
      "the host address of a page of code is left as it was where there is " \
      "none", \
      "the translator reads what its stack held") \
    X(EVICT_SAME_PAGE, "evict-same-page", C12, "68fea0385530", 2018, \
      "a fill sends the older entry for the same page to the victim TLB", \
      "an old mapping comes back") \
    X(EVICT_EMPTY, "evict-empty", C22, "3cea94bbc971", 2019, \
      "a slot that is empty is evicted to the victim TLB", \
      "none; useful entries are lost, and the count of entries is wrong") \
    X(WITHIN16_ASSERTS, "within16-asserts", C22, "2be6a48673af", 2023, \
      "a wide store that crosses pages does not know MO_ATOM_WITHIN16", \
      "none; an assertion ends the emulator (LSE2 of Arm)") \
    X(ATOMIC_OVERREAD, "atomic-overread", C20, "6a2c23ddeb5b", 2023, \
      "a load of 2 or 4 bytes reads 16, also at the end of memory", \
      "none; the emulator crashes at the end of a page") \
    X(ATOMIC_SHIFT, "atomic-shift", C20, "c0dde5fc5ccc", 2023, \
      "a store of at most 8 bytes into 16 shifts by a negative number", \
      "none; undefined behaviour") \
    X(CPU_MEETS_IOMMU, "cpu-meets-iommu", C22, "1f871c5e6b0f", 2018, \
      "an IOMMU in the way of the CPU is not foreseen", \
      "none; an assertion ends the emulator") \
    X(NOTIFIERS_MOVE, "notifiers-move", C20, "5601be3b01d7", 2019, \
      "notifiers move in memory when there are more of them, while they are " \
      "in use", \
      "the emulator crashes, or misses that rights were taken away") \
    X(MRU_SUBPAGE, "mru-subpage", C3, "07c114bbf389", 2017, \
      "what was found in a part of a page is remembered as what the page is", \
      "a device answers for its neighbour, or the emulator crashes") \
    X(FIND_BIT_ARGS, "find-bit-args", C11, "88c73d16ad1b", 2016, \
      "the dirty bits of a range of pages are looked for in another range", \
      "each store takes the slow path, and migration misses what DMA writes") \
    X(LOG_CLEAR_END, "log-clear-end", C9, "25aa6b3718b6", 2020, \
      "listeners are told that dirty bits were cleared behind the range " \
      "that was", \
      "migration with KVM misses writes") \
    X(LOG_STOP_FORGOTTEN, "log-stop-forgotten", C22, "a5c90c61a118", 2022, \
      "a stop of dirty logging that waits for the machine to run is " \
      "forgotten by the next start", \
      "none; a second migration of a stopped machine ends in an assertion") \
    X(LOG_START_AGAIN, "log-start-again", C9, "7b0538ed3a22", 2022, \
      "who listens is told of global dirty logging with every client that " \
      "starts or stops", \
      "none known") \
    X(READD_ALIAS, "readd-alias", C22, "a8749d7cc921", 2022, \
      "an alias that moves is not counted as mapped again", \
      "none; moving it twice ends in an assertion") \
    X(ROM_DEVICE_DIRECT, "rom-device-direct", C3, "d489ae4ac57e", 2020, \
      "DMA writes the memory of a ROM device, past its callback", \
      "commands to a flash memory overwrite it") \
    X(DMA_SIGN_EXTENDS, "dma-sign-extends", C3, "6da67de6803e", 2017, \
      "DMA of 4 bytes to a device is sign-extended", \
      "a register of 8 bytes gets ones in its upper half") \
    X(ANY_SIZE_ACCEPTED, "any-size-accepted", C4, "5d971f9e6725", 2020, \
      "a device gets accesses of sizes that it does not allow, in pieces", \
      "registers are written in ways that the device does not expect " \
      "(CVE-2020-13754)") \
    X(SHIFT_UNSIGNED, "shift-unsigned", C3, "98f52cdbb5cb", 2018, \
      "an access smaller than what a big-endian device implements is " \
      "shifted the wrong way", \
      "small accesses read zeros") \
    X(IO_REENTERS, "io-reenters", C3, "a2e1753b8054", 2023, \
      "a device is accessed while it carries out an access", \
      "the emulator crashes (CVE-2023-0330)") \
    X(NOTIFY_ONE_MORE, "notify-one-more", C13, "b021d1c04452", 2017, \
      "a notifier hears of what ends right before its range", \
      "vhost or vfio unmap what stays") \
    X(NOTIFY_ASSERTS, "notify-asserts", C22, "bc54fb016896", 2025, \
      "an event that goes beyond the range of a notifier is not foreseen", \
      "none; an assertion ends the emulator when all is invalidated") \
    X(BOUNCE_READ_ATTRS, "bounce-read-attrs", C3, "d8d5ca40048b", 2024, \
      "what is mapped for reading through a buffer is read without " \
      "attributes", \
      "a device that looks at the requester answers the wrong one") \
    X(IOTLB_LENGTH, "iotlb-length", C6, "076a93d7972c", 2017, \
      "the mask of an IOTLB entry is the rest of the IOMMU's page", \
      "vhost reaches the wrong memory") \
    X(CACHE_UNCLAMPED, "cache-unclamped", C6, "4bfb024bc769", 2020, \
      "a cached range goes on behind the end of a device", \
      "virtio reaches the wrong registers (CVE-2020-27821)") \
    X(CACHED_ELSEWHERE, "cached-elsewhere", C3, "47293c922cb4", 2024, \
      "a cached access that takes several pieces goes on at the beginning " \
      "of the memory map", \
      "virtio reads descriptors from the wrong place") \
    X(CACHED_RESULT, "cached-result", C4, "38df19fad71a", 2020, \
      "a cached access that failed is taken for one that did not", \
      "a device uses what was never read") \
    X(DEBUG_SPACE, "debug-space", C4, "5232e4c798ba", 2016, \
      "a debugger looks in address space 0 whatever the attributes say", \
      "a debugger shows the memory of the other world") \
    X(DEBUG_ATTRS, "debug-attrs", C4, "ea7a5330b795", 2019, \
      "a debugger reads without attributes", \
      "a debugger sees a device as the other world does") \
    X(DEBUG_ERROR, "debug-error", C4, "ddfc8b96eec6", 2020, \
      "a debugger's read that failed is taken for one that did not", \
      "a debugger shows bytes that are nowhere") \
    X(CODE_PAGE1_LOST, "code-page1-lost", C10, "3b279f73fa37", 2024, \
      "a block that crosses pages is not recorded in its second one", \
      "old code runs after its end was overwritten") \
    X(CODE_PAGE_TWICE, "code-page-twice", C22, "a688e73ba8c2", 2018, \
      "a block whose two pages are one in memory locks it twice", \
      "none; the emulator hangs") \
    X(CODE_RANGE_START, "code-range-start", C22, "3307e08c6f14", 2023, \
      "all pages of a range are invalidated from the start of the first", \
      "none; an assertion ends the emulator") \
    X(WATCH_ONE_PAGE, "watch-one-page", C19, "2e886a242cf5", 2020, \
      "a new watchpoint that crosses pages flushes the first one only", \
      "a debugger misses accesses to the second page") \
    X(PROT_NARROWED, "prot-narrowed", C11, "20f7fe93f59f", 2023, \
      "what an IOMMU grants in an answer is kept as what the page tables " \
      "grant", \
      "after a first access, the other direction is denied though it is " \
      "allowed") \
    X(RCU_LEFT_LOCKED, "rcu-left-locked", C22, "5ad4a2b75f85", 2017, \
      "an access that is not valid leaves RCU locked", \
      "none; what is to be freed never is, and the emulator does not end") \
    X(RCU_UNLOCKED_TWICE, "rcu-unlocked-twice", C22, "b39b61e41002", 2018, \
      "an access that is not valid unlocks RCU once more than it locked it", \
      "none; an assertion, or memory that is used after it was freed") \
    X(LOAD_LOCKS_AGAIN, "load-locks-again", C22, "6aba908d2b2d", 2024, \
      "a load from I/O takes the lock of all devices also where it is held", \
      "none; page tables in a device's memory end in an assertion") \
    X(STORE_LOCKS_AGAIN, "store-locks-again", C22, "8b81253332b5", 2017, \
      "a store to I/O takes the lock of all devices also where it is held", \
      "none; a helper that holds it ends in an assertion") \
    X(IDXMAP_PACKED, "idxmap-packed", C14, "7b7d00e0a714", 2020, \
      "a synced flush of a page packs the map of MMU indexes into the bits " \
      "of the address, which may be too few", \
      "an old mapping stays in the higher MMU indexes") \
    X(JUMP_CACHE_MISSING, "jump-cache-missing", C20, "99ab4d500af6", 2023, \
      "the flush of a page does not know that the CPU may have no jump " \
      "cache yet", \
      "none; a CPU that is plugged crashes the emulator") \
    X(JUMP_PC_LEFT, "jump-pc-left", C3, "3371802fba3f", 2023, \
      "a block that is new gets into the jump cache with the address of the " \
      "one that was there", \
      "a jump leads to other code") \
    X(CROSSING_FIRST, "crossing-first", C18, "ec03dd972378", 2025, \
      "what an access has in each of two pages is settled before the first " \
      "is looked up, whose fill then is asked for a part", \
      "an unaligned access ends in an assertion (targets that have none), " \
      "and faults report the wrong size") \
    X(MAP_LENGTH_LEFT, "map-length-left", C6, "77f55eac6c43", 2020, \
      "a mapping for DMA that fails for want of buffers says nothing of its " \
      "length", \
      "a device uses NULL") \
    X(GUARD_RELEASED, "guard-released", C3, "3884bf6468ac", 2023, \
      "an access that needs no guard against nesting takes away the one " \
      "that is there", \
      "the emulator crashes") \
    X(RMW_CLEAN_EXITS, "rmw-clean-exits", C17, "7f9af1abdcc6", 2017, \
      "a first read-modify-write to a page leaves as one that cannot be " \
      "done", \
      "the machine stands still for each; one that is alone never ends") \
    X(RMW_WRITES_ROM, "rmw-writes-rom", C17, "0953674ed0ac", 2023, \
      "a read-modify-write does not look at TLB_DISCARD_WRITE", \
      "the guest overwrites its firmware") \
    X(FAILURE_SILENT, "failure-silent", C18, "04e3aabde397", 2017, \
      "nobody is told of an access that failed", \
      "a bus error is none: reads find zeros") \
    X(FAILED_OFFSET, "failed-offset", C18, "2d54f19401bc", 2018, \
      "a failed transaction reports the offset within the region as its " \
      "address", \
      "the guest's fault handler looks at the wrong page") \
    X(FETCH_FAILURE_TYPE, "fetch-failure-type", C18, "dbea78a4d696", 2018, \
      "a fetch that fails is reported as a load", \
      "a bus error of code becomes one of data") \
    X(FETCH_IO_AS_LOAD, "fetch-io-as-load", C3, "ef5dae6805cc", 2019, \
      "a fetch from I/O goes on with what the entry says of loads", \
      "code is fetched where data was read") \
    X(FILL_SPACE, "fill-space", C3, "d7898cda81b6", 2016, \
      "a fill looks in address space 0, whatever the attributes say", \
      "the secure world sees the memory of the other one") \
    X(SECTION_OF_SPACE, "section-of-space", C3, "854cd16e318e", 2026, \
      "the section behind an IOMMU is looked up, by its index, in the CPU's " \
      "own address space", \
      "I/O behind an IOMMU reaches another device") \
    X(ALIGN_OF_PAGE, "align-of-page", C18, "49fa457ca5ab", 2024, \
      "a page cannot demand that accesses to it are aligned", \
      "unaligned accesses to Device memory of Arm go through") \
    X(WATCH_HIT_WRITE, "watch-hit-write", C19, "019a98083a57", 2023, \
      "a read-modify-write that is watched for reads counts as a write", \
      "a debugger shows the wrong reason") \
    X(SMALL_PAGE_WHOLE, "small-page-whole", C6, "55df6fcf5476", 2018, \
      "what the page tables say of a part of a page is taken for all of it", \
      "protection of parts of a page is not enforced (Arm, RISC-V PMP)") \
    X(STORE_ASKS_ONCE, "store-asks-once", C11, "f52bfb12143e", 2017, \
      "a page cannot demand that each store asks the page tables", \
      "low addresses are protected once only (s390x)") \
    X(PROBE_OF_CLEAN_PAGE, "probe-of-clean-page", C3, "73bc0bd41b84", 2019, \
      "a probe for writing to a clean page gives no host address", \
      "none; a block instruction does not get at the memory itself")

#define HISTORY_DECLARE(site, name, clause, commit, year, mistake, seen) \
    extern bool planted_##site; \
    extern bool *reached_##site;
TLB_HISTORY(HISTORY_DECLARE)
#undef HISTORY_DECLARE

#define HISTORY(site) (__atomic_store_n(reached_##site, true, __ATOMIC_RELAXED), \
                       planted_##site)

#endif
