/*
 * How scenarios end that are run in other processes: whatever becomes of
 * them, this one is told, and they can be grouped and made small.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/scenario/minimize.h"
#include "harness/compare/signature.h"
#include "harness/scenario/text.h"
#include "harness/run/place.h"
#include "harness/run/trial.h"
#include "fault.h"

#if defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#else
#define SANITIZED 0
#endif

static volatile int always = 1;
static char *volatile kept;

/* --- What the subject does instead of what it should --- */

static void hang(RmResult *r)
{
    while (always) {
        usleep(1000);
    }
}

static void take_memory(RmResult *r)
{
    void *much = mmap(NULL, 2304ul << 20, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    if (much != MAP_FAILED) {
        hang(r);
    }
}

static void leak(RmResult *r)
{
    kept = malloc(100);
    kept = NULL;
}

static void fail_assertion(RmResult *r)
{
    assert(!always);
}

static void leave(RmResult *r)
{
    _exit(0);
}

static void use_freed(RmResult *r)
{
    kept = malloc(100);
    free(kept);
    r->value = kept[always];
}

/* The same error, elsewhere. */
static void write_freed(RmResult *r)
{
    kept = malloc(100);
    free(kept);
    memset(kept, always, 100);
}

static void shift_too_far(RmResult *r)
{
    r->value = always << (always + 40);
}

/* One that it cannot survive: it says so. */
static void assert_for_good(RmResult *r)
{
    fault_run.subject->gives_up("map.c:7: it fits");
    abort();
}

/* An assertion that the subject survives. */
static void be_asserted(RmResult *r)
{
    r->status = RM_ASSERTED;
}

/* Only where another scenario was run before: each is run twice. */
static void fail_second(RmResult *r)
{
    static unsigned calls;

    assert(++calls <= 4);
}

/* --- How that ends --- */

#define STORES  STORE("0x200000") STORE("0x200008")

typedef struct Case {
    const char *name;
    void (*result)(RmResult *r);
    bool leaks;             /* they are looked for */
    bool sanitizers;        /* only they find it */
    TrialEnd end;
    RmClause clause;
    unsigned op;
    const char *what;       /* it begins with this ... */
    const char *ends;       /* ... and ends with this */
    const char *signature;
    const char *place;
} Case;

static const Case cases[] = {
    { "agrees", NULL, .end = TRIAL_AGREED },
    { "agrees-no-leaks", NULL, .leaks = true, .end = TRIAL_AGREED },
    { "timeout", hang, false, false, TRIAL_TIMEOUT, RM_NO_CLAUSE, 0,
      "timeout: no end after 1 s", "", "none/store/timeout-no-end-after-s" },
    { "memory", take_memory, false, false, TRIAL_MEMORY, RM_NO_CLAUSE, 0,
      "out of memory: more than 2048 MiB", "",
      "none/store/out-memory-more-than-mib" },
    { "leak", leak, true, true, TRIAL_LEAKED, RM_C20_MEMORY, 2,
      "memory is leaked", "", "C20/end/memory-leaked" },
    { "leak-not-looked-for", leak, false, false, TRIAL_AGREED },
    { "assertion", fail_assertion, false, false, TRIAL_DIED, RM_C20_MEMORY,
      0, "Aborted: ", "Assertion `!always' failed.", NULL },
    { "exit", leave, false, false, TRIAL_DIED, RM_C20_MEMORY, 0,
      "exit", "", "C20/store/exit" },
    { "asan", use_freed, false, true, TRIAL_DIED, RM_C20_MEMORY, 0,
      "AddressSanitizer: ", "heap-use-after-free",
      "C20/store/addresssanitizer-heap-use-after-free", "use_freed" },
    { "asan-elsewhere", write_freed, false, true, TRIAL_DIED, RM_C20_MEMORY, 0,
      "AddressSanitizer: ", "heap-use-after-free",
      "C20/store/addresssanitizer-heap-use-after-free", "write_freed" },
    { "ubsan", shift_too_far, false, true, TRIAL_DIED, RM_C20_MEMORY, 0,
      "UndefinedBehaviorSanitizer: ", "invalid-shift-exponent",
      "C20/store/undefinedbehaviorsanitizer-invalid-shift-exponent",
      "shift_too_far" },
    { "assertion-told", assert_for_good, false, false, TRIAL_DIED,
      RM_C22_ASSERTION, 0, "an assertion ends the process: ", "it fits",
      "C22/store/assertion-ends-process-map.c-fits" },
    { "caught-assertion", be_asserted, false, false, TRIAL_DIVERGED,
      RM_C22_ASSERTION, 0, "", "", NULL },
    { "left-behind", fail_second, false, false, TRIAL_AGREED },
};

static Scenario parse(const char *ops)
{
    g_autofree char *text = g_strconcat("tlbdiff 1 iommu\n"
                                        "setup pt=identity " OPEN
                                        " fill=page\n", ops, NULL);
    g_autofree char *error = NULL;
    Scenario s;

    text_parse(&s, "trial", text, &error);
    g_assert_cmpstr(error, ==, NULL);
    return s;
}

static void assert_end(const Case *c, const Scenario *s, const Trials *t)
{
    const TrialShared *said = t->said;
    g_autofree char *is = NULL, *place = NULL;
    DivergenceText text;

    g_assert_cmpint(said->end, ==, c->end);
    if (c->end == TRIAL_AGREED) {
        return;
    }
    divergence_print(&said->d, &text);
    g_test_message("%s", text.what);
    g_assert_cmpstr(rm_clause_name(said->d.clause), ==,
                    rm_clause_name(c->clause));
    g_assert_cmpuint(said->d.op, ==, c->op);
    g_assert_true(g_str_has_prefix(text.what, c->what));
    g_assert_true(g_str_has_suffix(text.what, c->ends));
    if (c->signature) {
        is = signature(s, &said->d);
        g_assert_cmpstr(is, ==, c->signature);
    }
    place = place_of(&said->d);
    g_assert_cmpstr(place, ==, c->place);
}

static void test_end(gconstpointer data)
{
    const Case *c = data;
    Fault fault = { .result = c->result, .always = true };
    Scenario s = parse(STORES);
    Trials *t;

    if (c->sanitizers && !SANITIZED) {
        g_test_skip("no sanitizers in this build");
        return;
    }
    t = trials_new(&fault_run, c->end == TRIAL_TIMEOUT ? 1 : 30);
    t->leaks = c->leaks;
    fault_choose(&s, c->result ? &fault : NULL);
    for (unsigned i = 0; i < 2; i++) {
        t->reports = i;
        g_assert_cmpint(trial(t, &s), ==, c->end == TRIAL_AGREED);
        assert_end(c, &s, t);
        g_assert_cmpint(t->errors != NULL, ==, c->end == TRIAL_DIED);
        if (c->end == TRIAL_DIED && c->sanitizers) {
            g_assert_cmpint(strstr(t->errors, "SUMMARY: ") != NULL, ==, i);
        }
    }
    trials_free(t);
}

/* --- The set-up kills it --- */

static void die(Engine *e, const RmPreset *preset, const uint8_t *pages)
{
    abort();
}

static void test_setup(void)
{
    const EngineOps *ops = fault_run.subject->ops;
    EngineOps dying = *ops;
    Scenario s = parse(STORES);
    g_autofree char *is = NULL;
    Trials *t = trials_new(&fault_run, 30);

    dying.reset = die;
    fault_choose(&s, NULL);
    fault_run.subject->ops = &dying;
    g_assert_false(trial(t, &s));
    fault_run.subject->ops = ops;
    g_assert_cmpint(t->said->end, ==, TRIAL_DIED);
    g_assert_cmpuint(t->said->d.op, ==, AT_SETUP);
    is = signature(&s, &t->said->d);
    g_assert_true(g_str_has_prefix(is, "C20/setup/aborted"));
    trials_free(t);
}

/* --- No scenario can run --- */

static void cannot_run(RmResult *r)
{
    fputs("tlbdiff: no board\n", stderr);
    _exit(2);
}

static void test_cannot_run(void)
{
    Fault fault = { .result = cannot_run, .always = true };

    if (g_test_subprocess()) {
        Scenario s = parse(STORES);

        fault_choose(&s, &fault);
        trial(trials_new(&fault_run, 30), &s);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*tlbdiff: no board*");
}

/* --- Small ones --- */

/* Of the kinds of operations, one ends the process. */
static void fail_if_big(RmResult *r)
{
    assert(r->value != 0x78);
}

static bool dies(void *opaque, const Scenario *s)
{
    Trials *t = opaque;

    return !trial(t, s) && t->said->end == TRIAL_DIED;
}

static void test_minimize(void)
{
    Fault fault = { .result = fail_if_big, .always = true };
    Scenario s = parse(LOAD("0x200000") STORE("0x200000") FLUSH
                       "load cpu=1 idx=0 va=0x200000 size=1 le\n"
                       LOAD("0x200010"));
    Trials *t = trials_new(&fault_run, 5);

    fault_choose(&s, &fault);
    minimize(&s, dies, t);
    g_assert_cmpuint(s.n, ==, 2);
    g_assert_cmpuint(s.ops[0].kind, ==, OP_STORE);
    g_assert_cmpuint(s.ops[1].kind, ==, OP_LOAD);
    trials_free(t);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    fault_init();
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/trial/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_end);
    }
    g_test_add_func("/trial/set-up", test_setup);
    g_test_add_func("/trial/cannot-run", test_cannot_run);
    g_test_add_func("/trial/minimize", test_minimize);
    status = g_test_run();
    fault_free();
    return status;
}
