/*
 * Chooses the planted faults: TLBDIFF_ZOO=name, or name,name, or none; and
 * TLBDIFF_ZOO=list prints a line for each, TLBDIFF_ZOO=history one for each of
 * those that QEMU had.  A program with faults is built with this file, and
 * with PLANTED_FAULTS: the list of those to choose from; and PAST_FAULTS, if
 * those of the history are there as well.
 *
 * TLBDIFF_ZOO_REACHED=FILE writes there, a name in each line, at which of their
 * sites the program was, or one of the processes that it has started: only
 * these faults can have shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#include "harness/qemu/devices/faults.h"

/* Not every base has a bug zoo; the devices have their faults on each. */
#if __has_include("zoo.h")
#include "history.h"
#include "zoo.h"
#else
#define TLB_FAULTS(X)
#define THREAD_FAULTS(X)
#define TLB_HISTORY(X)
#endif
#ifndef PAST_FAULTS
#define PAST_FAULTS(X)
#endif

/* Of the tool, which can show them all. */
#define ALL_FAULTS(X) TLB_FAULTS(X) THREAD_FAULTS(X) DEVICE_FAULTS(X)

/* Where a site writes that it was reached, if nobody has asked for that. */
static bool unread;

/* Where its site looks, also in a program that has others to choose from. */
#define DEFINE(site, name, clause, mistake, seen) \
    bool planted_##site, *reached_##site = &unread;
ALL_FAULTS(DEFINE)
#define DEFINE_PAST(site, name, clause, commit, year, mistake, seen) \
    bool planted_##site, *reached_##site = &unread;
TLB_HISTORY(DEFINE_PAST)

static const struct {
    const char *name, *clause, *mended, *mistake, *seen;
    bool *planted, **reached;
} faults[] = {
#define FAULT(site, name, clause, mistake, seen) \
    { name, #clause, NULL, mistake, seen, &planted_##site, \
      &reached_##site },
    PLANTED_FAULTS(FAULT)
#define PAST(site, name, clause, commit, year, mistake, seen) \
    { name, #clause, commit " " #year, mistake, seen, &planted_##site, \
      &reached_##site },
    PAST_FAULTS(PAST)
};

static void list(bool past)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        if (past == !!faults[i].mended) {
            printf("%s %s %s%s%s; %s\n", faults[i].name, faults[i].clause,
                   past ? faults[i].mended : "", past ? " " : "",
                   faults[i].mistake, faults[i].seen);
        }
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

static const char *reached_path;

static void write_reached(void)
{
    FILE *out = fopen(reached_path, "w");
    bool ok = out;

    for (unsigned i = 0; ok && i < G_N_ELEMENTS(faults); i++) {
        if (**faults[i].reached) {
            ok = fprintf(out, "%s\n", faults[i].name) > 0;
        }
    }
    if (out && fclose(out)) {
        ok = false;
    }
    if (!ok) {
        fprintf(stderr, "zoo: TLBDIFF_ZOO_REACHED=%s: cannot be written\n",
                reached_path);
        _exit(2);
    }
}

/* Memory that processes share writes down what any of them has reached. */
static void note_reached(void)
{
    bool *sites = mmap(NULL, G_N_ELEMENTS(faults), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (sites == MAP_FAILED) {
        fprintf(stderr, "zoo: no memory\n");
        exit(2);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        *faults[i].reached = &sites[i];
    }
    atexit(write_reached);
}

/* Before main(): QEMU comes to some of the sites while it starts. */
__attribute__((constructor))
static void zoo_choose(void)
{
    const char *names = getenv("TLBDIFF_ZOO");
    g_auto(GStrv) each = NULL;

    reached_path = getenv("TLBDIFF_ZOO_REACHED");
    if (reached_path) {
        note_reached();
    }
    if (!names || !*names) {
        return;
    }
    if (!strcmp(names, "list") || !strcmp(names, "history")) {
        list(!strcmp(names, "history"));
        exit(0);
    }
    each = g_strsplit(names, ",", 0);
    for (unsigned i = 0; each[i]; i++) {
        choose(each[i]);
    }
}
