/*
 * The scheduler.  Threads are real, as what QEMU keeps of a thread is its own;
 * a baton goes from one to the next, so that the same schedule gives the same
 * interleaving (C21).  Where QEMU would wait for a lock or a condition, the
 * baton goes on until there is nothing to wait for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <semaphore.h>
#include "qemu/thread.h"

#include "sched.h"

typedef struct Worker {
    unsigned n;
    sem_t go;               /* posted by who gives it the baton */
    QemuThread handle;
    bool inside;            /* it is in the middle of something, ... */
    bool may_leave;         /* ... which can be left undone */
    bool switched;          /* ... of which others have seen a part */
    /* What it waits for; NULL: nothing. */
    QemuMutex *mutex;
    QemuSpin *spin;
    QemuCond *cond;
    unsigned n_held;
    QemuMutex *held[SCHED_HELD];
} Worker;

static struct {
    pid_t process;          /* whose threads these are; 0: none yet */
    Worker worker[RM_THREADS];
    sem_t begun, ended;
    const SchedOps *ops;
    EngineAtOnce *what;
    unsigned next;          /* in the schedule */
    unsigned since;         /* points since the one before it */
    unsigned time;
    bool giving_up;
} sched;

const bool sched_free = false;

/* Read by what is compiled with sched-hooks.h. */
bool sched_on;
void sched_hook_atomic(void);
void sched_hook_spin_lock(QemuSpin *spin);
void sched_hook_spin_unlock(QemuSpin *spin);

/* NULL in any other thread: it waits, and is waited for, as ever. */
static __thread Worker *self;

unsigned sched_self(void)
{
    return self ? self->n : RM_THREADS;
}

QemuThread sched_thread(unsigned n)
{
    return sched.worker[n].handle;
}

unsigned sched_time(void)
{
    return ++sched.time;
}

bool sched_switched(void)
{
    bool switched = self->switched;

    self->switched = false;
    return switched;
}

static void wait_go(Worker *w)
{
    while (sem_wait(&w->go)) {
        continue;       /* a signal */
    }
}

static bool is_held(const QemuMutex *mutex)
{
    for (unsigned i = 0; i < RM_THREADS; i++) {
        const Worker *w = &sched.worker[i];

        for (unsigned j = 0; j < w->n_held; j++) {
            if (w->held[j] == mutex) {
                return true;
            }
        }
    }
    return false;
}

static bool has_what_it_waits_for(const Worker *w)
{
    return !(w->mutex && is_held(w->mutex)) &&
           !(w->spin && qemu_spin_locked(w->spin)) && !w->cond;
}

static bool is_ready(const Worker *w)
{
    if (!w->inside) {
        return !sched.giving_up && sched.ops->ready(w->n);
    }
    return (sched.giving_up && w->may_leave) || has_what_it_waits_for(w);
}

/* Who else can go on?  NULL: nobody. */
static Worker *other_one(const Worker *than)
{
    for (unsigned i = 0; i < RM_THREADS; i++) {
        if (&sched.worker[i] != than && is_ready(&sched.worker[i])) {
            return &sched.worker[i];
        }
    }
    return NULL;
}

static void pass(Worker *to, EnginePlace place)
{
    EngineAtOnce *what = sched.what;

    if (what->n_switches < ENGINE_SWITCHES) {
        what->switches[what->n_switches] = (EngineSwitch) {
            .point = what->points, .time = sched_time(), .from = self->n, .to = to->n,
            .place = place, .done = what->thread[self->n].n_done,
        };
    }
    what->n_switches++;
    self->switched = true;
    sched.ops->passed(self->n, to->n);
    sem_post(&to->go);
}

/* Give the baton to @to, and wait until it comes back. */
static void switch_to(Worker *to, EnginePlace place)
{
    Worker *w = self;

    pass(to, place);
    wait_go(w);
    if (sched.giving_up && w->may_leave) {
        sched.ops->leave("another thread has failed");
    }
}

void sched_may_leave(bool may)
{
    self->may_leave = may;
}

void sched_give_up(void)
{
    sched.giving_up = true;
    sched.what->gave_up = true;
}

/* Wait for what @self says it waits for. */
static void wait_for_it(void)
{
    while (!has_what_it_waits_for(self)) {
        Worker *to = other_one(self);

        if (to) {
            switch_to(to, PLACE_WAIT);
        } else if (!sched.giving_up) {
            sched_give_up();
            if (!self->may_leave) {
                continue;
            }
            sched.ops->leave("all threads wait for each other");
        } else {
            abort();    /* nothing can be left that holds it */
        }
    }
    self->mutex = NULL;
    self->spin = NULL;
}

/* Is it the turn of the next change of the schedule? */
static bool is_due(void)
{
    EngineAtOnce *what = sched.what;

    if (sched.next == what->n_changes ||
        sched.since < what->change[sched.next].after) {
        return false;
    }
    sched.since = 0;
    return true;
}

void sched_point(EnginePlace place)
{
    if (!self || sched.giving_up) {
        return;
    }
    sched.what->points++;
    sched.since++;
    while (is_due()) {
        Worker *to = &sched.worker[sched.what->change[sched.next++].to];

        if (to != self && is_ready(to)) {
            switch_to(to, place);
        }
    }
}

void sched_hook_atomic(void)
{
    sched_point(PLACE_ATOMIC);
}

void sched_hook_spin_lock(QemuSpin *spin)
{
    if (self) {
        sched_point(PLACE_SPIN);
        self->spin = spin;
        wait_for_it();
    }
    qemu_spin_lock(spin);
}

void sched_hook_spin_unlock(QemuSpin *spin)
{
    qemu_spin_unlock(spin);
    if (self) {
        sched_point(PLACE_SPIN);
    }
}

