/*
 * Accesses by generated code, as guests make them: the comparator, the addend
 * and the alignment are looked at by host code, and what else there is stands
 * behind the slow path.
 *
 * No guest instruction set is needed for that.  The harness is the translator:
 * one instruction makes one access, as the scenario says it.  QEMU keeps the
 * blocks, by what they do; their code is said to be in a page of RAM that
 * nothing else uses, at an address that no scenario can name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/coroutine.h"
#include "qapi/error.h"
#include "exec/memopidx.h"
#include "exec/translation-block.h"
#include "exec/translator.h"
#include "hw/core/cpu.h"
#include "tcg/tcg.h"
#include "tcg/helper-info.h"
#include "tcg/tcg-op-common.h"
#include "accel/tcg/cpu-ops.h"
#include "accel/tcg/internal-common.h"
#include "accel/tcg/tb-jmp-cache.h"
#include "accel/tcg/tcg-accel-ops.h"

#include "access.h"
#include "board.h"
#include "break.h"
#include "compat.h"
#include "escape.h"
#include "generated.h"
#include "plugin.h"
#include "side.h"
#include "watch.h"

#define CODE_VA         SIDE_CODE_VA
#define INSN_SIZE       SIDE_INSN_SIZE
#define BLOCK_SIZE      (OP_BLOCK_INSNS * INSN_SIZE)

QEMU_BUILD_BUG_ON(RM_PLACES * INSN_SIZE > RM_PAGE_SIZE);

static bool is_code(vaddr pc)
{
    return (pc & RM_PAGE_MASK) == CODE_VA;
}

/* --- What the blocks are made of ------------------------------------------ */

/*
 * What a block does is in its state, by which QEMU finds it: the MemOpIdx in
 * its flags, the rest here.  Of several accesses, the state has their number
 * among those that there were.
 */
#define STATE_INSIDE    (1u << 16)
#define STATE_TOGETHER  (1u << 17)

/* That of code in memory; its MMU index is in its flags, as of real targets. */
#define STATE_GUEST     (1u << 18)
#define STATE_STORES    (1u << 19)

static uint64_t state_of(const Op *op)
{
    return op->kind | op->rmw << 8 |
           (op_inside(op) ? STATE_INSIDE : 0);
}

/*
 * Where several are together: spread over the page, as the jump cache goes by
 * the address alone.
 */
static vaddr pc_of(uint64_t state, MemOpIdx oi)
{
    uint32_t mixed = (oi * 64 + state + (state >> 32)) * 0x9e3779b1u;

    return CODE_VA + (mixed >> 20) % (RM_PAGE_SIZE / BLOCK_SIZE) * BLOCK_SIZE;
}

/* What is made of one access. */
typedef struct Made {
    uint64_t state, oi;
} Made;

/* Accesses that are in one block. */
typedef struct Together {
    Made access[ENGINE_TOGETHER];
    uint64_t n;
} Together;

QEMU_BUILD_BUG_ON(ENGINE_TOGETHER > BLOCK_SIZE / INSN_SIZE);

static guint together_hash(gconstpointer key)
{
    const Together *t = key;
    uint64_t mixed = 0;

    for (unsigned i = 0; i < t->n; i++) {
        mixed = (mixed ^ t->access[i].state) * 0x9e3779b97f4a7c15ull;
        mixed = (mixed ^ t->access[i].oi) * 0x9e3779b97f4a7c15ull;
    }
    return mixed >> 32;
}

static gboolean together_equal(gconstpointer a, gconstpointer b)
{
    return !memcmp(a, b, sizeof(Together));
}

/* The number of @t among those that blocks were made of. */
static unsigned together_number(const Together *t)
{
    SideGenerated *g = &qemu_side.generated;
    gpointer number;
    Together *own;

    if (!g_hash_table_lookup_extended(g->numbers, t, NULL, &number)) {
        own = g_memdup2(t, sizeof(*t));
        number = GUINT_TO_POINTER(g->together->len);
        g_ptr_array_add(g->together, own);
        g_hash_table_insert(g->numbers, own, number);
    }
    return GPOINTER_TO_UINT(number);
}

static TCGv_i64 operand(const uint64_t *value)
{
    TCGv_i64 t = tcg_temp_new_i64();

    tcg_gen_ld_i64(t, tcg_constant_ptr(value), 0);
    return t;
}

static TCGv_i128 operand16(const uint64_t *lo, const uint64_t *hi)
{
    TCGv_i128 t = tcg_temp_new_i128();

    tcg_gen_concat_i64_i128(t, operand(lo), operand(hi));
    return t;
}

