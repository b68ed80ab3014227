/*
 * The benchmark, without QEMU: what it runs, what it writes and reads, and
 * when it says that something has become slower.  Nothing here depends on
 * how long anything takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib/gstdio.h>

#include "harness/bench/check.h"
#include "harness/pages/page.h"
#include "harness/scenario/text.h"
#include "fault.h"

/* Costs of QEMU alone, with the model, of all. */
static void set(double ns[RUN_DEPTHS], double qemu, double model, double all)
{
    ns[RUN_SUBJECT] = qemu;
    ns[RUN_BOTH] = model;
    ns[RUN_ALL] = all;
}

static void set_kind(Bench *bench, unsigned kind, unsigned n, double qemu,
                     double model, double all)
{
    bench->kinds[kind] = n;
    set(bench->kind_ns[kind], qemu, model, all);
}

/* --- ratios --- */

static void assert_ratio(GArray *ratios, unsigned i, const char *name,
                         RunDepth depth, double worse)
{
    const BenchRatio *r = &g_array_index(ratios, BenchRatio, i);

    g_assert_cmpuint(i, <, ratios->len);
    g_assert_cmpstr(r->name, ==, name);
    g_assert_cmpint(r->depth, ==, depth);
    g_assert_cmpfloat_with_epsilon(bench_ratio_worse(r), worse, 1e-6);
}

/* The same on a machine that is half as fast: no ratio has changed. */
static void test_other_machine(void)
{
    Bench then = { 0 }, now = { 0 };
    g_autoptr(GArray) ratios = NULL;

    set(then.ns, 100, 200, 400);
    set(now.ns, 200, 400, 800);
    ratios = bench_ratios(&then, &now);
    g_assert_cmpuint(ratios->len, ==, 2);
    assert_ratio(ratios, 0, "overall", RUN_ALL, 0);
    assert_ratio(ratios, 1, "overall", RUN_BOTH, 0);
}

static void test_worse(void)
{
    Bench then = { 0 }, now = { 0 };
    g_autoptr(GArray) ratios = NULL;

    set(then.ns, 100, 200, 400);
    set(now.ns, 100, 250, 200);
    set_kind(&then, OP_FLUSH_PAGE_BITS, 20, 50, 100, 100);
    set_kind(&now, OP_FLUSH_PAGE_BITS, 30, 50, 50, 300);
    ratios = bench_ratios(&then, &now);
    g_assert_cmpuint(ratios->len, ==, 4);
    assert_ratio(ratios, 0, "overall", RUN_ALL, -50);
    assert_ratio(ratios, 1, "overall", RUN_BOTH, 25);
    assert_ratio(ratios, 2, "flush page-bits", RUN_ALL, 200);
    assert_ratio(ratios, 3, "flush page-bits", RUN_BOTH, -50);
}

/* Kinds that one of the two has too little of. */
static void test_too_little(void)
{
    static const struct {
        unsigned n;
        double qemu;
    } few = { 15, 50 }, fast = { 16, 49 }, none = { 0, 0 };
    Bench good = { 0 }, bad = { 0 };

    set(good.ns, 100, 100, 100);
    set(bad.ns, 100, 100, 100);
    for (unsigned kind = OP_LOAD; kind <= OP_FETCH; kind++) {
        set_kind(&good, kind, 16, 50, 60, 70);
    }
    set_kind(&bad, OP_LOAD, few.n, few.qemu, 60, 70);
    set_kind(&bad, OP_STORE, fast.n, fast.qemu, 60, 70);
    set_kind(&bad, OP_FETCH, none.n, none.qemu, 0, 0);
    for (unsigned i = 0; i < 2; i++) {
        g_autoptr(GArray) ratios = bench_ratios(i ? &good : &bad,
                                                i ? &bad : &good);

        g_assert_cmpuint(ratios->len, ==, 2);
    }
}

/* --- JSON --- */

