/*
 * A divergence that is kept as a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "finding.h"
#include "harness/scenario/text.h"

/* File systems take names of 255 bytes; there are temporary names as well. */
#define NAME_BYTES  200
#define SUM_BYTES   8

char *finding_name(const char *signature)
{
    g_autoptr(GString) name = g_string_new(signature);

    if (name->len > NAME_BYTES) {
        g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA1,
                                                             signature, -1);

        g_string_truncate(name, NAME_BYTES - SUM_BYTES - 1);
        g_string_append_printf(name, "-%.*s", SUM_BYTES, sum);
    }
    g_strdelimit(name->str, "/", '-');
    g_string_append(name, ".tlb");
    return g_string_free(g_steal_pointer(&name), FALSE);
}

char *finding_text(const Scenario *s, const char *signature,
                   const Divergence *d, const char *origin,
                   const char *tested)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) comment = g_string_new(NULL);

    g_string_append_printf(comment, "# signature: %s\n", signature);
    if (d->clause != RM_NO_CLAUSE) {
        g_string_append_printf(comment, "# %s: %s\n",
                               rm_clause_name(d->clause),
                               rm_clause_text(d->clause));
    }
    g_string_append_printf(comment, "# %s\n", origin);
    if (tested) {
        g_string_append_printf(comment, "# %s\n", tested);
    }
    text_print(text, s);
    /* the first line is the target's */
    g_string_insert(text, strchr(text->str, '\n') + 1 - text->str,
                    comment->str);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
