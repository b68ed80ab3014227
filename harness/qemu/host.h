/*
 * QEMU as a library: started without threads for its vCPUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HARNESS_QEMU_HOST_H
#define HARNESS_QEMU_HOST_H

#include "hw/core/cpu.h"

/** host_start: start QEMU, without any CPU; the BQL is then not held */
void host_start(void);

/** host_fork: fork(), so that QEMU works in the child, too */
pid_t host_fork(void);

/**
 * host_run: let the machine run, or stop it: QEMU puts off the end of dirty
 * logging while it is stopped
 */
void host_run(bool runs);

/** host_class: the class of the CPUs */
CPUClass *host_class(void);

/** host_add_cpus: make the CPUs, which see qemu_side.space */
void host_add_cpus(void);

/** host_remove_cpus: unrealize the CPUs and free them; there are none then */
void host_remove_cpus(void);

/**
 * host_replace_cpu: unrealize the last of the CPUs and free it; a new one has
 * its number then, as no other would
 */
void host_replace_cpu(void);

/** host_queued: is there work that is queued for a CPU? */
bool host_queued(void);

/** host_drain: run the work that is queued for the CPUs */
void host_drain(void);

#endif
