/*
 * The board of an exported program: the regions, windows, IOMMUs and page
 * tables that its scenario uses, as they are when it starts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "board.h"
#include "harness/compare/event.h"
#include "harness/scenario/preset.h"

#define P(...) g_string_append_printf(out, __VA_ARGS__)

/* The virtual pages that a scenario uses; a bit each. */
typedef struct Touched {
    uint64_t pages[RM_MMU_IDX];
} Touched;

static void touch(Touched *t, unsigned idx, uint32_t va)
{
    int page = rm_va_page(va);

    if (page >= 0) {
        t->pages[idx] |= 1ull << page;
    }
}

static void find_touched(const Export *e, Touched *t)
{
    *t = (Touched) { 0 };
    for (unsigned i = 0; i < e->n; i++) {
        const Op *op = &e->s.ops[i];

        if (op_asks(op) || op->kind == OP_PT) {
            touch(t, op->idx, op->va);
        }
        if (op_is_access(op)) {
            touch(t, op->idx, op->va + (1u << op->lg_size) - 1);
        }
    }
}

/* An IOMMU brings what it leads to at first. */
static void use_targets(ExportUse *use, PresetIommu preset)
{
    if (use->region[RM_IOMMU1] && preset == IOMMU_NESTED) {
        use->region[RM_IOMMU0] = true;
    }
    if (use->region[RM_IOMMU0] || use->region[RM_IOMMU1]) {
        use->region[RM_RAM0] = use->region[RM_RAM1] = true;
        use->region[RM_BLOCKED] |= preset == IOMMU_SPLIT;
    }
}

void export_use(const Export *e, ExportUse *use)
{
    const RmPreset *preset = preset_get(&e->s.setup);
    g_autoptr(GString) unused = g_string_new(NULL);
    Touched touched;

    *use = (ExportUse) { 0 };
    find_touched(e, &touched);
    for (unsigned i = 0; i < RM_MMU_IDX * RM_VA_PAGES; i++) {
        const RmPte *pte = &preset->pt[i / RM_VA_PAGES][i % RM_VA_PAGES];

        if (touched.pages[i / RM_VA_PAGES] >> i % RM_VA_PAGES & 1 &&
            pte->prot) {
            use_pa(use, pte->pa, pte->attrs);
        }
    }
    for (unsigned i = 0; i < e->n; i++) {
        export_op(&e->s.ops[i], use, unused);
    }
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        use->region[rm_memory_map[i].region] |= use->window[i];
    }
    use_targets(use, e->s.setup.iommu);
    use->region[RM_UNASSIGNED] = false;
    for (unsigned r = 0; r < RM_REGIONS; r++) {
        use->device |= use->region[r] && rm_is_device(r);
    }
}

static void declare(const ExportUse *use, GString *out)
{
    for (unsigned r = 0; r < RM_REGIONS; r++) {
        if (use->region[r]) {
            P("static %s *%s;\n", rm_is_iommu(r) ? "TableIOMMU" :
              rm_is_device(r) ? "Device" : "MemoryRegion", region_name(r));
        }
    }
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        if (use->window[i]) {
            g_autofree char *name = g_strdelimit(
                g_strdup(rm_memory_map[i].name), "-", '_');

            P("static MemoryRegion *window_%s;\n", name);
        }
    }
    if (use->region[RM_BLOCKED]) {
        P("static AddressSpace blocked_as;\n");
    }
}

/* "&io->mr" */
static char *as_mr(unsigned region)
{
    return rm_is_iommu(region) ?
        g_strdup_printf("MEMORY_REGION(%s)", region_name(region)) :
        g_strdup_printf(rm_is_device(region) ? "&%s->mr" : "%s",
                        region_name(region));
}

static void make_regions(const Export *e, const ExportUse *use, GString *out)
{
    const char *clean = e->s.setup.dirty == DIRTY_NONE ? "true" : "false";

    for (unsigned r = 0; r < RM_REGIONS; r++) {
        RmDevice d = rm_device(r);
        const char *name = region_name(r);

        if (!use->region[r]) {
            continue;
        }
        if (rm_is_ram(r)) {
            P("    %s = new_ram(\"%s\", %u, %s);\n", name, name, r, clean);
        } else if (r == RM_ROM) {
            P("    rom = new_rom(\"rom\", %u);\n", r);
        } else if (rm_is_device(r)) {
            P("    %s = new_device(\"%s\", %d, %s, %u, %u, %u, %s);\n", name,
              name, (int)r - RM_IO, d.big_endian ? "true" : "false",
              d.valid_max, d.impl_min, d.impl_max,
              r == RM_ROMD ? "true" : "false");
        } else {
            P("    %s = new_iommu(\"%s\");\n", name, name);
        }
        if (r < RM_HOSTS) {
            g_autofree char *mr = as_mr(r);

            P("    hosts[%u] = %s;\n", r, mr);
        }
    }
    if (use->region[RM_BLOCKED]) {
        P("    blocked->irq = true;\n"
          "    blocked->response[0] = blocked->response[1] = MEMTX_ERROR;\n");
    }
}

