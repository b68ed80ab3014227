/*
 * What QEMU's later behaviour depends on, as one number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_FINGERPRINT_H
#define QEMU_FINGERPRINT_H

#include "reference-model/hash.h"

/**
 * fingerprint_qemu: add the TLBs of all CPUs, as what they lead to; dirty bits,
 * notifiers, queued work and translated code
 *
 * What is programmed is not in it, nor the content of memory: EngineOps has both
 * of the oracle.
 */
void fingerprint_qemu(RmFingerprint *f);

#endif
