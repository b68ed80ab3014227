/*
 * Events and outcomes in text form.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdio.h>

#include "event.h"

const char *region_name(unsigned region)
{
    static const char *const names[] = {
        [RM_RAM0] = "ram0", [RM_RAM1] = "ram1", [RM_ROM] = "rom",
        [RM_ROMD] = "romd", [RM_IO] = "io", [RM_BIG] = "big",
        [RM_NARROW] = "narrow", [RM_BLOCKED] = "blocked",
        [RM_UNASSIGNED] = "unassigned",
        [RM_IOMMU0] = "iommu0", [RM_IOMMU1] = "iommu1",
        [RM_REGS0] = "regs0", [RM_REGS1] = "regs1",
        [RM_DENIED0] = "denied0", [RM_DENIED1] = "denied1",
    };

    return region < RM_REGIONS ? names[region] : "no known region";
}

const char *attrs_name(unsigned attrs)
{
    static const char *const names[RM_ATTRS] = {
        "wid:0", "wid:1", "wid:2", "wid:3", "wid:0,secure", "wid:1,secure",
        "wid:2,secure", "wid:3,secure",
    };

    return names[attrs % RM_ATTRS];
}

void event_print(const RmEvent *ev, char *buf, size_t len)
{
    static const char *const types[] = { "load", "store", "fetch" };
    static const char *const flags[] = { "none", "r", "w", "rw" };
    static const char *const responses[] = {
        "ok", "error", "decode-error", "access-error",
    };

    switch (ev->kind) {
    case RM_EV_FILL:
    case RM_EV_PAGE_FAULT:
        snprintf(buf, len, "%s cpu=%u idx=%u va=0x%x type=%s size=%u",
                 ev->kind == RM_EV_FILL ? "fill" : "page-fault",
                 ev->cpu, ev->mmu_idx, ev->addr, types[ev->type], ev->size);
        break;
    case RM_EV_TRANSLATE:
        snprintf(buf, len, "translate %s+0x%x index=%u flag=%s%s",
                 region_name(ev->region), ev->addr, ev->index,
                 flags[ev->flag & 3], ev->in_fill ? " (in fill)" :
                 ev->by_dma ? " (by DMA)" : "");
        break;
    case RM_EV_DEV_READ:
    case RM_EV_DEV_WRITE:
        snprintf(buf, len, "%s %s+0x%x size=%u val=0x%" PRIx64
                 " attrs=%s",
                 ev->kind == RM_EV_DEV_READ ? "dev-read" : "dev-write",
                 region_name(ev->region), ev->addr, ev->size, ev->value,
                 attrs_name(ev->attrs));
        break;
    case RM_EV_TX_FAILED:
        snprintf(buf, len, "failed cpu=%u idx=%u va=0x%x pa=0x%x type=%s "
                 "size=%u attrs=%s %s", ev->cpu, ev->mmu_idx, ev->addr,
                 ev->pa, types[ev->type], ev->size, attrs_name(ev->attrs),
                 responses[ev->response]);
        break;
    case RM_EV_UNALIGNED:
        snprintf(buf, len, "unaligned cpu=%u idx=%u va=0x%x type=%s",
                 ev->cpu, ev->mmu_idx, ev->addr, types[ev->type]);
        break;
    case RM_EV_WATCH:
        snprintf(buf, len, "watchpoint cpu=%u va=0x%x direction=%s attrs=%s",
                 ev->cpu, ev->addr, flags[ev->flag & 3],
                 attrs_name(ev->attrs));
        break;
    case RM_EV_IRQ:
        snprintf(buf, len, "interrupt of %s", region_name(ev->region));
        break;
    case RM_EV_CODE:
        snprintf(buf, len, "code invalidated at %s+0x%x",
                 region_name(ev->region), ev->addr);
        break;
    case RM_EV_EARLY:
        snprintf(buf, len, "notified of %s+0x%x index=%u before it changed",
                 region_name(ev->region), ev->addr, ev->index);
        break;
    case RM_EV_LOG_CLEAR:
        snprintf(buf, len, "told of clear bits of %s+0x%x size=0x%x pa=0x%x",
                 region_name(ev->region), ev->addr, ev->size, ev->pa);
        break;
    case RM_EV_LOG_ALL:
        snprintf(buf, len, "told that the logging of all RAM %s",
                 ev->flag ? "begins" : "ends");
        break;
    case RM_EV_UNMAP:
        snprintf(buf, len, "told that %s+0x%x index=%u size=0x%x changes",
                 region_name(ev->region), ev->addr, ev->index, ev->size);
        break;
    case RM_EV_MSI:
        snprintf(buf, len, "message 0x%" PRIx64 " to 0x%x", ev->value,
                 ev->addr);
        break;
    default:
        snprintf(buf, len, "unknown event %u", ev->kind);
    }
}

const char *outcome_name(RmStatus status)
{
    static const char *const names[] = {
        [RM_DONE] = "done",
        [RM_PAGE_FAULT] = "page fault",
        [RM_TX_FAILED] = "failed transaction",
        [RM_UNALIGNED] = "unaligned",
        [RM_WATCHPOINT] = "watchpoint",
        [RM_BREAKPOINT] = "breakpoint",
        [RM_ATOMIC] = "EXCP_ATOMIC",
        [RM_ASSERTED] = "assertion",
    };

    return names[status];
}

/* What rm_found() has put into one number. */
static void found_print(uint64_t found, char *buf, size_t len)
{
    char host[32] = "none";

    if (found & RM_FOUND_HOST) {
        snprintf(host, sizeof(host), "%s+0x%x", region_name(found >> 8 & 0xff),
                 (unsigned)(found >> 16));
    }
    snprintf(buf, len, "done, host %s%s%s%s%s%s", host,
             found & RM_FOUND_FAULT ? ", fault" : "",
             found & RM_FOUND_IO ? ", io" : "",
             found & RM_FOUND_WATCHED ? ", watched" : "",
             found & RM_FOUND_LEFT ? ", address left as it was" : "",
             found & RM_FOUND_OTHER ? ", a flag of the TLB" : "");
}

/* What rm_ran() has put into one number. */
static void ran_print(uint64_t ran, char *buf, size_t len)
{
    unsigned region = ran >> 48 & 15, next = ran >> 52 & 15;
    char behind[32] = "";

    if (!region) {
        snprintf(buf, len, "done, no code to be run");
        return;
    }
    if (next) {
        snprintf(behind, sizeof(behind), " and %s+0x%x",
                 region_name(next - 1), (unsigned)(ran >> 56) << RM_PAGE_BITS);
    }
    snprintf(buf, len, "done, ran 0x%x of %s+0x%x%s", (unsigned)ran,
             region_name(region - 1), (unsigned)(ran >> 32) & 0xffff, behind);
}

void outcome_print(const Outcome *o, char *buf, size_t len)
{
    if (o->status != RM_DONE) {
        snprintf(buf, len, "%s", outcome_name(o->status));
    } else if (o->found) {
        found_print(o->value, buf, len);
    } else if (o->ran) {
        ran_print(o->value, buf, len);
    } else if (o->value_hi) {
        snprintf(buf, len, "done, value 0x%" PRIx64 "%016" PRIx64,
                 o->value_hi, o->value);
    } else {
        snprintf(buf, len, "done, value 0x%" PRIx64, o->value);
    }
}
