/*
 * Chooses the fault of the bug zoo: TLBDIFF_ZOO=name, or none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zoo.h"

int zoo_active;

static const struct {
    const char *name, *mistake, *seen;
    unsigned clause;
} entries[] = {
#define ENTRY(site, name, clause, mistake, seen) \
    [ZOO_##site] = { name, mistake, seen, clause },
    ZOO_ENTRIES(ENTRY)
};

static void list(FILE *out)
{
    for (unsigned i = 1; i < ZOO_COUNT; i++) {
        fprintf(out, "%s C%u %s; %s\n", entries[i].name, entries[i].clause,
                entries[i].mistake, entries[i].seen);
    }
}

/* Before main(): QEMU looks at zoo_active while it starts, too. */
__attribute__((constructor))
static void zoo_choose(void)
{
    const char *name = getenv("TLBDIFF_ZOO");

    if (!name || !*name) {
        return;
    }
    if (!strcmp(name, "list")) {
        list(stdout);
        exit(0);
    }
    for (unsigned i = 1; i < ZOO_COUNT; i++) {
        if (!strcmp(name, entries[i].name)) {
            zoo_active = i;
            return;
        }
    }
    fprintf(stderr, "zoo: TLBDIFF_ZOO=%s: no such fault; "
            "TLBDIFF_ZOO=list prints them\n", name);
    exit(2);
}
