/*
 * The results of the bug zoo, as text and as data for a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "reference-model/clauses.h"
#include "harness/pages/page.h"
#include "hunt.h"

/* A run that found nothing would have taken longer: INFINITY. */
typedef struct Row {
    const ZooFault *fault;
    unsigned done, found, as_such;  /* runs */
    double seconds, operations;     /* medians; NAN: not known */
    char *reported;                 /* the clauses, and how often each */
} Row;

typedef struct Totals {
    unsigned done, found, as_such;  /* runs */
    double seconds, operations;     /* medians of the medians */
    const Row *slowest;             /* or NULL */
} Totals;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts @values. */
static double median(double *values, unsigned n)
{
    qsort(values, n, sizeof(*values), by_value);
    return n ? (values[(n - 1) / 2] + values[n / 2]) / 2 : NAN;
}

/* --- What is shown ------------------------------------------------------- */

static unsigned count_reported(const ZooFault *f, unsigned runs,
                               const char *reported)
{
    unsigned n = 0;

    for (unsigned i = 0; i < runs; i++) {
        n += f->results[i].found &&
             !strcmp(f->results[i].reported, reported);
    }
    return n;
}

/* "C3", or "C3 2x, C8" */
static char *all_reported(const ZooFault *f, unsigned runs, unsigned found)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < runs; i++) {
        const ZooResult *r = &f->results[i];
        unsigned n = count_reported(f, runs, r->reported);

        if (!r->found || count_reported(f, i, r->reported)) {
            continue;
        }
        g_string_append_printf(text, "%s%s", text->len ? ", " : "",
                               r->reported);
        if (n > 1 && n < found) {
            g_string_append_printf(text, " %ux", n);
        }
    }
    return g_string_free(text, false);
}

static void make_row(Row *row, const ZooFault *f, unsigned runs)
{
    g_autofree double *seconds = g_new(double, runs);
    g_autofree double *operations = g_new(double, runs);
    unsigned known = 0;

    *row = (Row) { .fault = f };
    for (unsigned i = 0; i < runs; i++) {
        const ZooResult *r = &f->results[i];

        if (!r->done) {
            continue;
        }
        seconds[row->done++] = r->found ? r->seconds : INFINITY;
        row->found += r->found;
        if (!r->found || r->operations >= 0) {
            operations[known++] = r->found ? r->operations : INFINITY;
        }
    }
    row->as_such = count_reported(f, runs, f->expected);
    row->seconds = median(seconds, row->done);
    row->operations = median(operations, known);
    row->reported = all_reported(f, runs, row->found);
}

static Row *make_rows(const Zoo *zoo)
{
    Row *rows = g_new(Row, zoo->n);

    for (unsigned i = 0; i < zoo->n; i++) {
        make_row(&rows[i], &zoo->faults[i], zoo->options->runs);
    }
    return rows;
}

static void free_rows(Row *rows, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        g_free(rows[i].reported);
    }
    g_free(rows);
}

static bool found_always(const Row *row, int runs)
{
    return row->found == (unsigned)runs;
}

/* It was reported, but not, or not always, as what it is. */
static bool is_other(const Row *row)
{
    return row->as_such != row->found;
}

static Totals make_totals(const Zoo *zoo, const Row *rows)
{
    g_autofree double *seconds = g_new(double, zoo->n);
    g_autofree double *operations = g_new(double, zoo->n);
    unsigned timed = 0, counted = 0;
    Totals t = { 0 };

    for (unsigned i = 0; i < zoo->n; i++) {
        t.done += rows[i].done;
        t.found += rows[i].found;
        t.as_such += rows[i].as_such;
        if (!isnan(rows[i].seconds)) {
            seconds[timed++] = rows[i].seconds;
            if (!t.slowest || rows[i].seconds > t.slowest->seconds) {
                t.slowest = &rows[i];
            }
        }
        if (!isnan(rows[i].operations)) {
            operations[counted++] = rows[i].operations;
        }
    }
    t.seconds = median(seconds, timed);
    t.operations = median(operations, counted);
    return t;
}

bool zoo_all_found(const Zoo *zoo)
{
    for (unsigned i = 0; i < zoo->n; i++) {
        for (int j = 0; j < zoo->options->runs; j++) {
            if (!zoo->faults[i].results[j].found) {
                return false;
            }
        }
    }
    return true;
}

/* Of the faults of a clause: all, and those reported as a breach of it. */
static unsigned of_clause(const Zoo *zoo, const Row *rows, RmClause clause,
                          unsigned *always, unsigned *sometimes)
{
    unsigned n = 0;

    *always = *sometimes = 0;
    for (unsigned i = 0; i < zoo->n; i++) {
        if (rows[i].fault->clause == clause) {
            n++;
            *always += rows[i].as_such && rows[i].as_such == rows[i].done;
            *sometimes += rows[i].as_such && rows[i].as_such < rows[i].done;
        }
    }
    return n;
}

/* Must there be a fault that breaks this clause? */
static bool is_due(const Zoo *zoo, RmClause clause)
{
    return zoo->whole && !rm_clause_of_checker(clause);
}

