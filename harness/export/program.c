/*
 * A scenario as a C program against QEMU alone: what it is made of, and its
 * own part: operations, what is expected of them, and the verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "program.h"
#include "board.h"
#include "harness/compare/event.h"
#include "harness/scenario/target.h"
#include "harness/scenario/text.h"

#define P(...) g_string_append_printf(out, __VA_ARGS__)

static const struct {
    const char *name, *text;
} parts[] = {
#include "harness/export/export-parts.h"
};

/* As the content of a string in C. */
static char *quoted(const char *text)
{
    return g_strescape(text, NULL);
}

/* --- what an audit, dirty bits or memory have to do with it ---------------- */

static const char *const type_names[] = { "load", "store", "fetch" };

/* A look at something after the last operation: the call, and its events. */
typedef struct Look {
    const char *part;       /* that has the function */
    char *call;
    GPtrArray *lines;
} Look;

static void look_at_entry(const Export *e, Look *look)
{
    const CachedEntry *c = &e->entry;
    const char *kind = c->victim ? "victim" : "TLB";

    look->part = "entry";
    look->call = g_strdup_printf("look_at_entry(cpus[%u], %u, 0x%x, %s)",
                                 c->cpu, c->mmu_idx, c->va,
                                 c->victim ? "true" : "false");
    g_ptr_array_add(look->lines, g_strdup_printf(
        "%s entry cpu=%u idx=%u va=0x%x pa=0x%x attrs=%s", kind, c->cpu,
        c->mmu_idx, c->va, c->pa, attrs_name(c->attrs)));
    for (unsigned t = 0; t < RM_ACCESS_TYPES; t++) {
        const CachedType *type = &c->type[t];
        g_autofree char *fast = type->region < RM_REGIONS ?
            g_strdup_printf("fast path to %s+0x%x", region_name(type->region),
                            type->offset) :
            g_strdup("fast path to no known region");

        g_ptr_array_add(look->lines, g_strdup_printf(
            "  %s: %s", type_names[t], !type->live ? "not live" :
            type->deferred ? "to be translated" : !type->fast ? "slow path" :
            fast));
    }
}

static void look_at_dirty(const Export *e, Look *look)
{
    const Divergence *d = &e->d;
    const char *region = region_name(d->dirty.region);

    look->part = "dirty";
    look->call = g_strdup_printf("look_at_dirty(%s, 0x%x, %u)", region,
                                 d->dirty.offset, d->dirty.client);
    g_ptr_array_add(look->lines, g_strdup_printf(
        "the %s dirty bit of %s+0x%x is %s", client_name(d->dirty.client),
        region, d->dirty.offset, d->dirty.seen ? "set" : "clear"));
}

static void look_at_memory(const Export *e, Look *look)
{
    const Divergence *d = &e->d;
    const char *region = region_name(d->memory.region);

    look->part = "memory";
    look->call = g_strdup_printf("look_at_memory(%s%s, 0x%x)",
                                 d->memory.region == RM_ROMD ? "&" : "",
                                 region, d->memory.offset);
    g_ptr_array_add(look->lines, g_strdup_printf(
        "%s+0x%x holds 0x%02x", region, d->memory.offset, d->memory.seen));
}

/* Returns NULL, or what stands against it. */
static const char *find_look(const Export *e, Look *look)
{
    switch (e->d.kind) {
    case DIFFER_DIRTY:
        look_at_dirty(e, look);
        return NULL;
    case DIFFER_MEMORY:
        look_at_memory(e, look);
        return NULL;
    case DIFFER_ENTRY:
        if (e->d.entry.reason == AUDIT_NOTIFIER) {
            return "a notifier that is missing shows nowhere outside: go on "
                   "with a change of the IOMMU, and an access";
        }
        if (e->d.entry.reason == AUDIT_MISCOUNTED) {
            return "what is counted shows in the size of the TLB alone";
        }
        if (e->has_entry) {
            look_at_entry(e, look);
        }
        return NULL;
    case DIFFER_OWNER:
        return "whose turn it is, one thread does not show";
    case DIFFER_RACE:
        return "the program is one thread, and a race needs two";
    case DIFFER_PATH:
        return "the program has no generated code, whose path is the wrong one";
    case DIFFER_TOLD:
        return "the program has no plugin, which is told what is wrong";
    case DIFFER_RUNS:
        return "two runs differ, and the program would be one";
    case DIFFER_DMA:
        return "the way of DMA stands alone, not that of the CPU";
    default:
        return NULL;
    }
}

/* --- the parts ------------------------------------------------------------- */

