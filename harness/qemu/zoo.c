/*
 * Chooses the planted faults: TLBDIFF_ZOO=name, or name,name, or none; and
 * TLBDIFF_ZOO=list prints a line for each.  A program with faults is built
 * with this file, and with PLANTED_FAULTS: the list of those to choose from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "harness/qemu/devices/faults.h"

/* Not every base has a bug zoo; the devices have their faults on each. */
#if __has_include("zoo.h")
#include "zoo.h"
#else
#define TLB_FAULTS(X)
#endif

/* Of the tool, which can show them all. */
#define ALL_FAULTS(X) TLB_FAULTS(X) DEVICE_FAULTS(X)

/* Where its site looks, also in a program that has others to choose from. */
#define DEFINE(site, name, clause, mistake, seen) bool planted_##site;
ALL_FAULTS(DEFINE)

static const struct {
    const char *name, *clause, *mistake, *seen;
    bool *planted;
} faults[] = {
#define FAULT(site, name, clause, mistake, seen) \
    { name, #clause, mistake, seen, &planted_##site },
    PLANTED_FAULTS(FAULT)
};

static void list(FILE *out)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        fprintf(out, "%s %s %s; %s\n", faults[i].name, faults[i].clause,
                faults[i].mistake, faults[i].seen);
    }
}

static void choose(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        if (!strcmp(name, faults[i].name)) {
            *faults[i].planted = true;
            return;
        }
    }
    fprintf(stderr, "zoo: TLBDIFF_ZOO=%s: no such fault; "
            "TLBDIFF_ZOO=list prints them\n", name);
    exit(2);
}

/* Before main(): QEMU comes to some of the sites while it starts. */
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
