/*
 * The commands of the tool, and what they share: exit statuses, complaints,
 * and the files they are given.  A command is a file cmd-NAME.c and a line in
 * the table of tlbdiff.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TOOL_CMD_H
#define TOOL_CMD_H

#include <glib.h>

#include "harness/run/run.h"
#include "harness/scenario/scenario.h"

/* Exit status: 0 agreement, 1 a divergence, 2 bad usage or bad input. */
enum { AGREE, DIVERGE, BAD };

/*
 * A command, with all that is told of it: --help, the man page and the
 * completion of the shell are made from it.
 */
typedef struct Command {
    const char *name;
    const char *args;       /* after the options: "FILE|DIR..." */
    const char *needs;      /* the same in words: "a file or a directory" */
    bool many;              /* any number of them but 0; else exactly 1 */
    const gboolean *instead;    /* an option: with it there are none; or NULL */
    const char *summary;    /* what it does, in half a line, no full stop */
    const char *text;       /* what there is to know, in paragraphs of one
                               line each, without an empty line at the end */
    /*
     * Of an option that takes words, arg_description lists them: "a|b".
     * NULL: the command has no options.
     */
    const GOptionEntry *options;
    /* What is left of the arguments; returns the exit status. */
    int (*run)(int argc, char **argv);
} Command;

/* Of --help, of the tool and of each command, and of the man page. */
#define HELP_FORMS "A FILE is a scenario in text or in binary form."
#define HELP_STATUSES \
    "Exit status: 0 agreement, 1 a divergence, 2 bad usage or bad input."

/* All commands in the order of --help; NULL at the end. */
extern const Command *const commands[];

extern const Command cmd_replay, cmd_minimize, cmd_triage, cmd_explain,
                     cmd_report, cmd_bench, cmd_show, cmd_encode, cmd_zoo,
                     cmd_export, cmd_bisect, cmd_findings, cmd_exhaust,
                     cmd_schedules;

/* Of the commands that run scenarios as they are: for their options. */
extern gboolean leave_out_limits;
#define OPTION_LIMITS \
    { "limits", 0, 0, G_OPTION_ARG_NONE, &leave_out_limits, \
      "Leave out the operations that meet a documented limit: of a QEMU that " \
      "translates when the TLB is filled, or answers for less than a page", \
      NULL }

/* Of the same: for their options. */
extern char *voice;
#define OPTION_VOICE \
    { "voice", 0, 0, G_OPTION_ARG_STRING, &voice, \
      "Another model of the security checker, a program that speaks the " \
      "protocol of harness/voice/voice.md: it is compared as a third voice", \
      "COMMAND" }

/* Of the commands that run scenarios in trials: how long one may take. */
extern int trial_seconds;
#define OPTION_TIMEOUT \
    { "timeout", 0, 0, G_OPTION_ARG_INT, &trial_seconds, \
      "How long a scenario may take before it counts as one that does not " \
      "end (default: 5)", "N" }

/** timeout_makes_sense: false, after a complaint of @command, if it does not */
bool timeout_makes_sense(const char *command);

/** plural: the ending of a word of which there are @n */
static inline const char *plural(unsigned n)
{
    return n == 1 ? "" : "s";
}

/**
 * both_sides: a thorough run of the model and QEMU, of which there is one
 *
 * A report of a sanitizer begins with the scenario from now on.
 */
void both_sides(Run *run);

/**
 * replay_command: what to type to see @path again, with this program and the
 * faults that were chosen for it; to be freed
 */
char *replay_command(const char *path);

/** program: how this one was called */
extern const char *program;

/** complain: one line on standard error */
void complain(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/**
 * finish_stdout: what was printed may not have arrived: a full disk
 *
 * Returns @status, or BAD after a complaint.
 */
int finish_stdout(int status);

/**
 * write_file: what --html, --output and the like make, of @command
 *
 * A full disk leaves the file that was there before.  Returns false after a
 * complaint.
 */
bool write_file(const char *command, const char *path, const char *text);

/** write_scenario: the same of a scenario, in text form */
bool write_scenario(const char *command, const Scenario *s, const char *path);

/**
 * write_page: the same of a page that is yet to be made
 * @template: in harness/pages/
 * @json: the template's data
 */
bool write_page(const char *command, const char *path, const char *template,
                const char *json);

/**
 * all_paths: the files that @argv names, a directory standing for the files
 * in it, in the order of their names
 *
 * Returns NULL, after a complaint, if there is a bad one.
 */
GPtrArray *all_paths(int argc, char **argv);

/** load: text_load(), with a complaint if it fails */
bool load(Scenario *s, const char *path);

/**
 * catch_interrupts: from now on, SIGINT, SIGTERM and SIGHUP are only noted
 *
 * For commands that write what they have by then.  QEMU sets handlers of its
 * own when it starts: to be called after that.
 */
void catch_interrupts(void);

/** interrupted: has there been one? */
bool interrupted(void);

/**
 * progress: for a person who waits, a line on the terminal that keeps moving
 *
 * Without a terminal, nothing; and not too often.
 */
void progress(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/** progress_end: remove the line */
void progress_end(void);

/**
 * replay_all: run what @argv names, and print what diverges
 * @quiet: nothing else
 *
 * Returns the worst status of them.
 */
int replay_all(Run *run, int argc, char **argv, bool quiet);

/**
 * replay_found: the same of what @command has written to @path, which is said
 * to diverge: a complaint if it does not
 */
void replay_found(Run *run, const char *command, char *path);

#endif
