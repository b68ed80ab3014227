/*
 * tlbdiff replay: run scenarios through both sides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd.h"
#include "json.h"
#include "harness/compare/event.h"
#include "harness/run/child.h"
#include "harness/run/config.h"
#include "harness/run/report.h"
#include "harness/run/section.h"
#include "harness/run/solo.h"
#include "harness/run/version.h"

static gboolean events, quiet, trace, json, code;
static int stop_at;
static char *engine;

static const GOptionEntry options[] = {
    { "events", 0, 0, G_OPTION_ARG_NONE, &events,
      "Print QEMU's events, one a line", NULL },
    { "trace", 0, 0, G_OPTION_ARG_NONE, &trace,
      "Print each operation, with the outcome and the events of the model "
      "and of QEMU beside each other", NULL },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &engine,
      "Run one side alone, and print what it does; dma: loads, stores and "
      "fetches go the way of DMA", "model|qemu|dma" },
    { "stop-at", 0, 0, G_OPTION_ARG_INT, &stop_at,
      "Stop for a debugger before operation N, and say how to go on; of one "
      "engine, with qemu only", "N" },
    { "code", 0, 0, G_OPTION_ARG_NONE, &code,
      "Make all accesses by helpers, and then by generated code: "
      "nothing else may differ", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json,
      "Print a JSON object for each scenario, one a line", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet,
      "Print divergences only", NULL },
    OPTION_LIMITS,
    OPTION_VOICE,
    { NULL }
};

static const struct {
    const char *name;
    void (*run)(Run *run, const Scenario *s, FILE *out);
} engines[] = {
    { "model", solo_model },
    { "qemu", solo_qemu },
    { "dma", solo_dma },
};

/* What is printed after an operation: with --events, and with --trace. */
static void print_events(Run *run, const Op *op)
{
    const RmResult *r = &run->seen.r;
    char line[160];

    for (unsigned i = 0; i < rm_log_len(&r->log); i++) {
        event_print(&r->log.ev[i], line, sizeof(line));
        printf("%u %s\n", run->at, line);
    }
    printf("%u status=%d value=0x%" G_GINT64_MODIFIER "x\n", run->at,
           r->status, r->value);
}

static void print_trace(Run *run, const Op *op)
{
    trace_both(run, stdout);
}

static void print_section(Run *run)
{
    section_print(run->scenario, run->section, stdout);
}

/* --- Stopping for a debugger --------------------------------------------- */

/* The functions to look at an operation in. */
static const char *where_to_look(const Op *op)
{
    const char *functions = op_table[op->kind].look_at;

    return functions ? functions : "qemu_apply";
}

static bool debugged(void)
{
    g_autofree char *status = NULL;
    const char *tracer;

    g_file_get_contents("/proc/self/status", &status, NULL, NULL);
    tracer = status ? strstr(status, "TracerPid:") : NULL;
    return tracer && atoi(tracer + strlen("TracerPid:"));
}

static void stop_before(Run *run, const Op *op)
{
    g_auto(GStrv) functions = g_strsplit(where_to_look(op), " ", 0);

    if (run->at + 1 != (unsigned)stop_at) {
        return;
    }
    fflush(stdout);
    fprintf(stderr, "stopped before operation ");
    trace_op(run->scenario, run->at, stderr);
    for (unsigned i = 0; functions[i]; i++) {
        fprintf(stderr, "    (gdb) break %s\n", functions[i]);
    }
    if (op_asks(op)) {
        fprintf(stderr, "    (gdb) source " TLBDIFF_SOURCE_DIR
                "/harness/gdb/tlb.py\n"
                "    (gdb) tlb-entry %u %u 0x%x\n",
                (unsigned)op->cpu, (unsigned)op->idx, (unsigned)op->va);
    }
    fprintf(stderr, "    (gdb) continue\n");
    if (debugged()) {
        raise(SIGTRAP);
    } else if (isatty(STDIN_FILENO)) {
        fprintf(stderr, "process %d waits: gdb -p %d, and there \"signal "
                "SIGCONT\"; or kill -CONT %d\n", getpid(), getpid(),
                getpid());
        raise(SIGSTOP);
    } else {
        fprintf(stderr, "not under a debugger, goes on: put gdb -ex run "
                "--args before the command\n");
    }
}

