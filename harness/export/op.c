/*
 * Operations as statements in C, with QEMU's own functions: the bodies of
 * the functions of an exported program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "harness/compare/event.h"
#include "op.h"

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

/* The program has no translator: helpers go the same way, but not at first. */
static void say_via(const Op *op, GString *out)
{
    if (op->via) {
        S("/* generated code does this, here it is its slow path alone */\n");
    }
}

static void body_access(const Op *op, ExportUse *use, GString *out)
{
    g_autofree char *oi = memop(op);
    g_autofree char *at = place(op);
    g_autofree char *val = value(op);

    say_via(op, out);
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

static void body_rmw(const Op *op, ExportUse *use, GString *out)
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

    say_via(op, out);
    S("read_value(%scpu_atomic_%s%s_mmu(%s,\n        %s,\n        %s, 0), "
      "0);\n", cast(op), names[op->rmw], suffix, at, val, oi);
}

static void body_cmpxchg(const Op *op, ExportUse *use, GString *out)
{
    const char *not = op->cmp == CMP_LAST ? "" : "~";
    g_autofree char *oi = memop(op);
    g_autofree char *at = place(op);
    g_autofree char *val = value(op);
    g_autofree char *suffix = atomic_suffix(op);

    say_via(op, out);
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

static void body_probe(const Op *op, ExportUse *use, GString *out)
{
    g_autofree char *at = place(op);
    const char *type = type_names[op->type];
    unsigned len = op->len, idx = op->idx;

    use->probe = true;
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

/* "_all_cpus_synced" */
static const char *synced(const Op *op)
{
    return op->synced ? "_all_cpus_synced" : "";
}

static void body_flush(const Op *op, ExportUse *use, GString *out)
{
    S("tlb_flush%s(cpus[%u]);\n", synced(op), (unsigned)op->cpu);
}

static void body_flush_page(const Op *op, ExportUse *use, GString *out)
{
    S("tlb_flush_page%s(cpus[%u], 0x%x);\n", synced(op), (unsigned)op->cpu,
      (unsigned)op->va);
}

static void body_flush_mmuidx(const Op *op, ExportUse *use, GString *out)
{
    S("tlb_flush_by_mmuidx%s(cpus[%u], 0x%x);\n", synced(op),
      (unsigned)op->cpu, (unsigned)op->idxmap);
}

static void body_flush_page_mmuidx(const Op *op, ExportUse *use, GString *out)
{
    S("tlb_flush_page_by_mmuidx%s(cpus[%u], 0x%x, 0x%x);\n", synced(op),
      (unsigned)op->cpu, (unsigned)op->va, (unsigned)op->idxmap);
}

/* What this and the next one flush depends on the size of the TLB. */
static void body_flush_page_bits(const Op *op, ExportUse *use, GString *out)
{
    use->clock = true;
    S("tlb_flush_page_bits_by_mmuidx%s(cpus[%u], 0x%x, 0x%x, %u);\n",
      synced(op), (unsigned)op->cpu, (unsigned)op->va, (unsigned)op->idxmap,
      op_bits(op));
}

static void body_flush_range(const Op *op, ExportUse *use, GString *out)
{
    use->clock = true;
    S("tlb_flush_range_by_mmuidx%s(cpus[%u], 0x%x, %u * PAGE, 0x%x, %u);\n",
      synced(op), (unsigned)op->cpu, (unsigned)op->va,
      op_pages(op), (unsigned)op->idxmap, op_bits(op));
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

void use_pa(ExportUse *use, uint32_t pa, unsigned attrs)
{
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        const RmMapping *map = &rm_memory_map[i];

        if (map->enabled && !rm_is_checker(map->region) &&
            map->space == !!(attrs & RM_SECURE) &&
            pa < map->base + map->size && pa + RM_PAGE_SIZE > map->base) {
            use->window[i] = true;
        }
    }
}

static void body_pt_clear(const Op *op, ExportUse *use, GString *out)
{
    S("set_pte(%u, 0x%x, 0, 0, attrs(0, false), 12, 0);\n",
      (unsigned)op->idx, (unsigned)op->va);
}

static void body_pt(const Op *op, ExportUse *use, GString *out)
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

    use_pa(use, op->pa, op->attrs);
    S("set_pte(%u, 0x%x, 0x%x, %s,\n"
      "            attrs(%u, %s), %u, %s);\n", (unsigned)op->idx,
      (unsigned)op->va, (unsigned)op->pa, prot,
      (unsigned)op->attrs & RM_WID_MASK,
      op->attrs & RM_SECURE ? "true" : "false",
      op->lg ? op_lg_page(op) : RM_PAGE_BITS, fill_flags);
}

static void body_iommu(const Op *op, ExportUse *use, GString *out)
{
    static const char *const perms[] = {
        "IOMMU_NONE", "IOMMU_RO", "IOMMU_WO", "IOMMU_RW",
    };
    g_autofree char *target = g_ascii_strup(region_name(op->region), -1);

    use->iommu_changes = true;
    use->region[RM_IOMMU0 + op->mmu] = true;
    use->region[op->region] = true;
    S("set_answer(iommu%u, %u, 0x%x, %u, (Answer) {\n"
      "        %s, TO_%s, 0x%x, %u });\n", (unsigned)op->mmu,
      (unsigned)op->index, (unsigned)op->page, op_directions(op),
      perms[op->perm], target, (unsigned)op->offset,
      op->mask ? op_lg_mask(op) : RM_PAGE_BITS);
}

/* "window_ram0", which it uses; to be freed */
static char *window(const Op *op, ExportUse *use)
{
    use->window[op->map] = true;
    return g_strdelimit(g_strconcat("window_", rm_memory_map[op->map].name,
                                    NULL), "-", '_');
}

static const char *true_or_false(const Op *op)
{
    return op->on ? "true" : "false";
}

static void body_map(const Op *op, ExportUse *use, GString *out)
{
    g_autofree char *w = window(op, use);

    S("BQL_LOCK_GUARD();\n");
    switch ((OpMapState)op->on) {
    case MAP_OFF:
    case MAP_ON:
        S("memory_region_set_enabled(%s, %s);\n", w, true_or_false(op));
        break;
    case MAP_REMOVE:
        S("if (%s->container) {\n", w);
        S("    memory_region_del_subregion(get_system_memory(), %s);\n    }\n",
          w);
        break;
    case MAP_ADD:
        S("if (!%s->container) {\n", w);
        S("    memory_region_add_subregion_overlap(get_system_memory(),\n"
          "            %s->addr, %s, %u);\n    }\n", w, w,
          rm_memory_map[op->map].priority);
        break;
    }
}

static void body_map_move(const Op *op, ExportUse *use, GString *out)
{
    g_autofree char *w = window(op, use);

    S("BQL_LOCK_GUARD();\n");
    S("memory_region_set_address(%s, 0x%x);\n", w, (unsigned)
      (op->pa | (rm_memory_map[op->map].base & ~RM_PAGE_MASK)));
}

static void body_map_offset(const Op *op, ExportUse *use, GString *out)
{
    g_autofree char *w = window(op, use);

    S("BQL_LOCK_GUARD();\n");
    S("memory_region_set_alias_offset(%s, 0x%x);\n", w, (unsigned)
      (op->offset | (rm_memory_map[op->map].offset & ~RM_PAGE_MASK)));
}

static void body_map_readonly(const Op *op, ExportUse *use, GString *out)
{
    g_autofree char *w = window(op, use);

    S("BQL_LOCK_GUARD();\n");
    S("memory_region_set_readonly(%s, %s);\n", w, true_or_false(op));
}

static void body_romd(const Op *op, ExportUse *use, GString *out)
{
    use->region[RM_ROMD] = true;
    S("BQL_LOCK_GUARD();\n");
    S("memory_region_rom_device_set_romd(&romd->mr, %s);\n",
      true_or_false(op));
}

/* The name of the RAM that it is about, which it uses */
static const char *ram(const Op *op, ExportUse *use)
{
    use->region[op->region] = true;
    return region_name(op->region);
}

static void body_log(const Op *op, ExportUse *use, GString *out)
{
    const char *name = ram(op, use);

    S("BQL_LOCK_GUARD();\n");
    if (op->client == RM_VGA) {
        S("if (%s != !!(%s->dirty_log_mask & 1 << DIRTY_MEMORY_VGA)) {\n",
          true_or_false(op), name);
        S("    memory_region_set_log(%s, %s, DIRTY_MEMORY_VGA);\n    }\n",
          name, true_or_false(op));
    } else if (op->on) {
        S("memory_global_dirty_log_start(GLOBAL_DIRTY_MIGRATION, "
          "&error_abort);\n");
    } else {
        S("if (global_dirty_tracking & GLOBAL_DIRTY_MIGRATION) {\n");
        S("    memory_global_dirty_log_stop(GLOBAL_DIRTY_MIGRATION);\n"
          "    }\n");
    }
}

static void body_clear_dirty(const Op *op, ExportUse *use, GString *out)
{
    S("clear_dirty(memory_region_get_ram_addr(%s) + 0x%x, 0x%x,\n"
      "                %s);\n",
      ram(op, use), (unsigned)op->offset, op_range(op), clients[op->client]);
}

static void body_protect(const Op *op, ExportUse *use, GString *out)
{
    S("tlb_protect_code(memory_region_get_ram_addr(%s) + 0x%x);\n",
      ram(op, use), (unsigned)op->offset);
}

static void body_unprotect(const Op *op, ExportUse *use, GString *out)
{
    S("tlb_unprotect_code(memory_region_get_ram_addr(%s) + 0x%x);\n",
      ram(op, use), (unsigned)op->offset);
}

/* The name of the device that it is about, which it uses */
static const char *device(const Op *op, ExportUse *use)
{
    use->region[op_device(op)] = true;
    return region_name(op_device(op));
}

static void body_device(const Op *op, ExportUse *use, GString *out)
{
    static const char *const results[] = {
        "MEMTX_OK", "MEMTX_ERROR", "MEMTX_DECODE_ERROR",
        "MEMTX_ACCESS_ERROR",
    };
    const char *name = device(op, use);

    for (unsigned dir = 0; dir < 2; dir++) {
        if (op_directions(op) >> dir & 1) {
            S("%s->response[%u] = %s;\n", name, dir, results[op->response]);
        }
    }
}

static void body_vaddr_to_host(const Op *op, ExportUse *use, GString *out)
{
    use->probe = true;
    S("probed(0, tlb_vaddr_to_host(cpu_env(cpus[%u]), 0x%x, %s, %u));\n",
      (unsigned)op->cpu, (unsigned)op->va, type_names[op->type],
      (unsigned)op->idx);
}

static void body_code_page(const Op *op, ExportUse *use, GString *out)
{
    use->probe = true;
    S("static char before;\n");
    S("void *host = &before;\n");
    S("tb_page_addr_t page = get_page_addr_code_hostp(\n        "
      "cpu_env(cpus[%u]), 0x%x, &host);\n\n", (unsigned)op->cpu,
      (unsigned)op->va);
    S("probed(0, page == -1 ? NULL : host);\n");
    S("if (page == -1 && host) {\n");
    S("    g_strlcat(outcome, \", address left as it was\", sizeof(outcome));\n");
    S("}\n");
}

static void body_watch(const Op *op, ExportUse *use, GString *out)
{
    static const char *const watches[] = {
        [RM_R] = "BP_MEM_READ", [RM_W] = "BP_MEM_WRITE",
        [RM_R | RM_W] = "BP_MEM_ACCESS",
    };

    use->watch = true;
    S("watch(cpus[%u], 0x%x, %u, %s%s);\n", (unsigned)op->cpu,
      (unsigned)op->va, op_watch_len(op),
      op->after ? "" : "BP_STOP_BEFORE_ACCESS | ", watches[op_watched(op)]);
}

static void body_unwatch(const Op *op, ExportUse *use, GString *out)
{
    use->unwatch = true;
    S("unwatch(cpus[%u], 0x%x);\n", (unsigned)op->cpu, (unsigned)op->va);
}

static void body_react(const Op *op, ExportUse *use, GString *out)
{
    use->reactions = true;
    S("react(%s, %u, reaction", device(op, use), op_directions(op));
}

static void body_react_fill(const Op *op, ExportUse *use, GString *out)
{
    use->reactions = true;
    S("react(NULL, 1, reaction");
}

static void body_react_translate(const Op *op, ExportUse *use, GString *out)
{
    use->reactions = true;
    use->region[RM_IOMMU0 + op->mmu] = true;
    S("react(iommu%u, %u, reaction", (unsigned)op->mmu, op_directions(op));
}

static void body_crowd(const Op *op, ExportUse *use, GString *out)
{
    use->crowd = use->clock = true;
    S("crowd(cpus[%u], %u, %u);\n", (unsigned)op->cpu, (unsigned)op->idx,
      op_crowd(op));
}

static void body_clock(const Op *op, ExportUse *use, GString *out)
{
    use->advance = use->clock = true;
    S("advance_clock(%u);\n", (unsigned)op->ms);
}

#define body_none NULL

static void (*const bodies[OP_KINDS])(const Op *, ExportUse *, GString *) = {
#define DEF(kind, byte, traits, body, ...) [OP_##kind] = body_##body,
#include "harness/scenario/op-list.h"
};

bool export_op(const Op *op, ExportUse *use, GString *out)
{
    if (!bodies[op->kind]) {
        return false;
    }
    bodies[op->kind](op, use, out);
    return true;
}

char *export_outcome(const Op *op, const RmResult *r)
{
    Outcome end = outcome_of(op, r);
    char text[128];

    if (r->status == RM_ASSERTED) {
        return g_strdup("an assertion");
    }
    if (r->status == RM_DONE && !op_is(op, OPF_VALUE)) {
        return g_strdup("done");
    }
    outcome_print(&end, text, sizeof(text));
    return g_strdup(text);
}
