/*
 * The operations, a row for each.  All that is known of an operation stands
 * in its row: the enum OpKind, the table op_table, the numbers of features
 * and the bodies of exported programs are made of it.
 *
 * DEF(kind, byte, traits, body, name, fields, the rest of its OpInfo)
 *
 * @kind: OP_KIND is its name in C
 * @byte: what stands for it in binary scenarios, for good: a new operation
 *        takes the next number that is free; where its row stands means
 *        nothing
 * @traits: OPF_*
 * @body: of harness/export/op.c, that makes C of it; none: there is no way
 *        outside of the harness
 * @name, fields: its line in text; kinds may share a name, if a literal
 *        tells them apart
 *
 * As for weights: half of the operations access memory, as in a guest.  Some
 * are rare because they cost: a translated block is a hundred accesses, a
 * dirty bit ten.  A change of the memory map is three hundred: few scenarios
 * have any, and those have several (draw_kind()).
 *
 * Whoever includes this defines DEF; it is undefined at the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/* --- Accesses ------------------------------------------------------------- */

DEF(LOAD, 0, OPF_ASKS | OPF_ACCESS | OPF_PLAIN | OPF_VALUE |
    OPF_MEANWHILE, access,
    "load", FIELDS(CPU, IDX, VA, SIZE, ENDIAN, ALIGN, ATOM, VIA),
    .access = RM_PLAIN, .types = LOADS,
    .targets = ALL, .weight = 160, .look_at = LOOKUP)
DEF(STORE, 1, OPF_ASKS | OPF_ACCESS | OPF_PLAIN | OPF_MEANWHILE, access,
    "store", FIELDS(CPU, IDX, VA, SIZE, ENDIAN, VAL, VAL_HI, ALIGN, ATOM, VIA),
    .access = RM_PLAIN, .types = STORES,
    .targets = ALL, .weight = 192, .look_at = LOOKUP)
DEF(FETCH, 2, OPF_ASKS | OPF_ACCESS | OPF_PLAIN | OPF_VALUE |
    OPF_MEANWHILE, access,
    "fetch", FIELDS(CPU, IDX, VA, SIZE, ENDIAN, ALIGN),
    .access = RM_PLAIN, .types = FETCHES, .fit = fit_narrow,
    .targets = ALL, .weight = 64, .look_at = LOOKUP)
DEF(RMW, 3, OPF_ASKS | OPF_ACCESS | OPF_VALUE | OPF_MEANWHILE, rmw,
    "rmw", FIELDS(CPU, IDX, RMW, VA, SIZE, ENDIAN, VAL, ALIGN, VIA),
    .access = RM_READ_MODIFY_WRITE, .types = LOADS | STORES,
    .fit = fit_narrow,
    .targets = ALL, .weight = 40, .look_at = LOOKUP)
DEF(CMPXCHG, 4, OPF_ASKS | OPF_ACCESS | OPF_VALUE | OPF_CONDITIONAL |
    OPF_MEANWHILE, cmpxchg,
    "cmpxchg", FIELDS(CPU, IDX, VA, SIZE, ENDIAN, CMP, VAL, VAL_HI, ALIGN, VIA),
    .access = RM_COMPARE_EXCHANGE, .types = LOADS | STORES,
    .targets = ALL, .weight = 24, .look_at = LOOKUP)

/* --- Questions about a page: nothing is moved ----------------------------- */

DEF(PROBE, 5, OPF_ASKS | OPF_VALUE | OPF_FOUND | OPF_MEANWHILE, probe,
    "probe", FIELDS(CPU, IDX, PROBE, VA, TYPE, LEN, NONFAULT),
    .access = RM_PROBE, .fit = fit_in_page,
    .targets = ALL, .weight = 40, .look_at = LOOKUP)
DEF(VADDR_TO_HOST, 6, OPF_ASKS | OPF_VALUE | OPF_FOUND |
    OPF_MEANWHILE, vaddr_to_host,
    "vaddr-to-host", FIELDS(CPU, IDX, VA, TYPE),
    .access = RM_VADDR_TO_HOST,
    .targets = ALONE, .weight = 12, .look_at = LOOKUP)
DEF(CODE_PAGE, 7, OPF_ASKS | OPF_VALUE | OPF_FOUND | OPF_MEANWHILE, code_page,
    "code-page", FIELDS(CPU, IDX, VA),
    .access = RM_CODE_PAGE, .types = FETCHES,
    .targets = ALONE, .weight = 12, .look_at = LOOKUP)
/* needs the harness's translator, or that of a guest */
DEF(BLOCK, 8, OPF_ASKS | OPF_VALUE, none,
    "block", FIELDS(CPU, IDX, VA_CODE, RUN, OVER),
    .access = RM_BLOCK, .types = FETCHES,
    .targets = ALONE, .weight = 4, .look_at = LOOKUP)

