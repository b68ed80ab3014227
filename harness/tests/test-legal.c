/*
 * No implementation that the contract allows may ever diverge: the model, with
 * all that is free chosen at random, against the model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/compare/divergence.h"
#include "harness/engine/engine-legal.h"
#include "harness/engine/engine-model.h"
#include "harness/run/report.h"
#include "harness/run/run.h"
#include "harness/scenario/mutate.h"
#include "harness/scenario/target.h"
#include "harness/scenario/text.h"

/* For each target; the same ones each time. */
#define SCENARIOS 2000

static Run run, eager;

static bool agrees(const Scenario *s, uint64_t seed, bool twice)
{
    Divergence d;

    engine_legal_seed(run.subject, seed);
    if (run_scenario(&run, s, twice, &d)) {
        return true;
    }
    run_report(&run, s, &d, NULL, stderr);
    return false;
}

static void test_target(gconstpointer data)
{
    Scenario s;

    for (unsigned i = 0; i < SCENARIOS; i++) {
        mutate_random(&s, GPOINTER_TO_UINT(data), 1 + i % SCENARIO_OPS, i);
        g_assert_true(agrees(&s, i, i % 64 == 0));
    }
}

static void parse(Scenario *s, const char *text)
{
    g_autofree char *error = NULL;

    text_parse(s, "scenario", text, &error);
    g_assert_cmpstr(error, ==, NULL);
}

/* The false alarms that there were, with many choices. */
static void test_former(gconstpointer data)
{
    Scenario s;

    parse(&s, data);
    for (unsigned i = 0; i < 500; i++) {
        g_assert_true(agrees(&s, i, false));
    }
}

