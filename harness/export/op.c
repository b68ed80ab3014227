/*
 * Operations as statements in C, with QEMU's own functions: the bodies of
 * the functions of an exported program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/compare/event.h"
#include "export.h"

#define S(...) g_string_append_printf(out, "    " __VA_ARGS__)

static const char *const size_letters[] = { "b", "w", "l", "q", "o" };
static const char *const type_names[] = {
    "MMU_DATA_LOAD", "MMU_DATA_STORE", "MMU_INST_FETCH",
};
static const char *const clients[] = {
    "DIRTY_MEMORY_VGA", "DIRTY_MEMORY_CODE", "DIRTY_MEMORY_MIGRATION",
};

/* "make_memop_idx(MO_LE | MO_64 | MO_ALIGN, 1)" */
static char *memop(const Op *op)
{
    static const char *const sizes[] = {
        "MO_8", "MO_16", "MO_32", "MO_64", "MO_128",
    };
    static const char *const aligns[] = {
        "", " | MO_ALIGN_2", " | MO_ALIGN_4", " | MO_ALIGN_8",
        " | MO_ALIGN_16", " | MO_ALIGN_32", " | MO_ALIGN_64", " | MO_ALIGN",
    };
    static const char *const atoms[ATOMS] = {
        "", " | MO_ATOM_IFALIGN_PAIR", " | MO_ATOM_WITHIN16",
        " | MO_ATOM_WITHIN16_PAIR", " | MO_ATOM_SUBALIGN", " | MO_ATOM_NONE",
    };

    return g_strdup_printf("make_memop_idx(%s | %s%s%s%s, %d)",
                           op->big_endian ? "MO_BE" : "MO_LE",
                           sizes[op->lg_size], aligns[op->align],
                           op->tlb_only ? " | MO_ALIGN_TLB_ONLY" : "",
                           atoms[op->atom], (int)op->idx);
}

/* "cpu_env(cpus[0]), 0x4000" */
static char *place(const Op *op)
{
    return g_strdup_printf("cpu_env(cpus[%d]), 0x%x", (int)op->cpu,
                           (unsigned)op->va);
}

static char *value(const Op *op)
{
    return op->lg_size == 4 ?
        g_strdup_printf("int128_make128(0x%" G_GINT64_MODIFIER "xull, 0x%"
                        G_GINT64_MODIFIER "xull)", op->val, op->val_hi) :
        g_strdup_printf("0x%" G_GINT64_MODIFIER "x%s", op->val,
                        op->lg_size == 3 ? "ull" : "");
}

static void access_body(const Op *op, GString *out)
{
    g_autofree char *oi = memop(op);
    g_autofree char *at = place(op);
    g_autofree char *val = value(op);

    if (op->kind == OP_STORE) {
        S("cpu_st%s_mmu(%s, %s,\n        %s, 0);\n",
          op->lg_size == 4 ? "16" : size_letters[op->lg_size], at, val, oi);
    } else if (op->lg_size == 4) {
        S("Int128 value = cpu_ld16_mmu(%s,\n        %s, 0);\n\n", at, oi);
        S("read_value(int128_getlo(value), int128_gethi(value));\n");
    } else {
        S("read_value(cpu_ld%s%s_mmu(%s,\n        %s, 0), 0);\n",
          size_letters[op->lg_size], op->kind == OP_FETCH ? "_code" : "", at,
          oi);
    }
}

/* Of the atomic helpers: "l_le", "b" */
static char *atomic_suffix(const Op *op)
{
    return g_strdup_printf("%s%s", size_letters[op->lg_size],
                           op->lg_size == 0 ? "" :
                           op->big_endian ? "_be" : "_le");
}

static const char *cast(const Op *op)
{
    return op->lg_size == 0 ? "(uint8_t)" : op->lg_size == 1 ? "(uint16_t)" :
                                                               "";
}

static void rmw_body(const Op *op, GString *out)
{
    static const char *const names[RM_RMWS] = {
        "xchg", "fetch_add", "fetch_and", "fetch_or", "fetch_xor",
        "fetch_smin", "fetch_umin", "fetch_smax", "fetch_umax", "add_fetch",
        "and_fetch", "or_fetch", "xor_fetch", "smin_fetch", "umin_fetch",
        "smax_fetch", "umax_fetch",
    };
    g_autofree char *oi = memop(op);
    g_autofree char *at = place(op);
    g_autofree char *val = value(op);
    g_autofree char *suffix = atomic_suffix(op);

    S("read_value(%scpu_atomic_%s%s_mmu(%s,\n        %s,\n        %s, 0), "
      "0);\n", cast(op), names[op->rmw], suffix, at, val, oi);
}

