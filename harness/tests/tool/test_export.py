#!/usr/bin/python3
"""Planted faults, outside of the harness: the programs that `tlbdiff export --c`
writes are built as their first comment says, with QEMU's own flags for the file
that they stand in for, and show the fault, or not.  Guests are built, and not run: that
takes a whole emulator (ci/guests-zoo.sh).
"""
import re

import tooltest
from tooltest import (BUILD, CI, CORPUS, ROOT, TOOL, ZOO_TOOL, ToolTest,
                      case_for_each)

DEVICE = ROOT / "corpus" / "fuzz-tzmpc" / "seeds"
QEMU = BUILD / "qemu" / "san"


class ExportTest(ToolTest):
    """With what it takes to build a program"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.libs = cls.run_command(CI / "qemu-build.sh", "libs",
                                   QEMU).out.splitlines()
        glib = cls.run_command("pkg-config", "--cflags", "glib-2.0").out.split()
        cls.run_command("clang", "-g0", "-c", *glib, "-I", ROOT, "-I",
                        ROOT / "patches" / "qemu-10.2" / "bug-zoo",
                        "-DPLANTED_FAULTS=TLB_FAULTS", "-o", "zoo.o",
                        ROOT / "harness" / "qemu" / "zoo.c")

    def build(self, name):
        """The program NAME of NAME.c"""
        path = self.work / name
        command = self.run_command(
            CI / "recompile.py", QEMU, "system/main.c", "%s.c" % path,
            "%s.o" % path, "-g0", "-O0", "-Werror").out.splitlines()[-1]
        self.run_command("sh", "-c", command, cwd=QEMU)
        self.run_command(
            "clang", "-fsanitize=address,undefined", "-fuse-ld=lld",
            "-Wl,--strip-debug", "-o", path, "%s.o" % path,
            self.work / "zoo.o", "@objects-zoo.rsp", *self.libs, cwd=QEMU)

    def assert_runs(self, name, fault, status, pattern):
        """The program, with that fault, ends so, and says that"""
        result = self.run_command(self.work / name, zoo=fault, status=status)
        self.assert_line(pattern, result.out + result.err)


@case_for_each([
    ("the audit", "set-dirty-any-page",
     "regressions/dirty-other-mmu-index.tlb", "THE FAULT SHOWS"),
    ("the IOMMU is asked wrongly, after a page walk that notifies", "flag-ro",
     "seeds/c13-walk-notifies.tlb",
     "THE FAULT SHOWS: a store translates with flag r"),
    ("an answer for all types", "all-types",
     "seeds/c08-independent-flags.tlb", "THE FAULT SHOWS"),
    ("a watchpoint that must not fire", "watch-both",
     "seeds/c19-watchpoints.tlb", "THE FAULT SHOWS"),
    ("an old entry comes back", "fill-keeps-victim",
     "seeds/c12-stale-victim.tlb", "THE FAULT SHOWS"),
    ("freed memory is used", "entry-not-copied",
     "seeds/c20-flush-in-access.tlb", "ERROR: AddressSanitizer"),
])
class Program(ExportTest):
    """Exported with the fault, it shows it, and not without"""

    def case(self, fault, scenario, pattern):
        self.tool("export", "--c", CORPUS / scenario, "-o", fault + ".c",
                  zoo=fault, status=1)
        self.build(fault)
        self.assert_runs(fault, fault, 1, pattern)
        self.assert_runs(fault, None, 0, "")


@case_for_each([
    ("a mail", "flag-ro", "seeds/c01-flag.tlb", "Subject: .*broken: ",
     "^Expected", "^Observed", "^  translate iommu0.*flag=r$"),
    ("a mail with a stack", "entry-not-copied",
     "seeds/c20-flush-in-access.tlb", "Subject: .*AddressSanitizer", "#0 0x",
     "SUMMARY"),
])
class Mail(ToolTest):
    """The text of a report"""

    def case(self, fault, scenario, *patterns):
        mail = self.tool("export", "--mail", CORPUS / scenario, zoo=fault,
                         status=1).out
        for pattern in ("QEMU  *10.2", "tlbdiff  *[0-9]", "compiler",
                        "fixes/0001", *patterns):
            self.assert_line(pattern, mail)

    def test_device(self):
        """a mail about a device names it, and no other file"""
        for fault, clause in (("tzmpc-stale-record", "d3-record"),
                              ("tzmpc-blk-max", "d2-read-only")):
            mail = self.tool("export", "--mail", DEVICE / (clause + ".tlb"),
                             zoo=fault, status=1).out
            self.assert_line("^Subject: .BUG. hw/misc/tz-mpc.c: broken: ",
                             mail)
            self.assert_line("^  device    hw/misc/tz-mpc.c$", mail)
            self.assert_no_line("accel/tcg: ", mail)

    def test_setup(self):
        """what the set-up does is not the first operation's"""
        mail = self.tool("export", "--mail", DEVICE / "d2-read-only.tlb",
                         zoo="tzmpc-blk-max", status=1).out
        self.assert_line("^After the set-up below, checker 0: register "
                         "BLK_MAX at 0x10[.]$", mail)
        self.assert_no_line("^  reg ", mail)
        self.assertRegex(mail, "Expected\n  0x2\n\nObserved\n  0x3\n")

    def test_program_of_device(self):
        """a program about a device is refused, and why"""
        self.assert_refused(
            "the device, hw/misc/tz-mpc.c, is on no board", ZOO_TOOL,
            "export", "--c", DEVICE / "d3-record.tlb",
            zoo="tzmpc-stale-record")

    def test_voice(self):
        """of what a voice alone says there is nothing to tell of QEMU"""
        for form in ("--c", "--mail"):
            self.assert_refused(
                "the attached voice stands alone", TOOL, "export", form,
                DEVICE / "d3-record.tlb", env={
                    "TLBDIFF_VOICE": "%s --fault=record" %
                                     (ROOT / "harness/voice/example.py")})

    def test_refused(self):
        """what cannot be exported"""
        self.assert_refused(
            "operation 1, block.*cannot be exported", ZOO_TOOL, "export",
            "--c", CORPUS / "seeds" / "c10-code.tlb", zoo="code-first-byte")

    def test_agrees(self):
        """nothing is written of what agrees"""
        # The second one ends with the predicted assertion.
        for seed in ("c01-flag", "c07-addend-conflict"):
            for form in ("--c", "--mail"):
                self.assert_refused(
                    "%s.tlb: nothing diverges" % seed, TOOL, "export", form,
                    CORPUS / "seeds" / (seed + ".tlb"), "-o", "agrees")
                self.assertFalse((self.work / "agrees").exists())


