/*
 * The scheduler.  Threads are real, as what QEMU keeps of a thread is its own;
 * a baton goes from one to the next, so that the same schedule gives the same
 * interleaving (C21).  Where QEMU would wait for a lock or a condition, the
 * baton goes on until there is nothing to wait for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/thread.h"
#include "hw/core/cpu.h"

#include "sched.h"

/* What is known of a thread besides. */
typedef struct Progress {
    bool inside;            /* it is in the middle of something, ... */
    bool switched;          /* ... of which others have seen a part */
    /* What it waits for; NULL: nothing. */
    QemuMutex *mutex;
    QemuSpin *spin;
    QemuCond *cond;
} Progress;

static struct {
    Progress progress[RM_THREADS];
    sem_t ended;
    const SchedOps *ops;
    EngineAtOnce *what;
    unsigned next;          /* in the schedule */
    unsigned since;         /* places that count, since the one before it */
    unsigned time;
    bool giving_up;
} sched;

const bool sched_free = false;

/* Read by what is compiled with sched-hooks.h. */
bool sched_on;
void sched_hook_atomic(void);
void sched_hook_spin_lock(QemuSpin *spin);
void sched_hook_spin_unlock(QemuSpin *spin);

static Progress *mine(void)
{
    return &sched.progress[sched_me->n];
}

unsigned sched_time(void)
{
    return ++sched.time;
}

bool sched_switched(void)
{
    bool switched = mine()->switched;

    mine()->switched = false;
    return switched;
}

static bool has_what_it_waits_for(const Progress *p)
{
    return !(p->mutex && sched_is_held(p->mutex)) &&
           !(p->spin && qemu_spin_locked(p->spin)) && !p->cond;
}

static bool is_ready(const SchedThread *t)
{
    const Progress *p = &sched.progress[t->n];

    if (!p->inside) {
        return !sched.giving_up && sched.ops->ready(t->n);
    }
    return (sched.giving_up && t->may_leave) || has_what_it_waits_for(p);
}

/* Who else can go on?  NULL: nobody. */
static SchedThread *other_one(const SchedThread *than)
{
    for (unsigned i = 0; i < RM_THREADS; i++) {
        if (&sched_threads[i] != than && is_ready(&sched_threads[i])) {
            return &sched_threads[i];
        }
    }
    return NULL;
}

static void pass(SchedThread *to, OpPlace place)
{
    EngineAtOnce *what = sched.what;

    if (what->n_switches < ENGINE_SWITCHES) {
        what->switches[what->n_switches] = (EngineSwitch) {
            .point = what->points, .time = sched_time(), .from = sched_me->n, .to = to->n,
            .place = place, .done = what->thread[sched_me->n].n_done,
        };
    }
    what->n_switches++;
    mine()->switched = true;
    sched.ops->passed(sched_me->n, to->n);
    sem_post(&to->go);
}

/* Give the baton to @to, and wait until it comes back. */
static void switch_to(SchedThread *to, OpPlace place)
{
    pass(to, place);
    sched_wait_sem(&sched_me->go);
    if (sched.giving_up && sched_me->may_leave) {
        sched.ops->leave("another thread has failed");
    }
}

void sched_give_up(void)
{
    sched.giving_up = true;
    sched.what->gave_up = true;
}

/* Wait for what the calling thread says it waits for. */
static void wait_for_it(void)
{
    while (!has_what_it_waits_for(mine())) {
        SchedThread *to = other_one(sched_me);

        if (to) {
            switch_to(to, PLACE_WAIT);
        } else if (!sched.giving_up) {
            sched_give_up();
            if (!sched_me->may_leave) {
                continue;
            }
            sched.ops->leave("all threads wait for each other");
        } else {
            abort();    /* nothing can be left that holds it */
        }
    }
    mine()->mutex = NULL;
    mine()->spin = NULL;
}

/* The change of the schedule that is next; NULL: none is. */
static const EngineChange *next_change(void)
{
    return sched.next < sched.what->n_changes ?
           &sched.what->change[sched.next] : NULL;
}

/* The calling thread comes to @place: does the next change count that? */
static bool counts(OpPlace place)
{
    const EngineChange *change = next_change();

    return change && (change->at == PLACE_ANY ||
                      (change->at == place && change->to != sched_me->n));
}

/* Whose turn is it by the schedule?  NULL: that of nobody, as yet. */
static SchedThread *take_change(void)
{
    const EngineChange *change = next_change();

    if (!change ||
        sched.since < MAX(change->after, change->at != PLACE_ANY)) {
        return NULL;
    }
    sched.since = 0;
    sched.next++;
    return &sched_threads[change->to];
}