bool zoo_all_reported(const Zoo *zoo)
{
    Row *rows = make_rows(zoo);
    bool all = true;

    for (RmClause c = RM_NO_CLAUSE + 1; c < RM_CLAUSES; c++) {
        unsigned always, sometimes;
        unsigned n = of_clause(zoo, rows, c, &always, &sometimes);

        all &= always + sometimes || !(n || is_due(zoo, c));
    }
    free_rows(rows, zoo->n);
    return all || zoo->options->only;
}

void zoo_score(const Zoo *zoo, ZooScore *score)
{
    Row *rows = make_rows(zoo);

    score->interrupted |= zoo->interrupted;
    for (unsigned i = 0; i < zoo->n; i++) {
        score->faults++;
        score->always += found_always(&rows[i], zoo->options->runs);
        score->runs += rows[i].done;
        score->found += rows[i].found;
        for (int j = 0; j < zoo->options->runs; j++) {
            score->seconds += zoo->faults[i].results[j].seconds;
        }
    }
    free_rows(rows, zoo->n);
}

char *zoo_score_text(const ZooScore *score)
{
    return g_strdup_printf("%u of %u faults in every run, %u of %u runs, "
                           "%.1f a minute of one processor", score->always,
                           score->faults, score->found, score->runs,
                           score->seconds ? score->found * 60 / score->seconds :
                                            0);
}

/* --- In words ------------------------------------------------------------ */

static char *seconds_text(double seconds, const Zoo *zoo)
{
    return isnan(seconds) ? g_strdup("-") :
           isinf(seconds) ? g_strdup_printf("> %d", zoo->options->seconds) :
           g_strdup_printf(seconds < 100 ? "%.2f" : "%.0f", seconds);
}

static char *operations_text(double operations)
{
    return isnan(operations) || isinf(operations) ? g_strdup("-") :
           g_strdup_printf("%.0f", operations);
}

static char *slowest_text(const Zoo *zoo, const Totals *t)
{
    g_autofree char *seconds = NULL;

    if (!t->slowest) {
        return g_strdup("-");
    }
    seconds = seconds_text(t->slowest->seconds, zoo);
    return g_strdup_printf("%s s, %s", seconds, t->slowest->fault->name);
}

static char *medians_text(const Zoo *zoo, const Totals *t)
{
    g_autofree char *seconds = seconds_text(t->seconds, zoo);
    g_autofree char *operations = operations_text(t->operations);

    return g_strdup_printf("%s s, %s operations", seconds, operations);
}

static char *found_text(const Zoo *zoo, const Totals *t)
{
    ZooScore score = { 0 };

    zoo_score(zoo, &score);
    return zoo_score_text(&score);
}

static char *as_such_text(const Zoo *zoo, const Totals *t)
{
    return t->found ?
        g_strdup_printf("%.0f%%, %u of %u findings",
                        100.0 * t->as_such / t->found, t->as_such, t->found) :
        g_strdup("-");
}

/* What is said of all faults together. */
static const struct {
    const char *name;
    char *(*text)(const Zoo *zoo, const Totals *t);
} totals[] = {
    { "found", found_text },
    { "median of the medians", medians_text },
    { "slowest median", slowest_text },
    { "under the expected clause", as_such_text },
};

/* Why there may be less than was asked for, or more than was run; or NULL. */
static char *remark_text(const Zoo *zoo, const Totals *t)
{
    unsigned wanted = zoo->n * zoo->options->runs;

    if (t->done < wanted) {
        return g_strdup_printf("%s: %u of %u runs are done; the same command "
                               "goes on", zoo->interrupted ? "interrupted" :
                               "not complete", t->done, wanted);
    }
    if (zoo->kept) {
        return g_strdup_printf("%u of %u results were there before; remove "
                               "%s to begin anew", zoo->kept, wanted,
                               zoo->state);
    }
    return NULL;
}

/* --- Text ---------------------------------------------------------------- */

static void text_row(const Zoo *zoo, const Row *row, FILE *out)
{
    g_autofree char *reported =
        g_strconcat(row->found ? row->reported : "-",
                    is_other(row) ? " *" : "", NULL);
    g_autofree char *seconds = seconds_text(row->seconds, zoo);
    g_autofree char *operations = operations_text(row->operations);
    g_autofree char *found = g_strdup_printf("%u/%u", row->found, row->done);

    fprintf(out, "%-24s %-8s %-20s %7s %10s ", row->fault->name,
            row->fault->expected, reported, seconds, operations);
    if (zoo->options->history) {
        fprintf(out, "%-17s ", row->fault->mended ? row->fault->mended : "-");
    }
    fprintf(out, "%5s\n", found);
}

static void text_clauses(const Zoo *zoo, const Row *rows, FILE *out)
{
    fprintf(out, "\n%-24s %8s %20s %18s\n", "clause", "faults",
            "reported as such", "in some runs only");
    for (RmClause c = RM_NO_CLAUSE + 1; c < RM_CLAUSES; c++) {
        unsigned always, sometimes;
        unsigned n = of_clause(zoo, rows, c, &always, &sometimes);

        if (n || is_due(zoo, c)) {
            fprintf(out, "%-24s %8u %20u %18u%s\n", rm_clause_name(c), n,
                    always, sometimes, always + sometimes ? "" : "  none!");
        }
    }
}

