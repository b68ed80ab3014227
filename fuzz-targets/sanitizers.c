/*
 * What the sanitizers are to do where nobody has said so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * ASan keeps what was freed, so that who still uses it is found: 256 MiB of it,
 * if not told.  A scenario frees a few MiB at most, and nothing of one is used
 * in the next; to keep more costs a third of all time, in page faults and
 * caches, and 200 MiB.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=16";
}