static void cmpxchg_body(const Op *op, GString *out)
{
    const char *not = op->cmp == CMP_LAST ? "" : "~";
    g_autofree char *oi = memop(op);
    g_autofree char *at = place(op);
    g_autofree char *val = value(op);
    g_autofree char *suffix = atomic_suffix(op);

    S("/* compares with %s what was read last */\n", *not ? "the inverse of" :
                                                            "");
    if (op->lg_size == 4) {
        S("Int128 old = cpu_atomic_cmpxchg%s_mmu(%s,\n"
          "        int128_make128(%slast, %slast_hi), %s,\n        %s, 0);\n"
          "\n", suffix, at, not, not, val, oi);
        S("read_value(int128_getlo(old), int128_gethi(old));\n");
    } else {
        S("read_value(%scpu_atomic_cmpxchg%s_mmu(%s,\n        %s%slast, %s,\n"
          "        %s, 0), 0);\n", cast(op), suffix, at,
          op->lg_size == 2 ? "(uint32_t)" : cast(op), not, val, oi);
    }
}

static void probe_body(const Op *op, GString *out)
{
    g_autofree char *at = place(op);
    const char *type = type_names[op->type];
    unsigned len = op->len, idx = op->idx;

    switch ((RmProbe)op->probe) {
    case RM_PROBE_ACCESS:
        S("probed(0, probe_access(%s, %u, %s, %u, 0));\n", at, len, type,
          idx);
        break;
    case RM_PROBE_FLAGS:
        S("void *host;\n");
        S("int flags = probe_access_flags(%s, %u,\n        %s, %u, %s, "
          "&host, 0);\n\n", at, len, type, idx,
          op->nonfault ? "true" : "false");
        S("probed(flags, host);\n");
        break;
    default:
        S("CPUTLBEntryFull *full;\n");
        S("void *host;\n");
        S("int flags = probe_access_full%s(%s, %u,\n        %s, %u, %s"
          "&host, &full%s);\n\n", op->probe == RM_PROBE_FULL ? "" : "_mmu",
          at, len, type, idx, op->probe != RM_PROBE_FULL ? "" :
          op->nonfault ? "true, " : "false, ",
          op->probe == RM_PROBE_FULL ? ", 0" : "");
        S("probed(flags, host);\n");
    }
}

static void flush_body(const Op *op, GString *out)
{
    const char *synced = op->synced ? "_all_cpus_synced" : "";
    unsigned cpu = op->cpu, va = op->va, idxmap = op->idxmap;

    switch (op->kind) {
    case OP_FLUSH:
        S("tlb_flush%s(cpus[%u]);\n", synced, cpu);
        break;
    case OP_FLUSH_PAGE:
        S("tlb_flush_page%s(cpus[%u], 0x%x);\n", synced, cpu, va);
        break;
    case OP_FLUSH_MMUIDX:
        S("tlb_flush_by_mmuidx%s(cpus[%u], 0x%x);\n", synced, cpu, idxmap);
        break;
    case OP_FLUSH_PAGE_MMUIDX:
        S("tlb_flush_page_by_mmuidx%s(cpus[%u], 0x%x, 0x%x);\n", synced, cpu,
          va, idxmap);
        break;
    case OP_FLUSH_PAGE_BITS:
        S("tlb_flush_page_bits_by_mmuidx%s(cpus[%u], 0x%x, 0x%x, %u);\n",
          synced, cpu, va, idxmap, op_bits(op));
        break;
    default:
        S("tlb_flush_range_by_mmuidx%s(cpus[%u], 0x%x, %u * PAGE, 0x%x, "
          "%u);\n", synced, cpu, va, (unsigned)op->pages + 1, idxmap,
          op_bits(op));
    }
}

/* "PAGE_READ | PAGE_WRITE": those words of @words whose bits are set */
static char *words_of(unsigned bits, const char *const words[])
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned i = 0; words[i]; i++) {
        if (bits >> i & 1) {
            g_string_append_printf(text, "%s%s", text->len ? " | " : "",
                                   words[i]);
        }
    }
    return g_strdup(text->len ? text->str : "0");
}

