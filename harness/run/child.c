/*
 * A process that may die, and what is known of its death.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE     /* memfd_create() */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

#include <glib.h>

#include "child.h"

/* A sanitizer's finding, which the dead cannot tell. */
struct ChildSaid {
    bool found;
    Death death;
};

/* Of the child itself: whom to tell. */
static SanitizerFound *also;
static void *also_opaque;

/* Returns whether there is room for more. */
static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context,
                                      void *opaque)
{
    Death *death = opaque;
    unsigned n = 0;

    while (n < DEATH_FRAMES && death->frame[n]) {
        n++;
    }
    if (n == DEATH_FRAMES) {
        return _URC_END_OF_STACK;
    }
    death->frame[n] = _Unwind_GetIP(context);
    return _URC_NO_REASON;
}

static void note(void *opaque, const char *sanitizer, const char *error)
{
    struct ChildSaid *said = opaque;

    death_found(&said->death, sanitizer, error);
    _Unwind_Backtrace(note_frame, &said->death);
    said->found = true;
    if (also) {
        also(also_opaque, sanitizer, error);
    }
}

static bool provide(Child *c)
{
    c->errors = memfd_create("errors", MFD_CLOEXEC);
    if (c->errors < 0) {
        return false;
    }
    c->said = mmap(NULL, sizeof(*c->said), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (c->said == MAP_FAILED) {
        close(c->errors);
        return false;
    }
    return true;
}

static void release(Child *c)
{
    munmap(c->said, sizeof(*c->said));
    close(c->errors);
}

pid_t child_begin(Child *c, Engine *subject, SanitizerFound *found,
                  void *opaque)
{
    if (!provide(c)) {
        return -1;
    }
    c->pid = subject->ops->fork ? subject->ops->fork(subject) : fork();
    if (c->pid < 0) {
        release(c);
        c->pid = 0;
        return -1;
    }
    if (c->pid) {
        return c->pid;
    }
    /* not a core for each */
    setrlimit(RLIMIT_CORE, &(struct rlimit) { 0 });
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(c->errors, STDERR_FILENO);
    also = found;
    also_opaque = opaque;
    sanitizer_watch(note, c->said);
    return 0;
}

/* Returns the status of the process. */
static int reap(Child *c)
{
    int status = 0;

    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR) {
    }
    c->pid = 0;
    return status;
}

/* As everywhere in this project. */
#define CANNOT_RUN  2

/* The message of an assertion is the last that was printed. */
static void last_words(const Child *c, char *buf, size_t len)
{
    g_autofree char *text = g_strchomp(child_errors(c));
    const char *line = strrchr(text, '\n');

    g_strlcpy(buf, line ? line + 1 : text, len);
}

void child_wait(Child *c, Death *death)
{
    int status = reap(c);

    if (c->said->found) {
        *death = c->said->death;
        return;
    }
    if (WIFSIGNALED(status)) {
        *death = (Death) { DEATH_SIGNAL, WTERMSIG(status) };
    } else {
        *death = (Death) { DEATH_EXIT, WEXITSTATUS(status) };
        if (death->number == CANNOT_RUN) {
            char *errors = child_errors(c);

            g_printerr("%s", errors);
            /* exit() looks for leaks */
            g_free(errors);
            exit(CANNOT_RUN);
        }
    }
    last_words(c, death->words, sizeof(death->words));
}

char *child_errors(const Child *c)
{
    off_t len = lseek(c->errors, 0, SEEK_END);
    char *text = g_malloc0(MAX(len, 0) + 1);

    if (len > 0 && pread(c->errors, text, len, 0) != len) {
        *text = 0;
    }
    return text;
}

void child_end(Child *c)
{
    if (c->pid) {
        kill(c->pid, SIGKILL);
        reap(c);
    }
    release(c);
}