/* --- The guest's tables, and the IOMMUs' ---------------------------------- */

DEF(PT, 9, OPF_REACTION | OPF_PAGE_TABLE | OPF_MEANWHILE, pt,
    "pt", FIELDS(IDX, VA_PAGE, PA, PROT, ATTRS, LG, FLAGS),
    .targets = ALL, .weight = 96, .look_at = NOTIFY)
DEF(PT_CLEAR, 10, OPF_REACTION | OPF_PAGE_TABLE | OPF_MEANWHILE, pt_clear,
    "pt-clear", FIELDS(IDX, VA_PAGE),
    .targets = ALL, .weight = 12, .look_at = NOTIFY)
DEF(IOMMU, 11, OPF_REACTION | OPF_DMA, iommu,
    "iommu", FIELDS(MMU, INDEX, PAGE, DIR, TARGET, OFFSET, PERM, MASK),
    .fit = fit_no_loop,
    .targets = ONLY(IOMMU) | ONLY(THREADS), .weight = 112, .look_at = NOTIFY)

/* --- Flushes -------------------------------------------------------------- */

DEF(FLUSH, 12, OPF_REACTION | OPF_MEANWHILE, flush,
    "flush", FIELDS(CPU, LITERAL("all"), SYNCED),
    .targets = ALL, .weight = 16, .look_at = FLUSHED)
DEF(FLUSH_PAGE, 13, OPF_REACTION | OPF_MEANWHILE, flush_page,
    "flush", FIELDS(CPU, LITERAL("page"), VA_PAGE, SYNCED),
    .targets = ALL, .weight = 20, .look_at = FLUSHED)
DEF(FLUSH_MMUIDX, 14, OPF_REACTION | OPF_MEANWHILE, flush_mmuidx,
    "flush", FIELDS(CPU, LITERAL("mmuidx"), IDXMAP, SYNCED),
    .targets = ALL, .weight = 12, .look_at = FLUSHED)
DEF(FLUSH_PAGE_MMUIDX, 15, OPF_REACTION | OPF_MEANWHILE, flush_page_mmuidx,
    "flush", FIELDS(CPU, LITERAL("page-mmuidx"), VA_PAGE, IDXMAP, SYNCED),
    .targets = ALL, .weight = 16, .look_at = FLUSHED)
DEF(FLUSH_PAGE_BITS, 16, OPF_REACTION | OPF_MEANWHILE, flush_page_bits,
    "flush", FIELDS(CPU, LITERAL("page-bits"), VA_PAGE, IDXMAP, BITS, SYNCED),
    .targets = ALL, .weight = 8, .look_at = FLUSHED)
DEF(FLUSH_RANGE, 17, OPF_REACTION | OPF_MEANWHILE, flush_range,
    "flush", FIELDS(CPU, LITERAL("range"), VA_PAGE, PAGES, IDXMAP, BITS,
                    SYNCED),
    .targets = ALL, .weight = 12, .look_at = FLUSHED)

/* --- Dirty bits, translated code ------------------------------------------ */

DEF(CLEAR_DIRTY, 18, OPF_REACTION, clear_dirty,
    "clear-dirty", FIELDS(CLIENT, RAM, START, PAGES, LESS),
    .targets = ALL, .weight = 20, .look_at = CLEANED)
/* out of the harness, nothing tells which other pages are cleared */
DEF(DIRTY_SNAPSHOT, 44, OPF_REACTION | OPF_VALUE, none,
    "dirty-snapshot", FIELDS(CLIENT, RAM, START, PAGES, LESS),
    .targets = ALONE, .weight = 8, .look_at = CLEANED)
/* not while code runs: QEMU queues it, whoever asks for it */
DEF(CODE_FLUSH, 60, OPF_REACTION, none,
    "code-flush", FIELDS(CPU),
    .targets = ALONE, .weight = 3, .look_at = "tb_flush__exclusive_or_serial")
/* a change of the memory map */
DEF(LOG, 19, OPF_REACTION | OPF_COMMIT, log,
    "log", FIELDS(CLIENT, RAM, ON),
    .fit = fit_logged,
    .targets = ALONE, .weight = 2, .look_at = CLEANED)
/* besides those clients, who share their bits */
DEF(ALSO_LOG, 45, OPF_REACTION | OPF_COMMIT, none,
    "also-log", FIELDS(LOGGER, RAM, ON),
    .targets = ALONE, .weight = 2, .look_at = CLEANED)
/* no reaction: a CPU that runs does not stop the machine at once */
DEF(RUN_STATE, 46, OPF_COMMIT, none,
    "machine", FIELDS(RUNS),
    .targets = ALONE, .weight = 2)