static void make_behind(const ExportUse *use, GString *out)
{
    P("\n    behind = g_new0(MemoryRegion, 1);\n"
      "    memory_region_init(behind, NULL, \"behind\", UINT64_MAX);\n");
    for (unsigned r = 0; r <= RM_IOMMU0; r++) {
        if (use->region[r] && r != RM_BLOCKED) {
            g_autofree char *mr = as_mr(r);

            P("    add_behind(%s, %u);\n", mr, r);
        }
    }
    P("    address_space_init(&behind_as, behind, \"behind\");\n");
    if (use->region[RM_BLOCKED]) {
        P("    address_space_init(&blocked_as, &blocked->mr, \"blocked\");\n");
    }
}

/* The answers at the start: a formula for all pages and indexes. */
static void make_answers(unsigned r, PresetIommu preset, GString *out)
{
    static const char *const perms[IOMMU_PRESETS] = {
        "IOMMU_NONE", "IOMMU_RW", "dir ? IOMMU_WO : IOMMU_RO",
        "dir ? IOMMU_WO : IOMMU_RO", "IOMMU_RW", "IOMMU_RW",
    };

    P("    for (unsigned i = 0; i < 4 * 16 * 2; i++) {\n"
      "        unsigned page = i / 2 %% 16, dir = i %% 2;\n\n"
      "        %s->answers[i / 32][page][dir] = (Answer) {\n"
      "            %s,\n", region_name(r), perms[preset]);
    if (preset == IOMMU_NESTED && r == RM_IOMMU1) {
        P("            TO_IOMMU0, page * PAGE, %u\n", RM_PAGE_BITS);
    } else {
        P("            %sbehind_as, page / 8 * 0x200000,\n"
          "            page %% 8 * PAGE, %u\n",
          preset == IOMMU_SPLIT ? "dir ? &blocked_as : &" : "&",
          preset == IOMMU_FINE ? 8 : RM_PAGE_BITS);
    }
    P("        };\n    }\n");
    if (preset == IOMMU_SPLIT) {
        P("    for (unsigned i = 0; i < 4 * 16; i++) {\n"
          "        %s->answers[i / 16][i %% 16][1].base = 0;\n    }\n",
          region_name(r));
    }
}

static void make_windows(const ExportUse *use, GString *out)
{
    P("\n");
    for (unsigned i = 0; i < RM_MAPPINGS; i++) {
        const RmMapping *map = &rm_memory_map[i];
        g_autofree char *name = g_strdelimit(g_strdup(map->name), "-", '_');
        g_autofree char *mr = as_mr(map->region);

        if (use->window[i]) {
            P("    window_%s = new_window(%s,\n        \"%s\", 0x%x, 0x%x, "
              "%s, 0x%x, %u, %s, %s);\n", name,
              map->space ? "secure_memory" : "get_system_memory()", map->name,
              map->base, map->size, mr, map->offset, map->priority,
              map->enabled ? "true" : "false",
              map->readonly ? "true" : "false");
        }
    }
}

static void make_ptes(const Export *e, GString *out)
{
    const RmPreset *preset = preset_get(&e->s.setup);
    Touched touched;

    find_touched(e, &touched);
    P("\n");
    for (unsigned i = 0; i < RM_MMU_IDX * RM_VA_PAGES; i++) {
        unsigned idx = i / RM_VA_PAGES, page = i % RM_VA_PAGES;
        const RmPte *pte = &preset->pt[idx][page];

        if (touched.pages[idx] >> page & 1 && pte->prot) {
            P("    set_pte(%u, 0x%x, 0x%x, PAGE_READ | PAGE_WRITE | PAGE_EXEC,"
              "\n            attrs(%u, false), 12, 0);\n", idx,
              rm_page_va(page), pte->pa, pte->attrs);
        }
    }
}

/* How operations speak of what an IOMMU leads to. */
static void define_targets(const ExportUse *use, GString *out)
{
    for (unsigned r = 0; r <= RM_IOMMU0; r++) {
        g_autofree char *name = g_ascii_strup(region_name(r), -1);

        if (r == RM_BLOCKED && use->region[r]) {
            P("#define TO_BLOCKED &blocked_as, 0\n");
        } else if (use->region[r] || r == RM_UNASSIGNED) {
            P("#define TO_%s &behind_as, 0x%x\n", name, r * 0x200000);
        }
    }
}

void export_board(const Export *e, const ExportUse *use, GString *out)
{
    bool iommu = use->region[RM_IOMMU0] || use->region[RM_IOMMU1];

    P("/* --- the scenario: its board --- */\n\n");
    declare(use, out);
    if (iommu) {
        P("\n/* What an answer leads to. */\n");
        define_targets(use, out);
    }
    P("\nstatic void make_board(void)\n{\n");
    if (iommu) {
        P("    type_register_static(&iommu_type);\n");
    }
    make_regions(e, use, out);
    if (iommu) {
        make_behind(use, out);
        for (unsigned r = RM_IOMMU0; r <= RM_IOMMU1; r++) {
            if (use->region[r]) {
                make_answers(r, e->s.setup.iommu, out);
            }
        }
    }
    make_windows(use, out);
    make_ptes(e, out);
    P("}\n\n");
}
