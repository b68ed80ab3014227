/*
 * Faults that are known: the table patches/faults.ini, and scenarios whose
 * comments name signatures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TOOL_KNOWN_H
#define TOOL_KNOWN_H

#include <glib.h>

#include "harness/run/trial.h"

typedef struct Known Known;

/**
 * known_load: the faults of the table; or if @dirs are given, what comments
 * of the scenarios there name instead
 *
 * Returns NULL, after a complaint, if something cannot be read.
 */
Known *known_load(char **dirs);

/**
 * known_ask: from now on, a fault of the table is only named if it is in what
 * is tested: its own scenario, in a trial, has to show it
 * @t: stays the caller's; to be there as long as something is asked of @k
 *
 * Two faults can have one signature; what is mended here is not the cause.
 */
void known_ask(Known *k, Trials *t);

/** known_free: what known_load() has made */
void known_free(Known *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Known, known_free)

/**
 * known_text: which faults have this signature, in a line
 *
 * "NAME: what happens (patches/qemu-10.2/fixes/0001)", or the path of the
 * scenario; several with "; or " between them.  To be freed; NULL: none has.
 */
char *known_text(Known *k, const char *signature);

/** known_name: the name of the first one in the table; NULL: there is none */
const char *known_name(Known *k, const char *signature);

/** known_file: a scenario that shows it; to be freed; NULL: there is none */
char *known_file(Known *k, const char *signature);

#endif
