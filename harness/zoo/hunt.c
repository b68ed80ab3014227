/*
 * The hunt: run the program once for each fault and random seed.
 *
 * Results go to the state file as they come, a line each, under a key that
 * stands for the program and the seeds.  So a campaign that was stopped goes
 * on where it was, and one with another program begins anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <glib-unix.h>
#include <glib/gstdio.h>

#include "reference-model/clauses.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/target.h"
#include "hunt.h"

/* A scenario takes milliseconds: one that takes so many seconds hangs. */
#define HANG "60"

typedef struct Campaign Campaign;

/* A place for one run at a time. */
typedef struct Job {
    Campaign *campaign;
    ZooFault *fault;
    unsigned run;
    GPid pid;               /* 0: free */
    char *dir;              /* for all that the program writes */
    gint64 start;
} Job;

struct Campaign {
    Zoo *zoo;
    Job *jobs;
    unsigned slots, running;
    unsigned next;          /* of the faults with seed 1, with seed 2, ... */
    char *work;             /* temporary directory */
    int state;              /* file descriptor */
    bool tty, stop;
    gint64 start;
    char *error;            /* what stopped it, or NULL */
};

static bool fail(char **error, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
static bool fail(char **error, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    if (!*error) {
        *error = g_strdup_vprintf(fmt, ap);
    }
    va_end(ap);
    return false;
}

/* The rest of the first line of @text that begins with @prefix, or NULL. */
static char *rest_of_line(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);
    const char *newline;

    while (strncmp(text, prefix, len)) {
        newline = strchr(text, '\n');
        if (!newline) {
            return NULL;
        }
        text = newline + 1;
    }
    return g_strndup(text + len, strcspn(text + len, "\n"));
}

/* --- The program and its faults ------------------------------------------ */

/* /proc knows where this program is, however it was found. */
static char *beside_this_one(const char *target)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *dir = g_path_get_dirname(self ? self : ".");

    return g_strdup_printf("%s/fuzz-%s-zoo", dir, target);
}

static bool find_program(Zoo *zoo, char **error)
{
    const char *target = zoo->options->target;
    TargetId id = target ? target_find(target) : TARGET_IOMMU;

    if (target && strchr(target, '/')) {
        zoo->program = g_strdup(target);
    } else if (id < TARGETS) {
        zoo->program = beside_this_one(target_table[id].name);
        zoo->whole = id == TARGET_IOMMU && !zoo->options->only &&
                     !zoo->options->history;
    } else {
        return fail(error, "--target: there is no target '%s'; a program is "
                    "given by its path", target);
    }
    return true;
}

/* What TLBDIFF_ZOO=@which prints; a program without faults would print none. */
static char *ask_for_list(const char *program, const char *which,
                          char **error)
{
    g_auto(GStrv) env = g_environ_setenv(g_get_environ(), "TLBDIFF_ZOO",
                                         which, true);
    const char *argv[] = { program, "-runs=0", NULL };
    g_autofree char *list = NULL;
    g_autoptr(GError) err = NULL;
    int status;

    if (!g_file_test(program, G_FILE_TEST_EXISTS)) {
        fail(error, "%s: there is no such program; ci/build.sh makes it, "
             "unless for a tree of your own or without sanitizers", program);
        return NULL;
    }
    if (!g_spawn_sync(NULL, (char **)argv, env, G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &list, NULL, &status, &err)) {
        fail(error, "%s", err->message);
        return NULL;
    }
    if (status || !*list) {
        fail(error, "%s: TLBDIFF_ZOO=%s: it has no faults to choose from",
             program, which);
        return NULL;
    }
    return g_steal_pointer(&list);
}

/* "C3": RM_C3_TARGET, which is "C3 target"; RM_NO_CLAUSE if there is none */
static RmClause find_clause(const char *word)
{
    g_autofree char *start = g_strconcat(word, " ", NULL);

    for (RmClause c = RM_NO_CLAUSE + 1; c < RM_CLAUSES; c++) {
        if (g_str_has_prefix(rm_clause_name(c), start)) {
            return c;
        }
    }
    return RM_NO_CLAUSE;
}

