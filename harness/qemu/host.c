/*
 * QEMU as a library: started without threads for its vCPUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <ucontext.h>
#include "qemu/main-loop.h"
#include "qemu/qht.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "exec/breakpoint.h"
#include "exec/cpu-common.h"
#include "exec/gdbstub.h"
#include "hw/core/cpu.h"
#include "hw/core/sysemu-cpu-ops.h"
#include "system/runstate.h"
#include "system/system.h"
#include "tcg/startup.h"
#include "accel/tcg/internal-common.h"
#include "accel/tcg/tb-jmp-cache.h"
#include "accel/tcg/tcg-accel-ops.h"

#include "board.h"
#include "break.h"
#include "clock.h"
#include "guest.h"
#include "host.h"
#include "owner.h"
#include "rcu.h"
#include "side.h"

/*
 * QEMU starts a coroutine while it starts up.  ASan warns whoever calls
 * swapcontext(); QEMU tells ASan of the new stack itself.  The coroutine jumps
 * past this function when it comes back: what ASan would put around its
 * variables would stay on the stack.
 */
int __wrap_swapcontext(ucontext_t *save, const ucontext_t *next);
__attribute__((no_sanitize("address")))
int __wrap_swapcontext(ucontext_t *save, const ucontext_t *next)
{
    volatile bool swapped = false;

    if (getcontext(save)) {
        return -1;
    }
    if (swapped) {
        return 0;
    }
    swapped = true;
    return setcontext(next);
}

/*
 * The description of a CPU's registers for gdb, which no gdb asks for: QEMU
 * does not free it with the CPU.
 */
void __real_gdb_feature_builder_end(const GDBFeatureBuilder *builder);
void __wrap_gdb_feature_builder_end(const GDBFeatureBuilder *builder);
void __wrap_gdb_feature_builder_end(const GDBFeatureBuilder *builder)
{
    GDBFeature *feature = builder->feature;

    __real_gdb_feature_builder_end(builder);
    g_free((void *)feature->xml);
    g_free((void *)feature->regs);
    feature->xml = NULL;
    feature->regs = NULL;
}

/*
 * What the thread of a vCPU would do first.  The harness's thread is the
 * thread of all of them.
 */
void __wrap_mttcg_start_vcpu_thread(CPUState *cpu);
void __wrap_mttcg_start_vcpu_thread(CPUState *cpu)
{
    tcg_cpu_init_cflags(cpu, true);
    if (!qemu_side.registered) {
        tcg_register_thread();
        qemu_side.registered = true;
    }
    qemu_thread_get_self(cpu->thread);
    cpu->thread_id = qemu_get_thread_id();
    cpu->neg.can_do_io = true;
    cpu->created = true;
}

/*
 * What QEMU warns of once, for whoever runs it, as that a device has accessed
 * itself, is for nobody here: scenarios do such things on purpose.
 */
bool __wrap_warn_report_once_cond(bool *printed, const char *fmt, ...)
    G_GNUC_PRINTF(2, 3);
bool __wrap_warn_report_once_cond(bool *printed, const char *fmt, ...)
{
    return false;
}

/*
 * QEMU's table of blocks is for a guest that runs for hours: to empty it takes
 * as long as a thousand accesses.  It begins with fewer elements here, and
 * grows as QEMU lets it.
 */
#define TABLE_ELEMENTS 1024

void __real_qht_init(struct qht *ht, qht_cmp_func_t cmp, size_t n_elems,
                     unsigned mode);
void __wrap_qht_init(struct qht *ht, qht_cmp_func_t cmp, size_t n_elems,
                     unsigned mode);
void __wrap_qht_init(struct qht *ht, qht_cmp_func_t cmp, size_t n_elems,
                     unsigned mode)
{
    __real_qht_init(ht, cmp, MIN(n_elems, TABLE_ELEMENTS), mode);
}

bool __real_qht_reset_size(struct qht *ht, size_t n_elems);
bool __wrap_qht_reset_size(struct qht *ht, size_t n_elems);
bool __wrap_qht_reset_size(struct qht *ht, size_t n_elems)
{
    return __real_qht_reset_size(ht, MIN(n_elems, TABLE_ELEMENTS));
}

bool host_queued(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (side_has_work(cpu)) {
            return true;
        }
    }
    return false;
}

void host_drain(void)
{
    CPUState *cpu;

    bql_lock();
    CPU_FOREACH(cpu) {
        current_cpu = cpu;
        owner_begin(cpu);
        process_queued_cpu_work(cpu);
        if (side_turn.result) {
            side_turn.result->trespass |= owner_end();
        }
        /* what queued it has asked the CPU to leave its loop */
        cpu->exit_request = false;
    }
    owner_none();
    bql_unlock();
}

/*
 * QEMU starts its thread for RCU again in the child, if it is told to.  It
 * has nothing to do, here or there: rcu.c.
 */
pid_t host_fork(void)
{
    pid_t pid;

    bql_lock();
    for (RmRegion r = RM_RAM0; r < RM_HOSTS; r++) {
        /* the memory of guests would not be there */
        if (madvise(qemu_side.host[r], RM_RAM_SIZE, MADV_DOFORK)) {
            abort();
        }
    }
    rcu_enable_atfork();
    pid = fork();
    rcu_disable_atfork();
    bql_unlock();
    return pid;
}

