/*
 * A checker that does not come back from a question: seen by a clock that counts
 * the time of this process, and says so every second.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <pthread.h>
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

static void start(void)
{
    const struct sigaction action = {
        .sa_handler = tick, .sa_flags = SA_RESTART | SA_NODEFER,
    };
    const struct itimerval second = { { 1, 0 }, { 1, 0 } };

    sigaction(SIGVTALRM, &action, NULL);
    setitimer(ITIMER_VIRTUAL, &second, NULL);
}

void hang_begin(const char *source)
{
    if (!asked++) {
        start();
        /* in a new process, clocks stand still */
        pthread_atfork(NULL, NULL, start);
    }
    busy = source;
}

void hang_end(void)
{
    busy = NULL;
}