static bool wanted(const char *name, const Export *e, const ExportUse *use,
                   const Look *look)
{
    const struct {
        const char *name;
        bool used;
    } conditions[] = {
        { "always", true },
        { "fill", e->s.setup.fill == FILL_PAGE },
        { "fill-align", e->s.setup.fill == FILL_ALIGN },
        { "rom", use->region[RM_ROM] },
        { "device", use->device },
        { "iommu", use->region[RM_IOMMU0] || use->region[RM_IOMMU1] },
        { "reactions", use->reactions },
        { "iommu-changes", use->iommu_changes },
        { "host", use->probe || (look->part && !strcmp(look->part, "entry")) },
        { "probe", use->probe },
        { "watch", use->watch },
        { "unwatch", use->unwatch },
        { "crowd", use->crowd },
        { "clock", use->clock },
        { "advance", use->advance },
        { "verdict", e->diverges },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(conditions); i++) {
        if (!strcmp(name, conditions[i].name)) {
            return conditions[i].used;
        }
    }
    return look->part && !strcmp(name, look->part);
}

/* --- the operations -------------------------------------------------------- */

/*
 * The next step that is carried out: not what the contract is silent on, nor
 * a react that has no reaction.
 */
static bool next_step(const Export *e, Step *step)
{
    while (scenario_next(&e->s, step) && step->at < e->n) {
        if (step->reaction || e->op[step->at].ran) {
            return true;
        }
    }
    return false;
}

/* The function of operation @i, or of the reaction that it is. */
static bool print_function(const Export *e, unsigned i, bool reaction,
                           GString *out, char **error)
{
    const Op *op = &e->s.ops[i];
    g_autoptr(GString) text = g_string_new(NULL);
    ExportUse used = { 0 };     /* export_use() has told already */

    text_print_op(text, op);
    P("/* %s%s */\nstatic void %s%u(void)\n{\n",
      reaction ? "what follows: " : "", text->str,
      reaction ? "reaction" : "operation", i + 1);
    if (!export_op(op, &used, out)) {
        *error = g_strdup_printf("operation %u, %s: cannot be exported",
                                 i + 1, text->str);
        return false;
    }
    if (op_is(op, OPF_TRIGGER)) {
        P("%u);\n", i + 2);
    }
    P("}\n\n");
    return true;
}

static bool print_functions(const Export *e, GString *out, char **error)
{
    for (Step step = { 0 }; next_step(e, &step);) {
        if (step.reaction &&
            !print_function(e, step.at + 1, true, out, error)) {
            return false;
        }
        if (!print_function(e, step.at, false, out, error)) {
            return false;
        }
    }
    return true;
}

static void print_step(const Export *e, unsigned i, GString *out)
{
    const Op *op = &e->s.ops[i];
    g_autofree char *outcome = op_is(op, OPF_TRIGGER) ? g_strdup("done") :
        export_outcome(op, &e->op[i].want.r);
    g_autoptr(GString) text = g_string_new(NULL);

    text_print_op(text, op);
    P("    { operation%u, %u, %u,\n      \"%u: %s\",\n      \"%s\" },\n",
      i + 1, (unsigned)op->cpu, (unsigned)op->idx, i + 1, text->str, outcome);
}

static void print_lines(const char *name, GPtrArray *lines, GString *out)
{
    P("static const char *const %s[] = {\n", name);
    for (unsigned i = 0; i < lines->len; i++) {
        g_autofree char *text = quoted(lines->pdata[i]);

        P("    \"%s\",\n", text);
    }
    P("};\n\n");
}

/* A program of its own has nobody who listens. */
static bool is_told(const RmEvent *ev)
{
    return ev->kind == RM_EV_UNMAP || ev->kind == RM_EV_LOG_CLEAR ||
           ev->kind == RM_EV_LOG_ALL;
}

static void add_result(GPtrArray *lines, const Op *op, const RmResult *r)
{
    for (unsigned i = 0; i < rm_log_len(&r->log); i++) {
        char line[160];

        if (is_told(&r->log.ev[i])) {
            continue;
        }
        event_print(&r->log.ev[i], line, sizeof(line));
        /* a program of its own does not know when it fills */
        line[strcspn(line, "(")] = 0;
        g_ptr_array_add(lines, g_strchomp(g_strdup(line)));
    }
    g_ptr_array_add(lines, export_outcome(op, r));
}

static void print_observed(const Export *e, const Look *look, GString *out)
{
    g_autoptr(GPtrArray) expected = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) observed = g_ptr_array_new_with_free_func(g_free);
    DivergenceText text;

    divergence_print(&e->d, &text);
    if (e->d.op < e->s.n) {
        const Op *op = &e->s.ops[e->d.op];

        add_result(expected, op, &e->op[e->d.op].want.r);
        add_result(observed, op, &e->op[e->d.op].seen.r);
    }
    for (unsigned i = 0; i < look->lines->len; i++) {
        g_ptr_array_add(observed, g_strdup(look->lines->pdata[i]));
    }
    if (text.expected[0]) {
        g_ptr_array_add(expected, g_strdup(text.expected));
    }
    P("/* The last operation, as the contract has it ... */\n");
    print_lines("expected", expected, out);
    P("/* ... and what it did when the fault was found. */\n");
    print_lines("observed", observed, out);
}

