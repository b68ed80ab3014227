/*
 * What runs have used.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "coverage.h"
#include "harness/scenario/text.h"

bool kind_counts(const Run *run, unsigned kind)
{
    for (unsigned i = 0; i < TARGETS; i++) {
        if (run->of[i] && target_has(&target_table[i], kind)) {
            return true;
        }
    }
    return false;
}

bool clause_counts(const Run *run, RmClause clause)
{
    for (unsigned i = 0; i < TARGETS; i++) {
        if (run->of[i] && !rm_clause_of_checker(clause) ==
            !target_table[i].checker) {
            return true;
        }
    }
    return false;
}

void run_judged(const Run *run, uint64_t judged[RM_CLAUSES])
{
    memcpy(judged, run->oracle->ops->decided(run->oracle),
           RM_CLAUSES * sizeof(*judged));
    judged[RM_C11_FAST_PATH] = run->audited.entries;
    judged[RM_C12_VICTIM] = run->audited.victims;
    judged[RM_C20_MEMORY] = run->reacted;
    judged[RM_C21_DETERMINISM] = run->repeated;
    judged[RM_C23_PATH] = run->by_code;
    judged[RM_C22_ASSERTION] = judged[RM_C24_OWNER] = run->operations;
    judged[RM_D1_DECISION] = judged[RM_D5_INTERRUPT] = run->decisions;
}

bool report_coverage(const Run *run, FILE *out)
{
    uint64_t judged[RM_CLAUSES];
    bool all = true;

    fprintf(out, "%-24s %12s\n", "operation", "executed");
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);

        if (!kind_counts(run, kind)) {
            continue;
        }
        fprintf(out, "%-24s %12" G_GUINT64_FORMAT "\n", name,
                run->kinds[kind]);
        all = all && run->kinds[kind];
    }
    run_judged(run, judged);
    fprintf(out, "\n%-24s %12s\n", "clause", "decided");
    for (unsigned c = RM_NO_CLAUSE + 1; c < RM_CLAUSES; c++) {
        if (!clause_counts(run, c)) {
            continue;
        }
        fprintf(out, "%-24s %12" G_GUINT64_FORMAT "\n", rm_clause_name(c),
                judged[c]);
        all = all && judged[c];
    }
    return all;
}