void sched_point(OpPlace place)
{
    SchedThread *to;

    if (!sched_me || sched.giving_up) {
        return;
    }
    sched.what->points++;
    sched.since += counts(place);
    while ((to = take_change())) {
        if (to != sched_me && is_ready(to)) {
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
    if (sched_me) {
        sched_point(PLACE_SPIN);
        mine()->spin = spin;
        wait_for_it();
    }
    qemu_spin_lock(spin);
}

void sched_hook_spin_unlock(QemuSpin *spin)
{
    qemu_spin_unlock(spin);
    if (sched_me) {
        sched_point(PLACE_SPIN);
    }
}

/* --- Mutexes and conditions ----------------------------------------------- */

static void wait_for_mutex(QemuMutex *mutex)
{
    mine()->mutex = mutex;
    wait_for_it();
    sched_hold(mutex);
}

/* Whoever takes this one to queue work has it in hand, and nobody else knows of it. */
static bool is_for_work(const QemuMutex *mutex)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (mutex == &cpu->work_mutex) {
            return true;
        }
    }
    return false;
}

void __real_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line);
void __wrap_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line);
void __wrap_qemu_mutex_lock_impl(QemuMutex *mutex, const char *file,
                                 const int line)
{
    if (sched_me) {
        bool may_leave = sched_me->may_leave;

        sched_me->may_leave &= !is_for_work(mutex);
        sched_point(PLACE_LOCK);
        wait_for_mutex(mutex);
        sched_me->may_leave = may_leave;
    }
    __real_qemu_mutex_lock_impl(mutex, file, line);
}

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
    qemu_mutex_unlock_impl(mutex, file, line);
    mine()->cond = cond;
    wait_for_it();
    wait_for_mutex(mutex);
    __real_qemu_mutex_lock_impl(mutex, file, line);
}

/* Who is woken without need looks again: conditions may be so. */
static void wake(const QemuCond *cond)
{
    for (unsigned i = 0; i < RM_THREADS; i++) {
        if (sched.progress[i].cond == cond) {
            sched.progress[i].cond = NULL;
        }
    }
}

void __real_qemu_cond_signal(QemuCond *cond);
void __wrap_qemu_cond_signal(QemuCond *cond);
void __wrap_qemu_cond_signal(QemuCond *cond)
{
    if (sched_me) {
        wake(cond);
    }
    __real_qemu_cond_signal(cond);
}

void __real_qemu_cond_broadcast(QemuCond *cond);
void __wrap_qemu_cond_broadcast(QemuCond *cond);
void __wrap_qemu_cond_broadcast(QemuCond *cond)
{
    if (sched_me) {
        wake(cond);
    }
    __real_qemu_cond_broadcast(cond);
}

void sched_unlock_all(void)
{
    sched_release_all();
    mine()->mutex = NULL;
    mine()->spin = NULL;
    mine()->cond = NULL;
}

/* --- The threads ---------------------------------------------------------- */

/* It has nothing left to do: whose turn is it? */
static void pass_on(void)
{
    SchedThread *to = other_one(sched_me);

    for (unsigned i = 0; !to && i < RM_THREADS; i++) {
        if (sched.progress[i].inside) {
            /* it waits for what nobody is left to give */
            sched_give_up();
            to = other_one(sched_me);
        }
    }
    if (to) {
        pass(to, PLACE_END);
    } else {
        sem_post(&sched.ended);
    }
}

static void take_turn(void)
{
    while (is_ready(sched_me)) {
        mine()->inside = true;
        sched.ops->step(sched_me->n);
        mine()->inside = false;
    }
    pass_on();
}

void sched_start(const SchedOps *ops, EngineAtOnce *what)
{
    sched.ops = ops;
    sched.what = what;
    sched.next = sched.since = sched.time = 0;
    sched.giving_up = false;
    memset(sched.progress, 0, sizeof(sched.progress));
    sched_threads_start(ops->begin, take_turn);
}

void sched_run(void)
{
    SchedThread *first = NULL, *to;

    /* what comes before the first point says who begins */
    while ((to = take_change())) {
        first = is_ready(to) ? to : first;
    }
    first = first ?: other_one(NULL);
    if (!first) {
        return;
    }
    sem_init(&sched.ended, 0, 0);
    sched_on = true;
    sched.ops->passed(RM_THREADS, first->n);
    sem_post(&first->go);
    sched_wait_sem(&sched.ended);
    sched_on = false;
}
