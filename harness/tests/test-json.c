/*
 * Divergences as JSON: every field of one divergence of each kind, and of each
 * event, against what is written by hand here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "harness/pages/page.h"
#include "harness/tool/json.h"

static const struct {
    const char *name;
    Divergence d;
    const char *json;
} cases[] = {
    { "assertion", { .kind = DIFFER_ASSERTION, .assertion = "a \"b\"" },
      "{'text':'a \\\"b\\\"'}" },
    { "owner", { .kind = DIFFER_OWNER, .owner = 1 }, "{'cpu':1}" },
    { "race", { .kind = DIFFER_RACE, .race = {
        { "tlb_flush", 3, true, false }, { "tlb_read", AT_SETUP, false, true },
      } }, "{'sides':[{'function':'tlb_flush','operation':4,'write':true,"
      "'atomic':false},{'function':'tlb_read','write':false,"
      "'atomic':true}]}" },
    { "path", { .kind = DIFFER_PATH, .entered = true },
      "{'entered':true}" },
    { "told", { .kind = DIFFER_TOLD, .told = { .reason = TOLD_IO } },
      "{'reason':'io'}" },
    { "told-times", { .kind = DIFFER_TOLD, .told = { .n = 2 } },
      "{'reason':'times','times':2}" },
    { "flood", { .kind = DIFFER_FLOOD, .flood = 73 }, "{'events':73}" },
    { "violation", { .kind = DIFFER_VIOLATION,
        .violation = { .clause = RM_C1_FLAG, .text = "a load" } },
      "{'text':'a load'}" },
    { "fill", { .kind = DIFFER_EVENT, .event = { .wanted = true,
        .want = { .kind = RM_EV_FILL, .cpu = 1, .mmu_idx = 2,
                  .type = RM_STORE, .size = 4, .addr = 0x1010 } } },
      "{'expected':{'kind':'fill','cpu':1,'mmu_idx':2,'type':'store',"
      "'addr':4112,'size':4},'observed':null}" },
    { "device", { .kind = DIFFER_EVENT, .event = { .happened = true,
        .seen = { .kind = RM_EV_DEV_WRITE, .region = RM_IO, .size = 8,
                  .addr = 16, .value = ~0ull, .attrs = 5 } } },
      "{'expected':null,'observed':{'kind':'dev-write','region':'io',"
      "'addr':16,'size':8,'value':'0xffffffffffffffff',"
      "'attrs':'wid:1,secure'}}" },
    { "translate", { .kind = DIFFER_EVENT, .event = { .wanted = true,
        .happened = true,
        .want = { .kind = RM_EV_TRANSLATE, .region = RM_IOMMU1, .addr = 1,
                  .index = 3, .flag = RM_W, .in_fill = true },
        .seen = { .kind = RM_EV_TX_FAILED, .cpu = 1, .mmu_idx = 1,
                  .type = RM_FETCH, .size = 2, .addr = 3, .pa = 4,
                  .attrs = 1, .response = RM_TX_DECODE_ERROR } } },
      "{'expected':{'kind':'translate','region':'iommu1','addr':1,"
      "'index':3,'flag':'w','in_fill':true},'observed':{'kind':'failed',"
      "'cpu':1,'mmu_idx':1,'type':'fetch','addr':3,'pa':4,'size':2,"
      "'attrs':'wid:1','response':'decode-error'}}" },
    { "watchpoint", { .kind = DIFFER_EVENT, .event = { .wanted = true,
        .happened = true,
        .want = { .kind = RM_EV_WATCH, .cpu = 1, .addr = 2, .flag = RM_R },
        .seen = { .kind = RM_EV_UNALIGNED, .addr = 3, .type = RM_LOAD } } },
      "{'expected':{'kind':'watchpoint','cpu':1,'addr':2,'flag':'r',"
      "'attrs':'wid:0'},'observed':{'kind':'unaligned','cpu':0,'mmu_idx':0,"
      "'type':'load','addr':3}}" },
    { "early", { .kind = DIFFER_EVENT, .event = { .wanted = true,
        .happened = true,
        .want = { .kind = RM_EV_IRQ, .region = RM_BLOCKED },
        .seen = { .kind = RM_EV_EARLY, .region = RM_IOMMU0, .addr = 0x3000,
                  .index = 1 } } },
      "{'expected':{'kind':'interrupt','region':'blocked'},'observed':{"
      "'kind':'early','region':'iommu0','addr':12288,'index':1}}" },
    { "outcome", { .kind = DIFFER_OUTCOME, .outcome = {
        .want = { RM_DONE, 0x78, 0 }, .seen = { RM_PAGE_FAULT, 1, 2 } } },
      "{'expected':{'status':'done','value':'0x78'},'observed':{'status':"
      "'page fault','value':'0x20000000000000001'}}" },
    { "dirty", { .kind = DIFFER_DIRTY, .dirty = { RM_MIGRATION, RM_RAM1,
                                                  0x1000, true } },
      "{'client':'migration','region':'ram1','offset':4096,"
      "'observed':true}" },
    { "memory", { .kind = DIFFER_MEMORY, .memory = { RM_ROMD, 5, 6, 255 } },
      "{'region':'romd','offset':5,'expected':6,'observed':255}" },
    { "entry", { .kind = DIFFER_ENTRY, .entry = { .reason = AUDIT_NOT_DIRTY,
        .cpu = 1, .mmu_idx = 2, .va = 0x200000, .type = RM_STORE } },
      "{'reason':'not-dirty','cpu':1,'mmu_idx':2,'victim':false,"
      "'va':2097152,'type':'store'}" },
    { "addend", { .kind = DIFFER_ENTRY, .entry = { .reason = AUDIT_ADDEND,
        .victim = true, .type = RM_LOAD, .want = { RM_RAM0, 1 },
        .seen = { RM_REGIONS, 2 } } },
      "{'reason':'addend','cpu':0,'mmu_idx':0,'victim':true,'va':0,"
      "'type':'load','expected':{'region':'ram0','offset':1},"
      "'observed':{'region':null,'offset':2}}" },
    { "mapping", { .kind = DIFFER_ENTRY, .entry = { .reason = AUDIT_MAPPING,
        .type = RM_ACCESS_TYPES, .want_pa = 1, .want_attrs = 2,
        .seen_pa = 3, .seen_attrs = 4 } },
      "{'reason':'mapping','cpu':0,'mmu_idx':0,'victim':false,'va':0,"
      "'type':null,'expected':{'pa':1,'attrs':'wid:2'},"
      "'observed':{'pa':3,'attrs':'wid:0,secure'}}" },
    { "notifier", { .kind = DIFFER_ENTRY, .entry = { .reason = AUDIT_NOTIFIER,
        .type = RM_FETCH, .iommu = 1 } },
      "{'reason':'notifier','cpu':0,'mmu_idx':0,'victim':false,'va':0,"
      "'type':'fetch','iommu':1}" },
    { "miscounted", { .kind = DIFFER_ENTRY, .entry = {
        .reason = AUDIT_MISCOUNTED, .cpu = 1 } },
      "{'reason':'miscounted','cpu':1,'mmu_idx':0}" },
    { "decision", { .kind = DIFFER_DECISION, .decision = { 1, 2, true, 3,
        { true, RM_R, 0xfff }, { false, RM_R | RM_W, 7 } } },
      "{'checker':1,'index':2,'write':true,'addr':3,'expected':{'allowed':"
      "true,'perm':'r','addr_mask':4095},'observed':{'allowed':false,"
      "'perm':'rw','addr_mask':7}}" },
    { "register", { .kind = DIFFER_REGISTER,
        .reg = { 1, "CTRL", 8, 1ull << 63, 0 } },
      "{'checker':1,'register':'CTRL','offset':8,"
      "'expected':'0x8000000000000000','observed':'0x0'}" },
    { "interrupt", { .kind = DIFFER_INTERRUPT, .interrupt = { 1, true } },
      "{'checker':1,'observed':true}" },
    { "dma-elsewhere", { .kind = DIFFER_DMA, .dma = { .pa = 1, .attrs = 1,
        .size = 4, .want = { RM_RAM0, 2 }, .seen = { RM_UNASSIGNED, 3 } } },
      "{'reason':'elsewhere','pa':1,'attrs':'wid:1','size':4,'expected':{"
      "'region':'ram0','offset':2},'observed':{'region':'unassigned',"
      "'offset':3}}" },
    { "dma-response", { .kind = DIFFER_DMA, .dma = { .reason = DMA_RESPONSE,
        .size = 8, .want_response = RM_TX_OK,
        .seen_response = RM_TX_ACCESS_ERROR } },
      "{'reason':'response','pa':0,'attrs':'wid:0','size':8,'expected':'ok',"
      "'observed':'access-error'}" },
    { "dma-bytes", { .kind = DIFFER_DMA, .dma = { .reason = DMA_BYTES } },
      "{'reason':'bytes','pa':0,'attrs':'wid:0','size':0}" },
    { "dma-locked", { .kind = DIFFER_DMA, .dma = { .reason = DMA_LOCKED } },
      "{'reason':'locked','pa':0,'attrs':'wid:0','size':0}" },
    { "dma-beyond", { .kind = DIFFER_DMA, .dma = { .reason = DMA_BEYOND } },
      "{'reason':'beyond','pa':0,'attrs':'wid:0','size':0}" },
    { "voice", { .kind = DIFFER_VOICE, .alone = VOICE_ATTACHED, .voice = {
        VOICE_OF_RESPONSE, 1, 2, true, "CTRL", 3, 1, 0 } },
      "{'subject':'response','checker':1,'index':2,'write':true,"
      "'register':'CTRL','addr':3,'expected':'0x1','observed':'0x0'}" },
    { "dma-way", { .kind = DIFFER_DMA, .dma = { .reason = DMA_BYTES,
        .way = DMA_IOTLB } },
      "{'reason':'bytes','way':'an IOTLB entry','pa':0,'attrs':'wid:0',"
      "'size':0}" },
    { "runs", { .kind = DIFFER_RUNS }, "{}" },
    { "death-assertion", { .kind = DIFFER_DEATH, .death = {
        .cause = DEATH_ASSERTION, .words = "physmem.c:1: x" } },
      "{'cause':'assertion','message':'physmem.c:1: x'}" },
    { "sanitizer", { .kind = DIFFER_DEATH, .death = {
        .sanitizer = "AddressSanitizer", .error = "use" } },
      "{'cause':'sanitizer','sanitizer':'AddressSanitizer','error':'use'}" },
    { "signal", { .kind = DIFFER_DEATH, .death = { .cause = DEATH_SIGNAL,
        .number = 6, .words = "oh" } },
      "{'cause':'signal','signal':6,'message':'oh'}" },
    { "exit", { .kind = DIFFER_DEATH, .death = { .cause = DEATH_EXIT } },
      "{'cause':'exit','status':0,'message':''}" },
    { "timeout", { .kind = DIFFER_DEATH, .death = { .cause = DEATH_TIMEOUT,
        .number = 5 } }, "{'cause':'timeout','seconds':5}" },
    { "out-of-memory", { .kind = DIFFER_DEATH, .death = {
        .cause = DEATH_MEMORY, .number = 2048 } },
      "{'cause':'memory','mebibytes':2048}" },
    { "leak", { .kind = DIFFER_DEATH, .death = { .cause = DEATH_LEAK } },
      "{'cause':'leak'}" },
};

static void test_details(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    g_autoptr(JsonObject) o = json_details(&cases[i].d);
    g_autofree char *text = json_text(o);
    g_autofree char *want = g_strdelimit(g_strdup(cases[i].json), "'", '"');

    g_assert_cmpstr(text, ==, want);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/json/", cases[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_details);
    }
    return g_test_run();
}