static void print_main(const Export *e, const ExportUse *use,
                       const Look *look, GString *out)
{
    bool last_is_step = e->diverges && e->d.op < e->s.n;
    bool conflict = e->n && e->op[e->n - 1].want.r.conflict;
    const char *hook = e->s.setup.fill == FILL_ALIGN ?
        ".tlb_fill_align = fill_align" : ".tlb_fill = fill";
    g_autofree char *what = NULL;
    DivergenceText text;

    divergence_print(&e->d, &text);
    what = quoted(text.what);
    P("int main(void)\n{\n"
      "    TCGCPUOps hooks = { %s };\n"
      "    const unsigned n = ARRAY_SIZE(steps);\n"
      "    unsigned faults = 0;\n\n"
      "    start_qemu(&hooks);\n"
      "    make_board();\n"
      "    start_cpus();\n", hook);
    if (use->clock) {
        P("    shrink_tlbs(cpus[0]);\n    shrink_tlbs(cpus[1]);\n");
    }
    P("\n    for (unsigned i = 0; i < n%s; i++) {\n"
      "%s"
      "        run(&steps[i]);\n"
      "        print_events();\n"
      "        if (strcmp(outcome, steps[i].outcome)) {\n"
      "            printf(\"    EXPECTED: %%s\\n\", steps[i].outcome);\n"
      "            faults++;\n"
      "        }\n"
      "    }\n", last_is_step ? " - 1" : "", conflict && !e->diverges ?
      "        abort_expected = i == n - 1;\n" : "");
    if (e->diverges) {
        if (conflict) {
            P("\n    abort_expected = true;\n");
        } else {
            P("\n");
        }
        if (last_is_step) {
            P("    run(&steps[n - 1]);\n");
        } else {
            P("    n_events = 0;\n");
        }
        if (look->call) {
            P("    %s;\n", look->call);
        }
        P("    print_events();\n"
          "    printf(\"expected:\\n\");\n"
          "    print_lines(expected, ARRAY_SIZE(expected));\n"
          "    if (fault_shows(observed, ARRAY_SIZE(observed))) {\n"
          "        printf(\"THE FAULT SHOWS: %%s\\n\",\n"
          "               \"%s\");\n"
          "        faults++;\n"
          "    } else {\n"
          "        printf(\"not what was seen when the fault was found:\\n\");\n"
          "        print_lines(observed, ARRAY_SIZE(observed));\n"
          "    }\n", what);
    }
    P("    fflush(stdout);\n"
      "    _exit(faults != 0);\n"
      "}\n");
}

/* --- the first comment ----------------------------------------------------- */

static void print_comment(const Export *e, GString *out)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    text_print(text, &e->s);
    g_string_append_printf(text, "%s%s", e->report ? "\n" : "",
                           e->report ? e->report :
                           e->crashed ? e->crashed : "");
    lines = g_strsplit(text->str, "\n", -1);
    P("/*\n"
      " * A fault of QEMU's software TLB, on its own.\n"
      " *\n"
      " * Written by `tlbdiff export --c`; needs only QEMU. In QEMU's tree:\n"
      " *\n"
      " *   cp THIS_FILE system/main.c\n"
      " *   mkdir build && cd build\n"
      " *   ../configure --target-list=riscv64-softmmu --enable-debug-tcg\n"
      " *   ninja qemu-system-riscv64 && ./qemu-system-riscv64\n"
      " *\n"
      " * (--cc=clang --enable-asan --enable-ubsan find more.) Exit status:\n"
      " * 1 if the fault shows, 0 if not.\n"
      " *\n"
      " * The scenario, as tlbdiff reads it:\n"
      " *\n");
    for (unsigned i = 0; lines[i]; i++) {
        g_autofree char *line = g_strdup(lines[i]);

        g_strchomp(line);
        P(" *%s%s\n", *line ? "   " : "", line);
    }
    P(" * SPDX-License-Identifier: GPL-2.0-or-later\n */\n");
}

bool export_c(const Export *e, GString *out, char **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    Look look = { .lines = lines };
    const char *against;
    ExportUse use;
    bool ok;

    if (e->s.setup.kind != TARGET_IOMMU) {
        *error = g_strdup_printf("the device, %s, is on no board that such a "
                                 "program has",
                                 e->device ? e->device : "of this target");
        return false;
    }
    against = find_look(e, &look);
    ok = !against;
    if (against) {
        *error = g_strdup(against);
        goto out;
    }
    export_use(e, &use);
    print_comment(e, out);
    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (wanted(parts[i].name, e, &use, &look)) {
            g_string_append(out, parts[i].text);
        }
    }
    export_board(e, &use, out);
    P("/* --- the scenario: its operations --- */\n\n");
    ok = print_functions(e, out, error);
    if (!ok) {
        goto out;
    }
    P("static const Step steps[] = {\n");
    for (Step step = { 0 }; next_step(e, &step);) {
        print_step(e, step.at, out);
    }
    P("};\n\n");
    if (e->diverges) {
        print_observed(e, &look, out);
    }
    print_main(e, &use, &look, out);
out:
    g_free(look.call);
    return ok;
}
