/*
 * Where the fields of the IOPMP's HWCFG registers are, by version:
 *   DEF(NAME, register, first bit and bits of 0.8.2, the same of 0.7)
 * No bits: there is no such field.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
DEF(ENABLE,             0x08, 0, 1,     0x08, 31, 1)
DEF(HWCFG2_EN,          0x08, 1, 1,     0, 0, 0)
DEF(HWCFG3_EN,          0x08, 2, 1,     0, 0, 0)
DEF(NO_ERR_REC,         0x08, 23, 1,    0, 0, 0)
DEF(MD_NUM,             0x08, 24, 6,    0x08, 24, 6)
DEF(ADDRH_EN,           0x08, 30, 1,    0x08, 30, 1)
DEF(TOR_EN,             0x08, 31, 1,    0x08, 4, 1)
DEF(RRID_NUM,           0x0c, 0, 16,    0x0c, 0, 16)
DEF(ENTRY_NUM,          0x0c, 16, 16,   0x0c, 16, 16)
DEF(PRIO_ENTRY,         0x10, 0, 16,    0x10, 0, 16)
DEF(PRIO_ENT_PROG,      0x10, 16, 1,    0x08, 7, 1)
DEF(NON_PRIO_EN,        0x10, 17, 1,    0, 0, 0)
DEF(MSI_EN,             0x10, 26, 1,    0, 0, 0)
DEF(PEIS,               0x10, 27, 1,    0x08, 14, 1)
DEF(PEES,               0x10, 28, 1,    0x08, 15, 1)
DEF(SPS_EN,             0x10, 29, 1,    0x08, 5, 1)
DEF(STALL_EN,           0x10, 30, 1,    0x08, 13, 1)
DEF(MFR_EN,             0x10, 31, 1,    0x08, 16, 1)
DEF(MDCFG_FMT,          0x14, 0, 2,     0x08, 0, 2)
DEF(SRCMD_FMT,          0x14, 2, 2,     0x08, 2, 2)
DEF(MD_ENTRY_NUM,       0x14, 4, 7,     0x08, 17, 7)
DEF(XINR,               0x14, 11, 1,    0, 0, 0)
DEF(CHK_X,              0, 0, 0,        0x08, 10, 1)
DEF(NO_X,               0x14, 12, 1,    0x08, 11, 1)
DEF(NO_W,               0x14, 13, 1,    0x08, 12, 1)
DEF(RRID_TRANSL_EN,     0x14, 14, 1,    0x08, 8, 1)
DEF(RRID_TRANSL_PROG,   0x14, 15, 1,    0x08, 9, 1)
DEF(RRID_TRANSL,        0x14, 16, 16,   0x10, 16, 16)
DEF(ENTRYOFFSET,        0x2c, 0, 32,    0x14, 0, 32)
#undef DEF
