/*
 * Has the comparison become slower?  What was measured, against a baseline.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "harness/scenario/text.h"

/*
 * A kind of operations is compared if there are so many of it in a pass, and
 * if QEMU alone takes so long for one, in ns, that the clock can tell.
 */
#define ENOUGH      16
#define LONG_ENOUGH 50

static void add(GArray *ratios, const char *name,
                const double then[RUN_DEPTHS], const double now[RUN_DEPTHS])
{
    static const RunDepth depths[] = { RUN_ALL, RUN_BOTH };

    for (unsigned i = 0; i < G_N_ELEMENTS(depths); i++) {
        BenchRatio r = {
            .name = g_strdup(name), .depth = depths[i],
            .then = then[depths[i]] / then[RUN_SUBJECT],
            .now = now[depths[i]] / now[RUN_SUBJECT],
        };

        g_array_append_val(ratios, r);
    }
}

static bool enough(const Bench *bench, unsigned kind)
{
    return bench_kind(bench, kind) && bench->kinds[kind] >= ENOUGH &&
           bench->kind_ns[kind][RUN_SUBJECT] >= LONG_ENOUGH;
}

static void clear(gpointer ratio)
{
    g_free(((BenchRatio *)ratio)->name);
}

GArray *bench_ratios(const Bench *then, const Bench *now)
{
    GArray *ratios = g_array_new(false, false, sizeof(BenchRatio));

    g_array_set_clear_func(ratios, clear);
    add(ratios, "overall", then->ns, now->ns);
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        g_autofree char *name = text_kind_name(kind);

        if (enough(then, kind) && enough(now, kind)) {
            add(ratios, name, then->kind_ns[kind], now->kind_ns[kind]);
        }
    }
    return ratios;
}

double bench_ratio_worse(const BenchRatio *r)
{
    return 100 * (r->now / r->then - 1);
}