/* "0123456789ab 2019 ": the length of what @text begins with, or 0 */
static int mended_len(const char *text)
{
    int commit = 0, end = 0, year;

    return sscanf(text, "%*12[0-9a-f]%n %d %n", &commit, &year, &end) == 1 &&
           commit == 12 ? end : 0;
}

/* "name C3 the mistake; what a guest sees", with what mended it after C3 */
static bool parse_fault(ZooFault *f, const char *line)
{
    char name[64], clause[8];
    const char *text, *semicolon;
    int len = 0, mended;

    if (sscanf(line, "%63s %7s %n", name, clause, &len) != 2 || !len) {
        return false;
    }
    text = line + len;
    mended = mended_len(text);
    semicolon = strstr(text, "; ");
    f->clause = find_clause(clause);
    if (!semicolon || f->clause == RM_NO_CLAUSE) {
        return false;
    }
    f->name = g_strdup(name);
    f->expected = g_strdup(clause);
    if (mended) {
        f->mended = g_strchomp(g_strndup(text, mended));
        text += mended;
    }
    f->mistake = g_strndup(text, semicolon - text);
    f->seen = g_strdup(semicolon + 2);
    return true;
}

static ZooFault *find_fault(const Zoo *zoo, const char *name)
{
    for (unsigned i = 0; i < zoo->n; i++) {
        if (!strcmp(zoo->faults[i].name, name)) {
            return &zoo->faults[i];
        }
    }
    return NULL;
}

static void free_fault(ZooFault *f)
{
    g_free(f->name);
    g_free(f->expected);
    g_free(f->mistake);
    g_free(f->seen);
    g_free(f->mended);
    g_free(f->results);
}

static const char *list_name(const Zoo *zoo)
{
    return zoo->options->history ? "history" : "list";
}

/* Leave the faults that were asked for. */
static bool choose(Zoo *zoo, char **only, char **error)
{
    unsigned n = 0;

    for (unsigned i = 0; only[i]; i++) {
        if (!find_fault(zoo, only[i])) {
            return fail(error, "--only=%s: no such fault; try "
                        "TLBDIFF_ZOO=%s %s", only[i], list_name(zoo),
                        zoo->program);
        }
    }
    for (unsigned i = 0; i < zoo->n; i++) {
        if (g_strv_contains((const char *const *)only, zoo->faults[i].name)) {
            zoo->faults[n++] = zoo->faults[i];
        } else {
            free_fault(&zoo->faults[i]);
        }
    }
    zoo->n = n;
    return true;
}

static bool list_faults(Zoo *zoo, char **error)
{
    g_autofree char *list = ask_for_list(zoo->program, list_name(zoo), error);
    g_auto(GStrv) lines = list ? g_strsplit(g_strchomp(list), "\n", -1) : NULL;

    if (!lines) {
        return false;
    }
    zoo->faults = g_new0(ZooFault, g_strv_length(lines));
    for (unsigned i = 0; lines[i]; i++) {
        if (!parse_fault(&zoo->faults[i], lines[i])) {
            return fail(error, "%s: TLBDIFF_ZOO=%s: expected a name, a "
                        "clause and two texts, found '%s'", zoo->program,
                        list_name(zoo), lines[i]);
        }
        zoo->faults[i].results = g_new0(ZooResult, zoo->options->runs);
        zoo->n++;
    }
    return !zoo->options->only || choose(zoo, zoo->options->only, error);
}

/* --- The key of the results ---------------------------------------------- */