static void result(TCGv_i64 value)
{
    tcg_gen_st_i64(value, tcg_constant_ptr(&qemu_side.generated.value), 0);
}

static void result16(TCGv_i128 value)
{
    TCGv_i64 lo = tcg_temp_new_i64(), hi = tcg_temp_new_i64();

    tcg_gen_extr_i128_i64(lo, hi, value);
    result(lo);
    tcg_gen_st_i64(hi, tcg_constant_ptr(&qemu_side.generated.value_hi), 0);
}

static void emit_load(TCGTemp *va, MemOp mop, unsigned idx)
{
    if ((mop & MO_SIZE) == MO_128) {
        TCGv_i128 t = tcg_temp_new_i128();

        tcg_gen_qemu_ld_i128_chk(t, va, idx, mop, TCG_TYPE_I64);
        result16(t);
    } else {
        TCGv_i64 t = tcg_temp_new_i64();

        tcg_gen_qemu_ld_i64_chk(t, va, idx, mop, TCG_TYPE_I64);
        result(t);
    }
}

static void emit_store(TCGTemp *va, MemOp mop, unsigned idx)
{
    const SideGenerated *g = &qemu_side.generated;

    if ((mop & MO_SIZE) == MO_128) {
        tcg_gen_qemu_st_i128_chk(operand16(&g->value, &g->value_hi), va, idx,
                                 mop, TCG_TYPE_I64);
    } else {
        tcg_gen_qemu_st_i64_chk(operand(&g->value), va, idx, mop,
                                TCG_TYPE_I64);
    }
}

typedef void EmitRmw(TCGv_i64 old, TCGTemp *va, TCGv_i64 value, TCGArg idx,
                     MemOp mop, TCGType type);

static EmitRmw *const emit_rmw[RM_RMWS] = {
    [RM_XCHG] = tcg_gen_atomic_xchg_i64_chk,
    [RM_ADD] = tcg_gen_atomic_fetch_add_i64_chk,
    [RM_AND] = tcg_gen_atomic_fetch_and_i64_chk,
    [RM_OR] = tcg_gen_atomic_fetch_or_i64_chk,
    [RM_XOR] = tcg_gen_atomic_fetch_xor_i64_chk,
    [RM_SMIN] = tcg_gen_atomic_fetch_smin_i64_chk,
    [RM_UMIN] = tcg_gen_atomic_fetch_umin_i64_chk,
    [RM_SMAX] = tcg_gen_atomic_fetch_smax_i64_chk,
    [RM_UMAX] = tcg_gen_atomic_fetch_umax_i64_chk,
    [RM_ADD_FETCH] = tcg_gen_atomic_add_fetch_i64_chk,
    [RM_AND_FETCH] = tcg_gen_atomic_and_fetch_i64_chk,
    [RM_OR_FETCH] = tcg_gen_atomic_or_fetch_i64_chk,
    [RM_XOR_FETCH] = tcg_gen_atomic_xor_fetch_i64_chk,
    [RM_SMIN_FETCH] = tcg_gen_atomic_smin_fetch_i64_chk,
    [RM_UMIN_FETCH] = tcg_gen_atomic_umin_fetch_i64_chk,
    [RM_SMAX_FETCH] = tcg_gen_atomic_smax_fetch_i64_chk,
    [RM_UMAX_FETCH] = tcg_gen_atomic_umax_fetch_i64_chk,
};

/* What compares signed values has to be told of values narrower than those. */
static MemOp memop_of_rmw(RmRmw rmw, MemOp mop)
{
    bool is_signed = rmw == RM_SMIN || rmw == RM_SMAX ||
                     rmw == RM_SMIN_FETCH || rmw == RM_SMAX_FETCH;

    return mop | (is_signed ? MO_SIGN : 0);
}

static void emit_cmpxchg(TCGTemp *va, MemOp mop, unsigned idx)
{
    const SideGenerated *g = &qemu_side.generated;

    if ((mop & MO_SIZE) == MO_128) {
        TCGv_i128 t = tcg_temp_new_i128();

        tcg_gen_atomic_cmpxchg_i128_chk(t, va, operand16(&g->cmp, &g->cmp_hi),
                                        operand16(&g->value, &g->value_hi),
                                        idx, mop, TCG_TYPE_I64);
        result16(t);
    } else {
        TCGv_i64 t = tcg_temp_new_i64();

        tcg_gen_atomic_cmpxchg_i64_chk(t, va, operand(&g->cmp),
                                       operand(&g->value), idx, mop,
                                       TCG_TYPE_I64);
        result(t);
    }
}