/* --- Files --------------------------------------------------------------- */

/* What json.md documents, on one line; @verdict: "agree", or another one. */
static void print_json(const Run *run, const char *path, const Scenario *s,
                       const char *verdict, const Divergence *d)
{
    JsonObject *o = json_object_new();
    bool agreed = !strcmp(verdict, "agree");

    json_object_set_string_member(o, "qemu", version_tested());
    json_object_set_string_member(o, "file", path);
    json_object_set_string_member(o, "target", target_of(&s->setup)->name);
    json_object_set_int_member(o, "operations", s->n);
    json_object_set_string_member(o, "verdict", verdict);
    if (agreed) {
        json_object_set_boolean_member(o, "conflict", run->seen.r.status ==
                                                      RM_ASSERTED);
    } else {
        json_divergence(o, s, d);
    }
    json_line(o);
}

/* Somebody follows it: it runs once, and in this process. */
static bool looked_at(void)
{
    return events || trace || stop_at;
}

/* Who makes the accesses of @s: all that generated code can make. */
static void make_all(Scenario *s, OpVia via)
{
    for (unsigned i = 0; i < s->n; i++) {
        if (op_by_code(&s->ops[i])) {
            s->ops[i].via = via;
        }
    }
    scenario_fit(s);
}

/*
 * May something else be observed of @s if code makes the accesses?  There,
 * breakpoints stop them; and a watchpoint that stops behind one makes its block
 * anew, for which all jump caches are emptied: what code had run is looked up,
 * and takes the place of an entry (C10 leaves that free).
 */
static bool differs_by_code(const Scenario *s)
{
    bool after = false, runs = false;

    for (unsigned i = 0; i < s->n; i++) {
        const Op *op = &s->ops[i];

        if (op->kind == OP_BREAKPOINT) {
            return true;
        }
        after |= op->kind == OP_WATCH && op->after;
        runs |= op->kind == OP_BLOCK && op->runs;
    }
    return after && runs;
}

/* Returns false on a divergence, of @s as it is then. */
static bool run_as_asked(Run *run, Scenario *s, Divergence *d)
{
    uint64_t digest = 0, ran = 0;

    if (!code) {
        return run_scenario(run, s, !looked_at(), d);
    }
    for (OpVia via = VIA_HELPERS; via < VIAS; via++) {
        make_all(s, via);
        if (!run_scenario(run, s, true, d)) {
            return false;
        }
        /*
         * Before a device is accessed, the pages may be looked up twice.  And
         * there are operations that are for helpers alone, or for code.
         */
        if (via == VIA_CODE && ran == run->record.ran &&
            digest != run->digest && !differs_by_code(s)) {
            *d = (Divergence) {
                .clause = RM_C21_DETERMINISM, .op = s->n, .kind = DIFFER_RUNS,
            };
            return false;
        }
        digest = run->digest;
        ran = run->record.ran;
    }
    return true;
}

static int replay_file(Run *run, const char *path, bool quiet)
{
    static Scenario s;
    bool printing = run->watch && run->watch->after;
    g_autofree char *command = NULL;
    Divergence d;

    if (!load(&s, path)) {
        return BAD;
    }
    if (printing) {
        printf("scenario %s\n", path);
    }
    if (trace) {
        printf("       %-*s   %s\n", TRACE_COLUMN, "MODEL", "QEMU");
    }
    if (json) {
        bool agreed = run_as_asked(run, &s, &d);

        print_json(run, path, &s, agreed ? "agree" : "diverge", &d);
        return agreed ? AGREE : DIVERGE;
    }
    if (!run_as_asked(run, &s, &d)) {
        command = replay_command(path);
        run_report(run, &s, &d, command, stdout);
        return DIVERGE;
    }
    if (!quiet && !printing) {
        printf("ok %s (%u operations%s)\n", path, s.n,
               run->seen.r.status == RM_ASSERTED ?
               ", ends with the predicted addend conflict" : "");
    }
    return AGREE;
}

int replay_all(Run *run, int argc, char **argv, bool quiet)
{
    g_autoptr(GPtrArray) paths = all_paths(argc, argv);
    int status = paths ? AGREE : BAD;

    for (unsigned i = 0; status != BAD && i < paths->len; i++) {
        int one = replay_file(run, paths->pdata[i], quiet);

        status = MAX(status, one);
    }
    return status;
}