/* Both pages lead to one page of an IOMMU: whose base is it? */
static const char crossing[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=open dirty=all fill=page\n"
    "pt idx=0 va=0x0 -> pa=0x0 prot=rwx attrs=wid:1\n"
    "pt idx=0 va=0x1000 -> pa=0x0 prot=rwx attrs=wid:1\n"
    "load cpu=0 idx=0 va=0xfff size=2 le\n"
    "pt idx=0 va=0x1000 -> pa=0x0 prot=rwx attrs=wid:2\n"
    "flush cpu=0 all\n"
    "load cpu=0 idx=0 va=0xfff size=2 le\n";

/* A flag may stay in the second page's entry, or go. */
static const char stale_watch[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=open dirty=all fill=page\n"
    "watch cpu=0 va=0xfff more=1 watch=rw\n"
    "load cpu=0 idx=0 va=0x1010 size=4 le\n"
    "unwatch cpu=0 va=0xfff\n"
    "load cpu=0 idx=0 va=0x1010 size=4 le\n"
    "probe cpu=0 idx=0 flags va=0x1010 type=load len=4\n"
    "vaddr-to-host cpu=0 idx=0 va=0x1010 type=load\n"
    "load cpu=0 idx=0 va=0x1010 size=4 le\n";

/* A denial may be remembered, or not; until it is taken back. */
static const char denied[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=deny dirty=all fill=page\n"
    "load cpu=0 idx=1 va=0x1000 size=4 le\n"
    "load cpu=0 idx=1 va=0x1000 size=4 le\n"
    "store cpu=0 idx=1 va=0x1000 size=4 le val=0x1\n"
    "iommu mmu=0 index=1 page=0x1 dir=both -> ram0 perm=rw\n"
    "load cpu=0 idx=1 va=0x1000 size=4 le\n";

/* An IOMMU is asked that no access reaches; both ways into it, for a crossing. */
static const char behind[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=nested dirty=all fill=page\n"
    "iommu mmu=1 index=0 page=0x2 dir=read -> iommu0+0x3000 perm=--\n"
    "load cpu=0 idx=0 va=0x102010 size=4 le\n"
    "load cpu=0 idx=0 va=0x102ffe size=4 le\n"
    "load cpu=0 idx=0 va=0x101ffe size=4 le\n"
    "store cpu=0 idx=0 va=0x102010 size=4 le val=0x1\n"
    "rmw cpu=0 idx=0 add va=0x102010 size=4 le val=0x1\n"
    "iommu mmu=1 index=0 page=0x2 dir=read -> iommu0+0x3000 perm=-w mask=256\n"
    "load cpu=0 idx=0 va=0x102010 size=4 le\n"
    "load cpu=0 idx=0 va=0x102210 size=4 le\n";

/* A watchpoint comes before or after EXCP_ATOMIC: the guest sees it once. */
static const char atomic_watch[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=open dirty=all fill=page\n"
    "watch cpu=0 va=0x301010 watch=rw\n"
    "rmw cpu=0 idx=0 add va=0x301010 size=4 le val=0x1\n"
    "iommu mmu=0 index=0 page=0x1 dir=write -> ram0 perm=--\n"
    "watch cpu=0 va=0x1010 watch=w\n"
    "rmw cpu=0 idx=0 add va=0x1010 size=4 le val=0x1\n"
    "rmw cpu=0 idx=0 add va=0x1011 size=4 le val=0x1\n";

/* A snapshot may clear more than it was asked for: what does the next see? */
static const char snapshots[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=open dirty=all fill=page\n"
    "react io dir=write\n"
    "dirty-snapshot client=vga -> ram0+0x6000 more=1\n"
    "react io dir=write\n"
    "dirty-snapshot client=vga -> ram0 more=7\n"
    "store cpu=0 idx=0 va=0x300011 size=8 le val=0x1\n";

/* Logging that ends while the machine is stopped may go on until it runs. */
static const char late_log[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=open dirty=none fill=page\n"
    "also-log rate -> ram0 on\n"
    "log client=migration -> ram0 on\n"
    "machine stops\n"
    "also-log rate -> ram0 off\n"
    "store cpu=0 idx=0 va=0x30f110 size=4 le val=0x1\n"
    "clear-dirty client=migration -> ram1+0x1000\n"
    "log client=migration -> ram0 off\n"
    "store cpu=0 idx=0 va=0x30f110 size=4 le val=0x2\n"
    "machine runs\n"
    "clear-dirty client=migration -> ram1+0x1000\n"
    "store cpu=0 idx=0 va=0x30f110 size=4 le val=0x3\n";

/* An entry that is gone when the answer comes may be filled again, or not. */
static const char flushed[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=open dirty=all fill=page\n"
    "react-translate mmu=0 dir=read\n"
    "flush cpu=0 page va=0x1000\n"
    "load cpu=0 idx=0 va=0x1010 size=4 le\n"
    "react-translate mmu=0 dir=write\n"
    "flush cpu=0 all\n"
    "store cpu=0 idx=0 va=0x1010 size=4 le val=0x1\n"
    "react-translate mmu=0 dir=read\n"
    "watch cpu=0 va=0x2010 watch=rw\n"
    "probe cpu=0 idx=0 flags va=0x2010 type=load len=4\n"
    "load cpu=0 idx=0 va=0x2010 size=4 le\n";

/* A page that is marked when it is probed is so afterwards. */
static const char marked[] =
    "tlbdiff 1 iommu\n"
    "setup pt=identity iommu=open dirty=all fill=page\n"
    "protect-code -> ram0+0x2000\n"
    "react-fill\n"
    "dma write pa=0x2000 attrs=wid:0\n"
    "vaddr-to-host cpu=0 idx=0 va=0x2000 type=store\n";

/* The same where IOMMUs are asked in fills; its limits are left out. */
static void test_eager(void)
{
    Run deferred = run;

    run = eager;
    for (unsigned i = 0; i < TARGETS; i++) {
        test_target(GUINT_TO_POINTER(i));
    }
    for (unsigned i = 0; i < RM_LIMITS; i++) {
        g_test_message("%s: %" G_GUINT64_FORMAT, rm_limit_name(i),
                       run.limited[i]);
        g_assert_cmpuint(run.limited[i], >, 0);
    }
    g_assert_cmpuint(run.limited_scenarios, >, 0);
    eager = run;
    run = deferred;
}

/* All liberties were taken, or the tests above have shown nothing. */
static void test_taken(void)
{
    for (unsigned i = 0; i < RM_FREEDOMS; i++) {
        g_test_message("freedom %u: %" G_GUINT64_FORMAT, i,
                       engine_legal_taken(run.subject)[i]);
        g_assert_cmpuint(engine_legal_taken(run.subject)[i], >, 0);
    }
}

int main(int argc, char **argv)
{
    Engine *subject = engine_legal();
    int status;

    g_test_init(&argc, &argv, NULL);
    run_init(&run, engine_model(), engine_legal());
    subject->eager = true;
    run_init(&eager, engine_model(), subject);
    eager.limits = (1u << RM_LIMITS) - 1;
    for (unsigned i = 0; i < TARGETS; i++) {
        g_autofree char *path = g_strdup_printf("/legal/%s",
                                                target_table[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_target);
    }
    g_test_add_data_func("/legal/crossing", crossing, test_former);
    g_test_add_data_func("/legal/stale-watch", stale_watch, test_former);
    g_test_add_data_func("/legal/snapshots", snapshots, test_former);
    g_test_add_data_func("/legal/late-log", late_log, test_former);
    g_test_add_data_func("/legal/denied", denied, test_former);
    g_test_add_data_func("/legal/behind", behind, test_former);
    g_test_add_data_func("/legal/atomic-watch", atomic_watch, test_former);
    g_test_add_data_func("/legal/flushed", flushed, test_former);
    g_test_add_data_func("/legal/marked", marked, test_former);
    g_test_add_func("/legal/taken", test_taken);
    g_test_add_func("/legal/eager", test_eager);
    status = g_test_run();
    run_free(&run);
    run_free(&eager);
    return status;
}
