/*
 * The names of the contract's clauses, and what each demands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "clauses.h"

static const struct {
    const char *name, *text;
} clauses[RM_CLAUSES] = {
    [RM_NO_CLAUSE] = { "no clause", "" },
    [RM_C1_FLAG] = { "C1 flag",
        "a load or a fetch translates with IOMMU_RO, a store with IOMMU_WO" },
    [RM_C2_DEFERRAL] = { "C2 deferral",
        "filling calls no IOMMU; the first access of a type translates" },
    [RM_C3_TARGET] = { "C3 target",
        "an access reaches the region and offset of its own translation" },
    [RM_C4_PERMISSION] = { "C4 permission",
        "what the IOMMU denies reaches nothing and ends as a decode error" },
    [RM_C5_INDEX] = { "C5 index",
        "the IOMMU index is the one of the entry's attributes" },
    [RM_C6_GRANULARITY] = { "C6 granularity",
        "a translation speaks only for the range of its addr_mask" },
    [RM_C7_ADDEND] = { "C7 one addend",
        "an assertion if, and only if, two access types of an entry resolve "
        "to different host pages" },
    [RM_C8_INDEPENDENT] = { "C8 independent flags",
        "a translation changes only the access types that it speaks for" },
    [RM_C9_DIRTY] = { "C9 dirty",
        "a store leaves the dirty bits of its pages set, and no others" },
    [RM_C10_CODE] = { "C10 code",
        "a store invalidates the translated code that it overlaps" },
    [RM_C11_FAST_PATH] = { "C11 fast path",
        "no comparator is more permissive than the model, and a plain RAM "
        "entry is fast after its first use" },
    [RM_C12_VICTIM] = { "C12 victim",
        "an entry comes back from the victim TLB as it went" },
    [RM_C13_NOTIFY] = { "C13 notify",
        "after an UNMAP notification nothing uses what the IOMMU said before" },
    [RM_C14_FLUSH] = { "C14 flush",
        "after a flush the next access asks the page tables again" },
    [RM_C15_TOPOLOGY] = { "C15 topology",
        "a change of the memory topology is seen by the next access" },
    [RM_C16_CROSSING] = { "C16 crossing",
        "faults of both pages come before any data; then page 0 goes first" },
    [RM_C17_ATOMIC] = { "C17 atomics",
        "a read-modify-write not on plain RAM leaves through EXCP_ATOMIC" },
    [RM_C18_ORDER] = { "C18 order of faults",
        "alignment, fault of page 0, of page 1, then data; a failed "
        "transaction reports the address before the IOMMU" },
    [RM_C19_WATCHPOINT] = { "C19 watchpoints",
        "they fire for the bytes and the direction that they watch, and "
        "breakpoints where they are" },
    [RM_C20_MEMORY] = { "C20 memory safety",
        "nothing is read through a freed or moved entry" },
    [RM_C21_DETERMINISM] = { "C21 determinism",
        "the same bytes give the same events" },
    [RM_C22_ASSERTION] = { "C22 assertions",
        "no assertion fails, and nothing aborts, unless it was predicted" },
    [RM_C23_PATH] = { "C23 fast path used",
        "generated code enters the slow path where it must, and not where "
        "its comparator hits" },
    [RM_C24_OWNER] = { "C24 ownership",
        "a CPU's TLB is filled, flushed and resized by that CPU alone" },
    [RM_D1_DECISION] = { "D1 decision",
        "a checker allows and denies what its registers say" },
    [RM_D2_REGISTER] = { "D2 register",
        "registers hold what was written, as locks and rules allow" },
    [RM_D3_RECORD] = { "D3 record",
        "the first denied access is recorded, until it is cleared" },
    [RM_D4_RESPONSE] = { "D4 response",
        "a denied access ends as an error or as if ignored, as programmed" },
    [RM_D5_INTERRUPT] = { "D5 interrupt",
        "the interrupt is raised and lowered as programmed" },
};

const char *rm_clause_name(RmClause clause)
{
    return clauses[clause].name;
}

const char *rm_clause_text(RmClause clause)
{
    return clauses[clause].text;
}
