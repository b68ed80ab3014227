/*
 * A scenario of the TrustZone MPC as a guest of mps2-an505, whose runtime is
 * harness/guests/arm-mps2.h.
 *
 * The board's memory is not that of the harness.  Its blocks are of 1 KiB, not
 * of a page, so a page of a scenario is one block: its first 512 bytes are the
 * first half of it, and its last 512 bytes the second.  So what crosses pages
 * crosses blocks.  And the LUTs have more words than either instance of the
 * model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>
#include <string.h>

#include "guest.h"
#include "harness/scenario/preset.h"
#include "harness/scenario/target.h"
#include "harness/scenario/text.h"
#include "reference-model/board.h"

#define P(...) g_string_append_printf(out, __VA_ARGS__)

/* The board: BLK_MAX and BLK_CFG of its MPCs, and where their memory is. */
#define BOARD_WORDS     64
#define BOARD_LG_BLOCK  10
#define BOARD_BLOCK     (1u << BOARD_LG_BLOCK)
#define BOARD_MEMORY    0x28000000u
#define BOARD_APART     0x200000u
#define BOARD_SECURE    0x10000000u
#define BOARD_DMA_MAX   8       /* bytes of an operation */

/* The MPC's registers that are something else there, or that step. */
enum {
    CTRL = 0x00, BLK_MAX = 0x10, BLK_CFG = 0x14, BLK_IDX = 0x18,
    BLK_LUT = 0x1c, INT_STAT = 0x20, INT_EN = 0x28, INT_INFO1 = 0x2c,
    INT_INFO2 = 0x30, REGISTERS_END = 0x1000,
};
#define AUTOINC     (1u << 8)
#define LOCKDOWN    (1u << 31)
#define HMASTER     0xffffu     /* of INT_INFO2 */

static const struct {
    const char *name, *text;
} parts[] = {
#include "harness/export/guest-parts.h"
};

typedef struct Guest {
    const Scenario *s;
    const RmPreset *preset;
    Engine *model;
    GString *out;               /* the operations */
    char *error;
    unsigned words;             /* of a LUT */
    uint32_t base;              /* behind the MPC, of what can be accessed */
    bool used;                  /* memory is, ... */
    unsigned mpc;               /* ... that of this one */
    bool touched[RM_IOMMU_PAGES * RM_PAGE_SIZE];    /* of it */
    struct {
        uint32_t ctrl, blk_idx;
    } regs[RM_IOMMUS];
} Guest;

/* Where an access goes. */
typedef struct Place {
    bool registers;             /* of an MPC; or else the memory behind it */
    unsigned mpc;
    uint32_t offset;
    bool secure;
} Place;

/* Returns false. */
G_GNUC_PRINTF(2, 3)
static bool refuse(Guest *g, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    g->error = g_strdup_vprintf(fmt, args);
    va_end(args);
    return false;
}

/* --- places -------------------------------------------------------------- */

/* Is there a place for @offset of a scenario's page in a block? */
static bool has_place(uint32_t offset)
{
    uint32_t rest = offset % RM_PAGE_SIZE;

    return rest < BOARD_BLOCK / 2 || rest >= RM_PAGE_SIZE - BOARD_BLOCK / 2;
}

/* The offset on the board of @offset behind an MPC. */
static uint32_t on_board(uint32_t offset)
{
    uint32_t rest = offset % RM_PAGE_SIZE;

    return offset / RM_PAGE_SIZE * BOARD_BLOCK +
           (rest < BOARD_BLOCK / 2 ? rest :
            rest - (RM_PAGE_SIZE - BOARD_BLOCK));
}

static uint32_t address(const Guest *g, unsigned mpc, uint32_t offset,
                        bool secure)
{
    return BOARD_MEMORY + mpc * BOARD_APART + on_board(g->base + offset) +
           (secure ? BOARD_SECURE : 0);
}

static bool find_registers(Guest *g, Place *p, unsigned size)
{
    if (!p->secure) {
        return refuse(g, "on the board, no non-secure access comes to the "
                      "registers");
    }
    if (size > 4 || p->offset % size || p->offset + size > REGISTERS_END) {
        return refuse(g, "the CPU makes no such access to registers");
    }
    return true;
}

static bool find_memory(Guest *g, Place *p, unsigned size)
{
    if (g->used && g->mpc != p->mpc) {
        return refuse(g, "the memory behind both MPCs is one here, and two on "
                      "the board");
    }
    g->used = true;
    g->mpc = p->mpc;
    for (unsigned i = 0; i < size; i++) {
        if (!has_place(p->offset + i)) {
            return refuse(g, "a block has no place on the board for bytes "
                          "0x%x to 0x%x of a page", BOARD_BLOCK / 2,
                          RM_PAGE_SIZE - BOARD_BLOCK / 2 - 1);
        }
        g->touched[p->offset + i] = true;
    }
    return true;
}