/* --- Many files, of which some may end the process ------------------------ */

/* How far the process is that runs them: shared with it. */
typedef struct Progress {
    unsigned file;          /* that it has begun */
    unsigned at;            /* operation of that */
    bool done;              /* with all of them; ... */
    off_t words;            /* ... so much was on standard error by then */
    int status;             /* the worst so far */
    uint64_t scenarios, operations;
    VoiceCounts voiced;
} Progress;

static void note_op(Run *run, const Op *op)
{
    Progress *p = run->watch->opaque;

    p->at = run->at;
}

/* In a process of its own: from the file on that is the next one. */
G_NORETURN static void replay_rest(Run *run, Progress *p, GPtrArray *paths)
{
    const RunWatch watch = { .before = note_op, .opaque = p };
    uint64_t operations = p->operations;

    run->voiced = p->voiced;
    run->watch = &watch;
    for (; p->status != BAD && p->file < paths->len; p->file++) {
        int one;

        p->scenarios++;
        p->at = AT_SETUP;
        one = replay_file(run, paths->pdata[p->file], quiet);
        p->operations = operations + run->operations;
        p->voiced = run->voiced;
        p->status = MAX(p->status, one);
        fflush(stdout);
    }
    p->status = finish_stdout(p->status);
    p->words = lseek(STDERR_FILENO, 0, SEEK_CUR);
    p->done = true;
    run_free(run);
    exit(0);    /* which looks for leaks */
}

/* The process has died of a file; or of what all of them have left. */
static void tell_death(const Run *run, const Progress *p, const Death *death,
                       GPtrArray *paths)
{
    const char *path = p->done ? "" : paths->pdata[p->file];
    g_autofree char *command = replay_command(path);
    Divergence d = {
        .clause = death_clause(death), .op = p->at, .kind = DIFFER_DEATH,
        .death = *death,
    };
    static Scenario s;
    DivergenceText text;

    if (p->done) {
        printf("died at its end: see standard error\n");
        return;
    }
    if (!load(&s, path)) {
        return;
    }
    if (json) {
        print_json(run, path, &s, "died", &d);
        return;
    }
    divergence_print(&d, &text);
    printf("died %s: %s\n", path, text.what);
    if (d.op == AT_SETUP) {
        printf("  in the set-up; nothing of it was run\n");
    } else {
        printf("  at operation %u of %u; the rest of it was not run\n",
               d.op + 1, s.n);
    }
    printf("  to see it again: %s\n", command);
}

/* Returns the worst status; adds to what @run has counted. */
static int replay_many(Run *run, GPtrArray *paths)
{
    Progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;

    if (p == MAP_FAILED) {
        complain("replay: no memory: %s", g_strerror(errno));
        return BAD;
    }
    while (!p->done) {
        g_autofree char *errors = NULL;
        Child child;
        Death death;

        fflush(stdout);
        switch (child_begin(&child, run->subject, report_memory_error, run)) {
        case -1:
            complain("replay: no process: %s", g_strerror(errno));
            return BAD;
        case 0:
            replay_rest(run, p, paths);
        }
        child_wait(&child, &death);
        errors = child_errors(&child);
        if (p->done && death.cause == DEATH_EXIT && !death.number) {
            /* whoever looks for leaks has remarks, even if there are none */
            errors[p->words] = 0;
            fputs(errors, stderr);
        } else {
            fputs(errors, stderr);
            tell_death(run, p, &death, paths);
            p->status = MAX(p->status, DIVERGE);
            p->file++;
        }
        child_end(&child);
    }
    run->scenarios = p->scenarios;
    run->operations = p->operations;
    run->voiced = p->voiced;
    status = p->status;
    munmap(p, sizeof(*p));
    return status;
}

/* In a process of its own, since it may die of it, or not be the same again. */
void replay_found(Run *run, const char *command, char *path)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();

    g_ptr_array_add(paths, path);
    run->thorough = true;
    quiet = true;
    if (replay_many(run, paths) == AGREE) {
        complain("%s: %s: replayed alone, it agrees", command, path);
    }
}

/* One file is run in this process, as debuggers like it. */
static int replay_both(Run *run, int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = all_paths(argc, argv);

    if (!paths) {
        return BAD;
    }
    return paths->len > 1 && !looked_at() ? replay_many(run, paths) :
           replay_all(run, argc, argv, quiet);
}

