/*
 * To be preloaded into a fuzzer: kills it in the middle of writing a file, the
 * way a machine that dies does.  KILL_IN_WRITE says which of its writes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

size_t fwrite(const void *data, size_t size, size_t n, FILE *file)
{
    static int left = -1;

    if (left < 0) {
        const char *writes = getenv("KILL_IN_WRITE");

        left = writes ? atoi(writes) : 0;
    }
    if (left > 0 && --left == 0) {
        if (write(fileno(file), data, size * n / 2) < 0) {
            perror("kill-in-write");
        }
        kill(getpid(), SIGKILL);
    }
    /* unbuffered, so that a file that is not closed is whole all the same */
    fflush(file);
    return write(fileno(file), data, size * n) == (ssize_t)(size * n) ? n : 0;
}
