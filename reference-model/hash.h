/*
 * A number that stands for a state: equal states have equal ones, and two that
 * differ hardly ever.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_HASH_H
#define RM_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Begins as 0. */
typedef uint64_t RmFingerprint;

/** fingerprint_add: a number of the state; what comes first is not forgotten */
static inline void fingerprint_add(RmFingerprint *f, uint64_t x)
{
    *f = (*f ^ x) * 0x9e3779b97f4a7c15ull;
    *f ^= *f >> 29;
}

/** fingerprint_bytes: the same of bytes, none of which is padding */
static inline void fingerprint_bytes(RmFingerprint *f, const void *data,
                                     size_t len)
{
    const uint8_t *from = data;

    for (; len >= sizeof(uint64_t); len -= sizeof(uint64_t)) {
        uint64_t x;

        memcpy(&x, from, sizeof(x));
        from += sizeof(x);
        fingerprint_add(f, x);
    }
    for (; len; len--) {
        fingerprint_add(f, *from++);
    }
}

#endif