static void emit(const Made *access)
{
    TCGTemp *va = tcgv_i64_temp(operand(&qemu_side.generated.va));
    MemOp mop = get_memop(access->oi);
    unsigned idx = get_mmuidx(access->oi);
    unsigned rmw = access->state >> 8 & 0xff;
    TCGv_i64 old;

    switch ((OpKind)(access->state & 0xff)) {
    case OP_LOAD:
        emit_load(va, mop, idx);
        break;
    case OP_STORE:
        emit_store(va, mop, idx);
        break;
    case OP_RMW:
        old = tcg_temp_new_i64();
        emit_rmw[rmw](old, va, operand(&qemu_side.generated.value), idx,
                      memop_of_rmw(rmw, mop), TCG_TYPE_I64);
        result(old);
        break;
    case OP_CMPXCHG:
        emit_cmpxchg(va, mop, idx);
        break;
    default:
        g_assert_not_reached();
    }
    tcg_gen_st8_i32(tcg_constant_i32(true),
                    tcg_constant_ptr(&qemu_side.generated.done), 0);
}

/*
 * Called by a block before access @reached of several: the one before it is
 * done, and what it has come to is looked at, before it is known whether this
 * one is to be made, and with which value.
 */
static void between(void)
{
    SideGenerated *g = &qemu_side.generated;
    CPUState *cpu = side_turn.running;

    if (g->access < g->reached) {
        memcpy(&g->inner, &cpu->jmp_env, sizeof(g->inner));
        qemu_coroutine_yield();
        memcpy(&cpu->jmp_env, &g->inner, sizeof(g->inner));
    }
    g->goes = g->access == g->reached;
}

static TCGHelperInfo between_info = {
    .func = between, .name = "between", .typemask = 0,  /* void (void) */
};

static void emit_one_of(const Together *t, unsigned n)
{
    SideGenerated *g = &qemu_side.generated;
    TCGv_i32 goes = tcg_temp_new_i32();
    TCGLabel *past = gen_new_label();

    tcg_gen_st_i32(tcg_constant_i32(n), tcg_constant_ptr(&g->reached), 0);
    tcg_gen_call0(between_info.func, &between_info, NULL);
    tcg_gen_ld8u_i32(goes, tcg_constant_ptr(&g->goes), 0);
    tcg_gen_brcondi_i32(TCG_COND_EQ, goes, 0, past);
    emit(&t->access[n]);
    gen_set_label(past);
}

/* --- The translator ------------------------------------------------------- */

static void init_context(DisasContextBase *db, CPUState *cpu)
{
}

static void tb_start(DisasContextBase *db, CPUState *cpu)
{
}

static void insn_start(DisasContextBase *db, CPUState *cpu)
{
    TCGOp *op = tcg_emit_op(INDEX_op_insn_start, COMPAT_INSN_START_WORDS *
                            64 / TCG_TARGET_REG_BITS);

    for (unsigned i = 0; i < COMPAT_INSN_START_WORDS; i++) {
        tcg_set_insn_start_param(op, i, i ? 0 : db->pc_next);
    }
}

/*
 * The instructions of a block, by their addresses: several accesses; or nothing,
 * one access, and nothing; or the access alone.
 */
static void translate_insn(DisasContextBase *db, CPUState *cpu)
{
    const Made one = { db->tb->cs_base, db->tb->flags };
    unsigned n = db->pc_next % BLOCK_SIZE / INSN_SIZE, last;

    if (one.state & STATE_TOGETHER) {
        const Together *t = g_ptr_array_index(qemu_side.generated.together,
                                              one.state >> 32);

        emit_one_of(t, n);
        last = t->n - 1;
    } else {
        bool inside = one.state & STATE_INSIDE;

        if (n == inside) {
            emit(&one);
        }
        last = 2 * inside;
    }
    if (n == last) {
        db->is_jmp = DISAS_TOO_MANY;
    }
    db->pc_next += INSN_SIZE;
}

static void tb_stop(DisasContextBase *db, CPUState *cpu)
{
    tcg_gen_st_i64(tcg_constant_i64(db->pc_next),
                   tcg_constant_ptr(&qemu_side.generated.pc), 0);
    tcg_gen_exit_tb(NULL, 0);
}

static const TranslatorOps translator = {
    .init_disas_context = init_context,
    .tb_start = tb_start,
    .insn_start = insn_start,
    .translate_insn = translate_insn,
    .tb_stop = tb_stop,
};

unsigned generated_index(const TranslationBlock *tb)
{
    return tb->flags;
}

