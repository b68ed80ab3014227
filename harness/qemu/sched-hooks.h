/*
 * Included first where the files under test are compiled once more, for
 * programs in which threads are scheduled: what they read and write atomically,
 * and their spin locks, are places where a thread can be switched (sched.c).
 *
 * What is included before the macros change has none of it: readers of RCU, which
 * would be most of all places.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bitmap.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/rcu_queue.h"
#include "qemu/thread.h"

/* Not while one thread does all: a look at this is all it costs. */
extern bool sched_on;
void sched_hook_atomic(void);
void sched_hook_spin_lock(QemuSpin *spin);
void sched_hook_spin_unlock(QemuSpin *spin);

#define SCHED_HOOK() do { if (unlikely(sched_on)) sched_hook_atomic(); } while (0)

#undef qatomic_read
#define qatomic_read(ptr) \
    ({ SCHED_HOOK(); qatomic_read__nocheck(ptr); })
#undef qatomic_set
#define qatomic_set(ptr, i) \
    do { SCHED_HOOK(); qatomic_set__nocheck(ptr, i); } while (0)
#undef qatomic_xchg
#define qatomic_xchg(ptr, i) \
    ({ SCHED_HOOK(); qatomic_xchg__nocheck(ptr, i); })

#define qemu_spin_lock(spin) sched_hook_spin_lock(spin)
#define qemu_spin_unlock(spin) sched_hook_spin_unlock(spin)
