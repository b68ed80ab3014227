/*
 * The bug zoo: faults that a good engineer could have written and a reviewer
 * could have missed, each at a site of zoo.patch.  One of them is chosen at
 * run time, by TLBDIFF_ZOO=name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLBDIFF_ZOO_H
#define TLBDIFF_ZOO_H

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
    X(FILL_TRANSLATES, "fill-translates", 2, \
      "the IOMMU is asked when the TLB is filled, too", \
      "errors are recorded for accesses that never happened") \
    X(DENIAL_CACHED, "denial-cached", 8, \
      "a denied access leaves its answer in the TLB", \
      "a right that is granted without an UNMAP does not arrive") \
    X(OFFSET_IN_PAGE, "offset-in-page", 3, \
      "the offset of the access within its page is counted twice", \
      "the second access to a page reaches the wrong bytes") \
    X(STORE_USES_LOAD_SECTION, "store-uses-load-section", 3, \
      "a store to I/O takes the target of loads", \
      "a write reaches a device that was never allowed") \
    X(PERM_IGNORED, "perm-ignored", 4, \
      "the permission in the IOMMU's answer is not looked at", \
      "denied accesses go through") \
    X(INDEX_ZERO, "index-zero", 5, \
      "the IOMMU is asked with index 0 instead of that of the attributes", \
      "one world has the rights of another") \
    X(ADDEND_OVERWRITTEN, "addend-overwritten", 7, \
      "a second host page overwrites the addend, and nothing asserts", \
      "reads come from the page that writes go to") \
    X(ADDEND_KEPT, "addend-kept", 7, \
      "a second host page is ignored, and nothing asserts", \
      "writes go to the page that reads come from") \
    X(ALL_TYPES, "all-types", 8, \
      "an answer is taken for all access types, whatever its perm says", \
      "after a read that is allowed, writes are") \
    X(STORE_NOT_DEFERRED, "store-not-deferred", 8, \
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
    X(SET_DIRTY_ANY_PAGE, "set-dirty-any-page", 9, \
      "TLB_NOTDIRTY goes for the same address in all MMU indexes " \
      "(fixes/0001 is missing)", \
      "migration misses writes") \
    X(NO_FETCH, "no-fetch", 11, \
      "an answer that holds for loads is never taken for fetches", \
      "fetching from a device crashes the emulator") \
    X(FLAG_KEPT, "flag-kept", 11, \
      "TLB_IOMMU stays set after a translation", \
      "none; each access takes the slow path") \
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
    X(FLUSH_KEEPS_VICTIM, "flush-keeps-victim", 14, \
      "the flush of a page leaves the victim TLB alone", \
      "an old mapping comes back") \
    X(PAGE1_AS_LOAD, "page1-as-load", 18, \
      "the second page of a crossing access is looked up as a load", \
      "a store crosses into a page that cannot be written") \
    X(FAILED_PHYSADDR, "failed-physaddr", 18, \
      "a failed transaction reports the address behind the IOMMU", \
      "the guest's fault handler looks at the wrong page")

#define ZOO_ENUM(site, name, clause, mistake, seen) ZOO_##site,
enum { ZOO_NONE, ZOO_ENTRIES(ZOO_ENUM) ZOO_COUNT };
#undef ZOO_ENUM

extern int zoo_active;

#define ZOO(site) (zoo_active == ZOO_##site)

struct CPUState;
struct MemoryRegionSection;
struct MemoryRegionSection *
zoo_section_by_index(struct CPUState *cpu,
                     const struct MemoryRegionSection *section);

#endif
