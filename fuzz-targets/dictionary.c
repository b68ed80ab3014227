/*
 * Prints the words of a target's scenarios as a dictionary of libFuzzer's and
 * AFL++'s, for engines that mutate text without our mutator.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>

#include <glib.h>

#include "harness/scenario/target.h"
#include "harness/scenario/text.h"

/* Each word once. */
static void add(GHashTable *seen, char *word)
{
    if (g_hash_table_add(seen, word)) {
        printf("\"%s\"\n", word);
    }
}

static void add_fields(GHashTable *seen, const OpInfo *info)
{
    for (const Field *f = info->fields; !field_end(info, f); f++) {
        switch (f->form) {
        case FORM_NAMED:
        case FORM_LIST:
            for (unsigned i = 0; f->words[i]; i++) {
                add(seen, g_strdup_printf(" %s=%s", f->name, f->words[i]));
            }
            break;
        case FORM_WORD:
            for (unsigned i = 0; f->words[i]; i++) {
                add(seen, g_strdup_printf(" %s", f->words[i]));
            }
            break;
        case FORM_FLAG:
            add(seen, g_strdup_printf(" %s", f->name));
            break;
        case FORM_LITERAL:
        case FORM_PLUS:
        case FORM_NUMBER:
            break;
        default:
            add(seen, g_strdup_printf(" %s=", f->name));
        }
    }
}

int main(int argc, char **argv)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal,
                                                       g_free, NULL);
    TargetId id = argc == 2 ? target_find(argv[1]) : TARGETS;
    const Target *target = &target_table[id];

    if (id == TARGETS) {
        fprintf(stderr, "usage: %s TARGET: iommu, wgchecker, iopmp or tzmpc\n",
                argv[0]);
        return 2;
    }
    printf("# The words of scenarios of %s, from the table of operations.\n",
           target->name);
    add_fields(seen, &target->setup);
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        if (target_has(target, kind)) {
            g_autofree char *name = text_kind_name(kind);

            add(seen, g_strdup_printf("\\x0A%s", name));
            add_fields(seen, &op_table[kind]);
        }
    }
    return 0;
}
