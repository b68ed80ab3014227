/*
 * The RISC-V WorldGuard checker: the instances that are modelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RM_WGCHECKER_H
#define RM_WGCHECKER_H

#include <stdbool.h>
#include <stdint.h>

#define RM_WG_WORLDS    32      /* at most, of any machine */
#define RM_WG_SLOTS     64      /* at most: the number of the last one */
#define RM_WG_GUARDED   0x10000 /* bytes, of the board */
#define RM_WG_ANY       0xff    /* trusted: no world is; each is treated so */

/* What a machine fixes: of its WorldGuard, and of one checker in it. */
typedef struct RmWgConfig {
    uint8_t worlds;     /* a power of two, 2 to RM_WG_WORLDS */
    uint8_t trusted;    /* the world that may use the registers */
    bool bypass;        /* after reset, it may use what is guarded, too */
    uint8_t slots;      /* the number of the last one, 1 to RM_WG_SLOTS */
    uint8_t region;     /* which of the device's regions is the guarded one */
    uint64_t offset;    /* the physical address at which that begins */
    uint64_t start, size;   /* the range of addresses that slots can name */
} RmWgConfig;

enum {
    RM_WG_CONFIGS = 0
#define DEF(...) + 1
#include "wgchecker-list.h"
};

/* By variant.  Who knows the model only as a set-up does reads it, too. */
static const RmWgConfig rm_wg_configs[RM_WG_CONFIGS] = {
#define DEF(name, ...) { __VA_ARGS__ },
#include "wgchecker-list.h"
};

#endif