static bool add_file(GChecksum *sum, const char *name, const char *path,
                     char **error)
{
    g_autoptr(GError) err = NULL;
    GMappedFile *map = g_mapped_file_new(path, false, &err);
    g_autofree char *heading = NULL;

    if (!map) {
        return fail(error, "%s", err->message);
    }
    heading = g_strdup_printf("%s %zu\n", name, g_mapped_file_get_length(map));
    g_checksum_update(sum, (uint8_t *)heading, -1);
    if (g_mapped_file_get_length(map)) {
        g_checksum_update(sum, (uint8_t *)g_mapped_file_get_contents(map),
                          g_mapped_file_get_length(map));
    }
    g_mapped_file_unref(map);
    return true;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* libFuzzer reads directories with all that is in them. */
static bool add_seeds(Zoo *zoo, GChecksum *sum, char *dir, char **error)
{
    char *paths[] = { dir, NULL };
    unsigned before = zoo->seeds;
    bool ok = true;
    FTSENT *entry;
    FTS *fts;

    if (!g_file_test(dir, G_FILE_TEST_IS_DIR)) {
        return fail(error, "%s: expected a directory of seeds", dir);
    }
    fts = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    while (ok && fts && (entry = fts_read(fts))) {
        const char *name = entry->fts_path + strlen(dir);

        if (entry->fts_info == FTS_F) {
            /* the same seeds elsewhere are the same */
            ok = add_file(sum, name + (*name == '/'), entry->fts_path, error);
            zoo->seeds++;
        }
    }
    if (fts) {
        fts_close(fts);
    }
    return ok && (zoo->seeds > before ||
                  fail(error, "%s: no scenarios in this directory", dir));
}

static bool make_key(Zoo *zoo, char **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    bool ok = true;

    /* first: it is quick, and more often wrong */
    for (unsigned i = 0; ok && zoo->dirs[i]; i++) {
        ok = add_seeds(zoo, sum, zoo->dirs[i], error);
    }
    ok = ok && add_file(sum, "", zoo->program, error);
    if (zoo->options->blind) {
        g_checksum_update(sum, (const uint8_t *)"blind", -1);
    }
    g_strlcpy(zoo->key, g_checksum_get_string(sum), sizeof(zoo->key));
    return ok;
}

/* --- The state file ------------------------------------------------------ */

/* Does it say what a run of at most @limit seconds would, given @budget? */
static bool still_holds(const ZooResult *r, int budget, int limit)
{
    return budget == limit ||
           (r->found ? r->seconds <= limit : budget > limit);
}

/* Lines of another program are passed over, and those without their end. */
static void load_line(Zoo *zoo, const char *line)
{
    char key[17], name[64], verdict[8], end;
    ZooResult r = { .done = true }, *old;
    int run, budget;
    ZooFault *f;

    if (sscanf(line, "%16s %63s %d %7s %d %lf %" G_GINT64_FORMAT
               " %" G_GINT64_FORMAT " %31s %c", key, name, &run, verdict,
               &budget, &r.seconds, &r.scenarios, &r.operations,
               r.reported, &end) != 10 || strcmp(key, zoo->key)) {
        return;
    }
    f = find_fault(zoo, name);
    r.found = !strcmp(verdict, "found");
    if (f && run >= 1 && run <= zoo->options->runs &&
        still_holds(&r, budget, zoo->options->seconds)) {
        old = &f->results[run - 1];
        zoo->kept += !old->done;
        *old = r;
    }
}

static bool load_state(Zoo *zoo, char **error)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    /* /dev/null keeps no results; and some devices never end */
    if (g_file_test(zoo->state, G_FILE_TEST_EXISTS) &&
        !g_file_test(zoo->state, G_FILE_TEST_IS_REGULAR)) {
        return true;
    }
    if (!g_file_get_contents(zoo->state, &text, NULL, &err)) {
        return g_error_matches(err, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
               fail(error, "%s", err->message);
    }
    lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i] && lines[i + 1]; i++) {
        load_line(zoo, lines[i]);
    }
    return true;
}

/* One write() for each line: it is there or it is not. */
static bool append(Campaign *c, const char *line)
{
    size_t len = strlen(line);
    ssize_t n = write(c->state, line, len);

    return n == (ssize_t)len ||
           fail(&c->error, "%s: %s", c->zoo->state,
                g_strerror(n < 0 ? errno : ENOSPC));
}

static bool open_state(Campaign *c)
{
    char last = '\n';
    off_t size;

    c->state = open(c->zoo->state, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC,
                    0666);
    if (c->state < 0) {
        return fail(&c->error, "%s: %s", c->zoo->state, g_strerror(errno));
    }
    /* a disk that was full may have left half a line */
    size = lseek(c->state, 0, SEEK_END);
    if (size > 0 && pread(c->state, &last, 1, size - 1) != 1) {
        last = '\0';
    }
    return last == '\n' || append(c, "\n");
}

