/*
 * What a TCG plugin is told of each access: the harness is one that listens,
 * without being loaded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/memopidx.h"
#include "hw/core/cpu.h"

#include "plugin.h"
#include "side.h"

#ifdef CONFIG_PLUGIN
#include "qemu/plugin.h"
#include "qemu/plugin-memory.h"
#include "plugins/plugin.h"

/* What is below 8 bytes, or the lower half of 16. */
static uint64_t value_of(qemu_plugin_meminfo_t info)
{
    qemu_plugin_mem_value v = qemu_plugin_mem_get_value(info);

    switch (v.type) {
    case QEMU_PLUGIN_MEM_VALUE_U8:
        return v.data.u8;
    case QEMU_PLUGIN_MEM_VALUE_U16:
        return v.data.u16;
    case QEMU_PLUGIN_MEM_VALUE_U32:
        return v.data.u32;
    case QEMU_PLUGIN_MEM_VALUE_U64:
        return v.data.u64;
    default:
        return v.data.u128.low;
    }
}

static unsigned region_of(const MemoryRegion *mr)
{
    for (unsigned r = 0; r < RM_UNASSIGNED; r++) {
        if (mr == &qemu_side.region[r]) {
            return r;
        }
    }
    return RM_REGIONS;
}

static void told(unsigned cpu_index, qemu_plugin_meminfo_t info, uint64_t va,
                 void *opaque)
{
    EngineResult *r = side_turn.result;
    struct qemu_plugin_hwaddr at;
    EngineTold *t;

    if (!r || side_turn.nested || r->n_told++ >= ENGINE_TOLD) {
        return;
    }
    t = &r->told[r->n_told - 1];
    *t = (EngineTold) {
        .va = va, .size = 1u << qemu_plugin_mem_size_shift(info),
        .is_store = qemu_plugin_mem_is_store(info),
        .value = value_of(info), .region = RM_REGIONS,
    };
    /* qemu_plugin_get_hwaddr() says so on stderr if there is none */
    t->known = tlb_plugin_lookup(qemu_side.cpu[cpu_index], va,
                                 get_mmuidx(info), t->is_store, &at);
    if (t->known) {
        t->pa = at.phys_addr;
        t->is_io = at.is_io;
        t->region = at.is_io ? region_of(at.mr) : RM_REGIONS;
    }
}

/* A block was translated: its accesses are of interest. */
void __wrap_qemu_plugin_tb_trans_cb(CPUState *cpu, struct qemu_plugin_tb *tb);
void __wrap_qemu_plugin_tb_trans_cb(CPUState *cpu, struct qemu_plugin_tb *tb)
{
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), told,
                                         QEMU_PLUGIN_CB_NO_REGS,
                                         QEMU_PLUGIN_MEM_RW, NULL);
    }
}

void plugin_listen(CPUState *cpu, bool helper)
{
    static GArray *callbacks;

    if (!callbacks) {
        plugin_register_vcpu_mem_cb(&callbacks, told, QEMU_PLUGIN_CB_NO_REGS,
                                    QEMU_PLUGIN_MEM_RW, NULL);
    }
    set_bit(QEMU_PLUGIN_EV_VCPU_TB_TRANS, cpu->plugin_state->event_mask);
    /* as generated code that calls a helper */
    cpu->neg.plugin_mem_cbs = helper ? callbacks : NULL;
}

bool plugin_listens(void)
{
    return true;
}

void plugin_ignore(CPUState *cpu)
{
    cpu->neg.plugin_mem_cbs = NULL;
}

#else

void plugin_listen(CPUState *cpu, bool helper)
{
}

bool plugin_listens(void)
{
    return false;
}

void plugin_ignore(CPUState *cpu)
{
}

#endif