/* Of @size bytes at @pa */
static bool find_place(Guest *g, uint32_t pa, unsigned attrs, unsigned size,
                       Place *p)
{
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        const RmMapping *map = &rm_memory_map[i];
        bool regs = map->region == RM_REGS0 || map->region == RM_REGS1;

        if (!map->enabled || map->space != !!(attrs & RM_SECURE) ||
            !(regs || rm_is_iommu(map->region)) ||
            pa < map->base || pa + size > map->base + map->size) {
            continue;
        }
        *p = (Place) {
            .registers = regs, .secure = attrs & RM_SECURE,
            .mpc = map->region == RM_REGS1 || map->region == RM_IOMMU1,
            .offset = pa - map->base,
        };
        return regs ? find_registers(g, p, size) : find_memory(g, p, size);
    }
    return refuse(g, "at pa 0x%x the board has nothing like it", (unsigned)pa);
}

static bool find_access(Guest *g, const Op *op, Place *p)
{
    unsigned size = 1u << op->lg_size;
    int page = rm_va_page(op->va), last = rm_va_page(op->va + size - 1);

    if (op->cpu) {
        return refuse(g, "the board has one CPU");
    }
    if (size > 8 || (size == 8 && op->va % 4)) {
        return refuse(g, "the CPU has no such access");
    }
    if (op->big_endian && size > 1) {
        return refuse(g, "the CPU is little-endian");
    }
    if (page < 0 || last < 0 || !g->preset->pt[op->idx][page].prot) {
        return refuse(g, "nothing is mapped there");
    }
    return find_place(g, g->preset->pt[op->idx][page].pa +
                      op->va % RM_PAGE_SIZE, g->preset->pt[op->idx][page].attrs,
                      size, p);
}

/* --- registers ----------------------------------------------------------- */

static uint32_t peek(const Guest *g, unsigned mpc, unsigned offset,
                     unsigned size)
{
    uint64_t value = 0;

    g->model->ops->peek(g->model, mpc, offset, size, RM_SECURE, &value);
    return value;
}

/* Without stepping BLK_IDX */
static uint32_t peek_lut(const Guest *g, unsigned mpc)
{
    return peek(g, mpc, BLK_LUT, 2) | peek(g, mpc, BLK_LUT + 2, 2) << 16;
}

/* What the board has in that register, where the model has @value. */
static uint32_t board_value(unsigned reg, uint32_t value)
{
    switch (reg) {
    case BLK_MAX:
        return BOARD_WORDS - 1;
    case BLK_CFG:
        return BOARD_LG_BLOCK - 5;
    case INT_INFO1:
        return on_board(value);
    case INT_INFO2:
        return value & ~HMASTER;    /* its CPU is number 0 */
    default:
        return value;
    }
}

/* A whole access to BLK_LUT has stepped BLK_IDX. */
static void step_index(Guest *g, unsigned mpc)
{
    GString *out = g->out;
    uint32_t next = g->regs[mpc].blk_idx + 1;

    if (next == g->words) {
        P("    /* the word after that is the first one: the board has more */\n"
          "    reg_write(%u, BLK_IDX, 4, 0, 0);\n", mpc);
        next = 0;
    }
    g->regs[mpc].blk_idx = next;
}

static bool put_write(Guest *g, unsigned mpc, const RmRegisterWrite *w)
{
    GString *out = g->out;
    unsigned reg = w->offset & ~3u, shift = 8 * (w->offset & 3);
    uint32_t mask = (uint32_t)((1ull << 8 * w->size) - 1) << shift;
    uint32_t value = w->value & mask >> shift;

    if (reg == BLK_IDX) {
        uint32_t index = (g->regs[mpc].blk_idx & ~mask) | value << shift;

        if (w->size == 4) {
            value %= g->words;
        } else if (index % BOARD_WORDS != index % g->words) {
            return refuse(g, "of a LUT of %u words that is another word than "
                          "of the board's", g->words);
        }
        g->regs[mpc].blk_idx = index % g->words;
    }
    P("    reg_write(%u, 0x%x, %u, 0x%x, 0x%x);\n", mpc, w->offset, w->size,
      value, (unsigned)w->keep);
    if (reg == CTRL && w->size == 4 && !(g->regs[mpc].ctrl & LOCKDOWN)) {
        g->regs[mpc].ctrl = value;
    }
    if (reg == BLK_LUT && w->size == 4 &&
        (g->regs[mpc].ctrl & (AUTOINC | LOCKDOWN)) == AUTOINC) {
        step_index(g, mpc);
    }
    return true;
}