DEF(PROTECT, 20, OPF_REACTION, protect,
    "protect-code", FIELDS(RAM, OFFSET),
    .targets = ALONE, .weight = 8, .look_at = CLEANED)
/* no reaction: while its page has code, the contract is silent on it */
DEF(UNPROTECT, 21, 0, unprotect,
    "unprotect-code", FIELDS(RAM, OFFSET),
    .targets = ALONE, .weight = 4, .look_at = CLEANED)

/* --- Watchpoints ---------------------------------------------------------- */

DEF(WATCH, 22, OPF_REACTION, watch,
    "watch", FIELDS(CPU, VA, WATCH_LEN, WATCH, AFTER),
    .targets = ALONE, .weight = 12, .look_at = WATCHED)
DEF(UNWATCH, 23, OPF_REACTION, unwatch,
    "unwatch", FIELDS(CPU, VA),
    .targets = ALONE, .weight = 8, .look_at = WATCHED)

/* at an instruction: code that makes accesses stops there */
DEF(BREAKPOINT, 56, 0, none,
    "breakpoint", FIELDS(CPU, INSN, SIZE, PLUS, BREAKER, ON),
    .targets = ONLY(IOMMU), .weight = 6)

/* --- The memory map ------------------------------------------------------- */

DEF(MAP, 24, OPF_REACTION | OPF_MAP | OPF_DMA | OPF_MEANWHILE |
    OPF_COMMIT, map,
    "map", FIELDS(MAP, MAP_STATE),
    .targets = ALONE, .weight = 1, .look_at = COMMIT)
DEF(MAP_MOVE, 25, OPF_REACTION | OPF_MAP | OPF_DMA | OPF_MEANWHILE |
    OPF_COMMIT, map_move,
    "map-move", FIELDS(MAP, PA),
    .targets = ALONE, .weight = 1, .look_at = COMMIT)
DEF(MAP_OFFSET, 26, OPF_REACTION | OPF_MAP | OPF_DMA | OPF_MEANWHILE |
    OPF_COMMIT, map_offset,
    "map-offset", FIELDS(MAP, OFFSET),
    .targets = ALONE, .weight = 1, .look_at = COMMIT)
DEF(MAP_READONLY, 27, OPF_REACTION | OPF_MAP | OPF_DMA | OPF_MEANWHILE |
    OPF_COMMIT, map_readonly,
    "map-readonly", FIELDS(MAP, ON),
    .targets = ALONE, .weight = 1, .look_at = COMMIT)
DEF(ROMD, 28, OPF_REACTION | OPF_MAP | OPF_DMA | OPF_COMMIT, romd,
    "romd-mode", FIELDS(ON),
    .targets = ALONE, .weight = 1, .look_at = COMMIT)

/* --- Devices, and time ---------------------------------------------------- */

DEF(DEVICE, 29, OPF_REACTION | OPF_DMA, device,
    "device", FIELDS(DEVICE, DIR, RESPONSE),
    .targets = ALL, .weight = 12)
/* no CPU takes part; as a reaction: what a device does while it is accessed */
DEF(DMA, 50, OPF_REACTION | OPF_VALUE | OPF_DMA | OPF_MEANWHILE, none,
    "dma", FIELDS(DMA_DIR, DMA_PA, DMA_LEN, ATTRS, DATA),
    .targets = ALL, .weight = 12)
/* no reaction: a device that is accessed does not become another one */
DEF(DEVICE_AS, 49, OPF_DMA, none,
    "device-as", FIELDS(DEVICE, ENDIAN, VALID_MIN, VALID_MAX, IMPL_MIN,
                        IMPL_MAX, UNALIGNED, GUARDED),
    .fit = fit_sizes,
    .targets = ALONE, .weight = 6)
DEF(REACT, 30, OPF_TRIGGER, react,
    "react", FIELDS(DEVICE, DIR),
    .targets = ALONE, .weight = 24)
/* the same of a page walk, while it fills the TLB */
DEF(REACT_FILL, 51, OPF_TRIGGER, react_fill,
    "react-fill",
    .targets = ALONE, .weight = 6)
/* and of an IOMMU, while it is asked */
DEF(REACT_TRANSLATE, 52, OPF_TRIGGER, react_translate,
    "react-translate", FIELDS(MMU, DIR),
    .targets = ONLY(IOMMU), .weight = 6)
DEF(CROWD, 31, OPF_REACTION, crowd,
    "crowd", FIELDS(CPU, IDX, CROWD),
    .targets = ALL, .weight = 2)
DEF(CLOCK, 32, OPF_REACTION, clock,
    "clock", FIELDS(MS),
    .targets = ALL, .weight = 2)
