/*
 * Gather in a process of its own: a sanitizer that finds something ends it,
 * and what it had noted until then, and what the sanitizer said, is here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#include "child.h"
#include "harness/run/child.h"

/* A scenario takes milliseconds. */
#define SECONDS 60

/* Of each stack, so many functions are enough. */
#define FRAMES 10

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

/* It has ended before it had a verdict. */
static void keep_death(Explanation *x, Child *c)
{
    Death *death = &x->d.death;

    x->d.kind = DIFFER_DEATH;
    x->d.op = x->at;
    x->d.clause = death_clause(death);
    if (death->cause == DEATH_SIGNAL && death->number == SIGALRM) {
        *death = (Death) { .cause = DEATH_TIMEOUT, .number = SECONDS };
        x->d.clause = RM_NO_CLAUSE;
    }
    if (death->cause == DEATH_SANITIZER) {
        g_autofree char *errors = child_errors(c);

        keep_report(x, errors);
    }
}

Explanation *explain_new(Run *run, const Scenario *s, char **error)
{
    Explanation *x = mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    Death death;
    Child c;
    pid_t pid;

    if (x == MAP_FAILED) {
        *error = g_strdup(g_strerror(errno));
        return NULL;
    }
    x->scenario = *s;
    x->device = run_device(run, s);
    x->at = AT_SETUP;
    pid = child_begin(&c, run->subject, NULL, NULL);
    if (pid < 0) {
        *error = g_strdup_printf("cannot run the scenario: %s",
                                 g_strerror(errno));
        explain_free(x);
        return NULL;
    }
    if (!pid) {
        alarm(SECONDS);
        explain_gather(run, x);
        /* no leak is looked for: the process ends where it stands */
        _exit(0);
    }
    child_wait(&c, &death);
    if (x->verdict == VERDICT_NONE) {
        x->d.death = death;
        keep_death(x, &c);
    }
    child_end(&c);
    return x;
}

void explain_free(Explanation *x)
{
    munmap(x, sizeof(*x));
}