static bool put_read(Guest *g, unsigned mpc, unsigned offset, unsigned size)
{
    GString *out = g->out;
    unsigned reg = offset & ~3u;
    uint32_t all = reg == BLK_LUT ? peek_lut(g, mpc) : peek(g, mpc, reg, 4);
    uint32_t value = board_value(reg, all) >> 8 * (offset & 3) &
                     ((1ull << 8 * size) - 1);

    P("    expect(0, 0x%x, reg_read(%u, 0x%x, %u));\n", value, mpc, offset,
      size);
    if (reg == BLK_LUT && size == 4 && g->regs[mpc].ctrl & AUTOINC) {
        step_index(g, mpc);
    }
    return true;
}

/* What the registers are to be now. */
static void put_registers(Guest *g)
{
    GString *out = g->out;

    for (unsigned mpc = 0; mpc < RM_IOMMUS; mpc++) {
        g->regs[mpc].ctrl = peek(g, mpc, CTRL, 4);
        g_assert(g->regs[mpc].blk_idx == peek(g, mpc, BLK_IDX, 4));
        P("    expect_registers(%u, &(Registers) {\n"
          "        .ctrl = 0x%x, .blk_idx = %u, .blk_lut = 0x%x,\n"
          "        .int_stat = %u, .int_en = %u, .info1 = 0x%x,\n"
          "        .info2 = 0x%x, .irq = %u });\n", mpc, g->regs[mpc].ctrl,
          g->regs[mpc].blk_idx, peek_lut(g, mpc), peek(g, mpc, INT_STAT, 4),
          peek(g, mpc, INT_EN, 4),
          board_value(INT_INFO1, peek(g, mpc, INT_INFO1, 4)),
          board_value(INT_INFO2, peek(g, mpc, INT_INFO2, 4)),
          g->model->ops->irq(g->model, mpc));
    }
}

/* --- operations ---------------------------------------------------------- */

static void put_value(GString *out, uint64_t value)
{
    P("    value = 0x%" G_GINT64_MODIFIER "xull;\n", value);
}

/* The low @size bytes */
static uint64_t narrow(uint64_t value, unsigned size)
{
    return size == 8 ? value : value & ((1ull << 8 * size) - 1);
}

static void put_memory_access(Guest *g, const Op *op, const Place *p)
{
    GString *out = g->out;
    unsigned size = 1u << op->lg_size;

    put_value(out, op->kind == OP_STORE ? narrow(op->val, size) : 0);
    P("    error = access(%s, %s, 0x%x, %u, &value);\n",
      p->secure ? "S" : "NS", op->kind == OP_STORE ? "true" : "false",
      (unsigned)address(g, p->mpc, p->offset, p->secure), size);
}

static bool put_dma(Guest *g, const Op *op)
{
    GString *out = g->out;
    unsigned size = op_dma_size(op, false);
    bool secure = op->attrs & RM_SECURE;
    unsigned at;
    Place p;

    if (!op->attrs) {
        return refuse(g, "no master of the board leaves its security open");
    }
    if (size > BOARD_DMA_MAX || op->pa % RM_PAGE_SIZE + size > RM_PAGE_SIZE) {
        return refuse(g, "DMA of more than %u bytes, or across pages",
                      BOARD_DMA_MAX);
    }
    if (!find_place(g, op->pa, op->attrs, size, &p)) {
        return false;
    }
    if (p.registers) {
        return refuse(g, "DMA does not come to the registers");
    }
    at = address(g, p.mpc, p.offset, secure);
    if (op->dir == DIR_WRITE) {
        put_value(out, op->data);
        P("    dma(0x%x, (uint32_t)&value, %u);\n", at, size);
    } else {
        put_value(out, 0);
        P("    dma((uint32_t)&value, 0x%x, %u);\n", at, size);
    }
    return true;
}