uint64_t generated_next_page(const TranslationBlock *tb)
{
    for (RmRegion r = RM_RAM0; r < RM_HOSTS; r++) {
        uint64_t offset = tb_page_addr1(tb) - board_ram_addr(r);

        if (tb_page_addr1(tb) != -1 && offset < RM_RAM_SIZE) {
            return rm_found(RM_FOUND_HOST, r, offset);
        }
    }
    return 0;
}

/* A block can be found at another address than it was made for. */
static void translate_store(DisasContextBase *db)
{
    SideGenerated *g = &qemu_side.generated;
    TCGTemp *va = tcgv_i64_temp(operand(&g->va));

    tcg_gen_qemu_st_i64_chk(operand(&g->value_hi), va, db->tb->flags,
                            MO_LEUL, TCG_TYPE_I64);
    tcg_gen_st8_i32(tcg_constant_i32(true), tcg_constant_ptr(&g->stored), 0);
    db->pc_next += 4;
    if (!g->precise) {
        /* what comes next is looked up in any case */
        db->is_jmp = DISAS_TOO_MANY;
    }
}

/*
 * Of code in memory, what an instruction does is to say which one it is, and
 * from where.  It has 4 bytes if its two lowest bits are set, or else 2.
 */
static void translate_guest(DisasContextBase *db, CPUState *cpu)
{
    SideGenerated *g = &qemu_side.generated;
    vaddr pc = db->pc_next;
    uint32_t insn, offset;
    RmRegion region;

    if (db->tb->cs_base & STATE_STORES && pc == db->pc_first) {
        translate_store(db);
        return;
    }
    insn = compat_fetch_2(cpu, db, pc);
    db->pc_next += 2;
    if ((insn & 3) == 3) {
        insn |= (uint32_t)compat_fetch_2(cpu, db, pc + 2) << 16;
        db->pc_next += 2;
    }
    region = board_find((uintptr_t)g->host_pc + (pc - db->pc_first), &offset);
    tcg_gen_st_i64(tcg_constant_i64(rm_ran(insn, region, offset,
                                           generated_next_page(db->tb))),
                   tcg_constant_ptr(&g->value), 0);
    tcg_gen_st8_i32(tcg_constant_i32(true), tcg_constant_ptr(&g->done), 0);
    db->is_jmp = DISAS_TOO_MANY;
}

static void stop_guest(DisasContextBase *db, CPUState *cpu)
{
    tcg_gen_exit_tb(NULL, 0);
}

static const TranslatorOps guest_translator = {
    .init_disas_context = init_context,
    .tb_start = tb_start,
    .insn_start = insn_start,
    .translate_insn = translate_guest,
    .tb_stop = stop_guest,
};

static void translate_code(CPUState *cpu, TranslationBlock *tb,
                           int *max_insns, vaddr pc, void *host_pc)
{
    SideGenerated *g = &qemu_side.generated;
    DisasContextBase db;

    qemu_side.translated++;
    if (is_code(pc)) {
        translator_loop(cpu, tb, max_insns, pc, host_pc, &translator, &db);
    } else {
        g->made = tb;
        g->host_pc = host_pc;
        if (op_over(g->guest)) {
            g_assert(g->n_lent < ARRAY_SIZE(g->lent));
            g->lent[g->n_lent++] = tb;
        }
        translator_loop(cpu, tb, max_insns, pc, host_pc, &guest_translator,
                        &db);
    }
}

/*
 * The guest has no other state than the instruction that it is at: what leaves
 * a block leaves it at its access.
 */
static void restore_state(CPUState *cpu, const TranslationBlock *tb,
                          const uint64_t *data)
{
    SideGenerated *g = &qemu_side.generated;

    if (g->guest) {
        return;
    }
    g_assert(data[0] == (g->pc & -BLOCK_SIZE) + g->insn * INSN_SIZE);
    g->pc = data[0];
}

static void synchronize(CPUState *cpu, const TranslationBlock *tb)
{
}

/*
 * QEMU asks for the state before each block: after this one it is to leave its
 * loop.  What is not made here is the target's own.
 */
static CompatTBState tb_state(CPUState *cpu)
{
    const SideGenerated *g = &qemu_side.generated;

    if (!g->running && !g->guest) {
        return compat_tb_state(cpu, g->tb_state);
    }
    cpu->exit_request |= g->running;
    if (g->guest) {
        return (CompatTBState) {
            .pc = g->guest_pc, .flags = g->guest->idx,
            .cs_base = STATE_GUEST | (g->stores ? STATE_STORES : 0),
        };
    }
    return (CompatTBState) {
        .pc = g->pc, .flags = g->oi, .cs_base = g->state,
    };
}

