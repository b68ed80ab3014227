/*
 * The bug zoo: faults that a good engineer could have written and a reviewer
 * could have missed, each at a site of zoo.patch.  One of them is chosen at
 * run time, by TLBDIFF_ZOO=name; or several, by their names with commas
 * between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLBDIFF_ZOO_H
#define TLBDIFF_ZOO_H

#include <stdbool.h>

/*     site, name, the number of the clause, the mistake, what a guest sees */
#define ZOO_ENTRIES(X) \
    X(SECTION_INDEX, "section-index", 3, \
      "the section behind an IOMMU is looked up, by its index, in the CPU's " \
      "own address space (the prerequisite patch is missing)", \
      "I/O behind an IOMMU reaches another device") \
    X(FLAG_NONE, "flag-none", 1, \
      "the IOMMU is asked with IOMMU_NONE", \
      "a checker answers for reads where the guest writes") \
    X(FLAG_RO, "flag-ro", 1, \
      "the IOMMU is asked with IOMMU_RO whatever the access is", \
      "writes go where only reads may") \
    X(PROBE_AS_LOAD, "probe-as-load", 1, \
      "a probe asks the IOMMU as a load does, whatever it probes for", \
      "an instruction that writes in a helper gets the page of reads") \
    X(FILL_TRANSLATES, "fill-translates", 2, \
      "the IOMMU is asked when the TLB is filled, too", \
      "errors are recorded for accesses that never happened") \
    X(PROBE_NOT_ASKED, "probe-not-asked", 2, \
      "a probe takes TLB_IOMMU for I/O, and translates nothing", \
      "a string instruction falls back to single bytes, for ever") \
    X(RMW_ONE_DIRECTION, "rmw-one-direction", 2, \
      "a read-modify-write asks the IOMMU about its store only", \
      "what may be written can be read") \
    X(DENIAL_CACHED, "denial-cached", 8, \
      "a denied access leaves its answer in the TLB", \
      "a right that is granted without an UNMAP does not arrive") \
    X(OFFSET_IN_PAGE, "offset-in-page", 3, \
      "the offset of the access within its page is counted twice", \
      "the second access to a page reaches the wrong bytes") \
    X(EARLY_OFFSET, "early-offset", 3, \
      "the offset within the section is taken for that within the region", \
      "a window onto the middle of a region shows its beginning") \
    X(IO_OFFSET_PAGE, "io-offset-page", 3, \
      "an access to I/O goes to the beginning of its page", \
      "all registers of a page are the first one") \
    X(COPY_TOO_EARLY, "copy-too-early", 3, \
      "the entry is copied for the access before it is translated lazily", \
      "the first access to I/O behind an IOMMU fails") \
    X(SET_PAGE_SECURE, "set-page-secure", 3, \
      "accesses of a target that knows no attributes are secure", \
      "the guest sees the secure world's memory") \
    X(FETCH_LIKE_LOAD, "fetch-like-load", 3, \
      "a fetch from I/O takes the target of loads", \
      "code is fetched where data was read") \
    X(WIDE_LOAD_OFFSET, "wide-load-offset", 16, \
      "the second half of a wide load from I/O is 8 bytes behind the first, " \
      "also where a page's end makes that shorter", \
      "a vector load that crosses pages reads the wrong registers") \
    X(WIDE_STORE_OFFSET, "wide-store-offset", 3, \
      "both halves of a wide store to I/O go to the same place", \
      "a vector store writes a register twice") \
    X(WIDE_STORE_SECTION, "wide-store-section", 3, \
      "a 16-byte store to I/O takes the target of loads", \
      "a write reaches a device that was never allowed") \
    X(NESTED_STOPS, "nested-stops", 3, \
      "an IOMMU behind an IOMMU is not asked", \
      "memory behind two checkers cannot be reached") \
    X(ASIDX_EARLY, "asidx-early", 3, \
      "a fill looks in address space 0, whatever the attributes say", \
      "the secure world sees the memory of the other one") \
    X(ASIDX_LATE, "asidx-late", 3, \
      "the lazy translation begins in address space 0, whatever the " \
      "attributes say", \
      "a secure access goes through the checker of the other world") \
    X(LAZY_DROPS_SWAP, "lazy-drops-swap", 3, \
      "the lazy translation drops TLB_BSWAP", \
      "bytes are in the wrong order (SPARC)") \
    X(IO_ATTRS, "io-attrs", 3, \
      "a load from I/O has no attributes", \
      "a device that looks at the requester answers the wrong one") \
    X(STORE_USES_LOAD_SECTION, "store-uses-load-section", 3, \
      "a store to I/O takes the target of loads", \
      "a write reaches a device that was never allowed") \
    X(PERM_IGNORED, "perm-ignored", 4, \
      "the permission in the IOMMU's answer is not looked at", \
      "denied accesses go through") \
    X(INDEX_ZERO, "index-zero", 5, \
      "the IOMMU is asked with index 0 instead of that of the attributes", \
      "one world has the rights of another") \
    X(SMALL_PAGE_CACHED, "small-page-cached", 6, \
      "an entry for less than a page is valid for more than one access", \
      "protection of parts of a page (Arm, RISC-V PMP) is not enforced") \
    X(LAZY_DROPS_INVALID, "lazy-drops-invalid", 6, \
      "the lazy translation drops TLB_INVALID_MASK", \
      "as above, behind an IOMMU") \
    X(MASK_IGNORED, "mask-ignored", 6, \
      "an answer of the IOMMU is kept for the page, whatever its addr_mask", \
      "the rights of a part of a page are those of all of it") \
    X(NESTED_MASK, "nested-mask", 6, \
      "of two IOMMUs, the addr_mask of the first one is taken", \
      "as above, behind a second IOMMU") \
    X(EARLY_SUBPAGE, "early-subpage", 11, \
      "a fill takes the section at the beginning of the page for all of it", \
      "the registers of one device are those of its neighbour") \
    X(ADDEND_OVERWRITTEN, "addend-overwritten", 7, \
      "a second host page overwrites the addend, and nothing asserts", \
      "reads come from the page that writes go to") \
    X(ADDEND_KEPT, "addend-kept", 7, \
      "a second host page is ignored, and nothing asserts", \
      "writes go to the page that reads come from") \
    X(ALL_TYPES, "all-types", 8, \
      "an answer is taken for all access types, whatever its perm says", \
      "after a read that is allowed, writes are") \
    X(NESTED_PERM, "nested-perm", 8, \
      "of two IOMMUs, the perm of the last one is taken", \
      "after a read that is allowed, writes are") \
    X(STORE_NOT_DEFERRED, "store-not-deferred", 9, \
      "stores are not marked TLB_IOMMU when the entry is filled", \
      "a store before any translation hits host memory that is not there") \
    X(LOST_NOTDIRTY, "lost-notdirty", 9, \
      "TLB_NOTDIRTY is not set when a store is translated lazily", \
      "migration misses writes") \
    X(NOTDIRTY_LOAD_PAGE, "notdirty-load-page", 9, \
      "the dirty bits of the page that loads go to are set", \
      "migration misses writes") \
    X(RESET_DIRTY_LOAD_FLAGS, "reset-dirty-load-flags", 9, \
      "tlb_reset_dirty looks at the slow flags of loads", \
      "writes go unnoticed after a dirty bit was cleared") \
    X(RESET_DIRTY_ONE_CPU, "reset-dirty-one-cpu", 9, \
      "tlb_reset_dirty is called for the first CPU only", \
      "migration misses writes of other CPUs") \
    X(RESET_DIRTY_NO_VICTIM, "reset-dirty-no-victim", 9, \
      "tlb_reset_dirty leaves the victim TLB alone", \
      "migration misses writes through an entry that comes back") \
    X(RESET_DIRTY_ONE_PAGE, "reset-dirty-one-page", 9, \
      "tlb_reset_dirty stops at the first page of its range", \
      "migration misses writes") \
    X(SET_DIRTY_ANY_PAGE, "set-dirty-any-page", 9, \
      "TLB_NOTDIRTY goes for the same address in all MMU indexes " \
      "(fixes/0001 is missing)", \
      "migration misses writes") \
    X(SET_DIRTY_SLOW, "set-dirty-slow", 11, \
      "the flag that makes stores slow goes with TLB_NOTDIRTY", \
      "a watchpoint fires once, on a clean page, and never again") \
    X(SET_DIRTY_ADDRESS, "set-dirty-address", 11, \
      "TLB_NOTDIRTY is looked for at the address of the store, not its page", \
      "none; each store takes the slow path") \
    X(SET_DIRTY_INDEX, "set-dirty-index", 20, \
      "the slot of MMU index 0 is taken in the tables of all, which have " \
      "sizes of their own", \
      "the emulator reads behind a table that is smaller") \
    X(CODE_FIRST_BYTE, "code-first-byte", 10, \
      "a store invalidates the code at its first byte only", \
      "old code runs after it was overwritten") \
    X(PROTECT_KEEPS_TLB, "protect-keeps-tlb", 10, \
      "TLBs are not told when a page gets code", \
      "old code runs after it was overwritten") \
    X(NO_FETCH, "no-fetch", 11, \
      "an answer that holds for loads is never taken for fetches", \
      "fetching from a device crashes the emulator") \
    X(FLAG_KEPT, "flag-kept", 11, \
      "TLB_IOMMU stays set after a translation", \
      "none; each access takes the slow path") \
    X(WRITE_INV_LOST, "write-inv-lost", 11, \
      "PAGE_WRITE_INV does not get into the entry", \
      "a page that each store must ask for is written at once (RISC-V D bit)") \
    X(SET_PAGE_EXEC, "set-page-exec", 11, \
      "what can be read can be executed, in targets without attributes", \
      "code runs in pages that forbid it") \
    X(READONLY_WRITTEN, "readonly-written", 11, \
      "TLB_DISCARD_WRITE is not set for a section that is read-only", \
      "the guest overwrites its firmware") \
    X(ROMD_WRITTEN, "romd-written", 11, \
      "a store to a ROM device in ROMD mode is not I/O", \
      "commands to a flash memory overwrite it") \
    X(LAZY_DROPS_ALIGN, "lazy-drops-align", 18, \
      "the lazy translation drops TLB_CHECK_ALIGNED", \
      "unaligned accesses go through to what demands alignment") \
    X(VICTIM_FIRST_HALF, "victim-first-half", 12, \
      "an entry that is evicted leaves its second half behind", \
      "I/O reaches another device after an entry came back") \
    X(VICTIM_SWAP_HALF, "victim-swap-half", 12, \
      "an entry that comes back does so without its second half", \
      "I/O reaches another device after an entry came back") \
    X(FILL_KEEPS_VICTIM, "fill-keeps-victim", 12, \
      "a fill leaves an older entry for the same page in the victim TLB", \
      "an old mapping comes back") \
    X(NO_NOTIFIER, "no-notifier", 13, \
      "no notifier is registered by the lazy translation", \
      "rights that were taken away stay") \
    X(NO_NOTIFIER_STORE, "no-notifier-store", 13, \
      "no notifier is registered when a store is translated", \
      "the right to write stays after it was taken away") \
    X(NOTIFIER_INDEX, "notifier-index", 13, \
      "the notifier is registered for index 0 only", \
      "rights of other worlds stay after they were taken away") \
    X(NOTIFIER_ONCE, "notifier-once", 13, \
      "a notifier that has fired is not armed again", \
      "the second change of rights goes unnoticed") \
    X(NOTIFY_CURRENT_CPU, "notify-current-cpu", 13, \
      "a notification flushes the TLB of the CPU that caused it", \
      "rights that were taken away stay on other CPUs") \
    X(NOTIFY_MMU_INDEX, "notify-mmu-index", 13, \
      "a notification flushes the MMU index that has the number of the " \
      "IOMMU's index", \
      "rights that were taken away stay") \
    X(FLUSH_KEEPS_VICTIM, "flush-keeps-victim", 14, \
      "the flush of a page leaves the victim TLB alone", \
      "an old mapping comes back") \
    X(SYNCED_ONE_CPU, "synced-one-cpu", 14, \
      "a synced flush leaves the other CPUs alone", \
      "an old mapping stays on other CPUs") \
    X(RANGE_IN_LARGE_PAGE, "range-in-large-page", 14, \
      "a range that lies in a large page does not flush all of it " \
      "(fixes/0006 is missing)", \
      "half of an old large page stays") \
    X(LARGE_PAGE_IN_RANGE, "large-page-in-range", 14, \
      "a range that a large page begins in does not flush all of it", \
      "the end of an old large page stays") \
    X(RANGE_LAST_PAGE, "range-last-page", 14, \
      "the flush of a range leaves its last page alone", \
      "an old mapping stays") \
    X(LARGE_SIZE_LOST, "large-size-lost", 14, \
      "a large page is taken for a small one when it gets into the TLB", \
      "a flush of one of its pages leaves the others") \
    X(COMMIT_ONE_CPU, "commit-one-cpu", 15, \
      "a change of the memory map flushes the first CPU only", \
      "other CPUs reach what is no longer there") \
    X(ROMD_SILENT, "romd-silent", 15, \
      "a change of the ROMD mode is not taken for one of the memory map", \
      "the status of a flash memory reads as its content") \
    X(IO_PIECES_OF_4, "io-pieces-of-4", 16, \
      "a store to I/O is split into pieces of 4 bytes at most", \
      "a register of 8 bytes is never written as a whole") \
    X(PAGE1_FIRST, "page1-first", 16, \
      "of a 4-byte store that crosses pages, the second page comes first", \
      "devices see bytes in the wrong order") \
    X(FAILURE_GOES_ON, "failure-goes-on", 16, \
      "a store to I/O goes on after a piece that failed", \
      "half of a write that failed arrives") \
    X(STORE_IO_REST, "store-io-rest", 3, \
      "after a store to I/O the bytes are not shifted on", \
      "of a store that crosses pages, the second gets the first one's bytes") \
    X(DISCARD_REST, "discard-rest", 3, \
      "after a store that is discarded the bytes are not shifted on", \
      "of a store that crosses from ROM into RAM, RAM gets ROM's bytes") \
    X(WIDE_LOAD_ORDER, "wide-load-order", 16, \
      "of a 16-byte load from I/O, the upper half comes first", \
      "devices see reads in the wrong order") \
    X(RMW_READS_IO, "rmw-reads-io", 17, \
      "a read-modify-write overlooks TLB_MMIO of the load", \
      "memory is read where the IOMMU leads to a device") \
    X(RMW_DISCARDED, "rmw-discarded", 17, \
      "a read-modify-write overlooks TLB_DISCARD_WRITE", \
      "the guest overwrites its firmware") \
    X(RMW_READS_DENIED, "rmw-reads-denied", 17, \
      "a read-modify-write goes on where the IOMMU denies the load", \
      "what may only be written can be read") \
    X(PAGE1_AS_LOAD, "page1-as-load", 18, \
      "the second page of a crossing access is looked up as a load", \
      "a store crosses into a page that cannot be written") \
    X(WATCH_BEFORE_FAULT, "watch-before-fault", 18, \
      "the first page's watchpoints come before the lookup of the second", \
      "a debugger stops at an instruction that faults") \
    X(FILL_SIZE, "fill-size", 18, \
      "the first fill of a crossing access is asked for its own page only", \
      "faults report the wrong size") \
    X(FAILED_PHYSADDR, "failed-physaddr", 18, \
      "a failed transaction reports the address behind the IOMMU", \
      "the guest's fault handler looks at the wrong page") \
    X(FAILED_VADDR, "failed-vaddr", 18, \
      "a failed load reports its own address, not that of the piece", \
      "the guest's fault handler is told of a register that did not fail") \
    X(FETCH_FAILS_AS_LOAD, "fetch-fails-as-load", 18, \
      "a fetch that fails is reported as a load", \
      "a bus error of code becomes one of data") \
    X(ALIGN_AFTER_PAGING, "align-after-paging", 18, \
      "the page tables are asked before the alignment is checked", \
      "an unaligned access to an unmapped page faults for the wrong reason") \
    X(ALIGN_NATURAL, "align-natural", 18, \
      "accesses that fill the TLB must be aligned, asked for or not", \
      "the first unaligned access to a page faults, the second does not") \
    X(HIT_UNALIGNED, "hit-unaligned", 18, \
      "the alignment is checked only by what fills the TLB", \
      "an unaligned access faults, and does not when it is tried again") \
    X(LAZY_DROPS_WATCH, "lazy-drops-watch", 19, \
      "the lazy translation drops TLB_WATCHPOINT", \
      "watchpoints behind an IOMMU do not fire") \
    X(WATCH_BOTH, "watch-both", 19, \
      "an access is checked for watchpoints of both directions", \
      "a watchpoint for writes fires on reads") \
    X(WATCH_8_BYTES, "watch-8-bytes", 19, \
      "an access of any size is checked for watchpoints as one of 8 bytes", \
      "a watchpoint fires on its neighbours") \
    X(PROBE_FLAGS_WATCHED, "probe-flags-watched", 19, \
      "probe_access_flags fires watchpoints", \
      "a string instruction stops before it reaches the watchpoint") \
    X(RMW_WATCHED_AS_STORE, "rmw-watched-as-store", 19, \
      "a read-modify-write is checked for watchpoints as a store", \
      "a watchpoint for reads misses it") \
    X(ENTRY_NOT_COPIED, "entry-not-copied", 20, \
      "an access goes on with the entry in the TLB, not with a copy " \
      "(fixes/0002 is missing)", \
      "the emulator crashes, or goes on with another access's attributes") \
    X(RESIZE_FIRST_HALF, "resize-first-half", 20, \
      "when the TLB grows, the second half of its entries does not", \
      "the emulator corrupts its memory") \
    X(LARGE_PAGES_KEPT, "large-pages-kept", 21, \
      "a flush of all does not forget where large pages are", \
      "none; later flushes take more than they must, in one run and not " \
      "in the next") \
    X(VICTIM_SHUFFLED, "victim-shuffled", 21, \
      "the victim is chosen by a generator that no reset starts again", \
      "what was recorded does not happen again")

#define ZOO_ENUM(site, name, clause, mistake, seen) ZOO_##site,
enum { ZOO_NONE, ZOO_ENTRIES(ZOO_ENUM) ZOO_COUNT };
#undef ZOO_ENUM

extern bool zoo_on[ZOO_COUNT];

#define ZOO(site) (zoo_on[ZOO_##site])

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