/* @op, but for what is expected of it */
static bool put_op(Guest *g, const Op *op)
{
    GString *out = g->out;
    RmRegisterWrite writes[RM_REGISTER_WRITES];
    unsigned n = target_writes(op, g->preset->base, writes);
    bool ok = true;
    Place p;

    switch ((OpKind)op->kind) {
    case OP_LOAD:
    case OP_STORE:
        if (!find_access(g, op, &p)) {
            return false;
        }
        if (!p.registers) {
            put_memory_access(g, op, &p);
            return true;
        }
        if (op->kind == OP_LOAD) {
            return put_read(g, p.mpc, p.offset, 1u << op->lg_size);
        }
        return put_write(g, p.mpc, &(RmRegisterWrite) {
            p.offset, 1u << op->lg_size, op->val });
    case OP_REG_READ:
    case OP_REG_WRITE:
        p = (Place) { true, op->checker, op->reg, op->attrs & RM_SECURE };
        if (!find_registers(g, &p, 1u << op->lg_size)) {
            return false;
        }
        if (op->kind == OP_REG_READ) {
            return put_read(g, p.mpc, p.offset, 1u << op->lg_size);
        }
        break;
    case OP_DMA:
        return put_dma(g, op);
    case OP_FLUSH:
        if (op->cpu) {
            return refuse(g, "the board has one CPU");
        }
        P("    flush();\n");
        return true;
    case OP_LUT:
    case OP_LUT_BLOCK:
    case OP_CTRL:
    case OP_INT:
        break;
    default:
        return refuse(g, "no guest of the board can do it");
    }
    for (unsigned i = 0; i < n; i++) {
        ok = ok && put_write(g, op->checker, &writes[i]);
    }
    return ok;
}

/* What is expected of @op, which ended so */
static bool put_expected(Guest *g, const Op *op, const RmResult *r)
{
    GString *out = g->out;
    bool registers = op_is(op, OPF_REGISTERS);
    Place p;

    if (op->kind == OP_LOAD || op->kind == OP_STORE) {
        registers = find_access(g, op, &p) && p.registers;
    }
    if (r->status != RM_DONE && r->status != RM_TX_FAILED) {
        return refuse(g, "it neither succeeds nor fails");
    }
    if (registers) {
        return r->status == RM_DONE || refuse(g, "it fails");
    }
    switch ((OpKind)op->kind) {
    case OP_LOAD:
        if (r->status == RM_DONE) {
            P("    expect_value(0x%" G_GINT64_MODIFIER "xull, error, value);\n",
              r->value);
            break;
        }
        /* fall through */
    case OP_STORE:
        P("    %s(error);\n", r->status == RM_DONE ? "expect_done" :
                                                     "expect_error");
        break;
    case OP_DMA:
        /* QEMU's PL081 does not hear of errors */
        if (op->dir == DIR_READ && r->status == RM_DONE) {
            P("    expect(0, 0x%" G_GINT64_MODIFIER "xull, value);\n",
              r->value);
        }
        break;
    default:
        break;
    }
    return true;
}

static bool put_step(Guest *g, const Step *step)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const Op *op = step->op;
    GString *out = g->out;
    EngineResult want;

    text_print_op(text, op);
    if (op_is(op, OPF_TRIGGER)) {
        refuse(g, "nothing on the board reacts");
    } else if (!g->model->ops->covered(g->model, op)) {
        P("    /* %u: %s: of which the contract does not speak */\n\n",
          step->at + 1, text->str);
        return true;
    } else {
        P("    /* %s */\n    op_number = %u;\n", text->str, step->at + 1);
        if (put_op(g, op)) {
            g->model->ops->apply(g->model, op, NULL, &want);
            if (put_expected(g, op, &want.r)) {
                put_registers(g);
                P("\n");
                return true;
            }
        }
    }
    /* the reason, behind what it is of */
    g_autofree char *reason = g->error;

    g->error = g_strdup_printf("operation %u, %s: %s", step->at + 1, text->str,
                               reason);
    return false;
}

static void put_setup(Guest *g)
{
    GString *out = g->out;

    for (unsigned mpc = 0; mpc < RM_IOMMUS; mpc++) {
        g->regs[mpc].ctrl = AUTOINC;
        g->regs[mpc].blk_idx = 0;
        for (unsigned i = 0; i < g->preset->n_writes; i++) {
            put_write(g, mpc, &g->preset->write[i]);
        }
    }
    P("    flush();\n");
    put_registers(g);
    P("\n");
}

/* --- memory -------------------------------------------------------------- */

static const char byte_type[] =
    "/* Behind an MPC: its address for the world that may access it */\n"
    "typedef struct Byte {\n"
    "    uint32_t address;\n"
    "    uint8_t value;\n"
    "} Byte;\n\n";

static uint8_t byte_now(const Guest *g, uint32_t offset)
{
    RmRegion ram = offset / RM_RAM_SIZE ? RM_RAM1 : RM_RAM0;

    return g->model->ops->host(g->model, ram)[offset % RM_RAM_SIZE];
}

