/*
 * In the place of the scheduler, in a build for ThreadSanitizer: threads run at
 * once, and meet where QEMU has them meet.  A baton that goes from one to the
 * next would order all that they do, so that no race could be seen.
 *
 * Nothing here orders two threads for the sanitizer, from the start of a
 * section to its end, but QEMU's own locks: it does not see this file's atomics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/thread.h"

#include "sched.h"

/* A condition is looked at again after so long: others may have given up. */
#define LOOK_AGAIN_MS   10

static struct {
    sem_t ended;
    const SchedOps *ops;
    EngineAtOnce *what;
    unsigned time;
    unsigned arrived;       /* threads that are about to begin */
    unsigned busy;          /* a bit for each that does something, or may ... */
    unsigned turns;         /* ... and how often one of them became so */
    bool giving_up;
} sched;

const bool sched_free = true;

/* Read by what is compiled with sched-hooks.h; here, atomics are no places. */
bool sched_on;
void sched_hook_atomic(void);
void sched_hook_spin_lock(QemuSpin *spin);
void sched_hook_spin_unlock(QemuSpin *spin);

unsigned sched_time(void)
{
    return __atomic_add_fetch(&sched.time, 1, __ATOMIC_RELAXED);
}

/* Others do something all the time. */
bool sched_switched(void)
{
    return true;
}

void sched_point(OpPlace place)
{
}

static bool giving_up(void)
{
    return __atomic_load_n(&sched.giving_up, __ATOMIC_SEQ_CST);
}

void sched_give_up(void)
{
    __atomic_store_n(&sched.giving_up, true, __ATOMIC_SEQ_CST);
    sched.what->gave_up = true;
}

/* Who has failed may hold what the calling thread waits for. */
static void leave_if_given_up(void)
{
    if (giving_up() && sched_me->may_leave) {
        sched.ops->leave("another thread has failed");
    }
}

void sched_hook_atomic(void)
{
}

void sched_hook_spin_lock(QemuSpin *spin)
{
    while (qemu_spin_trylock(spin)) {
        if (sched_me) {
            leave_if_given_up();
        }
    }
}

void sched_hook_spin_unlock(QemuSpin *spin)
{
    qemu_spin_unlock(spin);
}

/* --- Mutexes and conditions ----------------------------------------------- */

void __real_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line);
void __wrap_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line);
void __wrap_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line)
{
    __real_qemu_mutex_lock_impl(mutex, file, line);
    if (sched_me) {
        sched_hold(mutex);
    }
}

/*
 * Who waits for a condition looks at it again when it is woken, also without
 * need: so it may be woken from time to time.
 */
void __real_qemu_cond_wait_impl(QemuCond *cond, QemuMutex *mutex,
                                const char *file, const int line);
void __wrap_qemu_cond_wait_impl(QemuCond *cond, QemuMutex *mutex,
                                const char *file, const int line);
void __wrap_qemu_cond_wait_impl(QemuCond *cond, QemuMutex *mutex,
                                const char *file, const int line)
{
    if (!sched_me) {
        __real_qemu_cond_wait_impl(cond, mutex, file, line);
        return;
    }
    qemu_cond_timedwait_impl(cond, mutex, LOOK_AGAIN_MS, file, line);
    leave_if_given_up();
}

void __real_qemu_cond_signal(QemuCond *cond);
void __wrap_qemu_cond_signal(QemuCond *cond);
void __wrap_qemu_cond_signal(QemuCond *cond)
{
    __real_qemu_cond_signal(cond);
}

void __real_qemu_cond_broadcast(QemuCond *cond);
void __wrap_qemu_cond_broadcast(QemuCond *cond);
void __wrap_qemu_cond_broadcast(QemuCond *cond)
{
    __real_qemu_cond_broadcast(cond);
}

void sched_unlock_all(void)
{
    sched_release_all();
}

/* --- The threads ---------------------------------------------------------- */

static bool is_ready(unsigned n)
{
    return !giving_up() && sched.ops->ready(n);
}

static unsigned busy(void)
{
    return __atomic_load_n(&sched.busy, __ATOMIC_SEQ_CST);
}

static unsigned turns(void)
{
    return __atomic_load_n(&sched.turns, __ATOMIC_SEQ_CST);
}

/*
 * Has nobody anything to do, nor ever will?  Only who is busy gives others
 * something to do: none was, all the time that this has looked at them.
 */
static bool is_over(void)
{
    unsigned before = turns();

    for (unsigned i = 0; i < RM_THREADS; i++) {
        if (busy() || is_ready(i)) {
            return false;
        }
    }
    return !busy() && turns() == before;
}

static void do_all(void)
{
    unsigned bit = 1u << sched_me->n;

    do {
        while (is_ready(sched_me->n)) {
            sched.ops->step(sched_me->n);
        }
        __atomic_and_fetch(&sched.busy, ~bit, __ATOMIC_SEQ_CST);
        while (!is_ready(sched_me->n)) {
            if (is_over()) {
                return;
            }
            sched_yield();
        }
        __atomic_add_fetch(&sched.turns, 1, __ATOMIC_SEQ_CST);
        __atomic_or_fetch(&sched.busy, bit, __ATOMIC_SEQ_CST);
    } while (true);
}

static void take_turn(void)
{
    /* they begin together, as far as the machine can */
    __atomic_add_fetch(&sched.arrived, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&sched.arrived, __ATOMIC_SEQ_CST) < RM_THREADS) {
        sched_yield();
    }
    do_all();
    sem_post(&sched.ended);
}

void sched_start(const SchedOps *ops, EngineAtOnce *what)
{
    sched.ops = ops;
    sched.what = what;
    sched.time = sched.arrived = sched.turns = 0;
    sched.busy = (1u << RM_THREADS) - 1;
    sched.giving_up = false;
    sched_threads_start(ops->begin, take_turn);
}

void sched_run(void)
{
    sem_init(&sched.ended, 0, 0);
    for (unsigned i = 0; i < RM_THREADS; i++) {
        sem_post(&sched_threads[i].go);
    }
    for (unsigned i = 0; i < RM_THREADS; i++) {
        sched_wait_sem(&sched.ended);
    }
}
