/*
 * The clauses of the contract: their names, and what each demands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_CLAUSES_H
#define RM_CLAUSES_H

#include <stdbool.h>

typedef enum RmClause {
    RM_NO_CLAUSE,
    RM_C1_FLAG, RM_C2_DEFERRAL, RM_C3_TARGET, RM_C4_PERMISSION, RM_C5_INDEX,
    RM_C6_GRANULARITY, RM_C7_ADDEND, RM_C8_INDEPENDENT, RM_C9_DIRTY,
    RM_C10_CODE, RM_C11_FAST_PATH, RM_C12_VICTIM, RM_C13_NOTIFY, RM_C14_FLUSH,
    RM_C15_TOPOLOGY, RM_C16_CROSSING, RM_C17_ATOMIC, RM_C18_ORDER,
    RM_C19_WATCHPOINT, RM_C20_MEMORY, RM_C21_DETERMINISM,
    RM_C22_ASSERTION, RM_C23_PATH, RM_C24_OWNER,
    /* of the security checkers: what their specifications say */
    RM_D1_DECISION, RM_D2_REGISTER, RM_D3_RECORD, RM_D4_RESPONSE,
    RM_D5_INTERRUPT,
    RM_CLAUSES
} RmClause;

/** rm_clause_of_checker: is it about security checkers only? */
static inline bool rm_clause_of_checker(RmClause clause)
{
    return clause >= RM_D1_DECISION;
}

/**
 * rm_clause_name: "C3 target" for RM_C3_TARGET
 * @clause: any clause; RM_NO_CLAUSE gives "no clause"
 */
const char *rm_clause_name(RmClause clause);

/** rm_clause_text: what the clause demands, in one sentence */
const char *rm_clause_text(RmClause clause);

#endif
