#!/usr/bin/python3
"""Planted faults, outside of the harness: the programs that `tlbdiff export --c`
writes are built as their first comment says, with QEMU's own flags for the file
that they stand in for, and show the fault, or not.
"""
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


if __name__ == "__main__":
    tooltest.main()
