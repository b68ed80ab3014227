/*
 * Chooses the fault that is planted in a device: TLBDIFF_ZOO=name, or none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
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

/* Before main(), as in the bug zoo of QEMU's own files. */
__attribute__((constructor))
static void choose_fault(void)
{
    const char *name = getenv("TLBDIFF_ZOO");

    if (!name || !*name) {
        return;
    }
    for (unsigned i = 0; i < N; i++) {
        if (!strcmp(name, "list")) {
            printf("%s %s %s\n", faults[i].name, faults[i].clause,
                   faults[i].mistake);
        } else if (!strcmp(name, faults[i].name)) {
            device_fault = i + 1;
            return;
        }
    }
    if (!strcmp(name, "list")) {
        exit(0);
    }
    fprintf(stderr, "zoo: TLBDIFF_ZOO=%s: no such fault; "
            "TLBDIFF_ZOO=list prints them\n", name);
    exit(2);
}
