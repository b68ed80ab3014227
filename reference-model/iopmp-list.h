/*
 * The instances of the IOPMP that are modelled, a row for each:
 *   DEF(name, member of RmIopmpConfig...)
 * The number of a row is the variant of the checker, and stands in the binary
 * form of scenarios: new rows go to the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define SMALL .rrid_num = 3, .md_num = 4, .entry_num = 8, .prio_entry = 4

/* The formats: SRCMD is a table, a requester's own domain, or by domain. */
DEF("full", SMALL)
DEF("rapid-k", SMALL, .mdcfg_fmt = 1, .md_entry_num = 1)
DEF("dynamic-k", SMALL, .mdcfg_fmt = 2, .md_entry_num = 1, .peis = true)
DEF("isolation", SMALL, .srcmd_fmt = 1, .pees = true)
DEF("compact-k", SMALL, .srcmd_fmt = 1, .mdcfg_fmt = 1, .md_entry_num = 1,
    .prio_fixed = true)
DEF("compact-dynamic-k", SMALL, .srcmd_fmt = 1, .mdcfg_fmt = 2, .mfr = true)
DEF("md-indexed", SMALL, .srcmd_fmt = 2, .peis = true, .pees = true)
DEF("md-indexed-k", .rrid_num = 20, .md_num = 40, .entry_num = 64,
    .prio_entry = 8, .srcmd_fmt = 2, .mdcfg_fmt = 1, .md_entry_num = 1,
    .mfr = true)
DEF("md-indexed-dynamic-k", SMALL, .srcmd_fmt = 2, .mdcfg_fmt = 2,
    .all_prio = true)

/* Version 0.7 */
DEF("v07", SMALL, .version = RM_IOPMP_0_7)
DEF("v07-rapid-k", SMALL, .version = RM_IOPMP_0_7, .mdcfg_fmt = 1,
    .md_entry_num = 1, .peis = true, .pees = true, .mfr = true)
DEF("v07-dynamic-k", SMALL, .version = RM_IOPMP_0_7, .mdcfg_fmt = 2,
    .transl = true, .no_tor = true, .sps = true)
DEF("v07-md-indexed", SMALL, .version = RM_IOPMP_0_7, .srcmd_fmt = 2,
    .peis = true, .pees = true, .no_addrh = true)
DEF("v07-all", .version = RM_IOPMP_0_7, .rrid_num = 40, .md_num = 33,
    .entry_num = 48, .prio_entry = 6, .sps = true, .peis = true,
    .pees = true, .mfr = true, .stall = true, .chk_x = true)

/* What may be there, or not */
DEF("sps", SMALL, .sps = true, .chk_x = true, .peis = true, .pees = true)
DEF("stall", .rrid_num = 3, .md_num = 8, .entry_num = 16, .prio_entry = 4,
    .stall = true, .mfr = true, .transl = true)
DEF("many", .rrid_num = 64, .md_num = 63, .entry_num = 512, .prio_entry = 16,
    .sps = true, .mfr = true, .stall = true, .peis = true, .pees = true)
DEF("locked", SMALL, .no_mdlck = true, .mdcfglck = 1, .entrylck = 1,
    .transl = true, .transl_fixed = true)
DEF("prelocked", SMALL, .mdlck = 1 << 2, .mdcfglck = 1 << 1,
    .entrylck = 2 << 1, .no_w = true)
DEF("least", .rrid_num = 1, .md_num = 1, .entry_num = 2, .all_prio = true,
    .no_tor = true, .no_addrh = true, .no_err_rec = true)
DEF("coarse", SMALL, .granularity = 10, .chk_x = true, .no_x = true)
DEF("msi", SMALL, .msi = true, .mfr = true, .peis = true)
DEF("v07-msi", SMALL, .version = RM_IOPMP_0_7, .msi = true,
    .no_addrh = true)
#undef SMALL
#undef DEF
