/*
 * Trials: scenarios in other processes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>
#include <glib-unix.h>

#include "harness/voice/process.h"
#include "trial.h"

/* As libFuzzer has it. */
#define MEMORY_BYTES    (2048ull << 20)

/* How often the memory that a trial takes is looked at. */
#define LOOK_MS         200

/* From LeakSanitizer; not there in a plain build. */
__attribute__((weak)) int __lsan_do_recoverable_leak_check(void);

/* There is nobody to give an error to: without resources nothing works. */
static void need(bool ok, const char *what)
{
    if (!ok) {
        g_printerr("tlbdiff: a trial needs %s: %s\n", what,
                   g_strerror(errno));
        exit(2);
    }
}

static void ended(TrialShared *said, TrialEnd end, RmClause clause,
                  DeathCause cause, unsigned number)
{
    said->end = end;
    said->d = (Divergence) {
        .clause = clause, .op = said->at, .kind = DIFFER_DEATH,
        .death = { .cause = cause, .number = number },
    };
}

/* --- In the new process -------------------------------------------------- */

static void note_op(Run *run, const Op *op)
{
    TrialShared *said = run->watch->opaque;

    said->at = run->at;
}

/* A sanitizer's report is long, and it looks up symbols for it. */
static void memory_error(void *opaque, const char *sanitizer,
                         const char *error)
{
    const Trials *t = opaque;

    if (!t->reports) {
        _exit(0);
    }
}

/* Nothing can run after this. */
static void look_for_leaks(Run *run, TrialShared *said)
{
    if (!__lsan_do_recoverable_leak_check) {
        return;
    }
    /* what QEMU keeps from scenario to scenario is free by then */
    run_free(run);
    if (__lsan_do_recoverable_leak_check()) {
        said->at = said->s.n;
        ended(said, TRIAL_LEAKED, RM_C20_MEMORY, DEATH_LEAK, 0);
    }
}

static void run_one(const Trials *t)
{
    TrialShared *said = t->said;
    bool agreed = run_scenario(t->run, &said->s, !t->quick, &said->d);

    if (agreed && said->leaks) {
        look_for_leaks(t->run, said);
        if (said->end == TRIAL_SILENT) {
            said->end = TRIAL_AGREED;
        }
        _exit(0);
    }
    said->end = agreed ? TRIAL_AGREED : TRIAL_DIVERGED;
}

/* A scenario for each byte that comes, a byte for each that has ended. */
G_NORETURN static void serve(const Trials *t, int orders, int answers)
{
    char byte;

    while (read(orders, &byte, 1) == 1) {
        run_one(t);
        if (write(answers, &byte, 1) != 1) {
            break;
        }
    }
    _exit(0);
}

G_NORETURN static void child(Trials *t, int orders, int answers)
{
    const RunWatch watch = { .before = note_op, .opaque = t->said };

    /* an interrupt is for the parent, which ends the trial if it likes */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    /* a fuzzing engine would take it for its own end */
    signal(SIGABRT, SIG_DFL);
    t->run->watch = &watch;
    serve(t, orders, answers);
}

/* --- In this process ----------------------------------------------------- */

static void begin(Trials *t)
{
    int orders[2], answers[2];
    pid_t pid;

    need(g_unix_open_pipe(orders, FD_CLOEXEC, NULL), "a pipe");
    need(g_unix_open_pipe(answers, FD_CLOEXEC, NULL), "a pipe");
    pid = child_begin(&t->child, t->run->subject, memory_error, t);
    need(pid >= 0, "a process");
    if (!pid) {
        close(orders[1]);
        close(answers[0]);
        child(t, orders[0], answers[1]);
    }
    close(orders[0]);
    close(answers[1]);
    t->orders = orders[1];
    t->answers = answers[0];
    t->age = 0;
    t->waits = true;
}

static void end(Trials *t)
{
    child_end(&t->child);
    close(t->orders);
    close(t->answers);
    t->waits = false;
}

static uint64_t resident(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/statm", (int)pid);
    g_autofree char *text = NULL;
    unsigned long size, pages = 0;

    if (!g_file_get_contents(path, &text, NULL, NULL) ||
        sscanf(text, "%lu %lu", &size, &pages) != 2) {
        return 0;
    }
    return (uint64_t)pages * sysconf(_SC_PAGESIZE);
}

/* Wait for the answer.  Returns false if the process is gone, or has to go. */
static bool answered(Trials *t)
{
    /* a voice that hangs is no scenario that does */
    unsigned seconds = t->seconds + (t->run->voice ? 2 * VOICE_SECONDS : 0);
    gint64 until = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
    struct pollfd p = { .fd = t->answers, .events = POLLIN };
    char byte;

    while (poll(&p, 1, LOOK_MS) <= 0) {
        if (g_get_monotonic_time() > until) {
            ended(t->said, TRIAL_TIMEOUT, RM_NO_CLAUSE, DEATH_TIMEOUT,
                  t->seconds);
            return false;
        }
        if (resident(t->child.pid) > MEMORY_BYTES) {
            ended(t->said, TRIAL_MEMORY, RM_NO_CLAUSE, DEATH_MEMORY,
                  MEMORY_BYTES >> 20);
            return false;
        }
    }
    return read(t->answers, &byte, 1) == 1;
}

/* It is gone. */
static void post_mortem(Trials *t)
{
    ended(t->said, TRIAL_DIED, RM_C20_MEMORY, DEATH_EXIT, 0);
    child_wait(&t->child, &t->said->d.death);
    t->said->d.clause = death_clause(&t->said->d.death);
    t->errors = child_errors(&t->child);
}

static bool agrees(Trials *t)
{
    t->age++;
    t->said->end = TRIAL_SILENT;
    t->said->at = AT_SETUP;
    t->said->leaks = t->leaks;
    g_clear_pointer(&t->errors, g_free);
    if (!(write(t->orders, "", 1) == 1 && answered(t)) &&
        t->said->end == TRIAL_SILENT) {
        post_mortem(t);
    }
    return t->said->end == TRIAL_AGREED;
}

bool trial(Trials *t, const Scenario *s)
{
    bool used;

    t->done++;
    t->said->s = *s;
    do {
        /* looking for leaks takes the engine apart */
        if (t->waits && t->leaks) {
            end(t);
        }
        if (!t->waits) {
            begin(t);
        }
        used = t->age;
        if (agrees(t) && !t->leaks) {
            return true;
        }
        if (!t->quick || t->said->end != TRIAL_DIVERGED) {
            end(t);
        }
        /* it may be what another scenario has left behind */
    } while (used && !t->quick);
    return t->said->end == TRIAL_AGREED;
}

bool trial_agrees(void *trials, const Scenario *s, Divergence *d)
{
    Trials *t = trials;

    if (trial(t, s)) {
        return true;
    }
    *d = t->said->d;
    return false;
}

Trials *trials_new(Run *run, unsigned seconds)
{
    Trials *t = g_new0(Trials, 1);

    t->run = run;
    t->seconds = seconds;
    t->said = mmap(NULL, sizeof(*t->said), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    need(t->said != MAP_FAILED, "memory");
    return t;
}

void trials_free(Trials *t)
{
    if (t->waits) {
        end(t);
    }
    munmap(t->said, sizeof(*t->said));
    g_free(t->errors);
    g_free(t);
}