static void pt_body(const Op *op, GString *out)
{
    static const char *const prots[] = {
        "PAGE_READ", "PAGE_WRITE", "PAGE_EXEC", "PAGE_WRITE_INV", NULL
    };
    static const char *const flags[] = {
        "TLB_BSWAP", "TLB_CHECK_ALIGNED", "TLB_DISCARD_WRITE", NULL
    };
    g_autofree char *prot = words_of(
        op->prot | (op->flags & RM_PTE_WINV ? 8 : 0), prots);
    g_autofree char *fill_flags = words_of(op->flags, flags);

    if (op->kind == OP_PT_CLEAR) {
        S("set_pte(%u, 0x%x, 0, 0, attrs(0, false), 12, 0);\n",
          (unsigned)op->idx, (unsigned)op->va);
        return;
    }
    S("set_pte(%u, 0x%x, 0x%x, %s,\n"
      "            attrs(%u, %s), %u, %s);\n", (unsigned)op->idx,
      (unsigned)op->va, (unsigned)op->pa, prot,
      (unsigned)op->attrs & RM_WID_MASK,
      op->attrs & RM_SECURE ? "true" : "false",
      op->lg ? op_lg_page(op) : RM_PAGE_BITS, fill_flags);
}

static void iommu_body(const Op *op, GString *out)
{
    static const char *const perms[] = {
        "IOMMU_NONE", "IOMMU_RO", "IOMMU_WO", "IOMMU_RW",
    };
    g_autofree char *target = g_ascii_strup(region_name(op->region), -1);

    S("set_answer(iommu%u, %u, 0x%x, %u, (Answer) {\n"
      "        %s, TO_%s, 0x%x, %u });\n", (unsigned)op->mmu,
      (unsigned)op->index, (unsigned)op->page, (unsigned)op->dir + 1,
      perms[op->perm], target, (unsigned)op->offset,
      op->mask ? op_lg_mask(op) : RM_PAGE_BITS);
}

static void map_body(const Op *op, GString *out)
{
    const RmMapping *map = &rm_memory_map[op->map];
    const char *on = op->on ? "true" : "false";
    g_autofree char *w = g_strdelimit(g_strdup(map->name), "-", '_');

    S("BQL_LOCK_GUARD();\n");
    switch (op->kind) {
    case OP_MAP:
        if (op->on == MAP_OFF || op->on == MAP_ON) {
            S("memory_region_set_enabled(window_%s, %s);\n", w, on);
        } else if (op->on == MAP_REMOVE) {
            S("if (window_%s->container) {\n", w);
            S("    memory_region_del_subregion(get_system_memory(), "
              "window_%s);\n    }\n", w);
        } else {
            S("if (!window_%s->container) {\n", w);
            S("    memory_region_add_subregion_overlap(get_system_memory(),\n"
              "            window_%s->addr, window_%s, %u);\n    }\n", w, w,
              map->priority);
        }
        break;
    case OP_MAP_MOVE:
        S("memory_region_set_address(window_%s, 0x%x);\n", w,
          (unsigned)(op->pa | (map->base & ~RM_PAGE_MASK)));
        break;
    case OP_MAP_OFFSET:
        S("memory_region_set_alias_offset(window_%s, 0x%x);\n", w,
          (unsigned)(op->offset | (map->offset & ~RM_PAGE_MASK)));
        break;
    case OP_MAP_READONLY:
        S("memory_region_set_readonly(window_%s, %s);\n", w, on);
        break;
    case OP_ROMD:
        S("memory_region_rom_device_set_romd(&romd->mr, %s);\n", on);
        break;
    default:
        if (op->client == RM_VGA) {
            S("if (%s != !!(%s->dirty_log_mask & 1 << DIRTY_MEMORY_VGA)) {\n",
              on, region_name(op->region));
            S("    memory_region_set_log(%s, %s, DIRTY_MEMORY_VGA);\n    }\n",
              region_name(op->region), on);
        } else if (op->on) {
            S("memory_global_dirty_log_start(GLOBAL_DIRTY_MIGRATION, "
              "&error_abort);\n");
        } else {
            S("if (global_dirty_tracking & GLOBAL_DIRTY_MIGRATION) {\n");
            S("    memory_global_dirty_log_stop(GLOBAL_DIRTY_MIGRATION);\n"
              "    }\n");
        }
    }
}

static void device_body(const Op *op, GString *out)
{
    static const char *const results[] = {
        "MEMTX_OK", "MEMTX_ERROR", "MEMTX_DECODE_ERROR",
        "MEMTX_ACCESS_ERROR",
    };

    for (unsigned dir = 0; dir < 2; dir++) {
        if ((op->dir + 1) >> dir & 1) {
            S("%s->response[%u] = %s;\n", region_name(op_device(op)), dir,
              results[op->response]);
        }
    }
}

