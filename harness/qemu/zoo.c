/*
 * Chooses the faults of the bug zoo: TLBDIFF_ZOO=name, name,name, or none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "zoo.h"

bool zoo_on[ZOO_COUNT];

static const struct {
    const char *name, *mistake, *seen;
    unsigned clause;
} entries[] = {
#define ENTRY(site, name, clause, mistake, seen) \
    [ZOO_##site] = { name, mistake, seen, clause },
    ZOO_ENTRIES(ENTRY)
};

/* Those of the checker devices, in the programs that have these, too. */
extern bool device_fault_choose(const char *name) __attribute__((weak));
extern void device_fault_list(FILE *out) __attribute__((weak));

static void list(FILE *out)
{
    for (unsigned i = 1; i < ZOO_COUNT; i++) {
        fprintf(out, "%s C%u %s; %s\n", entries[i].name, entries[i].clause,
                entries[i].mistake, entries[i].seen);
    }
    if (device_fault_list) {
        device_fault_list(out);
    }
}

static void choose(const char *name)
{
    for (unsigned i = 1; i < ZOO_COUNT; i++) {
        if (!strcmp(name, entries[i].name)) {
            zoo_on[i] = true;
            return;
        }
    }
    if (device_fault_choose && device_fault_choose(name)) {
        return;
    }
    fprintf(stderr, "zoo: TLBDIFF_ZOO=%s: no such fault; "
            "TLBDIFF_ZOO=list prints them\n", name);
    exit(2);
}

/* Before main(): QEMU looks at zoo_on while it starts, too. */
__attribute__((constructor))
static void zoo_choose(void)
{
    const char *names = getenv("TLBDIFF_ZOO");
    g_auto(GStrv) each = NULL;

    if (!names || !*names) {
        return;
    }
    if (!strcmp(names, "list")) {
        list(stdout);
        exit(0);
    }
    each = g_strsplit(names, ",", 0);
    for (unsigned i = 0; each[i]; i++) {
        choose(each[i]);
    }
}
