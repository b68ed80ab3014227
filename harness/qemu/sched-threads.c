/*
 * What both schedulers have: the threads, the mutexes that each of them holds,
 * and QEMU's functions that take and release one without waiting.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/thread.h"

#include "sched-threads.h"

SchedThread sched_threads[RM_THREADS];
__thread SchedThread *sched_me;

static struct {
    pid_t process;          /* whose threads these are; 0: none yet */
    sem_t begun;
    void (*begin)(unsigned n);
    void (*turn)(void);
} start;

unsigned sched_self(void)
{
    return sched_me ? sched_me->n : RM_THREADS;
}

QemuThread sched_thread(unsigned n)
{
    return sched_threads[n].handle;
}

void sched_may_leave(bool may)
{
    sched_me->may_leave = may;
}

void sched_wait_sem(sem_t *sem)
{
    while (sem_wait(sem)) {
        continue;       /* a signal */
    }
}

/* --- Mutexes -------------------------------------------------------------- */

void sched_hold(QemuMutex *mutex)
{
    g_assert(sched_me->n_held < SCHED_HELD);
    sched_me->held[sched_me->n_held++] = mutex;
}

static void let_go(QemuMutex *mutex)
{
    for (unsigned i = sched_me->n_held; i-- > 0;) {
        if (sched_me->held[i] == mutex) {
            sched_me->held[i] = sched_me->held[--sched_me->n_held];
            return;
        }
    }
}

bool sched_is_held(const QemuMutex *mutex)
{
    for (unsigned i = 0; i < RM_THREADS; i++) {
        const SchedThread *t = &sched_threads[i];

        for (unsigned j = 0; j < t->n_held; j++) {
            if (t->held[j] == mutex) {
                return true;
            }
        }
    }
    return false;
}

int __real_qemu_mutex_trylock_impl(QemuMutex *mutex, const char *file,
                                   const int line);
int __wrap_qemu_mutex_trylock_impl(QemuMutex *mutex, const char *file,
                                   const int line);
int __wrap_qemu_mutex_trylock_impl(QemuMutex *mutex, const char *file,
                                   const int line)
{
    int err = __real_qemu_mutex_trylock_impl(mutex, file, line);

    if (sched_me && !err) {
        sched_hold(mutex);
    }
    return err;
}

void __real_qemu_mutex_unlock_impl(QemuMutex *mutex, const char *file,
                                   const int line);
void __wrap_qemu_mutex_unlock_impl(QemuMutex *mutex, const char *file,
                                   const int line);
void __wrap_qemu_mutex_unlock_impl(QemuMutex *mutex, const char *file,
                                   const int line)
{
    if (sched_me) {
        let_go(mutex);
    }
    __real_qemu_mutex_unlock_impl(mutex, file, line);
}

void sched_release_all(void)
{
    while (sched_me->n_held) {
        __wrap_qemu_mutex_unlock_impl(sched_me->held[sched_me->n_held - 1],
                                      __FILE__, __LINE__);
    }
}

/* --- The threads ---------------------------------------------------------- */

static void *work(void *opaque)
{
    SchedThread *t = opaque;

    qemu_thread_get_self(&t->handle);
    start.begin(t->n);
    sched_me = t;
    sem_post(&start.begun);
    for (;;) {
        sched_wait_sem(&t->go);
        start.turn();
    }
    return NULL;
}

void sched_threads_start(void (*begin)(unsigned n), void (*turn)(void))
{
    pthread_attr_t attr;
    pthread_t thread;

    /* a process that was forked has none of the threads */
    if (start.process == getpid()) {
        return;
    }
    start.process = getpid();
    start.begin = begin;
    start.turn = turn;
    sem_init(&start.begun, 0, 0);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    for (unsigned i = 0; i < RM_THREADS; i++) {
        SchedThread *t = &sched_threads[i];

        *t = (SchedThread) { .n = i };
        sem_init(&t->go, 0, 0);
        if (pthread_create(&thread, &attr, work, t)) {
            abort();
        }
        sched_wait_sem(&start.begun);
    }
    pthread_attr_destroy(&attr);
}
