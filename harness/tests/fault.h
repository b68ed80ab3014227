/*
 * A subject to try the comparison on, without QEMU: a second model, with one
 * fault in what it does, or shows, from the last operation of a scenario on.
 *
 * With the identity map, MMU index 0 and world id 0, these are the pages:
 * 0x0 iommu0 (its page 0: ram0+0), 0x100000 iommu1, 0x200000 ram0+0,
 * 0x208000 ram1+0, 0x300000 io+0, 0x308000 unassigned, 0x30c000 romd,
 * 0x30d000 rom, 0x30e000 big, 0x30f000 a page in pieces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <glib.h>
#include <string.h>

#include "harness/run/run.h"

/* What the subject holds, as it is listed: scenario pages, then a crowd. */
#define HELD_MAX 6000

typedef struct Held {
    unsigned n;
    CachedEntry entry[HELD_MAX];
} Held;

/* What the subject makes of the reactions that it is told of. */
typedef enum Twist {
    TWIST_NONE,
    TWIST_DEAF,         /* forgets them */
    TWIST_TWICE,        /* does each two times */
    TWIST_OTHER_WAY,    /* ... in the other direction */
    TWIST_NEWEST,       /* does the newest one first */
    TWIST_FULL,         /* keeps the oldest ones, and takes no more */
} Twist;

/* A change of what the subject does, or of what it shows of itself. */
typedef struct Fault {
    const char *name;
    RmClause clause;        /* RM_NO_CLAUSE: nothing is wrong with it */
    const char *setup;      /* after "pt=identity " and before " fill=page" */
    const char *ops;
    void (*result)(RmResult *r);
    void (*dirty)(RmDirty *dirty);
    void (*memory)(uint8_t *content);
    RmRegion region;        /* ... of which region */
    void (*held)(Held *held);
    bool always;            /* ... from the first operation on */
    unsigned trespass;      /* as in EngineResult */
    bool skips;             /* generated code: the slow path, or ... */
    bool detours;           /* ... the fast one */
    unsigned deaf;          /* IOMMU indexes that no notifier is there for */
    Twist twist;            /* from the first operation on */
} Fault;

#define LOAD(va)    "load cpu=0 idx=0 va=" va " size=4 le\n"
#define BY_CODE(va) "load cpu=0 idx=0 va=" va " size=4 le via=code\n"
#define STORE_BY_CODE(va) "store cpu=0 idx=0 va=" va " size=4 le val=0x1 " \
                          "via=code\n"
#define EXCLUSIVE(va) "rmw cpu=0 idx=0 add va=" va " size=4 le val=0x1 " \
                      "via=exclusive\n"
#define FETCH(va)   "fetch cpu=0 idx=0 va=" va " size=4 le\n"
#define STORE(va)   "store cpu=0 idx=0 va=" va " size=4 le val=0x12345678\n"
#define RMW(va)     "rmw cpu=0 idx=0 add va=" va " size=4 le val=0x1\n"
#define CMPXCHG(va) "cmpxchg cpu=0 idx=0 va=" va " size=4 le cmp=last " \
                    "val=0x1\n"
#define FLUSH       "flush cpu=0 all\n"
#define UNMAP(va)   "pt-clear idx=0 va=" va "\n"
#define READ_ONLY   "pt idx=0 va=0x200000 -> pa=0x20000 prot=r-- attrs=wid:0\n"
#define NOTIFY      "iommu mmu=0 index=0 page=0x0 dir=both -> ram1+0x2000 " \
                    "perm=rw\n"
#define TORN        "iommu mmu=0 index=0 page=0x0 dir=write -> ram1+0x5000 " \
                    "perm=-w\n"
/* iommu1's page 0 leads to iommu0's page 0 */
#define NESTED      "iommu mmu=1 index=0 page=0x0 dir=both -> iommu0 " \
                    "perm=rw\n"

#define OPEN        "iommu=open dirty=all"
#define SPLIT       "iommu=split dirty=all"
#define TWIN        "iommu=twin dirty=all"
#define DENY        "iommu=deny dirty=all"
#define CLEAN       "iommu=open dirty=none"

/** fault_run: the run that the functions below use; reset by fault_init() */
extern Run fault_run;

/* How many operations the subject was given in the last scenario. */
unsigned fault_applied(void);

void fault_init(void);
void fault_free(void);

/** fault_parse: the scenario of @fault */
void fault_parse(const Fault *fault, Scenario *s);

/** fault_choose: for whoever runs @s then: let @fault, or NULL, show in it */
void fault_choose(const Scenario *s, const Fault *fault);

/** fault_run_scenario: run @s; @fault, or NULL; what was found is in @d */
void fault_run_scenario(const Scenario *s, const Fault *fault,
                        Divergence *d);

/** fault_run_twice: ... and again, as for C21 */
void fault_run_twice(const Scenario *s, const Fault *fault, Divergence *d);

/**
 * fault_agree: run the operations @ops without any fault
 *
 * Fails unless all agrees.  Returns the value of the last operation.
 */
uint64_t fault_agree(const char *setup, const char *ops);

void assert_agreement(const Divergence *d);

/**
 * fault_add_tests: one for each fault in @faults
 *
 * Each is found at the last operation, and breaks its clause; without it,
 * the scenario agrees.
 */
void fault_add_tests(const char *path, const Fault *faults, unsigned n);

/** assert_told: what a person is told of the fault called @name */
void assert_told(const Fault *faults, unsigned n, const char *name,
                 const char *what, const char *expected,
                 const char *observed);

/* --- changes of the events --- */

/** find: the one event of @kind; the last, if there are more */
RmEvent *find(RmResult *r, RmEventKind kind);

void drop(RmResult *r, RmEventKind kind);
void repeat(RmResult *r, RmEventKind kind);

/** extra_read: a device is called, where none may be */
void extra_read(RmResult *r);

void status_done(RmResult *r);

#endif