/* --- Mutexes and conditions ----------------------------------------------- */

static void hold(QemuMutex *mutex)
{
    g_assert(self->n_held < SCHED_HELD);
    self->held[self->n_held++] = mutex;
}

static void let_go(QemuMutex *mutex)
{
    for (unsigned i = self->n_held; i-- > 0;) {
        if (self->held[i] == mutex) {
            self->held[i] = self->held[--self->n_held];
            return;
        }
    }
}

static void wait_for_mutex(QemuMutex *mutex)
{
    self->mutex = mutex;
    wait_for_it();
    hold(mutex);
}

void __real_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line);
void __wrap_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line);
void __wrap_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line)
{
    if (self) {
        sched_point(PLACE_LOCK);
        wait_for_mutex(mutex);
    }
    __real_qemu_mutex_lock_impl(mutex, file, line);
}

int __real_qemu_mutex_trylock_impl(QemuMutex *mutex, const char *file,
                                   const int line);
int __wrap_qemu_mutex_trylock_impl(QemuMutex *mutex, const char *file,
                                   const int line);
int __wrap_qemu_mutex_trylock_impl(QemuMutex *mutex, const char *file,
                                   const int line)
{
    int err = __real_qemu_mutex_trylock_impl(mutex, file, line);

    if (self && !err) {
        hold(mutex);
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
    if (self) {
        let_go(mutex);
    }
    __real_qemu_mutex_unlock_impl(mutex, file, line);
}

void __real_qemu_cond_wait_impl(QemuCond *cond, QemuMutex *mutex,
                                const char *file, const int line);
void __wrap_qemu_cond_wait_impl(QemuCond *cond, QemuMutex *mutex,
                                const char *file, const int line);
void __wrap_qemu_cond_wait_impl(QemuCond *cond, QemuMutex *mutex,
                                const char *file, const int line)
{
    if (!self) {
        __real_qemu_cond_wait_impl(cond, mutex, file, line);
        return;
    }
    __wrap_qemu_mutex_unlock_impl(mutex, file, line);
    self->cond = cond;
    wait_for_it();
    wait_for_mutex(mutex);
    __real_qemu_mutex_lock_impl(mutex, file, line);
}

/* Who is woken without need looks again: conditions may be so. */
static void wake(const QemuCond *cond)
{
    for (unsigned i = 0; i < RM_THREADS; i++) {
        if (sched.worker[i].cond == cond) {
            sched.worker[i].cond = NULL;
        }
    }
}

void __real_qemu_cond_signal(QemuCond *cond);
void __wrap_qemu_cond_signal(QemuCond *cond);
void __wrap_qemu_cond_signal(QemuCond *cond)
{
    if (self) {
        wake(cond);
    }
    __real_qemu_cond_signal(cond);
}

void __real_qemu_cond_broadcast(QemuCond *cond);
void __wrap_qemu_cond_broadcast(QemuCond *cond);
void __wrap_qemu_cond_broadcast(QemuCond *cond)
{
    if (self) {
        wake(cond);
    }
    __real_qemu_cond_broadcast(cond);
}

void sched_unlock_all(void)
{
    while (self->n_held) {
        __wrap_qemu_mutex_unlock_impl(self->held[self->n_held - 1], __FILE__,
                                      __LINE__);
    }
    self->mutex = NULL;
    self->spin = NULL;
    self->cond = NULL;
}

/* --- The threads ---------------------------------------------------------- */

/* It has nothing left to do: whose turn is it? */
static void pass_on(void)
{
    Worker *to = other_one(self);

    for (unsigned i = 0; !to && i < RM_THREADS; i++) {
        if (sched.worker[i].inside) {
            /* it waits for what nobody is left to give */
            sched_give_up();
            to = other_one(self);
        }
    }
    if (to) {
        pass(to, PLACE_END);
    } else {
        sem_post(&sched.ended);
    }
}

static void *work(void *opaque)
{
    Worker *w = opaque;

    qemu_thread_get_self(&w->handle);
    sched.ops->begin(w->n);
    self = w;
    sem_post(&sched.begun);
    for (;;) {
        wait_go(self);
        while (is_ready(self)) {
            self->inside = true;
            sched.ops->step(self->n);
            self->inside = false;
        }
        pass_on();
    }
    return NULL;
}

static void wait_sem(sem_t *sem)
{
    while (sem_wait(sem)) {
        continue;
    }
}

/* A process that was forked has none of the threads. */
static void start(void)
{
    pthread_attr_t attr;
    pthread_t thread;

    sched.process = getpid();
    sem_init(&sched.begun, 0, 0);
    sem_init(&sched.ended, 0, 0);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    for (unsigned i = 0; i < RM_THREADS; i++) {
        Worker *w = &sched.worker[i];

        *w = (Worker) { .n = i };
        sem_init(&w->go, 0, 0);
        if (pthread_create(&thread, &attr, work, w)) {
            abort();
        }
        wait_sem(&sched.begun);
    }
    pthread_attr_destroy(&attr);
}

void sched_start(const SchedOps *ops, EngineAtOnce *what)
{
    sched.ops = ops;
    sched.what = what;
    sched.next = sched.since = sched.time = 0;
    sched.giving_up = false;
    if (sched.process != getpid()) {
        start();
    }
}

void sched_run(void)
{
    Worker *first = NULL;

    /* what comes before the first point says who begins */
    while (is_due()) {
        Worker *to = &sched.worker[sched.what->change[sched.next++].to];

        first = is_ready(to) ? to : first;
    }
    first = first ?: other_one(NULL);
    if (!first) {
        return;
    }
    sched_on = true;
    sched.ops->passed(RM_THREADS, first->n);
    sem_post(&first->go);
    wait_sem(&sched.ended);
    sched_on = false;
}