void host_start(void)
{
    /*
     * tb-size: MiB; code_reset() flushes long before they are full.  With
     * split-wx, a process that is forked would share the code with its
     * parent, and translate over it.
     */
    static const char *const args[] = {
        "tlbdiff", "-machine", "none", "-accel", "tcg,tb-size=8,split-wx=off",
        "-display", "none", "-S", "-nodefaults", NULL
    };

    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
    sigset_t alarm;

    qemu_init(ARRAY_SIZE(args) - 1, (char **)args);
    /* QEMU ignores them, or notes them for a main loop that never runs. */
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        signal(signals[i], SIG_DFL);
    }
    /* And it blocks this one, with which libFuzzer's -timeout comes. */
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
    runstate_set(RUN_STATE_RUNNING);
    bql_unlock();
}

void host_run(bool runs)
{
    RunState state = runs ? RUN_STATE_RUNNING : RUN_STATE_PAUSED;

    if (runs != runstate_is_running()) {
        bql_lock();
        runstate_set(state);
        vm_state_notify(runs, state);
        bql_unlock();
    }
}

CPUClass *host_class(void)
{
    return CPU_CLASS(object_class_by_name("rv64-riscv-cpu"));
}

static int asidx_from_attrs(CPUState *cpu, MemTxAttrs attrs)
{
    return attrs.secure;
}

/*
 * The memory map may change while a CPU is made: its listeners are there
 * before it has a TLB, and before work can be queued for it.
 */
static void change_map(void)
{
    MemoryRegion *mr = &qemu_side.regs_place[0];
    bool on = mr->enabled;

    memory_region_set_enabled(mr, !on);
    memory_region_set_enabled(mr, on);
}

/* Not there without a sanitizer that looks for leaks. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

/* Targets whose CPUs nobody removes leave some of what a CPU has behind. */
static void expect_leaks(bool expect)
{
    void (*say)(void) = expect ? __lsan_disable : __lsan_enable;

    if (say) {
        say();
    }
}

static CPUState *new_cpu(void)
{
    static const char *const names[RM_SPACES] = { "normal", "secure" };
    CPUState *cpu;

    expect_leaks(true);
    cpu = CPU(object_new_with_class(OBJECT_CLASS(host_class())));
    compat_set_cpu_spaces(cpu, RM_SPACES);
    for (unsigned i = 0; i < RM_SPACES; i++) {
        cpu_address_space_init(cpu, i, names[i], qemu_side.space[i]);
    }
    change_map();
    qdev_realize(DEVICE(cpu), NULL, &error_fatal);
    expect_leaks(false);
    return cpu;
}

static void add_cpu(unsigned number)
{
    CPUState *cpu = new_cpu();

    /* the number that events bear */
    g_assert(cpu->cpu_index == number);
    qemu_side.cpu[number] = cpu;
    /*
     * No translated code runs in this thread: without a jump cache there
     * is none to be searched at each flush.  QEMU could do without it
     * only because blocks do not depend on the address they are at.
     */
    g_assert(cpu->tcg_cflags & CF_PCREL);
    g_clear_pointer(&cpu->tb_jmp_cache, g_free);
    clock_shrink(cpu);
}

static void remove_cpu(unsigned number)
{
    CPUState *cpu = qemu_side.cpu[number];

    /* QEMU frees one, and does not expect that there is none */
    cpu->tb_jmp_cache = g_new0(CPUJumpCache, 1);
    qdev_unrealize(DEVICE(cpu));
    /* it was realized without a parent: QEMU has found it one */
    object_unparent(OBJECT(cpu));
    object_unref(OBJECT(cpu));
    qemu_side.cpu[number] = NULL;
}

void host_add_cpus(void)
{
    CPUClass *cc = host_class();
    struct SysemuCPUOps *ops = g_memdup2(cc->sysemu_ops, sizeof(*ops));

    ops->asidx_from_attrs = asidx_from_attrs;
    ops->get_phys_page_attrs_debug = guest_debug_page;
    cc->sysemu_ops = ops;
    compat_set_class_spaces(cc, RM_SPACES);

    bql_lock();
    for (unsigned i = 0; i < RM_CPUS; i++) {
        add_cpu(i);
    }
    bql_unlock();

    host_drain();
}

void host_remove_cpus(void)
{
    bql_lock();
    for (unsigned i = 0; i < RM_CPUS; i++) {
        remove_cpu(i);
    }
    bql_unlock();
    rcu_settle();
}

void host_replace_cpu(void)
{
    const unsigned last = RM_CPUS - 1;
    AddressSpace *old[RM_SPACES];

    bql_lock();
    cpu_watchpoint_remove_all(qemu_side.cpu[last], BP_CPU);
    break_forget(qemu_side.cpu[last]);
    for (unsigned i = 0; i < RM_SPACES; i++) {
        old[i] = cpu_get_address_space(qemu_side.cpu[last], i);
    }
    remove_cpu(last);
    add_cpu(last);
    for (unsigned i = 0; i < RM_SPACES; i++) {
        board_replace_space(old[i],
                            cpu_get_address_space(qemu_side.cpu[last], i));
    }
    bql_unlock();
}
