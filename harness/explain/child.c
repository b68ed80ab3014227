/*
 * Gather in a process of its own: a sanitizer that finds something ends it,
 * and what it had noted until then, and what the sanitizer said, is here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "explain.h"

/* A scenario takes milliseconds. */
#define SECONDS 60

/* Of each stack, so many functions are enough. */
#define FRAMES 10

G_NORETURN static void child(Run *run, Explanation *x, int errors)
{
    /* not a core for each */
    setrlimit(RLIMIT_CORE, &(struct rlimit) { 0 });
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(errors, STDERR_FILENO);
    alarm(SECONDS);
    explain_gather(run, x);
    /* no leak is looked for: the process ends where it stands */
    _exit(0);
}

/* "    #3 0x5581 in tlb_flush /tmp/cputlb.c:1:2": "  tlb_flush cputlb.c:1" */
static bool print_frame(GString *out, const char *line)
{
    const char *in = strstr(line, " in ");
    g_auto(GStrv) words = NULL;
    g_autofree char *file = NULL;
    char *colon;

    if (!in || !g_str_has_prefix(line, "    #")) {
        return false;
    }
    words = g_strsplit(in + 4, " ", 2);
    /* of what has no lines, there is no more than the program */
    file = g_path_get_basename(words[1] && words[1][0] != '(' ? words[1] :
                                                                "");
    colon = strchr(file, ':');
    if (colon && (colon = strchr(colon + 1, ':'))) {
        *colon = 0;
    }
    g_string_append_printf(out, "    %s%s%s\n", words[0],
                           strchr(file, ':') ? "  " : "",
                           strchr(file, ':') ? file : "");
    return true;
}

/* Addresses and numbers of processes are others in each run. */
static char *without_numbers(const char *line)
{
    g_autoptr(GRegex) number = g_regex_new(
        "^==[0-9]+==|^.*(?=runtime error:)| ?\\[0x[^)]*\\)"
        "| ?(at|on|in)? ?(unknown )?(address )?0x[0-9a-f]+"
        "|,? ?(at )?(pc|bp|sp) 0x[0-9a-f]+|( by)? thread T[0-9]+", 0, 0, NULL);

    return g_regex_replace(number, line, -1, 0, "", 0, NULL);
}

/* The error itself, and where: in the form that @x keeps. */
static void keep_report(Explanation *x, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    bool inside = false;
    unsigned frames = 0;

    for (unsigned i = 0; lines[i]; i++) {
        bool error = strstr(lines[i], "ERROR: AddressSanitizer") ||
                     strstr(lines[i], "runtime error: ");

        if (g_str_has_prefix(lines[i], "SUMMARY: ")) {
            break;
        }
        inside |= error;
        if (!inside) {
            continue;
        }
        if (g_str_has_prefix(lines[i], "    #")) {
            if (frames++ < FRAMES) {
                print_frame(out, lines[i]);
            }
        } else if (*lines[i]) {
            g_autofree char *line = without_numbers(lines[i]);

            g_string_append_printf(out, "%s\n", g_strchug(line));
            frames = 0;
        }
    }
    g_strlcpy(x->report, out->str, sizeof(x->report));
}

static void keep_death(Explanation *x, int status, const char *errors)
{
    const char *asan = strstr(errors, "ERROR: AddressSanitizer: ");

    if (asan) {
        asan += strlen("ERROR: ");
        g_snprintf(x->died, sizeof(x->died), "%.*s",
                   (int)(strcspn(asan + 18, " \n") + 18), asan);
    } else if (strstr(errors, "runtime error: ")) {
        g_strlcpy(x->died, "UndefinedBehaviorSanitizer", sizeof(x->died));
    } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        g_snprintf(x->died, sizeof(x->died), "no end after %d s", SECONDS);
    } else if (WIFSIGNALED(status)) {
        g_strlcpy(x->died, strsignal(WTERMSIG(status)), sizeof(x->died));
    } else {
        g_snprintf(x->died, sizeof(x->died), "an exit with status %d",
                   WEXITSTATUS(status));
    }
}

static bool finish(Explanation *x, pid_t pid, int errors, char **error)
{
    g_autofree char *text = NULL;
    int status;
    off_t len;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            *error = g_strdup(g_strerror(errno));
            return false;
        }
    }
    if (x->verdict != VERDICT_NONE) {
        return true;
    }
    len = lseek(errors, 0, SEEK_END);
    text = g_malloc0(len + 1);
    if (pread(errors, text, len, 0) != len) {
        *text = 0;
    }
    keep_death(x, status, text);
    keep_report(x, text);
    return true;
}

/* A process that can run scenarios, as this one could. */
static pid_t start(Run *run, Explanation *x, int errors)
{
    const EngineOps *ops = run->subject->ops;
    pid_t pid = ops->fork ? ops->fork(run->subject) : fork();

    if (pid == 0) {
        child(run, x, errors);
    }
    return pid;
}

Explanation *explain_new(Run *run, const Scenario *s, char **error)
{
    Explanation *x = mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_autofree char *name = NULL;
    int errors;
    pid_t pid;

    if (x == MAP_FAILED) {
        *error = g_strdup(g_strerror(errno));
        return NULL;
    }
    errors = g_file_open_tmp("tlbdiff-XXXXXX", &name, NULL);
    if (errors >= 0) {
        g_unlink(name);
        x->scenario = *s;
        pid = start(run, x, errors);
        if (pid > 0 && finish(x, pid, errors, error)) {
            close(errors);
            return x;
        }
        close(errors);
    }
    if (!*error) {
        *error = g_strdup_printf("cannot run the scenario: %s",
                                 g_strerror(errno));
    }
    explain_free(x);
    return NULL;
}

void explain_free(Explanation *x)
{
    munmap(x, sizeof(*x));
}