static char *temporary_file(void)
{
    char *path = NULL;
    int fd = g_file_open_tmp("test-bench-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    return path;
}

static void test_round_trip(void)
{
    g_autofree char *path = temporary_file();
    g_autofree char *error = NULL;
    FILE *out = fopen(path, "w");
    Bench then = { .operations = 77 }, now;

    set(then.ns, 1, 2.5, 1234567);
    set_kind(&then, OP_LOAD, 3, 10, 20, 30);
    set_kind(&then, OP_CLOCK, 4, 0, 0, 0.5);
    bench_json(&then, out);
    fclose(out);
    g_assert_true(bench_load(&now, path, &error));
    g_assert_cmpmem(then.ns, sizeof(then.ns), now.ns, sizeof(now.ns));
    g_assert_cmpmem(then.kinds, sizeof(then.kinds), now.kinds,
                    sizeof(now.kinds));
    g_assert_cmpmem(then.kind_ns, sizeof(then.kind_ns), now.kind_ns,
                    sizeof(now.kind_ns));
    g_assert_cmpuint(now.operations, ==, 77);
    g_unlink(path);
}

#define NS      "\"ns\": {\"qemu\": 1, \"model\": 2, \"all\": 3}"
#define KINDS   "\"kinds\": {\"load\": {\"count\": 1, \"qemu\": 1, " \
                "\"model\": 2, \"all\": 3}}"
#define REST    "\"operations\": 1, \"flavour\": \"FLAVOUR\""

static const struct {
    const char *name;
    const char *text;       /* FLAVOUR stands for that of this build */
    const char *error;      /* after the name of the file, a pattern */
} bad_files[] = {
    { "empty", "", "*expected an object; *" },
    { "no-json", "hello", "*Parse error*" },
    { "cut", "{" NS, "*Parse error*" },
    { "array", "[1]", "*expected an object; *" },
    { "no-flavour", "{" NS "," KINDS "}", "*of this build, found 'none'; *" },
    { "other-flavour", "{\"flavour\": \"ice\"," NS "," KINDS "}",
      "*found 'ice'; *" },
    { "flavours", "{\"flavour\": {}," NS "," KINDS "}", "*found 'none'; *" },
    { "no-ns", "{" REST "," KINDS "}", "*expected an object 'ns'; *" },
    { "ns", "{" REST ",\"ns\": 7," KINDS "}", "*expected an object 'ns'; *" },
    { "no-all", "{" REST ",\"ns\": {\"qemu\": 1, \"model\": 2}," KINDS "}",
      "*number 'all' in 'ns'*" },
    { "word", "{" REST ",\"ns\": {\"qemu\": \"1\", \"model\": 2, "
      "\"all\": 3}," KINDS "}", "*number 'qemu' in 'ns'*" },
    { "negative", "{" REST ",\"ns\": {\"qemu\": 1, \"model\": -2, "
      "\"all\": 3}," KINDS "}", "*number 'model' in 'ns', not below 0*" },
    { "zero", "{" REST ",\"ns\": {\"qemu\": 0, \"model\": 2, "
      "\"all\": 3}," KINDS "}", "*'qemu' in 'ns' is 0*" },
    { "no-operations", "{\"flavour\": \"FLAVOUR\"," NS "," KINDS "}",
      "*number 'operations' in the file*" },
    { "no-kinds", "{" REST "," NS "}", "*expected an object 'kinds'; *" },
    { "kind", "{" REST "," NS ",\"kinds\": {\"store\": 8}}",
      "*expected an object 'store'; *" },
    { "no-count", "{" REST "," NS ",\"kinds\": {\"store\": {\"qemu\": 1, "
      "\"model\": 2, \"all\": 3}}}", "*number 'count' in 'store'*" },
    { "null", "{" REST "," NS ",\"kinds\": {\"store\": {\"count\": 1, "
      "\"qemu\": 1, \"model\": null, \"all\": 3}}}",
      "*number 'model' in 'store'*" },
};

/* Load @text from a file; @error is without the file's name then. */
static bool load_text(const char *text, char **error)
{
    g_autofree char *path = temporary_file();
    g_autoptr(GString) own = g_string_new(text);
    bool ok;
    Bench bench;

    g_string_replace(own, "FLAVOUR", BENCH_FLAVOUR, 0);
    g_assert_true(g_file_set_contents(path, own->str, -1, NULL));
    ok = bench_load(&bench, path, error);
    g_unlink(path);
    if (!ok) {
        g_test_message("%s", *error);
        g_assert_true(g_str_has_prefix(*error, path));
        g_assert_null(strchr(*error, '\n'));
    }
    return ok;
}

static void test_good_file(void)
{
    g_autofree char *error = NULL;

    g_assert_true(load_text("{" REST "," NS "," KINDS "}", &error));
    g_assert_true(load_text("{" REST "," NS ", \"kinds\": {\"gone\": 1},"
                            "\"more\": []}", &error));
}

static void test_bad_file(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autofree char *error = NULL;

    g_assert_false(load_text(bad_files[i].text, &error));
    g_assert_true(g_pattern_match_simple(bad_files[i].error, error));
}

static void test_no_file(void)
{
    g_autofree char *error = NULL;
    Bench bench;

    g_assert_false(bench_load(&bench, "/no/such/file", &error));
    g_assert_true(g_pattern_match_simple("*/no/such/file*No such file*",
                                         error));
}

/* --- what is run --- */

/* A scenario that its bytes give back has nothing that is out of range. */
static void test_scenarios(void)
{
    for (unsigned kind = 0; kind < GROWTHS; kind++) {
        for (unsigned i = 0; i < growth_get(kind)->n; i++) {
            uint8_t data[SCENARIO_BYTES];
            Scenario s, back;
            size_t len;

            growth_scenario(kind, i, &s);
            g_assert_cmpuint(s.n, >, 0);
            g_assert_cmpuint(s.n, <=, SCENARIO_OPS);
            len = scenario_encode(&s, data);
            scenario_decode(&back, data, len);
            g_assert_cmpmem(&s.setup, sizeof(Op), &back.setup, sizeof(Op));
            g_assert_cmpmem(s.ops, s.n * sizeof(Op), back.ops,
                            back.n * sizeof(Op));
        }
    }
}

static const Fault fault = {
    "wrong-value", RM_C3_TARGET, OPEN,
    LOAD("0x200000") STORE("0x200000") LOAD("0x200000"), extra_read
};

static void test_counts(void)
{
    BenchFailure failure;
    Scenario s[2];
    Bench bench;

    fault_parse(&fault, &s[0]);
    s[1] = s[0];
    s[1].n = 2;
    g_assert_true(bench_run(&fault_run, s, 2, 0, &bench, &failure));
    g_assert_cmpuint(bench.scenarios, ==, 2);
    g_assert_cmpuint(bench.operations, ==, 5);
    g_assert_cmpuint(bench.kinds[OP_LOAD], ==, 3);
    g_assert_cmpuint(bench.kinds[OP_STORE], ==, 2);
    g_assert_true(bench_kind(&bench, OP_STORE));
    g_assert_false(bench_kind(&bench, OP_FETCH));
    g_assert_cmpuint(bench.rss_kib, >, 0);
    for (unsigned depth = 0; depth < RUN_DEPTHS; depth++) {
        g_assert_cmpfloat(bench.ns[depth], >, 0);
        g_assert_cmpfloat(bench.empty_ns[depth], >, 0);
    }
}

/* What people get of it; the figures are of no interest. */
static void test_shown(void)
{
    BenchFailure failure;
    g_autofree char *data = NULL, *page = NULL, *error = NULL;
    Bench bench;
    Scenario s;

    fault_parse(&fault, &s);
    g_assert_true(bench_run(&fault_run, &s, 1, 0, &bench, &failure));
    data = bench_page_json(&bench);
    page = page_render("bench.html", data, &error);
    g_assert_cmpstr(error, ==, NULL);
    for (unsigned i = 0; i < GROWTHS; i++) {
        g_autofree char *title = g_strdup_printf("<strong>%s</strong>",
                                                 growth_get(i)->name);

        g_assert_nonnull(strstr(page, title));
    }
    g_assert_nonnull(strstr(page, ">store</th>"));
    g_assert_null(strstr(page, ">fetch</th>"));
    g_assert_null(strstr(page, "nan"));
    g_assert_null(strstr(page, "inf"));
}

/* The second of two scenarios has a fault. */
static void test_diverges(void)
{
    BenchFailure failure;
    Divergence d;
    Scenario s[2];
    Bench bench;

    fault_parse(&fault, &s[0]);
    s[1] = s[0];
    fault_run_scenario(&s[1], &fault, &d);
    g_assert_false(bench_run(&fault_run, s, 2, 0, &bench, &failure));
    g_assert_true(failure.s == &s[1]);
    g_assert_cmpint(failure.d.clause, ==, d.clause);
    g_assert_cmpuint(failure.d.op, ==, 2);
    /* no longer there */
    fault_run_scenario(&s[0], NULL, &d);
    assert_agreement(&d);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    fault_init();
    fault_run.thorough = false;
    g_test_add_func("/bench/other-machine", test_other_machine);
    g_test_add_func("/bench/worse", test_worse);
    g_test_add_func("/bench/too-little", test_too_little);
    g_test_add_func("/bench/round-trip", test_round_trip);
    g_test_add_func("/bench/good-file", test_good_file);
    for (unsigned i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_autofree char *path = g_strdup_printf("/bench/bad-file/%s",
                                                bad_files[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_bad_file);
    }
    g_test_add_func("/bench/no-file", test_no_file);
    g_test_add_func("/bench/scenarios", test_scenarios);
    g_test_add_func("/bench/counts", test_counts);
    g_test_add_func("/bench/shown", test_shown);
    g_test_add_func("/bench/diverges", test_diverges);
    status = g_test_run();
    fault_free();
    return status;
}