/* One side alone: there is nothing to disagree with. */
static int solo_all(Run *run, unsigned n, int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = all_paths(argc, argv);
    static Scenario s;

    for (unsigned i = 0; paths && i < paths->len; i++) {
        if (!load(&s, paths->pdata[i])) {
            return BAD;
        }
        printf("scenario %s, %s alone\n", (char *)paths->pdata[i],
               engines[n].name);
        engines[n].run(run, &s, stdout);
    }
    return paths ? AGREE : BAD;
}

/* Returns the number of --engine, or -1 after a complaint. */
static int chosen_engine(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(engines); i++) {
        if (!strcmp(engine, engines[i].name)) {
            return i;
        }
    }
    complain("replay: --engine: expected model, qemu or dma, found '%s'",
             engine);
    return -1;
}

static int replay(int argc, char **argv)
{
    const RunWatch watch = {
        .before = stop_at ? stop_before : NULL,
        .section = trace ? print_section : NULL,
        .after = trace ? print_trace : events ? print_events : NULL,
    };
    int status, solo = engine ? chosen_engine() : 0;
    Run run;

    if (solo < 0) {
        return BAD;
    }
    if (stop_at < 0) {
        complain("replay: --stop-at: expected at least 1, found %d", stop_at);
        return BAD;
    }
    if (json && (engine || events || trace || stop_at)) {
        complain("replay: --json: says how scenarios end: not with --engine, "
                 "--events, --trace or --stop-at");
        return BAD;
    }
    if (code && (engine || events || trace || stop_at)) {
        complain("replay: --code: runs scenarios several ways: not with "
                 "--engine, --events, --trace or --stop-at");
        return BAD;
    }
    if (engine && voice) {
        complain("replay: --voice: is compared with both sides: not with "
                 "--engine");
        return BAD;
    }
    both_sides(&run);
    run.watch = watch.before || watch.after ? &watch : NULL;
    status = engine ? solo_all(&run, solo, argc, argv) :
                      replay_both(&run, argc, argv);
    if (!run.watch && !engine && !json && run.scenarios > 1 && status != BAD) {
        printf("%" G_GUINT64_FORMAT " scenarios, %" G_GUINT64_FORMAT
               " operations\n", run.scenarios, run.operations);
    }
    if (run.voice && !engine && !json && status != BAD) {
        printf("the attached voice: %" G_GUINT64_FORMAT " answers compared, %"
               G_GUINT64_FORMAT " unsupported\n", run.voiced.compared,
               run.voiced.unsupported);
    }
    run_free(&run);
    return finish_stdout(status);
}

const Command cmd_replay = {
    .name = "replay",
    .args = "FILE|DIR...",
    .needs = "a file or a directory",
    .many = true,
    .summary = "run scenarios through QEMU and the model",
    .text = "Runs each scenario through QEMU and through the reference "
            "model, compares all that can be observed after each operation, "
            "and does it twice: the second time must be as the first.\n"
            "What diverges is reported: the clause of the contract, the "
            "operation, what both sides did, and the operations before.\n"
            "Of several scenarios, one that ends the process (a sanitizer's "
            "report, a signal) is named, with the operation at which it "
            "died, and the others are run all the same.\n"
            "With --voice, another model of the security checker has a say: "
            "what it alone says is reported, too, and of other divergences "
            "which of the three stands alone.\n"
            "With --code, each scenario runs with all its accesses by helpers "
            "of QEMU's, and again with all of them by generated code; all that "
            "is observed must be the same. Then generated code makes them "
            "inside of blocks that go on, as exclusive accesses, several in a "
            "block, and on CPUs that count what they execute, where the "
            "model must agree.\n"
            "With --trace, --events or --stop-at it runs once only. "
            "With --stop-at under gdb, it stops as at a breakpoint; on a "
            "terminal without gdb, it waits to be attached to.\n"
            "With --json, each scenario is one line: file, target, "
            "operations, and a verdict, agree, diverge or died; of what does "
            "not agree the clause, the signature, the operation, the words of the "
            "report, and as kind and details what differs. "
            "harness/tool/json.md has all members.",
    .options = options,
    .run = replay,
};
