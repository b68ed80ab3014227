/*
 * RCU: what QEMU frees when nobody can use it any more.  QEMU does it in
 * another thread, at some time; here at the end of a scenario, and where it says
 * so, so that the same bytes do the same, and free the same, in every run (C21).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"

#include "rcu.h"
#include "side.h"

/*
 * So the thread that would do it is not started: it would have nothing to do, and
 * ThreadSanitizer does not look at a copy of a process that had several threads.
 */
void __real_qemu_thread_create(QemuThread *thread, const char *name,
                               void *(*start)(void *), void *arg, int mode);
void __wrap_qemu_thread_create(QemuThread *thread, const char *name,
                               void *(*start)(void *), void *arg, int mode);
void __wrap_qemu_thread_create(QemuThread *thread, const char *name,
                               void *(*start)(void *), void *arg, int mode)
{
    if (strcmp(name, "call_rcu")) {
        __real_qemu_thread_create(thread, name, start, arg, mode);
    }
}

void __wrap_call_rcu1(struct rcu_head *head, RCUCBFunc *func);
void __wrap_call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    QemuSide *s = &qemu_side;

    head->func = func;
    head->next = NULL;
    side_lock();
    if (!s->retired) {
        s->retired_end = &s->retired;
    }
    *s->retired_end = head;
    s->retired_end = &head->next;
    side_unlock();
}

void rcu_settle(void)
{
    if (!qemu_side.retired) {
        return;
    }
    /* the only thread that reads */
    g_assert(!get_ptr_rcu_reader()->depth);
    bql_lock();
    while (qemu_side.retired) {
        struct rcu_head *head = qemu_side.retired;

        qemu_side.retired = head->next;
        /* it may free what others wait for, and then adds to the list */
        head->func(head);
    }
    bql_unlock();
}
