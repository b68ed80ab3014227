/*
 * Where exactly a divergence is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "place.h"

/* From the sanitizers; not there in a plain build. */
__attribute__((weak)) void __sanitizer_symbolize_pc(void *pc, const char *fmt,
                                                    char *buf, size_t len);

/* Those of a sanitizer itself: what it was called for is behind the last. */
static bool of_sanitizer(const char *function)
{
    static const char *const begin[] = {
        "__asan", "__ubsan", "__sanitizer", "__interceptor", "___interceptor",
    };
    bool is = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(begin); i++) {
        is |= g_str_has_prefix(function, begin[i]);
    }
    return is;
}

static char *function_of(const Death *death)
{
    char name[200], top[200] = "";
    bool inside = false, behind = false;

    for (unsigned i = 0; __sanitizer_symbolize_pc && i < DEATH_FRAMES &&
         death->frame[i]; i++) {
        /* a return address may be that of the next function */
        __sanitizer_symbolize_pc((void *)(death->frame[i] - 1), "%f", name,
                                 sizeof(name));
        inside = of_sanitizer(name);
        if (inside) {
            behind = true;
            *top = 0;
        } else if (behind && !*top) {
            g_strlcpy(top, name, sizeof(top));
        }
    }
    return *top ? g_strdup(top) : NULL;
}

static bool of_register(const RmEvent *ev)
{
    return (ev->kind == RM_EV_DEV_READ || ev->kind == RM_EV_DEV_WRITE) &&
           rm_is_checker(ev->region) && !rm_is_denied(ev->region);
}

char *place_of(const Divergence *d)
{
    switch (d->kind) {
    case DIFFER_REGISTER:
        return g_strdup(d->reg.name);
    case DIFFER_VOICE:
        return g_strdup(d->voice.name);
    case DIFFER_EVENT:
        return d->event.wanted && of_register(&d->event.want) ?
               g_strdup_printf("0x%x", d->event.want.addr) : NULL;
    case DIFFER_DEATH:
        return d->death.cause == DEATH_SANITIZER ? function_of(&d->death) :
               NULL;
    default:
        return NULL;
    }
}