GUESTS = ROOT / "harness" / "guests"
SETUP = "setup pt=%s dirty=all fill=page downstream=%s words=%d rules=reset"


class Guest(ToolTest):
    """A scenario as a program for a board that has the device"""

    def export(self, scenario):
        """The text of its program, which is built as it says"""
        path = self.work / "guest.c"
        self.tool("export", "--guest", scenario, "-o", path)
        text = path.read_text(encoding="utf-8")
        command = re.search(r" \*   (clang (?:.*\\\n)*?.*?)-o guest.elf THIS_FILE",
                            text)[1].replace("\\\n *", "").split()
        self.run_command(*command, "-Wall", "-Werror", "-o", "guest.elf", path)
        return text

    def write(self, *ops, pt="identity", downstream="ram", words=3):
        """A scenario of these operations"""
        path = self.work / "scenario.tlb"
        path.write_text("\n".join(("tlbdiff 1 tzmpc", SETUP % (
            pt, downstream, words)) + ops) + "\n", encoding="utf-8")
        return path

    def test_zoo(self):
        """those that show planted faults, and of the corpus"""
        for scenario in (*sorted((GUESTS / "zoo").glob("*.tlb")),
                         *(DEVICE / (seed + ".tlb") for seed in (
                             "d1-block", "d1-words", "d2-autoinc", "d2-parts",
                             "d3-int-set"))):
            with self.subTest(scenario.name):
                self.export(scenario)

    def test_memory(self):
        """addresses of the board, what its MPC records, and the end"""
        text = self.export(self.write(
            "lut block 25 ns", "load cpu=0 idx=0 va=0x1ffe size=2 le",
            "ctrl set=sec-resp,autoinc",
            "store cpu=0 idx=1 va=0x1010 size=4 le val=0x44332211",
            "store cpu=0 idx=0 va=0x1010 size=4 le val=0x5"))
        # page 1 is block 25, which is of 1 KiB: at 0x6400
        for line in (
                r"reg_write\(0, 0x18, 4, 0x0, 0x0\);",
                r"reg_write\(0, 0x1f, 1, 0x2, 0xfd\);",
                r"error = access\(S, false, 0x380067fe, 2, &value\);",
                r"expect_value\(0x0ull, error, value\);",
                r"[.]int_stat = 1, [.]int_en = 1, [.]info1 = 0x67fe,",
                r"[.]info2 = 0x20000, [.]irq = 1 }",
                r"value = 0x44332211ull;",
                r"error = access\(NS, true, 0x28006410, 4, &value\);",
                r"expect_done\(error\);",
                r"error = access\(S, true, 0x38006410, 4, &value\);",
                r"expect_error\(error\);",
                r"{ 0x28006413, 0x44 },"):
            self.assert_line(line, text)

    def test_registers(self):
        """what is fixed is the board's; a LUT ends where the scenario's does"""
        read = "reg read checker=1 offset=0x%x size=%d attrs=wid:0,secure"
        text = self.export(self.write(
            "lut word=2 val=0x12345678 checker=1", read % (0x10, 4),
            read % (0x14, 1), read % (0x1c, 4), "flush cpu=0 all",
            "reg write checker=1 offset=0x18 size=4 val=0x5 "
            "attrs=wid:0,secure"))
        self.assertRegex(text, r"reg_write\(1, 0x1c, 4, 0x12345678, 0x0\);\n"
                         r"    /[*].*first one.*\n    reg_write\(1, BLK_IDX, 4, "
                         r"0, 0\);")
        self.assert_line(r"expect\(0, 0x3f, reg_read\(1, 0x10, 4\)\);", text)
        self.assert_line(r"expect\(0, 0x5, reg_read\(1, 0x14, 1\)\);", text)
        self.assert_line(r"flush\(\);", text)
        self.assert_line(r"reg_write\(1, 0x18, 4, 0x2, 0x0\);", text)

    def test_dma(self):
        """DMA: the attributes are those of the address"""
        text = self.export(self.write(
            "dma write pa=0x1010 more=3 attrs=wid:0,secure val=0x44332211",
            "dma read pa=0x1010 more=3 attrs=wid:1"))
        self.assert_line(r"dma\(0x38006410, [(]uint32_t[)]&value, 4\);", text)
        self.assert_line(r"dma\([(]uint32_t[)]&value, 0x28006410, 4\);", text)
        self.assert_line(r"expect\(0, 0x0ull, value\);", text)

    def test_refused(self):
        """what no guest can do, by its name"""
        for op, why in (
                ("load cpu=1 idx=0 va=0x1010 size=4 le", "has one CPU"),
                ("load cpu=0 idx=0 va=0x1010 size=16 le", "no such access"),
                ("load cpu=0 idx=0 va=0x1011 size=8 le", "no such access"),
                ("load cpu=0 idx=0 va=0x1010 size=4 be", "little-endian"),
                ("load cpu=0 idx=0 va=0x1800 size=4 le", "no place"),
                ("load cpu=0 idx=0 va=0x200000 size=4 le", "nothing like it"),
                ("load cpu=0 idx=1 va=0x308000 size=4 le", "no non-secure"),
                ("load cpu=0 idx=0 va=0x308001 size=4 le", "no such access"),
                ("fetch cpu=0 idx=0 va=0x1010 size=4 le", "no guest"),
                ("pt-clear idx=0 va=0x1000", "no guest"),
                ("reset checker=0", "no guest"),
                ("react-fill", "nothing on the board reacts"),
                ("dma read pa=0x1010 more=3 attrs=wid:0",
                 "its security open"),
                ("dma read pa=0x1000 more=15 attrs=wid:1", "DMA of more"),
                ("reg read checker=0 offset=0x0 size=8 attrs=wid:0,secure",
                 "no such access"),
                ("reg read checker=0 offset=0xfd0 size=4 attrs=wid:1",
                 "no non-secure")):
            self.assert_refused(
                "operation 2, %s: .*%s" % (re.escape(op), why), TOOL, "export",
                "--guest", self.write("int set", op))
        for setup, why in (({"pt": "none"}, "page tables"),
                           ({"downstream": "device"}, "is RAM")):
            self.assert_refused("set-up: .*%s" % why, TOOL, "export",
                                "--guest", self.write(**setup))
        self.assert_refused("two on the board", TOOL, "export", "--guest",
                            self.write("load cpu=0 idx=1 va=0x1010 size=4 le",
                                       "load cpu=0 idx=1 va=0x101010 size=4 le"))
        self.assert_refused("target tzmpc", TOOL, "export", "--guest",
                            CORPUS / "seeds" / "c01-flag.tlb")
        self.assert_refused("one of --c, --mail and --guest", TOOL, "export",
                            "--guest", "--c", DEVICE / "d1-block.tlb")


if __name__ == "__main__":
    tooltest.main()
