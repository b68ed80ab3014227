/*
 * The state of the machine, as snapshots and migration have it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_STATE_H
#define QEMU_STATE_H

/**
 * state_save_load: save what describes the state of the CPUs and of the devices
 * under test, reset these devices, and load it
 *
 * A device that describes none (DeviceClass.vmsd) stays as it is.  What cannot
 * be loaded is an assertion (C22).
 */
void state_save_load(void);

#endif