static bool record(Campaign *c, ZooFault *f, unsigned run, const ZooResult *r)
{
    g_autofree char *line =
        g_strdup_printf("%s %s %u %s %d %.3f %" G_GINT64_FORMAT
                        " %" G_GINT64_FORMAT " %s .\n", c->zoo->key, f->name,
                        run + 1, r->found ? "found" : "missed",
                        c->zoo->options->seconds, r->seconds, r->scenarios,
                        r->operations, r->reported);

    f->results[run] = *r;
    return append(c, line);
}

/* --- One run ------------------------------------------------------------- */

static void remove_tree(char *path)
{
    char *paths[] = { path, NULL };
    FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry;

    while (fts && (entry = fts_read(fts))) {
        if (entry->fts_info != FTS_D) {
            g_remove(entry->fts_accpath);
        }
    }
    if (fts) {
        fts_close(fts);
    }
}

/* Ctrl-C is for this program alone; but none outlives it. */
static void in_child(gpointer unused)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static char **child_argv(const Job *job, const char *corpus)
{
    const Zoo *zoo = job->campaign->zoo;
    g_auto(GStrv) flags = g_strsplit(FUZZ_FLAGS, " ", 0);
    GPtrArray *argv = g_ptr_array_new();

    g_ptr_array_add(argv, g_strdup(zoo->program));
    g_ptr_array_add(argv, g_strdup_printf("-seed=%u", job->run + 1));
    for (unsigned i = 0; flags[i]; i++) {
        g_ptr_array_add(argv, g_strdup(flags[i]));
    }
    g_ptr_array_add(argv, g_strdup_printf("-max_total_time=%d",
                                          zoo->options->seconds));
    g_ptr_array_add(argv, g_strdup("-timeout=" HANG));
    g_ptr_array_add(argv, g_strdup_printf("-artifact_prefix=%s/", job->dir));
    g_ptr_array_add(argv, g_strdup(corpus));
    for (unsigned i = 0; zoo->dirs[i]; i++) {
        g_ptr_array_add(argv, g_strdup(zoo->dirs[i]));
    }
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, false);
}

static char **child_env(const Job *job)
{
    char **env = g_environ_setenv(g_get_environ(), "TLBDIFF_ZOO",
                                  job->fault->name, true);

    if (job->campaign->zoo->options->blind) {
        env = g_environ_setenv(env, "TLBDIFF_BLIND", "1", true);
    }
    /* names in stack traces would take longer than many a hunt */
    return g_environ_setenv(env, "ASAN_OPTIONS", "symbolize=0", true);
}

static char *log_of(const Job *job)
{
    return g_build_filename(job->dir, "log", NULL);
}

static void on_exit_of_child(GPid pid, int status, gpointer opaque);

/* libFuzzer has to begin with something that is run: a set-up and a load. */
static bool write_first(const Job *job, const char *corpus)
{
    g_autofree char *path = g_build_filename(corpus, "one-load", NULL);
    const char record[2 * RECORD_SIZE] = { 0 };

    return job->campaign->zoo->seeds ||
           g_file_set_contents(path, record, sizeof(record), NULL);
}

static bool start(Job *job)
{
    Campaign *c = job->campaign;
    g_autofree char *corpus = g_build_filename(job->dir, "new", NULL);
    g_autofree char *log = log_of(job);
    g_auto(GStrv) argv = child_argv(job, corpus);
    g_auto(GStrv) env = child_env(job);
    g_autoptr(GError) err = NULL;
    bool ok;
    int fd;

    if (g_mkdir_with_parents(corpus, 0777) || !write_first(job, corpus) ||
        (fd = open(log, O_WRONLY | O_CREAT | O_CLOEXEC, 0666)) < 0) {
        return fail(&c->error, "%s: %s", job->dir, g_strerror(errno));
    }
    job->start = g_get_monotonic_time();
    ok = g_spawn_async_with_fds(NULL, argv, env, G_SPAWN_DO_NOT_REAP_CHILD,
                                in_child, NULL, &job->pid, -1, fd, fd, &err);
    close(fd);
    if (!ok) {
        job->pid = 0;
        return fail(&c->error, "%s", err->message);
    }
    c->running++;
    g_child_watch_add(job->pid, on_exit_of_child, job);
    return true;
}

