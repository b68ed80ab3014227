/*
 * A checker that does not come back from a question: seen by a clock that counts
 * the time of this process, and says so every second.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/time.h>

#include "escape.h"
#include "hang.h"

static volatile uint64_t asked;         /* questions so far */
static const char *volatile busy;       /* whose one is not answered yet */

static void tick(int signal)
{
    static uint64_t before;
    const char *source = busy;

    if (source && asked == before) {
        busy = NULL;
        escape_asserted(source, "it does not come back from translate");
    }
    before = asked;
}

/* In a new process, clocks stand still. */
static void start(void)
{
    static pid_t started;
    const struct sigaction action = {
        .sa_handler = tick, .sa_flags = SA_RESTART | SA_NODEFER,
    };
    const struct itimerval second = { { 1, 0 }, { 1, 0 } };

    if (started != getpid()) {
        started = getpid();
        sigaction(SIGVTALRM, &action, NULL);
        setitimer(ITIMER_VIRTUAL, &second, NULL);
    }
}

void hang_begin(const char *source)
{
    if (!(asked++ & 0x3f)) {
        start();
    }
    busy = source;
}

void hang_end(void)
{
    busy = NULL;
}
