/*
 * The bug zoo: faults that a good engineer could have written and a reviewer
 * could have missed, each at a site of zoo.patch.  harness/qemu/zoo.c reads
 * the list, and those of the checker devices.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLBDIFF_ZOO_H
#define TLBDIFF_ZOO_H

#include <stdbool.h>

/*     site, name, the clause that it breaks, the mistake, what a guest sees */
#define TLB_FAULTS(X) \
    X(SECTION_INDEX, "section-index", C3, \
      "the section behind an IOMMU is looked up, by its index, in the CPU's " \
      "own address space (the prerequisite patch is missing)", \
      "I/O behind an IOMMU reaches another device") \
    X(FLAG_NONE, "flag-none", C1, \
      "the IOMMU is asked with IOMMU_NONE", \
      "a checker answers for reads where the guest writes") \
    X(FLAG_RO, "flag-ro", C1, \
      "the IOMMU is asked with IOMMU_RO whatever the access is", \
      "writes go where only reads may") \
    X(PROBE_AS_LOAD, "probe-as-load", C1, \
      "a probe asks the IOMMU as a load does, whatever it probes for", \
      "an instruction that writes in a helper gets the page of reads") \
    X(FILL_TRANSLATES, "fill-translates", C2, \
      "the IOMMU is asked when the TLB is filled, too", \
      "errors are recorded for accesses that never happened") \
    X(PROBE_NOT_ASKED, "probe-not-asked", C2, \
      "a probe takes TLB_IOMMU for I/O, and translates nothing", \
      "a string instruction falls back to single bytes, for ever") \
    X(RMW_ONE_DIRECTION, "rmw-one-direction", C2, \
      "a read-modify-write asks the IOMMU about its store only", \
      "what may be written can be read") \
    X(DENIAL_CACHED, "denial-cached", C8, \
      "a denied access leaves its answer in the TLB", \
      "a right that is granted without an UNMAP does not arrive") \
    X(OFFSET_IN_PAGE, "offset-in-page", C3, \
      "the offset of the access within its page is counted twice", \
      "the second access to a page reaches the wrong bytes") \
    X(EARLY_OFFSET, "early-offset", C3, \
      "the offset within the section is taken for that within the region", \
      "a window onto the middle of a region shows its beginning") \
    X(IO_OFFSET_PAGE, "io-offset-page", C3, \
      "an access to I/O goes to the beginning of its page", \
      "all registers of a page are the first one") \
    X(COPY_TOO_EARLY, "copy-too-early", C3, \
      "the entry is copied for the access before it is translated lazily", \
      "the first access to I/O behind an IOMMU fails") \
    X(SET_PAGE_SECURE, "set-page-secure", C3, \
      "accesses of a target that knows no attributes are secure", \
      "the guest sees the secure world's memory") \
    X(FETCH_LIKE_LOAD, "fetch-like-load", C3, \
      "a fetch from I/O takes the target of loads", \
      "code is fetched where data was read") \
    X(PLUGIN_COMPARATOR, "plugin-comparator", C3, \
      "whether an access is I/O, plugins are told by its comparator, where " \
      "the flag is not (fixes/0022 is missing)", \
      "none; a plugin takes all devices for RAM") \
    X(PLUGIN_AS_LOAD, "plugin-as-load", C3, \
      "of a store, plugins are told the device that loads reach", \
      "none; a plugin counts an access for the wrong device") \
    X(WIDE_LOAD_OFFSET, "wide-load-offset", C16, \
      "the second half of a wide load from I/O is 8 bytes behind the first, " \
      "also where a page's end makes that shorter", \
      "a vector load that crosses pages reads the wrong registers") \
    X(WIDE_STORE_OFFSET, "wide-store-offset", C3, \
      "both halves of a wide store to I/O go to the same place", \
      "a vector store writes a register twice") \
    X(WIDE_STORE_SECTION, "wide-store-section", C3, \
      "a 16-byte store to I/O takes the target of loads", \
      "a write reaches a device that was never allowed") \
    X(NESTED_STOPS, "nested-stops", C3, \
      "an IOMMU behind an IOMMU is not asked", \
      "memory behind two checkers cannot be reached") \
    X(ASIDX_EARLY, "asidx-early", C3, \
      "a fill looks in address space 0, whatever the attributes say", \
      "the secure world sees the memory of the other one") \
    X(ASIDX_LATE, "asidx-late", C3, \
      "the lazy translation begins in address space 0, whatever the " \
      "attributes say", \
      "a secure access goes through the checker of the other world") \
    X(LAZY_DROPS_SWAP, "lazy-drops-swap", C3, \
      "the lazy translation drops TLB_BSWAP", \
      "bytes are in the wrong order (SPARC)") \
    X(IO_ATTRS, "io-attrs", C3, \
      "a load from I/O has no attributes", \
      "a device that looks at the requester answers the wrong one") \
    X(JUMP_ANY_INDEX, "jump-any-index", C14, \
      "what the jump cache has of an address is taken for any state of the " \
      "CPU, and so for any MMU index", \
      "user code runs where the kernel jumps to") \
    X(CODE_PAGE1_ANY, "code-page1-any", C14, \
      "a block that crosses pages is found by the first one alone", \
      "an instruction that crosses pages has an old second half") \
    X(STORE_USES_LOAD_SECTION, "store-uses-load-section", C3, \
      "a store to I/O takes the target of loads", \
      "a write reaches a device that was never allowed") \
    X(PERM_IGNORED, "perm-ignored", C4, \
      "the permission in the IOMMU's answer is not looked at", \
      "denied accesses go through") \
    X(INDEX_ZERO, "index-zero", C5, \
      "the IOMMU is asked with index 0 instead of that of the attributes", \
      "one world has the rights of another") \
    X(SMALL_PAGE_CACHED, "small-page-cached", C6, \
      "an entry for less than a page is valid for more than one access", \
      "protection of parts of a page (Arm, RISC-V PMP) is not enforced") \
    X(LAZY_DROPS_INVALID, "lazy-drops-invalid", C6, \
      "the lazy translation drops TLB_INVALID_MASK", \
      "as above, behind an IOMMU") \
    X(MASK_IGNORED, "mask-ignored", C6, \
      "an answer of the IOMMU is kept for the page, whatever its addr_mask", \
      "the rights of a part of a page are those of all of it") \
    X(NESTED_MASK, "nested-mask", C6, \
      "of two IOMMUs, the addr_mask of the first one is taken", \
      "as above, behind a second IOMMU") \
    X(EARLY_SUBPAGE, "early-subpage", C11, \
      "a fill takes the section at the beginning of the page for all of it", \
      "the registers of one device are those of its neighbour") \
    X(ADDEND_OVERWRITTEN, "addend-overwritten", C7, \
      "a second host page overwrites the addend, and nothing asserts", \
      "reads come from the page that writes go to") \
    X(ADDEND_KEPT, "addend-kept", C7, \
      "a second host page is ignored, and nothing asserts", \
      "writes go to the page that reads come from") \
    X(IN_PAGE_KEPT, "in-page-kept", C22, \
      "the place of an access in its page is taken for the page's in RAM", \
      "an assertion ends the VM when a guest reads the middle of a page") \
    X(ALL_TYPES, "all-types", C8, \
      "an answer is taken for all access types, whatever its perm says", \
      "after a read that is allowed, writes are") \
    X(NESTED_PERM, "nested-perm", C8, \
      "of two IOMMUs, the perm of the last one is taken", \
      "after a read that is allowed, writes are") \
    X(STORE_NOT_DEFERRED, "store-not-deferred", C9, \
      "stores are not marked TLB_IOMMU when the entry is filled", \
      "a store before any translation hits host memory that is not there") \
    X(LOST_NOTDIRTY, "lost-notdirty", C9, \
      "TLB_NOTDIRTY is not set when a store is translated lazily", \
      "migration misses writes") \
    X(NOTDIRTY_LOAD_PAGE, "notdirty-load-page", C9, \
      "the dirty bits of the page that loads go to are set", \
      "migration misses writes") \
    X(NOTDIRTY_ON_IO, "notdirty-on-io", C9, \
      "a first store to I/O counts as one to the RAM that loads go to", \
      "a page that nobody has written is displayed or sent again") \
    X(RESET_DIRTY_LOAD_FLAGS, "reset-dirty-load-flags", C9, \
      "tlb_reset_dirty looks at the slow flags of loads", \
      "writes go unnoticed after a dirty bit was cleared") \
    X(RESET_DIRTY_ONE_CPU, "reset-dirty-one-cpu", C9, \
      "tlb_reset_dirty is called for the first CPU only", \
      "migration misses writes of other CPUs") \
    X(RESET_DIRTY_NO_VICTIM, "reset-dirty-no-victim", C9, \
      "tlb_reset_dirty leaves the victim TLB alone", \
      "migration misses writes through an entry that comes back") \
    X(RESET_DIRTY_ONE_PAGE, "reset-dirty-one-page", C9, \
      "tlb_reset_dirty stops at the first page of its range", \
      "migration misses writes") \
    X(SET_DIRTY_ANY_PAGE, "set-dirty-any-page", C9, \
      "TLB_NOTDIRTY goes for the same address in all MMU indexes " \
      "(fixes/0001 is missing)", \
      "migration misses writes") \
    X(SET_DIRTY_SLOW, "set-dirty-slow", C11, \
      "the flag that makes stores slow goes with TLB_NOTDIRTY", \
      "a watchpoint fires once, on a clean page, and never again") \
    X(SET_DIRTY_ADDRESS, "set-dirty-address", C11, \
      "TLB_NOTDIRTY is looked for at the address of the store, not its page", \
      "none; each store takes the slow path") \
    X(SET_DIRTY_INDEX, "set-dirty-index", C20, \
      "the slot of MMU index 0 is taken in the tables of all, which have " \
      "sizes of their own", \
      "the emulator reads behind a table that is smaller") \
    X(CODE_FIRST_BYTE, "code-first-byte", C10, \
      "a store invalidates the code at its first byte only", \
      "old code runs after it was overwritten") \
    X(SMC_GOES_ON, "smc-goes-on", C10, \
      "a block that stores to its own code is not left", \
      "old code runs behind the store that overwrote it (x86, s390x)") \
    X(PROTECT_KEEPS_TLB, "protect-keeps-tlb", C10, \
      "TLBs are not told when a page gets code", \
      "old code runs after it was overwritten") \
    X(REVIVED_ENTRY, "revived-entry", C22, \
      "an answer is kept in an entry that was flushed while the IOMMU was " \
      "asked", \
      "an assertion fails, or memory that is free is written to, or old " \
      "page tables hold") \
    X(NO_FETCH, "no-fetch", C11, \
      "an answer that holds for loads is never taken for fetches", \
      "fetching from a device crashes the emulator") \
    X(FLAG_KEPT, "flag-kept", C11, \
      "TLB_IOMMU stays set after a translation", \
      "none; each access takes the slow path") \
    X(WRITE_INV_LOST, "write-inv-lost", C11, \
      "PAGE_WRITE_INV does not get into the entry", \
      "a page that each store must ask for is written at once (RISC-V D bit)") \
    X(SET_PAGE_EXEC, "set-page-exec", C11, \
      "what can be read can be executed, in targets without attributes", \
      "code runs in pages that forbid it") \
    X(READONLY_WRITTEN, "readonly-written", C11, \
      "TLB_DISCARD_WRITE is not set for a section that is read-only", \
      "the guest overwrites its firmware") \
    X(ROMD_WRITTEN, "romd-written", C11, \
      "a store to a ROM device in ROMD mode is not I/O", \
      "commands to a flash memory overwrite it") \
    X(LAZY_DROPS_ALIGN, "lazy-drops-align", C18, \
      "the lazy translation drops TLB_CHECK_ALIGNED", \
      "unaligned accesses go through to what demands alignment") \
    X(VICTIM_FIRST_HALF, "victim-first-half", C12, \
      "an entry that is evicted leaves its second half behind", \
      "I/O reaches another device after an entry came back") \
    X(VICTIM_SWAP_HALF, "victim-swap-half", C12, \
      "an entry that comes back does so without its second half", \
      "I/O reaches another device after an entry came back") \
    X(FILL_KEEPS_VICTIM, "fill-keeps-victim", C12, \
      "a fill leaves an older entry for the same page in the victim TLB", \
      "an old mapping comes back") \
    X(NO_NOTIFIER, "no-notifier", C13, \
      "no notifier is registered by the lazy translation", \
      "rights that were taken away stay") \
    X(NO_NOTIFIER_STORE, "no-notifier-store", C13, \
      "no notifier is registered when a store is translated", \
      "the right to write stays after it was taken away") \
    X(NOTIFIER_INDEX, "notifier-index", C13, \
      "the notifier is registered for index 0 only", \
      "rights of other worlds stay after they were taken away") \
    X(NOTIFIER_ONCE, "notifier-once", C13, \
      "a notifier that has fired is not armed again", \
      "the second change of rights goes unnoticed") \
    X(NOTIFY_CURRENT_CPU, "notify-current-cpu", C13, \
      "a notification flushes the TLB of the CPU that caused it", \
      "rights that were taken away stay on other CPUs") \
    X(NOTIFY_MMU_INDEX, "notify-mmu-index", C13, \
      "a notification flushes the MMU index that has the number of the " \
      "IOMMU's index", \
      "rights that were taken away stay") \
    X(PATH_TOO_ALIGNED, "path-too-aligned", C23, \
      "the fast path of generated code asks for twice the alignment", \
      "every second access of an array is slow") \
    X(PATH_UNALIGNED, "path-unaligned", C18, \
      "the fast path of generated code does not look at the alignment", \
      "an access that has to fault is carried out") \
    X(PATH_OF_INDEX_0, "path-of-index-0", C14, \
      "the fast path of generated code looks into the TLB of MMU index 0, " \
      "whatever the access says", \
      "user code gets at what the kernel has used") \
    X(IO_INSIDE, "io-inside", C22, \
      "a device is accessed wherever the access is in its block", \
      "what the device reads as the time is not that of the instruction") \
    X(COUNT_STAYS, "count-stays", C22, \
      "what leaves a block in the middle has counted all of it", \
      "with -icount, the time of a device is not that of the instruction") \
    X(NOTIFY_OTHER_CPU, "notify-other-cpu", C24, \
      "a notification flushes the TLBs of other CPUs on the thread of the " \
      "one that caused it (fixes/0018 is missing)", \
      "translated code of another CPU uses a table that was freed") \
    X(STEP_OLD_MAP, "step-old-map", C20, \
      "an instruction that is stepped by itself does not wait for the flush " \
      "that a change of the memory map has queued (fixes/0020 is missing)", \
      "the emulator reads memory that is free") \
    X(FLUSH_KEEPS_VICTIM, "flush-keeps-victim", C14, \
      "the flush of a page leaves the victim TLB alone", \
      "an old mapping comes back") \
    X(FLUSH_KEEPS_JUMPS, "flush-keeps-jumps", C14, \
      "the flush of a page leaves the jump cache alone", \
      "code runs on from where it was mapped before") \
    X(FLUSH_KEEPS_BEFORE, "flush-keeps-before", C14, \
      "the flush of a page does not think of code in the page before it, " \
      "which may go on there", \
      "an instruction that crosses pages has an old second half") \
    X(RANGE_KEEPS_JUMPS, "range-keeps-jumps", C14, \
      "the flush of a range begins with its first page in the jump cache, " \
      "and ends before its last", \
      "code runs on from where it was mapped before") \
    X(LARGE_KEEPS_JUMPS, "large-keeps-jumps", C14, \
      "the flush of a large page leaves the jump cache alone " \
      "(fixes/0027 is missing)", \
      "code runs on from where it was mapped before") \
    X(CODE_FLUSH_KEEPS_JUMPS, "code-flush-keeps-jumps", C10, \
      "when all code is thrown away, the jump caches keep theirs", \
      "old code runs, or what is written over it") \
    X(SYNCED_ONE_CPU, "synced-one-cpu", C14, \
      "a synced flush leaves the other CPUs alone", \
      "an old mapping stays on other CPUs") \
    X(RANGE_IN_LARGE_PAGE, "range-in-large-page", C14, \
      "a range that lies in a large page does not flush all of it " \
      "(fixes/0006 is missing)", \
      "half of an old large page stays") \
    X(LARGE_PAGE_IN_RANGE, "large-page-in-range", C14, \
      "a range that a large page begins in does not flush all of it", \
      "the end of an old large page stays") \
    X(RANGE_LAST_PAGE, "range-last-page", C14, \
      "the flush of a range leaves its last page alone", \
      "an old mapping stays") \
    X(LARGE_SIZE_LOST, "large-size-lost", C14, \
      "a large page is taken for a small one when it gets into the TLB", \
      "a flush of one of its pages leaves the others") \
    X(COMMIT_ONE_CPU, "commit-one-cpu", C15, \
      "a change of the memory map flushes the first CPU only", \
      "other CPUs reach what is no longer there") \
    X(ROMD_SILENT, "romd-silent", C15, \
      "a change of the ROMD mode is not taken for one of the memory map", \
      "the status of a flash memory reads as its content") \
    X(IO_PIECES_OF_4, "io-pieces-of-4", C16, \
      "a store to I/O is split into pieces of 4 bytes at most", \
      "a register of 8 bytes is never written as a whole") \
    X(PAGE1_FIRST, "page1-first", C16, \
      "of a 4-byte store that crosses pages, the second page comes first", \
      "devices see bytes in the wrong order") \
    X(FAILURE_GOES_ON, "failure-goes-on", C16, \
      "a store to I/O goes on after a piece that failed", \
      "half of a write that failed arrives") \
    X(STORE_IO_REST, "store-io-rest", C3, \
      "after a store to I/O the bytes are not shifted on", \
      "of a store that crosses pages, the second gets the first one's bytes") \
    X(DISCARD_REST, "discard-rest", C3, \
      "after a store that is discarded the bytes are not shifted on", \
      "of a store that crosses from ROM into RAM, RAM gets ROM's bytes") \
    X(WIDE_LOAD_ORDER, "wide-load-order", C16, \
      "of a 16-byte load from I/O, the upper half comes first", \
      "devices see reads in the wrong order") \
    X(RMW_READS_IO, "rmw-reads-io", C17, \
      "a read-modify-write overlooks TLB_MMIO of the load", \
      "memory is read where the IOMMU leads to a device") \
    X(RMW_DISCARDED, "rmw-discarded", C17, \
      "a read-modify-write overlooks TLB_DISCARD_WRITE", \
      "the guest overwrites its firmware") \
    X(RMW_READS_DENIED, "rmw-reads-denied", C17, \
      "a read-modify-write goes on where the IOMMU denies the load", \
      "what may only be written can be read") \
    X(PAGE1_AS_LOAD, "page1-as-load", C18, \
      "the second page of a crossing access is looked up as a load", \
      "a store crosses into a page that cannot be written") \
    X(WATCH_BEFORE_FAULT, "watch-before-fault", C18, \
      "the first page's watchpoints come before the lookup of the second", \
      "a debugger stops at an instruction that faults") \
    X(FILL_SIZE, "fill-size", C18, \
      "the first fill of a crossing access is asked for its own page only", \
      "faults report the wrong size") \
    X(FAILED_PHYSADDR, "failed-physaddr", C18, \
      "a failed transaction reports the address behind the IOMMU", \
      "the guest's fault handler looks at the wrong page") \
    X(FAILED_VADDR, "failed-vaddr", C18, \
      "a failed load reports its own address, not that of the piece", \
      "the guest's fault handler is told of a register that did not fail") \
    X(FETCH_FAILS_AS_LOAD, "fetch-fails-as-load", C18, \
      "a fetch that fails is reported as a load", \
      "a bus error of code becomes one of data") \
    X(ALIGN_AFTER_PAGING, "align-after-paging", C18, \
      "the page tables are asked before the alignment is checked", \
      "an unaligned access to an unmapped page faults for the wrong reason") \
    X(ALIGN_NATURAL, "align-natural", C18, \
      "accesses that fill the TLB must be aligned, asked for or not", \
      "the first unaligned access to a page faults, the second does not") \
    X(HIT_UNALIGNED, "hit-unaligned", C18, \
      "the alignment is checked only by what fills the TLB", \
      "an unaligned access faults, and does not when it is tried again") \
    X(LAZY_DROPS_WATCH, "lazy-drops-watch", C19, \
      "the lazy translation drops TLB_WATCHPOINT", \
      "watchpoints behind an IOMMU do not fire") \
    X(WATCH_BOTH, "watch-both", C19, \
      "an access is checked for watchpoints of both directions", \
      "a watchpoint for writes fires on reads") \
    X(WATCH_8_BYTES, "watch-8-bytes", C19, \
      "an access of any size is checked for watchpoints as one of 8 bytes", \
      "a watchpoint fires on its neighbours") \
    X(PROBE_FLAGS_WATCHED, "probe-flags-watched", C19, \
      "probe_access_flags fires watchpoints", \
      "a string instruction stops before it reaches the watchpoint") \
    X(RMW_WATCHED_AS_STORE, "rmw-watched-as-store", C19, \
      "a read-modify-write is checked for watchpoints as a store", \
      "a watchpoint for reads misses it") \
    X(BREAK_AT_START, "break-at-start", C19, \
      "a breakpoint is met where a block begins, and not inside of one", \
      "most breakpoints of a debugger are passed over") \
    X(BREAK_NOT_ASKED, "break-not-asked", C19, \
      "a breakpoint of the guest's own matches whatever its CPU says", \
      "a debug register that is off for this privilege level stops it") \
    X(ENTRY_NOT_COPIED, "entry-not-copied", C20, \
      "an access goes on with the entry in the TLB, not with a copy " \
      "(fixes/0002 is missing)", \
      "the emulator crashes, or goes on with another access's attributes") \
    X(RESIZE_FIRST_HALF, "resize-first-half", C20, \
      "when the TLB grows, the second half of its entries does not", \
      "the emulator corrupts its memory") \
    X(LARGE_PAGES_KEPT, "large-pages-kept", C21, \
      "a flush of all does not forget where large pages are", \
      "none; later flushes take more than they must, in one run and not " \
      "in the next") \
    X(VICTIM_SHUFFLED, "victim-shuffled", C21, \
      "the victim is chosen by a generator that no reset starts again", \
      "what was recorded does not happen again")

