/*
 * The sanitizers are the oracle for C20: what they find ends the process, as
 * some assertions do (C22), and somebody can be told of it before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_SANITIZER_H
#define RUN_SANITIZER_H

/*
 * @sanitizer has found @error ("heap-use-after-free"; "" if it does not say),
 * and is about to report it.  NULL: it is an assertion of the subject.
 */
typedef void SanitizerFound(void *opaque, const char *sanitizer,
                            const char *error);

/** sanitizer_watch: tell @found of what is found from now on; NULL: nobody */
void sanitizer_watch(SanitizerFound *found, void *opaque);

/** sanitizer_assertion: for Engine.gives_up */
void sanitizer_assertion(const char *text);

#endif
