/*
 * RCU: what QEMU frees when nobody can use it any more.  QEMU does it in
 * another thread, at some time; here at the end of a scenario, so that the
 * same bytes do the same, and free the same, in every run (C21).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"

#include "rcu.h"

/* Old views of the memory map and what hangs on them, the oldest first. */
static struct rcu_head *first, **last = &first;

void __wrap_call_rcu1(struct rcu_head *head, RCUCBFunc *func);
void __wrap_call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    head->func = func;
    head->next = NULL;
    *last = head;
    last = &head->next;
}

void rcu_settle(void)
{
    if (!first) {
        return;
    }
    /* the only thread that reads */
    g_assert(!get_ptr_rcu_reader()->depth);
    bql_lock();
    while (first) {
        struct rcu_head *head = first;

        first = head->next;
        if (!first) {
            last = &first;
        }
        /* it may free what others wait for, and then adds to the list */
        head->func(head);
    }
    bql_unlock();
}
