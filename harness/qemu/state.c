/*
 * The state of the machine, as snapshots and migration have it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "hw/core/cpu.h"
#include "io/channel-buffer.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"

#include "checker-direct.h"
#include "compat.h"
#include "escape.h"
#include "owner.h"
#include "side.h"
#include "state.h"

/* It is @file's.  Takes over @err, QEMU's own words, which not all have. */
static void check(bool ok, const char *file, const char *what, Error *err)
{
    static char text[120];

    if (ok) {
        return;
    }
    g_snprintf(text, sizeof(text), "%s%s%s", what, err ? ": " : "",
               err ? error_get_pretty(err) : "");
    error_free(err);
    escape_asserted(file, text);
}

/* To be freed by load(), which has to follow. */
static QIOChannelBuffer *save(const VMStateDescription *vmsd, void *opaque,
                              const char *file)
{
    QIOChannelBuffer *out = qio_channel_buffer_new(0x1000), *in;
    QEMUFile *f = qemu_file_new_output(QIO_CHANNEL(out));
    Error *err = NULL;
    bool ok = !compat_save_state(f, vmsd, opaque, &err);

    /* who loads looks whether what follows is still of this state */
    qemu_put_byte(f, 0);
    ok &= !qemu_fflush(f);
    /* what is closed is empty */
    in = qio_channel_buffer_new(out->usage);
    memcpy(in->data, out->data, out->usage);
    in->usage = out->usage;
    qemu_fclose(f);
    object_unref(OBJECT(out));
    check(ok, file, "its state cannot be saved", err);
    return in;
}

static void load(const VMStateDescription *vmsd, void *opaque,
                 QIOChannelBuffer *in, const char *file)
{
    QEMUFile *f = qemu_file_new_input(QIO_CHANNEL(in));
    Error *err = NULL;
    bool ok = !compat_load_state(f, vmsd, opaque, &err);

    qemu_fclose(f);
    object_unref(OBJECT(in));
    check(ok, file, "the state that it has saved cannot be loaded", err);
}

/* All of them are stopped: each one's TLB is changed in its own turn (C24). */
static void save_load_cpu(CPUState *cpu)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(DEVICE(cpu));
    CPUState *running = current_cpu;
    QIOChannelBuffer *saved;

    vmsd = vmsd ? vmsd : &vmstate_cpu_common;
    owner_switch(cpu);
    current_cpu = cpu;
    saved = save(vmsd, cpu, "hw/core/cpu-common.c");
    load(vmsd, cpu, saved, "hw/core/cpu-common.c");
    current_cpu = running;
    owner_switch(running);
}

static void save_load_checker(SideChecker *c)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(c->dev);
    bool irq = c->irq;
    QIOChannelBuffer *saved;

    if (!vmsd || vmsd->unmigratable) {
        return;
    }
    saved = save(vmsd, c->dev, c->source);
    device_cold_reset(c->dev);
    /* whoever the line goes to has saved its level */
    c->irq = irq;
    load(vmsd, c->dev, saved, c->source);
}

void state_save_load(void)
{
    CPUState *cpu;

    BQL_LOCK_GUARD();
    CPU_FOREACH(cpu) {
        save_load_cpu(cpu);
    }
    for (unsigned i = 0; qemu_side.now.checker && i < RM_IOMMUS; i++) {
        save_load_checker(qemu_side.checker[i]);
    }
}