/* Where it is no hook, but a function. */
void __wrap_cpu_get_tb_cpu_state(CPUArchState *env, vaddr *pc,
                                 uint64_t *cs_base, uint32_t *flags);
void __wrap_cpu_get_tb_cpu_state(CPUArchState *env, vaddr *pc,
                                 uint64_t *cs_base, uint32_t *flags)
{
    CompatTBState s = tb_state(env_cpu(env));

    *pc = s.pc;
    *cs_base = s.cs_base;
    *flags = s.flags;
}

void generated_set_ops(TCGCPUOps *ops)
{
    SideGenerated *g = &qemu_side.generated;

    ops->translate_code = translate_code;
    ops->restore_state_to_opc = restore_state;
    ops->synchronize_from_tb = synchronize;
    /* what a watchpoint stops is left at once */
    ops->debug_excp_handler = NULL;
    break_set_ops(ops);
    g->precise = compat_set_precise(ops);
    g->tb_state = compat_set_tb_state(ops, tb_state);
}

/* --- Where they are ------------------------------------------------------- */

/*
 * No page of the guest's tables leads there, and no TLB need know it.  What
 * lies in no memory is not run: a CPU would fetch it from a device.
 */
tb_page_addr_t __real_get_page_addr_code_hostp(CPUArchState *env, vaddr addr,
                                               void **hostp);
tb_page_addr_t __wrap_get_page_addr_code_hostp(CPUArchState *env, vaddr addr,
                                               void **hostp);
tb_page_addr_t __wrap_get_page_addr_code_hostp(CPUArchState *env, vaddr addr,
                                               void **hostp)
{
    SideGenerated *g = &qemu_side.generated;
    tb_page_addr_t found;

    if (!is_code(addr)) {
        found = __real_get_page_addr_code_hostp(env, addr, hostp);
        if (found == -1 && g->running && g->guest) {
            g->nowhere = true;
            env_cpu(env)->exception_index = EXCP_INTERRUPT;
            cpu_loop_exit(env_cpu(env));
        }
        return found;
    }
    if (hostp) {
        *hostp = NULL;      /* there is nothing to be read */
    }
    return g->ram_addr + (addr & ~RM_PAGE_MASK);
}

/*
 * Nobody writes to that page.  And what is done when a block is first
 * translated must not count: later scenarios find the block.
 */
void __real_tlb_protect_code(ram_addr_t ram_addr);
void __wrap_tlb_protect_code(ram_addr_t ram_addr);
void __wrap_tlb_protect_code(ram_addr_t ram_addr)
{
    if ((ram_addr & RM_PAGE_MASK) != qemu_side.generated.ram_addr) {
        __real_tlb_protect_code(ram_addr);
    }
}

void generated_init(void)
{
    SideGenerated *g = &qemu_side.generated;

    memory_region_init_ram(&g->page, NULL, "generated", RM_PAGE_SIZE,
                           &error_fatal);
    g->ram_addr = memory_region_get_ram_addr(&g->page);
    g->together = g_ptr_array_new_with_free_func(g_free);
    g->numbers = g_hash_table_new(together_hash, together_equal);
}

/*
 * Without a jump cache there is none to be searched at each flush: a CPU has
 * its own only while it runs a block, or if it has run code in memory.
 */
static CPUJumpCache *jump_cache(unsigned cpu)
{
    CPUJumpCache **jc = (CPUJumpCache **)&qemu_side.generated.jump_cache[cpu];

    if (!*jc) {
        *jc = g_new0(CPUJumpCache, 1);
    }
    return *jc;
}

static void forget_jumps(unsigned cpu)
{
    memset(jump_cache(cpu), 0, sizeof(CPUJumpCache));
}

void generated_forget(void)
{
    g_hash_table_remove_all(qemu_side.generated.numbers);
    g_ptr_array_set_size(qemu_side.generated.together, 0);
    qemu_side.generated.n_lent = 0;
    for (unsigned i = 0; i < RM_CPUS; i++) {
        /* QEMU clears those that CPUs have */
        if (qemu_side.generated.jump_cache[i] &&
            !qemu_side.generated.idle[i]) {
            forget_jumps(i);
        }
    }
}

void generated_keep_jumps(bool keep)
{
    SideGenerated *g = &qemu_side.generated;

    for (unsigned i = 0; i < RM_CPUS && keep == !g->idle[i]; i++) {
        if (keep) {
            forget_jumps(i);
        }
        g->idle[i] = keep ? g->jump_cache[i] : NULL;
        qemu_side.cpu[i]->tb_jmp_cache = g->idle[i];
    }
}

