/*
 * The process of a voice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

/* That a voice has, after it was asked for the last time. */
#define GOODBYE_MS  1000

/* No answer is longer. */
#define ANSWER_BYTES    65536

struct VoiceProcess {
    const char *command;
    pid_t owner;        /* who has started it: a copy of that cannot use it */
    pid_t pid;          /* 0: it is not started */
    int fd;             /* both its input and its output */
    GString *answers;
    size_t tail;        /* bytes of the line that is not complete */
};

/* A voice has one for each checker: where one fails, none is to be left. */
static GSList *processes;

extern char **environ;

VoiceProcess *voice_process_new(const char *command)
{
    VoiceProcess *p = g_new0(VoiceProcess, 1);

    p->command = command;
    p->answers = g_string_new(NULL);
    processes = g_slist_prepend(processes, p);
    return p;
}

static bool runs(const VoiceProcess *p)
{
    return p->pid && p->owner == getpid();
}

/* Whatever it does: it, and what it may have started, is gone after that. */
static int end(VoiceProcess *p)
{
    int status = 0;

    kill(-p->pid, SIGKILL);
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR) {
    }
    close(p->fd);
    p->pid = 0;
    return status;
}

/*
 * Not exit(): libFuzzer would call that a crash, and no scenario is at fault.
 */
void voice_process_fail(VoiceProcess *p, const char *fmt, ...)
{
    va_list ap;

    fflush(stdout);
    fprintf(stderr, "tlbdiff: voice '%s': ", p->command);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    for (GSList *l = processes; l; l = l->next) {
        if (runs(l->data)) {
            end(l->data);
        }
    }
    fflush(NULL);
    _exit(2);
}

/* Signals are for it as if a shell had started it. */
static int spawn(VoiceProcess *p, char **argv, int fd)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t all, none;
    int error;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, fd, STDOUT_FILENO);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setsigmask(&attr, &none);
    error = posix_spawnp(&p->pid, argv[0], &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

bool voice_process_start(VoiceProcess *p)
{
    g_auto(GStrv) argv = NULL;
    int fds[2], error;

    if (runs(p)) {
        return false;
    }
    if (p->pid) {
        close(p->fd);   /* that of the process which this is a copy of */
        p->pid = 0;
    }
    p->owner = getpid();
    if (!g_shell_parse_argv(p->command, NULL, &argv, NULL)) {
        voice_process_fail(p, "is no command: name a program, and close each "
                           "quote");
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds)) {
        voice_process_fail(p, "no socket: %s", g_strerror(errno));
    }
    error = spawn(p, argv, fds[1]);
    close(fds[1]);
    if (error) {
        p->pid = 0;
        close(fds[0]);
        voice_process_fail(p, "cannot be started: %s: name a program that "
                           "can be run", g_strerror(error));
    }
    p->fd = fds[0];
    return true;
}

/* Question @n of @questions. */
static const char *nth_line(const GString *questions, unsigned n, int *len)
{
    const char *line = questions->str;

    while (n--) {
        line = strchr(line, '\n') + 1;
    }
    *len = strcspn(line, "\n");
    return line;
}

/* So much of a question is told. */
#define SHOWN 100

G_NORETURN static void fail_at(VoiceProcess *p, const GString *questions,
                               unsigned answered, const char *what)
{
    int len;
    const char *line = nth_line(questions, answered, &len);

    voice_process_fail(p, "%s '%.*s%s': see harness/voice/voice.md, and "
                       "what it has written", what, MIN(len, SHOWN), line,
                       len > SHOWN ? "..." : "");
}

G_NORETURN static void fail_ended(VoiceProcess *p, const GString *questions,
                                  unsigned answered)
{
    g_autofree char *what = NULL;
    int status = 0;

    /* it has closed its output: if it goes on, it is ended */
    for (unsigned ms = 0; !waitpid(p->pid, &status, WNOHANG); ms++) {
        if (ms == GOODBYE_MS) {
            fail_at(p, questions, answered, "has closed its output before it "
                    "answered");
        }
        g_usleep(1000);
    }
    kill(-p->pid, SIGKILL);
    p->pid = 0;
    what = WIFSIGNALED(status) ?
           g_strdup_printf("was ended by a signal (%s) before it answered",
                           strsignal(WTERMSIG(status))) :
           g_strdup_printf("has ended with status %d before it answered",
                           WEXITSTATUS(status));
    fail_at(p, questions, answered, what);
}

/* Returns how many lines are complete now. */
static unsigned receive(VoiceProcess *p, const GString *questions,
                        unsigned answered)
{
    char buf[65536];
    ssize_t got = recv(p->fd, buf, sizeof(buf), MSG_DONTWAIT);

    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return answered;
    }
    if (got <= 0) {
        fail_ended(p, questions, answered);
    }
    for (ssize_t i = 0; i < got; i++) {
        if (!buf[i]) {
            fail_at(p, questions, answered, "answered with a NUL");
        }
        p->tail++;
        if (buf[i] == '\n') {
            buf[i] = 0;
            answered++;
            p->tail = 0;
        }
    }
    if (p->tail > ANSWER_BYTES) {
        fail_at(p, questions, answered, "does not end its answer to");
    }
    g_string_append_len(p->answers, buf, got);
    return answered;
}

/*
 * It may answer before it has heard all: neither side is to wait for the
 * other to read.
 */
const char *voice_process_exchange(VoiceProcess *p, const GString *questions,
                                   unsigned n)
{
    unsigned answered = 0;
    size_t sent = 0;

    g_string_truncate(p->answers, 0);
    p->tail = 0;
    while (answered < n) {
        struct pollfd poller = {
            .fd = p->fd,
            .events = POLLIN | (sent < questions->len ? POLLOUT : 0),
        };
        int ready = poll(&poller, 1, VOICE_SECONDS * 1000);

        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            fail_at(p, questions, answered, "hangs: for "
                    G_STRINGIFY(VOICE_SECONDS) " seconds, no answer to");
        }
        if (poller.revents & POLLOUT) {
            ssize_t n_sent = send(p->fd, questions->str + sent,
                                  questions->len - sent,
                                  MSG_DONTWAIT | MSG_NOSIGNAL);

            /* if it is gone, what it has said is read first */
            sent += MAX(n_sent, 0);
        }
        if (poller.revents & (POLLIN | POLLHUP | POLLERR)) {
            answered = receive(p, questions, answered);
        }
    }
    if (answered > n || p->tail) {
        fail_at(p, questions, n - 1, "has said more than one line, the last "
                "to");
    }
    return p->answers->str;
}

void voice_process_free(VoiceProcess *p)
{
    if (!p) {
        return;
    }
    if (runs(p)) {
        struct pollfd poller = { .fd = p->fd, .events = POLLIN };

        /* it may have something to do when nothing more comes */
        shutdown(p->fd, SHUT_WR);
        poll(&poller, 1, GOODBYE_MS);
        end(p);
    } else if (p->pid) {
        close(p->fd);
    }
    processes = g_slist_remove(processes, p);
    g_string_free(p->answers, TRUE);
    g_free(p);
}