bool export_op(const Op *op, GString *out)
{
    const char *ram = region_name(op->region);
    unsigned offset = op->offset;

    switch (op->kind) {
    case OP_LOAD:
    case OP_STORE:
    case OP_FETCH:
        access_body(op, out);
        return true;
    case OP_RMW:
        rmw_body(op, out);
        return true;
    case OP_CMPXCHG:
        cmpxchg_body(op, out);
        return true;
    case OP_PROBE:
        probe_body(op, out);
        return true;
    case OP_VADDR_TO_HOST:
        S("probed(0, tlb_vaddr_to_host(cpu_env(cpus[%u]), 0x%x, %s, %u));\n",
          (unsigned)op->cpu, (unsigned)op->va, type_names[op->type],
          (unsigned)op->idx);
        return true;
    case OP_CODE_PAGE:
        S("void *host = NULL;\n");
        S("tb_page_addr_t page = get_page_addr_code_hostp(\n        "
          "cpu_env(cpus[%u]), 0x%x, &host);\n\n", (unsigned)op->cpu,
          (unsigned)op->va);
        S("probed(0, page == -1 ? NULL : host);\n");
        return true;
    case OP_PT:
    case OP_PT_CLEAR:
        pt_body(op, out);
        return true;
    case OP_IOMMU:
        iommu_body(op, out);
        return true;
    case OP_FLUSH ... OP_FLUSH_RANGE:
        flush_body(op, out);
        return true;
    case OP_CLEAR_DIRTY:
        S("physical_memory_test_and_clear_dirty(\n"
          "        memory_region_get_ram_addr(%s) + 0x%x, %u * PAGE, %s);\n",
          ram, offset, (unsigned)MIN(op->pages + 1, RM_RAM_PAGES -
                                     op->offset / RM_PAGE_SIZE),
          clients[op->client]);
        return true;
    case OP_PROTECT:
    case OP_UNPROTECT:
        S("tlb_%s_code(memory_region_get_ram_addr(%s) + 0x%x);\n",
          op->kind == OP_PROTECT ? "protect" : "unprotect", ram, offset);
        return true;
    case OP_WATCH:
        S("watch(cpus[%u], 0x%x, %u, %s);\n", (unsigned)op->cpu,
          (unsigned)op->va, (unsigned)op->len + 1,
          op->watch + 1 == RM_R ? "BP_MEM_READ" :
          op->watch + 1 == RM_W ? "BP_MEM_WRITE" : "BP_MEM_ACCESS");
        return true;
    case OP_UNWATCH:
        S("unwatch(cpus[%u], 0x%x);\n", (unsigned)op->cpu, (unsigned)op->va);
        return true;
    case OP_LOG:
    case OP_MAP ... OP_ROMD:
        map_body(op, out);
        return true;
    case OP_DEVICE:
        device_body(op, out);
        return true;
    case OP_REACT:
        S("react(%s, %u, reaction", region_name(op_device(op)),
          (unsigned)op->dir + 1);
        return true;
    case OP_CROWD:
        S("crowd(cpus[%u], %u, %u);\n", (unsigned)op->cpu, (unsigned)op->idx,
          op_crowd(op));
        return true;
    case OP_CLOCK:
        S("advance_clock(%u);\n", (unsigned)op->ms);
        return true;
    default:
        return false;
    }
}

static bool is_question(const Op *op)
{
    return op->kind == OP_PROBE || op->kind == OP_VADDR_TO_HOST ||
           op->kind == OP_CODE_PAGE;
}

/* What rm_found() has put into one number. */
static char *found_text(uint64_t found)
{
    g_autofree char *host = found & RM_FOUND_HOST ?
        g_strdup_printf("%s+0x%x", region_name(found >> 8 & 0xff),
                        (unsigned)(found >> 16)) : g_strdup("none");

    return g_strdup_printf("done, host %s%s%s%s", host,
                           found & RM_FOUND_FAULT ? ", fault" : "",
                           found & RM_FOUND_IO ? ", io" : "",
                           found & RM_FOUND_WATCHED ? ", watched" : "");
}

char *export_outcome(const Op *op, const RmResult *r)
{
    static const char *const names[] = {
        [RM_DONE] = "done", [RM_PAGE_FAULT] = "page fault",
        [RM_TX_FAILED] = "failed transaction", [RM_UNALIGNED] = "unaligned",
        [RM_WATCHPOINT] = "watchpoint", [RM_ATOMIC] = "EXCP_ATOMIC",
        [RM_ASSERTED] = "an assertion",
    };

    if (r->status != RM_DONE || op->kind == OP_STORE ||
        (!op_is_access(op) && !is_question(op))) {
        return g_strdup(names[r->status]);
    }
    if (is_question(op)) {
        return found_text(r->value);
    }
    return r->value_hi ?
        g_strdup_printf("done, value 0x%" G_GINT64_MODIFIER "x%016"
                        G_GINT64_MODIFIER "x", r->value_hi, r->value) :
        g_strdup_printf("done, value 0x%" G_GINT64_MODIFIER "x", r->value);
}