static bool is_secure(const Guest *g, uint32_t offset)
{
    RmDecision d;

    g->model->ops->decide(g->model, g->mpc,
                          g->model->ops->index(g->model, g->mpc, RM_SECURE),
                          offset, false, &d);
    return d.allowed;
}

/* The bytes that accesses have touched: as they were, or as they are now. */
static void put_bytes(const Guest *g, const char *name, bool now, GString *out)
{
    P("static const Byte %s[] = {\n", name);
    for (uint32_t i = 0; i < G_N_ELEMENTS(g->touched); i++) {
        if (g->touched[i]) {
            P("    { 0x%x, 0x%02x },\n",
              address(g, g->mpc, i, !now || is_secure(g, i)), now ?
              byte_now(g, i) : rm_initial_byte(i / RM_RAM_SIZE,
                                               i % RM_RAM_SIZE));
        }
    }
    P("};\n\n");
}

static void put_main(const Guest *g, GString *out)
{
    P("int main(void)\n{\n"
      "    uint64_t value = 0;\n"
      "    bool error = false;\n\n"
      "    (void)value;\n    (void)error;\n");
    if (g->used) {
        P("    for (unsigned i = 0; i < sizeof(before) / sizeof(Byte); i++) {\n"
          "        value = before[i].value;\n"
          "        access(S, true, before[i].address, 1, &value);\n"
          "    }\n");
    }
    P("    /* the set-up */\n%s", g->out->str);
    if (g->used) {
        P("    for (unsigned i = 0; i < sizeof(after) / sizeof(Byte); i++) {\n"
          "        access(after[i].address & SECURE ? S : NS, false,\n"
          "               after[i].address, 1, &value);\n"
          "        expect(\"memory at the end\", after[i].value, value);\n"
          "    }\n");
    }
    P("    return 0;\n}\n");
}

static void put_comment(const Guest *g, const char *file, GString *out)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    text_print(text, g->s);
    lines = g_strsplit(g_strchomp(text->str), "\n", -1);
    P("/*\n"
      " * %s, as a guest of QEMU's mps2-an505.\n"
      " *\n"
      " * Written by `tlbdiff export --guest`. It prints \"all agrees\", or\n"
      " * which operation has not done what it should, and what it has done.\n"
      " *\n"
      " * The scenario, as tlbdiff reads it:\n"
      " *\n", file);
    for (unsigned i = 0; lines[i]; i++) {
        P(" *   %s\n", lines[i]);
    }
    P(" *\n * SPDX-License-Identifier: GPL-2.0-or-later\n */\n");
}

/* --- all of it ----------------------------------------------------------- */

static bool check_setup(Guest *g)
{
    const Op *setup = &g->s->setup;

    if (setup->kind != TARGET_TZMPC) {
        return refuse(g, "the board has a TrustZone MPC alone: give a "
                      "scenario of the target tzmpc");
    }
    if (setup->pt != PT_IDENTITY) {
        return refuse(g, "the set-up: the CPU of the board has no page "
                      "tables: all is where it is, as with pt=identity");
    }
    if (setup->behind != RM_BEHIND_RAM) {
        return refuse(g, "the set-up: behind the MPCs of the board is RAM, as "
                      "with downstream=ram");
    }
    return true;
}

static void start_model(Guest *g)
{
    RmSetting settings[RM_SETTINGS];
    unsigned n;

    g->preset = preset_get(&g->s->setup);
    g->model->ops->reset(g->model, g->preset, NULL);
    n = g->model->ops->settings(g->model, 0, settings);
    for (unsigned i = 0; i < n; i++) {
        if (!strcmp(settings[i].name, "words")) {
            g->words = settings[i].value;
        } else if (!strcmp(settings[i].name, "base")) {
            g->base = settings[i].value;
        }
    }
}

bool export_guest(const Scenario *s, const char *file, Engine *model,
                  GString *out, char **error)
{
    g_autoptr(GString) operations = g_string_new(NULL);
    g_autofree Guest *g = g_new0(Guest, 1);
    bool ok;

    *g = (Guest) { .s = s, .model = model, .out = operations };
    ok = check_setup(g);
    if (ok) {
        start_model(g);
        put_setup(g);
    }
    for (Step step = { 0 }; ok && scenario_next(s, &step);) {
        ok = put_step(g, &step);
    }
    if (!ok) {
        *error = g->error;
        return false;
    }
    put_comment(g, file, out);
    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_string_append(out, parts[i].text);
    }
    P("/* --- the scenario --- */\n\n");
    if (g->used) {
        g_string_append(out, byte_type);
        put_bytes(g, "before", false, out);
        put_bytes(g, "after", true, out);
    }
    put_main(g, out);
    return true;
}