/* "AddressSanitizer: heap-use-after-free (...)" as one word of the second */
static void first_words(char *to, size_t size, const char *summary)
{
    const char *from = strstr(summary, ": ");
    size_t n = 0;

    from = from ? from + 2 : summary;
    for (; *from && strncmp(from, " (", 2) && strncmp(from, " /", 2) &&
           n + 1 < size; from++) {
        to[n++] = isalnum((unsigned char)*from) ? *from : '-';
    }
    to[n] = '\0';
}

static int64_t statistic(const char *log, const char *name)
{
    g_autofree char *value = rest_of_line(log, name);

    return value ? g_ascii_strtoll(value, NULL, 10) : -1;
}

/* Returns false if this end says nothing about the fault. */
static bool judge(ZooResult *r, int status, const char *log)
{
    g_autofree char *divergence = rest_of_line(log, "DIVERGENCE ");
    g_autofree char *summary = rest_of_line(log, "SUMMARY: ");

    r->done = true;
    r->found = status != 0;
    r->scenarios = statistic(log, "stat::scenarios: ");
    r->operations = statistic(log, "stat::operations: ");
    g_strlcpy(r->reported, "-", sizeof(r->reported));
    if (!WIFEXITED(status)) {
        return false;
    }
    if (r->found && divergence) {
        size_t len = strcspn(divergence, " :");

        g_strlcpy(r->reported, divergence, MIN(len + 1, sizeof(r->reported)));
    } else if (r->found && summary) {
        first_words(r->reported, sizeof(r->reported), summary);
    }
    return !r->found || isalnum((unsigned char)r->reported[0]);
}

static void note_failure(Job *job, int status, char *log)
{
    Zoo *zoo = job->campaign->zoo;
    g_autofree char *how = WIFEXITED(status) ?
        g_strdup_printf("exit status %d", WEXITSTATUS(status)) :
        g_strdup_printf("signal %d", WTERMSIG(status));
    const char *last = strrchr(g_strchomp(log), '\n');

    if (!zoo->failed++) {
        zoo->failure = g_strdup_printf("%s, seed %u: %s: %s", job->fault->name,
                                       job->run + 1, how,
                                       last ? last + 1 : log);
    }
}

/* --- All runs ------------------------------------------------------------ */

/* A line that moves, for a person who waits. */
static void show_progress(const Campaign *c)
{
    unsigned found = 0, done = 0, all = c->zoo->n * c->zoo->options->runs;
    int seconds = (g_get_monotonic_time() - c->start) / G_USEC_PER_SEC;
    g_autoptr(GString) line = g_string_new(NULL);

    if (!c->tty) {
        return;
    }
    for (unsigned i = 0; i < all; i++) {
        const ZooResult *r =
            &c->zoo->faults[i % c->zoo->n].results[i / c->zoo->n];

        done += r->done;
        found += r->found;
    }
    g_string_printf(line, "zoo: %d:%02d  %u of %u runs, %u found; running:",
                    seconds / 60, seconds % 60, done, all, found);
    for (unsigned i = 0; i < c->slots; i++) {
        if (c->jobs[i].pid) {
            g_string_append_printf(line, " %s", c->jobs[i].fault->name);
        }
    }
    fprintf(stderr, "\r%.79s\033[K", line->str);
}

/* What runs is killed; the exits are still waited for. */
static void stop(Campaign *c)
{
    c->stop = true;
    for (unsigned i = 0; i < c->slots; i++) {
        if (c->jobs[i].pid) {
            kill(-c->jobs[i].pid, SIGKILL);
        }
    }
}

static Job *free_slot(Campaign *c)
{
    for (unsigned i = 0; i < c->slots; i++) {
        if (!c->jobs[i].pid) {
            return &c->jobs[i];
        }
    }
    return NULL;
}

/* Take the next run that has no result: all faults once, then once more. */
static bool next_run(Campaign *c, Job *job)
{
    const Zoo *zoo = c->zoo;

    for (; c->next < zoo->n * zoo->options->runs; c->next++) {
        job->fault = &zoo->faults[c->next % zoo->n];
        job->run = c->next / zoo->n;
        if (!job->fault->results[job->run].done) {
            c->next++;
            return true;
        }
    }
    return false;
}

static void fill_slots(Campaign *c)
{
    Job *job;

    while (!c->stop && (job = free_slot(c)) && next_run(c, job)) {
        if (!start(job)) {
            stop(c);
        }
    }
    show_progress(c);
}

