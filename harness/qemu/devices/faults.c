/*
 * Chooses the fault that is planted in a device: TLBDIFF_ZOO=name, or none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

int device_fault;

static const struct {
    const char *name, *clause, *mistake;
} faults[] = {
#define F(site, name, clause, mistake) { name, clause, mistake },
    DEVICE_FAULTS(F)
#undef F
};

#define N (sizeof(faults) / sizeof(faults[0]))

/* There where QEMU's own files have faults as well: harness/qemu/zoo.c. */
extern bool zoo_on[] __attribute__((weak));

void device_fault_list(FILE *out)
{
    for (unsigned i = 0; i < N; i++) {
        fprintf(out, "%s %s %s\n", faults[i].name, faults[i].clause,
                faults[i].mistake);
    }
}

bool device_fault_choose(const char *name)
{
    for (unsigned i = 0; i < N; i++) {
        if (!strcmp(name, faults[i].name)) {
            device_fault = i + 1;
            return true;
        }
    }
    return false;
}

/* Before main(), as in the bug zoo of QEMU's own files; which else asks us. */
__attribute__((constructor))
static void choose_fault(void)
{
    const char *name = getenv("TLBDIFF_ZOO");

    if (!name || !*name || zoo_on) {
        return;
    }
    if (!strcmp(name, "list")) {
        device_fault_list(stdout);
        exit(0);
    }
    if (!device_fault_choose(name)) {
        fprintf(stderr, "zoo: TLBDIFF_ZOO=%s: no such fault; "
                "TLBDIFF_ZOO=list prints them\n", name);
        exit(2);
    }
}
