/*
 * RCU: what QEMU frees when nobody can use it any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_RCU_H
#define HARNESS_QEMU_RCU_H

/**
 * rcu_settle: free what QEMU has left to RCU; no read lock may be held, nor
 * the BQL
 */
void rcu_settle(void);

#endif