void generated_new_cpu(unsigned cpu)
{
    SideGenerated *g = &qemu_side.generated;

    if (g->idle[cpu]) {
        forget_jumps(cpu);
        qemu_side.cpu[cpu]->tb_jmp_cache = g->idle[cpu];
    }
}

/* --- The slow path -------------------------------------------------------- */

/* What blocks call is seen here; the types are those of tcg-ldst.h. */
#define SLOW_LOAD(type, name) \
    type __real_helper_##name##_mmu(CPUArchState *env, uint64_t addr, \
                                    MemOpIdx oi, uintptr_t ra); \
    type __wrap_helper_##name##_mmu(CPUArchState *env, uint64_t addr, \
                                    MemOpIdx oi, uintptr_t ra); \
    type __wrap_helper_##name##_mmu(CPUArchState *env, uint64_t addr, \
                                    MemOpIdx oi, uintptr_t ra) \
    { \
        qemu_side.generated.entered = true; \
        return __real_helper_##name##_mmu(env, addr, oi, ra); \
    }

SLOW_LOAD(tcg_target_ulong, ldub)
SLOW_LOAD(tcg_target_ulong, lduw)
SLOW_LOAD(tcg_target_ulong, ldul)
SLOW_LOAD(uint64_t, ldq)

#define SLOW_STORE(type, name) \
    void __real_helper_##name##_mmu(CPUArchState *env, uint64_t addr, \
                                    type val, MemOpIdx oi, uintptr_t ra); \
    void __wrap_helper_##name##_mmu(CPUArchState *env, uint64_t addr, \
                                    type val, MemOpIdx oi, uintptr_t ra); \
    void __wrap_helper_##name##_mmu(CPUArchState *env, uint64_t addr, \
                                    type val, MemOpIdx oi, uintptr_t ra) \
    { \
        qemu_side.generated.entered = true; \
        __real_helper_##name##_mmu(env, addr, val, oi, ra); \
    }

SLOW_STORE(uint32_t, stb)
SLOW_STORE(uint32_t, stw)
SLOW_STORE(uint32_t, stl)
SLOW_STORE(uint64_t, stq)

/* --- Running them --------------------------------------------------------- */

/* As the thread of a CPU does after EXCP_ATOMIC. */
static int run_exclusive(CPUState *cpu)
{
    int ret;

    /* it comes out of cpu_exec(), which has seen to that */
    cpu->neg.icount_decr.u16.high = 0;
    cpu_exec_step_atomic(cpu);
    if (!qemu_side.generated.done && watch_stops_after(cpu)) {
        /*
         * It has met a watchpoint, and begins anew.  What that asks of the next
         * block is taken by the cpu_exec() that comes before this.
         */
        cpu->cflags_next_tb = -1;
        cpu_exec_step_atomic(cpu);
    }
    ret = cpu->exception_index;
    cpu->exception_index = -1;
    return ret < 0 ? EXCP_INTERRUPT : ret;
}

/*
 * The CPU counts what it executes, as with -icount: its blocks say how many
 * instructions they have, and what leaves them earlier gives the rest back.  To
 * count or not is a matter of the blocks, and of a variable that is asked for
 * it at each of these places; all that -icount does besides is about time.
 */
#define COUNT_MAX 1000

static void count_begins(CPUState *cpu)
{
    use_icount = ICOUNT_PRECISE;
    cpu->tcg_cflags |= CF_USE_ICOUNT;
    cpu->icount_budget = COUNT_MAX;
    cpu->icount_extra = 0;
    cpu->neg.icount_decr.u16.low = COUNT_MAX;
}

static unsigned counted(CPUState *cpu)
{
    return cpu->icount_budget - cpu->icount_extra -
           cpu->neg.icount_decr.u16.low;
}

static void count_ends(CPUState *cpu)
{
    use_icount = ICOUNT_DISABLED;
    cpu->tcg_cflags &= ~CF_USE_ICOUNT;
    cpu->icount_budget = 0;
    cpu->neg.icount_decr.u16.low = 0;
}

bool generated_count_fits(void)
{
    SideGenerated *g = &qemu_side.generated;

    return !g->counts ||
           g->counted + counted(side_turn.running) == g->insn + 1;
}

