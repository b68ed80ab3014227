/*
 * What both schedulers have: the threads, the mutexes that each of them holds,
 * and where QEMU's mutexes come by.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_SCHED_THREADS_H
#define QEMU_SCHED_THREADS_H

#include <semaphore.h>

#include "qemu/thread.h"

#include "reference-model/vocabulary.h"

/* Mutexes that a thread holds at once, at most. */
#define SCHED_HELD 8

typedef struct SchedThread {
    unsigned n;
    sem_t go;               /* posted by who has it take its turn */
    QemuThread handle;
    bool may_leave;         /* what it does can be left undone */
    unsigned n_held;
    QemuMutex *held[SCHED_HELD];
} SchedThread;

extern SchedThread sched_threads[RM_THREADS];

/* NULL in any other thread: it waits, and is waited for, as ever. */
extern __thread SchedThread *sched_me;

/**
 * sched_threads_start: threads there are, if this process has none.  Each calls
 * @begin once; then @turn, each time that its semaphore has been posted.
 */
void sched_threads_start(void (*begin)(unsigned n), void (*turn)(void));

/** sched_self: the calling thread; RM_THREADS: none that is scheduled */
unsigned sched_self(void);

/** sched_thread: the handle of thread @n, which was started by then */
QemuThread sched_thread(unsigned n);

/**
 * sched_may_leave: can what the calling thread does be left undone?  Work that
 * was queued is done to its end: it is nobody's any more.
 */
void sched_may_leave(bool may);

/** sched_wait_sem: wait for @sem, whatever signals there are */
void sched_wait_sem(sem_t *sem);

/** sched_hold: the calling thread, which is scheduled, has @mutex or will */
void sched_hold(QemuMutex *mutex);

/** sched_is_held: by any of the threads, or just about to be */
bool sched_is_held(const QemuMutex *mutex);

/** sched_release_all: unlock the mutexes that the calling thread holds */
void sched_release_all(void);

#endif
