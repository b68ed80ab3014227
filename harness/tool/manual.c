/*
 * The man page, and the completion of the shell.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>
#include <string.h>

#include "cmd.h"
#include "harness/run/config.h"
#include "manual.h"

/* --- The man page -------------------------------------------------------- */

/* Text in which nothing is a request or an escape of roff. */
static void print_text(const char *text, FILE *out)
{
    bool begins = true;

    for (; *text; text++) {
        if (begins && (*text == '.' || *text == '\'')) {
            fputs("\\&", out);
        }
        begins = *text == '\n';
        switch (*text) {
        case '\\':
            fputs("\\e", out);
            break;
        case '-':
            fputs("\\-", out);
            break;
        case '\'':
            fputs("\\(aq", out);
            break;
        default:
            putc(*text, out);
        }
    }
}

G_GNUC_PRINTF(2, 3)
static void print(FILE *out, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    print_text(text, out);
}

static void print_paragraphs(const char *text, FILE *out)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; paragraphs[i]; i++) {
        print(out, "%s", paragraphs[i]);
        fputs(paragraphs[i + 1] ? "\n.PP\n" : "\n", out);
    }
}

static void print_option(const GOptionEntry *o, FILE *out)
{
    fputs(".TP\n\\fB", out);
    if (o->short_name) {
        print(out, "-%c", o->short_name);
        fputs("\\fR, \\fB", out);
    }
    print(out, "--%s", o->long_name);
    if (o->arg_description) {
        fputs("\\fR=\\fI", out);
        print(out, "%s", o->arg_description);
    }
    fputs("\\fR\n", out);
    print(out, "%s.", o->description);
    putc('\n', out);
}

static void print_command(const Command *c, FILE *out)
{
    fputs(".SS \"", out);
    print(out, "tlbdiff %s %s%s", c->name, c->options ? "[OPTION...] " : "",
          c->args);
    fputs("\"\n", out);
    print_paragraphs(c->text, out);
    for (const GOptionEntry *o = c->options; o && o->long_name; o++) {
        print_option(o, out);
    }
}

void manual_page(FILE *out)
{
    fputs(".\\\" Made by the build from the table of commands.\n"
          ".TH TLBDIFF 1 \"\" \"tlbdiff " TLBDIFF_VERSION "\" \"User Commands\"\n"
          ".SH NAME\ntlbdiff \\- scenarios for QEMU\\(aqs CPU TLB and IOMMU "
          "translation: run, shorten, explain\n"
          ".SH SYNOPSIS\n", out);
    for (const Command *const *c = commands; *c; c++) {
        fprintf(out, "%s.B tlbdiff\n", c == commands ? "" : ".br\n");
        print(out, "%s%s %s", (*c)->name,
              (*c)->options ? " [OPTION...]" : "", (*c)->args);
        putc('\n', out);
    }
    fputs(".SH DESCRIPTION\n", out);
    print_paragraphs(HELP_FORMS " A DIR stands for the files in it.\n"
                     "tlbdiff --help lists the commands; tlbdiff COMMAND "
                     "--help prints what is said here of that one; tlbdiff "
                     "--version says which QEMU is tested.", out);
    fputs(".SH COMMANDS\n", out);
    for (const Command *const *c = commands; *c; c++) {
        print_command(*c, out);
    }
    fputs(".SH EXIT STATUS\n", out);
    print_paragraphs(HELP_STATUSES, out);
}

/* --- Completion ---------------------------------------------------------- */

/* What completes the value of an option, in a line of bash. */
static char *values_of(const GOptionEntry *o)
{
    const char *what = o->arg_description;

    if (strchr(what, '|')) {
        g_auto(GStrv) words = g_strsplit(what, "|", -1);
        g_autofree char *list = g_strjoinv(" ", words);

        return g_strdup_printf("_tlbdiff_words '%s'", list);
    }
    if (o->arg == G_OPTION_ARG_FILENAME ||
        o->arg == G_OPTION_ARG_FILENAME_ARRAY) {
        return g_strdup(strcmp(what, "DIR") ? "_tlbdiff_names -f" :
                                         "_tlbdiff_names -d");
    }
    return g_strdup("");
}

/* "--trace --engine= ..." */
static char *option_words(const Command *c)
{
    GString *words = g_string_new("--help");

    for (const GOptionEntry *o = c->options; o && o->long_name; o++) {
        g_string_append_printf(words, " --%s%s", o->long_name,
                               o->arg_description ? "=" : "");
    }
    return g_string_free(words, FALSE);
}

static void print_values(const Command *c, FILE *out)
{
    for (const GOptionEntry *o = c->options; o && o->long_name; o++) {
        if (o->arg_description) {
            g_autofree char *values = values_of(o);

            fprintf(out, "    '%s --%s'", c->name, o->long_name);
            if (o->short_name) {
                fprintf(out, " | '%s -%c'", c->name, o->short_name);
            }
            fprintf(out, ") %s%sreturn ;;\n", values, *values ? "; " : "");
        }
    }
}

static const char begin[] =
    "# What bash completes after tlbdiff: made by the build from the table "
        "of commands.\n"
    "_tlbdiff_words()\n"
    "{\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\")\n"
    "}\n"
    "\n"
    "# -f: files, -d: directories\n"
    "_tlbdiff_names()\n"
    "{\n"
    "    compopt -o filenames 2> /dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$word\")\n"
    "}\n"
    "\n"
    "_tlbdiff()\n"
    "{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} option= command=${COMP_WORDS[1]}"
        "\n"
    "\n"
    "    COMPREPLY=()\n"
    "    if ((COMP_CWORD == 1)); then\n";

/* Bash takes "=" for a word of its own. */
static const char middle[] =
    "        return\n"
    "    fi\n"
    "    if [[ $word == = ]]; then\n"
    "        word= option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    else\n"
    "        option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    fi\n"
    "    case \"$command $option\" in\n";

static const char end[] =
    "    *) _tlbdiff_names -f; return ;;\n"
    "    esac\n"
    "    if [[ ${COMPREPLY[*]} == *= ]]; then\n"
    "        compopt -o nospace 2> /dev/null\n"
    "    fi\n"
    "}\n"
    "complete -F _tlbdiff tlbdiff tlbdiff-zoo\n";

void manual_completion(FILE *out)
{
    fputs(begin, out);
    fputs("        _tlbdiff_words '--help --version", out);
    for (const Command *const *c = commands; *c; c++) {
        fprintf(out, " %s", (*c)->name);
    }
    fputs("'\n", out);
    fputs(middle, out);
    for (const Command *const *c = commands; *c; c++) {
        print_values(*c, out);
    }
    fputs("    esac\n"
          "    case \"$command $word\" in\n", out);
    for (const Command *const *c = commands; *c; c++) {
        g_autofree char *words = option_words(*c);

        fprintf(out, "    '%s -'*) _tlbdiff_words '%s' ;;\n", (*c)->name, words);
    }
    fputs(end, out);
}