static int run_block(CPUState *cpu, bool exclusive)
{
    SideGenerated *g = &qemu_side.generated;
    int ret;

    /* cpu_exec() has a place of its own to escape to */
    memcpy(&g->outer, &cpu->jmp_env, sizeof(g->outer));
    cpu->tb_jmp_cache = jump_cache(cpu->cpu_index);
    plugin_listen(cpu, false);
    g->running = true;
    if (g->counts) {
        count_begins(cpu);
    }
    /* whoever has asked for it has been heard */
    cpu->exit_request = false;
    ret = exclusive ? run_exclusive(cpu) : tcg_cpu_exec(cpu);
    g->running = false;
    if (g->counts) {
        g->counted += counted(cpu);
        count_ends(cpu);
    }
    cpu->tb_jmp_cache = g->idle[cpu->cpu_index];
    cpu->exit_request = false;
    memcpy(&cpu->jmp_env, &g->outer, sizeof(g->outer));
    return ret;
}

/* --- Several in one block ------------------------------------------------- */

/*
 * Such a block has a stack of its own, on which it waits between two accesses.
 * What escapes from it gets no further than here.  The stack stays for the next
 * one: ThreadSanitizer does not give back what it keeps of each.
 */
static void run_together(void *opaque)
{
    SideGenerated *g = &qemu_side.generated;

    for (;;) {
        CPUState *cpu = side_turn.running;

        g->escaped = sigsetjmp(cpu->jmp_env, 0);
        if (!g->escaped) {
            g->ret = run_block(cpu, false);
        }
        g->begun = false;
        qemu_coroutine_yield();
    }
}

/* Let the block run until it waits, or ends. */
static void go_on(CPUState *cpu)
{
    static Coroutine *stack;
    SideGenerated *g = &qemu_side.generated;
    sigjmp_buf here;

    memcpy(&here, &cpu->jmp_env, sizeof(here));
    if (!stack) {
        stack = qemu_coroutine_create(run_together, NULL);
    }
    if (g->begun) {
        cpu->tb_jmp_cache = jump_cache(cpu->cpu_index);
        cpu->exit_request = true;
        g->running = true;
    }
    g->begun = true;
    qemu_coroutine_enter(stack);
    if (g->begun) {
        cpu->tb_jmp_cache = g->idle[cpu->cpu_index];
        cpu->exit_request = false;
        g->running = false;
    }
    memcpy(&cpu->jmp_env, &here, sizeof(here));
}

/* The number of @op among the accesses of the block that waits; or past them. */
static unsigned number_of(const Op *op)
{
    SideGenerated *g = &qemu_side.generated;
    unsigned i = g->access + 1;

    while (i < g->n_ahead && g->ahead[i] != op) {
        i++;
    }
    return i;
}

bool generated_waits_for(const Op *op)
{
    SideGenerated *g = &qemu_side.generated;

    return g->begun && number_of(op) < g->n_ahead;
}

bool generated_waits(void)
{
    return qemu_side.generated.begun;
}

void generated_end(void)
{
    SideGenerated *g = &qemu_side.generated;

    if (g->begun) {
        g->access = ENGINE_TOGETHER;
        go_on(side_turn.running);
        g_assert(!g->begun && !g->escaped && g->ret == EXCP_INTERRUPT);
    }
}

void generated_ahead(const Op *const *ops, unsigned n)
{
    SideGenerated *g = &qemu_side.generated;

    if (!generated_waits_for(ops[0])) {
        generated_end();
        memcpy(g->ahead, ops, n * sizeof(*ops));
        g->n_ahead = n;
    }
}

/* Are there others behind @op, for one block? */
static bool begins_block(const Op *op)
{
    SideGenerated *g = &qemu_side.generated;

    return op->via == VIA_TOGETHER && g->n_ahead > 1 && g->ahead[0] == op &&
           !break_any(qemu_side.cpu[op->cpu]);
}

static void make_together(void)
{
    SideGenerated *g = &qemu_side.generated;
    Together t = { .n = g->n_ahead };

    for (unsigned i = 0; i < t.n; i++) {
        t.access[i].state = state_of(g->ahead[i]);
        t.access[i].oi = access_memop(g->ahead[i]);
    }
    g->state = STATE_TOGETHER | (uint64_t)together_number(&t) << 32;
    g->oi = 0;
    g->access = 0;
}

/* --- One access ----------------------------------------------------------- */

static void set_operands(const Op *op)
{
    SideGenerated *g = &qemu_side.generated;

    g->va = op->va;
    g->value = op->val;
    g->value_hi = op->val_hi;
    op_compare(op, side_turn.last, side_turn.last_hi, &g->cmp, &g->cmp_hi);
    g->done = g->entered = false;
    g->counts = op->via == VIA_COUNTED;
    g->counted = 0;
}