/* The same, at a site of threads.patch: what shows where CPUs are threads. */
#define THREAD_FAULTS(X) \
    X(FLUSH_OTHER_DIRECTLY, "flush-other-directly", C24, \
      "a synced flush flushes the other CPUs on the thread of the one that " \
      "asks for it", \
      "translated code of another CPU uses a table that was freed") \
    X(WORK_OF_FIRST_CPU, "work-of-first-cpu", C13, \
      "a notification queues the flush for the first CPU, whichever it is of", \
      "rights that were taken away stay on other CPUs") \
    X(NOTIFIER_ON_LATE, "notifier-on-late", C13, \
      "the notifier is registered when the IOMMU has answered, not before " \
      "it is asked", \
      "a change in between goes unnoticed") \
    X(FILL_FLAGS_EARLY, "fill-flags-early", C9, \
      "a fill looks at the dirty bits before it takes the lock " \
      "(fixes/0023 is missing)", \
      "migration misses writes") \
    X(FILL_UNLOCKED, "fill-unlocked", C9, \
      "a fill gives the lock back before the entry is in the table", \
      "migration misses writes") \
    X(LAZY_FLAGS_EARLY, "lazy-flags-early", C9, \
      "the lazy translation looks at the dirty bits before it takes the lock", \
      "migration misses writes behind an IOMMU") \
    X(LAZY_ADDEND_LATE, "lazy-addend-late", C9, \
      "the lazy translation sets a comparator, and the addend when it has " \
      "had the lock once more", \
      "migration misses writes behind an IOMMU") \
    X(NOTDIRTY_TAKEN_LATE, "notdirty-taken-late", C9, \
      "a first store does not look at the dirty bits again once it has " \
      "taken TLB_NOTDIRTY off (fixes/0024 is missing)", \
      "migration misses writes") \
    X(VICTIM_HALF_LATE, "victim-half-late", C9, \
      "an entry that comes back does so with its second half after the " \
      "lock was given back (fixes/0025 is missing)", \
      "migration misses writes") \
    X(DIRTY_BITS_LOST, "dirty-bits-lost", C9, \
      "a dirty bit is set by a load and a store of the word that has it", \
      "migration misses writes of other CPUs to the next page") \
    X(CLEARED_AFTER_RESET, "cleared-after-reset", C9, \
      "dirty bits are cleared after TLBs were told, not before", \
      "migration misses writes") \
    X(RESET_DIRTY_UNLOCKED, "reset-dirty-unlocked", C14, \
      "tlb_reset_dirty does not take the lock", \
      "an entry that was flushed is there again") \
    X(FLUSH_UNLOCKED, "flush-unlocked", C14, \
      "a flush does not take the lock", \
      "an entry that was flushed is there again") \
    X(RESET_DIRTY_OLD_TABLE, "reset-dirty-old-table", C20, \
      "tlb_reset_dirty looks up the tables before it takes the lock", \
      "the emulator writes to a table that was freed when it was resized") \
    X(XCHG_IN_TWO, "xchg-in-two", C3, \
      "an exchange is a load and a store", \
      "two CPUs get the same lock") \
    X(CMPXCHG_IN_TWO, "cmpxchg-in-two", C3, \
      "a compare-and-exchange is a load and a store", \
      "two CPUs get the same lock") \
    X(STORE_IN_HALVES, "store-in-halves", C3, \
      "an 8-byte store writes one half and then the other", \
      "another CPU reads a value that was never there") \
    X(IO_UNLOCKED, "io-unlocked", C22, \
      "a store to a device does not take the big lock", \
      "a device is in the middle of one access when the next one comes")

#define ZOO_DECLARE(site, name, clause, mistake, seen) \
    extern bool planted_##site; \
    extern bool *reached_##site;
TLB_FAULTS(ZOO_DECLARE)
THREAD_FAULTS(ZOO_DECLARE)
#undef ZOO_DECLARE

#define ZOO(site) (__atomic_store_n(reached_##site, true, __ATOMIC_RELAXED), \
                    planted_##site)

/* A linear congruential generator: the same numbers in each process. */
static inline unsigned zoo_shuffle(void)
{
    static unsigned state;

    state = state * 1664525 + 1013904223;
    return state >> 16;
}

struct CPUState;
struct MemoryRegionSection;
struct MemoryRegionSection *
zoo_section_by_index(struct CPUState *cpu,
                     const struct MemoryRegionSection *section);

#endif