/* what is left of old views of the memory map goes */
DEF(GRACE_PERIOD, 47, OPF_MEANWHILE, none,
    "grace-period",
    .targets = ALONE, .weight = 2)
/* what changes of the memory map have queued for the CPUs: it waits, or runs */
DEF(QUEUED_WORK, 53, OPF_MEANWHILE, none,
    "queued-work", FIELDS(WAITS),
    .targets = ONLY(IOMMU), .weight = 2)
DEF(CPU_RESET, 48, 0, none,
    "cpu-reset", FIELDS(CPU),
    .targets = ALONE, .weight = 2, .look_at = FLUSHED)

/*
 * The last CPU goes, and a new one takes its place and its number.  The mutator
 * does not think of it: it costs a thousand times what an access does.
 */
DEF(CPU_REPLACE, 54, 0, none,
    "cpu-replace",
    .targets = ONLY(IOMMU), .weight = 0, .look_at = FLUSHED)
/* what describes its state of the CPUs, and of the devices under test */
DEF(SAVE_LOAD, 55, 0, none,
    "save-load",
    .targets = ALONE, .weight = 1, .look_at = FLUSHED)

/* --- Threads -------------------------------------------------------------- */

/*
 * What follows is done by that thread: a CPU, or the one behind them, at once
 * with what the others do; until they have all come to rest.  The mutator
 * makes whole sections of it.
 */
DEF(THREAD, 57, OPF_THREADS, none,
    "thread", FIELDS(THREAD),
    .targets = ONLY(THREADS), .weight = 12)
DEF(JOIN, 58, OPF_THREADS, none,
    "join",
    .targets = ONLY(THREADS), .weight = 2)
/*
 * So many places later another thread goes on, wherever this line stands in the
 * section; if they are to be of one kind, they are places of the other threads.
 */
DEF(SWITCH, 59, OPF_THREADS, none,
    "switch", FIELDS(AT, POINTS, TO),
    .targets = ONLY(THREADS), .weight = 24)

/* --- The registers of security checkers ----------------------------------- */

DEF(REG_READ, 33, OPF_VALUE | OPF_DMA | OPF_REGISTERS, none,
    "reg", FIELDS(LITERAL("read"), CHECKER, REG, REG_SIZE, ATTRS),
    .targets = CHECKERS, .weight = 8)
DEF(REG_WRITE, 34, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "reg", FIELDS(LITERAL("write"), CHECKER, REG, REG_SIZE, VAL, ATTRS),
    .writes = reg_writes,
    .targets = CHECKERS, .weight = 24)
DEF(RESET, 35, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "reset", FIELDS(CHECKER),
    .targets = ONLY(TZMPC), .weight = 4)

/* ... in one line each: of a wgChecker, */
DEF(SLOT, 36, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "slot", FIELDS(SLOT, MODE, ADDR, SPAN, WORLDS, CFG, OTHER),
    .fit = fit_span, .writes = slot_writes,
    .targets = ONLY(WGCHECKER), .weight = 72)

/* of an IOPMP, */
DEF(ENTRY, 37, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "entry", FIELDS(ENTRY, MODE, ADDR, SPAN, RIGHTS, OTHER),
    .fit = fit_span, .writes = entry_writes,
    .targets = ONLY(IOPMP), .weight = 64)
DEF(MDCFG, 38, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "mdcfg", FIELDS(MD, T, OTHER),
    .writes = mdcfg_writes,
    .targets = ONLY(IOPMP), .weight = 8)
DEF(SRCMD, 39, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "srcmd", FIELDS(RRID, MDS, LOCK, OTHER),
    .writes = srcmd_writes,
    .targets = ONLY(IOPMP), .weight = 12)

/* and of a TrustZone MPC */
DEF(LUT, 40, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "lut", FIELDS(LUT_WORD, LUT_VAL, OTHER),
    .writes = lut_writes,
    .targets = ONLY(TZMPC), .weight = 16)
DEF(LUT_BLOCK, 41, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "lut", FIELDS(LITERAL("block"), LUT_BLOCK, NS, OTHER),
    .writes = block_writes,
    .targets = ONLY(TZMPC), .weight = 48)
DEF(CTRL, 42, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "ctrl", FIELDS(CTRL, OTHER),
    .writes = ctrl_writes,
    .targets = ONLY(TZMPC), .weight = 8)
DEF(INT, 43, OPF_REACTION | OPF_DMA | OPF_REGISTERS | OPF_PROGRAMS, none,
    "int", FIELDS(INT, OTHER),
    .writes = int_writes,
    .targets = ONLY(TZMPC), .weight = 12)

#undef DEF