static void text_totals(const Zoo *zoo, const Totals *t, FILE *out)
{
    g_autofree char *remark = remark_text(zoo, t);

    fputc('\n', out);
    for (unsigned i = 0; i < G_N_ELEMENTS(totals); i++) {
        g_autofree char *text = totals[i].text(zoo, t);

        fprintf(out, "%-30s %s\n", totals[i].name, text);
    }
    if (remark) {
        fprintf(out, "\n%s\n", remark);
    }
}

void zoo_text(const Zoo *zoo, FILE *out)
{
    Row *rows = make_rows(zoo);
    Totals t = make_totals(zoo, rows);

    fprintf(out, "%-24s %-8s %-20s %7s %10s %s%5s\n", "fault", "expected",
            "reported", "seconds", "operations",
            zoo->options->history ? "mended by         " : "", "found");
    for (unsigned i = 0; i < zoo->n; i++) {
        text_row(zoo, &rows[i], out);
    }
    if (t.as_such < t.found) {
        fprintf(out, "* not, or not always, the expected clause\n");
    }
    text_clauses(zoo, rows, out);
    text_totals(zoo, &t, out);
    free_rows(rows, zoo->n);
}

/* --- Data ---------------------------------------------------------------- */

/* Why a row stands out: colour alone would say nothing on paper. */
static char *mark(const Row *row)
{
    return row->done && !row->found ? g_strdup("not found") :
           !is_other(row) ? g_strdup("") :
           g_strdup_printf("not%s %s", row->as_such ? " always" : "",
                           row->fault->expected);
}

static void add_text(JsonObject *to, const char *name, char *text)
{
    json_object_set_string_member(to, name, text);
    g_free(text);
}

static JsonObject *json_fault(const Zoo *zoo, const Row *row)
{
    const ZooFault *f = row->fault;
    JsonObject *o = json_object_new();

    json_object_set_string_member(o, "name", f->name);
    json_object_set_string_member(o, "mistake", f->mistake);
    json_object_set_string_member(o, "seen", f->seen);
    json_object_set_string_member(o, "mended", f->mended ? f->mended : "");
    json_object_set_string_member(o, "clause", f->expected);
    json_object_set_string_member(o, "demands", rm_clause_text(f->clause));
    json_object_set_string_member(o, "reported", row->reported);
    add_text(o, "remark", mark(row));
    add_text(o, "seconds", seconds_text(row->seconds, zoo));
    add_text(o, "operations", operations_text(row->operations));
    json_object_set_int_member(o, "found", row->found);
    json_object_set_int_member(o, "done", row->done);
    return o;
}

static JsonArray *json_faults(const Zoo *zoo, const Row *rows)
{
    JsonArray *faults = json_array_new();

    for (unsigned i = 0; i < zoo->n; i++) {
        json_array_add_object_element(faults, json_fault(zoo, &rows[i]));
    }
    return faults;
}

static JsonArray *json_clauses(const Zoo *zoo, const Row *rows)
{
    JsonArray *clauses = json_array_new();

    for (RmClause c = RM_NO_CLAUSE + 1; c < RM_CLAUSES; c++) {
        unsigned always, sometimes;
        unsigned n = of_clause(zoo, rows, c, &always, &sometimes);
        JsonObject *o;

        if (!n && !is_due(zoo, c)) {
            continue;
        }
        o = json_object_new();
        json_object_set_string_member(o, "name", rm_clause_name(c));
        json_object_set_string_member(o, "demands", rm_clause_text(c));
        json_object_set_int_member(o, "faults", n);
        json_object_set_int_member(o, "always", always);
        json_object_set_int_member(o, "sometimes", sometimes);
        json_array_add_object_element(clauses, o);
    }
    return clauses;
}

static JsonObject *json_totals(const Zoo *zoo, const Totals *t)
{
    JsonObject *o = json_object_new();

    for (unsigned i = 0; i < G_N_ELEMENTS(totals); i++) {
        add_text(o, totals[i].name, totals[i].text(zoo, t));
    }
    return o;
}

char *zoo_json(const Zoo *zoo)
{
    g_autoptr(JsonObject) o = json_object_new();
    Row *rows = make_rows(zoo);
    Totals t = make_totals(zoo, rows);

    add_text(o, "target", g_path_get_basename(zoo->program));
    add_text(o, "dirs", g_strjoinv(" ", zoo->dirs));
    json_object_set_boolean_member(o, "history", zoo->options->history);
    json_object_set_int_member(o, "seeds", zoo->seeds);
    json_object_set_int_member(o, "runs", zoo->options->runs);
    json_object_set_int_member(o, "seconds", zoo->options->seconds);
    json_object_set_object_member(o, "totals", json_totals(zoo, &t));
    add_text(o, "remark", remark_text(zoo, &t));
    json_object_set_array_member(o, "faults", json_faults(zoo, rows));
    json_object_set_array_member(o, "clauses", json_clauses(zoo, rows));
    free_rows(rows, zoo->n);
    return json_text(o);
}