/*
 * One block, as a rule.  Where there are breakpoints, it can be several ones, of
 * which each leaves cpu_exec().
 */
static void run_alone(CPUState *cpu, bool exclusive)
{
    SideGenerated *g = &qemu_side.generated;
    vaddr from;

    g->escaped = false;
    do {
        from = g->pc;
        g->ret = run_block(cpu, exclusive);
    } while (g->ret == EXCP_INTERRUPT && g->pc != g->end && g->pc != from &&
             (!g->done || break_any(cpu)));
}

static void run_one(CPUState *cpu, const Op *op)
{
    SideGenerated *g = &qemu_side.generated;

    if (generated_waits_for(op)) {
        g->insn = g->access = number_of(op);
        go_on(cpu);
        return;
    }
    if (begins_block(op)) {
        make_together();
        g->insn = 0;
        g->pc = pc_of(g->state, g->oi);
        go_on(cpu);
        return;
    }
    g->oi = access_memop(op);
    g->state = state_of(op);
    g->insn = op_inside(op);
    g->pc = g->begin = side_pc(op_place(op));
    g->end = g->pc + (1 + 2 * g->insn) * INSN_SIZE;
    run_alone(cpu, op->via == VIA_EXCLUSIVE);
}

static bool at_breakpoint(CPUState *cpu)
{
    const SideGenerated *g = &qemu_side.generated;

    return !g->begun && g->ret == EXCP_DEBUG && !cpu->watchpoint_hit &&
           break_is_at(cpu);
}

bool generated_run(CPUState *cpu, const Op *op)
{
    SideGenerated *g = &qemu_side.generated;

    set_operands(op);
    run_one(cpu, op);
    /* the work may have come while it was under way, and began anew */
    if (op->via == VIA_EXCLUSIVE && !g->done && g->ret == EXCP_INTERRUPT &&
        side_has_work(cpu)) {
        return false;
    }
    if (g->escaped) {
        siglongjmp(cpu->jmp_env, 1);
    }
    if (g->counts && g->counted != (g->pc - g->begin) / INSN_SIZE) {
        escape_asserted("icount", "what was counted is not what was executed");
    }
    if (at_breakpoint(cpu)) {
        if (!g->done) {
            side_escape(RM_BREAKPOINT);
        }
        side_turn.status = RM_BREAKPOINT;
    } else if (!g->begun && g->ret != EXCP_INTERRUPT &&
               !(g->done && g->ret == EXCP_DEBUG && watch_stops_after(cpu))) {
        /* as if it had come here from a helper */
        cpu->exception_index = g->ret;
        siglongjmp(cpu->jmp_env, 1);
    }
    if (!g->done) {
        escape_asserted("generated code", "the block did not run");
    }
    if (op_is(op, OPF_VALUE)) {
        access_read(op, g->value, g->value_hi);
    }
    return true;
}

/* --- Code in memory ------------------------------------------------------- */

static void take_back(void)
{
    SideGenerated *g = &qemu_side.generated;

    while (g->n_lent) {
        TranslationBlock *tb = g->lent[--g->n_lent];

        if (!(tb_cflags(tb) & CF_INVALID)) {
            mmap_lock();
            tb_phys_invalidate(tb, -1);
            mmap_unlock();
        }
    }
}

void generated_recover(void)
{
    SideGenerated *g = &qemu_side.generated;

    g->guest = NULL;
    take_back();
    if (g->counts) {
        count_ends(side_turn.running);
        g->counts = false;
    }
}

TranslationBlock *generated_guest(CPUState *cpu, const Op *op)
{
    SideGenerated *g = &qemu_side.generated;

    generated_keep_jumps(true);
    g->guest = op;
    g->guest_pc = op->va;
    g->stores = op_over(op);
    g->stored = false;
    g->va = op->va + 4;
    g->value_hi = op_over(op);
    g->made = NULL;
    g->done = g->entered = g->nowhere = g->escaped = false;
    g->ret = run_block(cpu, false);
    if (g->ret == EXCP_INTERRUPT && g->stored && !g->done) {
        /* it was left, so as to go on with what is there now */
        g->guest_pc += 4;
        g->stores = false;
        g->ret = run_block(cpu, false);
    }
    g->guest = NULL;
    take_back();
    if (g->ret != EXCP_INTERRUPT) {
        cpu->exception_index = g->ret;
        siglongjmp(cpu->jmp_env, 1);
    }
    if (g->done) {
        side_value(g->value, 0);
    } else if (!g->nowhere) {
        escape_asserted("generated code", "the block did not run");
    }
    return g->done && !op_over(op) ? g->made : NULL;
}
