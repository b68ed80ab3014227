/*
 * Accesses to what is not memory (C3, C4, C16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_DEVICE_H
#define RM_DEVICE_H

#include "part.h"

/**
 * io_pieces: an access to what is not memory (C3, C4, C16)
 * @p: its part
 * @bytes: to be written, or read
 *
 * Returns false if a piece fails; the failed transaction is logged.
 */
bool io_pieces(Access *x, const Part *p, uint8_t *bytes);

#endif