static void on_exit_of_child(GPid pid, int status, gpointer opaque)
{
    Job *job = opaque;
    Campaign *c = job->campaign;
    g_autofree char *path = log_of(job), *log = NULL;
    ZooResult r = { 0 };

    r.seconds = (g_get_monotonic_time() - job->start) / 1e6;
    g_spawn_close_pid(pid);
    job->pid = 0;
    c->running--;
    if (!g_file_get_contents(path, &log, NULL, NULL)) {
        log = g_strdup("");
    }
    if (judge(&r, status, log)) {
        if (!record(c, job->fault, job->run, &r)) {
            stop(c);
        }
    } else if (!c->stop) {
        note_failure(job, status, log);
    }
    remove_tree(job->dir);
    fill_slots(c);
}

static gboolean on_signal(gpointer opaque)
{
    Campaign *c = opaque;

    c->zoo->interrupted = true;
    stop(c);
    return G_SOURCE_CONTINUE;
}

static gboolean on_second(gpointer opaque)
{
    show_progress(opaque);
    return G_SOURCE_CONTINUE;
}

/* nohup(1) asks for this one to be ignored. */
static guint watch_hangup(Campaign *c)
{
    struct sigaction old;

    sigaction(SIGHUP, NULL, &old);
    return old.sa_handler == SIG_IGN ? 0 :
           g_unix_signal_add(SIGHUP, on_signal, c);
}

static void run_all(Campaign *c)
{
    guint sources[] = {
        g_unix_signal_add(SIGINT, on_signal, c),
        g_unix_signal_add(SIGTERM, on_signal, c),
        watch_hangup(c),
        g_timeout_add_seconds(1, on_second, c),
    };

    fill_slots(c);
    while (c->running) {
        g_main_context_iteration(NULL, true);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(sources); i++) {
        if (sources[i]) {
            g_source_remove(sources[i]);
        }
    }
    if (c->tty) {
        fputs("\r\033[K", stderr);
    }
}

static bool open_work(Campaign *c)
{
    g_autoptr(GError) err = NULL;

    c->work = g_dir_make_tmp("tlbdiff-zoo-XXXXXX", &err);
    if (!c->work) {
        return fail(&c->error, "%s", err->message);
    }
    c->jobs = g_new0(Job, c->slots);
    for (unsigned i = 0; i < c->slots; i++) {
        c->jobs[i].campaign = c;
        c->jobs[i].dir = g_strdup_printf("%s/%u", c->work, i);
    }
    return true;
}

static void close_work(Campaign *c)
{
    for (unsigned i = 0; c->jobs && i < c->slots; i++) {
        g_free(c->jobs[i].dir);
    }
    g_free(c->jobs);
    if (c->work) {
        remove_tree(c->work);
    }
    g_free(c->work);
    if (c->state >= 0) {
        close(c->state);
    }
}

static bool campaign(Zoo *zoo, char **error)
{
    unsigned wanted = zoo->options->jobs ? zoo->options->jobs :
                                           g_get_num_processors();
    Campaign c = {
        .zoo = zoo,
        .slots = MIN(wanted, zoo->n * zoo->options->runs),
        .state = -1,
        .tty = isatty(STDERR_FILENO),
        .start = g_get_monotonic_time(),
    };

    if (open_state(&c) && open_work(&c)) {
        run_all(&c);
    }
    close_work(&c);
    if (c.error) {
        *error = c.error;
    }
    return !c.error;
}

bool zoo_run(Zoo *zoo, const ZooOptions *options, char **dirs, char **error)
{
    *error = NULL;
    zoo->options = options;
    zoo->dirs = dirs;
    if (!find_program(zoo, error)) {
        return false;
    }
    zoo->state = options->state ? g_strdup(options->state) :
                                  g_strconcat(zoo->program, ".results", NULL);
    return list_faults(zoo, error) && make_key(zoo, error) &&
           load_state(zoo, error) && campaign(zoo, error);
}

void zoo_free(Zoo *zoo)
{
    for (unsigned i = 0; i < zoo->n; i++) {
        free_fault(&zoo->faults[i]);
    }
    g_free(zoo->faults);
    g_free(zoo->program);
    g_free(zoo->state);
    g_free(zoo->failure);
}
